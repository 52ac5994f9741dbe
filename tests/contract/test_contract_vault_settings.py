"""The connection to a vault: every setting that protects something stands, and without it nothing is opened."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2

from briefcase.seal.keyslots import new_master, subkey
from briefcase.vault import database as databases
from briefcase.vault import errors
from briefcase.vault.header import new_vault_id
from briefcase.vault.vault import create, open_vault

PROTECTS = {
    "cipher_status": ("1", "without it the file would be a plain database"),
    "locking_mode": ("exclusive", "a second program would write at the same time"),
    "journal_mode": ("wal", "a crash loses nothing, and readers do not wait"),
    "synchronous": (2, "what was acknowledged survives a power cut"),
    "foreign_keys": (1, "no row points to one that is gone"),
    "trusted_schema": (0, "a changed schema runs no functions"),
    "cell_size_check": (1, "a damaged page is noticed"),
    "temp_store": (2, "a sorter would write plaintext to a temporary file"),
    "secure_delete": (2, "what was deleted is overwritten inside the page"),
    "recursive_triggers": (1, "a row that REPLACE takes away is counted, too"),
    "mmap_size": (0, "no page is read past the decryption"),
    "busy_timeout": (0, "a second program is refused at once"),
    "page_size": ("4096", "the format says so"),
    "auto_vacuum": (2, "room is given back in small steps, never by a whole copy"),
    "cipher_plaintext_header_size": ("0", "not even the header is plain"),
    "cipher_memory_security": ("0", "the design measured it: dear, and it locks almost nothing"),
}
ONLY_WRITING = ("locking_mode", "journal_mode")
SLOT = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}


@pytest.fixture
def master():
    return new_master()


@pytest.fixture
def folder(tmp_path, master):
    """Return the folder of a closed vault."""
    place = tmp_path / "v.briefcase"
    create(place, master, [SLOT], vault_id=new_vault_id(), agency="A", country="US", officer="Ann").close()
    return place


class Deaf(dbapi2.Connection):
    """A library that takes a key and does nothing with it."""

    def set_key(self, _key):
        """Do nothing."""


@pytest.fixture
def deaf(monkeypatch):
    """Make every new connection deaf to its key."""
    original = dbapi2.connect
    monkeypatch.setattr(databases.dbapi2, "connect", lambda *a, **k: original(*a, factory=Deaf, **k))


def plain(folder):
    """Return the files that begin like a plain database, or hold its schema."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if b"SQLite format 3" in path.read_bytes() or b"CREATE" in path.read_bytes()]


@pytest.mark.parametrize("read_only", [False, True])
def test_every_protecting_setting_stands(folder, master, read_only):
    with open_vault(folder, master, read_only=read_only) as vault:
        for name, (value, why) in PROTECTS.items():
            if not (read_only and name in ONLY_WRITING):
                assert vault._database.one(f"PRAGMA {name}") == (value,), why


def test_the_settings_of_the_source_and_of_this_page_are_the_same():
    """A setting that is added to the source must say here what it protects; one that goes is missed here."""
    tuned = {"cache_size", "journal_size_limit"}
    source = {name for name, *_ in (*databases._ALWAYS, *databases._WRITING)}
    elsewhere = {
        *("cipher_status", "busy_timeout", "page_size", "auto_vacuum"),
        *("cipher_plaintext_header_size", "cipher_memory_security"),
    }
    assert source - tuned == PROTECTS.keys() - elsewhere


@pytest.mark.parametrize("name", [name for name, *_ in databases._ALWAYS])
def test_a_library_that_ignores_a_setting_is_refused(folder, master, monkeypatch, name):
    original = databases.Database.number

    def other(self, sql, values=()):
        return 77 if sql == f"PRAGMA {name}" else original(self, sql, values)

    monkeypatch.setattr(databases.Database, "number", other)
    with pytest.raises(errors.VaultFault):
        open_vault(folder, master)


@pytest.mark.parametrize("name", [name for name, *_ in databases._WRITING])
def test_a_library_that_cannot_lock_is_refused(folder, master, monkeypatch, name):
    original = databases.Database.one

    def other(self, sql, values=()):
        return ("delete",) if sql.startswith(f"PRAGMA {name} =") else original(self, sql, values)

    monkeypatch.setattr(databases.Database, "one", other)
    with pytest.raises(errors.VaultFault):
        open_vault(folder, master)


@pytest.mark.usefixtures("deaf")
def test_no_plain_database_is_ever_made(tmp_path, master):
    place = tmp_path / "new.briefcase"
    with pytest.raises(errors.VaultNotEncrypted):
        create(place, master, [SLOT], vault_id=new_vault_id(), agency="A", country="US", officer="Ann")
    assert plain(tmp_path) == []


def test_no_plain_copy_is_ever_made(folder, master, monkeypatch):
    with open_vault(folder, master) as vault:
        original = dbapi2.connect
        monkeypatch.setattr(databases.dbapi2, "connect", lambda *a, **k: original(*a, factory=Deaf, **k))
        with pytest.raises(errors.VaultNotEncrypted):
            vault._database.copy_into(folder / "copy", bytes(32), bytes(16))
    assert plain(folder) == []


def test_no_extension_can_be_loaded(folder, master):
    with open_vault(folder, master) as vault, pytest.raises(errors.VaultFault):
        vault._database.one("SELECT load_extension('x')")


def test_a_copy_beside_the_connection_keeps_others_out(folder, master):
    """Opening and closing the file by hand would give up the lock of the whole process."""
    code = (
        "import sys; from pathlib import Path; from briefcase.vault.vault import open_vault;"
        "open_vault(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))"
    )
    with open_vault(folder, master) as vault:
        vault._database.copy_into(folder / "copy", bytes(32), vault.header.salt)
        source = str(databases.__file__).rsplit("/briefcase/", maxsplit=1)[0]
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder), master.hex()],
            env={"PYTHONPATH": source, "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "VAULT_IN_USE" in done.stderr


def decrypted(folder, key):
    """Return the pages of a closed vault's database in the clear: AES-256-CBC, the vector before the HMAC."""
    data, pages = (folder / "store.db").read_bytes(), []
    for start in range(0, len(data), 4096):
        page = data[start + (16 if start == 0 else 0) : start + 4096]
        cipher = Cipher(algorithms.AES256(key), modes.CBC(page[-80:-64])).decryptor()
        pages.append(cipher.update(page[:-80]) + cipher.finalize())
    return pages


def test_the_bytes_of_something_deleted_are_overwritten(folder, master):
    """Seen through the key: a page that was decrypted shows no trace of a value that was deleted."""
    gone, kept, key = b"Kestrel7741Deleted", b"Gannet9152Kept", subkey(master, "database")
    with open_vault(folder, master) as vault:
        for number in range(20):
            vault.drafts.save(f"d{number:02}", gone * 3, saved="now")
        vault.drafts.save("d10b", kept, saved="now")
    assert any(gone in page for page in decrypted(folder, key))
    with open_vault(folder, master) as vault:
        for number in range(20):
            vault.drafts.remove(f"d{number:02}")
    assert any(kept in page for page in decrypted(folder, key))
    assert not any(gone in page for page in decrypted(folder, key))
