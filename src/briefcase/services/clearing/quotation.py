"""Which records of the vault the texts and files of what would go speak of, by name, by number or by id.

The names of every record of the vault are looked for, not those of the case alone. They are read once, and each text is
read once, for all recipients and until a record changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefcase.records.kinds import Document, Record
from briefcase.records.names import references_of
from briefcase.release.quoting import Mention, Names, mentions_of
from briefcase.services.clearing import filetexts
from briefcase.services.session import Session


@dataclass(frozen=True)
class Scope:
    """What a decision is about.

    Attributes:
        records: what is to go.
        context: other records that these point to or name, directly or through others.
        mentions: what the texts and files of *records* name.
    """

    records: tuple[Record, ...]
    context: tuple[Record, ...]
    mentions: tuple[Mention, ...]

    @property
    def all(self) -> tuple[Record, ...]:
        """Everything that the decision rests on."""
        return (*self.records, *self.context)


def scope(session: Session, records: Sequence[Record]) -> Scope:
    """Return *records* with all that decides over them."""
    mentions = _mentions(session, records)
    known = {record.id: record for record in records}
    own = set(known)
    asked = {one for record in known.values() for one in references_of(record)}
    asked |= {target for one in mentions for target, _field in one.targets}
    while asked := asked - known.keys():
        found = session.vault.records.get_many(asked)
        known |= found
        asked = {one for record in found.values() for one in references_of(record)}
    here = tuple(one for one in mentions if not one.targets or any(target in known for target, _field in one.targets))
    return Scope(tuple(records), tuple(record for one, record in known.items() if one not in own), here)


def names_of_vault(session: Session) -> Names:
    """Return every name by which a record of the vault can be named; read once, until a record changes."""
    readings = session.readings
    stamp = session.vault.records.stamp()
    if readings.stamp != stamp:
        names = Names()
        for record in session.vault.records.stream():
            names.add(record)
        readings.names, readings.stamp = names, stamp
        readings.mentions.clear()
    return readings.names


def _mentions(session: Session, records: Iterable[Record]) -> list[Mention]:
    readings = session.readings
    names_of_vault(session)
    found: list[Mention] = []
    for record in records:
        known = readings.mentions.get(record.id)
        if known is None:
            known = readings.mentions[record.id] = tuple(_of_record(session, record))
        found += known
    return found


def _of_record(session: Session, record: Record) -> Iterable[Mention]:
    yield from mentions_of(record, session.readings.names)
    if not isinstance(record, Document) or not record.sha256:
        return
    text = filetexts.text_of(session, record)
    if text is None:
        yield Mention(record.id, "sha256", record.sha256)
    else:
        yield from session.readings.names.mentions(record.id, [("sha256", text)])
