"""The vault: one folder, one open connection, and everything that is kept in it.

It is handed the 32-byte master and never learns where that came from. One thread at a time may use it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from briefcase.disk import sync_folder
from briefcase.errors import N_
from briefcase.records.query import Query
from briefcase.vault import copying, purging, rekey, tally
from briefcase.vault import header as headers
from briefcase.vault.attachments import Attachments
from briefcase.vault.audit import Audit
from briefcase.vault.blobs import FOLDER
from briefcase.vault.check import GENERATION, check
from briefcase.vault.contacts import Contacts, Withdrawals
from briefcase.vault.database import Database, Value, connect
from briefcase.vault.errors import (
    VaultClosed,
    VaultDamaged,
    VaultDiskFull,
    VaultError,
    VaultExists,
    VaultHeaderDamaged,
    VaultHeaderForeign,
    VaultMissing,
    VaultReadOnly,
    VaultWrongKey,
)
from briefcase.vault.files import create_private, ensure_room, translated
from briefcase.vault.header import STORE, Header, Slot
from briefcase.vault.indexing import rebuild
from briefcase.vault.leaving import check_leaving
from briefcase.vault.ledger import Bundles, Disclosures
from briefcase.vault.messages import Messages, Witnesses
from briefcase.vault.papers import Consents
from briefcase.vault.saved import SavedSearches
from briefcase.vault.schema import migrate
from briefcase.vault.search import Search
from briefcase.vault.settings import Drafts, Settings
from briefcase.vault.store import Records
from briefcase.vault.subkeys import Keys
from briefcase.vault.values import Finding, Hit

_SEARCHED_SO = 5  # the schema from which on the indexes are as they are now
_FIRST_PAGE = N_("the first page of the database, or the header is from before a revocation")


class Vault:
    """An open vault; ``close`` drops the connection and the keys.

    Attributes:
        records, attachments, contacts, withdrawals, bundles, disclosures, consents, messages, witnesses, drafts,
            settings, audit, saved: its parts.
        folder: where it stands.
        header: vault id and key slots as they are now.
        header_mended: whether the header or its copy was not as it should be, and the good one was used.
    """

    def __init__(self, database: Database, keys: Keys, header: Header) -> None:
        self._database = database
        self._keys: Keys | None = keys
        self.folder = database.folder
        self.header = header
        self.header_mended = False
        self.audit = Audit(database, keys.audit, header.salt)
        if not database.read_only:
            self.audit.watch()
        self.settings = Settings(database, self.audit)
        self.drafts = Drafts(database)
        self.records = Records(database, self.audit)
        self.attachments = Attachments(database, self.audit, keys.blobs)
        self.contacts = Contacts(database, self.audit)
        self.withdrawals = Withdrawals(database, self.audit)
        self.bundles = Bundles(database)
        self.disclosures = Disclosures(database)
        self.consents = Consents(database, self.audit.state)
        self.messages = Messages(database, self.audit.state)
        self.witnesses = Witnesses(database)
        self.saved = SavedSearches(database, self.audit)
        self._search = Search(database)

    @property
    def vault_id(self) -> str:
        """The id of the vault, 32 hex digits."""
        return self.header.vault_id

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: it was opened so, or its disk is full."""
        return self._database.read_only

    def freeze(self) -> None:
        """Refuse every change from now on, because the disk is full; reading goes on."""
        self._database.freeze()

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self._database.is_open

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside the block one act: all of it or nothing.

        Raises:
            VaultReadOnly: the vault was opened for reading only.
        """
        with self._database.transaction():
            yield

    def search(
        self, asked: str | Query, *, kinds: Sequence[str] | None = None, case_id: str | None = None, limit: int = 200
    ) -> list[Hit]:
        """Return the best hits for what was typed (see ``search.Search``)."""
        return self._search.search(asked, kinds=kinds, case_id=case_id, limit=limit)

    def stop_search(self) -> None:
        """Stop a search that runs in another thread; it raises ``SearchStopped`` there."""
        self._search.stop()

    def change_slots(
        self, slots: Sequence[Slot], *, actor: str, action: str = "slot.change", detail: dict[str, object] | None = None
    ) -> None:
        """Replace the key slots; when this returns, header and copy both hold the new ones only.

        Raises:
            VaultReadOnly, VaultDiskFull, VaultDiskFailed.
        """
        if not slots or self._keys is None:
            raise ValueError("an open vault and at least one slot")
        changed = replace(self.header, slots=tuple(slots), generation=self.header.generation + 1)
        with self._database.transaction():
            self.settings.set(GENERATION, str(changed.generation))
            self.audit.append(action, "", {**(detail or {}), "generation": changed.generation}, actor=actor)
            self.header = headers.write_header(self.folder, changed, self._keys.header)

    def revoke(
        self, master: bytes, slots: Sequence[Slot], *, actor: str, progress: rekey.Progress | None = None
    ) -> Vault:
        """Put the vault under a new master and return it open again; this one is closed.

        Until success, and after a crash, either the old keys open it or the new ones, never none.

        Args:
            master: 32 new random bytes.
            slots: made for it; all old ones are gone.
            actor: who revokes.
            progress: told the pages done and all pages; an exception from it stops and changes nothing.

        Raises:
            VaultReadOnly, VaultDiskFull, VaultDiskFailed: nothing was changed.
        """
        if not slots or self._keys is None:
            raise ValueError("an open vault and at least one slot")
        if self.read_only:
            raise VaultReadOnly
        changed = replace(self.header, slots=tuple(slots), generation=self.header.generation + 1)
        rekey.change_all(self._database, self._keys, Keys.of(master), changed, actor=actor, progress=progress)
        self.close()
        return open_vault(self.folder, master)

    def check(self, *, deep: bool = True) -> list[Finding]:
        """Return what is wrong with the vault, nothing when it is whole.

        Args:
            deep: read every blob to its end too, not only its size.
        """
        if self._keys is None:
            return []
        return check(self._database, self.audit, self.attachments, self.header, self._keys.header, deep=deep)

    def save_copy(
        self, target: Path, mark: dict[str, object], progress: copying.Progress | None = None
    ) -> list[Finding]:
        """Save a verified copy as the folder *target*; see ``copying.save``.

        Raises:
            VaultExists, VaultDiskFull, CopyFileLimit, VaultReadOnly, VaultDiskFailed, CopyDiffers.
        """
        if self._keys is None:
            raise VaultClosed
        return copying.save(copying.Whole(self._database, self._keys, self.header), target, mark, progress)

    def purge(self, case_id: str) -> purging.Purge:
        """Return the purge of a case, which chooses and deletes; see ``purging``."""
        return purging.Purge(self._database, self.audit, self.attachments, case_id)

    def finish_purge(self, *, actor: str, progress: purging.Progress | None = None) -> str:
        """Overwrite what a purge left behind; return the id of its case, empty when there was nothing to do."""
        case = purging.unfinished(self.settings)
        if case:
            purging.clean(self._database, self.audit, actor=actor, progress=progress)
        return case

    def check_leaving(self, ids: Iterable[str]) -> list[Finding]:
        """Return what is wrong with these records and with what decides over their release (see ``leaving``)."""
        return check_leaving(self._database, self.audit, ids)

    def establish_state(self, *, actor: str) -> None:
        """Bind the present records to the audit chain anew; the caller has found nothing wrong by a whole check."""
        with self._database.transaction():
            self.audit.state.establish()
            self.audit.append("vault.state", actor=actor)

    def take_row(self, table: str, row: Sequence[Value]) -> None:
        """Put one row of another vault's table into the same table, in place of one with its key; for a repair."""
        self._database.run(f"REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - our own tables

    def close(self) -> None:
        """Close the vault; a second call does nothing."""
        self._keys = None
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create(
    folder: Path,
    master: bytes,
    slots: Sequence[Slot],
    *,
    vault_id: str,
    agency: str,
    country: str,
    officer: str,
) -> Vault:
    """Make a new vault and return it open.

    Args:
        folder: must not exist yet, or be empty; by custom its name ends in ``.briefcase``.
        master: 32 random bytes (``seal.keyslots.new_master``).
        slots: key slots made for *vault_id*.
        vault_id: from ``header.new_vault_id``.
        agency: such as ``USA/BIS``; with country and officer kept as settings inside.
        country: ISO 3166 code.
        officer: name of the officer, the actor of the first audit entry.

    Raises:
        VaultExists, VaultDiskFull, VaultReadOnly, VaultDiskFailed.
    """
    if not slots:
        raise ValueError("a vault needs a key slot")
    keys, header = Keys.of(master), Header(vault_id=vault_id, slots=tuple(slots))
    with translated(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise VaultExists(folder=str(folder))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ensure_room(folder, 0)
    try:
        return _fill(folder, keys, header, {"agency": agency, "country": country, "officer": officer})
    except BaseException:
        for name in (STORE, STORE + "-wal", headers.NAME, headers.COPY):
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        raise


def _fill(folder: Path, keys: Keys, header: Header, settings: dict[str, str]) -> Vault:
    """Make the database, the blob folder and, last, the header: a folder without one is no vault."""
    with translated(folder):
        (folder / FOLDER).mkdir(mode=0o700)
        os.close(create_private(folder / STORE))
    database = connect(folder, keys.database, header.salt, read_only=False, create=True)
    try:
        migrate(database)
        vault = Vault(database, keys, header)
        with vault.transaction():
            for name, value in settings.items():
                vault.settings.set(name, value)
            vault.audit.state.establish()
            vault.audit.append("vault.create", "", {"format": headers.FORMAT}, actor=settings["officer"])
        vault.header = headers.write_header(folder, header, keys.header)
        with translated(folder):
            sync_folder(folder.parent)
    except BaseException:
        database.close()
        raise
    return vault


def open_vault(folder: Path, master: bytes, *, read_only: bool = False) -> Vault:
    """Open a vault: the one function that does.

    Args:
        folder: of the vault.
        master: 32 bytes, unwrapped from a slot of its header.
        read_only: write nothing at all, for a read-only medium; needs a vault that was closed properly.

    Raises:
        VaultMissing: there is none.
        VaultInUse: another process has it open.
        VaultHeaderDamaged, VaultHeaderForeign, VaultWrongKey, VaultFormatNewer, VaultDamaged: see each.
        VaultReadOnly, VaultNotClean: nothing can be written there.
    """
    if not folder.is_dir():
        raise VaultMissing(folder=str(folder))
    keys = Keys.of(master)
    found = headers.read_both(folder)
    verified = [each for each in found if headers.verifies(each, keys.header)]
    if not verified:
        raise _why_not(folder, found[0], keys, read_only=read_only)
    header = max(verified, key=lambda each: each.generation)
    database = _connect(folder, keys, header, read_only=read_only)
    try:
        if not read_only:
            _upgrade(database, keys, header)
        vault = Vault(database, keys, header)
        vault.header_mended = not headers.is_whole(folder, header)
        if not read_only:
            _tidy(vault)
    except BaseException:
        database.close()
        raise
    return vault


def _upgrade(database: Database, keys: Keys, header: Header) -> None:
    """Bring the schema up to date, with a copy of what was there, and enter what that did to the counted tables."""
    audit, sums, was = Audit(database, keys.audit, header.salt), dict[str, int](), [0]

    def before(version: int) -> None:
        was[0] = version
        _copy_before(database, version, keys.database, header.salt)
        if key := audit.rows_key():
            sums.update(tally.totals(database, key))

    def after() -> None:
        if was[0] < _SEARCHED_SO:
            rebuild(database)
        audit.upgraded(sums)

    migrate(database, before=before, after=after)


def _tidy(vault: Vault) -> None:
    """Bring both headers to the good one and remove what a crash left; a disk too full for that is read only."""
    try:
        if vault.header_mended:
            headers.heal(vault.folder, vault.header)
        headers.discard(vault.folder)
        with translated(vault.folder):  # of a change of keys that was cut off; a WAL again
            (vault.folder / f"{STORE}-journal").unlink(missing_ok=True)
        vault.attachments.sweep()
        vault.finish_purge(actor=vault.settings.text("officer"))
    except VaultDiskFull:
        vault.freeze()


def _connect(folder: Path, keys: Keys, header: Header, *, read_only: bool) -> Database:
    """Connect under a verified header; the key is right then, so what does not open is damaged or foreign."""
    try:
        return connect(folder, keys.database, header.salt, read_only=read_only)
    except VaultWrongKey:
        if headers.database_salt(folder) != header.salt:
            raise VaultHeaderForeign from None
        raise VaultDamaged(reason=_FIRST_PAGE) from None


def _why_not(folder: Path, header: Header, keys: Keys, *, read_only: bool) -> VaultError:
    """Return why no header verifies under these keys: foreign, tampered with, or just another master."""
    try:
        salt = headers.database_salt(folder)
    except VaultError as error:
        return error
    if salt != header.salt:
        return VaultHeaderForeign()
    try:
        connect(folder, keys.database, salt, read_only=read_only).close()
    except VaultWrongKey:
        return VaultWrongKey()
    except VaultError as error:
        return error
    return VaultHeaderDamaged(reason="MAC")


def _copy_before(database: Database, version: int, key: bytes, salt: bytes) -> None:
    """Keep the database as it was before its schema is changed, under the same key.

    The file is not opened beside the connection: closing it would give up the locks that keep others out.
    """
    source, target = database.folder / STORE, database.folder / f"{STORE}.schema-{version}"
    with translated(database.folder):
        ensure_room(database.folder, source.stat().st_size)
        target.unlink(missing_ok=True)
        database.copy_into(target, key, salt)
        sync_folder(database.folder)
