"""What is printed of each kind of record: a table of columns and texts, read by ``case_summary``.

A cell is made by a function of the record and a ``Lookup``. A section without columns is set as prose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from briefcase.errors import N_
from briefcase.paper.content import Content
from briefcase.paper.directory import Directory, latin, original, primary


@dataclass(frozen=True)
class Lookup:
    """What a cell needs beside its record: the document's content and the references in it."""

    content: Content
    directory: Directory

    def term(self, vocabulary: str, term: str) -> str:
        """Return the label of a term, or nothing for an empty one."""
        return self.content.term(vocabulary, term) if term else ""

    def terms(self, vocabulary: str, terms: tuple[str, ...]) -> str:
        """Return the labels of several terms."""
        return ", ".join(self.term(vocabulary, term) for term in terms)

    def named(self, record_id: str) -> str:
        """Return reference and name of another record of this document."""
        return self.directory.named(record_id)


Loose = Any
"""A record of the kind that its section names."""

Getter = Callable[[Any, Lookup], str]


@dataclass(frozen=True)
class Field:
    """A column or a text of a section. *title* is a message id; *language* gives the BCP 47 tag of a cell."""

    title: str
    value: Getter
    right: bool = False
    code: bool = False
    language: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Section:
    """How the records of one kind are printed; *heading* and *caption* are message ids."""

    kind: str
    heading: str
    caption: str
    columns: tuple[Field, ...] = ()
    texts: tuple[Field, ...] = ()


def number(text: str) -> str:
    """Return a decimal number with its thousands apart."""
    whole, point, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{rest}" if digits.isdigit() else text


def money(amount: str, currency: str) -> str:
    """Return currency and amount, or nothing without an amount."""
    return f"{currency} {number(amount)}".strip() if amount else ""


def quantity(amount: str, unit: str) -> str:
    """Return an amount with its unit, or nothing without an amount."""
    return f"{number(amount)} {unit}".strip() if amount else ""


def period(since: str, until: str) -> str:
    """Return ``2023-05 – 2024``; one end may be open."""
    return f"{since} – {until}".strip() if until else since


def hs_code(digits: str) -> str:
    """Return six digits of the Harmonized System as customs write them, 8542.39."""
    return f"{digits[:4]}.{digits[4:]}" if digits else ""


def size(octets: int) -> str:
    """Return a size in words."""
    if octets >= 1_000_000:  # noqa: PLR2004 - a megabyte
        return f"{octets / 1_000_000:.1f} MB"
    return f"{octets / 1000:.1f} kB" if octets else ""


def route(shipment: Loose) -> str:
    """Return the places of a shipment in order of travel."""
    places = [leg.origin_country or leg.origin for leg in shipment.legs[:1]]
    places += [leg.destination_country or leg.destination for leg in shipment.legs]
    return " → ".join(filter(None, places))


def _first_identifier(party: Loose) -> str:
    return str(party.identifiers[0].value) if party.identifiers else ""


_LINES: Callable[[tuple[str, ...]], str] = "; ".join

