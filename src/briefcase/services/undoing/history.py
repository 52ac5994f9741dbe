"""Who changed what of a record when, and going back: a new version with the old content, never a shorter history."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from briefcase.records import ids
from briefcase.records.canonical import Json
from briefcase.records.joining import joined_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.records.validate import validate
from briefcase.services import cases
from briefcase.services.errors import RecordOfPartner
from briefcase.services.joining import versions
from briefcase.services.session import Session
from briefcase.services.undoing.errors import NothingToUndo
from briefcase.vault.audit import Entry
from briefcase.vault.values import RevisionRow

UNDO = "record.undo"
_SHORTEST = 8


@dataclass(frozen=True)
class Change:
    """One field that a version has otherwise than the one it follows; values as in JSON, None for an empty field."""

    name: str
    before: Json
    after: Json


@dataclass(frozen=True)
class Step:
    """One version of a record.

    Attributes:
        revision: its id.
        when: when it was kept here, UTC.
        actor: whose session kept it.
        author: who wrote it; empty when the program made it out of others.
        action: the word of the audit entry, such as ``record.change``.
        received_from: name of the contact who sent it, or his fingerprint; empty for an own one.
        standing: ``kept``, or ``reported`` when it replaced nothing when it came.
        is_current: whether it is what the record is now.
        changes: what it changed; of the first version every field that it fills in.
    """

    revision: str
    when: str
    actor: str
    author: str
    action: str
    received_from: str
    standing: str
    is_current: bool
    changes: tuple[Change, ...]


def of(session: Session, record_id: str) -> list[Step]:
    """Return every version of a record, oldest first.

    Raises:
        briefcase.vault.errors.RecordUnknown: there is no such record.
    """
    session.vault.records.need(record_id)
    rows = session.vault.records.versions(record_id)
    known: dict[str, Record] = {}
    found = []
    for row, record in rows:
        entry = next(session.vault.audit.entries(first=row.audit, limit=1), None)
        before = next((known[one] for one in row.parents if one in known), None)
        if before is None and row.parents and row.revision in known:
            before = known[row.revision]
        found.append(_step(session, row, entry, _changes(before, record)))
        known[row.revision] = record
    session.saw(record_id)
    return found


def _step(session: Session, row: RevisionRow, entry: Entry | None, changes: tuple[Change, ...]) -> Step:
    contact = session.vault.contacts.get(row.received_from) if row.received_from else None
    return Step(
        revision=row.revision,
        when=entry.time if entry is not None else row.created,
        actor=entry.actor if entry is not None else "",
        author=row.author,
        action=entry.action if entry is not None else "",
        received_from=contact.name if contact is not None else row.received_from[:16],
        standing=row.standing,
        is_current=row.is_current,
        changes=changes,
    )


def _changes(before: Record | None, after: Record) -> tuple[Change, ...]:
    old = cases.as_object(before) if before is not None else {}
    new = cases.as_object(after)
    names = joined_fields(kind_of(after))
    return tuple(Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def undo(session: Session, record_id: str, *, to: str = "") -> Record:
    """Bring a record back to what it was before its last change, or to a version that is named.

    Undoing twice brings back what was undone. Only what counts here can be gone back to: nobody's mere claim.

    Args:
        session: open for writing.
        record_id: of an own record, or of one that we keep together with others.
        to: a revision, eight digits or more; empty for the one before.

    Raises:
        RecordOfPartner: it is somebody else's.
        NothingToUndo: there is no such version.
        briefcase.records.errors.RecordInvalid: what it was may not be kept any more.
        briefcase.vault.errors.RecordUnknown: there is no such record.
    """
    here = session.vault.records.need(record_id)
    if not cases.may_edit(session, here):
        raise RecordOfPartner
    old = _wanted(session, here, to)
    content = {name: getattr(old, name) for name in joined_fields(kind_of(here))}
    undone = msgspec.structs.replace(
        here,
        **content,
        revision=ids.new_revision(),
        parents=(here.revision,),
        author=session.officer,
        created=session.now() if here.shared_by else here.created,
    )
    validate(undone, pack=session.pack)
    cases.check_cases(session, [undone])
    detail: dict[str, object] = {"to": old.revision}
    session.vault.records.put(undone, actor=session.officer, action=UNDO, detail=detail)
    return undone


def _wanted(session: Session, here: Record, to: str) -> Record:
    counting = _counting(session, here)
    if not to:
        rows = session.vault.records.revisions(here.id)
        own = {row.revision for row in rows if not row.received_from and row.author}
        # Of a merge, what we had before it: so it is the others' change that is taken back.
        found = [counting[one] for one in sorted(here.parents, key=lambda one: one not in own) if one in counting]
    else:
        found = [one for key, one in counting.items() if len(to) >= _SHORTEST and key.startswith(to)]
    if not found or (to and len(found) > 1) or found[0].revision == here.revision:
        raise NothingToUndo
    return found[0]


def _counting(session: Session, here: Record) -> dict[str, Record]:
    """Return the versions of a record that count here, by revision; what was restored to them is in it."""
    joint = {one.revision for one in versions.of(session, here)} if versions.is_joint(session, here) else set()
    rows = session.vault.records.versions(here.id)
    known = {one.revision: one for row, one in rows if row.standing == "kept" or row.revision in joint}
    return known | {one.revision: one for row, one in rows if row.standing == "kept"}
