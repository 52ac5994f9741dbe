"""The counter of failed unlocks: a small file beside the database, for a locked vault can hold nothing inside.

Nothing proves it: whoever may write the folder may delete it, or work on a copy of the folder. It slows down somebody
at the keyboard; what slows down a thief is the key derivation. The next unlock takes it into the audit chain.
A try is counted before it is made, so that a program that is killed in between has not tried for nothing. The wait
depends on the count alone and is measured by a clock that cannot be set: a changed date neither shortens it nor
freezes it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from briefcase.records.ids import now
from briefcase.seal import canonical
from briefcase.seal.errors import CanonicalInvalid
from briefcase.vault.files import write_durably

NAME = "attempts.json"
FORMAT = "briefcase-attempts/1"
FREE = 3
LONGEST = 60
_LIMIT = 4096
_MOST = 1_000_000
_STEP = 0.25

Kind = Literal["passphrases", "pins"]
Waiting = Callable[[int], None]
"""Called about four times a second with the seconds that are left; an exception from it gives up."""


@dataclass(frozen=True)
class Attempts:
    """Failed tries in a row.

    Attributes:
        run: random name of this row of tries, so that it is taken into the chain once.
        passphrases: wrong passphrases and recovery words.
        pins: wrong PINs.
        first: time of the first, as the machine's clock said.
        last: time of the latest.
    """

    run: str
    passphrases: int
    pins: int
    first: str
    last: str

    @property
    def total(self) -> int:
        """How many there were in all."""
        return self.passphrases + self.pins


def delay(failed: int) -> int:
    """Return the seconds to wait before the next try; at most a minute, so that nobody is locked out for good."""
    return min(LONGEST, 2 ** min(failed - FREE, 10)) if failed > FREE else 0


def read(folder: Path) -> Attempts | None:
    """Return what the file says, or None when there is none or it cannot be understood."""
    try:
        with (folder / NAME).open("rb") as file:
            value = canonical.decode(file.read(_LIMIT), limit=_LIMIT)
    except (OSError, CanonicalInvalid):
        return None
    if not isinstance(value, dict) or set(value) != {"format", "run", "passphrases", "pins", "first", "last"}:
        return None
    counts = (value["passphrases"], value["pins"])
    texts = (value["run"], value["first"], value["last"])
    if value["format"] != FORMAT or not all(type(count) is int and 0 <= count <= _MOST for count in counts):
        return None
    if not all(isinstance(text, str) and len(text) <= 64 and text.isascii() for text in texts):  # noqa: PLR2004 - bound
        return None
    return Attempts(str(texts[0]), int(str(counts[0])), int(str(counts[1])), str(texts[1]), str(texts[2]))


def count(folder: Path, kind: Kind) -> Attempts | None:
    """Add one try and return what stood there before.

    A medium that cannot be written keeps no count; unlocking for reading must work there all the same.
    """
    before = read(folder)
    base = before or Attempts(secrets.token_hex(16), 0, 0, now(), now())
    more = replace(base, **{kind: min(_MOST, getattr(base, kind) + 1)}, last=now())
    _keep(folder, more)
    return before


def restore(folder: Path, before: Attempts | None) -> None:
    """Take a counted try back: it was right, or no try at all."""
    if before is None:
        with contextlib.suppress(OSError):
            (folder / NAME).unlink(missing_ok=True)
    else:
        _keep(folder, before)


def _keep(folder: Path, attempts: Attempts) -> None:
    entries: dict[str, object] = {
        "format": FORMAT,
        "run": attempts.run,
        "passphrases": attempts.passphrases,
        "pins": attempts.pins,
        "first": attempts.first,
        "last": attempts.last,
    }
    with contextlib.suppress(OSError):
        write_durably(folder / NAME, canonical.encode(entries))


def wait(seconds: float, waiting: Waiting) -> None:
    """Wait, by the clock that counts since the machine started and cannot be set."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        waiting(-int(-left // 1))
        time.sleep(min(_STEP, left))


@contextlib.contextmanager
def one_at_a_time(folder: Path, waiting: Waiting) -> Iterator[None]:
    """Let one process at a time try, or a hundred would wait side by side; Windows has no such lock on folders."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    handle = os.open(folder, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting(LONGEST)
                time.sleep(_STEP)
            except OSError:
                break  # a file system that knows no locks
        yield
    finally:
        os.close(handle)
