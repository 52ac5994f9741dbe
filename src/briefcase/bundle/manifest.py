"""The manifest: the one signed text from which every other byte of a bundle follows or by whose digests it is checked.

Canonical JSON (``seal.canonical``): duplicate keys, floats and any other spelling are refused. Unknown suites, formats
and critical extensions are refused with the version that reads them; extensions that are not critical are kept.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from briefcase.bundle import approvals, paths
from briefcase.bundle.approvals import SignedApproval
from briefcase.bundle.archive import Member, pad, padding_for
from briefcase.bundle.blocks import DIGEST, block_count
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.forms import (
    LARGEST,
    Addressees,
    Counter,
    Critical,
    Extensions,
    Form,
    Hex8,
    Hex32,
    Hex64,
    Line,
    OptionalHex64,
    Padded,
    Sender,
    Size,
    VersionText,
    Words,
    check_supported,
    in_order,
)
from briefcase.bundle.label import BundleLabel
from briefcase.errors import BriefcaseError
from briefcase.seal import canonical
from briefcase.seal.card import check_time

FORMAT: Final = "briefcase-bundle/1"
MANIFEST: Final = "briefcase/manifest.json"
SSH_SIGNATURE: Final = "briefcase/manifest.json.sig"
MLDSA_SIGNATURE: Final = "briefcase/manifest.json.mldsa"
BLOCKS: Final = "briefcase/blocks.bin"
MANIFEST_LIMIT: Final = 16 * 1024 * 1024
ENTRIES_LIMIT: Final = 100_000
FIXED_LIMIT: Final = 128 * 1024 * 1024


class Entry(Form, frozen=True):
    """One file inside: its path, size in bytes, SHA-256, CRC-32 (8 hex digits) and media type."""

    path: Annotated[str, Meta(max_length=paths.LONGEST)]
    size: Size
    sha256: Hex64
    crc32: Hex8
    media_type: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\Z")]


class Digests(Form, frozen=True):
    """Size and digests of ``blocks.bin``."""

    size: Size
    sha256: Hex64
    crc32: Hex8


class Banner(Form, frozen=True):
    """The marking as the sender's pack shows it: two lines and the colours, ``#RRGGBB``; his words, not recomputed."""

    line1: Line
    line2: Line
    foreground: Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}\Z")]
    background: Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}\Z")]


class Consent(Form, frozen=True):
    """A consent that was relied on.

    ``serial`` is the message id of the consent, ``originator`` the fingerprint of the card that signed it, ``sha256``
    that of its signed text, byte for byte.
    """

    serial: Hex32
    originator: Hex64
    sha256: Hex64


class Manifest(Padded, frozen=True):
    """What the sender signed.

    Attributes:
        format: ``briefcase-bundle/1``.
        suite: the algorithms, as on the card.
        version: the oldest version of the program that reads this bundle.
        critical: names of ``extensions`` that a reader must know.
        extensions: by name, what later versions add; the entry ``extensions/<name>`` belongs to the one of its name.
        bundle_id: 128 random bits in hexadecimal.
        created: UTC, ISO 8601.
        sequence: counts the sender's bundles to exactly this set of recipients, from 1.
        previous: SHA-256 of the manifest of the bundle before it to the same set; empty for the first.
        audit_head: head of the sender's audit chain; may be empty.
        approvals: of second officers.
        consents: that were relied on.
        tear_lines: ids of the records that are tear-lines, in the order of ``records.jsonl``.
        sender: who signed.
        recipients: to whom it is sealed, ascending by fingerprint.
        purpose: what it is handed over for.
        caveat: handling instructions in words.
        pack_sha256: of the agency pack under which it was cleared.
        label: collected from the records.
        banner: the sender's words for the label.
        records: how many lines ``records.jsonl`` has, tear-lines included.
        records_root: root over the records' commitments.
        entries: in the order of the archive.
        blocks: of ``blocks.bin``.
    """

    format: str
    suite: str
    version: VersionText
    critical: Critical
    extensions: Extensions
    bundle_id: Hex32
    created: str
    sequence: Counter
    previous: OptionalHex64
    audit_head: OptionalHex64
    approvals: Annotated[tuple[SignedApproval, ...], Meta(max_length=approvals.LIMIT)]
    consents: Annotated[tuple[Consent, ...], Meta(max_length=1000)]
    tear_lines: tuple[Annotated[str, Meta(max_length=36)], ...]
    sender: Sender
    recipients: Addressees
    purpose: Words
    caveat: Words
    pack_sha256: Hex64
    label: BundleLabel
    banner: Banner
    records: Size
    records_root: Hex64
    entries: Annotated[tuple[Entry, ...], Meta(max_length=ENTRIES_LIMIT)]
    blocks: Digests


