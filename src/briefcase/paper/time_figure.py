"""The line of time on the page: an axis, marks in lanes, labels beside them; laid out by ``figures``."""

from __future__ import annotations

from briefcase.figures.days import Gap
from briefcase.figures.timeline import AXIS, LANE, SIZE, Event, Mark, Timeline, timeline
from briefcase.language import _
from briefcase.paper.breaking import DARK_RED, INK, MUTED, NAVY, Colour, Span
from briefcase.paper.flow import WHITE, Flow, mark
from briefcase.paper.fonts import Style
from briefcase.paper.visible import visible

_FAINT: Colour = (0.88, 0.90, 0.93)
_RADIUS = 2.6


def time_figure(flow: Flow, caption: str, portion: str, events: list[Event]) -> None:
    """Set events on a line of time with a numbered caption under it; nothing for fewer than two that have a date."""
    drawing = flow.drawing
    shown = [Event(each.date, visible(each.text), each.until, red=each.red) for each in events]
    found = timeline(shown, flow.sheet.width, lambda text: drawing.width(text, SIZE, Style.NARROW))
    if found is None or sum(one.count for one in found.marks) < 2:  # noqa: PLR2004 - one event is no course of events
        return
    flow.figures += 1
    flow.heading(_("Course of events"), keep=found.height + 40)
    _Drawn(flow, found).draw()
    title = (Span(_("Figure %(number)s") % {"number": flow.figures}, Style.BOLD, NAVY), Span("  "))
    if found.undated:
        caption += " " + _("Left out, for their date is on no calendar: %(count)s.") % {"count": found.undated}
    flow.paragraph((*title, *mark(portion), Span(caption)), size=8.2, leading=11, after=9)


class _Drawn:
    """One line of time while it is drawn, from the cursor down."""

    def __init__(self, flow: Flow, found: Timeline) -> None:
        self.flow, self.drawing, self.found = flow, flow.drawing, found
        self.left = flow.sheet.left
        self.axis = flow.sheet.y - found.height + AXIS - 4

    def draw(self) -> None:
        """Draw the axis, then the stems under all marks, then marks and labels."""
        self._axis()
        for each in self.found.marks:
            self._stem(each)
        for each in self.found.marks:
            self._mark(each)
        self.flow.sheet.y -= self.found.height + 2

    def _axis(self) -> None:
        drawing, left = self.drawing, self.left
        drawing.rule(left, self.axis, left + self.found.width, width=0.9, colour=NAVY)
        for tick in self.found.ticks:
            self._line(left + tick.x, self.axis, self.axis - 3.5, NAVY, 0.7)
            drawing.text(
                left + tick.x, self.axis - 11, tick.label, 6.8, style=Style.NARROW, colour=MUTED, align="center"
            )
        for gap in self.found.gaps:
            self._gap(gap)

    def _gap(self, gap: Gap) -> None:
        """Break the axis where a stretch without an event is folded, and say how many days it stands for."""
        middle = self.left + (gap.left + gap.right) / 2
        self.drawing.fill(middle - 3, self.axis - 2, 6, 4, WHITE)
        for x in (middle - 3, middle + 3):
            self._line(x, self.axis - 4, self.axis + 4, NAVY, 0.9)
        text = _("%(count)s days") % {"count": gap.empty}
        self.drawing.text(middle, self.axis - 19, text, 6.4, style=Style.NARROW, colour=MUTED, align="center")

    def _stem(self, each: Mark) -> None:
        y = self._height(each)
        self._line(self.left + (each.left + each.right) / 2, self.axis, y, _FAINT, 0.5)

    def _height(self, each: Mark) -> float:
        return self.axis + each.lane * LANE + LANE * 0.6

    def _mark(self, each: Mark) -> None:
        canvas, y = self.drawing.canvas, self._height(each)
        colour = DARK_RED if each.red else NAVY
        left, right = self.left + each.left, self.left + each.right
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(0.8)
        canvas.setFillColorRGB(*(colour if each.certain else WHITE))
        radius = _RADIUS if each.count == 1 else 5.0
        if right - left > 1 and each.count == 1:
            canvas.roundRect(left - 1, y - 2, right - left + 2, 4, 2, stroke=1, fill=1)
        else:
            canvas.circle((left + right) / 2, y, radius, stroke=1, fill=1)
        if each.count > 1:
            inside = WHITE if each.certain else colour
            middle = (left + right) / 2
            self.drawing.text(
                middle, y - 2.1, f"{each.count}", 6, style=Style.NARROW_BOLD, colour=inside, align="center"
            )
        self._label(each, y + (LANE if each.label_above else 0))

    def _label(self, each: Mark, y: float) -> None:
        """Write date, reference and name apart, so that a name from the right keeps the end where it was cut."""
        colour = DARK_RED if each.red else INK
        *head, name = each.label.split(" ", 2)
        spans = tuple(Span(text, Style.NARROW, colour) for text in (*(f"{part} " for part in head), name))
        self.drawing.line(self.left + each.label_x, y - 2.5, self.drawing.lines(spans, 1e6, SIZE)[0], SIZE)

    def _line(self, x: float, low: float, high: float, colour: Colour, width: float) -> None:
        self.drawing.canvas.setStrokeColorRGB(*colour)
        self.drawing.canvas.setLineWidth(width)
        self.drawing.canvas.line(x, low, x, high)
