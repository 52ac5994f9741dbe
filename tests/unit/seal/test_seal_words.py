"""Words: the lists, fingerprints, secrets, and how tolerantly they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.seal import words as w
from briefcase.seal.errors import WordsChecksum, WordsInvalid

PRINT = bytes(range(32))


@pytest.mark.parametrize("language", w.LANGUAGES)
def test_the_lists_hold_2048_words_that_stay_distinct_when_folded(language: str) -> None:
    found = w.word_list(language)
    assert len({w._fold(word) for word in found}) == len(found) == 2048
    assert all(w._fold(word).isascii() and w._fold(word).isalpha() for word in found)


def test_the_first_132_bits_are_spelled() -> None:
    found = w.words_for(PRINT)
    number = 0
    for word in found:
        number = number << 11 | w.word_list("en").index(word)
    assert number == int.from_bytes(PRINT, "big") >> 124
    assert w.words_for(PRINT, "xx") == found != w.words_for(PRINT, "fr_CA")


@pytest.mark.parametrize("language", w.LANGUAGES)
def test_reading_does_not_mind_case_marks_and_hyphens(language: str) -> None:
    found = w.words_for(PRINT, language)
    for text in (" ".join(found), "-".join(found).upper(), ",\n".join(found), " ".join(w._fold(x) for x in found)):
        assert w.parse_words(text, language) == found
        assert w.matches(text, PRINT)
    assert not w.matches(" ".join(found), bytes(32))


def test_the_position_of_a_wrong_word_is_named() -> None:
    found = list(w.words_for(PRINT))
    for text, position in (
        (" ".join([*found[:4], "xyzzy", *found[5:]]), 5),
        (" ".join(found[:7]), 8),
        (" ".join([*found, found[0]]), 13),
        ("", 1),
    ):
        for read in (w.parse_words, lambda t: w.matches(t, PRINT)):
            with pytest.raises(WordsInvalid) as caught:
                read(text)
            assert caught.value.facts["position"] == position


@given(st.binary(min_size=32, max_size=32), st.sampled_from(w.LANGUAGES))
def test_a_secret_comes_back(secret: bytes, language: str) -> None:
    assert w.parse_secret("-".join(w.secret_words(secret, language))) == secret


def test_a_mistaken_secret_is_noticed() -> None:
    found = list(w.secret_words(PRINT))
    with pytest.raises(WordsChecksum):
        w.parse_secret(" ".join([found[1], found[0], *found[2:]]))
    with pytest.raises(WordsInvalid):
        w.parse_secret(" ".join(found[:12]))
