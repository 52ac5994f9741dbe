"""What the limited process gives up before it sees a document.

On Linux and macOS: memory (Linux alone), processor time, core files, writing of files, new processes, and every
new file descriptor, so that neither a file nor a socket can be opened. On Linux with x86_64 or ARM64 also all
system calls but the few that computing needs (``seccomp(2)``, filter mode, which needs no privilege). What a
system does not have is skipped and reported: on Windows none of these is there yet, and the separate process
with an empty environment and the parent's clock remain.
"""

from __future__ import annotations

import ctypes
import platform
import signal
import sys
from typing import Final

from briefcase import seccomp
from briefcase.viewer.frame import Protection

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MEMORY_BYTES: Final = 1024**3

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4

# Calls that stay allowed, by machine: name order in both tables is the same (linux/arch/*/tbl, asm-generic/unistd.h).
# read write close fstat lseek mmap mprotect munmap brk mremap madvise, rt_sigaction rt_sigprocmask rt_sigreturn,
# sched_yield getpid gettid futex exit exit_group clock_gettime getrandom sched_getaffinity sysinfo
_ALLOWED: Final = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 25, 28, 13, 14, 15, 24, 39, 186, 202, 60, 231, 228, 318, 204, 99),
    ),
    "aarch64": (
        0xC00000B7,
        (
            63,
            64,
            57,
            80,
            62,
            222,
            226,
            215,
            214,
            216,
            233,
            134,
            135,
            139,
            124,
            172,
            178,
            98,
            93,
            94,
            113,
            278,
            123,
            179,
        ),
    ),
}


def limit_resources(cpu_seconds: int) -> Protection:
    """Set the limits of memory, processor time, core files and writing; to be called before anything is imported."""
    given = Protection(0)
    if resource is None:
        return given
    wanted = [
        ("RLIMIT_CORE", 0, Protection(0)),
        ("RLIMIT_FSIZE", 0, Protection.WRITING),
        ("RLIMIT_CPU", cpu_seconds, Protection.PROCESSOR_TIME),
    ]
    if sys.platform.startswith("linux"):
        wanted.append(("RLIMIT_AS", MEMORY_BYTES, Protection.MEMORY))
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _prctl(_PR_SET_DUMPABLE, 0)
    for name, most, protection in wanted:
        if _set_limit(name, most):
            given |= protection
    return given


def lock_in() -> Protection:
    """Give up new descriptors, new processes and most system calls; to be called after the last import."""
    given = Protection(0)
    if resource is not None:
        _set_limit("RLIMIT_NPROC", 0)
        if _set_limit("RLIMIT_NOFILE", 3):
            given |= Protection.NEW_FILES
    if sys.platform.startswith("linux") and _filter_system_calls(platform.machine()):
        given |= Protection.SYSTEM_CALLS
    return given


def _set_limit(name: str, most: int) -> bool:
    try:
        # At its hard limit of time the kernel kills; one second earlier it says why (SIGXCPU).
        hard = most + 1 if name == "RLIMIT_CPU" else most
        resource.setrlimit(getattr(resource, name), (most, hard))
    except (AttributeError, OSError, ValueError):
        return False
    return True


def _prctl(option: int, value: int, pointer: int = 0) -> bool:
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    return bool(call(option, value, pointer, 0, 0) == 0)


def _program(architecture: int, calls: tuple[int, ...]) -> list[seccomp.Step]:
    """Return the filter: a foreign architecture kills, a listed call passes, any other fails with EPERM."""
    steps = seccomp.beginning(architecture)
    steps += [(seccomp.EQUAL, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    return [*steps, (seccomp.RETURN, 0, 0, seccomp.REFUSE), (seccomp.RETURN, 0, 0, seccomp.ALLOW)]


def _filter_system_calls(machine: str) -> bool:
    return machine in _ALLOWED and seccomp.install(_program(*_ALLOWED[machine]))
