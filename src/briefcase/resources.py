"""The one reader of the files that ship with the program (``resources/`` in the source tree)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from briefcase.errors import ResourceError

_HERE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """Return the folder that holds the shipped files: inside the wheel, or beside ``src/``.

    Raises:
        ResourceError: neither place exists.
    """
    for candidate in (_HERE / "_data", _HERE.parents[1] / "resources"):
        if candidate.is_dir():
            return candidate
    raise ResourceError(name="resources")


def path(*parts: str) -> Path:
    """Return the path of one shipped file.

    Raises:
        ResourceError: the file is not there.
    """
    found = root().joinpath(*parts)
    if not found.exists():
        raise ResourceError(name="/".join(parts))
    return found


def read_bytes(*parts: str) -> bytes:
    """Return the bytes of one shipped file."""
    return path(*parts).read_bytes()


def read_text(*parts: str) -> str:
    """Return one shipped UTF-8 text file."""
    return path(*parts).read_text(encoding="utf-8")
