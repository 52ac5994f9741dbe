"""The schema of ``store.db``: numbered SQL files, brought up to date in one transaction, with a copy made before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources as package_files

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from briefcase.vault.database import Database
from briefcase.vault.errors import VaultFormatNewer


def migrations() -> list[tuple[int, str]]:
    """Return (number, SQL) of every migration that ships, in order."""
    folder = package_files.files("briefcase.vault") / "migrations"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return sorted((int(entry.name.removesuffix(".sql")), entry.read_text(encoding="utf-8")) for entry in files)


def statements(script: str) -> Iterator[str]:
    """Yield the single statements of a migration file."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if dbapi2.complete_statement(held):
            yield held
            held = ""


def migrate(
    database: Database,
    *,
    before: Callable[[int], None] = lambda _: None,
    after: Callable[[], None] = lambda: None,
) -> bool:
    """Bring the schema up to date in one transaction; return whether anything was to do.

    Args:
        database: opened for writing.
        before: called with the old version before an existing schema is changed, to make a copy.
        after: called in the same transaction once an existing schema was changed.

    Raises:
        VaultFormatNewer: the schema is newer than this program; nothing was changed.
    """
    version, known = database.number("PRAGMA user_version"), migrations()
    newest = known[-1][0]
    if version > newest:
        raise VaultFormatNewer(found=version, known=newest)
    if version == newest:
        return False
    if version:
        before(version)
    with database.transaction():
        for number, script in known:
            if number > version:
                for statement in statements(script):
                    database.run(statement)
        database.run(f"PRAGMA user_version = {newest}")
        if version:
            after()
    database.rows("PRAGMA incremental_vacuum")  # what the changes took and gave up was never written
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return True
