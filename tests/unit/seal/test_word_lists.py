"""The word lists are frozen with the card format, and any two of their words can be told apart in writing."""

from __future__ import annotations

import hashlib
import unicodedata
from itertools import combinations, pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "words"
FROZEN = {
    "en": "e0c0154f0c5aca4e30b273e3f7491a3286e8c5d961bee159a65de29a2fb414f1",
    "fr": "474524fe39c1b4675fa21541830289c30d0c2d4f96c8321ee01aa3c0aa5451f6",
}


@pytest.fixture(params=sorted(FROZEN))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def text(language: str) -> str:
    return (FOLDER / f"{language}.txt").read_text(encoding="utf-8")


@pytest.fixture
def words(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def bare(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def holes(word: str) -> set[str]:
    """Return the keys that two different words share exactly when one edit makes one of the other."""
    places = range(len(word))
    return {word} | {f"{word[:i]}?{word[i + 1 :]}" for i in places} | {word[:i] + word[i + 1 :] for i in places}


def test_the_list_is_the_one_frozen_with_the_format(language: str) -> None:
    digest = hashlib.sha256((FOLDER / f"{language}.txt").read_bytes()).hexdigest()
    assert digest == FROZEN[language]


def test_there_are_2048_different_words_one_a_line(text: str, words: list[str]) -> None:
    assert text.endswith("\n")
    assert len(words) == len(set(words)) == 2048


def test_words_are_composed_lower_case_letters_of_a_readable_length(words: list[str]) -> None:
    for word in words:
        assert word == unicodedata.normalize("NFC", word).lower(), word
        assert bare(word).isascii(), word
        assert bare(word).isalpha(), word
        assert 3 <= len(word) <= 9, word


def test_english_words_have_no_accents() -> None:
    assert (FOLDER / "en.txt").read_text(encoding="utf-8").isascii()


def test_index_order_is_that_of_the_letters_without_accents(words: list[str]) -> None:
    assert all(bare(one) < bare(other) for one, other in pairwise(words))


def test_no_word_is_the_beginning_of_another(words: list[str]) -> None:
    assert not [pair for pair in pairwise(map(bare, words)) if pair[1].startswith(pair[0])]


def test_one_slip_of_a_finger_never_makes_another_word(words: list[str]) -> None:
    keys: dict[str, list[str]] = {}
    for word in map(bare, words):
        for key in holes(word):
            keys.setdefault(key, []).append(word)
    meeting = {pair for group in keys.values() for pair in combinations(group, 2)}
    # a key of two cut words ("plate", "slate" -> "late") is met by a substitution at one place, or by two edits
    assert not [(a, b) for a, b in meeting if abs(len(a) - len(b)) == 1 and (a in holes(b) or b in holes(a))]
    assert not [(a, b) for a, b in meeting if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) < 2]
