"""Bringing a joint record to what its versions are together, and saying which of its fields wait for an officer.

Nothing about it is stored: what is in conflict follows from the versions alone, so the same versions give the same
merge and the same conflicts in every vault, in whatever order and how often they came. A record of which a field is in
conflict goes to nobody until that is decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

import msgspec

from briefcase.records import lattice
from briefcase.records.joining import Joined, Version, join, merge_id
from briefcase.records.kinds import Record
from briefcase.records.label import Label
from briefcase.records.packs import Pack
from briefcase.services.joining import versions
from briefcase.services.session import Session

JOIN = "record.join"


def look(session: Session, here: Record) -> Joined:
    """Return what the versions of a joint record are together."""
    return _joined(session, here, versions.of(session, here))


def _joined(session: Session, here: Record, found: tuple[Version, ...]) -> Joined:
    pack = session.pack
    trusted = (session.agency, here.originator.agency)
    return join(found, trusted=trusted, weaker=lambda name, old, new: weaker(pack, name, old, new))


def weaker(pack: Pack, name: str, old: object, new: object) -> bool:
    """Say whether the new value of a guarded field keeps less back than the old one; of the circle, if it differs."""
    if isinstance(old, Label) and isinstance(new, Label):
        return not lattice.is_at_least(lattice.of(new, pack), lattice.of(old, pack), pack)
    if isinstance(old, dict) and isinstance(new, dict):
        return any(field not in new or weaker(pack, name, label, new[field]) for field, label in old.items())
    return isinstance(old, tuple) and isinstance(new, tuple) and set(old) != set(new)


def waiting(session: Session, records: Iterable[Record]) -> frozenset[str]:
    """Return the ids of those of *records* of which a field is in conflict."""
    joint = (one for one in records if versions.is_joint(session, one))
    return frozenset(one.id for one in joint if look(session, one).conflicts)


def settle(session: Session, record_id: str) -> bool:
    """Bring a record to what its versions are together, and return whether a field of it is in conflict."""
    here = session.vault.records.get(record_id)
    if here is None or not versions.is_joint(session, here):
        return False
    found = versions.of(session, here)
    if not found:
        return False
    joined = _joined(session, here, found)
    target = _target(session, here, {one.revision: one for one in found}, joined)
    if target is not None:
        session.vault.records.put(target, actor=session.officer, action=JOIN, replaces=here.revision)
    return bool(joined.conflicts)


def _target(session: Session, here: Record, by_id: dict[str, Version], joined: Joined) -> Record | None:
    """Return what is to become current, None when it is that already."""
    heads, current = joined.heads, by_id.get(here.revision)
    covers = current is not None and current.merged and set(heads) <= set(current.parents)
    if (heads == (here.revision,) or covers) and _is(here, joined.values):
        return None
    if len(heads) == 1 and heads[0] != here.revision and not joined.conflicts:
        head = by_id[heads[0]]
        if head.values == joined.values:
            return _made(here, joined, head.revision, head.parents, (head.author, head.created))
    created = max(by_id[one].created for one in heads)
    return _made(here, joined, _free_id(session, here, joined), heads, ("", created))


def _is(here: Record, values: dict[str, object]) -> bool:
    return all(getattr(here, name) == value for name, value in values.items())


def _made(here: Record, joined: Joined, revision: str, parents: tuple[str, ...], written: tuple[str, str]) -> Record:
    """Return the record as it becomes, *written* by whom and when."""
    author, created = written
    return msgspec.structs.replace(
        here, **joined.values, revision=revision, parents=parents, author=author, created=created
    )


def _free_id(session: Session, here: Record, joined: Joined) -> str:
    """Return the id of a merge: the same in every vault when nothing is in conflict, else our own; that stays here."""
    taken = {row.revision for row in session.vault.records.revisions(here.id)}
    more = (session.fingerprint,) if joined.conflicts else ()
    tries = (merge_id(here.id, joined.heads, *more, *((str(number),) if number else ())) for number in count())
    return next(one for one in tries if one not in taken)
