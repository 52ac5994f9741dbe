"""The canonical archive: a stored ZIP64 whose every byte but the content follows from names, sizes and CRCs.

APPNOTE.TXT 6.3.10 (PKWARE): local headers 4.3.7, central directory 4.3.12, end records 4.3.14 to 4.3.16, ZIP64 extra
field 4.5.3. Fixed are: method 0, the UTF-8 flag, the date 1980-01-01 00:00, made by Unix with mode 0600, no comments,
no data descriptors; ZIP64 structures only where a value does not fit. Writer and reader both call ``lay_out``; the
reader compares its bytes with those of the file, so nothing hidden, doubled, overlapping or trailing survives.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.bundle.padding import crc32_of_zeros, padme

PADDING = "briefcase/padding"
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_FLAGS = 0x0800  # names are UTF-8
_DATE = 0x0021  # 1980-01-01
_PLAIN, _ZIP64 = 20, 45  # version needed: 2.0, 4.5
_UNIX = 3 << 8
_MODE = 0o100600 << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, its size in bytes and its CRC-32."""

    name: str
    size: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands: its local header and the offset of its first byte."""

    member: Member
    offset: int
    header: bytes

    @property
    def data(self) -> int:
        """Offset of the member's first byte."""
        return self.offset + len(self.header)

    @property
    def end(self) -> int:
        """Offset behind the member's last byte."""
        return self.data + self.member.size


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole archive but for the content: places in order, then the directory with its end records."""

    places: tuple[Place, ...]
    directory_offset: int
    directory: bytes

    @property
    def size(self) -> int:
        """Size of the archive in bytes."""
        return self.directory_offset + len(self.directory)


def local_header(member: Member) -> bytes:
    """Return the local header of a member, its name included."""
    name = member.name.encode("utf-8")
    large = member.size >= _MAX32
    extra = struct.pack("<2H2Q", 1, 16, member.size, member.size) if large else b""
    size = _MAX32 if large else member.size
    version = _ZIP64 if large else _PLAIN
    fixed = _LOCAL.pack(b"PK\x03\x04", version, _FLAGS, 0, 0, _DATE, member.crc32, size, size, len(name), len(extra))
    return fixed + name + extra


def _central_header(place: Place) -> bytes:
    member, name = place.member, place.member.name.encode("utf-8")
    values = b""
    size, offset = member.size, place.offset
    if size >= _MAX32:
        values += struct.pack("<2Q", size, size)
        size = _MAX32
    if offset >= _MAX32:
        values += struct.pack("<Q", offset)
        offset = _MAX32
    extra = struct.pack("<2H", 1, len(values)) + values if values else b""
    version = _ZIP64 if values else _PLAIN
    fixed = _CENTRAL.pack(
        b"PK\x01\x02",
        *(_UNIX | version, version, _FLAGS, 0, 0, _DATE, member.crc32, size, size),
        *(len(name), len(extra), 0, 0, 0, _MODE, offset),
    )
    return fixed + name + extra


def _end_records(count: int, size: int, offset: int) -> bytes:
    end = _END.pack(
        b"PK\x05\x06", 0, 0, min(count, _MAX16), min(count, _MAX16), min(size, _MAX32), min(offset, _MAX32), 0
    )
    if count < _MAX16 and size < _MAX32 and offset < _MAX32:
        return end
    record = _END64.pack(b"PK\x06\x06", 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, offset)
    return record + _LOCATOR.pack(b"PK\x06\x07", 0, offset + size, 1) + end


def lay_out(members: Sequence[Member]) -> Layout:
    """Return the archive of *members* in their order."""
    places, offset = [], 0
    for member in members:
        place = Place(member, offset, local_header(member))
        places.append(place)
        offset = place.end
    directory = b"".join(map(_central_header, places))
    return Layout(tuple(places), offset, directory + _end_records(len(places), len(directory), offset))


def padding_for(members: Sequence[Member]) -> int:
    """Return how many zero bytes as the last member make the archive of *members* a Padmé size.

    The length of the padding may itself call for ZIP64 structures; that happens at most twice, so this ends.
    """
    places = lay_out(members)
    tail = 0
    while True:
        total = _padded_size(places, tail)
        wanted = padme(total)
        if wanted == total:
            return tail
        tail += wanted - total


def _padded_size(layout: Layout, tail: int) -> int:
    place = Place(Member(PADDING, tail, 0), layout.directory_offset, local_header(Member(PADDING, tail, 0)))
    without_end = len(layout.directory) - len(
        _end_records(len(layout.places), _directory_size(layout), layout.directory_offset)
    )
    directory = without_end + len(_central_header(place))
    return place.end + directory + len(_end_records(len(layout.places) + 1, directory, place.end))


def _directory_size(layout: Layout) -> int:
    return sum(len(_central_header(place)) for place in layout.places)


def pad(members: Sequence[Member], length: int) -> tuple[Member, ...]:
    """Return *members* with a padding of *length* zero bytes behind them."""
    return (*members, Member(PADDING, length, crc32_of_zeros(length)))
