"""Set Briefcase up beside its source and start it: ``python3 run.py demo`` or ``python3 run.py test``.

The one bootstrap, in the standard library alone. It makes ``.venv`` beside itself, installs the hash-pinned
lock into it, looks for the system libraries that Qt needs (as root on Debian and Ubuntu it installs them, else
it names the exact command), and hands over. A second start re-uses what is there while the lock is unchanged.

    python3 run.py demo [--offline DIR] [--headless] [--out DIR]   the demonstration
    python3 run.py test [--offline DIR] [--fast] [pytest words]    style, types and tests; --fast leaves slow tests out
    python3 run.py setup [--offline DIR]                           set up, start nothing
    python3 run.py briefcase WORDS ...                             the command line of the program

``--offline DIR`` sets up from a wheelhouse (see installers/linux) and never reaches for a network.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "installers" / "locks"
STAMP = VENV / "briefcase-stamp"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 14)

# Shared library that is tried, and the Debian package that brings it.
QT_LIBRARIES = (
    ("libGL.so.1", "libgl1"),
    ("libEGL.so.1", "libegl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libglib-2.0.so.0", "libglib2.0-0"),
)
DISPLAY_LIBRARIES = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb-xkb.so.1", "libxcb-xkb1"),
)


class Trouble(Exception):
    """Something the person at the keyboard has to do: one sentence and a hint."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def say(words: str) -> None:
    """Write one line about the set-up to standard error, so that standard output stays the program's own."""
    print(words, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- the machine


def check_python(version: tuple[int, int]) -> None:
    """Refuse a Python that the lock has no wheels for."""
    if not OLDEST <= version <= NEWEST:
        raise Trouble(
            f"Briefcase needs Python 3.11 to 3.14, and this is {version[0]}.{version[1]}.",
            "Start it with another one, for example: python3.11 run.py demo",
        )


def has_apt() -> bool:
    """Say whether this is a Debian or Ubuntu with its package tool."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def may_install() -> bool:
    """Say whether this process may install system packages: root on Debian or Ubuntu."""
    return has_apt() and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_command(packages: list[str]) -> str:
    """Return the exact command that brings *packages*."""
    return "sudo apt-get update && sudo apt-get install --no-install-recommends " + " ".join(packages)


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root.

    Raises:
        Trouble: apt-get failed; its last words are passed on.
    """
    say(f"Installing system packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        done = subprocess.run(  # noqa: S603 - the package names are the constants above
            ["apt-get", *words],  # noqa: S607 - found by has_apt
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode:
        say(done.stdout[-2000:])
        raise Trouble("The system packages could not be installed.", f"Try it by hand: {apt_command(packages)}")


def loads(library: str) -> bool:
    """Say whether the dynamic linker finds *library*."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_display() -> bool:
    """Say whether a window could be shown."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_libraries(*, display: bool) -> list[str]:
    """Return the Debian packages of the Qt libraries that are not there (Linux alone)."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = QT_LIBRARIES + (DISPLAY_LIBRARIES if display else ())
    return [package for library, package in wanted if not loads(library)]


def qt_ready(*, display: bool, offline: bool) -> str:
    """Make sure that Qt can start; return an empty text, or the sentence-long command that is still wanted."""
    packages = missing_libraries(display=display)
    if packages and may_install() and not offline:
        apt_install(packages)
        packages = missing_libraries(display=display)
    if not packages:
        return ""
    return apt_command(packages) if has_apt() else "install what Debian calls " + " ".join(packages)


# ---------------------------------------------------------------- the virtual environment


def digest(name: str) -> str:
    """Return the SHA-256 of one lock file, joined with this Python and this place."""
    try:
        lock = (LOCKS / f"{name}.txt").read_bytes()
    except OSError:
        raise Trouble(f"The lock file installers/locks/{name}.txt is missing.", "Fetch the source again.") from None
    about = f"2\n{sys.version_info[:2]}\n{sys.platform}\n{VENV}\n".encode()
    return hashlib.sha256(about + lock).hexdigest()


def is_ready(name: str) -> bool:
    """Say whether the environment holds exactly what lock *name* asks for."""
    try:
        lines = STAMP.read_text(encoding="utf-8").split()
    except OSError:
        return False
    return f"{name}={digest(name)}" in lines and PYTHON.exists()


def clear_environment() -> None:
    """Remove an environment that does not fit any more, and nothing that is not one."""
    if not VENV.exists():
        return
    if not (VENV / "pyvenv.cfg").exists() and any(VENV.iterdir()):
        raise Trouble(
            f"The folder {VENV} is in the way and is not a Python environment.", "Move it away, then try again."
        )
    shutil.rmtree(VENV)


def make_environment(*, wheelhouse: Path | None) -> None:
    """Make an empty environment that has pip.

    Debian keeps ``ensurepip`` in a package of its own; a wheelhouse brings pip itself and does not need it.
    """
    clear_environment()
    say(f"Making {VENV}")
    if wheelhouse is None and importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not may_install():
            raise Trouble(
                "This Python has no pip of its own (Debian keeps it in another package).",
                f"Install it: {apt_command([package])}",
            )
        apt_install([package])
    switches = ["--without-pip"] if wheelhouse is not None else []
    run_quietly([sys.executable, "-m", "venv", *switches, str(VENV)], "The Python environment could not be made.")
    point_at_source()


def point_at_source() -> None:
    """Let ``python -m briefcase`` work from any folder: one path file instead of a build of the project."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([str(PYTHON), "-I", "-c", ask], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    Path(done.stdout.strip(), "briefcase-source.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def child_environment(*, offline: bool = False) -> dict[str, str]:
    """Return the environment for pip and the program: nothing of the user's own Python leaks in."""
    drop = (
        "PYTHONPATH",
        "PYTHONHOME",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_USER",
        "PIP_REQUIRE_VIRTUALENV",
        "__PYVENV_LAUNCHER__",
    )
    kept = {k: v for k, v in os.environ.items() if k not in drop and not (offline and k.startswith("PIP_"))}
    kept.update(PYTHONNOUSERSITE="1", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if offline:
        kept.update(PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    return kept


def run_quietly(command: list[str], sentence: str, *, offline: bool = False) -> None:
    """Run a step of the set-up; on failure show its last lines and stop."""
    done = subprocess.run(  # noqa: S603 - the words are ours
        command,
        env=child_environment(offline=offline),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        say(done.stdout[-3000:].rstrip())
        place = "the wheelhouse is complete and for this Python" if offline else "the package index can be reached"
        raise Trouble(sentence, f"The lines above tell why; see that {place}, then try again.")


def install(name: str, wheelhouse: Path | None) -> None:
    """Install lock *name*, wheels only, every file checked against its hash."""
    pip = [str(PYTHON), "-I", "-m", "pip"]
    offline = wheelhouse is not None
    source: list[str] = []
    if wheelhouse is not None:
        source = ["--no-index", "--find-links", str(wheelhouse)]
        pip = [str(PYTHON), "-I", str(checked_pip(wheelhouse) / "pip")]
    say(f"Installing {name} requirements from {wheelhouse or 'the package index'} (hashes checked)")
    lock = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(LOCKS / f"{name}.txt")]
    run_quietly(
        [*pip, "install", "--quiet", *source, *lock], "The requirements could not be installed.", offline=offline
    )


def checked_pip(wheelhouse: Path) -> Path:
    """Return the pip wheel of a wheelhouse (it runs without being installed), after checking its hash."""
    allowed = (LOCKS / "pip.txt").read_text(encoding="utf-8")
    for wheel in sorted(wheelhouse.glob("pip-*.whl")):
        if f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in allowed:
            return wheel
    raise Trouble(
        f"The folder {wheelhouse} holds no pip that the lock knows.",
        "Build the wheelhouse again from this same source: installers/linux/wheelhouse.sh DIR",
    )


def set_up(name: str, wheelhouse: Path | None) -> None:
    """Bring the environment to lock *name* (``run`` or ``test``; the second holds the first)."""
    check_python(sys.version_info[:2])
    if wheelhouse is not None and not wheelhouse.is_dir():
        raise Trouble(f"There is no folder {wheelhouse}.", "Give the wheelhouse's folder: --offline DIR")
    if is_ready(name):
        return
    if not is_ready("run"):
        make_environment(wheelhouse=wheelhouse)
    install(name, wheelhouse)
    names = ("run", "test") if name == "test" else ("run",)
    STAMP.write_text("".join(f"{each}={digest(each)}\n" for each in names), encoding="utf-8")


# ---------------------------------------------------------------- the commands


def start(words: list[str], extra: dict[str, str] | None = None) -> int:
    """Run the environment's Python with *words* in the caller's folder and return its exit status."""
    return subprocess.call([str(PYTHON), *words], env={**child_environment(), **(extra or {})})  # noqa: S603 - our own interpreter


def demo(words: list[str], wheelhouse: Path | None) -> int:
    """Start the demonstration: in a window where there is one, else on the command line."""
    set_up("run", wheelhouse)
    if "--headless" not in words:
        if not has_display():
            say("There is no display, so the demonstration runs on the command line.")
            words = [*words, "--headless"]
        else:
            wanted = qt_ready(display=True, offline=wheelhouse is not None)
            if wanted:
                hint = f"Get them first: {wanted} (or try without a window: python3 run.py demo --headless)"
                raise Trouble("Some system libraries of the window are missing.", hint)
    return start(["-m", "briefcase", "demo", *words])


def test(words: list[str], wheelhouse: Path | None) -> int:
    """Check style and types, then run the tests; pytest has the last word."""
    set_up("test", wheelhouse)
    wanted = qt_ready(display=False, offline=wheelhouse is not None)
    if wanted:
        raise Trouble("Some system libraries that the window's tests need are missing.", f"Get them first: {wanted}")
    os.chdir(ROOT)
    if "--fast" in words:
        words = ["-m", "not slow", *(word for word in words if word != "--fast")]
    failed = []
    for check in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        say(f"== {' '.join(check)}")
        if start(["-m", *check]):
            failed.append(" ".join(check))
    if failed:
        say(f"== failed: {', '.join(failed)}; the tests run all the same")
    say("== pytest")
    status = start(["-m", "pytest", *words], {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")})
    if failed:
        raise Trouble(
            f"Style or types are not clean ({', '.join(failed)}).",
            "Mend what the lines above name; pytest's own result stands above.",
        )
    return status


def take_option(words: list[str], name: str) -> Path | None:
    """Take ``name VALUE`` or ``name=VALUE`` out of *words*; return the value as an absolute path."""
    for at, word in enumerate(words):
        if word == name:
            if at + 1 == len(words):
                raise Trouble(f"{name} wants a folder.", f"For example: python3 run.py demo {name} wheelhouse")
            value = words[at + 1]
            del words[at : at + 2]
            return Path(value).resolve()
        if word.startswith(name + "="):
            del words[at]
            return Path(word[len(name) + 1 :]).resolve()
    return None


def main(words: list[str]) -> int:
    """Carry out one command and return the exit status."""
    if not words or words[0] in {"-h", "--help", "help"}:
        print(__doc__)
        return 0 if words else 2
    command, rest = words[0], words[1:]
    if command == "briefcase":
        set_up("run", None)
        return start(["-m", "briefcase", *rest])
    if command not in {"demo", "test", "setup"}:
        raise Trouble(f"There is no command {command!r}.", "Say one of: demo, test, setup, briefcase")
    wheelhouse = take_option(rest, "--offline")
    if command == "setup":
        set_up("run", wheelhouse)
        say(f"Ready: {PYTHON} -m briefcase")
        return 0
    return demo(rest, wheelhouse) if command == "demo" else test(rest, wheelhouse)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        say(f"SETUP: {trouble.sentence} {trouble.hint}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("SETUP: Stopped on request.")
        sys.exit(130)
