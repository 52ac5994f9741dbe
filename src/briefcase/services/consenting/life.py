"""What became of consents: asked, granted and in force, not begun, over, withdrawn, refused, or without effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Consent, Consignee, Item, Recall, Request
from briefcase.errors import N_
from briefcase.language import _, listed
from briefcase.records.names import title_of
from briefcase.services import weighing
from briefcase.services.message_words import consignee_words
from briefcase.services.messaging import recalls
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow
from briefcase.vault.values import Direction

State = Literal["asked", "in_force", "later", "over", "withdrawn", "refused", "noted"]
Side = Literal["given", "got", "own"]
_STATES = MappingProxyType(
    {
        "asked": N_("asked for, not decided"),
        "in_force": N_("in force"),
        "later": N_("has not begun"),
        "over": N_("its time is over"),
        "withdrawn": N_("withdrawn"),
        "refused": N_("refused"),
        "noted": N_("without effect"),
    }
)


@dataclass(frozen=True)
class Life:
    """One consent, or the wish for one, over one record.

    Attributes:
        message_id: of the consent; of the request while it is not decided.
        request: message id of the request; empty when there was none.
        side: ``given`` by us to a partner, ``got`` from a partner, or ``own`` for our own records.
        partner: name of the other side; empty for an own one.
        record: id.
        title: of the record as it is here; empty when it is not.
        revision: that it speaks of.
        present: whether that is the record's revision of today; a consent for another one opens nothing.
        fields: names; none means all.
        recipient: in words.
        purpose: in words.
        start: UTC; empty of a wish.
        end: exclusive, UTC; empty of a wish.
        state: see ``State``.
        note: in words: why it has no effect, or what the originator wrote.
    """

    message_id: str
    request: str
    side: Side
    partner: str
    record: str
    title: str
    revision: str
    present: bool
    fields: tuple[str, ...]
    recipient: str
    purpose: str = ""
    start: str = ""
    end: str = ""
    state: State = "asked"
    note: str = ""

    @property
    def words(self) -> str:
        """The same as a sentence for the officer."""
        facts = {
            "state": _(_STATES[self.state]),
            "recipient": self.recipient,
            "fields": ", ".join(self.fields) or _("all fields"),
            "end": self.end,
            "id": self.message_id,
            "partner": self.partner,
            "note": self.note,
        }
        if self.state == "asked":
            line = _("Consent for %(recipient)s (%(fields)s), %(partner)s: %(state)s. Request %(id)s.") % facts
        elif self.state == "refused":
            line = _("Consent for %(recipient)s, %(partner)s: refused. %(note)s") % facts
        else:
            line = _("Consent for %(recipient)s (%(fields)s) until %(end)s: %(state)s. Number %(id)s.") % facts
            line += f" {self.note}" if self.note and self.state == "noted" else ""
        return line.rstrip() if self.present else line.rstrip() + " " + _("It speaks of another revision.")


def every(session: Session) -> tuple[Life, ...]:
    """Return every consent and every open wish for one, oldest first, one a record."""
    return tuple(_found(session, ""))


def of_record(session: Session, record_id: str) -> tuple[Life, ...]:
    """Return what there is over one record, oldest first: what the window and ``record show`` say beside it."""
    return tuple(_found(session, record_id))


def _found(session: Session, record_id: str) -> Iterator[Life]:
    rows = [*session.vault.messages.list(type="request"), *session.vault.messages.list(type="consent")]
    for row in sorted(rows, key=lambda one: one.registered):
        body = message_text.decode(row.text, row.type).body
        if isinstance(body, Consent):
            yield from (_consent(session, row, body, one) for one in body.items if record_id in ("", one.record))
        elif isinstance(body, Request) and body.recipient is not None and not answers_to(session, row, "consent"):
            for item in body.items:
                if record_id in ("", item.record):
                    yield replace(_life(session, row, item, body.recipient), purpose=body.purpose, note=body.text)


def answers_to(session: Session, row: MessageRow, kind: str) -> tuple[MessageRow, ...]:
    """Return the messages of a type by which a request was answered: by whom it was sent to, nobody else."""
    way: Direction = "in" if row.direction == "out" else "out"
    found = []
    for one in session.vault.messages.list(type=kind, direction=way, about=row.message_id):
        theirs = session.vault.contacts.person(one.sender) if way == "in" else set(one.partner.split())
        asked = set(row.partner.split()) if way == "in" else session.vault.contacts.person(row.sender)
        if theirs & asked:
            found.append(one)
    return tuple(found)


def _consent(session: Session, row: MessageRow, body: Consent, item: Item) -> Life:
    state, why = _state(session, row, body)
    return replace(
        _life(session, row, item, body.recipient),
        request=body.request,
        purpose=body.purpose,
        start=body.start,
        end=body.end,
        state=state,
        note=why or body.note,
    )


def _life(session: Session, row: MessageRow, item: Item, recipient: Consignee) -> Life:
    held = session.vault.records.get(item.record)
    side = _side(session, row)
    return Life(
        message_id=row.message_id,
        request=row.message_id,
        side=side,
        partner="" if side == "own" else listed(_name(session, one) for one in row.partner.split()),
        record=item.record,
        title=title_of(held) if held is not None else "",
        revision=item.revision,
        present=held is not None and held.revision == item.revision,
        fields=item.fields,
        recipient=_to(session, recipient),
    )


def _side(session: Session, row: MessageRow) -> Side:
    if row.direction == "in" and row.sender in recalls.own_cards(session):
        return "own"
    return "got" if (row.direction == "in") == (row.type == "consent") else "given"


def _name(session: Session, fingerprint: str) -> str:
    kept = session.vault.contacts.get(fingerprint)
    return kept.name if kept is not None else fingerprint[:16]


def _to(session: Session, recipient: Consignee) -> str:
    kept = session.vault.contacts.get(recipient.value)
    return kept.name if kept is not None else consignee_words(recipient)


def _state(session: Session, row: MessageRow, body: Consent) -> tuple[State, str]:
    if body.decision == "refused":
        return "refused", ""
    if row.direction == "out":
        return _given(session, row, body), ""
    weight = weighing.of_row(session, row)
    if weight.state == "counts":
        return ("in_force" if body.start <= session.now() else "later"), ""
    return _lost(session, row, body), " ".join(weight.words)


def _given(session: Session, row: MessageRow, body: Consent) -> State:
    """Return how a consent stands that we gave."""
    for one in session.vault.messages.list(type="recall", direction="out"):
        said = message_text.decode(one.text, one.type).body
        if isinstance(said, Recall) and row.message_id in said.consents:
            return "withdrawn"
    now = session.now()
    if body.end <= now:
        return "over"
    return "in_force" if body.start <= now else "later"


def _lost(session: Session, row: MessageRow, body: Consent) -> State:
    """Return why one that we got counts no more, as far as that is the ordinary end of its life."""
    if weighing.is_withdrawn(session, row.sender, row.message_id):
        return "withdrawn"
    return "over" if body.end <= session.now() else "noted"
