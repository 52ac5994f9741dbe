"""The attachments of a vault: one row a file by SHA-256, counted when the same file comes in again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from briefcase.records.ids import now
from briefcase.vault.audit import Audit
from briefcase.vault.blobs import (
    NAME,
    BlobFile,
    Progress,
    open_blob,
    remove_blob,
    settle_blob,
    sweep,
    unwrap,
    wrap,
    write_blob,
)
from briefcase.vault.database import Database, Row
from briefcase.vault.errors import AttachmentUnknown, VaultReadOnly
from briefcase.vault.values import Attachment

DIGEST = 32
_SELECT = "SELECT sha256, size, crc32, blocks, media_type, blob, wrapped, uses, added FROM attachment"
_INSERT = (
    "INSERT INTO attachment (sha256, size, crc32, blocks, media_type, blob, wrapped, uses, added, audit)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"
)


@dataclass(frozen=True)
class Stored:
    """A row of the table: what callers see, and the blob's random name and wrapped key."""

    attachment: Attachment
    name: bytes
    wrapped: bytes


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _stored(row: Row) -> Stored:
    blocks = _bytes(row[3])
    attachment = Attachment(
        sha256=_bytes(row[0]).hex(),
        size=int(row[1] or 0),
        crc32=int(row[2] or 0),
        blocks=tuple(blocks[at : at + DIGEST] for at in range(0, len(blocks), DIGEST)),
        media_type=str(row[4]),
        uses=int(row[7] or 0),
        added=str(row[8]),
    )
    return Stored(attachment, _bytes(row[5]), _bytes(row[6]))


class Attachments:
    """The attached files of one vault, by SHA-256 (64 hex digits)."""

    def __init__(self, database: Database, audit: Audit, blobs_key: bytes) -> None:
        self._database = database
        self._audit = audit
        self._key = blobs_key

    @property
    def _folder(self) -> Path:
        return self._database.folder

    def add(
        self,
        stream: BinaryIO,
        *,
        actor: str,
        media_type: str = "application/octet-stream",
        about: str = "",
        size_hint: int = 0,
        progress: Progress | None = None,
    ) -> Attachment:
        """Take in a file: one pass, constant memory, durable before it is known.

        Args:
            stream: any binary file or pipe, read to its end.
            actor: who attaches it.
            media_type: as the caller determined it; not believed when it is shown.
            about: id of the record it is attached to, for the audit entry.
            size_hint: bytes it will probably have, so that a full disk is noticed first.
            progress: called with the bytes so far; an exception from it stops and leaves nothing.

        Raises:
            VaultDiskFull, VaultDiskFailed, VaultReadOnly, AttachmentUnreadable.
        """
        if self._database.read_only:
            raise VaultReadOnly
        temporary, key, digests = write_blob(self._folder, stream, size_hint=size_hint, progress=progress)
        try:
            with self._database.transaction():
                number = self._audit.next_number()
                known = self._row(digests.sha256.hex())
                name = known.name if known else secrets.token_bytes(NAME)
                if known:
                    self._database.run("UPDATE attachment SET uses = uses + 1 WHERE sha256 = ?", (digests.sha256,))
                else:
                    settle_blob(self._folder, temporary, name)
                    wrapped = wrap(key, self._key, name)
                    self._database.run(
                        _INSERT,
                        (
                            *(digests.sha256, digests.size, digests.crc32, digests.blocks, media_type, name),
                            *(wrapped, now(), number),
                        ),
                    )
                # By its random name: a digest of the content would outlive a purge in the chain.
                detail: dict[str, object] = {"blob": name.hex(), "size": digests.size, "again": known is not None}
                self._audit.append("attachment.add", about, detail, actor=actor)
        finally:
            temporary.unlink(missing_ok=True)
        return self.need(digests.sha256.hex())

    def meta(self, sha256: str) -> Attachment | None:
        """Return what is known of an attached file, or None."""
        stored = self._row(sha256)
        return stored.attachment if stored else None

    def need(self, sha256: str) -> Attachment:
        """Return what is known of an attached file.

        Raises:
            AttachmentUnknown: there is none with this digest.
        """
        return self._stored(sha256).attachment

    def _row(self, sha256: str) -> Stored | None:
        try:
            raw = bytes.fromhex(sha256)
        except ValueError:
            return None
        row = self._database.one(f"{_SELECT} WHERE sha256 = ?", (raw,))
        return _stored(row) if row else None

    def _stored(self, sha256: str) -> Stored:
        stored = self._row(sha256)
        if stored is None:
            raise AttachmentUnknown
        return stored

    def open(self, sha256: str) -> BlobFile:
        """Open an attached file: seekable, and no byte is returned that was not verified.

        Raises:
            AttachmentUnknown: there is none with this digest.
            AttachmentDamaged: its blob is missing or of another size; later, when a damaged chunk is read.
        """
        return self._open(self._stored(sha256))

    def _open(self, stored: Stored) -> BlobFile:
        key = unwrap(stored.wrapped, self._key, stored.name)
        return open_blob(self._folder, stored.name, key, stored.attachment.size)

    def release(self, sha256: str, *, actor: str) -> None:
        """Give up one use of a file; with the last one its key and its blob are gone for good.

        Raises:
            AttachmentUnknown: there is none with this digest.
        """
        stored = self._stored(sha256)
        raw = bytes.fromhex(sha256)
        with self._database.transaction():
            if stored.attachment.uses > 1:
                self._database.run("UPDATE attachment SET uses = uses - 1 WHERE sha256 = ?", (raw,))
            else:
                self.forget(sha256)
            self._audit.append("attachment.release", stored.name.hex(), actor=actor)

    def forget(self, sha256: str) -> None:
        """Delete a file's key, and after the running transaction its blob; the caller enters it in the chain.

        Raises:
            AttachmentUnknown: there is none with this digest.
        """
        stored = self._stored(sha256)
        self._database.run("DELETE FROM attachment WHERE sha256 = ?", (bytes.fromhex(sha256),))
        self._database.after_commit(lambda: remove_blob(self._folder, stored.name))

    def count(self, sha256: str, uses: int) -> None:
        """Say that a file is attached *uses* times from now on, after others were purged."""
        self._database.run("UPDATE attachment SET uses = ? WHERE sha256 = ?", (uses, bytes.fromhex(sha256)))

    def all(self) -> Iterator[Stored]:
        """Yield every row, for checks and copies."""
        for row in self._database.stream(f"{_SELECT} ORDER BY added, sha256"):
            yield _stored(row)

    def open_stored(self, stored: Stored) -> BlobFile:
        """Open the blob of a row that ``all`` returned."""
        return self._open(stored)

    def sweep(self) -> int:
        """Remove what a crash left among the blobs; return how many files."""
        return sweep(self._folder, self._is_known)

    def _is_known(self, name: bytes) -> bool:
        return self._database.one("SELECT 1 FROM attachment WHERE blob = ?", (name,)) is not None
