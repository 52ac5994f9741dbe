"""Labels as a lattice: joining is associative, commutative, idempotent, and never less strict."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.bundle.label import collect
from briefcase.records import lattice
from briefcase.records.kinds import Note
from briefcase.records.label import Label
from briefcase.records.lattice import (
    LabelJoin,
    banner,
    covers,
    is_at_least,
    is_within,
    join,
    join_records,
    join_two,
    of,
)
from briefcase.records.markings import complete
from briefcase.records.meanings import is_overdue
from briefcase.records.packs import shipped

PACK = shipped("exercise")
EXERCISE = PACK.policies["EXERCISE"]

_pairs = st.sampled_from(
    [
        *(("EXERCISE", level.id) for level in EXERCISE.levels),
        *(("GBR", level.id) for level in PACK.policies["GBR"].levels),
        ("EXERCISE", "FROM THE FUTURE"),
        ("EXERCISE", "FROM BEYOND"),
        ("ATLANTIS", "DEEP"),
        ("ATLANTIS", "DEEPER"),
    ]
)
_codes = st.sampled_from(
    ["country:GBR", "country:AUS", "country:USA", "agency:GBR/HMRC", "agency:AUS/ABF", "community:FVEY", "community:NO"]
)


@st.composite
def labels(draw: st.DrawFn) -> Label:
    """Return any label, known or not."""
    policy, level = draw(_pairs)
    return Label(
        policy=policy,
        level=level,
        releasable_to=tuple(draw(st.lists(_codes, max_size=4))),
        caveats=tuple(draw(st.lists(st.sampled_from(["ORCON", "LES", "??"]), max_size=2))),
        tlp=draw(st.sampled_from([*lattice.TLP_ORDER, "TLP:NEW"])),
        pap=draw(st.sampled_from([*lattice.PAP_ORDER, "PAP:NEW"])),
        handling=tuple(draw(st.lists(st.sampled_from(["H0", "H2"]), max_size=2))),
        review_on=draw(st.sampled_from(["", "2026", "2026-05", "2026-12-31", "2027-05-01"])),
    )


_joins = st.lists(labels(), max_size=3).map(lambda some: join(some, PACK))


@given(_joins, _joins, _joins)
def test_joining_is_associative(one: LabelJoin, two: LabelJoin, three: LabelJoin) -> None:
    left = join_two(join_two(one, two, PACK), three, PACK)
    assert left == join_two(one, join_two(two, three, PACK), PACK)


@given(_joins, _joins)
def test_joining_is_commutative(one: LabelJoin, two: LabelJoin) -> None:
    assert join_two(one, two, PACK) == join_two(two, one, PACK)


@given(_joins)
def test_joining_is_idempotent_and_nothing_adds_nothing(one: LabelJoin) -> None:
    assert join_two(one, one, PACK) == one
    assert join_two(one, LabelJoin(), PACK) == one


@given(st.lists(labels(), min_size=1, max_size=5))
def test_a_join_is_never_less_strict_than_what_went_in(some: list[Label]) -> None:
    joined = join(some, PACK)
    for label in some:
        assert is_at_least(joined, of(label, PACK), PACK)
        allowed = PACK.expand(label.releasable_to)
        assert joined.releasable_to is not None
        assert all(covers(allowed, code) for code in joined.releasable_to)
        assert set(label.caveats) <= joined.caveats
        assert lattice.TLP_ORDER.index(label.tlp) <= _place(joined.tlp) if label.tlp in lattice.TLP_ORDER else True
        held = [level for policy, level in joined.levels if policy == label.policy]
        rank = EXERCISE.rank(label.level) if label.policy == "EXERCISE" else None
        if rank is not None:
            assert all((EXERCISE.rank(level) is None) or EXERCISE.rank(level) >= rank for level in held)  # type: ignore[operator]
        elif label.policy == "EXERCISE":
            assert label.level in held


def _place(mark: str) -> int:
    return lattice.TLP_ORDER.index(mark) if mark in lattice.TLP_ORDER else len(lattice.TLP_ORDER)


def _at_most(mark: str, other: str, order: tuple[str, ...]) -> bool:
    """Say whether a mark is at most as strict as another; one that nobody knows is the strictest."""
    return (order.index(mark) if mark in order else 9) <= (order.index(other) if other in order else 9)


@given(
    st.lists(labels(), min_size=1, max_size=5),
    st.sampled_from(["2025-12-31", "2026-01-01", "2026-05-02", "2027-06-01"]),
)
def test_no_mark_beside_the_marking_gets_weaker(some: list[Label], day: str) -> None:
    joined = join(some, PACK)
    for label in some:
        assert _at_most(label.tlp, joined.tlp, lattice.TLP_ORDER)
        assert _at_most(label.pap, joined.pap, lattice.PAP_ORDER)
        assert set(label.handling) <= joined.handling
        assert not is_overdue(label, day) or is_overdue(Label(review_on=joined.review_on), day)


@given(st.lists(labels(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_label_of_a_bundle_is_a_join_too(some: list[Label], chance: Random) -> None:
    """Order and repetition change nothing; every label is in it, and nothing in it is less strict."""
    order = {policy.id: [level.id for level in policy.levels] for policy in PACK.policies.values()}
    whole = collect(some, order)
    shuffled = [*some, *some]
    chance.shuffle(shuffled)
    assert collect(shuffled, order) == whole
    for label in some:
        assert label.level in next(one.levels for one in whole.levels if one.policy == label.policy)
        assert tuple(sorted(set(label.releasable_to))) in whole.releasable_to
        assert set(label.caveats) <= set(whole.caveats)
        assert set(label.handling) <= set(whole.handling)
        assert _at_most(label.tlp, whole.tlp, lattice.TLP_ORDER)
        assert _at_most(label.pap, whole.pap, lattice.PAP_ORDER)
        assert not label.review_on or "" < whole.review_on <= label.review_on


@given(st.lists(labels(), max_size=4))
def test_every_join_can_be_shown(some: list[Label]) -> None:
    shown = banner(join(some, PACK), PACK)
    assert shown.foreground.startswith("#")
    assert bool(shown.line1) == bool(some)
    assert (lattice.NOBODY in shown.line2) or join(some, PACK).releasable_to or not some


def test_unknown_counts_as_the_highest() -> None:
    known = Label(policy="EXERCISE", level="EXERCISE SECRET")
    unknown = Label(policy="EXERCISE", level="FROM THE FUTURE")
    assert join([known, unknown], PACK).levels == {("EXERCISE", "FROM THE FUTURE")}
    assert not is_within("FROM THE FUTURE", "EXERCISE SECRET", EXERCISE)
    assert not is_within("EXERCISE OPEN", "FROM THE FUTURE", EXERCISE)
    assert not is_within("EXERCISE OPEN", "EXERCISE SECRET", None)
    assert is_within("EXERCISE OPEN", "EXERCISE OPEN", EXERCISE)
    assert not is_within("EXERCISE SECRET", "EXERCISE SENSITIVE", EXERCISE)


def test_policies_are_kept_apart() -> None:
    one = complete(Label(marking="CUI//EXPT//REL TO USA, AUS, GBR"), PACK)
    two = complete(Label(marking="OFFICIAL-SENSITIVE", releasable_to=("FVEY",)), PACK)
    joined = join([one, two], PACK)
    assert joined.levels == {("USA", "CUI"), ("GBR", "OFFICIAL-SENSITIVE")}
    assert joined.releasable_to == frozenset({"USA", "AUS", "GBR"})
    assert banner(joined, PACK).line1 == "OFFICIAL-SENSITIVE (GBR) + CUI (USA)"
    assert lattice.portion_of(joined, PACK) == "GBR O-S + USA CUI//EXPT"


def test_an_agency_stands_under_its_country() -> None:
    country, agency = frozenset({"GBR", "AUS"}), frozenset({"GBR/HMRC", "AUS"})
    assert lattice.meet(country, agency) == agency
    assert covers(country, "GBR/HMRC")
    assert not covers(agency, "GBR")


@pytest.mark.parametrize(
    ("marking", "line1", "line2", "portion"),
    [
        ("EXERCISE SENSITIVE//LES//REL TO USA, AUS, GBR", "EXERCISE SENSITIVE", "LES//REL TO USA, AUS, GBR", "ES//LES"),
        ("EXERCISE SECRET//ORCON", "EXERCISE SECRET", "ORCON//NOT RELEASABLE", "EX//OC"),
        ("CUI//REL TO USA, FVEY", "CUI", "REL TO USA, AUS, CAN, GBR, NZL", "CUI"),
        ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE", "NOT RELEASABLE", "O-S"),
        ("CUI//SP-EXPT/EXPT//NOFORN", "CUI", "EXPT/SP-EXPT//NOFORN//NOT RELEASABLE", "CUI//EXPT/NF/SP-EXPT"),
        ("PROTECTED B//CANADIAN EYES ONLY", "PROTECTED B", "CANADIAN EYES ONLY//NOT RELEASABLE", "PB//CEO"),
    ],
)
def test_a_label_on_a_page(marking: str, line1: str, line2: str, portion: str) -> None:
    label = complete(Label(marking=marking), PACK)
    shown = banner(of(label, PACK), PACK)
    assert (shown.line1, shown.line2) == (line1, line2)
    assert lattice.portion(label, PACK) == portion


def test_tlp_and_pap_stand_in_banner_and_portion() -> None:
    marked = Label(
        marking="EXERCISE OFFICIAL//LES//REL TO USA, GBR", tlp="TLP:RED", pap="PAP:AMBER", handling=("H2", "H0")
    )
    label = complete(marked, PACK)
    assert banner(of(label, PACK), PACK).line2 == "LES//REL TO USA, GBR//TLP:RED//PAP:AMBER//H0/H2"
    assert lattice.portion(label, PACK) == "EF//LES//TLP:RED//PAP:AMBER"


@given(st.sampled_from(["USA", "EXERCISE"]), st.sets(st.sampled_from(["AUS", "CAN", "GBR"]), min_size=1), st.booleans())
def test_the_banner_of_one_label_says_its_marking(scheme: str, named: set[str], closed: bool) -> None:  # noqa: FBT001 - drawn
    policy = PACK.policies[scheme]
    codes = tuple(f"country:{code}" for code in sorted(named | {"USA"}))
    structured = Label(
        policy=scheme, level=policy.levels[1].id, releasable_to=codes, caveats=("ORCON",) if closed else ()
    )
    label = complete(structured, PACK)
    shown = banner(of(label, PACK), PACK)
    assert f"{shown.line1}//{shown.line2}" == label.marking


def test_the_labels_of_fields_count() -> None:
    low = complete(Label(marking="EXERCISE OPEN//REL TO USA, GBR"), PACK)
    high = complete(Label(marking="EXERCISE SECRET//REL TO USA, AUS"), PACK)
    record = Note(id="0193bf6e-9a10-7000-8000-000000000001", label=low, field_labels={"text": high})
    joined = join_records([record], PACK)
    assert joined.levels == {("EXERCISE", "EXERCISE SECRET")}
    assert joined.releasable_to == frozenset({"USA"})
