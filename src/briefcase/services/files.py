"""Reading and writing the plain files an officer names: cards, record lines, printed pages. Never part of a file."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from briefcase.services.errors import FileExists, FileTooLarge, FileUnreadable, FileUnwritable

LIMIT = 64 * 1024 * 1024
_DESCRIPTORS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


def need_readable(path: Path) -> None:
    """Refuse what is not a plain file that may be read: a pipe or a device would keep us waiting for ever.

    Raises:
        FileUnreadable: it is not there, not a plain file, or not ours to read.
    """
    try:
        plain = stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK)
    except (OSError, ValueError):
        plain = False
    if not plain:
        raise FileUnreadable(name=path.name or str(path))


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
    """Write a whole file or none: beside it first, then renamed.

    Args:
        path: the final name.
        data: its content.
        private: only this user may read it.
        replace: overwrite a file of that name.

    Raises:
        FileExists: it is there and *replace* was not asked for.
        FileUnwritable: the folder, the space or the medium does not allow it.
    """
    if path.exists() and not replace:
        raise FileExists(name=path.name)
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        raise FileUnwritable(name=path.name) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
