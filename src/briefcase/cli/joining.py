"""``conflicts``, ``history`` and ``undo``: what several agencies, or we ourselves, changed, and taking it back."""

from __future__ import annotations

import argparse
import json

import msgspec

from briefcase.cli.errors import UsageError
from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.language import _
from briefcase.services import cases
from briefcase.services.joining import conflicts
from briefcase.services.joining.conflicts import Clash
from briefcase.services.keeping import merging
from briefcase.services.undoing import history
from briefcase.services.undoing.history import Step

WAITS = 14
"""Exit status when something waits for an officer's decision."""


def add_commands(add: Adder) -> None:
    """Add the commands of this file."""
    add.group("conflicts", _("fields that agencies changed differently"))
    add.command("conflicts list", _("list what waits for a decision"), list_conflicts)
    settle = add.command("conflicts resolve", _("decide about every field of a record that is in conflict"), resolve)
    settle.add_argument("record", metavar="RECORD")
    settle.add_argument(
        "--keep",
        action="append",
        required=True,
        metavar="FIELD=REVISION",
        help=_("the value of this revision, or FIELD=both"),
    )
    past = add.command("history", _("say who changed what of a record when"), show_history)
    past.add_argument("id", metavar="ID")
    back = add.command("undo", _("bring a record back to what it was before"), undo)
    back.add_argument("id", metavar="ID")
    back.add_argument("--to", default="", metavar="REVISION", help=_("a version that history shows"))


def list_conflicts(arguments: argparse.Namespace, output: Output) -> int:
    """``conflicts list``: of joint records by field, and which records wait since a journey."""
    with opened(arguments) as session:
        found = conflicts.list_clashes(session)
        journeys = merging.conflicts(session)
    lines = [line for one in found for line in clash_lines(one)]
    lines += [_("From a journey: %(title)s, see vault conflicts.") % {"title": one.title} for one in journeys]
    value: dict[str, object] = {
        "conflicts": [clash_value(one) for one in found],
        "journeys": [one.record_id for one in journeys],
    }
    output.answer(value, lines or [_("Nothing waits for a decision.")])
    return 0


def clash_value(clash: Clash) -> dict[str, object]:
    """Return a conflict for ``--json``."""
    return {
        "record": clash.record_id,
        "kind": clash.kind,
        "title": clash.title,
        "fields": [
            {"field": name, "values": [msgspec.to_builtins(one) for one in claims]}
            for name, claims in clash.fields.items()
        ],
    }


def clash_lines(clash: Clash) -> list[str]:
    """Return a conflict for people."""
    lines = [f"{clash.record_id}  {clash.title}"]
    words = _("%(field)s: %(value)s (%(author)s, %(agency)s, %(when)s; revision %(revision)s)")
    for name, claims in clash.fields.items():
        for one in claims:
            facts = {
                "field": name,
                "value": as_json(msgspec.to_builtins(one.value)),
                "author": one.author,
                "agency": one.agency,
                "when": one.created,
                "revision": one.revision,
            }
            lines.append("  " + words % facts)
    return lines


def as_json(value: object) -> str:
    """Return a value of a field as it stands in JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def resolve(arguments: argparse.Namespace, output: Output) -> int:
    """``conflicts resolve``."""
    keep: dict[str, str] = {}
    for one in arguments.keep:
        name, sign, revision = one.partition("=")
        if not sign or name in keep:
            raise UsageError(reason="--keep FIELD=REVISION")
        keep[name] = revision
    with opened(arguments) as session:
        record = conflicts.resolve(session, arguments.record, keep)
        left = conflicts.of(session, record.id)
    value: dict[str, object] = {"record": cases.as_object(record), "conflicts": [clash_value(left)] if left else []}
    output.answer(value, [record.id, *(clash_lines(left) if left else [])])
    return WAITS if left else 0


def show_history(arguments: argparse.Namespace, output: Output) -> int:
    """``history``: every version of a record, oldest first."""
    with opened(arguments) as session:
        steps = history.of(session, arguments.id)
    output.answer({"versions": [_step_value(one) for one in steps]}, [line for one in steps for line in _lines(one)])
    return 0


def _step_value(step: Step) -> dict[str, object]:
    return {
        "revision": step.revision,
        "when": step.when,
        "actor": step.actor,
        "author": step.author,
        "action": step.action,
        "received_from": step.received_from,
        "standing": step.standing,
        "current": step.is_current,
        "changes": [{"field": one.name, "before": one.before, "after": one.after} for one in step.changes],
    }


def _lines(step: Step) -> list[str]:
    state = _("as it stands") if step.is_current else _("older")
    if step.standing == "reported":
        state = _("came from a partner, replaced nothing by itself")
    who = step.author or _("put together by the program")
    lines = [f"{step.when}  {who}  {step.action}  {step.revision} ({state})"]
    words = _("%(field)s: %(before)s, then %(after)s")
    for one in step.changes:
        values = {"field": one.name, "before": as_json(one.before), "after": as_json(one.after)}
        lines.append("  " + words % values)
    return lines


def undo(arguments: argparse.Namespace, output: Output) -> int:
    """``undo``: a new version with the old content."""
    with opened(arguments) as session:
        record = history.undo(session, arguments.id, to=arguments.to)
    output.answer({"record": cases.as_object(record)}, [record.id])
    return 0
