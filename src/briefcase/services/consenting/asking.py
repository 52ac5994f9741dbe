"""The steps of a consent: the holder asks, the originator grants, refuses or withdraws, each by a signed message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from briefcase.bundle import message_text
from briefcase.bundle.manifest import channel
from briefcase.bundle.message_bodies import Body, Consent, Consignee, Item, Recall, Request, type_of
from briefcase.bundle.messages import open_signed, sign_message
from briefcase.language import _
from briefcase.records.fields import all_fields, protected_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.records.packs import is_agency
from briefcase.seal.card import check_time
from briefcase.services import cases, contacts, identity, messages, receiving
from briefcase.services.comparing import speaks_for
from briefcase.services.consenting.errors import (
    ConsentUnknown,
    FieldUnknown,
    NotTheOriginator,
    PeriodInvalid,
    RequestUnknown,
)
from briefcase.services.errors import TimeInvalid
from briefcase.services.messages import Sent, Taken
from briefcase.services.messaging import recalls
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow

_NEVER = "9999-12-31T23:59:59Z"


@dataclass(frozen=True)
class Wanted:
    """What a consent is asked or given for.

    Attributes:
        records: ids; the revision is the present one.
        recipient: a contact's name or fingerprint, or an agency such as ``NZL/NZDF``.
        fields: names; none means all of them.
        purpose: in words.
        until: end, exclusive, UTC.
        since: beginning, UTC; now when empty.
        note: in words, to the other side.
    """

    records: tuple[str, ...]
    recipient: str
    fields: tuple[str, ...] = ()
    purpose: str = ""
    until: str = ""
    since: str = ""
    note: str = ""


def ask(
    session: Session, to: str, wanted: Wanted, folder: Path, *, needed_by: str = "", allow_names: bool = False
) -> Sent:
    """Ask the originator (a contact, name or fingerprint) of records for consent to pass them on.

    Raises:
        NotTheOriginator: that contact does not speak for the agency whose record it is.
        FieldUnknown, TimeInvalid, RecordUnknown, ContactUnknown, ContactAmbiguous.
        And what ``messages.send`` raises.
    """
    contact = contacts.find(session, to)
    records = [cases.get(session, one) for one in wanted.records]
    for record in records:
        if not speaks_for(contact.agency, record):
            raise NotTheOriginator(agency=record.originator.agency or "?", name=contact.name)
    _need_times(wanted.until, needed_by)
    text = wanted.note or _("May this be passed on?")
    if wanted.until:
        text += "\n" + _("Wanted until %(until)s.") % {"until": wanted.until}
    body = Request(
        text=text,
        items=tuple(_item(record, wanted.fields) for record in records),
        recipient=consignee(session, wanted.recipient),
        purpose=wanted.purpose,
        needed_by=needed_by,
    )
    return messages.send(session, body, [contact.fingerprint], folder, allow_names=allow_names)


def consignee(session: Session, text: str) -> Consignee:
    """Return whom a consent is for: an agency as it is written, else the contact that a name or fingerprint means."""
    if is_agency(text):
        return Consignee("agency", text)
    return Consignee("officer", contacts.find(session, text).fingerprint)


def _need_times(*times: str) -> None:
    if not all(check_time(one) for one in times if one):
        raise TimeInvalid


def _item(record: Record, fields: Sequence[str], asked: Sequence[str] = ()) -> Item:
    kind = kind_of(record)
    known = {spec.name for spec in all_fields(kind)} - protected_fields(kind)
    wrong = next((one for one in fields if one not in (asked or known) or one not in known), "")
    if wrong:
        raise FieldUnknown(name=wrong)
    return Item(record.id, record.revision, tuple(sorted(set(fields or asked))))


def grant(session: Session, request_id: str, wanted: Wanted, folder: Path, *, allow_names: bool = False) -> Sent:
    """Grant what a request asks, or less: some of its records (*wanted.records*), some of its fields, until an end.

    Args:
        session: of the originator's officer or record authority.
        request_id: message id.
        wanted: what is granted; recipient and revisions are those of the request, its purpose where none is given.
        folder: for the file.
        allow_names: as of ``messages.send``.

    Raises:
        RequestUnknown, FieldUnknown; PeriodInvalid: the end does not lie ahead.
        NotTheOriginator: a record is not our agency's own.
        And what ``messages.send`` raises.
    """
    row, body = _request(session, request_id)
    period = _period(session, wanted)
    chosen = [one for one in body.items if not wanted.records or one.record in wanted.records]
    if {one.record for one in chosen} != set(wanted.records or (one.record for one in body.items)):
        raise RequestUnknown(id=request_id)
    items = tuple(
        Item(one.record, one.revision, _item(_own_revision(session, one), wanted.fields, one.fields).fields)
        for one in chosen
    )
    return messages.send(
        session, _decided(row, body, items, period, wanted), [_asker(session, row)], folder, allow_names=allow_names
    )


def refuse(session: Session, request_id: str, words: str, folder: Path, *, allow_names: bool = False) -> Sent:
    """Refuse a request for consent, in words.

    Raises:
        RequestUnknown, NotTheOriginator.
        And what ``messages.send`` raises.
    """
    row, body = _request(session, request_id)
    for one in body.items:
        _own_revision(session, one)
    said = _decided(row, body, body.items, (session.now(), _NEVER), Wanted((), "", note=words))
    return messages.send(
        session,
        msgspec.structs.replace(said, decision="refused"),
        [_asker(session, row)],
        folder,
        allow_names=allow_names,
    )


def _asker(session: Session, row: MessageRow) -> str:
    return contacts.present(session, row.sender)


def _decided(
    row: MessageRow, asked: Request, items: tuple[Item, ...], period: tuple[str, str], said: Wanted
) -> Consent:
    return Consent(
        request=row.message_id,
        asker=row.sender,
        recipient=asked.recipient or Consignee("officer", row.sender),
        items=items,
        purpose=said.purpose or asked.purpose,
        start=period[0],
        end=period[1],
        decision="granted",
        note=said.note,
    )


def _request(session: Session, request_id: str) -> tuple[MessageRow, Request]:
    """Return a request for consent that came in; of several senders who used one id, none."""
    found = [
        (row, body)
        for row in session.vault.messages.seen(request_id)
        if row.direction == "in" and isinstance(body := message_text.decode(row.text, row.type).body, Request)
    ]
    if len(found) != 1 or found[0][1].recipient is None or not found[0][1].items:
        raise RequestUnknown(id=request_id)
    return found[0]


def _own_revision(session: Session, item: Item) -> Record:
    """Return a revision that is our agency's own word, which alone we may let pass on."""
    record = session.vault.records.revision(item.record, item.revision)
    if record is None or session.vault.records.source_of(item.record) is not None:
        raise NotTheOriginator(agency=record.originator.agency if record else "?", name=session.agency)
    if not speaks_for(session.agency, record):
        raise NotTheOriginator(agency=record.originator.agency, name=session.agency)
    return record


