"""A copy on a stick is whole under its name or not there; what is restored from it asks for revocations first."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from briefcase import disk
from briefcase.language import sentence
from briefcase.services import cases, handover, trust
from briefcase.services.access.keys import open_slots
from briefcase.services.chain import verdicts
from briefcase.services.errors import FolderMissing, PassphraseWrong
from briefcase.services.finding import searching
from briefcase.services.identity import revocations
from briefcase.services.keeping import copies
from briefcase.services.keeping import errors as keeping
from briefcase.services.session import unlock
from briefcase.vault import copying, errors
from briefcase.vault.blobs import blob_path
from briefcase.vault.vault import open_vault

PASSPHRASE = "correct horse battery staple"
MARKER = b"Words of the document that nobody else may read. "


@pytest.fixture
def filled(world):
    """Return the vault of USA with a case, a note and a document of three MiB; and a stick."""
    case = world.add(world.usa, "case", title="A case", status="open")
    world.add(world.usa, "note", case=case.id, title="A note", text="MARKER of the note")
    document = world.add(world.usa, "document", case=case.id, title="A document", document_kind="report")
    source = world.folder / "source"
    source.write_bytes(MARKER * (3_000_000 // len(MARKER)))
    cases.attach(world.usa, document.id, source)
    source.unlink()
    (world.folder / "stick").mkdir()
    return world


def save(world, **more):
    return copies.save_copy(world.usa, world.folder / "stick", **more)


def names(world):
    return sorted(path.name for path in (world.folder / "stick").iterdir())


def test_a_copy_holds_everything_and_knows_what_it_is(filled):
    seen = []
    copied = save(filled, progress=lambda done, total: seen.append((done, total)))
    assert names(filled) == [copied.path.name]
    assert copied.path.name.startswith("usa-")
    assert not copied.faults
    assert copied.logged
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    head = filled.usa.vault.audit.head()
    assert copied.head != head
    assert filled.usa.vault.audit.contains(copied.head)
    copy = unlock(copied.path, PASSPHRASE)
    try:
        assert not copy.vault.check()
        assert copy.vault.records.counts() == filled.usa.vault.records.counts()
        assert "copy that was made on" in " ".join(copy.opening.sentences())
        assert copy.vault.settings.get(copying.COPY_OF)["head"] == copied.head
    finally:
        copy.close()
    assert filled.usa.vault.settings.get(copying.COPY_OF) is None
    assert [one.action for one in filled.usa.vault.audit.newest(2)] == ["vault.copied", "vault.copy"]


def test_nothing_of_a_copy_is_in_the_clear_and_nothing_deleted_goes_along(filled):
    filled.usa.vault.drafts.save("window", b"x" * 300_000, saved="2026-11-24T06:02:56Z")
    filled.usa.vault.drafts.remove("window")
    copied = save(filled)
    files = [path for path in copied.path.rglob("*") if path.is_file()]
    assert not [path for path in files if MARKER[:20] in path.read_bytes() or b"MARKER" in path.read_bytes()]
    assert not [
        path for path in files if path.name not in ("header.json", "header.bak") and b"A note" in path.read_bytes()
    ]
    with copying.connect(
        copied.path, filled.usa.vault._keys.database, filled.usa.vault.header.salt, read_only=True
    )._at_work() as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        connection.close()


def test_a_copy_can_be_read_from_a_medium_that_cannot_be_written(filled):
    copied = save(filled)
    assert not [path for path in copied.path.rglob("*") if path.name.endswith(("-wal", "-journal", "-shm"))]
    with copying.connect(
        copied.path, filled.usa.vault._keys.database, filled.usa.vault.header.salt, read_only=True
    )._at_work() as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone()[0] > 0
        connection.close()


@pytest.mark.parametrize("victim", ["store.db", "blob", "header.json"])
def test_what_the_medium_gives_back_otherwise_is_found_and_removed(filled, monkeypatch, victim):
    """The medium answers with another byte once the system has forgotten what was written."""
    original = disk.drop_cache
    done = []

    def spoil(descriptor):
        original(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.name == victim or (victim == "blob" and len(path.name) == 32):
            with path.open("r+b") as file:
                file.seek(path.stat().st_size // 2)
                byte = file.read(1)
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte[0] ^ 1]))
            done.append(path)

    monkeypatch.setattr(disk, "drop_cache", spoil)
    with pytest.raises(errors.VaultError) as caught:
        save(filled)
    assert isinstance(caught.value, errors.CopyDiffers | errors.VaultDamaged | errors.VaultWrongKey)
    assert done
    assert names(filled) == []
    assert filled.usa.vault.audit.newest(1)[0].action == "vault.copy-stopped"


def test_a_damaged_vault_is_copied_with_what_is_wrong_said(filled):
    stored = next(filled.usa.vault.attachments.all())
    path = blob_path(filled.usa.vault.folder, stored.name)
    data = bytearray(path.read_bytes())
    data[70_000] ^= 1
    path.write_bytes(data)
    copied = save(filled)
    assert [one.area for one in copied.faults] == ["attachments"]
    path.unlink()
    time.sleep(1.1)  # the name of a copy tells the second
    copied = save(filled)
    assert [one.area for one in copied.faults] == ["attachments"]
    with pytest.raises(keeping.CopyNotWhole):
        copies.restore(copied.path, filled.folder / "new", PASSPHRASE)
    assert not (filled.folder / "new").exists()


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.9])
def test_stopping_leaves_nothing(filled, at):
    far = []
    with pytest.raises(keeping.CopyStopped):
        save(
            filled,
            progress=lambda done, total: far.append(done / total),
            cancel=lambda: bool(far) and far[-1] >= at,
        )
    assert names(filled) == []
    assert filled.usa.vault.audit.newest(1)[0].detail["reason"] == "SERVICE_COPY_STOPPED"
    assert not filled.usa.vault.check()


def test_a_copy_is_refused_before_anything_is_written(filled, monkeypatch):
    with pytest.raises(FolderMissing):
        copies.save_copy(filled.usa, filled.folder / "nowhere")
    with pytest.raises(keeping.CopyInside):
        copies.save_copy(filled.usa, filled.usa.vault.folder / "blobs")
    monkeypatch.setattr(disk, "FAT32_LARGEST", 1000)
    monkeypatch.setattr(disk, "file_system", lambda _: "vfat")
    with pytest.raises(errors.CopyFileLimit):
        save(filled)
    monkeypatch.setattr(disk, "file_system", lambda _: "exfat")
    monkeypatch.setattr(copying, "free_bytes", lambda _: 100_000)
    with pytest.raises(errors.VaultDiskFull) as caught:
        save(filled)
    assert "MiB" in sentence(caught.value)
    assert names(filled) == []


def test_a_full_stick_leaves_nothing(filled, monkeypatch):
    place = filled.folder / "small"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], check=False)
    if done.returncode:
        pytest.skip("cannot mount")
    try:
        with pytest.raises(errors.VaultDiskFull):
            copies.save_copy(filled.usa, place)
        monkeypatch.setattr(copying, "free_bytes", lambda _: 1 << 40)
        with pytest.raises(errors.VaultDiskFull):
            copies.save_copy(filled.usa, place)
        assert list(place.iterdir()) == []
    finally:
        subprocess.run(["umount", str(place)], check=True)
    assert not filled.usa.vault.check()


def test_a_vault_that_can_only_be_read_is_copied_too(filled):
    counts = filled.usa.vault.records.counts()
    filled.usa.vault.freeze()
    copied = save(filled)
    assert not copied.logged
    with pytest.raises(errors.VaultError):
        filled.usa.vault._database.run("DELETE FROM draft")
    filled.usa.close()
    with (
        unlock(copied.path, PASSPHRASE).vault as copy,
        open_vault(filled.usa.vault.folder, open_slots(copied.path, PASSPHRASE).master, read_only=True) as vault,
    ):
        assert copy.records.counts() == counts
        again = filled.folder / "stick" / "again.briefcase"
        assert not vault.save_copy(again, {"made": "now"})
    with unlock(again, PASSPHRASE).vault as copy:
        assert copy.records.counts() == counts


def test_a_copy_is_restored_into_a_new_folder_and_waits(filled):
    copied = save(filled)
    before = {path.name: path.read_bytes() for path in copied.path.rglob("*") if path.is_file()}
    with pytest.raises(PassphraseWrong):
        copies.restore(copied.path, filled.folder / "new", "a wrong passphrase of many words")
    (copied.path / "attempts.json").unlink()
    with pytest.raises(errors.VaultExists):
        copies.restore(copied.path, filled.usa.vault.folder, PASSPHRASE)
    assert unlocked_elsewhere(filled)
    done = copies.restore(copied.path, filled.folder / "new", PASSPHRASE)
    assert (done.path, done.head) == (filled.folder / "new", copied.head)
    assert before == {path.name: path.read_bytes() for path in copied.path.rglob("*") if path.is_file()}
    session = unlock(done.path, PASSPHRASE)
    try:
        assert not session.vault.check()
        assert "restored from a copy" in " ".join(session.opening.sentences())
        assert "This is a copy" not in " ".join(session.opening.sentences())
        assert session.fingerprint == filled.usa.fingerprint
    finally:
        session.close()


def test_a_restored_vault_and_the_one_it_was_copied_from_do_not_call_each_other_put_back(filled):
    """Both are of one id, and both may be used on one computer; each has a mark of its own."""
    copied = save(filled)
    filled.add(filled.usa, "note", title="After the copy", text="x")
    filled.usa.close()
    place = copies.restore(copied.path, filled.folder / "new", PASSPHRASE).path
    for _round in range(2):
        for folder in (place, filled.usa.vault.folder):
            session = unlock(folder, PASSPHRASE)
            assert session.opening.put_back == ""
            filled.add(session, "note", title="Written on", text="x")
            assert not [one for one in verdicts.check(session) if one.severity != "notice"]
            session.close()


def test_a_restored_vault_that_is_put_back_is_said_even_while_it_waits(filled):
    place = copies.restore(save(filled).path, filled.folder / "new", PASSPHRASE).path
    shutil.copytree(place, filled.folder / "kept")
    session = unlock(place, PASSPHRASE)
    filled.add(session, "note", title="Written on", text="x")
    session.close()
    shutil.rmtree(place)
    (filled.folder / "kept").rename(place)
    session = unlock(place, PASSPHRASE)
    assert session.opening.put_back == "older"
    session.close()


def unlocked_elsewhere(world):
    """Say whether the vault that was not to be overwritten is as it was."""
    return not world.usa.vault.check()


def test_nothing_leaves_a_restored_vault_before_its_officer_has_spoken(filled):
    copied = save(filled)
    session = unlock(copies.restore(copied.path, filled.folder / "new", PASSPHRASE).path, PASSPHRASE)
    try:
        everything = handover.of_case(session, cases.list_cases(session)[0].id)
        with pytest.raises(keeping.RestoredUnsettled):
            handover.plan(session, everything, [filled.gbr.fingerprint])
        with pytest.raises(keeping.RestoredNothingTaken):
            copies.settle(session, "taken")
        trust.revoke(session, revocations(filled.aus))
        assert copies.settle(session, "taken") >= 1
        assert handover.plan(session, everything, [filled.gbr.fingerprint]).files
        with pytest.raises(keeping.RestoredAlready):
            copies.settle(session, "none")
        assert not session.vault.check()
    finally:
        session.close()


def test_the_officer_may_say_that_there_are_none(filled):
    copied = save(filled)
    session = unlock(copies.restore(copied.path, filled.folder / "new", PASSPHRASE).path, PASSPHRASE)
    try:
        assert copies.settle(session, "none") == 0
        entry = session.vault.audit.newest(1)[0]
        assert (entry.action, entry.detail) == ("vault.restore-settled", {"declared": "none", "came": 0})
    finally:
        session.close()


def test_a_vault_that_was_killed_is_restored_with_its_newest_records(filled, tmp_path):
    """Its newest rows stand in the file beside the database only; the folder was copied by hand."""
    filled.add(filled.usa, "note", title="Written last", text="x")
    by_hand = tmp_path / "by hand.briefcase"
    shutil.copytree(filled.usa.vault.folder, by_hand)
    assert (by_hand / "store.db-wal").stat().st_size
    done = copies.restore(by_hand, tmp_path / "new", PASSPHRASE)
    session = unlock(done.path, PASSPHRASE)
    assert searching.search(session, "written last")
    session.close()


CHILD = """
import sys
from pathlib import Path
from briefcase.services.keeping import copies
from briefcase.services.session import unlock
session = unlock(Path(sys.argv[1]), "correct horse battery staple")
print("open", flush=True)
copied = copies.save_copy(session, Path(sys.argv[2]))
print(copied.path.name, flush=True)
session.close()
"""


@pytest.mark.slow
def test_killed_while_copying(filled):
    """Whatever moment it is: no half copy under a final name, the vault whole, the next copy clears away the rest."""
    stick, vault = filled.folder / "stick", filled.usa.vault.folder
    filled.usa.close()
    environment = {**os.environ, "PYTHONPATH": str(Path(copying.__file__).resolve().parents[2])}
    left = 0
    for number in range(8):
        command = [sys.executable, "-c", CHILD, str(vault), str(stick)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
            assert child.stdout.readline() == "open\n"
            time.sleep(0.02 * number)
            child.send_signal(signal.SIGKILL)
            said = child.stdout.read().strip()
        for path in stick.iterdir():
            if path.name.endswith(".part"):
                left += 1
                continue
            with unlock(path, PASSPHRASE).vault as copy:
                assert not copy.check()
            shutil.rmtree(path)
        assert not said or not any(stick.glob("*.part"))
    session = unlock(vault, PASSPHRASE)
    assert not session.vault.check()
    copied = copies.save_copy(session, stick)
    session.close()
    assert names(filled) == [copied.path.name]
    assert left


@pytest.mark.skipif(sys.platform != "linux", reason="names are any bytes on Linux alone")
def test_names_of_odd_bytes_are_names(world):
    """Of the vault's folder, of the stick's and of the restored one."""
    world.usa.close()
    folder, stick, new = (
        world.folder / os.fsdecode(name) for name in (b"usa \xff.briefcase", b"\xfe stick", b"new \xfd")
    )
    shutil.copytree(world.folder / "usa", folder)
    stick.mkdir()
    session = unlock(folder, PASSPHRASE)
    try:
        copied = copies.save_copy(session, stick)
    finally:
        session.close()
    restored = unlock(copies.restore(copied.path, new, PASSPHRASE).path, PASSPHRASE)
    try:
        assert restored.vault.check() == []
    finally:
        restored.close()
