"""Canonical JSON: one way to write a record, so that the same record is the same bytes everywhere.

The form is RFC 8785 without floating point numbers: UTF-8, no blanks, names sorted, strings escaped only where JSON
demands it. Reading is strict: a name that stands twice, a number with a fraction, ``NaN``, a lone surrogate, an
unknown field or deep nesting is refused, and what is refused is named by its place, never by its content.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn, TypeAlias

import msgspec

from briefcase.records import reasons
from briefcase.records.errors import RecordInvalid
from briefcase.records.kinds import KINDS, AnyRecord, Record

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 16
_LARGEST = 2**53 - 1
_WHOLE = "$"

_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyRecord)
_ENCODER = msgspec.json.Encoder(order="sorted")
_PLAIN_ENCODER = msgspec.json.Encoder()
_PATH = re.compile(r" - at `\$\.?([A-Za-z0-9_.\[\]]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `([a-z_0-9]{1,40})`")
_MISSING = re.compile(r"^Object missing required field `([a-z_0-9]{1,40})`")
_BEGINNINGS = (
    ("Object contains unknown field", reasons.UNKNOWN_FIELD),
    ("Object missing required field", reasons.MISSING),
    ("Invalid value", reasons.UNKNOWN_KIND),
    ("Number out of range", reasons.OUT_OF_RANGE),
)


def encode(record: Record) -> bytes:
    """Return the canonical JSON of *record*, fields that have their default left out, no line feed at the end."""
    if all(name.isascii() for name in record.field_labels):
        try:
            return _ENCODER.encode(record)
        except UnicodeEncodeError:
            _refuse(_WHOLE, reasons.SURROGATE)
    return encode_json(msgspec.to_builtins(record))


def decode(data: bytes | str) -> AnyRecord:
    """Return the record that *data* is the JSON of.

    Blanks and the order of names are free; everything else is strict.

    Raises:
        RecordInvalid: with the path of the field and a fixed reason.
    """
    try:
        raw = data.encode() if isinstance(data, str) else bytes(data)
    except UnicodeEncodeError:
        _refuse(_WHOLE, reasons.SURROGATE)
    try:
        record = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return from_object(_as_object(decode_json(raw)))
    # Canonical bytes hold no name twice; anything else is read again by the slower, suspicious reader.
    if encode(record) != raw:
        _as_object(decode_json(raw))
    return record  # type: ignore[no-any-return]


def decode_own(data: bytes) -> AnyRecord:
    """Return the record that *data*, written by ``encode`` and kept where nobody else writes, is the JSON of."""
    try:
        return _DECODER.decode(data)  # type: ignore[no-any-return]
    except (msgspec.MsgspecError, UnicodeError):
        return decode(data)


def from_object(value: dict[str, Json]) -> AnyRecord:
    """Return the record that a JSON object, already read, stands for.

    Raises:
        RecordInvalid: with the path of the field and a fixed reason.
    """
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        _refuse("kind", reasons.UNKNOWN_KIND if "kind" in value else reasons.MISSING)
    try:
        return msgspec.convert(value, AnyRecord)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        field, reason = _explain(str(error))
        raise RecordInvalid(field=field, reason=reason) from None


def to_object(record: Record) -> dict[str, Json]:
    """Return *record* as plain JSON values, fields that have their default left out."""
    return _as_object(msgspec.to_builtins(record))


def encode_json(value: object) -> bytes:
    """Return the canonical JSON of plain values: objects, lists, text, whole numbers, true, false, null.

    Raises:
        RecordInvalid: the value holds something else, or is nested deeper than ``MAX_DEPTH``.
    """
    try:
        return _PLAIN_ENCODER.encode(_sorted(value, "", 0))
    except UnicodeEncodeError:
        _refuse(_WHOLE, reasons.SURROGATE)


def decode_json(data: bytes | str) -> Json:
    """Return the plain values that *data* is the JSON of; blanks and order are free.

    Raises:
        RecordInvalid: not JSON, not UTF-8, a name twice, a float, a lone surrogate, too deep.
    """
    try:
        text = data if isinstance(data, str) else bytes(data).decode()
        value: Json = json.loads(
            text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer
        )
    except (ValueError, RecursionError):
        raise RecordInvalid(field=_WHOLE, reason=reasons.NOT_JSON) from None
    _sorted(value, "", 0)
    return value


def decode_canonical(data: bytes) -> Json:
    """Return the plain values of *data*, which must be exactly their canonical JSON.

    Raises:
        RecordInvalid: as for ``decode_json``, or other bytes than the canonical ones.
    """
    value = decode_json(data)
    if encode_json(value) != data:
        _refuse(_WHOLE, reasons.NOT_CANONICAL)
    return value


def _refuse(field: str, reason: str) -> NoReturn:
    raise RecordInvalid(field=field, reason=reason)


def _as_object(value: object) -> dict[str, Json]:
    if not isinstance(value, dict):
        _refuse(_WHOLE, reasons.NOT_JSON)
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(_WHOLE, reasons.DUPLICATE_KEY)
    return found


def _no_float(_text: str) -> NoReturn:
    _refuse(_WHOLE, reasons.FLOAT)


def _integer(text: str) -> int:
    if len(text) > len(str(_LARGEST)) + 1:
        _refuse(_WHOLE, reasons.OUT_OF_RANGE)
    return int(text)


def _sorted(value: object, path: str, depth: int) -> object:
    """Return *value* with the names of every object in RFC 8785 order, after checking every part of it."""
    if depth > MAX_DEPTH:
        _refuse(path or _WHOLE, reasons.TOO_DEEP)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value.isascii() and _has_surrogate(value):
            _refuse(path or _WHOLE, reasons.SURROGATE)
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            _refuse(path or _WHOLE, reasons.OUT_OF_RANGE)
        return value
    if isinstance(value, list | tuple):
        return [_sorted(part, f"{path}[{number}]", depth + 1) for number, part in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {name: _sorted(value[name], _below(path, name), depth + 1) for name in sorted(value, key=_utf16)}
    _refuse(path or _WHOLE, reasons.FLOAT if isinstance(value, float) else reasons.WRONG_TYPE)


def _below(path: str, name: str) -> str:
    """Return the path of a part; a name that no field of ours could have is not repeated."""
    known = name if re.fullmatch(r"[a-z_0-9]{1,40}", name) else "?"
    return f"{path}.{known}" if path else known


def _utf16(name: str) -> bytes:
    if _has_surrogate(name):
        _refuse(_WHOLE, reasons.SURROGATE)
    return name.encode("utf-16-be")


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _explain(message: str) -> tuple[str, str]:
    """Return the path and the fixed reason for what msgspec says; its own words may repeat content."""
    found = _PATH.search(message)
    path = found[1].replace("[...]", "") if found else ""
    named = _UNKNOWN.match(message) or _MISSING.match(message)
    if named:
        path = f"{path}.{named[1]}" if path else named[1]
    return path or _WHOLE, _reason(message)


def _reason(message: str) -> str:
    for beginning, reason in _BEGINNINGS:
        if message.startswith(beginning):
            return reason
    if "matching regex" in message:
        return reasons.WRONG_FORM
    if "of length <=" in message:
        return reasons.TOO_LONG
    if "`int` >=" in message or "`int` <=" in message:
        return reasons.OUT_OF_RANGE
    return reasons.WRONG_TYPE
