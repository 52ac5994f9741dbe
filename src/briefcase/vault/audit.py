"""The audit chain: what was done, by whom, when; each entry bound to the one before by a keyed hash.

``chain(0) = BLAKE2b-256(audit key, "briefcase-audit/1" + vault id)`` and
``chain(n) = BLAKE2b-256(audit key, chain(n-1) + n as 8 bytes big endian + BLAKE2b-256(entry n))``.
An entry that speaks of revisions holds their number and one hash over (record id, revision id, salted digest) of
each, in the order they were kept; so a batch of any size is one entry. An entry also holds by how much the sums of
the other tables changed since the one before it (``tally``).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from briefcase.records.ids import now
from briefcase.seal import canonical
from briefcase.vault import tally
from briefcase.vault.database import Database
from briefcase.vault.hashing import HASH, blake
from briefcase.vault.state import State
from briefcase.vault.tally import Tally

LEAST = 32
"""So many hex digits of a head must be known at least; so many stand on paper."""
_START = b"briefcase-audit/1"
_HIGHEST = "clock.highest"
FORMER = "audit.former"
"""Setting: the keys of the chain before each change of all keys, ``[{"last": number, "key": hex}]``, oldest first."""


class RevisionHash:
    """Adds up the revisions that one entry speaks of."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.blake2b(digest_size=HASH)

    def add(self, record: bytes, revision: bytes, digest: bytes) -> None:
        """Add one revision: 16 bytes, 16 bytes, 32 bytes."""
        self._hash.update(record + revision + digest)
        self.count += 1

    def summary(self) -> dict[str, object]:
        """Return what the entry holds."""
        return {"count": self.count, "hash": self._hash.hexdigest()}


@dataclass(frozen=True)
class Entry:
    """One entry of the chain.

    ``revisions`` is (count, hash) of what it speaks of, or None; ``tables`` is by how much the sums of tables changed;
    ``said`` is the whole entry as it was written.
    """

    number: int
    time: str
    actor: str
    action: str
    subject: str
    detail: dict[str, object] = field(default_factory=dict)
    revisions: tuple[int, str] | None = None
    tables: dict[str, object] = field(default_factory=dict)
    chain: str = ""
    said: dict[str, object] = field(default_factory=dict)


def _entry(number: int, data: bytes, chain: bytes) -> Entry:
    value = canonical.decode(data)
    found = value if isinstance(value, dict) else {}
    revisions, detail, tables = found.get("revisions"), found.get("detail"), found.get("tables")
    return Entry(
        number=number,
        time=str(found.get("time", "")),
        actor=str(found.get("actor", "")),
        action=str(found.get("action", "")),
        subject=str(found.get("object", "")),
        detail=detail if isinstance(detail, dict) else {},
        revisions=(int(revisions["count"]), str(revisions["hash"])) if isinstance(revisions, dict) else None,
        tables=tables if isinstance(tables, dict) else {},
        chain=chain.hex(),
        said={**found},
    )


