"""The kinds of record, each a frozen value with its fields; the one table that forms, docs and checks are made from.

Every field of a kind has a default, because a released view may lack a withheld field; which fields an officer must
fill in is said by ``required`` in the field's metadata and checked by ``records.validate``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated

from msgspec import Meta

from briefcase.records.joint import Assessment, Operation, Outreach, Request, Task
from briefcase.records.record import Lines, Record, References
from briefcase.records.subjects import Address, Identifier, Item, Party, Shipment, Transaction
from briefcase.records.values import (
    Currency,
    Decimal,
    Line,
    PartialDate,
    Reference,
    Text,
)

__all__ = [
    "KINDS",
    "Address",
    "AnyRecord",
    "Assessment",
    "Case",
    "Document",
    "EnforcementAction",
    "Identifier",
    "Item",
    "Licence",
    "Link",
    "Note",
    "Operation",
    "Outreach",
    "Party",
    "ProcurementMethod",
    "Record",
    "RedFlag",
    "Request",
    "Shipment",
    "Task",
    "TearLine",
    "Tip",
    "Transaction",
    "kind_of",
]


class Case(Record, tag="case", frozen=True, kw_only=True):
    """A case: what the other records belong to."""

    title: Annotated[
        Line, Meta(title="Title", description="Short name under which the case is spoken of.", extra={"required": True})
    ] = ""
    reference: Annotated[Line, Meta(title="Our reference", description="File number in the agency's own registry.")] = (
        ""
    )
    partner_references: Annotated[
        Lines, Meta(title="Partners' references", description="File numbers that partners use for the same case.")
    ] = ()
    summary: Annotated[Text, Meta(title="Summary", description="Key judgements first.")] = ""
    status: Annotated[
        str, Meta(title="Status", description="Where the case stands.", extra={"vocabulary": "case_status"})
    ] = ""
    lead_agency: Annotated[Line, Meta(title="Lead agency", description="COUNTRY/AGENCY, such as USA/BIS.")] = ""
    legal_basis: Annotated[
        Line, Meta(title="Legal basis", description="Law or agreement under which the case is worked.")
    ] = ""
    regimes: Annotated[
        Lines,
        Meta(
            title="Control regimes",
            description="Control regimes whose rules may have been broken.",
            extra={"vocabulary": "regime"},
        ),
    ] = ()
    opened: Annotated[PartialDate, Meta(title="Opened", description="Day the case was opened.")] = ""
    closed: Annotated[PartialDate, Meta(title="Closed", description="Day the case was closed.")] = ""
    next_review: Annotated[
        PartialDate, Meta(title="Next review", description="Day on which the case is looked at again.")
    ] = ""


class ProcurementMethod(Record, tag="procurement_method", frozen=True, kw_only=True):
    """An observed way of obtaining goods illicitly."""

    method: Annotated[
        str,
        Meta(
            title="Method",
            description="Which method was seen.",
            extra={"vocabulary": "procurement_method", "required": True},
        ),
    ] = ""
    description: Annotated[Text, Meta(title="Description", description="How it was done in this case.")] = ""
    first_seen: Annotated[PartialDate, Meta(title="First seen", description="Earliest sighting.")] = ""
    last_seen: Annotated[PartialDate, Meta(title="Last seen", description="Latest sighting.")] = ""
    observed_by: Annotated[Line, Meta(title="Observed by", description="Agency or officer who saw it.")] = ""
    confidence: Annotated[
        str, Meta(title="Confidence", description="How sure the observer is.", extra={"vocabulary": "confidence"})
    ] = ""
    indicators: Annotated[
        Lines, Meta(title="Indicators", description="By what it can be recognised, one sign a line.")
    ] = ()
    subjects: Annotated[References, Meta(title="Seen at", description="Parties, items or shipments.")] = ()


class RedFlag(Record, tag="red_flag", frozen=True, kw_only=True):
    """An observed warning sign."""

    flag: Annotated[
        str,
        Meta(
            title="Red flag",
            description="Which warning sign was seen.",
            extra={"vocabulary": "red_flag", "required": True},
        ),
    ] = ""
    fact: Annotated[
        Text, Meta(title="Observed fact", description="What exactly was seen.", extra={"required": True})
    ] = ""
    subject: Annotated[Reference, Meta(title="Seen at", description="The record it was seen at.")] = ""
    observer: Annotated[Line, Meta(title="Observer", description="Who saw it.")] = ""
    date: Annotated[PartialDate, Meta(title="Date", description="Day it was seen.")] = ""
    disposition: Annotated[
        str, Meta(title="Disposition", description="What became of it.", extra={"vocabulary": "disposition"})
    ] = ""


class Licence(Record, tag="licence", frozen=True, kw_only=True):
    """A licence or permit, applied for, granted or denied."""

    authority: Annotated[Line, Meta(title="Authority", description="Who decides on it.", extra={"required": True})] = ""
    number: Annotated[
        Line, Meta(title="Number", description="Number of the licence or of the application.", extra={"required": True})
    ] = ""
    licence_type: Annotated[
        Line,
        Meta(
            title="Type",
            description="What sort of authorisation it is.",
            extra={"vocabulary": "authorisation_type", "open": True},
        ),
    ] = ""
    status: Annotated[
        str, Meta(title="Status", description="Where it stands.", extra={"vocabulary": "licence_status"})
    ] = ""
    parties: Annotated[References, Meta(title="Parties", description="Parties named in it.")] = ()
    items: Annotated[References, Meta(title="Items", description="Items named in it.")] = ()
    end_use: Annotated[Text, Meta(title="End use", description="End use that was declared.")] = ""
    conditions: Annotated[Text, Meta(title="Conditions", description="Conditions attached to it.")] = ""
    value: Annotated[Decimal, Meta(title="Value", description="Licensed value, in the currency below.")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    issued: Annotated[PartialDate, Meta(title="Issued", description="First day of validity.")] = ""
    expires: Annotated[PartialDate, Meta(title="Expires", description="Last day of validity.")] = ""


class EnforcementAction(Record, tag="enforcement_action", frozen=True, kw_only=True):
    """Something an authority did: detention, seizure, penalty, denial order, outreach visit, and so on."""

    action: Annotated[
        str,
        Meta(
            title="Action", description="What was done.", extra={"vocabulary": "enforcement_action", "required": True}
        ),
    ] = ""
    agency: Annotated[Line, Meta(title="Agency", description="Who did it, COUNTRY/AGENCY.")] = ""
    legal_basis: Annotated[Line, Meta(title="Legal basis", description="Law under which it was done.")] = ""
    subjects: Annotated[References, Meta(title="Subjects", description="Parties, items or shipments.")] = ()
    date: Annotated[PartialDate, Meta(title="Date", description="Day it was done.")] = ""
    expires: Annotated[PartialDate, Meta(title="Expires", description="Last day of its effect.")] = ""
    amount: Annotated[Decimal, Meta(title="Amount", description="Penalty or value seized, in the currency below.")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    operation: Annotated[
        Reference, Meta(title="Operation", description="The joint operation under which it was done.")
    ] = ""
    outcome: Annotated[Text, Meta(title="Outcome", description="What came of it.")] = ""
    publicity: Annotated[
        str, Meta(title="Public", description="Whether the public knows of it.", extra={"vocabulary": "publicity"})
    ] = ""
    public_reference: Annotated[Line, Meta(title="Public reference", description="Citation or address.")] = ""


class Document(Record, tag="document", frozen=True, kw_only=True):
    """A file kept with the case; the file itself is an attachment."""

    title: Annotated[
        Line, Meta(title="Title", description="What the document is called.", extra={"required": True})
    ] = ""
    document_kind: Annotated[
        str,
        Meta(
            title="Kind of document", description="What sort of document it is.", extra={"vocabulary": "document_kind"}
        ),
    ] = ""
    date: Annotated[PartialDate, Meta(title="Date", description="Date that the document bears.")] = ""
    language: Annotated[Line, Meta(title="Language", description="BCP 47 tag.")] = ""
    file_name: Annotated[
        Line, Meta(title="File name", description="Set when a file is attached.", extra={"program": True})
    ] = ""
    sha256: Annotated[
        str,
        Meta(
            title="SHA-256",
            description="Set when a file is attached.",
            pattern=r"^([0-9a-f]{64})?\Z",
            extra={"program": True},
        ),
    ] = ""
    size: Annotated[
        int, Meta(title="Size", description="Bytes; set when a file is attached.", ge=0, extra={"program": True})
    ] = 0
    media_type: Annotated[
        Line, Meta(title="Media type", description="Set when a file is attached.", extra={"program": True})
    ] = ""
    pages: Annotated[int, Meta(title="Pages", description="Number of pages; 0 when unknown.", ge=0)] = 0
    derivation: Annotated[
        str,
        Meta(
            title="Original or derived",
            description="Whether it is the original or was made from it.",
            extra={"vocabulary": "derivation"},
        ),
    ] = ""
    redaction_of: Annotated[Reference, Meta(title="Redaction of", description="The document it was made from.")] = ""
    about: Annotated[References, Meta(title="About", description="Records that the document tells of.")] = ()


class Note(Record, tag="note", frozen=True, kw_only=True):
    """An officer's own words."""

    title: Annotated[
        Line, Meta(title="Title", description="One line that says what the note is about.", extra={"required": True})
    ] = ""
    text: Annotated[Text, Meta(title="Text", description="The note itself.", extra={"required": True})] = ""
    about: Annotated[References, Meta(title="About", description="Records that the note tells of.")] = ()


