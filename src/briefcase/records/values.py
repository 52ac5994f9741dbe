"""The small values that records are made of: names, addresses, identifiers, legs, and annotated text types.

A field's ``Meta`` carries what forms, docs and validation need: title, description, and in ``extra`` the
``vocabulary`` whose terms it takes (``open`` when other words are welcome), ``required``, ``protected`` and ``source``.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
DATE_PATTERN = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?\Z"
DECIMAL_PATTERN = r"^(-?[0-9]{1,18}(\.[0-9]{1,9})?)?\Z"
COUNTRY_PATTERN = r"^([A-Z]{2})?\Z"
CURRENCY_PATTERN = r"^([A-Z]{3})?\Z"
TIME_PATTERN = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?\Z"

RecordId = Annotated[str, Meta(pattern=ID_PATTERN)]
"""Id of a record (UUID, lower case)."""
RevisionId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""Id of a revision (128 random bits in hex)."""
Reference = Annotated[str, Meta(pattern=rf"^\Z|{ID_PATTERN}")]
"""Id of another record, or empty."""
PartialDate = Annotated[str, Meta(pattern=DATE_PATTERN)]
"""ISO 8601 date that may stop at the year or the month; empty when unknown."""
Decimal = Annotated[str, Meta(pattern=DECIMAL_PATTERN)]
"""Decimal number written as text, so that no digit is lost."""
Country = Annotated[str, Meta(pattern=COUNTRY_PATTERN)]
"""ISO 3166-1 alpha-2 country code, or empty."""
Currency = Annotated[str, Meta(pattern=CURRENCY_PATTERN, extra={"source": "ISO 4217"})]
"""ISO 4217 currency code, or empty."""
Line = Annotated[str, Meta(max_length=2000)]
"""One line of text."""
Text = Annotated[str, Meta(max_length=200_000)]
"""Running text, paragraphs apart by line feeds."""


class Value(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the embedded values: immutable, closed, defaults left out when written."""


class Name(Value, frozen=True, kw_only=True):
    """A name exactly as it was written, with the Latin form by which it is also found and printed."""

    text: Annotated[
        str, Meta(title="Name", description="As written in the source.", max_length=2000, extra={"required": True})
    ] = ""
    latin: Annotated[
        str, Meta(title="Latin form", description="Romanised form as the officer writes it.", max_length=2000)
    ] = ""
    script: Annotated[str, Meta(title="Script", description="ISO 15924 code.", pattern=r"^([A-Z][a-z]{3})?\Z")] = ""
    lang: Annotated[
        str, Meta(title="Language", description="BCP 47 tag.", pattern=r"^([a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*)?\Z")
    ] = ""
    kind: Annotated[
        str,
        Meta(
            title="Kind of name",
            description="Primary, alias, previous name and so on.",
            extra={"vocabulary": "name_kind"},
        ),
    ] = "primary"


class PostalAddress(Value, frozen=True, kw_only=True):
    """An address, in one line or in parts."""

    full: Annotated[Line, Meta(title="Address", description="The whole address in one line.")] = ""
    street: Annotated[Line, Meta(title="Street", description="Street and number.")] = ""
    city: Annotated[Line, Meta(title="City", description="City or town.")] = ""
    region: Annotated[Line, Meta(title="Region", description="Province, state or district.")] = ""
    postcode: Annotated[Line, Meta(title="Postcode", description="Postal code as written.")] = ""
    country: Annotated[Country, Meta(title="Country", description="Where it is.", extra={"vocabulary": "country"})] = ""
    kind: Annotated[
        str,
        Meta(
            title="Kind of address", description="What the address is used for.", extra={"vocabulary": "address_kind"}
        ),
    ] = ""
    since: Annotated[PartialDate, Meta(title="Since", description="First known in use.")] = ""
    until: Annotated[PartialDate, Meta(title="Until", description="Last known in use.")] = ""


class IdentifierValue(Value, frozen=True, kw_only=True):
    """A number that identifies somebody or something under a scheme."""

    scheme: Annotated[
        str, Meta(title="Scheme", description="What sort of number it is.", extra={"vocabulary": "identifier_scheme"})
    ] = "other"
    value: Annotated[Line, Meta(title="Number", description="As written in the source.", extra={"required": True})] = ""
    country: Annotated[
        Country, Meta(title="Issuing country", description="Country that issued it.", extra={"vocabulary": "country"})
    ] = ""


class Leg(Value, frozen=True, kw_only=True):
    """One leg of a shipment."""

    origin: Annotated[Line, Meta(title="From", description="Place of departure.")] = ""
    origin_country: Annotated[
        Country,
        Meta(title="From country", description="Country of the place of departure.", extra={"vocabulary": "country"}),
    ] = ""
    destination: Annotated[Line, Meta(title="To", description="Place of arrival.")] = ""
    destination_country: Annotated[
        Country,
        Meta(title="To country", description="Country of the place of arrival.", extra={"vocabulary": "country"}),
    ] = ""
    carrier: Annotated[Line, Meta(title="Carrier", description="Who carried the goods.")] = ""
    conveyance: Annotated[Line, Meta(title="Conveyance", description="Vessel, flight or vehicle.")] = ""
    date: Annotated[PartialDate, Meta(title="Date", description="Day of departure.")] = ""
    status: Annotated[
        str, Meta(title="Status", description="How far this leg went.", extra={"vocabulary": "leg_status"})
    ] = ""


class Originator(Value, frozen=True, kw_only=True):
    """The agency whose record this is and the fingerprint of the card under which it was written."""

    agency: Annotated[str, Meta(title="Agency", description="COUNTRY/AGENCY, such as USA/BIS.", max_length=120)] = ""
    fingerprint: Annotated[
        str,
        Meta(
            title="Card fingerprint",
            description="SHA-256 of the canonical card, 64 hex digits.",
            pattern=r"^([0-9a-f]{64})?\Z",
        ),
    ] = ""
