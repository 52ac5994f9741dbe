"""Writing one file to a stick so that it is either whole under its name, or not there at all.

The order is: room and file-system limit before, a ``.part`` beside the destination, fsync, the page cache dropped,
every byte read back and compared by digest, rename, fsync of the folder. After any failure the ``.part`` is removed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
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

FAT32_LARGEST: Final = 2**32 - 1
PART: Final = ".part"
_BLOCK = 1024 * 1024
_FAT = frozenset({"vfat", "msdos", "fat", "fat32"})
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


def _mount_type(folder: Path, mounts: str) -> str:
    """Return the file-system type of *folder* from the text of ``/proc/self/mountinfo``."""
    best, found = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:  # noqa: PLR2004 - proc(5): the fifth field is the mount point
            continue
        point = Path(fields[4].encode().decode("unicode_escape"))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), after.split(" ")[0]
    return found


def file_system(folder: Path) -> str:
    """Return the type of the file system under *folder* in lower case, or an empty text when it is not known."""
    if sys.platform == "win32":  # pragma: no cover - not run on this system
        import ctypes  # noqa: PLC0415 - needed on Windows only

        name = ctypes.create_unicode_buffer(32)
        root = folder.resolve().anchor
        ctypes.windll.kernel32.GetVolumeInformationW(root, None, 0, None, None, None, name, 32)
        return name.value.lower()
    try:
        return _mount_type(folder.resolve(), Path("/proc/self/mountinfo").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""


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
    if size > FAT32_LARGEST and file_system(folder) in _FAT:
        raise MediumFileLimit(needed=size)
    if size > free:
        raise MediumFull(needed=size, free=free)


class Output:
    """The binary file that is written: counts, digests, reports, and stops when the officer says so."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress | None, cancel: Cancel | None) -> None:
        self._file = file
        self._size = size
        self._progress = progress
        self._cancel = cancel
        self._digest = hashlib.sha256()
        self.written = 0

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write all of *data*.

        Raises:
            BundleCancelled: the officer stopped the work.
        """
        self.step(self.written)
        view = memoryview(data)
        while view:
            count = self._file.write(view)
            self._digest.update(view[:count])
            self.written += count
            view = view[count:]
        return len(data)

    def step(self, done: int) -> None:
        """Report *done* of twice the size (writing, then reading back) and look whether to stop."""
        if self._cancel is not None and self._cancel():
            raise BundleCancelled
        if self._progress is not None:
            self._progress(done, 2 * self._size)

    def read_back(self, path: Path) -> None:
        """Read the file at *path* from the medium and compare it with what was written.

        Raises:
            ReadBackFailed: it differs.
        """
        found, done = hashlib.sha256(), 0
        with path.open("rb", buffering=0) as file:
            drop_cache(file.fileno())
            while block := file.read(_BLOCK):
                found.update(block)
                done += len(block)
                self.step(self.written + done)
        if done != self.written or found.digest() != self._digest.digest():
            raise ReadBackFailed


def drop_cache(descriptor: int) -> None:
    """Ask the system to forget its cached pages of a file, so that reading goes to the medium."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # pragma: no cover - not run on this system
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot sync a folder
            raise
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def whole_file(
    path: Path, size: int, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Iterator[Output]:
    """Give an output of exactly *size* bytes that stands at *path* once the block has ended well, and never else.

    Args:
        path: of the finished file; nothing may stand there.
        size: in bytes.
        progress: called with (done, total) in bytes, writing and reading back together.
        cancel: asked now and then whether to stop.

    Raises:
        MediumFull, MediumFileLimit, MediumReadOnly, MediumFailed, ReadBackFailed, BundleCancelled: as they say.
    """
    part = path.with_name(path.name + PART)
    try:
        check_room(path.parent, size)
        with part.open("xb", buffering=0) as file:
            os.chmod(part, 0o600)  # noqa: PTH101 - the same call on every system
            output = Output(file, size, progress, cancel)
            yield output
            os.fsync(file.fileno())
            drop_cache(file.fileno())
        if output.written != size:
            raise MediumFailed(reason="size")
        output.read_back(part)
        if path.exists():
            raise MediumFailed(reason="EEXIST")
        part.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise translated(error, needed=size, free=_free(path.parent)) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
