"""The main job in the window: hand over, receive, take in; names for screen readers; Tab; lock on close."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201, ARG001 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

from briefcase.desktop.forms.record_form import Writing
from briefcase.desktop.handover_flow import Step
from briefcase.desktop.shell import Shell
from briefcase.desktop.tasks import Control
from briefcase.records.kinds import KINDS
from briefcase.services import handover, printing, session, viewing

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"


def unlock(shell, vault, settle):
    shell.welcome.set_vault(vault)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()
    settle()


@pytest.fixture
def sealed(story, tmp_path):
    """The case, sealed for GBR by the services."""
    usa = session.unlock(story.usa, PASSPHRASE)
    try:
        contact = next(one for one in usa.vault.contacts.list())
        plan = handover.plan(usa, handover.of_case(usa, story.case_id), [contact.fingerprint])
        out = tmp_path / "stick"
        out.mkdir()
        return handover.seal(usa, plan, out)[0].path
    finally:
        usa.close()


def test_a_case_is_handed_over(opened, story, settle, tmp_path):
    opened.show_page("handover", story.case_id)
    settle()
    page = opened.handover
    assert page.flow.step == Step.PARTNERS
    page.go_on()
    assert "at least one partner" in page.messages.words
    page._choose_partners(tuple(one.fingerprint for one in page._contacts))
    page.go_on()
    settle()
    assert page.flow.step == Step.MATRIX
    words = {row.title: next(iter(row.cells.values())).verdict for row in page.flow.plan.rows}
    assert words["Meeting of 12 May"] == "allow"
    assert "refuse" in words.values()
    page.go_on()
    page.go_on()
    assert page.flow.step == Step.SEAL
    page.go_on()
    assert "folder" in page.messages.words
    page._choose_target(str(tmp_path), "A joint case", "")
    page.go_on()
    settle()
    assert page.flow.step == Step.RESULT, page.messages.words
    assert page.flow.sealed[0].path.exists()


def test_a_bundle_is_verified_read_and_taken_in(shell, story, settle, sealed):
    unlock(shell, story.gbr, settle)
    shell.show_page("received")
    shell.received.inspect(str(sealed))
    settle()
    view = shell.received.stage.view
    assert view.tabs.count() == 2
    assert shell.banners[0].words[0] == "EXERCISE SENSITIVE"
    view.list.choose(story.ids["note"])
    assert view.right.view.record.id == story.ids["note"]
    assert not any(story.ids["transaction"] == row.key for row in view.list.rows.rows)
    shell.received.take_in()
    settle()
    assert "Taken in" in shell.received.messages.words
    shell.show_page("cases")
    settle()
    shell.cases.open_case(story.case_id)
    settle()
    assert "Received from USA/BIS" in " ".join(
        label.text() for label in shell.cases.right.view.findChildren(type(shell.cases._title))
    )


@pytest.mark.parametrize("damage", ["changed", "short"])
def test_a_damaged_file_shows_nothing_of_itself(shell, story, settle, sealed, damage):
    data = bytearray(sealed.read_bytes())
    data[len(data) // 2] ^= 1
    sealed.write_bytes(data if damage == "changed" else data[: len(data) // 2])
    unlock(shell, story.gbr, settle)
    shell.show_page("received")
    shell.received.inspect(str(sealed))
    settle()
    assert shell.received.stage.view.tabs.count() == 1
    assert shell.received.received.records == ()
    assert shell.banners[0].words[0] == "No marked material on screen"


def test_a_bundle_given_before_unlocking_waits(shell, story, settle, sealed):
    shell.look_at(str(sealed))
    assert "Unlock" in shell.welcome.messages.words
    unlock(shell, story.gbr, settle)
    assert shell.page is shell.received
    assert shell.received.received is not None


@pytest.mark.slow
def test_everything_that_takes_the_focus_has_a_name(sealed, shell, story, settle, unnamed):
    assert unnamed(shell) == []
    shell._make_new()
    settle()
    assert unnamed(shell) == []
    shell.show_outside(shell.welcome)
    unlock(shell, story.usa, settle)
    for name in shell.pages:
        shell.show_page(name)
        settle()
        assert unnamed(shell) == [], name
    shell.show_page("cases")
    shell.cases.open_case(story.case_id)
    settle()
    for kind in KINDS:
        shell.cases.right.show_nothing()
        shell.cases.write(Writing(kind, case_id=story.case_id))
        assert unnamed(shell) == [], kind


def test_tab_walks_through_a_page_and_comes_back(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    opened.activateWindow()
    start = opened.cases.search
    start.setFocus()
    seen = []
    for _step in range(60):
        QTest.keyClick(QApplication.focusWidget() or opened, Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is start:
            break
    assert start in seen
    assert opened.cases.list in seen


def test_tables_let_tab_out(opened):
    assert not any(table.tabKeyNavigation() for table in opened.findChildren(QTableView))


def test_closing_the_window_locks_the_vault(qapp, story, qtbot):
    window = Shell()
    window.show()
    window.welcome.set_vault(story.usa)
    window.welcome.passphrase.set_text(PASSPHRASE)
    window.welcome.unlock()
    qtbot.waitUntil(lambda: window.desk.is_open, timeout=10_000)
    kept = window.desk.session
    window.close()
    assert not window.desk.is_open
    with pytest.raises(Exception, match=r".*"):
        kept.vault.settings.text("officer")
    window.deleteLater()


def test_idle_locks_and_says_why(opened, settle):
    opened.idle._deadline = 0.0
    opened.idle.check()
    assert not opened.desk.is_open
    assert "nothing was typed" in opened.welcome.messages.words
    settle()


def test_a_first_run_ends_with_the_card(shell, settle, tmp_path, monkeypatch):
    from briefcase.seal.keyslots import KdfParameters  # noqa: PLC0415 - only to be quick

    real = session.create_vault
    fast = KdfParameters(1, 8 * 1024 * 1024)
    monkeypatch.setattr(session, "create_vault", lambda *a, **k: real(*a, **k, kdf=fast))
    shell._make_new()
    settle()
    page = shell.new_vault
    page._go_on()
    assert "folder" in page.messages.words
    page.folder.setText(str(tmp_path / "new.briefcase"))
    page.new_passphrase.generate()
    page._go_on()
    page.officer.setText("Ana Kowalska")
    page.country.setText("gbr")
    page.agency.setText("GBR/HMRC")
    page.pack.setCurrentIndex(1)
    page._go_on()
    page._go_on()
    settle()
    recovery = shell.recovery
    created = recovery._created
    recovery.confirm()
    assert "not what stands there" in recovery.messages.words
    for place, edit in zip(recovery.sheet.asked, recovery.sheet.answers, strict=True):
        edit.setText(created.recovery_words[place])
    recovery.confirm()
    settle()
    assert shell.desk.is_open
    assert shell.page is shell.contacts
    assert recovery.sheet.shown == ""


def test_a_contact_is_verified_by_its_words(opened, settle, stranger):
    opened.show_page("contacts")
    settle()
    opened.contacts.bring_in([str(stranger.card)])
    settle()
    view = opened.contacts.right.view
    assert "not verified" in opened.contacts.messages.words
    view.agency.setText("AUS/ABF")
    view.country.setText("aus")
    view.words.setPlainText(" ".join([*stranger.words[1:], stranger.words[0]]))
    view.verify()
    settle()
    assert "twelve words" in view.messages.words
    view.words.setPlainText(" ".join(stranger.words).upper())
    view.verify()
    settle()
    states = {one.name: one.state for one in opened.contacts._contacts.values()}
    assert states["Mia Thornton"] == "verified"


def test_the_theme_changes_everywhere(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    before = opened.grab().toImage().pixelColor(640, 400).lightness()
    opened.act("theme")
    settle()
    after = opened.grab().toImage().pixelColor(640, 400).lightness()
    opened.act("theme")
    settle()
    assert before > 200
    assert after < 60


def test_keys_and_palette(opened, qtbot):
    opened.act("help")
    assert opened.keys.isVisible()
    QTest.keyClick(opened.keys, Qt.Key.Key_Escape)
    assert not opened.keys.isVisible()
    opened.act("palette")
    qtbot.keyClicks(opened.palette_sheet._edit, "contacts")
    QTest.keyClick(opened.palette_sheet._edit, Qt.Key.Key_Return)
    assert opened.page is opened.contacts


def paper_panel(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    opened.cases.right._show_paper(opened.cases.case.records[story.case_id])
    settle()
    return opened.cases.right.view


def test_a_case_is_saved_and_printed(opened, story, settle, tmp_path):
    panel = paper_panel(opened, story, settle)
    assert panel.audience.count() == 2
    panel.save_to(str(tmp_path / "ours.pdf"))
    settle()
    assert "Saved" in panel.messages.words
    assert (tmp_path / "ours.pdf").read_bytes().startswith(b"%PDF-")
    panel.audience.setCurrentIndex(1)
    panel.sheet.setCurrentIndex(1)
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    name = printer.printerName() or "printed.pdf"
    printer.setCopyCount(2)
    panel.print_on(printer)
    settle()
    assert "printer" in panel.messages.words
    assert printer.copyCount() == 1
    log = opened.desk.session.vault.audit
    copies = [one.detail for one in log.about(story.case_id, "case.print") if one.detail.get("printer") == name]
    assert [(one["copy"], one["copies"]) for one in copies] == [(1, 2), (2, 2)]
    assert len({one["control"] for one in copies}) == 2
    assert (tmp_path / "printed.pdf").stat().st_size > 10_000


def logged(opened, action):
    return [one.detail.get("control") for one in opened.desk.session.vault.audit.entries() if one.action == action]


def test_a_print_that_is_stopped_prints_nothing_and_the_log_says_so(opened, story, settle, tmp_path, monkeypatch):
    panel = paper_panel(opened, story, settle)
    rendered, render = [], viewing.render
    monkeypatch.setattr(viewing, "render", lambda *words: rendered.append(1) or render(*words))
    monkeypatch.setattr(Control, "cancelled", lambda _self: bool(rendered))  # stopped while a page is made
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    before = len(logged(opened, "case.print"))
    panel.print_on(printer)
    settle()
    assert "stopped" in panel.messages.words
    assert not (tmp_path / "printed.pdf").exists()
    assert logged(opened, "paper.refused") == logged(opened, "case.print")[before:] != []


def test_a_printer_that_takes_nothing_is_said_and_logged(opened, story, settle, tmp_path):
    panel = paper_panel(opened, story, settle)
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(tmp_path / "missing" / "printed.pdf"))
    printer.setCopyCount(2)
    before = len(logged(opened, "case.print"))
    panel.print_on(printer)
    settle()
    assert "SERVICE_PRINT_FAILED" in panel.messages.words
    assert logged(opened, "paper.refused") == logged(opened, "case.print")[before:]
    assert len(logged(opened, "paper.refused")) == 2


def test_an_attachment_is_shown_as_pixels(opened, story, settle, tmp_path):
    opened.cases.open_case(story.case_id)
    settle()
    pdf = tmp_path / "a.pdf"
    printed = printing.case_pdf_bytes
    opened.desk.tasks.start(opened.desk.ask(opened, lambda s, _c: pdf.write_bytes(printed(s, story.case_id).data)))
    settle()
    opened.cases.go(story.ids["document"])
    opened.cases.right.attach(opened.cases.right.view.record, str(pdf))
    settle()
    opened.cases.right._look(opened.cases.right.view.record)
    settle()
    view = opened.cases.right.view
    assert view._pages >= 1
    assert view._picture.pixmap().width() > 200
