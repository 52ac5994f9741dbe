"""Records that agencies keep together: merged when files meet, in any order, decided by officers where they differ."""

# ruff: noqa: ANN001, ANN003, ANN201, D102 - the arguments are fixtures; a name says what a test is about
from __future__ import annotations

import itertools

import msgspec
import pytest

from briefcase.bundle.message_bodies import Recall, RecalledItem
from briefcase.bundle.messages import write_message
from briefcase.records.errors import RecordInvalid
from briefcase.services import cases, handover, messages, provenance
from briefcase.services.errors import NothingReleased, RecordOfPartner
from briefcase.services.joining import conflicts, settling
from briefcase.services.joining.errors import ClashChoice, ClashUnknown

CIRCLE = ["USA/BIS", "AUS/ABF", "GBR/HMRC"]
NARROW = "EXERCISE OFFICIAL//REL TO USA, GBR"


def joint(world, who=None, circle=CIRCLE, **fields):
    fields = {"full": "1 Old Street", "city": "Istanbul", **fields}
    return world.add(who or world.usa, "address", shared_by=list(circle), **fields)


def edit(who, record, **changes):
    return cases.edit_record(who, record.id, changes)


def now(who, record):
    return who.vault.records.get(record.id)


def waiting(who):
    return {
        name: sorted(str(one.value) for one in claims)
        for clash in conflicts.list_clashes(who)
        for name, claims in clash.fields.items()
    }


def send(world, who, to, record):
    return world.seal(who, [record.id], to)[0].path


def started(world):
    """Return a joint address that all three have."""
    record = joint(world)
    for to in (world.aus, world.gbr):
        world.take(to, send(world, world.usa, to, record))
    return record


def test_changes_of_different_fields_come_together_on_both_sides(world):
    record = started(world)
    edit(world.usa, record, city="Ankara")
    edit(world.gbr, record, postcode="34000")
    there = send(world, world.gbr, world.usa, record)
    back = send(world, world.usa, world.gbr, record)
    taken = world.take(world.usa, there)
    assert (taken.joined, taken.conflicts) == ((record.id,), ())
    world.take(world.gbr, back)
    ours, theirs = now(world.usa, record), now(world.gbr, record)
    assert (ours.city, ours.postcode) == ("Ankara", "34000")
    assert ours == theirs
    assert cases.may_edit(world.gbr, theirs)
    assert world.usa.vault.check() == world.gbr.vault.check() == []


def test_one_that_was_changed_there_alone_only_goes_forward(world):
    record = started(world)
    changed = edit(world.gbr, record, postcode="34000")
    world.take(world.usa, send(world, world.gbr, world.usa, record))
    assert now(world.usa, record).revision == changed.revision
    assert now(world.usa, record) == changed
    assert provenance.of(world.usa, [now(world.usa, record)])[record.id].words == ()
    again = edit(world.usa, record, city="Izmir")
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    assert now(world.gbr, record).city == "Izmir"
    assert again.revision == now(world.gbr, record).revision


def clashing(world):
    record = started(world)
    edit(world.usa, record, full="2 New Street", city="Ankara")
    edit(world.gbr, record, full="3 Other Street", postcode="34000")
    there, back = send(world, world.gbr, world.usa, record), send(world, world.usa, world.gbr, record)
    world.take(world.usa, there)
    world.take(world.gbr, back)
    return record


def test_one_field_changed_on_both_sides_is_one_conflict_and_nothing_is_lost(world):
    record = clashing(world)
    for who in (world.usa, world.gbr):
        assert waiting(who) == {"full": ["2 New Street", "3 Other Street"]}
        claims = conflicts.of(who, record.id).fields["full"]
        assert {one.agency: one.author for one in claims} == {"USA/BIS": "Dana", "GBR/HMRC": "Owen"}
        assert all(one.created > record.created[:10] for one in claims)
        assert (now(who, record).city, now(who, record).postcode) == ("Ankara", "34000")
    assert now(world.usa, record).full == now(world.gbr, record).full


