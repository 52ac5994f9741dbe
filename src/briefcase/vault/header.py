"""``header.json``: the key slots beside the database, with a MAC, and its copy ``header.bak``.

``vault_id`` is the salt in the first 16 bytes of ``store.db``, so a header of another vault is told apart from a
wrong passphrase. The MAC is BLAKE2b-256 under the header subkey over the canonical JSON without ``mac``. It can be
checked only once the master is known, and then every part is: a slot cannot be added, removed or put back unseen.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from briefcase.disk import sync_folder
from briefcase.seal import canonical
from briefcase.seal.errors import CanonicalInvalid
from briefcase.vault.errors import VaultDamaged, VaultError, VaultFormatNewer, VaultHeaderDamaged, VaultMissing
from briefcase.vault.files import translated, write_durably

FORMAT = "briefcase-vault/1"
NAME, COPY = "header.json", "header.bak"
STORE = "store.db"
NEXT, NEXT_STORE = "header.new", "store.db.new"
"""A change of all keys under way: the second is written first; once the first is there, it is decided."""
_BESIDE = ("-wal", "-shm", "-journal")
ID_LENGTH = 16
_FAMILY = "briefcase-vault/"
_LIMIT = 256 * 1024
_ENTRIES = {"format", "generation", "mac", "slots", "vault_id"}

Slot = dict[str, object]


@dataclass(frozen=True)
class Header:
    """What stands in the header: the vault's id (32 hex digits), the key slots, and how often it was written."""

    vault_id: str
    slots: tuple[Slot, ...]
    generation: int = 1
    format: str = FORMAT
    mac: str = ""

    @property
    def salt(self) -> bytes:
        """The vault id as the 16 bytes that ``store.db`` begins with."""
        return bytes.fromhex(self.vault_id)

    def signed_bytes(self) -> bytes:
        """Return what the MAC is computed over."""
        return canonical.encode({name: value for name, value in self._entries().items() if name != "mac"})

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        return canonical.encode(self._entries())

    def _entries(self) -> dict[str, object]:
        return {
            "format": self.format,
            "generation": self.generation,
            "mac": self.mac,
            "slots": list(self.slots),
            "vault_id": self.vault_id,
        }


def new_vault_id() -> str:
    """Return the id of a new vault, 32 hex digits; slots are bound to it, so it exists before the vault does."""
    return secrets.token_hex(ID_LENGTH)


def _mac(header: Header, key: bytes) -> str:
    return hashlib.blake2b(header.signed_bytes(), digest_size=32, key=key).hexdigest()


def verifies(header: Header, header_key: bytes) -> bool:
    """Return whether the MAC of *header* fits."""
    return hmac.compare_digest(_mac(header, header_key), header.mac)


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and all(digit in "0123456789abcdef" for digit in value)


