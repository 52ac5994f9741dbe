"""The bin: a deleted case lies in it, whole, until its time is over; then it may be deleted for good, after asking.

What lies in it is in no list and goes to nobody. It is deleted for good by the same rules as ``keeping.purging``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from briefcase.records.kinds import Case
from briefcase.services import deleted
from briefcase.services.session import Session
from briefcase.services.undoing.errors import CaseInBin, CaseNotInBin, RetentionInvalid

LEAST, MOST = 1, 3650
DAYS = deleted.DAYS


@dataclass(frozen=True)
class Binned:
    """A case in the bin.

    Attributes:
        case_id: of the case.
        title: of the case.
        reference: its file number; may be empty.
        since: when it was deleted, UTC.
        by: who deleted it.
        until: when its time is over, UTC.
        is_over: whether that is past.
    """

    case_id: str
    title: str
    reference: str
    since: str
    by: str
    until: str
    is_over: bool


def put(session: Session, case: Case) -> Binned:
    """Put a case into the bin.

    Raises:
        CaseInBin: it is there already.
    """
    if case.id in deleted.ids(session):
        raise CaseInBin
    one = deleted.Entry(case.id, session.now(), session.officer)
    deleted.write(session, [*deleted.read(session), one], action="case.delete", about=case.id)
    return _binned(case, one, days(session), session.now())


def restore(session: Session, case_id: str) -> Case:
    """Take a case out of the bin, as it was.

    Raises:
        CaseNotInBin.
    """
    case = session.vault.records.get(case_id)
    if case_id not in deleted.ids(session) or not isinstance(case, Case):
        raise CaseNotInBin
    left = [one for one in deleted.read(session) if one.case != case_id]
    deleted.write(session, left, action="case.restore", about=case_id)
    return case


def list_binned(session: Session) -> list[Binned]:
    """Return what lies in the bin, the case first whose time is over first."""
    kept, now, found = days(session), session.now(), []
    for one in deleted.read(session):
        case = session.vault.records.get(one.case)
        if isinstance(case, Case):
            found.append(_binned(case, one, kept, now))
    return sorted(found, key=lambda one: (one.until, one.case_id))


def expired(session: Session) -> list[Binned]:
    """Return the cases whose time in the bin is over."""
    return [one for one in list_binned(session) if one.is_over]


def find(session: Session, text: str) -> Binned:
    """Return the case in the bin that an id, a title or a file number means.

    Raises:
        CaseNotInBin: none, or several.
    """
    found = [one for one in list_binned(session) if text in (one.case_id, one.title, one.reference) and text]
    if len(found) != 1:
        raise CaseNotInBin
    return found[0]


def days(session: Session) -> int:
    """Return for how many days a case lies in the bin."""
    text = session.vault.settings.text(DAYS, "30")
    return int(text)


def keep_for(session: Session, number: int) -> None:
    """Set for how many days a case lies in the bin; it holds for those that are in it, too.

    Raises:
        RetentionInvalid.
    """
    if not LEAST <= number <= MOST:
        raise RetentionInvalid(least=LEAST, most=MOST)
    session.vault.settings.set(DAYS, str(number), actor=session.officer)


def _binned(case: Case, one: deleted.Entry, kept: int, now: str) -> Binned:
    end = datetime.fromisoformat(one.since) + timedelta(days=kept)
    until = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Binned(case.id, case.title, case.reference, one.since, one.by, until, until <= now)
