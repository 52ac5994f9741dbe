"""What was written while travelling comes home.

A record that was changed there only goes forward; one that was changed on both sides, or whose marking was changed
there, waits for an officer with both versions kept. Nothing of a partner's record is changed, nothing that was purged
comes back, and nothing that says it is somebody else's is taken: a travel vault may have been in other hands. Merging
twice changes nothing, and several travel vaults give the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from briefcase.records import canonical, ids
from briefcase.records.errors import RecordInvalid
from briefcase.records.kinds import Document, Record
from briefcase.records.names import title_of
from briefcase.records.validate import validate
from briefcase.services import cases, trust
from briefcase.services.attached import swept
from briefcase.services.errors import VaultFailsCheck
from briefcase.services.keeping.copies import Cancel, Progress, steps
from briefcase.services.keeping.errors import ConflictUnknown, TravelForeign
from briefcase.services.keeping.travel import CARRY, OWN, carry_file
from briefcase.services.session import Session
from briefcase.vault.copying import TRAVEL
from briefcase.vault.values import RevisionRow

MERGE = "record.merge"
_WAITING = "travel.conflicts"
_SET = ("revision", "parents")
Kind = Literal["new", "newer", "conflict", "gone", "refused"]


@dataclass(frozen=True)
class Change:
    """One record that is not the same at home.

    Attributes:
        kind: ``new``; ``newer``: changed while travelling only; ``conflict``: an officer decides; ``gone``: it, or its
            case, was purged at home; ``refused``: the travel vault had no right to change it.
        title: of the record as the travel vault has it.
        revisions: what comes in, oldest first.
    """

    kind: Kind
    record_id: str
    title: str
    revisions: tuple[Record, ...] = ()


@dataclass
class Merged:
    """What merging did, or would do: the changes, and how many files and revocations come along."""

    changes: list[Change] = field(default_factory=list)
    attachments: int = 0
    withdrawals: int = 0

    def of(self, kind: Kind) -> list[Change]:
        """Return the changes of one kind."""
        return [one for one in self.changes if one.kind == kind]


class _Waiting(msgspec.Struct, frozen=True):
    record: str
    revision: str


@dataclass(frozen=True)
class Conflict:
    """A record that waits for an officer's decision.

    Attributes:
        record_id: of the record.
        title: as it is at home.
        revision: of the version from the travel vault.
        fields: (name, value at home, value from the travel vault) of the fields that differ, as JSON values.
        here: the record at home.
        there: as it came from the travel vault.
    """

    record_id: str
    title: str
    revision: str
    fields: tuple[tuple[str, object, object], ...]
    here: Record
    there: Record


def plan(home: Session, travel: Session) -> Merged:
    """Say what ``merge`` would do; nothing is changed.

    Raises:
        TravelForeign: it was not made from this vault.
        VaultFailsCheck: the travel vault is not as its own chain says.
    """
    mark = travel.vault.settings.get(TRAVEL)
    if not isinstance(mark, dict) or mark.get("home") != home.vault.vault_id:
        raise TravelForeign(name=travel.vault.folder.name)
    faults = [one for one in travel.vault.check() if one.severity == "error"]
    if faults:
        raise VaultFailsCheck(area=faults[0].area)
    carried = {entry.number for entry in travel.vault.audit.entries() if entry.action == CARRY}
    rows = travel.vault.records.rows()
    arriving = {row.id for row in rows if travel.vault.records.revisions(row.id)[0].audit not in carried}
    found = Merged()
    for row in rows:
        change = _compare(home, travel, row.id, arriving)
        if change is not None:
            found.changes.append(change)
    known = {one.id for one in home.vault.withdrawals.list()}
    found.withdrawals = sum(one.id not in known for one in travel.vault.withdrawals.list())
    return found


def _compare(home: Session, travel: Session, record_id: str, arriving: set[str]) -> Change | None:
    there = travel.vault.records.history(record_id)
    tip, title = there[-1], title_of(there[-1])
    here = home.vault.records.get(record_id)
    if here is None:
        kind: Kind = _of_new(home, travel, tip, arriving)
        return Change(kind, record_id, title, tuple(there) if kind == "new" else ())
    known = {one.revision for one in home.vault.records.revisions(record_id)}
    fresh = tuple(one for one in there if one.revision not in known)
    if tip.revision in known or not fresh:
        return None
    if not _may_change(home, travel, here, fresh):
        return Change("refused", record_id, title)
    follows = here.revision in fresh[0].parents
    marked = all((one.label, one.field_labels) == (here.label, here.field_labels) for one in fresh)
    return Change("newer" if follows and marked else "conflict", record_id, title, fresh)


def _of_new(home: Session, travel: Session, tip: Record, arriving: set[str]) -> Kind:
    """Return what becomes of a record that is not at home."""
    if tip.id not in arriving or (tip.case_ids and not any(_is_here(home, one, arriving) for one in tip.case_ids)):
        return "gone"
    return "new" if _is_ours(home, travel, tip) and _is_valid(home, tip) else "refused"


def _is_here(home: Session, case_id: str, arriving: set[str]) -> bool:
    return case_id in arriving or home.vault.records.get(case_id) is not None


def _is_ours(home: Session, travel: Session, record: Record) -> bool:
    ours = {one.fingerprint for one in home.identities}
    origin = record.originator
    own = origin.agency == home.agency and origin.fingerprint in ours
    return own and travel.vault.records.source_of(record.id) is None


def _is_valid(home: Session, record: Record) -> bool:
    try:
        validate(record, pack=home.pack)
    except RecordInvalid:
        return False
    return True


def _may_change(home: Session, travel: Session, here: Record, fresh: tuple[Record, ...]) -> bool:
    """Say whether the travel vault may bring these versions of a record: it must be an own one, and stay what it is."""
    own = cases.is_own(home, here) and travel.vault.records.source_of(here.id) is None
    same = all(type(one) is type(here) and one.originator == here.originator for one in fresh)
    return own and same and all(_is_valid(home, one) for one in fresh)


def merge(home: Session, travel: Session, *, progress: Progress | None = None, cancel: Cancel | None = None) -> Merged:
    """Bring home what was written while travelling, all or nothing; both vaults enter it in their chains.

    Args:
        home: open for writing.
        travel: the travel vault, open.
        progress: called with (done, total) in bytes of the attached file that comes.
        cancel: asked now and then whether to stop.

    Raises:
        TravelForeign, VaultFailsCheck, CopyStopped, and the vault's own: nothing was changed.
    """
    told = steps(progress, cancel)
    found = plan(home, travel)
    with swept(home), home.vault.transaction():
        for change in found.changes:
            found.attachments += sum(
                carry_file(travel.vault, home.vault, one.sha256, actor=home.officer, told=told)
                for one in change.revisions
                if isinstance(one, Document) and one.sha256
            )
            _bring(home, change, travel.vault.vault_id)
        _withdraw(home, travel)
        counted: dict[str, object] = {
            kind: len(found.of(kind)) for kind in ("new", "newer", "conflict", "gone", "refused")
        }
        counted |= {"attachments": found.attachments, "head": travel.vault.audit.head()}
        home.vault.audit.append("vault.merge", travel.vault.vault_id, counted, actor=home.officer)
    if not travel.vault.read_only:
        detail: dict[str, object] = {"head": home.vault.audit.head()}
        travel.vault.audit.append("vault.merged", "", detail, actor=travel.officer)
    return found


def _bring(home: Session, change: Change, travel_id: str) -> None:
    records, detail = home.vault.records, {"travel": travel_id}
    if change.kind in ("new", "newer"):
        for record in change.revisions:
            records.put(record, actor=home.officer, action=MERGE, detail={**detail})
    elif change.kind == "conflict":
        here, tip = records.need(change.record_id), change.revisions[-1]
        for record in change.revisions[:-1]:
            records.report(record, actor=home.officer, source=OWN)
        if _is_from_travel(home, here) and _marked_alike(here, tip) and tip.revision > here.revision:
            records.put(tip, actor=home.officer, action=MERGE, source=OWN, replaces=here.revision, detail={**detail})
            tip = here
        else:
            records.report(tip, actor=home.officer, source=OWN)
        _wait(home, _Waiting(change.record_id, tip.revision), after=change.revisions)


def _is_from_travel(home: Session, here: Record) -> bool:
    """Say whether what is current came from another travel vault: then one of the two shows, the same in any order."""
    row = next(one for one in home.vault.records.revisions(here.id) if one.is_current)
    return _action(home, row) == MERGE


def _action(session: Session, row: RevisionRow) -> str:
    return next((one.action for one in session.vault.audit.entries(first=row.audit, limit=1)), "")


def _marked_alike(one: Record, other: Record) -> bool:
    return (one.label, one.field_labels) == (other.label, other.field_labels)


def _withdraw(home: Session, travel: Session) -> None:
    """Take in revocations and lost cards that were heard of on the way, by the same checks as at home."""
    known = {one.id for one in home.vault.withdrawals.list()}
    for one in travel.vault.withdrawals.list():
        if one.id in known:
            continue
        if one.kind == "revocation":
            trust.revoke(home, one.body)
        elif not one.source and home.vault.contacts.get(one.fingerprint) is not None:
            trust.compromised(home, one.fingerprint, since=one.since, reason=one.reason)


def _read(session: Session) -> list[_Waiting]:
    return msgspec.convert(session.vault.settings.get(_WAITING) or [], list[_Waiting])


def _write(session: Session, waiting: list[_Waiting]) -> None:
    session.vault.settings.set(
        _WAITING, [msgspec.to_builtins(one) for one in sorted(waiting, key=msgspec.structs.astuple)]
    )


def _wait(session: Session, one: _Waiting, *, after: tuple[Record, ...]) -> None:
    """Let one version wait, in place of those that it follows."""
    older = {parent for record in after for parent in record.parents}
    _write(session, [*(each for each in _read(session) if each != one and each.revision not in older), one])


def conflicts(session: Session) -> list[Conflict]:
    """Return what waits for an officer's decision."""
    return list(_conflicts(session))


