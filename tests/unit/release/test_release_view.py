"""The released view holds what may go and no sign that there was more."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import msgspec
import pytest

from briefcase.records.canonical import encode
from briefcase.release.decision import Decision, Verdict
from briefcase.release.view import content_key, view, views

ALLOW = Decision(Verdict.ALLOW)


def test_references_are_filtered_to_what_was_given(make):
    one, two = make.number(1), make.number(2)
    note = make.note(3, about=(one, two), quotes=(two,), sources=(one, two), case_ids=(two, one))
    seen = view(note, ALLOW, {one})
    assert (seen.about, seen.quotes, seen.sources, seen.case_ids) == ((one,), (), (one,), (one,))
    assert two.encode() not in encode(seen)


def test_a_single_reference_is_emptied(make):
    seen = view(make.flag(3, subject=make.number(2)), ALLOW, {make.number(1)})
    assert seen.subject == ""


def test_parents_are_filtered_to_revisions_that_were_given(make):
    note = msgspec.structs.replace(make.note(1), parents=("a" * 32, "b" * 32))
    assert view(note, ALLOW, set()).parents == ()
    assert view(note, ALLOW, set(), revisions={"b" * 32}).parents == ("b" * 32,)


def test_a_withheld_field_looks_like_one_that_nobody_filled_in(make):
    labels = {"remarks": make.aus, "names": make.gbr}
    filled = make.party(1, make.both, remarks="secret", countries=("TR",), field_labels=labels)
    bare = msgspec.structs.replace(filled, remarks="", countries=(), field_labels={"names": make.gbr})
    seen = view(filled, Decision(Verdict.ALLOW_FIELDS, frozenset({"remarks", "countries"})), set())
    assert encode(seen) == encode(bare)
    assert b"remarks" not in encode(seen)


def test_protected_fields_stay_even_when_the_decision_forgot_them(make):
    seen = view(make.tip(1, source="A clerk", channel="By hand", source_grade="B"), ALLOW, set())
    assert (seen.source, seen.channel, seen.source_grade) == ("", "", "")
    torn = view(make.tear_line(2, 1), ALLOW, {make.number(1)})
    assert torn.stands_for == ()


def test_id_and_revision_stay(make):
    note = make.note(1)
    seen = view(note, ALLOW, set())
    assert (seen.id, seen.revision, seen.label, seen.text) == (note.id, note.revision, note.label, note.text)


@pytest.mark.parametrize("verdict", [Verdict.REFUSE, Verdict.TEAR_LINE])
def test_there_is_no_view_of_what_does_not_go(make, verdict):
    with pytest.raises(ValueError, match="does not let"):
        view(make.note(1), Decision(verdict), set())


def test_views_keep_the_order_and_leave_out_the_rest(make):
    records = [make.note(2, about=(make.number(1),)), make.note(1), make.note(3)]
    decisions = {one.id: ALLOW for one in records} | {make.number(1): Decision(Verdict.REFUSE)}
    seen = views(records, decisions)
    assert [one.id for one in seen] == [make.number(2), make.number(3)]
    assert seen[0].about == ()
    assert views(records, decisions, given={make.number(1)})[0].about == (make.number(1),)


def test_the_content_key_depends_on_content_and_not_on_order(make):
    one, two = make.note(1), make.note(2)
    assert content_key([one, two]) == content_key([two, one])
    assert content_key([one]) != content_key([one, two])
    assert content_key([one]) != content_key([msgspec.structs.replace(one, revision="f" * 32)])
    assert content_key([]) != content_key([one])
