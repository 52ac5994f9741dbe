"""What is said of a record in lists and indexes: its names, its texts, its title, and whom it points to.

Everything here is read off the field table, so a new kind or field is covered by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from types import MappingProxyType

import msgspec

from briefcase.records.fields import FieldSpec, fields_of, reference_fields
from briefcase.records.kinds import Party, Record, kind_of
from briefcase.records.values import Name
from briefcase.records.vocabulary import vocabulary

_NAME_FIELDS = MappingProxyType(
    {
        "case": ("title", "reference", "partner_references"),
        "address": ("full",),
        "identifier": ("value",),
        "item": ("description", "maker", "part_number", "serials"),
        "shipment": ("title", "air_waybill", "bill_of_lading", "containers", "customs_declaration"),
        "transaction": ("accounts", "banks"),
        "licence": ("number", "authority"),
        "enforcement_action": ("public_reference",),
        "document": ("title", "file_name"),
        "note": ("title",),
        "outreach": ("subject", "contacts"),
        "operation": ("title",),
        "task": ("title",),
        "assessment": ("title",),
    }
)
_TERM_TITLES = MappingProxyType(
    {
        "transaction": ("transaction_kind", "transaction_kind", " ", ("amount", "currency", "date")),
        "link": ("role", "link_role", " ", ()),
        "procurement_method": ("method", "procurement_method", ": ", ("description",)),
        "red_flag": ("flag", "red_flag", ": ", ("fact",)),
        "enforcement_action": ("action", "enforcement_action", " ", ("agency", "date")),
    }
)
_TITLE_FIELDS = ("title", "full", "description", "value", "subject", "question", "number", "text")
_TEXT_SHAPES = frozenset({"line", "text", "lines", "open_choice", "open_choices", "decimal"})
_VALUE_SHAPES = frozenset({"names", "addresses", "identifiers", "legs"})
_TITLE_LENGTH = 120


def names_of(record: Record) -> list[str]:
    """Return the names and numbers by which *record* is looked up, Latin forms included, each once."""
    found: list[str] = []
    if isinstance(record, Party):
        found += [text for name in record.names for text in (name.text, name.latin)]
        found += [identifier.value for identifier in record.identifiers]
    for field in _NAME_FIELDS.get(kind_of(record), ()):
        value = getattr(record, field)
        found += [value] if isinstance(value, str) else value
    return [text for text in dict.fromkeys(found) if text]


def texts_of(record: Record) -> str:
    """Return every text of *record* that an officer may search for, one a line; ids, dates and terms are left out."""
    return "\n".join(text for text in _texts(record, fields_of(kind_of(record))) if text)


def texts_by_field(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the name of each field that holds text, and its texts, one a line; as ``texts_of``."""
    for spec in _text_fields(kind_of(record)):
        content = getattr(record, spec.name)
        if content:
            yield spec.name, content if isinstance(content, str) else "\n".join(filter(None, _texts(record, (spec,))))


@cache
def _text_fields(kind: str) -> tuple[FieldSpec, ...]:
    return tuple(spec for spec in fields_of(kind) if spec.shape in _TEXT_SHAPES | _VALUE_SHAPES)


def title_of(record: Record) -> str:
    """Return one line that tells *record* from its neighbours in a list; empty when it has nothing to say."""
    if isinstance(record, Party):
        return _name_of(record).text
    if kind_of(record) in _TERM_TITLES:
        field, table, separator, others = _TERM_TITLES[kind_of(record)]
        term = vocabulary(table).label(getattr(record, field))
        return _short(separator.join(filter(None, (term, *(getattr(record, name) for name in others)))))
    return _short(next((value for name in _TITLE_FIELDS if (value := str(getattr(record, name, "")))), ""))


def latin_title_of(record: Record) -> str:
    """Return the stored Latin form of a party's name, or the title when there is none."""
    if isinstance(record, Party):
        return _name_of(record).latin or title_of(record)
    return title_of(record)


def references_of(record: Record) -> set[str]:
    """Return the ids of all records that *record* points to: in its fields, cases, sources and quotes."""
    found: set[str] = set()
    for name, many in _reference_names(kind_of(record)):
        value = getattr(record, name)
        found.update(value if many else [value])
    return found - {""}


def filter_references(record: Record, keep: Collection[str], *, revisions: Collection[str] = ()) -> Record:
    """Return *record* with only those references left that are in *keep*, and those parents that are in *revisions*.

    Args:
        record: any record.
        keep: ids of records that may still be named.
        revisions: revision ids that may still be named among the parents.
    """
    changes: dict[str, object] = {}
    for name, many in _reference_names(kind_of(record)):
        value = getattr(record, name)
        left: object = tuple(one for one in value if one in keep) if many else (value if value in keep else "")
        if left != value:
            changes[name] = left
    parents = tuple(one for one in record.parents if one in revisions)
    if parents != record.parents:
        changes["parents"] = parents
    return msgspec.structs.replace(record, **changes) if changes else record


@cache
def _reference_names(kind: str) -> tuple[tuple[str, bool], ...]:
    return tuple((spec.name, spec.shape == "references") for spec in reference_fields(kind))


def _texts(value: object, specs: tuple[FieldSpec, ...]) -> Iterator[str]:
    for spec in specs:
        content = getattr(value, spec.name)
        if spec.shape in _VALUE_SHAPES:
            for one in content:
                yield from _texts(one, spec.sub_fields)
        elif spec.shape in _TEXT_SHAPES:
            yield from [content] if isinstance(content, str) else content


def _name_of(party: Party) -> Name:
    primary = (name for name in party.names if name.kind == "primary")
    return next(primary, party.names[0] if party.names else Name())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"
