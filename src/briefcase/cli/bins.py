"""``bin``: deleted cases, until they are taken out again or deleted for good."""

from __future__ import annotations

import argparse

from briefcase.cli import asking
from briefcase.cli.keeping import Percent, planned_lines
from briefcase.cli.opening import opened
from briefcase.cli.output import Output, note
from briefcase.cli.parser import Adder
from briefcase.language import _
from briefcase.services import cases
from briefcase.services.keeping import purging
from briefcase.services.keeping.errors import PurgeUnconfirmed
from briefcase.services.undoing import bin as bins
from briefcase.services.undoing.bin import Binned


def add_commands(add: Adder) -> None:
    """Add the commands of this file."""
    add.group("bin", _("deleted cases"))
    put = add.command("bin put", _("delete a case into the bin"), put_in)
    put.add_argument("case", metavar="CASE")
    add.command("bin list", _("list what lies in the bin, and until when"), list_binned)
    back = add.command("bin restore", _("take a case out of the bin"), restore)
    back.add_argument("case", metavar="CASE")
    empty = add.command("bin empty", _("delete for good, after asking, the cases whose time is over"), empty_it)
    empty.add_argument(
        "--yes", action="append", default=[], metavar="NUMBER", help=_("the number of a case, as the answer")
    )
    days = add.command("bin retention", _("say or set for how many days a case lies in the bin"), retention)
    days.add_argument("days", metavar="DAYS", nargs="?", type=int)


def _value(one: Binned) -> dict[str, object]:
    return {
        "case": one.case_id,
        "title": one.title,
        "reference": one.reference,
        "since": one.since,
        "by": one.by,
        "until": one.until,
        "over": one.is_over,
    }


def _line(one: Binned) -> str:
    words = _("%(case)s  %(title)s (deleted on %(since)s by %(by)s; kept until %(until)s)")
    if one.is_over:
        words = _("%(case)s  %(title)s (deleted on %(since)s by %(by)s; its time was over on %(until)s)")
    return words % {"case": one.case_id, "title": one.title, "since": one.since, "by": one.by, "until": one.until}


def put_in(arguments: argparse.Namespace, output: Output) -> int:
    """``bin put``."""
    with opened(arguments) as session:
        one = bins.put(session, cases.find_case(session, arguments.case))
    output.answer(_value(one), [_line(one)])
    return 0


def list_binned(arguments: argparse.Namespace, output: Output) -> int:
    """``bin list``."""
    with opened(arguments) as session:
        found, days = bins.list_binned(session), bins.days(session)
    lines = [_line(one) for one in found] or [_("The bin is empty.")]
    output.answer({"bin": [_value(one) for one in found], "days": days}, lines)
    return 0


def restore(arguments: argparse.Namespace, output: Output) -> int:
    """``bin restore``."""
    with opened(arguments) as session:
        case = bins.restore(session, bins.find(session, arguments.case).case_id)
    output.answer({"case": cases.as_object(case)}, [case.id])
    return 0


def empty_it(arguments: argparse.Namespace, output: Output) -> int:
    """``bin empty``: each case is asked for by its number; one that is not answered for stays."""
    gone, left = [], []
    with opened(arguments) as session:
        for one in bins.expired(session):
            planned = purging.plan(session, one.case_id)
            for line in planned_lines(planned):
                note(line)
            typed = planned.number if planned.number in arguments.yes else _asked(planned.number, arguments.yes)
            try:
                purging.purge(session, planned, typed, progress=Percent())
            except PurgeUnconfirmed:
                left.append(one.case_id)
            else:
                gone.append(one.case_id)
        head = session.vault.audit.head()
    lines = [_("Deleted for good: %(count)s; left in the bin: %(left)s.") % {"count": len(gone), "left": len(left)}]
    output.answer({"purged": gone, "left": left, "audit_head": head}, lines)
    return PurgeUnconfirmed.exit_status if left else 0


def _asked(number: str, answers: list[str]) -> str:
    if answers or not asking.has_terminal():
        return ""
    prompt = _("Type %(number)s to delete it for good: ") % {"number": number}
    return asking.at_terminal(prompt).decode("utf-8", "replace")


def retention(arguments: argparse.Namespace, output: Output) -> int:
    """``bin retention``."""
    with opened(arguments) as session:
        if arguments.days is not None:
            bins.keep_for(session, arguments.days)
        days = bins.days(session)
    output.answer({"days": days}, [_("A deleted case lies in the bin for %(days)s days.") % {"days": days}])
    return 0
