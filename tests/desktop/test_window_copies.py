"""Copies and journeys in the window: saved and read back, restored, travelled, merged, decided, deleted for good."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201, ANN202, ARG001, PLR0917 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from briefcase.records.label import Label
from briefcase.services import cases, session
from briefcase.services.finding import searching
from briefcase.services.keeping import copies

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"
TRAVEL = "harbour pencil violet thunder marble walnut"
ARABIC = "عبد الرحمن بن محمد الأنصاري، رئيس وحدة مراقبة الصادرات والتقنيات ذات الاستخدام المزدوج"


def texts(widget):
    """Return everything that is readable on a view."""
    shown = [one for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    return "\n".join(label.text() for label in shown)


def press(widget, words):
    """Press the button of these words."""
    found = [one for one in widget.findChildren(QPushButton) if one.accessibleName() == words and one.isVisible()]
    assert len(found) == 1, words
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def unlock(shell, vault, settle):
    shell.welcome.set_vault(vault)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()
    settle()


@pytest.fixture
def page(opened, settle):
    """The page, open."""
    opened.act("copies")
    settle()
    return opened.copies


@pytest.fixture
def go(page, settle):
    """Choose an entry of the list."""

    def choose(key):
        page.list.choose(key)
        settle()
        return page.panel

    return choose


@pytest.fixture
def ask(opened, settle):
    """Do something with the open vault and return what came of it."""

    def do(work):
        found = []
        opened.desk.tasks.start(opened.desk.ask(opened, lambda s, _c: work(s)).success(found.append))
        settle()
        return found[0]

    return do


def saved(page, go, settle, stick):
    panel = go("do:copy")
    panel.place.set_text(str(stick))
    press(panel, "Save the copy")
    settle()
    return next(stick.iterdir())


def test_a_copy_is_saved_read_back_and_remembered(page, go, settle, stick, opened):
    panel = go("do:copy")
    assert "never copied" in texts(panel)
    press(panel, "Save the copy")
    assert "Choose the stick" in panel.messages.words
    panel.place.set_text(str(stick))
    press(panel, "Save the copy")
    settle()
    assert "read back and is whole" in texts(panel)
    assert str(next(stick.iterdir())) in texts(panel)
    opened.show_page("contacts")
    settle()
    opened.show_page("copies")
    settle()
    assert "the last one" in next(row for row in page.list.rows.rows if row.key == "do:copy").detail
    go("do:restore")
    assert next(stick.iterdir()).name in texts(go("do:copy"))


def test_a_copy_that_is_stopped_leaves_nothing_on_the_stick(page, go, settle, stick, monkeypatch):
    real = copies.save_copy
    monkeypatch.setattr(copies, "save_copy", lambda *a, **k: real(*a, **{**k, "cancel": lambda: True}))
    panel = go("do:copy")
    panel.place.set_text(str(stick))
    press(panel, "Save the copy")
    settle()
    assert "SERVICE_COPY_STOPPED" in panel.messages.words
    assert list(stick.iterdir()) == []
    assert page.list.isEnabled()


def test_while_it_works_the_list_rests_and_cancel_is_offered(page, go, settle, stick, monkeypatch, qtbot):
    import threading  # noqa: PLC0415 - only here

    gate = threading.Event()

    def slow(_session, _place, *, progress, cancel):
        progress(1, 4)
        while not cancel() and not gate.wait(0.01):
            pass
        raise copies.CopyStopped

    monkeypatch.setattr(copies, "save_copy", slow)
    panel = go("do:copy")
    panel.place.set_text(str(stick))
    press(panel, "Save the copy")
    assert not page.list.isEnabled()
    assert not panel._body.isEnabled()
    qtbot.waitUntil(lambda: panel.progress._bar.value() > 0)
    press(panel, "Cancel")
    settle()
    assert page.list.isEnabled()
    assert panel.progress.isHidden()


def test_a_lock_in_the_middle_of_a_copy_locks_at_once_and_leaves_nothing(page, go, settle, stick, opened):
    panel = go("do:copy")
    panel.place.set_text(str(stick))
    press(panel, "Save the copy")
    opened.lock()
    assert not opened.desk.is_open
    settle()
    assert list(stick.iterdir()) == []
    assert opened.copies.list.isEnabled()


def test_a_copy_is_restored_before_any_vault_is_open_and_waits_for_revocations(
    page, go, settle, stick, opened, tmp_path, story
):
    copy = saved(page, go, settle, stick)
    opened.lock()
    settle()
    press(opened.welcome, "Restore from a copy…")
    panel = opened.restore.stage.view
    press(panel, "Restore")
    assert "Give the copy" in panel.messages.words
    panel.copy.set_text(str(copy))
    panel.folder.set_text(str(tmp_path / "again.briefcase"))
    panel.passphrase.edit.setText("not the passphrase at all")
    press(panel, "Restore")
    settle()
    assert "SERVICE_PASSPHRASE_WRONG" in panel.messages.words
    assert not (tmp_path / "again.briefcase").exists()
    panel.passphrase.edit.setText(PASSPHRASE)
    press(panel, "Restore")
    settle()
    assert "restored and is whole" in texts(panel)
    press(panel, "Go and unlock it")
    assert opened.welcome.folder.text() == str(tmp_path / "again.briefcase")
    opened.welcome.passphrase.set_text(PASSPHRASE)
    opened.welcome.unlock()
    settle()
    opened.act("copies")
    settle()
    assert page.list.key == "do:settle" or page.list.rows.row_of("do:settle") > 0
    panel = go("do:settle")
    press(panel, "I have taken them in")
    settle()
    assert "SERVICE_RESTORED_NOTHING_TAKEN" in panel.messages.words
    press(panel, "There are none…")
    assert "every partner" in texts(panel)
    press(panel, "Yes, there are none")
    settle()
    assert "handing over is possible again" in page.messages.words
    assert page.list.rows.row_of("do:settle") < 0


def packed(go, settle, tmp_path, story):
    panel = go("do:travel")
    press(panel, "Make the travel vault")
    assert "at least one case" in panel.messages.words
    panel.cases.ticks._boxes[story.case_id].click()
    panel.folder.set_text(str(tmp_path / "travel.briefcase"))
    panel.new.first.edit.setText(TRAVEL)
    panel.new.again.edit.setText(TRAVEL)
    press(panel, "Make the travel vault")
    settle()
    return panel


def edit(vault, passphrase, record_id, changes):
    away = session.unlock(vault, passphrase)
    try:
        cases.edit_record(away, record_id, changes)
    finally:
        away.close()


def test_a_journey_goes_out_and_comes_home_and_a_conflict_is_decided(
    page, go, settle, opened, story, tmp_path, ask, qtbot
):
    panel = packed(go, settle, tmp_path, story)
    assert "The travel vault is made" in texts(panel)
    assert panel.sheet.shown
    assert opened.banners[0].words[0] == "No marked material on screen"
    away = tmp_path / "travel.briefcase"
    edit(away, TRAVEL, story.ids["note"], {"title": ARABIC})
    edit(away, TRAVEL, story.ids["item"], {"description": "FPGA, 250 pieces"})
    ask(lambda s: cases.edit_record(s, story.ids["note"], {"title": "Meeting of 13 May"}))
    panel = go("do:merge")
    panel.folder.set_text(str(away))
    panel.passphrase.edit.setText(TRAVEL)
    press(panel, "Look at what would come")
    settle()
    assert "FPGA, 250 pieces" in texts(panel)
    assert ARABIC in texts(panel)
    assert "EXERCISE SENSITIVE" in opened.banners[0].words[0]
    press(panel, "Bring it home")
    settle()
    assert "1 record came home" in page.messages.words
    waiting = next(row for row in page.list.rows.rows if row.key.startswith("conflict:"))
    panel = go(waiting.key)
    qtbot.waitUntil(lambda: {"At home", "Meeting of 13 May", ARABIC} <= set(texts(panel).split("\n")))
    assert "EXERCISE SENSITIVE" in opened.banners[0].words[0]
    press(panel, "Take what came home")
    settle()
    assert "what came home counts" in page.messages.words
    assert not [row for row in page.list.rows.rows if row.key.startswith("conflict:")]
    assert ask(lambda s: cases.get(s, story.ids["note"]).title) == ARABIC
    assert ask(lambda s: cases.get(s, story.ids["item"]).description) == "FPGA, 250 pieces"


def test_a_travel_vault_for_a_partner_leaves_the_rest_at_home(go, settle, story, tmp_path, monkeypatch):
    panel = go("do:travel")
    next(iter(panel.contacts.ticks._boxes.values())).click()
    panel = packed(go, settle, tmp_path, story) if not panel.contacts.ticked() else panel
    panel.cases.ticks._boxes[story.case_id].click()
    panel.folder.set_text(str(tmp_path / "travel.briefcase"))
    panel.new.first.edit.setText(TRAVEL)
    panel.new.again.edit.setText(TRAVEL)
    press(panel, "Make the travel vault")
    settle()
    assert "1 records stay at home" in texts(panel)


def test_a_vault_that_is_no_travel_vault_of_ours_is_refused(go, settle, story):
    panel = go("do:merge")
    panel.folder.set_text(str(story.gbr))
    panel.passphrase.edit.setText(PASSPHRASE)
    press(panel, "Look at what would come")
    settle()
    assert "SERVICE_TRAVEL_FOREIGN" in panel.messages.words
    assert not panel._take.isEnabled()


def test_a_case_is_deleted_for_good_when_its_number_was_typed(page, go, settle, opened, story):
    opened.show_page("cases")
    opened.cases.open_case(story.case_id)
    settle()
    opened.act("copies")
    settle()
    panel = go("do:purge")
    panel.list.choose(story.case_id)
    settle()
    assert "8 records" in texts(panel)
    assert "BIS-2026-0417" in texts(panel)
    panel.number.setText("BIS-2026-0418")
    press(panel, "Delete it for good…")
    press(panel, "Delete it for good")
    settle()
    assert "SERVICE_PURGE_UNCONFIRMED" in panel.messages.words
    panel.number.setText("BIS-2026-0417")
    press(panel, "Delete it for good…")
    assert "is deleted for good when" in texts(panel)
    press(panel, "Delete it for good")
    settle()
    assert "overwritten" in texts(panel)
    assert story.case_id in texts(panel)
    opened.show_page("cases")
    settle()
    assert opened.cases.case is None
    assert opened.cases.list.rows.rowCount() == 0
    assert opened.cases.messages.isHidden()
    assert opened.messages.isHidden()


def test_what_follows_names_the_saved_searches_that_go_too(go, settle, story, ask):
    names = [f"Shipments {number:02}" for number in range(14)]
    for name in names:
        ask(lambda s, name=name: searching.save(s, name, f"case:{story.case_id}"))
    ask(lambda s: searching.save(s, "Somewhere else", "country:KZ"))
    panel = go("do:purge")
    panel.list.choose(story.case_id)
    settle()
    shown = texts(panel)
    assert "Saved searches that quote it go, too" in shown
    assert [name for name in names if name in shown] == names[:12]
    assert "and 2 more" in shown
    assert "Somewhere else" not in shown


def test_the_banner_carries_the_cases_that_are_listed(go, settle, opened, ask):
    secret = Label(policy="EXERCISE", level="EXERCISE SECRET")
    ask(lambda s: cases.add_record(s, "case", {"title": "Closed matter"}, secret))
    assert opened.banners[0].words[0] == "No marked material on screen"
    go("do:purge")
    assert opened.banners[0].words[0] == "EXERCISE SECRET"
    go("do:copy")
    assert opened.banners[0].words[0] == "No marked material on screen"


def test_every_panel_is_named_for_a_screen_reader(page, go, unnamed, opened):
    for row in page.list.rows.rows:
        if row.key:
            go(row.key)
            assert unnamed(opened) == []


def test_a_lock_empties_the_fields(go, opened, settle):
    panel = go("do:merge")
    panel.passphrase.edit.setText(TRAVEL)
    field = panel.passphrase
    opened.lock()
    assert field.text() == ""
    settle()


def test_many_cases_are_found_by_typing_and_ticks_stay(go, settle, qtbot):
    panel = go("do:travel")
    finder = panel.cases
    finder.offer([(f"k{number}", f"Case {number:04}", ARABIC) for number in range(500)])
    assert "440 more" in texts(finder)
    finder.search.setText("0499")
    qtbot.waitUntil(lambda: list(finder.ticks._boxes) == ["k499"])
    finder.ticks._boxes["k499"].click()
    finder.search.setText("0007")
    qtbot.waitUntil(lambda: list(finder.ticks._boxes) == ["k499", "k7"])
    finder.ticks._boxes["k7"].click()
    assert finder.ticked() == ("k7", "k499")
    finder.ticks._boxes["k499"].click()
    assert finder.ticked() == ("k7",)


def test_an_empty_vault_says_so(shell, story, settle):
    unlock(shell, story.gbr, settle)
    shell.act("copies")
    settle()
    for key, words in (("do:travel", "There is none."), ("do:purge", "no case in this vault")):
        shell.copies.list.choose(key)
        settle()
        assert words in texts(shell.copies.panel)
