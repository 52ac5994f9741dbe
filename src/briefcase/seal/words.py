"""Bytes as words to read aloud: eleven bits a word, from the lists of 2,048 words that ship with the program.

Fingerprints are shown as twelve words (the first 132 bits). Secrets of 32 bytes are written as twenty-four words whose
last eight bits are a checksum (the first byte of their SHA-256).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from functools import cache

from briefcase import resources
from briefcase.errors import ResourceError
from briefcase.seal.errors import WordsChecksum, WordsInvalid

LIST_LENGTH = 2048
BITS = 11
FINGERPRINT_WORDS = 12
SECRET_WORDS = 24
PASSPHRASE_WORDS = 10
LANGUAGES = ("en", "fr")
_SECRET = 32
_NO_LETTER = re.compile(r"[^a-z]+")


def _fold(text: str) -> str:
    """Return *text* without case, marks and ligatures, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _language(language: str) -> str:
    short = language.replace("-", "_").split("_")[0].lower()
    return short if short in LANGUAGES else "en"


@cache
def _load(language: str) -> tuple[str, ...]:
    words = tuple(unicodedata.normalize("NFC", resources.read_text("words", f"{language}.txt")).split())
    if len(words) != LIST_LENGTH or len({_fold(word) for word in words}) != LIST_LENGTH:
        raise ResourceError(name=f"words/{language}.txt")
    return words


@cache
def _index(language: str) -> dict[str, int]:
    return {_fold(word): number for number, word in enumerate(_load(language))}


def word_list(language: str = "en") -> tuple[str, ...]:
    """Return the 2,048 words of *language*; English for a language that has no list."""
    return _load(_language(language))


def _spell(number: int, count: int, language: str) -> tuple[str, ...]:
    words = word_list(language)
    return tuple(words[number >> BITS * (count - 1 - i) & (LIST_LENGTH - 1)] for i in range(count))


def words_for(data32: bytes, language: str = "en") -> tuple[str, ...]:
    """Return the twelve words of a 32-byte fingerprint: its first 132 bits."""
    if len(data32) != _SECRET:
        raise ValueError("a fingerprint has 32 bytes")
    spare = 8 * _SECRET - BITS * FINGERPRINT_WORDS
    return _spell(int.from_bytes(data32, "big") >> spare, FINGERPRINT_WORDS, language)


def parse_words(text: str, language: str = "en", *, count: int = FINGERPRINT_WORDS) -> tuple[str, ...]:
    """Return the *count* words of *text* as the list spells them; case, marks, hyphens and spacing do not matter.

    Raises:
        WordsInvalid: a word is unknown, missing or one too many; ``position`` counts from 1.
    """
    index, words = _index(_language(language)), word_list(language)
    given = [token for token in _NO_LETTER.split(_fold(text)) if token]
    for position, token in enumerate(given[:count], start=1):
        if token not in index:
            raise WordsInvalid(position=position, count=count)
    if len(given) != count:
        raise WordsInvalid(position=min(len(given), count) + 1, count=count)
    return tuple(words[index[token]] for token in given)


def matches(text: str, data32: bytes) -> bool:
    """Tell whether *text* is the twelve words of *data32*, in any of the languages.

    Raises:
        WordsInvalid: it is not twelve known words of one language.
    """
    language = _which(text, FINGERPRINT_WORDS)
    return parse_words(text, language) == words_for(data32, language)


def _which(text: str, count: int) -> str:
    """Return the language that reads furthest into *text*."""
    reach = {}
    for language in LANGUAGES:
        try:
            parse_words(text, language, count=count)
        except WordsInvalid as error:
            reach[language] = int(error.facts["position"])
        except ResourceError:
            reach[language] = 0
        else:
            return language
    return max(LANGUAGES, key=lambda language: reach[language])


def new_passphrase(language: str = "en") -> str:
    """Return a random passphrase of ten words with hyphens between them, 110 bits, as age proposes one."""
    words = word_list(language)
    return "-".join(secrets.choice(words) for _place in range(PASSPHRASE_WORDS))


def secret_words(secret: bytes, language: str = "en") -> tuple[str, ...]:
    """Return the twenty-four words of a 32-byte secret, checksum included."""
    if len(secret) != _SECRET:
        raise ValueError("a secret has 32 bytes")
    number = int.from_bytes(secret + hashlib.sha256(secret).digest()[:1], "big")
    return _spell(number, SECRET_WORDS, language)


def parse_secret(text: str) -> bytes:
    """Return the 32 bytes of twenty-four words in either language.

    Raises:
        WordsInvalid: a word is unknown, missing or one too many.
        WordsChecksum: all are known but do not belong together.
    """
    language = _which(text, SECRET_WORDS)
    index, number = _index(language), 0
    for word in parse_words(text, language, count=SECRET_WORDS):
        number = number << BITS | index[_fold(word)]
    data = number.to_bytes(_SECRET + 1, "big")
    if hashlib.sha256(data[:_SECRET]).digest()[:1] != data[_SECRET:]:
        raise WordsChecksum(position=0, count=SECRET_WORDS)
    return data[:_SECRET]
