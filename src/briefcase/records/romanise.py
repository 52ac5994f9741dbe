"""Cyrillic and Greek words in Latin letters, in each of the ways that are usual, so that any of them finds the word.

Schemes for Cyrillic: the one of maps and newspapers (after BGN/PCGN), the one of passports (ICAO Doc 9303, part 3),
the one of libraries (after ISO 9 without its diacritics), and the one of everyday writing (``dmitry``). For Greek:
ELOT 743, everyday writing, and the classical one. Each scheme gives one form of a word; mixtures are not made.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from types import MappingProxyType

import anyascii

_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_UKRAINIAN = re.compile(r"[іїєґ]")
_LATIN = re.compile(r"[a-z0-9]+\Z")


def _letters(rows: str) -> dict[str, str]:
    """Return a table from items such as ``жzh``: a letter and what it becomes."""
    return {item[0]: item[1:] for item in rows.split()}


_COMMON = _letters(
    "аa бb вv гg дd еe зz иi кk лl мm нn оo пp рr сs тt уu фf ыy эe ъ ь іi їyi єye ґg ўu "
    "ђdj јj љlj њnj ћc џdz ѓgj ќkj ѕdz әa ғg қk ңn өo ұu үu һh ҳh ҷj ӣi ӯu"
)
_MAPS = _letters("ёyo жzh йy хkh цts чch шsh щshch юyu яya")
_PASSPORT = _MAPS | _letters("ёe йi ъie юiu яia їi єie")
_LIBRARY = _letters("ёe жz йj хh цc чc шs щsc юju яja їi єje")
_EVERYDAY = _MAPS | _letters("ёe хh щsch їi")
_GREEK = _letters("αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo ϊi ϋy")
_GREEK_PAIRS = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch", "μπ": "mp", "ντ": "nt", "γκ": "gk"}
_VOICED = "αβγδεζηιλμνορυω"


def has_foreign(text: str) -> bool:
    """Say whether *text* holds a letter that this module writes in Latin."""
    return bool(_FOREIGN.search(text))


def romanise(word: str) -> tuple[str, ...]:
    """Return the Latin forms of one case-folded word, without marks, most usual first; nothing for other scripts."""
    composed = unicodedata.normalize("NFC", word)
    forms = _cyrillic(composed) if _CYRILLIC.search(composed) else _greek(composed)
    return tuple(dict.fromkeys(form for form in forms if _LATIN.match(form)))


def spelled(text: str) -> str:
    """Return *text* in ASCII, character by character: rough, for a reader to whom its script says nothing at all."""
    return " ".join(anyascii.anyascii(text).split())


@cache
def _tables() -> tuple[MappingProxyType[int, str], ...]:
    schemes = (_MAPS, _PASSPORT, _LIBRARY, _EVERYDAY)
    return tuple(MappingProxyType(str.maketrans(_COMMON | scheme)) for scheme in schemes)


def _cyrillic(word: str) -> list[str]:
    maps, passport, library, everyday = _tables()
    ukrainian = bool(_UKRAINIAN.search(word))
    first, ending = ("h", "y") if ukrainian else ("g", "i")
    turned = word.replace("г", first).replace("и", ending) if ukrainian else word
    plain = re.sub(r"(ий|ый)\Z", "y", turned)
    forms = [turned.translate(maps), turned.translate(passport), turned.translate(library), plain.translate(everyday)]
    if ukrainian:
        forms.append(word.translate(maps))
    return [_rest(form) for form in forms]


def _greek(word: str) -> list[str]:
    plain = unicodedata.normalize("NFD", word)
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark) or mark == "\u0308")
    bare = unicodedata.normalize("NFC", bare)
    return [_rest(_elot(bare)), _rest(_everyday_greek(bare)), _rest(_classical(bare))]


def _elot(word: str) -> str:
    text = re.sub(
        r"([αεη])υ(?=(.?))", lambda found: found[1] + ("v" if found[2] and found[2] in _VOICED else "f"), word
    )
    text = re.sub(r"\Aμπ", "b", text)
    for pair, latin in _GREEK_PAIRS.items():
        text = text.replace(pair, latin)
    return text.translate(_greek_table())


def _everyday_greek(word: str) -> str:
    text = re.sub(r"\Aντ", "d", re.sub(r"\Aγκ", "g", word)).replace("χ", "h").replace("μπ", "b").replace("γγ", "g")
    return _elot(re.sub(r"(?<![αεηο])υ", "i", text))


def _classical(word: str) -> str:
    text = word.replace("αι", "ai").replace("ου", "ou").replace("αυ", "au").replace("ευ", "eu").replace("γγ", "ng")
    for letter, latin in (("η", "e"), ("φ", "ph"), ("β", "b"), ("χ", "ch")):
        text = text.replace(letter, latin)
    return text.translate(_greek_table())


@cache
def _greek_table() -> MappingProxyType[int, str]:
    return MappingProxyType(str.maketrans(_GREEK))


def _rest(form: str) -> str:
    """Return *form* with letters of smaller alphabets, which no table has, in their nearest Latin form."""
    if form.isascii():
        return form
    return re.sub(r"[^a-z0-9]", "", anyascii.anyascii(form).lower())
