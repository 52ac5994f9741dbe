"""The text form of an age file: strict PEM (C2SP ``age.md``, "ASCII armor"), read and written as a stream.

When reading, whitespace is tolerated before and after the block, up to 1 KiB each, and lines may end in CRLF; nothing
else. Full lines, which nearly all are, go through in blocks; what is not a block of them goes line by line.
"""

from __future__ import annotations

import binascii
import io
import struct
from typing import BinaryIO, Self

from briefcase.seal import base64
from briefcase.seal.errors import ArmorInvalid
from briefcase.seal.source import Source, write_all

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_LINE = 48  # bytes that one full line holds
_MANY = 1024  # full lines that go through in one block
_BLOCK = _MANY * _LINE
_SPLIT = struct.Struct(f"{_COLUMNS}s" * _MANY)
_SPACES = 1024
_WHITESPACE = b" \t\r\n\v\f"
_LARGEST_IN_MEMORY = 64 * 1024 * 1024


def is_armored(source: Source) -> bool:
    """Tell whether *source* begins, after whitespace, like a PEM block; nothing is consumed."""
    return source.peek(_SPACES + len(BEGIN)).lstrip(_WHITESPACE).startswith(b"-----")


class ArmorReader(io.RawIOBase):
    """The binary age file inside a PEM block, decoded as it is read; not seekable.

    ``read`` and ``readinto`` raise ``ArmorInvalid`` at the first line that is not canonical, also after the last
    byte of the age file.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._pending = memoryview(b"")
        self._singly = 0  # lines that are read one by one before a block is tried again
        self._started = False
        self._last_line = False
        self._ended = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        """Fill *buffer* with decoded bytes; return the count, 0 at the end of the block."""
        view = memoryview(buffer).cast("B")
        while not self._pending and not self._ended:
            self._next()
        count = min(len(view), len(self._pending))
        view[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _line(self) -> bytes:
        line = self._source.readline(_COLUMNS + len(END) + 2)
        if not line:
            raise ArmorInvalid(reason="no end line")
        return line.removesuffix(b"\n").removesuffix(b"\r")

    def _start(self) -> None:
        skipped = 0
        while (line := self._line()).strip(_WHITESPACE) == b"":
            skipped += len(line) + 1
            if skipped > _SPACES:
                raise ArmorInvalid(reason="leading whitespace")
        if line != BEGIN:
            raise ArmorInvalid(reason="begin line")
        self._started = True

    def _next(self) -> None:
        if not self._started:
            self._start()
        if not self._singly and not self._last_line and self._next_block():
            return
        self._next_line()
        self._singly = max(0, self._singly - 1)

    def _next_block(self) -> bool:
        """Decode many full lines at once and return True; otherwise note how many are to be read one by one."""
        block = self._source.peek(_MANY * (_COLUMNS + 2))
        ending = b"\r\n" if block[_COLUMNS : _COLUMNS + 1] == b"\r" else b"\n"
        lines = min(_MANY, len(block) // (_COLUMNS + len(ending)))
        used = lines * (_COLUMNS + len(ending))
        data = _decode_lines(block[:used], lines, ending)
        if not data:
            self._singly = lines
            return False
        self._source.skip(used)
        self._pending = memoryview(data)
        return True

    def _next_line(self) -> None:
        line = self._line()
        if line == END:
            self._finish()
            return
        if self._last_line or not line or len(line) > _COLUMNS:
            raise ArmorInvalid(reason="line length")
        try:
            self._pending = memoryview(base64.decode(line))
        except ValueError:
            raise ArmorInvalid(reason="base64") from None
        self._last_line = len(line) < _COLUMNS or line.endswith(b"=")

    def _finish(self) -> None:
        rest = self._source.read(_SPACES + 1)
        if rest.strip(_WHITESPACE):
            raise ArmorInvalid(reason="trailing data")
        if len(rest) > _SPACES:
            raise ArmorInvalid(reason="trailing whitespace")
        self._ended = True


class ArmorWriter:
    """Writes what is written to it into *out* as a PEM block; ``close`` writes the last line and leaves *out* open.

    Nothing is written before the first byte comes. As a context manager it writes the last line only when the block
    ended well; after an exception the block stays without one, and no reader accepts it.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._held = bytearray()
        self._started = False

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write *data* as far as it fills blocks of 1,024 lines, keep the rest; return its length in bytes."""
        if not self._started:
            self._started = True
            self._put(BEGIN + b"\n")
        size = len(data)
        self._held += data
        for _ in range(len(self._held) // _BLOCK):
            text = binascii.b2a_base64(self._held[:_BLOCK], newline=False)
            del self._held[:_BLOCK]
            self._put(b"\n".join(_SPLIT.unpack(text)) + b"\n")
        return size

    def close(self) -> None:
        """Write what is kept and the last line."""
        self.write(b"")
        self._put(_lines(self._held) + END + b"\n")
        self._held.clear()

    def _put(self, text: bytes) -> None:
        write_all(self._out, memoryview(text))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()


def _decode_lines(block: bytes, lines: int, ending: bytes) -> bytes:
    """Return what so many full lines hold, each with *ending*; nothing when *block* is anything else, or padded.

    64 characters of the alphabet are 48 bytes in one way only, so that nothing needs to be encoded again to compare.
    """
    step = _COLUMNS + len(ending)
    if any(block[_COLUMNS + at :: step] != ending[at : at + 1] * lines for at in range(len(ending))):
        return b""
    text = block.replace(ending, b"")
    if len(text) != lines * _COLUMNS or b"=" in text:
        return b""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        return b""


def _lines(data: bytes | bytearray) -> bytes:
    """Return *data* in Base 64, 64 columns a line, each with its line feed."""
    text = binascii.b2a_base64(data, newline=False)
    return b"".join(text[start : start + _COLUMNS] + b"\n" for start in range(0, len(text), _COLUMNS))


def decode_whole(source: Source) -> BinaryIO:
    """Return the whole decoded age file in memory, so that it can be sought in; at most 64 MiB.

    Raises:
        ArmorInvalid: the block is malformed or too large for this way of reading.
    """
    reader = ArmorReader(source)
    out = io.BytesIO()
    while data := reader.read(64 * 1024):
        out.write(data)
        if out.tell() > _LARGEST_IN_MEMORY:
            raise ArmorInvalid(reason="size")
    out.seek(0)
    return out
