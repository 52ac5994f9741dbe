"""The Contacts page: our own card with its twelve words, partners' cards, and verifying them by their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QPlainTextEdit

from briefcase.desktop.desk import Desk
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages.page import Page, Stage, head, list_and_stage
from briefcase.desktop.showing import grouped_fingerprint
from briefcase.desktop.widgets.basics import (
    PAGE_MARGIN,
    PlainLabel,
    box,
    button,
    column,
    empty_state,
    row,
    scrolled,
)
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.language import _
from briefcase.services import contacts
from briefcase.services.contacts import Contact

OWN = "own"
_TONES = {"verified": "good", "unverified": "warn", "replaced": "muted", "revoked": "bad", "expired": "bad"}


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


def numbered_words(words: tuple[str, ...] | list[str]) -> str:
    """Return words in lines of three, numbered, to be read aloud."""
    cells = [f"{number:>2} {word:<12}" for number, word in enumerate(words, start=1)]
    return "\n".join("".join(cells[place : place + 3]).rstrip() for place in range(0, len(cells), 3))


class ContactsPage(Page):
    """The list of contacts, and the one that is chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.messages = MessageBar()
        self.list = RowList(_("Contacts"))
        self.right = Stage()
        self._contacts: dict[str, Contact] = {}
        self.list.chosen.connect(self._show)
        self._build()
        desk.contacts_changed.connect(self.reload)

    def enter(self) -> None:
        """Be shown: nothing here is marked."""
        self.desk.show_labels([])
        self.reload()

    def new(self) -> None:
        """Bring in a partner's card."""
        self._choose_card()

    def forget(self) -> None:
        """Drop everything that came out of the vault."""
        self._contacts = {}
        self.list.show_rows([])
        self.right.show_view(QFrame())
        self.messages.clear()

    def reload(self) -> None:
        """Load the contacts again."""
        if self.desk.is_open:
            self.desk.tasks.start(
                self.desk.ask(self, lambda s, _c: contacts.list_contacts(s)).superseding("contacts").success(self._take)
            )

    def import_card(self, path: str) -> None:
        """Read a partner's card from a file; it is unverified until its words are compared."""

        def done(contact: Contact) -> None:
            self.messages.tell(
                "info",
                _("The card of %(name)s is here, not verified.") % {"name": contact.name},
                _("Now compare the twelve words with its owner, face to face or by telephone."),
            )
            self._wanted = contact.fingerprint
            self.desk.contacts_changed.emit()

        work = self.desk.ask(self, lambda s, _c: contacts.import_card(s, Path(path)))
        self.desk.tasks.start(work.success(done).failure(self.messages.fail))

    def export_card(self, path: str) -> None:
        """Write our own card to a file."""
        work = self.desk.ask(self, lambda s, _c: contacts.export_card(s, Path(path)))
        words = _("Your card was saved as %(path)s.") % {"path": path}
        more = _("Hand it over, and read your twelve words to the partner.")
        self.desk.tasks.start(
            work.success(lambda _n: self.messages.tell("good", words, more)).failure(self.messages.fail)
        )

    def _take(self, found: list[Contact]) -> None:
        self._contacts = {contact.fingerprint: contact for contact in found}
        session = self.desk.session
        rows = [
            Row("", _("Our own card")),
            Row(OWN, session.officer, session.agency, "key"),
            Row("", _("Partners"), note=str(len(found))),
            *(
                Row(one.fingerprint, one.name, one.agency or one.claimed, "contacts", "", state_words(one.state))
                for one in found
            ),
        ]
        keep = self._wanted or self.list.key or OWN
        self._wanted = ""
        self.list.show_rows(rows, keep)
        self._show(self.list.key)

    def _show(self, key: str) -> None:
        if key == OWN:
            self.right.show_view(self._own_card())
        elif key in self._contacts:
            self.right.show_view(ContactView(self.desk, self._contacts[key]))

    def _own_card(self) -> QFrame:
        session = self.desk.session
        facts = Facts()
        facts.show_pairs(
            [
                (_("Name"), session.officer),
                (_("Agency"), session.agency),
                (_("Country"), session.country),
                (_("Valid until"), session.identity.card.valid_until[:10]),
                (_("Fingerprint"), grouped_fingerprint(session.identity.card.fingerprint)),
            ]
        )
        words = PlainLabel(numbered_words(session.identity.card.words()), "words", wrap=False, selectable=True)
        words.setAccessibleName(" ".join(session.identity.card.words()))
        save = button(_("Save my card to a file…"), self._choose_target, role="primary", icon="save")
        return _pane(
            PlainLabel(_("Our own card"), "section"),
            PlainLabel(session.officer, "title"),
            parts=(
                PlainLabel(_("Read these twelve words to the partner who has your card:"), "muted"),
                row(words, 1),
                facts,
                row(save, 1),
            ),
        )

    def _choose_card(self) -> None:
        dialog = QFileDialog(self, _("A partner's card"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.import_card)
        dialog.open()

    def _choose_target(self) -> None:
        dialog = QFileDialog(self, _("Save my card as"), "", _("Cards (*.card)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("card")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_card)
        dialog.open()

    def _build(self) -> None:
        self._wanted = ""
        bring = button(_("Bring in a card…"), self._choose_card, icon="plus")
        top = row(PlainLabel(_("Contacts"), "heading"), bring)
        top.setStretch(0, 1)
        top.setContentsMargins(12, 10, 12, 6)
        middle = box(column(box(top), self.messages, self.list, gap=0), "listpane")
        self.setLayout(column(list_and_stage(middle, self.right)))
        self.right.show_view(empty_state(_("Nothing chosen"), _("Choose a contact in the list."), icon="contacts"))


class ContactView(QFrame):
    """One partner: how far he is verified, and the form that verifies him."""

    def __init__(self, desk: Desk, contact: Contact) -> None:
        super().__init__()
        self._desk = desk
        self._contact = contact
        self.messages = MessageBar()
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(self.fontMetrics().height() * 3 + 18)
        self.words.setAccessibleName(_("The twelve words that the partner read to you"))
        self.agency = QLineEdit(contact.agency)
        self.agency.setAccessibleName(_("Agency, as you know it"))
        self.agency.setPlaceholderText("GBR/HMRC")
        self.country = QLineEdit(contact.country)
        self.country.setAccessibleName(_("Country, as you know it"))
        self.country.setPlaceholderText("GBR")
        self.country.setMaxLength(3)
        facts = Facts()
        facts.show_pairs(self._facts())
        state = PlainLabel(state_words(contact.state), _TONES.get(contact.state, "muted"))
        parts: list[Any] = [self.messages, facts]
        if contact.state == "unverified":
            parts.append(self._form())
        if contact.state == "verified":
            words = PlainLabel(numbered_words(contact.words), "words", wrap=False, selectable=True)
            parts += [PlainLabel(_("The twelve words of this card:"), "muted"), row(words, 1)]
        pane = _pane(row(state, 1), PlainLabel(contact.name, "title", selectable=True), parts=tuple(parts))
        self.setLayout(column(pane))

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

    def _facts(self) -> list[tuple[str, str]]:
        contact = self._contact
        found = [(_("Agency"), contact.agency), (_("Country"), contact.country)]
        found += [
            (_("The card says"), f"{contact.card.name}, {contact.claimed}"),
            (_("Valid until"), contact.card.valid_until[:10]),
        ]
        return [*found, (_("Fingerprint"), grouped_fingerprint(contact.fingerprint))]

    def _form(self) -> QFrame:
        go = button(_("Compare and verify"), self.verify, role="primary", icon="check")
        why = PlainLabel(
            _(
                "Have the partner read the twelve words of the card aloud, face to face or on a line you trust, and"
                " write down what you hear. Agency and country count as you set them here, not as the card says."
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


def _pane(*top: Any, parts: tuple[Any, ...]) -> QFrame:  # noqa: ANN401 - widgets and layouts
    content = box(column(*parts, 1, margin=PAGE_MARGIN, gap=14))
    content.setMaximumWidth(860)
    return box(column(head(column(*top, gap=2)), scrolled(content, _("Contact")), gap=0))
