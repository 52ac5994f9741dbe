"""Records and their revisions, cases, links, batches, and what is refused."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import msgspec
import pytest

from briefcase.records.errors import RecordInvalid
from briefcase.records.ids import new_id
from briefcase.vault import errors
from briefcase.vault.values import Source

FROM_GBR = Source("ab" * 32, "bundle-1", unverified=True)


def test_a_record_and_its_revisions(vault, make):
    first = make.party("Acme")
    vault.records.put(first, actor="Ann")
    second = make.next(first, remarks="changed")
    vault.records.put(second, actor="Ann")
    assert vault.records.get(first.id) == second
    assert vault.records.history(first.id) == [first, second]
    assert vault.records.revision(first.id, first.revision) == first
    rows = vault.records.revisions(first.id)
    assert [(row.revision, row.parents, row.is_current) for row in rows] == [
        (first.revision, (), False),
        (second.revision, (first.revision,), True),
    ]
    assert [entry.action for entry in vault.audit.entries()] == ["vault.create", "record.add", "record.change"]
    assert vault.check() == []


def test_a_change_that_does_not_follow_is_refused(vault, make):
    first = make.party()
    vault.records.put(first, actor="Ann")
    vault.records.put(make.next(first), actor="Ann")
    head = vault.audit.head()
    for stale in (make.next(first), first, msgspec.structs.replace(make.next(first), parents=())):
        with pytest.raises(errors.RevisionConflict):
            vault.records.put(stale, actor="Ann")
    with pytest.raises(errors.RevisionConflict):
        vault.records.put(make.party(parents=("00" * 16,)), actor="Ann")
    assert vault.audit.head() == head
    assert len(vault.records.history(first.id)) == 2


def test_a_record_keeps_its_kind(vault, make):
    party = make.party()
    vault.records.put(party, actor="Ann")
    with pytest.raises(errors.KindChanged):
        vault.records.put(make.note(id=party.id, parents=(party.revision,)), actor="Ann")


@pytest.mark.parametrize("field", ["revision", "created"])
def test_an_incomplete_record_is_refused(vault, make, field):
    with pytest.raises(errors.RecordIncomplete):
        vault.records.put(msgspec.structs.replace(make.party(), **{field: ""}), actor="Ann")


def test_a_record_that_could_not_be_read_again_is_refused(vault, make):
    with pytest.raises(RecordInvalid):
        vault.records.put(make.note(title="x" * 3000), actor="Ann")
    assert vault.records.count() == 0


def test_received_records_say_where_they_came_from(vault, make):
    own, received = make.party("Own"), make.party("Theirs", parents=("12" * 16,))
    vault.records.put(own, actor="Ann")
    vault.records.put(received, actor="Ann", source=FROM_GBR, action="record.take-in")
    assert vault.records.source_of(own.id) is None
    assert vault.records.source_of(received.id) == FROM_GBR
    assert vault.records.of_bundle("bundle-1", "ab" * 32) == [received.id]
    assert vault.records.of_bundle("bundle-1", "cd" * 32) == []
    row = vault.records.row(received.id)
    assert row is not None
    assert (row.received_from, row.bundle_id, row.unverified) == ("ab" * 32, "bundle-1", True)
    later = make.next(received, parents=("34" * 16,))
    with pytest.raises(errors.RevisionConflict):
        vault.records.put(later, actor="Ann", source=FROM_GBR)
    vault.records.put(later, actor="Ann", source=FROM_GBR, replaces=received.revision)
    assert vault.records.get(received.id) == later


def test_a_report_replaces_nothing(vault, make):
    own = make.party("Own words")
    vault.records.put(own, actor="Ann")
    vault.records.report(make.next(own, remarks="quixotic"), actor="Ann", source=FROM_GBR)
    assert vault.records.get(own.id) == own
    assert vault.records.history(own.id) == [own]
    assert [row.standing for row in vault.records.revisions(own.id)] == ["kept", "reported"]
    assert vault.search("quixotic") == []
    assert vault.check() == []
    with pytest.raises(errors.RecordUnknown):
        vault.records.report(make.party(), actor="Ann", source=FROM_GBR)


def test_lists_counts_and_cases(vault, make):
    case, other = make.case("One"), make.case("Two")
    parties = [make.party(f"P{number}", case_ids=(case.id,)) for number in range(5)]
    note = make.note(case_ids=(case.id, other.id))
    vault.records.put_many([case, other, *parties, note], actor="Ann")
    assert vault.records.cases() == [case, other]
    assert vault.records.records_of_case(case.id) == [*parties, note]
    assert vault.records.list_records(kind="party", case_id=case.id, offset=1, limit=2) == parties[1:3]
    assert list(vault.records.stream(kind="note")) == [note]
    assert vault.records.count() == 8
    assert vault.records.count(kind="party") == 5
    assert vault.records.count(case_id=other.id) == 1
    assert vault.records.counts() == {"case": 2, "party": 5, "note": 1}
    assert [row.title for row in vault.records.rows(kind="case")] == ["One", "Two"]
    assert set(vault.records.get_many([case.id, note.id, new_id()])) == {case.id, note.id}
    assert vault.records.known([note.id, new_id(), "no id"]) == {note.id: note.revision}


def test_a_record_moves_between_cases(vault, make):
    case, other = make.case(), make.case()
    note = make.note(case_ids=(case.id,))
    vault.records.put_many([case, other, note], actor="Ann")
    vault.records.put(make.next(note, case_ids=(other.id,)), actor="Ann")
    assert vault.records.count(case_id=case.id) == 0
    assert vault.records.count(case_id=other.id) == 1


def test_links_are_found_from_both_ends(vault, make):
    one, two, three = make.party("1"), make.party("2"), make.party("3")
    link, note = make.link(one, two), make.note(about=(one.id,))
    vault.records.put_many([one, two, three, link, note], actor="Ann")
    assert vault.records.links_of(one.id) == vault.records.links_of(two.id) == [link]
    assert vault.records.links_of(three.id) == []
    assert {row.id for row in vault.records.mentioned_by(one.id)} == {link.id, note.id}
    vault.records.put(make.next(link, to_id=three.id), actor="Ann")
    assert vault.records.links_of(two.id) == []
    assert vault.records.mentioned_by(two.id) == []


def test_an_unknown_id_is_said(vault):
    for wrong in (new_id(), "", "nonsense", "' OR 1=1 --"):
        assert vault.records.get(wrong) is None
        assert vault.records.history(wrong) == []
        with pytest.raises(errors.RecordUnknown):
            vault.records.need(wrong)
    assert vault.records.revision(new_id(), "xyz") is None


def test_a_batch_is_one_entry_and_all_or_nothing(vault, make):
    assert vault.records.put_many([make.party(str(number)) for number in range(2500)], actor="Ann") == 2500
    assert vault.audit.size() == 2
    assert [entry.revisions[0] for entry in vault.audit.entries() if entry.revisions] == [2500]
    assert vault.records.put_many([], actor="Ann") == 0
    assert vault.audit.size() == 2

    def breaking():
        yield from (make.party(str(number)) for number in range(1500))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        vault.records.put_many(breaking(), actor="Ann")
    assert vault.records.count() == 2500
    assert vault.audit.size() == 2
    assert vault.check() == []


def test_progress_can_cancel(vault, make):
    seen = []

    def progress(count):
        seen.append(count)
        if count >= 2000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vault.records.put_many((make.party(str(number)) for number in range(5000)), actor="Ann", progress=progress)
    assert seen == [1000, 2000]
    assert vault.records.count() == 0


def test_two_revisions_of_one_record_in_a_batch(vault, make):
    first = make.party("Old name")
    second = make.next(first, remarks="second")
    vault.records.put_many([first, second, make.next(second, remarks="third")], actor="Ann")
    assert [record.remarks for record in vault.records.history(first.id)] == ["", "second", "third"]
    assert len(vault.search("old name")) == 1
    assert vault.check() == []


def test_a_transaction_is_one_act(vault, make):
    party, other = make.party(), make.party()
    with pytest.raises(RuntimeError), vault.transaction():  # noqa: PT012 - the block is the act
        vault.records.put(party, actor="Ann")
        raise RuntimeError
    assert vault.records.count() == 0
    with vault.transaction():
        vault.records.put(party, actor="Ann")
        with pytest.raises(errors.RevisionConflict):
            vault.records.put_many([other, party], actor="Ann")
    assert vault.records.known([party.id, other.id]) == {party.id: party.revision}
    assert vault.search("company")[0].id == party.id
    assert len(vault.search("company")) == 1
    assert vault.check() == []
