"""Words to glyphs: graphemes, the face of each, and HarfBuzz; remembered per word.

A word is of one direction (see ``breaking``); its glyphs stand from left to right in either. Each glyph carries the
source text that it stands for, so that what is copied out of the document is what went in.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import uharfbuzz as hb  # type: ignore[import-untyped] # ships no types

from briefcase.paper.bidi_table import bidi_table
from briefcase.paper.fonts import (
    HANGUL,
    JAMO,
    JOINERS,
    VARIATION_SELECTORS,
    Face,
    Foreign,
    Library,
    Style,
    guess_language,
    script_of,
)
from briefcase.paper.visible import code_point

_VOWELS_AND_FINALS = range(0x1160, 0x1200)
_FEATURES = {"kern": True, "liga": False, "clig": False, "dlig": False}


class Part(NamedTuple):
    """A glyph of the face, and where it stands inside its cluster, in thousandths of the size."""

    number: int
    x: int
    y: int


class Glyph(NamedTuple):
    """What is drawn for one cluster of characters: the least that can be copied out by itself.

    A letter with its marks, or a syllable of Devanagari, is one glyph here, however many the face draws it with:
    readers that copy text out know no glyph that stands for nothing, and take a raised mark for another line.
    """

    parts: tuple[Part, ...]
    source: str
    advance: int

    @property
    def is_plain(self) -> bool:
        """Whether it is one glyph of the face, where the face puts it."""
        return len(self.parts) == 1 and not self.parts[0].x and not self.parts[0].y


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
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or ord(character) in VARIATION_SELECTORS
        or ord(character) in JOINERS
    )


def _stands_alone(character: str) -> bool:
    return not _joins(character) and ord(character) not in _VOWELS_AND_FINALS


def _jamo(before: str, character: str) -> bool:
    return ord(character) in _VOWELS_AND_FINALS and (ord(before) in JAMO or ord(before) in HANGUL)


@dataclass
class Shaper:
    """Shapes words in the faces of a library and remembers them."""

    library: Library
    words: dict[tuple[str, Style, str, bool], Shaped] = field(default_factory=dict)

    def shape(self, word: str, style: Style, language: str = "", *, from_right: bool = False) -> Shaped:
        """Return the glyphs of one word (no line feed in it), in the order of the page from left to right."""
        key = (word, style, language, from_right)
        found = self.words.get(key)
        if found is None:
            guessed = language or guess_language(word)
            found = self.words[key] = self._shape(word, style, guessed, from_right=from_right)
        return found

    def advance(self, word: str, style: Style, language: str = "", *, from_right: bool = False) -> int:
        """Return the width of one word in thousandths of the size."""
        return self.shape(word, style, language, from_right=from_right).advance

    def present(self, text: str, style: Style, language: str = "") -> str:
        """Return *text* with each character that no face has as a visible code, ``[U+1F600]``."""
        guessed = language or guess_language(text)
        if all(_stands_alone(each) and self.library.choose(each, style, guessed) for each in set(text) - {"\n"}):
            return text
        parts = ((part, self.library.choose(part, style, guessed)) for part in graphemes(text))
        return "".join(part if face or part == "\n" else "".join(map(code_point, part)) for part, face in parts)

    def _shape(self, word: str, style: Style, language: str, *, from_right: bool) -> Shaped:
        runs = []
        for face, script, text in self._split(word, style, language):
            thicken = style.is_bold and "Bold" not in face.name
            runs.append(Run(face, _glyphs(face, text, language, script=script, from_right=from_right), thicken))
        if from_right:
            runs.reverse()
        return Shaped(tuple(runs), sum(glyph.advance for run in runs for glyph in run.glyphs))

    def _split(self, word: str, style: Style, language: str) -> list[tuple[Face, str, str]]:
        """Cut *word* where face or script changes; what no face has becomes a visible code in the asked face."""
        pieces: list[tuple[Face, str, str]] = []
        for grapheme in graphemes(word):
            face, script = self.library.choose(grapheme, style, language), script_of(grapheme[0])
            if face is None:
                face, script, text = self.library.face(style.value), "", "".join(map(code_point, grapheme))
            else:
                text = grapheme
            if pieces and pieces[-1][0] is face and pieces[-1][1] == script:
                pieces[-1] = (face, script, pieces[-1][2] + text)
            else:
                pieces.append((face, script, text))
        return pieces


def _glyphs(face: Face, text: str, language: str, *, script: str = "", from_right: bool = False) -> tuple[Glyph, ...]:
    buffer: Foreign = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    if script:
        buffer.script = script
    buffer.direction = "rtl" if from_right else "ltr"
    if language:
        buffer.language = language
    hb.shape(face.font, buffer, _FEATURES)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    starts = [each for each in starts if not _rides(text, each, from_right=from_right)]
    ends = [*starts[1:], len(text)]
    placed = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    out = []
    for which, members in groupby(placed, key=lambda each: bisect_right(starts, each[0].cluster) - 1):
        source = text[starts[which] : ends[which]]
        out.append(_cluster(members, _as_drawn(source) if from_right else source))
    return tuple(out)


def _rides(text: str, start: int, *, from_right: bool) -> bool:
    """Say whether a cluster belongs to the one before it: a joiner, or what stands after a joiner.

    Readers drop what has no width, so a joiner goes with a letter: with the one before it or, in a word from the right,
    with the one after it, where it is found last and parts no word.
    """
    return start > 0 and ord(text[start - 1 if from_right else start]) in JOINERS


def _cluster(members: Iterable[tuple[Foreign, Foreign]], source: str) -> Glyph:
    """Gather the glyphs of one cluster; each stands after the advance of those before it."""
    parts, pen = [], 0
    for info, place in members:
        parts.append(Part(info.codepoint, pen + place.x_offset, place.y_offset))
        pen += place.x_advance
    return Glyph(tuple(parts), source, pen)


def _as_drawn(source: str) -> str:
    """Return what readers must find for a cluster that is read from the right: they turn the whole line around.

    That is its last character first, and for a bracket the one whose shape is shown.
    """
    mirrors = bidi_table().mirrors
    return "".join(mirrors.get(character, character) for character in reversed(source))
