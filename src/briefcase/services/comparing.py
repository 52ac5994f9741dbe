"""What a received record is beside what is here: new, newer, fuller, older, the same, or somebody's word about it.

Only the agency whose record it is, by the contacts that our officer verified, replaces anything. A partner may send one
revision twice, the second time with fields or references that could not go before; then the fuller one is kept. A
bundle that comes late never turns a record back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from briefcase.records.fields import reference_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.services.session import Session
from briefcase.vault.values import RevisionRow, Source


@dataclass(frozen=True)
class Sender:
    """Who sent it, as our officer knows him, and in which bundle.

    ``series``, ``sequence`` and ``created`` are those of its manifest; a time that lies ahead of ours counts as ours.
    """

    fingerprint: str
    agency: str
    bundle_id: str
    series: str
    sequence: int
    created: str


@dataclass
class Compared:
    """Records by what becomes of them; ``newer`` with the revision that each takes the place of.

    ``hearsay`` are ids among ``new`` whose originator is somebody else than the sender; ``clashes`` are ids under which
    another agency's record stands here already. ``joint`` are versions of what we keep together with the sender.
    """

    new: list[Record] = field(default_factory=list)
    newer: list[tuple[Record, str]] = field(default_factory=list)
    older: list[Record] = field(default_factory=list)
    reported: list[Record] = field(default_factory=list)
    refused: list[Record] = field(default_factory=list)
    hearsay: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    joint: list[Record] = field(default_factory=list)
    same: int = 0


def compare(session: Session, records: Sequence[Record], sender: Sender) -> Compared:
    """Sort *records* by what becomes of them; nothing is kept yet."""
    held = session.vault.records.get_many([one.id for one in records])
    agencies = {one.fingerprint: one.agency for one in session.vault.contacts.list()}
    found = Compared()
    for record in records:
        here = held.get(record.id)
        if here is None:
            found.new.append(record)
            found.hearsay += [] if speaks_for(sender.agency, record) else [record.id]
        else:
            _sort(session, found, record, here, sender=sender, agencies=agencies)
    return found


def _sort(
    session: Session, found: Compared, record: Record, here: Record, *, sender: Sender, agencies: Mapping[str, str]
) -> None:
    source = session.vault.records.source_of(record.id)
    standings = {one.standing for one in _rows(session, record)}
    settled = source is None or (not source.unverified and speaks_for(agencies.get(source.received_from, ""), here))
    genuine = source is not None and speaks_for(sender.agency, record)
    if speaks_for(sender.agency, record) and here.originator.agency != sender.agency:
        found.clashes.append(record.id)
    if type(here) is not type(record):
        # The originator's record takes the place of what others put under its id; of all else one kind stays.
        if genuine and not settled:
            found.newer.append((record, here.revision))
        else:
            found.refused.append(record)
            found.clashes += [] if record.id in found.clashes else [record.id]
    elif settled and _is_shared(session, record, here, sender):
        _sort_joint(session, found, record, here, is_current=genuine and record.revision == here.revision)
    elif source is None or not genuine or (settled and here.originator.agency != sender.agency):
        found.same += bool(standings)
        found.reported += [] if standings else [record]
    elif not settled:
        found.newer.append((record, here.revision))
    else:
        late = record.revision in here.parents or _came_late(session, source, sender)
        _sort_next(found, record, here, known="kept" in standings, late=late)


def _sort_joint(session: Session, found: Compared, record: Record, here: Record, *, is_current: bool) -> None:
    """Sort a version of what we keep together with the sender."""
    fuller = _more(session, record)
    found.same += fuller is None
    if fuller is not None and is_current:
        found.newer.append((completed(here, record), here.revision))
    elif fuller is not None:
        found.joint.append(fuller)


def _sort_next(found: Compared, record: Record, here: Record, *, known: bool, late: bool) -> None:
    """Sort what the agency sent whose record it is, of which something is here by its own word."""
    if record.revision == here.revision:
        fuller = completed(here, record)
        found.same += fuller == here
        found.newer += [] if fuller == here else [(fuller, here.revision)]
    elif known:
        found.same += 1
    elif here.revision in record.parents:
        found.newer.append((record, here.revision))
    elif late:
        found.older.append(record)
    else:
        found.newer.append((record, here.revision))


def _is_shared(session: Session, record: Record, here: Record, sender: Sender) -> bool:
    """Say whether sender and we both keep the record that is here, and what he sends is a version of that one."""
    circle = here.shared_by
    return session.agency in circle and sender.agency in circle and record.originator == here.originator


def _more(session: Session, record: Record) -> Record | None:
    """Return a version, with what is here of it already; None when that is all and nothing new came."""
    known = session.vault.records.revision(record.id, record.revision)
    ours = any(not row.received_from and row.author for row in _rows(session, record))
    fuller = record if known is None else completed(known, record)
    return None if ours or fuller == known else fuller


def _rows(session: Session, record: Record) -> list[RevisionRow]:
    return [one for one in session.vault.records.revisions(record.id) if one.revision == record.revision]


def speaks_for(agency: str, record: Record) -> bool:
    """Say whether an agency, as our officer set it, is the one whose record it is."""
    return bool(agency) and agency == record.originator.agency


def _came_late(session: Session, source: Source, sender: Sender) -> bool:
    """Say whether what is here came with a later bundle: by number in one series, else by the time of sealing."""
    rows = [row for row in session.vault.bundles.seen(source.bundle_id, source.received_from) if row.direction == "in"]
    same = [row for row in rows if row.partner == sender.series]
    if same:
        return any(row.sequence > sender.sequence for row in same)
    return any(row.when > sender.created for row in rows)


def completed(here: Record, there: Record) -> Record:
    """Return one revision with everything that either of its views shows: filled fields, and all references."""
    many = {spec.name for spec in reference_fields(kind_of(here)) if spec.shape == "references"} | {"parents"}
    changes: dict[str, object] = {}
    for name in here.__struct_fields__:
        one, other = getattr(here, name), getattr(there, name)
        if name in many:
            changes[name] = tuple(_joined(other, one))
        elif name == "field_labels":
            changes[name] = {**other, **one}
        elif not one:
            changes[name] = other
    changed = {name: value for name, value in changes.items() if not _is_like(getattr(here, name), value)}
    return msgspec.structs.replace(here, **changed) if changed else here


def _joined(one: Iterable[str], other: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys([*one, *other])


def _is_like(one: object, other: object) -> bool:
    return set(one) == set(other) if isinstance(one, tuple) and isinstance(other, tuple) else one == other
