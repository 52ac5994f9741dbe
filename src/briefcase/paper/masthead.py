"""The top of page 1: title bar, facts, QR code with its words, and the handling box."""

from __future__ import annotations

from collections.abc import Sequence

from briefcase.language import _
from briefcase.paper.breaking import MUTED, NAVY, Colour, Line, Span
from briefcase.paper.codes import qr_code
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow, mark
from briefcase.paper.fonts import Style
from briefcase.paper.page import MM

QR_SIZE = 28 * MM
_TITLE_SIZES = ((4, 16.0), (14, 11.0), (10_000, 8.5))
"""Size of a title by the most lines it may take; a title is never cut."""
_LABEL, _ROW, _NEXT = 98.0, 14.2, 11.6
_SOFT: Colour = (0.84, 0.86, 0.89)
_FACTS = 0.64
"""Part of the width that the facts take when a QR code stands beside them."""


def title_bar(flow: Flow, document: str, portion: str, title: str) -> None:
    """Set the name of the document and its title beside a dark bar."""
    sheet, drawing = flow.sheet, flow.drawing
    spans = (*mark(portion, scale=0.8), Span(title, Style.BOLD, NAVY))
    size = next(each for most, each in _TITLE_SIZES if len(drawing.lines(spans, sheet.width - 14, each)) <= most)
    lines = drawing.lines(spans, sheet.width - 14, size)
    leading = size * 1.28
    height = 15 + len(lines) * leading + 1
    drawing.fill(sheet.left, sheet.y - height, 3.4, height, NAVY)
    drawing.text(sheet.left + 11, sheet.y - 9, document, 7.6, style=Style.NARROW_BOLD, colour=MUTED)
    y = sheet.y - 13 - size
    for line in lines:
        drawing.line(sheet.left + 11, y, line, size)
        y -= leading
    sheet.y -= height + 8


def facts(
    flow: Flow, rows: Sequence[tuple[str, str, Style]], *, payload: str, caption: str, words: Sequence[str]
) -> None:
    """Set label and value in two columns, and the QR code with its words at the right."""
    sheet, drawing = flow.sheet, flow.drawing
    width = sheet.width * (_FACTS if payload or words else 1.0)
    page, below = sheet.pages, sheet.y
    if payload or words:
        middle = sheet.left + width + (sheet.width - width) / 2
        below = _code(drawing, middle, sheet.y, sheet.width - width - 10, payload=payload, caption=caption, words=words)
    for label, value, style in rows:
        if value:
            _fact(flow, label, drawing.lines((Span(value, style),), width - _LABEL, 9), width)
    if sheet.pages == page:
        sheet.y = min(sheet.y, below)
    sheet.y -= 8


def _fact(flow: Flow, label: str, lines: Sequence[Line], width: float) -> None:
    """Set one fact; a value that is longer than the page goes on over the next."""
    sheet, drawing = flow.sheet, flow.drawing
    sheet.need(_ROW)
    drawing.text(sheet.left, sheet.y - 10, label, 8, style=Style.NARROW_BOLD, colour=MUTED)
    for index, line in enumerate(lines):
        if index:
            sheet.y -= _NEXT
            sheet.need(_ROW)
        drawing.line(sheet.left + _LABEL, sheet.y - 10, line, 9)
    sheet.y -= _ROW
    drawing.rule(sheet.left, sheet.y, sheet.left + width, width=0.35, colour=_SOFT)


def _code(
    drawing: Drawing,
    middle: float,
    top: float,
    width: float,
    *,
    payload: str,
    caption: str,
    words: Sequence[str],
) -> float:
    """Draw the QR code, its caption and its words around *middle*; return the height below them."""
    y = top - 4
    if payload:
        qr_code(drawing, middle - QR_SIZE / 2, y - QR_SIZE, payload, QR_SIZE)
        y -= QR_SIZE + 3
    if words:
        drawing.text(
            middle, y - 8, caption or _("Fingerprint"), 7.4, style=Style.NARROW_BOLD, colour=MUTED, align="center"
        )
        y -= 10
        for line in drawing.lines((Span(" ".join(words), Style.MONO),), width, 7.2):
            drawing.line(middle, y - 7.5, line, 7.2, align="center")
            y -= 9.2
    return y
