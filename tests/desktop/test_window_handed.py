"""Hand-overs in the window: receipts, files that were begun and do not stand, cards that are not offered, and locks."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201, ARG001 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QScrollArea

from briefcase import disk
from briefcase.desktop.handover_flow import Flow, Step
from briefcase.desktop.pages.handed import UnfinishedCard
from briefcase.services import contacts, handover, identity, outgoing, receipts, receiving, session, trust

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"


def texts(widget):
    """Return everything that stands on a view."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def unlock(shell, vault, settle):
    shell.welcome.set_vault(vault)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()
    settle()


def show_handed(shell, story, settle):
    shell.show_page("cases")
    settle()
    shell.cases.open_case(story.case_id)
    settle()
    shell.cases.right._handed(shell.cases.right.view.record)
    settle()
    QApplication.processEvents()  # what is put into a layout is shown a moment later
    return texts(shell.cases.right.view)


@pytest.fixture
def answered(story, stick):
    """The case was sealed for GBR, who took it in and made a receipt."""
    usa = session.unlock(story.usa, PASSPHRASE)
    plan = handover.plan(usa, handover.of_case(usa, story.case_id), [usa.vault.contacts.list()[0].fingerprint])
    sealed = handover.seal(usa, plan, stick)[0].path
    usa.close()
    gbr = session.unlock(story.gbr, PASSPHRASE)
    received = receiving.inspect(gbr, sealed)
    receiving.take_in(gbr, received)
    received.close()
    sent = receipts.make_for_file(gbr, sealed, stick)
    gbr.close()
    return sent.path


def test_a_case_says_to_whom_it_went_and_whether_a_receipt_came(answered, opened, story, settle):
    before = show_handed(opened, story, settle)
    assert "Thomas Whitfield" in before
    assert "No receipt yet" in before
    opened.look_at(str(answered))
    settle()
    opened.received.keep()
    settle()
    after = show_handed(opened, story, settle)
    assert "taken in there" in after
    assert "No receipt yet" not in after


def test_a_case_that_never_left_says_so(opened, story, settle):
    assert "Nothing of this case" in show_handed(opened, story, settle)


@pytest.fixture
def begun(story, stick):
    """A seal that was begun and not finished, with what is left of it."""
    usa = session.unlock(story.usa, PASSPHRASE)
    path = stick / "0123456789abcdef.brief"
    outgoing.begin(usa, outgoing.Begun("bundle", path, [usa.vault.contacts.list()[0].fingerprint], "00" * 32))
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(b"noise")
    usa.close()
    return part


def test_what_was_begun_and_does_not_stand_is_said_and_removed(begun, opened, settle):
    assert begun.name.removesuffix(".part") in opened.messages.words
    opened.show_page("handover")
    settle()
    card = opened.handover.stage.view.findChild(UnfinishedCard)
    assert "nobody can open" in texts(card)
    card.settled.emit(opened.handover._begun[0], False)  # noqa: FBT003 - a signal has no names
    settle()
    assert not begun.exists()
    assert "removed" in opened.handover.messages.words
    assert opened.handover.stage.view.findChild(UnfinishedCard) is None


def test_a_stick_that_is_away_is_asked_about_before_its_file_is_forgotten(begun, opened, settle, stick):
    begun.unlink()
    stick.rmdir()
    opened.show_page("handover")
    settle()
    card = opened.handover.stage.view.findChild(UnfinishedCard)
    card.settled.emit(opened.handover._begun[0], False)  # noqa: FBT003 - a signal has no names
    settle()
    assert "not there" in opened.handover.messages.words
    card = opened.handover.stage.view.findChild(UnfinishedCard)
    card._ask(opened.handover._begun[0])
    assert opened.handover._begun
    card.question._yes.click()
    settle()
    assert opened.handover._begun == []


def test_left_over_files_are_named_when_the_folder_is_chosen(begun, opened, story, settle, stick):
    (stick / "fedcba9876543210.brief.part").write_bytes(b"noise")
    opened.show_page("handover", story.case_id)
    settle()
    page = opened.handover
    page._choose_partners(tuple(one.fingerprint for one in page._contacts))
    for _step in (Step.MATRIX, Step.PREVIEW, Step.SEAL):
        page.go_on()
        settle()
    assert page.flow.step == Step.SEAL
    page.stage.view.folder.setText(str(stick))
    settle()
    said = page.stage.view.left.text()
    assert "0123456789abcdef.brief.part (begun here" in said
    assert "fedcba9876543210.brief.part (begun by another" in said


