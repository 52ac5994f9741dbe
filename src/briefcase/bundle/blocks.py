"""Digests of 1 MiB blocks, and a file object that verifies every block before it gives out a byte of it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Final

from briefcase.bundle.errors import BundleBroken

BLOCK: Final = 1024 * 1024
DIGEST: Final = 32


def block_count(size: int) -> int:
    """Return how many blocks an entry of *size* bytes has; none when it is empty."""
    return -(-size // BLOCK)


def digests_of(data: bytes) -> bytes:
    """Return the SHA-256 digests of the blocks of *data*, one after the other."""
    view = memoryview(data)
    return b"".join(hashlib.sha256(view[start : start + BLOCK]).digest() for start in range(0, len(data), BLOCK))


class BlockReader(io.RawIOBase):
    """One entry as a seekable, read-only file; a byte comes out only after its whole block was verified.

    Args:
        fetch: fills a view exactly from an offset of the entry, or raises.
        size: of the entry in bytes.
        digests: of its blocks, 32 bytes each.
    """

    def __init__(self, fetch: Callable[[int, memoryview], None], size: int, digests: bytes) -> None:
        super().__init__()
        self._fetch = fetch
        self._size = size
        self._digests = digests
        self._position = 0
        self._loaded = -1
        self._block = memoryview(b"")

    @property
    def size(self) -> int:
        """Size of the entry in bytes."""
        return self._size

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the entry."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; return the new position.

        Raises:
            ValueError: the position would be negative.
        """
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}.get(whence, self._size)
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._position = base + offset
        return self._position

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("read of a closed entry")

    def _verified(self, index: int, view: memoryview) -> None:
        """Fill *view*, as long as block *index*, with that block; nothing stays in it that was not verified."""
        self._fetch(index * BLOCK, view)
        if hashlib.sha256(view).digest() != self._digests[index * DIGEST : (index + 1) * DIGEST]:
            view[:] = bytes(len(view))
            raise BundleBroken(reason="block")

    def _load(self, index: int) -> memoryview:
        if index != self._loaded:
            self._loaded = -1
            length = min(BLOCK, self._size - index * BLOCK)
            if len(self._block) != length:
                self._block = memoryview(bytearray(length))
            self._verified(index, self._block)
            self._loaded = index
        return self._block

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        """Fill *buffer* up to the end of the block at the position; return the count, 0 at the end.

        Raises:
            BundleBroken: the block is not the one that was signed.
        """
        self._check_open()
        view = memoryview(buffer).cast("B")
        if not len(view) or self._position >= self._size:
            return 0
        index, inside = divmod(self._position, BLOCK)
        length = min(BLOCK, self._size - index * BLOCK)
        if inside == 0 and len(view) >= length and index != self._loaded:
            self._verified(index, view[:length])
        else:
            part = self._load(index)[inside : inside + len(view)]
            length = len(part)
            view[:length] = part
        self._position += length
        return length

    def read(self, size: int | None = -1, /) -> bytes:
        """Return *size* bytes, fewer only at the end; all of the rest when *size* is negative or None.

        Raises:
            BundleBroken: a block of the span is not the one that was signed; the position stays.
        """
        self._check_open()
        left = max(0, self._size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        data, start = bytearray(wanted), self._position
        filled = 0
        try:
            while filled < wanted:
                filled += self.readinto(memoryview(data)[filled:])
        except BundleBroken:
            self._position = start
            raise
        return bytes(data)

    def readall(self) -> bytes:
        """Return everything from the position to the end."""
        return self.read(-1)
