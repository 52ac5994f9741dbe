"""All keys of a vault anew: what revoking is, because an old header opens with its old passphrase for ever.

A second database is written beside the first under the new keys, whole and durable; then the new header is put down
under the name ``header.new``. That is the moment of decision: before it a crash leaves the old vault, after it
``header.finish`` goes on to the end, which needs no key, for it only renames. Attached files stay as they are; the keys
that open them are wrapped anew. The audit chain goes on: what was entered before keeps its values, under the key that
it was made with.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from briefcase.disk import sync_folder
from briefcase.vault import header as headers
from briefcase.vault.audit import FORMER, Audit
from briefcase.vault.blobs import unwrap, wrap
from briefcase.vault.check import GENERATION
from briefcase.vault.database import Database, connect
from briefcase.vault.files import ensure_room, translated
from briefcase.vault.header import Header
from briefcase.vault.settings import Settings
from briefcase.vault.subkeys import Keys

ACTION = "vault.revoke"
_BATCH = 1000
Progress = Callable[[int, int], None]
"""Called with the pages done and all pages; an exception from it stops, and nothing was changed."""


def change_all(
    database: Database, old: Keys, new: Keys, header: Header, *, actor: str, progress: Progress | None = None
) -> None:
    """Put the vault under new keys; afterwards *database* is closed, and the vault opens with *header* alone.

    Args:
        database: the open one, for writing.
        old: its keys.
        new: those of the new master.
        header: with the new slots and the next generation.
        actor: who revokes.
        progress: see ``Progress``.

    Raises:
        VaultDiskFull, VaultDiskFailed, VaultReadOnly: nothing was changed.
    """
    folder = database.folder
    headers.discard(folder)
    ensure_room(folder, (folder / headers.STORE).stat().st_size)
    database.hold()
    try:
        database.copy_into(folder / headers.NEXT_STORE, new.database, header.salt, progress)
        fresh = connect(folder, new.database, header.salt, read_only=False, store=headers.NEXT_STORE)
        try:
            _rewrite(fresh, old, new, header, actor)
        finally:
            fresh.close()
        _make_durable(database)
        headers.decide(folder, header, new.header)
    except BaseException:
        if headers.is_decided(folder):
            _finish(database)
        else:
            headers.discard(folder)
            database.let_go()
        raise
    _finish(database)


def _finish(database: Database) -> None:
    """Rename, while the old connection still keeps everybody else out; Windows does not rename what is open."""
    if os.name == "nt":
        database.close()
    headers.finish(database.folder)
    database.close()


def _make_durable(database: Database) -> None:
    folder = database.folder
    with translated(folder):
        handle = os.open(folder / headers.NEXT_STORE, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(folder)


def _rewrite(fresh: Database, old: Keys, new: Keys, header: Header, actor: str) -> None:
    """Make everything in the copy that hangs on the keys hang on the new ones, and enter it in the chain."""
    before = Audit(fresh, old.audit, header.salt)
    before.watch()
    with fresh.transaction():
        former = [*before.former(), {"last": before.size(), "key": old.audit.hex()}]
        Settings(fresh, before).set(FORMER, former)
        audit = Audit(fresh, new.audit, header.salt)
        audit.watch()
        audit.state.forget()  # established again by a check of the whole, which is made with both keys
        Settings(fresh, audit).set(GENERATION, str(header.generation))
        _wrap_again(fresh, old.blobs, new.blobs)
        audit.append(ACTION, "", {"generation": header.generation}, actor=actor)


def _wrap_again(fresh: Database, old: bytes, new: bytes) -> None:
    last = b""
    while rows := fresh.rows(
        "SELECT sha256, blob, wrapped FROM attachment WHERE sha256 > ? ORDER BY sha256 LIMIT ?", (last, _BATCH)
    ):
        for sha256, blob, wrapped in rows:
            if isinstance(sha256, bytes) and isinstance(blob, bytes) and isinstance(wrapped, bytes):
                changed = wrap(unwrap(wrapped, old, blob), new, blob)
                fresh.run("UPDATE attachment SET wrapped = ? WHERE sha256 = ?", (changed, sha256))
                last = sha256
