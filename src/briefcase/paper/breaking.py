"""Spans of plain text to lines that fit a width.

A line may break at a space, after a hyphen or slash between letters, and between CJK characters except where their
customary rules forbid it (no closing mark or small kana at the start of a line, no opening mark at its end; JIS X 4051,
GB/T 15834). A word wider than the line is cut between graphemes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from briefcase.paper.fonts import Style
from briefcase.paper.shaping import Shaper, graphemes
from briefcase.paper.visible import visible

INK, MUTED, DARK_RED, NAVY = (0.10, 0.12, 0.16), (0.38, 0.42, 0.48), (0.63, 0.07, 0.11), (0.11, 0.20, 0.33)
"""The four colours of text, as red, green and blue from 0 to 1."""

Colour = tuple[float, float, float]


class Span(NamedTuple):
    """A stretch of text in one style; *scale* is a factor on the size of the paragraph."""

    text: str
    style: Style = Style.REGULAR
    colour: Colour = INK
    language: str = ""
    scale: float = 1.0


class Piece(NamedTuple):
    """Part of a line that is shaped as one word; *width* in points."""

    text: str
    span: Span
    width: float


Line = tuple[Piece, ...]

_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝〉》」』】〕〗〙〛’”…‥ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻゛゜％‰℃,.!?:;)]}"
)
_NOT_LAST = frozenset("（［｛〈《「『【〔〖〘〚‘“＄￥￡([{")
_TOKEN = re.compile(r"\n| +|[^ \n]+")
_AFTER = re.compile(r"(?<=[^\W\d]-)(?=\w)|(?<=\w[/\\–—])(?=\w)|(?<=[;,])(?=\w)")
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u312f\u3190-\ua4cf\ua960-\ua97f\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff]"
)


def set_lines(spans: tuple[Span, ...], width: float, size: float, shaper: Shaper) -> list[Line]:
    """Return the lines of *spans* in a measure of *width* points at *size*; at least one, perhaps empty."""
    setter = _Setter(width, size, shaper)
    for span in spans:
        setter.add(span)
    return setter.finish()


def line_width(line: Line) -> float:
    """Return the width of a line in points, a trailing space not counted."""
    total = sum(piece.width for piece in line)
    return total - line[-1].width if line and line[-1].text.isspace() else total


class _Setter:
    """Fills lines greedily, one unbreakable unit after another."""

    def __init__(self, width: float, size: float, shaper: Shaper) -> None:
        self.width, self.size, self.shaper = width, size, shaper
        self.lines: list[Line] = []
        self.line: list[Piece] = []
        self.used = 0.0

    def add(self, span: Span) -> None:
        """Append the text of one span."""
        for word in _TOKEN.findall(visible(span.text)):
            if word == "\n":
                self._end()
            elif word[0] == " ":
                self._append(word, span)
            else:
                for unit in units(word):
                    self._place(unit, span)

    def finish(self) -> list[Line]:
        """Return all lines."""
        if self.line or not self.lines:
            self._end()
        return self.lines

    def _measure(self, text: str, span: Span) -> float:
        return self.shaper.advance(text, span.style, span.language) * self.size * span.scale / 1000

    def _append(self, text: str, span: Span) -> None:
        width = self._measure(text, span)
        if text[0] == " " and not self.line and self.lines:
            return
        self.line.append(Piece(text, span, width))
        self.used += width

    def _place(self, unit: str, span: Span) -> None:
        width = self._measure(unit, span)
        if width > self.width + 0.01:
            self._cut(unit, span)
            return
        if self.used + width > self.width + 0.01 and self.line:
            self._end()
        self._append(unit, span)

    def _cut(self, unit: str, span: Span) -> None:
        """Set a unit that is wider than the whole line, cutting it between graphemes."""
        part, wide = "", 0.0
        for grapheme in graphemes(unit):
            width = self._measure(grapheme, span)
            if (part or self.line) and self.used + wide + width > self.width:
                if part:
                    self._append(part, span)
                self._end()
                part, wide = "", 0.0
            part, wide = part + grapheme, wide + width
        self._append(part, span)

    def _end(self) -> None:
        self.lines.append(tuple(self.line))
        self.line, self.used = [], 0.0


def units(token: str) -> list[str]:
    """Split a word without spaces into the parts between which a line may break."""
    if not _CJK.search(token):
        return _AFTER.split(token) if len(token) > 1 else [token]
    out: list[str] = []
    for grapheme in graphemes(token):
        if out and not _may_break(out[-1], grapheme):
            out[-1] += grapheme
        else:
            out.append(grapheme)
    return out


def _may_break(before: str, after: str) -> bool:
    if after[0] in _NOT_FIRST or before[-1] in _NOT_LAST:
        return False
    return bool(_CJK.match(after[0]) or _CJK.match(before[-1]))
