"""What the main process and the limited child say to each other over two pipes.

Child to parent, once it is locked in: ``HELLO`` (magic, protections). Parent to child: ``REQUEST`` (what is
wanted, page, width and height limit in pixels, length of the document) and the document's bytes; limits of 0
ask for the number of pages alone. Child to parent: ``ANSWER`` (status, pages, width, height) and, after status
OK, width x height x 3 bytes RGB, row by row from the top without padding. All numbers are big endian. Nothing
else is ever said.
"""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag
from typing import BinaryIO, NamedTuple

MAGIC = b"BFV1"
HELLO = struct.Struct(">4sI")
REQUEST = struct.Struct(">4sBIIIQ")
ANSWER = struct.Struct(">4sBIII")

MOST_PAGES = 50
MOST_PIXELS = 4000
MOST_BYTES = 256 * 1024 * 1024
HEAD = 1024  # how far into a file a PDF may begin, ISO 32000-1 annex H, implementation note 13
PIECE = 1024 * 1024


class Wanted(IntEnum):
    """What the parent asks for."""

    PDF = 1
    IMAGE = 2


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
