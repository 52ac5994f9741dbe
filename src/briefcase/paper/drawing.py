"""A canvas that draws shaped lines: our own fonts only, no standard font, no path, user or time of this machine."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from reportlab.pdfbase import pdfdoc  # type: ignore[import-untyped] # ships no types
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped] # ships no types

from briefcase.paper.breaking import INK, Colour, Known, Line, Piece, Span, line_width, set_lines
from briefcase.paper.embedding import EmbeddedFont
from briefcase.paper.fonts import Face, Foreign, Library, Style
from briefcase.paper.shaping import Run, Shaper

PRODUCER = "Briefcase"
_Shown = tuple[str, bool, str]
"""Codes of one word in one font: the font's name, whether it is thickened, the codes."""
_ADVERTISED = re.compile(rb"ReportLab [Gg]enerated PDF document[ -~]*")
"""Comments in the file that say what made it; blanks take their place, for offsets count from the start."""
_THICKEN = 0.022
"""Stroke in ems that makes a bold of a face that has none."""


class _PlainCanvas(Canvas):  # type: ignore[misc] # reportlab ships no types
    """reportlab's canvas without its initial Helvetica, which would stand in every page unembedded."""

    def _make_preamble(self) -> None:
        self._preamble = "1 0 0 1 0 0 cm"

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Finish a page and hold it packed; reportlab would keep it whole and write it in letters, a quarter longer."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        packed = pdfdoc.PDFStream(content=zlib.compress(page.stream.encode("latin-1"), 6))
        packed.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
        page.Contents, page.stream = packed, None


class Drawing:
    """One document under construction; coordinates in points from the lower left corner.

    Attributes:
        shaper: the word cache that line setting shares with drawing.
        size: width and height of a page.
    """

    def __init__(self, size: tuple[float, float], *, title: str, author: str, language: str) -> None:
        self.size = size
        self.shaper = Shaper(Library())
        self.fonts: dict[str, EmbeddedFont] = {}
        self.known: Known = {}
        self.shown: dict[tuple[Style, str, bool], dict[str, list[_Shown]]] = {}
        self.canvas: Foreign = _PlainCanvas(
            "", pagesize=size, pageCompression=1, invariant=1, lang=language, pdfVersion=(1, 7)
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setSubject("")
        self.canvas.setCreator(PRODUCER)
        self.canvas.setProducer(PRODUCER)

    def lines(self, spans: tuple[Span, ...], width: float, size: float) -> list[Line]:
        """Set spans into lines of at most *width* points."""
        return set_lines(spans, width, size, self.shaper, self.known)

    def width(self, text: str, size: float, style: Style = Style.REGULAR) -> float:
        """Return the width of a short text on one line, in points."""
        return line_width(self.lines((Span(text, style),), 1e6, size)[0])

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        style: Style = Style.REGULAR,
        colour: Colour = INK,
        align: str = "left",
    ) -> None:
        """Draw one short line with its base line at *y*; *align* says what *x* is: left, right or center."""
        self.line(x, y, self.lines((Span(text.replace("\n", " "), style, colour),), 1e6, size)[0], size, align=align)

    def line(self, x: float, y: float, line: Line, size: float, *, align: str = "left") -> None:
        """Draw one set line."""
        if not line:
            return
        if align != "left":
            x -= line_width(line) / (1 if align == "right" else 2)
        out = [f"BT {x:.2f} {y:.2f} Td"]
        array: list[str] = []
        state: tuple[object, ...] = ()
        for span, from_right, pieces in _alike(line):
            scaled = size * span.scale
            known = self.shown.setdefault((span.style, span.language, from_right), {})
            for piece in pieces:
                shown = known.get(piece.text)
                if shown is None:
                    shown = known[piece.text] = self._shown(piece)
                for font, thicken, codes in shown:
                    wanted = (font, scaled, span.colour, thicken)
                    if wanted != state:
                        _flush(array, out)
                        out.append(_state(font, scaled, span.colour, thicken=thicken))
                        state = wanted
                    array.append(codes)
        _flush(array, out)
        out.append("0 Tr ET")
        self.canvas.addLiteral(" ".join(out))

    def _shown(self, piece: Piece) -> list[_Shown]:
        """Return the runs of a word: font, whether it is thickened, and its codes."""
        span = piece.span
        runs = self.shaper.shape(piece.text, span.style, span.language, from_right=piece.from_right).runs
        fonts = [self._font(run.face) for run in runs]
        return [(font.name, run.thicken, _codes(font, run)) for font, run in zip(fonts, runs, strict=True)]

    def rule(self, x0: float, y: float, x1: float, *, width: float, colour: Colour) -> None:
        """Draw a horizontal line."""
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, y, x1, y)

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle whose lower left corner is at x, y."""
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def outline(self, text: str, key: str, level: int, top: float) -> None:
        """Add an entry to the document's outline that leads to *top* on this page."""
        self.canvas.bookmarkHorizontal(key, 0, top)
        self.canvas.addOutlineEntry(text, key, level, closed=False)

    def finish(self, out: BinaryIO) -> None:
        """Write the document; nothing can be drawn afterwards."""
        self.canvas.showOutline()
        data: bytes = self.canvas.getpdfdata()
        out.write(_ADVERTISED.sub(lambda found: b" " * len(found[0]), data))

    def _font(self, face: Face) -> EmbeddedFont:
        font = self.fonts.get(face.name)
        if font is None:
            number = len(self.fonts) + 1
            font = self.fonts[face.name] = EmbeddedFont(face, f"T{number}", number)
            self.canvas._doc.delayedFonts.append(font)  # noqa: SLF001 - the place where reportlab's own fonts register
        return font


@lru_cache(maxsize=512)
def _state(font: str, size: float, colour: Colour, *, thicken: bool) -> str:
    red, green, blue = (f"{part:.3f}" for part in colour)
    mode = f"{size * _THICKEN:.3f} w {red} {green} {blue} RG 2 Tr" if thicken else "0 Tr"
    return f"/{font} {size:.3f} Tf {red} {green} {blue} rg {mode}"


def _codes(font: EmbeddedFont, run: Run) -> str:
    """Return the codes of a run for the array that shows it; kerning stands between them."""
    array: list[str] = []
    for glyph in run.glyphs:
        array.append(f"<{font.code(glyph):04X}>")
        after = run.face.advance(glyph.parts[0].number) - glyph.advance if glyph.is_plain else 0
        if after:
            array.append(f"{after}")
    return "".join(array)


def _flush(array: list[str], out: list[str]) -> None:
    """Move the codes of a stretch in one state to *out*, as one operator that shows them."""
    if array:
        out.append(f"[{''.join(array)}] TJ".replace("><", ""))
        array.clear()


def _alike(line: Line) -> Iterator[tuple[Span, bool, Line]]:
    """Split a line into stretches of one span and one direction."""
    start = 0
    for index in range(1, len(line) + 1):
        first = line[start]
        if index == len(line) or line[index].span is not first.span or line[index].level != first.level:
            yield first.span, first.from_right, line[start:index]
            start = index
