"""Versions of one record are joined the same in any order, and nothing that two agencies wrote is lost."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201 - made-up histories
from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.records.joining import Joined, Version, ancestry, distinct, join, merge_id

FIELDS = ("label", "title", "town", "shared_by")
AGENCIES = ("GBR/HMRC", "NZL/NZCS", "CAN/CBSA")
OURS = AGENCIES[:1]


def weaker(_name, old, new):
    return new < old


def version(revision, parents=(), agency=AGENCIES[0], *, merged=False, **changed):
    values = {name: changed.get(name, "5") for name in FIELDS}
    return Version(revision, tuple(parents), agency, "" if merged else agency, "2026-11-24T00:00:00Z", values, merged)


def together(*versions) -> Joined:
    return join(versions, trusted=OURS, weaker=weaker)


def values_of(joined, name):
    return [one.value for one in joined.conflicts.get(name, ())]


BASE = version("0")


def test_changes_of_different_fields_merge_by_themselves():
    joined = together(BASE, version("a", "0", title="A"), version("b", "0", AGENCIES[1], town="B"))
    assert (joined.values["title"], joined.values["town"], joined.conflicts) == ("A", "B", {})
    assert joined.heads == ("a", "b")


def test_a_field_changed_on_both_sides_waits_with_both_values():
    joined = together(BASE, version("a", "0", title="A"), version("b", "0", AGENCIES[1], title="B", town="T"))
    assert list(joined.conflicts) == ["title"]
    assert [(one.revision, one.agency, one.value) for one in joined.conflicts["title"]] == [
        ("a", AGENCIES[0], "A"),
        ("b", AGENCIES[1], "B"),
    ]
    assert joined.values["town"] == "T"


def test_the_same_change_on_both_sides_is_no_conflict():
    assert together(BASE, version("a", "0", title="A"), version("b", "0", title="A")).conflicts == {}


def test_an_officers_decision_ends_it_and_an_edit_of_something_else_does_not():
    both = (BASE, version("a", "0", title="A"), version("b", "0", AGENCIES[1], title="B"))
    merged = version("m", ("a", "b"), merged=True, title="B")
    edited = version("e", ("m",), title="B", town="T")
    assert values_of(together(*both, merged, edited), "title") == ["A", "B"]
    for kept in ("A", "B", "C"):
        decided = version("r", ("m", "a", "b"), title=kept)
        joined = together(*both, merged, decided)
        assert (joined.values["title"], joined.conflicts, joined.heads) == (kept, {}, ("r",))


def test_a_choice_on_what_was_shown_is_a_decision_too():
    both = (BASE, version("a", "0", title="A"), version("b", "0", AGENCIES[1], title="B"))
    back = version("e", ("m",), title="A")
    joined = together(*both, version("m", ("a", "b"), merged=True, title="B"), back)
    assert (joined.values["title"], joined.conflicts) == ("A", {})


def test_two_different_decisions_are_a_conflict_of_those_two():
    both = (BASE, version("a", "0", title="A"), version("b", "0", AGENCIES[1], title="B"))
    one, other = version("r", ("a", "b"), title="A"), version("s", ("a", "b"), AGENCIES[1], title="B")
    assert values_of(together(*both, one, other), "title") == ["A", "B"]
    assert together(*both, one, other).heads == ("r", "s")


def test_a_later_version_takes_the_place_of_what_it_follows():
    joined = together(BASE, version("a", "0", title="A"), version("b", "a", AGENCIES[1], title="B"))
    assert (joined.values["title"], joined.conflicts, joined.heads) == ("B", {}, ("b",))


def test_others_do_not_weaken_a_label_and_we_and_the_originator_do():
    theirs, ours = version("a", "0", AGENCIES[1], label="4"), version("b", "0", label="4")
    held = together(BASE, theirs)
    assert (held.values["label"], values_of(held, "label")) == ("5", ["5", "4"])
    assert together(BASE, ours).values["label"] == "4"
    stricter = together(BASE, version("a", "0", AGENCIES[1], label="6"))
    assert (stricter.values["label"], stricter.conflicts) == ("6", {})


def test_an_officer_may_accept_a_weaker_label_and_an_edit_does_not():
    theirs = version("a", "0", AGENCIES[1], label="4")
    merged = version("m", ("a",), merged=True, label="5")
    edited = together(BASE, theirs, merged, version("e", ("m",), town="T"))
    assert (edited.values["label"], values_of(edited, "label")) == ("5", ["5", "4"])
    for kept in ("4", "5"):
        decided = together(BASE, theirs, merged, version("r", ("m", "a", "0"), label=kept))
        assert (decided.values["label"], decided.conflicts) == (kept, {})


def test_versions_that_each_claim_to_follow_the_other_are_side_by_side():
    assert ancestry({"a": ("b",), "b": ("a",)}) == {"a": frozenset(), "b": frozenset()}
    joined = together(BASE, version("a", ("0", "b"), title="A"), version("b", ("0", "a"), AGENCIES[1], title="B"))
    assert values_of(joined, "title") == ["A", "B"]


def test_a_version_whose_parents_are_unknown_replaces_nothing():
    assert values_of(together(BASE, version("a", ("?",), AGENCIES[1], title="A")), "title") == ["5", "A"]


def test_the_id_of_a_merge_follows_from_what_it_merges():
    assert merge_id("r", ("a", "b")) == merge_id("r", ("b", "a"))
    assert len({merge_id("r", ("a", "b")), merge_id("r", ("a",)), merge_id("s", ("a", "b"))}) == 3


@st.composite
def histories(draw):
    """Return versions as three agencies write them, each on what it knew."""
    made = [version("00")]
    for number in range(1, draw(st.integers(1, 9))):
        agency = draw(st.sampled_from(AGENCIES))
        parents = draw(st.lists(st.sampled_from([one.revision for one in made]), min_size=1, max_size=3, unique=True))
        below = next(one for one in made if one.revision == parents[0])
        changes = draw(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from("3456789"), max_size=2))
        merged = len(parents) > 1 and draw(st.booleans())
        values = {**below.values, **({} if merged else changes)}
        made.append(version(f"{number:02}", parents, agency, merged=merged, **values))
    return made


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_and_number_of_arrivals_change_nothing(made, lot: random.Random):
    shuffled = made * 2
    lot.shuffle(shuffled)
    once = list({one.revision: one for one in shuffled}.values())
    assert together(*once) == together(*made)


@given(histories())
@settings(max_examples=60, deadline=None)
def test_no_change_is_lost(made):
    """A value is shown, in conflict, or was followed by a version that had it in sight."""
    joined = together(*made)
    before = ancestry({one.revision: one.parents for one in made})
    for name in FIELDS:
        alive = values_of(joined, name) or [joined.values[name]]
        for one in (each for each in made if not each.merged):
            followed = any(one.revision in before[each.revision] for each in made)
            assert one.values[name] in alive or followed or was_below(one, made, name, alive)


def was_below(one, made, name, alive):
    """Say whether a version only repeats a value that somebody else changed since."""
    parents = [each for each in made if each.revision in one.parents]
    return any(each.values[name] == one.values[name] for each in parents) and bool(alive)


@given(histories())
@settings(max_examples=60, deadline=None)
def test_a_label_is_never_weaker_than_an_officer_of_ours_made_it(made):
    """However many versions of others come, what is shown is at least as strict as our own last word."""
    joined, before = together(*made), ancestry({one.revision: one.parents for one in made})
    ours = [one for one in made if one.agency in OURS and not one.merged]
    last = [one for one in ours if not any(one.revision in before[each.revision] for each in ours)]
    floor = min(distinct(one.values["label"] for one in last))
    assert joined.values["label"] >= floor