def parse(data: bytes) -> Header:
    """Return the header that *data* holds; its MAC is not checked here.

    Raises:
        VaultFormatNewer: of a later format.
        VaultHeaderDamaged: not canonical JSON, or an entry is missing, foreign or of another type.
    """
    try:
        value = canonical.decode(data, limit=_LIMIT)
    except CanonicalInvalid:
        raise VaultHeaderDamaged(reason="JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("format"), str):
        raise VaultHeaderDamaged(reason="format")
    found = str(value["format"])
    if found != FORMAT:
        if found.startswith(_FAMILY) and found.removeprefix(_FAMILY).isdecimal():
            raise VaultFormatNewer(found=found, known=FORMAT)
        raise VaultHeaderDamaged(reason="format")
    slots, generation = value.get("slots"), value.get("generation")
    right = (
        set(value) == _ENTRIES
        and _is_hex(value["vault_id"], 2 * ID_LENGTH)
        and _is_hex(value["mac"], 64)
        and type(generation) is int
        and isinstance(slots, list)
        and all(isinstance(slot, dict) for slot in slots)
    )
    if not right:
        raise VaultHeaderDamaged(reason="entries")
    return Header(
        vault_id=value["vault_id"],
        slots=tuple(cast("list[Slot]", slots)),
        generation=cast("int", generation),
        mac=value["mac"],
    )


def read_bytes(path: Path) -> bytes | None:
    """Return the content of one of the two files, cut where it is too long, or None when it is not there."""
    try:
        with path.open("rb") as file:
            return file.read(_LIMIT + 1)
    except FileNotFoundError:
        return None


def need_database(folder: Path) -> None:
    """Check that there is a database, without opening it.

    Raises:
        VaultMissing: there is no vault here at all.
        VaultDamaged: the database is missing or empty.
    """
    finish(folder)
    with translated(folder):
        if not (folder / STORE).is_file():
            if any((folder / name).exists() for name in (NAME, COPY)):
                raise VaultDamaged(reason=f"{STORE} is missing")
            raise VaultMissing(folder=str(folder))
        if (folder / STORE).stat().st_size < ID_LENGTH:
            raise VaultDamaged(reason=f"{STORE} is empty")


def database_salt(folder: Path) -> bytes:
    """Return the first 16 bytes of the database: the id of the vault that it belongs to.

    Not to be called while this process has the vault open: closing the file gives up the locks of the whole process.

    Raises:
        VaultMissing, VaultDamaged: see ``need_database``.
    """
    need_database(folder)
    with translated(folder), (folder / STORE).open("rb") as file:
        return file.read(ID_LENGTH)


def read_both(folder: Path) -> list[Header]:
    """Return the headers that can be read, ``header.json`` first.

    Raises:
        VaultMissing: the folder holds neither file.
        VaultFormatNewer: the vault is of a later format.
        VaultHeaderDamaged: neither can be read.
    """
    finish(folder)
    with translated(folder):
        contents = [data for name in (NAME, COPY) if (data := read_bytes(folder / name)) is not None]
    if not contents:
        if (folder / STORE).exists():
            raise VaultHeaderDamaged(reason="missing")
        raise VaultMissing(folder=str(folder))
    found: list[Header] = []
    fault: VaultHeaderDamaged | None = None
    for data in contents:
        try:
            found.append(parse(data))
        except VaultHeaderDamaged as error:
            fault = fault or error
    if not found:
        raise fault or VaultHeaderDamaged(reason="JSON")
    return found


def sealed(header: Header, header_key: bytes) -> Header:
    """Return *header* with its MAC."""
    return replace(header, mac=_mac(header, header_key))


def write_header(folder: Path, header: Header, header_key: bytes) -> Header:
    """Write both files durably and return the header with its MAC; success means that both hold it.

    The copy is written too before this returns, or an old passphrase would live on in it.
    """
    whole = sealed(header, header_key)
    with translated(folder):
        write_durably(folder / NAME, whole.to_bytes())
        write_durably(folder / COPY, whole.to_bytes())
    return whole


def is_whole(folder: Path, header: Header) -> bool:
    """Return whether both files hold *header*."""
    with translated(folder):
        return all(read_bytes(folder / name) == header.to_bytes() for name in (NAME, COPY))


def heal(folder: Path, header: Header) -> None:
    """Bring both files to *header*, which has been verified."""
    with translated(folder):
        for name in (NAME, COPY):
            if read_bytes(folder / name) != header.to_bytes():
                write_durably(folder / name, header.to_bytes())


def decide(folder: Path, header: Header, header_key: bytes) -> None:
    """Put down the header of a change of all keys; from now on there is no way back."""
    with translated(folder):
        write_durably(folder / NEXT, sealed(header, header_key).to_bytes())


def is_decided(folder: Path) -> bool:
    """Return whether a change of all keys was decided and is not finished."""
    return (folder / NEXT).exists()


def discard(folder: Path) -> None:
    """Remove what an undecided change of all keys, or a header that was half written, left behind."""
    if is_decided(folder):
        return
    with translated(folder):
        for unfinished in folder.glob("header.*.tmp"):
            unfinished.unlink(missing_ok=True)
        for ending in ("", *_BESIDE):
            (folder / (NEXT_STORE + ending)).unlink(missing_ok=True)


def finish(folder: Path) -> None:
    """Bring a change of all keys that was decided to its end; it needs no key, and may be done twice.

    Raises:
        VaultReadOnly: it was interrupted, and here it cannot be finished.
    """
    data = read_bytes(folder / NEXT) if is_decided(folder) else None
    if data is None or not _fits(folder, data):
        return
    with translated(folder):
        if (folder / NEXT_STORE).exists():
            for ending in _BESIDE:
                (folder / (STORE + ending)).unlink(missing_ok=True)  # of the old database, and worked into it
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                (folder / NEXT_STORE).replace(folder / STORE)
            sync_folder(folder)
        for copy in folder.glob(f"{STORE}.schema-*"):
            copy.unlink(missing_ok=True)  # a copy from before an upgrade opens with the old keys
        for name in (NAME, COPY):
            write_durably(folder / name, data)
        (folder / NEXT).unlink(missing_ok=True)
        sync_folder(folder)


def _fits(folder: Path, data: bytes) -> bool:
    """Return whether the header of a change under way belongs to the database that is to be used with it."""
    store = folder / (NEXT_STORE if (folder / NEXT_STORE).exists() else STORE)
    try:
        with store.open("rb") as file:
            return parse(data).salt == file.read(ID_LENGTH)
    except (OSError, VaultError):
        return False