def _conflicts(session: Session) -> Iterator[Conflict]:
    for one in _read(session):
        here = session.vault.records.get(one.record)
        there = session.vault.records.revision(one.record, one.revision)
        if here is not None and there is not None:
            fields = _differing(here, there)
            yield Conflict(one.record, title_of(here), one.revision, fields, here, there)


def _differing(here: Record, there: Record) -> tuple[tuple[str, object, object], ...]:
    ours, theirs = canonical.to_object(here), canonical.to_object(there)
    names = sorted((ours.keys() | theirs.keys()) - set(_SET))
    return tuple((name, ours.get(name), theirs.get(name)) for name in names if ours.get(name) != theirs.get(name))


def decide(session: Session, record_id: str, keep: str) -> Record:
    """Settle what waits about a record: keep what is at home, or put a travelled version in its place.

    Args:
        session: open for writing.
        record_id: of the record.
        keep: ``home``, or the revision of a version from ``conflicts``.

    Raises:
        ConflictUnknown: nothing of the kind waits.
    """
    waiting = [one for one in _read(session) if one.record == record_id]
    here = session.vault.records.get(record_id)
    if here is None or not waiting or (keep != "home" and keep not in {one.revision for one in waiting}):
        raise ConflictUnknown
    with session.vault.transaction():
        _write(session, [one for one in _read(session) if one.record != record_id])
        detail: dict[str, object] = {"kept": keep, "others": [one.revision for one in waiting]}
        chosen = session.vault.records.revision(record_id, keep) if keep != "home" else None
        if chosen is None:
            session.vault.audit.append("merge.decide", record_id, detail, actor=session.officer)
            return here
        revised = msgspec.structs.replace(
            chosen,
            revision=ids.new_revision(),
            parents=(here.revision, chosen.revision),
            author=session.officer,
        )
        session.vault.records.put(revised, actor=session.officer, action="merge.decide", detail=detail)
    return revised
