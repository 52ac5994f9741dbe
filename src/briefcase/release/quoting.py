"""Quotation in words: where a text names another record, by one of its names, by a number of it, or by its id.

Names and texts are folded (``records.folding``) and their tokens put together without blanks, so that ``TR33 0006 10``
meets ``TR33000610``, and a name is found in each of its usual Latin forms. A match begins and ends where a token of
the text does. The text is read once whatever the number of names: at each token one look into a table of beginnings,
and as many more as there are different lengths among the names that begin so, which ``_LONGEST`` bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from types import MappingProxyType

from briefcase import resources
from briefcase.records.folding import fold, query_tokens
from briefcase.records.kinds import Party, Record, kind_of
from briefcase.records.names import texts_by_field

_HEAD = 5
_LONGEST = 48
"""Of a longer name its first tokens up to so many characters are looked for."""
_SHORT_NAME, _SHORT_NUMBER, _SHORT_TITLE, _SHORT_WIDE = 4, 5, 12, 2
_FEW_DIGITS = 3
_TITLE_TOKENS = 3
_SURNAME = 6
_ID_TAIL, _ID_DIGITS = 12, 32
_MOST_FORMS = 8
_WIDE = re.compile(r"[\u3005-\u30ff\u31f0-\u31ff\u3400-\u9fff\U00020000-\U0003ffff]")
_HEX = "[0-9a-fA-F]"
_ID = re.compile(rf"(?<!{_HEX}){_HEX}{{8}}(?:-?{_HEX}{{4}}){{3}}-?{_HEX}{{12}}(?!{_HEX})")
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"]{3,})[»”“\"]")
_PERSON = re.compile(r"[^,;(\u2013\u2014]+")
_NAMES, _NUMBERS, _TITLES, _PERSONS = "names", "numbers", "titles", "persons"
_CALLED: MappingProxyType[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "case": (("title", _TITLES), ("reference", _NUMBERS), ("partner_references", _NUMBERS)),
        "address": (("full", _TITLES),),
        "identifier": (("value", _NUMBERS),),
        "item": (("part_number", _NUMBERS), ("serials", _NUMBERS)),
        "shipment": (
            ("title", _TITLES),
            ("air_waybill", _NUMBERS),
            ("bill_of_lading", _NUMBERS),
            ("containers", _NUMBERS),
            ("customs_declaration", _NUMBERS),
        ),
        "transaction": (("accounts", _NUMBERS), ("banks", _NAMES)),
        "licence": (("number", _NUMBERS),),
        "document": (("title", _TITLES), ("file_name", _TITLES)),
        "note": (("title", _TITLES),),
        "outreach": (("subject", _TITLES), ("contacts", _PERSONS)),
        "operation": (("title", _TITLES),),
        "task": (("title", _TITLES),),
        "assessment": (("title", _TITLES),),
    }
)


@dataclass(frozen=True)
class Mention:
    """A text that names records, or a file whose text nobody can search.

    Attributes:
        record_id: of the record whose text it is.
        field: in which the words stand; ``sha256`` for the file of a document.
        words: folded, without blanks; an id; the digest of a file that cannot be searched.
        targets: the records that are named so, each with the field whose content the words are (empty for its id);
            none for a file that cannot be searched.
    """

    record_id: str
    field: str
    words: str
    targets: tuple[tuple[str, str], ...] = ()


@dataclass
class Names:
    """Every name by which records can be named, ready for looking texts through; built by ``add``.

    Attributes:
        called: by joined words, the records called so, each with the field that says it.
    """

    called: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _heads: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _shorts: tuple[int, ...] = ()

    def add(self, record: Record) -> None:
        """Take in the names of one record."""
        for name, words in called(record):
            kept = self.called.get(words)
            if kept is None:
                self.called[words] = [(record.id, name)]
                self._lengthen(words)
            elif (record.id, name) not in kept[-2:]:
                kept.append((record.id, name))

    def _lengthen(self, words: str) -> None:
        size = len(words)
        if size < _HEAD:
            if size not in self._shorts:
                self._shorts = (*self._shorts, size)
            return
        head = words[:_HEAD]
        known = self._heads.get(head, ())
        if size not in known:
            self._heads[head] = (*known, size)

    def found_in(self, text: str) -> set[str]:
        """Return the joined words of names that stand in *text*, and what looks like the id of a record."""
        tokens = fold(text).split()
        sizes = list(map(len, tokens))
        ends = list(accumulate(sizes))
        starts, joined = [0, *ends[:-1]], "".join(tokens)
        heads, known = self._heads, self.called
        found = set[str]()
        hits = [(at, size) for at in starts if (head := joined[at : at + _HEAD]) in heads for size in heads[head]]
        for size in self._shorts:
            hits += [(at, size) for at in starts if joined[at : at + size] in known]
        if hits:
            last = frozenset(ends)
            found = {word for at, size in hits if at + size in last and (word := joined[at : at + size]) in known}
        if _ID_TAIL in sizes or _ID_DIGITS in sizes:
            found.update(_ids_in(text))
        return found

    def mentions(self, record_id: str, texts: Iterable[tuple[str, str]]) -> Iterator[Mention]:
        """Yield what *texts* (field and text) of a record name, its own names left out where nobody else has them.

        What looks like the id of a record is yielded, too, whether there is such a record or not.
        """
        for name, text in texts:
            for words in self.found_in(text):
                targets = self.called.get(words) or [(words, "")]
                if any(target != record_id for target, _field in targets):
                    yield Mention(record_id, name, words, tuple(targets))


def mentions_of(record: Record, names: Names) -> Iterator[Mention]:
    """Yield what the texts of a record name."""
    return names.mentions(record.id, texts_by_field(record))


def _ids_in(text: str) -> Iterator[str]:
    """Yield everything in a text that looks like the id of a record, in the form that ids have."""
    for found in _ID.findall(text):
        digits = found.replace("-", "").lower()
        yield f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def called(record: Record) -> Iterator[tuple[str, str]]:
    """Yield (field, joined words) for everything by which a record may be named in a text."""
    for name, how, text in _called(record):
        for words in _forms(text, how):
            yield name, words


def _called(record: Record) -> Iterator[tuple[str, str, str]]:
    if isinstance(record, Party):
        how = _PERSONS if record.party_kind == "person" else _NAMES
        for one in record.names:
            yield from (("names", how, text) for text in (one.text, one.latin) if text)
        yield from (("identifiers", _NUMBERS, one.value) for one in record.identifiers)
    for name, how in _CALLED.get(kind_of(record), ()):
        value = getattr(record, name)
        for text in (value,) if isinstance(value, str) else value:
            if text:
                yield name, how, text


def _forms(text: str, how: str) -> Iterator[str]:
    """Yield the joined forms of a name that are telling enough to be looked for."""
    if text.isascii():
        rows = [[[token]] for token in fold(text).split()]
    else:
        rows = [[one.split() for one in word] for word in query_tokens(text)]
    if not rows:
        return
    if how == _NAMES:
        for part in _QUOTED.findall(text):
            yield from _forms(part, _TITLES if " " not in part else _NAMES)
    forms: dict[str, bool] = {}
    for alternative in range(min(max(map(len, rows)), _MOST_FORMS)):
        tokens = [token for row in rows for token in row[min(alternative, len(row) - 1)]]
        for chosen in _variants(tokens, text, how):
            if words := _cut(chosen):
                forms[words] = forms.get(words, False) or _is_telling(words, chosen, how)
    # A short name in its own script goes with its longer Latin forms.
    yield from (words for words, telling in forms.items() if telling or (len(words) < _HEAD and any(forms.values())))


def _variants(tokens: list[str], text: str, how: str) -> Iterator[list[str]]:
    yield tokens
    if how == _NAMES:
        core = _core(tokens)
        if core != tokens:
            yield core
    if how == _PERSONS and len(tokens) > 1:
        first = len(fold(_PERSON.findall(text)[0]).split()) if _PERSON.findall(text) else 0
        if "," in text and 0 < first < len(tokens):
            tokens = tokens[first:] + tokens[:first]
            yield tokens
        yield [tokens[0], tokens[-1]]
        yield [tokens[-1], tokens[0]]
        yield [tokens[-1], *tokens[:-1]]
        if len(tokens[-1]) >= _SURNAME:
            yield [tokens[-1]]


def _core(tokens: list[str]) -> list[str]:
    """Return a name of a company without the words for its legal form at both ends."""
    forms = _words("legal_forms")
    first, last = 0, len(tokens)
    while first < last and tokens[first] in forms:
        first += 1
    while last > first and tokens[last - 1] in forms:
        last -= 1
    return tokens[first:last]


def _cut(tokens: list[str]) -> str:
    """Return tokens as one word, of long names the first of them."""
    words = ""
    for token in tokens:
        if len(words) + len(token) > _LONGEST:
            break
        words += token
    return words or "".join(tokens)[:_LONGEST]


def _is_telling(words: str, tokens: list[str], how: str) -> bool:
    """Say whether words point to one thing: neither too short nor made of everyday words alone."""
    if how == _NUMBERS:
        return len(words) >= _SHORT_NUMBER and sum(map(str.isdigit, words)) >= _FEW_DIGITS
    everyday = _everyday()
    if all(token in everyday or token.isdigit() for token in tokens):
        return False
    wide = len(_WIDE.findall(words))
    if wide:
        return wide >= (_SHORT_WIDE if how != _TITLES else _SHORT_WIDE * 2) or len(words) - wide >= _SHORT_NAME
    if how == _TITLES:
        return len(words) >= _SHORT_TITLE and len(tokens) >= _TITLE_TOKENS
    return len(words) >= _SHORT_NAME


@cache
def _everyday() -> frozenset[str]:
    return _words("everyday") | _words("legal_forms")


@cache
def _words(table: str) -> frozenset[str]:
    """Return a list of folded words from the resources: ``everyday`` or ``legal_forms``."""
    text = resources.read_bytes("quotation", f"{table}.txt").decode("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(token for line in lines for token in fold(line).split())
