"""Consents that may be relied on now, weighed by what is here, and everything else that a decision of release rests on.

This is the one place that gathers the circumstances of a decision; ``clearing.deciding`` is the one that asks for them,
for every way out of the vault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from briefcase.bundle import message_text
from briefcase.bundle.manifest import Consent as Relied
from briefcase.bundle.message_bodies import Consent as Said
from briefcase.records.kinds import Record
from briefcase.records.names import references_of
from briefcase.release.decision import Circumstances, Consent, Decision
from briefcase.services import deleted, weighing
from briefcase.services.comparing import speaks_for
from briefcase.services.contacts import Contact
from briefcase.services.joining import settling
from briefcase.services.messaging import recalls
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow
from briefcase.vault.values import Source


def circumstances(session: Session, records: Collection[Record], contacts: Sequence[Contact]) -> list[Circumstances]:
    """Return what a decision over *records* rests on, as it is in the vault now, for each of the contacts."""
    received = session.vault.records.sources(one.id for one in records)
    agencies = {one.fingerprint: one.agency for one in session.vault.contacts.list()}
    reported = frozenset(
        record.id
        for record in records
        if record.id in received and not speaks_for(agencies.get(received[record.id].received_from, ""), record)
    )
    unverified = frozenset(one for one, source in received.items() if source.unverified)
    recalled, unsettled = frozenset(recalls.recalled(session, records)), settling.waiting(session, records)
    consents = tuple(one for row, body in granted(session) for one in papers(row, body))
    gone = deleted.among(session, records)
    referred, now, found = _referred(session, records), session.now(), []
    for contact in contacts:
        cards = session.vault.contacts.person(contact.fingerprint)
        one = Circumstances(
            recipient=contact.recipient,
            pack=session.pack,
            now=now,
            consents=consents,
            reported=reported,
            unverified=unverified,
            recalled=recalled,
            deleted=gone,
            given=_known(session, referred, cards),
            unsettled=unsettled,
            agency=session.agency,
            theirs=frozenset(one for one, source in received.items() if source.received_from in cards),
        )
        found.append(one)
    return found


def known_to(session: Session, records: Iterable[Record], contact: Contact) -> frozenset[str]:
    """Return the ids that a contact was given before, and those among the references that he sent us himself.

    The cards that his card renewed, words compared, count as his.
    """
    return _known(session, _referred(session, records), session.vault.contacts.person(contact.fingerprint))


def _referred(session: Session, records: Iterable[Record]) -> dict[str, Source]:
    return session.vault.records.sources({one for record in records for one in references_of(record)})


def _known(session: Session, referred: Mapping[str, Source], cards: frozenset[str]) -> frozenset[str]:
    given = frozenset(session.vault.disclosures.given(*cards))
    return given | {one for one, source in referred.items() if source.received_from in cards}


def granted(session: Session) -> Iterator[tuple[MessageRow, Said]]:
    """Yield the consents that were granted to us ourselves and count now; one that has not begun is among them.

    A consent for a colleague is his: who passes something on is named in what the originator signed.
    """
    own = recalls.own_cards(session)
    for row in session.vault.messages.list(type="consent", direction="in"):
        body = message_text.decode(row.text, row.type).body
        if not isinstance(body, Said) or body.decision != "granted" or body.asker not in own:
            continue
        if weighing.of_row(session, row).state == "counts":
            yield row, body


def papers(row: MessageRow, body: Said) -> Iterator[Consent]:
    """Yield what a consent says, one revision at a time."""
    for item in body.items:
        yield Consent(
            serial=row.message_id,
            record_id=item.record,
            revision=item.revision,
            recipient=body.recipient.value,
            since=body.start,
            until=body.end,
            fields=item.fields,
        )


def relied_on(session: Session, decisions: Sequence[Mapping[str, Decision]]) -> tuple[Relied, ...]:
    """Return the consents that decisions rest on, as a manifest names them: serial, who signed, digest of the text."""
    serials = {one for decided in decisions for decision in decided.values() for one in decision.consents}
    found = (
        Relied(row.message_id, row.sender, hashlib.sha256(row.text).hexdigest())
        for row, _body in granted(session)
        if row.message_id in serials
    )
    return tuple(sorted(found, key=lambda one: (one.serial, one.originator)))
