"""``report`` and ``print``: a case, a party, a shipment or an operation as a PDF and on a printer."""

from __future__ import annotations

import argparse
from pathlib import Path

from briefcase.cli.opening import opened
from briefcase.cli.output import Output, note
from briefcase.cli.parser import Adder
from briefcase.language import _, ngettext
from briefcase.services import contacts, printing
from briefcase.services.papers import printers

_MOST_COPIES = 99


def add_commands(add: Adder) -> None:
    """Add the commands."""
    report = add.command("report", _("print a case, a party, a shipment or an operation to a PDF"), print_report)
    report.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    printed = add.command("print", _("print one of these on a printer, each copy with its own number"), print_copies)
    printed.add_argument("--printer", required=True, metavar="NAME")
    printed.add_argument("--copies", type=int, choices=range(1, _MOST_COPIES + 1), default=1, metavar="N")
    for each in (report, printed):
        each.add_argument("record", metavar="CASE|RECORD")
        each.add_argument(
            "--for", dest="for_contact", metavar="CONTACT", help=_("build it from what this contact may see")
        )
        each.add_argument("--paper", choices=("a4", "letter"), default="a4")


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


def print_copies(arguments: argparse.Namespace, output: Output) -> int:
    """``print``: said first that the print system may keep the pages, then copy by copy."""
    note(_("The system's print queue may keep the pages on disk in the clear, also after they were printed."))
    with opened(arguments) as session:
        contact = contacts.find(session, arguments.for_contact) if arguments.for_contact else None
        handed = printers.print_copies(
            session,
            arguments.record,
            arguments.printer,
            copies=arguments.copies,
            paper=arguments.paper,
            for_contact=contact,
        )
    numbers = list(handed.control_numbers)
    value: dict[str, object] = {"printer": arguments.printer, "pages": handed.pages, "control_numbers": numbers}
    line = _("Copy %(copy)s of %(copies)s handed to %(printer)s, control number %(number)s.")
    facts = {"copies": len(numbers), "printer": arguments.printer}
    output.answer(value, [line % {**facts, "copy": copy, "number": each} for copy, each in enumerate(numbers, 1)])
    return 0
