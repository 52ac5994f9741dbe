"""Recalls: what the agency whose record it is has withdrawn goes to nobody any more, by any way out.

A kept recall is weighed whenever it is asked for, by the records and contacts that are here then. So it does not matter
whether it came before its record or after it, or before our officer said whose agency its sender is. It is never
undone: a revision that is recalled stays so, and where every revision is, so is every later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Recall
from briefcase.language import _
from briefcase.records.kinds import Record
from briefcase.services.comparing import speaks_for
from briefcase.services.message_words import wanted_words
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow


@dataclass(frozen=True)
class Recalled:
    """That a record was withdrawn.

    Attributes:
        message_id: of the recall.
        by: name of the contact who signed it.
        when: when it was sealed, as signed, UTC.
        wanted: ``return``, ``destroy`` or ``stop_use``.
        reason: in the originator's words; may be empty.
    """

    message_id: str
    by: str
    when: str
    wanted: str
    reason: str

    @property
    def words(self) -> str:
        """The same as a sentence for the officer."""
        facts = {"name": self.by, "when": self.when, "wanted": wanted_words(self.wanted), "reason": self.reason}
        if self.reason:
            return _("Recalled by %(name)s on %(when)s (%(wanted)s): %(reason)s") % facts
        return _("Recalled by %(name)s on %(when)s (%(wanted)s).") % facts


def recalled(session: Session, records: Iterable[Record]) -> dict[str, tuple[Recalled, ...]]:
    """Return which of *records*, as they are now, were withdrawn, by id, and by which recalls, oldest first."""
    here = {one.id: one for one in records}
    found: dict[str, tuple[Recalled, ...]] = {}
    for row, body in _kept(session):
        for item in body.items:
            record = here.get(item.record)
            if record is None or item.revision not in ("", record.revision) or not _counts(session, row, record):
                continue
            one = Recalled(row.message_id, _name(session, row), row.created, body.wanted, body.reason)
            found[record.id] = (*(each for each in found.get(record.id, ()) if each != one), one)
    return found


def _counts(session: Session, row: MessageRow, record: Record) -> bool:
    known = session.vault.contacts.get(row.sender) is not None or row.sender in own_cards(session)
    # What counted when it was taken stays when the contact was removed since.
    return may_recall(session, row.sender, record) or (not known and row.state == "counts")


def may_recall(session: Session, sender: str, record: Record) -> bool:
    """Say whether the sender of a recall (fingerprint) may withdraw a record: it is not ours, and is of his agency.

    What we keep together with others is its originator's, also after we changed it.
    """
    others = record.originator.agency != session.agency
    received = session.vault.records.source_of(record.id) is not None or (others and bool(record.shared_by))
    return received and speaks_for(agency_of(session, sender), record)


def agency_of(session: Session, fingerprint: str) -> str:
    """Return the agency of a card as our officer set it, our own included; empty when he set none."""
    if fingerprint in own_cards(session):
        return session.agency
    kept = session.vault.contacts.get(fingerprint)
    return kept.agency if kept is not None else ""


def own_cards(session: Session) -> frozenset[str]:
    """Return the fingerprints of our own cards, present and former."""
    return frozenset(one.fingerprint for one in session.identities)


def withdrawn(session: Session, message_id: str) -> Iterator[MessageRow]:
    """Yield the kept recalls that name a consent."""
    return (row for row, body in _kept(session) if message_id in body.consents)


def waits(session: Session, row: MessageRow) -> bool:
    """Say whether a kept recall names a record that is not here: it acts as soon as that comes."""
    body = message_text.decode(row.text, row.type).body
    items = [one.record for one in body.items] if isinstance(body, Recall) else []
    return len(session.vault.records.known(items)) < len(set(items))


def named(session: Session) -> frozenset[str]:
    """Return the ids of all records that a kept recall names, whoever sent it."""
    return frozenset(item.record for _row, body in _kept(session) for item in body.items)


def _kept(session: Session) -> Iterator[tuple[MessageRow, Recall]]:
    for row in session.vault.messages.list(type="recall", direction="in"):
        body = message_text.decode(row.text, row.type).body
        if isinstance(body, Recall):
            yield row, body


def _name(session: Session, row: MessageRow) -> str:
    kept = session.vault.contacts.get(row.sender)
    return kept.name if kept is not None else row.sender[:16]
