"""What the main process and the limited child say to each other over two pipes.

Child to parent, once it is locked in: ``HELLO`` (magic, protections). Parent to child: ``REQUEST`` (what is
wanted, page, width and height limit in pixels, length of the document) and the document's bytes; limits of 0
ask for the number of pages alone. Child to parent: ``ANSWER`` (status, pages, width, height) and, after status
OK, width x height x 3 bytes RGB, row by row from the top without padding. Asked for codes, the child answers with
their number in place of the width and the length of what follows in place of the height: every text as ``TEXT`` (its
length) and its bytes in UTF-8. Asked for the words of a PDF, it answers with 1 in place of the width when every page
could be read, 0 when not, and the length of the words in UTF-8 in place of the height. Asked for a bare image, it
answers with 1 for JPEG and 2 for PNG in place of the width, and the length of the new file in place of the height. All
numbers are big endian. Nothing else is ever said.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import IntEnum, IntFlag
from typing import BinaryIO, NamedTuple

MAGIC = b"BFV1"
HELLO = struct.Struct(">4sI")
REQUEST = struct.Struct(">4sBIIIQ")
ANSWER = struct.Struct(">4sBIII")
TEXT = struct.Struct(">H")

MOST_PAGES = 50
MOST_PIXELS = 4000
MOST_BYTES = 256 * 1024 * 1024
MOST_CODES = 255
MOST_WORDS = 16 * 1024 * 1024
MOST_BARE = 256 * 1024 * 1024
LONGEST_CODE = 7089  # bytes; the most digits that a QR code holds (ISO/IEC 18004, version 40-L)
HEAD = 1024  # how far into a file a PDF may begin, ISO 32000-1 annex H, implementation note 13
PIECE = 1024 * 1024


class Wanted(IntEnum):
    """What the parent asks for."""

    PDF = 1
    IMAGE = 2
    CODES = 3
    WORDS = 4
    BARE = 5


class Status(IntEnum):
    """How the child answers."""

    OK = 0
    NOT_A_PICTURE = 1
    DAMAGED = 2
    TOO_BIG = 3
    LOCKED = 4
    PAGE_BEYOND = 5


class Protection(IntFlag):
    """What the child could give up before it saw a document."""

    MEMORY = 1
    PROCESSOR_TIME = 2
    WRITING = 4
    NEW_FILES = 8
    SYSTEM_CALLS = 16


class Request(NamedTuple):
    """One thing to draw: a page (from 0) that fits into width x height pixels; 0 x 0 only counts the pages."""

    wanted: Wanted
    page: int
    width: int
    height: int
    length: int


class Answer(NamedTuple):
    """What came of it; sizes are 0 unless something was drawn."""

    status: Status
    pages: int = 0
    width: int = 0
    height: int = 0


def kind_of(head: bytes) -> str:
    """Return the type that the first bytes of a document show, or an empty text.

    Args:
        head: at least the first ``HEAD`` bytes, or the whole document.

    Returns:
        ``PDF``, ``PNG``, ``JPEG``, ``GIF``, ``BMP``, ``WEBP``, ``TIFF`` or nothing.
    """
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    signatures = (
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"BM", "BMP"),
        (b"II*\x00", "TIFF"),
        (b"MM\x00*", "TIFF"),
    )
    for signature, kind in signatures:
        if head.startswith(signature):
            return kind
    return "PDF" if b"%PDF-" in head[:HEAD] else ""


def may_want(wanted: Wanted, kind: str) -> bool:
    """Say whether such a thing can be asked of a document of this type."""
    if wanted is Wanted.CODES:
        return bool(kind)
    return kind == "PDF" if wanted in (Wanted.PDF, Wanted.WORDS) else kind not in ("", "PDF")


def pack_texts(texts: Iterable[str]) -> tuple[int, bytes]:
    """Return how many texts go into an answer, and their bytes; what is too long or too many is left out."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    kept = [text for text in encoded if len(text) <= LONGEST_CODE][:MOST_CODES]
    return len(kept), b"".join(TEXT.pack(len(text)) + text for text in kept)


def unpack_texts(count: int, data: bytes) -> tuple[str, ...]:
    """Return the texts of an answer.

    Raises:
        ValueError: the bytes are not exactly so many texts.
    """
    texts, at = [], 0
    for _number in range(count):
        if at + TEXT.size > len(data):
            raise ValueError("texts")
        (length,) = TEXT.unpack_from(data, at)
        at += TEXT.size
        if at + length > len(data):
            raise ValueError("texts")
        texts.append(data[at : at + length].decode("utf-8"))
        at += length
    if at != len(data):
        raise ValueError("texts")
    return tuple(texts)


def read_exactly(source: BinaryIO, length: int) -> bytes:
    """Return exactly *length* bytes of a pipe.

    Raises:
        EOFError: the other side closed earlier.
    """
    pieces = []
    while length:
        piece = source.read(min(length, PIECE))
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
