"""Folding: the one way in which text and question are made comparable, so that a name is found however it is typed.

The same function serves both. A folded text is tokens with blanks between: case folded; compatibility forms and marks
gone (``isildak`` finds Işıldak); ø ł đ æ ı ß in plain letters; Arabic and Persian kaf, yeh and digits met; tatweel
gone; a word with a ZWNJ found with it, without it and with a blank in its place; every Chinese or Japanese character a
token of its own; and, after the tokens in their own script, the Latin forms of Cyrillic and Greek words
(``romanise.py``). Other scripts are found in their own, and by the Latin form that stands beside the name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from types import MappingProxyType

from briefcase.records.romanise import has_foreign, romanise

_SPECIAL = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ə": "a",
    "ŧ": "t", "ĸ": "k", "ƙ": "k", "ɓ": "b", "ɗ": "d", "ſ": "s",
    "ک": "ك", "ڪ": "ك", "ی": "ي", "ى": "ي", "ې": "ي", "ۀ": "ه", "ة": "ه", "ھ": "ه", "ہ": "ه", "ە": "ه", "ٱ": "ا",
}  # fmt: skip
_JOINER = "\u200c"
_APOSTROPHES = "'’‘ʼʻ`´′ʹʺ״׳"
_KEPT_MARKS = frozenset({7, 8, 9})
_HIGH = 0x3000
_WIDE = re.compile(r"[\u3005-\u30ff\u31f0-\u31ff\u3400-\u9fff\U00020000-\U0003ffff]")
_NEEDS_COMPAT = re.compile(r"[\u2e80-\u2fff\uf900-\ufaff\uff00-\uffef\u3200-\u33ff\U0001d400-\U0001d7ff]")
_PLAIN = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"\S+")
_TOKEN_MARKS = frozenset({"Mn", "Mc"})


def fold(text: str) -> str:
    """Return *text* as tokens with one blank between: its own script first, then Latin forms of Cyrillic and Greek."""
    if text.isascii():
        return " ".join(_PLAIN.findall(text.lower().replace("'", "").replace("`", "")))
    own = _own(text)
    if _JOINER in text:
        own = " ".join([own, *(part for word in text.split() if _JOINER in word for part in _parts(word).split())])
    if not has_foreign(own):
        return own
    return " ".join([own, *_latin(text)])


def query_tokens(text: str) -> list[list[str]]:
    """Return what a question asks for: for every word, all of which must be found, its alternatives.

    An alternative with blanks inside is a phrase: its tokens stand side by side, in this order. The last token of an
    alternative may be taken as a beginning.
    """
    asked = []
    for word in _WORD.findall(text):
        own = fold(word) if word.isascii() else _own(word)
        if own:
            latin = [] if not has_foreign(own) else _latin(word)
            parts = [_parts(word)] if _JOINER in word else []
            asked.append(list(dict.fromkeys([own, *latin, *parts])))
    return asked


def _parts(word: str) -> str:
    """Return the tokens of a word as they are when its zero-width non-joiner was typed as a blank."""
    return _own(word.replace(_JOINER, " "))


def _own(text: str) -> str:
    """Return the tokens of *text* in their own script."""
    if _NEEDS_COMPAT.search(text):
        text = unicodedata.normalize("NFKC", text)
    elif not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(_WIDE.sub(r" \g<0> ", text.translate(_table())).split())


def _latin(text: str) -> list[str]:
    """Return the Latin forms of the Cyrillic and Greek words of *text*, one scheme after the other."""
    words = [word for word in _words(text) if has_foreign(word)]
    forms = [romanise(word) for word in words]
    rows = max(map(len, forms), default=0)
    found = [forms_of[min(row, len(forms_of) - 1)] for row in range(rows) for forms_of in forms if forms_of]
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    """Return the case-folded words of *text* with the marks that tell its letters apart still on."""
    composed = unicodedata.normalize("NFC", text).casefold().translate(_without_apostrophes())
    return re.findall(r"[^\W_]+", composed)


@cache
def _without_apostrophes() -> MappingProxyType[int, str]:
    return MappingProxyType(dict.fromkeys(map(ord, _APOSTROPHES), ""))


@cache
def _table() -> MappingProxyType[int, str]:
    """Return what every character below the Chinese and Japanese blocks becomes, for ``str.translate``."""
    low = {code: _folded(chr(code)) for code in range(_HIGH)}
    high = {code: _folded(chr(code)) for code in [*range(_HIGH, 0x3100), *range(0xFB00, 0x10000)]}
    return MappingProxyType(low | high)


def _folded(character: str) -> str:
    """Return the folded form of one character: letters and digits, a blank, or nothing."""
    if character in _APOSTROPHES:
        return ""
    parts = unicodedata.normalize("NFKD", character.casefold())
    kept = "".join(
        part for part in parts if unicodedata.combining(part) in _KEPT_MARKS or not unicodedata.combining(part)
    )
    text = unicodedata.normalize("NFC", "".join(_SPECIAL.get(part, part) for part in kept.casefold()))
    return "".join(map(_token_character, text))


def _token_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character.isalnum() or category in _TOKEN_MARKS:
        return character
    return "" if category == "Cf" or character == "ـ" else " "
