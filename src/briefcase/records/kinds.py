"""The kinds of record, each a frozen value with its fields; the one table that forms, docs and checks are made from.

Every field of a kind has a default, because a released view may lack a withheld field; which fields an officer must
fill in is said by ``required`` in the field's metadata and checked by ``records.validate``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated

from msgspec import Meta

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

    title: Annotated[Line, Meta(title="Title", extra={"required": True})] = ""
    reference: Annotated[Line, Meta(title="Our reference", description="File number in the agency's own registry.")] = (
        ""
    )
    partner_references: Annotated[
        Lines, Meta(title="Partners' references", description="File numbers that partners use for the same case.")
    ] = ()
    summary: Annotated[Text, Meta(title="Summary", description="Key judgements first.")] = ""
    status: Annotated[str, Meta(title="Status", extra={"vocabulary": "case_status"})] = ""
    lead_agency: Annotated[Line, Meta(title="Lead agency", description="COUNTRY/AGENCY, such as USA/BIS.")] = ""
    legal_basis: Annotated[Line, Meta(title="Legal basis")] = ""
    regimes: Annotated[Lines, Meta(title="Control regimes", extra={"vocabulary": "regime"})] = ()
    opened: Annotated[PartialDate, Meta(title="Opened")] = ""
    closed: Annotated[PartialDate, Meta(title="Closed")] = ""
    next_review: Annotated[PartialDate, Meta(title="Next review")] = ""


class ProcurementMethod(Record, tag="procurement_method", frozen=True, kw_only=True):
    """An observed way of obtaining goods illicitly."""

    method: Annotated[str, Meta(title="Method", extra={"vocabulary": "procurement_method", "required": True})] = ""
    description: Annotated[Text, Meta(title="Description")] = ""
    first_seen: Annotated[PartialDate, Meta(title="First seen")] = ""
    last_seen: Annotated[PartialDate, Meta(title="Last seen")] = ""
    observed_by: Annotated[Line, Meta(title="Observed by")] = ""
    confidence: Annotated[str, Meta(title="Confidence", extra={"vocabulary": "confidence"})] = ""
    indicators: Annotated[Lines, Meta(title="Indicators")] = ()
    subjects: Annotated[References, Meta(title="Seen at", description="Parties, items or shipments.")] = ()


class RedFlag(Record, tag="red_flag", frozen=True, kw_only=True):
    """An observed warning sign."""

    flag: Annotated[str, Meta(title="Red flag", extra={"vocabulary": "red_flag", "required": True})] = ""
    fact: Annotated[Text, Meta(title="Observed fact", extra={"required": True})] = ""
    subject: Annotated[Reference, Meta(title="Seen at", description="The record it was seen at.")] = ""
    observer: Annotated[Line, Meta(title="Observer")] = ""
    date: Annotated[PartialDate, Meta(title="Date")] = ""
    disposition: Annotated[str, Meta(title="Disposition", extra={"vocabulary": "disposition"})] = ""


class Licence(Record, tag="licence", frozen=True, kw_only=True):
    """A licence or permit, applied for, granted or denied."""

    authority: Annotated[Line, Meta(title="Authority", extra={"required": True})] = ""
    number: Annotated[Line, Meta(title="Number", extra={"required": True})] = ""
    licence_type: Annotated[Line, Meta(title="Type", extra={"vocabulary": "authorisation_type", "open": True})] = ""
    status: Annotated[str, Meta(title="Status", extra={"vocabulary": "licence_status"})] = ""
    parties: Annotated[References, Meta(title="Parties")] = ()
    items: Annotated[References, Meta(title="Items")] = ()
    end_use: Annotated[Text, Meta(title="End use")] = ""
    conditions: Annotated[Text, Meta(title="Conditions")] = ""
    value: Annotated[Decimal, Meta(title="Value")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    issued: Annotated[PartialDate, Meta(title="Issued")] = ""
    expires: Annotated[PartialDate, Meta(title="Expires")] = ""


class EnforcementAction(Record, tag="enforcement_action", frozen=True, kw_only=True):
    """Something an authority did: detention, seizure, penalty, denial order, outreach visit, and so on."""

    action: Annotated[str, Meta(title="Action", extra={"vocabulary": "enforcement_action", "required": True})] = ""
    agency: Annotated[Line, Meta(title="Agency")] = ""
    legal_basis: Annotated[Line, Meta(title="Legal basis")] = ""
    subjects: Annotated[References, Meta(title="Subjects", description="Parties, items or shipments.")] = ()
    date: Annotated[PartialDate, Meta(title="Date")] = ""
    expires: Annotated[PartialDate, Meta(title="Expires")] = ""
    amount: Annotated[Decimal, Meta(title="Amount")] = ""
    currency: Annotated[Currency, Meta(title="Currency", description="Three letters, ISO 4217.")] = ""
    outcome: Annotated[Text, Meta(title="Outcome")] = ""
    publicity: Annotated[str, Meta(title="Public", extra={"vocabulary": "publicity"})] = ""
    public_reference: Annotated[Line, Meta(title="Public reference", description="Citation or address.")] = ""


class Document(Record, tag="document", frozen=True, kw_only=True):
    """A file kept with the case; the file itself is an attachment."""

    title: Annotated[Line, Meta(title="Title", extra={"required": True})] = ""
    document_kind: Annotated[str, Meta(title="Kind of document", extra={"vocabulary": "document_kind"})] = ""
    date: Annotated[PartialDate, Meta(title="Date")] = ""
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
    pages: Annotated[int, Meta(title="Pages", ge=0)] = 0
    derivation: Annotated[str, Meta(title="Original or derived", extra={"vocabulary": "derivation"})] = ""
    redaction_of: Annotated[Reference, Meta(title="Redaction of", description="The document it was made from.")] = ""
    about: Annotated[References, Meta(title="About")] = ()


class Note(Record, tag="note", frozen=True, kw_only=True):
    """An officer's own words."""

    title: Annotated[Line, Meta(title="Title", extra={"required": True})] = ""
    text: Annotated[Text, Meta(title="Text", extra={"required": True})] = ""
    about: Annotated[References, Meta(title="About")] = ()


