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
from briefcase.language import _
from briefcase.services.errors import PassphraseMissing, VaultNotNamed
from briefcase.services.session import Session, unlock


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
    file = getattr(arguments, "passphrase_file", None)
    if file is not None:
        typed = asking.from_file(file)
    elif sys.stdin is None or not sys.stdin.isatty():
        raise PassphraseMissing
    else:
        typed = asking.twice() if new else asking.at_terminal()
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
def opened(arguments: argparse.Namespace) -> Iterator[Session]:
    """Unlock the vault for one command and close it after; what is to be said about it goes to standard error."""
    session = unlock(vault_folder(arguments), passphrase(arguments), waiting=Waits())
    try:
        for words in session.opening.sentences():
            note(words)
        yield session
    finally:
        session.close()
