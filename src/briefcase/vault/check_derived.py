"""The check of what follows from the records: columns beside a record's words, lists, links, names and the search.

Nothing of it is bound to the audit chain, for it can be made again from the revisions, which are. So it is made again
and compared; what differs was put back from an older file or changed outside the program.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from briefcase.errors import N_
from briefcase.records import canonical
from briefcase.records.kinds import kind_of
from briefcase.records.names import title_of
from briefcase.records.record import Record
from briefcase.vault.database import Database, Row, Value
from briefcase.vault.indexing import derived
from briefcase.vault.values import Finding, id_text, raw_id
from briefcase.vault.writing import CHUNK

MOST = 100
"""At most so many findings of one sort are listed."""
_CURRENT = (
    "SELECT r.n, r.id, r.kind, r.title, r.changed, v.body FROM record r JOIN revision v ON v.n = r.current ORDER BY r.n"
)
_FIRST = (
    "SELECT r.id FROM record r WHERE r.created IS NOT"
    " (SELECT v.created FROM revision v WHERE v.record = r.n ORDER BY v.n LIMIT 1) LIMIT ?"
)
_LISTS = {
    "case_record": "SELECT record, case_id FROM case_record ORDER BY record, case_id",
    "mention": "SELECT record, target FROM mention ORDER BY record, target",
    "link": "SELECT record, from_id, to_id, role FROM link ORDER BY record",
    "name": "SELECT record, position, folded FROM name ORDER BY record, position",
}
_TURNED = ("case_record", "mention")  # their rows are written with the record last
_MASK = (1 << 64) - 1


def columns_fit(body: bytes, identifier: bytes, revision: bytes, columns: tuple[Value, Value, Value]) -> bool:
    """Return whether the columns of a revision (parents, author, created) and its ids are those of its words."""
    record = canonical.decode(body)
    said = (raw_id(record.id), record.revision, record.author, record.created, "".join(record.parents))
    parents = columns[0].hex() if isinstance(columns[0], bytes) else ""
    return said == (identifier, revision.hex(), columns[1], columns[2], parents)


def check_derived(database: Database) -> Iterator[Finding]:
    """Yield what does not follow from the current revisions; its cost follows the number of words in the vault."""
    message = N_("The record %(id)s is listed otherwise than it was written.")
    faulty = {row[0] for row in database.rows(_FIRST, (MOST,)) if isinstance(row[0], bytes)}
    lists = {name: _Lists(database.stream(sql)) for name, sql in _LISTS.items()}
    for row in database.stream(_CURRENT):
        number, identifier, body = int(row[0] or 0), row[1], row[5]
        record = canonical.decode(body) if isinstance(body, bytes) else None
        wanted = derived(record, number) if record is not None else {}
        same = [one.of(number) == _turned(name, wanted.get(name, [])) for name, one in lists.items()]
        if isinstance(identifier, bytes) and not (all(same) and _row_fits(row, record)) and len(faulty) < MOST:
            faulty.add(identifier)
    for identifier in sorted(faulty):
        yield Finding("error", "records", message, (("id", id_text(identifier)),))
    if any(one.rest() for one in lists.values()):
        yield Finding("error", "records", N_("Lists of the vault name records that are not there."))


def _row_fits(row: Row, record: Record | None) -> bool:
    if record is None:
        return True
    return row[2:5] == (kind_of(record), title_of(record), record.created)


def _turned(name: str, rows: list[Sequence[Value]]) -> set[Row]:
    found = {tuple(row) for row in rows}
    return {(row[-1], *row[:-1]) for row in found} if name in _TURNED else found


class _Lists:
    """Gives the rows of one table record by record, in ascending order; notes rows of records that nobody asked for."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, key=lambda row: int(row[0] or 0))
        self._waiting = self._next()
        self._unasked = False

    def _next(self) -> tuple[int, set[Row]] | None:
        found = next(self._groups, None)
        return (found[0], set(found[1])) if found is not None else None

    def of(self, number: int) -> set[Row]:
        """Return the rows of the record *number*, which is higher than any before."""
        while self._waiting is not None and self._waiting[0] < number:
            self._unasked = True
            self._waiting = self._next()
        if self._waiting is None or self._waiting[0] != number:
            return set()
        rows, self._waiting = self._waiting[1], self._next()
        return rows

    def rest(self) -> bool:
        """Return whether there are rows of records that were not asked for."""
        return self._unasked or self._waiting is not None


