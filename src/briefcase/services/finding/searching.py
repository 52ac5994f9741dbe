"""Searching the whole vault, and keeping questions under a name."""

from __future__ import annotations

from collections.abc import Sequence

from briefcase.records import reasons
from briefcase.records.errors import QueryValueInvalid
from briefcase.records.query import Query, parse
from briefcase.services import cases, deleted
from briefcase.services.errors import CaseAmbiguous, CaseUnknown
from briefcase.services.finding.errors import SearchNameless, SearchUnknown
from briefcase.services.session import Session
from briefcase.vault.saved import SavedSearch
from briefcase.vault.values import Hit

_LONGEST = 80


def read(session: Session, text: str) -> Query:
    """Return the question that *text* asks, titles of cases in it looked up.

    Raises:
        briefcase.records.errors.QueryKeyUnknown, QueryValueInvalid: it cannot be read.
    """
    query = parse(text)
    if not query.cases:
        return query
    try:
        return query.with_cases([cases.find_case(session, one).id for one in query.cases])
    except (CaseUnknown, CaseAmbiguous):
        raise QueryValueInvalid(key="case", reason=reasons.CASE_WANTED) from None


def search(session: Session, text: str, *, kinds: Sequence[str] | None = None, limit: int = 200) -> list[Hit]:
    """Return the records that a text finds: by name, by text, inside of names; by filters alone the newest first.

    What belongs to deleted cases only is not among them until its case is taken out of the bin.

    Raises:
        briefcase.records.errors.QueryKeyUnknown, QueryValueInvalid: it cannot be read.
        briefcase.vault.errors.SearchStopped: ``Session.vault.stop_search`` was called in the meantime.
    """
    query, asked, binned = read(session, text), limit, bool(deleted.ids(session))
    while True:
        hits = session.vault.search(query, kinds=kinds, limit=asked)
        left = _without_deleted(session, hits) if binned else hits
        if len(left) >= limit or len(hits) < asked:
            return left[:limit]
        asked *= 4  # what lies in the bin took places that others are to have


def _without_deleted(session: Session, hits: Sequence[Hit]) -> list[Hit]:
    found = session.vault.records.get_many(hit.id for hit in hits)
    gone = deleted.among(session, found.values())
    return [hit for hit in hits if hit.id not in gone]


def save(session: Session, name: str, text: str) -> SavedSearch:
    """Keep a question under a name, in place of the one that was there.

    Raises:
        SearchNameless: it has no name or asks nothing; and what ``read`` raises.
    """
    shown = " ".join(name.split())
    if not shown or len(shown) > _LONGEST or not shown.isprintable() or parse(text).is_empty:
        raise SearchNameless
    read(session, text)
    kept = SavedSearch(shown, text.strip(), session.now())
    session.vault.saved.put(kept, actor=session.officer)
    return kept


def rename(session: Session, name: str, new: str) -> SavedSearch:
    """Keep the question that is saved under *name* under another name, in place of one that has it already.

    Raises:
        SearchUnknown: there is none; SearchNameless: the new name is none.
    """
    with session.vault.transaction():
        kept = save(session, new, saved_text(session, name))
        if kept.name != " ".join(name.split()):
            forget(session, name)
    return kept


def saved(session: Session) -> list[SavedSearch]:
    """Return the saved questions by name."""
    return session.vault.saved.list()


def saved_text(session: Session, name: str) -> str:
    """Return the question that is saved under *name*.

    Raises:
        SearchUnknown: there is none.
    """
    found = session.vault.saved.get(" ".join(name.split()))
    if found is None:
        raise SearchUnknown(name=name)
    return found.query


def forget(session: Session, name: str) -> None:
    """Forget the question that is saved under *name*.

    Raises:
        SearchUnknown: there is none.
    """
    saved_text(session, name)
    session.vault.saved.remove(" ".join(name.split()), actor=session.officer)
