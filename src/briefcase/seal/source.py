"""Reading from files and pipes without ever holding more than was asked for."""

from __future__ import annotations

from typing import BinaryIO

_BLOCK = 64 * 1024


def read_into(file: BinaryIO, view: memoryview) -> int:
    """Fill *view* from *file* and return how many bytes came; fewer only at the end of the file."""
    filled = 0
    readinto = getattr(file, "readinto", None)
    while filled < len(view):
        if readinto is None:
            data = file.read(len(view) - filled)
            count = len(data or b"")
            view[filled : filled + count] = data or b""
        else:
            count = readinto(view[filled:]) or 0
        if count == 0:
            break
        filled += count
    return filled


def write_all(file: BinaryIO, view: memoryview) -> None:
    """Write the whole of *view*, also to an unbuffered file that takes only a part at a time."""
    while len(view):
        written = file.write(view)
        if written is None or written >= len(view):
            return
        view = view[written:]


class Source:
    """A pushback reader over any binary file, pipes included: peek, lines of bounded length, exact reads.

    It may read ahead of what it returned; the file beneath belongs to it until the end.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()
        self._ended = False

    def _fill(self, size: int) -> None:
        while len(self._buffer) < size and not self._ended:
            data = self._file.read(min(_BLOCK, max(512, size - len(self._buffer))))
            if data:
                self._buffer += data
            else:
                self._ended = True

    def peek(self, size: int) -> bytes:
        """Return up to *size* coming bytes without consuming them."""
        self._fill(size)
        with memoryview(self._buffer) as view:
            return bytes(view[:size])

    def skip(self, size: int) -> None:
        """Consume bytes that were peeked at."""
        del self._buffer[:size]

    def readline(self, limit: int) -> bytes:
        """Return the next line with its line feed, or at most *limit* bytes of it, or ``b""`` at the end."""
        seen = 0
        while True:
            end = self._buffer.find(b"\n", seen, limit)
            if end >= 0:
                return self.read(end + 1)
            seen = len(self._buffer)
            if self._ended or seen >= limit:
                return self.read(limit)
            self._fill(min(limit, max(512, 2 * seen)))

    def read(self, size: int) -> bytes:
        """Return exactly *size* bytes, fewer only at the end."""
        self._fill(size)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def readinto(self, view: memoryview) -> int:
        """Fill *view*, return the count; fewer bytes than its length only at the end."""
        held = min(len(self._buffer), len(view))
        if held:
            view[:held] = self._buffer[:held]
            del self._buffer[:held]
        return held + read_into(self._file, view[held:])
