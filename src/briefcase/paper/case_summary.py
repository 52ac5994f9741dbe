"""The case summary: one case with its records, as an officer hands it over on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Any, BinaryIO

from briefcase.language import _
from briefcase.paper.breaking import MUTED, NAVY, Span
from briefcase.paper.content import CaseSummary, PageCount
from briefcase.paper.directory import Directory, latin, original, primary
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow, mark
from briefcase.paper.fonts import Style
from briefcase.paper.joint import JOINT
from briefcase.paper.masthead import facts, title_bar
from briefcase.paper.page import Frame, Sheet, paper_size
from briefcase.paper.sections import SECTIONS, Field, Lookup, Section, period
from briefcase.paper.table import Cell, Column, Row, table
from briefcase.paper.visible import script_later, visible
from briefcase.records.kinds import Record
from briefcase.records.label import Label

Loose = Any
"""A record or value of some kind, read by the names of its fields."""


def case_summary(content: CaseSummary, out: BinaryIO, *, paper: str = "a4") -> PageCount:
    """Write *content* as a PDF to *out*; the same content gives the same bytes.

    Args:
        content: what is printed; nothing else is known here.
        out: takes the whole document in one write.
        paper: ``a4`` or ``letter``; the text flows anew, it is not scaled.

    Raises:
        UnknownPaper: there is no such format.
        ResourceError: a font of the program is missing.
    """
    name = visible(content.case.title) or _("Case summary")
    drawing = Drawing(paper_size(paper), title=name, author=visible(content.agency), language=content.language)
    frame = Frame(content.banner, _running_title(content), content.control_number, _copy(content), content.audit_head)
    sheet = Sheet(drawing, frame)
    _Summary(content, Flow(sheet)).write()
    pages = sheet.finish()
    drawing.finish(out)
    return PageCount(pages)


def _running_title(content: CaseSummary) -> str:
    facts_ = {"reference": content.case.reference, "title": content.case.title}
    return (_("Case %(reference)s — %(title)s") if content.case.reference else "%(title)s") % facts_


def _copy(content: CaseSummary) -> str:
    return _("Copy %(copy)s of %(copies)s") % {"copy": content.copy, "copies": content.copies}


class _Summary:
    """One summary while it is written."""

    def __init__(self, content: CaseSummary, flow: Flow) -> None:
        self.content, self.flow = content, flow
        self.directory = Directory(content.records)
        self.lookup = Lookup(content, self.directory)

    def write(self) -> None:
        """Set every part in the order of the page."""
        self._masthead()
        self._judgements()
        self._tear_lines()
        for section in (*SECTIONS, *JOINT):
            self._section(section)
            extra = _EXTRAS.get(section.kind)
            if extra:
                extra(self)
        end = _("End of document. %(copy)s.") % {"copy": _copy(self.content)}
        self.flow.small(f"— {end} —", centred=True)

    def portion(self, *records: Record) -> str:
        """Return the portion mark of one record, or of the join of several."""
        return self.content.portion(tuple(record.label for record in records))

    def _masthead(self) -> None:
        content, case = self.content, self.content.case
        title_bar(self.flow, _("CASE SUMMARY"), self.portion(case), case.title)
        copy = _copy(content)
        if content.prepared_for:
            copy = _("%(copy)s — for %(name)s") % {"copy": copy, "name": content.prepared_for}
        plain, bold = Style.REGULAR, Style.BOLD
        rows = (
            (_("Case number"), case.reference, plain),
            (_("Control number"), content.control_number, Style.MONO_BOLD),
            (_("Copy"), copy, bold),
            (_("Originator"), case.originator.agency or content.agency, plain),
            (_("Lead agency"), case.lead_agency, plain),
            (_("Prepared by"), ", ".join(filter(None, (content.officer, content.agency))), plain),
            (_("Information cut-off"), _moment(content.created), plain),
            (_("Releasable to"), content.releasable_to, plain),
            (_("Partners' references"), "; ".join(case.partner_references), plain),
            (_("Status"), self.lookup.term("case_status", case.status), plain),
            (_("Opened"), period(case.opened, case.closed), plain),
            (_("Review date"), case.next_review, plain),
            (_("Control regimes"), self.lookup.terms("regime", case.regimes), plain),
            (_("Legal gateway"), case.legal_basis, plain),
        )
        shown = [(label, self.directory.text(value), style) for label, value, style in rows]
        facts(
            self.flow,
            shown,
            payload=content.qr_payload,
            caption=content.fingerprint_caption,
            words=content.fingerprint_words,
        )
        if content.handling:
            self.flow.box(_("HANDLING INSTRUCTIONS"), content.handling)

    def _judgements(self) -> None:
        if not self.content.case.summary.strip():
            return
        self.flow.heading(_("Key judgements"))
        for text in paragraphs(self.content.case.summary):
            self._marked(self.content.case.label, text, bullet=True)

    def _tear_lines(self) -> None:
        if not self.content.tear_lines:
            return
        self.flow.heading(_("Tear-lines"))
        for tear_line in self.content.tear_lines:
            for text in paragraphs(tear_line.text):
                self._marked(tear_line.label, text)

    def _marked(self, label: Label, text: str, *, bullet: bool = False) -> None:
        spans = (*mark(self.content.portion((label,))), Span(self.directory.text(text)))
        self.flow.paragraph(spans, bullet=bullet)

    def _section(self, section: Section) -> None:
        records = self.directory.by_kind[section.kind]
        if not records:
            return
        self.flow.heading(_(section.heading), keep=74)
        if section.columns:
            rows = [self._row(record, section.columns) for record in records]
            self.table(_(section.caption), records, [_column(field) for field in section.columns], rows)
            self._details(section, records)
        else:
            for record in records:
                self._prose(section, record)

    def _row(self, record: Record, fields: Sequence[Field]) -> tuple[str | Cell, ...]:
        return tuple(self._cell(record, field) for field in fields)

    def _cell(self, record: Record, field: Field) -> str | Cell:
        text = self.directory.text(field.value(record, self.lookup))
        language = field.language(record) if field.language else ""
        return (Span(text, Style.NARROW, language=language),) if language else text

    def table(
        self, caption: str, records: Sequence[Record], columns: Sequence[Column], rows: Sequence[tuple[str | Cell, ...]]
    ) -> None:
        """Set a table whose rows belong to *records*, one each; mark and reference come first."""
        made = [
            Row(self.portion(record), (self.directory.reference(record.id), *cells))
            for record, cells in zip(records, rows, strict=True)
        ]
        table(self.flow, caption, self.portion(*records), [Column(_("Ref")), *columns], made)

    def _details(self, section: Section, records: Sequence[Record]) -> None:
        """Set the texts that are too long for a table, a paragraph for each record."""
        for record in records:
            texts = [(field, self.directory.text(field.value(record, self.lookup))) for field in section.texts]
            lead = Span(f"{self.directory.reference(record.id)}  ", Style.BOLD, NAVY)
            short = [(field, text) for field, text in texts if text and not _is_long(text)]
            if short:
                self.flow.paragraph(
                    (*mark(self.portion(record)), lead, *_listed(short)), size=8.8, leading=12.2, after=4
                )
            for field, text in texts:
                if text and _is_long(text):
                    self._long(record, lead, field, text)
        if any(field.value(record, self.lookup) for record in records for field in section.texts):
            self.flow.sheet.y -= 3

    def _long(self, record: Record, lead: Span, field: Field, text: str) -> None:
        for index, part in enumerate(paragraphs(text)):
            head = (lead, Span(f"{_(field.title)}: ", Style.BOLD, MUTED)) if index == 0 else ()
            spans = (*mark(self.portion(record)), *head, Span(part))
            self.flow.paragraph(spans, size=8.8, leading=12.2, after=4)

    def _prose(self, section: Section, record: Loose) -> None:
        """Set a record as a title, its running text, and a last paragraph of facts."""
        portion = mark(self.portion(record))
        lead = Span(f"{self.directory.reference(record.id)}  ", Style.BOLD, NAVY)
        name = getattr(record, "title", "") or getattr(record, "subject", "")
        self.flow.subheading((*portion, lead, Span(self.directory.text(name), Style.BOLD)))
        short = []
        for field in section.texts:
            text = self.directory.text(field.value(record, self.lookup))
            if text and (not field.title or _is_long(text)):
                head = (Span(f"{_(field.title)}: ", Style.BOLD, MUTED),) if field.title else ()
                for index, part in enumerate(paragraphs(text)):
                    self.flow.paragraph((*portion, *(head if index == 0 else ()), Span(part)))
            elif text:
                short.append((field, text))
        if short:
            self.flow.paragraph((*portion, *_listed(short)), size=8.8, leading=12.2, after=8)


def _parties(summary: _Summary) -> None:
    """Set what a party's row has no room for: other names, addresses, further identifiers; and a note on scripts."""
    kinds = summary.directory.by_kind
    parties = kinds["party"]
    if not parties and (kinds["address"] or kinds["identifier"]):
        summary.flow.heading(_("Addresses and identifiers"), keep=74)
    others = [(party, name) for party in parties for name in party.names if name is not primary(party)]
    summary.table(
        _("Other names."),
        [party for party, _name in others],
        [Column(_("Name (original script)")), Column(_("Name (Latin)")), Column(_("Kind")), Column(_("Lang."))],
        [
            (
                (Span(original(name), Style.NARROW, language=name.lang),),
                latin(name),
                summary.lookup.term("name_kind", name.kind),
                name.lang,
            )
            for _party, name in others
        ],
    )
    later = sorted({script_later(name.text) for party in parties for name in party.names if name.latin} - {""})
    if later:
        note = _("Not set by this program: %(scripts)s. Such names are printed in their stored Latin form.")
        summary.flow.small(note % {"scripts": ", ".join(later)}, after=8)
    _addresses(summary)
    _identifiers(summary)


