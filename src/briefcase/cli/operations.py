"""``operation``: joint operations, their tasks, the decision to go ahead, and what came of it."""

from __future__ import annotations

import argparse

from briefcase.cli.joining import clash_lines, clash_value
from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder, Parser
from briefcase.language import _
from briefcase.records.canonical import Json
from briefcase.records.kinds import Operation
from briefcase.records.label import Label
from briefcase.records.names import title_of
from briefcase.records.vocabulary import vocabulary
from briefcase.services import cases
from briefcase.services.operating import operations, outcomes
from briefcase.services.operating.operations import Look
from briefcase.services.operating.outcomes import Outcomes, Summed


def add_commands(add: Adder) -> None:
    """Add the commands of this file."""
    add.group("operation", _("joint operations"))
    make = add.command("operation create", _("open an operation that several agencies keep together"), create)
    make.add_argument("title", metavar="TITLE")
    make.add_argument("--agency", action="append", required=True, metavar="NZL/NZCS", help=_("that takes part"))
    make.add_argument("--marking", required=True, metavar="TEXT")
    make.add_argument("--case", action="append", default=[], metavar="CASE")
    make.add_argument("--lead", default="", metavar="GBR/HMRC", help=_("our agency when not given"))
    make.add_argument("--objective", action="append", default=[], metavar="TEXT")
    make.add_argument("--target", action="append", default=[], metavar="RECORD")
    _dates(make)
    add.command("operation list", _("list the operations"), list_them)
    look = add.command("operation show", _("show an operation with its tasks and outcomes"), show)
    look.add_argument("operation", metavar="OPERATION")
    _task(add.command("operation task", _("promise a task, or say how far it is"), task))
    go = add.command("operation go", _("decide whether and when to go ahead, and say the phase"), decide)
    go.add_argument("operation", metavar="OPERATION")
    go.add_argument("decision", metavar="go|no_go|pending", choices=("go", "no_go", "pending"), nargs="?")
    go.add_argument("--phase", default="", metavar="PHASE", help=_("plan, approve, execute or evaluate"))
    go.add_argument("--action-day", default="", metavar="DATE", help=_("on which all act at the same time"))
    give = add.command("operation share", _("let the agencies keep one of our records, too"), share)
    give.add_argument("operation", metavar="OPERATION")
    give.add_argument("record", metavar="RECORD")
    _outcome(add.command("operation outcome", _("report what was done, or sum up what all did"), outcome))


def _dates(parser: Parser) -> None:
    parser.add_argument("--start", default="", metavar="DATE")
    parser.add_argument("--end", default="", metavar="DATE")
    parser.add_argument("--action-day", default="", metavar="DATE", help=_("on which all act at the same time"))


def _task(parser: Parser) -> None:
    parser.add_argument("operation", metavar="OPERATION")
    parser.add_argument("--task", default="", metavar="ID", help=_("change this one; else a new one is made"))
    parser.add_argument("--title", default="", metavar="TEXT")
    parser.add_argument("--owner-agency", default="", metavar="NZL/NZCS", help=_("that promises it"))
    parser.add_argument("--owner", default="", metavar="NAME")
    parser.add_argument("--due", default="", metavar="DATE")
    parser.add_argument("--status", default="", metavar="STATUS")
    parser.add_argument("--depends-on", action="append", default=[], metavar="TASK")
    parser.add_argument("--result", default="", metavar="TEXT")


def _outcome(parser: Parser) -> None:
    parser.add_argument("operation", metavar="OPERATION")
    parser.add_argument("--action", default="", metavar="ACTION", help=_("such as detention or public_identification"))
    parser.add_argument("--subject", action="append", default=[], metavar="RECORD")
    parser.add_argument("--date", default="", metavar="DATE", help=_("today when not given"))
    parser.add_argument("--amount", default="", metavar="NUMBER")
    parser.add_argument("--currency", default="", metavar="XXX")
    parser.add_argument("--public", default="", metavar="yes|no|planned", choices=("yes", "no", "planned"))
    parser.add_argument("--legal-basis", default="", metavar="TEXT")
    parser.add_argument("--text", default="", metavar="TEXT", help=_("what came of it"))
    parser.add_argument("--marking", default="", metavar="TEXT", help=_("that of the operation when not given"))


def _given(**fields: str | list[str]) -> dict[str, Json]:
    """Return the fields that were given."""
    return {name: list(value) if isinstance(value, list) else value for name, value in fields.items() if value}


def create(arguments: argparse.Namespace, output: Output) -> int:
    """``operation create``."""
    fields = _given(
        title=arguments.title,
        lead=arguments.lead,
        objectives=arguments.objective,
        targets=arguments.target,
        start=arguments.start,
        end=arguments.end,
        action_day=arguments.action_day,
    )
    with opened(arguments) as session:
        found = [cases.find_case(session, one).id for one in arguments.case]
        label = Label(marking=arguments.marking)
        made = operations.create(session, fields, arguments.agency, label, found)
    output.answer({"operation": cases.as_object(made)}, [made.id])
    return 0


def list_them(arguments: argparse.Namespace, output: Output) -> int:
    """``operation list``."""
    with opened(arguments) as session:
        found = operations.list_operations(session)
    value = [cases.as_object(one) for one in found]
    output.answer({"operations": value}, [_headline(one) for one in found] or [_("There are no operations yet.")])
    return 0


