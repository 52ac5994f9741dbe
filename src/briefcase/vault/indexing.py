"""What is derived from current records: the tables they are found by, written only where a record has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from briefcase.records import canonical
from briefcase.records.facets import MARK, facets_of
from briefcase.records.folding import fold
from briefcase.records.kinds import Link
from briefcase.records.label import Label
from briefcase.records.names import names_of, references_of, texts_of
from briefcase.records.query import SEPARATOR
from briefcase.records.record import Record
from briefcase.vault.database import Database, Value
from briefcase.vault.values import raw_id

FULL_TEXT = ("name_index", "body_index", "part_index")
STEP = 4000
"""Pages that one step of ``settle`` writes."""
_CHUNK = 1000
_BULK = 5000
_INSERTS: Mapping[str, str] = MappingProxyType(
    {
        "case_record": "INSERT OR IGNORE INTO case_record (case_id, record) VALUES (?, ?)",
        "link": "INSERT INTO link (record, from_id, to_id, role) VALUES (?, ?, ?, ?)",
        "mention": "INSERT OR IGNORE INTO mention (target, record) VALUES (?, ?)",
        "name": "INSERT INTO name (record, position, folded) VALUES (?, ?, ?)",
        "name_index": "INSERT INTO name_index (rowid, folded) VALUES (?, ?)",
        "body_index": "INSERT INTO body_index (rowid, folded) VALUES (?, ?)",
        "part_index": "INSERT INTO part_index (rowid, folded) VALUES (?, ?)",
    }
)
_DELETES: Mapping[str, str] = MappingProxyType(
    {
        name: f"DELETE FROM {name} WHERE {'rowid' if name in FULL_TEXT else 'record'} = ?"  # noqa: S608 - names above
        for name in _INSERTS
    }
)


class Index:
    """Collects rows for many records and writes them table by table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows: dict[str, list[Sequence[Value]]] = {name: [] for name in _INSERTS}
        self._gone: dict[str, list[tuple[int]]] = {name: [] for name in _INSERTS}
        self._labels: dict[Label, frozenset[str]] = {}

    def add(self, number: int, record: Record, former: Record | None = None) -> None:
        """Index *record* as the number of its row; *former* is what stands in the index for it now."""
        present = self._origins(record)
        before = self._origins(former) if former is not None else None
        changed = {name for name, origin in present.items() if before is None or before[name] != origin}
        if before is not None:
            for name in changed:
                self._gone[name].append((number,))
        for name, rows in derived(record, number, changed, self._labels).items():
            self._rows[name] += rows

    def _origins(self, record: Record) -> dict[str, object]:
        """Return, by table, what its rows are made from, so that equal origins mean equal rows."""
        names, facets = names_of(record), facets_of(record, self._labels)
        ends = (record.from_id, record.to_id, record.role) if isinstance(record, Link) else None
        return {
            "case_record": record.case_ids,
            "link": ends,
            "mention": references_of(record),
            "name": names,
            "name_index": (names, facets),
            "body_index": (texts_of(record), facets),
            "part_index": names,
        }

    def write(self) -> None:
        """Write what was collected."""
        for name, statement in _DELETES.items():
            if self._gone[name]:
                self._database.run_many(statement, self._gone[name])
                self._gone[name] = []
        for name, statement in _INSERTS.items():
            if self._rows[name]:
                self._database.run_many(statement, self._rows[name])
                self._rows[name] = []


def derived(
    record: Record,
    number: int,
    wanted: Collection[str] = tuple(_INSERTS),
    labels: dict[Label, frozenset[str]] | None = None,
) -> dict[str, list[Sequence[Value]]]:
    """Return the rows of every table that follow from a current record alone.

    Args:
        record: as it is now.
        number: its ``record.n``.
        wanted: only these tables are filled, the others come empty.
        labels: see ``facets_of``.
    """
    rows: dict[str, list[Sequence[Value]]] = {name: [] for name in _INSERTS}
    if "case_record" in wanted:
        rows["case_record"] += [(raw_id(case), number) for case in record.case_ids]
    if "mention" in wanted:
        rows["mention"] += [(raw_id(target), number) for target in references_of(record)]
    if "link" in wanted and isinstance(record, Link):
        rows["link"].append((number, raw_id(record.from_id), raw_id(record.to_id), record.role))
    if any(name in wanted for name in ("name", *FULL_TEXT)):
        _add_words(rows, record, number, wanted, labels)
    return rows


def _add_words(
    rows: dict[str, list[Sequence[Value]]],
    record: Record,
    number: int,
    wanted: Collection[str],
    labels: dict[Label, frozenset[str]] | None,
) -> None:
    places = [(place, folded) for place, name in enumerate(names_of(record)) if (folded := fold(name))]
    names = SEPARATOR.join(folded for _place, folded in places)
    facets = SEPARATOR + " ".join(MARK + facet for facet in sorted(facets_of(record, labels)))
    if "name" in wanted:
        rows["name"] += [(number, place, folded) for place, folded in places]
    if "part_index" in wanted and names:
        rows["part_index"].append((number, names))
    if "name_index" in wanted:
        rows["name_index"].append((number, names + facets))
    if "body_index" in wanted:
        lines = SEPARATOR.join(filter(None, map(fold, texts_of(record).split("\n"))))
        rows["body_index"].append((number, lines + facets))


def rebuild(database: Database) -> None:
    """Derive everything anew from the current revisions, inside the running transaction, in constant memory."""
    for name in _INSERTS:
        sql = f"INSERT INTO {name} ({name}) VALUES ('delete-all')" if name in FULL_TEXT else f"DELETE FROM {name}"  # noqa: S608 - names above
        database.run(sql)
    index, last = Index(database), 0
    sql = "SELECT r.n, v.body FROM record r JOIN revision v ON v.n = r.current WHERE r.n > ? ORDER BY r.n LIMIT ?"
    while rows := database.rows(sql, (last, _CHUNK)):
        for number, body in rows:
            last = int(number or 0)
            if isinstance(body, bytes):
                index.add(last, canonical.decode_own(body))
        index.write()


def settle(database: Database, added: int) -> None:
    """After many records were added, merge what the indexes were written in, so that searches look in few places."""
    if added < _BULK:
        return
    for name in FULL_TEXT:
        _merge(database, name, -STEP)
        while _merge(database, name, STEP):
            pass


def _merge(database: Database, name: str, pages: int) -> bool:
    """Merge by one step, the whole index when *pages* is negative; return whether anything was left to do."""
    with database.transaction():
        before = database.number("SELECT total_changes()")
        database.run(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 - one of our tables
        return database.number("SELECT total_changes()") - before > 1
