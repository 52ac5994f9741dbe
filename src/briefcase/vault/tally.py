"""What the lesser tables hold, as sums that the audit chain carries: no row of them changes without an entry.

Records have their digests in the chain. For every other table that is written by hand (contacts, revocations, bundles,
disclosures, messages, settings, attachments and all that come later) each row counts as a keyed hash, and an entry of
the chain holds by how much the sum of a table's rows changed since the entry before. The check adds up what the chain
says and compares it with the rows that are there. Because the entries hold differences, a page that was put back from
an older file leaves its error in the sum for good, whatever is written afterwards.

    row(table) = BLAKE2b-256(key; canonical form of table and values), as a number
    sum(table) = row(table) + row(table) + ... modulo 2^256

The key is 32 random bytes in the setting ``audit.rows``, made once and kept for the life of the vault. Temporary
triggers of the connection do the counting, so that no function that writes can forget it; a savepoint that is undone
undoes its sums too.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

from briefcase.vault.database import Database, Value

KEY = "audit.rows"
"""Setting: the key of the rows' hashes."""
ELSEWHERE = frozenset({"audit", "record", "revision", "case_record", "link", "mention", "name", "state"})
"""Tables that the chain covers in another way, or that are derived from those that it does."""
_WIDTH = 32
_WHOLE = 1 << (8 * _WIDTH)
_TABLES = (
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    " ORDER BY name"
)
_FUNCTION = "briefcase_tally"


def covered(database: Database) -> list[str]:
    """Return the tables whose rows are counted: all but those of ``ELSEWHERE`` and the full-text indexes."""
    return [name for name in (str(row[0]) for row in database.rows(_TABLES)) if name not in ELSEWHERE]


def columns_of(database: Database, table: str) -> list[str]:
    """Return the names of a table's columns in their order."""
    return [str(row[1]) for row in database.rows(f"PRAGMA main.table_info({_quoted(table)})")]


def row_hash(key: bytes, table: str, values: tuple[Value, ...]) -> int:
    """Return what one row counts: a number below 2^256."""
    parts = [_form(one) for one in (table, *values)]
    return int.from_bytes(hashlib.blake2b(b"".join(parts), digest_size=_WIDTH, key=key).digest(), "big")


def _form(value: Value) -> bytes:
    """Return a value as its kind (one letter), its length (8 bytes big endian) and its bytes."""
    if value is None:
        return struct.pack(">cQ", b"n", 0)
    kind = b"b" if isinstance(value, bytes) else b"t" if isinstance(value, str) else b"i"
    data = value if isinstance(value, bytes) else str(value).encode()
    return struct.pack(">cQ", kind, len(data)) + data


def totals(database: Database, key: bytes) -> dict[str, int]:
    """Return the sum of every covered table, computed from its rows; empty tables count 0."""
    found = {}
    for table in covered(database):
        columns = ", ".join(map(_quoted, columns_of(database, table)))
        rows = database.stream(f"SELECT {columns} FROM main.{_quoted(table)}")  # noqa: S608 - names of our own schema
        found[table] = sum(row_hash(key, table, row) for row in rows) % _WHOLE
    return found


def difference(later: dict[str, int], earlier: dict[str, int]) -> dict[str, str]:
    """Return by how much sums changed, 64 hex digits each, without those that did not."""
    changed = {
        name: (later.get(name, 0) - earlier.get(name, 0)) % _WHOLE for name in sorted(later.keys() | earlier.keys())
    }
    return {name: f"{value:064x}" for name, value in changed.items() if value}


def added(sums: dict[str, int], changes: dict[str, object]) -> None:
    """Add to *sums* what one entry of the chain says of them."""
    for name, text in changes.items():
        sums[name] = (sums.get(name, 0) + int(str(text), 16)) % _WHOLE


class Tally:
    """Counts, on one connection, by how much each table's sum changes."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self.key = key

    def watch(self) -> None:
        """Begin to count; a second call on the same connection changes nothing."""
        self._database.define(_FUNCTION, self._step)
        self._database.run("CREATE TEMP TABLE IF NOT EXISTS tally (name TEXT PRIMARY KEY, delta BLOB) WITHOUT ROWID")
        for table in covered(self._database):
            self._database.run("INSERT OR IGNORE INTO temp.tally VALUES (?, NULL)", (table,))
            columns = [_quoted(one) for one in columns_of(self._database, table)]
            for event, images in (("INSERT", "new"), ("DELETE", "old"), ("UPDATE", "both")):
                self._trigger(table, columns, event, images)

    def _trigger(self, table: str, columns: Sequence[str], event: str, images: str) -> None:
        steps = []
        for image, sign in (("old", -1), ("new", 1)):
            if images in (image, "both"):
                values = ", ".join(f"{image}.{one}" for one in columns)
                call = f"{_FUNCTION}(delta, {sign}, '{table}', {values})"
                steps.append(f"UPDATE tally SET delta = {call} WHERE name = '{table}';")  # noqa: S608 - our own names
        name = _quoted(f"tally_{table}_{event}")
        self._database.run(
            f"CREATE TEMP TRIGGER IF NOT EXISTS {name} AFTER {event} ON main.{_quoted(table)}"
            f" BEGIN {' '.join(steps)} END"
        )

    def _step(self, so_far: bytes | None, sign: int, table: str, *values: Value) -> bytes:
        before = int.from_bytes(so_far or b"", "big")
        return ((before + sign * row_hash(self.key, table, values)) % _WHOLE).to_bytes(_WIDTH, "big")

    def seed(self, changes: dict[str, str]) -> None:
        """Take these for what the sums changed by so far (see ``difference``)."""
        rows = [(bytes.fromhex(value), name) for name, value in changes.items()]
        self._database.run_many("UPDATE temp.tally SET delta = ? WHERE name = ?", rows)

    def pending(self) -> bool:
        """Return whether a sum changed since ``take``."""
        return self._database.one("SELECT 1 FROM temp.tally WHERE delta IS NOT NULL LIMIT 1") is not None

    def take(self) -> dict[str, str]:
        """Return by how much sums changed since the last call, 64 hex digits each; inside a transaction."""
        rows = self._database.rows("SELECT name, delta FROM temp.tally WHERE delta IS NOT NULL ORDER BY name")
        if not rows:
            return {}
        self._database.run("UPDATE temp.tally SET delta = NULL WHERE delta IS NOT NULL")
        return {str(name): delta.hex() for name, delta in rows if isinstance(delta, bytes) and any(delta)}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
