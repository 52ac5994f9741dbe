"""What hangs on withheld records is withheld with them, and a tear-line goes in their place."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, D102 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import pytest

from briefcase.records.kinds import Document, Identifier
from briefcase.release.decision import Verdict

ALLOW, REFUSE = Verdict.ALLOW, Verdict.REFUSE


@pytest.fixture
def verdicts(decide):
    def said(*records, **more):
        return {n: decision.verdict for n, decision in decide(records, **more).items()}

    return said


def test_what_quotes_a_withheld_record_is_withheld_and_so_on_down_the_chain(verdicts, decide, make):
    chain = [make.party(1, make.aus), *(make.note(n, quotes=(make.number(n - 1),)) for n in (2, 3, 4))]
    assert verdicts(*chain) == dict.fromkeys((1, 2, 3, 4), REFUSE)
    assert [one.code for one in decide(chain)[4].reasons] == ["quotes"]


def test_what_quotes_a_record_without_some_fields_is_withheld(verdicts, make):
    partly = make.party(1, make.both, remarks="secret", field_labels={"remarks": make.aus})
    assert verdicts(partly, make.note(2, quotes=(partly.id,))) == {1: Verdict.ALLOW_FIELDS, 2: REFUSE}


def test_what_quotes_a_tip_with_a_protected_source_is_withheld(verdicts, make):
    assert verdicts(make.tip(1, source="A clerk"), make.note(2, quotes=(make.number(1),))) == {1: ALLOW, 2: REFUSE}
    assert verdicts(make.tip(1), make.note(2, quotes=(make.number(1),))) == {1: ALLOW, 2: ALLOW}


def test_a_tear_line_may_be_quoted(verdicts, make):
    records = [make.party(1, make.aus), make.tear_line(2, 1), make.note(3, quotes=(make.number(2),))]
    assert verdicts(*records) == {1: Verdict.TEAR_LINE, 2: ALLOW, 3: ALLOW}


def test_notes_flags_and_identifiers_of_a_withheld_record_are_withheld(verdicts, decide, make):
    one = make.number(1)
    number = Identifier(**make.base(4, make.gbr, scheme="other", value="X", holder=one))
    records = [make.party(1, make.aus), make.note(2, about=(one,)), make.flag(3, subject=one), number]
    assert verdicts(*records) == dict.fromkeys((1, 2, 3, 4), REFUSE)
    assert [reason.code for reason in decide(records)[3].reasons] == ["about"]


def test_a_record_that_nobody_has_counts_as_withheld(verdicts, make):
    assert verdicts(make.note(1, about=(make.number(99),))) == {1: REFUSE}
    assert verdicts(make.note(1, quotes=(make.number(99),))) == {1: REFUSE}


def test_two_records_that_speak_of_each_other_may_both_go(verdicts, make):
    notes = make.note(1, about=(make.number(2),)), make.note(2, quotes=(make.number(1),))
    assert verdicts(*notes) == {1: ALLOW, 2: ALLOW}


class TestLinks:
    """A link goes only when both ends arrive."""

    def test_with_both_ends_it_goes(self, verdicts, make):
        assert verdicts(make.party(1), make.party(2), make.link(3, 1, 2))[3] == ALLOW

    def test_with_one_end_withheld_it_stays(self, verdicts, decide, make):
        records = [make.party(1), make.party(2, make.aus), make.link(3, 1, 2)]
        assert verdicts(*records)[3] == REFUSE
        assert [reason.code for reason in decide(records)[3].reasons] == ["dangling"]

    def test_with_an_end_that_is_not_handed_over_it_stays(self, verdicts, make):
        context = [make.party(2)]
        assert verdicts(make.party(1), make.link(3, 1, 2), context=context)[3] == REFUSE
        assert verdicts(make.party(1), make.link(3, 1, 2))[3] == REFUSE

    def test_with_an_end_given_before_it_goes_while_that_is_still_allowed(self, verdicts, make):
        before = frozenset({make.number(2)})
        assert verdicts(make.party(1), make.link(3, 1, 2), context=[make.party(2)], given=before)[3] == ALLOW
        changed = [make.party(2, make.aus)]
        assert verdicts(make.party(1), make.link(3, 1, 2), context=changed, given=before)[3] == REFUSE

    def test_a_link_to_a_withheld_link_stays(self, verdicts, make):
        records = [make.party(1), make.party(2, make.aus), make.link(3, 1, 2), make.link(4, 3, 1)]
        assert verdicts(*records)[4] == REFUSE


class TestTearLines:
    """It goes in place of what it stands for, and not beside it."""

    def test_it_takes_the_place_of_what_is_withheld(self, decide, make):
        found = decide([make.party(1, make.aus), make.tear_line(2, 1)])
        assert found[1].verdict == Verdict.TEAR_LINE
        assert not found[1].goes
        assert found[1].tear_lines == (make.number(2),)
        assert found[2].verdict == ALLOW
        assert found[2].withheld == {"stands_for"}

    def test_it_stays_when_everything_it_stands_for_goes(self, decide, make):
        decision = decide([make.party(1), make.tear_line(2, 1)])[2]
        assert (decision.verdict, [one.code for one in decision.reasons]) == (REFUSE, ["not_needed"])

    def test_it_goes_when_one_of_several_is_withheld(self, verdicts, make):
        records = [make.party(1), make.party(2, make.aus), make.tear_line(3, 1, 2)]
        assert verdicts(*records) == {1: ALLOW, 2: Verdict.TEAR_LINE, 3: ALLOW}

    def test_it_goes_when_what_it_stands_for_was_not_chosen(self, verdicts, make):
        assert verdicts(make.tear_line(2, 1), context=[make.party(1, make.aus)]) == {2: ALLOW}

    def test_it_goes_for_a_record_that_is_withheld_only_because_it_hangs_on_another(self, verdicts, make):
        records = [make.party(1, make.aus), make.note(2, about=(make.number(1),)), make.tear_line(3, 2)]
        assert verdicts(*records) == {1: REFUSE, 2: Verdict.TEAR_LINE, 3: ALLOW}

    def test_its_own_label_counts(self, verdicts, make):
        assert verdicts(make.party(1, make.aus), make.tear_line(2, 1, label=make.aus)) == {1: REFUSE, 2: REFUSE}

    def test_a_link_to_one_that_is_not_needed_stays(self, verdicts, make):
        assert verdicts(make.party(1), make.tear_line(2, 1), make.link(3, 2, 1))[3] == REFUSE

    def test_two_of_them_are_both_named_in_the_order_of_their_ids(self, decide, make):
        found = decide([make.tear_line(3, 1), make.tear_line(2, 1), make.party(1, make.aus)])
        assert found[1].tear_lines == (make.number(2), make.number(3))
        assert [one.code for one in found[1].reasons].count("tear_line") == 1

    def test_one_that_stands_for_another_goes_whatever_the_order(self, decide, make):
        records = [make.tear_line(3, 2), make.tear_line(2, 1), make.party(1)]
        first = decide(records)
        assert decide(records[::-1]) == first
        assert [first[number].verdict for number in (1, 2, 3)] == [Verdict.ALLOW, Verdict.TEAR_LINE, Verdict.ALLOW]


def test_a_link_with_an_end_held_back_by_a_field_label_stays(verdicts, make):
    ends = (make.party(1), make.party(2))
    assert verdicts(*ends, make.link(3, 1, 2, field_labels={"from_id": make.aus}))[3] == REFUSE


def test_what_a_document_says_of_its_file_goes_with_the_file_or_not_at_all(decide, make):
    facts = {"file_name": "secret.pdf", "sha256": "c" * 64, "size": 7, "media_type": "application/pdf"}
    for name in facts:
        document = Document(**make.base(1, make.gbr, title="D", field_labels={name: make.aus}, **facts))
        assert decide([document])[1].withheld >= set(facts), name
