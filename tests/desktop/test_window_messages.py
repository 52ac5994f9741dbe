"""Messages in the window: looked at, kept, answered with a receipt, carried on paper; and what nobody vouches for."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201, ARG001, PLR0917 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtWidgets import QApplication, QLabel

from briefcase.bundle.message_bodies import Compromise, Request
from briefcase.desktop.pages.bundle_view import BundleView
from briefcase.desktop.pages.message_view import MessageView
from briefcase.services import contacts, handover, messages, receipts, receiving, session, sheets, trust

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"


def texts(widget):
    """Return everything that stands on a view."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def unlock(shell, vault, settle):
    shell.welcome.set_vault(vault)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()
    settle()


def look(shell, path, settle):
    shell.look_at(str(path))
    settle()
    return shell.received.stage.view


@pytest.fixture
def sealed(story, stick):
    """The case, sealed for GBR."""
    usa = session.unlock(story.usa, PASSPHRASE)
    plan = handover.plan(usa, handover.of_case(usa, story.case_id), [usa.vault.contacts.list()[0].fingerprint])
    path = handover.seal(usa, plan, stick)[0].path
    usa.close()
    return path


@pytest.fixture
def answer(story, stick, sealed):
    """The receipt of GBR for the case, sealed for USA."""
    gbr = session.unlock(story.gbr, PASSPHRASE)
    received = receiving.inspect(gbr, sealed)
    receiving.take_in(gbr, received)
    received.close()
    sent = receipts.make_for_file(gbr, sealed, stick)
    gbr.close()
    return sent.path


def question(text):
    return Request(text=text, items=(), recipient=None, purpose="", needed_by="")


def from_gbr(story, stick, body):
    gbr = session.unlock(story.gbr, PASSPHRASE)
    made = body(gbr)
    sent = messages.send(gbr, made, [gbr.vault.contacts.list()[0].fingerprint], stick)
    gbr.close()
    return sent.path


def test_a_receipt_is_read_kept_and_closes_the_hand_over(answer, opened, settle):
    view = look(opened, answer, settle)
    assert isinstance(view, MessageView)
    assert "Verified: from Thomas Whitfield" in texts(view)
    assert "Taken in" in texts(view)
    assert not view.keep.isHidden()
    assert opened.banners[0].words[0] == "No marked material on screen"
    opened.received.keep()
    settle()
    assert "took it in" in opened.received.messages.words
    assert view.keep.isHidden()
    opened.show_page("messages")
    settle()
    assert [row.title for row in opened.sent.list.rows.rows] == ["Received", "Receipt"]
    shown = texts(opened.sent.right.view)
    assert "About what was sealed for Thomas Whitfield" in shown
    assert "Audit head there" in shown


def test_what_is_kept_is_what_was_shown_whatever_the_stick_says_later(answer, opened, settle):
    look(opened, answer, settle)
    answer.write_bytes(b"another file")
    opened.received.keep()
    settle()
    assert "Kept" in opened.received.messages.words


def test_a_message_twice_is_nothing_new(answer, opened, settle):
    for _time in range(2):
        look(opened, answer, settle)
        opened.received.keep()
        settle()
    assert "kept before" in opened.received.messages.words


def test_a_message_that_is_not_for_us_says_nothing_of_itself(shell, story, settle, answer):
    unlock(shell, story.gbr, settle)
    view = look(shell, answer, settle)
    assert "not sealed to your key" in texts(view)
    assert "Audit head there" not in texts(view)


def test_a_request_is_plain_text_and_a_lesser_sender_is_not_kept(opened, story, settle, stick):
    path = from_gbr(story, stick, lambda _gbr: question("Please send <b>the invoice</b>.\nThank you."))
    view = look(opened, path, settle)
    assert "<b>the invoice</b>" in texts(view)

    def fall(vault, _control) -> None:
        trust.compromised(vault, vault.vault.contacts.list()[0].fingerprint, reason="x")

    opened.desk.tasks.start(opened.desk.ask(opened, fall))
    settle()
    view = look(opened, path, settle)
    assert "revoked" in texts(view)
    assert "invoice" not in texts(view)
    assert view.keep.isHidden()


def test_a_notice_of_the_card_itself_revokes_it_when_kept(opened, story, settle, stick):
    path = from_gbr(story, stick, lambda gbr: Compromise(fingerprint=gbr.fingerprint, since="", reason="stolen"))
    look(opened, path, settle)
    opened.received.keep()
    settle()
    opened.show_page("contacts")
    settle()
    assert next(iter(opened.contacts._contacts.values())).state == "revoked"


