"""From a file of unknown origin to a signed text and its sender: the steps that bundles and messages share.

Header (bounded, only hybrid stanzas), key, final chunk, first three members as bytes, both signatures under the keys of
a card that the vault knows, only then the text; then sender, recipients, our key among them, number of stanzas. Each
step trusts only what the steps before verified, and whatever is wrong ends opening with a verdict.
"""

from __future__ import annotations

import hashlib
import stat
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol, TypeVar

from briefcase.bundle.archive import Layout
from briefcase.bundle.errors import BundleBroken, NotPlainFile
from briefcase.bundle.forms import RECIPIENTS_LIMIT, Addressee, Sender
from briefcase.bundle.medium import translated
from briefcase.bundle.padding import padme
from briefcase.bundle.reading import Front, Plain, read_front
from briefcase.bundle.verdict import Facts, KnownContact, Verdict, of_sender
from briefcase.seal import age, base64
from briefcase.seal.age import Header, Reader
from briefcase.seal.errors import (
    AgeHeaderInvalid,
    AgeHeaderTruncated,
    HeaderMacInvalid,
    NoIdentityMatches,
    PayloadInvalid,
    SignatureInvalid,
)
from briefcase.seal.identity import Identity, verify
from briefcase.seal.recipients import HybridRecipient, check_hybrid
from briefcase.seal.signatures import namespace, verify_ssh
from briefcase.seal.stream import plain_size, sealed_size

HEADER_LIMIT = 256 * 1024
_NONCE = 16
R = TypeVar("R")


class SignedText(Protocol):
    """What the text of every kind of file says."""

    @property
    def sender(self) -> Sender:
        """Who signed."""

    @property
    def recipients(self) -> tuple[Addressee, ...]:
        """To whom it is sealed."""

    @property
    def created(self) -> str:
        """When."""


T = TypeVar("T", bound=SignedText)


class Stop(Exception):
    """A verdict that ends opening."""

    def __init__(self, verdict: Verdict, facts: Facts) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.facts = facts


@dataclass(frozen=True)
class Unsealed:
    """A file that one of our keys opened; no signature was looked at yet.

    Attributes:
        plain: its plaintext.
        header: of the age file.
        size: of the plaintext in bytes; None when the final chunk is missing or damaged.
        front: the text and its signatures.
        own: fingerprint of our card whose key opened it.
        facts: so far.
    """

    plain: Plain
    header: Header
    size: int | None
    front: Front
    own: str
    facts: Facts


def carefully(
    source: Path | BinaryIO, act: Callable[[BinaryIO, BinaryIO | None], R], stopped: Callable[[Verdict, Facts], R]
) -> R:
    """Open *source*, do *act* with it, and turn a ``Stop`` into a result; close what was opened unless *act* succeeds.

    Args:
        source: a path, or a seekable binary file that stays open.
        act: is given the file, and it again when it was opened here, to be closed by whoever keeps it.
        stopped: makes the result of a verdict that ends opening.

    Raises:
        MediumFailed, MediumReadOnly: the file cannot be read.
        NotPlainFile: *source* is a path to something else.
    """
    try:
        if isinstance(source, Path) and not stat.S_ISREG(source.stat().st_mode):
            raise NotPlainFile
        file = source.open("rb") if isinstance(source, Path) else source
    except OSError as error:
        raise translated(error) from None
    owned = file if isinstance(source, Path) else None
    try:
        return act(file, owned)
    except Stop as stop:
        _close(owned)
        return stopped(stop.verdict, stop.facts)
    except OSError as error:
        _close(owned)
        raise translated(error) from None
    except BaseException:
        _close(owned)
        raise


def _close(owned: BinaryIO | None) -> None:
    if owned is not None:
        owned.close()


def stop(verdict: Verdict, facts: Facts, reason: str, expected: int = 0) -> NoReturn:
    """End opening with a verdict, its reason in a word, and the size that the file should have if that is known."""
    raise Stop(verdict, replace(facts, reason=reason, expected=expected))


