"""Checks before anything else: that the program which runs is this one, and that its cryptography works.

Imported before any library is: what is broken or too old must give a sentence and not a traceback.
"""

from __future__ import annotations

import traceback
from importlib import metadata

from briefcase.seal.errors import CryptographyUnusable
from briefcase.services.errors import ProgramMixed

_OTHER = "briefcase"
_LIBRARIES = {"cryptography": "cryptography", "nacl": "pynacl"}


def check() -> None:
    """Refuse to start when the program is mixed with another, or its cryptography does not work.

    Raises:
        ProgramMixed: as ``check_alone``.
        CryptographyUnusable, SelfTestFailed: as ``check_cryptography``.
    """
    check_alone()
    check_cryptography()


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


def check_cryptography() -> None:
    """Load the cryptography and compare its known answers.

    Raises:
        CryptographyUnusable: a library is missing, damaged, or too old to have what the program needs.
        SelfTestFailed: an answer is wrong.
    """
    try:
        from briefcase.seal import selftest  # noqa: PLC0415 - loading it is what is tried
    except Exception as error:
        raise CryptographyUnusable(**_library(error)) from error
    selftest.run()


def _library(error: Exception) -> dict[str, str]:
    """Return the package that could not be loaded, and which version of it is there."""
    named = error.name or "" if isinstance(error, ImportError) else ""
    places = [frame.f_globals.get("__name__", "") for frame, _line in traceback.walk_tb(error.__traceback__)]
    modules = [str(name).split(".", maxsplit=1)[0] for name in (*places, named)]
    package = next((_LIBRARIES[name] for name in reversed(modules) if name in _LIBRARIES), modules[-1] or "?")
    try:
        found = metadata.version(package)
    except (metadata.PackageNotFoundError, ValueError):
        found = "-"
    return {"library": package, "version": found}
