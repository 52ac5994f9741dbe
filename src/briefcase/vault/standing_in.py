"""Another schema for a damaged one: the pages that say where each table begins, from a fresh vault of the same make.

Every page has its own seal under the same key and salt, so pages of the damaged file answer beside those of another.
It serves only where both put their tables at the same pages; what is read then has to prove itself as before.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from briefcase.vault.database import connect
from briefcase.vault.errors import VaultError
from briefcase.vault.header import STORE

PAGE = 4096
_TRIED = 600


def readable(folder: Path, key: bytes, salt: bytes, *, settings: bool = False) -> bool:
    """Whether the schema of the database in *folder* can be read, and its *settings*, which every vault has."""
    try:
        database = connect(folder, key, salt, read_only=False, wal=False)
    except VaultError:
        return False
    try:
        database.rows("SELECT * FROM sqlite_master")
        if not settings:
            return True
        database.rows("SELECT n, body FROM revision ORDER BY n LIMIT 1")  # another make's table begins elsewhere
        return database.number("SELECT count(*) FROM setting WHERE name = 'officer'") == 1
    except VaultError:
        return False
    finally:
        with contextlib.suppress(VaultError):
            database.close()


def put_schema(damaged: Path, donor: Path, key: bytes, salt: bytes) -> bool:
    """Put the schema pages of the fresh vault *donor* into the working copy *damaged*; return whether it can be read.

    The donor is changed, too: it grows to the length of the damaged one, for its first page says how long the file is.
    """
    mine, theirs = damaged / STORE, donor / STORE
    pages = mine.stat().st_size // PAGE
    places = _schema_pages(donor, key, salt)
    database = connect(donor, key, salt, read_only=False, wal=False)
    try:
        database.run("INSERT INTO setting (name, form, value) VALUES ('length', 'bytes', zeroblob(?))", (pages * PAGE,))
    finally:
        database.close()
    with mine.open("r+b") as target, theirs.open("rb") as source:
        for place in places:
            source.seek(place * PAGE)
            target.seek(place * PAGE)
            target.write(source.read(PAGE))
        target.truncate(theirs.stat().st_size)
    return readable(damaged, key, salt, settings=True)


def _schema_pages(donor: Path, key: bytes, salt: bytes) -> list[int]:
    """Return the pages, from 0, without which the schema cannot be read: each is left out in turn."""
    store = donor / STORE
    found = []
    with store.open("r+b", buffering=0) as file:
        for place in range(min(_TRIED, store.stat().st_size // PAGE)):
            file.seek(place * PAGE + 100)
            byte = file.read(1)
            file.seek(place * PAGE + 100)
            file.write(bytes([byte[0] ^ 1]))
            if not readable(donor, key, salt):
                found.append(place)
            file.seek(place * PAGE + 100)
            file.write(byte)
    return found
