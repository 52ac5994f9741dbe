"""What is typed at a terminal: recovery words back from their sheet, unseen; the number of a case, seen."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

import briefcase
from briefcase import resources
from briefcase.records.label import Label
from briefcase.records.markings import complete
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases
from briefcase.services.access import slots
from briefcase.services.session import create_vault, unlock

PASSPHRASE = "saddle compass thimble marble"
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
WHO = ("--agency", "USA/BIS", "--country", "USA", "--officer", "Ann Ash", "--pack", "exercise")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    (tmp_path / "pass").write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    return tmp_path


def at_terminal(words, answer):
    """Run the program at a terminal of its own; ``answer(prompt)`` is typed after each; return status and all shown."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "briefcase", *map(str, words)])  # noqa: S606 - the real program
    shown, seen, until = "", 0, time.monotonic() + 90
    while time.monotonic() < until:
        ready, _w, _x = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                shown += os.read(terminal, 4096).decode()
            except OSError:
                break
        elif shown[seen:].rstrip(" ").endswith(":"):
            prompt, seen = shown[seen:].rsplit("\n", 1)[-1], len(shown)
            os.write(terminal, answer(prompt).encode() + b"\n")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return status, shown


def from_sheet(sheet):
    """Return what reads the word that a prompt asks for off the sheet."""

    def answer(prompt):
        place = int(prompt.split("Word ")[1].split()[0])
        return sheet.read_text("utf-8").split(f"{place}. ")[1].split()[0]

    return answer


def create(desk, *more):
    return ["vault", "create", desk / "usa", *WHO, "--passphrase-file", desk / "pass", *more]


@pytest.mark.slow
def test_a_new_vault_has_its_recovery_words_typed_back(desk):
    sheet = desk / "sheet.txt"
    status, shown = at_terminal(create(desk, "--recovery-sheet", sheet), from_sheet(sheet))
    assert status == 0, shown
    assert shown.count(" of the sheet: ") == slots.TYPED_BACK
    words = [part for part in sheet.read_text("utf-8").split("\n\n", 1)[1].split() if part.isalpha()][:24]
    assert not [one for one in words if f" {one}\r\n" in shown]  # nothing that was typed is seen
    unlock(desk / "usa", " ".join(words)).close()


@pytest.mark.slow
def test_words_that_are_not_those_of_the_sheet_make_no_vault(desk):
    sheet = desk / "sheet.txt"
    status, shown = at_terminal(create(desk, "--recovery-sheet", sheet), lambda _prompt: "zebra")
    assert status == 2, shown
    assert shown.count(" of the sheet: ") == 3 * slots.TYPED_BACK
    assert shown.count("NOTE: The words that were typed back") == 2
    assert "SERVICE_RECOVERY_WORDS_DIFFER" in shown
    assert not sheet.exists()
    assert not (desk / "usa").exists()
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("*.json"))
    right = from_sheet(sheet)
    wrong = iter([True] * slots.TYPED_BACK)
    status, shown = at_terminal(
        create(desk, "--recovery-sheet", sheet), lambda prompt: "zebra" if next(wrong, False) else right(prompt)
    )
    assert status == 0, shown
    assert (desk / "usa").exists()


@pytest.mark.slow
def test_a_travel_vault_whose_words_are_not_typed_back_is_none(desk):
    pack = resources.path("packs", "exercise.toml")
    more = {"agency": "USA/BIS", "country": "USA", "officer": "Ann Ash", "pack": pack, "kdf": KdfParameters(1, 8192)}
    session = create_vault(desk / "usa", PASSPHRASE, **more).session
    label = complete(Label(marking="EXERCISE OFFICIAL//REL TO USA"), session.pack)
    cases.add_record(session, "case", {"title": "Goes", "status": "open"}, label)
    session.close()
    (desk / "other").write_text("ribbon lantern orchard velvet", encoding="utf-8")
    sheet = desk / "sheet.txt"
    words = ["vault", "travel", desk / "away", "--case", "Goes", "--recovery-sheet", sheet, "--vault", desk / "usa"]
    words += ["--passphrase-file", desk / "pass", "--new-passphrase-file", desk / "other"]
    status, shown = at_terminal(words, lambda _prompt: "zebra")
    assert status == 2, shown
    assert not (desk / "away").exists()
    assert not sheet.exists()
    status, shown = at_terminal(words, from_sheet(sheet))
    assert status == 0, shown
    unlock(desk / "away", "ribbon lantern orchard velvet").close()


@pytest.mark.slow
def test_the_number_of_a_case_is_seen_while_it_is_typed(desk):
    pack = resources.path("packs", "exercise.toml")
    more = {"agency": "USA/BIS", "country": "USA", "officer": "Ann Ash", "pack": pack, "kdf": KdfParameters(1, 8192)}
    session = create_vault(desk / "usa", PASSPHRASE, **more).session
    label = complete(Label(marking="EXERCISE OFFICIAL//REL TO USA"), session.pack)
    cases.add_record(session, "case", {"title": "Goes", "status": "open", "reference": "USA-1"}, label)
    session.close()
    words = ["vault", "purge", "Goes", "--vault", desk / "usa", "--passphrase-file", desk / "pass"]
    status, shown = at_terminal(words, lambda _prompt: "USA-2")
    assert (status, "SERVICE_PURGE_UNCONFIRMED" in shown) == (2, True)
    assert "delete it for good: USA-2" in shown
    status, shown = at_terminal(words, lambda _prompt: "USA-1")
    assert status == 0, shown
    assert "delete it for good: USA-1" in shown
