"""How values are put into words for the screen: fields of a record, times, sizes, file names. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from briefcase.language import _, ngettext
from briefcase.records.fields import FieldSpec, common_fields, fields_of
from briefcase.records.kinds import Record, kind_of
from briefcase.records.vocabulary import vocabulary

_UNIT = 1024
_FINGERPRINT = 64
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SHOWN_COMMON = ("quotes", "sources")
_HIDDEN = ("sha256", "size", "media_type", "pages")


@dataclass(frozen=True)
class Shown:
    """One field as it is read on the screen.

    Attributes:
        title: its name.
        paragraphs: its text, one paragraph an entry.
        links: (record id, words) of records it points to.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def shown_fields(record: Record, titles: Mapping[str, str]) -> list[Shown]:
    """Return the fields of *record* that hold something; *titles* are the words for other records by id."""
    whole = msgspec.to_builtins(record)
    specs = [*fields_of(kind_of(record)), *(spec for spec in common_fields() if spec.name in _SHOWN_COMMON)]
    return [
        _shown(spec, whole[spec.name], titles) for spec in specs if whole.get(spec.name) and spec.name not in _HIDDEN
    ]


def origin_lines(record: Record) -> list[Shown]:
    """Return where a record comes from: originator, author, time written."""
    found = [
        Shown(_("Originator"), (record.originator.agency,)),
        Shown(_("Written by"), (record.author,)),
        Shown(_("Written"), (local_time(record.created),)),
    ]
    return [one for one in found if one.paragraphs != ("",)]


def local_time(moment: str) -> str:
    """Return a UTC time of a record (``2026-11-24T06:02:56Z``) in the local zone, to the minute, with the zone."""
    try:
        parsed = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return moment
    return parsed.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def size_words(size: int) -> str:
    """Return a size in bytes in words, such as ``1.4 MB``."""
    if size < _UNIT:
        return ngettext("%(count)d byte", "%(count)d bytes", size) % {"count": size}
    value, unit = float(size), ""
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 - the unit reached is the answer
        value /= _UNIT
        if value < _UNIT:
            break
    return f"{value:.1f} {unit}"


def count_words(count: int) -> str:
    """Return a number of records in words."""
    return ngettext("%(count)d record", "%(count)d records", count) % {"count": count}


def held_words(records: int, tear_lines: int) -> str:
    """Return what a sealed file holds, in words."""
    words = ngettext("%(count)d tear-line", "%(count)d tear-lines", tear_lines) % {"count": tear_lines}
    return f"{count_words(records)}, {words}" if tear_lines else count_words(records)


def grouped_fingerprint(fingerprint: str) -> str:
    """Return a fingerprint of 64 hex digits in groups of eight."""
    return " ".join(fingerprint[place : place + 8] for place in range(0, len(fingerprint), 8))


def numbered_words(words: Sequence[str]) -> str:
    """Return words in lines of three, numbered, to be read aloud."""
    wide = max(map(len, words), default=0) + 2
    cells = [f"{number:>2} {word:<{wide}}" for number, word in enumerate(words, start=1)]
    return "\n".join("".join(cells[place : place + 3]).rstrip() for place in range(0, len(cells), 3))


def readable(text: str) -> str:
    """Return a fact as an officer reads it: times in it local, a fingerprint in groups, all else as it is."""
    if len(text) == _FINGERPRINT and not set(text) - set("0123456789abcdef"):
        return grouped_fingerprint(text)
    return _MOMENT.sub(lambda found: local_time(found.group()), text)


def one_line(text: str) -> str:
    """Return text on one line, for a list."""
    return " ".join(text.split())


def _shown(spec: FieldSpec, value: Any, titles: Mapping[str, str]) -> Shown:  # noqa: ANN401 - a JSON value
    title = _(spec.title)
    if spec.is_reference:
        ids = [value] if isinstance(value, str) else value
        return Shown(title, links=tuple((one, titles.get(one, _("a record that is not here"))) for one in ids))
    if spec.sub_fields:
        return Shown(title, tuple(_embedded(spec, one) for one in value))
    if isinstance(value, (list, tuple)):
        return Shown(title, (", ".join(_term(spec, one) for one in value),))
    return Shown(title, tuple(_term(spec, str(value)).split("\n")))


def _embedded(spec: FieldSpec, value: Mapping[str, Any]) -> str:
    """Return one name, address, identifier or leg on a line."""
    words = {part.name: _term(part, str(value[part.name])) for part in spec.sub_fields if value.get(part.name)}
    if spec.shape == "names":
        aside = [words[name] for name in ("kind", "lang") if name in words and value.get(name) != "primary"]
        latin = f" — {words['latin']}" if words.get("latin") else ""
        return words.get("text", "") + latin + (f" ({', '.join(aside)})" if aside else "")
    if spec.shape == "identifiers":
        country = f", {words['country']}" if "country" in words else ""
        scheme = f"{words['scheme']}: " if "scheme" in words else ""
        return f"{scheme}{words.get('value', '')}{country}"
    if spec.shape == "legs":
        return _leg(words)
    return ", ".join(words.values())


def _leg(words: Mapping[str, str]) -> str:
    ends = [
        ", ".join(words[name] for name in pair if name in words)
        for pair in (("origin", "origin_country"), ("destination", "destination_country"))
    ]
    rest = [words[name] for name in ("carrier", "conveyance", "date", "status") if name in words]
    return " → ".join(ends) + (f" · {' · '.join(rest)}" if rest else "")


def _term(spec: FieldSpec, value: str) -> str:
    return _(vocabulary(spec.vocabulary).label(value)) if spec.vocabulary and value else value
