"""Markings and packs: read, written, compared; what is not known is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from briefcase import resources
from briefcase.records import reasons
from briefcase.records.errors import MarkingUnreadable, PackInvalid, RecordInvalid
from briefcase.records.label import Label
from briefcase.records.markings import agrees, complete, disagreement, parse_marking, render_marking, typed
from briefcase.records.pack_rules import strictly
from briefcase.records.packs import Pack, Policy, shipped

PACK = shipped("exercise")
HEAD = (
    'format = "briefcase-pack/1"\nid = "x"\ntitle = "X"\nedition = "1"\nversion = 1\nstatus = "draft"\nsource = "s"\n'
)
SCHEME = (
    "[[policy]]\nid = 'P'\ntitle = 'P'\nsource = 's'\nstatus = 's'\n"
    "level = [{id='1', text='DIFFUSION', portion='D', foreground='#000000', background='#FFFFFF'}]\n"
)


def policy(name: str) -> Policy:
    found = PACK.policy(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("scheme", "text", "level", "caveats", "codes"),
    [
        ("USA", "CUI//EXPT//REL TO USA, AUS, GBR", "CUI", ["EXPT"], ["country:USA", "country:AUS", "country:GBR"]),
        ("USA", "cui // expt // rel to usa, aus".upper(), "CUI", ["EXPT"], ["country:USA", "country:AUS"]),
        ("USA", "SECRET//ORCON/REL TO USA, FVEY", "S", ["ORCON"], ["country:USA", "community:FVEY"]),
        ("USA", "S//OC/NF", "S", ["ORCON", "NOFORN"], None),
        ("USA", "UNCLASSIFIED", "U", [], None),
        ("GBR", "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE", [], None),
        ("GBR", "TOP SECRET - UK/US EYES ONLY", "TOP SECRET", [], ["country:GBR", "country:USA"]),
        ("AUS", "official: sensitive", "OFFICIAL: Sensitive", [], None),
        ("AUS", "SECRET//REL AUS/GBR", "SECRET", [], ["country:AUS", "country:GBR"]),
        ("EXERCISE", "EXERCISE SENSITIVE//REL TO USA, GBR/HMRC", "EXERCISE SENSITIVE", [],
         ["country:USA", "agency:GBR/HMRC"]),
    ],
)  # fmt: skip
def test_a_marking_is_read(scheme: str, text: str, level: str, caveats: list[str], codes: list[str] | None) -> None:
    parsed = parse_marking(text, policy(scheme))
    assert parsed.level == level
    assert list(parsed.caveats) == caveats
    assert (None if parsed.releasable_to is None else list(parsed.releasable_to)) == codes


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("USA", ""),
        ("USA", "CUI//"),
        ("USA", "CUI//NO SUCH"),
        ("USA", "CUI//REL TO"),
        ("USA", "CUI//REL TO USA, ZZZ"),
        ("USA", "CUI//REL TO USA, France"),
        ("USA", "CUI//REL TO USA//REL TO AUS"),
        ("USA", "CUI//EXPT/EXPT"),
        ("USA", "OFFICIAL"),
        ("USA", "REL TO USA"),
        ("GBR", "OFFICIAL SENSITIVE"),
        ("GBR", "OFFICIAL-SENSITIVE//REL TO USA"),
        ("AUS", "PROTECTED B"),
    ],
)
def test_what_the_policy_does_not_know_cannot_be_read(scheme: str, text: str) -> None:
    with pytest.raises(MarkingUnreadable):
        parse_marking(text, policy(scheme))


def test_codes_stand_usa_first_then_countries_then_communities() -> None:
    label = Label(
        level="CUI",
        caveats=("EXPT",),
        releasable_to=("community:FVEY", "country:GBR", "country:AUS", "country:USA"),
    )
    assert render_marking(label, policy("USA")) == "CUI//EXPT//REL TO USA, AUS, GBR, FVEY"


def test_the_owner_is_named_though_it_was_not_listed_and_never_alone() -> None:
    assert render_marking(Label(level="CUI", releasable_to=("country:AUS",)), policy("USA")) == "CUI//REL TO USA, AUS"
    assert render_marking(Label(level="CUI", releasable_to=("country:USA",)), policy("USA")) == "CUI"


def test_a_scheme_that_may_be_silent_stays_silent() -> None:
    label = Label(level="OFFICIAL-SENSITIVE", releasable_to=("country:AUS",))
    assert render_marking(label, policy("GBR")) == "OFFICIAL-SENSITIVE"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"level": "EXERCISE OFFICIAL"}, reasons.LABEL_DISAGREES),
        ({"caveats": ()}, reasons.LABEL_DISAGREES),
        ({"caveats": ("LES", "ORCON")}, reasons.LABEL_DISAGREES),
        ({"releasable_to": ("country:USA", "country:AUS")}, reasons.LABEL_DISAGREES),
        ({"releasable_to": ("country:USA", "country:AUS", "country:GBR", "country:CAN")}, reasons.LABEL_DISAGREES),
        ({"releasable_to": ()}, reasons.LABEL_DISAGREES),
        ({"releasable_to": ("community:ACGU",)}, reasons.LABEL_DISAGREES),
        ({"policy": "FRA"}, reasons.UNKNOWN_POLICY),
        ({"policy": "USA"}, reasons.UNKNOWN_LEVEL),
        ({"marking": ""}, reasons.UNKNOWN_LEVEL),
    ],
)
def test_marking_and_structure_must_agree(change: dict[str, object], reason: str) -> None:
    whole: dict[str, object] = {
        "marking": "EXERCISE SENSITIVE//LES//REL TO USA, AUS, GBR",
        "policy": "EXERCISE",
        "level": "EXERCISE SENSITIVE",
        "caveats": ("LES",),
        "releasable_to": ("country:GBR", "country:AUS", "country:USA"),
    }
    label = Label(**{**whole, **change})  # type: ignore[arg-type]
    assert disagreement(label, PACK) == reason
    assert agrees(label, PACK) is not bool(reason)


def test_a_community_agrees_with_its_members() -> None:
    members = tuple(f"country:{code}" for code in ("AUS", "CAN", "GBR", "NZL", "USA"))
    label = Label(marking="CUI//REL TO USA, FVEY", policy="USA", level="CUI", releasable_to=members)
    assert agrees(label, PACK)


def test_a_silent_marking_agrees_only_where_silence_is_the_custom() -> None:
    silent = Label(marking="OFFICIAL", policy="GBR", level="OFFICIAL", releasable_to=("country:AUS",))
    assert agrees(silent, PACK)
    stated = Label(marking="OFFICIAL - UK/US EYES ONLY", policy="GBR", level="OFFICIAL", releasable_to=("country:AUS",))
    assert not agrees(stated, PACK)
    american = Label(marking="CUI", policy="USA", level="CUI", releasable_to=("country:AUS",))
    assert not agrees(american, PACK)


@pytest.mark.parametrize(
    ("code", "with_type"),
    [
        ("GBR", "country:GBR"),
        ("GBR/HMRC", "agency:GBR/HMRC"),
        ("FVEY", "community:FVEY"),
        ("country:GBR", "country:GBR"),
        ("gbr", "gbr"),
        ("GBR/", "GBR/"),
    ],
)
def test_bare_codes_get_their_type(code: str, with_type: str) -> None:
    assert typed(code) == with_type


def test_the_pack_supplies_the_other_half_of_a_label() -> None:
    by_marking = complete(Label(marking="EXERCISE SENSITIVE//LES//REL TO USA, GBR"), PACK)
    by_structure = complete(
        Label(policy="EXERCISE", level="EXERCISE SENSITIVE", caveats=("LES",), releasable_to=("USA", "GBR")), PACK
    )
    assert by_marking == by_structure
    assert by_marking.releasable_to == ("country:USA", "country:GBR")


@pytest.mark.parametrize(
    ("label", "field"),
    [
        (Label(), "label.policy"),
        (Label(policy="EXERCISE"), "label"),
        (Label(marking="OFFICIAL"), "label.policy"),
        (Label(marking="CUI", policy="FRA"), "label.policy"),
        (Label(marking="CUI//FOO", policy="USA"), "label.marking"),
        (Label(level="FOO", policy="USA"), "label.level"),
        (Label(marking="CUI//REL TO USA, GBR", releasable_to=("AUS",)), "label.marking"),
    ],
)
def test_a_label_that_cannot_be_completed_names_its_field(label: Label, field: str) -> None:
    with pytest.raises(RecordInvalid) as caught:
        complete(label, PACK)
    assert caught.value.facts["field"] == field


_policies = st.sampled_from(["EXERCISE", "USA", "AUS", "CAN", "GBR", "NZL"]).map(policy)


@given(_policies, st.data())
def test_what_is_written_is_read_back(scheme: Policy, data: st.DataObject) -> None:
    codes = st.sampled_from(["country:AUS", "country:GBR", "country:CAN", "country:USA", "community:FVEY"])
    label = Label(
        policy=scheme.id,
        level=data.draw(st.sampled_from([level.id for level in scheme.levels])),
        caveats=tuple(data.draw(st.lists(st.sampled_from([one.id for one in scheme.caveats]), unique=True))),
        releasable_to=tuple(data.draw(st.lists(codes, unique=True))),
    )
    assert agrees(structs.replace(label, marking=render_marking(label, scheme)), PACK)


@given(st.text("CUISTOPECRET/- ,:RELGBA", max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    for scheme in PACK.policies.values():
        with contextlib.suppress(MarkingUnreadable):
            parse_marking(text, scheme)


def test_the_drafts_clear_nobody() -> None:
    for name in ("usa", "aus", "can", "gbr", "nzl"):
        pack = shipped(name)
        assert pack.status == "draft"
        assert not pack.partners
        assert all(one.source and one.status for one in pack.policies.values())


def test_the_exercise_pack_says_that_it_is_made_up() -> None:
    assert PACK.status == "fictitious"
    assert set(PACK.partners) == {"AUS", "CAN", "GBR", "NZL", "USA"}
    assert all(set(row.cleared_to) == set(PACK.policies) for row in PACK.partners.values())
    assert len(PACK.sha256) == 64


def test_a_partner_is_found_by_its_agency_or_its_country() -> None:
    assert PACK.partner("GBR/HMRC") == PACK.partner("GBR")
    assert PACK.partner("FRA") is None


def test_codes_are_expanded_and_the_unknown_stands_for_nobody() -> None:
    assert PACK.expand(("community:ACGU",)) == {"AUS", "CAN", "GBR", "USA"}
    assert PACK.expand(("community:NOBODY", "GBR", "country:gbr", "agency:HMRC", "")) == frozenset()
    assert PACK.expand(("country:GBR", "agency:AUS/ABF")) == {"GBR", "AUS/ABF"}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("not toml", "$"),
        ('format = "briefcase-pack/2"', "format"),
        (HEAD.replace('id = "x"\n', ""), "id"),
        (HEAD.replace("version = 1", "version = 0"), "version"),
        (HEAD + "[communities]\nFVEY = ['UK']\n", "communities.FVEY"),
        (HEAD + "[partner.UK]\n", "partner.UK"),
        (HEAD + "[partner.GBR]\ncleared_to = { USA = 'S' }\n", "partner.GBR.cleared_to.USA"),
        (HEAD + "[[policy]]\nid = 'P'\ntitle = 'P'\nsource = 's'\nstatus = 's'\n", "policy.P.level"),
        (HEAD + "[[policy]]\nid = 'P'\ntitle = 'P'\nsource = 's'\nstatus = 's'\nlevel = [{id = 'a'}]\n",
         "policy.P.level.text"),
        (HEAD + SCHEME + "[partner.GBR]\ncleared_to = { P = '2' }\n", "partner.GBR.cleared_to.P"),
        (HEAD + SCHEME + "[policy.marking]\nseparator = ' '\n", "policy.P.marking.separator"),
        (HEAD + SCHEME + "[policy.marking]\nprefix = ''\n", "policy.P.marking.prefix"),
        (HEAD + SCHEME + "[policy.marking]\nprefx = ''\n", "policy.P.marking"),
        (HEAD + SCHEME.replace("#FFFFFF", "white"), "policy.P.level.1"),
        (HEAD + "policy = 1\n", "policy"),
        (HEAD + "policy = ['P']\n", "policy"),
        (HEAD + "partner = 1\n", "partner"),
        (HEAD + "communities = ['FVEY']\n", "communities"),
        (HEAD + "[partner.GBR]\ncleared_to = 'all'\n", "partner.GBR.cleared_to"),
        (HEAD + SCHEME + "marking = 'x'\n", "policy.P.marking"),
        (HEAD + SCHEME + "[policy.marking]\ncodes = [1]\n", "policy.P.marking.codes"),
        (HEAD + SCHEME + "[policy.marking]\ncodes = { GBR = 1 }\n", "policy.P.marking.codes"),
        ("x = " + "[" * 5000, "$"),
    ],
)  # fmt: skip
def test_a_pack_that_cannot_be_used_names_the_place(text: str, field: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        Pack.load(text.encode())
    assert caught.value.facts["field"] == field


def test_every_shipped_pack_fulfils_the_strict_rules() -> None:
    for name in ("exercise", "usa", "aus", "can", "gbr", "nzl"):
        assert strictly(resources.read_bytes("packs", f"{name}.toml")) == shipped(name)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("title = 'P'\n", "title = 'P'\nnational = true\n"), "policy.P.national"),
        (("portion='D',", "portion='D', colour='#000000',"), "policy.P.level.1.colour"),
        (("'draft'", "'issued'"), "status"),
        (("source = 's'\n[[", "source = 's'\n[aproval]\nneeded = 2\n[["), "aproval"),
        ((SCHEME, SCHEME + SCHEME), "policy.P"),
        ((SCHEME, SCHEME + "caveat = [{id='X', consent='yes'}]\n"), "policy.P.caveat.X.consent"),
        ((SCHEME, SCHEME + "caveat = [{id='X', nationl=true}]\n"), "policy.P.caveat.X.nationl"),
        ((SCHEME, SCHEME + "[policy.marking]\nstrict = 1\n"), "policy.P.marking.strict"),
        ((SCHEME, SCHEME + "caveat = [{id='A/B'}]\n"), "policy.P.caveat.A/B"),
        ((SCHEME, SCHEME + "caveat = [{id='X'}, {id='Y', text='x'}]\n"), "policy.P.caveat.Y"),
        (("text='DIFFUSION'", "text='DIF//FUSION'"), "policy.P.level.1"),
        ((SCHEME, SCHEME + "[policy.marking]\nstrict = true\n"), "policy.P.marking"),
        ((SCHEME, SCHEME + "[policy.marking]\ncode_separator = '/'\ncodes = { GBR = 'USA' }\n"), "policy.P.marking"),
        ((SCHEME, SCHEME + "[partner.GBR]\ncleared = { P = '1' }\n"), "partner.GBR.cleared"),
    ],
)
def test_a_new_pack_is_refused_for_what_could_silently_weaken_it(change: tuple[str, str], field: str) -> None:
    text = (HEAD + SCHEME).replace('status = "draft"', "status = 'draft'").replace('source = "s"\n', "source = 's'\n")
    changed = text.replace(*change)
    assert changed != text
    with pytest.raises(PackInvalid) as caught:
        strictly(changed.encode())
    assert caught.value.facts["field"] == field


def test_a_sixth_partner_is_data_alone() -> None:
    text = HEAD + (
        "[[policy]]\nid = 'ATL'\ntitle = 'Atlantis'\ncountry = 'ATL'\nsource = 's'\nstatus = 'made up'\n"
        "level = [{id='1', text='DIFFUSION', portion='D', foreground='#000000', background='#FFFFFF'}]\n"
        "[policy.marking]\nseparator = ' | '\nprefix = 'POUR '\ncode_separator = ' '\n"
        "[partner.GBR]\ncleared_to = { ATL = '1' }\n"
    )
    pack = Pack.load(text.encode())
    label = complete(Label(policy="ATL", level="1", releasable_to=("GBR",)), pack)
    assert label.marking == "DIFFUSION | POUR ATL GBR"
