"""Tables: horizontal rules only, a repeated header, and "continued" where a page ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.language import _
from briefcase.paper.breaking import DARK_RED, INK, NAVY, Colour, Line, Span, line_width
from briefcase.paper.flow import Flow, mark
from briefcase.paper.fonts import Style

SIZE, LEADING, PAD, GAP = 8.2, 10.6, 3.2, 7.0
_TINT: Colour = (0.957, 0.961, 0.969)
_SOFT: Colour = (0.82, 0.84, 0.87)
_MOST = 0.9
"""Part of the table's width that a column may ask for at most."""

_SHORT = 46.0
"""Columns that ask for no more than this do not wrap (points)."""
_ABOVE, _TOGETHER, _KEPT = 34.0, 3, 120.0
"""Height of caption and header; how many first rows stay with them, up to which height (points)."""

Cell = tuple[Span, ...]


@dataclass(frozen=True)
class Column:
    """Head of a column; *right* sets its cells flush right; *code* sets them in mono and never breaks them early."""

    title: str
    right: bool = False
    code: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its portion mark and a cell for each column, plain text or spans."""

    portion: str
    cells: tuple[str | Cell, ...]


def table(flow: Flow, caption: str, portion: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Set a numbered table whose first column is the portion mark; columns that are empty throughout are left out."""
    if not rows:
        return
    kept = [index for index in range(len(columns)) if any(row.cells[index] for row in rows)]
    _Table(flow, caption, portion, columns=[columns[index] for index in kept], rows=rows, kept=kept).draw()


