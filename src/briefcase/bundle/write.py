"""Sealing: released views and attachments in, one verified file on the stick out, in one pass over the attachments."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from briefcase.bundle import approvals, page, paths, records_text
from briefcase.bundle import label as labels
from briefcase.bundle import manifest as manifests
from briefcase.bundle.approvals import content_digest
from briefcase.bundle.archive import Layout, lay_out
from briefcase.bundle.blocks import BLOCK, DIGEST, block_count, digests_of
from briefcase.bundle.content import AttachmentSource, BundleContent, SealedFile
from briefcase.bundle.errors import AttachmentChanged, BundleContentRefused
from briefcase.bundle.forms import PADDING_DIGITS, VERSION, Addressee, Sender
from briefcase.bundle.manifest import Banner, Digests, Entry, Manifest
from briefcase.bundle.medium import Cancel, Progress
from briefcase.bundle.sealing import Feed, Held, hold_file, new_name, recipients_of
from briefcase.errors import BriefcaseError
from briefcase.records import lattice
from briefcase.records.fields import protected_fields
from briefcase.records.kinds import Document, TearLine, kind_of
from briefcase.records.record import Record
from briefcase.seal.card import SUITE, Card
from briefcase.seal.identity import Identity
from briefcase.seal.source import read_into

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\Z")
_MEDIA_TYPES = (
    ("application/jsonl", paths.RECORDS),
    ("application/jsonl", paths.COMMITMENTS),
    ("application/xml", paths.LABEL),
    ("text/html", paths.PAGE),
)
Piece = bytes | AttachmentSource | int  # content, an attachment to be read, or so many zero bytes


@dataclass(frozen=True)
class _Sealed:
    """A bundle that is ready to be written: where everything stands, and what stands there."""

    manifest: Manifest
    manifest_bytes: bytes
    layout: Layout
    pieces: tuple[Piece, ...]


def write_bundle(
    folder: Path,
    content: BundleContent,
    sender: Identity,
    recipients: Sequence[Card],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SealedFile:
    """Seal *content* for *recipients* into a new file in *folder*: ``hold_bundle`` and its release at once."""
    path = folder / new_name()
    sealed, held = hold_bundle(path, content, sender, recipients, progress=progress, cancel=cancel)
    held.release()
    return sealed


def hold_bundle(
    path: Path,
    content: BundleContent,
    sender: Identity,
    recipients: Sequence[Card],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[SealedFile, Held]:
    """Seal *content* for *recipients* onto a medium up to the point from which it could be opened.

    What was sealed is to be written down before ``Held.release`` is called. Nothing stays behind on any failure.

    Args:
        path: of the new file (see ``sealing.new_name``); its folder must exist.
        content: see ``BundleContent``.
        sender: signs; he is a recipient only when his card is among *recipients*.
        recipients: 1 to 64 cards; a card that stands twice counts once.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.

    Raises:
        BundleRecipientsRefused, BundleContentRefused: nothing was begun.
        AttachmentChanged: an attachment is not what its digests say.
        BundleCancelled: the officer stopped.
        MediumFull, MediumFileLimit, MediumReadOnly, MediumFailed, ReadBackFailed: about the stick.
    """
    cards = recipients_of(recipients)
    sealed = _seal(content, sender, cards)
    held = hold_file(
        path, sealed.layout.size, cards, lambda feed: _fill(feed, sealed), progress=progress, cancel=cancel
    )
    return SealedFile(
        path=path,
        bundle_id=sealed.manifest.bundle_id,
        manifest_sha256=hashlib.sha256(sealed.manifest_bytes).hexdigest(),
        size=held.size,
        recipients=tuple(each.fingerprint for each in sealed.manifest.recipients),
    ), held


def _fill(feed: Feed, sealed: _Sealed) -> None:
    for place, piece in zip(sealed.layout.places, sealed.pieces, strict=True):
        feed.write(place.header)
        if isinstance(piece, bytes):
            feed.write(piece)
        elif isinstance(piece, int):
            feed.zeros(piece)
        else:
            _attachment(feed, piece)
    feed.write(sealed.layout.directory)


def content_to_approve(content: BundleContent, recipients: Sequence[Card]) -> str:
    """Return the digest that a second officer approves before *content* is sealed for *recipients*.

    Raises:
        BundleRecipientsRefused, BundleContentRefused: it could not be sealed.
    """
    _check(content)
    records = records_text.write((*content.views, *content.tear_lines)).records
    addressed = [card.fingerprint for card in recipients_of(recipients)]
    return content_digest(hashlib.sha256(records).hexdigest(), content.purpose, content.caveat, addressed)


def _check(content: BundleContent) -> None:
    """Refuse what must never be written, whatever was decided about it.

    Raises:
        BundleContentRefused: with the reason in a word.
    """
    every = (*content.views, *content.tear_lines)
    named = {record.sha256 for record in content.views if isinstance(record, Document)}
    refusals = {
        "no record": not every,
        "a record twice": len({record.id for record in every}) != len(every),
        "tear-lines among the records": any(isinstance(record, TearLine) for record in content.views),
        "protected fields": any(_shows_protected(record) for record in every),
        "attachments without a document": any(each.sha256 not in named for each in content.attachments),
        "a document without its file": bool(named - {each.sha256 for each in content.attachments} - {""}),
        "an attachment twice": len({each.sha256 for each in content.attachments}) != len(content.attachments),
        "too many attachments": len(content.attachments) + len(paths.FIXED) > manifests.ENTRIES_LIMIT,
        "attachment digests": any(not _has_all_blocks(each) for each in content.attachments),
    }
    for reason, refused in refusals.items():
        if refused:
            raise BundleContentRefused(reason=reason)


def _shows_protected(record: Record) -> bool:
    return bool(protected_fields(kind_of(record)) & msgspec.to_builtins(record).keys())


def _has_all_blocks(source: AttachmentSource) -> bool:
    return len(source.blocks) == block_count(source.size) and all(len(each) == DIGEST for each in source.blocks)


def _seal(content: BundleContent, sender: Identity, cards: tuple[Card, ...]) -> _Sealed:
    _check(content)
    every = (*content.views, *content.tear_lines)
    text = _records_text(every)
    banner = lattice.banner(lattice.join_records(every, content.pack), content.pack)
    draft = Manifest(
        format=manifests.FORMAT,
        suite=SUITE,
        version=VERSION,
        critical=(),
        extensions={},
        bundle_id=secrets.token_hex(16),
        created=content.created,
        sequence=content.sequence,
        previous=content.previous,
        audit_head=content.audit_head,
        approvals=content.approvals,
        consents=content.consents,
        tear_lines=text.tear_lines,
        sender=Sender(sender.card.name, sender.card.agency, sender.fingerprint),
        recipients=tuple(Addressee(card.name, card.fingerprint) for card in cards),
        purpose=content.purpose,
        caveat=content.caveat,
        pack_sha256=content.pack.sha256,
        label=labels.of_records(every, content.pack),
        banner=Banner(banner.line1, banner.line2, banner.foreground, banner.background),
        records=text.count,
        records_root=text.root,
        entries=(),
        blocks=Digests(0, "0" * 64, "0" * 8),
        padding="0" * PADDING_DIGITS,
    )
    html = page.render(draft, content.views, content.tear_lines, content.attachments)
    own = (text.records, text.commitments, labels.label_xml(draft.label, content.created), html)
    return _signed(draft, own, sorted(content.attachments, key=lambda each: each.sha256), sender)


def _signed(
    draft: Manifest, own: Sequence[bytes], attachments: Sequence[AttachmentSource], sender: Identity
) -> _Sealed:
    """Fill in entries, blocks and padding, sign, and lay everything out."""
    entries = [
        Entry(path, len(data), hashlib.sha256(data).hexdigest(), f"{zlib.crc32(data):08x}", media_type)
        for data, (media_type, path) in zip(own, _MEDIA_TYPES, strict=True)
    ]
    entries += [
        Entry(paths.ATTACHMENTS + each.sha256, each.size, each.sha256, f"{each.crc32:08x}", _media_type(each))
        for each in attachments
    ]
    blocks = b"".join((*map(digests_of, own), *(digest for each in attachments for digest in each.blocks)))
    digests = Digests(len(blocks), hashlib.sha256(blocks).hexdigest(), f"{zlib.crc32(blocks):08x}")
    unpadded = msgspec.structs.replace(draft, entries=tuple(entries), blocks=digests)
    signatures = sender.sign("bundle", unpadded.to_canonical())
    padding = manifests.right_padding(unpadded.to_canonical(), *signatures, unpadded)
    final = msgspec.structs.replace(unpadded, padding=f"{padding:0{PADDING_DIGITS}d}")
    data = final.to_canonical()
    _check_readable(data, sender.card)
    ssh, mldsa = sender.sign("bundle", data)
    layout = lay_out(manifests.members(data, ssh, mldsa, final))
    return _Sealed(final, data, layout, (data, ssh, mldsa, blocks, *own, *attachments, padding))


def _check_readable(data: bytes, sender: Card) -> None:
    """Refuse to sign what our own reader would refuse."""
    if len(data) > manifests.MANIFEST_LIMIT:
        raise BundleContentRefused(reason="manifest too long")
    try:
        manifest = manifests.decode(data)
        approvals.judge(manifest.approvals, sender, (), manifest.created)
    except BriefcaseError as error:
        raise BundleContentRefused(reason=str(error.facts.get("reason", error.code))) from None


def _records_text(every: Sequence[Record]) -> records_text.RecordsText:
    """Return the texts of *every*; refuse what our own reader would call broken, whatever the kinds let through.

    Raises:
        BundleContentRefused: with the reason in a word.
    """
    try:
        text = records_text.write(every)
        _records, root = records_text.read(text.records, text.commitments)
    except BriefcaseError as error:
        raise BundleContentRefused(reason=str(error.facts.get("reason", error.code))) from None
    if root != text.root:
        raise BundleContentRefused(reason="records root")
    return text


def _media_type(source: AttachmentSource) -> str:
    lowered = source.media_type.lower()
    return lowered if _MEDIA_TYPE.match(lowered) else "application/octet-stream"


class _Blocks:
    """Compares what passes by with the digests of its blocks; of an authenticated source only its size."""

    def __init__(self, source: AttachmentSource, changed: AttachmentChanged) -> None:
        self._source = source
        self._changed = changed
        self._digest = hashlib.sha256()
        self._number = 0
        self._held = 0
        self._crc = 0

    def see(self, data: memoryview) -> None:
        if self._source.authenticated:
            return
        self._crc = zlib.crc32(data, self._crc)
        while data:
            part = data[: BLOCK - self._held]
            self._digest.update(part)
            self._held += len(part)
            data = data[len(part) :]
            if self._held == BLOCK:
                self._compare()

    def _compare(self) -> None:
        if self._digest.digest() != self._source.blocks[self._number]:
            raise self._changed
        self._digest, self._held, self._number = hashlib.sha256(), 0, self._number + 1

    def end(self) -> None:
        if self._held:
            self._compare()
        if not self._source.authenticated and self._crc != self._source.crc32:
            raise self._changed


def _attachment(feed: Feed, source: AttachmentSource) -> None:
    """Feed an attached file, exactly as long as it is to be.

    Raises:
        AttachmentChanged: it is shorter, longer, or not what its digests say.
    """
    changed = AttachmentChanged(name=source.sha256[:16])
    blocks, left = _Blocks(source, changed), source.size
    with contextlib.closing(_opened(source, changed)) as file:
        while left:
            room = feed.room()[:left]
            count = _read(file, room, changed)
            if not count:
                raise changed
            blocks.see(room[:count])
            feed.filled(count)
            left -= count
        blocks.end()
        if _read(file, memoryview(bytearray(1)), changed):
            raise changed


def _opened(source: AttachmentSource, changed: AttachmentChanged) -> BinaryIO:
    try:
        return source.open()
    except OSError:  # a failing source is not a failing stick
        raise changed from None


def _read(file: BinaryIO, view: memoryview, changed: AttachmentChanged) -> int:
    try:
        return read_into(file, view)
    except OSError:
        raise changed from None
