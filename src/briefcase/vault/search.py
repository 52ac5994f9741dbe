"""Search: folded names first, then folded texts, then the insides of names; what is shown comes from the stored record.

Match strings are built from quoted tokens only, so nothing that an officer types is syntax. One to three letters, words
that thousands of records hold, and filters match too much to be scored as a whole: then the first hits are ranked among
themselves, those whose first name begins so before any others. Filters are tokens of the same indexes as the words, so
that both are narrowed down together (docs/vault-format.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from briefcase.records import canonical, facets
from briefcase.records.query import PART, Query, Where, fits, parse
from briefcase.vault.database import Database
from briefcase.vault.excerpts import Excerpts
from briefcase.vault.values import Hit, id_text

BOUND = 500
RANKED = 5000
SHORT = 4
_FAR = 4
_SHOWN = "SELECT r.n, r.id, r.kind, r.title, v.body FROM record r JOIN revision v ON v.n = r.current"
_BODY = "SELECT r.n, v.body FROM record r JOIN revision v ON v.n = r.current"
_NAMES, _BODIES, _PARTS = "name_index", "body_index", "part_index"


@dataclass(frozen=True)
class _Found:
    number: int
    where: Where
    place: int = 0


class Search:
    """The search of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(
        self,
        asked: str | Query,
        *,
        kinds: Sequence[str] | None = None,
        case_id: str | None = None,
        limit: int = 200,
    ) -> list[Hit]:
        """Return the best hits: those by name, then by text, then inside of names; by filters alone the newest first.

        Args:
            asked: what was typed, its last word may be unfinished; or the question that it was read as.
            kinds: only these kinds of record.
            case_id: only records of this case.
            limit: at most so many.

        Raises:
            briefcase.records.errors.QueryKeyUnknown, QueryValueInvalid: it cannot be read.
            SearchStopped: ``stop`` was called in the meantime.
        """
        query = parse(asked) if isinstance(asked, str) else asked
        if kinds is not None:
            query = query.narrowed("kind", [facets.KIND + facets.joined(kind) for kind in kinds])
        if case_id is not None:
            query = query.with_cases([case_id])
        if query.is_empty or query.cases or limit <= 0:
            return []
        with self._database.reading():
            return self._hits(self._found(query, limit), query)

    def stop(self) -> None:
        """Stop a search that runs in another thread."""
        self._database.stop_reading()

    def _found(self, query: Query, limit: int) -> list[_Found]:
        if not query.words:
            numbers = self._match(_NAMES, _filters(query), limit=limit, order="rowid DESC")
            return [_Found(number, "filter") for number in numbers]
        found = self._ranked(self._best(_NAMES, query), query)[:limit]
        seen = {each.number for each in found}
        if len(found) < limit:
            more = [number for number in self._best(_BODIES, query) if number not in seen]
            found += [_Found(number, "text") for number in more[: limit - len(found)]]
            seen.update(more)
        if len(found) < limit and len(query.folded) >= PART:
            found += [one for one in self._inside(query) if one.number not in seen][: limit - len(found)]
        return found

    def _best(self, index: str, query: Query) -> list[int]:
        """Return up to ``BOUND`` records: the best ones, or when too many match, names that begin so and any others."""
        filters = _filters(query)
        whole = _both(_words(query, open_end=index == _NAMES or query.goes_on), filters)
        if not filters and not _is_short(query):
            count = self._count(index, whole)
            if count <= RANKED and ((count <= BOUND and index == _NAMES) or self._is_rare(index, query)):
                order = "rank" if count > BOUND or index != _NAMES else ""
                return self._match(index, whole, limit=BOUND, order=order)
        found = self._match(index, _both(_words(query, before="^"), filters), limit=BOUND) if index == _NAMES else []
        if len(found) < BOUND:
            found += self._match(index, whole, limit=BOUND)
        return list(dict.fromkeys(found))[:BOUND]

    def _is_rare(self, index: str, query: Query) -> bool:
        """Return whether every word is rare enough to be scored: scoring looks at all records that hold any of them."""
        last = len(query.words) - 1
        return last == 0 or all(
            self._count(index, _word(word, open_end=place == last and query.goes_on)) <= RANKED
            for place, word in enumerate(query.words)
        )

    def _count(self, index: str, expression: str) -> int:
        """Return how many records match, and one more than ``RANKED`` for any number above."""
        sql = f"SELECT count(*) FROM (SELECT rowid FROM {index} WHERE {index} MATCH ? LIMIT ?)"  # noqa: S608 - our own
        return self._database.number(sql, (expression, RANKED + 1))

    def _match(self, index: str, expression: str, *, limit: int, order: str = "") -> list[int]:
        sql = f"SELECT rowid FROM {index} WHERE {index} MATCH ?"  # noqa: S608 - names of our own tables and columns
        sql += f" ORDER BY {order}" if order else ""
        return [int(row[0] or 0) for row in self._database.rows(f"{sql} LIMIT ?", (expression, limit))]

    def _ranked(self, numbers: list[int], query: Query) -> list[_Found]:
        """Return *numbers* with whole names first, then beginnings, then the rest, shorter names before longer."""
        best = {number: (_FAR, 0, place, 0) for place, number in enumerate(numbers)}
        for number, place, name in self._names(numbers):
            rank = (closeness(name, query.folded), len(name), best[number][2], place)
            best[number] = min(best[number], rank)
        return [_Found(one, "name", best[one][3]) for one in sorted(numbers, key=lambda one: best[one])]

    def _names(self, numbers: Sequence[int]) -> Iterable[tuple[int, int, str]]:
        places = ",".join("?" * len(numbers))
        sql = f"SELECT record, position, folded FROM name WHERE record IN ({places})"  # noqa: S608 - question marks only
        for record, position, folded in self._database.rows(sql, numbers):
            yield int(record or 0), int(position or 0), str(folded)

    def _inside(self, query: Query) -> list[_Found]:
        """Return names that hold what was asked anywhere: candidates by three letters each, then compared."""
        asked = query.folded
        parts = dict.fromkeys(asked[at : at + PART] for at in range(len(asked) - PART + 1))
        numbers = self._match(_PARTS, " AND ".join(map(_quoted, parts)), limit=BOUND)
        found: dict[int, _Found] = {}
        for number, place, name in self._names(numbers):
            if asked in name and number not in found:
                found[number] = _Found(number, "part", place)
        kept = [found[number] for number in numbers if number in found]
        if not query.is_filtered:
            return kept
        bodies = self._bodies([one.number for one in kept])
        return [one for one in kept if _passes(query, bodies[one.number])]

    def _bodies(self, numbers: Sequence[int]) -> dict[int, bytes]:
        rows = self._database.rows(f"{_BODY} WHERE r.n IN ({','.join('?' * len(numbers))})", numbers)
        return {int(number or 0): body for number, body in rows if isinstance(body, bytes)}

    def _hits(self, found: Sequence[_Found], query: Query) -> list[Hit]:
        """Return what is shown, in the order of *found*."""
        places = ",".join("?" * len(found))
        rows = {
            row[0]: row
            for row in self._database.rows(f"{_SHOWN} WHERE r.n IN ({places})", [one.number for one in found])
        }
        hits, excerpts = list[Hit](), Excerpts(query)
        for each in found:
            _number, identifier, kind, title, body = rows[each.number]
            read = partial(canonical.decode_own, _bytes(body))
            excerpt = partial(excerpts.of, where=each.where, place=each.place)
            hits.append(Hit(id_text(_bytes(identifier)), str(kind), str(title), each.where, read, excerpt))
        return hits


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _passes(query: Query, body: bytes) -> bool:
    return fits(query, canonical.decode_own(body))


