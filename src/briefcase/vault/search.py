"""Search: folded names first, then folded texts; the words that are shown come from the stored record.

Match strings are built from quoted tokens only, so nothing that an officer types is syntax. One to three letters, and
words that thousands of records hold, match too much to be ranked as a whole: then the first hits are ranked among
themselves, those whose first name begins so before any others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.records import canonical
from briefcase.records.folding import fold, query_tokens
from briefcase.records.names import names_of, texts_of
from briefcase.records.record import Record
from briefcase.vault.database import Database, Value
from briefcase.vault.values import Hit, id_text, raw_id

BOUND = 500
RANKED = 5000
SHORT = 3
_AROUND = 60
_SCANNED = 20_000
_FAR = 4
_WORD = re.compile(r"\S+")
_SHOWN = "SELECT r.n, r.id, r.kind, r.title, v.body FROM record r JOIN revision v ON v.n = r.current"
_INDEXES = ("name_index", "body_index")


@dataclass(frozen=True)
class Query:
    """A query as it is matched: for every word its alternatives, each a phrase of tokens; the last word may go on."""

    words: tuple[tuple[str, ...], ...]
    folded: str

    @property
    def expression(self) -> str:
        """The FTS5 match string: every phrase quoted, every word wanted, the last one taken as a beginning."""
        return self._expression("")

    @property
    def initial_expression(self) -> str:
        """The same, but the first word must be the first one of the first name."""
        return self._expression("^")

    def _expression(self, before: str) -> str:
        last = len(self.words) - 1
        groups = (
            " OR ".join(
                (before if not place else "") + _quoted(phrase) + ("*" if place == last else "") for phrase in word
            )
            for place, word in enumerate(self.words)
        )
        return " AND ".join(f"({group})" for group in groups)

    @property
    def is_short(self) -> bool:
        """Whether it is so short that it surely matches too much to be ranked as a whole."""
        return sum(len(word[0]) for word in self.words) <= SHORT

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token of every alternative, for highlighting."""
        return tuple(token for word in self.words for phrase in word for token in phrase.split())


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


def parse(text: str) -> Query:
    """Return the query that *text* stands for; one without words finds nothing."""
    return Query(tuple(tuple(word) for word in query_tokens(text) if word), fold(text))


@dataclass(frozen=True)
class _Found:
    number: int
    where: str


