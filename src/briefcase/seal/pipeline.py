"""Work behind: one thread that does the second half of a copy while the caller does the first.

Below the window only this module starts threads, and the viewer one that listens to its child process. It pays because
AEAD, digests and file calls release the interpreter's lock over large buffers. What is promised: the work is done in
the order it was given, by one thread; at most ``depth`` buffers exist; a failure of the work is raised in the caller's
thread, at the next call; when the block of ``with`` is left, the thread has ended and the buffers are wiped, after
everything given was done or, after an exception, after the piece in hand. The caller decides what the thread may
touch: a vault serves one thread, so the thread gets bytes only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Self

BATCH = 1024 * 1024
_DEPTH = 3


class Behind:
    """Hands filled buffers to a thread of its own that does *act* with each.

    Args:
        act: called in the thread with the filled part of a buffer and what was given beside it; the buffer is the
            act's until it returns.
        size: of each buffer in bytes.
        depth: how many buffers there are; the caller waits when all are in work.
    """

    def __init__(self, act: Callable[..., object], *, size: int = BATCH, depth: int = _DEPTH) -> None:
        self._act = act
        self._free: SimpleQueue[memoryview] = SimpleQueue()
        self._work: SimpleQueue[tuple[memoryview, int, tuple[object, ...]] | None] = SimpleQueue()
        self._failure: BaseException | None = None
        self._stopped = False
        for _ in range(depth):
            self._free.put(memoryview(bytearray(size)))
        self._thread = threading.Thread(target=self._run, name="briefcase-behind", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (job := self._work.get()) is not None:
            buffer, used, beside = job
            if self._failure is None and not self._stopped:
                try:
                    self._act(buffer[:used], *beside)
                except BaseException as error:  # noqa: BLE001 - it is raised again in the caller's thread
                    self._failure = error
            self._free.put(buffer)

    def room(self) -> memoryview:
        """Return a free buffer, waiting for one if need be; it is the caller's until ``put``.

        Raises:
            What the work raised.
        """
        buffer = self._free.get()
        self._check()
        return buffer

    def put(self, buffer: memoryview, used: int, *beside: object) -> None:
        """Give the first *used* bytes of a buffer that ``room`` returned to the thread, with values beside them."""
        self._work.put((buffer, used, beside))

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Wait until everything given is done, and end the thread; a second call does nothing.

        Raises:
            What the work raised.
        """
        self._end()
        self._check()

    def abort(self) -> None:
        """End the thread after the piece in hand; what waits is dropped, and nothing is raised."""
        self._stopped = True
        self._end()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._work.put(None)
            self._thread.join()
            while not self._free.empty():
                buffer = self._free.get()
                buffer[:] = bytes(len(buffer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


class Direct:
    """The same face as ``Behind`` without a thread: the work is done at once, in one reused buffer."""

    def __init__(self, act: Callable[..., object], *, size: int = BATCH) -> None:
        self._act = act
        self._buffer = memoryview(bytearray(size))

    def room(self) -> memoryview:
        """Return the buffer."""
        return self._buffer

    def put(self, buffer: memoryview, used: int, *beside: object) -> None:
        """Do the work with the first *used* bytes.

        Raises:
            What the work raises.
        """
        self._act(buffer[:used], *beside)

    def close(self) -> None:
        """Wipe the buffer; everything is done."""
        self._buffer[:] = bytes(len(self._buffer))

    def abort(self) -> None:
        """Wipe the buffer."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


Sink = Behind | Direct


def sink(act: Callable[..., object], *, threaded: bool, size: int = BATCH) -> Sink:
    """Return a ``Behind`` or a ``Direct``; a thread does not pay for little work."""
    return Behind(act, size=size) if threaded else Direct(act, size=size)
