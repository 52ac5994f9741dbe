"""Every own change can be taken back, and shows who, when and what; a deleted case lies in the bin until its time."""

# ruff: noqa: ANN001, ANN201, ANN202, D102 - the arguments are fixtures; a name says what a test is about
from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from briefcase.records.errors import RecordInvalid
from briefcase.services import cases, handover
from briefcase.services.errors import CaseUnknown, DecisionChanged, RecordOfPartner
from briefcase.services.finding import searching
from briefcase.services.keeping import purging
from briefcase.services.undoing import bin as bins
from briefcase.services.undoing import history
from briefcase.services.undoing.errors import CaseInBin, CaseNotInBin, NothingToUndo, RetentionInvalid


@pytest.fixture
def note(world):
    """Return a note that was changed twice."""
    note = world.add(world.usa, "note", title="T", text="One")
    cases.edit_record(world.usa, note.id, {"text": "Two"})
    return cases.edit_record(world.usa, note.id, {"text": "Three", "title": "U"})


def texts(world, note):
    return [one.text for one in world.usa.vault.records.history(note.id)]


def test_the_history_says_who_changed_what_when(world, note):
    first, second, third = history.of(world.usa, note.id)
    assert {one.name for one in first.changes} >= {"title", "text", "label"}
    assert [(one.name, one.before, one.after) for one in second.changes] == [("text", "One", "Two")]
    assert {(one.name, one.before, one.after) for one in third.changes} == {
        ("text", "Two", "Three"),
        ("title", "T", "U"),
    }
    assert [one.action for one in (first, second, third)] == ["record.add", "record.change", "record.change"]
    assert {one.author for one in (first, second, third)} == {one.actor for one in (first, second)} == {"Dana"}
    assert [one.is_current for one in (first, second, third)] == [False, False, True]
    assert all(len(one.when) == len("2026-11-24T06:02:56Z") for one in (first, second, third))


def test_undo_is_a_new_version_with_the_old_content(world, note):
    undone = history.undo(world.usa, note.id)
    assert (undone.text, undone.title, undone.parents) == ("Two", "T", (note.revision,))
    assert texts(world, note) == ["One", "Two", "Three", "Two"]
    assert history.of(world.usa, note.id)[-1].action == history.UNDO
    assert history.undo(world.usa, note.id).text == "Three"
    assert world.usa.vault.check() == []


def test_undo_to_any_version_that_is_named(world, note):
    first = history.of(world.usa, note.id)[0].revision
    assert history.undo(world.usa, note.id, to=first[:10]).text == "One"
    for wrong in ("", "0" * 12, first[:3]):
        fresh = world.add(world.usa, "note", title="T", text="Words") if not wrong else note
        with pytest.raises(NothingToUndo):
            history.undo(world.usa, fresh.id, to=wrong)
    with pytest.raises(NothingToUndo):
        history.undo(world.usa, note.id, to=cases.get(world.usa, note.id).revision)


def test_what_a_partner_claims_is_nothing_to_go_back_to(world, note):
    claim = world.next(note, parents=(note.revision,), text="Claimed")
    world.take(world.usa, world.forge(world.gbr, world.usa, claim))
    assert history.of(world.usa, note.id)[-1].received_from == "Owen"
    assert history.of(world.usa, note.id)[-1].standing == "reported"
    with pytest.raises(NothingToUndo):
        history.undo(world.usa, note.id, to=claim.revision)
    world.give(world.usa, [note.id], world.gbr)
    with pytest.raises(RecordOfPartner):
        history.undo(world.gbr, note.id)


def test_what_may_not_be_kept_any_more_is_not_brought_back(world):
    case = world.add(world.usa, "case", title="C", reference="1", status="open")
    note = world.add(world.usa, "note", case=case.id, title="T", text="One")
    other = world.add(world.usa, "case", title="D", reference="2", status="open")
    cases.edit_record(world.usa, note.id, {"case_ids": [other.id]})
    purging.purge(world.usa, purging.plan(world.usa, case.id), "1")
    with pytest.raises(RecordInvalid):
        history.undo(world.usa, note.id)


def test_a_joint_record_is_undone_too_and_the_others_hear_of_it(world):
    record = world.add(world.usa, "address", full="Old", shared_by=["USA/BIS", "GBR/HMRC"])
    world.give(world.usa, [record.id], world.gbr)
    cases.edit_record(world.gbr, record.id, {"full": "New"})
    world.give(world.gbr, [record.id], world.usa)
    assert history.undo(world.usa, record.id).full == "Old"
    world.give(world.usa, [record.id], world.gbr)
    assert cases.get(world.gbr, record.id).full == "Old"


def test_undoing_a_merge_takes_the_others_change_back(world):
    record = world.add(world.usa, "address", full="Old", shared_by=["USA/BIS", "GBR/HMRC"])
    world.give(world.usa, [record.id], world.gbr)
    for _time in range(4):
        cases.edit_record(world.usa, record.id, {"city": f"Ours {_time}"})
    cases.edit_record(world.gbr, record.id, {"postcode": "Theirs"})
    world.give(world.gbr, [record.id], world.usa)
    merged = cases.get(world.usa, record.id)
    assert (merged.city, merged.postcode) == ("Ours 3", "Theirs")
    undone = history.undo(world.usa, record.id)
    assert (undone.city, undone.postcode) == ("Ours 3", "")


