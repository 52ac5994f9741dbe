"""Messages between partners: sent, looked at, taken in. What one counts for is said in ``weighing``.

The same message twice is nothing new; the same id with another text, or the same number with another message, is an
alarm; a gap in the numbers is a notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from briefcase.bundle import message_text
from briefcase.bundle.manifest import channel
from briefcase.bundle.message_bodies import Body, Compromise, type_of
from briefcase.bundle.message_text import Message
from briefcase.bundle.messages import OpenedMessage, SealedMessage, hold_message, open_message
from briefcase.bundle.sealing import Held, new_name
from briefcase.bundle.verdict import Verdict, recipient_words, sender_words, size_words
from briefcase.language import _, listed
from briefcase.services import contacts, identity, outgoing, receiving, signed_times, weighing
from briefcase.services.contacts import Contact
from briefcase.services.errors import (
    MessageIdReused,
    MessageTakeRefused,
    NobodyChosen,
)
from briefcase.services.files import need_readable
from briefcase.services.message_words import body_words, state_words, told, type_title
from briefcase.services.messaging import mentions, naming
from briefcase.services.session import Session
from briefcase.services.weighing import Weight
from briefcase.vault.messages import MessageRow, Standing

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Sent:
    """A message on the stick, read back and found right.

    Attributes:
        path: of the file.
        message_id: 32 hexadecimal digits.
        type: receipt, consent, recall, request, answer or compromise.
        serial: its number in its series.
        recipients: who can open it.
        size: of the file in bytes.
    """

    path: Path
    message_id: str
    type: str
    serial: int
    recipients: tuple[Contact, ...]
    size: int


@dataclass(frozen=True)
class Seen:
    """A message that is looked at.

    Attributes:
        opened: verdict, facts and, when it may be read, the message.
        headline: the verdict in one sentence.
        facts: (title, value) pairs about the file.
        says: (title, value) pairs of what it says; empty when it may not be read.
        notices: sentences about repeats, gaps and alarms.
    """

    opened: OpenedMessage
    headline: str
    facts: tuple[tuple[str, str], ...]
    says: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.opened.verdict

    @property
    def can_take(self) -> bool:
        """Whether it may be kept: verified to us, or a card's word that its own keys are lost."""
        message = self.opened.message
        if message is None:
            return False
        body = message.body
        own_card = isinstance(body, Compromise) and body.fingerprint == message.sender.fingerprint
        return self.verdict is Verdict.VERIFIED or own_card


@dataclass(frozen=True)
class Taken:
    """What taking a message did.

    Attributes:
        seen: what it was.
        state: ``counts`` or ``noted``.
        words: sentences for the officer.
        nothing_new: it was here before.
        alarm: it contradicts what this vault knows.
    """

    seen: Seen
    state: Standing
    words: tuple[str, ...] = ()
    nothing_new: bool = False
    alarm: bool = False


@dataclass(frozen=True)
class Listed:
    """One line of the list of messages: ``partner`` names the sender or the recipients, ``body`` is what it says."""

    message_id: str
    direction: str
    type: str
    serial: int
    partner: str
    about: str
    created: str
    state: str
    sender: str
    body: Body


