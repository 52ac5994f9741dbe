"""A canvas that draws shaped lines: our own fonts only, no standard font, no path, user or time of this machine."""

from __future__ import annotations

import re
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped] # ships no types

from briefcase.paper.breaking import INK, Colour, Line, Piece, Span, line_width, set_lines
from briefcase.paper.embedding import EmbeddedFont
from briefcase.paper.fonts import Face, Foreign, Library, Style
from briefcase.paper.shaping import Run, Shaper

PRODUCER = "Briefcase"
_ADVERTISED = re.compile(rb"ReportLab [Gg]enerated PDF document[ -~]*")
"""Comments in the file that say what made it; blanks take their place, for offsets count from the start."""
_THICKEN = 0.022
"""Stroke in ems that makes a bold of a face that has none."""


class _PlainCanvas(Canvas):  # type: ignore[misc] # reportlab ships no types
    """reportlab's canvas without its initial Helvetica, which would stand in every page unembedded."""

    def _make_preamble(self) -> None:
        self._preamble = "1 0 0 1 0 0 cm"


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
        self.shown: dict[tuple[str, Style, str, bool], list[tuple[str, bool, str]]] = {}
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
        return set_lines(spans, width, size, self.shaper)

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
        out = ["BT", f"{x:.2f} {y:.2f} Td"]
        state: tuple[object, ...] = ()
        for piece in line:
            scaled = size * piece.span.scale
            for font, thicken, operator in self._shown(piece):
                wanted = (font, scaled, piece.span.colour, thicken)
                if wanted != state:
                    out.append(_state(font, scaled, piece.span.colour, thicken=thicken))
                    state = wanted
                out.append(operator)
        out.append("0 Tr ET")
        self.canvas.addLiteral(" ".join(out))

    def _shown(self, piece: Piece) -> list[tuple[str, bool, str]]:
        """Return the runs of a word: font, whether it is thickened, and what shows it; remembered, as words are."""
        key = (piece.text, piece.span.style, piece.span.language, piece.from_right)
        found = self.shown.get(key)
        if found is None:
            runs = self.shaper.shape(piece.text, *key[1:3], from_right=piece.from_right).runs
            fonts = [self._font(run.face) for run in runs]
            found = [(font.name, run.thicken, _show(font, run)) for font, run in zip(fonts, runs, strict=True)]
            self.shown[key] = found
        return found

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


def _state(font: str, size: float, colour: Colour, *, thicken: bool) -> str:
    red, green, blue = (f"{part:.3f}" for part in colour)
    mode = f"{size * _THICKEN:.3f} w {red} {green} {blue} RG 2 Tr" if thicken else "0 Tr"
    return f"/{font} {size:.3f} Tf {red} {green} {blue} rg {mode}"


def _show(font: EmbeddedFont, run: Run) -> str:
    """Return the operator that shows a run; kerning goes into the array."""
    array: list[str] = []
    for glyph in run.glyphs:
        array.append(f"<{font.code(glyph):04X}>")
        after = run.face.advance(glyph.parts[0].number) - glyph.advance if glyph.is_plain else 0
        if after:
            array.append(f"{after}")
    return f"[{''.join(array)}] TJ"
