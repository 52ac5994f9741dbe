"""Cards in the window: out and in on paper, renewed, reported as lost, revoked; every word in words."""

from __future__ import annotations

# ruff: noqa: ANN001, ANN201, ARG001 - the arguments are fixtures, some only wanted for what they set up
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from briefcase.desktop.pages.own_card import OwnCardView
from briefcase.desktop.pages.partner import ContactView
from briefcase.desktop.pages.renewing import KeysPanel
from briefcase.services import contacts, identity, session, sheets

PASSPHRASE = "ribbon lantern orchard velvet compass saddle"


def texts(widget):
    """Return everything that stands on a view."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def at_contacts(shell, settle):
    shell.show_page("contacts")
    settle()
    return shell.contacts


def choose(page, name, settle):
    key = next(one.fingerprint for one in page._contacts.values() if one.name == name)
    page.list.choose(key)
    settle()
    return page.right.view


@pytest.fixture
def gbr(story):
    """The partner's own vault, open."""
    found = session.unlock(story.gbr, PASSPHRASE)
    yield found
    found.close()


def test_our_card_goes_to_paper_and_a_scan_of_it_comes_in_unverified(opened, settle, tmp_path, stranger):
    aus = session.unlock(tmp_path / "aus.briefcase", PASSPHRASE)
    sheets.print_card(aus, tmp_path / "scan.pdf")
    aus.close()
    page = at_contacts(opened, settle)
    assert isinstance(page.right.view, OwnCardView)
    page.print_card(str(tmp_path / "ours.pdf"), "letter")
    settle()
    assert "codes" in page.messages.words
    assert (tmp_path / "ours.pdf").read_bytes().startswith(b"%PDF-")
    page.bring_in([str(tmp_path / "scan.pdf")])
    settle()
    assert "Mia Thornton" in page.messages.words
    assert page.right.view._contact.state == "unverified"


def test_a_sheet_that_is_not_whole_names_the_missing_codes_and_brings_in_nothing(opened, settle, tmp_path, stranger):
    from briefcase.paper.code_sheet import code_sheets  # noqa: PLC0415 - only here
    from briefcase.seal import card, compact, parts  # noqa: PLC0415 - likewise
    from briefcase.services.sheet_contents import card_content  # noqa: PLC0415 - likewise

    text = stranger.card.read_text(encoding="utf-8")
    codes = parts.split(parts.CARD, compact.shrink(card.LABEL, text))
    torn = card_content(card.parse_card(text).card, codes[:2] + codes[3:])
    with (tmp_path / "torn.pdf").open("wb") as out:
        code_sheets([torn], out)
    page = at_contacts(opened, settle)
    page.bring_in([str(tmp_path / "torn.pdf")])
    settle()
    assert "missing: 3" in page.messages.words
    assert [one.name for one in page._contacts.values()] == ["Thomas Whitfield"]
    assert page.progress.isHidden()


def test_the_words_may_be_french(opened, settle, tmp_path, stranger):
    page = at_contacts(opened, settle)
    page.bring_in([str(stranger.card)])
    settle()
    view = page.right.view
    view.words.setPlainText(" ".join(view._contact.card.words("fr")))
    view.agency.setText("AUS/ABF")
    view.country.setText("AUS")
    view.verify()
    settle()
    assert page.right.view._contact.state == "verified"


def test_what_is_being_typed_outlives_another_page(opened, settle, stranger):
    page = at_contacts(opened, settle)
    page.bring_in([str(stranger.card)])
    settle()
    page.right.view.words.setPlainText("half of them")
    opened.show_page("cases")
    settle()
    at_contacts(opened, settle)
    assert page.right.view.words.toPlainText() == "half of them"


def test_our_card_is_renewed_with_its_revocation_and_everything_after_uses_it(opened, settle, tmp_path):
    page = at_contacts(opened, settle)
    before = opened.desk.session.fingerprint
    page.right.view.keys.emit("renew")
    panel = page.right.view
    assert isinstance(panel, KeysPanel)
    panel.submit()
    assert "revocation" in panel.messages.words
    panel.target.setText(str(tmp_path / "revocation.pdf"))
    panel.submit()
    assert "passphrase" in panel.messages.words
    panel.passphrase.set_text("not this one")
    panel.submit()
    settle()
    assert opened.desk.session.fingerprint == before
    assert panel.passphrase.text() == ""
    assert not (tmp_path / "revocation.pdf").exists()
    panel.passphrase.set_text(PASSPHRASE)
    panel.submit()
    settle()
    assert opened.desk.session.fingerprint != before
    assert "renewed" in page.messages.words
    assert (tmp_path / "revocation.pdf").read_bytes().startswith(b"%PDF-")
    shown = page.right.view
    assert isinstance(shown, OwnCardView)
    assert "Card number 1" in texts(shown)
    found = []
    opened.desk.tasks.start(opened.desk.ask(opened, lambda s, _c: s.fingerprint).success(found.append))
    settle()
    assert found == [opened.desk.session.fingerprint]


