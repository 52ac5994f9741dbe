"""The query language: words, and filters such as ``hs:854239 country:KZ after:2023-06``.

A filter is a key, a colon and a value without a blank between; a value with blanks stands in quotes. Different filters
must all fit; of one filter that is given twice, either. Text in quotes without a key is taken as words. Words are
folded as names are (``records.folding``), all must be found, and the last one may be unfinished; in running text only
when it has three letters or more.

``matches`` answers for one record without any index: a partner's view is searched with it, and a test holds the
index of the vault to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from briefcase.records import facets, reasons
from briefcase.records.errors import QueryKeyUnknown, QueryValueInvalid
from briefcase.records.facets import FIRST, LAST, Span
from briefcase.records.fields import kind_message
from briefcase.records.folding import fold, query_tokens
from briefcase.records.kinds import KINDS, Record, kind_of
from briefcase.records.names import names_of, texts_of
from briefcase.records.values import DATE_PATTERN, ID_PATTERN
from briefcase.records.vocabulary import alpha2, vocabulary

Where = Literal["filter", "name", "text", "part"]
"""Where a record was found: by its filters alone, by name, by text, or inside a word of a name."""

SEPARATOR = f" {facets.MARK} "
"""Stands between the names and the lines of one record in the index, so that no phrase runs from one into the next."""
PART = 3
"""The fewest characters that are looked for inside words."""
KEYS = ("after", "before", "case", "country", "date", "eccn", "hs", "kind", "label", "originator", "rel")
_PIECE = re.compile(r'(?<!\S)([A-Za-z]{2,12}):(?=\s|\Z)|(?:(?<!\S)([A-Za-z]{2,12}):)?(?:"([^"]*)(?:"|\Z)|([^\s"]+))')
_DATE = re.compile(DATE_PATTERN)
_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True)
class Query:
    """A question as it is matched.

    Attributes:
        words: for every word its alternatives, each a phrase of tokens; the last word may go on.
        folded: all words as one folded text, for what is looked for inside words.
        choices: for every filter but dates its key and the facets (``records.facets``) of which one must be there.
        spans: stretches of days of which a date must touch one; empty for any.
        cases: titles of cases, as typed, that a service puts ids in place of (``with_cases``).
    """

    words: tuple[tuple[str, ...], ...] = ()
    folded: str = ""
    choices: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()
    spans: tuple[Span, ...] = ()
    cases: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not self.words and not self.is_filtered

    @property
    def is_filtered(self) -> bool:
        """Whether there is a filter."""
        return bool(self.choices or self.spans or self.cases)

    @property
    def goes_on(self) -> bool:
        """Whether the last word may be the beginning of a longer one in a text, too: it has three letters or more."""
        return bool(self.words) and all(len(phrase.split()[-1]) >= PART for phrase in self.words[-1])

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token of every alternative."""
        return tuple(token for word in self.words for phrase in word for token in phrase.split())

    def narrowed(self, key: str, values: Iterable[str]) -> Query:
        """Return the question with one more filter, of values that are known to be good; none at all finds nothing."""
        alternatives = tuple((facet,) for facet in values)
        return replace(self, choices=(*self.choices, (key, alternatives)))

    def with_cases(self, ids: Sequence[str]) -> Query:
        """Return the question with the ids of cases in place of what was typed."""
        merged = replace(self, cases=())
        return merged.narrowed("case", [facets.CASE + one.replace("-", "") for one in ids])


def parse(text: str) -> Query:
    """Return the question that *text* asks.

    Raises:
        QueryKeyUnknown: it names a filter that there is not.
        QueryValueInvalid: the value of a filter is none.
    """
    words: list[str] = []
    values: dict[str, list[str]] = {}
    for piece in _PIECE.finditer(text):
        alone, key, quoted, plain = piece.groups()
        if alone or key:
            name = (alone or key).lower()
            _check_key(name)
            values.setdefault(name, []).append((quoted if plain is None else plain) or "")
        else:
            words.append(quoted if plain is None else plain)
    asked = " ".join(words)
    query = Query(tuple(tuple(word) for word in query_tokens(asked) if word), fold(asked))
    return _filtered(query, values)


