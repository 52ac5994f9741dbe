"""Creating, opening, and every way in which opening must fail; the settings that protect something."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from briefcase.seal.keyslots import new_master, subkey, unwrap, wrap_recovery
from briefcase.vault import attempts, errors, schema
from briefcase.vault import database as databases
from briefcase.vault import header as headers
from briefcase.vault.vault import create, open_vault

SLOT = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}
OTHER = {**SLOT, "id": "8899aabbccddeeff"}


def make_vault(folder, master, slots=(SLOT,), vault_id=None):
    return create(
        folder, master, slots, vault_id=vault_id or headers.new_vault_id(), agency="A", country="US", officer="Ann"
    )


def test_what_was_put_is_there_after_opening_again(vault, reopen, make):
    party = make.party("Acme")
    vault.records.put(party, actor="Ann")
    head = vault.audit.head()
    with reopen() as again:
        assert again.records.get(party.id) == party
        assert again.audit.head() == head
        assert again.settings.get("agency") == "USA/BIS"
        assert again.settings.get("officer") == "Ann Example"
        assert again.check() == []


def test_the_folder_holds_only_what_the_design_names(vault, folder):
    assert {path.name for path in folder.iterdir()} <= {
        "header.json",
        "header.bak",
        "store.db",
        "store.db-wal",
        "blobs",
    }
    vault.close()
    assert {path.name for path in folder.iterdir()} == {"header.json", "header.bak", "store.db", "blobs"}


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.usefixtures("vault")
def test_nobody_else_may_read_the_files(folder):
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_vault_id_is_the_salt_of_the_database(vault, folder):
    vault.close()
    assert (folder / "store.db").read_bytes()[:16].hex() == vault.vault_id


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("cipher_status", "1"),
        ("locking_mode", "exclusive"),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("temp_store", 2),
        ("cache_size", -65536),
        ("page_size", "4096"),
        ("auto_vacuum", 2),
        ("busy_timeout", 0),
        ("cell_size_check", 1),
        ("cipher_memory_security", "0"),
    ],
)
def test_every_setting_stands(vault, pragma, value):
    assert vault._database.one(f"PRAGMA {pragma}") == (value,)


def test_the_key_text_is_of_the_one_right_length_and_wiped(monkeypatch, vault, folder, master):
    vault.close()
    kept = []
    original = databases.key_text

    def keeping(key, salt):
        kept.append(original(key, salt))
        assert len(kept[-1]) == 99
        return kept[-1]

    monkeypatch.setattr(databases, "key_text", keeping)
    open_vault(folder, master).close()
    assert kept == [bytearray(99)]
    with pytest.raises(errors.VaultNotEncrypted):
        original(b"k" * 31, b"s" * 16)
    with pytest.raises(errors.VaultNotEncrypted):
        original(b"k" * 32, b"s" * 15)


def test_a_library_without_encryption_is_refused(monkeypatch, folder, master, vault):
    vault.close()
    monkeypatch.setattr(databases.Database, "one", lambda *_: ("0",))
    with pytest.raises(errors.VaultNotEncrypted):
        open_vault(folder, master)


def test_no_page_of_the_database_is_plain(vault, folder):
    vault.close()
    data = (folder / "store.db").read_bytes()
    assert b"SQLite format" not in data
    assert b"CREATE TABLE" not in data


def test_another_master_is_told_from_a_foreign_header(vault, folder, master, tmp_path):
    vault.close()
    with pytest.raises(errors.VaultWrongKey):
        open_vault(folder, new_master())
    other_master = new_master()
    make_vault(tmp_path / "other.briefcase", other_master).close()
    for name in ("header.json", "header.bak"):
        shutil.copy(tmp_path / "other.briefcase" / name, folder / name)
    with pytest.raises(errors.VaultHeaderForeign):
        open_vault(folder, other_master)
    with pytest.raises(errors.VaultHeaderForeign):
        open_vault(folder, master)


def test_a_changed_header_is_healed_from_its_copy(vault, folder, master):
    vault.close()
    whole = (folder / "header.json").read_bytes()
    for damaged in (whole.replace(b"recovery", b"keyring!"), b"", b"{}", b"\xff" * 10, whole[:-1]):
        (folder / "header.json").write_bytes(damaged)
        open_vault(folder, master).close()
        assert (folder / "header.json").read_bytes() == whole
    (folder / "header.json").unlink()
    open_vault(folder, master).close()
    assert (folder / "header.json").read_bytes() == whole


def test_two_changed_headers_are_refused(vault, folder, master):
    vault.close()
    changed = (folder / "header.json").read_bytes().replace(b"recovery", b"keyring!")
    for name in ("header.json", "header.bak"):
        (folder / name).write_bytes(changed)
    with pytest.raises(errors.VaultHeaderDamaged) as caught:
        open_vault(folder, master)
    assert caught.value.facts == {"reason": "MAC"}
    for name in ("header.json", "header.bak"):
        (folder / name).write_bytes(b"no")
    with pytest.raises(errors.VaultHeaderDamaged):
        headers.read_both(folder)[0]
    for name in ("header.json", "header.bak"):
        (folder / name).unlink()
    with pytest.raises(errors.VaultHeaderDamaged):
        open_vault(folder, master)


def test_a_newer_format_and_a_newer_schema_are_refused(vault, folder, master):
    vault._database.run("PRAGMA user_version = 99")
    vault.close()
    before = (folder / "store.db").read_bytes()
    with pytest.raises(errors.VaultFormatNewer):
        open_vault(folder, master)
    assert (folder / "store.db").read_bytes() == before
    data = (folder / "header.json").read_bytes().replace(b"briefcase-vault/1", b"briefcase-vault/2")
    (folder / "header.json").write_bytes(data)
    with pytest.raises(errors.VaultFormatNewer):
        headers.read_both(folder)[0]


def test_changing_the_slots_rewrites_header_and_copy(vault, folder, reopen):
    vault.change_slots([OTHER], actor="Ann", detail={"slot": "recovery"})
    for name in ("header.json", "header.bak"):
        assert SLOT["id"].encode() not in (folder / name).read_bytes()
        assert OTHER["id"].encode() in (folder / name).read_bytes()
    with reopen() as again:
        assert again.header.slots == (OTHER,)
        assert again.header.generation == 2
        assert again.check() == []


def test_a_lagging_copy_is_healed_and_the_newer_one_wins(vault, folder, master):
    old = (folder / "header.json").read_bytes()
    vault.change_slots([OTHER], actor="Ann")
    vault.close()
    for lagging in ("header.bak", "header.json"):
        (folder / lagging).write_bytes(old)
        with open_vault(folder, master) as again:
            assert again.header.slots == (OTHER,)
        assert (folder / lagging).read_bytes() != old


def test_an_older_header_put_back_is_found_by_the_check(vault, folder, master):
    old = (folder / "header.json").read_bytes()
    vault.change_slots([OTHER], actor="Ann")
    vault.close()
    for name in ("header.json", "header.bak"):
        (folder / name).write_bytes(old)
    with open_vault(folder, master) as again:
        assert [finding.area for finding in again.check()] == ["header"]


def test_real_slots_open_the_vault(folder):
    master, vault_id = new_master(), headers.new_vault_id()
    slot, words = wrap_recovery(master, vault_id)
    make_vault(folder, master, [slot], vault_id).close()
    header = headers.read_both(folder)[0]
    assert len(words) == 24
    from briefcase.seal.words import parse_secret  # noqa: PLC0415 - beside the words it reads

    secret = parse_secret(" ".join(words))
    open_vault(folder, unwrap(dict(header.slots[0]), secret, header.vault_id)).close()


@pytest.mark.usefixtures("vault")
def test_a_second_opening_is_refused_at_once(folder, master):
    with pytest.raises(errors.VaultInUse):
        open_vault(folder, master)
    code = (
        "import sys; from pathlib import Path; from briefcase.vault.vault import open_vault;"
        "open_vault(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))"
    )
    source = str(Path(databases.__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), master.hex()],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "VaultInUse" in done.stderr


def test_nothing_is_created_where_something_is(tmp_path, master):
    (tmp_path / "file").write_bytes(b"x")
    for place in (tmp_path, tmp_path / "file"):
        with pytest.raises(errors.VaultExists):
            make_vault(place, master)


def test_what_is_no_vault_is_not_made_one(tmp_path, master, vault, folder):
    with pytest.raises(errors.VaultMissing):
        open_vault(tmp_path / "nowhere", master)
    (tmp_path / "empty").mkdir()
    with pytest.raises(errors.VaultMissing):
        open_vault(tmp_path / "empty", master)
    vault.close()
    (folder / "store.db").unlink()
    with pytest.raises(errors.VaultDamaged):
        open_vault(folder, master)
    assert not (folder / "store.db").exists()
    (folder / "store.db").write_bytes(b"")
    with pytest.raises(errors.VaultDamaged):
        open_vault(folder, master)
    assert (folder / "store.db").read_bytes() == b""


def test_a_plain_database_in_its_place_is_refused(vault, folder, master):
    vault.close()
    (folder / "store.db").unlink()
    plain = dbapi2.connect(str(folder / "store.db"))
    plain.execute("CREATE TABLE t (x)")
    plain.close()
    with pytest.raises(errors.VaultHeaderForeign):
        open_vault(folder, master)


def test_a_damaged_first_page_is_damage_not_a_wrong_key(vault, folder, master):
    vault.close()
    data = bytearray((folder / "store.db").read_bytes())
    data[100] ^= 1
    (folder / "store.db").write_bytes(data)
    with pytest.raises(errors.VaultDamaged):
        open_vault(folder, master)


def test_reading_only_writes_nothing(vault, reopen, folder, make):
    party = make.party()
    vault.records.put(party, actor="Ann")
    vault.close()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with reopen(read_only=True) as again:
        assert again.records.get(party.id) == party
        assert again.search("company")
        for act in (
            lambda: again.records.put(make.party(), actor="Ann"),
            lambda: again.settings.set("a", "b"),
            lambda: again.change_slots([OTHER], actor="Ann"),
        ):
            with pytest.raises(errors.VaultReadOnly):
                act()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_reading_only_refuses_a_leftover_wal(vault, folder, master, tmp_path, make):
    vault.records.put(make.party(), actor="Ann")
    copy = tmp_path / "copy.briefcase"
    shutil.copytree(folder, copy)
    assert (copy / "store.db-wal").stat().st_size > 0
    with pytest.raises(errors.VaultNotClean):
        open_vault(copy, master, read_only=True)
    with open_vault(copy, master) as again:
        assert again.records.count() == 1


def test_a_closed_vault_answers_nothing(vault):
    vault.close()
    vault.close()
    assert not vault.is_open
    with pytest.raises(errors.VaultClosed):
        vault.records.count()


def test_the_subkeys_differ(master):
    keys = {subkey(master, purpose) for purpose in ("database", "blobs", "header", "audit")}
    assert len(keys) == 4


def test_one_function_opens_the_database():
    sources = Path(databases.__file__).parent
    callers = [p.name for p in sources.glob("*.py") if re.search(r"(?<!def )\bdbapi2\.connect\(", p.read_text("utf-8"))]
    assert callers == ["database.py"]


def test_an_upgrade_keeps_a_copy_and_is_one_transaction(monkeypatch, vault, folder, master):
    vault.close()
    first = schema.migrations()
    newest = first[-1][0]
    broken = [*first, (newest + 1, "CREATE TABLE extra (x INTEGER) STRICT;\nCREATE TABLE record (x);\n")]
    monkeypatch.setattr(schema, "migrations", lambda: broken)
    with pytest.raises(errors.VaultFault):
        open_vault(folder, master)
    whole = [*first, (newest + 1, "CREATE TABLE extra (x INTEGER) STRICT;\n")]
    monkeypatch.setattr(schema, "migrations", lambda: whole)
    with open_vault(folder, master) as again:
        assert again._database.number("PRAGMA user_version") == newest + 1
        assert again._database.number("SELECT count(*) FROM extra") == 0
        assert [entry.action for entry in again.audit.newest()] == ["vault.upgrade", "vault.create"]
        assert again.check() == []
    assert (folder / f"store.db.schema-{newest}").read_bytes()[:16].hex() == vault.vault_id


@pytest.mark.parametrize("name", ["header.json", "header.bak", "header.new", "attempts.json"])
def test_a_file_beside_the_database_that_was_made_huge_is_not_read_whole(vault, folder, master, name):
    """Whoever can write the folder must not make the program take all memory; the good copy is used."""
    vault.close()
    with (folder / name).open("ab") as file:
        file.truncate(256 << 20)
    tracemalloc.start()
    try:
        attempts.read(folder)
        with open_vault(folder, master) as opened:
            assert opened.check() == []
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 64 << 20
