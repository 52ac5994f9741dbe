"""Numbered parts: bytes as a sequence of short texts in QR's alphanumeric set, and back again from any order.

A part is ``BRIEFCASE1/<KIND>/<n>/<total>/<check>/<data>``: n counts from 1, total is at most 64, check is the first
eight hexadecimal digits (upper case) of the SHA-256 of the whole payload, data is Base 45 (RFC 9285). Kind, total and
check tell one sequence from another, so that several may lie on one scanner. The check finds slips, not forgers: what
a payload says is believed for its signatures alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from briefcase.seal import base45
from briefcase.seal.errors import (
    PartsChecksum,
    PartsConflict,
    PartsError,
    PartsForeign,
    PartsInvalid,
    PartsMissing,
    PartsMixed,
    PartsTooLong,
    SuiteUnsupported,
)

MOST_PARTS: Final = 64
PART_BYTES: Final = 622
"""At most so much of the payload in a part: its text fits a QR code of version 20-M, 970 characters (ISO/IEC 18004)."""

LONGEST_TEXT: Final = 4296
"""Characters; no QR code holds a longer alphanumeric text (ISO/IEC 18004, version 40-L)."""

MOST_TEXTS: Final = 4096
"""More texts than these are not looked at in one go."""

_CHECK_DIGITS: Final = 8
_OURS: Final = re.compile(r"BRIEFCASE([0-9]{1,4})/")
_PART: Final = re.compile(
    rf"BRIEFCASE1/([A-Z]+)/([1-9][0-9]?)/([1-9][0-9]?)/([0-9A-F]{{{_CHECK_DIGITS}}})/([{re.escape(base45.ALPHABET)}]+)\Z"
)


class Kind(StrEnum):
    """What a sequence holds."""

    CARD = "CARD"
    REVOCATION = "REVOCATION"
    MESSAGE = "MESSAGE"


CARD, REVOCATION, MESSAGE = Kind.CARD, Kind.REVOCATION, Kind.MESSAGE


class Joined(NamedTuple):
    """One whole sequence."""

    kind: Kind
    payload: bytes


class Gathered(NamedTuple):
    """What a heap of texts holds.

    Attributes:
        joined: the whole sequences, in the order in which their first part was met.
        faults: what is wrong with the others, one error each.
        foreign: how many texts are not of this program at all.
    """

    joined: tuple[Joined, ...]
    faults: tuple[PartsError | SuiteUnsupported, ...]
    foreign: int


class _Sequence(NamedTuple):
    kind: Kind
    total: int
    check: str


class _Part(NamedTuple):
    sequence: _Sequence
    number: int
    data: bytes


def _check(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()[:_CHECK_DIGITS].upper()


def split(kind: Kind, payload: bytes) -> tuple[str, ...]:
    """Return the parts of *payload* in order, as few and as even in length as can be.

    Raises:
        PartsTooLong: more than ``MOST_PARTS`` parts would be needed, or there is nothing to split.
    """
    total = -(-len(payload) // PART_BYTES)
    if not 1 <= total <= MOST_PARTS:
        raise PartsTooLong(size=len(payload), most=MOST_PARTS * PART_BYTES)
    length = -(-len(payload) // total)
    length += length % 2
    check = _check(payload)
    return tuple(
        f"BRIEFCASE1/{kind.value}/{index + 1}/{total}/{check}/"
        + base45.encode(payload[index * length : (index + 1) * length])
        for index in range(total)
    )


def join(texts: Iterable[str]) -> Joined:
    """Return the one sequence that *texts* hold, in any order and doubled as they may be.

    Raises:
        PartsForeign: there is no code of this program among them, or one of another.
        PartsMissing: numbers are missing; ``numbers`` names them.
        PartsMixed: there are several sequences; ``gather`` joins each.
        PartsInvalid, PartsConflict, PartsChecksum, SuiteUnsupported: a part cannot be read or does not fit.
    """
    found = gather(texts)
    if found.foreign or not (found.joined or found.faults):
        raise PartsForeign(count=found.foreign)
    if len(found.joined) + len(found.faults) > 1 and found.joined:
        raise PartsMixed(count=len(found.joined) + len(found.faults))
    if found.faults:
        raise found.faults[0]
    return found.joined[0]


def gather(texts: Iterable[str]) -> Gathered:
    """Sort *texts* into sequences and join each; a fault in one does not hide another.

    Raises:
        PartsInvalid: there are more than ``MOST_TEXTS`` texts.
    """
    heaps: dict[_Sequence, dict[int, set[bytes]]] = {}
    faults: list[PartsError | SuiteUnsupported] = []
    foreign = 0
    for count, text in enumerate(texts, start=1):
        if count > MOST_TEXTS:
            raise PartsInvalid(reason="count")
        try:
            part = _parse(text)
        except (PartsInvalid, SuiteUnsupported) as fault:
            faults.append(fault)
            continue
        if part is None:
            foreign += 1
        else:
            heaps.setdefault(part.sequence, {}).setdefault(part.number, set()).add(part.data)
    joined = []
    for sequence, heap in heaps.items():
        try:
            joined.append(_assemble(sequence, heap))
        except PartsError as fault:
            faults.append(fault)
    return Gathered(tuple(joined), tuple(faults), foreign)


def _parse(text: str) -> _Part | None:
    """Return the part that *text* is; None when it is not of this program.

    Raises:
        PartsInvalid: it begins like a part and is none; ``reason`` is one technical word.
        SuiteUnsupported: a later version wrote it.
    """
    ours = _OURS.match(text)
    if ours is None:
        return None
    if ours.group(1) != "1":
        raise SuiteUnsupported(needs=f"BRIEFCASE{ours.group(1)}")
    if len(text) > LONGEST_TEXT:
        raise PartsInvalid(reason="length")
    match = _PART.match(text)
    if match is None:
        raise PartsInvalid(reason="form")
    kind, number, total, check, data = match.groups()
    if kind not in Kind.__members__:
        raise SuiteUnsupported(needs=f"BRIEFCASE1/{kind[:20]}")
    if not int(number) <= int(total) <= MOST_PARTS:
        raise PartsInvalid(reason="number")
    try:
        return _Part(_Sequence(Kind(kind), int(total), check), int(number), base45.decode(data))
    except ValueError:
        raise PartsInvalid(reason="base45") from None


def _assemble(sequence: _Sequence, heap: dict[int, set[bytes]]) -> Joined:
    """Put one sequence together.

    Raises:
        PartsMissing, PartsConflict, PartsChecksum: as their names say.
    """
    facts = {"kind": sequence.kind.value, "total": sequence.total}
    for number in sorted(heap):
        if len(heap[number]) > 1:
            raise PartsConflict(number=number, **facts)
    missing = [number for number in range(1, sequence.total + 1) if number not in heap]
    if missing:
        raise PartsMissing(numbers=", ".join(map(str, missing)), **facts)
    payload = b"".join(next(iter(heap[number])) for number in range(1, sequence.total + 1))
    if _check(payload) != sequence.check:
        raise PartsChecksum(**facts)
    return Joined(sequence.kind, payload)
