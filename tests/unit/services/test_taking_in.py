"""Taking in: whose word replaces what, and what is never kept."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import argparse
import contextlib
import dataclasses
import io

import msgspec
import pytest

from briefcase.bundle import write
from briefcase.bundle.errors import BundleBroken, BundleContentRefused
from briefcase.bundle.manifest import channel
from briefcase.cli import bundles
from briefcase.cli.output import Output
from briefcase.records import ids
from briefcase.records.errors import RecordInvalid
from briefcase.records.kinds import Document, Party
from briefcase.records.values import Name, Originator
from briefcase.services import cases, contacts, handover, provenance, receiving
from briefcase.services.comparing import speaks_for
from briefcase.services.errors import BundleIdReused, RecordOfPartner, TakeInRefused
from briefcase.vault.values import BundleRow


def test_new_records_are_kept_and_are_not_own(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    taken = world.give(world.usa, [note.id], world.gbr)
    assert taken.new == (note.id,)
    assert cases.get(world.gbr, note.id) == note
    assert not cases.is_own(world.gbr, note)
    with pytest.raises(RecordOfPartner):
        cases.edit_record(world.gbr, note.id, {"text": "Mine"})


def test_the_originators_next_revision_replaces(world):
    note = world.add(world.usa, "note", title="T", text="Old")
    world.give(world.usa, [note.id], world.gbr)
    cases.edit_record(world.usa, note.id, {"text": "New"})
    taken = world.give(world.usa, [note.id], world.gbr)
    assert taken.newer == (note.id,)
    here = cases.get(world.gbr, note.id)
    assert (here.text, here.parents) == ("New", (note.revision,))
    assert [one.standing for one in cases.history(world.gbr, note.id)] == ["kept", "kept"]


def test_the_same_revision_twice_changes_nothing(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    taken = world.give(world.usa, [note.id], world.gbr)
    assert (taken.new, taken.newer, taken.same) == ((), (), 1)
    assert len(cases.history(world.gbr, note.id)) == 1


def test_the_same_bundle_twice_is_noticed(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    path = world.seal(world.usa, [note.id], world.gbr)[0].path
    world.take(world.gbr, path)
    assert world.take(world.gbr, path).nothing_new
    received = receiving.inspect(world.gbr, path)
    assert received.notices == ("You have taken in this bundle before; there is nothing new in it.",)
    received.close()


def test_somebody_elses_word_is_kept_beside_and_replaces_nothing(world):
    note = world.add(world.usa, "note", title="T", text="True")
    world.give(world.usa, [note.id], world.gbr)
    path = world.forge(world.aus, world.gbr, world.next(note, text="False"))
    assert world.take(world.gbr, path).reported == (note.id,)
    assert cases.get(world.gbr, note.id).text == "True"
    assert cases.history(world.gbr, note.id)[-1].standing == "reported"


def test_nobody_replaces_our_own_records(world):
    note = world.add(world.usa, "note", title="T", text="Ours")
    path = world.forge(world.gbr, world.usa, world.next(note, text="Theirs"))
    assert world.take(world.usa, path).reported == (note.id,)
    assert cases.get(world.usa, note.id) == note
    assert cases.is_own(world.usa, note)


def test_a_colleague_under_our_agency_does_not_replace_our_own_records(world):
    note = world.add(world.usa, "note", title="T", text="Ours")
    theirs = world.contact(world.usa, world.gbr)
    contacts.verify(world.usa, theirs.fingerprint, " ".join(theirs.words), "USA/BIS", "USA")
    path = world.forge(world.gbr, world.usa, world.next(note, text="Theirs"))
    assert world.take(world.usa, path).reported == (note.id,)
    assert cases.get(world.usa, note.id) == note


def test_a_record_that_claims_our_agency_is_hearsay_and_goes_nowhere(world):
    forged = world.note("USA/BIS")
    assert world.take(world.usa, world.forge(world.gbr, world.usa, forged)).reported == (forged.id,)
    assert not cases.is_own(world.usa, forged)
    planned = handover.plan(world.usa, [forged.id], [world.aus.fingerprint])
    assert planned.rows[0].cells[world.aus.fingerprint].verdict == "refuse"


def test_a_forwarded_record_goes_no_further_until_its_originator_sends_it(world):
    note = world.note("USA/BIS", text="True", created=world.usa.now())
    world.take(world.gbr, world.forge(world.aus, world.gbr, msgspec.structs.replace(note, text="Twisted")))
    planned = handover.plan(world.gbr, [note.id], [world.aus.fingerprint])
    assert planned.rows[0].cells[world.aus.fingerprint].verdict == "refuse"
    taken = world.take(world.gbr, world.forge(world.usa, world.gbr, note))
    assert taken.newer == (note.id,)
    assert cases.get(world.gbr, note.id).text == "True"
    planned = handover.plan(world.gbr, [note.id], [world.aus.fingerprint])
    assert planned.rows[0].cells[world.aus.fingerprint].verdict == "allow"


def test_a_hearsay_revision_does_not_keep_the_true_one_out(world):
    note = world.add(world.usa, "note", title="T", text="Old")
    world.give(world.usa, [note.id], world.gbr)
    later = cases.edit_record(world.usa, note.id, {"text": "New"})
    twisted = msgspec.structs.replace(later, text="Twisted")
    assert world.take(world.gbr, world.forge(world.aus, world.gbr, twisted)).reported == (note.id,)
    world.give(world.usa, [note.id], world.gbr)
    assert cases.get(world.gbr, note.id).text == "New"
    assert world.gbr.vault.records.revision(note.id, later.revision).text == "New"
    assert world.gbr.vault.check() == []


def test_hearsay_does_not_replace_hearsay(world):
    note = world.note("CAN/CBSA", text="First word")
    world.take(world.gbr, world.forge(world.aus, world.gbr, note))
    again = world.forge(world.aus, world.gbr, world.next(note, text="Second word"), sequence=2, previous="a" * 64)
    assert world.take(world.gbr, again).reported == (note.id,)
    assert cases.get(world.gbr, note.id).text == "First word"


def test_an_originator_does_not_give_his_record_to_another(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    moved = world.next(note, originator=Originator(agency="AUS/ABF"))
    path = world.forge(world.usa, world.gbr, moved, sequence=2, previous="a" * 64)
    assert world.take(world.gbr, path).reported == (note.id,)
    assert cases.get(world.gbr, note.id).originator.agency == "USA/BIS"


def test_of_two_who_claim_one_id_the_first_stays(world):
    note = world.note("AUS/ABF", text="First")
    world.take(world.gbr, world.forge(world.aus, world.gbr, note))
    claimed = world.next(note, text="Second", originator=Originator(agency="USA/BIS"))
    assert world.take(world.gbr, world.forge(world.usa, world.gbr, claimed)).reported == (note.id,)
    assert cases.get(world.gbr, note.id).text == "First"


def test_a_record_of_another_kind_under_a_known_id_is_left_out_and_the_rest_is_kept(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    same_id = Party(
        id=note.id,
        label=note.label,
        revision="a" * 32,
        created=note.created,
        party_kind="company",
        names=(Name(text="X"),),
        originator=note.originator,
    )
    other = world.note("USA/BIS")
    path = world.forge(world.usa, world.gbr, same_id, other, sequence=2, previous="a" * 64)
    taken = world.take(world.gbr, path)
    assert (taken.refused, taken.new) == ((note.id,), (other.id,))
    assert cases.get(world.gbr, note.id) == note


def test_a_bundle_that_comes_late_turns_nothing_back(world):
    note = world.add(world.usa, "note", title="T", text="One")
    first = world.seal(world.usa, [note.id], world.gbr)[0].path
    cases.edit_record(world.usa, note.id, {"text": "Two"})
    cases.edit_record(world.usa, note.id, {"text": "Three"})
    second = world.seal(world.usa, [note.id], world.gbr)[0].path
    received = receiving.inspect(world.gbr, second)
    assert received.notices == ("Notice: an earlier bundle of this series has not reached you.",)
    received.close()
    world.take(world.gbr, second)
    assert world.take(world.gbr, first).older == (note.id,)
    assert cases.get(world.gbr, note.id).text == "Three"
    assert world.gbr.vault.check() == []


def test_a_bundle_of_another_series_that_comes_late_turns_nothing_back(world):
    note = world.add(world.usa, "note", title="T", text="One")
    shared = world.seal(world.usa, [note.id], world.gbr, world.aus)[0].path
    cases.edit_record(world.usa, note.id, {"text": "Two"})
    world.give(world.usa, [note.id], world.gbr)
    assert world.take(world.gbr, shared).older == (note.id,)
    assert cases.get(world.gbr, note.id).text == "Two"


def test_numbers_of_two_series_are_not_compared(world):
    note, other = (world.add(world.usa, "note", title="T", text="One") for _turn in range(2))
    world.give(world.usa, [other.id], world.gbr)
    world.give(world.usa, [note.id], world.gbr)
    world.give(world.usa, [note.id], world.aus)
    cases.edit_record(world.usa, note.id, {"text": "Two"})
    shared = world.seal(world.usa, [note.id], world.gbr, world.aus)
    assert len(shared) == 1
    assert world.take(world.gbr, shared[0].path).newer == (note.id,)
    assert cases.get(world.gbr, note.id).text == "Two"


def test_no_agency_speaks_for_a_record_of_none(world):
    assert not speaks_for("", world.note(""))
    assert not speaks_for("", world.note("USA/BIS"))
    assert speaks_for("USA/BIS", world.note("USA/BIS"))


def test_references_that_could_not_go_before_arrive_later(world):
    party = world.add(world.usa, "party", party_kind="company", names=[{"text": "A company"}])
    place = world.add(world.usa, "address", full="A street", used_by=[party.id])
    world.give(world.usa, [place.id], world.gbr)
    assert cases.get(world.gbr, place.id).used_by == ()
    assert world.give(world.usa, [place.id, party.id], world.gbr).newer == (place.id,)
    assert cases.get(world.gbr, place.id).used_by == (party.id,)
    assert world.give(world.usa, [place.id, party.id], world.gbr).same == 2
    assert world.gbr.vault.check() == []


def test_references_to_what_was_given_before_go(world):
    party = world.add(world.usa, "party", party_kind="company", names=[{"text": "A company"}])
    place = world.add(world.usa, "address", full="A street", used_by=[party.id])
    world.give(world.usa, [party.id], world.gbr)
    world.give(world.usa, [place.id], world.gbr)
    assert cases.get(world.gbr, place.id).used_by == (party.id,)


def test_a_record_of_impossible_form_stops_everything(world):
    good, bad = world.note("USA/BIS"), world.note("USA/BIS", title="Two\nlines\x07")
    with pytest.raises(RecordInvalid):
        world.take(world.gbr, world.forge(world.usa, world.gbr, good, bad))
    assert world.gbr.vault.records.get(good.id) is None
    assert world.gbr.vault.bundles.list() == []


def test_a_bundle_number_with_other_content_is_an_alarm(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    sealed = world.seal(world.usa, [note.id], world.gbr)[0]
    series = channel(world.usa.fingerprint, [world.gbr.fingerprint])
    row = BundleRow(sealed.bundle_id, series, "in", 1, "f" * 64, world.gbr.now(), world.usa.fingerprint)
    world.gbr.vault.bundles.add(row)
    received = receiving.inspect(world.gbr, sealed.path)
    assert received.notices[0].startswith("Alarm")
    with pytest.raises(BundleIdReused):
        receiving.take_in(world.gbr, received)
    received.close()
    assert world.gbr.vault.records.get(note.id) is None
    assert any(entry.action == "bundle.alarm" for entry in world.gbr.vault.audit.entries())


def test_what_is_not_for_us_is_not_taken_in(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    path = world.seal(world.usa, [note.id], world.gbr)[0].path
    received = receiving.inspect(world.aus, path)
    assert (received.records, received.tear_lines, received.entries, received.banner) == ((), (), (), None)
    with pytest.raises(TakeInRefused):
        receiving.take_in(world.aus, received)
    received.close()


def test_what_came_from_an_unverified_contact_is_not_taken_in(world):
    theirs = world.gbr.vault.contacts.get(world.usa.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(theirs, state="unverified"), actor="Owen", action="contact.test")
    path = world.forge(world.usa, world.gbr, world.note("USA/BIS"))
    received = receiving.inspect(world.gbr, path)
    assert received.is_readable
    assert not received.can_take_in
    with pytest.raises(TakeInRefused):
        receiving.take_in(world.gbr, received)
    received.close()


def test_a_shared_bundle_that_comes_late_turns_no_record_back(world, monkeypatch):
    """The older file is of another series: it was sealed for two, the newer one for one."""
    note = world.add(world.usa, "note", title="T", text="First")
    both = [world.aus.fingerprint, world.gbr.fingerprint]
    monkeypatch.setattr(type(world.usa), "now", lambda _session: "2026-12-01T06:00:00Z")
    shared = handover.seal(world.usa, handover.plan(world.usa, [note.id], both), world.folder)[0].path
    monkeypatch.setattr(type(world.usa), "now", lambda _session: "2026-12-01T07:00:00Z")
    cases.edit_record(world.usa, note.id, {"text": "Second"})
    cases.edit_record(world.usa, note.id, {"text": "Third"})
    world.give(world.usa, [note.id], world.gbr)
    assert world.take(world.gbr, shared).older == (note.id,)
    assert cases.get(world.gbr, note.id).text == "Third"


def test_two_agencies_that_claim_one_number_are_an_alarm(world):
    note = world.add(world.usa, "note", title="T", text="True")
    squat = world.note("AUS/ABF", id=note.id, text="Squatted")
    assert world.take(world.gbr, world.forge(world.aus, world.gbr, squat)).clashes == ()
    assert world.give(world.usa, [note.id], world.gbr).clashes == (note.id,)


def test_who_reported_a_record_is_said(world):
    forged = world.note("USA/BIS")
    world.take(world.gbr, world.forge(world.aus, world.gbr, forged))
    true = world.add(world.usa, "note", title="T", text="True")
    world.give(world.usa, [true.id], world.gbr)
    known = provenance.of(world.gbr, [cases.get(world.gbr, one.id) for one in (forged, true)])
    assert known[forged.id].reported_by.endswith("(AUS/ABF)")
    assert known[true.id].words == ()
    assert provenance.of(world.usa, [true])[true.id].own


def test_a_document_that_names_a_file_it_does_not_bring_is_refused(world, monkeypatch):
    """Else its sender could have the next hand-over fetch a file of ours whose digest he knows."""
    named = Document(
        id=ids.new_id(), revision=ids.new_revision(), created=ids.now(), label=world.label(), title="D", sha256="a" * 64
    )
    with pytest.raises(BundleContentRefused):
        world.forge(world.aus, world.gbr, named)
    monkeypatch.setattr(write, "_check", lambda _content: None)
    path = world.forge(world.aus, world.gbr, named)
    with pytest.raises(BundleBroken):
        world.take(world.gbr, path)
    assert world.gbr.vault.records.get(named.id) is None


def test_a_second_bundle_with_the_same_number_is_an_alarm(world):
    world.take(world.gbr, world.forge(world.usa, world.gbr, world.note("USA/BIS")))
    received = receiving.inspect(world.gbr, world.forge(world.usa, world.gbr, world.note("USA/BIS")))
    received.close()
    assert received.notices[0].startswith("Alarm")


def test_the_command_line_ends_with_14_when_two_agencies_claim_one_number(world, monkeypatch):
    note = world.add(world.usa, "note", title="T", text="True")
    squat = world.forge(world.aus, world.gbr, world.note("AUS/ABF", id=note.id))
    true = world.seal(world.usa, [note.id], world.gbr)[0].path
    monkeypatch.setattr(bundles, "opened", lambda _arguments: contextlib.nullcontext(world.gbr))
    asked = [argparse.Namespace(file=one, accept_unverified=False) for one in (squat, true)]
    said = [bundles.take_in(one, Output(io.StringIO(), as_json=True)) for one in asked]
    assert said == [0, 14]
