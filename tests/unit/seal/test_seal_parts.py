"""Numbered parts: Base 45 as RFC 9285 has it, splitting and joining in any order, and what must be refused."""

from __future__ import annotations

import random
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.seal import base45, compact, parts
from briefcase.seal.card import LABEL, card_text, parse_card
from briefcase.seal.errors import (
    CardInvalid,
    PartsChecksum,
    PartsConflict,
    PartsForeign,
    PartsInvalid,
    PartsMissing,
    PartsMixed,
    PartsTooLong,
    SuiteUnsupported,
)
from briefcase.seal.identity import Identity, create_identity
from briefcase.seal.parts import CARD, MESSAGE, REVOCATION


def noise(seed: int, size: int) -> bytes:
    return shuffler(seed).randbytes(size)


def shuffler(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - test data that is the same every time


PAYLOADS = st.binary(min_size=1, max_size=4000)


@pytest.fixture(scope="module")
def identity() -> Identity:
    return create_identity("Dana Whitfield", "USA/BIS", "USA", device="laptop 7")


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_base45_gives_the_published_examples(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "V5", "B", "BB8B", "bb8", "BB8\n", "B,8", "Ω00"])
def test_base45_refuses_what_no_bytes_give(text: str) -> None:
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)


def test_the_largest_groups_are_still_bytes() -> None:
    assert base45.decode("FGW") == b"\xff\xff"
    assert base45.decode("U5") == b"\xff"


@given(st.binary(max_size=300))
def test_base45_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET, max_size=12))
def test_base45_accepts_only_what_it_writes(text: str) -> None:
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text


@given(PAYLOADS, st.randoms(use_true_random=False), st.sampled_from(list(parts.Kind)))
def test_parts_come_back_in_any_order_and_doubled(payload: bytes, chance: random.Random, kind: parts.Kind) -> None:
    texts = list(parts.split(kind, payload))
    texts += chance.choices(texts, k=chance.randrange(5))
    chance.shuffle(texts)
    assert parts.join(texts) == (kind, payload)


@given(st.binary(min_size=parts.PART_BYTES + 1, max_size=8000), st.data())
def test_missing_parts_are_named(payload: bytes, data: st.DataObject) -> None:
    texts = parts.split(MESSAGE, payload)
    gone = data.draw(st.sets(st.integers(1, len(texts)), min_size=1, max_size=len(texts) - 1))
    with pytest.raises(PartsMissing) as failure:
        parts.join(text for number, text in enumerate(texts, start=1) if number not in gone)
    assert failure.value.facts["numbers"] == ", ".join(map(str, sorted(gone)))
    assert failure.value.facts["total"] == len(texts)


def test_a_part_is_written_as_the_format_says() -> None:
    assert parts.split(MESSAGE, b"ietf!") == ("BRIEFCASE1/MESSAGE/1/1/80C72384/QED8WEX0",)


def test_every_part_fits_the_code_that_is_printed() -> None:
    for size in (1, 621, 622, 623, 9234, parts.MOST_PARTS * parts.PART_BYTES):
        texts = parts.split(REVOCATION, noise(size, size))
        assert max(map(len, texts)) <= 970
        assert len(texts) == -(-size // parts.PART_BYTES)
        assert set("".join(texts)) <= set(base45.ALPHABET)


@pytest.mark.parametrize("size", [0, parts.MOST_PARTS * parts.PART_BYTES + 1])
def test_too_much_or_nothing_is_not_split(size: int) -> None:
    with pytest.raises(PartsTooLong):
        parts.split(MESSAGE, bytes(size))


def test_several_sequences_in_one_heap_are_each_joined() -> None:
    one, two, three = (noise(seed, 3000) for seed in range(3))
    texts = [*parts.split(CARD, one), "https://example.org/", *parts.split(MESSAGE, two), *parts.split(CARD, three)]
    shuffler(0).shuffle(texts)
    found = parts.gather(texts)
    assert set(found.joined) == {(CARD, one), (MESSAGE, two), (CARD, three)}
    assert (found.faults, found.foreign) == ((), 1)
    with pytest.raises(PartsMixed):
        parts.join(text for text in texts if text.startswith("BRIEFCASE1/"))


def test_a_fault_in_one_sequence_does_not_hide_another() -> None:
    one, two = parts.split(CARD, bytes(3000)), parts.split(MESSAGE, bytes(range(256)) * 9)
    found = parts.gather([*one[:1], *two, "BRIEFCASE1/CARD/x"])
    assert [joined.kind for joined in found.joined] == [MESSAGE]
    assert [type(fault) for fault in found.faults] == [PartsInvalid, PartsMissing]


def test_the_same_bytes_of_two_kinds_are_two_sequences() -> None:
    found = parts.gather([*parts.split(CARD, b"x"), *parts.split(MESSAGE, b"x")])
    assert {joined.kind for joined in found.joined} == {CARD, MESSAGE}


def test_a_changed_part_is_refused() -> None:
    texts = list(parts.split(CARD, noise(5, 2000)))
    head = texts[1][: texts[1].index("/", len("BRIEFCASE1/CARD/2/4/")) + 1]
    other = head + base45.encode(noise(6, 500))
    with pytest.raises(PartsChecksum):
        parts.join([texts[0], other, *texts[2:]])
    with pytest.raises(PartsConflict) as failure:
        parts.join([*texts, other])
    assert failure.value.facts["number"] == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("BRIEFCASE1/CARD/0/1/00000000/00", "form"),
        ("BRIEFCASE1/CARD/01/1/00000000/00", "form"),
        ("BRIEFCASE1/CARD/1/0/00000000/00", "form"),
        ("BRIEFCASE1/CARD/2/1/00000000/00", "number"),
        ("BRIEFCASE1/CARD/1/65/00000000/00", "number"),
        ("BRIEFCASE1/CARD/1/999999999/00000000/00", "form"),
        ("BRIEFCASE1/CARD/1/1/0000000/00", "form"),
        ("BRIEFCASE1/CARD/1/1/0000000a/00", "form"),
        ("BRIEFCASE1/CARD/1/1/00000000/", "form"),
        ("BRIEFCASE1/CARD/1/1/00000000/00\n", "form"),
        ("BRIEFCASE1/CARD/1/1/00000000/0", "base45"),
        ("BRIEFCASE1/CARD/1/1/00000000/:::", "base45"),
        ("BRIEFCASE1/CARD/1/1/00000000/" + "0" * 4296, "length"),
        ("BRIEFCASE1/", "form"),
    ],
)
def test_what_only_looks_like_a_part_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PartsInvalid) as failure:
        parts.join([text])
    assert failure.value.facts["reason"] == reason


