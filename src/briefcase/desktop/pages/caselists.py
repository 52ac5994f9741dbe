"""The rows of the lists on the Cases page: cases, hits of a search, the records of a case by kind. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from briefcase.desktop.models.rows import Row
from briefcase.desktop.showing import count_words, one_line
from briefcase.language import _
from briefcase.records import lattice, reasons
from briefcase.records.errors import QueryValueInvalid
from briefcase.records.fields import kind_title
from briefcase.records.folding import fold, query_tokens
from briefcase.records.kinds import KINDS, Link, Record, kind_of
from briefcase.records.label import Label
from briefcase.records.names import latin_title_of, names_of, texts_of, title_of
from briefcase.records.packs import Pack
from briefcase.records.query import matches, parse
from briefcase.records.vocabulary import vocabulary
from briefcase.services.cases import CaseRow


class HitLike(Protocol):
    """What the list of hits needs to know of one."""

    @property
    def id(self) -> str:
        """The record that was found."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def title(self) -> str:
        """Its line for lists."""

    @property
    def snippet(self) -> str:
        """Where the words stand."""


def mark(label: Label, pack: Pack) -> str:
    """Return the short portion mark of a label."""
    return lattice.portion(label, pack)


def case_row(case: CaseRow, pack: Pack) -> Row:
    """Return the row of a case."""
    status = _(vocabulary("case_status").label(case.status)) if case.status else ""
    detail = " · ".join(part for part in (case.reference, status) if part)
    words = detail or _("No reference yet")
    return Row(case.id, case.title, words, "case", mark(case.label, pack), count_words(case.count), strong=True)


def hit_row(hit: HitLike, portion: str) -> Row:
    """Return the row of one hit of a search."""
    return Row(
        hit.id, hit.title, one_line(hit.snippet) or kind_title(hit.kind), hit.kind, portion, kind_title(hit.kind)
    )


def ends(link: Link, titles: Mapping[str, str]) -> str:
    """Return the two ends of a link in words."""
    unknown = _("a record that is not here")
    return f"{titles.get(link.from_id, unknown)} → {titles.get(link.to_id, unknown)}"


def record_row(record: Record, pack: Pack, titles: Mapping[str, str], own_agency: str = "") -> Row:
    """Return the row of a record in its case; one from a partner says whose it is."""
    latin = latin_title_of(record)
    title = title_of(record)
    detail = latin if latin and latin != title else ""
    if isinstance(record, Link):
        detail = ends(record, titles)
    origin = record.originator.agency
    note = _("from %(agency)s") % {"agency": origin} if origin and own_agency and origin != own_agency else ""
    kind = kind_of(record)
    return Row(
        record.id, title or kind_title(kind), detail, kind, mark(record.label, pack), note, strong=kind == "case"
    )


def grouped(records: Iterable[Record], pack: Pack, titles: Mapping[str, str], own_agency: str = "") -> list[Row]:
    """Return the rows of records under the headings of their kinds, the case itself first."""
    by_kind: defaultdict[str, list[Row]] = defaultdict(list)
    for record in records:
        by_kind[kind_of(record)].append(record_row(record, pack, titles, own_agency))
    found: list[Row] = by_kind.pop("case", [])
    for kind in KINDS:
        if kind in by_kind:
            found.append(Row("", kind_title(kind, many=True), note=str(len(by_kind[kind]))))
            found.extend(sorted(by_kind[kind], key=lambda row: row.title.casefold()))
    return found


def searchable(record: Record) -> str:
    """Return the folded text of a record, for ``matching``; begins and ends with a blank."""
    words = fold(" ".join([title_of(record), latin_title_of(record), *names_of(record), texts_of(record)]))
    return f" {words} "


def matching(records: Sequence[Record], folded: Mapping[str, str], text: str) -> list[Record]:
    """Return the records that have every word of *text* at the start of a word; *folded* is ``searchable`` by id.

    With filters in the text it is read as a search of the whole vault is.

    Raises:
        QueryKeyUnknown, QueryValueInvalid: a filter cannot be read.
    """
    query = parse(text)
    if query.cases:
        raise QueryValueInvalid(key="case", reason=reasons.CASE_WANTED)
    if query.is_filtered:
        return [record for record in records if matches(query, record) is not None]
    wanted = query_tokens(text)
    if not wanted:
        return list(records)
    return [
        record for record in records if all(any(f" {form}" in folded[record.id] for form in forms) for forms in wanted)
    ]
