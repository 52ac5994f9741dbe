"""What went to whom, as the disclosure log has it, and whether the partner acknowledged it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Receipt
from briefcase.language import _
from briefcase.services import cases, contacts
from briefcase.services.contacts import Contact
from briefcase.services.session import Session
from briefcase.vault.values import Disclosure


@dataclass(frozen=True)
class Handed:
    """One sealed file for one partner.

    Attributes:
        bundle_id: 32 hexadecimal digits.
        recipient: fingerprint of the card that it was sealed to.
        name: on that card.
        when: UTC.
        records: how many records and tear-lines of it.
        shortened: how many of them with fields withheld.
        receipt: when the partner's receipt was made, UTC; empty while none has come.
        taken_in: when he took it in, by his receipt, UTC; empty when he did not.
    """

    bundle_id: str
    recipient: str
    name: str
    when: str
    records: int
    shortened: int
    receipt: str = ""
    taken_in: str = ""


@dataclass(frozen=True)
class Given:
    """One sealed file for one partner, with what was asked about in it.

    Attributes:
        handed: the file.
        lines: of the disclosure log, one for each record.
    """

    handed: Handed
    lines: tuple[Disclosure, ...]


def of_case(session: Session, case_id: str) -> list[Handed]:
    """Return every hand-over of anything in a case, oldest first; what else lay in the same file is counted, too."""
    found = {record.id for record in (*cases.case_records(session, case_id), *cases.tear_lines(session, case_id))}
    log = session.vault.disclosures.list()
    bundles = {one.bundle_id for one in log if one.record_id in found}
    return _grouped(session, [one for one in log if one.bundle_id in bundles])


def of_bundle(session: Session, bundle_id: str) -> list[Handed]:
    """Return for whom a sealed file is."""
    return _grouped(session, session.vault.disclosures.list(bundle_id=bundle_id))


def log_for(session: Session, contact: Contact) -> list[Disclosure]:
    """Return every line of the disclosure log for a partner, oldest first, whichever of his cards it names."""
    cards = _person(session, contact)
    return sorted((one for one in session.vault.disclosures.list() if one.recipient in cards), key=_order)


def for_contact(session: Session, contact: Contact, only: Container[str] | None = None) -> list[Given]:
    """Return every hand-over to a partner, oldest first, with its lines; of *only* these records when given."""
    log = log_for(session, contact)
    shown = [one for one in log if only is None or one.record_id in only]
    files = {(one.bundle_id, one.recipient) for one in shown}
    handed = _grouped(session, [one for one in log if (one.bundle_id, one.recipient) in files])
    return [
        Given(one, tuple(line for line in shown if (line.bundle_id, line.recipient) == (one.bundle_id, one.recipient)))
        for one in handed
    ]


def _person(session: Session, contact: Contact) -> frozenset[str]:
    """Return the fingerprints of every card of a partner, from whichever of them; a ring of renewals ends."""
    newest, seen = contact, {contact.fingerprint}
    while newest.replaced_by and newest.replaced_by not in seen:
        newest = contacts.get(session, newest.replaced_by)
        seen.add(newest.fingerprint)
    return session.vault.contacts.person(newest.fingerprint)


def _order(line: Disclosure) -> tuple[str, str, str, str]:
    return line.when, line.bundle_id, line.recipient, line.record_id


def _grouped(session: Session, log: list[Disclosure]) -> list[Handed]:
    lines: dict[tuple[str, str], list[Disclosure]] = {}
    for one in log:
        lines.setdefault((one.bundle_id, one.recipient), []).append(one)
    return [_handed(session, each) for each in lines.values()]


def _handed(session: Session, lines: list[Disclosure]) -> Handed:
    first = lines[0]
    receipt, taken_in = _receipt(session, first, next((one.receipt for one in lines if one.receipt), ""))
    return Handed(
        bundle_id=first.bundle_id,
        recipient=first.recipient,
        name=first.recipient_name,
        when=first.when,
        records=len(lines),
        shortened=sum(1 for one in lines if one.withheld),
        receipt=receipt,
        taken_in=taken_in,
    )


def _receipt(session: Session, line: Disclosure, message_id: str) -> tuple[str, str]:
    """Return when a receipt was made, and when the bundle was taken in by its word."""
    rows = [
        row
        for row in (session.vault.messages.seen(message_id) if message_id else [])
        if row.direction == "in" and line.recipient in session.vault.contacts.person(row.sender)
    ]
    if not rows:
        return "", ""
    message = message_text.decode(rows[0].text, rows[0].type)
    body = message.body
    return message.created, body.taken_in if isinstance(body, Receipt) else ""


def words(one: Handed) -> str:
    """Return whether the partner acknowledged it, as a sentence."""
    if one.taken_in:
        return _("Receipt: taken in there.")
    if one.receipt:
        return _("Receipt: opened there, not taken in.")
    return _("No receipt yet.")
