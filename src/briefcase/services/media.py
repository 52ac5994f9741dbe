"""What a file is, by its first bytes, and a name for it that no system misreads; its own name is never believed."""

from __future__ import annotations

import re
import unicodedata

SNIFFED = 4096
_UNKNOWN = "application/octet-stream"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?\Z", re.IGNORECASE)
_LONGEST = 120


def sniff(start: bytes) -> str:
    """Return the media type of a file that begins with *start* (its first 4,096 bytes)."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    try:
        text = start.decode("utf-8", "strict" if len(start) < SNIFFED else "ignore")
    except UnicodeDecodeError:
        return _UNKNOWN
    return "text/plain" if text and all(c.isprintable() or c in "\t\r\n\f" for c in text) else _UNKNOWN


def safe_name(name: str) -> str:
    """Return *name* as a file name that every system takes for what it is; applying it twice changes nothing.

    NFC; no path, control or direction-changing characters; no reserved Windows name; no dots or blanks at the ends;
    at most 120 characters, the ending kept.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join("_" if _is_odd(c) else c for c in text).strip(" .")
    if _DEVICE.match(text):
        text = "_" + text
    stem, dot, ending = text.rpartition(".")
    if len(text) > _LONGEST:
        keep = f".{ending}" if dot and len(ending) <= len("jsonlines") else ""
        text = ((stem if keep else text)[: _LONGEST - len(keep)].rstrip(" .")) + keep
    return text or "file"


def _is_odd(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" or character in '\\/:*?"<>|' or character in "\u2028\u2029"
