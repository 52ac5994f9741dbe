"""A signed block of text in few bytes, for codes on paper: its canonical JSON, deflated without a wrapper (RFC 1951).

Base 64 inside Base 64 costs three codes in ten; deflating the JSON itself takes the inner one out again. The text that
comes back is the very text that went in, but for line ends, because a block has one canonical form.
"""

from __future__ import annotations

import zlib
from typing import Final

from briefcase.errors import BriefcaseError
from briefcase.seal import block, canonical
from briefcase.seal.errors import PartsInvalid

LARGEST: Final = 128 * 1024
"""Bytes of canonical JSON; what is longer was made to fill memory."""

_RAW: Final = -zlib.MAX_WBITS


def shrink(label: str, text: str) -> bytes:
    """Return the content of a block in few bytes.

    Raises:
        ValueError, CanonicalInvalid: *text* is no block of that label; see ``block.read``.
    """
    packer = zlib.compressobj(level=9, wbits=_RAW)
    return packer.compress(canonical.encode(block.read(label, text))) + packer.flush()


def expand(label: str, data: bytes) -> str:
    """Return the block of text that ``shrink`` was given.

    Raises:
        PartsInvalid: not deflated, longer than ``LARGEST``, followed by more bytes, or not canonical JSON.
    """
    unpacker = zlib.decompressobj(wbits=_RAW)
    try:
        content = unpacker.decompress(data, LARGEST + 1)
    except zlib.error:
        raise PartsInvalid(reason="deflate") from None
    if len(content) > LARGEST or not unpacker.eof or unpacker.unused_data:
        raise PartsInvalid(reason="deflate")
    try:
        return block.write(label, canonical.decode(content))
    except BriefcaseError:
        raise PartsInvalid(reason="canonical") from None
