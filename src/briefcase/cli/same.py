"""``same``: parties that may be the same, and what the officer says of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.language import _
from briefcase.records.kinds import Link
from briefcase.records.vocabulary import vocabulary
from briefcase.services import cases
from briefcase.services.joining import same
from briefcase.services.joining.same import Proposal


def add_commands(add: Adder) -> None:
    """Add the commands of this file."""
    add.group("same", _("parties that may be the same"))
    seen = add.command("same list", _("list pairs of parties that may be the same, and why"), list_pairs)
    seen.add_argument("--about", default="", metavar="PARTY", help=_("only pairs of this party"))
    seen.add_argument("--decided", action="store_true", help=_("those that were decided"))
    seen.add_argument("--limit", type=int, default=100, metavar="N")
    for name, text, run in (
        ("same accept", _("say that two parties are the same"), accept),
        ("same reject", _("say that they are not, also after the opposite was said"), reject),
    ):
        parser = add.command(name, text, run)
        parser.add_argument("one", metavar="PARTY")
        parser.add_argument("other", metavar="OTHER")
        parser.add_argument("--marking", default="", metavar="TEXT", help=_("of the link; else made of both labels"))


def list_pairs(arguments: argparse.Namespace, output: Output) -> int:
    """``same list``."""
    limit = max(1, arguments.limit)
    with opened(arguments) as session:
        found = same.proposals(session, decided=arguments.decided, about=arguments.about, limit=limit)
    lines = [line for one in found for line in _lines(one)] or [_("No two parties look the same.")]
    output.answer({"pairs": [_value(one) for one in found]}, lines)
    return 0


def _value(one: Proposal) -> dict[str, object]:
    return {
        "parties": [one.pair.one, one.pair.other],
        "titles": list(one.titles),
        "own": list(one.own),
        "weight": one.pair.weight,
        "signs": [
            {"sort": each.sort, "agrees": each.agrees, "one": each.one, "other": each.other} for each in one.pair.signs
        ],
        "decision": one.decision,
        "link": one.link,
    }


def _lines(one: Proposal) -> list[str]:
    lines = [f"{one.pair.one}  {one.titles[0]}", f"{one.pair.other}  {one.titles[1]}"]
    lines += [f"  {same.words(each)}" for each in one.pair.signs]
    return [*lines, f"  {vocabulary('link_role').label(one.decision)}  {one.link}"] if one.decision else lines


def accept(arguments: argparse.Namespace, output: Output) -> int:
    """``same accept``."""
    return _decide(arguments, output, same.accept)


def reject(arguments: argparse.Namespace, output: Output) -> int:
    """``same reject``."""
    return _decide(arguments, output, same.reject)


def _decide(arguments: argparse.Namespace, output: Output, act: Callable[..., Link]) -> int:
    with opened(arguments) as session:
        link = act(session, arguments.one, arguments.other, marking=arguments.marking)
    output.answer({"record": cases.as_object(link)}, [link.id])
    return 0
