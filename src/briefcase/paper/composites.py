"""Glyphs that are put together from several of a TrueType font, added to a subset of it.

Each becomes a composite glyph (OpenType 1.9, ``glyf``: composite glyph description) behind those that are there, with
a width of its own. Only the tables that tell where a glyph is are written anew; no outline is touched.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from briefcase.paper.shaping import Glyph, Part

_WORDS, _OFFSETS, _MORE = 0x0001, 0x0002, 0x0020
_LONG = 1
_ADJUSTMENT = 0xB1B0AFBA
Box = tuple[int, int, int, int]


def compose(data: bytes, glyphs: Sequence[Glyph]) -> tuple[bytes, list[int]]:
    """Return a font with *glyphs* added, and the number that each got.

    Args:
        data: a TrueType font with ``glyf`` outlines.
        glyphs: their parts are numbered as in *data*.
    """
    if not glyphs:
        return data, []
    tables = _tables(data)
    count = struct.unpack_from(">H", tables["maxp"], 4)[0]
    places = _places(tables, count)
    metrics = struct.unpack_from(">H", tables["hhea"], 34)[0]
    outlines, widths = bytearray(tables["glyf"]), bytearray(_widths(tables["hmtx"], metrics, count))
    for glyph in glyphs:
        outlines += b"\0" * (-len(outlines) % 4)
        places[-1] = len(outlines)
        parts = [(part, box) for part in glyph.parts if (box := _box(tables["glyf"], places, part.number))]
        outlines += _composite(parts)
        places.append(len(outlines))
        left = min((box[0] + part.x for part, box in parts), default=0)
        widths += struct.pack(">Hh", min(max(glyph.advance, 0), 0xFFFF), _short(left))
    tables["glyf"], tables["hmtx"] = bytes(outlines), bytes(widths)
    tables["loca"] = struct.pack(f">{len(places)}I", *places)
    total = count + len(glyphs)
    _patch(tables, "head", 50, _LONG)
    _patch(tables, "hhea", 34, total)
    _patch(tables, "maxp", 4, total)
    _limits(tables, max(len(glyph.parts) for glyph in glyphs))
    return _font(data[:4], tables), list(range(count, total))


def _tables(data: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", data, 4)[0]
    out = {}
    for index in range(count):
        tag, _check, start, length = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        out[tag.decode("ascii")] = data[start : start + length]
    return out


def _places(tables: dict[str, bytes], count: int) -> list[int]:
    """Return where each outline starts, and where the last ends."""
    if struct.unpack_from(">h", tables["head"], 50)[0] == _LONG:
        return list(struct.unpack_from(f">{count + 1}I", tables["loca"]))
    return [2 * place for place in struct.unpack_from(f">{count + 1}H", tables["loca"])]


def _widths(hmtx: bytes, metrics: int, count: int) -> bytes:
    """Return the metrics with a width for every glyph, also for those that shared the last one."""
    out = bytearray(hmtx[: 4 * metrics])
    last = hmtx[4 * metrics - 4 : 4 * metrics - 2]
    for index in range(count - metrics):
        start = 4 * metrics + 2 * index
        out += last + hmtx[start : start + 2]
    return bytes(out)


def _box(outlines: bytes, places: Sequence[int], number: int) -> Box | None:
    """Return xMin, yMin, xMax, yMax of a glyph, or None for one without an outline."""
    start = places[number]
    if places[number + 1] == start:
        return None
    left, low, right, high = struct.unpack_from(">4h", outlines, start + 2)
    return left, low, right, high


def _composite(parts: Sequence[tuple[Part, Box]]) -> bytes:
    """Return the description of a composite glyph; nothing when no part has an outline."""
    if not parts:
        return b""
    box = (
        min(box[0] + part.x for part, box in parts),
        min(box[1] + part.y for part, box in parts),
        max(box[2] + part.x for part, box in parts),
        max(box[3] + part.y for part, box in parts),
    )
    out = bytearray(struct.pack(">h4h", -1, *map(_short, box)))
    for index, (part, _own) in enumerate(parts, start=1):
        flags = _WORDS | _OFFSETS | (_MORE if index < len(parts) else 0)
        out += struct.pack(">HHhh", flags, part.number, _short(part.x), _short(part.y))
    return bytes(out)


def _short(value: int) -> int:
    return min(max(value, -0x8000), 0x7FFF)


def _patch(tables: dict[str, bytes], tag: str, place: int, value: int) -> None:
    table = tables[tag]
    tables[tag] = table[:place] + struct.pack(">H", value) + table[place + 2 :]


def _limits(tables: dict[str, bytes], parts: int) -> None:
    """Raise the limits in ``maxp`` that readers take their memory by: points, contours, parts, depth."""
    points, contours, most_points, most_contours = struct.unpack_from(">4H", tables["maxp"], 6)
    _patch(tables, "maxp", 10, min(0xFFFF, max(points, most_points) * parts))
    _patch(tables, "maxp", 12, min(0xFFFF, max(contours, most_contours) * parts))
    elements, depth = struct.unpack_from(">2H", tables["maxp"], 28)
    _patch(tables, "maxp", 28, max(elements, parts))
    _patch(tables, "maxp", 30, min(0xFFFF, depth + 1))


def _font(kind: bytes, tables: dict[str, bytes]) -> bytes:
    """Write a font file from its tables, with their checksums (OpenType 1.9, font file)."""
    head = tables["head"]
    tables["head"] = head[:8] + b"\0\0\0\0" + head[12:]
    power = len(tables).bit_length() - 1
    search = 16 << power
    directory = bytearray(kind + struct.pack(">4H", len(tables), search, power, 16 * len(tables) - search))
    body = bytearray()
    start = 12 + 16 * len(tables)
    head_at = 0
    for tag in sorted(tables):
        table = tables[tag]
        head_at = start + len(body) if tag == "head" else head_at
        directory += struct.pack(">4sIII", tag.encode("ascii"), _sum(table), start + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    font = bytearray(directory + body)
    struct.pack_into(">I", font, head_at + 8, (_ADJUSTMENT - _sum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _sum(table: bytes) -> int:
    padded = table + b"\0" * (-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