class Tip(Record, tag="tip", frozen=True, kw_only=True):
    """Information from a source that is protected."""

    received: Annotated[PartialDate, Meta(title="Received", description="Day it came in.")] = ""
    channel: Annotated[
        Line, Meta(title="Channel", description="Way by which it came in; protected.", extra={"protected": True})
    ] = ""
    source: Annotated[
        Text, Meta(title="Source", description="Protected: never leaves the vault.", extra={"protected": True})
    ] = ""
    scale: Annotated[
        str,
        Meta(
            title="Evaluation scale",
            description="Scale that the two grades follow.",
            extra={"vocabulary": "evaluation_scale"},
        ),
    ] = ""
    source_grade: Annotated[
        str,
        Meta(
            title="Source grade",
            description="Reliability of the source; protected.",
            extra={"vocabulary": "source_grade", "protected": True},
        ),
    ] = ""
    information_grade: Annotated[
        str,
        Meta(
            title="Information grade",
            description="Credibility of the information.",
            extra={"vocabulary": "information_grade"},
        ),
    ] = ""
    text: Annotated[
        Text,
        Meta(
            title="Text",
            description="What was said, without anything that points to the source.",
            extra={"required": True},
        ),
    ] = ""
    claims: Annotated[
        Lines, Meta(title="Claims", description="What the text says, one claim a line, so that each can be checked.")
    ] = ()
    action_taken: Annotated[Text, Meta(title="Action taken", description="What was done about it.")] = ""
    about: Annotated[References, Meta(title="About", description="Records that the tip tells of.")] = ()