def test_a_receipt_is_made_after_taking_in_and_goes_to_paper(shell, story, settle, sealed, stick, tmp_path, unnamed):
    unlock(shell, story.gbr, settle)
    view = look(shell, sealed, settle)
    assert isinstance(view, BundleView)
    shell.received.take_in()
    settle()
    view.open_receipt()
    QApplication.processEvents()
    assert unnamed(shell) == []
    view.receipt.make()
    assert "folder" in view.receipt.messages.words
    view.receipt.folder.setText(str(stick))
    view.receipt.make()
    settle()
    assert view.receipt.sent.path.exists()
    assert view.receipt.sent.path.name in view.receipt.messages.words
    view.receipt.print_to(str(tmp_path / "receipt.pdf"))
    settle()
    assert "page" in view.receipt.messages.words
    shell.show_page("messages")
    settle()
    assert [row.title for row in shell.sent.list.rows.rows] == ["Sent", "Receipt"]
    shell.lock()
    settle()
    unlock(shell, story.usa, settle)
    shell.show_page("received")
    shell.received.read_paper([str(tmp_path / "receipt.pdf")])
    settle()
    assert isinstance(shell.received.stage.view, MessageView)
    assert "Verified: from Thomas Whitfield" in texts(shell.received.stage.view)
    shell.received.keep()
    settle()
    assert "took it in" in shell.received.messages.words


def test_pages_without_codes_say_so_and_cards_are_sent_to_contacts(opened, settle, tmp_path, stranger):
    aus = session.unlock(tmp_path / "aus.briefcase", PASSPHRASE)
    sheets.print_card(aus, tmp_path / "card.pdf")
    aus.close()
    opened.show_page("received")
    opened.received.read_paper([str(tmp_path / "card.pdf")])
    settle()
    assert "under Contacts" in opened.received.messages.words
    opened.received.read_paper([str(tmp_path / "nothing.pdf")])
    settle()
    assert "nothing.pdf" in opened.received.messages.words
    assert opened.received.progress.isHidden()


def test_two_messages_on_one_heap_of_pages_are_read_one_after_the_other(opened, story, settle, stick, tmp_path):
    gbr = session.unlock(story.gbr, PASSPHRASE)
    scans = []
    for number in (1, 2):
        body = question(f"Question {number}")
        sent = messages.send(gbr, body, [gbr.vault.contacts.list()[0].fingerprint], stick)
        scans.append(tmp_path / f"{number}.pdf")
        sheets.print_message(gbr, sent.path, scans[-1])
    gbr.close()
    opened.show_page("received")
    opened.received.read_paper([str(one) for one in scans])
    settle()
    first = texts(opened.received.stage.view)
    opened.received._next.click()
    settle()
    assert {one in first + texts(opened.received.stage.view) for one in ("Question 1", "Question 2")} == {True}
    assert opened.received._next.isHidden()


def test_an_unproven_sender_is_taken_in_only_by_a_second_act(unproven, opened, settle, stranger):
    opened.contacts.bring_in([str(stranger.card)])
    settle()
    view = look(opened, unproven, settle)
    assert view._take.isHidden()
    assert view._make_receipt.isHidden()
    view._accept.click()
    assert "replaces" in texts(view.question)
    assert opened.received.messages.isHidden()
    view.question._yes.click()
    settle()
    assert "unverified source" in opened.received.messages.words
    assert view._accept.isHidden()
    assert view._make_receipt.isHidden()


@pytest.fixture
def unproven(story, tmp_path, stick, stranger):
    """Return a case of AUS, sealed for USA."""
    from briefcase.records.label import Label  # noqa: PLC0415 - only here
    from briefcase.services import cases  # noqa: PLC0415 - likewise

    usa = session.unlock(story.usa, PASSPHRASE)
    contacts.export_card(usa, tmp_path / "usa-for-aus.card")
    usa.close()
    aus = session.unlock(tmp_path / "aus.briefcase", PASSPHRASE)
    known = contacts.import_card(aus, tmp_path / "usa-for-aus.card")
    contacts.verify(aus, known.fingerprint, " ".join(known.words), "USA/BIS", "USA")
    marked = Label(policy="EXERCISE", level="EXERCISE SENSITIVE", releasable_to=("country:USA",))
    case = cases.add_record(aus, "case", {"title": "Sydney"}, marked)
    plan = handover.plan(aus, [case.id], [known.fingerprint])
    path = handover.seal(aus, plan, stick)[0].path
    aus.close()
    return path
