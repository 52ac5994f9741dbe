"""Every page of the database and every blob in turn as it was earlier, cut, or changed by one bit: the check says so.

A change is *visible* when any row of any table, or anything that the search finds, is no longer what it was. What is
not visible (a page that is free, a page whose rows are the same) need not be reported.
"""

# ruff: noqa: ANN001, ANN201, S608 - the arguments are fixtures; the statements are our own
from __future__ import annotations

import io
import itertools
import shutil
from collections import Counter

import pytest

from briefcase.errors import BriefcaseError
from briefcase.seal.keyslots import new_master, subkey
from briefcase.vault.database import connect
from briefcase.vault.header import new_vault_id
from briefcase.vault.messages import MessageRow
from briefcase.vault.papers import ConsentRow
from briefcase.vault.values import BundleRow, Contact, Disclosure, Source, Withdrawal
from briefcase.vault.vault import create, open_vault

PAGE = 4096
SLOT = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}
TIME = "2026-01-01T00:00:00Z"
GBR, AUS = "1b" * 32, "2c" * 32


def fill(vault, make, first):
    """Do something in every table; *first* tells the older half of the story from the newer one."""
    story = "older" if first else "newer"
    case = make.case(f"{story} case")
    parties = [make.party(f"{story} company {number}", case_ids=(case.id,)) for number in range(12)]
    links = [make.link(one, other) for one, other in itertools.pairwise(parties)]
    notes = [make.note(f"{story} note {number}", f"{story} words " * 30, case_ids=(case.id,)) for number in range(8)]
    for record in (case, *parties[:3]):
        vault.records.put(record, actor="Ann")
    vault.records.put_many([*parties[3:], *links, *notes], actor="Ann")
    received = make.party(f"{story} received")
    vault.records.put(received, actor="Ann", source=Source(GBR, story))
    vault.records.report(make.next(received), actor="Ann", source=Source(AUS, story))
    vault.attachments.add(io.BytesIO(story.encode() * 20_000), actor="Ann")
    vault.attachments.add(io.BytesIO(story.encode()), actor="Ann")
    contact = Contact(GBR, "Bee", story, "unverified" if first else "revoked", "GBR/HMRC", "GBR")
    vault.contacts.put(contact, actor="Ann")
    vault.contacts.put(Contact(AUS if first else "3d" * 32, "Cee", story, "verified"), actor="Ann")
    vault.withdrawals.put(Withdrawal(("a" if first else "b") * 64, GBR, "revocation", body=story * 40), actor="Ann")
    bundle, digest = ("1" if first else "2") * 32, ("4" if first else "5") * 64
    with vault.transaction():
        vault.bundles.add(BundleRow(bundle, GBR, "out", 1 if first else 2, digest, TIME, AUS))
        lines = [Disclosure(bundle, GBR, "Bee", one.id, one.revision, TIME, (), digest) for one in parties]
        vault.disclosures.add(lines)
        vault.audit.append("bundle.seal", bundle, actor="Ann")
    consent = ("6" if first else "7") * 32
    vault.consents.put(ConsentRow(consent, "given" if first else "recalled", "", GBR, TIME, TIME, TIME, b"{}"))
    row = MessageRow(
        *(consent, "in", "receipt", "8" * 64, 1, GBR, GBR, bundle, TIME, TIME, "counts", story.encode(), b"s", b"m")
    )
    vault.messages.add(row)
    vault.witnesses.add(GBR, digest, created=TIME, source=consent)
    vault.disclosures.acknowledge(bundle, [GBR], consent)
    vault.drafts.save("window", story.encode() * 50, saved=TIME)
    vault.settings.set("pack", story.encode() * 300, actor="Ann")
    vault.settings.set("window", {"story": story})
    vault.records.put(make.next(parties[0], remarks=story), actor="Ann")


@pytest.fixture(scope="module")
def story(tmp_path_factory, make):
    """A vault in two states of one life, both closed: (master, the older folder, the newer folder)."""
    master = new_master()
    folder, older = tmp_path_factory.mktemp("pages") / "v", tmp_path_factory.mktemp("pages") / "older"
    vault = create(folder, master, [SLOT], vault_id=new_vault_id(), agency="USA/BIS", country="USA", officer="Ann")
    fill(vault, make, first=True)
    vault.close()
    shutil.copytree(folder, older)
    vault = open_vault(folder, master)
    fill(vault, make, first=False)
    vault.close()
    return master, older, folder


def seen(folder, master, header):
    """Return everything that can be seen in a database: rows of all tables, and the words of the indexes."""
    database = connect(folder, subkey(master, "database"), header.salt, read_only=True)
    try:
        found = {}
        for kind, name in database.rows("SELECT type, name FROM pragma_table_list WHERE schema = 'main'"):
            if kind == "table":
                found[name] = database.rows(f"SELECT * FROM {name}")
            if kind == "virtual":
                database.run(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, {name}, instance)")
                found[name] = database.rows("SELECT * FROM temp.words")
                database.run("DROP TABLE temp.words")
                begin = {str(row[0])[:length] for row in found[name] for length in (1, 2, 3)}
                sql = f"SELECT rowid FROM {name} WHERE {name} MATCH ? ORDER BY rowid"
                found[name] += [(one, *database.rows(sql, (f'"{one}" *',))) for one in sorted(begin)]
        return found
    finally:
        database.close()


