"""Reading and writing the plain files an officer names: cards, record lines, printed pages. Never part of a file."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from briefcase.services.errors import (
    FileExists,
    FileNotPlain,
    FileTooLarge,
    FileUnreadable,
    FileUnwritable,
    FolderMissing,
)

LIMIT = 64 * 1024 * 1024
_ODD = "hex:"
_DESCRIPTORS = ("/dev/stdin", "/dev/stdout", "/dev/fd/", "/proc/self/fd/")


def path_text(path: Path) -> str:
    """Return a path or a name as it stands in a list or in the audit chain; one of odd bytes in hexadecimal digits."""
    raw = os.fsencode(path)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _ODD + raw.hex()


def path_of(text: str) -> Path:
    """Return the path that ``path_text`` was given, when that was an absolute one."""
    return Path(os.fsdecode(bytes.fromhex(text.removeprefix(_ODD)))) if text.startswith(_ODD) else Path(text)


def need_readable(path: Path) -> None:
    """Refuse what is not a plain file that may be read: a pipe or a device would keep us waiting for ever.

    Raises:
        FileNotPlain: it is something else.
        FileUnreadable: it is not there, or not ours to read.
    """
    name = path.name or str(path)
    try:
        mode, readable = path.stat().st_mode, os.access(path, os.R_OK)
    except (OSError, ValueError):
        raise FileUnreadable(name=name) from None
    if not stat.S_ISREG(mode):
        raise FileNotPlain(name=name)
    if not readable:
        raise FileUnreadable(name=name)


def need_folder(path: Path) -> None:
    """Refuse an output folder that is not there. None is made: a name on a pulled stick would become one on this disk.

    Raises:
        FolderMissing: it is not there, or no folder.
    """
    try:
        there = path.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise FolderMissing(name=str(path))


def make_folder(path: Path) -> None:
    """Make a folder and those above it; one that is there is left as it is.

    Raises:
        FileUnwritable: it cannot be made, or a file has that name.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError):
        raise FileUnwritable(name=path.name) from None


def read_file(path: Path, *, limit: int = LIMIT) -> bytes:
    """Return the bytes of a file of at most *limit* bytes; a shell's own pipe (``/dev/stdin``) is read, too.

    Raises:
        FileUnreadable: it is not there or cannot be read.
        FileTooLarge: it is longer than *limit*.
    """
    if not str(path).startswith(_DESCRIPTORS):
        need_readable(path)
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        raise FileUnreadable(name=path.name) from None
    if len(data) > limit:
        raise FileTooLarge(name=path.name, limit=limit)
    return data


def open_file(path: Path) -> BinaryIO:
    """Open a plain file, or a shell's own pipe, for reading; the caller closes it.

    Raises:
        FileUnreadable: it is not there, not a plain file, or not ours to read.
    """
    if not str(path).startswith(_DESCRIPTORS):
        need_readable(path)
    try:
        return path.open("rb", buffering=0)
    except OSError:
        raise FileUnreadable(name=path.name) from None


def need_free(path: Path) -> None:
    """Refuse a name that ``write_file`` would refuse, before costly or irrevocable work is done for it.

    Raises:
        FileExists: it is taken.
        FileUnwritable: its folder is not there or cannot be written.
    """
    try:
        taken = path.exists() or path.is_symlink()
        writable = path.parent.is_dir() and os.access(path.parent, os.W_OK)
    except (OSError, ValueError):
        taken = writable = False
    if taken:
        raise FileExists(name=path.name or str(path))
    if not writable:
        raise FileUnwritable(name=path.name)


def write_file(path: Path, data: bytes, *, private: bool = False, replace: bool = False) -> None:
    """Write a whole file or none; arguments and errors as ``whole_file``."""
    with whole_file(path, private=private, replace=replace) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = False, replace: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write that gets its name only when the block ended well, whole and on the disk.

    Until then it has no name where the system can do that (Linux, but not on FAT), so that nothing of it stays after
    a failure, not even after kill -9; elsewhere it stands beside, under a name that ends in ``.part``.

    Args:
        path: the final name.
        private: only this user may read it.
        replace: take the place of a file of that name, and its permissions, at the very end. What is no plain file,
            a device or a pipe, is then written directly.

    Raises:
        FileExists: it is there and *replace* was not asked for.
        FileUnwritable: the folder, the space or the medium does not allow it.
    """
    try:
        there = path.stat() if replace and path.exists() else None
        if there is not None and (not stat.S_ISREG(there.st_mode) or str(path).startswith(_DESCRIPTORS)):
            with path.open("wb", buffering=0) as device:
                yield device
            return
        target = Path(os.path.realpath(path)) if replace else path
        if not replace and (path.exists() or path.is_symlink()):
            raise FileExists(name=path.name)
        mode = 0o600 if private else 0o644
        with _Unnamed(target, mode if there is None else stat.S_IMODE(there.st_mode)) as started:
            yield started.file
            started.keep(replace=replace)
    except FileExistsError:
        raise FileExists(name=path.name) from None
    except OSError:
        raise FileUnwritable(name=path.name or str(path)) from None


class _Unnamed:
    """A file without its final name yet; what was not kept is gone when the block ends."""

    def __init__(self, target: Path, mode: int) -> None:
        self._target = target
        self._part: Path | None = None
        descriptor = _without_name(target.parent, mode)
        if descriptor is None:
            self._part = _beside(target)
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        self.file: BinaryIO = os.fdopen(descriptor, "wb")

    def keep(self, *, replace: bool) -> None:
        """Give the file its name."""
        self.file.flush()
        os.fsync(self.file.fileno())
        if self._part is None:
            source, here = f"/proc/self/fd/{self.file.fileno()}", self.file.fileno()
            if not replace:
                os.link(source, self._target, src_dir_fd=here)  # the descriptor makes it follow the link of /proc
                return
            self._part = _beside(self._target)
            os.link(source, self._part, src_dir_fd=here)
        elif not replace and self._target.exists():
            raise FileExistsError
        self._part.replace(self._target)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.file.close()
        if self._part is not None:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)


def _without_name(folder: Path, mode: int) -> int | None:
    """Return the descriptor of a file that has no name, or None where there is no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_WRONLY, mode)
    except OSError:
        return None


def _beside(target: Path) -> Path:
    return target.with_name(f".{secrets.token_hex(8)}.part")