class Tip(Record, tag="tip", frozen=True, kw_only=True):
    """Information from a source that is protected."""

    received: Annotated[PartialDate, Meta(title="Received")] = ""
    channel: Annotated[Line, Meta(title="Channel", extra={"protected": True})] = ""
    source: Annotated[
        Text, Meta(title="Source", description="Protected: never leaves the vault.", extra={"protected": True})
    ] = ""
    scale: Annotated[str, Meta(title="Evaluation scale", extra={"vocabulary": "evaluation_scale"})] = ""
    source_grade: Annotated[
        str, Meta(title="Source grade", extra={"vocabulary": "source_grade", "protected": True})
    ] = ""
    information_grade: Annotated[str, Meta(title="Information grade", extra={"vocabulary": "information_grade"})] = ""
    text: Annotated[Text, Meta(title="Text", extra={"required": True})] = ""
    claims: Annotated[
        Lines, Meta(title="Claims", description="What the text says, one claim a line, so that each can be checked.")
    ] = ()
    action_taken: Annotated[Text, Meta(title="Action taken")] = ""
    about: Annotated[References, Meta(title="About")] = ()


class Outreach(Record, tag="outreach", frozen=True, kw_only=True):
    """A contact with industry."""

    company: Annotated[Reference, Meta(title="Company")] = ""
    contacts: Annotated[Lines, Meta(title="Persons met", description="Names and functions.")] = ()
    date: Annotated[PartialDate, Meta(title="Date")] = ""
    channel: Annotated[Line, Meta(title="Channel")] = ""
    product_line: Annotated[Line, Meta(title="Product line asked about")] = ""
    subject: Annotated[Line, Meta(title="Subject", extra={"required": True})] = ""
    tear_line_given: Annotated[
        Text, Meta(title="Tear-line given", description="The words that the company was given.")
    ] = ""
    response: Annotated[Text, Meta(title="Answer")] = ""
    follow_up: Annotated[Text, Meta(title="Follow-up")] = ""
    consent_to_share: Annotated[str, Meta(title="Consent to share", extra={"vocabulary": "yes_no"})] = ""


