"""Whether a record may be kept: its fields filled, its terms known, its dates real, its label whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from briefcase.records import canonical, reasons
from briefcase.records.errors import RecordInvalid
from briefcase.records.fields import FieldSpec, common_fields, fields_of, label_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.records.label import Label
from briefcase.records.markings import disagreement
from briefcase.records.packs import Pack, is_agency, is_country
from briefcase.records.vocabulary import alpha2, vocabulary

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BREAK = re.compile(r"[\n\r\u2028\u2029]")
_PERIODS = (
    ("since", "until"),
    ("opened", "closed"),
    ("first_seen", "last_seen"),
    ("issued", "expires"),
    ("date", "expires"),
    ("start", "end"),
    ("period_from", "period_until"),
)
_RANGES = {"latitude": (-90, 90), "longitude": (-180, 180), "share": (0, 100)}
_VALUE_SHAPES = frozenset({"names", "addresses", "identifiers", "legs"})
_COMMUNITY = re.compile(r"[A-Z][A-Z0-9_]{2,39}\Z")


def validate(record: Record, *, pack: Pack | None = None, received: bool = False) -> None:
    """Check *record* as a whole.

    Args:
        record: any record, also one that was built in code.
        pack: when given, the label's marking and structured fields must agree under it.
        received: the record comes from a partner, as ``canonical.decode`` read it; fields may be withheld and terms be
            newer than ours, so only forms, dates and the presence of a label are checked.

    Raises:
        RecordInvalid: with the path of the first field that does not fit.
    """
    if not received:
        canonical.from_object(canonical.to_object(record))
    kind = kind_of(record)
    _check_fields(record, fields_of(kind), "", received=received)
    _check_common(record)
    _check_label(record.label, "label", pack, received=received)
    for name, label in record.field_labels.items():
        if name not in {spec.name for spec in fields_of(kind)}:
            _refuse("field_labels", reasons.UNKNOWN_FIELD)
        _check_label(label, f"field_labels.{name}", pack, received=received)


def _refuse(field: str, reason: str) -> NoReturn:
    raise RecordInvalid(field=field, reason=reason)


def _check_common(record: Record) -> None:
    for spec in (*common_fields(), *fields_of(kind_of(record))):
        value = getattr(record, spec.name)
        if spec.is_reference and spec.name not in ("id", "case_ids") and record.id in _many(value):
            _refuse(spec.name, reasons.SELF_REFERENCE)
    for number, agency in enumerate(record.shared_by):
        if not is_agency(agency) or agency in record.shared_by[:number]:
            _refuse(f"shared_by[{number}]", reasons.WRONG_FORM)
    if _CONTROL.search(record.author) or _BREAK.search(record.author):
        _refuse("author", reasons.CONTROL_CHARACTER)
    if record.created:
        try:
            datetime.fromisoformat(record.created)
        except ValueError:
            _refuse("created", reasons.NO_SUCH_DATE)


def _check_fields(value: object, specs: tuple[FieldSpec, ...], path: str, *, received: bool) -> None:
    for spec in specs:
        _check_field(getattr(value, spec.name), spec, f"{path}{spec.name}", received=received)
    for begin, end in _PERIODS:
        since, until = getattr(value, begin, ""), getattr(value, end, "")
        if since and until and until[: len(since)] < since[: len(until)]:
            _refuse(f"{path}{end}", reasons.UNTIL_BEFORE_SINCE)


def _check_field(value: object, spec: FieldSpec, path: str, *, received: bool) -> None:
    if spec.required and not received and not value:
        _refuse(path, reasons.MISSING)
    if spec.shape in _VALUE_SHAPES:
        for number, one in enumerate(_many(value)):
            _check_fields(one, spec.sub_fields, f"{path}[{number}].", received=received)
        return
    for number, one in enumerate(_many(value)):
        place = f"{path}[{number}]" if isinstance(value, tuple) else path
        if isinstance(one, str) and one:
            _check_text(one, spec, place)
            _check_meaning(one, spec, place, received=received)
        elif isinstance(value, tuple) and not one:
            _refuse(place, reasons.MISSING)


def _many(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple) else (value,)


def _check_text(text: str, spec: FieldSpec, path: str) -> None:
    if _CONTROL.search(text):
        _refuse(path, reasons.CONTROL_CHARACTER)
    if spec.shape != "text" and _BREAK.search(text):
        _refuse(path, reasons.LINE_BREAK)


def _check_meaning(text: str, spec: FieldSpec, path: str, *, received: bool) -> None:
    if spec.shape == "date":
        _check_date(text, path)
    if spec.name in _RANGES:
        low, high = _RANGES[spec.name]
        if not low <= Decimal(text) <= high:
            _refuse(path, reasons.OUT_OF_RANGE)
    if spec.vocabulary and not received and not spec.is_open and text not in vocabulary(spec.vocabulary):
        _refuse(path, reasons.NOT_IN_VOCABULARY)


def _check_date(text: str, path: str) -> None:
    try:
        date.fromisoformat((text + "-01-01")[: len("2026-11-24")] if len(text) < len("2026-11-24") else text)
    except ValueError:
        _refuse(path, reasons.NO_SUCH_DATE)


def _check_label(label: Label, path: str, pack: Pack | None, *, received: bool) -> None:
    if not label.marking.strip():
        _refuse(path, reasons.MISSING)
    _check_fields(label, label_fields(), f"{path}.", received=received)
    if received:
        return
    for number, code in enumerate(label.releasable_to):
        if not _is_known_code(code, pack):
            _refuse(f"{path}.releasable_to[{number}]", reasons.UNKNOWN_CODE)
    if pack is not None:
        reason = disagreement(label, pack)
        if reason:
            _refuse(f"{path}.marking", reason)


def _is_known_code(code: str, pack: Pack | None) -> bool:
    """Say whether a code means somebody; a country is one of ISO 3166, or one that our pack speaks of."""
    kind, _, value = code.partition(":")
    if kind == "community":
        return bool(_COMMUNITY.match(value))
    formed = is_country(value) if kind == "country" else kind == "agency" and is_agency(value)
    return formed and (bool(alpha2(value[:3])) or (pack is not None and pack.speaks_of(value[:3])))
