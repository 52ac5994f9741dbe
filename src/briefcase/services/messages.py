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

from briefcase.bundle.manifest import channel
from briefcase.bundle.message_bodies import Body, Compromise, type_of
from briefcase.bundle.message_text import Message
from briefcase.bundle.messages import OpenedMessage, SealedMessage, open_message, write_message
from briefcase.bundle.verdict import Verdict, recipient_words, sender_words, size_words
from briefcase.language import _
from briefcase.services import contacts, identity, receiving, weighing
from briefcase.services.contacts import Contact
from briefcase.services.errors import (
    MessageIdReused,
    MessageTakeRefused,
    NobodyChosen,
)
from briefcase.services.files import need_readable, read_file
from briefcase.services.message_words import body_words, type_title
from briefcase.services.session import Session
from briefcase.services.weighing import Weight
from briefcase.vault.messages import MessageRow, State

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Sent:
    """A message on the stick, read back and found right.

    Attributes:
        path: of the file.
        message_id: 32 hexadecimal digits.
        type: receipt, consent, recall, request or compromise.
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
    state: State
    words: tuple[str, ...] = ()
    nothing_new: bool = False
    alarm: bool = False


@dataclass(frozen=True)
class Listed:
    """One line of the list of messages: ``partner`` names the sender or the recipients."""

    message_id: str
    direction: str
    type: str
    serial: int
    partner: str
    about: str
    created: str
    state: str


def send(
    session: Session,
    body: Body,
    recipients: Sequence[str],
    folder: Path,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Sent:
    """Seal a message for contacts (fingerprints) into *folder*, and write down that it went.

    Raises:
        NobodyChosen, ContactUnknown; IdentityExpired: our own card is not valid now.
        ContactNotVerified: a contact is not verified and current; messages go to nobody else.
        And what ``bundle.messages.write_message`` raises.
    """
    chosen = tuple(contacts.get(session, one) for one in dict.fromkeys(recipients))
    if not chosen:
        raise NobodyChosen
    identity.need_current(session)
    for one in chosen:
        contacts.need_usable(one)
    written: Path | None = None
    kind = type_of(body)
    # Kept even if the program dies on the way, so that no file can be on a stick that no log knows of.
    begun: dict[str, object] = {"type": kind, "recipients": [one.fingerprint for one in chosen]}
    session.vault.audit.append("message.begin", "", begun, actor=session.officer)
    try:
        with session.vault.transaction():
            series = channel(session.fingerprint, [one.fingerprint for one in chosen])
            serial = max(session.vault.messages.serials(series, kind, "out"), default=0) + 1
            created = session.now()
            sealed = write_message(
                folder,
                body,
                session.identity,
                [one.card for one in chosen],
                created=created,
                serial=serial,
                progress=progress,
                cancel=cancel,
            )
            written = sealed.path
            _keep_sent(session, sealed, body, chosen, (series, serial, created))
    except BaseException:
        if written is not None:
            written.unlink(missing_ok=True)
        raise
    return Sent(sealed.path, sealed.message_id, kind, serial, chosen, sealed.size)


def _keep_sent(
    session: Session, sealed: SealedMessage, body: Body, chosen: tuple[Contact, ...], place: tuple[str, int, str]
) -> None:
    series, serial, created = place
    recipients = sorted(one.fingerprint for one in chosen)
    row = MessageRow(
        message_id=sealed.message_id,
        direction="out",
        type=type_of(body),
        series=series,
        serial=serial,
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
    detail["file"] = hashlib.sha256(read_file(sealed.path)).hexdigest()
    session.vault.audit.append("message.send", sealed.message_id, detail, actor=session.officer)


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
    seen = session.vault.messages.seen(message.message_id)
    if any(row.text != opened.text for row in seen):
        return [_("Alarm: a message with the same id but other content was seen before.")]
    if any(row.direction == "in" for row in seen):
        return [_("You have taken in this message before; there is nothing new in it.")]
    known = session.vault.messages.serials(_series(message), message.type, "in")
    if message.serial in known:
        return [_("Alarm: another message with the same number in its series was taken in before; ask the sender.")]
    if message.serial > max(known, default=0) + 1:
        return [_("Notice: an earlier message of this series has not reached you.")]
    return []


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
    before = session.vault.messages.seen(message.message_id)
    if any(row.text != opened.text for row in before):
        session.vault.audit.append("message.alarm", message.message_id, actor=session.officer)
        raise MessageIdReused
    for row in before:
        if row.direction == "in":
            return Taken(seen, row.state, nothing_new=True)
    repeated = message.serial in session.vault.messages.serials(_series(message), message.type, "in")
    with session.vault.transaction():
        weight = weighing.apply(session, message)
        _keep_taken(session, seen, message, weight, alarm=weight.alarm or repeated)
    return Taken(seen, weight.state, weight.words, alarm=weight.alarm or repeated)


def _keep_taken(session: Session, seen: Seen, message: Message[Body], weight: Weight, *, alarm: bool) -> None:
    opened = seen.opened
    ssh, mldsa = opened.signatures or (b"", b"")
    row = MessageRow(
        message_id=message.message_id,
        direction="in",
        type=message.type,
        series=_series(message),
        serial=message.serial,
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
        session.vault.audit.append("message.alarm", row.message_id, actor=session.officer)


def list_messages(session: Session) -> list[Listed]:
    """Return every message that went out or was taken in, oldest first."""
    names = {one.fingerprint: one.name for one in session.vault.contacts.list()}
    return [
        Listed(
            message_id=row.message_id,
            direction=row.direction,
            type=row.type,
            serial=row.serial,
            partner=", ".join(names.get(one, one[:16]) for one in row.partner.split()),
            about=row.about,
            created=row.created,
            state=row.state,
        )
        for row in session.vault.messages.list()
    ]
