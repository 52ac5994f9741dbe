"""The signed text of a message, ``briefcase-message/1``: who says what to whom, from which everything else follows.

Canonical JSON; the archive around it has no other content, so the text and its two signatures determine every byte.
The purpose under which it is signed is its type, and ``decode`` holds the text to it.
"""

from __future__ import annotations

import zlib
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

import msgspec

from briefcase.bundle import message_bodies
from briefcase.bundle.archive import Member, pad, padding_for
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.forms import (
    Addressees,
    Counter,
    Critical,
    Extensions,
    Hex32,
    Padded,
    Sender,
    VersionText,
    check_supported,
    in_order,
)
from briefcase.bundle.message_bodies import Answer, Body, Compromise, Consent, Recall, Receipt, Request
from briefcase.errors import BriefcaseError
from briefcase.seal import canonical
from briefcase.seal.card import check_time

FORMAT: Final = "briefcase-message/1"
TEXT: Final = "briefcase/message.json"
LIMIT: Final = 1024 * 1024

B = TypeVar("B", bound=Body)


class Message(Padded, Generic[B], frozen=True):
    """What the sender signed.

    Attributes:
        format: ``briefcase-message/1``.
        suite: the algorithms, as on the card.
        version: the oldest version of the program that reads this message.
        critical: names of ``extensions`` that a reader must know.
        extensions: by name, what later versions add.
        type: receipt, consent, recall, request, answer or compromise.
        message_id: 128 random bits in hexadecimal.
        serial: counts the sender's messages of this type to exactly this set of recipients, from 1.
        created: UTC, ISO 8601.
        sender: who signed.
        recipients: to whom it is sealed, ascending by fingerprint.
        body: what it says, by type.
    """

    format: str
    suite: str
    version: VersionText
    critical: Critical
    extensions: Extensions
    type: str
    message_id: Hex32
    serial: Counter
    created: str
    sender: Sender
    recipients: Addressees
    body: B


_FORMS: Final[MappingProxyType[str, Any]] = MappingProxyType(
    {
        "receipt": Message[Receipt],
        "consent": Message[Consent],
        "recall": Message[Recall],
        "request": Message[Request],
        "answer": Message[Answer],
        "compromise": Message[Compromise],
    }
)


def decode(data: bytes, purpose: str) -> Message[Body]:
    """Return the message of bytes whose signatures were verified for *purpose*.

    Raises:
        BundleUnsupported: it needs a newer version.
        BundleBroken: malformed, of another type than it was signed for, or its parts contradict each other.
    """
    try:
        value = canonical.decode(data, limit=LIMIT)
    except BriefcaseError:
        raise BundleBroken(reason="message JSON") from None
    if not isinstance(value, dict):
        raise BundleBroken(reason="message")
    check_supported(value, FORMAT)
    if value.get("type") != purpose:
        raise BundleBroken(reason="type of the message")
    try:
        found: Message[Body] = msgspec.convert(value, _FORMS[purpose])
    except (msgspec.ValidationError, RecursionError):
        raise BundleBroken(reason="message fields") from None
    if reason := _fault(found):
        raise BundleBroken(reason=reason)
    return found


def _fault(message: Message[Body]) -> str:
    if not check_time(message.created):
        return "created"
    if not in_order(message.recipients):
        return "recipients"
    return message_bodies.fault(message.body)


def members(text: bytes, ssh: bytes, mldsa: bytes, padding: int) -> tuple[Member, ...]:
    """Return the members of the archive in order, with a padding of so many bytes."""
    return pad(_unpadded(text, ssh, mldsa), padding)


def right_padding(text: bytes, ssh: bytes, mldsa: bytes) -> int:
    """Return how long the padding of this message has to be; its own field does not matter, for its width is fixed."""
    return padding_for(_unpadded(text, ssh, mldsa))


def _unpadded(text: bytes, ssh: bytes, mldsa: bytes) -> tuple[Member, ...]:
    front = ((TEXT, text), (TEXT + ".sig", ssh), (TEXT + ".mldsa", mldsa))
    return tuple(Member(name, len(data), zlib.crc32(data)) for name, data in front)
