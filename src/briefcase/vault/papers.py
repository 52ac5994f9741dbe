"""Consents on file: the vault keeps them and finds them again; whether they are valid is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from briefcase.vault.database import Database, Row
from briefcase.vault.state import State
from briefcase.vault.values import id_text, raw_id

_CONSENT = "SELECT id, state, record, recipient, starts, ends, registered, body FROM consent"


@dataclass(frozen=True)
class ConsentRow:
    """A consent as it was signed (``body``), and what it is found by; an empty ``record_id`` means several."""

    id: str
    state: str
    record_id: str
    recipient: str
    starts: str
    ends: str
    registered: str
    body: bytes


def _consent(row: Row) -> ConsentRow:
    record = id_text(row[2]) if isinstance(row[2], bytes) else ""
    body = row[7] if isinstance(row[7], bytes) else b""
    return ConsentRow(str(row[0]), str(row[1]), record, str(row[3]), str(row[4]), str(row[5]), str(row[6]), body)


class Consents:
    """The consents of one vault; the caller writes the audit entry of the act."""

    def __init__(self, database: Database, state: State) -> None:
        self._database = database
        self._state = state

    def put(self, consent: ConsentRow) -> None:
        """Keep a consent, in place of what was known under its id."""
        values = (
            *(consent.id, consent.state, raw_id(consent.record_id) or None, consent.recipient),
            *(consent.starts, consent.ends, consent.registered, consent.body),
        )
        with self._database.transaction():
            self._database.run(
                "REPLACE INTO consent (id, state, record, recipient, starts, ends, registered, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._state.touch("consent")

    def list(self, *, record_id: str = "") -> list[ConsentRow]:
        """Return the consents, oldest first, narrowed to those for one record."""
        if record_id:
            rows = self._database.rows(f"{_CONSENT} WHERE record = ? ORDER BY registered, id", (raw_id(record_id),))
        else:
            rows = self._database.rows(f"{_CONSENT} ORDER BY registered, id")
        return [_consent(row) for row in rows]
