"""What an error of the database library means to the officer; its own text may repeat content and is dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from briefcase.vault.errors import (
    SearchStopped,
    VaultDamaged,
    VaultDiskFailed,
    VaultDiskFull,
    VaultError,
    VaultFault,
    VaultInUse,
    VaultReadOnly,
    VaultWrongKey,
)
from briefcase.vault.files import missing_mebibytes
from briefcase.vault.header import STORE


def _busy(_folder: Path) -> VaultError:
    return VaultInUse()


_MEANINGS: tuple[tuple[str, Callable[[Path], VaultError]], ...] = (
    ("SQLITE_BUSY", _busy),
    ("SQLITE_LOCKED", _busy),
    ("SQLITE_FULL", lambda folder: VaultDiskFull(missing=missing_mebibytes(folder, 0))),
    ("SQLITE_NOTADB", lambda _: VaultWrongKey()),
    ("SQLITE_CORRUPT", lambda _: VaultDamaged(reason=STORE)),
    ("SQLITE_READONLY", lambda _: VaultReadOnly()),
    ("SQLITE_CANTOPEN", lambda _: VaultDiskFailed(reason=STORE)),
    ("SQLITE_IOERR", lambda _: VaultDiskFailed(reason=STORE)),
    ("SQLITE_INTERRUPT", lambda _: SearchStopped()),
)


def meaning(error: dbapi2.Error, folder: Path) -> VaultError:
    """Return what an error of the database means; its own text may repeat content and is dropped."""
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    for beginning, make in _MEANINGS:
        if name.startswith(beginning):
            return make(folder)
    return VaultFault(reason=name)