@dataclass(frozen=True)
class Piece:
    """A filter as it stands in a text: its key, its value, and where it begins and ends."""

    key: str
    value: str
    start: int
    end: int


def filters_in(text: str) -> list[Piece]:
    """Return the filters that stand in a text, in their order, good or not; for showing and taking out single ones."""
    found = []
    for piece in _PIECE.finditer(text):
        alone, key, quoted, plain = piece.groups()
        if alone or key:
            value = (quoted if plain is None else plain) or ""
            found.append(Piece((alone or key).lower(), value, piece.start(), piece.end()))
    return found


def _check_key(name: str) -> None:
    if name not in KEYS:
        raise QueryKeyUnknown(key=name, keys=", ".join(KEYS))


def _filtered(query: Query, values: Mapping[str, Sequence[str]]) -> Query:
    choices: list[tuple[str, tuple[tuple[str, ...], ...]]] = []
    cases: list[str] = []
    for key, given in values.items():
        for value in given:
            if not value.strip():
                raise QueryValueInvalid(key=key, reason=reasons.NO_VALUE)
        if key in _READERS:
            choices.append((key, tuple(_READERS[key](key, value) for value in given)))
        elif key == "case":
            cases += given
    known = [value for value in cases if _ID.match(value.lower())]
    if known and len(known) == len(cases):
        choices.append(("case", tuple((facets.CASE + one.lower().replace("-", ""),) for one in known)))
        cases = []
    return replace(query, choices=tuple(choices), spans=_spans(values), cases=tuple(cases))


def _spans(values: Mapping[str, Sequence[str]]) -> tuple[Span, ...]:
    """Return the stretches of days: each ``date``, cut to what lies between ``after`` and ``before``."""
    asked = {key: [_day(key, value) for value in values.get(key, ())] for key in ("date", "after", "before")}
    if not any(asked.values()):
        return ()
    first = min((span.first for span in asked["after"]), default=FIRST)
    last = max((_day_before(span.first) for span in asked["before"]), default=LAST)
    wanted = asked["date"] or [Span()]
    return tuple(Span(max(first, span.first), min(last, span.last)) for span in wanted)


def _day_before(day: str) -> str:
    """Return the day before *day*; before the very first one a bound that no day keeps."""
    if day == FIRST:
        return "0" * len(FIRST)
    found = date(int(day[:4]), int(day[4:6]), int(day[6:])) - timedelta(days=1)
    return f"{found.year:04d}{found.month:02d}{found.day:02d}"


def _day(key: str, value: str) -> Span:
    if not _DATE.match(value) or value[:4] == "0000":
        raise QueryValueInvalid(key=key, reason=reasons.DATE_WANTED)
    span = facets.span_of(value)
    month = value[:7] if len(value) > len("2023-06") else ""
    if month and span.last > facets.span_of(month).last:
        raise QueryValueInvalid(key=key, reason=reasons.NO_SUCH_DATE)
    return span


def _kind(key: str, value: str) -> tuple[str, ...]:
    asked = fold(value)
    found = next((kind for kind in KINDS if asked in (fold(one) for one in _names_of_kind(kind))), "")
    if not found:
        raise QueryValueInvalid(key=key, reason=reasons.KIND_WANTED)
    return (facets.KIND + facets.joined(found),)


def _names_of_kind(kind: str) -> tuple[str, ...]:
    return (kind, kind_message(kind), kind_message(kind, many=True))


def _country(key: str, value: str) -> tuple[str, ...]:
    table, code = vocabulary("country"), value.strip().upper()
    found = code if code in table else alpha2(code)
    if not found:
        asked = fold(value)
        found = next((term.id for term in table.terms if asked and fold(term.label) == asked), "")
    if not found:
        raise QueryValueInvalid(key=key, reason=reasons.COUNTRY_WANTED)
    return (facets.COUNTRY + found.lower(),)


