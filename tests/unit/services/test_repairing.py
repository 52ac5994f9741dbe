"""What is whole of a damaged vault is saved into a new one, and the rest is said; the damaged one is not touched."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import json

import pytest

from briefcase.services import cases
from briefcase.services.errors import PassphraseWrong
from briefcase.services.keeping import repairing
from briefcase.services.session import unlock
from briefcase.vault import salvage, writing
from briefcase.vault.errors import VaultDiskFull
from briefcase.vault.values import Source

PASSPHRASE = "correct horse battery staple"
ALL = "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"
PAGE = 4096


@pytest.fixture
def filled(world):
    usa = world.usa
    world.case = world.add(usa, "case", title="A case", status="open")
    lines = [
        {"kind": "note", "title": f"Note {number}", "text": "x" * 700, "label": {"marking": ALL}}
        for number in range(300)
    ]
    cases.add_lines(usa, "\n".join(map(json.dumps, lines)))
    world.document = world.add(usa, "document", case=world.case.id, title="A document", document_kind="report")
    source = world.folder / "file.txt"
    source.write_text("words of the file " * 9000, encoding="utf-8")
    cases.attach(usa, world.document.id, source)
    usa.vault.close()
    return world


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_missing_file_is_said_and_the_rest_is_as_it_was(filled):
    folder = filled.folder / "usa"
    next(path for path in (folder / "blobs").rglob("*") if path.is_file()).unlink()
    before = files(folder)
    done = repairing.repair(folder, filled.folder / "new", PASSPHRASE)
    assert files(folder) == before
    assert (done.rebuilt, done.records, len(done.lost)) == (False, 302, 1)
    session = unlock(done.path, PASSPHRASE)
    assert not session.vault.check()
    assert session.vault.audit.size() > 5
    session.close()


@pytest.mark.parametrize("count", [1, 5])
def test_damaged_pages_cost_what_stands_on_them_and_no_more(filled, count):
    folder = filled.folder / "usa"
    store = folder / "store.db"
    data = bytearray(store.read_bytes())
    pages = len(data) // PAGE
    for number in range(count):
        at = (pages * 2 // 3 + 7 * number) * PAGE
        data[at + 100] ^= 1
    store.write_bytes(data)
    before = files(folder)
    done = repairing.repair(folder, filled.folder / "new", PASSPHRASE)
    assert files(folder) == before
    assert done.rebuilt
    assert done.lost
    assert done.records > 200
    session = unlock(done.path, PASSPHRASE)
    try:
        assert not session.vault.check()
        assert session.fingerprint == filled.usa.fingerprint
        assert session.agency == "USA/BIS"
        said = " ".join(done.lost)
        assert len(session.vault.contacts.list()) == 2 or "contact" in said
        assert done.records == 302 or "revision" in said
        carried = [one for one in session.vault.audit.entries() if one.action == "record.salvage"]
        assert 0 < len(carried) <= 2  # one entry a batch, not one a record
        assert sum(one.revisions[0] for one in carried) >= done.records
    finally:
        session.close()


def test_what_partners_sent_and_said_is_carried_in_its_order(filled, monkeypatch):
    """Own, received and reported revisions by turns, and a hole between two revisions of one record."""
    usa = unlock(filled.folder / "usa", PASSPHRASE)
    given = filled.give(filled.aus, [filled.add(filled.aus, "note", title="Theirs", text="one").id], usa)
    note = filled.add(usa, "note", title="Ours", text="one")
    for text in ("two", "three", "four"):
        cases.edit_record(usa, note.id, {"text": text})
    theirs = usa.vault.records.need(given.new[0])
    usa.vault.records.report(
        filled.next(note, text="hearsay"), actor="Dana", source=Source(filled.gbr.fingerprint, "b")
    )
    usa.vault.records.report(filled.next(theirs, text="hearsay"), actor="Dana", source=Source("f" * 64, "b"))
    expected = {one: usa.vault.records.revisions(one) for one in (note.id, theirs.id)}
    lost = usa.vault.records.history(note.id)[1].revision
    usa.close()
    monkeypatch.setattr(repairing, "_faults", lambda *_: None)  # as if the database could not be read for a check
    records = salvage.Salvage.records
    monkeypatch.setattr(
        salvage.Salvage, "records", lambda self: (one for one in records(self) if one[0].revision != lost)
    )
    done = repairing.repair(filled.folder / "usa", filled.folder / "new", PASSPHRASE)
    assert done.rebuilt
    session = unlock(done.path, PASSPHRASE)
    try:
        for one, rows in expected.items():
            kept = [(row.revision, row.standing, row.received_from, row.is_current) for row in rows]
            here = session.vault.records.revisions(one)
            assert [(row.revision, row.standing, row.received_from, row.is_current) for row in here] == [
                row for row in kept if row[0] != lost
            ]
        assert session.vault.records.need(note.id).text == "four"
        assert not session.vault.check()
    finally:
        session.close()


def test_a_full_disk_is_no_lost_record(filled, monkeypatch):
    """What cannot be written must not be counted as damaged: nothing stands under the new name."""
    monkeypatch.setattr(repairing, "_faults", lambda *_: None)
    monkeypatch.setattr(writing, "ensure_room", lambda *_: (_ for _ in ()).throw(VaultDiskFull(missing=1)))
    with pytest.raises(VaultDiskFull):
        repairing.repair(filled.folder / "usa", filled.folder / "new", PASSPHRASE)
    assert not [path for path in filled.folder.iterdir() if path.name.startswith("new")]


def test_a_wrong_passphrase_and_a_taken_folder_leave_nothing(filled):
    with pytest.raises(PassphraseWrong):
        repairing.repair(filled.folder / "usa", filled.folder / "new", "a wrong passphrase of many words")
    assert not [path for path in filled.folder.iterdir() if path.name.startswith("new")]


@pytest.mark.parametrize("place", [0, 57, 58, 59, 60])
def test_a_damaged_first_page_or_schema_costs_no_record(filled, place):
    store = filled.folder / "usa" / "store.db"
    data = bytearray(store.read_bytes())
    data[place * PAGE + 100] ^= 1
    store.write_bytes(data)
    done = repairing.repair(filled.folder / "usa", filled.folder / "new", PASSPHRASE)
    assert done.rebuilt
    assert done.records == 302
    session = unlock(done.path, PASSPHRASE)
    try:
        assert not session.vault.check()
        assert session.fingerprint == filled.usa.fingerprint
    finally:
        session.close()