def reported(folder, master):
    """Return what says that something is wrong: the code of an error, the areas of the findings, or nothing."""
    try:
        vault = open_vault(folder, master)
    except BriefcaseError as error:
        return error.code
    try:
        return ",".join(sorted({one.area for one in vault.check() if one.severity == "error"}))
    finally:
        vault.close()


def states(old, new):
    """Yield (what was done, bytes of the database) for every page: older, changed, and all from there cut off."""
    for at in range(0, len(new), PAGE):
        page, before = new[at : at + PAGE], old[at : at + PAGE]
        bit = at + (16 if not at else at // PAGE * 389 % PAGE)  # the first 16 bytes are the vault id, as in the header
        yield "flipped", new[:bit] + bytes([new[bit] ^ 1]) + new[bit + 1 :]
        if at:
            yield "cut", new[:at]
        if before and before != page:
            yield "older", new[:at] + before + new[at + PAGE :]


@pytest.mark.slow
def test_every_page_that_is_not_as_it_was_is_reported(story, tmp_path):
    master, older, folder = story
    vault = open_vault(folder, master)
    header = vault.header
    assert vault.check() == []
    vault.close()
    old, new = (older / "store.db").read_bytes(), (folder / "store.db").read_bytes()
    whole, counted = seen(folder, master, header), Counter()
    place = tmp_path / "v"
    for done, data in states(old, new):
        shutil.copytree(folder, place)
        (place / "store.db").write_bytes(data)
        try:
            same = seen(place, master, header) == whole
        except BriefcaseError:
            same = False
        told = reported(place, master)
        assert told or same, (done, counted)
        counted[done, told] += 1
        shutil.rmtree(place)
    assert sum(number for (done, told), number in counted.items() if done == "older" and told) > 40
    assert all(told for done, told in counted if done != "older"), str(counted.items())


@pytest.mark.slow
def test_several_older_pages_at_once_are_reported(story, tmp_path):
    """Whoever knows which pages belong together puts all of them back but those of the chain."""
    master, older, folder = story
    with open_vault(folder, master) as vault:
        header = vault.header
        roots = dict(vault._database.rows("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))
    old, new = (older / "store.db").read_bytes(), (folder / "store.db").read_bytes()
    for keep in ("audit", "setting", "disclosure", "contact"):
        place = tmp_path / keep
        shutil.copytree(folder, place)
        data, at = bytearray(new), (roots[keep] - 1) * PAGE
        data[: len(old)] = old
        data[at : at + PAGE] = new[at : at + PAGE]
        (place / "store.db").write_bytes(data)
        assert reported(place, master), keep
    assert header.salt


def test_every_blob_that_is_not_as_it_was_is_reported(story, tmp_path):
    master, _older, folder = story
    names = sorted(path.relative_to(folder) for path in (folder / "blobs").rglob("*") if path.is_file())
    assert len(names) == 4
    for name in names:
        data = (folder / name).read_bytes()
        other = next((folder / one).read_bytes() for one in names if (folder / one).read_bytes() != data)
        steps = range(0, len(data), 20_011)
        changed = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in (*steps, len(data) - 1)]
        for variant in (*changed, *(data[:at] for at in steps), data + b"x", other, None):
            place = tmp_path / "v"
            shutil.copytree(folder, place)
            (place / name).unlink()
            if variant is not None:
                (place / name).write_bytes(variant)
            assert reported(place, master) == "attachments"
            shutil.rmtree(place)


def test_an_older_copy_of_the_whole_folder_shows_against_a_printed_head_alone(story, tmp_path):
    master, older, folder = story
    with open_vault(folder, master) as vault:
        printed = vault.audit.head()
    shutil.copytree(older, tmp_path / "v")
    with open_vault(tmp_path / "v", master) as vault:
        assert vault.check() == []
        assert not vault.audit.contains(printed)


def test_what_is_written_after_a_page_was_put_back_does_not_heal_it(story, tmp_path, make):
    """The chain holds differences: whatever is added later, the older row is missed for good."""
    master, _older, folder = story
    place = tmp_path / "v"
    shutil.copytree(folder, place)
    with open_vault(place, master) as vault:
        vault._database.run(
            "UPDATE contact SET card = 'older'"
        )  # as an older page would; nothing is counted before the first transaction
        vault.contacts.put(Contact("4e" * 32, "Dee", "card"), actor="Ann")
        vault.records.put(make.party(), actor="Ann")
    assert reported(place, master) == "contacts"