class Link(Record, tag="link", frozen=True, kw_only=True):
    """A relation between two records, with its dates, share, confidence and evidence."""

    role: Annotated[
        str,
        Meta(
            title="Relation",
            description="What the first record is to the second.",
            extra={"vocabulary": "link_role", "required": True},
        ),
    ] = ""
    from_id: Annotated[
        Reference,
        Meta(title="From", description="The record that owns, controls, pays and so on.", extra={"required": True}),
    ] = ""
    to_id: Annotated[
        Reference,
        Meta(title="To", description="The record that is owned, controlled, paid and so on.", extra={"required": True}),
    ] = ""
    since: Annotated[PartialDate, Meta(title="Since", description="First known.")] = ""
    until: Annotated[PartialDate, Meta(title="Until", description="Last known.")] = ""
    share: Annotated[Decimal, Meta(title="Share", description="Per cent.")] = ""
    confidence: Annotated[
        str, Meta(title="Confidence", description="How sure the relation is.", extra={"vocabulary": "confidence"})
    ] = ""
    evidence: Annotated[References, Meta(title="Evidence", description="Records that show it.")] = ()
    grounds: Annotated[Text, Meta(title="Grounds", description="What speaks for it, in words.")] = ""


class TearLine(Record, tag="tear_line", frozen=True, kw_only=True):
    """A sanitised text for a wider audience; names neither the kind nor the existence of what it stands for."""

    text: Annotated[
        Text,
        Meta(
            title="Text", description="Words that stand by themselves for the wider audience.", extra={"required": True}
        ),
    ] = ""
    stands_for: Annotated[
        References,
        Meta(title="Stands for", description="Records it replaces; never leaves the vault.", extra={"protected": True}),
    ] = ()


AnyRecord = (
    Case
    | Party
    | Address
    | Identifier
    | Item
    | Shipment
    | Transaction
    | ProcurementMethod
    | RedFlag
    | Licence
    | EnforcementAction
    | Document
    | Note
    | Tip
    | Outreach
    | Request
    | Operation
    | Task
    | Assessment
    | Link
    | TearLine
)

KINDS: MappingProxyType[str, type[Record]] = MappingProxyType(
    {str(kind.__struct_config__.tag): kind for kind in AnyRecord.__args__}
)


def kind_of(record: Record) -> str:
    """Return the kind of *record* as it is written in JSON, such as ``red_flag``."""
    return str(record.__struct_config__.tag)