class TestTheBin:
    """A case in it is nowhere, whole, and gone for good only after its time and a question."""

    @pytest.fixture
    def case(self, world):
        """Return a case with one note."""
        case = world.add(world.usa, "case", title="C", reference="EX-1", status="open")
        world.add(world.usa, "note", case=case.id, title="T", text="Words")
        return case

    def test_its_records_go_to_nobody_by_their_own_number_either(self, world, case):
        contact = world.contact(world.usa, world.gbr)
        note = next(one for one in cases.case_records(world.usa, case.id) if one.id != case.id)
        planned = handover.plan(world.usa, [note.id], [contact.fingerprint])
        assert planned.rows[0].cells[contact.fingerprint].verdict == "allow"
        bins.put(world.usa, case)
        with pytest.raises(DecisionChanged):
            handover.seal(world.usa, planned, world.folder, purpose="P")
        gone = handover.plan(world.usa, [note.id, case.id], [contact.fingerprint])
        assert gone.files == ()
        for row in gone.rows:
            cell = row.cells[contact.fingerprint]
            assert (cell.verdict, any("bin restore" in words for words in cell.reasons)) == ("refuse", True)
        bins.restore(world.usa, case.id)
        assert len(handover.plan(world.usa, [note.id], [contact.fingerprint]).files) == 1

    def test_what_belongs_to_another_case_too_may_still_go(self, world, case):
        other = world.add(world.usa, "case", title="D", reference="EX-2", status="open")
        note = world.add(world.usa, "note", case=case.id, title="T", text="Both")
        shared = cases.edit_record(world.usa, note.id, {"case_ids": [case.id, other.id]})
        contact = world.contact(world.usa, world.gbr)
        bins.put(world.usa, case)
        assert handover.plan(world.usa, [shared.id], [contact.fingerprint]).files
        bins.put(world.usa, other)
        assert not handover.plan(world.usa, [shared.id], [contact.fingerprint]).files

    def test_what_lies_in_it_is_in_no_list_and_goes_nowhere(self, world, case):
        binned = bins.put(world.usa, case)
        assert (binned.by, binned.is_over) == ("Dana", False)
        assert cases.list_cases(world.usa) == []
        for asked in (case.id, "C"):
            with pytest.raises(CaseInBin):
                cases.find_case(world.usa, asked)
        with pytest.raises(CaseInBin):
            handover.of_case(world.usa, case.id)
        with pytest.raises(CaseInBin):
            bins.put(world.usa, case)
        assert world.usa.vault.check() == []

    def test_no_search_finds_it_and_what_else_is_found_keeps_its_places(self, world, case):
        other = world.add(world.usa, "case", title="D", reference="EX-2", status="open")
        kept = {world.add(world.usa, "note", case=other.id, title="T", text="Words").id for _ in range(3)}
        gone = {world.add(world.usa, "note", case=case.id, title="T", text="Words").id for _ in range(9)}
        shared = world.add(world.usa, "note", case=case.id, title="T", text="Words")
        cases.edit_record(world.usa, shared.id, {"case_ids": [case.id, other.id]})

        def found(text, limit=200):
            return {hit.id for hit in searching.search(world.usa, text, limit=limit)}

        assert found("Words") >= kept | gone | {shared.id}
        bins.put(world.usa, case)
        for text in ("Words", "kind:note", "Words kind:note"):
            assert found(text) == kept | {shared.id}
            assert found(text, limit=4) == kept | {shared.id}
            assert len(searching.search(world.usa, text, limit=2)) == 2
        assert case.id not in found("EX-1")
        bins.restore(world.usa, case.id)
        assert found("Words") >= kept | gone | {shared.id}

    def test_it_comes_out_as_it_was(self, world, case):
        before = cases.case_records(world.usa, case.id)
        bins.put(world.usa, case)
        assert bins.find(world.usa, "C").case_id == case.id
        bins.restore(world.usa, case.id)
        assert cases.find_case(world.usa, "C") == case
        assert cases.case_records(world.usa, case.id) == before
        with pytest.raises(CaseNotInBin):
            bins.restore(world.usa, case.id)
        with pytest.raises(CaseNotInBin):
            bins.find(world.usa, "C")
        actions = [one.action for one in world.usa.vault.audit.entries() if one.subject == case.id]
        assert actions[-2:] == ["case.delete", "case.restore"]

    def test_another_case_of_its_title_is_found(self, world, case):
        bins.put(world.usa, case)
        other = world.add(world.usa, "case", title="C", reference="EX-2", status="open")
        assert cases.find_case(world.usa, "C").id == other.id
        with pytest.raises(CaseUnknown):
            cases.find_case(world.usa, "D")

    def test_its_time_is_over_after_the_days_that_were_set(self, world, case):
        bins.put(world.usa, case)
        assert bins.days(world.usa) == 30
        assert bins.expired(world.usa) == []
        for days in (0, 4000):
            with pytest.raises(RetentionInvalid):
                bins.keep_for(world.usa, days)
        bins.keep_for(world.usa, 1)
        day = 24 * 60 * 60
        world.usa.vault.audit.see_time(_later(world.usa.now(), day - 60))
        assert bins.expired(world.usa) == []
        world.usa.vault.audit.see_time(_later(world.usa.now(), 120))
        (one,) = bins.expired(world.usa)
        purging.purge(world.usa, purging.plan(world.usa, one.case_id), "EX-1")
        assert bins.list_binned(world.usa) == []
        with pytest.raises(CaseUnknown):
            cases.find_case(world.usa, "C")
        assert {one.area for one in world.usa.vault.check()} == {"clock"}


def _later(time: str, seconds: int) -> str:
    return (datetime.fromisoformat(time) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
