"""A purged case is in no page of the database, no WAL and no file; what others need, and the log, stay."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from briefcase.seal.keyslots import subkey
from briefcase.services import cases, handover
from briefcase.services.access.keys import open_slots
from briefcase.services.errors import CaseUnknown
from briefcase.services.finding import searching
from briefcase.services.keeping import purging
from briefcase.services.keeping.errors import PurgeUnconfirmed
from briefcase.services.session import unlock
from briefcase.vault import purging as vault_purging
from briefcase.vault.errors import VaultReadOnly

PASSPHRASE = "correct horse battery staple"
ALL = "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"
PAGE, RESERVED, FRAME = 4096, 80, 24
WORDS = ("azurequill", "bramblefox", "cobaltlynx", "dapplewren", "emberstoat", "fennelcrow", "galenahare", "hazelmoth")
KEPT = ("ivorytern", "jadeotter")


def decrypted(folder, key):
    """Return every page of the database and of its WAL, in the clear: AES-256-CBC, the IV behind the page."""
    pages = []
    store, wal = folder / "store.db", folder / "store.db-wal"
    raw = store.read_bytes()
    pages += [(raw[at : at + PAGE], 16 if at == 0 else 0) for at in range(0, len(raw), PAGE)]
    if wal.exists():
        log = wal.read_bytes()[32:]
        for at in range(0, len(log), FRAME + PAGE):
            number = int.from_bytes(log[at : at + 4], "big")
            pages.append((log[at + FRAME : at + FRAME + PAGE], 16 if number == 1 else 0))
    clear = []
    for page, salt in pages:
        if len(page) == PAGE:
            iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
            decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
            clear.append(decryptor.update(page[salt : PAGE - RESERVED]))
    return b"\n".join(clear).lower()


def found(world, words):
    key = subkey(open_slots(world.usa.vault.folder, PASSPHRASE).master, "database")
    clear = decrypted(world.usa.vault.folder, key)
    assert b"create table" in clear
    return [word for word in words if word.encode() in clear or word[1:].encode() in clear]


@pytest.fixture
def filled(world):
    """Two cases; a party is named by a note of the other one, a document has the same file as one of the other."""
    usa = world.usa
    going = world.add(usa, "case", title=WORDS[0], status="open", reference="USA-1")
    other = world.add(usa, "case", title=KEPT[0], status="open", reference="USA-2")
    party = world.add(
        usa, "party", case=going.id, party_kind="company", names=[{"text": "shared party", "kind": "primary"}]
    )
    world.add(usa, "note", case=other.id, title=KEPT[1], text="about it", about=[party.id])
    note = world.add(usa, "note", case=going.id, title=WORDS[1], text=" ".join(WORDS[2:4]))
    cases.edit_record(usa, note.id, {"text": WORDS[4]})
    world.add(usa, "tear_line", case=going.id, text=WORDS[5], stands_for=[note.id])
    for name, case, text in (("same", other, "same"), ("same again", going, "same"), (WORDS[6], going, WORDS[7])):
        document = world.add(usa, "document", case=case.id, title=name, document_kind="report")
        source = world.folder / f"{name}.txt"
        source.write_text(text * 3000, encoding="utf-8")
        cases.attach(usa, document.id, source)
    for start in range(0, 300, 30):  # so that pages split and free ones come and go
        lines = [
            {"kind": "note", "title": f"Filler {number}", "text": "x" * 500, "label": {"marking": ALL}}
            | {"case_ids": [other.id if number % 2 else going.id]}
            for number in range(start, start + 30)
        ]
        cases.add_lines(usa, "\n".join(map(json.dumps, lines)))
    usa.vault.drafts.save("window", WORDS[3].encode() * 400, saved=usa.now())
    world.going, world.other, world.party = going, other, party
    return world


def test_first_it_is_said_what_goes_and_what_stays(filled):
    planned = purging.plan(filled.usa, WORDS[0])
    assert (planned.number, planned.title) == ("USA-1", WORDS[0])
    assert planned.records == 1 + 1 + 1 + 2 + 150
    assert planned.revisions == planned.records + 1 + 2
    assert planned.attachments == 1
    assert planned.staying == ((filled.party.id, "shared party"),)
    assert not filled.usa.vault.check()
    with pytest.raises(PurgeUnconfirmed):
        purging.purge(filled.usa, planned, "USA-2")
    assert purging.plan(filled.usa, WORDS[0]) == planned
    with pytest.raises(CaseUnknown):
        purging.plan(filled.usa, "no such case")


def test_a_purged_case_is_in_no_page_and_no_file(filled):
    usa = filled.usa
    assert set(found(filled, (*WORDS, *KEPT))) >= {*WORDS[:6], *KEPT}
    blobs = len([path for path in (usa.vault.folder / "blobs").rglob("*") if path.is_file()])
    far = []
    planned = purging.plan(usa, WORDS[0])
    purging.purge(usa, planned, " USA-1 ", progress=lambda done, total: far.append((done, total)))
    assert found(filled, (*WORDS, *KEPT)) == list(KEPT)
    assert (usa.vault.folder / "store.db-wal").stat().st_size == 0
    assert usa.vault._database.number("PRAGMA freelist_count") == 0
    assert far
    assert len([path for path in (usa.vault.folder / "blobs").rglob("*") if path.is_file()]) == blobs - 1
    assert not usa.vault.check()
    assert not searching.search(usa, WORDS[1])
    assert searching.search(usa, KEPT[1])
    assert cases.get(usa, filled.party.id)
    certificate, last = usa.vault.audit.newest(2)[1], usa.vault.audit.newest(1)[0]
    assert (certificate.action, certificate.subject, last.action) == ("case.purge", filled.going.id, "case.purged")
    assert certificate.detail["records"] == planned.records
    assert certificate.detail["staying"] == 1
    assert certificate.detail["drafts"] == 1


def test_the_words_of_a_small_case_leave_the_indexes_of_a_large_vault(filled):
    """An index keeps the words of what was deleted until it is written anew."""
    usa = filled.usa
    case = filled.add(usa, "case", title="Small", status="open", reference="S-1")
    filled.add(usa, "note", case=case.id, title="kestrelpine", text="lindenvole mallowbat")
    cases.add_lines(usa, json.dumps({"kind": "note", "title": "z", "text": "z", "label": {"marking": ALL}}))
    purging.purge(usa, purging.plan(usa, case.id), "S-1")
    assert not found(filled, ["kestrelpine", "lindenvole", "mallowbat"])
    assert not usa.vault.check()


SEARCHES = {
    "title": (WORDS[1], True),
    "beginning": (WORDS[0][:6], True),
    "inside a name": (WORDS[0][3:8], True),
    "older revision": (WORDS[2], True),
    "with filters": (f"kind:note country:KZ {WORDS[4]}", True),
    "tear-line": (f'"{WORDS[5]}"', True),
    "by title": (f"case:{WORDS[0]}", True),
    "by id": ("case:{going}", True),
    "id as words": ("{note}", True),
    "together": ("quietheron loudheron", True),
    WORDS[3]: ("filler", True),
    "each elsewhere": ("quietheron", False),
    "shared": ("shared party", False),
    "of the other": (KEPT[1], False),
    "others": ("case:{other}", False),
    "filters alone": ("kind:note country:KZ after:2023-06", False),
    "nobody's": ("zzyzx", False),
}


def test_saved_searches_that_quote_it_go_and_the_others_stay(filled):
    usa = filled.usa
    note = filled.add(usa, "note", case=filled.going.id, title="quietheron and loudheron", text="x")
    for word in ("quietheron", "loudheron"):
        filled.add(usa, "note", case=filled.other.id, title=word, text="x")
    ids = {"going": filled.going.id, "other": filled.other.id, "note": note.id}
    for name, (query, _goes) in SEARCHES.items():
        searching.save(usa, name, query.format(**ids))
    goes = sorted(name for name, (_query, gone) in SEARCHES.items() if gone)
    planned = purging.plan(usa, WORDS[0])
    assert sorted(planned.searches) == goes
    assert len(searching.saved(usa)) == len(SEARCHES)
    purging.purge(usa, planned, "USA-1")
    assert [one.name for one in searching.saved(usa)] == sorted(SEARCHES.keys() - set(goes))
    assert found(filled, (*WORDS, "quietheron and", *KEPT)) == list(KEPT)
    assert usa.vault.audit.newest(2)[1].detail["searches"] == len(goes)
    assert not usa.vault.check()


def test_the_file_that_another_document_has_stays(filled):
    usa = filled.usa
    purging.purge(usa, purging.plan(usa, WORDS[0]), "USA-1")
    (left,) = usa.vault.attachments.all()
    assert left.attachment.uses == 1
    with usa.vault.attachments.open(left.attachment.sha256) as file:
        assert file.read() == b"same" * 3000
    usa.close()
    session = unlock(filled.folder / "usa", PASSPHRASE)
    assert not session.vault.check()
    session.close()


def test_what_went_to_whom_stays_and_work_goes_on(filled):
    usa = filled.usa
    everything = handover.of_case(usa, filled.going.id)[:3]
    filled.seal(usa, everything, filled.gbr)
    before = usa.vault.disclosures.list()
    planned = purging.plan(usa, WORDS[0])
    assert planned.disclosures == len([one for one in before if one.record_id != filled.party.id])
    purging.purge(usa, planned, "USA-1")
    assert usa.vault.disclosures.list() == before
    note = filled.add(usa, "note", case=filled.other.id, title="Written after", text="x")
    cases.edit_record(usa, note.id, {"text": "y"})
    again = filled.add(usa, "case", title="Another", status="open")
    purging.purge(usa, purging.plan(usa, again.id), again.id)
    assert not usa.vault.check()
    assert filled.seal(usa, [note.id], filled.gbr)


def test_a_record_of_a_case_that_was_purged_before_has_no_other_case(filled):
    usa = filled.usa
    cases.edit_record(usa, filled.party.id, {"case_ids": [filled.going.id, filled.other.id]})
    purging.purge(usa, purging.plan(usa, WORDS[0]), "USA-1")
    planned = purging.plan(usa, KEPT[0])
    assert not planned.staying
    purging.purge(usa, planned, "USA-2")
    assert usa.vault.records.count() == 0
    assert not usa.vault.check()


def test_a_copy_from_before_an_upgrade_goes_too(filled):
    old = filled.usa.vault.folder / "store.db.schema-3"
    old.write_bytes(b"an older database")
    purging.purge(filled.usa, purging.plan(filled.usa, WORDS[0]), "USA-1")
    assert not old.exists()


def test_a_stub_that_is_changed_is_found(filled):
    usa = filled.usa
    purging.purge(usa, purging.plan(usa, WORDS[0]), "USA-1")
    usa.vault._database.run("DELETE FROM purged WHERE (audit, n) IN (SELECT audit, n FROM purged LIMIT 1)")
    assert [one.area for one in usa.vault.check()][:1] == ["records"]


def test_nothing_is_purged_where_nothing_can_be_written(filled):
    filled.usa.vault.freeze()
    with pytest.raises(VaultReadOnly):
        purging.plan(filled.usa, WORDS[0])


def test_what_a_crash_left_is_overwritten_at_the_next_opening(filled, monkeypatch):
    usa = filled.usa
    phrase = "nimbusowl overflows "
    filled.add(usa, "note", case=filled.going.id, title="Long", text=phrase * 3000)
    planned = purging.plan(usa, WORDS[0])

    def crash(*_arguments, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(vault_purging, "clean", crash)
    with pytest.raises(KeyboardInterrupt):
        purging.purge(usa, planned, "USA-1")
    monkeypatch.undo()
    assert vault_purging.unfinished(usa.vault.settings) == filled.going.id
    assert found(filled, [phrase])  # in the WAL
    usa.vault._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not found(filled, [phrase])  # free pages are overwritten by the deletion itself
    usa.close()
    session = unlock(filled.folder / "usa", PASSPHRASE)
    assert not vault_purging.unfinished(session.vault.settings)
    assert found(filled, (*WORDS, *KEPT)) == list(KEPT)
    assert not session.vault.check()
    session.close()


CHILD = """
import sys
from pathlib import Path
from briefcase.services.keeping import purging
from briefcase.services.session import unlock
session = unlock(Path(sys.argv[1]), "correct horse battery staple")
print("open", flush=True)
purging.purge(session, purging.plan(session, "azurequill"), "USA-1")
print("done", flush=True)
session.close()
"""


@pytest.mark.slow
def test_killed_while_purging(filled):
    """Whatever moment it is: the case is whole, or gone without a trace at the next opening; what stays is whole."""
    folder = filled.folder / "usa"
    filled.usa.close()
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    environment = {**os.environ, "PYTHONPATH": str(Path(vault_purging.__file__).resolve().parents[2])}
    chance = random.Random(20261124)  # noqa: S311 - only to vary the moment
    gone = whole = 0
    for _round in range(10):
        for path in [one for one in folder.rglob("*") if one.is_file()]:
            path.unlink()
        for name, data in before.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        command = [sys.executable, "-c", CHILD, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
            assert child.stdout.readline() == "open\n"
            time.sleep(chance.uniform(0, 0.15))
            child.send_signal(signal.SIGKILL)
            said = child.stdout.read().strip()
        session = unlock(folder, PASSPHRASE)
        try:
            assert not session.vault.check()
            assert searching.search(session, KEPT[1])
            if session.vault.records.get(filled.going.id) is None:
                gone += 1
                assert found(filled, (*WORDS, *KEPT)) == list(KEPT)
            else:
                whole += 1
                assert not said
                assert searching.search(session, WORDS[1])
        finally:
            session.close()
    assert gone
    assert whole
