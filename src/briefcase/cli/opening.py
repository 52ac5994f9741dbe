"""From the common options to an open vault: which one, and by which passphrase."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from briefcase.cli import asking
from briefcase.cli.output import note
from briefcase.errors import N_
from briefcase.language import _, current
from briefcase.services import outgoing
from briefcase.services.errors import PassphraseMissing, VaultNotNamed
from briefcase.services.session import Session, generate_passphrase, unlock, unlock_with_pin


def vault_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder of the vault that a command is about.

    Raises:
        VaultNotNamed: neither ``--vault`` nor ``BRIEFCASE_VAULT`` says.
    """
    named = getattr(arguments, "vault", None) or os.environ.get("BRIEFCASE_VAULT")
    if not named:
        raise VaultNotNamed
    return Path(named)


def passphrase(arguments: argparse.Namespace, *, new: bool = False) -> str:
    """Return the passphrase: from its file, or typed at a terminal; never from an argument or the environment.

    Raises:
        PassphraseMissing: there is neither.
        FileUnreadable: the file cannot be read.
    """
    return _passphrase(getattr(arguments, "passphrase_file", None), new=new)


def new_passphrase(arguments: argparse.Namespace) -> str:
    """Return the passphrase that is to be set: from ``--new-passphrase-file``, or typed twice at a terminal.

    Raises:
        PassphraseMissing, FileUnreadable: as ``passphrase``.
    """
    return _passphrase(arguments.new_passphrase_file, new=True)


def _passphrase(file: Path | None, *, new: bool) -> str:
    if file is not None:
        typed = asking.from_file(file)
    elif sys.stdin is None or not sys.stdin.isatty():
        raise PassphraseMissing
    elif new:
        note(_("A good passphrase would be: %(words)s") % {"words": generate_passphrase(current())})
        typed = asking.twice(N_("New passphrase: "))
    else:
        typed = asking.at_terminal()
    return typed.decode("utf-8", "surrogateescape")


class Waits:
    """Says once, on standard error, that a try has to wait after wrong ones."""

    def __init__(self) -> None:
        self._said = False

    def __call__(self, seconds: int) -> None:
        """Be told that *seconds* are left."""
        if not self._said:
            self._said = True
            note(_("After several wrong tries the next one waits (%(seconds)s seconds).") % {"seconds": seconds})


@contextlib.contextmanager
def opened(arguments: argparse.Namespace, typed: str | None = None) -> Iterator[Session]:
    """Unlock the vault for one command and close it after; what is to be said about it goes to standard error.

    Args:
        arguments: of the command.
        typed: the passphrase, when the command has read it already; else it, or the PIN, is read here.
    """
    folder, pin = vault_folder(arguments), getattr(arguments, "pin_file", None)
    if typed is None and pin is not None:
        session = unlock_with_pin(folder, asking.from_file(pin).decode("utf-8", "surrogateescape"), waiting=Waits())
    else:
        session = unlock(folder, passphrase(arguments) if typed is None else typed, waiting=Waits())
    try:
        for words in session.opening.sentences():
            note(words)
        for one in outgoing.unfinished(session):
            note(outgoing.words(one))
        yield session
    finally:
        session.close()
