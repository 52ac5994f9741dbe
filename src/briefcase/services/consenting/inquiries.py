"""Requests for information: asked, answered with a hand-over, in words or with a refusal, and listed with due dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefcase import language
from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Answer, Consent, Item, Request
from briefcase.language import _
from briefcase.seal.card import check_time
from briefcase.services import cases, contacts, messages
from briefcase.services.consenting import life
from briefcase.services.consenting.errors import RequestUnknown
from briefcase.services.errors import TimeInvalid
from briefcase.services.messages import Sent
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow

State = Literal["open", "answered", "granted", "refused"]


@dataclass(frozen=True)
class Inquiry:
    """One request that went out or came in.

    Attributes:
        message_id: 32 hexadecimal digits.
        direction: ``out`` when we asked, ``in`` when we are asked.
        partner: names of the other side.
        text: the question.
        records: ids that it is about.
        for_consent: whether it asks for consent to pass something on; that is decided, not answered.
        purpose: in words.
        created: UTC.
        due: until when an answer is needed, UTC; may be empty.
        overdue: whether it is open and that time is over.
        state: open, answered, granted or refused.
        answer: the answer in words; may be empty.
        bundle_id: of the hand-over that answers it; may be empty.
    """

    message_id: str
    direction: str
    partner: str
    text: str
    records: tuple[str, ...]
    for_consent: bool
    purpose: str
    created: str
    due: str
    overdue: bool
    state: State
    answer: str
    bundle_id: str

    @property
    def words(self) -> str:
        """The same as one line for the officer."""
        facts = {"partner": self.partner, "text": self.text.partition("\n")[0], "due": self.due, "id": self.message_id}
        asked = _("To %(partner)s: %(text)s") if self.direction == "out" else _("From %(partner)s: %(text)s")
        state = {
            "open": _("open"),
            "answered": _("answered"),
            "granted": _("granted"),
            "refused": _("refused"),
        }[self.state]
        due = _(", due %(due)s") % facts if self.due and self.state == "open" else ""
        late = _(", overdue") if self.overdue else ""
        return f"{self.message_id}  {asked % facts} ({state}{due}{late})"


def ask(
    session: Session,
    to: Sequence[str],
    text: str,
    folder: Path,
    *,
    records: Sequence[str] = (),
    purpose: str = "",
    needed_by: str = "",
    allow_names: bool = False,
) -> Sent:
    """Ask contacts (names or fingerprints) a question, about records that they know or about none.

    Raises:
        TimeInvalid, RecordUnknown, ContactUnknown, ContactAmbiguous.
        And what ``messages.send`` raises.
    """
    if needed_by and not check_time(needed_by):
        raise TimeInvalid
    chosen = [contacts.find(session, one).fingerprint for one in to]
    kept = [cases.get(session, one) for one in dict.fromkeys(records)]
    items = tuple(Item(one.id, one.revision, ()) for one in kept)
    return messages.send(
        session, Request(text, items, None, purpose, needed_by), chosen, folder, allow_names=allow_names
    )


def answer(
    session: Session, request_id: str, folder: Path, *, bundle_id: str = "", text: str = "", allow_names: bool = False
) -> Sent:
    """Answer a request that came in, by a bundle that its asker was given, or in words.

    Raises:
        RequestUnknown: no such request came in, or it asks for consent, which is decided.
        And what ``messages.send`` raises, ``MessageNames`` when the bundle is not one for the asker.
    """
    return _answer(
        session, request_id, Answer(request_id, "answered", bundle_id, text), folder, allow_names=allow_names
    )


def refuse(session: Session, request_id: str, text: str, folder: Path, *, allow_names: bool = False) -> Sent:
    """Refuse a request that came in, in words; otherwise as ``answer``."""
    return _answer(session, request_id, Answer(request_id, "refused", "", text), folder, allow_names=allow_names)


def _answer(session: Session, request_id: str, body: Answer, folder: Path, *, allow_names: bool) -> Sent:
    rows = [row for row in session.vault.messages.seen(request_id) if (row.type, row.direction) == ("request", "in")]
    asked = [message_text.decode(row.text, row.type).body for row in rows]
    if len(rows) != 1 or not isinstance(asked[0], Request) or asked[0].recipient is not None:
        raise RequestUnknown(id=request_id)
    return messages.send(session, body, [contacts.present(session, rows[0].sender)], folder, allow_names=allow_names)


def listed(session: Session, *, only_open: bool = False) -> tuple[Inquiry, ...]:
    """Return every request, what is due first in front: open ones by their due date, then the others by time."""
    found = []
    for row in session.vault.messages.list(type="request"):
        body = message_text.decode(row.text, row.type).body
        if isinstance(body, Request):
            found.append(_inquiry(session, row, body))
    chosen = [one for one in found if one.state == "open" or not only_open]
    return tuple(sorted(chosen, key=lambda one: (one.state != "open", one.due or "~", one.created)))


def _inquiry(session: Session, row: MessageRow, body: Request) -> Inquiry:
    state, said, bundle = _outcome(session, row)
    names = {one.fingerprint: one.name for one in session.vault.contacts.list()}
    return Inquiry(
        message_id=row.message_id,
        direction=row.direction,
        partner=language.listed(names.get(one, one[:16]) for one in row.partner.split()),
        text=body.text,
        records=tuple(one.record for one in body.items),
        for_consent=body.recipient is not None,
        purpose=body.purpose,
        created=row.created,
        due=body.needed_by,
        overdue=state == "open" and bool(body.needed_by) and body.needed_by <= session.now(),
        state=state,
        answer=said,
        bundle_id=bundle,
    )


def _outcome(session: Session, row: MessageRow) -> tuple[State, str, str]:
    """Return what became of a request by its last answer, the answer in words, and its bundle."""
    found: tuple[State, str, str] = ("open", "", "")
    for one in (*life.answers_to(session, row, "answer"), *life.answers_to(session, row, "consent")):
        body = message_text.decode(one.text, one.type).body
        if isinstance(body, Answer):
            found = (body.decision, body.text, body.bundle_id)
        elif isinstance(body, Consent):
            found = (body.decision, body.note, "")
    return found
