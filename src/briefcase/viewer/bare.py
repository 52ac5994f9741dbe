"""Whether an image file holds pixels and nothing else; looked at without a decoder, after the limited process made it.

PNG: signature and the chunks IHDR, PLTE, tRNS, IDAT, IEND (W3C PNG, third edition). JPEG: no application segment but
JFIF's own 14 bytes and Adobe's 12, and no comment (ITU-T T.81 annex B, T.871). Nothing may follow the end.
"""

from __future__ import annotations

_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP14 = 0xE0, 0xEE
_JFIF, _ADOBE = 16, 14
_CODING = frozenset({0xDB, 0xC4, 0xDD, 0xC0, 0xC1, 0xC2, _SOS})


def is_bare(data: bytes) -> bool:
    """Say whether *data* is a PNG or a JPEG file without anything beside its pixels."""
    return _bare_png(data) if data.startswith(_PNG) else _bare_jpeg(data)


def _bare_png(data: bytes) -> bool:
    at, last = len(_PNG), b""
    while at + 12 <= len(data):
        size, last = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if last not in _CHUNKS:
            return False
        at += 12 + size
        if last == b"IEND":
            break
    return last == b"IEND" and at == len(data)


def _bare_jpeg(data: bytes) -> bool:
    if not data.startswith(b"\xff\xd8"):
        return False
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 - every marker begins so
            return False
        marker = data[at + 1]
        if marker == _EOI:
            return at + 2 == len(data)
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        head = data[at + 4 : at + 9]
        jfif = marker == _APP0 and size == _JFIF and head == b"JFIF\x00"
        adobe = marker == _APP14 and size == _ADOBE and head == b"Adobe"
        if not (jfif or adobe or marker in _CODING):
            return False
        at += 2 + size
        if marker == _SOS:
            at = _after_scan(data, at)
    return data[at : at + 2] == b"\xff\xd9" and at + 2 == len(data)


def _after_scan(data: bytes, at: int) -> int:
    """Return where the next marker begins that is neither a stuffed byte nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0:
        following = data[at + 1 : at + 2]
        if following and following != b"\x00" and not b"\xd0" <= following <= b"\xd7":
            return at
        at += 1 if following == b"\xff" else 2
    return len(data)
