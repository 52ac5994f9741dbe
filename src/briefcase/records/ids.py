"""New ids, revision ids and times, the three things a record gets from the program and not from the officer."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime

_NS_PER_MS = 1_000_000
_RANDOM_BITS = 62


def new_id() -> str:
    """Return a new record id: a version 7 UUID (RFC 9562), lower case.

    The 12 bits after the version count 1/4096 of a millisecond (RFC 9562, section 6.2, method 3), so ids made one
    after the other in one process sort in the order they were made, without a counter that has to be remembered.
    """
    milliseconds, rest = divmod(time.time_ns(), _NS_PER_MS)
    fraction = rest * 4096 // _NS_PER_MS
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << _RANDOM_BITS
    return str(uuid.UUID(int=value | secrets.randbits(_RANDOM_BITS)))


def new_revision() -> str:
    """Return a new revision id: 128 random bits as 32 hex digits (never a hash of content, which could be guessed)."""
    return secrets.token_hex(16)


def now() -> str:
    """Return the present time in UTC, ISO 8601 to the second, such as ``2026-11-24T06:02:56Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
