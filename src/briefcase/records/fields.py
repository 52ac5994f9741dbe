"""The fields of every kind, read off the kinds themselves: what forms, docs and checks are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields as struct_fields

from briefcase.errors import N_
from briefcase.language import _
from briefcase.records.kinds import KINDS, Record
from briefcase.records.label import Label
from briefcase.records.values import (
    COUNTRY_PATTERN,
    DATE_PATTERN,
    DECIMAL_PATTERN,
    ID_PATTERN,
    IdentifierValue,
    Leg,
    Name,
    Originator,
    PostalAddress,
)

Shape: TypeAlias = Literal[
    "line",
    "text",
    "choice",
    "open_choice",
    "lines",
    "choices",
    "open_choices",
    "reference",
    "references",
    "date",
    "decimal",
    "country",
    "countries",
    "integer",
    "names",
    "addresses",
    "identifiers",
    "legs",
    "label",
    "labels",
    "originator",
    "revisions",
]

_LONG_TEXT = 10_000
_REFERENCE_PATTERN = rf"^\Z|{ID_PATTERN}"
_BY_PATTERN: MappingProxyType[str, Shape] = MappingProxyType(
    {
        ID_PATTERN: "reference",
        _REFERENCE_PATTERN: "reference",
        DATE_PATTERN: "date",
        DECIMAL_PATTERN: "decimal",
        COUNTRY_PATTERN: "country",
    }
)
_MANY: MappingProxyType[Shape, Shape] = MappingProxyType(
    {
        "line": "lines",
        "choice": "choices",
        "open_choice": "open_choices",
        "reference": "references",
        "country": "countries",
        "names": "names",
        "addresses": "addresses",
        "identifiers": "identifiers",
        "legs": "legs",
    }
)
_BY_STRUCT: MappingProxyType[type, Shape] = MappingProxyType(
    {
        Name: "names",
        PostalAddress: "addresses",
        IdentifierValue: "identifiers",
        Leg: "legs",
        Label: "label",
        Originator: "originator",
    }
)
_TITLES: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        "case": (N_("Case"), N_("Cases")),
        "party": (N_("Party"), N_("Parties")),
        "address": (N_("Address"), N_("Addresses")),
        "identifier": (N_("Identifier"), N_("Identifiers")),
        "item": (N_("Item"), N_("Items")),
        "shipment": (N_("Shipment"), N_("Shipments")),
        "transaction": (N_("Transaction"), N_("Transactions")),
        "procurement_method": (N_("Procurement method"), N_("Procurement methods")),
        "red_flag": (N_("Red flag"), N_("Red flags")),
        "licence": (N_("Licence"), N_("Licences")),
        "enforcement_action": (N_("Enforcement action"), N_("Enforcement actions")),
        "document": (N_("Document"), N_("Documents")),
        "note": (N_("Note"), N_("Notes")),
        "tip": (N_("Tip"), N_("Tips")),
        "outreach": (N_("Outreach contact"), N_("Outreach contacts")),
        "request": (N_("Request for information"), N_("Requests for information")),
        "operation": (N_("Joint operation"), N_("Joint operations")),
        "task": (N_("Task"), N_("Tasks")),
        "assessment": (N_("Assessment"), N_("Assessments")),
        "link": (N_("Link"), N_("Links")),
        "tear_line": (N_("Tear-line"), N_("Tear-lines")),
    }
)


@dataclass(frozen=True)
class FieldSpec:
    """What is known of one field.

    Attributes:
        name: as in JSON.
        title: message id of its name on a form; translate it when it is shown.
        help: message id of one sentence more; may be empty.
        shape: what it takes, see ``Shape``.
        vocabulary: whose terms it takes; empty for none.
        required: an officer must fill it in.
        protected: never leaves the vault, whatever the label says.
        program: set by the program; forms show it and do not take it.
        pattern: regular expression of the text; empty for none.
        max_length: in characters; 0 for no limit.
        source: where the meaning comes from; empty when it is our own.
        sub_fields: the fields of one embedded value (names, addresses, identifiers, legs, label, originator).
    """

    name: str
    title: str
    help: str
    shape: Shape
    vocabulary: str = ""
    required: bool = False
    protected: bool = False
    program: bool = False
    pattern: str = ""
    max_length: int = 0
    source: str = ""
    sub_fields: tuple[FieldSpec, ...] = ()

    @property
    def is_reference(self) -> bool:
        """Say whether the field holds ids of other records."""
        return self.shape in ("reference", "references")

    @property
    def is_open(self) -> bool:
        """Say whether words other than the vocabulary's are welcome."""
        return self.shape in ("open_choice", "open_choices") or not self.vocabulary


