"""Messages: small sealed, doubly signed files with a typed body, written and opened by the same steps as bundles.

A message is held to its type: it is signed under the purpose of that name, and the text must say the same. A readable
message is verified to its last byte when it is opened, for it is small.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import msgspec

from briefcase.bundle import message_text
from briefcase.bundle.archive import lay_out
from briefcase.bundle.errors import BundleBroken, MessageRefused, SealedBundle
from briefcase.bundle.forms import PADDING_DIGITS, VERSION, Addressee, Sender
from briefcase.bundle.kind import MESSAGE
from briefcase.bundle.medium import Cancel, Progress
from briefcase.bundle.message_bodies import Body, type_of
from briefcase.bundle.message_text import Message
from briefcase.bundle.reading import Front
from briefcase.bundle.sealing import Held, hold_file, new_name, recipients_of
from briefcase.bundle.unsealing import (
    Stop,
    Unsealed,
    admit,
    attribute,
    attribute_text,
    carefully,
    compare_size,
    stop,
    unseal,
)
from briefcase.bundle.verdict import Facts, KnownContact, Verdict, sentence
from briefcase.errors import BriefcaseError
from briefcase.seal import age
from briefcase.seal.card import SUITE, Card
from briefcase.seal.identity import Identity
from briefcase.seal.signatures import Signatures


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message that stands on its medium, read back and found right.

    Attributes:
        path: of the file, an opaque name that ends in ``.brief``.
        message_id: 32 hexadecimal digits.
        sha256: of the signed text.
        size: of the file in bytes.
        text: the signed text.
        signatures: both.
    """

    path: Path
    message_id: str
    sha256: str
    size: int
    text: bytes
    signatures: Signatures


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message as it was signed, before it is sealed or instead of it.

    Attributes:
        message: what it says.
        text: the signed text.
        signatures: both.
    """

    message: Message[Body]
    text: bytes
    signatures: Signatures


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """What came out of opening a file as a message.

    Attributes:
        verdict: see ``Verdict``.
        facts: see ``Facts``.
        message: what it says; None when the verdict does not allow it to be read.
        text: the signed text, empty when there is no message.
        signatures: both; None when there is no message.
    """

    verdict: Verdict
    facts: Facts
    message: Message[Body] | None = None
    text: bytes = b""
    signatures: Signatures | None = None

    @property
    def sentence(self) -> str:
        """The verdict in words, in the current language."""
        return sentence(self.verdict, self.facts)


def write_message(
    folder: Path,
    body: Body,
    sender: Identity,
    recipients: Sequence[Card],
    *,
    created: str,
    serial: int,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SealedMessage:
    """Seal a message into a new file in *folder*, and let it go at once; otherwise as ``hold_message``."""
    path = folder / new_name()
    sealed, held = hold_message(
        path, body, sender, recipients, created=created, serial=serial, progress=progress, cancel=cancel
    )
    with held:
        held.release()
    return sealed


def hold_message(
    path: Path,
    body: Body,
    sender: Identity,
    recipients: Sequence[Card],
    *,
    created: str,
    serial: int,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[SealedMessage, Held]:
    """Seal a message for *recipients* up to the point from which it could be opened: ``release`` or ``discard`` it.

    Args:
        path: of the file; its folder must exist.
        body: what it says; its class is the type of the message.
        sender: signs; he is a recipient only when his card is among *recipients*.
        recipients: 1 to 64 cards; a card that stands twice counts once.
        created: UTC, ISO 8601.
        serial: counts the sender's messages of this type to exactly this set of recipients, from 1.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.

    Raises:
        BundleRecipientsRefused, MessageRefused: nothing was begun.
        BundleCancelled: the officer stopped.
        MediumFull, MediumFileLimit, MediumReadOnly, MediumFailed, ReadBackFailed: about the stick.
    """
    cards = recipients_of(recipients)
    signed = sign_message(body, sender, cards, created=created, serial=serial)
    message, text, signatures = signed.message, signed.text, signed.signatures
    plain = _archive(text, signatures, message.padding_size)
    held = hold_file(path, len(plain), cards, lambda feed: feed.write(plain), progress=progress, cancel=cancel)
    sealed = SealedMessage(
        path=path,
        message_id=message.message_id,
        sha256=hashlib.sha256(text).hexdigest(),
        size=age.encrypted_size(len(plain), len(cards)),
        text=text,
        signatures=signatures,
    )
    return sealed, held


def sign_message(
    body: Body, sender: Identity, recipients: Sequence[Card], *, created: str, serial: int
) -> SignedMessage:
    """Sign a message without sealing it, as what stays in the vault; arguments as of ``hold_message``.

    Raises:
        BundleRecipientsRefused, MessageRefused.
    """
    message = _message(body, sender, recipients_of(recipients), created, serial)
    text = message.to_canonical()
    _check_readable(text, message.type)
    return SignedMessage(message, text, sender.sign(message.type, text))


def _message(body: Body, sender: Identity, cards: tuple[Card, ...], created: str, serial: int) -> Message[Body]:
    """Return the whole text, its padding as it has to be: the signatures' sizes do not depend on what they sign."""
    draft = Message(
        format=message_text.FORMAT,
        suite=SUITE,
        version=VERSION,
        critical=(),
        extensions={},
        type=type_of(body),
        message_id=secrets.token_hex(16),
        serial=serial,
        created=created,
        sender=Sender(sender.card.name, sender.card.agency, sender.fingerprint),
        recipients=tuple(Addressee(card.name, card.fingerprint) for card in cards),
        body=body,
        padding="0" * PADDING_DIGITS,
    )
    text = draft.to_canonical()
    padding = message_text.right_padding(text, *sender.sign(draft.type, text))
    return msgspec.structs.replace(draft, padding=f"{padding:0{PADDING_DIGITS}d}")


