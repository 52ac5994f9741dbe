"""How words are parsed: errors like all others, and the options that work before and after any command."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from briefcase import __version__
from briefcase.cli.errors import UsageError
from briefcase.cli.output import Output
from briefcase.language import _

Command = Callable[[argparse.Namespace, Output], int]


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong the way every other error is said."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing and leaving."""
        raise UsageError(reason=message.split("\n", maxsplit=1)[0])


def start() -> tuple[Parser, Adder]:
    """Return the parser of the program without any command, and what adds commands to it."""
    common = _common()
    parser = Parser(
        prog="briefcase",
        description=_("A secure briefcase for liaison officers."),
        parents=[common],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"briefcase {__version__}")
    groups = parser.add_subparsers(dest="group", metavar=_("COMMAND"), parser_class=Parser)
    return parser, Adder(groups, common)


def _common() -> Parser:
    """Return the options that stand before or after the command; given nowhere, they are absent."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--vault", metavar="DIR", type=Path, help=_("folder of the vault (or BRIEFCASE_VAULT)"))
    common.add_argument("--passphrase-file", metavar="FILE", type=Path, help=_("file that holds the passphrase"))
    common.add_argument("--pin-file", metavar="FILE", type=Path, help=_("file that holds the PIN for the keyring"))
    common.add_argument("--json", action="store_true", help=_("answer as one JSON object"))
    return common


class Adder:
    """Adds commands of one to three words, each with the common options."""

    def __init__(self, groups: argparse._SubParsersAction[Parser], common: Parser) -> None:
        self._groups = groups
        self._common = common
        self._inner: dict[str, argparse._SubParsersAction[Parser]] = {}

    def group(self, name: str, text: str) -> None:
        """Add a word that further words follow, alone or inside another group."""
        word = name.rpartition(" ")[2]
        parser = self._place(name).add_parser(word, help=text, parents=[self._common], allow_abbrev=False)
        dest = name.replace(" ", "_") + "_command"
        self._inner[name] = parser.add_subparsers(dest=dest, metavar=_("COMMAND"), required=True)

    def command(self, name: str, text: str, run: Command) -> Parser:
        """Add a command, its groups before it, and return its parser."""
        where = self._place(name)
        parser = where.add_parser(name.rpartition(" ")[2], help=text, parents=[self._common], allow_abbrev=False)
        parser.set_defaults(run=run)
        return parser

    def _place(self, name: str) -> argparse._SubParsersAction[Parser]:
        """Return where a command or group is added: inside the group that its first words name."""
        group, _blank, word = name.rpartition(" ")
        return self._inner[group] if word and group else self._groups
