"""One record in the middle of a document: a party profile, the route sheet of a shipment, the plan of an operation."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, BinaryIO

from briefcase.errors import N_
from briefcase.language import _
from briefcase.paper.body import Body, addresses, copy_for, copy_of, identifiers, is_long, legs, moment
from briefcase.paper.breaking import Span
from briefcase.paper.content import Focus, PageCount
from briefcase.paper.directory import latin, original, primary, title
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow
from briefcase.paper.fonts import Style
from briefcase.paper.joint import JOINT
from briefcase.paper.masthead import title_bar
from briefcase.paper.page import Frame, Sheet, paper_size
from briefcase.paper.route import Stop, route
from briefcase.paper.sections import SECTIONS, Section
from briefcase.paper.table import Column
from briefcase.paper.visible import visible
from briefcase.records.kinds import Party, kind_of

Loose = Any
"""A record of some kind, read by the names of its fields."""

DOCUMENTS = MappingProxyType(
    {"party": N_("PARTY PROFILE"), "shipment": N_("ROUTE SHEET"), "operation": N_("OPERATION PLAN")}
)
"""What a document is called whose focus is a record of this kind."""


def focus_sheet(content: Focus, out: BinaryIO, *, paper: str = "a4") -> PageCount:
    """Write *content* as a PDF to *out*; the same content gives the same bytes.

    Args:
        content: what is printed; nothing else is known here.
        out: takes the whole document in one write.
        paper: ``a4`` or ``letter``.

    Raises:
        UnknownPaper: there is no such format.
        ResourceError: a font of the program is missing.
    """
    document = _(DOCUMENTS[kind_of(content.record)])
    name = f"{document.capitalize()} — {title(content.record)}"
    drawing = Drawing(paper_size(paper), title=visible(name), author=visible(content.agency), language=content.language)
    frame = Frame(content.banner, name, content.control_number, copy_of(content), content.audit_head)
    sheet = Sheet(drawing, frame)
    _Sheet(content, Flow(sheet), document).write()
    pages = sheet.finish()
    drawing.finish(out)
    return PageCount(pages)


class _Sheet(Body):
    """One document while it is written."""

    def __init__(self, content: Focus, flow: Flow, document: str) -> None:
        super().__init__(content, flow, (content.record, *content.records))
        self.record: Loose = content.record
        self.document = document
        kind = kind_of(content.record)
        self.own = next(section for section in (*SECTIONS, *JOINT) if section.kind == kind)

    def write(self) -> None:
        """Set every part in the order of the page."""
        self._head()
        if isinstance(self.record, Party):
            self._party(self.record)
        elif self.own.kind == "shipment":
            self._route()
        self.course()
        self.links(self.record.id)
        for section in (*SECTIONS, *JOINT):
            self.section(section, self._others(section))
        self.end()

    def _others(self, section: Section) -> list[Loose]:
        return [one for one in self.directory.by_kind[section.kind] if one.id != self.record.id]

    def _head(self) -> None:
        """Set title, facts and handling instructions, then the record's own long texts."""
        content, record = self.content, self.record
        name = original(primary(record)) if isinstance(record, Party) else title(record)
        title_bar(self.flow, self.document, self.portion(record), self.directory.text(name))
        plain = Style.REGULAR
        columns = self.own.columns[1:] if isinstance(record, Party) else self.own.columns
        fields = [(field, field.value(record, self.lookup)) for field in (*columns, *self.own.texts)]
        rows = [
            (_("Ref"), self.directory.reference(record.id), Style.BOLD),
            *((_(field.title), text, plain) for field, text in fields if not is_long(text) and text != name),
            (_("Control number"), content.control_number, Style.MONO_BOLD),
            (_("Copy"), copy_for(content), Style.BOLD),
            (_("Originator"), record.originator.agency or content.agency, plain),
            (_("Prepared by"), ", ".join(filter(None, (content.officer, content.agency))), plain),
            (_("Information cut-off"), moment(content.created), plain),
            (_("Releasable to"), content.releasable_to, plain),
        ]
        self.facts(rows)
        for field, text in fields:
            if is_long(text):
                self.long(record, field, self.directory.text(text))

    def _party(self, party: Party) -> None:
        """Set the names in every script, the addresses and the identifiers."""
        self.flow.heading(_("Names, addresses and identifiers"), keep=74)
        titles = (_("Name (original script)"), _("Name (Latin)"), _("Kind"), _("Lang."))
        rows = [
            (
                (Span(original(name), Style.NARROW, language=name.lang),),
                latin(name),
                self.lookup.term("name_kind", name.kind),
                name.lang,
            )
            for name in party.names
        ]
        self.table(_("Names."), [party] * len(rows), list(map(Column, titles)), rows)
        held = [one for one in self.directory.by_kind["identifier"] if one.holder == party.id]
        used = [one for one in self.directory.by_kind["address"] if party.id in one.used_by]
        addresses(self, [party], used)
        identifiers(self, [party], held)
        for kind in ("identifier", "address"):
            self.directory.by_kind[kind] = []

    def _route(self) -> None:
        """Set the way as a picture and as a table."""
        shipment = self.record
        if not shipment.legs:
            return
        self.flow.heading(_("Route"), keep=120)
        route(
            self.flow,
            _("The way of the goods; red where it leaves the declared one."),
            self.portion(shipment),
            self._stops(),
        )
        legs(self, [shipment])

    def _stops(self) -> list[Stop]:
        """Return the places of the way; red from where the goods were diverted, and an end that was not declared."""
        shipment = self.record
        first = shipment.legs[0]
        stops = [Stop(first.origin_country, first.origin)]
        point, red = shipment.diversion_point.casefold(), False
        for leg in shipment.legs:
            red = red or leg.status == "diverted"
            came = "\n".join(filter(None, (leg.conveyance or leg.carrier, leg.date)))
            stops.append(Stop(leg.destination_country, leg.destination, came, red=red))
            red = red or bool(leg.destination and leg.destination.casefold() in point)
        last, declared = shipment.legs[-1].destination_country, shipment.declared_destination
        if last and declared and last != declared:
            stops[-1] = replace(stops[-1], red=True)
        return stops