def _addresses(summary: _Summary) -> None:
    text = summary.directory.text
    columns = [Column(_("Address")), Column(_("Ctry")), Column(_("Kind")), Column(_("Dates")), Column(_("Used by"))]
    records: list[Any] = []
    rows: list[tuple[str | Cell, ...]] = []
    for party in summary.directory.by_kind["party"]:
        for place in party.addresses:
            records.append(party)
            kind = summary.lookup.term("address_kind", place.kind)
            rows.append((text(_address(place)), place.country, kind, period(place.since, place.until), ""))
    for place in summary.directory.by_kind["address"]:
        records.append(place)
        kind = summary.lookup.term("address_kind", place.address_kind)
        used = summary.directory.listed(place.used_by)
        where = " ".join(filter(None, (_address(place), _degrees(place))))
        rows.append((text(where), place.country, kind, period(place.since, place.until), used))
    summary.table(_("Addresses."), records, columns, rows)


def _identifiers(summary: _Summary) -> None:
    columns = [
        Column(_("Scheme")),
        Column(_("Number"), code=True),
        Column(_("Ctry")),
        Column(_("Holder")),
        Column(_("Valid")),
    ]
    records: list[Any] = []
    rows: list[tuple[str | Cell, ...]] = []
    for party in summary.directory.by_kind["party"]:
        for each in party.identifiers:
            records.append(party)
            rows.append((summary.lookup.term("identifier_scheme", each.scheme), each.value, each.country, "", ""))
    for each in summary.directory.by_kind["identifier"]:
        records.append(each)
        scheme, holder = summary.lookup.term("identifier_scheme", each.scheme), summary.lookup.named(each.holder)
        rows.append((scheme, each.value, each.country, holder, period(each.since, each.until)))
    summary.table(_("Identifiers."), records, columns, rows)


