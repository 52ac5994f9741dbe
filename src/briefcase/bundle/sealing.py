"""Sealing a file for some cards: who may be a recipient, an opaque name, the age layer, and a whole file or none.

The work runs as a chain: the caller gathers plaintext, one thread seals it, one writes it. What is written stays
unreadable for everybody until ``Held.release``, so that a log can be made durable between the two.
"""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

from briefcase.bundle.errors import BundleRecipientsRefused
from briefcase.bundle.forms import RECIPIENTS_LIMIT
from briefcase.bundle.medium import SUFFIX, Cancel, Part, Progress
from briefcase.seal import age, readback
from briefcase.seal.card import Card
from briefcase.seal.chunks import CHUNK
from briefcase.seal.pipeline import BATCH, Sink, sink
from briefcase.seal.stream import StreamWriter

_LEAST: Final = CHUNK


def recipients_of(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Return the cards that a file is sealed to, ascending by fingerprint; one that stands twice counts once.

    Raises:
        BundleRecipientsRefused: nobody, more than 64, or two cards with one key.
    """
    found = {card.fingerprint: card for card in cards}
    if not 1 <= len(found) <= RECIPIENTS_LIMIT:
        raise BundleRecipientsRefused(reason="nobody" if not found else "more than 64")
    if len({card.age for card in found.values()}) != len(found):
        raise BundleRecipientsRefused(reason="two cards with one key")
    return tuple(found[fingerprint] for fingerprint in sorted(found))


def new_name() -> str:
    """Return an opaque name for a new file."""
    return secrets.token_hex(8) + SUFFIX


class Feed:
    """Takes the plaintext of a file in order, and hands it on in pieces of about a MiB."""

    def __init__(self, target: Sink, step: Callable[[int], None]) -> None:
        self._target = target
        self._step = step
        self._buffer = memoryview(b"")
        self._used = 0
        self._done = 0

    def room(self) -> memoryview:
        """Return at least 64 KiB to be filled from their beginning, and then to be told of by ``filled``."""
        if len(self._buffer) - self._used < _LEAST:
            self.flush()
            self._buffer = self._target.room()
        return self._buffer[self._used :]

    def filled(self, count: int) -> None:
        """Take *count* bytes that were put into ``room``."""
        self._used += count

    def write(self, data: bytes) -> None:
        """Take *data*."""
        view = memoryview(data)
        while view:
            room = self.room()
            count = min(len(room), len(view))
            room[:count] = view[:count]
            self.filled(count)
            view = view[count:]

    def zeros(self, count: int) -> None:
        """Take so many zero bytes."""
        while count:
            room = self.room()
            some = min(len(room), count)
            room[:some] = bytes(some)
            self.filled(some)
            count -= some

    def flush(self) -> None:
        """Hand on what was taken; reports progress, and stops here when the officer says so."""
        if self._used:
            self._step(self._done)
            self._target.put(self._buffer, self._used)
            self._done += self._used
        self._buffer, self._used = memoryview(b""), 0


class Held:
    """A sealed file on its medium, durable and read back, that nobody can open yet; ``release`` or ``discard`` it.

    As a context manager it is discarded at the end of the block when it was not released.

    Attributes:
        path: that it will have.
        size: in bytes.
        front_size: of the bytes without which nobody can open it, at its beginning.
        front_sha256: of these bytes, in hex.
    """

    def __init__(self, part: Part, front: bytes) -> None:
        self.path = part.path
        self.size = part.size
        self.front_size = len(front)
        self.front_sha256 = hashlib.sha256(front).hexdigest()
        self._part = part
        self._front = front
        self._digest = ""
        self._released = False

    def release(self) -> None:
        """Let it go: after this it can be opened by those it is sealed to, and stands under its name.

        Raises:
            ReadBackFailed, MediumFailed, MediumReadOnly: it was not finished; what could be removed is gone.
        """
        self._released = True
        self._part.release(self._front)

    def digest(self) -> str:
        """Return the SHA-256 that the finished file will have, 64 hex digits; for small files, it is read once more.

        Raises:
            MediumFailed, MediumReadOnly: it cannot be read.
        """
        self._digest = self._digest or self._part.digest(self._front)
        return self._digest

    def discard(self) -> bool:
        """Remove it; return whether nothing of it is left, as far as can be seen."""
        return self._part.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._released:
            self.discard()


def hold_file(
    path: Path,
    plain: int,
    cards: Sequence[Card],
    fill: Callable[[Feed], None],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Held:
    """Seal a file onto a medium up to the point from which it could be opened; nothing stays behind on any failure.

    Args:
        path: of the file; its folder must exist, and nothing may stand there.
        plain: size of the plaintext in bytes, exactly.
        cards: from ``recipients_of``; the order of their stanzas is random.
        fill: writes the plaintext.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.

    Raises:
        BundleCancelled, MediumFull, MediumFileLimit, MediumReadOnly, MediumFailed, ReadBackFailed: as they say.
        And what *fill* raises.
    """
    keys = [card.recipient for card in cards]
    random.SystemRandom().shuffle(keys)
    begun = age.begin(keys)
    size = age.encrypted_size(plain, len(cards))
    part = Part(path, size, len(begun.front), progress=progress, cancel=cancel)
    try:
        with part.translating():
            _fill(part, begun.key, fill, threaded=plain > BATCH)
        part.settle(lambda file, step: readback.check(file, begun.key, plain, step))
    except BaseException:
        part.discard()
        raise
    return Held(part, begun.front)


def _fill(part: Part, key: bytes, fill: Callable[[Feed], None], *, threaded: bool) -> None:
    with StreamWriter(part.out, key) as writer, sink(writer.write, threaded=threaded) as target:
        feed = Feed(target, part.step)
        fill(feed)
        feed.flush()
