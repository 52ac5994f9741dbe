"""The query language: what the index finds is what looking at every record one by one finds."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.errors import BriefcaseError
from briefcase.records import facets
from briefcase.records.errors import QueryKeyUnknown, QueryValueInvalid
from briefcase.records.facets import Span, date_facets, span_facets, span_of
from briefcase.records.ids import new_id, new_revision
from briefcase.records.kinds import Case, Item, Note, Party, Shipment
from briefcase.records.label import Label
from briefcase.records.query import KEYS, matches, parse
from briefcase.records.values import Leg, Name, Originator, PostalAddress
from briefcase.vault.header import new_vault_id
from briefcase.vault.vault import create

SLOT = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}
CASE = "0193bf6e-9a10-7000-8000-000000000001"
WORDS = (
    "volna", "Волна", "Severnaya", "深圳", "深", "圳市恒", "恒晟", "Acme", "acmelon", "melon", "پارس آریا", "كنترل",
    "کنترل", "foo-bar", "foobar", "bar", "12", "Işıldak", "ISILDAK", "ß", "strasse", "a", "ab", "می\u200cشود",
    "O'Neil", "ελληνική",
)  # fmt: skip
DATES = ("2022", "2023", "2023-06", "2023-06-15", "2023-12-31", "2024-01-01", "2024-02-29", "1999-05")
FILTERS = (
    "kind:party", "kind:Notes", 'kind:"item"', "country:TR", "country:KAZ", "country:Kazakhstan", "label:official",
    'label:"exercise open"', "label:orcon", "rel:GBR", "rel:FVEY", "originator:USA", "originator:usa/bis", "hs:8542",
    "hs:85.42.39", "eccn:3A001", "eccn:3a001.a", "after:2023", "after:2023-06-15", "before:2023-06", "before:2024",
    "date:2023", "date:2023-06", "date:2023-06-15", "after:2023-06-20 before:2023-12", f"case:{CASE}",
    "kind:case kind:item",
)  # fmt: skip

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
labels = st.sampled_from(
    (
        Label(marking="EXERCISE OFFICIAL//ORCON//REL TO USA, GBR", level="OFFICIAL", releasable_to=("country:GBR",)),
        Label(marking="EXERCISE OPEN//REL TO FVEY", level="OPEN", releasable_to=("community:FVEY", "agency:GBR/HMRC")),
    )
)


def base():
    return st.fixed_dictionaries(
        {
            "id": st.builds(new_id),
            "revision": st.builds(new_revision),
            "label": labels,
            "created": st.sampled_from(("2023-06-15T08:00:00Z", "2024-01-01T00:00:00Z")),
            "author": st.just("Ann"),
            "originator": st.sampled_from((Originator(agency="USA/BIS"), Originator(agency="AUS/ABF"))),
            "case_ids": st.sampled_from(((), (CASE,))),
        }
    )


dates = st.sampled_from(("", *DATES))
names = st.lists(st.builds(lambda text, latin: Name(text=text, latin=latin), texts, st.just("") | texts), max_size=2)
countries = st.sampled_from(("TR", "KZ", "US"))
records = st.one_of(
    st.builds(
        lambda b, n, c, d, a: Party(
            **b, party_kind="company", names=tuple(n), countries=c, since=d,
            addresses=(PostalAddress(full=a, country="KZ"),),
        ),
        base(), names, st.lists(countries, max_size=2).map(tuple), dates, texts,
    ),
    st.builds(lambda b, t, x: Note(**b, title=t, text=x), base(), texts, st.lists(texts, max_size=3).map("\n".join)),
    st.builds(lambda b, t, h, c: Item(**b, description=t, hs6=h, control_code=c), base(), texts,
              st.sampled_from(("", "854239", "850100")), st.sampled_from(("", "3A001", "3A001.a.2"))),
    st.builds(lambda b, t, d, c: Shipment(**b, title=t, legs=(Leg(date=d, origin_country=c),)),
              base(), texts, dates, countries),
    st.builds(lambda b, t: Case(**b, title=t), base(), texts),
)  # fmt: skip
asked = st.builds(
    lambda words, cut, chosen: " ".join([*chosen, words[: len(words) - cut]]),
    st.just("") | texts,
    st.integers(0, 3),
    st.lists(st.sampled_from(FILTERS), max_size=2),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(records, min_size=1, max_size=8, unique_by=lambda one: one.id), st.lists(asked, min_size=4, max_size=12)
)
def test_the_index_finds_what_looking_at_every_record_finds(kept, questions):
    with tempfile.TemporaryDirectory() as folder:
        whose = {"agency": "USA/BIS", "country": "USA", "officer": "Ann"}
        with create(Path(folder) / "v", bytes(32), [SLOT], vault_id=new_vault_id(), **whose) as vault:
            vault.records.put_many(kept, actor="Ann")
            for question in questions:
                query = parse(question)
                expected = {one.id: where for one in kept if (where := matches(query, one))}
                assert {hit.id: hit.where for hit in vault.search(question)} == expected, question


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*FILTERS, *KEYS, ":", '"', " ", "a", "深", "2023-13"])).map("".join)
)
def test_the_parser_raises_nothing_but_sentences(text):
    try:
        parse(text)
    except BriefcaseError as error:
        assert error.sentence % error.facts  # noqa: PT017 - most texts raise nothing


@pytest.mark.parametrize(
    ("typed", "key", "reason"),
    [
        ("country:", "country", "it needs a value"),
        ('case:" "', "case", "it needs a value"),
        ("country:Atlantis", "country", "it takes a country"),
        ("after:soon", "after", "a day is written"),
        ("date:2023-02-30", "date", "there is no such date"),
        ("date:0000", "date", "a day is written"),
        ("kind:thing", "kind", "it takes a kind"),
        ("hs:8", "hs", "it takes the digits"),
        ("hs:FPGA", "hs", "it takes the digits"),
        ("label:--", "label", "it takes letters"),
    ],
)
def test_a_malformed_filter_is_answered_in_a_sentence(vault, typed, key, reason):
    with pytest.raises(QueryValueInvalid) as said:
        vault.search(f"words {typed}")
    assert said.value.facts["key"] == key
    assert str(said.value.facts["reason"]).startswith(reason)


@pytest.mark.parametrize("typed", ["folded:x", "http://example.org", "NAME:acme"])
def test_an_unknown_filter_is_named_with_those_that_there_are(vault, typed):
    with pytest.raises(QueryKeyUnknown) as said:
        vault.search(typed)
    assert "country" in said.value.facts["keys"]
    assert vault.search(f'"{typed}"') == []


def test_words_in_quotes_are_words(vault, make):
    vault.records.put(make.note("Call at ten:thirty", "see http://example.org"), actor="Ann")
    assert len(vault.search('"ten:thirty"')) == len(vault.search('"http://example.org"')) == 1


days = st.sampled_from(
    [f"2023{month:02d}{day:02d}" for month in (1, 2, 6, 12) for day in (1, 2, 15, 28)] + ["20240229"]
)


@given(days, days, st.sampled_from(DATES))
def test_a_stretch_of_days_has_the_tokens_of_exactly_the_dates_that_touch_it(first, last, date):
    span = Span(first, last)
    assert bool(span_facets(span) & date_facets(date)) == (first <= last and span.touches(span_of(date)))


def test_open_stretches_are_few_tokens_and_reach_to_both_ends():
    for span in (Span("20230615"), Span(last="20230614"), Span()):
        found = span_facets(span)
        assert len(found) < 80
        assert bool(found & date_facets("0001")) == (span.first == facets.FIRST)
        assert bool(found & date_facets("9999-12-31")) == (span.last == facets.LAST)


@pytest.mark.parametrize(
    ("name", "typed", "marked"),
    [
        ("深圳市恒晟微电子有限公司", "恒晟", ["恒晟"]),
        ("深圳市恒晟微电子有限公司", "深圳 电子", ["深圳", "电子"]),
        ("恒晟 晟恒", "晟恒", ["晟恒"]),
        ("Северная Волна", "severnaya vol", ["Северная", "Волна"]),
        ("Foo-Bar Acme", "foo-bar", ["Foo-Bar"]),
        ("Elektronik Sanayi", "ronik", ["Elektronik"]),
        ("Volna Volnament", "volna volna", ["Volna", "Volnament"]),
    ],
)
def test_what_was_met_is_marked_and_nothing_beside_it(vault, make, name, typed, marked):
    vault.records.put(make.party(name), actor="Ann")
    (hit,) = vault.search(typed)
    assert [hit.snippet[start:end] for start, end in hit.marks] == marked


def test_inside_of_words_comes_last_and_keeps_to_the_filters(vault, make):
    parties = [make.party("Watermelon", countries=("TR",)), make.party("Melon"), make.note("Note", "melon trade")]
    vault.records.put_many([*parties, make.party("Camelon", countries=("KZ",))], actor="Ann")
    assert [hit.where for hit in vault.search("melon")] == ["name", "text", "part", "part"]
    assert [hit.title for hit in vault.search("elon country:KZ")] == ["Camelon"]
    assert vault.search("el") == []


def test_filters_alone_show_the_newest_first(vault, make):
    vault.records.put_many([make.party(f"No {number}") for number in range(5)], actor="Ann")
    assert [hit.title for hit in vault.search("kind:party", limit=3)] == ["No 4", "No 3", "No 2"]


def test_only_indexes_that_a_change_touches_are_written(vault, make):
    party = make.party("Acme", remarks="first")
    vault.records.put(party, actor="Ann")

    def sizes():
        rows = vault._database.rows
        return [
            rows("SELECT count(*) FROM name_index_data"),
            rows("SELECT count(*) FROM part_index_data"),
            rows("SELECT count(*) FROM body_index_data"),
        ]

    before = sizes()
    second = make.next(party, remarks="second")
    vault.records.put(second, actor="Ann")
    after = sizes()
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, True, False]
    assert vault.search("first") == []
    assert len(vault.search("second")) == len(vault.search("acme")) == len(vault.search("cme")) == 1
    vault.records.put(make.next(second, label=Label(marking="SECRET")), actor="Ann")
    assert len(vault.search("acme label:secret")) == 1
    assert [vault.search(one) for one in ("label:official", "first")] == [[], []]
    for word, key in itertools.product(("second", "acme"), ("", " kind:party")):
        assert len(vault.search(word + key)) == 1
