"""Before something leaves: what was put back from an older file under it, or under what decides, is seen."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from briefcase.records.label import Label
from briefcase.records.values import Originator
from briefcase.vault import state as states
from briefcase.vault.errors import VaultError
from briefcase.vault.header import new_vault_id
from briefcase.vault.papers import ConsentRow
from briefcase.vault.values import Contact, Source, Withdrawal
from briefcase.vault.vault import create, open_vault

GBR, AUS = "ab" * 32, "cd" * 32
PAGE = 4096
OPEN = Label(marking="EXERCISE OFFICIAL//REL TO USA, GBR", releasable_to=("country:GBR",))
SHUT = Label(marking="EXERCISE OFFICIAL//REL TO USA", releasable_to=("country:USA",))


@pytest.fixture
def party(vault, make):
    """A record among others, that was once for GBR, and the partner himself."""
    vault.contacts.put(Contact(GBR, "Owen", "card", "verified", "GBR/HMRC", "GBR"), actor="Ann")
    vault.settings.set("pack", b"levels", actor="Ann")
    party = make.party("Acme", label=OPEN, originator=Originator(agency="USA/BIS"))
    vault.records.put_many([make.party(str(number)) for number in range(300)], actor="Ann")
    vault.records.put(party, actor="Ann")
    return party


def restricted(vault, make, party):
    changed = make.next(party, label=SHUT)
    vault.records.put(changed, actor="Ann")
    return changed


def test_what_is_as_it_was_written_may_leave(vault, make, party):
    assert vault.check_leaving([party.id]) == []
    restricted(vault, make, party)
    vault.withdrawals.put(Withdrawal("a" * 64, AUS, "compromise"), actor="Ann")
    vault.consents.put(ConsentRow("c1", "active", "", GBR, "", "", "", b"{}"))
    vault.records.put(make.note(), actor="Ann", source=Source(GBR, "b1"))
    vault.settings.set("pack", b"other levels", actor="Ann")
    every = [row.id for row in vault.records.rows()]
    assert vault.check_leaving(every) == []
    assert vault.check_leaving([]) == []
    assert vault.check() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET current = (SELECT min(n) FROM revision WHERE record = record.n) WHERE title = 'Acme'",
        "UPDATE revision SET body = CAST(replace(CAST(body AS TEXT), 'Acme', 'Bcme') AS BLOB) WHERE n > 300",
        "UPDATE revision SET received_from = 'x' WHERE n > 300",
        "UPDATE revision SET standing = 'reported' WHERE n > 300",
        "UPDATE revision SET digest = randomblob(32) WHERE n > 300",
        "UPDATE revision SET salt = randomblob(16) WHERE n > 300",
        "DELETE FROM revision WHERE n = (SELECT max(n) FROM revision)",
        "UPDATE contact SET country = 'USA'",
        "UPDATE contact SET state = 'unverified'",
        "DELETE FROM contact",
        "DELETE FROM withdrawal",
        "UPDATE withdrawal SET applied = 0",
        "UPDATE consent SET state = 'active'",
        "UPDATE setting SET value = CAST('levels' AS BLOB) WHERE name = 'pack'",
        "UPDATE state SET value = randomblob(32) WHERE area = 'leaf'",
        "UPDATE state SET value = randomblob(32) WHERE area = 'node'",
        "UPDATE state SET value = randomblob(32) WHERE area = 'root'",
        "UPDATE state SET value = randomblob(32) WHERE area = 'contact'",
        "DELETE FROM state",
        "DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)",
        "UPDATE audit SET chain = randomblob(32) WHERE n = (SELECT max(n) FROM audit)",
    ],
)
def test_what_was_changed_behind_the_program_does_not_leave(vault, make, party, statement):
    vault.withdrawals.put(Withdrawal("a" * 64, AUS, "revocation"), actor="Ann")
    vault.consents.put(ConsentRow("c1", "recalled", "", GBR, "", "", "", b"{}"))
    vault.settings.set("pack", b"other levels", actor="Ann")
    restricted(vault, make, party)
    assert vault.check_leaving([party.id]) == []
    assert vault._database.run(statement) > 0
    assert vault.check_leaving([party.id]) != []
    assert vault.check(deep=False) != []


def test_no_older_page_alone_or_with_another_brings_an_older_label_out(tmp_path, master, make):
    """Every page that differs, and every two of them, is put back; each is an authentic page of its number."""
    folder = tmp_path / "small.briefcase"
    slot = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}
    whose = {"agency": "USA/BIS", "country": "USA", "officer": "Ann"}
    vault = create(folder, master, [slot], vault_id=new_vault_id(), **whose)
    party = make.party("Acme", label=OPEN)
    vault.records.put(party, actor="Ann")
    vault.close()
    old = pages(folder)
    with open_vault(folder, master) as vault:
        restricted(vault, make, party)
    new = pages(folder)
    differ = [number for number in range(len(old)) if old[number] != new[number]]
    assert len(differ) > 8
    seen = 0
    for chosen in [*((one,) for one in differ), *itertools.combinations(differ, 2)]:
        mixed = list(new)
        for number in chosen:
            mixed[number] = old[number]
        seen += not stays_shut(folder, tmp_path / "mixed.briefcase", b"".join(mixed), master, party.id)
    assert seen > 5, "no older page was seen at all"


def pages(folder: Path) -> list[bytes]:
    data = (folder / "store.db").read_bytes()
    return [data[at : at + PAGE] for at in range(0, len(data), PAGE)]


def stays_shut(folder: Path, mixed: Path, data: bytes, master: bytes, record_id: str) -> bool:
    """Return whether the record is as it should be; fail when it is not and nothing is said."""
    shutil.rmtree(mixed, ignore_errors=True)
    shutil.copytree(folder, mixed)
    (mixed / "store.db").write_bytes(data)
    try:
        with open_vault(mixed, master) as vault:
            if vault.check_leaving([record_id]):
                return False
            record = vault.records.get(record_id)
    except VaultError:
        return False
    assert record is None or record.label == SHUT
    return True


def test_a_record_whose_words_were_purged_does_not_leave(vault, party):
    vault._database.run("UPDATE revision SET body = NULL, salt = NULL WHERE n > 300")
    assert [one.area for one in vault.check_leaving([party.id])] == ["records"]


@pytest.mark.parametrize("height", [1, 2, 3, 4])
def test_older_sums_put_back_with_an_older_record_do_not_hide_it(vault, make, party, height):
    """As authentic older rows, the record's first, then its sum, the sum above that, and the root itself."""
    older = vault._database.rows("SELECT area, place, value FROM state")
    current = vault._database.number("SELECT current FROM record WHERE title = 'Acme'")
    restricted(vault, make, party)
    vault._database.run("UPDATE record SET current = ? WHERE title = 'Acme'", (current,))
    for area, place, value in older:
        if area in ("leaf", "node", "root")[: height - 1]:
            vault._database.run("UPDATE state SET value = ? WHERE area = ? AND place = ?", (value, area, place))
    assert vault.check_leaving([party.id]) != []


def test_its_cost_follows_what_leaves(monkeypatch, vault, make, party):
    vault.records.put_many([make.party(f"More {number}") for number in range(1000)], actor="Ann")
    read = []
    monkeypatch.setattr(states.State, "_of_row", lambda _self, row: read.append(row[0]) or 0)
    vault.check_leaving([party.id])
    assert 0 < len(read) <= 1 << states.BITS


def test_sums_that_were_taken_away_are_not_made_anew(vault, make, party):
    vault._database.run("DELETE FROM state")
    assert [one.area for one in vault.check()] == ["state"]
    restricted(vault, make, party)
    assert [one.area for one in vault.check()] == ["state"]
    assert vault.check_leaving([party.id]) != []
