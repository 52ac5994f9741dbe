"""Hands over to the command line, or to the window when there is nothing on the command line.

Nothing but the standard library and our own light modules is imported before the start was checked, because a library
that is broken or too old must give one sentence and not a traceback.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from briefcase.cli.output import complain
from briefcase.errors import BriefcaseError
from briefcase.services import hardening, startup

if TYPE_CHECKING:
    from briefcase.services.demo import Demo


def main() -> int:
    """Run the command that was given; without one, open the window."""
    if len(sys.argv) == 1:
        return window()
    stopped = _begin()
    if stopped is not None:
        return stopped.exit_status
    from briefcase.cli.main import main as run_command  # noqa: PLC0415 - only after the start was checked

    return run_command(window=_show)


def window() -> int:
    """Open the window."""
    stopped = _begin()
    if stopped is not None:
        from briefcase.desktop import stopped as page  # noqa: PLC0415 - Qt is loaded only where a window is wanted

        page.show(stopped)
        return stopped.exit_status
    from briefcase.desktop import app  # noqa: PLC0415 - likewise, and only after the start was checked

    return app.run()


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
