"""TLP, PAP, handling codes and the day of review act: they keep things back, and tell the recipient in words."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, D102 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.records import lattice
from briefcase.records.meanings import MEANINGS, is_overdue, sentences
from briefcase.records.values import Originator
from briefcase.release.decision import Recipient, Verdict
from briefcase.release.reasons import explain

OURS, THEIRS = "USA/BIS", "AUS/ABF"


@pytest.fixture
def why(decide, make):
    """Return a function that says which reasons a marked record of an agency has, and whether it goes."""

    def said(origin=OURS, label=make.gbr, *, consent=False, recipient=make.hmrc, **marks):
        record = make.party(1, msgspec.structs.replace(label, **marks), originator=Originator(agency=origin))
        consents = (make.consent(record),) if consent else ()
        decision = decide([record], recipient=recipient, agency=OURS, consents=consents)[1]
        return decision.goes, [one.code for one in decision.reasons]

    return said


@pytest.fixture
def hmrc(make):
    """Return a label that names the agency by itself."""
    return make.label("agency:GBR/HMRC", "country:USA", rel="USA, GBR/HMRC")


class TestTlp:
    """TLP binds who was given something, not its source; RED is for single persons."""

    @pytest.mark.parametrize("mark", ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT"])
    def test_our_own_goes_to_whom_the_label_names_with_words(self, why, mark):
        assert why(tlp=mark) == (True, ["released", mark])

    def test_our_own_red_goes_only_to_an_agency_that_is_named_itself(self, why, hmrc):
        assert why(tlp="TLP:RED") == (False, ["tlp_red"])
        assert why(tlp="TLP:RED", label=hmrc) == (True, ["released", "TLP:RED"])

    def test_a_community_names_no_single_agency(self, why, make):
        assert why(tlp="TLP:RED", label=make.label("community:FVEY", rel="USA, FVEY")) == (False, ["tlp_red"])

    @pytest.mark.parametrize("mark", ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER"])
    def test_what_we_were_given_goes_no_further_without_consent(self, why, hmrc, mark):
        assert why(THEIRS, hmrc, tlp=mark) == (False, ["tlp_onward"])
        assert why(THEIRS, hmrc, tlp=mark, consent=True) == (True, ["consented", mark])

    @pytest.mark.parametrize("mark", ["TLP:GREEN", "TLP:CLEAR"])
    def test_green_and_clear_go_on_where_the_originators_label_says(self, why, mark):
        assert why(THEIRS, tlp=mark) == (True, ["released", mark])

    def test_back_to_where_it_came_from_it_may_go(self, why):
        assert why("GBR/HMRC", tlp="TLP:RED")[0]

    def test_to_who_owns_a_joint_record_with_us_it_may_go(self, decide, make):
        label = msgspec.structs.replace(make.gbr, tlp="TLP:AMBER")
        record = make.party(1, label, originator=Originator(agency=THEIRS), shared_by=(OURS, THEIRS, "GBR/HMRC"))
        assert decide([record], agency=OURS)[1].goes

    @pytest.mark.parametrize(("mark", "goes"), [("TLP:AMBER", True), ("TLP:AMBER+STRICT", True), ("TLP:RED", False)])
    def test_inside_our_own_agency_amber_goes_and_red_does_not(self, why, make, mark, goes):
        colleague = Recipient("Kim", "e" * 64, "USA", "USA/BIS")
        assert why(THEIRS, make.gbr, recipient=colleague, tlp=mark)[0] is goes

    def test_without_knowing_who_we_are_nothing_counts_as_ours(self, decide, make):
        record = make.party(1, msgspec.structs.replace(make.gbr, tlp="TLP:AMBER"))
        assert [one.code for one in decide([record])[1].reasons] == ["tlp_onward"]

    def test_a_mark_that_nobody_knows_refuses_whatever_is_consented(self, why):
        for marks in ({"tlp": "TLP:WHITE"}, {"pap": "PAP:BLUE"}, {"handling": ("H9",)}):
            for consent in (False, True):
                assert why(consent=consent, **marks)[:1] == (False,)
                assert "mark_unknown" in why(consent=consent, **marks)[1]


class TestPapAndHandling:
    """What may be done goes along in words; H2 is a provider's permission."""

    @pytest.mark.parametrize("mark", ["PAP:RED", "PAP:AMBER", "PAP:GREEN", "PAP:CLEAR"])
    def test_what_may_be_done_is_told_and_keeps_nothing(self, why, mark):
        assert why(pap=mark) == (True, ["released", mark])
        assert why(THEIRS, pap=mark) == (True, ["released", mark])

    def test_handling_codes_are_told(self, why):
        assert why(handling=("H3", "H0", "H1")) == (True, ["released", "H0", "H1", "H3"])

    def test_what_its_provider_marked_h2_goes_on_with_permission_only(self, why):
        assert why(handling=("H2",)) == (True, ["released", "H2"])
        assert why(THEIRS, handling=("H2",)) == (False, ["handling_onward"])
        assert why(THEIRS, handling=("H2",), consent=True) == (True, ["consented", "H2"])


