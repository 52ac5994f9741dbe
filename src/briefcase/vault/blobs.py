"""Blobs: files outside the database, each sealed under a key of its own, readable only as verified bytes.

A blob is ``blobs/ab/<32 hex digits>``, a random name, written once: STREAM with AES-256-GCM over chunks of 64 KiB.
Its random key stands in the row, wrapped under the blob subkey of the vault; without the row the file is noise.
SHA-256, CRC-32 and the digests of every MiB are computed while it comes in, for sealing needs them. The order of
writing is temporary name, fsync, rename, fsync of the folder, then the row; what has no row is swept at opening.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from briefcase.disk import sync_folder
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.pipeline import sink
from briefcase.seal.source import read_into
from briefcase.seal.stream import StreamReader, StreamWriter, sealed_size
from briefcase.vault.errors import AttachmentDamaged, AttachmentUnreadable
from briefcase.vault.files import create_private, ensure_room, translated
from briefcase.vault.hashing import blake

FOLDER = "blobs"
BLOCK = 1024 * 1024
KEY = 32
NAME = 16
PART = ".part"
Progress = Callable[[int], None]


def blob_path(folder: Path, name: bytes) -> Path:
    """Return where the blob with the random 16-byte *name* stands."""
    return folder / FOLDER / name.hex()[:2] / name.hex()


def wrapping_key(blobs_key: bytes, name: bytes) -> bytes:
    """Return the key that wraps the key of one blob; it serves that one blob only."""
    return blake(b"briefcase-blob/1" + name, blobs_key)


def wrap(key: bytes, blobs_key: bytes, name: bytes) -> bytes:
    """Return the key of a blob, wrapped: one final STREAM chunk of AES-256-GCM, 48 bytes."""
    out = io.BytesIO()
    with StreamWriter(out, wrapping_key(blobs_key, name), aead="aes256gcm") as writer:
        writer.write(key)
    return out.getvalue()


def unwrap(wrapped: bytes, blobs_key: bytes, name: bytes) -> bytes:
    """Return the key of a blob.

    Raises:
        AttachmentDamaged: the row does not fit this vault.
    """
    try:
        reader = StreamReader(io.BytesIO(wrapped), wrapping_key(blobs_key, name), len(wrapped), aead="aes256gcm")
        return reader.read()
    except PayloadInvalid:
        raise AttachmentDamaged(reason="key") from None


class BlobFile(StreamReader):
    """A seekable file over the plaintext of one blob; every byte it returns was verified. Closing closes the blob."""

    def __init__(self, file: BinaryIO, key: bytes, size_of_ciphertext: int) -> None:
        super().__init__(file, key, size_of_ciphertext, aead="aes256gcm")
        self._blob = file

    def read(self, size: int | None = -1, /) -> bytes:
        """Return *size* bytes, fewer only at the true end.

        Raises:
            AttachmentDamaged: a chunk of the span is damaged or missing.
        """
        try:
            return super().read(size)
        except PayloadInvalid as error:
            raise AttachmentDamaged(reason=str(error.facts.get("reason", ""))) from None

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        """Fill *buffer* with verified bytes; return the count, 0 only at the verified end.

        Raises:
            AttachmentDamaged: the next chunk is damaged or missing.
        """
        try:
            return super().readinto(buffer)
        except PayloadInvalid as error:
            raise AttachmentDamaged(reason=str(error.facts.get("reason", ""))) from None

    def close(self) -> None:
        """Close the view and the blob beneath it."""
        self._blob.close()
        super().close()


@dataclass(frozen=True)
class Digests:
    """What is computed over a file while it comes in."""

    sha256: bytes
    size: int
    crc32: int
    blocks: bytes


class _Digesting:
    """Computes the digests over the blocks that pass by, in order."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._crc = 0
        self._size = 0
        self._blocks = bytearray()

    def add(self, block: memoryview) -> None:
        self._whole.update(block)
        self._crc = zlib.crc32(block, self._crc)
        self._blocks += hashlib.sha256(block).digest()
        self._size += len(block)

    def digests(self) -> Digests:
        return Digests(self._whole.digest(), self._size, self._crc, bytes(self._blocks))


