"""Checks before anything else: that the program which runs is this one, and not a mixture with another."""

from __future__ import annotations

from importlib import metadata

from briefcase.services.errors import ProgramMixed

_OTHER = "briefcase"


def check_alone() -> None:
    """Refuse to run beside the packaging tool of PyPI that installs into the same folder name.

    Raises:
        ProgramMixed: both are installed in one environment, so nobody can say whose modules are loaded.
    """
    try:
        metadata.distribution(_OTHER)
    except metadata.PackageNotFoundError:
        return
    raise ProgramMixed
