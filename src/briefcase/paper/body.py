"""The parts that documents of records share: their tables, and the texts that are too long for a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Any

from briefcase.figures.happened import happened
from briefcase.figures.linked import edges, nodes
from briefcase.language import _
from briefcase.paper.breaking import MUTED, NAVY, Span
from briefcase.paper.content import Content
from briefcase.paper.directory import Directory, latin, original, primary
from briefcase.paper.flow import Flow, mark
from briefcase.paper.fonts import Style
from briefcase.paper.link_figure import link_figure
from briefcase.paper.masthead import facts
from briefcase.paper.sections import Field, Lookup, Section, period
from briefcase.paper.table import Cell, Column, Row, table
from briefcase.paper.time_figure import time_figure
from briefcase.paper.visible import script_later
from briefcase.records.kinds import Record
from briefcase.records.label import Label

Loose = Any
"""A record or value of some kind, read by the names of its fields."""


class Body:
    """The records of one document while they are set."""

    def __init__(self, content: Content, flow: Flow, records: Iterable[Record]) -> None:
        self.content, self.flow = content, flow
        self.directory = Directory(records)
        self.lookup = Lookup(content, self.directory)

    def facts(self, rows: Sequence[tuple[str, str, Style]]) -> None:
        """Set the facts at the head of the document beside its QR code, and the handling instructions below."""
        content = self.content
        facts(
            self.flow,
            [(label, self.directory.text(value), style) for label, value, style in rows],
            payload=content.qr_payload,
            caption=content.fingerprint_caption,
            words=content.fingerprint_words,
        )
        if content.handling:
            self.flow.box(_("HANDLING INSTRUCTIONS"), content.handling)

    def end(self) -> None:
        """Say that the document ends here, and which copy it is."""
        end = _("End of document. %(copy)s.") % {"copy": copy_of(self.content)}
        self.flow.small(f"— {end} —", centred=True)

    def portion(self, *records: Record) -> str:
        """Return the portion mark of one record, or of the join of several."""
        return self.content.portion(tuple(record.label for record in records))

    def marked(self, label: Label, text: str, *, bullet: bool = False) -> None:
        """Set a paragraph with the portion mark of one label."""
        spans = (*mark(self.content.portion((label,))), Span(self.directory.text(text)))
        self.flow.paragraph(spans, bullet=bullet)

    def section(self, section: Section, records: Sequence[Loose] | None = None) -> None:
        """Set the records of a kind, or only *records*; nothing where there are none."""
        records = self.directory.by_kind[section.kind] if records is None else records
        if records:
            self._records(section, records)
        extra = _EXTRAS.get(section.kind)
        if extra:
            extra(self, records)

    def _records(self, section: Section, records: Sequence[Loose]) -> None:
        self.flow.heading(_(section.heading), keep=38 + 32 * min(len(records), 3))
        if section.columns:
            rows = [self._row(record, section.columns) for record in records]
            self.table(_(section.caption), records, [_column(field) for field in section.columns], rows)
            self._details(section, records)
        else:
            for record in records:
                self._prose(section, record)

    def course(self) -> None:
        """Set what happened, as far as it has dates, on a line of time."""
        found = happened(self.directory.by_id.values(), self._called)
        records = {record.id: record for record, _event in found}
        caption = _(
            "Course of events. Hollow: the day is not known. Red: to be looked at first. A number: so many events."
        )
        if records:
            time_figure(self.flow, caption, self.portion(*records.values()), [event for _record, event in found])

    def links(self, first: str = "") -> None:
        """Set who has to do with what as a chart; the record with the id *first* is in it whatever the room.

        Marked by the join of all that is linked, also of what is left out for want of room.
        """
        records = list(self.directory.by_id.values())
        made = nodes(records, self._called, first)
        inside = {node.key for node in made}
        found = [
            (record, edge)
            for record, edge in edges(records, self._reference, self.lookup.term)
            if edge.source in inside and edge.target in inside
        ]
        ends = {key for _record, edge in found for key in (edge.source, edge.target)}
        shown = {
            record.id: record for record in (*(self.directory.by_id[key] for key in ends), *(r for r, _e in found))
        }
        if shown:
            link_figure(self.flow, self.portion(*shown.values()), made, [edge for _record, edge in found])

    def _reference(self, record: Record) -> str:
        return self.directory.reference(record.id)

    def _called(self, record: Record) -> str:
        return self.directory.named(record.id)

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
            short = [(field, text) for field, text in texts if text and not is_long(text)]
            if short:
                self.flow.paragraph(
                    (*mark(self.portion(record)), lead, *_listed(short)), size=8.8, leading=12.2, after=4
                )
            for field, text in texts:
                if text and is_long(text):
                    self._long(record, lead, field, text)
        if any(field.value(record, self.lookup) for record in records for field in section.texts):
            self.flow.sheet.y -= 3

    def long(self, record: Record, field: Field, text: str) -> None:
        """Set a text that has paragraphs of its own."""
        self._long(record, Span(""), field, text)

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
            if text and (not field.title or is_long(text)):
                head = (Span(f"{_(field.title)}: ", Style.BOLD, MUTED),) if field.title else ()
                for index, part in enumerate(paragraphs(text)):
                    self.flow.paragraph((*portion, *(head if index == 0 else ()), Span(part)))
            elif text:
                short.append((field, text))
        if short:
            self.flow.paragraph((*portion, *_listed(short)), size=8.8, leading=12.2, after=8)


def _parties(body: Body, parties: Sequence[Loose]) -> None:
    """Set what a party's row has no room for: other names, addresses, further identifiers; and a note on scripts."""
    kinds = body.directory.by_kind
    if not parties and (kinds["address"] or kinds["identifier"]):
        body.flow.heading(_("Addresses and identifiers"), keep=74)
    others = [(party, name) for party in parties for name in party.names if name is not primary(party)]
    body.table(
        _("Other names."),
        [party for party, _name in others],
        [Column(_("Name (original script)")), Column(_("Name (Latin)")), Column(_("Kind")), Column(_("Lang."))],
        [
            (
                (Span(original(name), Style.NARROW, language=name.lang),),
                latin(name),
                body.lookup.term("name_kind", name.kind),
                name.lang,
            )
            for _party, name in others
        ],
    )
    later = sorted({script_later(name.text) for party in parties for name in party.names if name.latin} - {""})
    if later:
        note = _("Not set by this program: %(scripts)s. Such names are printed in their stored Latin form.")
        body.flow.small(note % {"scripts": ", ".join(later)}, after=8)
    addresses(body, parties, kinds["address"])
    identifiers(body, parties, kinds["identifier"])


