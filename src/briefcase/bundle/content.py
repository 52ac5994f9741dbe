"""What goes into a bundle, as plain values: released views, tear-lines, attachments and what the sender says of them.

Nothing here decides about release; what stands here is written, and nothing else is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from briefcase.bundle.approvals import SignedApproval
from briefcase.bundle.manifest import Consent
from briefcase.records.kinds import TearLine
from briefcase.records.packs import Pack
from briefcase.records.record import Record


@dataclass(frozen=True, slots=True)
class AttachmentSource:
    """An attached file, its digests known from the moment it entered the vault.

    Attributes:
        sha256: 64 hexadecimal digits.
        size: in bytes.
        crc32: of the whole.
        blocks: SHA-256 (32 bytes each) of its blocks of 1 MiB, the last one shorter; none when it is empty.
        media_type: such as ``application/pdf``.
        open: gives a binary file at its beginning; it is closed after reading.
        authenticated: whether what ``open`` gives is verified by its own storage to be the very bytes over which these
            digests were computed; if not, every block is compared with its digest while it is sealed.
    """

    sha256: str
    size: int
    crc32: int
    blocks: Sequence[bytes]
    media_type: str
    open: Callable[[], BinaryIO]
    authenticated: bool = False


@dataclass(frozen=True, slots=True)
class BundleContent:
    """Everything that one file is made from.

    Attributes:
        views: released views of records, in any order; no tear-line among them.
        tear_lines: as they leave, without what they stand for.
        attachments: those that a document among the views names; others are refused.
        pack: under which it was cleared; ranks the levels and gives the banner.
        purpose: what it is handed over for.
        caveat: handling instructions in words; may be empty.
        sequence: counts the bundles to exactly this set of recipients, from 1 (see ``manifest.channel``).
        previous: SHA-256 of the manifest before it in the same channel; empty when ``sequence`` is 1.
        audit_head: head of the sender's audit chain, 64 hexadecimal digits or empty.
        created: UTC, ISO 8601.
        approvals: of second officers.
        consents: that were relied on.
    """

    views: Sequence[Record]
    pack: Pack
    purpose: str
    created: str
    tear_lines: Sequence[TearLine] = ()
    attachments: Sequence[AttachmentSource] = ()
    caveat: str = ""
    sequence: int = 1
    previous: str = ""
    audit_head: str = ""
    approvals: tuple[SignedApproval, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A bundle that stands on its medium, read back and found right.

    Attributes:
        path: of the file, an opaque name that ends in ``.brief``.
        bundle_id: as in the manifest.
        manifest_sha256: of the manifest's bytes; the ``previous`` of the next one in the channel.
        size: of the file in bytes.
        recipients: fingerprints, ascending.
    """

    path: Path
    bundle_id: str
    manifest_sha256: str
    size: int
    recipients: tuple[str, ...]