def unseal(file: BinaryIO, identities: Sequence[Identity]) -> Unsealed:
    """Open the outside of a file with the first of our keys that fits, and read the front of its archive."""
    facts = Facts(size=file.seek(0, 2))
    file.seek(0)
    header, facts = _header(file, facts)
    reader, own = _unlock(file, header, identities, facts)
    facts = replace(facts, opened_with=own.fingerprint)
    plain = Plain(reader)
    size = _final_chunk(plain)
    front = _front(plain, size, header, facts)
    return Unsealed(plain, header, size, front, own.fingerprint, replace(facts, kind=front.kind.name))


def _header(file: BinaryIO, facts: Facts) -> tuple[Header, Facts]:
    """Read the header and look at its stanzas: hybrid ones only, 1 to 64, each in its one form, ours or not."""
    try:
        header = age.read_header(file, limit=HEADER_LIMIT)
    except AgeHeaderTruncated:
        stop(Verdict.INCOMPLETE, facts, "header")
    except AgeHeaderInvalid:
        stop(Verdict.BROKEN, facts, "not a sealed file")
    facts = replace(facts, stanzas=len(header.stanzas))
    if len(header.stanzas) > RECIPIENTS_LIMIT:
        stop(Verdict.BROKEN, facts, "too many stanzas")
    if any(stanza.type != HybridRecipient.kind for stanza in header.stanzas):
        stop(Verdict.BROKEN, facts, "kind of stanza")
    try:
        for stanza in header.stanzas:
            check_hybrid(stanza)
    except AgeHeaderInvalid:
        stop(Verdict.BROKEN, facts, "form of a stanza")
    return header, facts


def _unlock(file: BinaryIO, header: Header, identities: Sequence[Identity], facts: Facts) -> tuple[Reader, Identity]:
    """Return the payload and the identity that opens it, the first that does."""
    if not identities:
        stop(Verdict.NOT_ADDRESSED, facts, "no key")
    for identity in identities:
        try:
            return age.open_payload(file, header, [identity.age]), identity
        except NoIdentityMatches:
            continue
        except AgeHeaderTruncated:
            stop(Verdict.INCOMPLETE, facts, "nonce")
        except (AgeHeaderInvalid, HeaderMacInvalid):
            stop(Verdict.BROKEN, facts, "header")
    stop(Verdict.NOT_ADDRESSED, facts, "no stanza")


def _final_chunk(plain: Plain) -> int | None:
    """Return the size of the plaintext, or None when the final chunk is not there or not good."""
    try:
        return plain.size()
    except PayloadInvalid:
        return None


def _front(plain: Plain, size: int | None, header: Header, facts: Facts) -> Front:
    try:
        return read_front(plain)
    except BundleBroken as error:
        if size is None and _looks_cut(facts.size, header):
            stop(Verdict.INCOMPLETE, facts, "front")
        stop(Verdict.BROKEN, facts, str(error.facts["reason"]))


def _looks_cut(size: int, header: Header) -> bool:
    """Tell whether a file of this size cannot be a whole file, since whole ones have a Padmé size inside."""
    try:
        plain = plain_size(size - header.payload_offset - _NONCE)
    except PayloadInvalid:
        return True
    return padme(plain) != plain


def attribute(
    found: Unsealed, contacts: Sequence[KnownContact], now: str, decode: Callable[[bytes, str], T]
) -> tuple[T, Verdict, Facts]:
    """Find the contact whose two keys made the two signatures, read the text that he signed, and say what it is worth.

    Args:
        found: from ``unseal``.
        contacts: every card that the vault knows.
        now: UTC, ISO 8601, against which the sender's card must be current.
        decode: reads the text, given the purpose under which it was signed; raises ``BundleBroken``.
    """
    unknown = (Verdict.UNKNOWN_SENDER, "unknown key")
    if found.size is None:
        cut = _looks_cut(found.facts.size, found.header)
        unknown = (Verdict.INCOMPLETE if cut else Verdict.BROKEN, "payload")
    return attribute_text(found.front, found.facts, contacts, now, decode, unknown=unknown)


