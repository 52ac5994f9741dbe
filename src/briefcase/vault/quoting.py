"""Which saved searches quote what a purge deletes: they would keep its names when nothing else does.

A search quotes a case that goes when it names it, or the id of one of its records; when one of its words stands, in any
revision, in a record that goes and in none that stays; or when all its words stand together in one that goes and in
none that stays. A word that others have, too, tells nothing of what went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from briefcase.records import canonical
from briefcase.records.errors import QueryKeyUnknown, QueryValueInvalid
from briefcase.records.folding import fold, query_tokens
from briefcase.records.names import names_of, texts_of
from briefcase.records.query import PART, Query, parse
from briefcase.vault.database import Database
from briefcase.vault.saved import SavedSearch
from briefcase.vault.values import raw_id

Word = tuple[str, ...]
"""One word of a search: its alternatives, each a phrase of folded tokens."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_INDEXES = ("name_index", "body_index")
_FOUND = "SELECT EXISTS (SELECT 1 FROM {0} WHERE {0} MATCH ? AND +rowid {1} (SELECT n FROM temp.chosen))"
_INSIDE = (
    "SELECT EXISTS (SELECT 1 FROM part_index p JOIN name a ON a.record = p.rowid"
    " WHERE part_index MATCH ? AND instr(a.folded, ?) AND +p.rowid {} (SELECT n FROM temp.chosen))"
)
_FORMER = (
    "SELECT v.body FROM revision v JOIN record r ON r.n = v.record"
    " WHERE v.record IN (SELECT n FROM temp.chosen) AND v.n <> r.current AND v.body IS NOT NULL"
)
_GOES = "SELECT 1 FROM record WHERE id = ? AND n IN (SELECT n FROM temp.chosen)"
_CASES = "SELECT title FROM record WHERE kind = 'case' AND n {} (SELECT n FROM temp.chosen)"


@dataclass
class _Asked:
    """A saved search and its words; *former* says which of them, and whether all together, older revisions hold."""

    name: str
    text: str
    query: Query
    words: tuple[Word, ...]
    beside: tuple[Word, ...]
    former: set[Word] = field(default_factory=set)
    together: bool = False

    def hear(self, folded: str) -> None:
        """Be told what stands in one older revision that goes, folded, with a blank before and behind."""
        met = {word for word in {*self.words, *self.beside} if any(f" {phrase}" in folded for phrase in word)}
        self.former |= met
        self.together = self.together or (bool(self.words) and met.issuperset(self.words))


def quoting(database: Database, saved: Sequence[SavedSearch]) -> list[str]:
    """Return the names of those of *saved* that quote a record of the table ``temp.chosen``, which a purge deletes."""
    asked = [_read(one) for one in saved]
    if not asked:
        return []
    for folded in _former(database):
        for one in asked:
            one.hear(folded)
    titles = _titles(database, "IN") - _titles(database, "NOT IN")
    return [one.name for one in asked if _names(database, one, titles) or _quotes(database, one)]


def _read(saved: SavedSearch) -> _Asked:
    try:
        query = parse(saved.query)
    except (QueryKeyUnknown, QueryValueInvalid):  # a filter of a later or an earlier program: all of it is words
        query = Query(tuple(map(tuple, query_tokens(saved.query))))
    name = tuple(map(tuple, query_tokens(saved.name)))
    return _Asked(saved.name, f"{saved.name} {saved.query}".lower(), query, _telling(query.words), _telling(name))


def _telling(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words that can be quoted: one or two Latin letters are the beginning of anything."""
    return tuple(word for word in words if any(len(one) >= PART or not one.isascii() for one in word))


def _former(database: Database) -> Iterator[str]:
    for (body,) in database.stream(_FORMER):
        record = canonical.decode_own(body if isinstance(body, bytes) else b"")
        yield f" {fold(' '.join(names_of(record)))} {fold(texts_of(record))} "


def _titles(database: Database, place: str) -> set[str]:
    return {fold(str(row[0])) for row in database.rows(_CASES.format(place))}


def _names(database: Database, one: _Asked, titles: set[str]) -> bool:
    """Say whether a search names a record that goes by its id, or a case by a title that no other has."""
    ids = [(raw_id(each),) for each in _ID.findall(one.text)]
    return any(database.one(_GOES, each) for each in ids) or any(fold(each) in titles for each in one.query.cases)


def _quotes(database: Database, one: _Asked) -> bool:
    words = dict.fromkeys((*one.words, *one.beside))
    if any(_goes(database, [word], former=word in one.former) for word in words):
        return True
    return len(one.words) > 1 and _goes(database, one.words, former=one.together)


def _goes(database: Database, words: Sequence[Word], *, former: bool) -> bool:
    """Say whether words stand together in a record that goes and in none that stays."""
    return (former or _stand(database, words, "IN")) and not _stand(database, words, "NOT IN")


def _stand(database: Database, words: Sequence[Word], place: str) -> bool:
    together = " AND ".join(_matched(word) for word in words)
    if any(database.number(_FOUND.format(index, place), (together,)) for index in _INDEXES):
        return True
    return len(words) == 1 and any(_inside(database, phrase, place) for phrase in words[0])


def _inside(database: Database, phrase: str, place: str) -> bool:
    """Say whether a phrase stands anywhere in a name: candidates by three letters each, then compared."""
    parts = dict.fromkeys(phrase[at : at + PART] for at in range(len(phrase) - PART + 1))
    match = " AND ".join(map(_quoted, parts))
    return bool(match) and bool(database.number(_INSIDE.format(place), (match, phrase)))


def _matched(word: Iterable[str]) -> str:
    """Return the match string of a word: one of its phrases, the last token of each as a beginning."""
    return f"({' OR '.join(_quoted(phrase) + '*' for phrase in word)})"


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'
