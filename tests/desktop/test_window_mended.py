"""What a hostile reader found in the window, each held here once: locks, drafts, banners, and keys."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN002, ANN201, ANN202, ARG001 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from briefcase.desktop.forms.record_form import Writing
from briefcase.desktop.pages.bundle_view import BundleView
from briefcase.desktop.pages.loading import load_alone
from briefcase.desktop.pages.record_view import RecordView
from briefcase.desktop.widgets.basics import button
from briefcase.records.label import Label
from briefcase.services import cases, drafts, handover, session

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"


def label(*countries, caveats=()):
    audience = tuple(f"country:{code}" for code in countries)
    return Label(policy="EXERCISE", level="EXERCISE SENSITIVE", releasable_to=audience, caveats=caveats)


def unlock(shell, vault):
    shell.welcome.set_vault(vault)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()


@pytest.fixture
def sealed(story, tmp_path):
    """The case, sealed for GBR by the services."""
    usa = session.unlock(story.usa, PASSPHRASE)
    try:
        partner = next(one for one in usa.vault.contacts.list())
        plan = handover.plan(usa, handover.of_case(usa, story.case_id), [partner.fingerprint])
        (tmp_path / "stick").mkdir()
        return handover.seal(usa, plan, tmp_path / "stick")[0].path
    finally:
        usa.close()


def begin_note(shell, story, settle, text):
    """Have a note written in the open case and not saved."""
    shell.cases.open_case(story.case_id)
    settle()
    written = Writing("note", {"title": "T", "text": text}, shell.cases.right.label_to_start_with(), "", story.case_id)
    shell.cases.bring_back(written)
    settle()
    return shell.cases.right.form


@pytest.mark.parametrize("steps", [1, 4])
def test_a_lock_while_a_hand_over_works_leaves_no_dead_button(opened, story, settle, tmp_path, steps):
    opened.show_page("handover", story.case_id)
    settle()
    page = opened.handover
    page._choose_partners(tuple(one.fingerprint for one in page._contacts))
    page._choose_target(str(tmp_path), "", "")
    for step in range(steps):
        page.go_on()
        if step + 1 < steps:
            settle()
    opened.lock()
    settle()
    unlock(opened, story.usa)
    settle()
    assert page._next.isEnabled()
    assert page._back.isEnabled()
    assert page.stage.isEnabled()


def test_a_bundle_that_cannot_be_read_takes_the_one_before_off_the_screen(sealed, shell, story, settle, tmp_path):
    unlock(shell, story.gbr)
    settle()
    shell.look_at(str(sealed))
    settle()
    assert isinstance(shell.received.stage.view, BundleView)
    shell.received.inspect(str(tmp_path / "nothing.brief"))
    settle()
    assert not isinstance(shell.received.stage.view, BundleView)


def test_saving_twice_writes_one_record(opened, story, settle):
    form = begin_note(opened, story, settle, "only once")
    form.submit()
    form.submit()
    settle()
    assert [getattr(one, "text", "") for one in opened.cases.case.records.values()].count("only once") == 1


def test_a_draft_outlives_a_lock_that_comes_before_it_was_read(opened, story, settle):
    begin_note(opened, story, settle, "precious")
    opened.lock()
    settle()
    opened.welcome.unlocked.connect(lambda _session: opened.lock())
    unlock(opened, story.usa)
    settle()
    assert not opened.desk.is_open
    again = session.unlock(story.usa, PASSPHRASE)
    try:
        assert b"precious" in (drafts.load(again) or b"")
    finally:
        again.close()


def test_nothing_stands_over_a_locked_window(opened, settle, qtbot):
    opened.show_page("received")
    opened.received.choose()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    opened.palette_sheet.show_commands(has_vault=True)
    opened.lock()
    settle()
    assert QApplication.activeModalWidget() is None
    assert opened.palette_sheet.isHidden()


def test_a_form_without_a_level_says_so(opened, settle):
    opened.cases.new()
    form = opened.cases.right.form
    form.editors["title"].set_value("A case")
    form.submit()
    assert "Choose a policy and a level" in form.messages.words


def test_the_banner_carries_what_a_shown_link_names(opened, story, settle):
    def write(vault, _control):
        closed = label("USA", caveats=("ORCON",))
        names = {"party_kind": "company", "names": [{"text": "Closed Ltd"}]}
        party = cases.add_record(vault, "party", names, closed, [story.case_id])
        ends = {"role": "owns", "from_id": story.ids["party"], "to_id": party.id}
        link = cases.add_record(vault, "link", ends, label("USA", "GBR"), [story.case_id])
        return load_alone(vault, link.id)

    found = []
    opened.desk.tasks.start(opened.desk.ask(opened, write).success(found.append))
    settle()
    assert "Closed Ltd" in found[0].titles.values()
    opened.cases.right.show_case_preview(found[0].record.id)
    settle()
    assert "ORCON" in opened.banners[0].accessibleName()


def test_enter_presses_the_button_that_has_the_focus(qtbot):
    pressed = []
    made = button("Press", lambda: pressed.append(True))
    qtbot.addWidget(made)
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert pressed


def test_leaving_a_case_takes_its_attachment_and_its_empty_form_off_the_screen(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    opened.cases.right._show_paper(opened.cases.case.records[story.case_id])
    settle()
    opened.cases.show_all()
    settle()
    assert isinstance(opened.cases.right.view, RecordView)
    opened.cases.new()
    opened.cases._on_chosen(story.case_id)
    settle()
    assert isinstance(opened.cases.right.view, RecordView)


def test_a_lock_right_after_saving_brings_no_second_record_back(opened, story, settle):
    form = begin_note(opened, story, settle, "once")
    form.submit()
    opened.lock()
    settle()
    again = session.unlock(story.usa, PASSPHRASE)
    try:
        assert drafts.load(again) is None
        assert [one for one in cases.case_records(again, story.case_id) if getattr(one, "text", "") == "once"]
    finally:
        again.close()


def test_the_banner_carries_the_label_of_what_is_being_written(opened, story, settle):
    begin_note(opened, story, settle, "hush")
    opened.cases.right.form.label_editor.set_value(Label(policy="EXERCISE", level="EXERCISE SECRET"))
    opened.cases.right.form.label_editor.changed.emit()
    settle()
    assert opened.banners[0].words[0] == "EXERCISE SECRET"
