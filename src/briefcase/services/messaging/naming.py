"""What a message may name to a partner: what he was given and what he gave us; else it would betray what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Answer, Body, Consent, Item, Recall, RecalledItem
from briefcase.records.fields import all_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.release.view import without
from briefcase.services.contacts import Contact
from briefcase.services.messaging.errors import MessageNames
from briefcase.services.session import Session
from briefcase.vault.values import Disclosure

_ID = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b", re.IGNORECASE)
_TEXTS = ("text", "purpose", "note", "reason")


@dataclass(frozen=True)
class Known:
    """What a partner knows: by record and revision the fields that he did not get."""

    session: Session
    person: frozenset[str]
    given: dict[tuple[str, str], frozenset[str]]

    def record(self, record_id: str) -> bool:
        """Whether he knows that the record exists, under any revision."""
        return any(one == record_id for one, _revision in self.given) or bool(self._theirs(record_id))

    def item(self, record_id: str, revision: str) -> bool:
        """Whether he knows a revision; every one when it is empty."""
        if not revision:
            return self.record(record_id)
        return (record_id, revision) in self.given or revision in self._theirs(record_id)

    def fields(self, one: Item) -> bool:
        """Whether the named fields are of that kind, and none of them was kept from him."""
        record = self.session.vault.records.revision(one.record, one.revision)
        names = {spec.name for spec in all_fields(kind_of(record))} if record is not None else set()
        if one.revision not in self._theirs(one.record):
            names -= self.given.get((one.record, one.revision), frozenset())
        return set(one.fields) <= names

    def views(self, record_id: str) -> Iterator[Record]:
        """Yield what he knows of a record: each revision that he was given, as it was given, or that came from him."""
        theirs = self._theirs(record_id)
        given = {revision: withheld for (one, revision), withheld in self.given.items() if one == record_id}
        for revision in {*given, *theirs}:
            record = self.session.vault.records.revision(record_id, revision)
            if record is not None:
                yield record if revision in theirs else without(record, given[revision])

    def _theirs(self, record_id: str) -> set[str]:
        rows = self.session.vault.records.revisions(record_id)
        return {one.revision for one in rows if one.received_from in self.person}


def need_known(session: Session, body: Body, contact: Contact) -> None:
    """Refuse a message that names to a contact what he was not given and did not send.

    Ids of records are looked for in its free text, too; for names in it see ``mentions``.

    Raises:
        MessageNames: with the place in the body.
    """
    place = next(_unknown(known_to(session, contact), body), "")
    if place:
        raise MessageNames(place=place, name=contact.name)


def free_texts(body: Body) -> Iterator[tuple[str, str]]:
    """Yield the places of a body in which an officer writes freely, and what stands there."""
    for name in _TEXTS:
        if text := getattr(body, name, ""):
            yield name, text


def known_to(session: Session, contact: Contact) -> Known:
    """Return what a contact knows, under any card of his."""
    person = session.vault.contacts.person(contact.fingerprint)
    given = _given(session, person)
    for item in consented(session, contact):
        given.setdefault((item.record, item.revision), _others(session, item))
    return Known(session, person, given)


def consented(session: Session, contact: Contact) -> Iterator[Item]:
    """Yield what partners may have passed on to a contact under consents that we gave."""
    whose = {*session.vault.contacts.person(contact.fingerprint), *filter(None, [contact.agency])}
    for row in session.vault.messages.list(type="consent", direction="out"):
        body = message_text.decode(row.text, row.type).body
        if isinstance(body, Consent) and body.decision == "granted" and body.recipient.value in whose:
            yield from body.items


def _others(session: Session, item: Item) -> frozenset[str]:
    """Return the fields of a record that an item does not name."""
    record = session.vault.records.revision(item.record, item.revision)
    if record is None or not item.fields:
        return frozenset()
    return frozenset(spec.name for spec in all_fields(kind_of(record))) - set(item.fields)


def _given(session: Session, person: frozenset[str]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], frozenset[str]] = {}
    lines: list[Disclosure] = [one for card in person for one in session.vault.disclosures.list(recipient=card)]
    for one in lines:
        key, withheld = (one.record_id, one.revision), frozenset(one.withheld)
        found[key] = found[key] & withheld if key in found else withheld
    return found


def _unknown(known: Known, body: Body) -> Iterator[str]:
    items: tuple[Item | RecalledItem, ...] = getattr(body, "items", ())
    for number, one in enumerate(items):
        if not known.item(one.record, one.revision):
            yield f"items[{number}]"
        elif isinstance(one, Item) and not known.fields(one):
            yield f"items[{number}].fields"
    if isinstance(body, Recall):
        for number, consent in enumerate(body.consents):
            if not _exchanged(known, consent, "consent", "out"):
                yield f"consents[{number}]"
    if isinstance(body, Answer) and body.bundle_id and not _handed(known, body.bundle_id):
        yield "bundle_id"
    if isinstance(body, (Consent, Answer)) and body.request and not _exchanged(known, body.request, "request", "in"):
        yield "request"
    yield from _in_texts(known, body)


def _exchanged(known: Known, message_id: str, kind: str, direction: str) -> bool:
    rows = known.session.vault.messages.seen(message_id)
    return any(
        (row.type, row.direction) == (kind, direction) and known.person & set(row.partner.split()) for row in rows
    )


def _handed(known: Known, bundle_id: str) -> bool:
    return any(one.recipient in known.person for one in known.session.vault.disclosures.list(bundle_id=bundle_id))


def _in_texts(known: Known, body: Body) -> Iterator[str]:
    for name, text in free_texts(body):
        for found in _ID.findall(text):
            digits = found.replace("-", "").lower()
            record_id = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            if known.session.vault.records.get(record_id) is not None and not known.record(record_id):
                yield name
