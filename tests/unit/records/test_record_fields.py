"""The field table, the vocabularies and the page that is written from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefcase.records import document, fields, intake, vocabulary
from briefcase.records.errors import VocabularyUnknown
from briefcase.records.kinds import KINDS, kind_of
from briefcase.records.packs import shipped

_PAGE = Path(__file__).parents[3] / "docs" / "records.md"


def _all() -> list[fields.FieldSpec]:
    own = [spec for kind in KINDS for spec in fields.all_fields(kind)]
    return own + [part for spec in own for part in spec.sub_fields]


def test_every_field_has_a_title_and_a_meaning() -> None:
    assert not [spec.name for spec in _all() if not (spec.title and spec.help)]


def test_every_vocabulary_that_a_field_names_is_shipped() -> None:
    assert {spec.vocabulary for spec in _all()} - {""} <= set(vocabulary.names())


def test_every_kind_has_a_title_and_an_example() -> None:
    assert {fields.kind_title(kind, many=True) for kind in KINDS}
    assert {document.example(kind) for kind in KINDS}


def test_shapes_are_read_off_the_types() -> None:
    party = {spec.name: spec.shape for spec in fields.fields_of("party")}
    assert party["names"] == "names"
    assert party["countries"] == "countries"
    assert party["roles"] == "open_choices"
    assert party["remarks"] == "text"
    shipment = {spec.name: spec.shape for spec in fields.fields_of("shipment")}
    assert (shipment["legs"], shipment["items"], shipment["exporter"]) == ("legs", "references", "reference")
    assert "label" not in party
    assert [spec.shape for spec in fields.COMMON_FIELDS if spec.name == "parents"] == ["revisions"]


def test_what_never_leaves_is_marked_as_protected() -> None:
    assert fields.protected_fields("tip") == {"channel", "source", "source_grade"}
    assert fields.protected_fields("tear_line") == {"stands_for"}


def test_every_term_says_how_far_it_was_confirmed() -> None:
    for name in vocabulary.names():
        table = vocabulary.vocabulary(name)
        assert table.status in vocabulary.STATUSES
        assert table.source
        assert {term.status for term in table.terms} <= vocabulary.STATUSES - {"mixed"}, name
        assert len(table.by_id) == len(table.terms), name


def test_countries_have_both_codes() -> None:
    assert vocabulary.alpha3("TR") == "TUR"
    assert vocabulary.alpha2("GBR") == "GB"
    assert vocabulary.alpha2("ZZZ") == ""
    assert vocabulary.country_name("AUS") == "Australia"
    codes = [term.alternate for term in vocabulary.vocabulary("country").terms]
    assert len(set(codes)) == len(codes) == 250


def test_an_unknown_vocabulary_is_named() -> None:
    with pytest.raises(VocabularyUnknown):
        vocabulary.vocabulary("../packs/usa")


def test_the_page_is_up_to_date() -> None:
    assert _PAGE.read_text(encoding="utf-8") == document.render(), (
        "python -m briefcase.records.document > docs/records.md"
    )


def test_unconfirmed_terms_are_never_shown_as_official() -> None:
    page = document.render()
    for name in vocabulary.names():
        table = vocabulary.vocabulary(name)
        for term in table.terms:
            if term.status == "memory":
                rows = [row for row in page.splitlines() if row.startswith(f"| `{term.id}` | {term.label} |")]
                assert any("memory, unconfirmed" in row for row in rows), term.id


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_kind_is_accepted_alone(kind: str) -> None:
    (record,) = intake.resolve([intake.parse_line(document.example(kind))], pack=shipped("exercise"))
    assert kind_of(record) == kind


def test_the_examples_are_accepted_as_one_file() -> None:
    drafts = intake.parse_lines("\n".join(document.example_lines()))
    records = intake.resolve(drafts, pack=shipped("exercise"))
    assert [kind_of(record) for record in records] == list(KINDS)