def test_what_is_in_conflict_goes_to_nobody(world):
    record = clashing(world)
    planned = handover.plan(world.usa, [record.id], [world.aus.fingerprint])
    cell = planned.rows[0].cells[world.aus.fingerprint]
    assert (cell.verdict, "decide" in cell.reasons[0]) == ("refuse", True)
    with pytest.raises(NothingReleased):
        handover.seal(world.usa, planned, world.folder)


@pytest.mark.parametrize("kept", ["USA/BIS", "GBR/HMRC", "both"])
def test_an_officers_decision_reaches_the_other_side(world, kept):
    record = clashing(world)
    claims = {one.agency: one for one in conflicts.of(world.usa, record.id).fields["full"]}
    choice = claims[kept].revision[:12] if kept in claims else kept
    decided = conflicts.resolve(world.usa, record.id, {"full": choice})
    assert waiting(world.usa) == {}
    values = [one.value for one in claims.values()]
    assert decided.full in (values if kept != "both" else ["; ".join(values), "; ".join(reversed(values))])
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    assert waiting(world.gbr) == {}
    assert now(world.gbr, record).full == decided.full
    assert world.gbr.vault.check() == []


def test_the_same_decision_on_both_sides_is_no_new_conflict_and_another_is(world):
    record = clashing(world)
    claims = {one.agency: one.revision for one in conflicts.of(world.usa, record.id).fields["full"]}
    conflicts.resolve(world.usa, record.id, {"full": claims["USA/BIS"]})
    conflicts.resolve(world.gbr, record.id, {"full": claims["GBR/HMRC"]})
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    assert waiting(world.gbr) == {"full": ["2 New Street", "3 Other Street"]}
    newer = {one.agency: one.revision for one in conflicts.of(world.gbr, record.id).fields["full"]}
    conflicts.resolve(world.gbr, record.id, {"full": newer["USA/BIS"]})
    world.take(world.usa, send(world, world.gbr, world.usa, record))
    assert waiting(world.usa) == {}
    assert now(world.usa, record).full == now(world.gbr, record).full == "2 New Street"


def test_a_decision_names_every_field_and_a_value_of_it(world):
    record = clashing(world)
    for keep in ({}, {"full": "both", "city": "both"}, {"full": "0" * 12}, {"full": ""}):
        with pytest.raises(ClashChoice):
            conflicts.resolve(world.usa, record.id, keep)
    with pytest.raises(ClashUnknown):
        conflicts.resolve(world.aus, record.id, {"full": "both"})


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_three_agencies_get_the_same_in_any_order_and_twice(world, order):
    record = started(world)
    edit(world.usa, record, city="Ankara")
    edit(world.gbr, record, full="3 Other Street", postcode="34000")
    edit(world.aus, record, full="4 Fourth Street")
    edit(world.aus, record, street="Fourth")
    files = {
        who.country: [
            send(world, other, who, record) for other in (world.usa, world.aus, world.gbr) if other is not who
        ]
        for who in (world.usa, world.aus, world.gbr)
    }
    sides = [(world.usa, files["USA"]), (world.aus, files["AUS"]), (world.gbr, files["GBR"])]
    for place in order:
        who, paths = sides[place]
        for path in (*(paths if place % 2 else reversed(paths)), *paths):
            world.take(who, path)
    for who, _paths in sides:
        assert waiting(who) == {"full": ["3 Other Street", "4 Fourth Street"]}
        here = now(who, record)
        assert (here.city, here.postcode, here.street) == ("Ankara", "34000", "Fourth")
    assert len({now(who, record).full for who, _paths in sides}) == 1
    steps = len(world.usa.vault.records.revisions(record.id))
    for who, paths in sides:
        for path in paths:
            world.take(who, path)
        assert not settling.settle(who, "0" * 8)
        assert settling.settle(who, record.id)
    assert len(world.usa.vault.records.revisions(record.id)) == steps


