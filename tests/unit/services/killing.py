"""Killing our own process at a line of the program, and looking at what it left on a stick."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from pathlib import Path
from types import FrameType
from typing import Any

from briefcase.seal import age
from briefcase.seal.errors import SealError
from briefcase.seal.identity import Identity

Trace = Callable[[FrameType, str, Any], Any]


def lines_until(limit: int, watched: Collection[str]) -> tuple[Trace, list[int]]:
    """Return a trace function that kills this process at line *limit* of the watched modules, and its counter."""
    counted = [0]

    def trace(frame: FrameType, _event: str, _argument: object) -> Trace | None:
        if Path(frame.f_code.co_filename).name not in watched:
            return None

        def line(_frame: FrameType, event: str, _argument: object) -> Trace:
            if event == "line":
                counted[0] += 1
                if counted[0] == limit:
                    os.kill(os.getpid(), signal.SIGKILL)
            return line

        return line

    return trace, counted


def in_child(act: Callable[[], object]) -> int:
    """Do *act* in a forked process and return its number."""
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child
        try:
            act()
        finally:
            os._exit(0)
    return pid


def can_open(path: Path, identity: Identity) -> bool:
    """Return whether somebody's key opens the outside of a file."""
    with path.open("rb") as file:
        try:
            age.open(file, [identity.age])
        except SealError:
            return False
    return True
