"""What a record is filtered by: its kind, cases, countries, dates, label, originator and codes, as tokens of an index.

A token is ``¦``, which no folded text holds, a letter for the sort of facet, and a folded value. A date gives one token
for each beginning of its digits (``2023-06-15``: 2, 20, 202, 2023, 202306, 20230615), so that any stretch of time is a
few tokens; a date that stops at the year or the month gives one more, by which a stretch that only touches it finds it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from briefcase.records.fields import FieldSpec, fields_of
from briefcase.records.folding import fold
from briefcase.records.kinds import Record, kind_of
from briefcase.records.label import Label

MARK = "\u00a6"
KIND, CASE, COUNTRY, TIME, TOUCHED, LABEL, RELEASABLE, ORIGINATOR, HS, CONTROL = "kictplrohe"
FIRST, LAST = "00010101", "99991231"
_VALUES = frozenset({"names", "addresses", "identifiers", "legs"})
_STEPS = (1, 2, 3, 4, 6, 8)
_YEAR, _MONTH = 4, 6
_SHORTEST_HS = 2


@dataclass(frozen=True)
class Span:
    """A stretch of days, both ends in it, as eight digits each."""

    first: str = FIRST
    last: str = LAST

    def touches(self, other: Span) -> bool:
        """Say whether the two have a day in common; a stretch that ends before it begins has none."""
        return max(self.first, other.first) <= min(self.last, other.last) and self.first <= self.last


def span_of(date: str) -> Span:
    """Return the days that a date stands for: one, or those of its month or year."""
    digits = date.replace("-", "")
    if len(digits) == _YEAR:
        return Span(digits + "0101", digits + "1231")
    if len(digits) == _MONTH:
        return Span(digits + "01", digits + f"{_days(digits):02d}")
    return Span(digits, digits)


def dates_of(record: Record) -> set[str]:
    """Return the dates that *record* speaks of; when there is none, the day on which it was written."""
    found = set(_values(record, "date", "date"))
    return found or {record.created[: len("2026-11-24")]} - {""}


def countries_of(record: Record) -> set[str]:
    """Return the two-letter codes of the countries that *record* names, those of its addresses and legs among them."""
    return set(_values(record, "country", "countries"))


def label_words(label: Label) -> set[str]:
    """Return the folded words of a label: its marking, policy, level, caveats and codes, without whom it may go to."""
    parts = (label.marking, label.policy, label.level, *label.caveats, label.tlp, label.pap, *label.handling)
    return {word for part in parts for word in fold(part).split()}


def releasable(label: Label) -> set[str]:
    """Return whom a label says it may go to, each code folded into one word without its type."""
    return {joined(code.partition(":")[2] or code) for code in label.releasable_to} - {""}


def originators(agency: str) -> set[str]:
    """Return the words by which an originator is found: ``USA/BIS`` by itself and by its country."""
    return {joined(agency), joined(agency.partition("/")[0])} - {""}


def hs_beginnings(code: str) -> set[str]:
    """Return the beginnings of a customs code, two digits and longer."""
    digits = "".join(character for character in code if character.isascii() and character.isdigit())
    return {digits[:length] for length in range(_SHORTEST_HS, len(digits) + 1)}


def control_beginnings(code: str) -> set[str]:
    """Return the beginnings of a control list number, part by part: ``3A001.a.2`` by 3A001, too."""
    parts = fold(code).split()
    return {"".join(parts[:count]) for count in range(1, len(parts) + 1)}


def joined(text: str) -> str:
    """Return the folded tokens of *text* as one word."""
    return "".join(fold(text).split())


def facets_of(record: Record, labels: dict[Label, frozenset[str]] | None = None) -> set[str]:
    """Return the tokens by which *record* is filtered, without ``MARK``.

    Args:
        record: any record.
        labels: the caller's own memory of labels met before; a batch repeats the same few.
    """
    found = {KIND + joined(kind_of(record))}
    found |= {CASE + case_id.replace("-", "") for case_id in record.case_ids}
    found |= {COUNTRY + code.lower() for code in countries_of(record)}
    found |= {ORIGINATOR + word for word in originators(record.originator.agency)}
    found |= _label_facets(record.label, {} if labels is None else labels)
    found |= {HS + digits for digits in hs_beginnings(getattr(record, "hs6", ""))}
    found |= {CONTROL + code for code in control_beginnings(getattr(record, "control_code", ""))}
    for date in dates_of(record):
        found |= date_facets(date)
    return found


def _label_facets(label: Label, met: dict[Label, frozenset[str]]) -> frozenset[str]:
    known = met.get(label)
    if known is None:
        words, codes = label_words(label), releasable(label)
        known = met[label] = frozenset({LABEL + word for word in words} | {RELEASABLE + code for code in codes})
    return known


def date_facets(date: str) -> set[str]:
    """Return the tokens of one date."""
    digits = date.replace("-", "")
    found = {TIME + digits[:length] for length in _STEPS if length <= len(digits)}
    return found if len(digits) == len(FIRST) else found | {TOUCHED + digits}


def span_facets(span: Span) -> set[str]:
    """Return the tokens of which every date that touches *span* has at least one, and no other date has any."""
    if span.first > span.last:
        return set()
    found = {TOUCHED + digits[:length] for digits in (span.first, span.last) for length in (_YEAR, _MONTH)}
    return found | {TIME + digits for digits in _covering(span, "")}


def _covering(span: Span, digits: str) -> Iterator[str]:
    """Yield the shortest beginnings of dates all of whose days lie in *span*."""
    for longer in _next(digits):
        low, high = _bounds(longer)
        if span.first <= low and high <= span.last:
            yield longer
        elif low <= span.last and span.first <= high:
            yield from _covering(span, longer)


def _next(digits: str) -> Iterator[str]:
    if len(digits) < _YEAR:
        yield from (digits + str(one) for one in range(10) if digits + str(one) != "0000")
    elif len(digits) == _YEAR:
        yield from (f"{digits}{month:02d}" for month in range(1, 13))
    elif len(digits) == _MONTH:
        yield from (f"{digits}{day:02d}" for day in range(1, _days(digits) + 1))


def _bounds(digits: str) -> tuple[str, str]:
    """Return the first and the last day of all dates that begin with *digits*."""
    if len(digits) < _YEAR:
        low = max("0001", digits.ljust(_YEAR, "0"))
        return low + "0101", digits.ljust(_YEAR, "9") + "1231"
    span = span_of(digits)
    return span.first, span.last


def _days(digits: str) -> int:
    return calendar.monthrange(int(digits[:_YEAR]), int(digits[_YEAR:_MONTH]))[1]


def _values(record: Record, *shapes: str) -> Iterator[str]:
    for path, many in _paths(kind_of(record), shapes):
        holder = getattr(record, path[0])
        for one in holder if len(path) > 1 else (record,):
            value = getattr(one, path[-1])
            yield from (each for each in (value if many else (value,)) if each)


@cache
def _paths(kind: str, shapes: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return where the fields of these shapes stand: the field, or the embedded list and its field."""
    found: list[tuple[tuple[str, ...], bool]] = []
    for spec in fields_of(kind):
        if spec.shape in shapes:
            found.append(((spec.name,), _is_many(spec)))
        elif spec.shape in _VALUES:
            found += [((spec.name, one.name), _is_many(one)) for one in spec.sub_fields if one.shape in shapes]
    return tuple(found)


def _is_many(spec: FieldSpec) -> bool:
    return spec.shape == "countries"
