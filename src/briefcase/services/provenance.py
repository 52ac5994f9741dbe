"""On whose word a record stands here, and whether its originator has recalled it: what is said beside it everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefcase.language import _
from briefcase.records.kinds import Record
from briefcase.services.comparing import speaks_for
from briefcase.services.messaging import recalls
from briefcase.services.messaging.recalls import Recalled
from briefcase.services.session import Session


@dataclass(frozen=True)
class Provenance:
    """What to know of a record before relying on it.

    Attributes:
        own: it was written here.
        reported_by: the contact on whose word alone it stands here; empty when its originator sent it.
        unverified: who sent it, when it was taken in from an unverified source; empty when it was not.
        recalled: the recalls of its originator that count.
    """

    own: bool = True
    reported_by: str = ""
    unverified: str = ""
    recalled: tuple[Recalled, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The same as sentences; none when there is nothing to know."""
        found = [one.words for one in self.recalled]
        if self.unverified:
            words = _("Taken in from an unverified source, %(name)s: it is not confirmed and goes no further.")
            found.append(words % {"name": self.unverified})
        elif self.reported_by:
            words = _("Reported by %(name)s, not by its originator: it is not confirmed and goes no further.")
            found.append(words % {"name": self.reported_by})
        return tuple(found)


def of(session: Session, records: Iterable[Record]) -> dict[str, Provenance]:
    """Return what to know of each of *records*, by id."""
    asked = tuple(records)
    withdrawn = recalls.recalled(session, asked)
    return {one.id: _of_one(session, one, withdrawn.get(one.id, ())) for one in asked}


def _of_one(session: Session, record: Record, recalled: tuple[Recalled, ...]) -> Provenance:
    source = session.vault.records.source_of(record.id)
    if source is None:
        return Provenance(recalled=recalled)
    contact = session.vault.contacts.get(source.received_from)
    name = contact.name if contact is not None else source.received_from[:16]
    who = f"{name} ({contact.agency})" if contact is not None and contact.agency else name
    spoken_for = contact is not None and speaks_for(contact.agency, record) and not source.unverified
    return Provenance(
        own=False,
        reported_by="" if spoken_for else who,
        unverified=who if source.unverified else "",
        recalled=recalled,
    )
