"""The ways into a vault from a shell: real commands in this process, secrets from files, none in an argument."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

import briefcase
from briefcase import resources
from briefcase.cli.main import main
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.access import slots
from briefcase.services.session import create_vault, unlock

PASSPHRASE = "a passphrase of words"
SECOND = "saddle compass thimble marble"
NEW = "ribbon lantern orchard velvet"
CHEAP = KdfParameters(1, 8192)
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Return a folder with a closed vault and files with passphrases, as the working folder."""
    pack = resources.path("packs", "exercise.toml")
    more = {"agency": "USA/BIS", "country": "USA", "officer": "Ann Ash", "pack": pack, "kdf": CHEAP}
    made = create_vault(tmp_path / "usa", PASSPHRASE, **more)
    made.session.close()
    secrets = {"pass": PASSPHRASE, "second": SECOND, "new": NEW, "weak": "Summer2026!"}
    for name, words in {**secrets, "words": " ".join(made.recovery_words)}.items():
        (tmp_path / name).write_text(words + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFCASE_VAULT", "usa")
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setattr("briefcase.cli.asking.has_terminal", lambda: False)
    return tmp_path


@pytest.fixture
def run(desk, capfd):
    """Return a way to run one command with the passphrase of a file; it returns status, JSON and errors."""

    def act(*words, by="pass"):
        capfd.readouterr()
        status = main([*map(str, words), "--passphrase-file", str(desk / by), "--json"])
        said = capfd.readouterr()
        return status, json.loads(said.out) if said.out else {}, said.err

    return act


def test_the_whole_life_of_the_ways_in(run, desk):
    assert run("vault", "slot", "list")[1]["slots"][0]["kind"] == "passphrase"
    assert run("vault", "slot", "test", by="words")[1]["kind"] == "recovery"
    status, said, _err = run("vault", "slot", "add", "officer", "--label", "Lee", "--new-passphrase-file", "second")
    assert (status, [one["label"] for one in said["slots"]]) == (0, ["", "", "Lee"])
    lee = said["slots"][-1]["id"]
    assert run("vault", "slot", "test", by="second")[1] == {"id": lee, "kind": "passphrase"}
    status, said, _err = run("vault", "slot", "add", "recovery", "--recovery-sheet", "sheet.txt")
    assert (status, len(said["slots"])) == (0, 4)
    assert (desk / "sheet.txt").stat().st_mode & 0o077 == 0
    status, said, _err = run("vault", "slot", "remove", said["slots"][1]["id"])
    assert (status, [one["kind"] for one in said["slots"]]) == (0, ["passphrase", "passphrase", "recovery"])
    assert run("vault", "slot", "test", by="words")[0] == 3
    status, said, _err = run("vault", "passphrase", "--new-passphrase-file", "new")
    assert (status, said) == (0, {"strength": "strong"})
    assert run("vault", "info")[0] == 3
    assert run("vault", "info", by="new")[0] == 0


def test_revoking_leaves_no_old_way_in(run, desk):
    status, said, err = run("vault", "revoke", "--recovery-sheet", "sheet.txt", "--new-passphrase-file", "new")
    assert (status, err) == (0, "")
    assert len(said["audit_head"]) == 64
    assert [run("vault", "slot", "test", by=one)[0] for one in ("pass", "words", "new")] == [3, 3, 0]
    words = [part for part in (desk / "sheet.txt").read_text("utf-8").split() if part.islower()]
    (desk / "fresh").write_text(" ".join(words[-60:]), encoding="utf-8")
    assert run("vault", "check", by="new")[1]["whole"] is True


def test_the_clock_is_reset_by_two(run, desk):
    run("vault", "slot", "add", "officer", "--label", "Lee", "--new-passphrase-file", "second")
    session = unlock(desk / "usa", PASSPHRASE)
    session.vault.audit.see_time("2099-01-01T00:00:00Z")
    session.close()
    status, _said, err = run("vault", "clock-reset", "--second-passphrase-file", "pass")
    assert status == 4
    assert err.startswith("NOTE: The clock of this computer is behind")
    assert "SERVICE_SECOND_PERSON" in err
    status, said, _err = run("vault", "clock-reset", "--second-passphrase-file", "second")
    assert (status, said["time"] < "2099") == (0, True)
    assert run("vault", "info")[2] == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("vault", "slot", "add", "recovery"), "USAGE"),
        (("vault", "slot", "add", "recovery", "--recovery-sheet", "pass"), "SERVICE_FILE_EXISTS"),
        (("vault", "slot", "add", "recovery", "--recovery-sheet", "x", "--label", "y"), "USAGE"),
        (("vault", "slot", "add", "officer", "--new-passphrase-file", "second"), "SERVICE_LABEL_INVALID"),
        (("vault", "slot", "add", "officer", "--label", "y"), "SERVICE_PASSPHRASE_MISSING"),
        (
            ("vault", "slot", "add", "officer", "--label", "y", "--new-passphrase-file", "weak"),
            "SERVICE_PASSPHRASE_WEAK",
        ),
        (("vault", "slot", "add", "keyring", "--recovery-sheet", "x"), "USAGE"),
        (("vault", "slot", "add", "door"), "USAGE"),
        (("vault", "slot", "remove", "0011223344556677"), "SERVICE_SLOT_UNKNOWN"),
        (("vault", "slot"), "USAGE"),
        (("vault", "passphrase", "--new-passphrase-file", "nowhere"), "SERVICE_FILE_UNREADABLE"),
        (("vault", "revoke"), "USAGE"),
    ],
)
def test_what_is_refused_changes_nothing(desk, capfd, words, code):
    before = (desk / "usa" / "header.json").read_bytes()
    known = [] if "--passphrase-file" in words else ["--passphrase-file", "pass"]
    assert main([*words, *known]) != 0
    said = capfd.readouterr()
    assert said.err.startswith(code + ":")
    assert said.out == ""
    assert (desk / "usa" / "header.json").read_bytes() == before
    assert not (desk / "x").exists()


