"""The way of a shipment as a picture: stops in a row, what went between them above the line, diversions in red."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.language import _
from briefcase.paper.breaking import DARK_RED, INK, MUTED, NAVY, Line, Span
from briefcase.paper.flow import Flow, mark
from briefcase.paper.fonts import Style

_IN_A_ROW = 5
_SMALL, _LEADING, _RADIUS = 7.4, 9.2, 4.2


@dataclass(frozen=True)
class Stop:
    """A place on the way; *red* where the goods left the declared way; *came* says how they came there."""

    country: str
    place: str
    came: str = ""
    red: bool = False


def route(flow: Flow, caption: str, portion: str, stops: Sequence[Stop]) -> None:
    """Set the way in rows of a few stops each, with a numbered caption under it; nothing for fewer than two stops."""
    if len(stops) < 2:  # noqa: PLR2004 - from somewhere to somewhere
        return
    flow.figures += 1
    rows = _rows(stops)
    share = flow.sheet.width / max(map(len, rows))
    for row in rows:
        _Row(flow, row, share).draw()
    title = (Span(_("Figure %(number)s") % {"number": flow.figures}, Style.BOLD, NAVY), Span("  "))
    flow.paragraph((*title, *mark(portion), Span(caption)), size=8.2, leading=11, after=9)


def _rows(stops: Sequence[Stop]) -> list[Sequence[Stop]]:
    """Split the stops; the last of a row begins the next, so that every part of the way is drawn."""
    rows = [stops[:_IN_A_ROW]]
    at = _IN_A_ROW
    while at < len(stops):
        rows.append(stops[at - 1 : at - 1 + _IN_A_ROW])
        at += _IN_A_ROW - 1
    return rows


class _Row:
    """One row of stops, drawn from the cursor down."""

    def __init__(self, flow: Flow, stops: Sequence[Stop], share: float) -> None:
        self.flow, self.drawing, self.stops, self.share = flow, flow.drawing, stops, share
        self.above = [self._set(stop.came, share - 26, Style.NARROW) for stop in stops[1:]]
        self.below = [self._set(stop.place, share - 12, Style.NARROW) for stop in stops]

    def _set(self, text: str, width: float, style: Style) -> list[Line]:
        return self.drawing.lines((Span(text, style, MUTED if width < self.share - 12 else INK),), width, _SMALL)

    def draw(self) -> None:
        """Draw the row, on the next page where there is too little room."""
        sheet = self.flow.sheet
        high = max(len(lines) for lines in self.above) * _LEADING + 6
        low = max(len(lines) for lines in self.below) * _LEADING + 24
        sheet.need(high + low + 30)
        y = sheet.y - high - 4
        xs = [sheet.left + self.share * (index + 0.5) for index in range(len(self.stops))]
        for index, lines in enumerate(self.above):
            self._leg(xs[index], xs[index + 1], y, lines, red=self.stops[index + 1].red)
        for x, stop, lines in zip(xs, self.stops, self.below, strict=True):
            self._stop(x, y, stop, lines)
        sheet.y = y - low

    def _leg(self, start: float, end: float, y: float, lines: Sequence[Line], *, red: bool) -> None:
        canvas, colour = self.drawing.canvas, DARK_RED if red else NAVY
        self.drawing.rule(start, y, end - _RADIUS - 4, width=1.1, colour=colour)
        head = canvas.beginPath()
        tip = end - _RADIUS - 1.5
        head.moveTo(tip, y)
        head.lineTo(tip - 5.5, y + 2.6)
        head.lineTo(tip - 5.5, y - 2.6)
        head.close()
        canvas.setFillColorRGB(*colour)
        canvas.drawPath(head, stroke=0, fill=1)
        for index, line in enumerate(reversed(lines)):
            self.drawing.line((start + end) / 2, y + 6 + index * _LEADING, line, _SMALL, align="center")

    def _stop(self, x: float, y: float, stop: Stop, lines: Sequence[Line]) -> None:
        canvas, colour = self.drawing.canvas, DARK_RED if stop.red else NAVY
        canvas.setFillColorRGB(*colour)
        canvas.circle(x, y, _RADIUS, stroke=0, fill=1)
        self.drawing.text(x, y - 16, stop.country or "—", 9, style=Style.BOLD, colour=colour, align="center")
        for index, line in enumerate(lines):
            self.drawing.line(x, y - 26 - index * _LEADING, line, _SMALL, align="center")
