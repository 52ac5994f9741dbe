"""Writing files so that a power cut leaves the old or the new one, never half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from briefcase.disk import sync_folder
from briefcase.vault.errors import VaultDiskFailed, VaultDiskFull, VaultError, VaultReadOnly

MEBIBYTE = 1024 * 1024
RESERVE = 16 * MEBIBYTE
"""Room that must stay free beside what is written: for the WAL, and so that deleting still works."""

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def create_private(path: Path) -> int:
    """Return a handle to a new file that only its owner may read."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def write_durably(path: Path, data: bytes) -> None:
    """Put *data* in place of *path*: temporary file, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(create_private(temporary), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def free_bytes(folder: Path) -> int:
    """Return how many bytes can still be written on the disk of *folder*."""
    return shutil.disk_usage(folder).free


def missing_mebibytes(folder: Path, needed: int) -> int:
    """Return how many MiB are lacking for *needed* bytes and the reserve; at least 1."""
    return max(1, -(-(needed + RESERVE - free_bytes(folder)) // MEBIBYTE))


def ensure_room(folder: Path, needed: int) -> None:
    """Check that *needed* bytes and the reserve fit on the disk of *folder*.

    Raises:
        VaultDiskFull: with how much is missing.
    """
    if free_bytes(folder) < needed + RESERVE:
        raise VaultDiskFull(missing=missing_mebibytes(folder, needed))


def as_vault_error(error: OSError, folder: Path, needed: int = 0) -> VaultError:
    """Return what an error of the operating system means for the officer."""
    if error.errno in _FULL:
        return VaultDiskFull(missing=missing_mebibytes(folder, needed))
    if error.errno in _READ_ONLY:
        return VaultReadOnly()
    return VaultDiskFailed(reason=errno.errorcode.get(error.errno or 0, "OSError"))


@contextlib.contextmanager
def translated(folder: Path, needed: int = 0) -> Iterator[None]:
    """Turn the operating system's errors inside the block into those of the vault."""
    try:
        yield
    except OSError as error:
        raise as_vault_error(error, folder, needed) from error
