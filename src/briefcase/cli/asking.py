"""Where a passphrase comes from: a file, or somebody at a terminal; never an argument or the environment."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from briefcase.cli.output import printable
from briefcase.errors import N_
from briefcase.language import _
from briefcase.services.errors import PassphraseMissing
from briefcase.services.files import read_file

_LONGEST = 65536


def from_file(path: Path) -> bytes:
    """Return the passphrase that a file holds, without its final line feed.

    Raises:
        FileUnreadable, FileTooLarge: as ``read_file``.
    """
    return read_file(path, limit=_LONGEST).removesuffix(b"\n").removesuffix(b"\r")


def at_terminal(prompt: str = N_("Passphrase: ")) -> bytes:
    """Ask for a passphrase, nothing of it shown; standard input may be something else.

    Raises:
        PassphraseMissing: nobody is at a terminal, or nothing was typed.
    """
    if not has_terminal():
        raise PassphraseMissing
    try:
        return getpass.getpass(_(prompt)).encode("utf-8", "surrogateescape")
    except EOFError:
        raise PassphraseMissing from None


def shown_at_terminal(prompt: str) -> str:
    """Ask for something that is no secret: what is typed is shown, so that a slip is seen.

    Raises:
        PassphraseMissing: nobody is at a terminal, or nothing was typed.
    """
    if not has_terminal():
        raise PassphraseMissing
    sys.stderr.write(printable(prompt).replace("\n", " "))
    sys.stderr.flush()
    if os.name == "nt":
        typed = sys.stdin.readline()
    else:
        with open("/dev/tty", encoding="utf-8", errors="replace") as terminal:  # noqa: PTH123 - a device, not a file
            typed = terminal.readline()
    if not typed:
        raise PassphraseMissing
    return typed.rstrip("\r\n")


def twice(first: str = N_("Passphrase: ")) -> bytes:
    """Ask for a new passphrase twice; an empty one is asked for once.

    Raises:
        PassphraseMissing: nobody is at a terminal, or the second one differs.
    """
    typed = at_terminal(first)
    if typed and at_terminal(N_("The same passphrase again: ")) != typed:
        raise PassphraseMissing
    return typed


def has_terminal() -> bool:
    """Tell whether there is somebody to ask; without a terminal for what we say, too, nothing ever prompts."""
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    if os.name == "nt":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
