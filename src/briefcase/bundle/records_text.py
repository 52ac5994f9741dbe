"""``records.jsonl`` and ``commitments.jsonl``: one canonical JSON object a line, in ascending order of record id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.bundle import commitments
from briefcase.bundle.errors import BundleBroken
from briefcase.errors import BriefcaseError
from briefcase.records import canonical as record_json
from briefcase.records.kinds import TearLine
from briefcase.records.record import Record
from briefcase.seal import canonical

_LONGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RecordsText:
    """The two texts and what the manifest says of them."""

    records: bytes
    commitments: bytes
    count: int
    root: str
    tear_lines: tuple[str, ...]


def write(records: Sequence[Record]) -> RecordsText:
    """Return the texts of *records*, every field committed to under a fresh salt."""
    lines, salt_lines, hashes = [], [], []
    ordered = sorted(records, key=lambda record: record.id)
    for record in ordered:
        line = record_json.encode(record)
        value = _object(line)
        salts = commitments.new_salts(value)
        lines.append(line)
        hashes.append(commitments.record_hash(value, salts))
        salt_lines.append(
            canonical.encode({"id": record.id, "salts": {field: salt.hex() for field, salt in salts.items()}})
        )
    return RecordsText(
        records=_joined(lines),
        commitments=_joined(salt_lines),
        count=len(lines),
        root=commitments.merkle_root(hashes).hex(),
        tear_lines=tuple(record.id for record in ordered if isinstance(record, TearLine)),
    )


def _joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _object(line: bytes) -> dict[str, object]:
    value = canonical.decode(line, limit=_LONGEST_LINE)
    if not isinstance(value, dict):
        raise BundleBroken(reason="record")
    return value


def _lines(text: bytes, what: str) -> list[bytes]:
    if text and not text.endswith(b"\n"):
        raise BundleBroken(reason=f"{what} end")
    return text.split(b"\n")[:-1]


def read(text: bytes, salts_text: bytes) -> tuple[tuple[Record, ...], str]:
    """Return the records of the two texts, already verified as bytes, and the root of their commitments.

    Raises:
        BundleBroken: a line is not a canonical record, ids are not ascending, or the salts do not fit the fields.
    """
    lines, salt_lines = _lines(text, "records"), _lines(salts_text, "commitments")
    if len(lines) != len(salt_lines):
        raise BundleBroken(reason="commitments")
    found: list[Record] = []
    hashes = []
    for line, salt_line in zip(lines, salt_lines, strict=True):
        try:
            value = _object(line)
            record = record_json.decode(line)
            salts = _salts(_object(salt_line), record.id)
        except BundleBroken:
            raise
        except BriefcaseError:
            raise BundleBroken(reason="record") from None
        if tuple(salts) != commitments.committed_fields(value):
            raise BundleBroken(reason="commitments")
        if found and found[-1].id >= record.id:
            raise BundleBroken(reason="order of records")
        found.append(record)
        hashes.append(commitments.record_hash(value, salts))
    return tuple(found), commitments.merkle_root(hashes).hex()


def _salts(value: dict[str, object], record_id: str) -> dict[str, bytes]:
    salts = value.get("salts")
    if set(value) != {"id", "salts"} or value["id"] != record_id or not isinstance(salts, dict):
        raise BundleBroken(reason="commitments")
    found = {}
    for field, salt in salts.items():
        if not isinstance(salt, str) or len(salt) != 2 * commitments.SALT or salt.lower() != salt:
            raise BundleBroken(reason="salt")
        try:
            found[str(field)] = bytes.fromhex(salt)
        except ValueError:
            raise BundleBroken(reason="salt") from None
    return found
