"""Writing records: snapshots, their salted digests, and every table that is derived from them.

A batch collects the rows of up to a thousand records and writes table by table; a million records cost no more
memory than a thousand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefcase.records import canonical as records_canonical
from briefcase.records.folding import fold
from briefcase.records.kinds import kind_of
from briefcase.records.names import names_of, references_of, texts_of, title_of
from briefcase.records.record import Record
from briefcase.seal import canonical
from briefcase.vault.audit import RevisionHash, blake
from briefcase.vault.database import Database, Value
from briefcase.vault.errors import KindChanged, RecordIncomplete, RevisionConflict
from briefcase.vault.files import ensure_room
from briefcase.vault.values import Source, id_text, raw_id

CHUNK = 1000
SALT = 16
OWN = Source("", "")
SEPARATOR = " \u00a6 "
"""Stands between the names and the lines of one record in the index, so that no phrase runs from one into the next."""
_GROWTH = 8  # rows, indexes and WAL per byte of record, generously
_DERIVED = (
    "DELETE FROM case_record WHERE record = ?",
    "DELETE FROM link WHERE record = ?",
    "DELETE FROM mention WHERE record = ?",
    "DELETE FROM name WHERE record = ?",
    "DELETE FROM name_index WHERE rowid = ?",
    "DELETE FROM body_index WHERE rowid = ?",
)
_KNOWN = "SELECT r.id, r.n, r.kind, v.id FROM record r JOIN revision v ON v.n = r.current"
_INSERTS = {
    "record": "INSERT INTO record (n, id, kind, title, current, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "update": "UPDATE record SET title = ?, current = ?, changed = ? WHERE n = ?",
    "revision": (
        "INSERT INTO revision (n, record, id, parents, author, created, standing, received_from, bundle, unverified,"
        " audit, salt, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ),
    "case_record": "INSERT OR IGNORE INTO case_record (case_id, record) VALUES (?, ?)",
    "link": "INSERT INTO link (record, from_id, to_id, role) VALUES (?, ?, ?, ?)",
    "mention": "INSERT OR IGNORE INTO mention (target, record) VALUES (?, ?)",
    "name": "INSERT INTO name (record, position, folded) VALUES (?, ?, ?)",
    "name_index": "INSERT INTO name_index (rowid, folded) VALUES (?, ?)",
    "body_index": "INSERT INTO body_index (rowid, folded) VALUES (?, ?)",
}


@dataclass
class Known:
    """What the table ``record`` says of one record: its number, kind and current revision."""

    n: int
    kind: str
    revision: str


def digest_prefix(source: Source, standing: str) -> bytes:
    """Return what stands before the record in the digest of a revision: where it came from and what it counts for."""
    parts = [standing, source.received_from, source.bundle_id, source.unverified]
    return canonical.encode(parts) + b"\n"


def digest(salt: bytes, prefix: bytes, body: bytes) -> bytes:
    """Return the salted digest of a revision: BLAKE2b-256 keyed with the 16-byte salt."""
    return blake(prefix + body, salt)


@dataclass
class _Rows:
    """The rows that wait to be written, by statement."""

    waiting: dict[str, list[Sequence[Value]]] = field(default_factory=lambda: {name: [] for name in _INSERTS})
    replaced: list[tuple[int]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    size: int = 0


class Batch:
    """Writes records inside one transaction, all of them spoken of by one audit entry."""

    def __init__(self, database: Database, audit_number: int, source: Source | None, *, standing: str = "kept") -> None:
        self._database = database
        self._audit = audit_number
        self._received = source is not None
        self._source = source or OWN
        self._standing = standing
        self._prefix = digest_prefix(self._source, standing)
        self._rows = _Rows()
        self._known: dict[str, Known] = {}
        self._next_record = database.number("SELECT max(n) FROM record") + 1
        self._next_revision = database.number("SELECT max(n) FROM revision") + 1
        self.hash = RevisionHash()

    def add(self, records: Sequence[Record], *, replaces: str | None = None) -> None:
        """Keep *records*, at most ``CHUNK``; *replaces* says which current revision the caller saw."""
        self._known = known(self._database, [record.id for record in records])
        for record in records:
            if record.id in self._rows.ids:
                self._write()
            self._keep(record, replaces)
        self._write()

    def _keep(self, record: Record, replaces: str | None) -> None:
        for name in ("id", "revision", "created"):
            if not getattr(record, name):
                raise RecordIncomplete(field=name)
        body = records_canonical.encode(record)
        records_canonical.decode(body)
        seen = self._known.get(record.id)
        if seen is not None:
            self._check_follows(record, seen, replaces)
        elif record.parents and not self._received:
            raise RevisionConflict
        number = self._snapshot(record, body, seen)
        if self._standing == "kept":
            self._derive(record, number)
        self._rows.ids.add(record.id)
        self._rows.size += len(body)

    def _check_follows(self, record: Record, seen: Known, replaces: str | None) -> None:
        if seen.kind != kind_of(record):
            raise KindChanged
        # A partner may send one revision again with more of it; the caller who says so has compared them.
        if record.revision == seen.revision and not (self._received and replaces == seen.revision):
            raise RevisionConflict
        if self._standing == "kept" and seen.revision not in record.parents and replaces != seen.revision:
            raise RevisionConflict

    def _snapshot(self, record: Record, body: bytes, seen: Known | None) -> int:
        revision_number = self._next_revision
        self._next_revision += 1
        waiting, title = self._rows.waiting, title_of(record)
        if seen is None:
            number = self._next_record
            self._next_record += 1
            row = (number, raw_id(record.id), kind_of(record), title, revision_number, record.created, record.created)
            waiting["record"].append(row)
        else:
            number = seen.n
            if self._standing == "kept":
                waiting["update"].append((title, revision_number, record.created, number))
                self._rows.replaced.append((number,))
        if self._standing == "kept":
            self._known[record.id] = Known(number, kind_of(record), record.revision)
        raw, salt = bytes.fromhex(record.revision), os.urandom(SALT)
        value = digest(salt, self._prefix, body)
        self.hash.add(raw_id(record.id), raw, value)
        waiting["revision"].append(
            (
                *(revision_number, number, raw, bytes.fromhex("".join(record.parents)), record.author, record.created),
                *(self._standing, self._source.received_from, self._source.bundle_id, int(self._source.unverified)),
                *(self._audit, salt, value, body),
            )
        )
        return number

    def _derive(self, record: Record, number: int) -> None:
        for name, rows in derived(record, number).items():
            self._rows.waiting[name] += rows

    def _write(self) -> None:
        rows, self._rows = self._rows, _Rows()
        ensure_room(self._database.folder, rows.size * _GROWTH)
        if rows.replaced:
            for statement in _DERIVED:
                self._database.run_many(statement, rows.replaced)
        for name, statement in _INSERTS.items():
            if rows.waiting[name]:
                self._database.run_many(statement, rows.waiting[name])


def derived(record: Record, number: int) -> dict[str, list[Sequence[Value]]]:
    """Return the rows of every table that follow from a kept record alone; *number* is its ``record.n``."""
    names = [folded for name in names_of(record) if (folded := fold(name))]
    body = SEPARATOR.join(filter(None, map(fold, texts_of(record).split("\n"))))
    rows: dict[str, list[Sequence[Value]]] = {
        "case_record": [(raw_id(case), number) for case in record.case_ids],
        "mention": [(raw_id(target), number) for target in references_of(record)],
        "link": [],
        "name": [(number, position, folded) for position, folded in enumerate(names)],
        "name_index": [(number, SEPARATOR.join(names))] if names else [],
        "body_index": [(number, body)] if body else [],
    }
    if kind_of(record) == "link":
        ends = (raw_id(getattr(record, "from_id", "")), raw_id(getattr(record, "to_id", "")))
        rows["link"].append((number, *ends, str(getattr(record, "role", ""))))
    return rows


def known(database: Database, ids: Iterable[str]) -> dict[str, Known]:
    """Return what is known of those of *ids* that are in the vault."""
    raw = [raw_id(each) for each in ids]
    places = ",".join("?" * len(raw))
    sql = f"{_KNOWN} WHERE r.id IN ({places})"
    found = {}
    for identifier, number, kind, revision in database.rows(sql, raw):
        if isinstance(identifier, bytes) and isinstance(revision, bytes):
            found[id_text(identifier)] = Known(int(number or 0), str(kind), revision.hex())
    return found
