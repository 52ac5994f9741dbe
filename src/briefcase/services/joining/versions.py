"""The versions of a record that several agencies keep together, as they are joined.

A version counts when it was written here, or came, from a verified source, from an agency that keeps the record with
us. Which those are stands in the record as it is here; so what came from somebody who was let in later counts from then
on. What a partner could not see when he wrote his version, he did not take away: it is put back before joining.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from briefcase.records.fields import reference_fields
from briefcase.records.joining import Version, ancestry, joined_fields
from briefcase.records.kinds import Record, kind_of
from briefcase.services.comparing import completed, speaks_for
from briefcase.services.session import Session
from briefcase.vault.values import Disclosure, RevisionRow

Values = dict[str, object]


def is_joint(session: Session, record: Record) -> bool:
    """Say whether we keep a record together with other agencies; hearsay of one is not joined."""
    if session.agency not in record.shared_by:
        return False
    source = session.vault.records.source_of(record.id)
    if source is None:
        return True
    kept = session.vault.contacts.get(source.received_from)
    return kept is not None and speaks_for(kept.agency, record) and not source.unverified


def of(session: Session, here: Record) -> tuple[Version, ...]:
    """Return the versions of *here*, a joint record as it is now, that are joined."""
    found: dict[str, _Found] = {}
    for row, record in session.vault.records.versions(here.id):
        agency = _counts(session, here, row, record)
        if agency:
            known = found.get(record.revision)
            found[record.revision] = (
                _Found(record, agency, row.received_from == "")
                if known is None
                else _Found(completed(known.record, record), known.agency, known.own and row.received_from == "")
            )
    before = ancestry({key: one.record.parents for key, one in found.items()})
    return tuple(_restored(session, found, before))


@dataclass(frozen=True)
class _Found:
    """One version as it lies here; ``own`` when no row of it came from elsewhere."""

    record: Record
    agency: str
    own: bool


def _counts(session: Session, here: Record, row: RevisionRow, record: Record) -> str:
    """Return whose word a version is, empty when it does not count."""
    if type(record) is not type(here) or record.originator != here.originator or row.unverified:
        return ""
    if not row.received_from or row.received_from in {one.fingerprint for one in session.identities}:
        return session.agency
    kept = session.vault.contacts.get(row.received_from)
    agency = kept.agency if kept is not None else ""
    return agency if agency in (*here.shared_by, here.originator.agency) else ""


def _restored(session: Session, found: Mapping[str, _Found], before: Mapping[str, frozenset[str]]) -> Iterable[Version]:
    """Yield the versions, those that others follow first, each with what its author could not see."""
    log: dict[str, list[Disclosure]] = {}
    for line in session.vault.disclosures.list(record_id=next(iter(found.values())).record.id if found else "-"):
        log.setdefault(line.revision, []).append(line)
    done: dict[str, Values] = {}
    for key in sorted(found, key=lambda one: (len(before[one]), one)):
        one = found[key]
        values: Values = {name: getattr(one.record, name) for name in joined_fields(kind_of(one.record))}
        if not one.own:
            given = [each for each in before[key] if each in log]
            nearest = [each for each in given if not any(each in before[other] for other in given)]
            for each in sorted(nearest):
                _put_back(session, one.record, values, done[each], log[each])
        done[key] = values
        merged = one.own and not one.record.author
        yield Version(key, one.record.parents, one.agency, one.record.author, one.record.created, values, merged)


def _put_back(session: Session, record: Record, values: Values, base: Values, log: list[Disclosure]) -> None:
    """Put into *values* what was in *base* and was kept back from somebody to whom that version was given."""
    withheld = {name for line in log for name in line.withheld} & values.keys()
    for name in withheld:
        values[name] = values[name] or base[name]
    labels, old = values["field_labels"], base["field_labels"]
    if isinstance(labels, dict) and isinstance(old, dict):
        values["field_labels"] = {**{name: one for name, one in old.items() if name in withheld}, **labels}
    for spec in reference_fields(kind_of(record)):
        was, now = base[spec.name], values[spec.name]
        if isinstance(was, tuple) and isinstance(now, tuple):
            hidden = tuple(one for one in was if one not in now and _was_hidden(session, str(one), log))
            # In the old order where nothing else was changed, so that this is no change at all.
            kept = tuple(one for one in was if one in now or one in hidden)
            values[spec.name] = (*kept, *(one for one in now if one not in was))
        elif was and not now and _was_hidden(session, str(was), log):
            values[spec.name] = was


def _was_hidden(session: Session, record_id: str, log: list[Disclosure]) -> bool:
    """Say whether somebody who was given a version did not have this other record at that time."""
    source = session.vault.records.source_of(record_id)
    given = session.vault.disclosures.list(record_id=record_id)
    for line in log:
        cards = session.vault.contacts.person(line.recipient)
        had = any(one.recipient in cards and one.when <= line.when for one in given)
        if not had and (source is None or source.received_from not in cards):
            return True
    return False


def as_seen(session: Session, record: Record) -> Record:
    """Return a joint record as it goes to those who keep it with us, naming all versions before it that they exchanged.

    By these their programs know what it follows. A version that never left this vault is not named.
    """
    rows = session.vault.records.revisions(record.id)
    parents = {row.revision: set(row.parents) for row in rows}
    for row in rows:
        parents[row.revision].update(row.parents)
    before = ancestry({**parents, record.revision: {*parents.get(record.revision, ()), *record.parents}})
    known = tuple(sorted(before[record.revision] & _exchanged(session, record)))
    return msgspec.structs.replace(record, parents=known)


def _exchanged(session: Session, record: Record) -> frozenset[str]:
    """Return the revisions of a record that were given to those who keep it with us, or came from one of them."""
    cards = {one.fingerprint for one in session.vault.contacts.list() if one.agency in record.shared_by}
    lines = session.vault.disclosures.list(record_id=record.id)
    rows = session.vault.records.revisions(record.id)
    given = {one.revision for one in lines if one.recipient in cards}
    return frozenset(given | {row.revision for row in rows if row.received_from in cards})