class Request(Record, tag="request", frozen=True, kw_only=True):
    """A request for information."""

    question: Annotated[Text, Meta(title="Question", extra={"required": True})] = ""
    asked_by: Annotated[Line, Meta(title="Asked by", description="Agency.")] = ""
    asked_of: Annotated[Line, Meta(title="Asked of", description="Agency.")] = ""
    subjects: Annotated[References, Meta(title="Subjects")] = ()
    urgency: Annotated[str, Meta(title="Urgency", extra={"vocabulary": "urgency"})] = ""
    purpose: Annotated[Text, Meta(title="Purpose")] = ""
    deadline: Annotated[PartialDate, Meta(title="Deadline")] = ""
    status: Annotated[str, Meta(title="Status", extra={"vocabulary": "request_status"})] = ""
    answers: Annotated[References, Meta(title="Answers")] = ()


class Operation(Record, tag="operation", frozen=True, kw_only=True):
    """A joint operation or coordinated action."""

    title: Annotated[Line, Meta(title="Name", extra={"required": True})] = ""
    agencies: Annotated[Lines, Meta(title="Agencies")] = ()
    lead: Annotated[Line, Meta(title="Lead agency")] = ""
    objectives: Annotated[Lines, Meta(title="Objectives")] = ()
    phase: Annotated[str, Meta(title="Phase", extra={"vocabulary": "operation_phase"})] = ""
    start: Annotated[PartialDate, Meta(title="Start")] = ""
    end: Annotated[PartialDate, Meta(title="End")] = ""
    go_no_go: Annotated[str, Meta(title="Go or no-go", extra={"vocabulary": "go_no_go"})] = ""
    participants: Annotated[Lines, Meta(title="Participants")] = ()
    targets: Annotated[References, Meta(title="Targets")] = ()
    deconfliction: Annotated[
        Line, Meta(title="Deconfliction state", description="What a check against partners' operations gave.")
    ] = ""


class Task(Record, tag="task", frozen=True, kw_only=True):
    """Something one agency has promised to do by a date."""

    title: Annotated[Line, Meta(title="Title", extra={"required": True})] = ""
    operation: Annotated[Reference, Meta(title="Operation")] = ""
    owner_agency: Annotated[Line, Meta(title="Owner agency")] = ""
    owner: Annotated[Line, Meta(title="Owner")] = ""
    due: Annotated[PartialDate, Meta(title="Due")] = ""
    status: Annotated[str, Meta(title="Status", extra={"vocabulary": "task_status"})] = ""
    depends_on: Annotated[References, Meta(title="Depends on")] = ()
    result: Annotated[Text, Meta(title="Result")] = ""


class Assessment(Record, tag="assessment", frozen=True, kw_only=True):
    """A trend product: a question, what was looked at, what was found."""

    title: Annotated[Line, Meta(title="Title", extra={"required": True})] = ""
    question: Annotated[Text, Meta(title="Question")] = ""
    period_from: Annotated[PartialDate, Meta(title="Period from")] = ""
    period_until: Annotated[PartialDate, Meta(title="Period until")] = ""
    data_used: Annotated[Text, Meta(title="Data used", description="What was looked at, and what could not be.")] = ""
    findings: Annotated[Text, Meta(title="Findings")] = ""
    likelihood: Annotated[str, Meta(title="Likelihood", extra={"vocabulary": "likelihood"})] = ""
    confidence: Annotated[str, Meta(title="Confidence", extra={"vocabulary": "confidence"})] = ""


class Link(Record, tag="link", frozen=True, kw_only=True):
    """A relation between two records, with its dates, share, confidence and evidence."""

    role: Annotated[str, Meta(title="Relation", extra={"vocabulary": "link_role", "required": True})] = ""
    from_id: Annotated[Reference, Meta(title="From", extra={"required": True})] = ""
    to_id: Annotated[Reference, Meta(title="To", extra={"required": True})] = ""
    since: Annotated[PartialDate, Meta(title="Since")] = ""
    until: Annotated[PartialDate, Meta(title="Until")] = ""
    share: Annotated[Decimal, Meta(title="Share", description="Per cent.")] = ""
    confidence: Annotated[str, Meta(title="Confidence", extra={"vocabulary": "confidence"})] = ""
    evidence: Annotated[References, Meta(title="Evidence")] = ()


class TearLine(Record, tag="tear_line", frozen=True, kw_only=True):
    """A sanitised text for a wider audience; names neither the kind nor the existence of what it stands for."""

    text: Annotated[Text, Meta(title="Text", extra={"required": True})] = ""
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