def attribute_text(
    front: Front,
    facts: Facts,
    contacts: Sequence[KnownContact],
    now: str,
    decode: Callable[[bytes, str], T],
    *,
    unknown: tuple[Verdict, str] = (Verdict.UNKNOWN_SENDER, "unknown key"),
) -> tuple[T, Verdict, Facts]:
    """Do the same for a signed text by itself; *unknown* is the verdict, with its reason, for a key on no card."""
    public, purpose = _classic(front, facts)
    facts = replace(facts, sender_key=_key_words(public))
    named = [each for each in contacts if each.card.ed25519_public == public]
    if not named:
        stop(unknown[0], facts, unknown[1])
    signers = [each for each in named if _signed_by(each, front, purpose)]
    if not signers:
        stop(Verdict.BROKEN, facts, "ML-DSA signature")
    try:
        text = decode(front.text, purpose)
    except BundleBroken as error:
        stop(Verdict.BROKEN, facts, str(error.facts["reason"]))
    contact = next((each for each in signers if each.card.fingerprint == text.sender.fingerprint), None)
    if contact is None:
        stop(Verdict.UNKNOWN_SENDER, facts, "another card")
    if (text.sender.name, text.sender.agency) != (contact.card.name, contact.card.agency):
        stop(Verdict.BROKEN, facts, "name of the sender")
    held = {each.card.fingerprint: each.card.name for each in contacts}
    if any(held.get(each.fingerprint, each.name) != each.name for each in text.recipients):
        stop(Verdict.BROKEN, facts, "name of a recipient")
    verdict, state = of_sender(contact, now)
    strangers = tuple(each.fingerprint for each in text.recipients if each.fingerprint not in held)
    return text, verdict, replace(_signed_facts(contact, text, facts), sender_state=state, strangers=strangers)


def admit(found: Unsealed, verdict: Verdict, facts: Facts) -> None:
    """Stop at a revoked card, at a key of ours that the sender did not name, and at a header with other recipients."""
    if verdict is Verdict.REVOKED_SENDER:
        stop(verdict, facts, "revoked card")
    if found.own not in facts.recipient_fingerprints:
        stop(Verdict.NOT_ADDRESSED, facts, "resealed")
    if len(found.header.stanzas) != len(facts.recipient_fingerprints):
        stop(Verdict.BROKEN, facts, "number of stanzas")


def _classic(front: Front, facts: Facts) -> tuple[bytes, str]:
    """Return the key that made the Ed25519 signature, and the purpose for which it was made."""
    for purpose in front.kind.purposes:
        try:
            return verify_ssh(front.ssh, namespace(purpose), front.text), purpose
        except SignatureInvalid:
            continue
    stop(Verdict.BROKEN, facts, "Ed25519 signature")


def _key_words(public: bytes) -> str:
    """Return an Ed25519 key as ``ssh-keygen -l`` shows it."""
    blob = b"".join(struct.pack(">I", len(part)) + part for part in (b"ssh-ed25519", public))
    return "SHA256:" + base64.encode_raw(hashlib.sha256(blob).digest())


def _signed_by(contact: KnownContact, front: Front, purpose: str) -> bool:
    try:
        verify(purpose, front.text, front.ssh, front.mldsa, contact.card)
    except SignatureInvalid:
        return False
    return True


def _signed_facts(contact: KnownContact, text: SignedText, facts: Facts) -> Facts:
    """Add what the verified text and our own contact say."""
    return replace(
        facts,
        sender_name=contact.card.name,
        sender_agency=contact.card.agency,
        sender_fingerprint=contact.card.fingerprint,
        sender_until=contact.card.valid_until,
        contact_name=contact.name,
        contact_agency=contact.agency,
        recipients=tuple(each.name for each in text.recipients),
        recipient_fingerprints=tuple(each.fingerprint for each in text.recipients),
        created=text.created,
    )


def compare_size(found: Unsealed, facts: Facts, layout: Layout) -> int:
    """Return the size that the whole file should have, after comparing that of its plaintext with the layout."""
    expected = found.header.payload_offset + _NONCE + sealed_size(layout.size)
    if found.size is None and facts.size < expected:
        stop(Verdict.INCOMPLETE, facts, "size", expected)
    if found.size != layout.size:
        stop(Verdict.BROKEN, facts, "final chunk" if found.size is None else "size", expected)
    return expected
