"""Fields of joint records that several agencies changed differently: what waits, and an officer's decision.

Every value stays in the record's history whatever is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import msgspec

from briefcase.records import ids, reasons
from briefcase.records.errors import RecordInvalid
from briefcase.records.fields import all_fields
from briefcase.records.joining import Claim, Joined, distinct
from briefcase.records.kinds import Record, kind_of
from briefcase.records.names import title_of
from briefcase.records.validate import validate
from briefcase.services.joining import settling, versions
from briefcase.services.joining.errors import ClashChoice, ClashUnknown
from briefcase.services.session import Session

BOTH = "both"
DECIDE = "record.decide"
_SHORTEST = 8
_LINE = 2000


@dataclass(frozen=True)
class Clash:
    """A joint record of which fields wait for a decision.

    Attributes:
        record_id: of the record.
        kind: of the record.
        title: as it is shown meanwhile.
        fields: by field, the values, each with who gave it when and in which revision.
    """

    record_id: str
    kind: str
    title: str
    fields: dict[str, tuple[Claim, ...]]


def list_clashes(session: Session) -> list[Clash]:
    """Return every joint record of which a field is in conflict, in the order they came in."""
    found = []
    for record_id in session.vault.records.reported():
        clash = of(session, record_id)
        if clash is not None:
            found.append(clash)
    return found


def of(session: Session, record_id: str) -> Clash | None:
    """Return what waits about one record, or None."""
    here = session.vault.records.get(record_id)
    if here is None or not versions.is_joint(session, here):
        return None
    joined = settling.look(session, here)
    return Clash(here.id, kind_of(here), title_of(here), joined.conflicts) if joined.conflicts else None


def resolve(session: Session, record_id: str, keep: Mapping[str, str]) -> Record:
    """Decide about every field of a record that is in conflict, as one new revision.

    Args:
        session: open for writing.
        record_id: of the record.
        keep: for each field in conflict the revision of the value to be kept (eight digits or more), or ``both`` for
            lists, which become one list, and texts, which are put one below the other.

    Raises:
        ClashUnknown: no field of it is in conflict.
        ClashChoice: a field is missing, names no field in conflict, or no value of it.
        briefcase.records.errors.RecordInvalid: the values chosen do not fit together.
    """
    here = session.vault.records.get(record_id)
    if here is None or not versions.is_joint(session, here):
        raise ClashUnknown
    joined = settling.look(session, here)
    if not joined.conflicts:
        raise ClashUnknown
    wrong = sorted(keep.keys() ^ joined.conflicts.keys())
    if wrong:
        raise ClashChoice(field=wrong[0])
    chosen = {name: _chosen(here, name, joined.conflicts[name], keep[name]) for name in keep}
    claimed = {one.revision for claims in joined.conflicts.values() for one in claims}
    decided = msgspec.structs.replace(
        here,
        **chosen,
        revision=ids.new_revision(),
        parents=tuple(dict.fromkeys((here.revision, *joined.heads, *sorted(claimed)))),
        author=session.officer,
        created=session.now(),
    )
    validate(decided, pack=session.pack)
    detail: dict[str, object] = {"kept": dict(keep), "of": _revisions(joined)}
    with session.vault.transaction():
        session.vault.records.put(decided, actor=session.officer, action=DECIDE, detail=detail)
        settling.settle(session, record_id)  # whoever was let in may have sent something before
    return decided


def _revisions(joined: Joined) -> dict[str, list[str]]:
    return {name: [one.revision for one in claims] for name, claims in joined.conflicts.items()}


def _chosen(here: Record, name: str, claims: tuple[Claim, ...], keep: str) -> object:
    if keep == BOTH:
        return _both(here, name, distinct(one.value for one in claims))
    found = [one for one in claims if len(keep) >= _SHORTEST and one.revision.startswith(keep)]
    if len(found) != 1:
        raise ClashChoice(field=name)
    return found[0].value


def _both(here: Record, name: str, values: list[object]) -> object:
    """Return all values of a field in one: lists joined, texts below each other, lines beside each other."""
    shape = next(spec.shape for spec in all_fields(kind_of(here)) if spec.name == name)
    if name == "shared_by" or shape in ("label", "labels"):
        raise ClashChoice(field=name)
    if all(isinstance(one, tuple) for one in values):
        return tuple(distinct(each for one in values if isinstance(one, tuple) for each in one))
    if shape not in ("text", "line") or not all(isinstance(one, str) for one in values):
        raise ClashChoice(field=name)
    between = "\n\n" if shape == "text" else "; "
    text = reduce(lambda one, other: f"{one}{between}{other}", (str(one) for one in values if one))
    if shape == "line" and len(text) > _LINE:
        raise RecordInvalid(field=name, reason=reasons.TOO_LONG)
    return text