def test_cards_that_do_not_count_are_not_offered(opened, story, settle, tmp_path):
    gbr = session.unlock(story.gbr, PASSPHRASE)
    renewed = identity.renew(gbr, PASSPHRASE).session
    contacts.export_card(renewed, tmp_path / "new.card")
    gbr.close()

    def renew(vault, _control) -> str:
        new = contacts.import_card(vault, tmp_path / "new.card")
        contacts.verify(vault, new.fingerprint, " ".join(new.words), "GBR/HMRC", "GBR")
        return new.fingerprint

    found = []
    opened.desk.tasks.start(opened.desk.ask(opened, renew).success(found.append))
    settle()
    opened.show_page("handover", story.case_id)
    settle()
    shown = texts(opened.handover.stage.view)
    assert "renewed by a newer card: 1" in shown
    assert len(opened.handover.stage.view.findChildren(QCheckBox)) == 1
    assert "not verified" not in shown
    opened.desk.tasks.start(opened.desk.ask(opened, lambda s, _c: trust.compromised(s, found[0], reason="x")))
    settle()
    opened.handover.enter()
    settle()
    assert "No verified partner" in texts(opened.handover.stage.view)


def test_the_words_of_a_hand_over_outlive_a_lock_but_the_plan_does_not(opened, story, settle, stick):
    opened.show_page("handover", story.case_id)
    settle()
    page = opened.handover
    partners = tuple(one.fingerprint for one in page._contacts)
    page._choose_partners(partners)
    page.go_on()
    settle()
    page._choose_target(str(stick), "Joint raid of 3 December", "Call first")
    opened.lock()
    settle()
    assert "comes back" in opened.welcome.messages.words
    assert page.flow == Flow()
    unlock(opened, story.usa, settle)
    assert page.flow.purpose == "Joint raid of 3 December"
    assert page.flow.caveat == "Call first"
    assert page.flow.partners == partners
    assert page.flow.plan is None
    opened.show_page("handover")
    settle()
    assert page.flow.step == Step.PARTNERS
    assert "is here again" in page.messages.words


def at_sealing(opened, story, settle):
    """Go with the story's case to the last step before sealing; return the page."""
    opened.show_page("handover", story.case_id)
    settle()
    page = opened.handover
    page._choose_partners(tuple(one.fingerprint for one in page._contacts))
    for _step in range(3):
        page.go_on()
        settle()
    return page


def test_what_was_sealed_does_not_come_back_after_a_lock(opened, story, settle, stick):
    page = at_sealing(opened, story, settle)
    page._choose_target(str(stick), "Once", "")
    opened.lock()
    settle()
    unlock(opened, story.usa, settle)
    for _step in range(4):
        page.go_on()
        settle()
    assert page.flow.step == Step.RESULT, page.messages.words
    opened.lock()
    settle()
    unlock(opened, story.usa, settle)
    assert page.flow == Flow()


def test_after_sealing_it_is_told_that_no_stick_is_in_the_folder(opened, story, settle, stick, monkeypatch):
    empty = stick / "officer" / "STICK"
    empty.mkdir(parents=True)
    monkeypatch.setattr(outgoing, "is_empty_place", lambda folder: disk.is_empty_place(folder, (stick,)))
    page = at_sealing(opened, story, settle)
    page._choose_target(str(empty), "", "")
    page.go_on()
    settle()
    assert page.flow.step == Step.RESULT, page.messages.words
    shown = texts(page.stage.view)
    assert f"No stick is mounted at {empty}" in shown
    assert "Put the stick in and move it there" in shown


def test_a_kept_hand_over_that_is_damaged_is_a_new_one():
    assert Flow.from_bytes(b"{") == Flow()
    assert Flow(purpose="x", step=Step.RESULT).to_bytes() == b""
    assert Flow.from_bytes(Flow(case_id="c", purpose="x").to_bytes()).step == Step.PARTNERS


def test_what_appears_below_is_scrolled_into_view_on_a_small_screen(answered, opened, story, settle, qtbot):
    opened.resize(853, 533)
    show_handed(opened, story, settle)
    view = opened.cases.right.view
    area = view.findChild(QScrollArea)
    line = next(one for one in view.findChildren(QLabel) if "No receipt yet" in one.text())

    def is_seen() -> bool:
        return area.viewport().rect().contains(line.mapTo(area.viewport(), line.rect().center()))

    qtbot.waitUntil(lambda: area.verticalScrollBar().value() > 0 and is_seen())
