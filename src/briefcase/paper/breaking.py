"""Spans of plain text to lines that fit a width.

A line may break at a space, after a hyphen or slash between letters, and between CJK characters except where their
customary rules forbid it (no closing mark or small kana at the start of a line, no opening mark at its end; JIS X 4051,
GB/T 15834), and before the vowels that begin a Thai syllable. A word wider than the line is cut between graphemes.

A page runs from left to right; each span stands in an isolate of its own (UAX #9), so that a name in Arabic cannot
draw its neighbours over to its other side. Lines are filled in the order of reading and turned into the order of the
page when they are full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from briefcase.paper.bidi import FSI, PDI, levels, visual_order
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
    """Part of a line that is shaped as one word; *width* in points, *level* of its direction (odd: from the right)."""

    text: str
    span: Span
    width: float
    level: int = 0

    @property
    def from_right(self) -> bool:
        """Whether it is read from right to left."""
        return self.level % 2 == 1


Line = tuple[Piece, ...]

Known = dict[tuple[Span, float], dict[str, tuple[Piece, ...]]]
"""Words in paragraphs that run from the left, as they were set: by their look (a span without text) and size."""

_FEED = "\n"
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_THAI = re.compile("(?<=[\u0e01-\u0e3a\u0e45-\u0e4e])(?=[\u0e40-\u0e44])")
_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝〉》」』】〕〗〙〛’”…‥ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻゛゜％‰℃,.!?:;)]}"
)
_NOT_LAST = frozenset("（［｛〈《「『【〔〖〘〚‘“＄￥￡([{")
_TOKEN = re.compile(r"\n| +|[^ \n]+")
_AFTER = re.compile(r"(?<=[^\W\d]-)(?=\w)|(?<=\w[/\\–—])(?=\w)|(?<=[;,])(?=\w)")
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u312f\u3190-\ua4cf\ua960-\ua97f\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff]"
)


def set_lines(
    spans: tuple[Span, ...], width: float, size: float, shaper: Shaper, known: Known | None = None
) -> list[Line]:
    """Return the lines of *spans* in a measure of *width* points at *size*; at least one, perhaps empty.

    Args:
        spans: the text, stretch by stretch.
        width: of a line, in points.
        size: of the text, in points.
        shaper: shapes and measures its words.
        known: words that were set before, by look and size; grows.
    """
    setter = _Setter(width, size, shaper, {} if known is None else known)
    shown = [span._replace(text=visible(span.text)) for span in spans]
    if any(_FROM_RIGHT.search(span.text) for span in shown):
        shown = [span._replace(text=shaper.present(span.text, span.style, span.language)) for span in shown]
        for span, level in zip(shown, _levels([span.text for span in shown]), strict=True):
            setter.add(span, level)
    else:
        for span in shown:
            setter.add(span, ())
    return setter.finish()


def _levels(texts: Sequence[str]) -> list[list[int]]:
    """Return the level of every character of each text, each text isolated, in paragraphs that run from the left."""
    joined = "".join(f"{FSI}{text.replace(_FEED, PDI + _FEED + FSI)}{PDI}" for text in texts)
    flat: list[int] = []
    for paragraph in joined.split(_FEED):
        found = levels(paragraph, 0)[1]
        flat += [level for character, level in zip(paragraph, found, strict=True) if character not in (FSI, PDI)]
        flat.append(0)
    out, start = [], 0
    for text in texts:
        out.append(flat[start : start + len(text)])
        start += len(text)
    return out


def line_width(line: Line) -> float:
    """Return the width of a line in points, a trailing space not counted."""
    total = sum(piece.width for piece in line)
    return total - line[-1].width if line and line[-1].text.isspace() else total


class _Setter:
    """Fills lines greedily, one unbreakable unit after another."""

    def __init__(self, width: float, size: float, shaper: Shaper, known: Known) -> None:
        self.width, self.size, self.shaper, self.known = width, size, shaper, known
        self.lines: list[Line] = []
        self.line: list[Piece] = []
        self.used = 0.0
        self.turned = False

    def add(self, span: Span, level: Sequence[int]) -> None:
        """Append the text of one span; *level* of each character, or nothing where all run from the left."""
        if level:
            self._add_turned(span, level)
            return
        look = span._replace(text="")
        known = self.known.setdefault((look, self.size), {})
        for word in _TOKEN.findall(span.text):
            pieces = known.get(word)
            if pieces is None:
                pieces = known[word] = self._pieces(word, look, 0)
            self._fill(pieces)

    def _add_turned(self, span: Span, level: Sequence[int]) -> None:
        """Append a span of a paragraph that has text from the right; its pieces must be known as its own."""
        self.turned = True
        known: dict[tuple[str, int], tuple[Piece, ...]] = {}
        at = 0
        for word in _TOKEN.findall(span.text):
            levels_ = level[at : at + len(word)]
            first = levels_[0]
            if levels_.count(first) != len(word):
                self._split(word, span, levels_)
            else:
                pieces = known.get((word, first))
                if pieces is None:
                    pieces = known[word, first] = self._pieces(word, span, first)
                self._fill(pieces)
            at += len(word)

    def _split(self, word: str, span: Span, level: Sequence[int]) -> None:
        """Set a word whose level changes inside it."""
        at = 0
        for unit in units(word):
            self._place(_parts(unit, level[at : at + len(unit)]), span)
            at += len(unit)

    def finish(self) -> list[Line]:
        """Return all lines."""
        if self.line or not self.lines:
            self._end()
        return self.lines

    def _pieces(self, word: str, span: Span, level: int) -> tuple[Piece, ...]:
        """Return what a token of one level is set as: a space as it is, a word in its units, none for a line feed."""
        if word == _FEED:
            return ()
        return tuple(self._piece(unit, span, level) for unit in ((word,) if word[0] == " " else units(word)))

    def _fill(self, pieces: tuple[Piece, ...]) -> None:
        """Set pieces between which the line may break; none end the line."""
        if not pieces:
            self._end()
        for piece in pieces:
            width = piece.width
            if piece.text[0] == " ":
                if not self.line and self.lines:
                    continue
            elif self.used + width > self.width + 0.01:
                if width > self.width + 0.01:
                    self._cut(piece.text, piece.span, piece.level)
                    continue
                if self.line:
                    self._end()
            self.line.append(piece)
            self.used += width

    def _piece(self, text: str, span: Span, level: int) -> Piece:
        thousandths = self.shaper.advance(text, span.style, span.language, from_right=level % 2 == 1)
        return Piece(text, span, thousandths * self.size * span.scale / 1000, level)

    def _append(self, piece: Piece) -> None:
        self.line.append(piece)
        self.used += piece.width

    def _place(self, parts: Sequence[tuple[str, int]], span: Span) -> None:
        """Set what may not be broken: the parts of one unit, each of one level."""
        pieces = [self._piece(text, span, level) for text, level in parts]
        width = sum(piece.width for piece in pieces)
        if width > self.width + 0.01:
            for text, level in parts:
                self._cut(text, span, level)
            return
        if self.used + width > self.width + 0.01 and self.line:
            self._end()
        for piece in pieces:
            self._append(piece)

    def _cut(self, unit: str, span: Span, level: int) -> None:
        """Set a unit that is wider than the whole line, cutting it between graphemes."""
        part, wide = "", 0.0
        for grapheme in graphemes(unit):
            width = self._piece(grapheme, span, level).width
            if (part or self.line) and self.used + wide + width > self.width:
                if part:
                    self._append(self._piece(part, span, level))
                self._end()
                part, wide = "", 0.0
            part, wide = part + grapheme, wide + width
        self._append(self._piece(part, span, level))

    def _end(self) -> None:
        self.lines.append(_in_page_order(self.line) if self.turned else tuple(self.line))
        self.line, self.used = [], 0.0


def _parts(unit: str, level: Sequence[int]) -> list[tuple[str, int]]:
    """Split a unit where the level changes."""
    out: list[tuple[str, int]] = []
    for character, each in zip(unit, level, strict=True):
        if out and out[-1][1] == each:
            out[-1] = (out[-1][0] + character, each)
        else:
            out.append((character, each))
    return out


def _in_page_order(line: list[Piece]) -> Line:
    """Return the pieces of a line from left to right, each span in the place that it has in the page's direction.

    Spaces at the end of the line go to its end (rule L1).
    """
    if not any(piece.level for piece in line):
        return tuple(line)
    last = len(line)
    while last and line[last - 1].text.isspace():
        last -= 1
    line[last:] = [piece._replace(level=0) for piece in line[last:]]
    out: list[Piece] = []
    for _span, members in groupby(line, key=lambda piece: id(piece.span)):
        pieces = list(members)
        out += (pieces[place] for place in visual_order([piece.level for piece in pieces]))
    return tuple(out)


def units(token: str) -> list[str]:
    """Split a word without spaces into the parts between which a line may break."""
    if not _CJK.search(token):
        parts = _AFTER.split(token) if len(token) > 1 else [token]
        return [each for part in parts for each in _THAI.split(part)]
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