def _legs(summary: _Summary) -> None:
    columns = [
        Column(_("Leg")),
        Column(_("From")),
        Column(_("To")),
        Column(_("Carrier")),
        Column(_("Conveyance")),
        Column(_("Date")),
        Column(_("Status")),
    ]
    for shipment in summary.directory.by_kind["shipment"]:
        rows = [
            (
                str(index),
                _place(leg.origin, leg.origin_country),
                _place(leg.destination, leg.destination_country),
                leg.carrier,
                leg.conveyance,
                leg.date,
                summary.lookup.term("leg_status", leg.status),
            )
            for index, leg in enumerate(shipment.legs, start=1)
        ]
        caption = _("Legs of %(shipment)s.") % {"shipment": summary.directory.named(shipment.id)}
        summary.table(caption, [shipment] * len(rows), columns, rows)


_EXTRAS: MappingProxyType[str, Callable[[_Summary], None]] = MappingProxyType({"party": _parties, "shipment": _legs})


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text that are not empty."""
    return [part.strip() for part in text.split("\n") if part.strip()]


def _column(field: Field) -> Column:
    return Column(_(field.title), right=field.right, code=field.code)


def _is_long(text: str) -> bool:
    return len(text) > 160 or "\n" in text  # noqa: PLR2004 - about two lines


def _listed(texts: Iterable[tuple[Field, str]]) -> list[Span]:
    """Return ``Label: text; Label: text`` with the labels in bold."""
    spans: list[Span] = []
    for field, text in texts:
        if spans:
            spans.append(Span("  ·  ", Style.REGULAR, MUTED))
        spans.append(Span(f"{_(field.title)}: ", Style.BOLD, MUTED))
        spans.append(Span(text, Style.MONO if field.code else Style.REGULAR, scale=0.86 if field.code else 1.0))
    return spans


def _moment(text: str) -> str:
    """Return ``2026-11-24T06:02:56Z`` as people read it."""
    return text.replace("T", " ").replace("Z", " UTC")


def _place(name: str, country: str) -> str:
    return f"{name} ({country})" if name and country else name or country


def _address(place: Loose) -> str:
    return place.full or ", ".join(filter(None, (place.street, place.city, place.region, place.postcode)))


def _degrees(place: Loose) -> str:
    return f"({place.latitude}, {place.longitude})" if place.latitude and place.longitude else ""
