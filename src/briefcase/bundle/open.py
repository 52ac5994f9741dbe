"""Opening: from a file of unknown origin to a verdict, in steps that each trust only what the steps before verified.

Header (bounded, only hybrid stanzas), key, final chunk, manifest and signatures as bytes, both signatures under the
keys of a card that the vault knows, only then the JSON; sender, recipients, number of stanzas, size, directory, block
digests. No entry is read. Whatever is wrong becomes a verdict; only a failing medium and a bundle of a newer version
are raised as errors.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NoReturn

from briefcase.bundle import manifest as manifests
from briefcase.bundle.archive import lay_out
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.forms import RECIPIENTS_LIMIT
from briefcase.bundle.manifest import Manifest
from briefcase.bundle.medium import translated
from briefcase.bundle.opened import Inside, Opened
from briefcase.bundle.padding import padme
from briefcase.bundle.reading import Front, Plain, check_header, read_front
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
from briefcase.seal.recipients import HybridRecipient
from briefcase.seal.signatures import namespace, verify_ssh
from briefcase.seal.stream import plain_size, sealed_size

HEADER_LIMIT = 256 * 1024
_NONCE = 16
_BLOCKS_PLACE = 3
_PURPOSE = "bundle"


class _Stop(Exception):
    """A verdict that ends opening."""

    def __init__(self, verdict: Verdict, facts: Facts) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.facts = facts


def open_bundle(
    source: Path | BinaryIO, identities: Sequence[Identity], contacts: Sequence[KnownContact], now: str
) -> Opened:
    """Open a file that may be a bundle and return what is to be said of it.

    Args:
        source: a path, or a seekable binary file that stays open; it must stay unchanged while it is looked at.
        identities: the keys of this vault, the present ones first, then those that were renewed; empty when there are
            none. The key that opens the file must be one that the sender named.
        contacts: every card that the vault knows, the own one included.
        now: UTC, ISO 8601, against which the sender's card must be current.

    Raises:
        MediumFailed, MediumReadOnly: the file cannot be read.
        BundleUnsupported: it was verified, and needs a newer version.
    """
    try:
        file = source.open("rb") if isinstance(source, Path) else source
    except OSError as error:
        raise translated(error) from None
    owned = file if isinstance(source, Path) else None
    try:
        return _open(file, owned, identities, contacts, now)
    except _Stop as stop:
        _close(owned)
        return Opened(stop.verdict, stop.facts)
    except OSError as error:
        _close(owned)
        raise translated(error) from None
    except BaseException:
        _close(owned)
        raise


def _close(owned: BinaryIO | None) -> None:
    if owned is not None:
        owned.close()


def _open(
    file: BinaryIO, owned: BinaryIO | None, identities: Sequence[Identity], contacts: Sequence[KnownContact], now: str
) -> Opened:
    facts = Facts(size=file.seek(0, 2))
    file.seek(0)
    header, facts = _header(file, facts)
    reader, own = _unlock(file, header, identities, facts)
    facts = replace(facts, opened_with=own.fingerprint)
    plain = Plain(reader)
    size = _final_chunk(plain)
    front = _front(plain, size, header, facts)
    contact, manifest, facts = _sender(front, contacts, size, header, facts)
    verdict, state = of_sender(contact, now)
    facts = replace(_signed_facts(contact, manifest, front, facts), sender_state=state)
    if verdict is Verdict.REVOKED_SENDER:
        _stop(verdict, facts, "revoked card")
    if own.fingerprint not in facts.recipient_fingerprints:
        _stop(Verdict.NOT_ADDRESSED, facts, "resealed")
    if len(header.stanzas) != len(manifest.recipients):
        _stop(Verdict.BROKEN, facts, "number of stanzas")
    inside = _inside(plain, size, front, manifest, (header, facts))
    facts = replace(facts, expected=facts.size)
    return Opened(verdict, facts, inside, owned)


def _stop(verdict: Verdict, facts: Facts, reason: str, expected: int = 0) -> NoReturn:
    raise _Stop(verdict, replace(facts, reason=reason, expected=expected))


def _header(file: BinaryIO, facts: Facts) -> tuple[Header, Facts]:
    """Read the header and look at its stanzas: hybrid ones only, 1 to 64."""
    try:
        header = age.read_header(file, limit=HEADER_LIMIT)
    except AgeHeaderTruncated:
        _stop(Verdict.INCOMPLETE, facts, "header")
    except AgeHeaderInvalid:
        _stop(Verdict.BROKEN, facts, "not a sealed file")
    facts = replace(facts, stanzas=len(header.stanzas))
    if len(header.stanzas) > RECIPIENTS_LIMIT:
        _stop(Verdict.BROKEN, facts, "too many stanzas")
    if any(stanza.type != HybridRecipient.kind for stanza in header.stanzas):
        _stop(Verdict.BROKEN, facts, "kind of stanza")
    return header, facts


def _unlock(file: BinaryIO, header: Header, identities: Sequence[Identity], facts: Facts) -> tuple[Reader, Identity]:
    """Return the payload and the identity that opens it, the first that does."""
    if not identities:
        _stop(Verdict.NOT_ADDRESSED, facts, "no key")
    for identity in identities:
        try:
            return age.open_payload(file, header, [identity.age]), identity
        except NoIdentityMatches:
            continue
        except AgeHeaderTruncated:
            _stop(Verdict.INCOMPLETE, facts, "nonce")
        except (AgeHeaderInvalid, HeaderMacInvalid):
            _stop(Verdict.BROKEN, facts, "header")
    _stop(Verdict.NOT_ADDRESSED, facts, "no stanza")


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
            _stop(Verdict.INCOMPLETE, facts, "manifest")
        _stop(Verdict.BROKEN, facts, str(error.facts["reason"]))


def _looks_cut(size: int, header: Header) -> bool:
    """Tell whether a file of this size cannot be a whole bundle, since whole ones have a Padmé size inside."""
    try:
        plain = plain_size(size - header.payload_offset - _NONCE)
    except PayloadInvalid:
        return True
    return padme(plain) != plain


def _key_words(public: bytes) -> str:
    """Return an Ed25519 key as ``ssh-keygen -l`` shows it."""
    blob = b"".join(struct.pack(">I", len(part)) + part for part in (b"ssh-ed25519", public))
    return "SHA256:" + base64.encode_raw(hashlib.sha256(blob).digest())


def _sender(
    front: Front, contacts: Sequence[KnownContact], size: int | None, header: Header, facts: Facts
) -> tuple[KnownContact, Manifest, Facts]:
    """Find the contact whose two keys made the two signatures, and read the manifest that he signed."""
    try:
        public = verify_ssh(front.ssh, namespace(_PURPOSE), front.manifest)
    except SignatureInvalid:
        _stop(Verdict.BROKEN, facts, "Ed25519 signature")
    facts = replace(facts, sender_key=_key_words(public))
    named = [each for each in contacts if each.card.ed25519_public == public]
    if not named:
        if size is None:
            _stop(Verdict.INCOMPLETE if _looks_cut(facts.size, header) else Verdict.BROKEN, facts, "payload")
        _stop(Verdict.UNKNOWN_SENDER, facts, "unknown key")
    signers = [each for each in named if _signed_by(each, front)]
    if not signers:
        _stop(Verdict.BROKEN, facts, "ML-DSA signature")
    try:
        manifest = manifests.decode(front.manifest)
    except BundleBroken as error:
        _stop(Verdict.BROKEN, facts, str(error.facts["reason"]))
    contact = next((each for each in signers if each.card.fingerprint == manifest.sender.fingerprint), None)
    if contact is None:
        _stop(Verdict.UNKNOWN_SENDER, facts, "another card")
    if (manifest.sender.name, manifest.sender.agency) != (contact.card.name, contact.card.agency):
        _stop(Verdict.BROKEN, facts, "name of the sender")
    return contact, manifest, facts


def _signed_by(contact: KnownContact, front: Front) -> bool:
    try:
        verify(_PURPOSE, front.manifest, front.ssh, front.mldsa, contact.card)
    except SignatureInvalid:
        return False
    return True


def _signed_facts(contact: KnownContact, manifest: Manifest, front: Front, facts: Facts) -> Facts:
    """Add what the verified manifest and our own contact say."""
    return replace(
        facts,
        sender_name=contact.card.name,
        sender_agency=contact.card.agency,
        sender_fingerprint=contact.card.fingerprint,
        sender_until=contact.card.valid_until,
        contact_name=contact.name,
        recipients=tuple(each.name for each in manifest.recipients),
        recipient_fingerprints=tuple(each.fingerprint for each in manifest.recipients),
        created=manifest.created,
        bundle_id=manifest.bundle_id,
        manifest_sha256=hashlib.sha256(front.manifest).hexdigest(),
        sequence=manifest.sequence,
        purpose=manifest.purpose,
        caveat=manifest.caveat,
    )


def _inside(plain: Plain, size: int | None, front: Front, manifest: Manifest, outside: tuple[Header, Facts]) -> Inside:
    """Compare size, directory and block digests with what follows from the manifest."""
    header, facts = outside
    if manifests.right_padding(front.manifest, front.ssh, front.mldsa, manifest) != manifest.padding_size:
        _stop(Verdict.BROKEN, facts, "padding size")
    layout = lay_out(manifests.members(front.manifest, front.ssh, front.mldsa, manifest))
    expected = header.payload_offset + _NONCE + sealed_size(layout.size)
    if size is None and facts.size < expected:
        _stop(Verdict.INCOMPLETE, facts, "size", expected)
    if size != layout.size:
        _stop(Verdict.BROKEN, facts, "final chunk" if size is None else "size", expected)
    try:
        if plain.fetch(layout.directory_offset, len(layout.directory)) != layout.directory:
            _stop(Verdict.BROKEN, facts, "directory", expected)
        place = layout.places[_BLOCKS_PLACE]
        check_header(plain, place)
        blocks = plain.fetch(place.data, place.member.size)
    except BundleBroken as error:
        _stop(Verdict.BROKEN, facts, str(error.facts["reason"]), expected)
    if hashlib.sha256(blocks).hexdigest() != manifest.blocks.sha256 or zlib.crc32(blocks) != place.member.crc32:
        _stop(Verdict.BROKEN, facts, "block digests", expected)
    return Inside(plain, manifest, layout, blocks)