def channel(sender: str, recipients: Sequence[str]) -> str:
    """Return the name (64 hex digits) of the series of bundles from one sender to exactly one set of recipients.

    ``sequence`` and ``previous`` count inside it, so that nobody learns what another recipient got without him.
    """
    text = canonical.encode(["briefcase-channel-v1", sender, sorted(set(recipients))])
    return hashlib.sha256(text).hexdigest()


def decode(data: bytes) -> Manifest:
    """Return the manifest of bytes whose signatures were verified.

    Raises:
        BundleUnsupported: it needs a newer version.
        BundleBroken: malformed, or its parts contradict each other.
    """
    try:
        value = canonical.decode(data, limit=MANIFEST_LIMIT)
    except BriefcaseError:
        raise BundleBroken(reason="manifest JSON") from None
    if not isinstance(value, dict):
        raise BundleBroken(reason="manifest")
    check_supported(value, FORMAT)
    approvals.check_supported_all(value.get("approvals"), value.get("version"))
    try:
        found = msgspec.convert(value, Manifest)
    except (msgspec.ValidationError, RecursionError):
        raise BundleBroken(reason="manifest fields") from None
    if fault := _fault(found):
        raise BundleBroken(reason=fault)
    return found


def _fault(manifest: Manifest) -> str:
    """Return which parts of a manifest contradict each other, in a word, or an empty text."""
    counted = sum(block_count(entry.size) for entry in manifest.entries)
    faults = {
        "created": not check_time(manifest.created),
        "previous": (manifest.sequence == 1) != (not manifest.previous),
        "recipients": not in_order(manifest.recipients),
        "tear-lines": len(set(manifest.tear_lines)) != len(manifest.tear_lines),
        "label": any(not each.levels for each in manifest.label.levels),
        "blocks": manifest.blocks.size != counted * DIGEST,
        "total size": sum(entry.size for entry in manifest.entries) > LARGEST,
    }
    broken = next((reason for reason, wrong in faults.items() if wrong), "")
    broken = broken or paths.paths_fault(entry.path for entry in manifest.entries) or _entry_fault(manifest)
    return broken or _approval_fault(manifest)


def _approval_fault(manifest: Manifest) -> str:
    recipients = [each.fingerprint for each in manifest.recipients]
    records = manifest.entries[0].sha256
    content = approvals.content_digest(records, manifest.purpose, manifest.caveat, recipients)
    return approvals.fault(manifest.approvals, content, manifest.sender.fingerprint, recipients)


def _entry_fault(manifest: Manifest) -> str:
    """Return why an entry is not one of its kind: what is read whole is bounded, the rest is named for what it is."""
    for entry in manifest.entries:
        if entry.path in paths.FIXED and entry.size > FIXED_LIMIT:
            return "size of a fixed entry"
        if entry.path.startswith(paths.ATTACHMENTS) and entry.path != paths.ATTACHMENTS + entry.sha256:
            return "attachment name"
        if entry.path.startswith(paths.EXTENSIONS) and entry.path[len(paths.EXTENSIONS) :] not in manifest.extensions:
            return "entry without its extension"
    return ""


def members(manifest_bytes: bytes, ssh: bytes, mldsa: bytes, manifest: Manifest) -> tuple[Member, ...]:
    """Return the members of the archive in order, the padding as the manifest says."""
    return pad(_unpadded(manifest_bytes, ssh, mldsa, manifest), manifest.padding_size)


def right_padding(manifest_bytes: bytes, ssh: bytes, mldsa: bytes, manifest: Manifest) -> int:
    """Return how long the padding of this manifest has to be; its own field does not matter, for its width is fixed."""
    return padding_for(_unpadded(manifest_bytes, ssh, mldsa, manifest))


def _unpadded(manifest_bytes: bytes, ssh: bytes, mldsa: bytes, manifest: Manifest) -> tuple[Member, ...]:
    front = ((MANIFEST, manifest_bytes), (SSH_SIGNATURE, ssh), (MLDSA_SIGNATURE, mldsa))
    return (
        *(Member(name, len(data), zlib.crc32(data)) for name, data in front),
        Member(BLOCKS, manifest.blocks.size, int(manifest.blocks.crc32, 16)),
        *(Member(entry.path, entry.size, int(entry.crc32, 16)) for entry in manifest.entries),
    )