def _word(letter: str) -> Callable[[str, str], tuple[str, ...]]:
    def read(key: str, value: str) -> tuple[str, ...]:
        found = facets.joined(value)
        if not found:
            raise QueryValueInvalid(key=key, reason=reasons.WORDS_WANTED)
        return (letter + found,)

    return read


def _label(key: str, value: str) -> tuple[str, ...]:
    """All words of a value must be in the label."""
    found = tuple(facets.LABEL + word for word in dict.fromkeys(fold(value).split()))
    if not found:
        raise QueryValueInvalid(key=key, reason=reasons.WORDS_WANTED)
    return found


def _hs(key: str, value: str) -> tuple[str, ...]:
    digits = value.replace(".", "").replace(" ", "")
    if len(digits) < len("85") or not (digits.isascii() and digits.isdigit()):
        raise QueryValueInvalid(key=key, reason=reasons.DIGITS_WANTED)
    return (facets.HS + digits,)


_READERS: Mapping[str, Callable[[str, str], tuple[str, ...]]] = MappingProxyType(
    {
        "kind": _kind,
        "country": _country,
        "label": _label,
        "rel": _word(facets.RELEASABLE),
        "originator": _word(facets.ORIGINATOR),
        "hs": _hs,
        "eccn": _word(facets.CONTROL),
    }
)


def fits(query: Query, record: Record) -> bool:
    """Say whether *record* passes the filters of *query*, from its own fields alone."""
    if query.cases:
        return False
    if query.spans:
        dates = [facets.span_of(one) for one in facets.dates_of(record)]
        if not any(span.touches(one) for span in query.spans for one in dates):
            return False
    if not query.choices:
        return True
    found = _answers(record)
    return all(any(found.issuperset(words) for words in alternatives) for _key, alternatives in query.choices)


def _answers(record: Record) -> set[str]:
    """Return what ``choices`` can ask of a record."""
    label = record.label
    pairs = (
        (facets.KIND, {facets.joined(kind_of(record))}),
        (facets.CASE, {one.replace("-", "") for one in record.case_ids}),
        (facets.COUNTRY, {one.lower() for one in facets.countries_of(record)}),
        (facets.LABEL, facets.label_words(label)),
        (facets.RELEASABLE, facets.releasable(label)),
        (facets.ORIGINATOR, facets.originators(record.originator.agency)),
        (facets.HS, facets.hs_beginnings(getattr(record, "hs6", ""))),
        (facets.CONTROL, facets.control_beginnings(getattr(record, "control_code", ""))),
    )
    return {letter + value for letter, values in pairs for value in values}


def matches(query: Query, record: Record) -> Where | None:
    """Say where *query* finds *record*, or None when it does not."""
    if query.is_empty or not fits(query, record):
        return None
    if not query.words:
        return "filter"
    names = [folded for name in names_of(record) if (folded := fold(name))]
    if meets(query, SEPARATOR.join(names)):
        return "name"
    body = SEPARATOR.join(filter(None, map(fold, texts_of(record).split("\n"))))
    if meets(query, body, open_end=query.goes_on):
        return "text"
    inside = len(query.folded) >= PART and any(query.folded in name for name in names)
    return "part" if inside else None


def meets(query: Query, folded: str, *, open_end: bool = True) -> bool:
    """Say whether every word of *query* stands in *folded*, the last one as a beginning when *open_end*."""
    tokens, last = folded.split(), len(query.words) - 1
    return all(
        any(_stands(phrase.split(), tokens, open_end=open_end and place == last) for phrase in word)
        for place, word in enumerate(query.words)
    )


def _stands(phrase: Sequence[str], tokens: Sequence[str], *, open_end: bool) -> bool:
    length = len(phrase)
    return any(
        tokens[at : at + length - 1] == list(phrase[:-1])
        and (tokens[at + length - 1].startswith(phrase[-1]) if open_end else tokens[at + length - 1] == phrase[-1])
        for at in range(len(tokens) - length + 1)
    )
