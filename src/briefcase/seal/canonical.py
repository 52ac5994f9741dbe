"""Canonical JSON: the RFC 8785 subset without floats, so that one value has exactly one text.

Allowed are objects with text keys, arrays, text without lone surrogates, whole numbers up to 2**53 - 1 in either
direction, true, false and null.
"""

from __future__ import annotations

import json
from typing import NoReturn

import msgspec

from briefcase.seal.errors import CanonicalInvalid

_LARGEST = 2**53 - 1
_DEEPEST = 64
_DIGITS = 17
LIMIT = 16 * 1024 * 1024
VALUES_LIMIT = 1_000_000
"""Commas and opening brackets together: so many values at most, for each takes far more room in memory than in text."""

_ENCODER = msgspec.json.Encoder()  # the same bytes as ``json.dumps`` below, for every character that there is


def _key(text: str) -> bytes:
    return text.encode("utf-16-be")


def _check(value: object, depth: int = 0) -> object:
    """Return *value* with its objects in RFC 8785 order."""
    if depth > _DEEPEST:
        raise CanonicalInvalid(reason="depth")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise CanonicalInvalid(reason="number")
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return [_check(item, depth + 1) for item in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise CanonicalInvalid(reason="key")
            _text(key)
        return {key: _check(value[key], depth + 1) for key in sorted(value, key=_key)}
    raise CanonicalInvalid(reason="type")


def _text(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise CanonicalInvalid(reason="surrogate") from None
    return value


def encode(value: object) -> bytes:
    """Return the one canonical text of *value* in UTF-8, without a line feed.

    Raises:
        CanonicalInvalid: a float, a number too large, a key that is not text, another type.
    """
    return json.dumps(_check(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _refuse(_: str) -> NoReturn:
    raise CanonicalInvalid(reason="float")


def _whole(digits: str) -> int:
    # Seventeen characters hold every number that is allowed, and int() of very many digits is slow.
    if len(digits) > _DIGITS or abs(number := int(digits)) > _LARGEST:
        raise CanonicalInvalid(reason="number")
    return number


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CanonicalInvalid(reason="duplicate key")
    names = list(found)
    if names != (sorted(names) if all(map(str.isascii, names)) else sorted(names, key=_key)):
        raise CanonicalInvalid(reason="form")
    return found


def decode(data: bytes, *, limit: int = LIMIT) -> object:
    """Return the value of a canonical text.

    Raises:
        CanonicalInvalid: longer than *limit* bytes, more than ``VALUES_LIMIT`` values, duplicate keys, floats, or any
            byte that ``encode`` would write differently.
    """
    if len(data) > limit:
        raise CanonicalInvalid(reason="size")
    if sum(map(data.count, (b",", b"[", b"{"))) > VALUES_LIMIT:
        raise CanonicalInvalid(reason="values")
    try:
        value: object = json.loads(
            data.decode("utf-8"),
            parse_float=_refuse,
            parse_constant=_refuse,
            parse_int=_whole,
            object_pairs_hook=_pairs,
        )
    except (ValueError, RecursionError):
        raise CanonicalInvalid(reason="JSON") from None
    if data.count(b"[") + data.count(b"{") > _DEEPEST:
        _check(value)  # only then it may be nested too deeply
    if encode_decoded(value) != data:
        raise CanonicalInvalid(reason="form")
    return value


def encode_decoded(value: object) -> bytes:
    """Return the canonical text of a value, or a part of one, that ``decode`` returned; nothing is checked again.

    Raises:
        CanonicalInvalid: a lone surrogate.
    """
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        raise CanonicalInvalid(reason="surrogate") from None
