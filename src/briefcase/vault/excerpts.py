"""What a search shows of the records that it found: their own words, and which of them were met."""

from __future__ import annotations

import re

from briefcase.records.folding import fold
from briefcase.records.names import names_of, texts_of
from briefcase.records.query import Query, Where
from briefcase.records.record import Record

_AROUND = 60
_SCANNED = 20_000
_UNIT = re.compile(
    r"[\u3005-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\s\u3005-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""A Chinese or Japanese character, or a run of others without a blank."""

Marks = tuple[tuple[int, int], ...]


class Excerpts:
    """Finds the words that a query found in the records it found; remembers the fold of every word it met."""

    def __init__(self, query: Query) -> None:
        last = len(query.words) - 1
        self._phrases = [
            (phrase.split(), place == last) for place, word in enumerate(query.words) for phrase in word if phrase
        ]
        self._starts = tuple(phrase[0] for phrase, _open in self._phrases)
        self._inside = query.folded
        self._met: dict[str, list[str]] = {}

    def of(self, record: Record, where: Where, place: int = 0) -> tuple[str, Marks]:
        """Return the words of *record* to show, and where in them (start, end) the query is met.

        Args:
            record: what was found.
            where: in what; nothing is shown of what filters alone found.
            place: of a name found, which one (``names_of``).
        """
        if where == "filter":
            return "", ()
        if where in ("name", "part"):
            names = names_of(record)
            name = names[place] if place < len(names) else ""
            return name, self.marks(name, inside=where == "part")
        text = texts_of(record)[:_SCANNED]
        marks = self.marks(text, within=2 * _AROUND)
        return _cut(text, marks) if marks else ("", ())

    def marks(self, text: str, *, within: int | None = None, inside: bool = False) -> Marks:
        """Return where *text* meets the query, up to *within* characters after the first place.

        Args:
            text: as it is written.
            within: None for all of it.
            inside: words that hold what was asked somewhere inside count.
        """
        tokens: list[str] = []
        spans: list[tuple[int, int]] = []
        end = None
        for unit in _UNIT.finditer(text):
            if end is not None and unit.start() > end:
                break
            folded = self._folded(unit[0])
            tokens += folded
            spans += [unit.span()] * len(folded)
            if end is None and within is not None and any(token.startswith(self._starts) for token in folded):
                end = unit.end() + within if self._found(tokens, inside=inside) else None
        return _joined([spans[at] for at in self._found(tokens, inside=inside)])

    def _folded(self, unit: str) -> list[str]:
        known = self._met.get(unit)
        if known is None:
            known = self._met[unit] = fold(unit).split()
        return known

    def _found(self, tokens: list[str], *, inside: bool) -> list[int]:
        """Return the places of the tokens that belong to a phrase of the query."""
        found: set[int] = set()
        for phrase, is_open in self._phrases:
            length, last = len(phrase), phrase[-1]
            for at, token in enumerate(tokens[: len(tokens) - length + 1]):
                if length == 1:
                    meets = token.startswith(last) if is_open else token == last
                else:
                    ending = tokens[at + length - 1]
                    meets = tokens[at : at + length - 1] == phrase[:-1] and (
                        ending.startswith(last) if is_open else ending == last
                    )
                if meets:
                    found.update(range(at, at + length))
        if inside and not found:
            found.update(at for at, token in enumerate(tokens) if self._inside in token)
        return sorted(found)


def _joined(spans: list[tuple[int, int]]) -> Marks:
    """Return *spans* with neighbours that touch made one."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _cut(text: str, marks: Marks) -> tuple[str, Marks]:
    """Return the stretch of *text* around the first mark, on one line."""
    start = max(0, marks[0][0] - _AROUND)
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
    end = min(len(text), marks[0][1] + 2 * _AROUND)
    shown = text[start:end].replace("\n", " ")
    return shown, tuple((begin - start, stop - start) for begin, stop in marks if stop <= end)
