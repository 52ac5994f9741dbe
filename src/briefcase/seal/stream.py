"""STREAM: a payload in chunks of 64 KiB, each under an AEAD, seekable (C2SP ``age.md``, "Payload").

The nonce of chunk *n* is *n* as eleven bytes, big endian, and one byte that is 1 for the final chunk and 0 for
every other. A key serves exactly one stream. ``chacha20poly1305`` is what age uses; ``aes256gcm`` serves the
vault's blobs. Buffers are reused (``encrypt_into``); no byte leaves this module before its chunk was verified.
None of the classes is safe to use from two threads at once.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.source import Source, read_into, write_all

CHUNK = 64 * 1024
TAG = 16
SEALED = CHUNK + TAG
_KEY_LENGTH = 32

Aead = Literal["chacha20poly1305", "aes256gcm"]
Buffer = bytes | bytearray | memoryview


def _cipher(key: bytes, aead: Aead) -> ChaCha20Poly1305 | AESGCM:
    if len(key) != _KEY_LENGTH:
        raise ValueError("a STREAM key has 32 bytes")
    return ChaCha20Poly1305(key) if aead == "chacha20poly1305" else AESGCM(key)


def _nonce(index: int, *, final: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\x01" if final else b"\x00")


def sealed_size(plain: int) -> int:
    """Return how many bytes a stream of *plain* bytes takes when sealed."""
    return plain + TAG * max(1, -(-plain // CHUNK))


def plain_size(sealed: int) -> int:
    """Return how many bytes of plaintext a whole stream of *sealed* bytes holds.

    Raises:
        PayloadInvalid: no stream has this size.
    """
    full, rest = divmod(sealed, SEALED)
    if rest == 0 and full:
        return full * CHUNK
    if rest < TAG or (rest == TAG and full):
        raise PayloadInvalid(reason="size")
    return full * CHUNK + rest - TAG


class StreamWriter:
    """Seals what is written to it into *out*; ``close`` writes the final chunk and leaves *out* open.

    As a context manager it writes the final chunk only when the block ended well; after an exception the stream
    stays without a final chunk, and no reader accepts it.
    """

    def __init__(self, out: BinaryIO, key: bytes, *, aead: Aead = "chacha20poly1305") -> None:
        self._out = out
        self._cipher = _cipher(key, aead)
        self._plain = bytearray(CHUNK)
        self._sealed = bytearray(SEALED)
        self._held = 0
        self._index = 0
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the stream was ended, well or not."""
        return self._closed

    def tell(self) -> int:
        """Return how many bytes of plaintext were written so far."""
        return self._index * CHUNK + self._held

    def write(self, data: Buffer) -> int:
        """Seal *data*, any bytes-like object; return its length in bytes.

        Raises:
            ValueError: the stream was ended.
        """
        if self._closed:
            raise ValueError("write to an ended stream")
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view):
            if self._held == CHUNK:
                self._emit(memoryview(self._plain), final=False)
                self._held = 0
            if self._held == 0 and len(view) - done > CHUNK:
                self._emit(view[done : done + CHUNK], final=False)
                done += CHUNK
                continue
            taken = min(CHUNK - self._held, len(view) - done)
            self._plain[self._held : self._held + taken] = view[done : done + taken]
            self._held += taken
            done += taken
        return len(view)

    def _emit(self, plain: memoryview, *, final: bool) -> None:
        sealed = memoryview(self._sealed)[: len(plain) + TAG]
        self._cipher.encrypt_into(_nonce(self._index, final=final), plain, None, sealed)
        write_all(self._out, sealed)
        self._index += 1

    def close(self) -> None:
        """Write the final chunk; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._emit(memoryview(self._plain)[: self._held], final=True)
            self._wipe()

    def abort(self) -> None:
        """End the stream without a final chunk, so that no reader accepts it."""
        self._closed = True
        self._wipe()

    def _wipe(self) -> None:
        self._plain[:] = bytes(CHUNK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


class _Chunks:
    """Opens single chunks into a given buffer, and wipes that buffer when a chunk does not verify."""

    def __init__(self, key: bytes, aead: Aead) -> None:
        self._cipher = _cipher(key, aead)

    def try_open(self, index: int, sealed: memoryview, plain: memoryview, *, final: bool) -> bool:
        try:
            self._cipher.decrypt_into(_nonce(index, final=final), sealed, None, plain)
        except InvalidTag:
            plain[:] = bytes(len(plain))
            return False
        return True

    def open(self, index: int, sealed: memoryview, plain: memoryview) -> bool:
        """Open a chunk, full ones as non-final first; return whether it was the final one."""
        if len(sealed) < TAG or (index and len(sealed) == TAG):
            raise PayloadInvalid(reason="empty chunk")
        if len(sealed) == SEALED and self.try_open(index, sealed, plain, final=False):
            return False
        if not self.try_open(index, sealed, plain, final=True):
            raise PayloadInvalid(reason="chunk")
        return True


def decrypt_to(source: Source, key: bytes, out: BinaryIO, *, aead: Aead = "chacha20poly1305") -> int:
    """Open the stream that *source* gives up to its end, write the plaintext to *out*, return its size.

    Chunks are written as soon as each one is verified.

    Raises:
        PayloadInvalid: a chunk is damaged or missing, or something follows the final one; what was verified
            before has been written.
    """
    chunks = _Chunks(key, aead)
    sealed, plain = memoryview(bytearray(SEALED)), memoryview(bytearray(CHUNK))
    index = total = 0
    while True:
        count = source.readinto(sealed)
        if count == 0:
            raise PayloadInvalid(reason="no final chunk")
        opened = plain[: max(0, count - TAG)]
        final = chunks.open(index, sealed[:count], opened)
        write_all(out, opened)
        total += len(opened)
        index += 1
        if final:
            if source.read(1):
                raise PayloadInvalid(reason="trailing data")
            return total
        if count < SEALED:
            raise PayloadInvalid(reason="no final chunk")


class StreamReader(io.RawIOBase):
    """A seekable view of the plaintext of one stream; every byte that it returns was verified.

    Shapes: *size_of_ciphertext* bytes of *file* from *offset* on are the stream. ``size`` and seeking from the end
    verify the final chunk first. ``read`` of a span that holds a damaged chunk raises and does not move;
    ``readinto`` returns what stands before the damage and raises at the next call. Closing leaves *file* open.
    """

    def __init__(
        self,
        file: BinaryIO,
        key: bytes,
        size_of_ciphertext: int,
        *,
        aead: Aead = "chacha20poly1305",
        offset: int = 0,
    ) -> None:
        super().__init__()
        self._file = file
        self._chunks = _Chunks(key, aead)
        self._sealed_size = size_of_ciphertext
        self._offset = offset
        self._sealed = memoryview(bytearray(SEALED))
        self._plain = memoryview(bytearray(CHUNK))
        self._loaded = -1
        self._loaded_length = 0
        self._final: tuple[int, int] | None = None  # index of the verified final chunk, size of all plaintext
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    @property
    def size(self) -> int:
        """The size of the plaintext in bytes; the final chunk is verified before it is told.

        Raises:
            PayloadInvalid: the final chunk is missing or damaged.
        """
        if self._final is None:
            plain_size(self._sealed_size)
            self._load((self._sealed_size - 1) // SEALED)
            if self._final is None:
                raise PayloadInvalid(reason="no final chunk")
        self._check_end()
        return self._final[1]

    def tell(self) -> int:
        """Return the position in the plaintext."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; return the new position. Seeking from the end verifies the final chunk first.

        Raises:
            PayloadInvalid: the final chunk is missing or damaged.
            ValueError: the position would be negative.
        """
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}.get(whence)
        target = offset + (self.size if base is None else base)
        if target < 0:
            raise ValueError("negative seek position")
        self._position = target
        return target

    def read(self, size: int | None = -1, /) -> bytes:
        """Return *size* bytes, fewer only at the true end; all of the rest when *size* is negative.

        Raises:
            PayloadInvalid: a chunk of the span is damaged or missing; the position stays.
        """
        end = self.size if size is None or size < 0 else self._position + size
        self._check_open()
        size = max(0, min(end, self._bound()) - self._position)
        data = bytearray(size)
        view, start = memoryview(data), self._position
        filled = 0
        try:
            while filled < size:
                count = self._read_some(view[filled:])
                if count == 0:
                    break
                filled += count
            if filled < end - start:  # only the true end may be short; any other end raises here
                self._read_some(memoryview(bytearray(1)))
        except PayloadInvalid:
            self._position = start
            raise
        return bytes(data if filled == size else view[:filled])

    def readall(self) -> bytes:
        """Return everything from the position to the verified end."""
        return self.read(-1)

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        """Fill *buffer* as far as verified plaintext goes; return the count, 0 only at the verified end.

        Raises:
            PayloadInvalid: the very next chunk is damaged or missing.
        """
        self._check_open()
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view):
            try:
                count = self._read_some(view[filled:])
            except PayloadInvalid:
                if filled:
                    break
                raise
            if count == 0:
                break
            filled += count
        return filled

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("read of a closed stream")

    def _bound(self) -> int:
        """An upper bound of the plaintext's size, to keep buffers in proportion to the file."""
        return self._final[1] if self._final else -(-self._sealed_size // SEALED) * CHUNK

    def _read_some(self, view: memoryview) -> int:
        """Copy verified bytes of the chunk at the position; 0 at the verified end."""
        index, inside = divmod(self._position, CHUNK)
        if self._final is not None and self._position >= self._final[1]:
            self._check_end()
            return 0
        if index * SEALED >= self._sealed_size:
            if self._position >= self.size:
                return 0
            raise PayloadInvalid(reason="no final chunk")
        if index != self._loaded and inside == 0 and len(view) >= CHUNK:
            length = self._open_into(index, view[:CHUNK])
        else:
            self._load(index)
            length = min(max(0, self._loaded_length - inside), len(view))
            view[:length] = self._plain[inside : inside + length]
        self._position += length
        return length or self._at_short_chunk()

    def _at_short_chunk(self) -> int:
        if self._final is None or self._position < self._final[1]:
            raise PayloadInvalid(reason="no final chunk")
        self._check_end()
        return 0

    def _check_end(self) -> None:
        if self._final is not None and (self._final[0] + 1) * SEALED < self._sealed_size:
            raise PayloadInvalid(reason="trailing data")

    def _load(self, index: int) -> None:
        if index != self._loaded:
            self._loaded = -1
            self._loaded_length = self._open_into(index, self._plain)
            self._loaded = index

    def _open_into(self, index: int, plain: memoryview) -> int:
        """Read chunk *index* and open it into *plain*, which has room for a full chunk; return its length."""
        start = index * SEALED
        length = min(SEALED, self._sealed_size - start)
        self._file.seek(self._offset + start)
        if read_into(self._file, self._sealed[:length]) != length:
            raise PayloadInvalid(reason="file became shorter")
        opened = plain[: max(0, length - TAG)]
        if self._chunks.open(index, self._sealed[:length], opened):
            self._final = (index, index * CHUNK + len(opened))
        return len(opened)
