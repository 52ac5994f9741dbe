"""The kinds of record that say what agencies do together: asking, visiting, operating, promising, assessing."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from briefcase.records.record import Lines, Record, References
from briefcase.records.values import Line, PartialDate, Reference, Text


class Outreach(Record, tag="outreach", frozen=True, kw_only=True):
    """A contact with industry."""

    company: Annotated[Reference, Meta(title="Company", description="The company that was spoken to.")] = ""
    contacts: Annotated[Lines, Meta(title="Persons met", description="Names and functions.")] = ()
    date: Annotated[PartialDate, Meta(title="Date", description="Day of the contact.")] = ""
    channel: Annotated[Line, Meta(title="Channel", description="Visit, call, letter and so on.")] = ""
    product_line: Annotated[
        Line, Meta(title="Product line asked about", description="Goods that the company was asked about.")
    ] = ""
    subject: Annotated[
        Line, Meta(title="Subject", description="One line that says what it was about.", extra={"required": True})
    ] = ""
    tear_line_given: Annotated[
        Text, Meta(title="Tear-line given", description="The words that the company was given.")
    ] = ""
    response: Annotated[Text, Meta(title="Answer", description="What the company answered.")] = ""
    follow_up: Annotated[Text, Meta(title="Follow-up", description="What is to be done next.")] = ""
    consent_to_share: Annotated[
        str,
        Meta(
            title="Consent to share",
            description="Whether the company lets its answer be shared with partners.",
            extra={"vocabulary": "yes_no"},
        ),
    ] = ""


class Request(Record, tag="request", frozen=True, kw_only=True):
    """A request for information."""

    question: Annotated[Text, Meta(title="Question", description="What is asked.", extra={"required": True})] = ""
    asked_by: Annotated[Line, Meta(title="Asked by", description="Agency.")] = ""
    asked_of: Annotated[Line, Meta(title="Asked of", description="Agency.")] = ""
    subjects: Annotated[References, Meta(title="Subjects", description="Records that the question is about.")] = ()
    urgency: Annotated[
        str, Meta(title="Urgency", description="How soon an answer is needed.", extra={"vocabulary": "urgency"})
    ] = ""
    purpose: Annotated[Text, Meta(title="Purpose", description="What the answer will be used for.")] = ""
    deadline: Annotated[PartialDate, Meta(title="Deadline", description="Day after which the answer is of no use.")] = (
        ""
    )
    status: Annotated[
        str, Meta(title="Status", description="Where the request stands.", extra={"vocabulary": "request_status"})
    ] = ""
    answers: Annotated[References, Meta(title="Answers", description="Records that answer it.")] = ()


class Operation(Record, tag="operation", frozen=True, kw_only=True):
    """A joint operation or coordinated action."""

    title: Annotated[Line, Meta(title="Name", description="Name of the operation.", extra={"required": True})] = ""
    agencies: Annotated[Lines, Meta(title="Agencies", description="Agencies that take part, COUNTRY/AGENCY.")] = ()
    lead: Annotated[Line, Meta(title="Lead agency", description="Agency that leads, COUNTRY/AGENCY.")] = ""
    objectives: Annotated[
        Lines, Meta(title="Objectives", description="What is to be reached, one objective a line.")
    ] = ()
    phase: Annotated[
        str, Meta(title="Phase", description="Where the operation stands.", extra={"vocabulary": "operation_phase"})
    ] = ""
    start: Annotated[PartialDate, Meta(title="Start", description="First day.")] = ""
    end: Annotated[PartialDate, Meta(title="End", description="Last day.")] = ""
    action_day: Annotated[
        PartialDate,
        Meta(title="Action day", description="Day on which all agencies act at the same time."),
    ] = ""
    go_no_go: Annotated[
        str, Meta(title="Go or no-go", description="The decision to go ahead.", extra={"vocabulary": "go_no_go"})
    ] = ""
    participants: Annotated[Lines, Meta(title="Participants", description="Officers and units that take part.")] = ()
    targets: Annotated[References, Meta(title="Targets", description="Records that the operation is aimed at.")] = ()
    deconfliction: Annotated[
        Line, Meta(title="Deconfliction state", description="What a check against partners' operations gave.")
    ] = ""


class Task(Record, tag="task", frozen=True, kw_only=True):
    """Something one agency has promised to do by a date."""

    title: Annotated[Line, Meta(title="Title", description="What is to be done.", extra={"required": True})] = ""
    operation: Annotated[Reference, Meta(title="Operation", description="The operation it belongs to.")] = ""
    owner_agency: Annotated[
        Line, Meta(title="Owner agency", description="Agency that promised it, COUNTRY/AGENCY.")
    ] = ""
    owner: Annotated[Line, Meta(title="Owner", description="Officer who does it.")] = ""
    due: Annotated[PartialDate, Meta(title="Due", description="Day by which it is promised.")] = ""
    status: Annotated[
        str, Meta(title="Status", description="Where the task stands.", extra={"vocabulary": "task_status"})
    ] = ""
    depends_on: Annotated[References, Meta(title="Depends on", description="Tasks that must be done before.")] = ()
    result: Annotated[Text, Meta(title="Result", description="What came of it.")] = ""


class Assessment(Record, tag="assessment", frozen=True, kw_only=True):
    """A trend product: a question, what was looked at, what was found."""

    title: Annotated[Line, Meta(title="Title", description="What the product is called.", extra={"required": True})] = (
        ""
    )
    question: Annotated[Text, Meta(title="Question", description="What it set out to answer.")] = ""
    period_from: Annotated[PartialDate, Meta(title="Period from", description="First day looked at.")] = ""
    period_until: Annotated[PartialDate, Meta(title="Period until", description="Last day looked at.")] = ""
    data_used: Annotated[Text, Meta(title="Data used", description="What was looked at, and what could not be.")] = ""
    findings: Annotated[Text, Meta(title="Findings", description="What was found, key judgements first.")] = ""
    likelihood: Annotated[
        str, Meta(title="Likelihood", description="How likely the main finding is.", extra={"vocabulary": "likelihood"})
    ] = ""
    confidence: Annotated[
        str, Meta(title="Confidence", description="How sure the author is of it.", extra={"vocabulary": "confidence"})
    ] = ""
