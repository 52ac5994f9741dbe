"""The digest of a large entry and its CRC-32, computed behind while the next block is fetched."""

from __future__ import annotations

import hashlib
import zlib
from typing import Self

from briefcase.bundle.blocks import BLOCK
from briefcase.bundle.errors import BundleBroken
from briefcase.seal.pipeline import sink

Signed = tuple[str, int]


class Wholes:
    """Compares whole entries, one after the other, with the SHA-256 and the CRC-32 that were signed.

    A difference is raised at the latest when the block of ``with`` is left.
    """

    def __init__(self, *, threaded: bool) -> None:
        self._sink = sink(self._add, threaded=threaded, size=BLOCK)
        self._signed: Signed = ("", 0)
        self._digest = hashlib.sha256()
        self._crc = 0
        self._room: memoryview | None = None

    def begin(self, sha256: str, crc32: int) -> None:
        """Begin with an entry: 64 hexadecimal digits and a number, as they were signed."""
        self._give(self.room(), 0, (sha256, crc32))

    def room(self) -> memoryview:
        """Return room for one block, the same one again until it is taken.

        Raises:
            BundleBroken: an entry before is not what was signed.
        """
        if self._room is None:
            self._room = self._sink.room()
        return self._room

    def take(self, room: memoryview, length: int) -> None:
        """Add the first *length* bytes of *room*; until the next ``room`` they may be read on, but not changed."""
        self._give(room, length, None)

    def end(self) -> None:
        """Compare the entry."""
        self._give(self.room(), 0, None)

    def _give(self, room: memoryview, length: int, signed: Signed | None) -> None:
        self._room = None
        self._sink.put(room, length, signed)

    def _add(self, data: memoryview, signed: Signed | None) -> None:
        if signed is not None:
            self._signed, self._digest, self._crc = signed, hashlib.sha256(), 0
        elif data:
            self._digest.update(data)
            self._crc = zlib.crc32(data, self._crc)
        elif (self._digest.hexdigest(), self._crc) != self._signed:
            raise BundleBroken(reason="digest of an entry")

    def __enter__(self) -> Self:
        self._sink.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._sink.__exit__(kind, *rest)
