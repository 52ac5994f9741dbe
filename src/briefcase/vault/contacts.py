"""Partners: their cards, how far they were verified and by whom, which renewed which, and why some count no more."""

from __future__ import annotations

from briefcase.vault.audit import Audit
from briefcase.vault.database import Database, Row
from briefcase.vault.values import Contact, ContactState, Withdrawal, WithdrawalKind

_STATES: tuple[ContactState, ...] = ("unverified", "verified", "revoked", "expired")
_SELECT = (
    "SELECT fingerprint, name, card, state, agency, country, verified_at, verified_by, note, replaced_by FROM contact"
)
_REPLACE = (
    "REPLACE INTO contact (fingerprint, name, card, state, agency, country, verified_at, verified_by, note,"
    " replaced_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHAIN = (
    "WITH RECURSIVE earlier (fingerprint) AS (SELECT ?1 UNION"
    " SELECT c.fingerprint FROM contact c JOIN earlier e ON c.replaced_by = e.fingerprint WHERE c.replaced_by <> '')"
    " SELECT fingerprint FROM earlier"
)
_WITHDRAWAL = "SELECT id, fingerprint, kind, source, since, reason, registered, applied, body FROM withdrawal"


def _contact(row: Row) -> Contact:
    fingerprint, name, card, state, agency, country, verified_at, verified_by, note, replaced_by = map(str, row)
    known = next(each for each in _STATES if each == state)
    return Contact(fingerprint, name, card, known, agency, country, verified_at, verified_by, note, replaced_by)


def _withdrawal(row: Row) -> Withdrawal:
    kind: WithdrawalKind = "revocation" if row[2] == "revocation" else "compromise"
    source, since, reason, registered = map(str, row[3:7])
    return Withdrawal(
        str(row[0]), str(row[1]), kind, source, since, reason, registered, applied=bool(row[7]), body=str(row[8])
    )


class Contacts:
    """The contacts of one vault, by fingerprint (64 hex digits)."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def put(self, contact: Contact, *, actor: str, action: str = "contact.put") -> None:
        """Keep *contact*, in place of what was known under its fingerprint."""
        values = (
            *(contact.fingerprint, contact.name, contact.card_text, contact.state, contact.agency),
            *(contact.country, contact.verified_at, contact.verified_by, contact.note, contact.replaced_by),
        )
        detail: dict[str, object] = {"state": contact.state, "agency": contact.agency, "country": contact.country}
        if contact.replaced_by:
            detail["replaced_by"] = contact.replaced_by
        with self._database.transaction():
            self._database.run(_REPLACE, values)
            self._audit.state.touch("contact")
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
                self._audit.state.touch("contact")
                self._audit.append("contact.remove", fingerprint, actor=actor)

    def person(self, fingerprint: str) -> frozenset[str]:
        """Return the fingerprints of one partner: this card and every card that it verifiably renewed."""
        return frozenset(str(row[0]) for row in self._database.rows(_CHAIN, (fingerprint,)))


class Withdrawals:
    """Revocations and notices of compromise, by the fingerprint of the card that they are about."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def put(self, one: Withdrawal, *, actor: str) -> None:
        """Keep one, in place of what was known under its id."""
        values = (
            *(one.id, one.fingerprint, one.kind, one.source, one.since, one.reason, one.registered),
            *(int(one.applied), one.body),
        )
        detail: dict[str, object] = {
            "kind": one.kind,
            "source": one.source,
            "since": one.since,
            "reason": one.reason,
            "applied": one.applied,
            "id": one.id,
        }
        with self._database.transaction():
            self._database.run(
                "REPLACE INTO withdrawal (id, fingerprint, kind, source, since, reason, registered, applied, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._audit.state.touch("withdrawal")
            self._audit.append("contact.withdrawal", one.fingerprint, detail, actor=actor)

    def of(self, fingerprint: str) -> list[Withdrawal]:
        """Return what is kept about one card, oldest first."""
        rows = self._database.rows(f"{_WITHDRAWAL} WHERE fingerprint = ? ORDER BY registered, id", (fingerprint,))
        return [_withdrawal(row) for row in rows]

    def list(self) -> list[Withdrawal]:
        """Return all of them, oldest first."""
        return [_withdrawal(row) for row in self._database.rows(f"{_WITHDRAWAL} ORDER BY registered, id")]

    def remove(self, identifier: str, *, actor: str) -> None:
        """Forget one that turned out not to be good once its card was there."""
        with self._database.transaction():
            if self._database.run("DELETE FROM withdrawal WHERE id = ?", (identifier,)):
                self._audit.state.touch("withdrawal")
                self._audit.append("contact.withdrawal-refused", identifier, actor=actor)
