"""Commitments to the fields of every released record, so that its origin survives when parts of it are passed on.

A leaf commits to one field with a salt of its own, a record to its leaves, and a Merkle tree as in RFC 6962, section
2.1, to the records in the order of ``records.jsonl``. The manifest signs the root. Whoever passes on some fields
hands over their salts, the hashes of the other leaves and the path; the third party verifies the rest unseen. Only
what was released is committed to; a withheld field has no leaf.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Final

from briefcase.seal import canonical

SALT: Final = 16
_FIELD, _RECORD = b"briefcase-field-v1\x00", b"briefcase-record-v1\x00"
_BOUND = ("id", "revision")  # stand in every leaf, so they have none of their own
_encoded = canonical.encode_decoded
_LEAF, _NODE = b"\x00", b"\x01"

JsonObject = Mapping[str, object]


def committed_fields(record: JsonObject) -> tuple[str, ...]:
    """Return the fields of a record (as a JSON object) that have a leaf: all but id and revision, sorted."""
    return tuple(sorted(field for field in record if field not in _BOUND))


def new_salts(record: JsonObject) -> dict[str, bytes]:
    """Return a fresh salt of 16 random bytes for every committed field."""
    return {field: os.urandom(SALT) for field in committed_fields(record)}


def field_leaf(record_id: str, revision: str, path: str, value: object, salt: bytes) -> bytes:
    """Return the 32-byte leaf of one field: SHA-256 of a type string, the salt and the canonical JSON."""
    return hashlib.sha256(_FIELD + salt + canonical.encode([record_id, revision, path, value])).digest()


def record_hash(record: JsonObject, salts: Mapping[str, bytes]) -> bytes:
    """Return the 32-byte hash of a record: SHA-256 of a type string and its leaves in ascending order.

    Args:
        record: as ``canonical.decode`` returned it.
        salts: by field.

    Raises:
        KeyError: a field has no salt.
    """
    record_id, revision = str(record.get("id", "")), str(record.get("revision", ""))
    # The same bytes as in field_leaf; of a large bundle the array around each value would be checked a million times.
    head = canonical.encode([record_id, revision])[:-1] + b","
    leaves = sorted(
        hashlib.sha256(
            b"".join(
                (_FIELD, salts[field], head, _encoded(field), b",", _encoded(record[field]), b"]"),
            )
        ).digest()
        for field in committed_fields(record)
    )
    return hashlib.sha256(_RECORD + b"".join(leaves)).digest()


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the Merkle tree over *hashes* (RFC 6962, section 2.1), 32 bytes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(_LEAF + each).digest() for each in hashes]
    # Pairing from the left and carrying an odd last node up gives the same tree as the recursive definition.
    while len(level) > 1:
        pairs = [hashlib.sha256(_NODE + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def merkle_path(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of leaf *index*, lowest sibling first (RFC 6962, section 2.1.1)."""
    level = [hashlib.sha256(_LEAF + each).digest() for each in hashes]
    path = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        pairs = [hashlib.sha256(_NODE + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
        index //= 2
    return tuple(path)


def root_from_path(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a record hash and its audit path give, or None when the path has the wrong length."""
    if not 0 <= index < count:
        return None
    node, last, steps = hashlib.sha256(_LEAF + leaf).digest(), count - 1, iter(path)
    while last:
        if index & 1 or index < last:
            sibling = next(steps, None)
            if sibling is None:
                return None
            node = hashlib.sha256(_NODE + (sibling + node if index & 1 else node + sibling)).digest()
        index, last = index >> 1, last >> 1
    return node if next(steps, None) is None else None
