"""The text form of an age file: strict PEM (C2SP ``age.md``, "ASCII armor"), read and written as a stream.

When reading, whitespace is tolerated before and after the block, up to 1 KiB each, and lines may end in CRLF; nothing
else.
"""

from __future__ import annotations

import io
from base64 import b64encode
from typing import BinaryIO, Self

from briefcase.seal import base64
from briefcase.seal.errors import ArmorInvalid
from briefcase.seal.source import Source, write_all

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_LINE = 48  # bytes that one full line holds
_SPACES = 1024
_WHITESPACE = b" \t\r\n\v\f"
_LARGEST_IN_MEMORY = 64 * 1024 * 1024


def is_armored(source: Source) -> bool:
    """Tell whether *source* begins, after whitespace, like a PEM block; nothing is consumed."""
    return source.peek(_SPACES + len(BEGIN)).lstrip(_WHITESPACE).startswith(b"-----")


class ArmorReader(io.RawIOBase):
    """The binary age file inside a PEM block, decoded line by line; not seekable.

    ``read`` and ``readinto`` raise ``ArmorInvalid`` at the first line that is not canonical, also after the last
    byte of the age file.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._pending = b""
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
            self._next_line()
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

    def _next_line(self) -> None:
        if not self._started:
            self._start()
        line = self._line()
        if line == END:
            self._finish()
            return
        if self._last_line or not line or len(line) > _COLUMNS:
            raise ArmorInvalid(reason="line length")
        try:
            self._pending = base64.decode(line)
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
        """Write *data* as far as it fills lines, keep the rest; return its length in bytes."""
        if not self._started:
            self._started = True
            self._put(BEGIN + b"\n")
        size = len(data)
        self._held += data
        full = len(self._held) - len(self._held) % _LINE
        if full:
            self._put(_lines(self._held[:full]))
            del self._held[:full]
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


def _lines(data: bytes | bytearray) -> bytes:
    """Return *data* in Base 64, 64 columns a line, each with its line feed."""
    text = b64encode(data)
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
