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

    party_kind: Annotated[str, Meta(title="Kind of party", extra={"vocabulary": "party_kind", "required": True})] = ""
    names: Annotated[tuple[Name, ...], Meta(title="Names", extra={"required": True})] = ()
    gender: Annotated[str, Meta(title="Gender", extra={"vocabulary": "gender"})] = ""
    since: Annotated[PartialDate, Meta(title="Born or founded", description="Birth, incorporation or build date.")] = ""
    until: Annotated[PartialDate, Meta(title="Died or dissolved")] = ""
    countries: Annotated[
        Countries,
        Meta(title="Countries", description="Nationality, jurisdiction or flag.", extra={"vocabulary": "country"}),
    ] = ()
    roles: Annotated[Lines, Meta(title="Roles", extra={"vocabulary": "party_role", "open": True})] = ()
    topics: Annotated[Lines, Meta(title="Topics", description="Programmes, lists and subjects it is known for.")] = ()
    addresses: Annotated[tuple[PostalAddress, ...], Meta(title="Addresses")] = ()
    identifiers: Annotated[tuple[IdentifierValue, ...], Meta(title="Identifiers")] = ()
    remarks: Annotated[Text, Meta(title="Remarks")] = ""


class Address(Record, tag="address", frozen=True, kw_only=True):
    """A place of interest by itself, such as a mass-registration address."""

    full: Annotated[Line, Meta(title="Address", extra={"required": True})] = ""
    street: Annotated[Line, Meta(title="Street")] = ""
    city: Annotated[Line, Meta(title="City")] = ""
    region: Annotated[Line, Meta(title="Region")] = ""
    postcode: Annotated[Line, Meta(title="Postcode")] = ""
    country: Annotated[Country, Meta(title="Country", extra={"vocabulary": "country"})] = ""
    latitude: Annotated[Decimal, Meta(title="Latitude", description="Degrees north, WGS 84.")] = ""
    longitude: Annotated[Decimal, Meta(title="Longitude", description="Degrees east, WGS 84.")] = ""
    address_kind: Annotated[str, Meta(title="Kind of address", extra={"vocabulary": "address_kind"})] = ""
    used_by: Annotated[References, Meta(title="Used by", description="Parties at this address.")] = ()
    since: Annotated[PartialDate, Meta(title="Since")] = ""
    until: Annotated[PartialDate, Meta(title="Until")] = ""


class Identifier(Record, tag="identifier", frozen=True, kw_only=True):
    """A number of interest by itself, such as a container, telephone or account."""

    scheme: Annotated[str, Meta(title="Scheme", extra={"vocabulary": "identifier_scheme", "required": True})] = ""
    value: Annotated[Line, Meta(title="Number", extra={"required": True})] = ""
    country: Annotated[Country, Meta(title="Issuing country", extra={"vocabulary": "country"})] = ""
    holder: Annotated[Reference, Meta(title="Holder", description="The party or item it identifies.")] = ""
    since: Annotated[PartialDate, Meta(title="Valid from")] = ""
    until: Annotated[PartialDate, Meta(title="Valid until")] = ""


class Item(Record, tag="item", frozen=True, kw_only=True):
    """Goods, software or technology under control or of concern."""

    description: Annotated[Line, Meta(title="Description", extra={"required": True})] = ""
    maker: Annotated[Line, Meta(title="Maker")] = ""
    part_number: Annotated[Line, Meta(title="Part number")] = ""
    serials: Annotated[Lines, Meta(title="Serial numbers")] = ()
    regime: Annotated[str, Meta(title="Control regime", extra={"vocabulary": "regime"})] = ""
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
    unit: Annotated[Line, Meta(title="Unit")] = ""
    value: Annotated[Decimal, Meta(title="Value")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    military_use: Annotated[
        Text, Meta(title="Military use", description="Weapon systems in which such goods were found or are used.")
    ] = ""
    origin: Annotated[Country, Meta(title="Country of origin", extra={"vocabulary": "country"})] = ""


class Shipment(Record, tag="shipment", frozen=True, kw_only=True):
    """A movement of goods in legs, as declared and as it truly went."""

    title: Annotated[Line, Meta(title="Title", extra={"required": True})] = ""
    mode: Annotated[str, Meta(title="Mode", extra={"vocabulary": "transport_mode"})] = ""
    legs: Annotated[tuple[Leg, ...], Meta(title="Legs", description="In order of travel.")] = ()
    items: Annotated[References, Meta(title="Items")] = ()
    exporter: Annotated[Reference, Meta(title="Exporter")] = ""
    consignee: Annotated[Reference, Meta(title="Consignee")] = ""
    intermediate_consignee: Annotated[Reference, Meta(title="Intermediate consignee")] = ""
    forwarder: Annotated[Reference, Meta(title="Freight forwarder")] = ""
    declared_end_user: Annotated[Reference, Meta(title="Declared end user")] = ""
    true_end_user: Annotated[Reference, Meta(title="True end user")] = ""
    declared_destination: Annotated[Country, Meta(title="Declared destination", extra={"vocabulary": "country"})] = ""
    true_destination: Annotated[Country, Meta(title="True destination", extra={"vocabulary": "country"})] = ""
    diversion_point: Annotated[
        Line, Meta(title="Diversion point", description="Place where the goods left the declared route.")
    ] = ""
    air_waybill: Annotated[Line, Meta(title="Air waybill")] = ""
    bill_of_lading: Annotated[Line, Meta(title="Bill of lading")] = ""
    containers: Annotated[Lines, Meta(title="Containers")] = ()
    customs_declaration: Annotated[Line, Meta(title="Customs declaration")] = ""
    incoterm: Annotated[
        str,
        Meta(
            title="Incoterm",
            description="Three letters, such as FOB.",
            pattern=r"^([A-Z]{3})?\Z",
            extra={"source": "ICC Incoterms 2020"},
        ),
    ] = ""
    declared_value: Annotated[Decimal, Meta(title="Declared value")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""


class Transaction(Record, tag="transaction", frozen=True, kw_only=True):
    """A payment or another exchange of value."""

    transaction_kind: Annotated[
        str, Meta(title="Kind of transaction", extra={"vocabulary": "transaction_kind", "required": True})
    ] = ""
    payer: Annotated[Reference, Meta(title="Payer")] = ""
    payee: Annotated[Reference, Meta(title="Payee")] = ""
    accounts: Annotated[Lines, Meta(title="Accounts")] = ()
    banks: Annotated[Lines, Meta(title="Banks")] = ()
    amount: Annotated[Decimal, Meta(title="Amount")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    date: Annotated[PartialDate, Meta(title="Date")] = ""
    purpose: Annotated[Text, Meta(title="Purpose")] = ""
    key_term: Annotated[str, Meta(title="SAR key term", extra={"vocabulary": "sar_key_term"})] = ""
    shipment: Annotated[Reference, Meta(title="Shipment")] = ""