def test_a_vault_that_nobody_tied_to_a_keyring_says_so(desk, capfd):
    (desk / "pin").write_text("739164", encoding="utf-8")
    assert main(["vault", "info", "--pin-file", "pin"]) == 3
    assert capfd.readouterr().err.startswith("SERVICE_KEYRING_NO_ENTRY")


def test_wrong_tries_are_told_and_waited_for(run, desk):
    for _ in range(4):
        assert run("vault", "info", by="weak")[0] == 3
    begun = time.monotonic()
    status, _said, err = run("vault", "info")
    assert status == 0
    assert time.monotonic() - begun >= 2
    assert [line.split(":")[0] for line in err.splitlines()] == ["NOTE", "NOTE"]
    assert "4 wrong tries" in err
    assert not (desk / "usa" / "attempts.json").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
def test_at_a_terminal_words_are_proposed_and_typed_back(desk):
    """A real terminal: nothing of the passphrase is shown, and three words of the sheet are asked for."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["PYTHONPATH"] = SOURCE
        words = ["vault", "revoke", "--recovery-sheet", "sheet.txt", "--passphrase-file", "pass"]
        os.execv(sys.executable, [sys.executable, "-m", "briefcase", *words])  # noqa: S606 - the real program
    shown = ""
    answered = 0
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ready, _w, _x = select.select([terminal], [], [], 1)
        try:
            shown += os.read(terminal, 4096).decode() if ready else ""
        except OSError:
            break
        if shown.count("New passphrase: ") == 1 and answered == 0:
            os.write(terminal, NEW.encode() + b"\n")
            answered = 1
        if "passphrase again: " in shown and answered == 1:
            os.write(terminal, NEW.encode() + b"\n")
            answered = 2
        asked = shown.count(" of the sheet: ")
        if answered > 1 and asked > answered - 2:
            place = int(shown.rsplit("Word ", 1)[1].split()[0])
            sheet = (desk / "sheet.txt").read_text("utf-8")
            os.write(terminal, sheet.split(f"{place}. ")[1].split()[0].encode() + b"\n")
            answered += 1
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown
    os.close(terminal)
    assert "A good passphrase would be: " in shown
    assert answered == 2 + slots.TYPED_BACK
    assert NEW not in shown
    unlock(desk / "usa", NEW).close()


def test_no_secret_is_in_an_argument():
    """The help of every command names files for secrets, never the secret itself."""
    done = subprocess.run(
        [sys.executable, "-m", "briefcase", "vault", "slot", "add", "--help"],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--new-passphrase-file FILE" in done.stdout
    assert "--passphrase " not in done.stdout
    assert "--pin " not in done.stdout
