"""What the window asks the services for besides the acts themselves: tests of keys, earlier copies, certificates."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import pytest

from briefcase.records.query import filters_in
from briefcase.services.access import clock, keyrings, slots
from briefcase.services.errors import CaseUnknown, PassphraseWrong
from briefcase.services.finding import searching
from briefcase.services.finding.errors import SearchNameless, SearchUnknown
from briefcase.services.keeping import copies, purging
from briefcase.services.session import unlock

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def session(world):
    """Return our open vault."""
    return world.usa


def test_a_way_in_that_was_tested_says_when_and_the_chain_knows(session):
    assert [one.tested for one in slots.listed(session)] == ["", ""]
    found = slots.probe(session, PASSPHRASE)
    assert found.kind == "passphrase"
    assert found.tested
    assert slots.listed(session)[0].tested == found.tested
    assert session.vault.audit.about(found.id, "slot.test")
    assert [one.action for one in session.vault.audit.entries()][-1] == "slot.test"


def test_what_opens_nothing_is_no_test(session):
    with pytest.raises(PassphraseWrong):
        slots.probe(session, "not the passphrase")
    assert [one.tested for one in slots.listed(session)] == ["", ""]


def test_a_test_keeps_what_a_way_in_is_called(session):
    slots.add_officer(session, PASSPHRASE, "渡辺 美咲", "saddle compass thimble marble")
    found = slots.probe(session, "saddle compass thimble marble")
    assert (found.label, bool(found.created), bool(found.tested)) == ("渡辺 美咲", True, True)


def test_each_way_in_has_the_time_of_its_last_unlocking(session):
    folder = session.vault.folder
    session.close()
    again = unlock(folder, PASSPHRASE)
    try:
        opened = slots.last_opened(again)
        assert list(opened) == [slots.listed(again)[0].id]
    finally:
        again.close()


def test_copies_that_were_made_are_told_the_latest_first_and_stopped_ones_not(session, world):
    (world.folder / "stick").mkdir()
    first = copies.save_copy(session, world.folder / "stick")
    with pytest.raises(copies.CopyStopped):
        copies.save_copy(session, world.folder, cancel=lambda: True)
    assert [(one.name, one.size) for one in copies.earlier(session)] == [(first.path.name, first.size)]


def test_the_certificate_of_a_purge_is_the_entry_that_says_so(session, world):
    case = world.add(session, "case", title="A case", status="open")
    with pytest.raises(CaseUnknown):
        purging.certificate(session, case.id)
    purging.purge(session, purging.plan(session, case.id), case.id)
    proof = purging.certificate(session, case.id)
    assert session.vault.audit.at(proof.number) == proof.chain
    assert proof.head == session.vault.audit.head()
    assert proof.actor == session.officer


def test_a_saved_search_gets_another_name_and_keeps_its_question(session):
    searching.save(session, "Nozzles", "hs:8542 nozzle")
    searching.save(session, "Taken", "kind:party")
    assert searching.rename(session, "Nozzles", " New   name ").name == "New name"
    assert searching.saved_text(session, "New name") == "hs:8542 nozzle"
    with pytest.raises(SearchUnknown):
        searching.saved_text(session, "Nozzles")
    with pytest.raises(SearchNameless):
        searching.rename(session, "New name", "  ")
    assert searching.saved_text(session, "New name") == "hs:8542 nozzle"
    searching.rename(session, "New name", "New name")
    assert [one.name for one in searching.saved(session)] == ["New name", "Taken"]


def test_a_vault_without_a_keyring_slot_offers_none(session, tmp_path):
    assert not keyrings.is_offered(session.vault.folder)
    assert not keyrings.is_offered(tmp_path)
    assert not keyrings.is_offered(tmp_path / "nothing")


def test_the_clock_and_the_latest_time_seen(session):
    now, seen = clock.times(session)
    assert seen <= now


def test_the_filters_of_a_text_are_found_where_they_stand():
    text = 'isildak country:KZ hs: case:"A b" kind:party'
    found = filters_in(text)
    assert [(one.key, one.value) for one in found] == [
        ("country", "KZ"),
        ("hs", ""),
        ("case", "A b"),
        ("kind", "party"),
    ]
    assert [text[one.start : one.end] for one in found] == ["country:KZ", "hs:", 'case:"A b"', "kind:party"]