class TestReview:
    """After its day of review a marking stays in force, and nothing leaves."""

    @pytest.mark.parametrize(
        ("day", "goes"), [("2026-11-24", True), ("2026-11-23", False), ("2026-12", True), ("2026-11", False),
                          ("2026", False), ("2027", True)],
    )  # fmt: skip
    def test_the_day_itself_is_not_too_late(self, why, day, goes):
        assert why(review_on=day) == (goes, ["released", "review_on"] if goes else ["review_due"])

    def test_no_consent_stands_in_for_it(self, why):
        assert why(review_on="2026-01-01", consent=True) == (False, ["review_due"])
        assert why(THEIRS, review_on="2026-01-01", consent=True) == (False, ["review_due"])

    @given(st.text("0123456789-T", min_size=10, max_size=10), st.text("0123456789-T", min_size=10, max_size=10),
           st.dates().map(str), st.sampled_from([4, 7, 10]))  # fmt: skip
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_time_never_brings_it_back(self, make, one, other, day, length):
        label = msgspec.structs.replace(make.gbr, review_on=day[:length])
        earlier, later = sorted((one, other))
        assert not is_overdue(label, earlier) or is_overdue(label, later)


def test_a_field_with_a_stricter_mark_stays_behind(decide, make):
    red = msgspec.structs.replace(make.gbr, tlp="TLP:RED")
    due = msgspec.structs.replace(make.gbr, review_on="2026-01")
    for label in (red, due):
        record = make.party(1, remarks="secret", field_labels={"remarks": label}, originator=Originator(agency=OURS))
        decision = decide([record], agency=OURS)[1]
        assert (decision.verdict, decision.withheld) == (Verdict.ALLOW_FIELDS, {"remarks"})
        assert "TLP:RED" not in {one.code for one in decision.reasons}


def test_a_mark_of_a_field_that_goes_is_told(decide, make):
    label = msgspec.structs.replace(make.gbr, pap="PAP:RED")
    record = make.party(1, remarks="x", field_labels={"remarks": label}, originator=Originator(agency=OURS))
    assert [one.code for one in decide([record], agency=OURS)[1].reasons] == ["released", "PAP:RED"]


def test_every_mark_of_the_orders_has_a_sentence_and_every_reason_reads_well(make):
    assert set(MEANINGS) == {*lattice.TLP_ORDER, *lattice.PAP_ORDER, "H0", "H1", "H2", "H3"} - {""}
    marked = msgspec.structs.replace(make.gbr, tlp="TLP:RED", pap="PAP:RED", handling=("H1",), review_on="2026-01")
    said = sentences([marked, marked], make.now)
    assert [one.split(":")[0] for one in said[:3]] == ["TLP", "PAP", "H1"]
    assert said[3].startswith("Its marking was to be looked at again on 2026-01")
    assert sentences([make.gbr], make.now) == []


def test_the_reason_names_the_mark_and_what_makes_it_possible(decide, make):
    record = make.party(1, msgspec.structs.replace(make.gbr, tlp="TLP:AMBER"), originator=Originator(agency=THEIRS))
    words = [explain(one) for one in decide([record], agency=OURS)[1].reasons]
    assert words == ["Its originator gave it to us under TLP:AMBER; only with its consent may we pass it on."]
