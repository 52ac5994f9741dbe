"""Words to glyphs: graphemes, the face of each, and HarfBuzz; remembered per word.

Only left-to-right scripts reach this module (see ``visible``). Each glyph carries the source text that it stands for,
so that what is copied out of the document is what went in.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

import uharfbuzz as hb  # type: ignore[import-untyped] # ships no types

from briefcase.paper.fonts import HANGUL, JAMO, VARIATION_SELECTORS, Face, Foreign, Library, Style, guess_language
from briefcase.paper.visible import code_point

_VOWELS_AND_FINALS = range(0x1160, 0x1200)
_FEATURES = {"kern": True, "liga": False, "clig": False, "dlig": False}


class Glyph(NamedTuple):
    """One glyph of a run; measures in thousandths of the size. *source* is empty inside a cluster."""

    number: int
    source: str
    advance: int
    x: int
    y: int


class Run(NamedTuple):
    """Glyphs of one face."""

    face: Face
    glyphs: tuple[Glyph, ...]
    thicken: bool


class Shaped(NamedTuple):
    """A shaped word: runs in order, and the whole advance in thousandths of the size."""

    runs: tuple[Run, ...]
    advance: int


def graphemes(text: str) -> list[str]:
    """Split *text* into a base with its marks; conjoining jamo stay together (a simple form of UAX #29)."""
    out: list[str] = []
    for character in text:
        if out and (_joins(character) or _jamo(out[-1][-1], character)):
            out[-1] += character
        else:
            out.append(character)
    return out


def _joins(character: str) -> bool:
    return character > "\u02ff" and (
        unicodedata.category(character) in ("Mn", "Mc", "Me") or ord(character) in VARIATION_SELECTORS
    )


def _jamo(before: str, character: str) -> bool:
    return ord(character) in _VOWELS_AND_FINALS and (ord(before) in JAMO or ord(before) in HANGUL)


@dataclass
class Shaper:
    """Shapes words in the faces of a library and remembers them."""

    library: Library
    words: dict[tuple[str, Style, str], Shaped] = field(default_factory=dict)

    def shape(self, word: str, style: Style, language: str = "") -> Shaped:
        """Return the glyphs of one word (no line feed in it)."""
        key = (word, style, language)
        found = self.words.get(key)
        if found is None:
            found = self.words[key] = self._shape(word, style, language or guess_language(word))
        return found

    def advance(self, word: str, style: Style, language: str = "") -> int:
        """Return the width of one word in thousandths of the size."""
        return self.shape(word, style, language).advance

    def _shape(self, word: str, style: Style, language: str) -> Shaped:
        runs = []
        for face, text in self._split(word, style, language):
            thicken = style.is_bold and "Bold" not in face.name
            runs.append(Run(face, _glyphs(face, text, language), thicken))
        return Shaped(tuple(runs), sum(glyph.advance for run in runs for glyph in run.glyphs))

    def _split(self, word: str, style: Style, language: str) -> list[tuple[Face, str]]:
        """Cut *word* where the face changes; what no face has becomes a visible code in the asked face."""
        pieces: list[tuple[Face, str]] = []
        for grapheme in graphemes(word):
            face = self.library.choose(grapheme, style, language)
            if face is None:
                face, text = self.library.face(style.value), "".join(map(code_point, grapheme))
            else:
                text = grapheme
            if pieces and pieces[-1][0] is face:
                pieces[-1] = (face, pieces[-1][1] + text)
            else:
                pieces.append((face, text))
        return pieces


def _glyphs(face: Face, text: str, language: str) -> tuple[Glyph, ...]:
    buffer: Foreign = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    if language:
        buffer.language = language
    hb.shape(face.font, buffer, _FEATURES)
    clusters = [info.cluster for info in buffer.glyph_infos]
    sources = _sources(text, clusters)
    return tuple(
        Glyph(info.codepoint, source, place.x_advance, place.x_offset, place.y_offset)
        for info, place, source in zip(buffer.glyph_infos, buffer.glyph_positions, sources, strict=True)
    )


def _sources(text: str, clusters: list[int]) -> list[str]:
    """Share out *text* over its glyphs: one character each where the numbers agree, else all to the first glyph."""
    out = [""] * len(clusters)
    at = 0
    while at < len(clusters):
        after = at
        while after < len(clusters) and clusters[after] == clusters[at]:
            after += 1
        piece = text[clusters[at] : clusters[after] if after < len(clusters) else len(text)]
        if len(piece) == after - at:
            out[at:after] = list(piece)
        else:
            out[at] = piece
        at = after
    return out