class Search:
    """The search of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(
        self, text: str, *, kinds: Sequence[str] | None = None, case_id: str | None = None, limit: int = 200
    ) -> list[Hit]:
        """Return the best hits, those by name before those by text.

        Args:
            text: what was typed; its last word may be unfinished.
            kinds: only these kinds of record.
            case_id: only records of this case.
            limit: at most so many.

        Raises:
            SearchStopped: ``stop`` was called in the meantime.
        """
        query = parse(text)
        if not query.words or limit <= 0:
            return []
        with self._database.reading():
            numbers = self._best(_INDEXES[0], query, kinds, case_id)
            found = [_Found(number, "name") for number in self._ranked(numbers, query)[:limit]]
            if len(found) < limit:
                seen = {each.number for each in found}
                more = self._best(_INDEXES[1], query, kinds, case_id)
                found += [_Found(number, "text") for number in more if number not in seen][: limit - len(found)]
            return self._hits(found, query)

    def stop(self) -> None:
        """Stop a search that runs in another thread."""
        self._database.stop_reading()

    def _best(self, index: str, query: Query, kinds: Sequence[str] | None, case_id: str | None) -> list[int]:
        """Return up to ``BOUND`` records: the best ones, or when too many match, names that begin so and any others."""
        narrow = (kinds, case_id)
        if not query.is_short:
            count = len(self._match(index, query.expression, *narrow, limit=RANKED + 1, ranked=False))
            if count <= RANKED:
                return self._match(index, query.expression, *narrow, limit=BOUND, ranked=True)
        found = self._match(index, query.initial_expression, *narrow, limit=BOUND, ranked=False)
        found += self._match(index, query.expression, *narrow, limit=BOUND, ranked=False)
        return list(dict.fromkeys(found))

    def _match(
        self, index: str, expression: str, kinds: Sequence[str] | None, case_id: str | None, *, limit: int, ranked: bool
    ) -> list[int]:
        values: list[Value] = []
        sql = f"SELECT {index}.rowid FROM {index}"  # noqa: S608 - one of two constants
        if kinds is not None:
            sql += f" CROSS JOIN record r ON r.n = {index}.rowid AND r.kind IN ({','.join('?' * len(kinds))})"
            values += kinds
        if case_id is not None:
            sql += f" CROSS JOIN case_record c ON c.record = {index}.rowid AND c.case_id = ?"
            values.append(raw_id(case_id))
        sql += f" WHERE {index} MATCH ?"
        if ranked:
            sql += f" ORDER BY {index}.rank"
        rows = self._database.rows(f"{sql} LIMIT ?", [*values, expression, limit])
        return [int(row[0] or 0) for row in rows]

    def _ranked(self, numbers: list[int], query: Query) -> list[int]:
        """Return *numbers* with whole names first, then beginnings, then the rest, shorter names before longer."""
        best: dict[int, tuple[int, int, int]] = {number: (_FAR, 0, place) for place, number in enumerate(numbers)}
        places = ",".join("?" * len(numbers))
        sql = f"SELECT record, folded FROM name WHERE record IN ({places})"  # noqa: S608 - question marks only
        for record, folded in self._database.rows(sql, numbers):
            number, name = int(record or 0), str(folded)
            best[number] = min(best[number], (_closeness(name, query.folded), len(name), best[number][2]))
        return sorted(numbers, key=lambda number: best[number])

    def _hits(self, found: Sequence[_Found], query: Query) -> list[Hit]:
        places = ",".join("?" * len(found))
        sql = f"{_SHOWN} WHERE r.n IN ({places})"
        rows = {int(row[0] or 0): row for row in self._database.rows(sql, [each.number for each in found])}
        hits, excerpts = [], Excerpts(query)
        for each in found:
            _, identifier, kind, title, body = rows[each.number]
            if isinstance(identifier, bytes) and isinstance(body, bytes):
                snippet, marks = excerpts.of(canonical.decode(body), by_name=each.where == "name")
                hits.append(Hit(id_text(identifier), str(kind), str(title), snippet, marks, each.where))
        return hits


def _closeness(name: str, asked: str) -> int:
    """Return 0 for the same name, 1 for one that begins so, 2 for one in which the words stand so, else 3."""
    if name == asked:
        return 0
    if name.startswith(asked):
        return 1
    return 2 if f" {asked}" in name else 3


class Excerpts:
    """Finds the words that a query found in the records it found; remembers the fold of every word it met."""

    def __init__(self, query: Query) -> None:
        self._tokens = query.tokens
        self._met: dict[str, bool] = {}

    def of(self, record: Record, *, by_name: bool) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return the words of *record* to show, and where in them (start, end) the query is met."""
        if by_name:
            shown = [(name, self.marks(name)) for name in names_of(record)]
            return max(shown, key=lambda each: len(each[1]), default=("", ()))
        text = texts_of(record)[:_SCANNED]
        marks = self.marks(text, within=2 * _AROUND)
        if not marks:
            return "", ()
        start = max(0, marks[0][0] - _AROUND)
        if start:
            start = text.rfind(" ", 0, start + 1) + 1
        end = min(len(text), marks[0][1] + 2 * _AROUND)
        shown_text = text[start:end].replace("\n", " ")
        return shown_text, tuple((begin - start, stop - start) for begin, stop in marks if stop <= end)

    def marks(self, text: str, *, within: int | None = None) -> tuple[tuple[int, int], ...]:
        """Return where the words of *text* stand that meet the query, up to *within* characters after the first."""
        found: list[tuple[int, int]] = []
        for word in _WORD.finditer(text):
            if found and within is not None and word.start() > found[0][1] + within:
                break
            if self._meets(word[0]):
                found.append(word.span())
        return tuple(found)

    def _meets(self, word: str) -> bool:
        known = self._met.get(word)
        if known is None:
            known = self._met[word] = any(part.startswith(self._tokens) for part in fold(word).split())
        return known
