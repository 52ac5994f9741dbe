"""What is whole of a damaged vault is saved into a new one, and the rest is said; the damaged one is not touched."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import json

import pytest

from briefcase.services import cases
from briefcase.services.errors import PassphraseWrong
from briefcase.services.keeping import repairing
from briefcase.services.session import unlock

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
    finally:
        session.close()


def test_a_wrong_passphrase_and_a_taken_folder_leave_nothing(filled):
    with pytest.raises(PassphraseWrong):
        repairing.repair(filled.folder / "usa", filled.folder / "new", "a wrong passphrase of many words")
    assert not [path for path in filled.folder.iterdir() if path.name.startswith("new")]
