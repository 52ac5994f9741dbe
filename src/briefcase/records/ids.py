"""New ids, revision ids and times, the three things a record gets from the program and not from the officer."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime

_NS_PER_MS = 1_000_000
_HIGH_BITS = 12
_LOW_BITS = 62


def new_id() -> str:
    """Return a new record id: a version 7 UUID (RFC 9562), lower case.

    Everything after the millisecond is random. A finer clock in its place would make records that are written together
    stand at even distances, and a partner who gets all but one of them would see the gap.
    """
    milliseconds = time.time_ns() // _NS_PER_MS & (1 << 48) - 1
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(_HIGH_BITS) << 64 | 0b10 << _LOW_BITS
    return str(uuid.UUID(int=value | secrets.randbits(_LOW_BITS)))


def new_revision() -> str:
    """Return a new revision id: 128 random bits as 32 hex digits (never a hash of content, which could be guessed)."""
    return secrets.token_hex(16)


def now() -> str:
    """Return the present time in UTC, ISO 8601 to the second, such as ``2026-11-24T06:02:56Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