@pytest.mark.parametrize("text", ["BRIEFCASE2/CARD/1/1/00000000/00", "BRIEFCASE1/TREATY/1/1/00000000/00"])
def test_a_later_form_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(SuiteUnsupported):
        parts.join([text])


@pytest.mark.parametrize(
    "texts", [[], ["https://example.org/"], [""], ["BRIEFCASE/1/" + "0" * 64], ["briefcase1/CARD/1/1/00000000/00"]]
)
def test_foreign_codes_are_none_of_ours(texts: list[str]) -> None:
    with pytest.raises(PartsForeign):
        parts.join(texts)


def test_a_foreign_code_among_ours_is_told() -> None:
    with pytest.raises(PartsForeign):
        parts.join([*parts.split(CARD, b"x"), "WIFI:S:lobby;;"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=60) | st.from_regex(r"BRIEFCASE1/(CARD|MESSAGE)/[0-9]{1,3}/[0-9]{1,3}/0{8}/.{0,6}")))
def test_whatever_comes_only_our_errors_go_out(texts: list[str]) -> None:
    found = parts.gather(texts)
    assert len(found.joined) + found.foreign <= len(texts)


def test_a_huge_text_costs_nothing() -> None:
    long = "BRIEFCASE1/CARD/1/1/00000000/" + "0" * 2**26
    tracemalloc.start()
    with pytest.raises(PartsInvalid):
        parts.join([long])
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_a_heap_without_end_is_left() -> None:
    assert parts.gather(["x"] * parts.MOST_TEXTS).foreign == parts.MOST_TEXTS
    with pytest.raises(PartsInvalid):
        parts.gather(["x"] * (parts.MOST_TEXTS + 1))


def test_a_card_shrinks_and_comes_back(identity: Identity) -> None:
    text = card_text(identity.signed_card)
    small = compact.shrink(LABEL, text)
    assert len(small) < 0.6 * len(text)
    assert compact.expand(LABEL, small) == text
    assert len(parts.split(CARD, small)) == 15


def test_a_card_altered_in_one_part_is_refused_by_its_signatures(identity: Identity) -> None:
    """Somebody who changes a card on paper writes new checks, too; the signatures still tell."""
    text = card_text(identity.signed_card)
    value = compact.block.read(LABEL, text)
    value["card"]["country"] = "AUS"  # type: ignore[index] # the card object
    forged = compact.shrink(LABEL, compact.block.write(LABEL, value))
    joined = parts.join(parts.split(CARD, forged))
    with pytest.raises(CardInvalid):
        parse_card(compact.expand(LABEL, joined.payload))


@pytest.mark.parametrize("data", [b"", b"\x00", b"not deflated", b"\x03\x00"])
def test_what_was_never_shrunk_is_refused(data: bytes) -> None:
    with pytest.raises(PartsInvalid):
        compact.expand(LABEL, data)


def test_a_bomb_and_a_tail_are_refused() -> None:
    packer = zlib.compressobj(level=9, wbits=-15)
    bomb = packer.compress(b'"' + b"a" * 30_000_000 + b'"') + packer.flush()
    assert len(bomb) < 60_000
    tracemalloc.start()
    with pytest.raises(PartsInvalid):
        compact.expand(LABEL, bomb)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    packer = zlib.compressobj(level=9, wbits=-15)
    with pytest.raises(PartsInvalid):
        compact.expand(LABEL, packer.compress(b"{}") + packer.flush() + b"tail")
