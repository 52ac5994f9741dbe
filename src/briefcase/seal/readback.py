"""Reading back: does a medium give what was sealed onto it? Every chunk is opened again under the key of its stream.

That a chunk opens says that it is, byte for byte, the one that was sealed at that place: the same key, nonce and
ciphertext give the tag. It costs less than two digests of the ciphertext, and says more: what stands there opens. Two
threads share the work; a thread opens into a buffer of its own, which is wiped at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO

from briefcase.seal.chunks import CHUNK, MANY, SEALED, Chunks, sealed_size
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.pipeline import Sink, sink
from briefcase.seal.source import read_into

_THREADS = 2


class _Checker:
    """Opens the chunks that it is given, in a thread of its own."""

    def __init__(self, key: bytes, last: int) -> None:
        self._chunks = Chunks(key, "chacha20poly1305")
        self._plain = memoryview(bytearray(MANY * CHUNK))
        self._last = last

    def check(self, sealed: memoryview, index: int) -> None:
        run = self._chunks.open_many(index, sealed, self._plain)
        count = -(-len(sealed) // SEALED)
        if run.fault is not None or run.chunks != count or run.final != (index + count - 1 == self._last):
            raise PayloadInvalid(reason="read back")

    def wipe(self) -> None:
        self._plain[:] = bytes(len(self._plain))


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
    last = -(-size // SEALED) - 1
    threaded = size > MANY * SEALED
    checkers = [_Checker(key, last) for _ in range(_THREADS if threaded else 1)]
    with ExitStack() as stack:
        for checker in checkers:
            stack.callback(checker.wipe)
        sinks: list[Sink] = [sink(one.check, threaded=threaded, size=MANY * SEALED) for one in checkers]
        for one in sinks:
            stack.enter_context(one)
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