def closeness(name: str, asked: str) -> int:
    """Return 0 for the same name, 1 for one that begins so, 2 for one in which the words stand so, else 3."""
    if name == asked:
        return 0
    if name.startswith(asked):
        return 1
    return 2 if f" {asked}" in name else 3


def _is_short(query: Query) -> bool:
    """Return whether it is so short that it surely matches too much to be scored as a whole."""
    return sum(len(word[0]) for word in query.words) <= SHORT


def _words(query: Query, *, before: str = "", open_end: bool = True) -> str:
    """Return the match string of the words, each wanted, the last one as a beginning; *before* stands at the first."""
    last = len(query.words) - 1
    return " AND ".join(
        _word(word, open_end=open_end and place == last, before="" if place else before)
        for place, word in enumerate(query.words)
    )


def _word(phrases: Iterable[str], *, open_end: bool, before: str = "") -> str:
    """Return the match string of one word: one of its *phrases*."""
    return "(" + " OR ".join(before + _quoted(phrase) + ("*" if open_end else "") for phrase in phrases) + ")"


def _filters(query: Query) -> str:
    """Return the match string of the filters, empty when there are none."""
    parts = [
        _any(" AND ".join(_facet(facet) for facet in alternative) for alternative in alternatives)
        for _key, alternatives in query.choices
    ]
    if query.spans:
        parts.append(_any(_facet(facet) for span in query.spans for facet in sorted(facets.span_facets(span))))
    return " AND ".join(parts)


def _any(expressions: Iterable[str]) -> str:
    """Return the match string for one of several; for none of none one that nothing has."""
    found = list(expressions)
    return "(" + " OR ".join(f"({one})" for one in found or [_facet("")]) + ")"


def _facet(facet: str) -> str:
    return _quoted(facets.MARK + facet if facet else facets.MARK * 2)


def _both(one: str, other: str) -> str:
    return f"{one} AND {other}" if other else one


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'
