"""Parties that may be the same are proposed with evidence, never joined by themselves; what was decided stays so."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, D102 - the arguments are fixtures; a name says what a test is about
from __future__ import annotations

import math

import pytest

from briefcase.records import sameness
from briefcase.records.ids import new_id
from briefcase.services import cases, handover
from briefcase.services.joining import same
from briefcase.services.joining.errors import PairDecided, PairMarkedLower, PairUnknown, PairUnmarked
from briefcase.services.undoing import history


def party(world, name, who=None, **fields):
    names = [{"text": one} for one in ([name] if isinstance(name, str) else name)]
    return world.add(who or world.usa, "party", party_kind="company", names=names, **fields)


def found(world, **more):
    return [frozenset((one.pair.one, one.pair.other)) for one in same.proposals(world.usa, **more)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مهندسی پارس آریا کنترل", "مهندسي پارس‌آریا كنترل"),
        ("Işıldak Elektronik", "ISILDAK ELEKTRONİK"),
        ("Северная Волна", "Severnaya Volna"),
        ("Игорь Петрович Сафронов", "Safronov Igor Petrovich"),
        ("深圳市恒晟微电子有限公司", "深圳市 恒晟微电子有限公司"),
        ("Karvel-Dormi Ltd.", "karvel dormi ltd"),
    ],
)
def test_a_name_is_the_same_however_it_is_spelt(world, one, other):
    pair = {party(world, one).id, party(world, other).id}
    party(world, "Somebody Else")
    assert found(world) == [frozenset(pair)]


def test_a_number_is_the_same_however_it_is_written(world):
    first = party(world, "Alpha", identifiers=[{"scheme": "imo", "value": "IMO 9074729"}])
    second = party(world, "Beta", identifiers=[{"scheme": "imo", "value": "9074729"}])
    third = party(world, "Gamma")
    world.add(world.usa, "identifier", scheme="imo", value="IMO-9074729", holder=third.id)
    party(world, "Delta", identifiers=[{"scheme": "mmsi", "value": "9074729"}])
    pairs = {frozenset((first.id, second.id)), frozenset((first.id, third.id)), frozenset((second.id, third.id))}
    assert set(found(world)) == pairs
    (sign,) = same.proposals(world.usa, about=third.id, limit=1)[0].pair.signs
    assert (sign.sort, sign.agrees) == ("number", True)


def test_what_speaks_against_it_is_said_and_weighs(world):
    first = party(world, "Alpha Trading", countries=["TR"], since="1999-05")
    party(world, "Alpha Trading", countries=["US"], since="2004")
    assert found(world) == []
    third = party(world, "Alpha Trading", countries=["TR", "KZ"], since="1999")
    (one,) = same.proposals(world.usa, about=third.id)
    assert {one.pair.one, one.pair.other} == {first.id, third.id}
    assert {(each.sort, each.agrees) for each in one.pair.signs} == {("name", True), ("country", True), ("date", True)}
    assert one.pair.weight == 4
    other = party(world, "Alpha Trading", countries=["US"], identifiers=[{"scheme": "lei", "value": "1234567890"}])
    party(world, "Omega", countries=["TR"], identifiers=[{"scheme": "lei", "value": "1234-567890"}])
    signs = same.proposals(world.usa, about=other.id)[-1].pair.signs
    assert {(each.sort, each.agrees) for each in signs} == {("number", True), ("country", False)}
    assert all(same.words(each).endswith(".") for each in signs)


class TestDeciding:
    """A decision is an own link with its grounds, with history, and taken back when it was wrong."""

    @pytest.fixture
    def both(self, world):
        """Return one party of ours and one of GBR's, of one name."""
        ours, theirs = party(world, "Alpha Trading"), party(world, "ALPHA TRADING", world.gbr)
        world.give(world.gbr, [theirs.id], world.usa)
        return ours, theirs

    def test_accepting_changes_neither_and_is_not_proposed_again(self, world, both):
        ours, theirs = both
        (one,) = same.proposals(world.usa)
        assert sorted(one.own) == [False, True]
        link = same.accept(world.usa, ours.id, theirs.id)
        assert (link.role, link.quotes) == ("same_as", (ours.id, theirs.id))
        assert "ALPHA TRADING" in link.grounds
        assert (cases.get(world.usa, ours.id), cases.get(world.usa, theirs.id)) == both
        assert found(world) == []
        (kept,) = same.proposals(world.usa, decided=True)
        assert (kept.decision, kept.link) == ("same_as", link.id)
        with pytest.raises(PairDecided):
            same.accept(world.usa, theirs.id, ours.id)

    def test_a_wrong_one_is_taken_back_and_the_history_stays(self, world, both):
        link = same.accept(world.usa, *(one.id for one in both))
        assert same.reject(world.usa, *(one.id for one in both)).id == link.id
        assert [one.decision for one in same.proposals(world.usa, decided=True)] == ["not_same_as"]
        assert found(world) == []
        assert history.undo(world.usa, link.id).role == "same_as"
        assert len(world.usa.vault.records.history(link.id)) == 3

    def test_what_was_rejected_stays_so_when_the_party_comes_again(self, world, both):
        ours, theirs = both
        same.reject(world.usa, ours.id, theirs.id)
        cases.edit_record(world.gbr, theirs.id, {"remarks": "more"})
        world.give(world.gbr, [theirs.id], world.usa)
        assert found(world) == []

    def test_it_goes_to_nobody_who_may_not_have_both(self, world):
        first = party(world, "Alpha Trading")
        second = world.add(
            world.usa,
            "party",
            "EXERCISE SENSITIVE//REL TO USA, AUS",
            party_kind="company",
            names=[{"text": "alpha trading"}],
        )
        link = same.accept(world.usa, first.id, second.id)
        assert link.label.marking == "EXERCISE SENSITIVE//REL TO USA, AUS"
        planned = handover.plan(
            world.usa, [first.id, second.id, link.id], [world.gbr.fingerprint, world.aus.fingerprint]
        )
        cells = {row.id: row.cells for row in planned.rows}[link.id]
        assert cells[world.gbr.fingerprint].verdict == "refuse"
        assert cells[world.aus.fingerprint].verdict == "allow"
        with pytest.raises(PairMarkedLower):
            same.reject(world.usa, first.id, second.id, marking="EXERCISE OPEN//REL TO USA, AUS, GBR")

    def test_labels_of_two_policies_want_a_marking(self, world):
        first = party(world, "Alpha Trading")
        second = world.add(
            world.usa, "party", "CUI//REL TO USA, GBR", party_kind="company", names=[{"text": "alpha trading"}]
        )
        with pytest.raises(PairUnmarked):
            same.accept(world.usa, first.id, second.id)

    def test_only_two_parties_that_are_here(self, world, both):
        note = world.add(world.usa, "note", title="T", text="Words")
        for other in (note.id, both[0].id, new_id()):
            with pytest.raises(PairUnknown):
                same.accept(world.usa, both[0].id, other)


def test_the_work_grows_with_the_parties_and_not_with_their_pairs():
    """What more than ``COMMON`` parties share is compared with nobody; each pair of the others is met once."""

    def parties(count, share):
        keys = (
            {f"n {number // share}": "x", f"n also {number // share}": "y", "i other 1": "1"} for number in range(count)
        )
        return [sameness.Traits(f"{number:08}", each) for number, each in enumerate(keys)]

    groups = 200
    met = list(sameness.pairs(parties(groups * sameness.COMMON, sameness.COMMON)))
    assert len(met) == len({(pair.one, pair.other) for pair in met}) == groups * math.comb(sameness.COMMON, 2)
    assert list(sameness.pairs(parties(groups * (sameness.COMMON + 1), sameness.COMMON + 1))) == []
