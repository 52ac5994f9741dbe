"""Blocks that run down the pages: headings, paragraphs, boxes, and lines of small print."""

from __future__ import annotations

from collections.abc import Sequence

from briefcase.paper.breaking import DARK_RED, MUTED, NAVY, Colour, Line, Span
from briefcase.paper.fonts import Style
from briefcase.paper.page import Sheet

BODY, LEADING = 9.5, 13.3
_BOX_TINT: Colour = (0.992, 0.957, 0.953)
WHITE: Colour = (1.0, 1.0, 1.0)


def mark(portion: str, style: Style = Style.BOLD, scale: float = 0.86) -> tuple[Span, ...]:
    """Return a portion mark in brackets, ready to stand before a text; nothing for an empty mark."""
    return (Span(f"({portion})", style, DARK_RED, "", scale), Span(" ", style)) if portion else ()


class Flow:
    """Sets blocks one after another on the pages of a sheet.

    Attributes:
        sections: number of the last numbered heading; tables, figures: number of the last one.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.drawing = sheet, sheet.drawing
        self.sections = 0
        self.tables = 0
        self.figures = 0

    def heading(self, text: str, *, keep: float = 60.0) -> None:
        """Set a numbered heading with an outline entry, on the same page as the *keep* points that follow it."""
        self.sections += 1
        sheet = self.sheet
        sheet.need(34 + keep)
        sheet.y -= 4 if sheet.fresh else 16
        baseline = sheet.y - 12
        self.drawing.text(sheet.left, baseline, f"{self.sections}", 13, style=Style.BOLD, colour=NAVY)
        offset = self.drawing.width(f"{self.sections}", 13, Style.BOLD) + 8
        self.drawing.text(sheet.left + offset, baseline, text, 13, style=Style.BOLD, colour=NAVY)
        self.drawing.outline(text, f"section{self.sections}", 0, sheet.y + 4)
        sheet.y = baseline - 7

    def subheading(self, spans: Sequence[Span], *, keep: float = 30.0) -> None:
        """Set a small bold title above a paragraph or table."""
        lines = self.drawing.lines(tuple(spans), self.sheet.width, BODY)
        self.sheet.need(len(lines) * LEADING + keep)
        self.sheet.y -= 3
        self._lines(lines, 0, BODY, LEADING)
        self.sheet.y -= 1.5

    def paragraph(
        self,
        spans: Sequence[Span],
        *,
        size: float = BODY,
        leading: float = LEADING,
        indent: float = 0.0,
        bullet: bool = False,
        after: float = 5.0,
    ) -> None:
        """Set running text; at least two lines stay together at either end of a page."""
        indent += 11 if bullet else 0
        lines = self.drawing.lines(tuple(spans), self.sheet.width - indent, size)
        if bullet:
            self.sheet.need(min(len(lines), 3) * leading)
            self.drawing.fill(self.sheet.left + 1.5, self.sheet.y - size * 0.80, 2.6, 2.6, NAVY)
        self._lines(lines, indent, size, leading)
        self.sheet.y -= after

    def small(self, text: str, *, after: float = 4.0, centred: bool = False) -> None:
        """Set a muted note under a block."""
        if not centred:
            self.paragraph((Span(text, Style.REGULAR, MUTED),), size=7.6, leading=10.2, after=after)
            return
        self.sheet.need(22)
        middle = (self.sheet.left + self.sheet.right) / 2
        self.drawing.text(middle, self.sheet.y - 16, text, 7.8, colour=MUTED, align="center")
        self.sheet.y -= 22

    def box(self, title: str, text: str) -> None:
        """Set a framed box with a dark title bar; it continues on the next page if it must."""
        sheet = self.sheet
        lines = self.drawing.lines((Span(text),), sheet.width - 16, 8.6)
        sheet.need(min(len(lines), 6) * 12.2 + 34)
        while lines:
            count = min(len(lines), max(1, int((sheet.room - 34) / 12.2)))
            self._box(title, lines[:count])
            lines = lines[count:]
            if lines:
                sheet.new_page()
        sheet.y -= 6

    def _box(self, title: str, lines: Sequence[Line]) -> None:
        sheet, drawing = self.sheet, self.drawing
        height = len(lines) * 12.2 + 12
        drawing.fill(sheet.left, sheet.y - 16 - height, sheet.width, height, _BOX_TINT)
        drawing.fill(sheet.left, sheet.y - 16, sheet.width, 16, DARK_RED)
        drawing.text(sheet.left + 8, sheet.y - 11, title, 7.8, style=Style.BOLD, colour=WHITE)
        drawing.canvas.setStrokeColorRGB(*DARK_RED)
        drawing.canvas.setLineWidth(0.7)
        drawing.canvas.rect(sheet.left, sheet.y - 16 - height, sheet.width, height + 16, stroke=1, fill=0)
        y = sheet.y - 16 - 14.2
        for line in lines:
            drawing.line(sheet.left + 8, y, line, 8.6)
            y -= 12.2
        sheet.y -= 16 + height

    def _lines(self, lines: Sequence[Line], indent: float, size: float, leading: float) -> None:
        """Draw lines from the cursor on, over as many pages as it takes."""
        sheet = self.sheet
        left = list(lines)
        while left:
            fits = int((sheet.room + 0.01) / leading)
            count = _kept(len(left), fits)
            if count == 0 and not sheet.fresh:
                sheet.new_page()
                continue
            for line in left[: max(count, 1)]:
                self.drawing.line(sheet.left + indent, sheet.y - size * 1.07, line, size)
                sheet.y -= leading
            left = left[max(count, 1) :]


def _kept(lines: int, fits: int) -> int:
    """Return how many of *lines* to set where *fits* have room: never a single first or last line alone."""
    if lines <= fits:
        return lines
    if lines - fits == 1:
        fits -= 1
    return fits if fits >= 2 else 0  # noqa: PLR2004 - two lines, as said
