"""Three officers at their command lines: real processes, vaults, cards, and the story S1 played once for all tests."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import termios
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import briefcase
from briefcase import resources
from briefcase.services.session import Session, unlock

SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
PASSPHRASE = "correct horse battery staple"
CASE = "CHPL diversion via Istanbul"
OFFICERS = {
    "usa": ("USA", "USA/BIS", "Dana Whitfield"),
    "aus": ("AUS", "AUS/ABF", "Mia Thornton"),
    "gbr": ("GBR", "GBR/HMRC", "Owen Hargreaves"),
}


def start(*words: object, folder: Path, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess:
    """Run the program once, without a terminal, and return what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BRIEFCASE_V", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "briefcase", *map(str, words)],
        cwd=folder,
        env={**clean, "PYTHONPATH": SOURCE, "LC_ALL": "C.UTF-8", **environment},
        input=stdin if stdin is not None else b"",
        capture_output=True,
        check=False,
        timeout=120,
    )


@dataclass
class Desk:
    """One folder with the vaults of three officers, and one way to run commands in it."""

    folder: Path
    words: dict[str, list[str]] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    passphrase: str = PASSPHRASE
    source: str = SOURCE

    def start(self, *words: object, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess:
        """Run the program with exactly these words and return what it said; nothing is expected."""
        done = start(*words, folder=self.folder, stdin=stdin, **environment)
        assert b"Traceback" not in done.stderr
        return done

    @property
    def passphrase_file(self) -> Path:
        """The file that holds the passphrase of all three."""
        return self.folder / "passphrase.txt"

    def vault(self, name: str) -> Path:
        """The vault of ``usa``, ``aus`` or ``gbr``."""
        return self.folder / f"{name}.briefcase"

    def run(self, name: str, *words: object, status: int = 0) -> subprocess.CompletedProcess:
        """Run a command on one vault; *status* is what it must end with."""
        common = ("--vault", self.vault(name), "--passphrase-file", self.passphrase_file)
        done = start(*common, *words, folder=self.folder)
        assert done.returncode == status, (words, done.returncode, done.stderr.decode())
        assert b"Traceback" not in done.stderr
        return done

    def json(self, name: str, *words: object, status: int = 0) -> dict[str, Any]:
        """Run a command with ``--json`` behind it and return its answer."""
        return json.loads(self.run(name, *words, "--json", status=status).stdout)

    def unlock(self, name: str) -> Session:
        """Open a vault in this process, for what would cost too many processes."""
        return unlock(self.vault(name), PASSPHRASE)


@dataclass(frozen=True)
class Story:
    """What playing S1 on the command line gave.

    Attributes:
        desk: the three vaults.
        ids: of the records, by the short names that resources/demo/s1.jsonl gives them.
        dry: answer of the dry run.
        sealed: answer of the real hand-over.
        files: the sealed files, by recipient.
        before: copies of the partners' vaults from before they took anything in.
    """

    desk: Desk
    ids: dict[str, str]
    dry: dict[str, Any]
    sealed: dict[str, Any]
    files: dict[str, Path]
    before: Desk


def _make(desk: Desk, name: str) -> None:
    country, agency, officer = OFFICERS[name]
    pack = resources.path("packs", "exercise.toml")
    who = ("--agency", agency, "--country", country, "--officer", officer, "--pack", pack)
    common = ("--passphrase-file", desk.passphrase_file, "--json")
    done = start("vault", "create", desk.vault(name), *who, *common, folder=desk.folder)
    assert done.returncode == 0, done.stderr.decode()
    made = json.loads(done.stdout)
    desk.words[name], desk.fingerprints[name] = made["words"], made["fingerprint"]
    assert desk.json(name, "contact", "export", f"{name}.card")["words"] == made["words"]


def _meet(desk: Desk, name: str) -> None:
    """Let the USA meet both partners; they do not meet each other, which saves four processes."""
    for other, (country, agency, officer) in OFFICERS.items():
        if other != name and "usa" in (other, name):
            imported = desk.json(name, "contact", "import", f"{other}.card")
            assert (imported["name"], imported["state"]) == (officer, "unverified")
            words = " ".join(desk.words[other])
            known = ("--agency", agency, "--country", country)
            done = desk.json(name, "contact", "verify", officer, "--words", words, *known)
            assert (done["state"], done["fingerprint"]) == ("verified", desk.fingerprints[other])


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return three vaults whose officers have compared their words."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.passphrase_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda name: _make(desk, name), OFFICERS))
        list(pool.map(lambda name: _meet(desk, name), OFFICERS))
    return desk


@pytest.fixture(scope="session")
def story(desk: Desk) -> Story:
    """Return S1, written, cleared and sealed; nobody has taken anything in yet."""
    lines = resources.path("demo", "s1.jsonl")
    names = [json.loads(line)["id"] for line in lines.read_text(encoding="utf-8").splitlines()]
    ids = dict(zip(names, desk.json("usa", "record", "add", lines)["ids"], strict=True))
    for document in ("invoice", "statement"):
        answer = desk.json("usa", "attach", ids[document], resources.path("demo", f"{document}.pdf"))
        assert answer["media_type"] == "application/pdf"
    to = [word for name in ("aus", "gbr") for word in ("--to", OFFICERS[name][2])]
    dry = desk.json("usa", "handover", CASE, *to, "--out", "stick", "--dry-run")
    assert not (desk.folder / "stick").exists()
    assert b"SERVICE_FOLDER_MISSING" in desk.run("usa", "handover", CASE, *to, "--out", "stick", status=2).stderr
    assert not (desk.folder / "stick").exists()
    (desk.folder / "stick").mkdir()
    sealed = desk.json("usa", "handover", CASE, *to, "--out", "stick")
    names_of = {officer: name for name, (_country, _agency, officer) in OFFICERS.items()}
    files = {names_of[one["recipients"][0]]: desk.folder / one["file"] for one in sealed["files"]}
    before = Desk(desk.folder / "before", desk.words, desk.fingerprints)
    for name in ("aus", "gbr"):
        shutil.copytree(desk.vault(name), before.vault(name))
    shutil.copy(desk.passphrase_file, before.passphrase_file)
    return Story(desk, ids, dry, sealed, files, before)


@pytest.fixture(scope="session")
def gbr(story: Story) -> Iterator[Session]:
    """Return an open copy of the United Kingdom's vault as it was before anything was taken in."""
    copy = Desk(story.desk.folder / "open")
    shutil.copytree(story.before.vault("gbr"), copy.vault("gbr"))
    session = copy.unlock("gbr")
    yield session
    session.close()


@pytest.fixture(scope="session")
def at_terminal() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return a way to run a command at a terminal of its own and to type answers, each after its prompt.

    ``stdout`` is what the command wrote to its standard output when that is a pipe, ``stderr`` all that the terminal
    showed. ``show=True`` makes standard output the terminal, too.
    """
    return _at_terminal


def _at_terminal(
    command: list[str],
    answers: list[str],
    *,
    prompt: bytes = b"",
    data: bytes | None = None,
    show: bool = False,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    ours, theirs = pty.openpty()
    with tempfile.TemporaryFile() as given:
        given.write(data or b"")
        given.seek(0)
        process = subprocess.Popen(
            command,
            stdin=theirs if data is None else given,
            stdout=theirs if show else subprocess.PIPE,
            stderr=theirs,
            cwd=cwd,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one call that takes no lock
        )
    os.close(theirs)
    shown, waiting, seen, end = b"", list(answers), 0, time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.05)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the command closed its terminal
                break
        if waiting and prompt.lower() in shown[seen:].lower() and shown[seen:].rstrip().endswith((b":", b"?")):
            time.sleep(0.05)  # the command switches the echo off after its prompt
            seen = len(shown)
            os.write(ours, waiting.pop(0).encode() + b"\n")
    out = process.stdout.read() if process.stdout is not None else b""
    if process.stdout is not None:
        process.stdout.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    process.kill()
    os.close(ours)
    assert not waiting, shown
    return subprocess.CompletedProcess(command, process.wait(), out, shown)


_INTEROPERABILITY = re.compile(r"test_files_are_understood\[(\w+)-(\w+)-(\w+)-(\w+)-to-(\w+)-\d+\]")


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 - pytest's own class is private
    """Print the table of the age files that went between us and other implementations, if they were tried."""
    counted: dict[tuple[str, ...], Counter[str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            match = _INTEROPERABILITY.search(getattr(report, "nodeid", ""))
            if match is not None:
                counted.setdefault(match.groups(), Counter())[outcome] += 1
    if counted:
        terminalreporter.section("age files between implementations")
        terminalreporter.write_line(f"{'peer':8}{'kind':8}{'form':8}{'from':8}{'to':8}result, one a size")
    for row, results in counted.items():
        words = ", ".join(f"{count} {outcome}" for outcome, count in results.items())
        terminalreporter.write_line("".join(f"{word:8}" for word in row) + words)
