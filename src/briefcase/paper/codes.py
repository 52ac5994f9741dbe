"""QR codes: one as a small picture, or a numbered sequence of them as rows that no page end cuts.

The module is 0.52 mm wide, whatever the code holds: measured with zxing-cpp on pages that were blurred, turned by two
degrees, made noisy and saved as JPEG at quality 60, every code of version 20-M is read at 150 dots per inch.
"""

from __future__ import annotations

from collections.abc import Sequence

import segno

from briefcase.language import _
from briefcase.paper.breaking import MUTED, NAVY
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow
from briefcase.paper.fonts import Style
from briefcase.paper.page import MM

MODULE = 0.52 * MM
_QUIET = 4
"""Modules of white around a code, ISO/IEC 18004."""
_CAPTION, _AIRY = 19.0, 32.0
"""Least and most from a code's lower edge to the next below, its number between, a quiet zone on both sides of it."""


def qr_code(drawing: Drawing, x: float, y: float, payload: str, size: float, *, version: int | None = None) -> None:
    """Draw a QR code as one vector path, *size* points wide, its lower left corner at x, y (no quiet zone).

    Args:
        drawing: of the page.
        x: left edge in points.
        y: lower edge in points.
        payload: its text.
        size: width and height in points.
        version: from 1 to 40; the smallest that holds the payload when None.
    """
    rows = segno.make(payload, error="m", micro=False, version=version, boost_error=version is None).matrix
    module = size / len(rows)
    canvas = drawing.canvas
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for start, length in _runs(row):
            path.rect(x + start * module, y + size - (down + 1) * module, length * module, module)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Return start and length of every run of dark modules."""
    runs: list[tuple[int, int]] = []
    for index, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((index, 1))
    return runs


def sequence(flow: Flow, texts: Sequence[str]) -> None:
    """Set codes in rows, each with "n of N" under it; all have the version that the longest text needs."""
    sheet, drawing = flow.sheet, flow.drawing
    symbol = segno.make(max(texts, key=len), error="m", micro=False, boost_error=False)
    version, side = int(symbol.version), len(symbol.matrix) * MODULE
    columns = max(1, int((sheet.width + _QUIET * MODULE) / (side + _QUIET * MODULE)))
    gap = (sheet.width - columns * side) / max(columns - 1, 1)
    caption = _CAPTION
    for first in range(0, len(texts), columns):
        if sheet.need(side + _CAPTION) or first == 0:
            caption = _spread(sheet.room, side)
        for column, text in enumerate(texts[first : first + columns]):
            x = sheet.left + column * (side + gap)
            qr_code(drawing, x, sheet.y - side, text, side, version=version)
            _caption(drawing, x + side / 2, sheet.y - side - 12.4, first + column + 1, len(texts))
        sheet.y -= side + caption


def _spread(room: float, side: float) -> float:
    """Return the height of a caption that lets as many rows as fit fill the page, within reason."""
    rows = max(1, int((room + 0.01) / (side + _CAPTION)))
    return max(_CAPTION, min(_AIRY, room / rows - side))


def _caption(drawing: Drawing, middle: float, y: float, number: int, total: int) -> None:
    before, after = _("%(number)s of %(total)s").split("%(number)s")
    pieces = (
        (before, Style.NARROW, MUTED),
        (str(number), Style.BOLD, NAVY),
        (after % {"total": total}, Style.NARROW, MUTED),
    )
    x = middle - sum(drawing.width(text, 7.4, style) for text, style, _colour in pieces if text) / 2
    for text, style, colour in pieces:
        if text:
            drawing.text(x, y, text, 7.4, style=style, colour=colour)
            x += drawing.width(text.replace(" ", "\u00a0"), 7.4, style)
