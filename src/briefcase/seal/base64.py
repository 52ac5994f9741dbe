"""Strict Base 64 (RFC 4648): every text that is accepted is the one that encoding would give."""

from __future__ import annotations

import base64
import binascii


def encode_raw(data: bytes) -> str:
    """Return *data* in standard Base 64 without padding, as age headers use it."""
    return base64.b64encode(data).decode("ascii").rstrip("=")


def encode(data: bytes) -> str:
    """Return *data* in standard Base 64 with padding."""
    return base64.b64encode(data).decode("ascii")


def decode_raw(text: str | bytes) -> bytes:
    """Return the bytes of a canonical text without padding.

    Raises:
        ValueError: anything else, with padding or set trailing bits included.
    """
    raw = text.encode("ascii") if isinstance(text, str) else text
    if raw.endswith(b"="):
        raise ValueError("base64")
    return _decode(raw, b"=" * (-len(raw) % 4))


def decode(text: str | bytes) -> bytes:
    """Return the bytes of a canonical text with padding.

    Raises:
        ValueError: anything else.
    """
    return _decode(text.encode("ascii") if isinstance(text, str) else text, b"")


def _decode(raw: bytes, padding: bytes) -> bytes:
    try:
        data = base64.b64decode(raw + padding, validate=True)
    except binascii.Error:
        raise ValueError("base64") from None
    if base64.b64encode(data) != raw + padding:
        raise ValueError("base64")
    return data