def test_a_lock_while_a_renewal_runs_brings_no_session_back(opened, settle, tmp_path, story):
    page = at_contacts(opened, settle)
    page.right.view.keys.emit("renew")
    panel = page.right.view
    panel.target.setText(str(tmp_path / "revocation.txt"))
    panel.passphrase.set_text(PASSPHRASE)
    panel.submit()
    opened.lock()
    settle()
    assert not opened.desk.is_open
    assert not page.messages.isVisible()


def test_the_revocation_is_written_once_more(opened, settle, tmp_path):
    page = at_contacts(opened, settle)
    page.right.view.keys.emit("revocation")
    panel = page.right.view
    panel.target.setText(str(tmp_path / "again.txt"))
    panel.passphrase.set_text(PASSPHRASE)
    panel.submit()
    settle()
    assert "BRIEFCASE REVOCATION" in (tmp_path / "again.txt").read_text(encoding="utf-8")
    assert "again.txt" in page.messages.words


def test_a_partner_is_reported_as_lost_only_after_the_second_question(opened, settle):
    page = at_contacts(opened, settle)
    view = choose(page, "Thomas Whitfield", settle)
    view.report()
    assert "how you know" in view.messages.words
    view._open_report()
    view.reason.setText("told by telephone")
    view.since.setText("2026-01-02")
    view.report()
    settle()
    assert not view.question.isHidden()
    assert next(iter(page._contacts.values())).state == "verified"
    view.question._yes.click()
    settle()
    assert next(iter(page._contacts.values())).state == "revoked"
    assert "is revoked" in page.messages.words
    shown = texts(page.right.view)
    assert "told by telephone" in shown
    assert "lost since 2026-01-02" in shown
    assert "If the keys" not in shown


@pytest.mark.parametrize("ending", ["pdf", "txt"])
def test_a_revocation_comes_in_as_a_text_or_as_a_scan(opened, settle, tmp_path, gbr, ending):
    sheets.write_revocation(gbr, identity.revocations(gbr), tmp_path / f"paper.{ending}")
    page = at_contacts(opened, settle)
    page.bring_in([str(tmp_path / f"paper.{ending}")])
    settle()
    assert "is revoked" in page.messages.words
    assert isinstance(page.right.view, ContactView)
    assert page.right.view._contact.state == "revoked"
    page.export_revocations(str(tmp_path / "all.txt"))
    settle()
    assert "1 revocation" in page.messages.words


def test_a_renewal_is_said_in_words_and_the_old_card_is_replaced(opened, settle, tmp_path, gbr):
    renewed = identity.renew(gbr, PASSPHRASE).session
    contacts.export_card(renewed, tmp_path / "new.card")
    page = at_contacts(opened, settle)
    page.bring_in([str(tmp_path / "new.card")])
    settle()
    view = page.right.view
    assert "renews the card of Thomas Whitfield; the old keys signed it" in texts(view)
    view.words.setPlainText(" ".join(renewed.identity.card.words()))
    view.agency.setText("GBR/HMRC")
    view.country.setText("GBR")
    view.verify()
    settle()
    assert sorted(one.state for one in page._contacts.values()) == ["replaced", "verified"]
    old = next(one for one in page._contacts.values() if one.state == "replaced")
    page.list.choose(old.fingerprint)
    settle()
    assert "This card was renewed" in texts(page.right.view)


def test_our_own_card_that_ends_soon_is_spoken_of(opened, settle, monkeypatch):
    monkeypatch.setattr("briefcase.services.trust.days_left", lambda _session, _card: 12)
    at_contacts(opened, settle)
    assert "ends in 12 days" in texts(opened.contacts.right.view)


def tab_stops(window, most=60):
    """Return the widgets that Tab goes through until it comes back to the first."""
    window.activateWindow()
    window.side._pages["contacts"].setFocus()
    seen = [QApplication.focusWidget()]
    for _step in range(most):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is seen[0]:
            return seen
        seen.append(QApplication.focusWidget())
    return []


def test_every_piece_is_named_and_reached_by_tab(opened, settle, stranger, unnamed):
    page = at_contacts(opened, settle)
    assert unnamed(opened) == []
    own = page.right.view
    assert own.paper in tab_stops(opened)
    for act in ("renew", "revocation"):
        page.right.view.keys.emit(act)
        panel = page.right.view
        assert unnamed(opened) == []
        assert {panel.target, panel.passphrase.edit, panel._go} <= set(tab_stops(opened))
        panel.left.emit()
        settle()
    view = choose(page, "Thomas Whitfield", settle)
    view._open_report()
    view.reason.setText("x")
    view.report()
    QApplication.processEvents()
    assert unnamed(opened) == []
    assert {view.reason, view.since, view.question._yes} <= set(tab_stops(opened))
    page.bring_in([str(stranger.card)])
    settle()
    QApplication.processEvents()
    assert unnamed(opened) == []
    assert {page.right.view.words, page.right.view.agency, page.right.view.country} <= set(tab_stops(opened))


def test_a_bad_file_changes_nothing_and_says_so(opened, settle, tmp_path):
    (tmp_path / "junk.card").write_text("<b>hello</b>", encoding="utf-8")
    page = at_contacts(opened, settle)
    page.bring_in([str(tmp_path / "junk.card")])
    settle()
    assert page.messages.words
    assert page.progress.isHidden()
    assert len(page._contacts) == 1
