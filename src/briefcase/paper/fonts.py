"""The shipped typefaces: which files there are, and which of them sets which character.

A style names a face of the Noto Sans family; a character that this face lacks is looked for in a fallback
list that depends on the language, because Chinese, Japanese and Korean share code points but not shapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import uharfbuzz as hb  # type: ignore[import-untyped] # ships no types

from briefcase import resources
from briefcase.paper.visible import ARABIC, DEVANAGARI, HEBREW, THAI

HANGUL, JAMO = range(0xAC00, 0xD7A4), range(0x1100, 0x1200)
_TELLING = re.compile("([\u3040-\u30ff\u31f0-\u31ff])|([\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3])|([\u3100-\u312f])")
"""Kana, hangul, bopomofo: letters of one language only."""
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
JOINERS = frozenset({0x200C, 0x200D})

Foreign = Any
"""An object of a library that has no types (HarfBuzz, reportlab)."""


class Style(Enum):
    """The faces that a page may ask for; the value is the file's name without its ending."""

    REGULAR = "NotoSans-Regular"
    BOLD = "NotoSans-Bold"
    ITALIC = "NotoSans-Italic"
    NARROW = "NotoSans-SemiCondensed"
    NARROW_BOLD = "NotoSans-SemiCondensedBold"
    MONO = "NotoSansMono-Regular"
    MONO_BOLD = "NotoSansMono-Bold"

    __hash__ = object.__hash__
    """Each is there once; a hash in Python would be most of the cost of finding a word."""

    @property
    def is_bold(self) -> bool:
        """Whether a fallback face, which exists in regular only, must be thickened."""
        return self in (Style.BOLD, Style.NARROW_BOLD, Style.MONO_BOLD)


_SC, _TC, _JP, _KR = "NotoSansSC-Regular", "NotoSansTC-Regular", "NotoSansJP-Regular", "NotoSansKR-Regular"
_FALLBACK = MappingProxyType(
    {
        "zh": (_SC, _TC, _JP, _KR),
        "zh-hant": (_TC, _SC, _JP, _KR),
        "ja": (_JP, _SC, _TC, _KR),
        "ko": (_KR, _JP, _SC, _TC),
    }
)
_OWN = (
    (ARABIC, "Arab", "NotoSansArabic"),
    (HEBREW, "Hebr", "NotoSansHebrew"),
    (THAI, "Thai", "NotoSansThai"),
    (DEVANAGARI, "Deva", "NotoSans"),
)
"""Scripts that are shaped apart: blocks, ISO 15924 tag, family to fall back to."""

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")


def fallback(language: str) -> tuple[str, ...]:
    """Return the faces to try after the asked one, best first, for a BCP 47 tag (may be empty)."""
    tag = language.lower()
    if tag.startswith(_TRADITIONAL):
        return _FALLBACK["zh-hant"]
    return _FALLBACK.get(tag.split("-")[0], _FALLBACK["zh"])


@lru_cache(maxsize=4096)
def script_of(character: str) -> str:
    """Return the ISO 15924 tag of a character of a script that is shaped apart, else nothing."""
    return next((tag for blocks, tag, _family in _OWN if _within(character, blocks)), "")


def _within(character: str, blocks: tuple[range, ...]) -> bool:
    return any(ord(character) in block for block in blocks)


def _own_faces(character: str, style: Style) -> tuple[str, ...]:
    """Return the faces of a character's own script, the asked weight first; none for a script that is not apart."""
    for _blocks, tag, family in _OWN:
        if tag == script_of(character):
            weights = ("Bold", "Regular") if style.is_bold else ("Regular",)
            return tuple(f"{family}-{weight}" for weight in weights)
    return ()


def guess_language(text: str) -> str:
    """Return ``ja`` for text with kana, ``ko`` for text with hangul, ``zh-Hant`` for bopomofo, else an empty tag."""
    found = _TELLING.search(text)
    if not found:
        return ""
    return {1: "ja", 2: "ko", 3: "zh-Hant"}[found.lastindex or 1]


@dataclass(frozen=True)
class Face:
    """One font file, opened: measures are in thousandths of the size (all shipped files have 1000 units an em)."""

    name: str
    face: Foreign
    font: Foreign
    characters: frozenset[int]

    def advance(self, glyph: int) -> int:
        """Return the nominal advance of a glyph."""
        return int(self.font.get_glyph_h_advance(glyph))


def open_face(name: str) -> Face:
    """Open one shipped face by the name of its file.

    Raises:
        ResourceError: the file is missing.
    """
    path = resources.path("fonts", f"{name}.ttf")
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    return Face(name, face, hb.Font(face), frozenset(face.unicodes))


@dataclass
class Library:
    """The faces that one document has opened so far."""

    faces: dict[str, Face] = field(default_factory=dict)
    chosen: dict[tuple[str, Style, str], Face | None] = field(default_factory=dict)

    def face(self, name: str) -> Face:
        """Return a face, opening it at its first use."""
        found = self.faces.get(name)
        if found is None:
            found = self.faces[name] = open_face(name)
        return found

    def choose(self, grapheme: str, style: Style, language: str) -> Face | None:
        """Return the first face that has every character of *grapheme*, or None; remembered."""
        key = (grapheme, style, language)
        if key not in self.chosen:
            self.chosen[key] = self._choose(grapheme, style, language)
        return self.chosen[key]

    def _choose(self, grapheme: str, style: Style, language: str) -> Face | None:
        codes = map(ord, grapheme)
        wanted = [code for code in codes if code not in VARIATION_SELECTORS and code not in JOINERS]
        own = _own_faces(grapheme[0], style)
        others = own or (*fallback(language or guess_language(grapheme)), Style.REGULAR.value)
        for name in (style.value, *others):
            face = self.face(name)
            if all(code in face.characters for code in wanted):
                return face
        return None
