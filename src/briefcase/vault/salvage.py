"""Reading what is whole out of a damaged database: row by row where a page does not answer, past every hole.

The damaged file is a copy; it is only read. After each page that cannot be read the connection is made anew, because
the library trusts nothing any more after a page that was changed.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice

from briefcase.records import canonical
from briefcase.records.errors import RecordInvalid
from briefcase.records.record import Record
from briefcase.vault.database import Database, Row
from briefcase.vault.errors import VaultError
from briefcase.vault.values import Contact, Source, Withdrawal
from briefcase.vault.vault import Vault

_STRETCH = 64
_BATCH = 10_000
_NOT_CARRIED = ("audit.rows", "audit.former", "header.generation", "copy.of", "purge.open")
NUMBERED = ("audit", "bundle", "disclosure", "message", "witness")
"""Tables whose rows have a number."""
NAMED = ("attachment", "contact", "withdrawal", "consent", "saved_search", "setting")
"""Tables without one: read from both ends towards the hole."""
_REVISION = "SELECT body, standing, received_from, bundle, unverified FROM revision WHERE n BETWEEN ? AND ? ORDER BY n"


@dataclass
class Lost:
    """How many rows of a table could not be read, as far as that is known; 0 in ``some`` tables means some."""

    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Salvage:
    """Reads a damaged database through connections that *connect* makes."""

    def __init__(self, connect: Callable[[], Database]) -> None:
        self._connect = connect
        self._database = connect()
        self.lost = Lost()

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(VaultError):
            self._database.close()

    def _rows(self, sql: str, values: tuple[int, ...] = ()) -> list[Row] | None:
        """Return the rows of a query, or None when a page that it needs cannot be read."""
        try:
            return self._database.rows(sql, values)
        except VaultError:
            self.close()
            self._database = self._connect()
            return None

    def _last(self, table: str) -> int:
        found = self._rows(f"SELECT max(n) FROM {table}")  # noqa: S608 - a name of our schema
        if found is None:
            found = self._rows("PRAGMA page_count")
            return 100 * int(found[0][0] or 0) if found else 0
        return int(found[0][0] or 0)

    def numbered(self, table: str, sql: str = "") -> Iterator[Row]:
        """Yield the rows of a table by number, past every hole; *sql* selects between two numbers."""
        sql = sql or f"SELECT * FROM {table} WHERE n BETWEEN ? AND ? ORDER BY n"  # noqa: S608 - as above
        last = self._last(table)
        for start in range(1, last + 1, _STRETCH):
            rows = self._rows(sql, (start, min(last, start + _STRETCH - 1)))
            if rows is not None:
                yield from rows
                continue
            for number in range(start, min(last, start + _STRETCH - 1) + 1):
                one = self._rows(sql, (number, number))
                if one is None:
                    self.lost.rows[table] += 1
                else:
                    yield from one

    def named(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table without numbers: from its beginning, and from its end, up to a hole."""
        seen: set[Row] = set()
        whole = False
        for order in ("ASC", "DESC"):
            if whole:
                break
            count = 0
            while True:
                rows = self._rows(f"SELECT * FROM {table} ORDER BY 1 {order} LIMIT 1 OFFSET {count}")  # noqa: S608 - as above
                if rows is None or not rows:
                    whole = rows is not None
                    break
                count += 1
                if rows[0] not in seen:
                    seen.add(rows[0])
                    yield rows[0]
        if not whole:
            self.lost.rows[table] += 1

    def records(self) -> Iterator[tuple[Record, str, Source]]:
        """Yield every revision that is whole, oldest first: the record, its standing, where it came from."""
        for body, standing, sender, bundle, unverified in self.numbered("revision", _REVISION):
            if isinstance(body, bytes):
                try:
                    record = canonical.decode(body)
                except RecordInvalid:
                    self.lost.rows["revision"] += 1
                    continue
                yield record, str(standing), Source(str(sender), str(bundle), bool(unverified))


def carry(salvage: Salvage, fresh: Vault, *, actor: str) -> int:
    """Put everything that can be read into a new vault under the same keys; return how many records that is.

    The new vault has a chain of its own; what the old one said stays in the damaged folder.
    """
    with fresh.transaction():
        for table in (*NAMED, *NUMBERED):
            if table not in ("contact", "withdrawal", "audit"):
                _copy_rows(fresh, table, salvage.named(table) if table in NAMED else salvage.numbered(table))
        for row in salvage.named("contact"):
            fresh.contacts.put(Contact(*row), actor=actor, action="contact.salvage")  # type: ignore[arg-type]  # columns
        for row in salvage.named("withdrawal"):
            kept = Withdrawal(*row[:7], bool(row[7]), row[8])  # type: ignore[arg-type, call-arg]  # as above
            fresh.withdrawals.put(kept, actor=actor)
    for (standing, source), group in groupby(salvage.records(), key=lambda one: one[1:]):
        waiting = (record for record, _standing, _source in group)
        while batch := list(islice(waiting, _BATCH)):
            count = fresh.records.salvage(batch, actor=actor, standing=standing, source=source)
            if count < len(batch):
                salvage.lost.rows["revision"] += len(batch) - count
    return fresh.records.count()


def _copy_rows(fresh: Vault, table: str, rows: Iterator[Row]) -> None:
    for row in rows:
        if table == "setting" and row[0] in _NOT_CARRIED:
            continue
        fresh.take_row(table, row)
