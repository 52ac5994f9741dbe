"""A large file of records through the real program: stopped with Ctrl+C, gone on with, nothing twice or half."""

# ruff: noqa: ANN001, ANN002, ANN201 - the arguments are fixtures
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import briefcase
from briefcase import resources
from briefcase.cli.main import main
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import bulk
from briefcase.services.session import create_vault, unlock

PASSPHRASE = "a passphrase of words"
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
LINES = 21_500
LABEL = {"marking": "EXERCISE OFFICIAL"}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Return a folder with a closed vault, its passphrase in a file, and a file of 21,500 records."""
    pack = resources.path("packs", "exercise.toml")
    more = {"agency": "USA/BIS", "country": "USA", "officer": "Ann", "pack": pack, "kdf": KdfParameters(1, 8192)}
    create_vault(tmp_path / "usa", PASSPHRASE, **more).session.close()
    (tmp_path / "pass").write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, count):
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            record = {"kind": "note", "label": LABEL, "title": f"Line {number + 1}", "text": f"words {number} " * 26}
            file.write(json.dumps(record) + "\n")
    return path


def start(*words):
    """Start ``record add`` as the real program, with the interrupt key in force however the tests were started."""
    common = ["--vault", "usa", "--passphrase-file", "pass", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "briefcase", "record", "add", *map(str, words), *common],
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - one thread
    )


def size_of(folder):
    total = 0
    for path in folder.glob("store.db*"):
        total += path.stat().st_size
    return total


def stopped(process, is_time):
    """Press Ctrl+C once it is time; return status, answer and errors."""
    until = time.monotonic() + 120
    while process.poll() is None and not is_time() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    return process.returncode, json.loads(out) if out else {}, err.decode()


@pytest.mark.slow
def test_ctrl_c_leaves_whole_batches_and_from_line_goes_on(desk):
    file = write(desk / "many.jsonl", LINES)
    assert file.stat().st_size > bulk.LARGE
    before = size_of(desk / "usa")
    status, said, err = stopped(start(file), lambda: size_of(desk / "usa") > before + 6_000_000)
    assert (status, err) == (130, "")
    assert said["next_line"] == said["count"] + 1
    assert said["count"] % bulk.BATCH == 0
    assert 0 < said["count"] < LINES
    session = unlock(desk / "usa", PASSPHRASE)
    assert session.vault.records.count() == said["count"]
    session.close()
    with start(file, "--from-line", said["next_line"]) as process:
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out) == {"ids": [], "count": LINES - said["count"], "next_line": 0}
    session = unlock(desk / "usa", PASSPHRASE)
    titles = [one.title for one in session.vault.records.rows()]
    assert titles == [f"Line {number + 1}" for number in range(LINES)]
    batches = [one.detail["lines"] for one in session.vault.audit.entries() if one.action == "record.add"]
    assert batches == [[n + 1, min(n + bulk.BATCH, LINES)] for n in range(0, LINES, bulk.BATCH)]
    assert not session.vault.check()
    session.close()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_ctrl_c_while_it_is_checked_keeps_nothing(desk):
    process = start(write(desk / "many.jsonl", LINES))

    def reads() -> bool:
        return any(os.path.realpath(one).endswith(".jsonl") for one in Path(f"/proc/{process.pid}/fd").iterdir())

    status, said, err = stopped(process, reads)
    assert (status, err) == (130, "")
    assert (said["count"], said["next_line"]) == (0, 1)
    session = unlock(desk / "usa", PASSPHRASE)
    assert session.vault.records.count() == 0
    session.close()


def test_from_line_counts_for_a_small_file_too(desk, capfd):
    """The lines before it were kept by the first run; taking them again would keep them twice."""
    file = write(desk / "few.jsonl", 5)
    common = ["--vault", "usa", "--passphrase-file", "pass", "--json"]
    assert main(["record", "add", str(file), "--from-line", "4", *common]) == 0
    assert json.loads(capfd.readouterr().out)["count"] == 2
    session = unlock(desk / "usa", PASSPHRASE)
    assert [one.title for one in session.vault.records.rows()] == ["Line 4", "Line 5"]
    session.close()
    for words in (["-", "--from-line", "4"], [str(file), "--from-line", "0"]):
        assert main(["record", "add", *words, *common]) == 2
        assert capfd.readouterr().err.startswith("USAGE:")
