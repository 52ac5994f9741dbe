"""The one hash of the vault: BLAKE2b with 32 bytes of output."""

from __future__ import annotations

import hashlib

HASH = 32


def blake(data: bytes, key: bytes = b"") -> bytes:
    """Return BLAKE2b with 32 bytes of output, keyed when a key is given."""
    return hashlib.blake2b(data, digest_size=HASH, key=key).digest()
