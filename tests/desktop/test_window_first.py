"""The window over a real vault: unlocking, cases, search, locking with a draft."""

# ruff: noqa: ANN001, ANN201, ARG001 - the arguments are fixtures, some only wanted for what they set up

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from briefcase.desktop.forms.record_form import RecordForm, Writing
from briefcase.desktop.pages.record_view import RecordView


def titles(shell):
    return [row.title for row in shell.cases.list.rows.rows]


def test_a_wrong_passphrase_is_said_inline(shell, story, settle):
    shell.welcome.set_vault(story.usa)
    shell.welcome.passphrase.set_text("not this one")
    shell.welcome.unlock()
    settle()
    assert not shell.desk.is_open
    assert "does not open" in shell.welcome.messages.words


def test_unlocking_shows_the_cases_and_the_banner(opened):
    assert titles(opened) == ["CHPL diversion via Istanbul"]
    assert opened.banners[0].words == opened.banners[1].words
    assert opened.banners[0].words[0] == "EXERCISE SENSITIVE"


def test_search_finds_a_turkish_name_typed_plainly(opened, settle, qtbot):
    opened.cases.start_search()
    qtbot.keyClicks(opened.cases.search, "isildak")
    qtbot.waitUntil(lambda: any("Işıldak" in title for title in titles(opened)), timeout=5000)
    settle()


def test_a_case_opens_with_its_records_by_kind(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    shown = titles(opened)
    assert shown[0] == "CHPL diversion via Istanbul"
    assert "Parties" in shown
    assert "深圳市恒晟微电子有限公司" in shown
    opened.cases.search.setText("vympel")
    opened.cases._on_search("vympel")
    assert [title for title in titles(opened) if title.startswith("Международный")]
    assert len(titles(opened)) == 2


def test_text_from_outside_is_plain(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    opened.cases.go(story.ids["note"])
    view = opened.cases.right.view
    assert isinstance(view, RecordView)
    texts = [label.text() for label in view.findChildren(type(opened.cases._title))]
    assert any("<img src=/etc/passwd>" in text for text in texts)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(type(opened.cases._title)))


def test_a_record_is_written_edited_and_found(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    opened.cases._write_new("note")
    form = opened.cases.right.form
    assert isinstance(form, RecordForm)
    form.submit()
    assert "Fill in first" in form.messages.words
    form.editors["title"].set_value("Second meeting")
    form.editors["text"].set_value("They asked for 200 more.")
    form.submit()
    settle()
    assert opened.cases.right.form is None
    assert "Second meeting" in titles(opened)
    record = opened.cases.right.view.record
    assert record.label.marking == "EXERCISE SENSITIVE//REL TO USA, AUS, GBR"
    opened.cases.right._edit(record)
    form = opened.cases.right.form
    form.editors["title"].set_value("Third meeting")
    form.submit()
    settle()
    assert "Third meeting" in titles(opened)
    assert "Second meeting" not in titles(opened)


def test_locking_keeps_what_is_being_written(opened, story, settle):
    opened.cases.open_case(story.case_id)
    settle()
    opened.cases._write_new("note")
    form = opened.cases.right.form
    form.editors["title"].inputs()[0].setText("Half a thought")
    form.editors["title"].changed.emit()
    opened.act("lock")
    assert not opened.desk.is_open
    assert "kept" in opened.welcome.messages.words
    assert opened.cases.list.rows.rows == []
    settle()
    opened.welcome.passphrase.set_text("ribbon lantern orchard velvet compass saddle")
    opened.welcome.unlock()
    settle()
    form = opened.cases.right.form
    assert form is not None
    assert form.editors["title"].value() == "Half a thought"
    assert form.touched


def test_a_file_is_attached(opened, story, settle, tmp_path):
    path = Path(tmp_path) / "statement.txt"
    path.write_text("We will use it in washing machines.", encoding="utf-8")
    opened.cases.open_case(story.case_id)
    settle()
    opened.cases.go(story.ids["document"])
    opened.cases.right.attach(opened.cases.right.view.record, str(path))
    settle()
    assert opened.cases.right.view.record.file_name == "statement.txt"


def test_a_new_case(opened, settle):
    opened.cases.new()
    form = opened.cases.right.form
    form.editors["title"].set_value("A second case")
    form.label_editor._level.setCurrentIndex(1)
    form.label_editor._on_part()
    form.submit()
    settle()
    assert opened.cases.case is not None
    assert opened.cases.case.title == "A second case"


def test_unsaved_writing_is_asked_about(opened, story, settle):
    opened.cases.write(Writing("case"))
    form = opened.cases.right.form
    form.editors["title"].changed.emit()
    opened.show_page("contacts")
    assert opened.page is opened.cases
    assert opened.cases.right.form is form
    settle()
