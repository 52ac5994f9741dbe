"""What is done before anything secret exists: no core dumps, no reading of our memory by others, no way to a network.

Each step is best effort where the system lacks it; none of them asks.
"""

from __future__ import annotations

import ctypes
import sys

from briefcase import seccomp

_PR_SET_DUMPABLE = 4


def apply() -> None:
    """Take the steps of this module; safe to call twice."""
    forbid_core_dumps()
    forbid_debuggers()
    seccomp.forbid_network()


def forbid_core_dumps() -> None:
    """Set the core file limit to zero, because a passphrase would stand in a core file."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forbid_debuggers() -> bool:
    """Make the process not dumpable on Linux, so that other programs of the user cannot read its memory."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
