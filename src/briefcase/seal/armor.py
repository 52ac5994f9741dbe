"""The text form of an age file: strict PEM (C2SP ``age.md``, "ASCII armor"), read only.

Whitespace is tolerated before and after the block, up to 1 KiB each, and lines may end in CRLF; nothing else.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from briefcase.seal import base64
from briefcase.seal.errors import ArmorInvalid
from briefcase.seal.source import Source

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
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
