"""``report``: a case, a party, a shipment or an operation on paper."""

from __future__ import annotations

import argparse
from pathlib import Path

from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.language import _, ngettext
from briefcase.services import contacts, printing


def add_commands(add: Adder) -> None:
    """Add the command."""
    report = add.command("report", _("print a case, a party, a shipment or an operation to a PDF"), print_report)
    report.add_argument("record", metavar="CASE|RECORD")
    report.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    report.add_argument(
        "--for", dest="for_contact", metavar="CONTACT", help=_("build it from what this contact may see")
    )
    report.add_argument("--paper", choices=("a4", "letter"), default="a4")


def print_report(arguments: argparse.Namespace, output: Output) -> int:
    """``report``: for ourselves or for one contact."""
    with opened(arguments) as session:
        contact = contacts.find(session, arguments.for_contact) if arguments.for_contact else None
        printed = printing.report_pdf(
            session, arguments.record, arguments.out, paper=arguments.paper, for_contact=contact
        )
    value: dict[str, object] = {
        "file": str(arguments.out),
        "pages": printed.pages,
        "control_number": printed.control_number,
    }
    counted = ngettext("%(count)d page", "%(count)d pages", printed.pages) % {"count": printed.pages}
    line = _("%(file)s: %(counted)s, control number %(number)s.")
    output.answer(value, [line % {"file": arguments.out, "counted": counted, "number": printed.control_number}])
    return 0
