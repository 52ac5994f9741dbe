"""Looking at attached files: always as pixels made by the limited process, never as the file itself.

Every source here hands out verified bytes only, and is used by one thread at a time.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Final, cast

from briefcase.records.kinds import Document
from briefcase.services.errors import NothingAttached
from briefcase.services.receiving import Received
from briefcase.services.session import Session
from briefcase.viewer import picture
from briefcase.viewer.picture import Limits, Picture

SHOWN: Final = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp", "image/tiff")
"""Media types that can be shown, as ``services.media.sniff`` names them."""

_OWN: Final = Limits(pages=100_000)


class OwnPdf(io.BytesIO):
    """A PDF that this program has just set: the limit on the number of pages is not meant for it."""


def can_show(media_type: str) -> bool:
    """Say whether files of this type can be shown; the first bytes of the file decide in the end."""
    return media_type.partition(";")[0].strip().lower() in SHOWN


def attachment(session: Session, document: Document) -> BinaryIO:
    """Open the file of a document record in the vault: seekable, every byte verified before it is given out.

    Raises:
        NothingAttached: the record has no file.
        AttachmentUnknown, AttachmentDamaged: see ``vault.attachments``.
    """
    if not document.sha256:
        raise NothingAttached
    session.saw(document.id, "files")
    return cast("BinaryIO", session.vault.attachments.open(document.sha256))


def bundle_attachment(received: Received, document: Document) -> BinaryIO:
    """Open the file of a document record in a bundle: seekable, every block verified before it is given out.

    Raises:
        NothingAttached: the record has no file.
        BundleNotReadable: the verdict does not allow it.
        BundleNoEntry: the record came without its file.
        BundleBroken: its header in the archive is not the signed one; later, when a damaged block is read.
    """
    if not document.sha256:
        raise NothingAttached
    return received.open_attachment(document)


def pdf_source(data: bytes) -> BinaryIO:
    """Return a PDF of our own that is held in memory as a source."""
    return OwnPdf(data)


def pages_of(source: BinaryIO) -> int:
    """Return how many pages the file has; an image of one frame has one.

    Raises:
        ViewerError: one of its children, said in words; also what *source* raises over a damaged block.
    """
    return picture.pages(source)


def render(source: BinaryIO, page: int, width_px: int) -> Picture:
    """Return a page (from 0) in the wanted width, or narrower where 4000 pixels of height would not do.

    Raises:
        ViewerError: one of its children, said in words; also what *source* raises over a damaged block.
    """
    return picture.render(source, page, width_px, limits=_OWN if isinstance(source, OwnPdf) else picture.DEFAULT)
