"""Writing records: snapshots, their salted digests, and every table that is derived from them.

A batch collects the rows of up to a thousand records and writes table by table; a million records cost no more
memory than a thousand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefcase.records import canonical as records_canonical
from briefcase.records.kinds import kind_of
from briefcase.records.names import title_of
from briefcase.records.record import Record
from briefcase.seal import canonical
from briefcase.vault.audit import Audit, RevisionHash
from briefcase.vault.database import Database, Value
from briefcase.vault.errors import KindChanged, RecordIncomplete, RevisionConflict
from briefcase.vault.files import ensure_room
from briefcase.vault.hashing import blake
from briefcase.vault.indexing import Index
from briefcase.vault.values import Source, id_text, raw_id

CHUNK = 1000
SALT = 16
OWN = Source("", "")
_GROWTH = 8  # rows, indexes and WAL per byte of record, generously
_KNOWN = "SELECT r.id, r.n, r.kind, v.id, r.current, v.digest FROM record r JOIN revision v ON v.n = r.current"
_INSERTS = {
    "record": "INSERT INTO record (n, id, kind, title, current, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "update": "UPDATE record SET kind = ?, title = ?, current = ?, changed = ? WHERE n = ?",
    "revision": (
        "INSERT INTO revision (n, record, id, parents, author, created, standing, received_from, bundle, unverified,"
        " audit, salt, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ),
}


@dataclass
class Known:
    """What the table ``record`` says of one record: its number, kind and current revision with row and digest."""

    n: int
    kind: str
    revision: str
    current: int
    digest: bytes


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
    ids: set[str] = field(default_factory=set)
    size: int = 0


class Batch:
    """Writes records inside one transaction, all of them spoken of by one audit entry.

    With *anyhow* each takes the place of whatever is current, as in a repair, where revisions between may be lost.
    """

    def __init__(
        self,
        database: Database,
        audit: Audit,
        source: Source | None,
        *,
        standing: str = "kept",
        anyhow: bool = False,
    ) -> None:
        self._database = database
        self._audit = audit.next_number()
        self._state = audit.state
        self._received = source is not None
        self._source = source or OWN
        self._standing = standing
        self._anyhow = anyhow
        self._prefix = digest_prefix(self._source, standing)
        self._rows = _Rows()
        self._index = Index(database)
        self._deltas: dict[int, int] = {}
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
        if seen is not None and not self._anyhow:
            self._check_follows(record, seen, replaces)
        elif seen is None and record.parents and not self._received:
            raise RevisionConflict
        former = self._former(seen) if seen is not None and self._standing == "kept" else None
        number = self._snapshot(record, body, seen)
        if self._standing == "kept":
            self._index.add(number, record, former)
        self._rows.ids.add(record.id)
        self._rows.size += len(body)

    def _former(self, seen: Known) -> Record | None:
        """Return what the index holds of a record; None when its words were purged, for then it holds nothing."""
        row = self._database.one("SELECT body FROM revision WHERE n = ?", (seen.current,))
        return records_canonical.decode(row[0]) if row and isinstance(row[0], bytes) else None

    def _check_follows(self, record: Record, seen: Known, replaces: str | None) -> None:
        # Under an id that somebody squatted, the originator's record may be of another kind.
        if seen.kind != kind_of(record) and not (self._received and replaces == seen.revision):
            raise KindChanged
        # A partner may send one revision again with more of it; the caller who says so has compared them.
        again = record.revision == seen.revision and not (self._received and replaces == seen.revision)
        if self._standing == "kept" and again:
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
                waiting["update"].append((kind_of(record), title, revision_number, record.created, number))
        raw, salt = bytes.fromhex(record.revision), os.urandom(SALT)
        value = digest(salt, self._prefix, body)
        if self._standing == "kept":
            self._count(record.id, seen, Known(number, kind_of(record), record.revision, revision_number, value))
        self.hash.add(raw_id(record.id), raw, value)
        waiting["revision"].append(
            (
                *(revision_number, number, raw, bytes.fromhex("".join(record.parents)), record.author, record.created),
                *(self._standing, self._source.received_from, self._source.bundle_id, int(self._source.unverified)),
                *(self._audit, salt, value, body),
            )
        )
        return number

    def _count(self, record_id: str, seen: Known | None, present: Known) -> None:
        """Remember *present* as what is current, and what that changes in the state."""
        self._known[record_id] = present
        for one in (seen, present):
            if one is not None:
                value = self._state.value_of(one.n, raw_id(record_id), one.current, one.digest)
                self._deltas[one.n] = self._deltas.get(one.n, 0) ^ value

    def finish(self) -> RevisionHash:
        """Bring the state up to what was kept; return what the audit entry, to be written next, speaks of."""
        self._state.change(self._deltas)
        self._deltas = {}
        return self.hash

    def _write(self) -> None:
        rows, self._rows = self._rows, _Rows()
        ensure_room(self._database.folder, rows.size * _GROWTH)
        for name, statement in _INSERTS.items():
            if rows.waiting[name]:
                self._database.run_many(statement, rows.waiting[name])
        self._index.write()


def known(database: Database, ids: Iterable[str]) -> dict[str, Known]:
    """Return what is known of those of *ids* that are in the vault."""
    raw = [raw_id(each) for each in ids]
    places = ",".join("?" * len(raw))
    sql = f"{_KNOWN} WHERE r.id IN ({places})"
    found = {}
    for identifier, number, kind, revision, current, value in database.rows(sql, raw):
        if isinstance(identifier, bytes) and isinstance(revision, bytes) and isinstance(value, bytes):
            found[id_text(identifier)] = Known(int(number or 0), str(kind), revision.hex(), int(current or 0), value)
    return found
