"""Canonical JSON of records: one form, read strictly, refused by place and never by content."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.records import canonical, ids, reasons
from briefcase.records.errors import RecordInvalid
from briefcase.records.kinds import Case, Document, Note, Party
from briefcase.records.label import Label
from briefcase.records.values import Name

_ID = "0193bf6e-9a10-7000-8000-000000000001"
_LABEL = Label(marking="EXERCISE OPEN")

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=20,
)


def _reference(value: object) -> str:
    """RFC 8785 by its own words, slowly: names by UTF-16 code units, strings as JSON.stringify writes them."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_reference(name)}:{_reference(part)}" for name, part in ordered) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_reference, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(_plain)
def test_plain_values_are_written_as_rfc_8785_says(value: object) -> None:
    try:
        data = canonical.encode_json(value)
    except RecordInvalid as error:
        assert error.facts["reason"] == reasons.TOO_DEEP  # noqa: PT017 - the generator may nest deeper than allowed
        return
    assert data == _reference(value).encode()
    assert canonical.decode_canonical(data) == value


@given(_texts, _texts, st.lists(_texts, max_size=3))
def test_a_record_is_written_as_rfc_8785_says(title: str, text: str, names: list[str]) -> None:
    for record in (
        Note(id=_ID, label=_LABEL, title=title, text=text, field_labels={"text": _LABEL}),
        Party(id=_ID, label=Label(marking=title), names=tuple(Name(text=name) for name in names)),
    ):
        data = canonical.encode(record)
        assert data == _reference(json.loads(data)).encode()
        assert canonical.decode(data) == record
        assert canonical.decode(json.dumps(json.loads(data), indent=1)) == record


def test_names_sort_by_utf_16_and_not_by_code_point() -> None:
    assert canonical.encode_json({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    ("extra", "field", "reason"),
    [
        ('"title":"a","title":"b"', "$", reasons.DUPLICATE_KEY),
        ('"title":"a", "title":"b"', "$", reasons.DUPLICATE_KEY),
        ('"secretname":1', "secretname", reasons.UNKNOWN_FIELD),
        ('"title":1', "title", reasons.WRONG_TYPE),
        ('"title":null', "title", reasons.WRONG_TYPE),
        ('"about":["x"]', "about[0]", reasons.WRONG_FORM),
        ('"case_ids":"x"', "case_ids", reasons.WRONG_TYPE),
        ('"title":"\\ud800"', "title", reasons.SURROGATE),
        ('"title":NaN', "$", reasons.FLOAT),
        ('"title":1.5', "$", reasons.FLOAT),
        ('"field_labels":{"text":{"marking":1}}', "field_labels.marking", reasons.WRONG_TYPE),
        ('"title":"' + "x" * 2001 + '"', "title", reasons.TOO_LONG),
        ('"title":"x" "y"', "$", reasons.NOT_JSON),
        ('"revision":"' + "a" * 32 + '\\n"', "revision", reasons.WRONG_FORM),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(extra: str, field: str, reason: str) -> None:
    line = f'{{"kind":"note","id":"{_ID}","label":{{"marking":"m"}},{extra}}}'
    with pytest.raises(RecordInvalid) as caught:
        canonical.decode(line)
    assert caught.value.facts == {"field": field, "reason": reason}


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"kind":"note"', "[" * 100_000, '{"kind":"spy"}', "\ud800"])
def test_what_is_no_record_at_all_is_refused(text: str) -> None:
    with pytest.raises(RecordInvalid):
        canonical.decode(text)


def test_an_id_ends_where_it_ends() -> None:
    with pytest.raises(RecordInvalid):
        canonical.decode(f'{{"kind":"note","id":"{_ID}\\n","label":{{}}}}')


def test_a_whole_number_in_exponent_form_is_refused() -> None:
    with pytest.raises(RecordInvalid):
        canonical.decode(f'{{"kind":"document","id":"{_ID}","label":{{}},"size":1e2}}')
    assert canonical.decode(f'{{"kind":"document","id":"{_ID}","label":{{}},"size":100}}') == Document(
        id=_ID, label=Label(), size=100
    )


def test_other_bytes_than_the_canonical_ones_are_told_apart() -> None:
    with pytest.raises(RecordInvalid) as caught:
        canonical.decode_canonical(b'{"b":1,"a":2}')
    assert caught.value.facts["reason"] == reasons.NOT_CANONICAL


def test_defaults_are_left_out() -> None:
    assert canonical.encode(Case(id=_ID, label=_LABEL, title="T")) == (
        b'{"id":"' + _ID.encode() + b'","kind":"case","label":{"marking":"EXERCISE OPEN"},"title":"T"}'
    )


def test_new_ids_are_version_7_and_show_no_order_within_a_millisecond() -> None:
    made = [ids.new_id() for _ in range(2000)]
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)
    assert made != sorted(made), "an even spacing would show a partner the gap of a withheld record"
    assert {uuid.UUID(one).version for one in made} == {7}
    assert {uuid.UUID(one).variant for one in made} == {uuid.RFC_4122}
    assert len({ids.new_revision() for _ in range(100)}) == 100
    assert len(ids.new_revision()) == 32
    assert len(ids.now()) == len("2026-11-24T06:02:56Z")


def test_nesting_is_bounded_for_reading_and_writing() -> None:
    deep: object = "x"
    for _ in range(canonical.MAX_DEPTH):
        deep = [deep]
    assert canonical.decode_json(canonical.encode_json(deep)) == deep
    for action in (lambda: canonical.encode_json([deep]), lambda: canonical.decode_json(json.dumps([deep]))):
        with pytest.raises(RecordInvalid) as caught:
            action()
        assert caught.value.facts["reason"] == reasons.TOO_DEEP


@pytest.mark.parametrize("place", [b'"kind":"n\xe1te"', b'"kind":"note","title":"\xff"', b'"kind":"note","\xc3":1'])
def test_bytes_that_are_not_utf_8_are_refused_wherever_they_stand(place: bytes) -> None:
    with pytest.raises(RecordInvalid) as caught:
        canonical.decode(b'{"id":"x",' + place + b"}")
    assert caught.value.facts["reason"] == reasons.NOT_JSON
