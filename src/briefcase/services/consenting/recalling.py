"""Recalls as the originator sends them: to everybody who was given a record, each for himself; and their list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefcase import language
from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Recall, RecalledItem
from briefcase.language import _
from briefcase.services import cases, contacts, messages, weighing
from briefcase.services.comparing import speaks_for
from briefcase.services.consenting.errors import NobodyHasIt, NotTheOriginator
from briefcase.services.contacts import Contact
from briefcase.services.message_words import wanted_words
from briefcase.services.messages import Sent
from briefcase.services.messaging import naming
from briefcase.services.session import Session

Want = Literal["return", "destroy", "stop_use"]


@dataclass(frozen=True)
class Listed:
    """One recall.

    Attributes:
        message_id: 32 hexadecimal digits.
        direction: ``out`` or ``in``.
        partner: names of the other side.
        records: ids that it names.
        consents: message ids that it names.
        wanted: ``return``, ``destroy`` or ``stop_use``.
        reason: in words; may be empty.
        created: UTC.
        state: ``sent``, or ``counts`` and ``noted`` as it is weighed now.
    """

    message_id: str
    direction: str
    partner: str
    records: tuple[str, ...]
    consents: tuple[str, ...]
    wanted: str
    reason: str
    created: str
    state: str

    @property
    def words(self) -> str:
        """The same as one sentence for the officer."""
        facts = {"name": self.partner, "when": self.created, "wanted": wanted_words(self.wanted), "reason": self.reason}
        if self.direction == "out":
            line = _("Recalled from %(name)s on %(when)s (%(wanted)s): %(reason)s") % facts
        else:
            line = _("Recalled by %(name)s on %(when)s (%(wanted)s): %(reason)s") % facts
        return line.removesuffix(": ")


def send(
    session: Session,
    record_ids: Sequence[str],
    folder: Path,
    *,
    to: Sequence[str] = (),
    revision: str = "",
    wanted: Want = "destroy",
    reason: str = "",
    allow_names: bool = False,
) -> tuple[Sent, ...]:
    """Ask for own records back: from *to*, or from everybody who was given one of them, a file each.

    Nobody is told of a record that he was not given, nor who else was given it.

    Args:
        session: of the agency whose records they are.
        record_ids: ids.
        folder: for the files.
        to: names or fingerprints of contacts; everybody when empty.
        revision: only this one; every one when empty.
        wanted: what they are asked to do.
        reason: in words; may be empty.
        allow_names: as of ``messages.send``.

    Raises:
        NotTheOriginator: a record is not our agency's own.
        NobodyHasIt: it was given to nobody who can be reached.
        And what ``messages.send`` raises; files before that one stand.
    """
    records = [cases.get(session, one) for one in dict.fromkeys(record_ids)]
    for record in records:
        if session.vault.records.source_of(record.id) is not None or not speaks_for(session.agency, record):
            raise NotTheOriginator(agency=record.originator.agency, name=session.agency)
    given = {one.id: {each.fingerprint for each in holders(session, [one.id])} for one in records}
    chosen = [contacts.find(session, one) for one in to]
    chosen = chosen or [one for one in holders(session, list(given)) if one.state == "verified"]
    going = []
    for contact in chosen:
        theirs = [one for one, whose in given.items() if to or contact.fingerprint in whose]
        items = tuple(RecalledItem(one, revision) for one in theirs)
        going.append((contact, Recall(items=items, consents=(), reason=reason, wanted=wanted)))
    if not going:
        raise NobodyHasIt
    return tuple(
        messages.send(session, body, [contact.fingerprint], folder, allow_names=allow_names) for contact, body in going
    )


def holders(session: Session, record_ids: Sequence[str]) -> tuple[Contact, ...]:
    """Return the contacts who were given any of these records, each by his card of today.

    So are those to whom a partner may have passed one on under our consent. One whose card is not verified now cannot
    be reached by a message.
    """
    lines = [line for one in record_ids for line in session.vault.disclosures.list(record_id=one)]
    cards = dict.fromkeys(contacts.present(session, line.recipient) for line in lines)
    known = contacts.list_contacts(session)
    for contact in known:
        if any(item.record in record_ids for item in naming.consented(session, contact)):
            cards.setdefault(contacts.present(session, contact.fingerprint))
    return tuple(one for one in known if one.fingerprint in cards)


def listed(session: Session, record_id: str = "") -> tuple[Listed, ...]:
    """Return every recall that went out or came in, oldest first, narrowed to those that name a record."""
    names = {one.fingerprint: one.name for one in session.vault.contacts.list()}
    names |= {one.fingerprint: session.officer for one in session.identities}
    found = []
    for row in session.vault.messages.list(type="recall"):
        body = message_text.decode(row.text, row.type).body
        if isinstance(body, Recall) and (not record_id or any(one.record == record_id for one in body.items)):
            found.append(
                Listed(
                    message_id=row.message_id,
                    direction=row.direction,
                    partner=language.listed(names.get(one, one[:16]) for one in row.partner.split()),
                    records=tuple(one.record for one in body.items),
                    consents=body.consents,
                    wanted=body.wanted,
                    reason=body.reason,
                    created=row.created,
                    state=weighing.of_row(session, row).state,
                )
            )
    return tuple(found)


def sent_of(session: Session, record_id: str) -> tuple[Listed, ...]:
    """Return the recalls of an own record that went out."""
    return tuple(one for one in listed(session, record_id) if one.direction == "out")