@cache
def fields_of(kind: str) -> tuple[FieldSpec, ...]:
    """Return the fields of *kind* itself, in the order of a form, without the common ones (``common_fields``)."""
    common = {field.name for field in struct_fields(Record)}
    return tuple(spec for spec in _specs(KINDS[kind]) if spec.name not in common)


@cache
def common_fields() -> tuple[FieldSpec, ...]:
    """Return the fields that every record has, whatever its kind."""
    return _specs(Record)


@cache
def all_fields(kind: str) -> tuple[FieldSpec, ...]:
    """Return the common fields and those of *kind*."""
    return common_fields() + fields_of(kind)


@cache
def reference_fields(kind: str) -> tuple[FieldSpec, ...]:
    """Return the fields of *kind*, common ones included, that hold ids of other records."""
    return tuple(spec for spec in all_fields(kind) if spec.is_reference and spec.name != "id")


@cache
def protected_fields(kind: str) -> frozenset[str]:
    """Return the names of the fields of *kind* that never leave the vault."""
    return frozenset(spec.name for spec in fields_of(kind) if spec.protected)


@cache
def label_fields() -> tuple[FieldSpec, ...]:
    """Return the fields of a label."""
    return _specs(Label)


def kind_title(kind: str, *, many: bool = False) -> str:
    """Return the name of a kind in the current language, singular or plural."""
    return _(kind_message(kind, many=many))


def kind_message(kind: str, *, many: bool = False) -> str:
    """Return the untranslated name of a kind, singular or plural."""
    return _TITLES[kind][many]


def kind_help(kind: str) -> str:
    """Return the untranslated sentence that says what a kind is for."""
    return str(KINDS[kind].__doc__).split("\n", maxsplit=1)[0]


def messages() -> frozenset[str]:
    """Return every message id that this table shows, for the translators' catalogue."""
    found = {title for pair in _TITLES.values() for title in pair} | {kind_help(kind) for kind in KINDS}
    for kind in KINDS:
        for spec in all_fields(kind):
            for part in (spec, *spec.sub_fields):
                found |= {part.title, part.help}
    return frozenset(found - {""})


def _specs(struct: type[Struct]) -> tuple[FieldSpec, ...]:
    hints = get_type_hints(struct, include_extras=True)
    return tuple(
        _spec(field.name, hints[field.name], required=field.default is NODEFAULT and field.default_factory is NODEFAULT)
        for field in struct_fields(struct)
    )


def _spec(name: str, hint: object, *, required: bool) -> FieldSpec:
    inner, metas = _peel(hint)
    many = get_origin(inner) is tuple
    item, item_metas = _peel(get_args(inner)[0]) if many else (inner, [])
    known = [*item_metas, *metas]
    extra = {key: value for meta in known for key, value in (meta.extra or {}).items()}
    shape = _shape(name, item, known, extra)
    return FieldSpec(
        name=name,
        title=_last(metas, "title") or name,
        help=_last(metas, "description") or "",
        shape=_MANY.get(shape, shape) if many and name != "parents" else shape,
        vocabulary=extra.get("vocabulary", ""),
        required=bool(extra.get("required", required)),
        protected=bool(extra.get("protected")),
        program=bool(extra.get("program")),
        pattern=_last(known, "pattern") or "",
        max_length=_last(known, "max_length") or 0,
        source=extra.get("source", ""),
        sub_fields=_specs(item) if isinstance(item, type) and issubclass(item, Struct) else (),
    )


def _shape(name: str, item: object, metas: list[Meta], extra: dict[str, Any]) -> Shape:
    if name in ("parents", "field_labels"):
        return "revisions" if name == "parents" else "labels"
    if item is int:
        return "integer"
    if isinstance(item, type) and item in _BY_STRUCT:
        return _BY_STRUCT[item]
    for meta in metas:
        if (meta.pattern or "") in _BY_PATTERN:
            return _BY_PATTERN[meta.pattern or ""]
    if extra.get("vocabulary"):
        return "open_choice" if extra.get("open") else "choice"
    return "text" if (_last(metas, "max_length") or 0) > _LONG_TEXT else "line"


def _peel(hint: object) -> tuple[object, list[Meta]]:
    """Return a type without its annotations, and the annotations, innermost first."""
    if get_origin(hint) is Annotated:
        inner, *metas = get_args(hint)
        return inner, [meta for meta in metas if isinstance(meta, Meta)]
    return hint, []


def _last(metas: list[Meta], name: str) -> Any:  # noqa: ANN401 - a Meta's attributes are of several types
    values = [getattr(meta, name) for meta in metas if getattr(meta, name) is not None]
    return values[-1] if values else None


COMMON_FIELDS = common_fields()
"""The fields that every record has, whatever its kind."""
