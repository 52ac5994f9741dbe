"""Every form of a marking that public sources name is read and written back word for word, or refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.records import lattice, reasons
from briefcase.records.errors import MarkingUnreadable
from briefcase.records.markings import parse_marking, render
from briefcase.records.packs import Policy, shipped
from briefcase.records.vocabulary import vocabulary

FORMS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "markings" / "forms.json").read_text(encoding="utf-8")
)
PACKS = {name.upper(): shipped(name) for name in ("usa", "gbr", "aus", "can", "nzl")}
US_LEVEL_TEXTS = {"U": "UNCLASSIFIED", "C": "CONFIDENTIAL", "S": "SECRET", "TS": "TOP SECRET"}
US_DISSEM_TEXTS = {"OC": "ORCON", "OC-USGOV": "ORCON-USGOV", "NF": "NOFORN", "PR": "PROPIN"}
CUI_DISSEM_TEXTS = {
    "NF": "NOFORN",
    "DL_ONLY": "DL ONLY",
    "FED_ONLY": "FED ONLY",
    "EXEMPT_FROM_ICD501_DISCOVERY": "EXEMPT FROM ICD501 DISCOVERY",
}
WITH_CODES = {"REL", "DISPLAYONLY"}


def policy(name: str) -> Policy:
    found = PACKS[name].policy(name)
    assert found is not None
    return found


def _read() -> list[tuple[str, str]]:
    """Return (policy, marking) of every form that must be read and come back word for word."""
    found = [("USA", US_LEVEL_TEXTS[level]) for level in FORMS["us_levels"]]
    for level, group, texts in (("SECRET", "us_dissem", US_DISSEM_TEXTS), ("CUI", "cui_dissem", CUI_DISSEM_TEXTS)):
        found += [("USA", f"{level}//{texts.get(code, code)}") for code in FORMS[group] if code not in WITH_CODES]
    for code in FORMS["cui_basic"]:
        found += [("USA", f"CUI//{code}"), ("USA", f"CUI//{code}//REL TO USA, AUS, GBR")]
    for code in FORMS["cui_specified"]:
        found += [
            ("USA", f"CUI//SP-{code}"),
            ("USA", f"CUI//SP-{code}/EXPT//NOFORN" if code != "EXPT" else "CUI//SP-EXPT"),
        ]
    for code in FORMS["rel_to_trigraphs"]:
        found.append(("USA", f"SECRET//REL TO USA, {code}" if code != "USA" else "SECRET//REL TO USA, CAN"))
    found += [("USA", f"SECRET//ORCON/REL TO USA, AUS, {code}") for code in FORMS["rel_to_others"]]
    found += [("GBR", level) for level in FORMS["uk_levels"]]
    found += [("GBR", f"{level} - UK / US EYES ONLY") for level in FORMS["uk_levels"]]
    found += [("GBR", "TOP SECRET - UK EYES ONLY"), ("GBR", "SECRET - ORCON - UK / AUS / CAN / US EYES ONLY")]
    found += [("AUS", level) for level in FORMS["au_levels"]]
    found += [("AUS", f"SECRET//{word}") for word in ("AUSTEO", "AGAO", "REL AUS/GBR/USA", "ORCON")]
    found += [("NZL", level) for level in FORMS["nz_levels"]]
    found += [("NZL", f"SECRET//{word}") for word in FORMS["nz_endorsements"] if word != "REL TO"]
    found += [("NZL", "RESTRICTED//COMMERCIAL/EVALUATIVE//REL TO NZL, AUS")]
    found += [("CAN", level) for level in FORMS["ca_levels"]]
    return [*found, ("CAN", "PROTECTED B//CANADIAN EYES ONLY"), ("CAN", "SECRET//REL TO CAN, NZL, FVEY")]


def _refused() -> list[tuple[str, str, str]]:
    """Return (policy, marking, reason) of every form that must be refused."""
    found = [
        ("USA", "SECRET//REL TO USA", reasons.OWNER_ALONE),
        ("USA", "SECRET//REL TO GBR, USA", reasons.CODES_ORDER),
        ("USA", "SECRET//REL TO AUS, GBR", reasons.CODES_ORDER),
        ("USA", "SECRET//REL TO USA, GBR, AUS", reasons.CODES_ORDER),
        ("USA", "SECRET//REL TO USA, FVEY, AUS", reasons.CODES_ORDER),
        ("USA", "SECRET//REL TO USA, AUS, AUS", reasons.CODES_ORDER),
        ("USA", "SECRET//REL TO USA, ZZZ", reasons.UNKNOWN_CODE),
        ("USA", "SECRET//DISPLAY ONLY AFG, IRQ", reasons.SHOW_ONLY),
        ("USA", "CUI//DISPLAYONLY", reasons.SHOW_ONLY),
        ("USA", "SECRET//NOFORN/DISPLAY ONLY AFG", reasons.SHOW_ONLY),
        ("GBR", "OFFICIAL - SENSITIVE", reasons.UNKNOWN_CAVEAT),
        ("GBR", "SECRET - EYES ONLY", reasons.UNKNOWN_CAVEAT),
        ("AUS", "OFFICIAL:Sensitive//REL", reasons.UNKNOWN_LEVEL),
        ("CAN", "PROTECTED", reasons.UNKNOWN_LEVEL),
        ("NZL", "IN CONFIDENCE", reasons.UNKNOWN_LEVEL),
    ]
    foreign = [*FORMS["nato_levels"], *FORMS["eu_levels"], "RESTREINT UE/EU RESTRICTED", "NATO SECRET"]
    return found + [(name, level, reasons.UNKNOWN_LEVEL) for name in PACKS for level in foreign]


@pytest.mark.parametrize(("name", "text"), _read())
def test_what_a_source_names_is_read_and_written_back_word_for_word(name: str, text: str) -> None:
    assert render(parse_marking(text, policy(name)), policy(name)) == text


@pytest.mark.parametrize(("name", "text", "reason"), _refused())
def test_what_cannot_be_kept_is_refused_with_its_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(MarkingUnreadable) as caught:
        parse_marking(text, policy(name))
    assert caught.value.facts["reason"] == reason


def test_nothing_of_the_list_was_left_out() -> None:
    """A form that is added to the list and to no pack is missed here."""
    told = {text for _name, text in _read()}
    for group, prefix in (("cui_basic", "CUI//"), ("cui_specified", "CUI//SP-")):
        assert {f"{prefix}{code}" for code in FORMS[group]} <= told
    assert len(_read()) > 2 * len(FORMS["cui_basic"]) + 2 * len(FORMS["cui_specified"]) + len(FORMS["rel_to_others"])
    for code, members in FORMS["tetragraph_members"].items():
        for pack in PACKS.values():
            assert pack.communities[code] == frozenset(members)


def test_tlp_and_pap_are_those_of_the_list() -> None:
    for name, order in (("tlp", lattice.TLP_ORDER), ("pap", lattice.PAP_ORDER)):
        assert set(FORMS[name]) == set(order) - {""} == {term.id for term in vocabulary(name).terms}


def test_what_an_odd_code_stands_for_gives_nothing_to_anybody() -> None:
    usa = PACKS["USA"]
    for code in ("EU", "AX2", "AMSP"):
        parsed = parse_marking(f"SECRET//REL TO USA, {code}", policy("USA"))
        assert usa.expand(parsed.releasable_to or ()) == {"USA"}


@st.composite
def _markings(draw: st.DrawFn) -> tuple[Policy, str]:
    """Return a marking put together by the rules of its scheme, without the program's own writer."""
    scheme = policy(draw(st.sampled_from(sorted(PACKS))))
    grammar = scheme.grammar
    chosen = draw(st.lists(st.sampled_from(scheme.caveats), unique_by=lambda one: one.id, max_size=4))
    named = draw(st.sets(st.sampled_from(["AUS", "CAN", "GBR", "NZL", "USA"]), max_size=4)) - {scheme.country}
    tetragraphs = sorted(draw(st.sets(st.sampled_from(["ACGU", "FVEY", "NATO"]), max_size=2)))
    said = [scheme.country, *sorted(named), *tetragraphs] if named or tetragraphs else []
    short = {code: form for form, code in grammar.codes.items()}
    codes = grammar.prefix + grammar.code_separator.join(short.get(one, one) for one in said) + grammar.suffix
    segments = [draw(st.sampled_from(scheme.levels)).text]
    for part in grammar.parts:
        words = [one.text for group in part.split("+") for one in chosen if one.group == group]
        words += [codes] if said and "codes" in part.split("+") else []
        segments += [grammar.caveat_separator.join(words)] if words else []
    return scheme, grammar.separator.join(segments)


@given(_markings())
def test_reading_and_writing_back_changes_nothing(made: tuple[Policy, str]) -> None:
    scheme, text = made
    assert render(parse_marking(text, scheme), scheme) == text