def copy_sealed(stream: BinaryIO, out: StreamWriter, progress: Progress | None, *, threaded: bool = False) -> Digests:
    """Seal *stream* into *out* to its end in one pass and constant memory; return the digests of the plaintext.

    Args:
        stream: read in pieces of a MiB.
        out: written by the caller's thread.
        progress: called with the bytes so far; an exception from it stops.
        threaded: compute the digests in a thread of their own, while the next piece is read and sealed.
    """
    digesting, size, count = _Digesting(), 0, BLOCK
    with sink(digesting.add, threaded=threaded, size=BLOCK) as behind:
        while count == BLOCK:
            room = behind.room()
            try:
                count = read_into(stream, room)
            except OSError as error:
                raise AttachmentUnreadable(reason=type(error).__name__) from error
            if not count:
                break
            behind.put(room, count)
            out.write(room[:count])
            size += count
            if progress is not None:
                progress(size)
    return digesting.digests()


def write_blob(
    folder: Path, stream: BinaryIO, *, size_hint: int, progress: Progress | None
) -> tuple[Path, bytes, Digests]:
    """Seal *stream* into a new file under a temporary name, durably.

    Args:
        folder: of the vault.
        stream: read to its end.
        size_hint: bytes that it will probably have, 0 when unknown; the room is checked before anything is written.
        progress: called with the bytes so far; an exception from it stops and leaves nothing.

    Returns:
        The temporary path, the blob's key (32 bytes), and the digests.

    Raises:
        VaultDiskFull, VaultDiskFailed, VaultReadOnly, AttachmentUnreadable.
    """
    place, key = folder / FOLDER, secrets.token_bytes(KEY)
    temporary = place / (secrets.token_hex(NAME) + PART)
    ensure_room(folder, sealed_size(size_hint))
    try:
        with translated(folder, size_hint):
            place.mkdir(exist_ok=True)
            with os.fdopen(create_private(temporary), "wb", buffering=0) as file:
                with StreamWriter(file, key, aead="aes256gcm") as writer:
                    digests = copy_sealed(stream, writer, progress, threaded=size_hint > BLOCK)
                os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, key, digests


def settle_blob(folder: Path, temporary: Path, name: bytes) -> None:
    """Give a finished blob its name, durably."""
    target = blob_path(folder, name)
    with translated(folder):
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700)
            sync_folder(target.parent.parent)
        temporary.replace(target)
        sync_folder(target.parent)


def open_blob(folder: Path, name: bytes, key: bytes, size: int) -> BlobFile:
    """Open the blob *name* whose plaintext has *size* bytes.

    Raises:
        AttachmentDamaged: it is missing or of another size.
    """
    path = blob_path(folder, name)
    try:
        file = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise AttachmentDamaged(reason="missing") from None
    found = os.fstat(file.fileno()).st_size
    if found != sealed_size(size):
        file.close()
        raise AttachmentDamaged(reason="size")
    return BlobFile(file, key, found)


def remove_blob(folder: Path, name: bytes) -> None:
    """Remove the file of a blob whose row is gone."""
    with translated(folder):
        blob_path(folder, name).unlink(missing_ok=True)


def sweep(folder: Path, is_known: Callable[[bytes], bool]) -> int:
    """Remove blobs without a row and unfinished ones, left by a crash; return how many."""
    place, swept = folder / FOLDER, 0
    if not place.is_dir():
        return 0
    with translated(folder):
        for path in place.rglob("*"):
            if path.is_dir() or path.is_symlink():
                continue
            if path.suffix == PART or not (is_blob_name(path.name) and is_known(bytes.fromhex(path.name))):
                path.unlink()
                swept += 1
    return swept


def is_blob_name(text: str) -> bool:
    """Return whether a file name is that of a blob: 32 hex digits."""
    return len(text) == 2 * NAME and all(digit in "0123456789abcdef" for digit in text)
