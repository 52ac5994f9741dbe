"""Writing one file to a stick so that it is either whole under its name, or nobody can read what is there.

The order is: room and file-system limit before; a ``.part`` beside the destination, its first bytes zeros; fsync, the
page cache dropped, everything read back and compared; then the caller writes down what he is about to let go; then the
front, without which nobody can open the rest, fsync, read back, rename, fsync of the folder. After any failure the
``.part`` is removed; after a power cut or ``kill -9`` one may stay, and before the front it is noise.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from briefcase.bundle.errors import (
    BundleCancelled,
    BundleError,
    MediumFailed,
    MediumFileLimit,
    MediumFull,
    MediumReadOnly,
    ReadBackFailed,
)
from briefcase.disk import FAT32_LARGEST, drop_cache, file_system, is_fat, sync_folder
from briefcase.seal.chunks import MANY, SEALED
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.pipeline import Sink, sink
from briefcase.seal.source import write_all

SUFFIX: Final = ".brief"
PART: Final = ".part"
LEFT_OVER: Final = SUFFIX + PART
_ROOM = MANY * SEALED
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


def translated(error: OSError, *, needed: int = 0, free: int = 0) -> BundleError:
    """Return what an operating-system error means for the officer."""
    if error.errno in _FULL:
        return MediumFull(needed=needed, free=free)
    if error.errno == errno.EFBIG:
        return MediumFileLimit(needed=needed)
    if error.errno in _READ_ONLY:
        return MediumReadOnly()
    return MediumFailed(reason=errno.errorcode.get(error.errno or 0, "input or output"))


def check_room(folder: Path, size: int) -> None:
    """Check that a file of *size* bytes fits into *folder*.

    Raises:
        MediumFailed: the folder is not there.
        MediumReadOnly: it cannot be written.
        MediumFull: too little room.
        MediumFileLimit: FAT32 holds no such file.
    """
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise translated(error) from None
    if not folder.is_dir():
        raise MediumFailed(reason="ENOTDIR")
    if size > FAT32_LARGEST and is_fat(file_system(folder)):
        raise MediumFileLimit(needed=size)
    if size > free:
        raise MediumFull(needed=size, free=free)


@contextlib.contextmanager
def _translating(folder: Path, size: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise translated(error, needed=size, free=_free(folder)) from None


class Part:
    """A file on its way to a medium: written under ``.part``, complete only after ``release``.

    ``write`` (through ``out``), ``settle``, ``release``, in this order; ``discard`` at any time leaves nothing behind
    that could be removed. The front stays zeros until ``release``.

    Args:
        path: of the finished file; nothing may stand there.
        size: of the finished file in bytes, the front included.
        front: size of the front in bytes.
        progress: called with (done, total) in bytes, writing and reading back together.
        cancel: asked now and then whether to stop.

    Raises:
        MediumFull, MediumFileLimit, MediumReadOnly, MediumFailed: as they say.
    """

    def __init__(
        self, path: Path, size: int, front: int, *, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> None:
        self.path = path
        self.size = size
        self._part = path.with_name(path.name + PART)
        self._front = front
        self._written = front
        self._progress = progress
        self._cancel = cancel
        with _translating(path.parent, size):
            check_room(path.parent, size)
            self._file = self._part.open("xb", buffering=0)
        try:
            with _translating(path.parent, size):
                os.chmod(self._part, 0o600)  # noqa: PTH101 - the same call on every system
                write_all(self._file, memoryview(bytes(front)))
        except BaseException:
            self._remove()
            raise
        self.out: Sink = sink(self._write, threaded=size > _ROOM, size=_ROOM)

    def _write(self, data: memoryview) -> None:
        write_all(self._file, data)
        self._written += len(data)

    def step(self, done: int) -> None:
        """Report *done* of twice the size (writing, then reading back).

        Raises:
            BundleCancelled: the officer stopped the work.
        """
        if self._cancel is not None and self._cancel():
            raise BundleCancelled
        if self._progress is not None:
            self._progress(done, 2 * self.size)

    def translating(self) -> contextlib.AbstractContextManager[None]:
        """Return a block that turns the system's errors about the medium into the officer's."""
        return _translating(self.path.parent, self.size)

    def settle(self, check: Callable[[BinaryIO, Callable[[int], None]], None]) -> None:
        """Make what was written durable, and have *check* compare what the medium gives back behind the front.

        Args:
            check: is given the file at the first byte behind the front, and what to call with the bytes read so far;
                raises ``PayloadInvalid``.

        Raises:
            ReadBackFailed: it differs.
            MediumFull, MediumReadOnly, MediumFailed, BundleCancelled: as they say.
        """
        with _translating(self.path.parent, self.size):
            self.out.close()
            if self._written != self.size:
                raise MediumFailed(reason="size")
            self.step(self.size)
            self._sync()
            with self._part.open("rb", buffering=0) as file:
                drop_cache(file.fileno())
                file.seek(self._front)
                try:
                    check(file, lambda done: self.step(self.size + self._front + done))
                except PayloadInvalid:
                    raise ReadBackFailed from None

    def digest(self, front: bytes) -> str:
        """Return the SHA-256 that the file will have with this front, 64 hex digits; all of it is read again.

        Raises:
            MediumFailed, MediumReadOnly: it cannot be read.
        """
        with self.translating(), self._part.open("rb", buffering=0) as file:
            file.seek(self._front)
            return hashlib.file_digest(file, lambda: hashlib.sha256(front)).hexdigest()

    def release(self, front: bytes) -> None:
        """Write the front and give the file its name: from here on it can be opened by those it is sealed to.

        Raises:
            ReadBackFailed, MediumFailed, MediumReadOnly: it was not finished; what could be removed is gone.
        """
        if len(front) != self._front:
            raise ValueError("a front of the promised size")
        try:
            with self.translating():
                self._file.seek(0)
                write_all(self._file, memoryview(front))
                self._sync()
                self._compare_front(front)
                self._file.close()
                self._rename()
        except BaseException:
            self.discard()
            raise

    def _compare_front(self, front: bytes) -> None:
        with self._part.open("rb", buffering=0) as file:
            drop_cache(file.fileno())
            if file.read(len(front)) != front:
                raise ReadBackFailed

    def _rename(self) -> None:
        if self.path.exists():
            raise MediumFailed(reason="EEXIST")
        self._part.rename(self.path)
        try:
            sync_folder(self.path.parent)
        except OSError:
            _unlink(self.path)
            raise

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        drop_cache(self._file.fileno())

    def discard(self) -> bool:
        """Stop and remove the ``.part``; return whether none stands there any more."""
        self.out.abort()
        return self._remove()

    def _remove(self) -> bool:
        with contextlib.suppress(OSError):
            self._file.close()
        return _unlink(self._part)


def _unlink(path: Path) -> bool:
    """Remove a file; return whether none stands there any more, as far as can be seen."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return path.parent.is_dir()


def leftovers(folder: Path) -> tuple[Path, ...]:
    """Return the unfinished files in *folder* that a power cut, a kill or a pulled stick left behind, by name."""
    try:
        return tuple(sorted(path for path in folder.iterdir() if path.name.endswith(LEFT_OVER)))
    except OSError:
        return ()


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
