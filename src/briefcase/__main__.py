"""Hands over to the command line, or to the window when no command is given.

Nothing but the standard library and our own light modules is imported before the start was checked, because a library
that is broken or too old must give one sentence and not a traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from briefcase.cli.output import complain
from briefcase.errors import BriefcaseError
from briefcase.services import hardening, startup

if TYPE_CHECKING:
    from briefcase.services.demo import Demo


def main() -> int:
    """Run the command that was given; without one, open the window on the vault and the file that were named."""
    named = for_window(sys.argv[1:])
    if named is not None:
        return _open_window(named)
    stopped = _begin()
    if stopped is not None:
        return stopped.exit_status
    from briefcase.cli.main import main as run_command  # noqa: PLC0415 - only after the start was checked

    return run_command(window=_show)


def window() -> int:
    """Open the window; what starts it by an icon or a double click names at most a file and a vault."""
    return _open_window(for_window(sys.argv[1:], any_file=True) or Named())


class Named(NamedTuple):
    """What the window is opened with: a vault's folder, and a sealed file to look at once it is open."""

    vault: Path | None = None
    file: Path | None = None


def for_window(words: Sequence[str], *, any_file: bool = False) -> Named | None:
    """Return what the window is opened with; None when the words are a command or its options.

    Args:
        words: after the program's name: ``--vault DIR`` and one ``FILE.brief``, each at most once.
        any_file: take a file of any name.
    """
    vault, file = os.environ.get("BRIEFCASE_VAULT") or "", ""
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--vault" and waiting:
            vault = waiting.pop(0)
        elif word.startswith("--vault="):
            vault = word.partition("=")[2]
        elif not file and not word.startswith("-") and (any_file or word.lower().endswith(".brief")):
            file = word
        else:
            return None
    return Named(Path(vault) if vault else None, Path(file).absolute() if file else None)


def _open_window(named: Named) -> int:
    stopped = _begin()
    if stopped is not None:
        from briefcase.desktop import stopped as page  # noqa: PLC0415 - Qt is loaded only where a window is wanted

        page.show(stopped)
        return stopped.exit_status
    from briefcase.desktop import app  # noqa: PLC0415 - likewise, and only after the start was checked

    return app.run(vault=named.vault, bundle=named.file)


def _begin() -> BriefcaseError | None:
    """Take the steps that come before anything secret exists; return what forbids to go on, already said."""
    hardening.apply()
    try:
        startup.check()
    except BriefcaseError as error:
        if sys.stderr is not None:  # a window that was started by an icon on Windows has none
            complain(error)
        return error
    return None


def _show(demo: Demo) -> int:
    """Open the window on a demonstration."""
    from briefcase.desktop import app  # noqa: PLC0415 - likewise

    return app.run(demo=demo)


if __name__ == "__main__":
    sys.exit(main())