class _Table:
    """One table while it is drawn."""

    def __init__(
        self, flow: Flow, caption: str, portion: str, *, columns: list[Column], rows: Sequence[Row], kept: list[int]
    ) -> None:
        self.flow, self.sheet, self.drawing = flow, flow.sheet, flow.drawing
        flow.tables += 1
        self.number, self.caption, self.portion = flow.tables, caption, portion
        self.columns = [Column(_("Mk")), *columns]
        self.cells = [
            (
                (Span(row.portion, Style.NARROW_BOLD, DARK_RED, "", 0.86),),
                *(_spans(row.cells[i], columns[n]) for n, i in enumerate(kept)),
            )
            for row in rows
        ]
        self.widths = self._layout()

    def draw(self) -> None:
        """Draw the caption, the header and every row."""
        rows = [self._set(cells) for cells in self.cells]
        self.sheet.need(_ABOVE + min(sum(self._height(row) for row in rows[:_TOGETHER]), _KEPT))
        self._head(first=True)
        for row in rows:
            self._row(row)
        self._close()
        self.sheet.y -= 9

    def _layout(self) -> list[float]:
        """Share the width: a column gets what it asks for; when there is too little, long texts wrap first."""
        total = self.sheet.width - 2 * PAD - GAP * (len(self.columns) - 1)
        asked = [self._asked(index, total) for index in range(len(self.columns))]
        if sum(asked) <= total:
            return _stretch(asked, total)
        return _share([self._least(index, width, total) for index, width in enumerate(asked)], asked, total)

    def _asked(self, index: int, total: float) -> float:
        """Return the width of a column when nothing wraps."""
        widest = max(self._widest(spans) for spans in self._column(index)) + 0.5
        return widest if index == 0 else min(widest, total * _MOST)

    def _least(self, index: int, asked: float, total: float) -> float:
        """Return the width of the longest word of a column; codes, figures and short columns do not wrap at all."""
        if asked <= _SHORT or self.columns[index].code or self.columns[index].right:
            return min(asked, total / 4)
        words = (
            self._widest((span._replace(text=word),))
            for spans in self._column(index)
            for span in spans
            for word in (max(span.text.split(), key=len, default=""),)
        )
        return min(max(words, default=0.0) + 0.5, asked, total / 4)

    def _column(self, index: int) -> list[Cell]:
        return [*(cells[index] for cells in self.cells), (Span(self.columns[index].title, Style.NARROW_BOLD),)]

    def _widest(self, spans: Cell) -> float:
        return max((line_width(line) for line in self._one(spans)), default=0.0)

    def _one(self, spans: Cell) -> list[Line]:
        return self.drawing.lines(spans, 1e6, SIZE)

    def _set(self, cells: Sequence[Cell]) -> list[list[Line]]:
        return [self.drawing.lines(cell, width, SIZE) for cell, width in zip(cells, self.widths, strict=True)]

    def _height(self, row: list[list[Line]]) -> float:
        return max(len(lines) for lines in row) * LEADING + 2 * PAD

    def _head(self, *, first: bool) -> None:
        sheet, drawing = self.sheet, self.drawing
        title = _("Table %(number)s") % {"number": self.number}
        text = self.caption if first else _("%(caption)s (continued)") % {"caption": self.caption}
        spans = (Span(title, Style.BOLD, NAVY), Span("  "), *mark(self.portion), Span(text))
        lines = drawing.lines(spans, sheet.width, 8.2)
        for line in lines:
            drawing.line(sheet.left, sheet.y - 9, line, 8.2)
            sheet.y -= 11
        sheet.y -= 3.5
        titles = [
            drawing.lines((Span(column.title, Style.NARROW_BOLD),), width, SIZE)
            for column, width in zip(self.columns, self.widths, strict=True)
        ]
        height = self._height(titles)
        drawing.fill(sheet.left, sheet.y - height, sheet.width, height, _TINT)
        drawing.rule(sheet.left, sheet.y, sheet.right, width=0.9, colour=NAVY)
        self._lines(titles)
        sheet.y -= height
        drawing.rule(sheet.left, sheet.y, sheet.right, width=0.7, colour=NAVY)

    def _row(self, row: list[list[Line]]) -> None:
        """Draw a row; one that is taller than a third of a page may be cut, others move to the next page whole."""
        sheet = self.sheet
        while True:
            height = self._height(row)
            if height <= sheet.room:
                break
            fits = int((sheet.room - 2 * PAD) / LEADING)
            if height > (sheet.top - sheet.bottom) / 3 and fits > 3:  # noqa: PLR2004 - fewer lines are not worth a cut
                self._ruled([lines[:fits] for lines in row])
                row = [row[0], *(lines[fits:] for lines in row[1:])]
            self._continue()
        self._ruled(row)

    def _ruled(self, row: list[list[Line]]) -> None:
        self._lines(row)
        self.sheet.y -= self._height(row)
        self.drawing.rule(self.sheet.left, self.sheet.y, self.sheet.right, width=0.4, colour=_SOFT)

    def _continue(self) -> None:
        self._close()
        self.sheet.new_page()
        self._head(first=False)

    def _close(self) -> None:
        self.drawing.rule(self.sheet.left, self.sheet.y, self.sheet.right, width=0.9, colour=NAVY)

    def _lines(self, row: list[list[Line]]) -> None:
        x = self.sheet.left + PAD
        for column, lines, width in zip(self.columns, row, self.widths, strict=True):
            y = self.sheet.y - PAD - 8.0
            for line in lines:
                align = "right" if column.right else "left"
                self.drawing.line(x + width if column.right else x, y, line, SIZE, align=align)
                y -= LEADING
            x += width + GAP


def _spans(cell: str | Cell, column: Column) -> Cell:
    if not isinstance(cell, str):
        return cell
    return (Span(cell, Style.MONO if column.code else Style.NARROW, INK, "", 0.9 if column.code else 1.0),)


def _stretch(asked: list[float], total: float) -> list[float]:
    """Give what is left over to the columns in proportion, but nothing to portion mark and reference."""
    narrow = 2 if len(asked) > 2 else 1  # noqa: PLR2004 - mark and reference
    spare, rest = total - sum(asked), sum(asked[narrow:]) or 1.0
    return [*asked[:narrow], *(width + spare * width / rest for width in asked[narrow:])]


def _share(least: list[float], asked: list[float], total: float) -> list[float]:
    """Give each column its longest word, and the rest in proportion to what it asks for beyond that."""
    spare = total - sum(least)
    if spare <= 0:
        return _level(asked, total)
    wanted = sum(asked) - sum(least)
    return [low + spare * (high - low) / wanted for low, high in zip(least, asked, strict=True)]


def _level(asked: list[float], total: float) -> list[float]:
    """Cut the widest columns to one common width so that all fit, for tables with very many columns."""
    low, high = 0.0, max(asked)
    for _step in range(40):
        middle = (low + high) / 2
        if sum(min(width, middle) for width in asked) > total:
            high = middle
        else:
            low = middle
    return [min(width, low) for width in asked]
