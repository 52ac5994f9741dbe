"""The verified plaintext of a sealed file: exact spans of it, and its first members; a fault is said as a bundle's."""

from __future__ import annotations

import contextlib
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from briefcase.bundle.archive import Member, Place, local_header
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.kind import Kind, kind_of
from briefcase.bundle.medium import translated
from briefcase.seal.age import Reader
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.source import read_into

_FIXED = 30
_SIZE_AT = 22
_SSH_LIMIT, _MLDSA_LIMIT = 4096, 8192


def _need(fits: bool, reason: str) -> None:  # noqa: FBT001 - a condition
    if not fits:
        raise BundleBroken(reason=reason)


class Plain:
    """Authenticated plaintext by offset; safe to use from several threads, one at a time inside."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()

    def size(self) -> int:
        """Return the size of the plaintext; the final chunk is verified.

        Raises:
            PayloadInvalid: it is missing or damaged.
            MediumFailed: the medium failed.
        """
        with self._lock:
            try:
                return self._reader.size
            except OSError as error:
                raise translated(error) from None

    def fetch(self, offset: int, length: int) -> bytes:
        """Return exactly *length* bytes from *offset*.

        Raises:
            BundleBroken: a chunk is damaged, or the plaintext ends before.
            MediumFailed: the medium failed or was pulled out.
        """
        with self._reading():
            self._reader.seek(offset)
            data = self._reader.read(length)
        _need(len(data) == length, "length")
        return data

    def fetch_into(self, offset: int, view: memoryview) -> None:
        """Fill *view* from *offset*; after an exception it is zeros.

        Raises:
            BundleBroken, MediumFailed: as ``fetch``.
        """
        try:
            with self._reading():
                self._reader.seek(offset)
                count = read_into(cast("BinaryIO", self._reader), view)
            _need(count == len(view), "length")
        except BaseException:
            view[:] = bytes(len(view))
            raise

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except PayloadInvalid:
                raise BundleBroken(reason="payload") from None
            except OSError as error:
                raise translated(error) from None


@dataclass(frozen=True, slots=True)
class Front:
    """The signed text with its two signatures, as they stand first in the archive; nothing is verified yet."""

    kind: Kind
    text: bytes
    ssh: bytes
    mldsa: bytes


def read_front(plain: Plain) -> Front:
    """Return the first three members, each header exactly as the writer makes it.

    Raises:
        BundleBroken: another header, a size over its limit, a damaged chunk.
    """
    kind = kind_of(plain)
    text, offset = _member(plain, 0, kind.text, kind.limit)
    ssh, offset = _member(plain, offset, kind.text + ".sig", _SSH_LIMIT)
    mldsa, _ = _member(plain, offset, kind.text + ".mldsa", _MLDSA_LIMIT)
    return Front(kind, text, ssh, mldsa)


def _member(plain: Plain, offset: int, name: str, limit: int) -> tuple[bytes, int]:
    header = plain.fetch(offset, _FIXED + len(name))
    (size,) = struct.unpack_from("<I", header, _SIZE_AT)
    if size > limit:
        raise BundleBroken(reason="size of a front member")
    data = plain.fetch(offset + len(header), size)
    if local_header(Member(name, size, zlib.crc32(data))) != header:
        raise BundleBroken(reason="front header")
    return data, offset + len(header) + size


def check_header(plain: Plain, place: Place) -> None:
    """Compare the local header of a member with the one that follows from the manifest.

    Raises:
        BundleBroken: it differs.
    """
    if plain.fetch(place.offset, len(place.header)) != place.header:
        raise BundleBroken(reason="local header")
