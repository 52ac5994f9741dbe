"""One partner: how far his card counts and why, the comparing of its words, and reporting it as lost."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.own_card import words_of
from briefcase.desktop.pages.page import pane
from briefcase.desktop.showing import readable
from briefcase.desktop.widgets.basics import PlainLabel, box, bring_into_view, button, column, row
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.inline import InlineQuestion
from briefcase.desktop.widgets.messages import MessageBar, Notice
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.language import _
from briefcase.services import contacts
from briefcase.services.contacts import Contact

_TONES = {"verified": "good", "unverified": "warn", "replaced": "muted", "revoked": "bad", "expired": "bad"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def state_words(state: str) -> str:
    """Return the state of a contact in words."""
    words = {
        "verified": _("Verified"),
        "unverified": _("Not verified"),
        "replaced": _("Renewed by a newer card"),
        "revoked": _("Revoked"),
        "expired": _("Expired"),
    }
    return words.get(state, state)


class ContactView(QFrame):
    """One partner, with what may be done about his card.

    Signals:
        lost: his keys are lost: fingerprint, reason, since when (UTC or empty).
        revocation: his revocation is at hand, to be taken in.
    """

    lost = Signal(str, str, str)
    revocation = Signal()

    def __init__(
        self, desk: Desk, contact: Contact, pairs: tuple[tuple[str, str], ...], notices: tuple[str, ...]
    ) -> None:
        super().__init__()
        self._desk = desk
        self._contact = contact
        self.messages = MessageBar()
        self.question = InlineQuestion()
        self._make_fields()
        facts = Facts()
        facts.show_pairs((title, readable(text)) for title, text in pairs)
        state = PlainLabel(state_words(contact.state), _TONES.get(contact.state, "muted"))
        parts: list[QWidget] = [Notice("bad" if contact.state == "revoked" else "warn", one) for one in notices]
        parts.append(self.messages)
        if contact.state == "unverified":
            parts.append(self._form())
        if contact.state == "verified":
            parts += [PlainLabel(_("The twelve words of this card, as they were compared:"), "muted")]
            parts += [words_of(contact.card)]
        parts.append(facts)
        if contact.state != "revoked":
            parts.append(self._losing())
        top = (row(state, 1), PlainLabel(contact.name, "title", selectable=True))
        self.setLayout(column(pane(top, parts, _("Contact"))))

    def verify(self) -> None:
        """Compare the words that were typed with those of the card."""
        words = self.words.toPlainText()
        agency, country = self.agency.text().strip(), self.country.text().strip().upper()
        if not (words.strip() and agency and country):
            self.messages.tell("info", _("Write the twelve words, the agency and the country."))
            return
        fingerprint = self._contact.fingerprint
        work = self._desk.ask(self, lambda s, _c: contacts.verify(s, fingerprint, words, agency, country))
        self._desk.tasks.start(work.success(lambda _n: self._desk.contacts_changed.emit()).failure(self.messages.fail))

    def report(self) -> None:
        """Ask whether the card is really to be given up, and say that it is for good."""
        reason, since = self.reason.text().strip(), self.since.text().strip()
        if not reason:
            self.messages.tell("info", _("Write how you know that the keys are lost."))
            self.reason.setFocus()
            return
        moment = f"{since}T00:00:00Z" if _DAY.fullmatch(since) else since
        words = _(
            "From now on nothing of the card of %(name)s is accepted, whatever date it carries, and nothing is sealed"
            " to it. This cannot be taken back."
        )
        fingerprint = self._contact.fingerprint
        self.question.ask(
            words % {"name": self._contact.name},
            _("Report as lost"),
            lambda: self.lost.emit(fingerprint, reason, moment),
        )

    def _make_fields(self) -> None:
        contact = self._contact
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(self.fontMetrics().height() * 3 + 18)
        self.words.setAccessibleName(_("The twelve words that the partner read to you, English or French"))
        self.agency = _line(_("Agency, as you know it"), contact.agency, "GBR/HMRC")
        self.country = _line(_("Country, as you know it"), contact.country, "GBR")
        self.country.setMaxLength(3)
        self.reason = _line(_("How you know that the keys are lost"), "", _("told by telephone, laptop stolen"))
        self.since = _line(_("Lost since, if known: year-month-day"), "", "2026-11-24")

    def _form(self) -> QFrame:
        go = button(_("Compare and verify"), self.verify, role="primary", icon="check")
        why = PlainLabel(
            _(
                "Have the partner read the twelve words of the card aloud, in English or French, face to face or on a"
                " line you trust, and write down what you hear. Agency and country count as you set them here, not as"
                " the card says."
            ),
            "muted",
        )
        names = row(labelled(_("Agency, as you know it"), self.agency), labelled(_("Country"), self.country), gap=12)
        inner = column(
            PlainLabel(_("Verify this card"), "heading"),
            why,
            labelled(_("The twelve words, as you heard them"), self.words),
            names,
            row(go, 1),
            margin=16,
            gap=10,
        )
        return box(inner, "card")

    def _losing(self) -> QFrame:
        self._opener = button(_("Report as lost…"), self._open_report, icon="warning")
        bring = button(_("Take in a revocation…"), self.revocation.emit, icon="received")
        why = PlainLabel(
            _("When the partner's laptop or keys are lost, his card must count no more, here and everywhere."), "muted"
        )
        names = row(labelled(_("How you know it"), self.reason), labelled(_("Since (optional)"), self.since), gap=12)
        names.setStretch(0, 2)
        names.setStretch(1, 1)
        self.since.setMinimumWidth(90)
        go = button(_("Report as lost"), self.report, icon="blocked")
        self._report = box(column(names, row(go, 1), self.question, gap=10))
        self._report.hide()
        heading = PlainLabel(_("If the keys of this card are lost"), "heading")
        return box(column(heading, why, flow(bring, self._opener), self._report, margin=16, gap=10), "card")

    def _open_report(self) -> None:
        self._opener.hide()
        self._report.show()
        self.reason.setFocus()
        bring_into_view(self._report)


def _line(name: str, text: str, example: str) -> QLineEdit:
    edit = QLineEdit(text)
    edit.setAccessibleName(name)
    edit.setPlaceholderText(example)
    return edit