SECTIONS = (
    Section(
        "party",
        N_("Parties"),
        N_("Parties in this case. Names in original script first; Latin form as recorded by the originator."),
        (
            Field(N_("Name (original script)"), lambda r, _c: original(primary(r)), language=lambda r: primary(r).lang),
            Field(N_("Name (Latin)"), lambda r, _c: latin(primary(r))),
            Field(N_("Kind"), lambda r, c: c.term("party_kind", r.party_kind)),
            Field(N_("Role"), lambda r, c: c.terms("party_role", r.roles)),
            Field(N_("Ctry"), lambda r, _c: " ".join(r.countries)),
            Field(N_("Since"), lambda r, _c: r.since),
            Field(N_("Identifier"), lambda r, _c: _first_identifier(r), code=True),
        ),
        (
            Field(N_("Topics"), lambda r, _c: _LINES(r.topics)),
            Field(N_("Dissolved or died"), lambda r, _c: r.until),
            Field(N_("Remarks"), lambda r, _c: r.remarks),
        ),
    ),
    Section(
        "item",
        N_("Items"),
        N_("Items, control entries and declared values."),
        (
            Field(N_("Control"), lambda r, _c: r.control_code),
            Field(N_("HS code"), lambda r, _c: hs_code(r.hs6)),
            Field(N_("Tier"), lambda r, _c: r.priority_tier),
            Field(N_("Description"), lambda r, _c: r.description),
            Field(N_("Maker"), lambda r, _c: r.maker),
            Field(N_("Part number"), lambda r, _c: r.part_number, code=True),
            Field(N_("Origin"), lambda r, _c: r.origin),
            Field(N_("Quantity"), lambda r, _c: quantity(r.quantity, r.unit), right=True),
            Field(N_("Value"), lambda r, _c: money(r.value, r.currency), right=True),
        ),
        (
            Field(N_("Control regime"), lambda r, c: c.term("regime", r.regime)),
            Field(N_("Serial numbers"), lambda r, _c: _LINES(r.serials)),
            Field(N_("Military use"), lambda r, _c: r.military_use),
        ),
    ),
    Section(
        "shipment",
        N_("Shipments"),
        N_("Shipments."),
        (
            Field(N_("Shipment"), lambda r, _c: r.title),
            Field(N_("Mode"), lambda r, c: c.term("transport_mode", r.mode)),
            Field(N_("Route"), lambda r, _c: route(r)),
            Field(N_("Declared for"), lambda r, _c: r.declared_destination),
            Field(N_("Went to"), lambda r, _c: r.true_destination),
            Field(N_("Items"), lambda r, c: c.directory.listed(r.items)),
            Field(N_("Declared value"), lambda r, _c: money(r.declared_value, r.currency), right=True),
        ),
        (
            Field(N_("Exporter"), lambda r, c: c.named(r.exporter)),
            Field(N_("Consignee"), lambda r, c: c.named(r.consignee)),
            Field(N_("Intermediate consignee"), lambda r, c: c.named(r.intermediate_consignee)),
            Field(N_("Freight forwarder"), lambda r, c: c.named(r.forwarder)),
            Field(N_("Declared end user"), lambda r, c: c.named(r.declared_end_user)),
            Field(N_("True end user"), lambda r, c: c.named(r.true_end_user)),
            Field(N_("Diversion point"), lambda r, _c: r.diversion_point),
            Field(N_("Air waybill"), lambda r, _c: r.air_waybill),
            Field(N_("Bill of lading"), lambda r, _c: r.bill_of_lading),
            Field(N_("Containers"), lambda r, _c: _LINES(r.containers)),
            Field(N_("Customs declaration"), lambda r, _c: r.customs_declaration),
            Field(N_("Incoterm"), lambda r, _c: r.incoterm),
        ),
    ),
    Section(
        "transaction",
        N_("Transactions"),
        N_("Payments and other exchanges of value."),
        (
            Field(N_("Date"), lambda r, _c: r.date),
            Field(N_("Kind"), lambda r, c: c.term("transaction_kind", r.transaction_kind)),
            Field(N_("Payer"), lambda r, c: c.named(r.payer)),
            Field(N_("Payee"), lambda r, c: c.named(r.payee)),
            Field(N_("Shipment"), lambda r, c: c.directory.reference(r.shipment)),
            Field(N_("Amount"), lambda r, _c: money(r.amount, r.currency), right=True),
        ),
        (
            Field(N_("Purpose"), lambda r, _c: r.purpose),
            Field(N_("Banks"), lambda r, _c: _LINES(r.banks)),
            Field(N_("Accounts"), lambda r, _c: _LINES(r.accounts)),
            Field(N_("SAR key term"), lambda r, c: c.term("sar_key_term", r.key_term)),
        ),
    ),
    Section(
        "red_flag",
        N_("Red flags"),
        N_("Observed warning signs."),
        (
            Field(N_("Red flag"), lambda r, c: c.term("red_flag", r.flag)),
            Field(N_("Observed fact"), lambda r, _c: r.fact),
            Field(N_("Seen at"), lambda r, c: c.directory.reference(r.subject)),
            Field(N_("Observer"), lambda r, _c: r.observer),
            Field(N_("Date"), lambda r, _c: r.date),
            Field(N_("Disposition"), lambda r, c: c.term("disposition", r.disposition)),
        ),
    ),
    Section(
        "procurement_method",
        N_("Procurement methods"),
        N_("Observed ways of obtaining goods."),
        (
            Field(N_("Method"), lambda r, c: c.term("procurement_method", r.method)),
            Field(N_("Seen at"), lambda r, c: c.directory.listed(r.subjects)),
            Field(N_("Seen"), lambda r, _c: period(r.first_seen, r.last_seen)),
            Field(N_("Observed by"), lambda r, _c: r.observed_by),
            Field(N_("Confidence"), lambda r, c: c.term("confidence", r.confidence)),
        ),
        (
            Field(N_("Description"), lambda r, _c: r.description),
            Field(N_("Indicators"), lambda r, _c: _LINES(r.indicators)),
        ),
    ),
    Section(
        "link",
        N_("Links"),
        N_("Relations between records."),
        (
            Field(N_("From"), lambda r, c: c.named(r.from_id)),
            Field(N_("Relation"), lambda r, c: c.term("link_role", r.role)),
            Field(N_("To"), lambda r, c: c.named(r.to_id)),
            Field(N_("Share"), lambda r, _c: f"{r.share} %" if r.share else "", right=True),
            Field(N_("Dates"), lambda r, _c: period(r.since, r.until)),
            Field(N_("Confidence"), lambda r, c: c.term("confidence", r.confidence)),
            Field(N_("Evidence"), lambda r, c: c.directory.listed(r.evidence)),
        ),
    ),
    Section(
        "licence",
        N_("Licences"),
        N_("Licences and permits."),
        (
            Field(N_("Authority"), lambda r, _c: r.authority),
            Field(N_("Number"), lambda r, _c: r.number, code=True),
            Field(N_("Type"), lambda r, c: c.term("authorisation_type", r.licence_type)),
            Field(N_("Status"), lambda r, c: c.term("licence_status", r.status)),
            Field(N_("Parties"), lambda r, c: c.directory.listed(r.parties)),
            Field(N_("Items"), lambda r, c: c.directory.listed(r.items)),
            Field(N_("Valid"), lambda r, _c: period(r.issued, r.expires)),
            Field(N_("Value"), lambda r, _c: money(r.value, r.currency), right=True),
        ),
        (
            Field(N_("End use"), lambda r, _c: r.end_use),
            Field(N_("Conditions"), lambda r, _c: r.conditions),
        ),
    ),
    Section(
        "enforcement_action",
        N_("Enforcement actions"),
        N_("What authorities did."),
        (
            Field(N_("Date"), lambda r, _c: period(r.date, r.expires)),
            Field(N_("Action"), lambda r, c: c.term("enforcement_action", r.action)),
            Field(N_("Agency"), lambda r, _c: r.agency),
            Field(N_("Legal basis"), lambda r, _c: r.legal_basis),
            Field(N_("Subjects"), lambda r, c: c.directory.listed(r.subjects)),
            Field(N_("Public"), lambda r, c: c.term("publicity", r.publicity)),
            Field(N_("Amount"), lambda r, _c: money(r.amount, r.currency), right=True),
        ),
        (
            Field(N_("Outcome"), lambda r, _c: r.outcome),
            Field(N_("Public reference"), lambda r, _c: r.public_reference),
        ),
    ),
    Section(
        "document",
        N_("Documents"),
        N_("Files kept with the case."),
        (
            Field(N_("Title"), lambda r, _c: r.title),
            Field(N_("Kind"), lambda r, c: c.term("document_kind", r.document_kind)),
            Field(N_("Date"), lambda r, _c: r.date),
            Field(N_("Lang."), lambda r, _c: r.language),
            Field(N_("File"), lambda r, _c: r.file_name),
            Field(N_("Form"), lambda r, c: c.term("derivation", r.derivation)),
            Field(N_("About"), lambda r, c: c.directory.listed(r.about)),
            Field(N_("Pages"), lambda r, _c: str(r.pages or ""), right=True),
            Field(N_("Size"), lambda r, _c: size(r.size), right=True),
        ),
        (
            Field(
                N_("SHA-256"), lambda r, _c: " ".join(r.sha256[i : i + 8] for i in range(0, 64, 8)).strip(), code=True
            ),
        ),
    ),
    Section(
        "note",
        N_("Notes"),
        "",
        (),
        (
            Field("", lambda r, _c: r.text),
            Field(N_("About"), lambda r, c: c.directory.listed(r.about)),
        ),
    ),
)
"""The kinds of a case file, in the order of the page; the kinds of work between agencies stand in ``joint``."""
