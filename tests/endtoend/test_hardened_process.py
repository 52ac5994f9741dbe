"""The running program: no way to a network, no core file after a crash, nothing that another program could read."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import briefcase

SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone has these")

# What the program does first, then a try of everything that should be impossible from there on.
TRY = """
import ctypes, os, socket, sys
from briefcase import __main__
assert __main__._begin() is None
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    try:
        socket.socket(family)
    except OSError as error:
        print(family.name, error.errno)
ring = ctypes.CDLL(None, use_errno=True)
print("ring", ring.syscall(425, 1, 0), ctypes.get_errno())
socket.socket(socket.AF_UNIX).close()
print("dumpable", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
sys.stdout.flush()
if os.fork() == 0:
    try:
        socket.socket(socket.AF_INET)
    except OSError as error:
        print("child", error.errno, flush=True)
"""
CRASH = """
import ctypes, sys
if sys.argv[1] == "hardened":
    from briefcase import __main__
    assert __main__._begin() is None
secret = "Kestrel7741" + "Marker" * 1000
ctypes.string_at(0)
"""


KEYRING = """
from briefcase import __main__
assert __main__._begin() is None
from briefcase.services.access import keyrings
keyrings.keep("5" * 32, "slot", b"x" * 32)
print(keyrings._read("5" * 32, "slot").secret == b"x" * 32, keyrings.forget("5" * 32, "slot"))
print(keyrings._read("5" * 32, "slot"))
print(next(line.split()[1] for line in open("/proc/self/status", encoding="ascii") if line.startswith("Seccomp:")))
"""
UNLOCKED = (
    "printf secret | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 & keeper=$!; "
    'for _ in $(seq 50); do [ -S "$XDG_RUNTIME_DIR/keyring/control" ] && break; sleep 0.2; done; '
    'timeout 60 "$0" -c "$1"; kill $keeper'
)


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BRIEFCASE_V", "PYTHON"))}
    return {**clean, "PYTHONPATH": SOURCE, **more}


def test_no_socket_but_within_the_machine_can_be_opened() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRY], env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == [
        *("AF_INET 1", "AF_INET6 1", "AF_NETLINK 1", "AF_PACKET 1"),
        *("ring -1 1", "dumpable 0", "child 1"),
    ]


@pytest.mark.parametrize("how", ["plain", "hardened"])
def test_a_crash_leaves_no_core(tmp_path: Path, how: str) -> None:
    """The plain one shows that a core would be written here, where the system allows any at all."""

    def allow() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard != resource.RLIM_INFINITY:
        pytest.skip("core files cannot be allowed here")
    child = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", CRASH, how],
        env=environment(),
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        preexec_fn=allow,  # noqa: PLW1509 - one thread, and the limit is the point
    )
    _pid, status = os.waitpid(child.pid, 0)
    child.returncode = 0
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGSEGV
    if how == "hardened":
        assert not os.WCOREDUMP(status)
        assert list(tmp_path.iterdir()) == []
    elif not os.WCOREDUMP(status):
        pytest.skip("this system writes no core files")
    assert soft <= hard or hard == resource.RLIM_INFINITY


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("dbus-run-session") is None or shutil.which("gnome-keyring-daemon") is None,
    reason="needs D-Bus and GNOME's keyring",
)
def test_the_keyring_answers_behind_the_filter(tmp_path: Path) -> None:
    """Its socket is within this machine (AF_UNIX), so that the filter lets it through."""
    (tmp_path / "run").mkdir(mode=0o700)
    there = environment(HOME=str(tmp_path), XDG_RUNTIME_DIR=str(tmp_path / "run"), XDG_DATA_HOME=str(tmp_path / "data"))
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", UNLOCKED, sys.executable, KEYRING],
        env=there,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.splitlines() == ["True True", "None", "2"], done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool")
def test_the_window_opens_behind_the_filter(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    there = environment(DISPLAY=display, HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path), QT_QPA_PLATFORM="xcb")
    window = subprocess.Popen([sys.executable, "-m", "briefcase"], env=there, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--pid", str(window.pid)],
                env=there,
                capture_output=True,
                text=True,
                check=False,
            )
            if found.stdout.strip():
                break
            assert window.poll() is None
            time.sleep(0.5)
        assert found.stdout.strip()
        status = Path(f"/proc/{window.pid}/status").read_text(encoding="ascii")
        limits = Path(f"/proc/{window.pid}/limits").read_text(encoding="ascii")
        assert "Seccomp:\t2" in status
        assert next(line for line in limits.splitlines() if line.startswith("Max core")).split()[4:6] == ["0", "0"]
        tasks = Path(f"/proc/{window.pid}/task").iterdir()
        assert all("Seccomp:\t2" in (task / "status").read_text(encoding="ascii") for task in tasks)
    finally:
        for process in (window, server):
            process.kill()
            process.wait()
