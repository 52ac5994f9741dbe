"""Messages that went out and came in, and what partners signed about their audit chains.

The vault keeps them and finds them again; what a message counts for is decided elsewhere, from the verified contacts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from briefcase.vault.database import Database, Row
from briefcase.vault.errors import MessageAltered
from briefcase.vault.state import State
from briefcase.vault.values import Direction

Standing = Literal["sent", "counts", "noted"]

_STATES: tuple[Standing, ...] = ("sent", "counts", "noted")
_SELECT = (
    "SELECT id, direction, type, series, serial, sender, partner, about, created, registered, state, text, ssh, mldsa"
    " FROM message"
)
_ADD = (
    "INSERT INTO message"
    " (id, direction, type, series, serial, sender, partner, about, created, registered, state, text, ssh, mldsa)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class MessageRow:
    """One message as it was signed, and what it is found by.

    Attributes:
        message_id: 32 hexadecimal digits.
        direction: ``in`` or ``out``.
        type: receipt, consent, recall, request, answer or compromise.
        series: of its sender and exactly its recipients, 64 hexadecimal digits.
        serial: its number among those of its type in the series.
        sender: fingerprint of the card that signed it; an id is its sender's own.
        partner: fingerprint of the sender, or those of the recipients with a blank between.
        about: what it speaks of: a bundle, another message, a card; may be empty.
        created: as signed, UTC.
        registered: when it was sent or taken in, UTC.
        state: ``sent``; of a received one ``counts``, or ``noted`` when its sender may not say so.
        text: the signed text.
        ssh: its first signature, armored.
        mldsa: its second signature.
    """

    message_id: str
    direction: Direction
    type: str
    series: str
    serial: int
    sender: str
    partner: str
    about: str
    created: str
    registered: str
    state: Standing
    text: bytes
    ssh: bytes
    mldsa: bytes


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _message(row: Row) -> MessageRow:
    direction: Direction = "in" if row[1] == "in" else "out"
    state = next(each for each in _STATES if each == row[10])
    return MessageRow(
        *(str(row[0]), direction, str(row[2]), str(row[3]), int(row[4] or 0), str(row[5]), str(row[6]), str(row[7])),
        *(str(row[8]), str(row[9]), state, _blob(row[11]), _blob(row[12]), _blob(row[13])),
    )


class Messages:
    """Every message by id, direction and type; the caller writes the audit entry of the act."""

    def __init__(self, database: Database, state: State) -> None:
        self._database = database
        self._sums = state

    def add(self, message: MessageRow) -> bool:
        """Keep a message; return False when the same one was kept before.

        Raises:
            MessageAltered: its sender's id was seen before with another text, in either direction.
        """
        known = self.seen(message.message_id, message.sender)
        if any(each.text != message.text for each in known):
            raise MessageAltered
        if any(each.direction == message.direction for each in known):
            return False
        values = (
            *(message.message_id, message.direction, message.type, message.series, message.serial, message.sender),
            *(message.partner, message.about, message.created, message.registered, message.state),
            *(message.text, message.ssh, message.mldsa),
        )
        with self._database.transaction():
            self._database.run(_ADD, values)
            if (message.type, message.direction) == ("recall", "in"):
                self._sums.touch("message")
        return True

    def seen(self, message_id: str, sender: str = "") -> list[MessageRow]:
        """Return what is kept under an id, of one sender (fingerprint) or of all: none, or one a direction each."""
        rows = self._database.rows(
            f"{_SELECT} WHERE id = ?1 AND (?2 = '' OR sender = ?2) ORDER BY n", (message_id, sender)
        )
        return [_message(row) for row in rows]

    def serials(self, series: str, type: str, direction: Direction) -> list[int]:  # noqa: A002 - the word of the format
        """Return the numbers of the messages of a type in a series that are here, ascending."""
        rows = self._database.rows(
            "SELECT serial FROM message WHERE series = ? AND type = ? AND direction = ? ORDER BY serial",
            (series, type, direction),
        )
        return [int(row[0] or 0) for row in rows]

    def list(
        self,
        *,
        type: str = "",  # noqa: A002 - as above
        direction: Direction | None = None,
        about: str = "",
    ) -> list[MessageRow]:
        """Return the messages, oldest first, narrowed to a type, a direction and what they speak of."""
        rows = self._database.rows(
            f"{_SELECT} WHERE (?1 = '' OR type = ?1) AND (?2 = '' OR direction = ?2) AND (?3 = '' OR about = ?3)"
            " ORDER BY n",
            (type, direction or "", about),
        )
        return [_message(row) for row in rows]


class Witnesses:
    """Heads of partners' audit chains: a head that comes a second time shows that a vault was put back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, partner: str, head: str, *, created: str, source: str) -> None:
        """Keep the head that a partner (fingerprint) signed at a time in one bundle or message (its id)."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO witness (partner, head, created, source) VALUES (?, ?, ?, ?)",
                (partner, head, created, source),
            )

    def sources(self, head: str, partner: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the bundles and messages in which a partner, under any of his cards, signed a head.

        Whoever else copied that head into a file of his own proves nothing about this partner's vault.
        """
        rows = self._database.rows("SELECT source, partner FROM witness WHERE head = ? ORDER BY n", (head,))
        cards = frozenset(partner)
        return tuple(str(row[0]) for row in rows if str(row[1]) in cards)

    def list(self, partner: str) -> list[tuple[str, str]]:
        """Return (time, head) of what a partner signed, oldest first."""
        rows = self._database.rows("SELECT created, head FROM witness WHERE partner = ? ORDER BY n", (partner,))
        return [(str(row[0]), str(row[1])) for row in rows]
