"""Reading and writing the plain files an officer names: cards, record lines, printed pages. Never part of a file."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from briefcase.services.errors import FileExists, FileUnreadable, FileUnwritable

LIMIT = 64 * 1024 * 1024


def read_file(path: Path, *, limit: int = LIMIT) -> bytes:
    """Return the bytes of a file of at most *limit* bytes.

    Raises:
        FileUnreadable: it is not there, too large, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        raise FileUnreadable(name=path.name) from None
    if len(data) > limit:
        raise FileUnreadable(name=path.name)
    return data


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
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise FileUnwritable(name=path.name) from None
