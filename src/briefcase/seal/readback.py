"""Reading back: does a medium give what was sealed onto it? The tag of every chunk is checked under the stream's key.

That a tag fits says that the chunk is, byte for byte, the one that was sealed at that place: the same key, nonce and
ciphertext give the tag. It costs a fifth of two digests of the ciphertext, and says more: what stands there opens.
Two threads share the work.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO

from briefcase.seal.chunks import MANY, SEALED, sealed_size
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.pipeline import Sink, sink
from briefcase.seal.source import read_into
from briefcase.seal.tags import Tags

_THREADS = 2


class _Checker:
    """Checks the chunks that it is given, in a thread of its own."""

    def __init__(self, key: bytes, last: int) -> None:
        self._tags = Tags(key)
        self._last = last

    def check(self, sealed: memoryview, index: int) -> None:
        for number, start in enumerate(range(0, len(sealed), SEALED), index):
            if not self._tags.fits(number, sealed[start : start + SEALED], final=number == self._last):
                raise PayloadInvalid(reason="read back")


def check(file: BinaryIO, key: bytes, plain: int, step: Callable[[int], None]) -> None:
    """Compare the payload that follows in *file* with what was sealed.

    Args:
        file: at the first chunk.
        key: of the payload.
        plain: bytes of plaintext that were sealed.
        step: called with the bytes read so far; an exception from it stops.

    Raises:
        PayloadInvalid: something is missing, was added or differs.
    """
    size, done, index = sealed_size(plain), 0, 0
    threaded = size > MANY * SEALED
    last = -(-size // SEALED) - 1
    with ExitStack() as stack:
        sinks: list[Sink] = []
        for _ in range(_THREADS if threaded else 1):
            target = sink(_Checker(key, last).check, threaded=threaded, size=MANY * SEALED)
            stack.enter_context(target)
            sinks.append(target)
        while done < size:
            target = sinks[(index // MANY) % len(sinks)]
            room = target.room()
            count = read_into(file, room[: size - done])
            if not count:
                break
            target.put(room, count, index)
            done, index = done + count, index + -(-count // SEALED)
            step(done)
        if done != size or file.read(1):
            raise PayloadInvalid(reason="read back")
