"""The records of a vault: kept as full snapshots, read as they are now or as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from briefcase.records import canonical
from briefcase.records.kinds import Case
from briefcase.records.record import Record
from briefcase.vault.audit import Audit
from briefcase.vault.database import Database, Row, Value
from briefcase.vault.errors import RecordUnknown, VaultDamaged
from briefcase.vault.indexing import settle
from briefcase.vault.values import RecordRow, RevisionRow, Source, id_text, raw_id
from briefcase.vault.writing import CHUNK, Batch, known

_CURRENT = "FROM record r JOIN revision v ON v.n = r.current"
_IN_CASE = " JOIN case_record c ON c.record = r.n AND c.case_id = ?"
_ROW = "r.id, r.kind, r.title, r.created, r.changed, v.received_from, v.bundle, v.unverified"
_HISTORY = (
    "SELECT v.id, v.parents, v.author, v.created, v.standing, v.received_from, v.bundle, v.unverified, v.audit,"
    " v.n = r.current FROM revision v JOIN record r ON r.n = v.record WHERE r.id = ? ORDER BY v.n"
)
_VERSIONS = _HISTORY.replace("v.n = r.current FROM", "v.n = r.current, v.body FROM")
_REPORTED = (
    "SELECT DISTINCT r.id FROM revision v JOIN record r ON r.n = v.record WHERE v.standing = 'reported' ORDER BY r.n"
)
_REVISION = 16


def _record(body: Value) -> Record:
    if not isinstance(body, bytes):
        raise VaultDamaged(reason="record without words")
    return canonical.decode(body)


def _row(row: Row) -> RecordRow:
    return RecordRow(
        id=id_text(row[0]) if isinstance(row[0], bytes) else "",
        kind=str(row[1]),
        title=str(row[2]),
        created=str(row[3]),
        changed=str(row[4]),
        received_from=str(row[5]),
        bundle_id=str(row[6]),
        unverified=bool(row[7]),
    )


def _revision_row(row: Row) -> RevisionRow:
    raw = row[1] if isinstance(row[1], bytes) else b""
    return RevisionRow(
        revision=row[0].hex() if isinstance(row[0], bytes) else "",
        parents=tuple(raw[at : at + _REVISION].hex() for at in range(0, len(raw), _REVISION)),
        author=str(row[2]),
        created=str(row[3]),
        standing=str(row[4]),
        received_from=str(row[5]),
        bundle_id=str(row[6]),
        unverified=bool(row[7]),
        audit=int(row[8] or 0),
        is_current=bool(row[9]),
    )


class Records:
    """The records of one vault; services hand in complete values, nothing is set here."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def put(
        self,
        record: Record,
        *,
        actor: str,
        action: str = "",
        source: Source | None = None,
        replaces: str | None = None,
        detail: dict[str, object] | None = None,
    ) -> None:
        """Keep one record, new or a revision of a known one, with one audit entry.

        Args:
            record: complete, with id, revision, parents, created, author and originator.
            actor: who does it.
            action: the word of the audit entry; ``record.add`` or ``record.change`` when empty.
            source: where a received record came from.
            replaces: the current revision that a received one takes the place of, when it is not among the parents.
            detail: more for the audit entry.

        Raises:
            RevisionConflict: the parents do not name the current revision.
            KindChanged, RecordIncomplete, VaultDiskFull, VaultReadOnly.
            briefcase.records.errors.RecordInvalid: a field does not fit its kind.
        """
        with self._database.transaction():
            word = action or ("record.change" if known(self._database, [record.id]) else "record.add")
            batch = Batch(self._database, self._audit, source)
            batch.add([record], replaces=replaces)
            self._audit.append(word, record.id, detail, actor=actor, revisions=batch.finish())

    def put_many(
        self,
        records: Iterable[Record],
        *,
        actor: str,
        action: str = "record.import",
        about: str = "",
        source: Source | None = None,
        detail: dict[str, object] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Keep many records with one audit entry, all or none; return how many.

        Args:
            records: may be a generator; it is read a thousand at a time.
            actor: who does it.
            action: the word of the audit entry.
            about: its object, such as a bundle id.
            source: where they came from, the same for all.
            detail: more for the audit entry.
            progress: called with the count so far; an exception from it cancels everything.

        Raises:
            The same as ``put``.
        """
        with self._database.transaction():
            batch = Batch(self._database, self._audit, source)
            iterator = iter(records)
            while chunk := list(islice(iterator, CHUNK)):
                batch.add(chunk)
                if progress is not None:
                    progress(batch.hash.count)
            if batch.hash.count:
                self._audit.append(action, about, detail, actor=actor, revisions=batch.finish())
        return batch.hash.count

    def salvage(self, records: Iterable[Record], *, actor: str, standing: str, source: Source) -> int:
        """Keep snapshots from a damaged vault, oldest first, with one audit entry; return how many were kept.

        Each takes the place of the one before it, whatever lay between. What somebody else says (``reported``) about a
        record that is not here is left out.

        Raises:
            The same as ``put``.
        """
        with self._database.transaction():
            batch = Batch(self._database, self._audit, source, standing=standing, anyhow=True)
            iterator = iter(records)
            while chunk := list(islice(iterator, CHUNK)):
                if standing != "kept":
                    here = known(self._database, [one.id for one in chunk])
                    chunk = [one for one in chunk if one.id in here]
                batch.add(chunk)
            if batch.hash.count:
                self._audit.append("record.salvage", "", actor=actor, revisions=batch.finish())
        return batch.hash.count

    def settle(self, added: int) -> None:
        """Put the indexes in order after *added* records were kept in many acts; for few there is nothing to do."""
        settle(self._database, added)

    def report(self, record: Record, *, actor: str, source: Source) -> None:
        """Keep what somebody else says about a record that is not his: it replaces nothing and grants nothing."""
        with self._database.transaction():
            if not known(self._database, [record.id]):
                raise RecordUnknown(id=record.id)
            batch = Batch(self._database, self._audit, source, standing="reported")
            batch.add([record])
            self._audit.append("record.report", record.id, actor=actor, revisions=batch.finish())

    def get(self, record_id: str) -> Record | None:
        """Return the record as it is now, or None."""
        row = self._database.one(f"SELECT v.body {_CURRENT} WHERE r.id = ?", (raw_id(record_id),))
        return _record(row[0]) if row else None

    def need(self, record_id: str) -> Record:
        """Return the record as it is now.

        Raises:
            RecordUnknown: no record has this id.
        """
        found = self.get(record_id)
        if found is None:
            raise RecordUnknown(id=record_id)
        return found

    def get_many(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return those of *ids* that are in the vault, by id."""
        found: dict[str, Record] = {}
        iterator = iter(ids)
        while chunk := list(islice(iterator, CHUNK)):
            places = ",".join("?" * len(chunk))
            sql = f"SELECT v.body {_CURRENT} WHERE r.id IN ({places})"
            for row in self._database.rows(sql, [raw_id(each) for each in chunk]):
                record = _record(row[0])
                found[record.id] = record
        return found

    def known(self, ids: Iterable[str]) -> dict[str, str]:
        """Return, for those of *ids* that are in the vault, the current revision."""
        found: dict[str, str] = {}
        iterator = iter(ids)
        while chunk := list(islice(iterator, CHUNK)):
            found |= {each: value.revision for each, value in known(self._database, chunk).items()}
        return found

    def history(self, record_id: str) -> list[Record]:
        """Return every kept snapshot of a record, oldest first."""
        sql = (
            "SELECT v.body FROM revision v JOIN record r ON r.n = v.record"
            " WHERE r.id = ? AND v.standing = 'kept' AND v.body IS NOT NULL ORDER BY v.n"
        )
        return [_record(row[0]) for row in self._database.rows(sql, (raw_id(record_id),))]

    def revisions(self, record_id: str) -> list[RevisionRow]:
        """Return the history of a record without the snapshots, oldest first, reported ones included."""
        return [_revision_row(row) for row in self._database.rows(_HISTORY, (raw_id(record_id),))]

    def versions(self, record_id: str) -> list[tuple[RevisionRow, Record]]:
        """Return the history of a record with the snapshots, oldest first, reported ones included, purged ones not."""
        rows = self._database.rows(_VERSIONS, (raw_id(record_id),))
        return [(_revision_row(row), _record(row[-1])) for row in rows if row[-1] is not None]

    def reported(self) -> list[str]:
        """Return the ids of the records of which somebody sent a version that replaced nothing when it came."""
        return [id_text(row[0]) for row in self._database.rows(_REPORTED) if isinstance(row[0], bytes)]

    def revision(self, record_id: str, revision: str) -> Record | None:
        """Return the record as it was at *revision*, or None; of several views of it the one kept last."""
        sql = (
            "SELECT v.body FROM revision v JOIN record r ON r.n = v.record WHERE r.id = ? AND v.id = ?"
            " ORDER BY v.standing = 'kept' DESC, v.n DESC"
        )
        try:
            raw = bytes.fromhex(revision)
        except ValueError:
            return None
        row = self._database.one(sql, (raw_id(record_id), raw))
        return _record(row[0]) if row else None

    def source_of(self, record_id: str) -> Source | None:
        """Return where the current revision came from, None for an own or unknown record."""
        sql = f"SELECT v.received_from, v.bundle, v.unverified {_CURRENT} WHERE r.id = ? AND v.received_from <> ''"
        row = self._database.one(sql, (raw_id(record_id),))
        return Source(str(row[0]), str(row[1]), bool(row[2])) if row else None

    def _selected(self, columns: str, kind: str | None, case_id: str | None) -> tuple[str, list[Value]]:
        values: list[Value] = []
        sql = f"SELECT {columns} {_CURRENT}"
        if case_id is not None:
            sql += _IN_CASE
            values.append(raw_id(case_id))
        if kind is not None:
            sql += " WHERE r.kind = ?"
            values.append(kind)
        return sql, values

    def stream(self, *, kind: str | None = None, case_id: str | None = None) -> Iterator[Record]:
        """Yield records in the order they came in, in constant memory."""
        sql, values = self._selected("v.body", kind, case_id)
        for row in self._database.stream(sql + " ORDER BY r.n", values):
            yield _record(row[0])

    def list_records(
        self, *, kind: str | None = None, case_id: str | None = None, offset: int = 0, limit: int = -1
    ) -> list[Record]:
        """Return records in the order they came in, narrowed to a kind and a case; all of them without a limit."""
        sql, values = self._selected("v.body", kind, case_id)
        rows = self._database.rows(sql + " ORDER BY r.n LIMIT ? OFFSET ?", [*values, limit, offset])
        return [_record(row[0]) for row in rows]

    def rows(
        self,
        *,
        kind: str | None = None,
        case_id: str | None = None,
        newest_first: bool = False,
        offset: int = 0,
        limit: int = -1,
    ) -> list[RecordRow]:
        """Return lines for a list without reading the records themselves."""
        sql, values = self._selected(_ROW, kind, case_id)
        order = " ORDER BY r.changed DESC, r.n DESC" if newest_first else " ORDER BY r.n"
        return [_row(row) for row in self._database.rows(sql + order + " LIMIT ? OFFSET ?", [*values, limit, offset])]

    def row(self, record_id: str) -> RecordRow | None:
        """Return the line of one record, or None."""
        row = self._database.one(f"SELECT {_ROW} {_CURRENT} WHERE r.id = ?", (raw_id(record_id),))
        return _row(row) if row else None

    def count(self, *, kind: str | None = None, case_id: str | None = None) -> int:
        """Return how many records there are, of a kind and in a case."""
        sql, values = self._selected("count(*)", kind, case_id)
        return self._database.number(sql, values)

    def count_from(self, fingerprint: str) -> int:
        """Return of how many records something came from the card with this fingerprint."""
        return self._database.number(
            "SELECT count(DISTINCT record) FROM revision WHERE received_from = ?", (fingerprint,)
        )

    def counts(self) -> dict[str, int]:
        """Return how many records there are of each kind."""
        rows = self._database.rows("SELECT kind, count(*) FROM record GROUP BY kind ORDER BY kind")
        return {str(kind): int(number or 0) for kind, number in rows}

    def cases(self) -> list[Case]:
        """Return the cases in the order they were opened here."""
        return [record for record in self.list_records(kind="case") if isinstance(record, Case)]

    def records_of_case(self, case_id: str) -> list[Record]:
        """Return the records that belong to a case, without the case itself, in the order they came in."""
        return self.list_records(case_id=case_id)

    def links_of(self, record_id: str) -> list[Record]:
        """Return the link records that have this record at one end."""
        sql = (
            "SELECT v.body FROM link l JOIN record r ON r.n = l.record JOIN revision v ON v.n = r.current"
            " WHERE l.from_id = ?1 OR l.to_id = ?1 ORDER BY r.n"
        )
        return [_record(row[0]) for row in self._database.rows(sql, (raw_id(record_id),))]

    def mentioned_by(self, record_id: str) -> list[RecordRow]:
        """Return the records that point to this one."""
        sql = f"SELECT {_ROW} {_CURRENT} JOIN mention m ON m.record = r.n WHERE m.target = ? ORDER BY r.n"
        return [_row(row) for row in self._database.rows(sql, (raw_id(record_id),))]

    def of_bundle(self, bundle_id: str, sender: str) -> list[str]:
        """Return the ids of the records of which a revision came in with a bundle of a sender (fingerprint)."""
        sql = (
            "SELECT DISTINCT r.id FROM revision v JOIN record r ON r.n = v.record"
            " WHERE v.bundle = ? AND v.bundle <> '' AND v.received_from = ?"
        )
        return [id_text(row[0]) for row in self._database.rows(sql, (bundle_id, sender)) if isinstance(row[0], bytes)]

    def stamp(self) -> tuple[int, int]:
        """Return two numbers that do not stay the same when a record is added, changed or deleted."""
        return self._database.number("SELECT coalesce(max(n), 0) FROM revision"), self.count()

    def sources(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return, for those of *ids* that were received, where the current revision came from."""
        found: dict[str, Source] = {}
        iterator = iter(ids)
        while chunk := list(islice(iterator, CHUNK)):
            places = ",".join("?" * len(chunk))
            sql = f"SELECT r.id, v.received_from, v.bundle, v.unverified {_CURRENT}"
            sql += f" WHERE r.id IN ({places}) AND v.received_from <> ''"
            for row in self._database.rows(sql, [raw_id(each) for each in chunk]):
                if isinstance(row[0], bytes):
                    found[id_text(row[0])] = Source(str(row[1]), str(row[2]), bool(row[3]))
        return found
