"""What is printed of the kinds that record work between agencies and with industry; see ``sections``."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.paper.sections import Field, Section, period

JOINT = (
    Section(
        "tip",
        N_("Tips"),
        "",
        (),
        (
            Field("", lambda r, _c: r.text),
            Field(N_("Claims"), lambda r, _c: "; ".join(r.claims)),
            Field(N_("Received"), lambda r, _c: r.received),
            Field(N_("Channel"), lambda r, _c: r.channel),
            Field(N_("Source"), lambda r, _c: r.source),
            Field(N_("Source grade"), lambda r, c: c.term("source_grade", r.source_grade)),
            Field(N_("Information grade"), lambda r, c: c.term("information_grade", r.information_grade)),
            Field(N_("Evaluation scale"), lambda r, c: c.term("evaluation_scale", r.scale)),
            Field(N_("Action taken"), lambda r, _c: r.action_taken),
            Field(N_("About"), lambda r, c: c.directory.listed(r.about)),
        ),
    ),
    Section(
        "assessment",
        N_("Assessments"),
        "",
        (),
        (
            Field(N_("Question"), lambda r, _c: r.question),
            Field("", lambda r, _c: r.findings),
            Field(N_("Data used"), lambda r, _c: r.data_used),
            Field(N_("Period"), lambda r, _c: period(r.period_from, r.period_until)),
            Field(N_("Likelihood"), lambda r, c: c.term("likelihood", r.likelihood)),
            Field(N_("Confidence"), lambda r, c: c.term("confidence", r.confidence)),
        ),
    ),
    Section(
        "outreach",
        N_("Contacts with industry"),
        "",
        (),
        (
            Field(N_("Company"), lambda r, c: c.named(r.company)),
            Field(N_("Persons met"), lambda r, _c: "; ".join(r.contacts)),
            Field(N_("Date"), lambda r, _c: r.date),
            Field(N_("Channel"), lambda r, _c: r.channel),
            Field(N_("Product line asked about"), lambda r, _c: r.product_line),
            Field(N_("Tear-line given"), lambda r, _c: r.tear_line_given),
            Field(N_("Answer"), lambda r, _c: r.response),
            Field(N_("Follow-up"), lambda r, _c: r.follow_up),
            Field(N_("Consent to share"), lambda r, c: c.term("yes_no", r.consent_to_share)),
        ),
    ),
    Section(
        "request",
        N_("Requests for information"),
        "",
        (),
        (
            Field("", lambda r, _c: r.question),
            Field(N_("Asked by"), lambda r, _c: r.asked_by),
            Field(N_("Asked of"), lambda r, _c: r.asked_of),
            Field(N_("Subjects"), lambda r, c: c.directory.listed(r.subjects)),
            Field(N_("Urgency"), lambda r, c: c.term("urgency", r.urgency)),
            Field(N_("Purpose"), lambda r, _c: r.purpose),
            Field(N_("Deadline"), lambda r, _c: r.deadline),
            Field(N_("Status"), lambda r, c: c.term("request_status", r.status)),
            Field(N_("Answers"), lambda r, c: c.directory.listed(r.answers)),
        ),
    ),
    Section(
        "operation",
        N_("Joint operations"),
        "",
        (),
        (
            Field(N_("Objectives"), lambda r, _c: "; ".join(r.objectives)),
            Field(N_("Lead agency"), lambda r, _c: r.lead),
            Field(N_("Agencies"), lambda r, _c: ", ".join(r.agencies)),
            Field(N_("Participants"), lambda r, _c: "; ".join(r.participants)),
            Field(N_("Targets"), lambda r, c: c.directory.listed(r.targets)),
            Field(N_("Phase"), lambda r, c: c.term("operation_phase", r.phase)),
            Field(N_("Dates"), lambda r, _c: period(r.start, r.end)),
            Field(N_("Action day"), lambda r, _c: r.action_day),
            Field(N_("Go or no-go"), lambda r, c: c.term("go_no_go", r.go_no_go)),
            Field(N_("Deconfliction state"), lambda r, _c: r.deconfliction),
        ),
    ),
    Section(
        "task",
        N_("Tasks"),
        N_("Who has promised what by when."),
        (
            Field(N_("Task"), lambda r, _c: r.title),
            Field(N_("Agency"), lambda r, _c: r.owner_agency),
            Field(N_("Owner"), lambda r, _c: r.owner),
            Field(N_("Due"), lambda r, _c: r.due),
            Field(N_("Status"), lambda r, c: c.term("task_status", r.status)),
            Field(N_("Operation"), lambda r, c: c.directory.reference(r.operation)),
            Field(N_("Depends on"), lambda r, c: c.directory.listed(r.depends_on)),
        ),
        (Field(N_("Result"), lambda r, _c: r.result),),
    ),
)
"""In the order of the page."""
