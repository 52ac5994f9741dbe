"""Searching in the window: filters helped, shown and read in a case, too; saved questions; and what a partner sees."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201, ARG001 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from briefcase.desktop.pages.record_view import RecordView
from briefcase.desktop.pages.searches import SavedPanel
from briefcase.records.label import Label
from briefcase.services import cases, trust

SEALED = "Sealed source in Ankara"


def texts(widget):
    """Return everything that is readable on a view, lists among it."""
    shown = [one for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    return "\n".join(label.text() for label in shown)


def press(widget, words):
    """Press the button of these words."""
    found = [one for one in widget.findChildren(QPushButton) if one.accessibleName() == words and one.isVisible()]
    assert len(found) == 1, words
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def titles(page):
    return [row.title for row in page.list.rows.rows if row.key]


@pytest.fixture
def find(opened, settle, qtbot):
    """Type a question and wait for what it finds."""

    def ask(text, page=None) -> list[str]:
        page = page or opened.cases
        with qtbot.waitSignal(page.search.asked):
            page.search.setText(text)
        settle()
        return titles(page)

    return ask


def test_a_filter_that_is_half_typed_is_helped_and_no_error(opened, find):
    tools = opened.cases.tools
    assert find("kind:party country:CN") == ["深圳市恒晟微电子有限公司"]
    assert tools._trouble.isHidden()
    find("country:")
    assert "country" in texts(tools)
    assert opened.cases.messages.isHidden()
    find("colour:red")
    assert "colour" in tools._trouble.text()
    find("")
    assert tools._trouble.isHidden()


def test_filters_of_the_question_stand_as_chips_and_are_taken_out(opened, find, settle, qtbot):
    find("kind:item country:TR fpga")
    chips = opened.cases.tools._chip_frame.findChildren(QPushButton)
    assert [chip.text() for chip in chips] == ["kind: item", "country: TR"]
    assert chips[1].accessibleName() == "Take out the filter country: TR"
    with qtbot.waitSignal(opened.cases.search.asked):
        QTest.keyClick(chips[1], Qt.Key.Key_Return)
    settle()
    assert opened.cases.search.text() == "kind:item fpga"
    assert titles(opened.cases) == ["FPGA, 200 pieces"]


def test_the_menu_puts_a_filter_behind_what_was_typed_and_asks_nothing_yet(opened, find, settle, qtbot):
    find("fpga")
    tools = opened.cases.tools
    tools.insert("hs")
    assert opened.cases.search.text() == "fpga hs:"
    assert not opened.cases.search._timer.isActive()
    with qtbot.waitSignal(opened.cases.search.asked):
        tools.insert("kind", "item")
    words = [act.text() for act in tools.filters.menu().actions()]
    assert any(one.startswith("hs:") for one in words)
    assert len(words) == 11


def test_inside_a_case_the_same_filters_are_read(opened, story, find, settle):
    opened.cases.open_case(story.case_id)
    settle()
    assert find("kind:note") == ["Meeting of 12 May"]
    assert find("country:TR") == ["İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti."]
    find("country:Atlantis")
    assert "country" in opened.cases.tools._trouble.text()


def test_a_search_is_saved_asked_renamed_and_removed(opened, find, settle, qtbot):
    page = opened.cases
    find("kind:item hs:8542")
    page.tools.ask_name()
    page.tools.name.setText("Circuits / 微电子")
    press(page.tools, "Save this search")
    settle()
    assert "Saved: Circuits" in page.messages.words
    find("")
    menu = page.tools.saved.menu()
    with qtbot.waitSignal(page.search.asked):
        menu.actions()[0].trigger()
    settle()
    assert titles(page) == ["FPGA, 200 pieces"]
    page.tools.manage.emit()
    settle()
    panel = page.right.view
    assert isinstance(panel, SavedPanel)
    panel.rename("Circuits / 微电子", "Chips")
    settle()
    assert next(act.text() for act in menu.actions()) == "Chips"
    press(panel, "Remove Chips")
    settle()
    assert "None is saved yet" in texts(panel)
    assert next(act.text() for act in menu.actions()) == "None yet"


def test_a_search_without_a_name_or_a_question_is_not_saved(opened, find, settle):
    page = opened.cases
    page.tools.ask_name()
    page.tools.name.setText("Empty")
    page.tools.keep()
    settle()
    assert "must ask something" in page.tools._trouble.text()


@pytest.fixture
def seen(opened, story, settle):
    """The case, with one record that only USA may have, as GBR sees it."""

    def add(vault, _control) -> None:
        closed = Label(policy="EXERCISE", level="EXERCISE SECRET", releasable_to=("country:USA",))
        cases.add_record(vault, "note", {"title": SEALED, "text": "words of the source"}, closed, [story.case_id])

    opened.desk.tasks.start(opened.desk.ask(opened, add))
    settle()
    opened.cases.open_case(story.case_id)
    settle()
    press(opened.cases.right.view, "As a partner sees it…")
    settle()
    return opened.seen


def choose(page, settle):
    press(page, "Show it to him")
    settle()


def test_a_partner_sees_what_he_may_have_and_nothing_else_is_on_the_screen(opened, seen, settle, find):
    assert titles(seen) == ["Thomas Whitfield"]
    choose(seen, settle)
    assert "Shown as Thomas Whitfield, GBR/HMRC, may see it" in texts(seen)
    assert "Meeting of 12 May" in titles(seen)
    assert SEALED not in titles(seen)
    assert opened.banners[0].words[0] == "EXERCISE SENSITIVE"
    assert isinstance(seen.right.view, RecordView)
    assert find("source", seen) == []
    assert find("isildak", seen) == ["İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti."]
    assert find("kind:transaction", seen) == []
    assert find("case:nothing", seen) == []
    assert "case" in seen.tools._trouble.text()


def test_showing_it_stands_in_the_log(opened, seen, settle, story):
    choose(seen, settle)
    found = []
    work = opened.desk.ask(opened, lambda s, _c: s.vault.audit.about(story.case_id, "case.view"))
    opened.desk.tasks.start(work.success(found.extend))
    settle()
    assert len(found) == 1


def test_a_partner_whose_card_falls_is_shown_nothing_more(opened, seen, settle):
    choose(seen, settle)

    def fall(vault, _control) -> None:
        trust.compromised(vault, vault.vault.contacts.list()[0].fingerprint, reason="stolen")

    opened.desk.tasks.start(opened.desk.ask(opened, fall).success(lambda _n: opened.desk.contacts_changed.emit()))
    settle()
    assert seen.view is None
    assert titles(seen) == []
    opened.show_page("seen")
    settle()
    assert "No verified partner" in texts(seen)


def test_a_lock_leaves_nothing_of_it(opened, seen, settle):
    choose(seen, settle)
    opened.lock()
    assert seen.view is None
    assert titles(seen) == []
    settle()


def test_the_way_back_leads_to_the_case(opened, seen, settle, story, unnamed):
    choose(seen, settle)
    assert unnamed(opened) == []
    press(seen, "Back to the case")
    settle()
    assert opened.page is opened.cases
    assert opened.cases.case.id == story.case_id
    assert seen.view is None