def addresses(body: Body, parties: Sequence[Loose], places: Sequence[Loose]) -> None:
    """Set the addresses of parties, and those that are records of their own."""
    text = body.directory.text
    columns = [Column(_("Address")), Column(_("Ctry")), Column(_("Kind")), Column(_("Dates")), Column(_("Used by"))]
    records: list[Any] = []
    rows: list[tuple[str | Cell, ...]] = []
    for party in parties:
        for place in party.addresses:
            records.append(party)
            kind = body.lookup.term("address_kind", place.kind)
            rows.append((text(_address(place)), place.country, kind, period(place.since, place.until), ""))
    for place in places:
        records.append(place)
        kind = body.lookup.term("address_kind", place.address_kind)
        used = body.directory.listed(place.used_by)
        where = " ".join(filter(None, (_address(place), _degrees(place))))
        rows.append((text(where), place.country, kind, period(place.since, place.until), used))
    body.table(_("Addresses."), records, columns, rows)


def identifiers(body: Body, parties: Sequence[Loose], numbers: Sequence[Loose]) -> None:
    """Set the identifiers of parties, and those that are records of their own."""
    columns = [
        Column(_("Scheme")),
        Column(_("Number"), code=True),
        Column(_("Ctry")),
        Column(_("Holder")),
        Column(_("Valid")),
    ]
    records: list[Any] = []
    rows: list[tuple[str | Cell, ...]] = []
    for party in parties:
        for each in party.identifiers:
            records.append(party)
            rows.append((body.lookup.term("identifier_scheme", each.scheme), each.value, each.country, "", ""))
    for each in numbers:
        records.append(each)
        scheme, holder = body.lookup.term("identifier_scheme", each.scheme), body.lookup.named(each.holder)
        rows.append((scheme, each.value, each.country, holder, period(each.since, each.until)))
    body.table(_("Identifiers."), records, columns, rows)


def legs(body: Body, shipments: Sequence[Loose]) -> None:
    """Set the legs of each shipment."""
    columns = [
        Column(_("Leg")),
        Column(_("From")),
        Column(_("To")),
        Column(_("Carrier")),
        Column(_("Conveyance")),
        Column(_("Date")),
        Column(_("Status")),
    ]
    for shipment in shipments:
        rows = [
            (
                str(index),
                place_name(leg.origin, leg.origin_country),
                place_name(leg.destination, leg.destination_country),
                leg.carrier,
                leg.conveyance,
                leg.date,
                body.lookup.term("leg_status", leg.status),
            )
            for index, leg in enumerate(shipment.legs, start=1)
        ]
        caption = _("Legs of %(shipment)s.") % {"shipment": body.directory.named(shipment.id)}
        body.table(caption, [shipment] * len(rows), columns, rows)


_EXTRAS: MappingProxyType[str, Callable[[Body, Sequence[Loose]], None]] = MappingProxyType(
    {"party": _parties, "shipment": legs}
)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text that are not empty."""
    return [part.strip() for part in text.split("\n") if part.strip()]


def _column(field: Field) -> Column:
    return Column(_(field.title), right=field.right, code=field.code)


def is_long(text: str) -> bool:
    """Say whether a text takes more than about two lines."""
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


def copy_of(content: Content) -> str:
    """Return which copy this is of how many."""
    return _("Copy %(copy)s of %(copies)s") % {"copy": content.copy, "copies": content.copies}


def copy_for(content: Content) -> str:
    """Return which copy this is, and for whom."""
    if not content.prepared_for:
        return copy_of(content)
    return _("%(copy)s — for %(name)s") % {"copy": copy_of(content), "name": content.prepared_for}


def moment(text: str) -> str:
    """Return ``2026-11-24T06:02:56Z`` as people read it."""
    return text.replace("T", " ").replace("Z", " UTC")


def place_name(name: str, country: str) -> str:
    """Return a place with its country."""
    return f"{name} ({country})" if name and country else name or country


def _address(place: Loose) -> str:
    return place.full or ", ".join(filter(None, (place.street, place.city, place.region, place.postcode)))


def _degrees(place: Loose) -> str:
    return f"({place.latitude}, {place.longitude})" if place.latitude and place.longitude else ""