class Audit:
    """The chain of one vault."""

    def __init__(self, database: Database, key: bytes, vault_id: bytes) -> None:
        self._database = database
        self._former = [(int(one["last"]), bytes.fromhex(one["key"])) for one in self.former()]
        self._key = key
        self._start = blake(_START + vault_id, self._key_of(0))
        self.state = State(database, key)
        self._tally: Tally | None = None

    def watch(self) -> None:
        """Count the rows of the lesser tables from now on; enter all of them if the chain does not hold them yet."""
        key = self.rows_key()
        self._tally = Tally(self._database, key or os.urandom(HASH))
        if key:
            self._database.before_first = self._tally.watch  # so that opening and a first look cost nothing
        else:
            self._begin(self._tally)
        self._database.before_commit = self._settle

    def _begin(self, counts: Tally) -> None:
        with self._database.transaction():
            self._database.run(
                "REPLACE INTO setting (name, form, value) VALUES (?, 'bytes', ?)", (tally.KEY, counts.key)
            )
            counts.watch()
            counts.seed(tally.difference(tally.totals(self._database, counts.key), {}))
            if self.size():
                self.append("tables.begin", actor="")  # of a new vault the first entry says it

    def upgraded(self, before: dict[str, int]) -> None:
        """Enter by how much a change of the schema changed the sums, which were *before*; inside its transaction."""
        key = self.rows_key()
        if key:
            self._tally = Tally(self._database, key)
            self._tally.watch()
            self._tally.seed(tally.difference(tally.totals(self._database, key), before))
            self.append("vault.upgrade", actor="")

    def _settle(self) -> None:
        """Give changes that no entry speaks of one of their own."""
        if self._tally is not None and self._tally.pending():
            self.append("tables.change", actor="")

    def rows_key(self) -> bytes:
        """Return the key of the rows' hashes; empty in a vault of before, until it is opened for writing."""
        row = self._database.one("SELECT value FROM setting WHERE name = ?", (tally.KEY,))
        return row[0] if row and isinstance(row[0], bytes) else b""

    def former(self) -> list[dict[str, str]]:
        """Return the keys of the chain before each change of all keys; see ``FORMER``."""
        row = self._database.one("SELECT value FROM setting WHERE name = ?", (FORMER,))
        value = canonical.decode(row[0]) if row and isinstance(row[0], bytes) else []
        return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

    def _key_of(self, number: int) -> bytes:
        """Return the key that entry *number* was chained with."""
        return next((key for last, key in self._former if number <= last), self._key)

    def next_number(self) -> int:
        """Return the number that the next entry will have; the first is 1."""
        return self.size() + 1

    def size(self) -> int:
        """Return the number of entries."""
        return self._database.number("SELECT max(n) FROM audit")

    def head(self) -> str:
        """Return the chain value of the newest entry, 64 hex digits; it is printed and sent, and gives away nothing."""
        return self._last()[1].hex()

    def _last(self) -> tuple[int, bytes]:
        row = self._database.one("SELECT n, chain FROM audit ORDER BY n DESC LIMIT 1")
        if row is None:
            return 0, self._start
        return int(row[0] or 0), bytes(row[1]) if isinstance(row[1], bytes) else b""

    def append(
        self,
        action: str,
        subject: str = "",
        detail: dict[str, object] | None = None,
        *,
        actor: str,
        revisions: RevisionHash | None = None,
    ) -> int:
        """Add one entry inside the running transaction (or one of its own); return its number.

        Args:
            action: a dotted word such as ``record.add``.
            subject: what it was done to: an id, a fingerprint, a name of a setting; empty for the whole vault.
            detail: JSON without floats.
            actor: who did it.
            revisions: what was kept with it.
        """
        with self._database.joined():
            number, previous = self._last()
            time, highest = now(), self.highest_time()
            if time > highest:
                self.see_time(time)
            entry: dict[str, object] = {"action": action, "actor": actor, "object": subject, "time": time}
            if detail:
                entry["detail"] = detail
            if revisions is not None and revisions.count:
                entry["revisions"] = revisions.summary()
            if root := self.state.root():
                entry["state"] = root.hex()
            if time < highest:
                entry["clock"] = highest  # the clock was put back: the entry says which time had been seen
            if self._tally is not None and (tables := self._tally.take()):
                entry["tables"] = tables
            data = canonical.encode(entry)
            chain = self._link(previous, number + 1, data)
            self._database.run("INSERT INTO audit (n, entry, chain) VALUES (?, ?, ?)", (number + 1, data, chain))
        return number + 1

    def _link(self, previous: bytes, number: int, data: bytes) -> bytes:
        return blake(previous + number.to_bytes(8, "big") + blake(data), self._key_of(number))

    def highest_time(self) -> str:
        """Return the latest time that was ever seen, so that a clock put back does not revive what has expired."""
        row = self._database.one("SELECT value FROM setting WHERE name = ?", (_HIGHEST,))
        return row[0].decode() if row and isinstance(row[0], bytes) else ""

    def see_time(self, time: str) -> None:
        """Remember *time* (UTC, ISO 8601) if it is the latest so far."""
        if time > self.highest_time():
            with self._database.joined():
                self._database.run(
                    "REPLACE INTO setting (name, form, value) VALUES (?, 'text', ?)", (_HIGHEST, time.encode())
                )

    def reset_time(self, detail: dict[str, object], *, actor: str) -> str:
        """Make the machine's time the latest that was seen, however late the one before; return it.

        The entry says which time had been seen. Who may do this is for the caller to decide.
        """
        with self._database.joined():
            time = now()
            seen = self.highest_time()
            self.append("clock.reset", "", {**detail, "from": seen, "to": time}, actor=actor)
            self._database.run(
                "REPLACE INTO setting (name, form, value) VALUES (?, 'text', ?)", (_HIGHEST, time.encode())
            )
        return time

    def now(self) -> str:
        """Return the present time, never earlier than the latest that was seen."""
        return max(now(), self.highest_time())

    def entries(self, *, first: int = 1, limit: int = -1) -> Iterator[Entry]:
        """Yield the entries from number *first* on, at most *limit* when that is not negative."""
        sql = "SELECT n, entry, chain FROM audit WHERE n >= ? ORDER BY n LIMIT ?"
        for number, data, chain in self._database.stream(sql, (first, limit)):
            if isinstance(data, bytes) and isinstance(chain, bytes):
                yield _entry(int(number or 0), data, chain)

    def about(self, subject: str, action: str) -> list[Entry]:
        """Return the entries of an action on a subject, oldest first."""
        sql = "SELECT n, entry, chain FROM audit WHERE instr(entry, ?) ORDER BY n"
        rows = self._database.stream(sql, (subject.encode(),))
        found = (
            _entry(int(n or 0), data, chain)
            for n, data, chain in rows
            if isinstance(data, bytes) and isinstance(chain, bytes)
        )
        return [each for each in found if (each.subject, each.action) == (subject, action)]

    def newest(self, limit: int = 100) -> list[Entry]:
        """Return the newest entries, newest first."""
        first = max(1, self.size() - limit + 1)
        return list(self.entries(first=first))[::-1]

    def verify(self) -> list[int]:
        """Return the numbers of the entries that do not follow from the ones before; empty when the chain is whole."""
        faults = []
        expected, previous = 1, self._start
        for row in self._database.stream("SELECT n, entry, chain FROM audit ORDER BY n"):
            number, data, chain = int(row[0] or 0), row[1], row[2]
            if not isinstance(data, bytes) or not isinstance(chain, bytes):
                faults.append(number)
                continue
            if number != expected or not hmac.compare_digest(self._link(previous, number, data), chain):
                faults.append(number)
            expected, previous = number + 1, chain
        return faults

    def speaks_of_state(self) -> bool:
        """Return whether the newest entry follows from the one before it and holds the root of the state."""
        rows = self._database.rows("SELECT n, entry, chain FROM audit ORDER BY n DESC LIMIT 2")
        if not rows or not isinstance(rows[0][1], bytes) or not isinstance(rows[0][2], bytes):
            return False
        number, entry, chain = int(rows[0][0] or 0), rows[0][1], rows[0][2]
        previous = rows[1][2] if len(rows) > 1 else self._start
        if not isinstance(previous, bytes) or not hmac.compare_digest(self._link(previous, number, entry), chain):
            return False
        value, root = canonical.decode(entry), self.state.root()
        return bool(root) and isinstance(value, dict) and value.get("state") == root.hex()

    def had_state(self) -> bool:
        """Return whether an entry since the last change of all keys held the root of a state."""
        last = self._former[-1][0] if self._former else 0
        sql = "SELECT entry FROM audit WHERE n > ? AND instr(entry, ?)"
        rows = self._database.stream(sql, (last, b'"state":"'))
        values = (canonical.decode(row[0]) for row in rows if isinstance(row[0], bytes))
        return any(isinstance(value, dict) and "state" in value for value in values)

    def contains(self, head: str) -> bool:
        """Return whether *head*, printed or returned by a partner, is a value of this chain (see ``find``)."""
        return self.find(head) is not None

    def at(self, number: int) -> str:
        """Return the chain value of an entry, 64 hex digits; that of the start for 0, empty when there is none."""
        if number == 0:
            return self._start.hex()
        row = self._database.one("SELECT chain FROM audit WHERE n = ?", (number,))
        return row[0].hex() if row and isinstance(row[0], bytes) else ""

    def find(self, head: str) -> int | None:
        """Return the number of the entry whose chain value is *head* or begins so (paper shows half of it), or None.

        Args:
            head: 32 to 64 hex digits in small letters; 0 is the start of the chain.
        """
        if not LEAST <= len(head) <= 2 * HASH or any(digit not in "0123456789abcdef" for digit in head):
            return None
        row = self._database.one("SELECT n FROM audit WHERE instr(lower(hex(chain)), ?) = 1 ORDER BY n", (head,))
        if row is None:
            return 0 if self._start.hex().startswith(head) else None
        return int(row[0] or 0)
