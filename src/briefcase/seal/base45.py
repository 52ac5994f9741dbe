"""Strict Base 45 (RFC 9285): bytes as characters of QR's alphanumeric set; what is accepted is what encoding gives."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE: Final = MappingProxyType({character: value for value, character in enumerate(ALPHABET)})
_BASE: Final = len(ALPHABET)
_PAIR, _SINGLE = 3, 2
"""Characters for two bytes, and for a last single one."""


def encode(data: bytes) -> str:
    """Return *data* in Base 45: three characters for two bytes, two for a last single one."""
    out: list[str] = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] << 8 | data[at + 1], _BASE * _BASE)
        middle, first = divmod(low, _BASE)
        out.append(ALPHABET[first] + ALPHABET[middle] + ALPHABET[high])
    if len(data) % 2:
        second, first = divmod(data[-1], _BASE)
        out.append(ALPHABET[first] + ALPHABET[second])
    return "".join(out)


def decode(text: str) -> bytes:
    """Return the bytes of *text*.

    Raises:
        ValueError: a character outside the alphabet, a length that no bytes give, or a group beyond its largest value.
    """
    if len(text) % _PAIR == 1:
        raise ValueError("base45")
    out = bytearray()
    for at in range(0, len(text), _PAIR):
        group = text[at : at + _PAIR]
        width = len(group) - 1
        try:
            number = sum(_VALUE[character] * _BASE**place for place, character in enumerate(group))
            out += number.to_bytes(width, "big")
        except (KeyError, OverflowError):
            raise ValueError("base45") from None
    return bytes(out)