def _headline(one: Operation) -> str:
    decision = vocabulary("go_no_go").label(one.go_no_go)
    phase = vocabulary("operation_phase").label(one.phase)
    return f"{one.id}  {one.title}  ({', '.join(one.agencies)}; {phase}; {decision})"


def show(arguments: argparse.Namespace, output: Output) -> int:
    """``operation show``."""
    with opened(arguments) as session:
        look = operations.look(session, operations.find(session, arguments.operation))
        banner = cases.banner_of(session, [look.operation, *look.tasks, *look.outcomes, *look.targets])
        summed = outcomes.total(session, look.outcomes)
    value: dict[str, object] = {
        "operation": cases.as_object(look.operation),
        "tasks": [cases.as_object(one) for one in look.tasks],
        "overdue": list(look.overdue),
        "targets": [cases.as_object(one) for one in look.targets],
        "outcomes": [cases.as_object(one) for one in look.outcomes],
        "sums": _sums(summed),
        "conflicts": [clash_value(one) for one in look.clashes],
        "banner": [banner.line1, banner.line2],
    }
    output.answer(value, [banner.line1, banner.line2, *_look_lines(look), *_sum_lines(summed), banner.line1])
    return 0


def _look_lines(look: Look) -> list[str]:
    one = look.operation
    lines = [_headline(one), *(f"  - {each}" for each in one.objectives)]
    if one.action_day:
        lines.append(_("Action day: %(day)s") % {"day": one.action_day})
    lines += [_("Target: %(title)s") % {"title": title_of(each)} for each in look.targets]
    for each in look.tasks:
        status = vocabulary("task_status").label(each.status)
        late = "  " + _("overdue") if each.id in look.overdue else ""
        lines.append(f"{each.id}  {each.title}  ({each.owner_agency}, {each.due}, {status}){late}")
    return [*lines, *(line for clash in look.clashes for line in clash_lines(clash))]


def task(arguments: argparse.Namespace, output: Output) -> int:
    """``operation task``."""
    fields = _given(
        title=arguments.title,
        owner_agency=arguments.owner_agency,
        owner=arguments.owner,
        due=arguments.due,
        status=arguments.status,
        depends_on=arguments.depends_on,
        result=arguments.result,
    )
    with opened(arguments) as session:
        operation = operations.find(session, arguments.operation)
        if arguments.task:
            done = operations.change_task(session, operation, arguments.task, fields)
        else:
            done = operations.add_task(session, operation, fields)
    output.answer({"task": cases.as_object(done)}, [done.id])
    return 0


def decide(arguments: argparse.Namespace, output: Output) -> int:
    """``operation go``: the answer names the tasks that are open, for they do not keep anybody from saying go."""
    with opened(arguments) as session:
        operation = operations.find(session, arguments.operation)
        decision, phase, day = arguments.decision or "", arguments.phase, arguments.action_day
        done = operations.decide(session, operation, decision, phase=phase, day=day)
        waiting = [one for one in operations.look(session, done).tasks if one.status not in ("done", "cancelled")]
    lines = [_headline(done), *(_("Still open: %(title)s") % {"title": one.title} for one in waiting)]
    output.answer({"operation": cases.as_object(done), "open": [one.id for one in waiting]}, lines)
    return 0


def share(arguments: argparse.Namespace, output: Output) -> int:
    """``operation share``."""
    with opened(arguments) as session:
        operation = operations.find(session, arguments.operation)
        record = operations.share(session, operation, arguments.record)
    output.answer({"record": cases.as_object(record)}, [record.id])
    return 0


def outcome(arguments: argparse.Namespace, output: Output) -> int:
    """``operation outcome``: with ``--action`` keep an own one; in any case say what all amount to."""
    fields = _given(
        action=arguments.action,
        subjects=arguments.subject,
        date=arguments.date,
        amount=arguments.amount,
        currency=arguments.currency,
        publicity=arguments.public,
        legal_basis=arguments.legal_basis,
        outcome=arguments.text,
    )
    with opened(arguments) as session:
        operation = operations.find(session, arguments.operation)
        label = Label(marking=arguments.marking) if arguments.marking else None
        made = outcomes.report(session, operation, fields, label) if fields else None
        summed = outcomes.total(session, operations.look(session, operation).outcomes)
    value: dict[str, object] = {"outcome": cases.as_object(made) if made else None, "sums": _sums(summed)}
    output.answer(value, [*([made.id] if made else []), *_sum_lines(summed)])
    return 0


def _sums(found: Outcomes) -> dict[str, object]:
    return {
        "total": _sum(found.total),
        "by_agency": {agency: _sum(one) for agency, one in found.by_agency.items()},
        "uncounted": list(found.uncounted),
    }


def _sum(one: Summed) -> dict[str, object]:
    return {"actions": one.actions, "amounts": one.amounts, "public": one.public}


def _sum_lines(found: Outcomes) -> list[str]:
    lines = [_one_sum(agency, one) for agency, one in found.by_agency.items()]
    if len(found.by_agency) > 1:
        lines.append(_one_sum(_("Together"), found.total))
    if found.uncounted:
        lines.append(_("Not counted, because not confirmed: %(count)s") % {"count": len(found.uncounted)})
    return lines


def _one_sum(who: str, one: Summed) -> str:
    terms = vocabulary("enforcement_action")
    parts = [f"{terms.label(action)}: {count}" for action, count in one.actions.items()]
    parts += [f"{amount} {currency}".strip() for currency, amount in one.amounts.items()]
    parts.append(_("public: %(count)s") % {"count": one.public})
    return f"{who}: " + "; ".join(parts)
