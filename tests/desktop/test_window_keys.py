"""Keys and passphrase in the window: tested, changed, added, removed, put under new keys, and a wrong date."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ARG001, D102, PLR0917 - the arguments are fixtures, some only wanted for what they set up
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from briefcase.desktop.widgets.mnemonics import lettered
from briefcase.services import session
from briefcase.services.access import keyrings, slots
from briefcase.services.errors import PassphraseWrong

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"
OTHER = "harbour pencil violet thunder marble walnut"
THIRD = "copper meadow sandal ginger rocket puzzle"


def texts(widget):
    """Return everything that is readable on a view."""
    shown = [one for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    return "\n".join(label.text() for label in shown)


def press(widget, words):
    """Press the button of these words."""
    found = [one for one in widget.findChildren(QPushButton) if one.accessibleName() == words and one.isVisible()]
    assert len(found) == 1, words
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def opens(vault, typed):
    """Say whether something opens a vault."""
    try:
        session.unlock(vault, typed).close()
    except PassphraseWrong:
        return False
    return True


@pytest.fixture
def page(opened, settle):
    """The page, open."""
    opened.act("keys")
    settle()
    return opened.ways


@pytest.fixture
def go(page, settle):
    """Choose an entry of the list."""

    def choose(key):
        page.list.choose(key)
        settle()
        return page.panel

    return choose


@pytest.fixture
def words_back():
    """Type back what a sheet asks for."""

    def type_back(sheet, prepared):
        for place, edit in zip(sheet.asked, sheet.answers, strict=True):
            edit.setText(prepared.recovery_words[place])

    return type_back


def slot_rows(page):
    return [row for row in page.list.rows.rows if row.key and not row.key.startswith("do:")]


def test_the_ways_in_are_listed_with_when_they_last_opened_the_vault(page):
    shown = slot_rows(page)
    assert [row.title for row in shown] == ["Passphrase", "Recovery words"]
    assert "opened or tested" in shown[0].detail
    assert "never tested" in shown[1].detail
    assert [row.mark for row in shown] == ["", "Test it"]
    assert "last of its kind" in texts(page.panel)


def test_everything_on_the_page_has_a_name_and_the_keyboard_reaches_it(page, go, unnamed, opened):
    for row in page.list.rows.rows:
        if row.key:
            go(row.key)
            assert unnamed(opened) == []
    assert opened.focusWidget() is page.list


def test_a_sheet_is_tested_by_typing_its_words(opened, page, go, settle):
    made = []

    def work(vault, _control):
        return slots.prepare_recovery(vault, PASSPHRASE)

    opened.desk.tasks.start(opened.desk.ask(opened, work).success(made.append))
    settle()
    prepared = made[0]
    typed = {place + 1: word for place, word in enumerate(prepared.recovery_words)}
    opened.desk.tasks.start(opened.desk.ask(opened, lambda s, _c: slots.add_recovery(s, prepared, typed)))
    settle()
    panel = go("do:test")
    panel.typed.edit.setText(" ".join(prepared.recovery_words))
    press(panel, "Test it")
    settle()
    assert "It opens this vault: Recovery words" in page.messages.words
    assert page.list.key == prepared.slot["id"]
    assert "never tested" not in page.list.rows.rows[page.list.currentIndex().row()].detail


def test_a_wrong_word_is_said_and_nothing_of_it_stays_in_the_field(page, go, settle):
    panel = go("do:test")
    panel.typed.edit.setText("wrong horse battery staple again")
    press(panel, "Test it")
    settle()
    assert "SERVICE_PASSPHRASE_WRONG" in panel.messages.words
    assert panel.typed.text() == ""
    assert page.list.isEnabled()


def test_the_passphrase_is_changed_and_the_old_one_opens_nothing(opened, page, go, settle, story):
    panel = go("do:change")
    panel.current.edit.setText(PASSPHRASE)
    panel.new.first.edit.setText("short")
    assert "Too weak" in texts(panel)
    press(panel, "Change the passphrase")
    assert "stronger" in panel.messages.words
    panel.new.first.edit.setText(OTHER)
    assert "Strong" in texts(panel)
    panel.new.again.edit.setText(OTHER)
    press(panel, "Change the passphrase")
    settle()
    assert "was changed" in page.messages.words
    opened.lock()
    settle()
    assert not opens(story.usa, PASSPHRASE)
    assert opens(story.usa, OTHER)


def test_our_own_name_in_a_passphrase_is_judged_as_what_anybody_tries_first(go):
    panel = go("do:change")
    panel.new.first.edit.setText("Ellen Harper 2026")
    assert "Too weak" in texts(panel)


def test_a_second_officer_is_added_and_removed_again(page, go, settle, story):
    panel = go("do:officer")
    panel.current.edit.setText(PASSPHRASE)
    panel.label.setText("渡辺 美咲 / Watanabe Misaki")
    panel.new.first.edit.setText(THIRD)
    panel.new.again.edit.setText(THIRD)
    press(panel, "Add the officer")
    settle()
    added = slot_rows(page)[-1]
    assert "渡辺" in added.title
    panel = go(added.key)
    press(panel, "Remove…")
    assert "Write your passphrase" in panel.messages.words
    panel.passphrase.edit.setText(PASSPHRASE)
    press(panel, "Remove…")
    assert "will not open this vault any more" in texts(panel)
    press(panel, "Remove it")
    settle()
    assert "was removed" in page.messages.words
    assert added.key not in [row.key for row in slot_rows(page)]


def test_new_recovery_words_count_only_when_they_were_typed_back(page, go, settle, words_back):
    panel = go("do:recovery")
    panel.current.edit.setText(PASSPHRASE)
    press(panel, "Show new words")
    settle()
    prepared = panel._prepared
    assert prepared.recovery_words[5] in panel.sheet.shown
    for edit in panel.sheet.answers:
        edit.setText("zebra")
    press(panel, "These words count from now on")
    settle()
    assert "SERVICE_RECOVERY_WORDS_DIFFER" in panel.messages.words
    assert len(slot_rows(page)) == 2
    words_back(panel.sheet, prepared)
    press(panel, "These words count from now on")
    settle()
    assert len(slot_rows(page)) == 3
    assert page.list.key == prepared.slot["id"]


def test_a_sheet_goes_to_a_file_of_the_officers_own(page, go, settle, tmp_path):
    panel = go("do:recovery")
    panel.current.edit.setText(PASSPHRASE)
    press(panel, "Show new words")
    settle()
    panel.sheet.save(str(tmp_path / "sheet.txt"))
    settle()
    text = (tmp_path / "sheet.txt").read_text(encoding="utf-8")
    assert all(word in text for word in panel._prepared.recovery_words)
    assert "delete the file" in panel.messages.words


class Keyring:
    """A keyring in memory."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_the_keyring_and_a_pin_open_the_vault_from_the_first_page(opened, page, go, settle, story, monkeypatch, qtbot):
    kept = Keyring()
    monkeypatch.setattr(keyrings, "_back_end", lambda: kept)
    panel = go("do:keyring")
    assert not panel._missing.isVisible()
    panel.current.edit.setText(PASSPHRASE)
    panel.pin.edit.setText("739105")
    panel.again.edit.setText("739106")
    press(panel, "Add the keyring")
    assert "differ" in panel.messages.words
    panel.again.edit.setText("739105")
    press(panel, "Add the keyring")
    settle()
    assert "opens this vault on this computer" in page.messages.words
    opened.lock()
    settle()
    opened.welcome.set_vault(story.gbr)
    settle()
    assert opened.welcome._pin.isHidden()
    opened.welcome.set_vault(story.usa)
    settle()
    opened.welcome.passphrase.set_text("739105")
    press(opened.welcome, "Unlock with the PIN")
    settle()
    assert opened.desk.is_open


