"""``approve``: the second officer's word for exactly one file."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.language import _, listed
from briefcase.services.approving import rule


def add_commands(add: Adder) -> None:
    """Add the command."""
    give = add.command("approve", _("approve a colleague's file as the second officer"), approve)
    give.add_argument("request", metavar="FILE.request", type=Path)
    give.add_argument("--out", type=Path, required=True, metavar="FILE", help=_("where the approval goes"))


def approve(arguments: argparse.Namespace, output: Output) -> int:
    """``approve``: sign the digest that the request names, and say for whom it is."""
    with opened(arguments) as session:
        given = rule.approve(session, arguments.request, arguments.out)
    line = _("Approved for %(sender)s, to %(recipients)s: content %(content)s.") % {
        "sender": given.sender,
        "recipients": listed(given.recipients),
        "content": given.content,
    }
    output.answer({**msgspec.to_builtins(given), "file": str(arguments.out)}, [line])
    return 0
