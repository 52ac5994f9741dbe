"""STREAM: a payload in chunks of 64 KiB, each under an AEAD, seekable (C2SP ``age.md``, "Payload"; see ``chunks``).

Buffers are reused, and up to sixteen chunks go through one read or write. No byte leaves this module before its chunk
was verified. None of the classes is safe to use from two threads at once.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Self

from briefcase.seal.chunks import CHUNK, MANY, SEALED, TAG, Aead, Chunks, plain_size, sealed_size
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.pipeline import Sink, sink
from briefcase.seal.source import Source, read_into, write_all

__all__ = ["CHUNK", "SEALED", "TAG", "Aead", "StreamReader", "StreamWriter", "decrypt_to", "plain_size", "sealed_size"]

Buffer = bytes | bytearray | memoryview


class StreamWriter:
    """Seals what is written to it into *out*; ``close`` writes the final chunk and leaves *out* open.

    As a context manager it writes the final chunk only when the block ended well; after an exception the stream
    stays without a final chunk, and no reader accepts it.

    Args:
        out: takes the sealed bytes in order; a ``Sink`` has room for ``MANY`` sealed chunks at once.
        key: 32 bytes that serve this stream only.
        aead: see the module.
    """

    def __init__(self, out: BinaryIO | Sink, key: bytes, *, aead: Aead = "chacha20poly1305") -> None:
        self._out = out
        self._chunks = Chunks(key, aead)
        self._plain = bytearray(CHUNK)
        self._sealed = memoryview(b"")
        self._waiting = 0
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
                self._seal(memoryview(self._plain), final=False)
                self._held = 0
            if self._held == 0 and len(view) - done > CHUNK:
                self._seal(view[done : done + CHUNK], final=False)
                done += CHUNK
                continue
            taken = min(CHUNK - self._held, len(view) - done)
            self._plain[self._held : self._held + taken] = view[done : done + taken]
            self._held += taken
            done += taken
        self._flush()
        return len(view)

    def _seal(self, plain: memoryview, *, final: bool) -> None:
        """Seal one chunk behind those that wait to be written."""
        size = len(plain) + TAG
        if self._waiting + size > len(self._sealed):
            self._flush()
            self._make_room(size if final else MANY * SEALED)  # one small chunk is all that a wrapped key needs
        sealed = self._sealed[self._waiting : self._waiting + size]
        self._chunks.seal(self._index, plain, sealed, final=final)
        self._waiting += size
        self._index += 1

    def _make_room(self, size: int) -> None:
        if isinstance(self._out, Sink):
            self._sealed = self._out.room()
        elif size > len(self._sealed):
            self._sealed = memoryview(bytearray(size))

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, 0
        if not waiting:
            return
        if isinstance(self._out, Sink):
            self._out.put(self._sealed, waiting)
            self._sealed = memoryview(b"")
        else:
            write_all(self._out, self._sealed[:waiting])

    def close(self) -> None:
        """Write the final chunk; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._seal(memoryview(self._plain)[: self._held], final=True)
            self._flush()
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


def decrypt_to(
    source: Source, key: bytes, out: BinaryIO, *, aead: Aead = "chacha20poly1305", parallel: bool | None = None
) -> int:
    """Open the stream that *source* gives up to its end, write the plaintext to *out*, return its size.

    Chunks are written as soon as they are verified, up to a MiB at once.

    Args:
        source: at the first chunk.
        key: of the stream.
        out: written in order; by another thread when *parallel*.
        aead: see ``chunks``.
        parallel: write in a thread of its own while the next chunks are opened; None: when there is more than a MiB.

    Raises:
        PayloadInvalid: a chunk is damaged or missing, or something follows the final one; what was verified
            before has been written.
    """
    sealed = memoryview(bytearray(MANY * SEALED))
    count = source.readinto(sealed)
    many = count == len(sealed) if parallel is None else parallel
    with sink(lambda view: write_all(out, view), threaded=many, size=MANY * CHUNK) as target:
        total, fault = _decrypt(source, Chunks(key, aead), sealed, count, target)
    if fault is not None:
        raise fault
    return total


def _decrypt(
    source: Source, chunks: Chunks, sealed: memoryview, count: int, target: Sink
) -> tuple[int, PayloadInvalid | None]:
    """Give verified plaintext to *target*, after *count* bytes were read; return its size and the fault."""
    index = total = 0
    while count:
        room = target.room()
        run = chunks.open_many(index, sealed[:count], room)
        target.put(room, run.size)
        index, total = index + run.chunks, total + run.size
        if run.fault is not None:
            return total, run.fault
        if run.final:
            more = count > run.size + run.chunks * TAG or source.read(1)
            return total, PayloadInvalid(reason="trailing data") if more else None
        count = source.readinto(sealed)
    return total, PayloadInvalid(reason="no final chunk")


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
        self._chunks = Chunks(key, aead)
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
            length = self._open_into(index, view[: min(MANY, len(view) // CHUNK) * CHUNK])
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
        """Read the chunks from *index* on that fit into *plain*, full ones, and open them; return the good bytes."""
        start = index * SEALED
        length = min(len(plain) // CHUNK * SEALED, self._sealed_size - start)
        if length > len(self._sealed):
            self._sealed = memoryview(bytearray(length))
        self._file.seek(self._offset + start)
        if read_into(self._file, self._sealed[:length]) != length:
            raise PayloadInvalid(reason="file became shorter")
        run = self._chunks.open_many(index, self._sealed[:length], plain)
        if run.fault is not None and not run.size:
            raise run.fault
        if run.final:
            self._final = (index + run.chunks - 1, index * CHUNK + run.size)
        return run.size
