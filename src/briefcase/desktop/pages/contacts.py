"""The Contacts page: our own card, partners' cards, and what comes in about them on sticks and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages.own_card import OwnCard, OwnCardView
from briefcase.desktop.pages.page import Page, Stage, list_and_stage
from briefcase.desktop.pages.partner import ContactView, state_words
from briefcase.desktop.pages.renewing import KeysPanel
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, empty_state, row
from briefcase.desktop.widgets.choosing import choose_files, choose_target
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext
from briefcase.services import arrivals, contacts, sheets, trust, withdrawn
from briefcase.services.arrivals import Arrived
from briefcase.services.contacts import Contact
from briefcase.services.session import Session
from briefcase.services.trust import Outcome

OWN = "own"


@dataclass(frozen=True)
class Partner:
    """What is shown of a partner."""

    contact: Contact
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]


class ContactsPage(Page):
    """The list of contacts, and the one that is chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setAcceptDrops(True)
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.list = RowList(_("Contacts"))
        self.right = Stage()
        self._contacts: dict[str, Contact] = {}
        self._shown: Partner | OwnCard | None = None
        self._wanted = ""
        self.list.chosen.connect(self._load)
        self._build()
        desk.contacts_changed.connect(self.reload)

    def enter(self) -> None:
        """Be shown: nothing here is marked."""
        self.desk.show_labels([])
        self.reload()

    def new(self) -> None:
        """Bring in a partner's card."""
        self._choose()

    def forget(self) -> None:
        """Drop everything that came out of the vault."""
        if isinstance(self.right.view, KeysPanel):
            self.right.view.forget()
        self._contacts, self._shown = {}, None
        self.list.show_rows([])
        self.right.show_view(QFrame())
        self.messages.clear()
        self.progress.end()

    def reload(self) -> None:
        """Load the contacts again."""
        if self.desk.is_open:
            self.desk.tasks.start(
                self.desk.ask(self, lambda s, _c: contacts.list_contacts(s)).superseding("contacts").success(self._take)
            )

    def bring_in(self, paths: Sequence[str]) -> None:
        """Take in cards and revocations from files and scans; a card is unverified until its words are compared."""
        self.messages.clear()
        self.progress.begin(_("Reading what comes in"))

        def work(session: Session, control: Control) -> Arrived:
            return arrivals.bring_in(session, [Path(one) for one in paths], progress=control.counted)

        operation = self.desk.ask(self, work).success(self._came).failure(self._failed)
        control = self.desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def report_lost(self, fingerprint: str, reason: str, since: str) -> None:
        """Say that the keys of a partner's card are lost: nothing of it counts from now on."""

        def work(session: Session, _control: Control) -> Outcome:
            return trust.compromised(session, fingerprint, reason=reason, since=since)

        def done(outcome: Outcome) -> None:
            self.messages.tell("warn", outcome.words)
            self.desk.contacts_changed.emit()

        self.desk.tasks.start(self.desk.ask(self, work).success(done).failure(self.messages.fail))

    def export_card(self, path: str) -> None:
        """Write our own card to a file."""
        work = self.desk.ask(self, lambda s, _c: contacts.export_card(s, Path(path)))
        words = _("Your card was saved as %(path)s.") % {"path": path}
        more = _("Hand it over, and read your twelve words to the partner.")
        self.desk.tasks.start(
            work.success(lambda _n: self.messages.tell("good", words, more)).failure(self.messages.fail)
        )

    def print_card(self, path: str, paper: str) -> None:
        """Write our own card to a PDF with codes."""

        def done(sheet: sheets.PrintedSheet) -> None:
            pages = ngettext("It has %(count)d page", "It has %(count)d pages", sheet.pages) % {"count": sheet.pages}
            codes = ngettext("and %(count)d code.", "and %(count)d codes.", sheet.codes) % {"count": sheet.codes}
            more = _("The partner scans all of them, then you read him your twelve words.")
            said = _("Your card was saved as %(path)s.") % {"path": path}
            self.messages.tell("good", said, f"{pages} {codes} {more}")

        work = self.desk.ask(self, lambda s, _c: sheets.print_card(s, Path(path), paper=paper))
        self.desk.tasks.start(work.success(done).failure(self.messages.fail))

    def export_revocations(self, path: str) -> None:
        """Write every revocation that is kept here to a file."""

        def done(count: int) -> None:
            words = ngettext("%(count)d revocation was saved.", "%(count)d revocations were saved.", count)
            more = _("Take the file in again after an older copy of the vault was restored.")
            self.messages.tell("good", words % {"count": count}, more)

        work = self.desk.ask(self, lambda s, _c: withdrawn.export_revocations(s, Path(path)))
        self.desk.tasks.start(work.success(done).failure(self.messages.fail))

    def show_own(self) -> None:
        """Show our own card, as it is now."""
        self._shown = None
        self._wanted = OWN
        self.reload()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome local files."""
        if event.mimeData().urls() and all(one.isLocalFile() for one in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Bring in what was dropped."""
        self.bring_in([one.toLocalFile() for one in event.mimeData().urls()])

    def _came(self, arrived: Arrived) -> None:
        self.progress.end()
        said = [one.words for one in arrived.outcomes]
        said += [_("The card of %(name)s is here, not verified.") % {"name": one.name} for one in _unproven(arrived)]
        said += [_("The card of %(name)s was here before.") % {"name": one.name} for one in _known(arrived)]
        if arrived.messages:
            words = ngettext(
                "%(count)d sealed message stands on these pages; read them under Received.",
                "%(count)d sealed messages stand on these pages; read them under Received.",
                arrived.messages,
            )
            said.append(words % {"count": arrived.messages})
        compare = _("Now compare the twelve words with its owner, face to face or by telephone.")
        tone = "warn" if arrived.outcomes else "info"
        self.messages.tell(tone, " ".join(said), compare if _unproven(arrived) else "")
        named = [*(one.fingerprint for one in arrived.contacts), *(one.fingerprint for one in arrived.outcomes)]
        self._wanted = named[0] if named else ""
        self.desk.contacts_changed.emit()

    def _failed(self, error: BriefcaseError) -> None:
        self.progress.end()
        self.messages.fail(error)

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
        keep = self._wanted or self.list.key
        self._wanted = ""
        self.list.show_rows(rows, keep if keep in self._contacts else OWN)
        self._load(self.list.key)

    def _load(self, key: str) -> None:
        """Ask for all that is shown of one card."""
        if key == OWN:
            work = self.desk.ask(self, lambda s, _c: OwnCard.of(s)).success(self._show_own)
        elif key in self._contacts:
            work = self.desk.ask(self, lambda s, _c: _partner(s, key)).success(self._show_partner)
        else:
            return
        self.desk.tasks.start(work.superseding("contact").failure(self.messages.fail))

    def _show_own(self, own: OwnCard) -> None:
        if own == self._shown:
            return
        self._shown = own
        view = OwnCardView(own)
        view.save.connect(self._choose_card)
        view.sheet.connect(self._choose_sheet)
        view.keys.connect(lambda act: self._show_keys(own, act))
        self.right.show_view(view)

    def _show_partner(self, partner: Partner) -> None:
        if partner == self._shown:
            return
        self._shown = partner
        view = ContactView(self.desk, partner.contact, partner.facts, partner.notices)
        view.lost.connect(self.report_lost)
        view.revocation.connect(self._choose)
        self.right.show_view(view)

    def _show_keys(self, own: OwnCard, act: str) -> None:
        panel = KeysPanel(self.desk, own, renew=act == "renew", finished=self._keys_done)
        panel.left.connect(self.show_own)
        # What stands here now is no card: the next one that is loaded is shown whatever was shown before.
        self._shown = None
        self.right.show_view(panel)

    def _keys_done(self, words: str, more: str) -> None:
        self.messages.tell("good", words, more)
        self._wanted = OWN
        self.desk.contacts_changed.emit()

    def _choose(self) -> None:
        kinds = _("Cards, revocations and scans (*.card *.txt *.pdf *.png *.jpg *.jpeg *.tif *.tiff);;All files (*)")
        choose_files(self, _("Cards, revocations, or scans of them"), self.bring_in, kinds=kinds)

    def _choose_card(self) -> None:
        choose_target(self, _("Save my card as"), self.export_card, kinds=_("Cards (*.card)"), suffix="card")

    def _choose_sheet(self, paper: str) -> None:
        choose_target(
            self,
            _("Save my card for printing as"),
            lambda path: self.print_card(path, paper),
            kinds=_("PDF files (*.pdf)"),
            suffix="pdf",
        )

    def _choose_export(self) -> None:
        choose_target(
            self, _("Save all revocations as"), self.export_revocations, kinds=_("Text files (*.txt)"), suffix="txt"
        )

    def _build(self) -> None:
        bring = button(
            _("Bring in…"), self._choose, icon="plus", name=_("Bring in cards or revocations from files or scans")
        )
        bring.setToolTip(_("A partner's card or a revocation, from a file or from scanned pages, several at once"))
        top = row(PlainLabel(_("Contacts"), "heading"), bring)
        top.setStretch(0, 1)
        top.setContentsMargins(12, 10, 12, 6)
        export = button(_("Save all revocations…"), self._choose_export, role="flat", icon="save")
        foot = row(export, 1)
        foot.setContentsMargins(8, 4, 8, 6)
        middle = box(column(box(top), self.list, box(foot), gap=0), "listpane")
        said = Said(self.messages, self.progress)
        whole = column(said, list_and_stage(middle, self.right), gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.right.show_view(empty_state(_("Nothing chosen"), _("Choose a contact in the list."), icon="contacts"))


def _partner(session: Session, fingerprint: str) -> Partner:
    contact = contacts.get(session, fingerprint)
    return Partner(contact, tuple(trust.facts(session, contact)), tuple(trust.notices(session, contact)))


def _unproven(arrived: Arrived) -> list[Contact]:
    return [one for one in arrived.contacts if one.state == "unverified"]


def _known(arrived: Arrived) -> list[Contact]:
    return [one for one in arrived.contacts if one.state != "unverified"]
