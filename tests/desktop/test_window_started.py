"""How the window is started, and what is printed when a vault is made."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures, some only wanted for what they set up
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter

from briefcase import __main__ as start
from briefcase.__main__ import Named, for_window
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import session


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], Named()),
        (["--vault", "a"], Named(Path("a"))),
        (["--vault=a"], Named(Path("a"))),
        (["x.brief"], Named(None, Path("x.brief").absolute())),
        (["X.BRIEF", "--vault", "a"], Named(Path("a"), Path("X.BRIEF").absolute())),
        (["case", "list"], None),
        (["--version"], None),
        (["--vault", "a", "case", "list"], None),
        (["--vault"], None),
        (["x.brief", "y.brief"], None),
        (["notes.txt"], None),
    ],
)
def test_words_without_a_command_open_the_window(words, named, monkeypatch):
    monkeypatch.delenv("BRIEFCASE_VAULT", raising=False)
    assert for_window(words) == named


def test_the_environment_names_the_vault_unless_the_words_do(monkeypatch):
    monkeypatch.setenv("BRIEFCASE_VAULT", "e")
    assert for_window([]) == Named(Path("e"))
    assert for_window(["--vault", "a"]) == Named(Path("a"))


def test_a_double_click_hands_over_any_file(monkeypatch):
    monkeypatch.delenv("BRIEFCASE_VAULT", raising=False)
    assert for_window(["copy of x"], any_file=True) == Named(None, Path("copy of x").absolute())


def test_both_entries_hand_vault_and_file_to_the_window(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr("briefcase.desktop.app.run", lambda **given: seen.append(given) or 0)
    monkeypatch.setattr(start, "_begin", lambda: None)
    monkeypatch.setattr("sys.argv", ["briefcase", "--vault", "v", str(tmp_path / "x.brief")])
    assert start.main() == 0
    assert start.window() == 0
    assert seen == [{"vault": Path("v"), "bundle": tmp_path / "x.brief"}] * 2


def test_a_try_that_waits_after_wrong_ones_says_how_long(shell, story, settle, monkeypatch):
    said = []
    real = session.unlock

    def slow(folder, passphrase, *, waiting) -> session.Session:
        waiting(12)
        return real(folder, passphrase)

    monkeypatch.setattr(session, "unlock", slow)
    monkeypatch.setattr(shell.welcome._working, "setText", said.append)
    shell.welcome.set_vault(story.usa)
    shell.welcome.passphrase.set_text("ribbon lantern orchard velvet compass saddle")
    shell.welcome.unlock()
    settle()
    assert shell.desk.is_open
    assert any("12 seconds" in words for words in said)


@pytest.fixture
def fresh(shell, tmp_path):
    """The page of the recovery words, with a vault that was just made."""
    pack = next(one.path for one in session.shipped_packs() if one.status == "fictitious")
    made = []

    def work(_control) -> session.Created:
        made.append(
            session.create_vault(
                tmp_path / "new.briefcase",
                "ribbon lantern orchard velvet compass saddle",
                agency="GBR/HMRC",
                country="GBR",
                officer="Ana Kowalska",
                pack=pack,
                kdf=KdfParameters(1, 8 * 1024 * 1024),
            )
        )
        return made[0]

    from briefcase.desktop.tasks import Operation  # noqa: PLC0415 - only here

    shell.desk.tasks.start(Operation(work, shell).success(shell._show_recovery))
    return shell


def test_the_recovery_sheet_is_printed_or_saved_and_the_revocation_is_a_sheet(fresh, settle, tmp_path):
    settle()
    page = fresh.recovery
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(tmp_path / "words.pdf"))
    page.sheet.print_on(printer)
    settle()
    assert (tmp_path / "words.pdf").read_bytes().startswith(b"%PDF-")
    page.sheet.save(str(tmp_path / "words.txt"))
    settle()
    text = (tmp_path / "words.txt").read_text(encoding="utf-8")
    assert all(word in text for word in page._created.recovery_words)
    assert (tmp_path / "words.txt").stat().st_mode & 0o077 == 0
    page.save_revocation(str(tmp_path / "revocation.pdf"))
    settle()
    assert (tmp_path / "revocation.pdf").read_bytes().startswith(b"%PDF-")
    assert page.revocation_saved
    page.save_revocation(str(tmp_path / "revocation.pdf"))
    settle()
    assert "FILE" in page.messages.words


@pytest.mark.parametrize("saved", [True, False])
def test_who_did_not_save_the_revocation_is_told(fresh, settle, saved):
    settle()
    page = fresh.recovery
    page.revocation_saved = saved
    for place, edit in zip(page.sheet.asked, page.sheet.answers, strict=True):
        edit.setText(page._created.recovery_words[place])
    page.confirm()
    settle()
    assert ("Save the revocation" in fresh.contacts.messages.words) is not saved
