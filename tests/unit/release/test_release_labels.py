"""What one label says to one recipient: default is no, and the reason is the right one."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, D102 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import dataclasses
from types import MappingProxyType

import msgspec
import pytest

from briefcase.records.label import Label
from briefcase.release.decision import Recipient, Verdict
from briefcase.release.reasons import MESSAGES, Reason, explain


@pytest.fixture
def why(decide, make):
    """Return a function that says why a party with a label goes or does not: verdict and reason codes."""

    def said(label, **more):
        decision = decide([make.party(1, label)], **more)[1]
        return decision.verdict, [reason.code for reason in decision.reasons]

    return said


ALLOW, REFUSE = Verdict.ALLOW, Verdict.REFUSE


def test_a_label_that_names_the_country_releases(why, make):
    assert why(make.gbr) == (ALLOW, ["released"])


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"marking": "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"}, ["marking"]),
        ({"marking": "NO SUCH WORDS"}, ["marking"]),
        ({"marking": ""}, ["marking"]),
        ({"level": "EXERCISE OPEN"}, ["marking"]),
        ({"policy": "FRA"}, ["policy"]),
        ({"policy": ""}, ["policy"]),
        ({"level": "EXERCISE COSMIC"}, ["marking", "level"]),
        ({"level": ""}, ["marking", "level"]),
        ({"releasable_to": ()}, ["marking", "nobody"]),
        ({"releasable_to": ("GBR",)}, ["marking", "nobody"]),
        ({"caveats": ("ORCON",)}, ["marking", "consent"]),
    ],
)
def test_a_marking_that_does_not_agree_refuses(why, make, change, codes):
    assert why(msgspec.structs.replace(make.gbr, **change)) == (REFUSE, codes)


def test_an_empty_label_refuses(why):
    assert why(Label()) == (REFUSE, ["policy"])


def test_nobody_named_is_nobody(why, make):
    assert why(make.label()) == (REFUSE, ["nobody"])


def test_another_country_is_not_named(why, make):
    assert why(make.aus) == (REFUSE, ["not_named"])


def test_a_community_stands_for_its_members(why, make):
    fvey = make.label("community:FVEY", rel="USA, FVEY")
    assert why(fvey) == (ALLOW, ["released"])
    assert why(fvey, recipient=Recipient("Jin", "c" * 64, "KOR", "KOR/KCS"))[0] == REFUSE


def test_a_community_that_the_pack_does_not_know_is_nobody(why, make):
    assert why(make.label("community:NATO", rel="NATO")) == (REFUSE, ["nobody"])


def test_an_agency_alone_is_not_its_country(why, make):
    hmrc = make.label("agency:GBR/HMRC", "country:USA", rel="USA, GBR/HMRC")
    assert why(hmrc) == (ALLOW, ["released"])
    assert why(hmrc, recipient=Recipient("Pat", "c" * 64, "GBR", "GBR/NCA")) == (REFUSE, ["not_named"])
    assert why(hmrc, recipient=Recipient("Pat", "c" * 64, "GBR")) == (REFUSE, ["not_named"])


def test_an_agency_whose_name_begins_alike_is_not_named(why, make):
    label = make.label("agency:GBR/HM", "country:USA", rel="USA, GBR/HM")
    assert why(label) == (REFUSE, ["not_named"])


@pytest.mark.parametrize("recipient", [Recipient("Nobody", "c" * 64, ""), Recipient("?", "c" * 64, "", "")])
def test_a_recipient_without_country_gets_nothing(why, make, recipient):
    assert why(make.gbr, recipient=recipient)[0] == REFUSE


def test_no_clearance_row_refuses(why, make, pack):
    bare = dataclasses.replace(pack, partners=MappingProxyType({}))
    assert why(make.gbr, pack=bare) == (REFUSE, ["no_row"])


def test_a_row_without_the_policy_refuses(why, make, pack):
    row = dataclasses.replace(pack.partners["GBR"], cleared_to=MappingProxyType({"GBR": "SECRET"}))
    other = dataclasses.replace(pack, partners=MappingProxyType({"GBR": row}))
    assert why(make.gbr, pack=other) == (REFUSE, ["no_policy_row"])


def test_the_row_of_the_agency_comes_before_that_of_its_country(why, make, pack):
    low = dataclasses.replace(pack.partners["GBR"], cleared_to=MappingProxyType({"EXERCISE": "EXERCISE OPEN"}))
    stricter = dataclasses.replace(pack, partners=MappingProxyType({**pack.partners, "GBR/HMRC": low}))
    assert why(make.gbr, pack=stricter) == (REFUSE, ["above"])


def test_a_level_above_the_clearance_refuses(why, make):
    can = Recipient("Lou", "c" * 64, "CAN", "CAN/CBSA")
    codes = ("country:CAN", "country:USA")
    assert why(make.label(*codes, level="EXERCISE SENSITIVE"), recipient=can) == (ALLOW, ["released"])
    assert why(make.label(*codes, level="EXERCISE SECRET"), recipient=can) == (REFUSE, ["above"])


def test_a_national_caveat_keeps_it_at_home(why, make):
    noforn = Label(
        marking="CUI//NOFORN//REL TO USA, GBR",
        policy="USA",
        level="CUI",
        caveats=("NOFORN",),
        releasable_to=("country:GBR", "country:USA"),
    )
    assert why(noforn) == (REFUSE, ["national"])
    assert why(noforn, recipient=Recipient("Al", "c" * 64, "USA", "USA/HSI")) == (ALLOW, ["released"])
    assert why(make.label("country:GBR", "country:USA", caveats=("NATIONAL",))) == (REFUSE, ["national"])


def test_a_caveat_that_the_pack_does_not_know_refuses(why, make):
    assert why(make.label("country:GBR", "country:USA", caveats=("ZEBRA",))) == (REFUSE, ["marking", "caveat"])


def test_a_received_record_goes_on_only_where_its_own_label_says(why, make):
    assert why(make.gbr, reported=frozenset({make.number(1)})) == (REFUSE, ["reported"])
    assert why(make.gbr, unverified=frozenset({make.number(1)})) == (REFUSE, ["unverified"])


class TestConsent:
    """ORCON always needs one, for exactly this recipient and revision, and within its time."""

    @pytest.fixture
    def orcon(self, make):
        return make.party(1, make.label("country:GBR", "country:USA", caveats=("ORCON",)), remarks="MARK-remarks")

    def test_without_one_it_stays(self, decide, orcon):
        assert [one.code for one in decide([orcon])[1].reasons] == ["consent"]

    def test_with_one_it_goes(self, decide, make, orcon):
        decision = decide([orcon], consents=(make.consent(orcon),))[1]
        assert (decision.verdict, [one.code for one in decision.reasons]) == (ALLOW, ["consented"])

    @pytest.mark.parametrize(
        "change",
        [
            {"until": "2026-11-24T06:02:56Z"},
            {"since": "2026-11-24T06:02:57Z"},
            {"revision": "f" * 32},
            {"record_id": "00000000-0000-7000-8000-000000000002"},
            {"recipient": "AUS/ABF"},
            {"recipient": "c" * 64},
            {"recipient": "GBR"},
            {"recipient": ""},
        ],
    )
    def test_another_one_does_not_help(self, decide, make, orcon, change):
        assert decide([orcon], consents=(make.consent(orcon, **change),))[1].verdict == REFUSE

    def test_one_for_nobody_is_not_for_a_recipient_without_agency(self, decide, make, orcon):
        bare = dataclasses.replace(make.hmrc, agency="")
        assert decide([orcon], recipient=bare, consents=(make.consent(orcon, recipient=""),))[1].verdict == REFUSE

    def test_it_is_for_one_officer_when_it_says_so(self, decide, make, orcon):
        consents = (make.consent(orcon, recipient=make.hmrc.fingerprint),)
        assert decide([orcon], consents=consents)[1].verdict == ALLOW
        other = dataclasses.replace(make.hmrc, fingerprint="d" * 64)
        assert decide([orcon], recipient=other, consents=consents)[1].verdict == REFUSE

    def test_it_stands_in_for_the_naming(self, decide, make):
        aus = make.party(1, make.aus)
        assert decide([aus], consents=(make.consent(aus),))[1].verdict == ALLOW

    def test_it_does_not_stand_in_for_level_marking_or_nation(self, decide, make):
        for label in (
            make.label("country:CAN", "country:USA", level="EXERCISE SECRET"),
            make.label("country:GBR", "country:USA", caveats=("NATIONAL",)),
            msgspec.structs.replace(make.gbr, marking="NO SUCH WORDS"),
        ):
            record = make.party(1, label)
            can = Recipient("Lou", "c" * 64, "CAN", "CAN/CBSA")
            consents = (make.consent(record, recipient="CAN/CBSA"),)
            assert decide([record], recipient=can, consents=consents)[1].verdict == REFUSE

    def test_only_its_fields_go(self, decide, make, orcon):
        decision = decide([orcon], consents=(make.consent(orcon, fields=("names",)),))[1]
        assert decision.verdict == Verdict.ALLOW_FIELDS
        assert decision.withheld == {"party_kind", "remarks"}

    def test_two_of_them_add_up_in_either_order(self, decide, make, orcon):
        two = (make.consent(orcon, fields=("names",)), make.consent(orcon, serial="C-2", fields=("remarks",)))
        first, second = (decide([orcon], consents=consents)[1] for consents in (two, two[::-1]))
        assert first == second
        assert first.withheld == {"party_kind"}

    def test_one_that_is_not_needed_takes_nothing_away(self, decide, make):
        free = make.party(1, make.gbr, remarks="x")
        decision = decide([free], consents=(make.consent(free, fields=("names",)),))[1]
        assert (decision.verdict, decision.withheld) == (ALLOW, frozenset())


class TestFieldLabels:
    """A field may have a stricter label of its own."""

    def test_a_field_for_others_stays(self, decide, make):
        record = make.party(1, make.both, remarks="secret", field_labels={"remarks": make.aus})
        decision = decide([record])[1]
        assert (decision.verdict, decision.withheld) == (Verdict.ALLOW_FIELDS, {"remarks"})
        assert [one.code for one in decision.reasons] == ["released", "field"]

    def test_a_field_with_an_unreadable_label_stays(self, decide, make):
        broken = msgspec.structs.replace(make.gbr, marking="?")
        record = make.party(1, remarks="secret", field_labels={"remarks": broken})
        assert decide([record])[1].withheld == {"remarks"}

    def test_a_wider_field_does_not_widen_its_record(self, decide, make):
        record = make.party(1, make.aus, field_labels={"names": make.gbr})
        assert decide([record])[1].verdict == REFUSE

    def test_a_consent_that_names_the_field_frees_it(self, decide, make):
        orcon = make.label("country:GBR", "country:USA", caveats=("ORCON",))
        record = make.party(1, remarks="secret", field_labels={"remarks": orcon})
        assert decide([record])[1].withheld == {"remarks"}
        assert decide([record], consents=(make.consent(record, fields=("remarks",)),))[1].withheld == frozenset()
        assert decide([record], consents=(make.consent(record, fields=("names",)),))[1].withheld == {"remarks"}


def test_a_tip_never_gives_away_its_source(decide, make):
    tip = make.tip(1, source="A clerk", channel="By hand", source_grade="B")
    decision = decide([tip])[1]
    assert (decision.verdict, decision.withheld) == (ALLOW, {"source", "channel", "source_grade"})
    whole = decide([tip], consents=(make.consent(tip),))[1]
    assert whole.withheld == {"source", "channel", "source_grade"}


def test_every_reason_has_words_without_open_places():
    facts = {"recipient", "policy", "level", "cleared", "caveat", "serial", "field", "mark", "on"}
    for code in MESSAGES:
        text = explain(Reason(code, tuple((name, "X") for name in sorted(facts))))
        assert "%(" not in text
        assert text.endswith(".")
