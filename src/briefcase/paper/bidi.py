"""The order of mixed right-to-left and left-to-right text: the Unicode Bidirectional Algorithm (UAX #9).

All of it, with explicit embeddings, isolates and paired brackets, from the class table that is shipped with the
program (``bidi_table``), so that the order of a page does not hang on the Python that sets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from briefcase.paper.bidi_rules import resolve
from briefcase.paper.bidi_table import Table, bidi_table

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
REMOVED = -1
"""Level of a character that takes no part (rule X9): embeddings, overrides, their end, and boundary neutrals."""

_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDINGS = frozenset({"LRE", "RLE", "LRO", "RLO"})
_OUT = _EMBEDDINGS | {"PDF", "BN"}
_DEEPEST = 125


def levels(text: str, base: int | None = None) -> tuple[int, list[int]]:
    """Return the paragraph's level and the embedding level of every character of *text*.

    Args:
        text: one paragraph.
        base: its direction, 0 from the left and 1 from the right; None takes it from the first strong character.

    Returns:
        The level of the paragraph, and for each character its level, or ``REMOVED``. Rule L1 is applied as for a
        paragraph of one line; who breaks lines gives the spaces at the end of each the paragraph's level himself.
    """
    table = bidi_table()
    classes = [table.class_of(character) for character in text]
    pairs = _matching(classes)
    if base is None:
        base = _first_strong(classes, 0, len(classes), pairs) or 0
    explicit, types = _Explicit(classes, base, pairs).run()
    kept = [index for index, each in enumerate(classes) if each not in _OUT]
    for sequence in _sequences(kept, classes, explicit, pairs, base):
        _resolve(sequence, text, types, explicit, table)
    out = [REMOVED] * len(classes)
    for index in kept:
        out[index] = explicit[index]
    _trailing(classes, out, base)
    return base, out


def visual_order(line: Sequence[int]) -> list[int]:
    """Return the indices of a line's parts from left to right, given their levels (rule L2)."""
    order = list(range(len(line)))
    odd = [level for level in line if level % 2]
    if not odd:
        return order
    for level in range(max(line), min(odd) - 1, -1):
        start = 0
        while start < len(order):
            if line[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and line[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return order


def _matching(classes: Sequence[str]) -> dict[int, int]:
    """Return for each isolate initiator the place of its PDI (definition BD9)."""
    pairs: dict[int, int] = {}
    open_: list[int] = []
    for index, each in enumerate(classes):
        if each in _ISOLATES:
            open_.append(index)
        elif each == "PDI" and open_:
            pairs[open_.pop()] = index
        elif each == "B":
            open_.clear()
    return pairs


def _first_strong(classes: Sequence[str], start: int, end: int, pairs: dict[int, int]) -> int | None:
    """Return 0 or 1 for the first strong character outside isolates, or None (rules P2 and P3)."""
    index = start
    while index < end:
        each = classes[index]
        if each == "L":
            return 0
        if each in ("R", "AL"):
            return 1
        if each in _ISOLATES:
            index = pairs.get(index, end)
        index += 1
    return None


class _Status(NamedTuple):
    level: int
    override: str
    isolate: bool


class _Explicit:
    """Rules X1 to X8: levels from embeddings, overrides and isolates."""

    def __init__(self, classes: Sequence[str], base: int, pairs: dict[int, int]) -> None:
        self.classes, self.base, self.pairs = classes, base, pairs
        self.levels = [base] * len(classes)
        self.types = list(classes)
        self._reset()

    def run(self) -> tuple[list[int], list[str]]:
        """Return the level and the (perhaps overridden) class of every character."""
        for index, each in enumerate(self.classes):
            if each in _EMBEDDINGS:
                self._embed(index, each)
            elif each in _ISOLATES:
                self._isolate(index, each)
            elif each == "PDI":
                self._end_isolate(index)
            elif each == "PDF":
                self._end_embedding(index)
            elif each == "B":
                self._reset()
            else:
                self._place(index)
        return self.levels, self.types

    def _reset(self) -> None:
        self.stack = [_Status(self.base, "", isolate=False)]
        self.lost_isolates = self.lost_embeddings = self.isolates = 0

    def _place(self, index: int) -> None:
        status = self.stack[-1]
        self.levels[index] = status.level
        if status.override and self.classes[index] != "BN":
            self.types[index] = status.override

    def _next(self, *, from_right: bool) -> int:
        """Return the next higher even level, or odd level for right to left."""
        level = self.stack[-1].level
        return (level + 2) & ~1 if not from_right else (level + 1) | 1

    def _embed(self, index: int, each: str) -> None:
        self.levels[index] = self.stack[-1].level
        level = self._next(from_right=each in ("RLE", "RLO"))
        if level <= _DEEPEST and not self.lost_isolates and not self.lost_embeddings:
            override = {"RLO": "R", "LRO": "L"}.get(each, "")
            self.stack.append(_Status(level, override, isolate=False))
        elif not self.lost_isolates:
            self.lost_embeddings += 1

    def _isolate(self, index: int, each: str) -> None:
        self._place(index)
        from_right = each == "RLI"
        if each == "FSI":
            end = self.pairs.get(index, len(self.classes))
            from_right = _first_strong(self.classes, index + 1, end, self.pairs) == 1
        level = self._next(from_right=from_right)
        if level <= _DEEPEST and not self.lost_isolates and not self.lost_embeddings:
            self.isolates += 1
            self.stack.append(_Status(level, "", isolate=True))
        else:
            self.lost_isolates += 1

    def _end_isolate(self, index: int) -> None:
        if self.lost_isolates:
            self.lost_isolates -= 1
        elif self.isolates:
            self.lost_embeddings = 0
            while not self.stack[-1].isolate:
                self.stack.pop()
            self.stack.pop()
            self.isolates -= 1
        self._place(index)

    def _end_embedding(self, index: int) -> None:
        self.levels[index] = self.stack[-1].level
        if self.lost_isolates:
            return
        if self.lost_embeddings:
            self.lost_embeddings -= 1
        elif not self.stack[-1].isolate and len(self.stack) > 1:
            self.stack.pop()


class _Sequence(NamedTuple):
    """An isolating run sequence: the places of its characters, and the direction before and after it."""

    places: list[int]
    before: str
    after: str


def _sequences(
    kept: Sequence[int], classes: Sequence[str], level_of: Sequence[int], pairs: dict[int, int], base: int
) -> list[_Sequence]:
    """Return the isolating run sequences (definition BD13, rule X10)."""
    runs: list[list[int]] = []
    for index in kept:
        if runs and level_of[runs[-1][-1]] == level_of[index]:
            runs[-1].append(index)
        else:
            runs.append([index])
    starts = {run[0]: run for run in runs}
    closing = set(pairs.values())
    position = {index: place for place, index in enumerate(kept)}
    out: list[_Sequence] = []
    for run in runs:
        if run[0] in closing:
            continue
        places = list(run)
        while places[-1] in pairs and pairs[places[-1]] in starts:
            places += starts[pairs[places[-1]]]
        level = level_of[places[0]]
        first, last = position[places[0]], position[places[-1]]
        before = level_of[kept[first - 1]] if first else base
        unmatched = classes[places[-1]] in _ISOLATES
        after = base if unmatched or last + 1 == len(kept) else level_of[kept[last + 1]]
        out.append(_Sequence(places, _direction(max(level, before)), _direction(max(level, after))))
    return out


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"


def _resolve(sequence: _Sequence, text: str, types: list[str], level_of: list[int], table: Table) -> None:
    """Resolve the weak and neutral characters of a sequence, and raise their levels (rules W1 to I2)."""
    places = sequence.places
    level = level_of[places[0]]
    brackets = [table.bracket_of(text[index]) for index in places]
    found = resolve([types[index] for index in places], brackets, level, sequence.before, sequence.after)
    for index, each in zip(places, found, strict=True):
        if level % 2:
            level_of[index] = level + (each != "R")
        else:
            level_of[index] = level + {"L": 0, "R": 1}.get(each, 2)


def _trailing(classes: Sequence[str], out: list[int], base: int) -> None:
    """Give separators, and the spaces before them and at the end, the paragraph's level (rule L1)."""
    resets = True
    for index in range(len(classes) - 1, -1, -1):
        each = classes[index]
        if each in ("B", "S"):
            out[index], resets = base, True
        elif each == "WS" or each in _ISOLATES or each == "PDI":
            if resets:
                out[index] = base
        elif each not in _OUT:
            resets = False