def _check_readable(text: bytes, purpose: str) -> None:
    """Refuse to sign what our own reader would refuse."""
    try:
        message_text.decode(text, purpose)
    except BriefcaseError as error:
        raise MessageRefused(reason=str(error.facts.get("reason", error.code))) from None


def _archive(text: bytes, signatures: Signatures, padding: int) -> bytes:
    """Return the whole archive of a message; reader and writer both call it."""
    layout = lay_out(message_text.members(text, *signatures, padding))
    pieces = (text, *signatures, bytes(padding))
    whole = (place.header + piece for place, piece in zip(layout.places, pieces, strict=True))
    return b"".join(whole) + layout.directory


def open_message(
    source: Path | BinaryIO, identities: Sequence[Identity], contacts: Sequence[KnownContact], now: str
) -> OpenedMessage:
    """Open a file that may be a message and return what is to be said of it; every byte is verified.

    Args:
        source: a path, or a seekable binary file, which stays open.
        identities: the keys of this vault, the present ones first, then those that were renewed.
        contacts: every card that the vault knows, the own one included.
        now: UTC, ISO 8601, against which the sender's card must be current.

    Raises:
        MediumFailed, MediumReadOnly: the file cannot be read.
        SealedBundle: it is a bundle; nothing of it was verified.
        BundleUnsupported: it was verified, and needs a newer version.
    """

    def act(file: BinaryIO, owned: BinaryIO | None) -> OpenedMessage:
        found = unseal(file, identities)
        if found.front.kind is not MESSAGE:
            raise SealedBundle
        message, verdict, facts = attribute(found, contacts, now, message_text.decode)
        facts = _own_facts(message, found.front, facts)
        admit(found, verdict, facts)
        _compare(found, facts, message)
        if owned is not None:
            owned.close()
        signatures = Signatures(found.front.ssh, found.front.mldsa)
        return OpenedMessage(verdict, replace(facts, expected=facts.size), message, found.front.text, signatures)

    return carefully(source, act, OpenedMessage)


def open_signed(
    text: bytes, signatures: Signatures, own: Sequence[str], contacts: Sequence[KnownContact], now: str
) -> OpenedMessage:
    """Return what is to be said of a message that was unsealed and kept before, from its text and signatures alone.

    Args:
        text: the signed text, byte for byte.
        signatures: both.
        own: fingerprints of our cards; the message must be addressed to one of them.
        contacts: every card that the vault knows.
        now: UTC, ISO 8601.

    Raises:
        BundleUnsupported: it was verified, and needs a newer version.
    """
    front = Front(MESSAGE, text, signatures.ssh, signatures.mldsa)
    facts = Facts(size=len(text), kind=MESSAGE.name)
    try:
        message, verdict, facts = attribute_text(front, facts, contacts, now, message_text.decode)
        facts = _own_facts(message, front, facts)
        if verdict is Verdict.REVOKED_SENDER:
            stop(verdict, facts, "revoked card")
        if not set(own) & set(facts.recipient_fingerprints):
            stop(Verdict.NOT_ADDRESSED, facts, "resealed")
    except Stop as stopped:
        return OpenedMessage(stopped.verdict, stopped.facts)
    return OpenedMessage(verdict, facts, message, text, signatures)


def _own_facts(message: Message[Body], front: Front, facts: Facts) -> Facts:
    return replace(
        facts,
        message_type=message.type,
        message_id=message.message_id,
        message_sha256=hashlib.sha256(front.text).hexdigest(),
        sequence=message.serial,
    )


def _compare(found: Unsealed, facts: Facts, message: Message[Body]) -> None:
    """Build the archive again from text and signatures, and compare every byte."""
    text, signatures = found.front.text, Signatures(found.front.ssh, found.front.mldsa)
    if message_text.right_padding(text, *signatures) != message.padding_size:
        stop(Verdict.BROKEN, facts, "padding size")
    layout = lay_out(message_text.members(text, *signatures, message.padding_size))
    expected = compare_size(found, facts, layout)
    try:
        whole = found.plain.fetch(0, layout.size)
    except BundleBroken as error:
        stop(Verdict.BROKEN, facts, str(error.facts["reason"]), expected)
    if whole != _archive(text, signatures, message.padding_size):
        stop(Verdict.BROKEN, facts, "archive", expected)