def check_indexes(database: Database) -> Iterator[Finding]:
    """Yield which full-text indexes hold something else than the records say: each is made again and compared."""
    message = N_("The search index %(name)s does not fit the records; searches may miss some or find too many.")
    tables = database.rows("SELECT name, sql FROM main.sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'")
    frozen = database.number("PRAGMA query_only")
    database.run("PRAGMA query_only = OFF")  # it would refuse tables in memory, too; nothing else is written here
    try:
        for name, sql in ((str(row[0]), str(row[1])) for row in tables):
            if not (_words_fit(database, name, sql) and _beginnings_fit(database, name, sql)):
                yield Finding("error", "search", message, (("name", name),))
    finally:
        database.run(f"PRAGMA query_only = {frozen}")


def _words_fit(database: Database, name: str, sql: str) -> bool:
    """Compare the sum over every (word, record, place) in the index with that of one made anew, a part at a time."""
    found = _word_sum(database, "main", name)
    wanted = 0
    database.run(f"CREATE VIRTUAL TABLE temp.again USING {sql.partition('USING')[2]}")
    try:
        records = database.stream(_CURRENT)
        while chunk := list(islice(records, CHUNK)):
            rows = [row for one in chunk for row in _indexed(one, name)]
            database.run_many("INSERT INTO temp.again (rowid, folded) VALUES (?, ?)", rows)
            wanted += _word_sum(database, "temp", "again")
            database.run("INSERT INTO temp.again (again) VALUES ('delete-all')")
    finally:
        database.run("DROP TABLE temp.again")
    return (found - wanted) & _MASK == 0


def _indexed(row: Row, name: str) -> list[Sequence[Value]]:
    if not isinstance(row[5], bytes):
        return []
    return derived(canonical.decode(row[5]), int(row[0] or 0))[name]


@contextlib.contextmanager
def _vocabulary(database: Database, schema: str, name: str) -> Iterator[str]:
    """Make every (word, record, column, place) of an index readable as the rows of a table; return its name."""
    database.run(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab ({schema}, {name}, instance)")
    try:
        yield "temp.words"
    finally:
        database.run("DROP TABLE temp.words")


def _word_sum(database: Database, schema: str, name: str) -> int:
    with _vocabulary(database, schema, name) as words:
        return sum(map(hash, database.stream(f"SELECT * FROM {words}")))  # noqa: S608 - our own name


def _beginnings_fit(database: Database, name: str, sql: str) -> bool:
    """Compare, for every beginning of a word that has an index of its own, what it finds with what the words say."""
    lengths = re.search(r"prefix = '([0-9 ]+)'", sql)
    with _vocabulary(database, "main", name) as words:
        for length in map(int, lengths[1].split() if lengths else ()):
            rows = database.stream(f"SELECT term, doc FROM {words}")  # noqa: S608 - our own name
            for beginning, group in groupby(rows, key=lambda row: str(row[0])[:length]):
                records = {row[1] for row in group}
                if len(beginning) == length and records != _found(database, name, beginning):
                    return False
    return True


def _found(database: Database, name: str, beginning: str) -> set[Value]:
    query = '"' + beginning.replace('"', '""') + '" *'
    return {row[0] for row in database.rows(f"SELECT rowid FROM {name} WHERE {name} MATCH ?", (query,))}  # noqa: S608
