"""The released view: what of a record leaves, and nothing that shows that there was more."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType

import msgspec

from briefcase.records.canonical import encode
from briefcase.records.fields import protected_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.records.names import filter_references
from briefcase.release.decision import Decision


def view(record: Record, decision: Decision, given: Collection[str], *, revisions: Collection[str] = ()) -> Record:
    """Return the view of *record* under *decision*: withheld fields empty, references only to what was given.

    Args:
        record: a record that goes.
        decision: the one made for the recipient.
        given: ids of all records the recipient gets now or was given before.
        revisions: revision ids the recipient was given before.

    Raises:
        ValueError: the decision does not let it go; a fault of the caller.
    """
    if not decision.goes:
        raise ValueError("the decision does not let this record go")
    bare = without(record, decision.withheld | protected_fields(kind_of(record)))
    return filter_references(bare, given, revisions=revisions)


def without(record: Record, withheld: Collection[str]) -> Record:
    """Return *record* with these fields empty and without their labels."""
    empty = {name: value for name, value in _empty(type(record)).items() if name in withheld}
    labels = {name: label for name, label in record.field_labels.items() if name not in withheld}
    return msgspec.structs.replace(record, **empty, field_labels=labels)


@cache
def _empty(kind: type[Record]) -> Mapping[str, object]:
    """Return what every field of a kind that may be withheld has when nothing was filled in."""
    kept = frozenset(Record.__struct_fields__) - {"shared_by"}
    own = (field for field in msgspec.structs.fields(kind) if field.name not in kept)
    found = {one.name: () if one.default is msgspec.NODEFAULT else one.default for one in own}
    return MappingProxyType(found)


def views(
    records: Iterable[Record],
    decisions: Mapping[str, Decision],
    *,
    given: Collection[str] = (),
    revisions: Collection[str] = (),
) -> list[Record]:
    """Return the views of all records that go, in their order."""
    going = [record for record in records if decisions[record.id].goes]
    known = {record.id for record in going} | set(given)
    return [view(record, decisions[record.id], known, revisions=revisions) for record in going]


def content_key(released: Iterable[Record]) -> str:
    """Return a digest of exactly this content, so that recipients who get the same can share one file."""
    digest = hashlib.sha256()
    for line in sorted(encode(record) for record in released):
        digest.update(len(line).to_bytes(8, "big") + line)
    return digest.hexdigest()