def send(
    session: Session,
    body: Body,
    recipients: Sequence[str],
    folder: Path,
    *,
    allow_names: bool = False,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Sent:
    """Seal a message for contacts (fingerprints) into *folder*, and write down that it went.

    Args:
        session: open.
        body: what it says.
        recipients: fingerprints of contacts.
        folder: for the sealed file.
        allow_names: the officer said, after a second question, that its words may hold the names that
            ``mentions.found`` returns; that is entered with the message.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.

    Raises:
        NobodyChosen, ContactUnknown; IdentityExpired: our own card is not valid now.
        ContactNotVerified: a contact is not verified and current; messages go to nobody else.
        MessageNames: it names something that a contact was not given and did not send.
        MessageMentions: its words hold such a name, and that was not allowed.
        And what ``outgoing.carry_out`` and ``bundle.messages.hold_message`` raise.
    """
    chosen = tuple(contacts.get(session, one) for one in dict.fromkeys(recipients))
    if not chosen:
        raise NobodyChosen
    recipients = sorted(one.fingerprint for one in chosen)
    with outgoing.refusals(session, recipients, kind="message"):
        named = _may_go(session, body, chosen, allow_names=allow_names)
    series = channel(session.fingerprint, recipients)
    path, kind = folder / new_name(), type_of(body)

    def prepare() -> tuple[tuple[SealedMessage, int, str], Held]:
        serial = max(session.vault.messages.serials(series, kind, "out"), default=0) + 1
        created, cards = session.now(), [one.card for one in chosen]
        sealed, held = hold_message(
            path, body, session.identity, cards, created=created, serial=serial, progress=progress, cancel=cancel
        )
        return (sealed, serial, created), held

    more: dict[str, object] = {"named": list(named)} if named else {}
    content = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    sealed, serial, _created = outgoing.carry_out(
        session,
        outgoing.Begun("message", path, recipients, content),
        prepare,
        lambda done, held: _keep_sent(session, body, (series, recipients), done, {"file": held.digest(), **more}),
    )
    return Sent(sealed.path, sealed.message_id, kind, serial, chosen, sealed.size)


def _may_go(session: Session, body: Body, chosen: Sequence[Contact], *, allow_names: bool) -> tuple[str, ...]:
    """Refuse what may not go to one of the chosen; return the ids of records that the officer named on purpose."""
    identity.need_current(session)
    for one in chosen:
        contacts.need_usable(one)
    for one in chosen:
        naming.need_known(session, body, one)
    return mentions.need_accepted(mentions.found(session, body, chosen), accepted=allow_names)


def _keep_sent(
    session: Session,
    body: Body,
    to: tuple[str, list[str]],
    done: tuple[SealedMessage, int, str],
    more: dict[str, object],
) -> None:
    (series, recipients), (sealed, serial, created) = to, done
    row = MessageRow(
        message_id=sealed.message_id,
        direction="out",
        type=type_of(body),
        series=series,
        serial=serial,
        sender=session.fingerprint,
        partner=" ".join(recipients),
        about=weighing.about(body),
        created=created,
        registered=created,
        state="sent",
        text=sealed.text,
        ssh=sealed.signatures.ssh,
        mldsa=sealed.signatures.mldsa,
    )
    session.vault.messages.add(row)
    detail: dict[str, object] = {"type": row.type, "recipients": recipients, "sha256": sealed.sha256, "serial": serial}
    session.vault.audit.append("message.send", sealed.message_id, {**detail, **more}, actor=session.officer)


def inspect(session: Session, source: Path | BinaryIO) -> Seen:
    """Open a file as a message and say what it is; nothing is kept.

    Raises:
        FileUnreadable: it is not there, not a plain file, or not ours to read.
        briefcase.bundle.errors.SealedBundle: it is a bundle.
        briefcase.bundle.errors.BundleUnsupported: it needs a newer version.
        briefcase.bundle.errors.MediumFailed: the medium fails while it is read.
    """
    if isinstance(source, Path):
        need_readable(source)
    opened = open_message(source, session.identities, receiving.known_contacts(session), session.now())
    return show(session, opened)


def show(session: Session, opened: OpenedMessage) -> Seen:
    """Return a message that was opened as the officer looks at it."""
    says = body_words(opened.message.body) if opened.message is not None else ()
    return Seen(opened, opened.sentence, tuple(_facts(opened)), says, tuple(_notices(session, opened)))


def _facts(opened: OpenedMessage) -> list[tuple[str, str]]:
    facts = opened.facts
    rows = [
        (_("Kind"), type_title(facts.message_type) if facts.message_type else ""),
        (_("From"), sender_words(facts)),
        (_("The card says"), facts.sender_agency if facts.sender_agency != facts.contact_agency else ""),
        (_("Card fingerprint"), facts.sender_fingerprint),
        (_("Signing key"), facts.sender_key),
        (_("Sealed for"), recipient_words(facts)),
        (_("Sealed on"), facts.created),
        (_("Message"), facts.message_id),
        (_("Number in its series"), str(facts.sequence) if facts.sequence else ""),
        (_("Size"), size_words(facts.size)),
    ]
    return [(title, value) for title, value in rows if value]


def _series(message: Message[Body]) -> str:
    return channel(message.sender.fingerprint, [one.fingerprint for one in message.recipients])


def _notices(session: Session, opened: OpenedMessage) -> list[str]:
    message = opened.message
    if message is None:
        return []
    seen = session.vault.messages.seen(message.message_id, message.sender.fingerprint)
    ahead = signed_times.is_ahead(message.created, session.now())
    found = [signed_times.words(message.created)] if ahead else []
    if any(row.text != opened.text for row in seen):
        return [_("Alarm: a message with the same id but other content was seen before."), *found]
    if any(row.direction == "in" for row in seen):
        return [_("You have taken in this message before; there is nothing new in it."), *found]
    known = session.vault.messages.serials(_series(message), message.type, "in")
    if message.serial in known:
        words = _("Alarm: another message with the same number in its series was taken in before; ask the sender.")
        return [words, *found]
    if message.serial > max(known, default=0) + 1:
        return [_("Notice: an earlier message of this series has not reached you."), *found]
    return found


def take(session: Session, source: Path | BinaryIO | Seen) -> Taken:
    """Keep a message that is verified to us, and let it have its effect, all or nothing.

    Raises:
        MessageTakeRefused: it is not verified to us.
        MessageIdReused: the same id came with other content.
        And what ``inspect`` raises.
    """
    seen = source if isinstance(source, Seen) else inspect(session, source)
    message, opened = seen.opened.message, seen.opened
    if message is None or opened.signatures is None or not seen.can_take:
        raise MessageTakeRefused
    before = session.vault.messages.seen(message.message_id, message.sender.fingerprint)
    if any(row.text != opened.text for row in before):
        told: dict[str, object] = {"sender": message.sender.fingerprint}
        session.vault.audit.append("message.alarm", message.message_id, told, actor=session.officer)
        raise MessageIdReused
    for row in before:
        if row.direction == "in":
            return _taken_before(session, seen, row)
    repeated = message.serial in session.vault.messages.serials(_series(message), message.type, "in")
    with session.vault.transaction():
        weight = weighing.apply(session, message, repeated=repeated)
        _keep_taken(session, seen, message, weight, alarm=weight.alarm or repeated)
    return Taken(seen, weight.state, weight.words, alarm=weight.alarm or repeated)


def _taken_before(session: Session, seen: Seen, row: MessageRow) -> Taken:
    """Say again what a message is that was taken before; what was an alarm then is one still."""
    entries = session.vault.audit.about(row.message_id, "message.alarm")
    alarm = any(one.detail.get("sender", row.sender) == row.sender for one in entries)
    weight = weighing.of_row(session, row)
    words = weight.words or ((_("It was an alarm when it was taken in; ask the sender."),) if alarm else ())
    return Taken(seen, weight.state, words, nothing_new=True, alarm=alarm)


def _keep_taken(session: Session, seen: Seen, message: Message[Body], weight: Weight, *, alarm: bool) -> None:
    opened = seen.opened
    ssh, mldsa = opened.signatures or (b"", b"")
    row = MessageRow(
        message_id=message.message_id,
        direction="in",
        type=message.type,
        series=_series(message),
        serial=message.serial,
        sender=message.sender.fingerprint,
        partner=message.sender.fingerprint,
        about=weighing.about(message.body),
        created=message.created,
        registered=session.now(),
        state=weight.state,
        text=opened.text,
        ssh=ssh,
        mldsa=mldsa,
    )
    session.vault.messages.add(row)
    detail: dict[str, object] = {
        "type": row.type,
        "sender": row.partner,
        "sha256": opened.facts.message_sha256,
        "serial": row.serial,
        "state": row.state,
    }
    session.vault.audit.append("message.take", row.message_id, detail, actor=session.officer)
    if alarm:
        session.vault.audit.append("message.alarm", row.message_id, {"sender": row.sender}, actor=session.officer)


def list_messages(session: Session) -> list[Listed]:
    """Return every message that went out or was taken in, oldest first."""
    names = {one.fingerprint: one.name for one in session.vault.contacts.list()}
    return [
        Listed(
            message_id=row.message_id,
            direction=row.direction,
            type=row.type,
            serial=row.serial,
            partner=listed(names.get(one, one[:16]) for one in row.partner.split()),
            about=row.about,
            created=row.created,
            state=weighing.of_row(session, row).state,
            sender=row.sender,
            body=message_text.decode(row.text, row.type).body,
        )
        for row in session.vault.messages.list()
    ]


def kept_words(
    session: Session, message_id: str, direction: str, sender: str = ""
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return the facts of a message that is kept here, and what it says; both empty when it is not here.

    Args:
        session: open.
        message_id: 32 hexadecimal digits.
        direction: ``in`` or ``out``; one that we sent to ourselves is kept twice.
        sender: fingerprint; an id is its sender's own.
    """
    rows = [row for row in session.vault.messages.seen(message_id, sender) if row.direction == direction]
    if not rows:
        return (), ()
    facts, says = told(rows[0])
    when = ((_("Taken in"), rows[0].registered),) if direction == "in" else ()
    weight = weighing.of_row(session, rows[0])
    does = " ".join((state_words(weight.state), *weight.words))
    return (*facts, *when, (_("What it does"), does)), says
