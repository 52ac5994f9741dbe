"""Padmé sizes, so that the size of a bundle says little about its content, and the CRC of zero bytes.

Padmé: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing Metadata Leakage from Encrypted Files and
Communication with PURBs", PETS 2019, section 4: at most 12 % more, at most O(log log L) bits of the size are told.
"""

from __future__ import annotations

from functools import cache

_POLYNOMIAL = 0xEDB88320  # CRC-32 of ISO 3309, reflected, as ZIP uses it
_BITS = 32


def padme(size: int) -> int:
    """Return the smallest Padmé size that holds *size* bytes."""
    if size < 2:  # noqa: PLR2004 - the logarithm of the logarithm begins at 2
        return size
    exponent = size.bit_length() - 1
    mask = (1 << max(0, exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def _times(matrix: tuple[int, ...], vector: int) -> int:
    result = 0
    for row in matrix:
        if vector & 1:
            result ^= row
        vector >>= 1
    return result


@cache
def _zero_bytes(power: int) -> tuple[int, ...]:
    """The linear map of the CRC register over 2**power zero bytes, as 32 columns."""
    if power == 0:
        bit = (_POLYNOMIAL, *(1 << n for n in range(_BITS - 1)))
        byte = tuple(1 << n for n in range(_BITS))
        for _ in range(8):
            byte = tuple(_times(bit, column) for column in byte)
        return byte
    half = _zero_bytes(power - 1)
    return tuple(_times(half, column) for column in half)


def crc32_of_zeros(length: int) -> int:
    """Return the CRC-32 of *length* zero bytes without reading them."""
    register, power = 0xFFFFFFFF, 0
    while length >> power:
        if length >> power & 1:
            register = _times(_zero_bytes(power), register)
        power += 1
    return register ^ 0xFFFFFFFF
