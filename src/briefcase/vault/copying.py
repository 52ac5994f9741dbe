"""Copies of a vault: to a stick, and back into a new folder. Whole under their names, or not there at all.

A copy is made in a folder that ends in ``.part``: the database compact and without what was deleted, each attached
file as it is, the header last. All of it is made durable, the system's cache is dropped, and then it is read back as a
vault: every page, the audit chain, every revision, every chunk of every attached file. Only then it gets its name.
Nothing is ever written in the clear: database, files and header stay under the keys that they are under.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from briefcase import disk
from briefcase.seal.source import read_into, write_all
from briefcase.seal.stream import sealed_size
from briefcase.vault import header as headers
from briefcase.vault.attachments import Attachments
from briefcase.vault.audit import Audit
from briefcase.vault.blobs import BLOCK, FOLDER, blob_path, is_blob_name
from briefcase.vault.check import check, damaged
from briefcase.vault.database import Database, connect
from briefcase.vault.errors import (
    AttachmentDamaged,
    CopyDiffers,
    CopyFileLimit,
    VaultDiskFull,
    VaultExists,
    VaultMissing,
)
from briefcase.vault.files import create_private, free_bytes, missing_mebibytes, translated
from briefcase.vault.header import STORE, Header
from briefcase.vault.settings import Settings
from briefcase.vault.subkeys import Keys
from briefcase.vault.values import Finding

PART = ".part"
RESTORED = "restore.open"
"""Setting of a restored vault until its officer has said that revocations and recalls were taken in again."""
TRAVEL = "travel.of"
"""Setting of a travel vault: ``{"home": vault id, "head": hex, "made": time}``."""
COPY_OF = "copy.of"
"""Setting of a copy: ``{"head": hex, "entries": number, "made": time, "copy": id}``."""
_SPARE = 1024 * 1024
Progress = Callable[[int, int], None]
"""Called with bytes done and all bytes, writing and reading back together; an exception from it stops."""


class Steps:
    """Adds up what is done and tells it."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = max(1, total)
        self._progress = progress
        self._before = 0
        self._now = 0

    def at(self, count: int) -> None:
        """Say how many bytes of the present step are done."""
        self._now = count
        if self._progress is not None:
            self._progress(min(self._before + count, self._total), self._total)

    def finish(self) -> None:
        """Say that everything is done."""
        self.end(self._total - self._before)

    def end(self, size: int) -> None:
        """End the present step, which counts *size* bytes."""
        self._before += size
        self._now = 0
        self.at(0)


@dataclass(frozen=True, repr=False)
class Whole:
    """An open vault as this module needs it: the connection, the keys, the header as it is now."""

    database: Database
    keys: Keys
    header: Header

    def checked(self, *, deep: bool) -> list[Finding]:
        """Return what is wrong with it."""
        audit, attachments = self.parts()
        return check(self.database, audit, attachments, self.header, self.keys.header, deep=deep)

    def parts(self) -> tuple[Audit, Attachments]:
        """Return its audit chain and its attached files."""
        audit = Audit(self.database, self.keys.audit, self.header.salt)
        return audit, Attachments(self.database, audit, self.keys.blobs)


def save(vault: Whole, target: Path, mark: dict[str, object], progress: Progress | None) -> list[Finding]:
    """Save a copy of an open vault as the folder *target*; see the module's words.

    Args:
        vault: open; what is not committed does not go along.
        target: must not be there yet; its parent must.
        mark: kept as the setting ``copy.of`` in the copy.
        progress: see ``Progress``.

    Returns:
        What is wrong in the vault itself and so in its copy, too; a damaged or missing attached file is left out.

    Raises:
        VaultExists, VaultDiskFull, CopyFileLimit, VaultReadOnly, VaultDiskFailed: nothing stands under the name.
        CopyDiffers: what was read back is not what was written.
    """
    blobs = [one.name for one in vault.parts()[1].all()]
    here, place = vault.database.folder, target.parent
    sizes = {name: _size(blob_path(here, name)) for name in blobs}
    store = _size(here / STORE)
    steps = Steps(2 * (store + sum(sizes.values())), progress)
    ending = f".{vault.header.vault_id[:8]}{PART}"
    with _under_way(target, ending) as part:
        _discard_ours(part, ending)
        check_room(place, {STORE: store, **{name.hex(): size for name, size in sizes.items()}})
        with translated(place):
            part.mkdir(mode=0o700)
            (part / FOLDER).mkdir(mode=0o700)
        vault.database.vacuum_into(part / STORE, steps.at)
        steps.end(store)
        for name, size in sizes.items():
            copy_file(blob_path(here, name), blob_path(part, name), steps.at)
            steps.end(size)
        _sign(part, vault, mark)
        _settle(part, blobs)
        faults = _read_back(part, vault, steps, store)
        if faults:
            known = vault.checked(deep=True)
            if any(one not in known for one in faults):
                raise CopyDiffers
    steps.finish()
    return faults