def test_without_a_keyring_it_is_said_before_anything_is_typed(go, monkeypatch, settle):
    monkeypatch.setattr(keyrings, "is_available", lambda: False)
    panel = go("do:keyring")
    settle()
    assert panel._missing.isVisible()


def put_under_new_keys(panel, settle, words_back):
    panel.current.edit.setText(PASSPHRASE)
    press(panel, "Show new words")
    settle()
    words_back(panel.sheet, panel._prepared)
    panel.new.first.edit.setText(OTHER)
    panel.new.again.edit.setText(OTHER)
    press(panel, "Put it under new keys…")


def test_new_keys_end_every_way_in_and_the_window_goes_on_working(opened, page, go, settle, story, words_back):
    panel = go("do:rekey")
    assert "Every earlier passphrase" in texts(panel)
    put_under_new_keys(panel, settle, words_back)
    words = panel._prepared.recovery_words
    assert "No earlier passphrase" in texts(panel)
    press(panel, "Put it under new keys")
    settle()
    assert "under new keys" in page.messages.words
    assert panel._prepared is None
    opened.cases.open_case(story.case_id)
    settle()
    assert opened.cases.case.id == story.case_id
    opened.lock()
    settle()
    assert not opens(story.usa, PASSPHRASE)
    assert opens(story.usa, OTHER)
    assert opens(story.usa, " ".join(words))


