"""Canonical JSON: one value, one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.seal import canonical
from briefcase.seal.errors import CanonicalInvalid

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(VALUES)
def test_round_trip(value: object) -> None:
    assert canonical.decode(canonical.encode(value)) == value


def test_keys_are_sorted_by_utf16_as_rfc_8785_says() -> None:
    assert canonical.encode({"\ufb33": 1, "\U0001f600": 2, "a": '\x01"\u20ac'}) == (
        '{"a":"\\u0001\\"€","\U0001f600":2,"\ufb33":1}'.encode()
    )


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"9007199254740992",
        b"1" * 5000,
        b'"\\u0041"',
        b'"\\ud800"',
        b'"\\/"',
        b"[1] ",
        b"\xef\xbb\xbf1",
        b"\xff",
        b"",
        b"[" * 200_000,
        b"[" * 70 + b"]" * 70,
    ],
)
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises(CanonicalInvalid):
        canonical.decode(text)


@pytest.mark.parametrize("value", [1.0, {1: 2}, {"a": b"x"}, 2**53, "\ud800", {"\ud800": 1}, object()])
def test_values_without_a_canonical_text(value: object) -> None:
    with pytest.raises(CanonicalInvalid):
        canonical.encode(value)


def test_size_is_bounded() -> None:
    with pytest.raises(CanonicalInvalid):
        canonical.decode(b"[1]", limit=2)


def test_the_writer_without_checks_writes_every_character_alike() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert canonical.encode_decoded(letters) == canonical.encode(letters)


@given(VALUES, st.data())
def test_what_is_accepted_is_what_would_be_written(value: object, data: st.DataObject) -> None:
    """The reader compares with the writer without checks; whatever it accepts, the one with checks writes alike."""
    text = bytearray(canonical.encode(value))
    place = data.draw(st.integers(0, len(text)))
    text[place : place + data.draw(st.integers(0, 2))] = data.draw(st.sampled_from([b"", b" ", b'"a":1,', b"0", b"\\"]))
    try:
        found = canonical.decode(bytes(text))
    except CanonicalInvalid:
        return
    assert canonical.encode(found) == bytes(text)
