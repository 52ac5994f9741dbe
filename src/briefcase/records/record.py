"""What every record carries, whatever its kind."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from briefcase.records.label import Label
from briefcase.records.values import TIME_PATTERN, Country, Line, Originator, RecordId, RevisionId

References = tuple[RecordId, ...]
Lines = tuple[Line, ...]
Countries = tuple[Country, ...]


class Record(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag=True
):
    """What every record carries, whatever its kind."""

    id: Annotated[RecordId, Meta(title="Id", description="Opaque and globally unique (UUID).")]
    label: Annotated[Label, Meta(title="Label", description="How this record is marked.", extra={"required": True})]
    case_ids: Annotated[References, Meta(title="Cases", description="Cases this record belongs to.")] = ()
    originator: Annotated[
        Originator, Meta(title="Originator", description="Set by the program.", extra={"program": True})
    ] = Originator()
    author: Annotated[
        Line, Meta(title="Author", description="Officer who wrote it; set by the program.", extra={"program": True})
    ] = ""
    created: Annotated[
        str,
        Meta(
            title="Created",
            description="UTC, ISO 8601; set by the program.",
            pattern=TIME_PATTERN,
            extra={"program": True},
        ),
    ] = ""
    revision: Annotated[
        str,
        Meta(
            title="Revision",
            description="128 random bits in hex; set by the program.",
            pattern=r"^([0-9a-f]{32})?\Z",
            extra={"program": True},
        ),
    ] = ""
    parents: Annotated[
        tuple[RevisionId, ...],
        Meta(title="Parents", description="Revisions this one follows.", extra={"program": True}),
    ] = ()
    sources: Annotated[References, Meta(title="Sources", description="Records this one rests on.")] = ()
    quotes: Annotated[
        References, Meta(title="Quotes", description="Records whose content this one repeats; withheld with them.")
    ] = ()
    shared_by: Annotated[
        tuple[Line, ...],
        Meta(
            title="Kept together by",
            description="Agencies that keep this record together, COUNTRY/AGENCY, the originator among them;"
            " each may change it.",
        ),
    ] = ()
    field_labels: Annotated[
        dict[str, Label], Meta(title="Field labels", description="Stricter labels of single fields, by field name.")
    ] = {}
