"""Write the lock files again: every package, every version, every hash, for all three systems.

Run from anywhere with ``python3 installers/lock.py`` after a change of ``dependencies`` in
``pyproject.toml``; it needs the tool ``uv`` on the path. One resolution serves Python 3.11 to 3.14
on Linux x86_64, Windows x64 and macOS arm64 (environment markers stand in the file). The locks name
no index, no host and no path of the machine that wrote them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "installers" / "locks"
HEADER = """\
# {title}
# Written by installers/lock.py from pyproject.toml; do not edit by hand.
# Python 3.11 to 3.14; Linux x86_64, Windows x64, macOS arm64. Wheels only.
"""
FOREIGN = re.compile(r"^\s*--(?!hash=)|\bhttps?://|file:|\s@\s|/home/|/tmp/", re.MULTILINE)


def compile_lock(uv: str, source: str, title: str, *, extra: str = "", constraint: Path | None = None) -> str:
    """Return the text of one lock file.

    Args:
        uv: path of the uv tool.
        source: ``pyproject.toml`` or ``-`` for the requirement given as *title*'s standard input.
        title: first line of the file.
        extra: optional dependency group to include.
        constraint: a lock whose versions must be kept.
    """
    command = [
        uv,
        "--no-config",
        "pip",
        "compile",
        source,
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--quiet",
    ]
    command += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", "--only-binary", ":all:"]
    command += ["--annotation-style", "line"]
    command += ["--extra", extra] if extra else []
    command += ["--constraint", str(constraint.relative_to(ROOT))] if constraint else []
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    given = "pip >= 25\n" if source == "-" else None
    done = subprocess.run(command, cwd=ROOT, env=clean, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode:
        sys.exit(f"uv could not resolve the lock. Its words were:\n{done.stderr}")
    text = HEADER.format(title=title) + done.stdout
    found = FOREIGN.search(text)
    if found:
        sys.exit(f"The lock would name a place of this machine: {found.group(0)!r}. Nothing was written.")
    return text


def main() -> None:
    """Resolve and write the three lock files."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("The tool uv is not on the path. Install it into a scratch environment: pip install uv")
    LOCKS.mkdir(exist_ok=True)
    run = LOCKS / "run.txt"
    run.write_text(compile_lock(uv, "pyproject.toml", "What Briefcase needs to run."), encoding="utf-8")
    tested = compile_lock(
        uv, "pyproject.toml", "What Briefcase needs to run and to be tested.", extra="test", constraint=run
    )
    (LOCKS / "test.txt").write_text(tested, encoding="utf-8")
    first = compile_lock(uv, "-", "The installer itself, for a machine that has Python without pip.")
    (LOCKS / "pip.txt").write_text(first, encoding="utf-8")


if __name__ == "__main__":
    main()