def test_a_version_that_came_before_the_first_one_is_joined_when_that_comes(world):
    record = joint(world)
    first = send(world, world.usa, world.aus, record)
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    edit(world.gbr, record, postcode="34000")
    taken = world.take(world.aus, send(world, world.gbr, world.aus, record))
    assert taken.reported == (record.id,)
    assert not cases.may_edit(world.aus, now(world.aus, record))
    world.take(world.aus, first)
    assert now(world.aus, record).postcode == "34000"
    assert cases.may_edit(world.aus, now(world.aus, record))


class TestWhatAPartnerMayNotDo:
    """A hostile partner, a stranger, and a version that only pretends."""

    def forged(self, world, who, record, **changes):
        return world.forge(who, world.usa, world.next(record, parents=(record.revision,), **changes))

    def test_weaken_a_label(self, world):
        record = started(world)
        wide = world.label("EXERCISE OPEN//REL TO USA, AUS, GBR")
        world.take(world.usa, self.forged(world, world.gbr, record, label=wide, city="X"))
        assert now(world.usa, record).label == record.label
        assert now(world.usa, record).city == "X"
        assert list(conflicts.of(world.usa, record.id).fields) == ["label"]
        (revision,) = [one.revision for one in conflicts.of(world.usa, record.id).fields["label"] if one.value == wide]
        conflicts.resolve(world.usa, record.id, {"label": revision})
        assert now(world.usa, record).label == wide

    def test_let_others_in_or_put_us_out(self, world):
        for circle in (("USA/BIS", "GBR/HMRC", "RUS/FSB"), ("GBR/HMRC",), ()):
            record = started(world)
            world.take(world.usa, self.forged(world, world.gbr, record, shared_by=circle))
            assert now(world.usa, record).shared_by == record.shared_by
            assert list(conflicts.of(world.usa, record.id).fields) == ["shared_by"]

    def test_take_the_originator_away(self, world):
        record = started(world)
        other = world.note("GBR/HMRC").originator
        taken = world.take(world.usa, self.forged(world, world.gbr, record, originator=other, city="X"))
        assert (taken.reported, taken.joined) == ((record.id,), ())
        assert now(world.usa, record) == record

    def test_change_what_he_does_not_keep(self, world):
        record = joint(world, circle=["USA/BIS", "AUS/ABF"])
        world.take(world.gbr, send(world, world.usa, world.gbr, record))
        assert now(world.gbr, record).shared_by == ()
        with pytest.raises(RecordOfPartner):
            edit(world.gbr, record, city="X")
        taken = world.take(world.usa, self.forged(world, world.gbr, record, city="X"))
        assert taken.reported == (record.id,)
        assert now(world.usa, record) == record

    def test_make_a_partners_record_his_own_by_saying_so(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        taken = world.take(world.usa, self.forged(world, world.gbr, note, shared_by=tuple(CIRCLE), text="X"))
        assert taken.reported == (note.id,)
        assert now(world.usa, note) == note

    def test_replace_by_claiming_to_follow_what_never_was(self, world):
        record = started(world)
        edit(world.usa, record, full="2 New Street")
        lie = world.next(record, parents=("ab" * 16,), full="Mine")
        world.take(world.usa, world.forge(world.gbr, world.usa, lie))
        assert waiting(world.usa)["full"] == ["2 New Street", "Mine"]

    def test_send_two_contents_under_one_revision(self, world):
        record = started(world)
        one = world.next(record, parents=(record.revision,), city="One")
        world.take(world.usa, world.forge(world.gbr, world.usa, one))
        world.take(world.usa, world.forge(world.gbr, world.usa, msgspec.structs.replace(one, city="Two")))
        assert now(world.usa, record).city == "One"


def test_what_a_partner_could_not_see_he_did_not_take_away(world):
    seen = world.add(world.usa, "party", party_kind="company", names=[{"text": "Seen"}])
    hidden = world.add(world.usa, "party", NARROW.replace(", GBR", ""), party_kind="company", names=[{"text": "H"}])
    labels = {"longitude": {"marking": NARROW.replace(", GBR", "")}}
    record = joint(world, used_by=[seen.id, hidden.id], longitude="29.0", field_labels=labels)
    stick = world.seal(world.usa, [seen.id, record.id], world.gbr)[0].path
    world.take(world.gbr, stick)
    there = now(world.gbr, record)
    assert (there.used_by, there.longitude, there.field_labels) == ((seen.id,), "", {})
    edit(world.gbr, record, city="Ankara")
    world.take(world.usa, send(world, world.gbr, world.usa, record))
    here = now(world.usa, record)
    assert (here.city, here.used_by, here.longitude) == ("Ankara", (seen.id, hidden.id), "29.0")
    assert here.field_labels == record.field_labels
    edit(world.gbr, record, used_by=[], city="")
    world.take(world.usa, send(world, world.gbr, world.usa, record))
    assert (now(world.usa, record).used_by, now(world.usa, record).city) == ((hidden.id,), "")


def test_no_version_is_named_to_a_partner_that_he_did_not_get(world):
    record = started(world)
    kept = [edit(world.usa, record, city=city).revision for city in ("A", "B")]
    last = edit(world.usa, record, city="C")
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    there = now(world.gbr, record)
    assert there.revision == last.revision
    assert there.parents == (record.revision,)
    assert not {*kept} & {one for row in world.gbr.vault.records.revisions(record.id) for one in row.parents}


def test_the_circle_is_named_to_nobody_outside(world):
    record = joint(world, circle=["USA/BIS", "AUS/ABF"])
    world.take(world.aus, send(world, world.usa, world.aus, record))
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    assert now(world.aus, record).shared_by == ("USA/BIS", "AUS/ABF")
    assert now(world.gbr, record).shared_by == ()
    cell = handover.plan(world.usa, [record.id], [world.gbr.fingerprint]).rows[0].cells[world.gbr.fingerprint]
    assert (cell.verdict, cell.withheld) == ("allow", ("Kept together by",))


def test_nobody_shares_a_record_without_keeping_it_himself(world):
    with pytest.raises(RecordInvalid):
        joint(world, circle=["GBR/HMRC"])
    record = joint(world)
    with pytest.raises(RecordInvalid):
        edit(world.usa, record, shared_by=["GBR/HMRC", "AUS/ABF"])
    assert edit(world.usa, record, shared_by=[]).shared_by == ()


def test_who_is_let_in_later_is_heard_from_then_on(world):
    record = joint(world, circle=["USA/BIS", "GBR/HMRC"])
    world.take(world.gbr, send(world, world.usa, world.gbr, record))
    world.take(world.aus, send(world, world.usa, world.aus, record))
    early = world.next(record, parents=(record.revision,), postcode="34000")
    assert world.take(world.usa, world.forge(world.aus, world.usa, early)).reported == (record.id,)
    edit(world.usa, record, shared_by=list(CIRCLE))
    assert now(world.usa, record).postcode == "34000"


def test_its_originator_recalls_it_also_after_we_changed_it(world):
    record = started(world)
    edit(world.gbr, record, city="Ankara")
    stick = world.folder / "messages"
    stick.mkdir()
    body = Recall((RecalledItem(record.id, ""),), (), "Wrong", "destroy")
    path = write_message(
        stick, body, world.usa.identity, [world.gbr.identity.card], created=world.usa.now(), serial=1
    ).path
    messages.take(world.gbr, path)
    assert provenance.of(world.gbr, [now(world.gbr, record)])[record.id].recalled
    assert handover.plan(world.gbr, [record.id], [world.usa.fingerprint]).empty
