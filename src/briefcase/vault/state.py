"""The state: what decides over a release, bound to the audit chain record by record, so that little need be verified.

Every current revision has a keyed value; the values of 128 neighbouring records are summed (XOR) in one row, 128 of
those rows in another, and those, with one hash for each small table that decides, in the root. The root stands in every
audit entry. Whoever puts older pages back under a record would have to put back its sums, the root, the end of the
chain and the end of the revisions as well, which is then an older vault as a whole. docs/vault-format.md has the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from briefcase.vault.database import Database, Row
from briefcase.vault.hashing import HASH, blake

BITS = 7
LEAF, NODE, TAIL, ROOT = "leaf", "node", "tail", "root"
SETTINGS = ("agency", "country", "identity", "officer", "pack", "pack.root", "pack.signature", "pack.versions")
FORMER_IDENTITY = "identity.former."
TABLES: Mapping[str, str] = MappingProxyType(
    {
        "contact": (
            "SELECT fingerprint, name, card, state, agency, country, replaced_by FROM contact ORDER BY fingerprint"
        ),
        "withdrawal": "SELECT id, fingerprint, kind, source, since, applied, body FROM withdrawal ORDER BY id",
        "consent": "SELECT id, state, record, recipient, starts, ends, body FROM consent ORDER BY id",
        "message": (
            "SELECT id, sender, state, text FROM message WHERE type = 'recall' AND direction = 'in' ORDER BY id, sender"
        ),
        "setting": (
            "SELECT name, value FROM setting WHERE name IN ('agency', 'country', 'identity', 'officer', 'pack',"
            " 'pack.root', 'pack.signature', 'pack.versions') OR name LIKE 'identity.former.%' ORDER BY name"
        ),
    }
)
"""The small tables that decide, and what of them counts."""
_CURRENT = "SELECT r.n, r.id, r.current, v.digest FROM record r JOIN revision v ON v.n = r.current"
_VALUE = "SELECT value FROM state WHERE area = ? AND place = ?"
_REPLACE = "REPLACE INTO state (area, place, value) VALUES (?, ?, ?)"
_TAIL = "SELECT max(n) FROM revision"


class State:
    """Keeps the sums of one vault; does nothing until ``establish`` was called once."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def root(self) -> bytes:
        """Return the root; empty when the state was never established."""
        value = self._value(ROOT, 0)
        return value if any(value) else b""

    def value_of(self, number: int, identifier: bytes, current: int, digest: bytes) -> int:
        """Return the keyed value of one record's current revision, as a number to be summed by XOR."""
        data = number.to_bytes(8, "big") + identifier + current.to_bytes(8, "big") + digest
        return int.from_bytes(blake(b"briefcase-state/1" + data, self._key), "big")

    def change(self, deltas: Mapping[int, int]) -> None:
        """Add what changed: by number of the record, the XOR of its former and its present value."""
        if not self.root():
            return
        leaves, nodes = _gathered(deltas), dict[int, int]()
        for place, delta in leaves.items():
            node = place >> BITS
            nodes[node] = nodes.get(node, 0) ^ self._add(LEAF, place, delta)
        change = 0
        for place, delta in nodes.items():
            change ^= self._add(NODE, place, delta)
        self._add_root(change ^ self._put(TAIL, self._tail()))

    def values_of(self, chosen: str) -> dict[int, int]:
        """Return, by number, the values of the records that a query of numbers chooses, for ``change``."""
        rows = self._database.rows(f"{_CURRENT} WHERE r.n IN ({chosen})")
        return {int(row[0] or 0): self._of_row(row) for row in rows}

    def touch(self, area: str) -> None:
        """Say that one of ``TABLES`` was written to."""
        if self.root():
            self._add_root(self._put(area, self.table_hash(area)))

    def touch_setting(self, name: str) -> None:
        """Say that a setting was written to; most decide over nothing."""
        if name in SETTINGS or name.startswith(FORMER_IDENTITY):
            self.touch("setting")

    def establish(self) -> None:
        """Compute the whole state from what is there; the caller has verified that, and writes an entry."""
        with self._database.joined():
            self._database.run("DELETE FROM state")
            self._database.run_many(_REPLACE, ((*key, value) for key, value in self._computed().items()))

    def forget(self) -> None:
        """Have no state until it is established again."""
        self._database.run("DELETE FROM state")

    def is_whole(self) -> bool:
        """Return whether every sum and hash fits what is there; the cost follows the number of records."""
        rows = self._database.rows("SELECT area, place, value FROM state")
        return {(str(area), int(place or 0)): value for area, place, value in rows} == self._computed()

    def _computed(self) -> dict[tuple[str, int], bytes]:
        leaves: dict[int, int] = {}
        for row in self._database.stream(_CURRENT):
            place = int(row[0] or 0) >> BITS
            leaves[place] = leaves.get(place, 0) ^ self._of_row(row)
        nodes: dict[int, int] = {}
        for place, total in leaves.items():
            nodes[place >> BITS] = nodes.get(place >> BITS, 0) ^ self._weight(LEAF, place, _bytes(total))
        top = {(NODE, place): _bytes(total) for place, total in nodes.items()}
        top |= {(area, 0): self.table_hash(area) for area in TABLES} | {(TAIL, 0): self._tail()}
        rows = {(LEAF, place): _bytes(total) for place, total in leaves.items()} | top | {(ROOT, 0): self._sum(top)}
        return {key: value for key, value in rows.items() if any(value)}

    def top_fault(self) -> str:
        """Return which area does not fit its table or the root, or an empty text; its cost follows the small tables."""
        rows = self._database.rows("SELECT area, place, value FROM state WHERE area NOT IN (?, ?)", (LEAF, ROOT))
        top = {(str(area), int(place or 0)): value for area, place, value in rows if isinstance(value, bytes)}
        if self._sum(top) != self.root():
            return "records"
        if top.get((TAIL, 0), bytes(HASH)) != self._tail():
            return "records"
        for area in TABLES:
            if top.get((area, 0)) != self.table_hash(area):
                return {"contact": "contacts", "withdrawal": "contacts"}.get(area, "records")
        return ""

    def leaf_faults(self, numbers: Iterable[int]) -> set[int]:
        """Return the leaves, of those that these records are summed in, that do not fit records or nodes."""
        places = {number >> BITS for number in numbers}
        wrong = {place for place in places if self._leaf_sum(place) != self._value(LEAF, place)}
        for node in {place >> BITS for place in places}:
            if self._node_sum(node) != self._value(NODE, node):
                wrong |= {place for place in places if place >> BITS == node}
        return wrong

    def table_hash(self, area: str) -> bytes:
        """Return the keyed hash of one of ``TABLES`` as it is now."""
        return blake(b"".join(map(_row_bytes, self._database.rows(TABLES[area]))), self._key)

    def _tail(self) -> bytes:
        return self._database.number(_TAIL).to_bytes(HASH, "big")

    def _value(self, area: str, place: int) -> bytes:
        row = self._database.one(_VALUE, (area, place))
        return row[0] if row and isinstance(row[0], bytes) else bytes(HASH)

    def _weight(self, area: str, place: int, value: bytes) -> int:
        """Return the keyed value of one row, to be summed in the row above it; nothing for one that is not there."""
        if not any(value):
            return 0
        data = area.encode() + place.to_bytes(8, "big") + value
        return int.from_bytes(blake(b"briefcase-state-sum/1" + data, self._key), "big")

    def _sum(self, rows: Mapping[tuple[str, int], bytes]) -> bytes:
        total = 0
        for (area, place), value in rows.items():
            total ^= self._weight(area, place, value)
        return _bytes(total)

    def _add(self, area: str, place: int, delta: int) -> int:
        """Add to one sum; return by how much the row above it changes."""
        return self._put(area, _bytes(int.from_bytes(self._value(area, place), "big") ^ delta), place)

    def _put(self, area: str, value: bytes, place: int = 0) -> int:
        former = self._value(area, place)
        if former == value:
            return 0
        if any(value):
            self._database.run(_REPLACE, (area, place, value))
        else:
            self._database.run("DELETE FROM state WHERE area = ? AND place = ?", (area, place))
        return self._weight(area, place, former) ^ self._weight(area, place, value)

    def _add_root(self, delta: int) -> None:
        self._database.run(_REPLACE, (ROOT, 0, _bytes(int.from_bytes(self.root(), "big") ^ delta)))

    def _of_row(self, row: Row) -> int:
        number, identifier, current, digest = row
        if not isinstance(identifier, bytes) or not isinstance(digest, bytes):
            return 0
        return self.value_of(int(number or 0), identifier, int(current or 0), digest)

    def _leaf_sum(self, place: int) -> bytes:
        total = 0
        for row in self._database.rows(
            f"{_CURRENT} WHERE r.n BETWEEN ? AND ?", (place << BITS, ((place + 1) << BITS) - 1)
        ):
            total ^= self._of_row(row)
        return _bytes(total)

    def _node_sum(self, node: int) -> bytes:
        sql = "SELECT place, value FROM state WHERE area = 'leaf' AND place BETWEEN ? AND ?"
        total = 0
        for place, value in self._database.rows(sql, (node << BITS, ((node + 1) << BITS) - 1)):
            if isinstance(value, bytes):
                total ^= self._weight(LEAF, int(place or 0), value)
        return _bytes(total)


def _gathered(deltas: Mapping[int, int]) -> dict[int, int]:
    leaves: dict[int, int] = {}
    for number, delta in deltas.items():
        leaves[number >> BITS] = leaves.get(number >> BITS, 0) ^ delta
    return leaves


def _bytes(total: int) -> bytes:
    return total.to_bytes(HASH, "big")


def _row_bytes(row: Row) -> bytes:
    """Return a row so that no two rows give the same bytes: for each value its type, its length, and itself."""
    parts = []
    for value in row:
        sort = b"b" if isinstance(value, bytes) else b"t"
        data = value if isinstance(value, bytes) else str(value).encode()
        parts.append((b"n" if value is None else sort) + len(data).to_bytes(8, "big") + data)
    return len(parts).to_bytes(8, "big") + b"".join(parts)
