"""Hands over to the command line, or to the window when there is nothing on the command line."""

from __future__ import annotations

import sys

from briefcase.cli.main import main as run_command
from briefcase.cli.output import complain
from briefcase.errors import BriefcaseError
from briefcase.services import hardening, startup
from briefcase.services.demo import Demo


def main() -> int:
    """Run the command that was given; without one, open the window."""
    hardening.apply()
    try:
        startup.check_alone()
    except BriefcaseError as error:
        complain(error)
        return error.exit_status
    return run_command(window=_show) if len(sys.argv) > 1 else window()


def window() -> int:
    """Open the window."""
    hardening.apply()
    from briefcase.desktop import app  # noqa: PLC0415 - Qt is loaded only where a window is wanted

    return app.run()


def _show(demo: Demo) -> int:
    """Open the window on a demonstration."""
    from briefcase.desktop import app  # noqa: PLC0415 - likewise

    return app.run(demo=demo)


if __name__ == "__main__":
    sys.exit(main())