def test_a_wrong_word_stops_new_keys_before_the_question(go, settle, words_back):
    panel = go("do:rekey")
    panel.current.edit.setText(PASSPHRASE)
    press(panel, "Show new words")
    settle()
    words_back(panel.sheet, panel._prepared)
    panel.sheet.answers[1].setText("zebra")
    panel.new.generate()
    press(panel, "Put it under new keys…")
    assert panel.question.isHidden()
    assert "not what stands there" in panel.messages.words
    assert panel.window().focusWidget() is panel.sheet.answers[1]


def test_a_lock_while_the_keys_are_changed_leaves_no_open_vault(
    opened, page, go, settle, story, words_back, monkeypatch
):
    begun, gate = threading.Event(), threading.Event()
    real = slots.revoke
    made = []

    def slow(*given, progress=None, **named):
        fresh = real(*given, **named)
        begun.set()
        assert gate.wait(20)
        made.append(fresh)
        return fresh

    monkeypatch.setattr(slots, "revoke", slow)
    panel = go("do:rekey")
    put_under_new_keys(panel, settle, words_back)
    press(panel, "Put it under new keys")
    assert begun.wait(20)
    opened.lock()
    gate.set()
    settle()
    assert [one.vault.is_open for one in made] == [False]
    assert opens(story.usa, OTHER)


def test_a_lock_empties_every_field_and_takes_the_words_off(opened, page, go, settle):
    panel = go("do:recovery")
    panel.current.edit.setText(PASSPHRASE)
    press(panel, "Show new words")
    settle()
    sheet, current = panel.sheet, panel.current
    current.edit.setText("half typed")
    opened.lock()
    assert sheet.shown == ""
    assert current.text() == ""
    assert page.panel is None
    settle()


def test_two_persons_reset_a_wrong_date(page, go, settle):
    panel = go("do:clock")
    panel.first.edit.setText(PASSPHRASE)
    panel.second.edit.setText(PASSPHRASE)
    press(panel, "Make the present date count")
    settle()
    assert "SERVICE_SECOND_PERSON" in panel.messages.words
    assert "The vault has seen" in texts(panel)


def test_letters_are_given_once_and_ampersands_stay():
    taken: set[str] = set()
    assert lettered("Save it", taken) == "&Save it"
    assert lettered("Search & see", taken) == "S&earch && see"
    assert lettered("Смотреть", taken) == "Смотреть"
    assert taken == {"s", "e"}


def test_every_button_of_a_panel_has_a_letter_of_its_own(page, go):
    panel = go("do:change")
    keys = [one.shortcut().toString() for one in panel._body.findChildren(QPushButton)]
    assert all(key.startswith("Alt+") for key in keys)
    assert len(keys) == len(set(keys)) > 3