def _period(session: Session, wanted: Wanted) -> tuple[str, str]:
    start = wanted.since or session.now()
    _need_times(start, wanted.until)
    if not wanted.until or not max(start, session.now()) < wanted.until:
        raise PeriodInvalid(start=start, end=wanted.until or "?")
    return start, wanted.until


def record(session: Session, wanted: Wanted) -> Taken:
    """Write down, signed, that we let own records go to one recipient, where a caveat wants the originator's consent.

    Raises:
        NotTheOriginator: a record is not our agency's own.
        FieldUnknown, PeriodInvalid, TimeInvalid, ContactUnknown, ContactAmbiguous.
    """
    start, end = _period(session, wanted)
    items = []
    for one in wanted.records:
        kept = cases.get(session, one)
        items.append(_item(_own_revision(session, Item(kept.id, kept.revision, ())), wanted.fields))
    body = Consent(
        request="",
        asker=session.fingerprint,
        recipient=consignee(session, wanted.recipient),
        items=tuple(items),
        purpose=wanted.purpose,
        start=start,
        end=end,
        decision="granted",
        note=wanted.note,
    )
    return _to_ourselves(session, body)


def _to_ourselves(session: Session, body: Body) -> Taken:
    """Sign a message to our own card and take it in at once, by the same checks as one that comes on a stick."""
    identity.need_current(session)
    with session.vault.transaction():
        series = channel(session.fingerprint, [session.fingerprint])
        serial = max(session.vault.messages.serials(series, type_of(body), "in"), default=0) + 1
        card = session.signed_card.card
        signed = sign_message(body, session.identity, [card], created=session.now(), serial=serial)
        own = [one.fingerprint for one in session.identities]
        known = receiving.known_contacts(session)
        opened = open_signed(signed.text, signed.signatures, own, known, session.now())
        return messages.take(session, messages.show(session, opened))


def was_given(session: Session, consent_id: str) -> bool:
    """Say whether we gave a consent with this number to a partner."""
    own, rows = recalls.own_cards(session), session.vault.messages.seen(consent_id)
    return any((row.type, row.direction) == ("consent", "out") and row.sender in own for row in rows)


def revoke(
    session: Session, consent_id: str, reason: str, folder: Path | None, *, allow_names: bool = False
) -> Sent | Taken:
    """Withdraw a consent that we gave: a recall to whom it was given; of one for ourselves, a recall that stays here.

    Args:
        session: open.
        consent_id: message id.
        reason: in words; may be empty.
        folder: for the file; not needed for our own.
        allow_names: as of ``messages.send``.

    Raises:
        ConsentUnknown: we gave none with this number.
        And what ``messages.send`` raises.
    """
    body = Recall(items=(), consents=(consent_id,), reason=reason, wanted="stop_use")
    own = recalls.own_cards(session)
    rows = [row for row in session.vault.messages.seen(consent_id) if row.type == "consent" and row.sender in own]
    sent = [row for row in rows if row.direction == "out"]
    if sent and folder is not None:
        to = dict.fromkeys(contacts.present(session, one) for one in sent[0].partner.split())
        return messages.send(session, body, list(to), folder, allow_names=allow_names)
    if not rows or sent:
        raise ConsentUnknown(id=consent_id)
    return _to_ourselves(session, body)
