"""Bech32 as C2SP ``age.md`` uses it: BIP173 without the limit of 90 characters.

Both functions are pure. Text is wholly upper or wholly lower case; the checksum is always computed over the
lower-case form; the human-readable part ends at the *last* ``1``.
"""

from __future__ import annotations

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6
_LONGEST = 4096
_FIRST_PRINTABLE, _LAST_PRINTABLE = 33, 126


def _polymod(values: list[int]) -> int:
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                remainder ^= generator
    return remainder


def _expand(hrp: str) -> list[int]:
    return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]


def _regroup(data: bytes | list[int], have: int, want: int, *, pad: bool) -> list[int]:
    """Regroup *data* from groups of *have* bits into groups of *want* bits; padding must be zero and short."""
    accumulator = bits = 0
    groups = []
    for value in data:
        accumulator = (accumulator << have | value) & 0xFFFF
        bits += have
        while bits >= want:
            bits -= want
            groups.append(accumulator >> bits & ((1 << want) - 1))
    rest = accumulator & ((1 << bits) - 1)
    if pad and bits:
        groups.append(rest << (want - bits))
    elif not pad and (bits >= have or rest):
        raise ValueError("padding")
    return groups


def encode(hrp: str, data: bytes) -> str:
    """Return *data* under the human-readable part *hrp*; the result is upper case if *hrp* is."""
    low = hrp.lower()
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod(_expand(low) + values + [0] * _CHECKSUM_LENGTH) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(_CHECKSUM_LENGTH)]
    text = low + "1" + "".join(_ALPHABET[v] for v in values)
    return text.upper() if hrp.isupper() else text


def decode(text: str) -> tuple[str, bytes]:
    """Return the human-readable part as it is written, and the bytes.

    Raises:
        ValueError: too long, mixed case, a foreign character, no separator, wrong checksum or padding. Its text is
            one short technical word and holds nothing of *text*.
    """
    if len(text) > _LONGEST:
        raise ValueError("length")
    low = text.lower()
    if text not in (low, text.upper()):
        raise ValueError("mixed case")
    if any(not _FIRST_PRINTABLE <= ord(c) <= _LAST_PRINTABLE for c in low):
        raise ValueError("character")
    hrp, separator, tail = low.rpartition("1")
    if not separator or not hrp or len(tail) < _CHECKSUM_LENGTH:
        raise ValueError("separator")
    if any(c not in _VALUE for c in tail):
        raise ValueError("character")
    values = [_VALUE[c] for c in tail]
    if _polymod(_expand(hrp) + values) != 1:
        raise ValueError("checksum")
    return text[: len(hrp)], bytes(_regroup(values[:-_CHECKSUM_LENGTH], 5, 8, pad=False))