def _size(path: Path) -> int:
    """Return the size of a file, 0 when it is missing: that is for the check to say."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def check_room(place: Path, sizes: dict[str, int]) -> None:
    """Check that files of these *sizes* fit into the folder *place*.

    Raises:
        VaultMissing: the folder is not there.
        VaultDiskFull: with how much is missing.
        CopyFileLimit: FAT32 holds no such file.
    """
    if not place.is_dir():
        raise VaultMissing(folder=str(place))
    needed = sum(sizes.values()) + _SPARE
    with translated(place):
        if free_bytes(place) < needed:
            raise VaultDiskFull(missing=missing_mebibytes(place, needed))
    if max(sizes.values(), default=0) > disk.FAT32_LARGEST and disk.is_fat(disk.file_system(place)):
        raise CopyFileLimit


@contextlib.contextmanager
def _under_way(target: Path, ending: str) -> Iterator[Path]:
    """Give the folder to write into, and its name when the block has ended well; else remove it."""
    if target.exists() or target.is_symlink():
        raise VaultExists(folder=str(target))
    part = target.with_name(target.name + ending)
    try:
        yield part
        _name(part, target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder to make a vault in; it gets the name *target* when the block has ended well, else it is removed.

    Raises:
        VaultExists: there is something of that name; an empty folder is taken.
    """
    with translated(target.parent):
        if target.is_dir() and not target.is_symlink() and not any(target.iterdir()):
            target.rmdir()
        target.parent.mkdir(parents=True, exist_ok=True)
    with _under_way(target, PART) as part:
        shutil.rmtree(part, ignore_errors=True)
        yield part


def _name(part: Path, target: Path) -> None:
    with translated(target.parent):
        if target.exists():
            raise VaultExists(folder=str(target))
        part.rename(target)
        disk.sync_folder(target.parent)


def _discard_ours(part: Path, ending: str) -> None:
    """Remove what earlier copies of this vault left unfinished beside *part*; nobody else's is touched."""
    for left in part.parent.glob("*" + ending):
        shutil.rmtree(left, ignore_errors=True)
    if part.exists():
        raise VaultExists(folder=str(part))


def copy_file(source: Path, target: Path, at: Callable[[int], None]) -> None:
    """Copy one file as it is, durably; a missing one is left out, for the check speaks of it."""
    with translated(target.parent.parent, _size(source)):
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700)
        try:
            file = source.open("rb", buffering=0)
        except FileNotFoundError:
            return
        block, done = memoryview(bytearray(BLOCK)), 0
        with file, os.fdopen(create_private(target), "wb", buffering=0) as out:
            while count := read_into(file, block):
                write_all(out, block[:count])
                done += count
                at(done)
            os.fsync(out.fileno())


def _sign(part: Path, vault: Whole, mark: dict[str, object]) -> None:
    """Write the mark into the copy and, last, the header: a folder without one is no vault."""
    copy = dataclasses.replace(
        vault, database=connect(part, vault.keys.database, vault.header.salt, read_only=False, wal=False)
    )
    try:
        audit = copy.parts()[0]
        audit.watch()
        with copy.database.transaction():
            Settings(copy.database, audit).set(COPY_OF, mark)
    finally:
        copy.database.close()
    headers.write_header(part, vault.header, vault.keys.header)


def _settle(part: Path, blobs: list[bytes]) -> None:
    """Make everything durable and have the system forget it, so that it is read from the medium."""
    with translated(part.parent):
        for path in (part / STORE, part / headers.NAME, part / headers.COPY, *(blob_path(part, one) for one in blobs)):
            with contextlib.suppress(FileNotFoundError), path.open("rb+", buffering=0) as file:
                os.fsync(file.fileno())
                disk.drop_cache(file.fileno())
        for folder in (*(part / FOLDER).iterdir(), part / FOLDER, part, part.parent):
            disk.sync_folder(folder)


def _read_back(part: Path, vault: Whole, steps: Steps, store: int) -> list[Finding]:
    """Read a copy as the vault that it is; return what is wrong with it."""
    copy = dataclasses.replace(vault, database=connect(part, vault.keys.database, vault.header.salt, read_only=True))
    try:
        found = copy.checked(deep=False)
        steps.end(store)
        deep = check_files(copy.parts()[1], steps)
    finally:
        copy.database.close()
    return [one for one in (*found, *deep) if one.severity == "error"]


def check_files(attachments: Attachments, steps: Steps) -> list[Finding]:
    """Read every attached file to its end; those of a wrong size were found before."""
    found = []
    for stored in attachments.all():
        done = 0
        with contextlib.suppress(AttachmentDamaged), attachments.open_stored(stored) as file:
            try:
                while block := file.read(BLOCK):
                    done += len(block)
                    steps.at(done)
            except AttachmentDamaged as error:
                found.append(damaged(stored.attachment.sha256, str(error.facts["reason"])))
        steps.end(sealed_size(stored.attachment.size))
    return found


def bring(source: Path, target: Path, open_part: Callable[[Path], None], progress: Progress | None) -> None:
    """Bring the files of a closed vault, a copy most often, into the new folder *target*.

    Args:
        source: is only read; work that is not yet in its database file comes along.
        target: must not be there yet, or be empty.
        open_part: opens what was brought, checks it, and enters in it what it now is; closes it again. When it raises,
            nothing stays.
        progress: see ``Progress``.

    Raises:
        VaultExists, VaultMissing, VaultDiskFull, CopyFileLimit, VaultReadOnly, VaultDiskFailed.
    """
    with new_folder(target) as part, translated(target.parent):
        files = {path.relative_to(source): _size(path) for path in _files(source)}
        check_room(target.parent, {str(name): size for name, size in files.items()})
        part.mkdir(mode=0o700)
        (part / FOLDER).mkdir(mode=0o700)
        steps = Steps(sum(files.values()), progress)
        for name, size in files.items():
            copy_file(source / name, part / name, steps.at)
            steps.end(size)
        open_part(part)
        _settle(part, [bytes.fromhex(name.name) for name in files if len(name.parts) > 1])


def _files(source: Path) -> Iterator[Path]:
    """Yield the files that make up a vault: those of a change of all keys under way, too."""
    names = (headers.NAME, headers.COPY, headers.NEXT, headers.NEXT_STORE, STORE, STORE + "-wal")
    yield from (path for name in names if (path := source / name).is_file())
    for path in sorted((source / FOLDER).glob("??/*")):
        if is_blob_name(path.name) and path.is_file() and not path.is_symlink():
            yield path
