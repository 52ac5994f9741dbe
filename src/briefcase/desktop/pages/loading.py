"""What the Cases page fetches from the services, as plain values; every function here runs in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from briefcase.desktop.pages import caselists
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Record, kind_of
from briefcase.records.label import Label
from briefcase.records.names import references_of, title_of
from briefcase.services import cases, provenance
from briefcase.services.finding import searching
from briefcase.services.session import Session


@dataclass(frozen=True)
class OpenCase:
    """What is held of the case that is open.

    Attributes:
        id: of the case.
        records: the case, its records and its tear-lines, by id.
        folded: their searchable text, by id.
        titles: one line each, by id.
        own: ids of those that were written here.
        reported: by id, what to know of a record before relying on it, in sentences.
    """

    id: str
    records: Mapping[str, Record] = field(default_factory=dict)
    folded: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    reported: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The case's own title."""
        case = self.records.get(self.id)
        return title_of(case) if case is not None else ""


@dataclass(frozen=True)
class Alone:
    """A record outside its case.

    Attributes:
        record: itself.
        titles: of what it points to.
        own: whether it was written here.
        labels: of what it points to, because their titles are shown with it.
        reported: what to know of it before relying on it, in sentences.
    """

    record: Record
    titles: Mapping[str, str]
    own: bool
    labels: tuple[Label, ...] = ()
    reported: str = ""


def load_case(session: Session, case_id: str) -> OpenCase:
    """Return a case with all its records and tear-lines, ready for list and filter.

    Raises:
        CaseUnknown: it was deleted.
    """
    case_id = cases.find_case(session, case_id).id
    found = [*cases.case_records(session, case_id), *cases.tear_lines(session, case_id)]
    records = {record.id: record for record in found}
    titles = {key: title_of(record) or kind_title(kind_of(record)) for key, record in records.items()}
    folded = {key: caselists.searchable(one) for key, one in records.items()}
    own = frozenset(record.id for record in found if cases.is_own(session, record))
    reported = {key: "\n".join(one.words) for key, one in provenance.of(session, found).items()}
    return OpenCase(case_id, records, folded, titles, own, reported)


def load_alone(session: Session, record_id: str) -> Alone:
    """Return one record by itself."""
    record = cases.get(session, record_id)
    titles = cases.titles(session, references_of(record))
    labels = tuple(cases.get(session, key).label for key in titles)
    known = provenance.of(session, [record])[record.id]
    return Alone(record, titles, known.own, labels, "\n".join(known.words))


@dataclass(frozen=True)
class Found:
    """What a search found, with the labels of it, for rows and banner."""

    hits: tuple[caselists.HitLike, ...]
    labels: tuple[Label, ...]


def load_hits(session: Session, text: str, limit: int) -> Found:
    """Return what *text* finds in the whole vault."""
    hits = tuple(searching.search(session, text, limit=limit))
    return Found(hits, tuple(hit.record.label for hit in hits))
