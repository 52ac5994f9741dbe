"""System calls given up for good, by this process and all that it starts (``seccomp(2)``, filter mode, no privilege).

Two programs for the kernel's filter are made with this: the viewer's, which leaves only what computing needs, and the
one of the whole program, which leaves no way to a network: sockets within this machine (AF_UNIX) alone.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Sequence
from typing import Final

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions: BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_JMP|JGE|K, BPF_RET|K."""
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
"""What is returned for a call: let it happen, let it fail with EPERM, end the process."""
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Places in ``struct seccomp_data``; the lower half of the first argument on a little-endian machine."""
Step = tuple[int, int, int, int]
"""Instruction, how many steps to jump when true, when false, and its operand."""

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_AF_UNIX = 1
_X32 = 0x40000000  # the same calls once more under other numbers, on x86_64
# Architecture, socket(2), io_uring_setup(2): the latter opens sockets past any filter (linux/arch/*/tbl).
_NETWORK: Final = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}


def install(steps: Sequence[Step]) -> bool:
    """Put a filter over this process; return whether the kernel took it."""
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(held)))
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(head))


def beginning(architecture: int) -> list[Step]:
    """Return the first steps of every filter: a call of another architecture ends the process; load the call."""
    return [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]


def forbid_network() -> bool:
    """Leave sockets within this machine only, for good and for every process that is started from here.

    Returns:
        False where the system has no such filter, or for an architecture that is not in the table.
    """
    known = _NETWORK.get(platform.machine()) if sys.platform.startswith("linux") else None
    if known is None:
        return False
    architecture, socket_call, ring_call = known
    return install(
        [
            *beginning(architecture),
            (AT_LEAST, 4, 0, _X32),
            (EQUAL, 3, 0, ring_call),
            (EQUAL, 0, 3, socket_call),
            (LOAD, 0, 0, FIRST_ARGUMENT),
            (EQUAL, 1, 0, _AF_UNIX),
            (RETURN, 0, 0, REFUSE),
            (RETURN, 0, 0, ALLOW),
        ]
    )


def _prctl(option: int, value: int, pointer: int = 0) -> bool:
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    return bool(call(option, value, pointer, 0, 0) == 0)
