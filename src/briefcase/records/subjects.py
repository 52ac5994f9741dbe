"""The kinds of record that say what a case is about: who, where, what, by which way, for how much."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from briefcase.records.record import Countries, Lines, Record, References
from briefcase.records.values import (
    Country,
    Currency,
    Decimal,
    IdentifierValue,
    Leg,
    Line,
    Name,
    PartialDate,
    PostalAddress,
    Reference,
    Text,
)


class Party(Record, tag="party", frozen=True, kw_only=True):
    """A person, company, public body, university, vessel or aircraft."""

    party_kind: Annotated[
        str,
        Meta(
            title="Kind of party",
            description="What sort of party it is.",
            extra={"vocabulary": "party_kind", "required": True},
        ),
    ] = ""
    names: Annotated[
        tuple[Name, ...],
        Meta(title="Names", description="Every name it is known by, the primary one first.", extra={"required": True}),
    ] = ()
    gender: Annotated[str, Meta(title="Gender", description="Of a person.", extra={"vocabulary": "gender"})] = ""
    since: Annotated[PartialDate, Meta(title="Born or founded", description="Birth, incorporation or build date.")] = ""
    until: Annotated[
        PartialDate, Meta(title="Died or dissolved", description="Day of death, dissolution or scrapping.")
    ] = ""
    countries: Annotated[
        Countries,
        Meta(title="Countries", description="Nationality, jurisdiction or flag.", extra={"vocabulary": "country"}),
    ] = ()
    roles: Annotated[
        Lines,
        Meta(
            title="Roles", description="What it does in this matter.", extra={"vocabulary": "party_role", "open": True}
        ),
    ] = ()
    topics: Annotated[Lines, Meta(title="Topics", description="Programmes, lists and subjects it is known for.")] = ()
    addresses: Annotated[
        tuple[PostalAddress, ...], Meta(title="Addresses", description="Where it lives, works or is registered.")
    ] = ()
    identifiers: Annotated[
        tuple[IdentifierValue, ...],
        Meta(title="Identifiers", description="Registration, tax, passport, ship and other numbers."),
    ] = ()
    remarks: Annotated[Text, Meta(title="Remarks", description="Anything else worth knowing.")] = ""


class Address(Record, tag="address", frozen=True, kw_only=True):
    """A place of interest by itself, such as a mass-registration address."""

    full: Annotated[
        Line, Meta(title="Address", description="The whole address in one line.", extra={"required": True})
    ] = ""
    street: Annotated[Line, Meta(title="Street", description="Street and number.")] = ""
    city: Annotated[Line, Meta(title="City", description="City or town.")] = ""
    region: Annotated[Line, Meta(title="Region", description="Province, state or district.")] = ""
    postcode: Annotated[Line, Meta(title="Postcode", description="Postal code as written.")] = ""
    country: Annotated[Country, Meta(title="Country", description="Where it is.", extra={"vocabulary": "country"})] = ""
    latitude: Annotated[Decimal, Meta(title="Latitude", description="Degrees north, WGS 84.")] = ""
    longitude: Annotated[Decimal, Meta(title="Longitude", description="Degrees east, WGS 84.")] = ""
    address_kind: Annotated[
        str,
        Meta(
            title="Kind of address", description="What the address is used for.", extra={"vocabulary": "address_kind"}
        ),
    ] = ""
    used_by: Annotated[References, Meta(title="Used by", description="Parties at this address.")] = ()
    since: Annotated[PartialDate, Meta(title="Since", description="First known in use.")] = ""
    until: Annotated[PartialDate, Meta(title="Until", description="Last known in use.")] = ""


class Identifier(Record, tag="identifier", frozen=True, kw_only=True):
    """A number of interest by itself, such as a container, telephone or account."""

    scheme: Annotated[
        str,
        Meta(
            title="Scheme",
            description="What sort of number it is.",
            extra={"vocabulary": "identifier_scheme", "required": True},
        ),
    ] = ""
    value: Annotated[Line, Meta(title="Number", description="As written in the source.", extra={"required": True})] = ""
    country: Annotated[
        Country, Meta(title="Issuing country", description="Country that issued it.", extra={"vocabulary": "country"})
    ] = ""
    holder: Annotated[Reference, Meta(title="Holder", description="The party or item it identifies.")] = ""
    since: Annotated[PartialDate, Meta(title="Valid from", description="First day of validity.")] = ""
    until: Annotated[PartialDate, Meta(title="Valid until", description="Last day of validity.")] = ""


class Item(Record, tag="item", frozen=True, kw_only=True):
    """Goods, software or technology under control or of concern."""

    description: Annotated[
        Line, Meta(title="Description", description="What it is, in plain words.", extra={"required": True})
    ] = ""
    maker: Annotated[Line, Meta(title="Maker", description="Who made it.")] = ""
    part_number: Annotated[Line, Meta(title="Part number", description="The maker's part or model number.")] = ""
    serials: Annotated[Lines, Meta(title="Serial numbers", description="One serial number a line.")] = ()
    regime: Annotated[
        str,
        Meta(
            title="Control regime",
            description="Whose control list the control code belongs to.",
            extra={"vocabulary": "regime"},
        ),
    ] = ""
    control_code: Annotated[
        Line,
        Meta(
            title="Control code",
            description="ECCN, rating, DSGL or ECL entry.",
            extra={"source": "15 CFR 774 Supplement 1 for ECCNs"},
        ),
    ] = ""
    hs6: Annotated[
        str,
        Meta(
            title="HS code",
            description="Six digits of the Harmonized System, without the dot.",
            pattern=r"^([0-9]{6})?\Z",
            extra={"vocabulary": "chpl", "open": True},
        ),
    ] = ""
    priority_tier: Annotated[
        str,
        Meta(
            title="High Priority tier",
            description="Tier of the Common High Priority List.",
            extra={"vocabulary": "chpl_tier"},
        ),
    ] = ""
    quantity: Annotated[Decimal, Meta(title="Quantity", description="Number, in the unit below.")] = ""
    unit: Annotated[Line, Meta(title="Unit", description="What the quantity counts, such as piece or kg.")] = ""
    value: Annotated[Decimal, Meta(title="Value", description="Of the whole quantity, in the currency below.")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    military_use: Annotated[
        Text, Meta(title="Military use", description="Weapon systems in which such goods were found or are used.")
    ] = ""
    origin: Annotated[
        Country,
        Meta(title="Country of origin", description="Country where it was made.", extra={"vocabulary": "country"}),
    ] = ""


class Shipment(Record, tag="shipment", frozen=True, kw_only=True):
    """A movement of goods in legs, as declared and as it truly went."""

    title: Annotated[Line, Meta(title="Title", description="Short name of the movement.", extra={"required": True})] = (
        ""
    )
    mode: Annotated[
        str, Meta(title="Mode", description="Main means of transport.", extra={"vocabulary": "transport_mode"})
    ] = ""
    legs: Annotated[tuple[Leg, ...], Meta(title="Legs", description="In order of travel.")] = ()
    items: Annotated[References, Meta(title="Items", description="Item records that were moved.")] = ()
    exporter: Annotated[Reference, Meta(title="Exporter", description="Party that exported the goods.")] = ""
    consignee: Annotated[Reference, Meta(title="Consignee", description="Party to whom the goods were addressed.")] = ""
    intermediate_consignee: Annotated[
        Reference, Meta(title="Intermediate consignee", description="Party that took the goods in on the way.")
    ] = ""
    forwarder: Annotated[
        Reference, Meta(title="Freight forwarder", description="Party that arranged the transport.")
    ] = ""
    declared_end_user: Annotated[
        Reference, Meta(title="Declared end user", description="Party named on the papers as the end user.")
    ] = ""
    true_end_user: Annotated[
        Reference, Meta(title="True end user", description="Party that received or was to receive the goods in truth.")
    ] = ""
    declared_destination: Annotated[
        Country,
        Meta(
            title="Declared destination",
            description="Country of final destination on the papers.",
            extra={"vocabulary": "country"},
        ),
    ] = ""
    true_destination: Annotated[
        Country,
        Meta(
            title="True destination",
            description="Country of final destination in truth.",
            extra={"vocabulary": "country"},
        ),
    ] = ""
    diversion_point: Annotated[
        Line, Meta(title="Diversion point", description="Place where the goods left the declared route.")
    ] = ""
    air_waybill: Annotated[Line, Meta(title="Air waybill", description="Number of the air waybill.")] = ""
    bill_of_lading: Annotated[Line, Meta(title="Bill of lading", description="Number of the bill of lading.")] = ""
    containers: Annotated[Lines, Meta(title="Containers", description="One container number a line.")] = ()
    customs_declaration: Annotated[
        Line, Meta(title="Customs declaration", description="Number of the export or transit declaration.")
    ] = ""
    incoterm: Annotated[
        str,
        Meta(
            title="Incoterm",
            description="Three letters, such as FOB.",
            pattern=r"^([A-Z]{3})?\Z",
            extra={"source": "ICC Incoterms 2020"},
        ),
    ] = ""
    declared_value: Annotated[
        Decimal, Meta(title="Declared value", description="Value on the papers, in the currency below.")
    ] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""


class Transaction(Record, tag="transaction", frozen=True, kw_only=True):
    """A payment or another exchange of value."""

    transaction_kind: Annotated[
        str,
        Meta(
            title="Kind of transaction",
            description="How value changed hands.",
            extra={"vocabulary": "transaction_kind", "required": True},
        ),
    ] = ""
    payer: Annotated[Reference, Meta(title="Payer", description="Party that paid.")] = ""
    payee: Annotated[Reference, Meta(title="Payee", description="Party that was paid.")] = ""
    accounts: Annotated[Lines, Meta(title="Accounts", description="One account number a line.")] = ()
    banks: Annotated[Lines, Meta(title="Banks", description="One bank a line, correspondent banks included.")] = ()
    amount: Annotated[Decimal, Meta(title="Amount", description="In the currency below.")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    date: Annotated[PartialDate, Meta(title="Date", description="Day of the payment.")] = ""
    purpose: Annotated[Text, Meta(title="Purpose", description="Reason given for the payment.")] = ""
    key_term: Annotated[
        str,
        Meta(
            title="SAR key term",
            description="Term that a bank's suspicious activity report carried.",
            extra={"vocabulary": "sar_key_term"},
        ),
    ] = ""
    shipment: Annotated[Reference, Meta(title="Shipment", description="The shipment that it paid for.")] = ""
