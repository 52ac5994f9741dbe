"""By what two parties may be the same: numbers, names however they are spelt, kinds, countries and dates.

Everything is compared through keys, so that the work grows with the number of parties and not with that of pairs. A
key that very many parties share tells nothing and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal

from briefcase.records.folding import fold, query_tokens
from briefcase.records.kinds import Identifier, Party

COMMON = 12
"""So many parties with one name, or one number, and it tells none of them apart."""
_SHORTEST_NAME, _SHORTEST_NUMBER = 4, 4
_MOST_FORMS = 6
_JOINER = "\u200c"
_PREFIXES: Mapping[str, str] = {"imo": "imo", "mmsi": "mmsi", "lei": "lei"}
Sort = Literal["number", "name", "kind", "country", "date"]


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for or against two parties being the same.

    Attributes:
        sort: what was compared.
        one: the first party's value as it is written; a scheme and a number for a number.
        other: the second party's.
        agrees: whether it speaks for it.
    """

    sort: Sort
    one: str
    other: str
    agrees: bool = True


@dataclass(frozen=True)
class Traits:
    """What is compared of one party.

    Attributes:
        id: of its record.
        keys: by key, what the party has for it as it is written.
        kind: such as ``company``; may be empty.
        countries: two letters each.
        since: born or founded; may be empty, a year, or a month.
    """

    id: str
    keys: Mapping[str, str]
    kind: str = ""
    countries: frozenset[str] = frozenset()
    since: str = ""


@dataclass(frozen=True)
class Pair:
    """Two parties that may be the same: ids ascending, what speaks for it and against it, and how much in all."""

    one: str
    other: str
    signs: tuple[Sign, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it: a number three, a name two, a country or a date one; against it each counts two."""
        points = {"number": 3, "name": 2, "country": 1, "date": 1, "kind": 0}
        return sum(points[one.sort] if one.agrees else -2 for one in self.signs)


def traits(party: Party, numbers: Iterable[Identifier] = ()) -> Traits:
    """Return what is compared of a party.

    Args:
        party: the party.
        numbers: identifier records whose holder it is.
    """
    keys: dict[str, str] = {}
    for name in party.names:
        for text in filter(None, (name.text, name.latin)):
            for key in name_keys(text):
                keys.setdefault(f"n {key}", text)
    held = [(one.scheme, one.value) for one in party.identifiers] + [(one.scheme, one.value) for one in numbers]
    for scheme, value in held:
        key = number_key(scheme, value)
        if key:
            keys.setdefault(f"i {scheme} {key}", f"{scheme} {value}")
    return Traits(party.id, keys, party.party_kind, frozenset(party.countries), party.since)


def number_key(scheme: str, value: str) -> str:
    """Return a number as it is compared: letters and digits, without the name of its scheme; empty if too short."""
    text = "".join(fold(value).split())
    prefix = _PREFIXES.get(scheme, "")
    bare = text.removeprefix(prefix) if prefix else text
    return bare if len(bare) >= _SHORTEST_NUMBER else ""


def name_keys(text: str) -> list[str]:
    """Return the forms in which a name is compared: its words in any order, in their own script and in Latin letters.

    A name whose words are written together, or apart by a zero-width non-joiner, has one form with the plain one.
    """
    words = query_tokens(text.replace(_JOINER, " "))
    if not words:
        return []
    rows = min(max(len(word) for word in words), _MOST_FORMS)
    found = dict.fromkeys(
        form
        for row in range(rows)
        for form in _forms([word[min(row, len(word) - 1)].replace(" ", "") for word in words])
        if len(form) >= _SHORTEST_NAME or not form.isascii()
    )
    return list(found)


def _forms(words: list[str]) -> Iterator[str]:
    yield "".join(words)
    yield " ".join(sorted(words))


def pairs(parties: Iterable[Traits]) -> Iterator[Pair]:
    """Yield every two parties that share a key which tells something, each pair once, with all that was compared."""
    known = {one.id: one for one in parties}
    holders: dict[str, list[str]] = {}
    for one in known.values():
        for key in one.keys:
            holders.setdefault(key, []).append(one.id)
    seen: set[tuple[str, str]] = set()
    for ids in holders.values():
        if len(ids) > COMMON:
            continue
        for first, second in combinations(sorted(ids), 2):
            if (first, second) not in seen:
                seen.add((first, second))
                yield compare(known[first], known[second])


def compare(one: Traits, other: Traits) -> Pair:
    """Compare two parties; the one with the lower id comes first."""
    first, second = sorted((one, other), key=lambda each: each.id)
    return Pair(first.id, second.id, tuple(_signs(first, second)))


def _signs(one: Traits, other: Traits) -> Iterator[Sign]:
    shared = sorted(one.keys.keys() & other.keys.keys())
    numbers = [key for key in shared if key.startswith("i ")]
    names = list({(one.keys[key], other.keys[key]): key for key in shared if key.startswith("n ")}.values())
    yield from (Sign("number", one.keys[key], other.keys[key]) for key in numbers)
    yield from islice((Sign("name", one.keys[key], other.keys[key]) for key in names), 3)
    if one.kind and other.kind and one.kind != other.kind:
        yield Sign("kind", one.kind, other.kind, agrees=False)
    if one.countries and other.countries:
        agrees = bool(one.countries & other.countries)
        yield Sign("country", " ".join(sorted(one.countries)), " ".join(sorted(other.countries)), agrees)
    if one.since and other.since:
        length = min(len(one.since), len(other.since))
        yield Sign("date", one.since, other.since, one.since[:length] == other.since[:length])
