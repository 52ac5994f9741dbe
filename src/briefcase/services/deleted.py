"""Which cases lie in the bin: read by everything that lists or finds a case, written by ``undoing.bin``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from briefcase.records.kinds import Record
from briefcase.services.session import Session

_BIN = "bin.cases"
DAYS = "bin.days"
"""Settings: what lies in the bin, and for how many days."""


class Entry(msgspec.Struct, frozen=True):
    """One case in the bin: its id, when it was put there (UTC), and by whom."""

    case: str
    since: str
    by: str


def read(session: Session) -> list[Entry]:
    """Return what lies in the bin, in the order it came there."""
    return msgspec.convert(session.vault.settings.get(_BIN) or [], list[Entry])


def ids(session: Session) -> frozenset[str]:
    """Return the ids of the cases in the bin."""
    return frozenset(one.case for one in read(session))


def among(session: Session, records: Iterable[Record]) -> frozenset[str]:
    """Return the ids of the deleted cases among *records*, and of the records that belong to deleted cases only."""
    gone = ids(session)
    return frozenset(
        one.id for one in records if gone and (one.id in gone or (one.case_ids and gone.issuperset(one.case_ids)))
    )


def write(session: Session, entries: Sequence[Entry], *, action: str, about: str) -> None:
    """Keep what lies in the bin from now on, with one entry in the audit chain; what was purged is dropped."""
    left = [msgspec.to_builtins(one) for one in entries if session.vault.records.get(one.case) is not None]
    with session.vault.transaction():
        session.vault.settings.set(_BIN, left)
        session.vault.audit.append(action, about, actor=session.officer)
