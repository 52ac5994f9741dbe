"""Partners: their cards, how far they were verified, and by whom."""

from __future__ import annotations

from briefcase.vault.audit import Audit
from briefcase.vault.database import Database, Row
from briefcase.vault.values import Contact, ContactState

_STATES: tuple[ContactState, ...] = ("unverified", "verified", "revoked", "expired")
_SELECT = "SELECT fingerprint, name, card, state, agency, country, verified_at, verified_by, note FROM contact"
_REPLACE = (
    "REPLACE INTO contact (fingerprint, name, card, state, agency, country, verified_at, verified_by, note)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _contact(row: Row) -> Contact:
    fingerprint, name, card, state, agency, country, verified_at, verified_by, note = map(str, row)
    known = next(each for each in _STATES if each == state)
    return Contact(fingerprint, name, card, known, agency, country, verified_at, verified_by, note)


class Contacts:
    """The contacts of one vault, by fingerprint (64 hex digits)."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def put(self, contact: Contact, *, actor: str, action: str = "contact.put") -> None:
        """Keep *contact*, in place of what was known under its fingerprint."""
        values = (
            *(contact.fingerprint, contact.name, contact.card_text, contact.state, contact.agency),
            *(contact.country, contact.verified_at, contact.verified_by, contact.note),
        )
        detail: dict[str, object] = {"state": contact.state, "agency": contact.agency, "country": contact.country}
        with self._database.transaction():
            self._database.run(_REPLACE, values)
            self._audit.append(action, contact.fingerprint, detail, actor=actor)

    def get(self, fingerprint: str) -> Contact | None:
        """Return the contact with this fingerprint, or None."""
        row = self._database.one(f"{_SELECT} WHERE fingerprint = ?", (fingerprint,))
        return _contact(row) if row else None

    def list(self) -> list[Contact]:
        """Return all contacts by name; names may repeat or look alike."""
        rows = self._database.rows(f"{_SELECT} ORDER BY name, fingerprint")
        return [_contact(row) for row in rows]

    def remove(self, fingerprint: str, *, actor: str) -> None:
        """Forget a contact; what was sent to or received from it stays in the logs."""
        with self._database.transaction():
            if self._database.run("DELETE FROM contact WHERE fingerprint = ?", (fingerprint,)):
                self._audit.append("contact.remove", fingerprint, actor=actor)
