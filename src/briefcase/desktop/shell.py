"""The window: banner at top and foot, navigation at the left, one page; unlocking, locking, and the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QPushButton, QStackedWidget, QWidget

from briefcase.desktop import icons, theme
from briefcase.desktop.actions import ACTIONS
from briefcase.desktop.colours import DARK, LIGHT
from briefcase.desktop.desk import Desk
from briefcase.desktop.forms.record_form import Outcome, Writing
from briefcase.desktop.lock import IDLE_SECONDS, IdleLock
from briefcase.desktop.pages.cases import CasesPage
from briefcase.desktop.pages.contacts import ContactsPage
from briefcase.desktop.pages.copies import CopiesPage
from briefcase.desktop.pages.handover import HandoverPage
from briefcase.desktop.pages.keys import KeysPage
from briefcase.desktop.pages.messages import MessagesPage
from briefcase.desktop.pages.new_vault import NewVaultPage
from briefcase.desktop.pages.page import Page
from briefcase.desktop.pages.received import ReceivedPage
from briefcase.desktop.pages.recovery import RecoveryPage
from briefcase.desktop.pages.restore import RestorePage
from briefcase.desktop.pages.seen import SeenPage
from briefcase.desktop.pages.welcome import WelcomePage
from briefcase.desktop.tasks import Operation
from briefcase.desktop.widgets.banner import BannerBar
from briefcase.desktop.widgets.basics import column, dress, row
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.overlay import KeySheet, Palette
from briefcase.desktop.widgets.sidebar import Sidebar
from briefcase.language import _
from briefcase.services import drafts, outgoing, trust
from briefcase.services.session import Created, Session

MINIMUM_SIZE = (820, 500)
NARROW_BELOW = 1000


class Shell(QMainWindow):
    """The one window of the program."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__()
        self.setWindowTitle(_("Briefcase"))
        self.setWindowIcon(icons.icon("briefcase", LIGHT.accent))
        self.setMinimumSize(*MINIMUM_SIZE)
        self.desk = Desk(self)
        self.idle = IdleLock(self, seconds=idle_seconds)
        self._waiting_file = ""
        self._unconfirmed: Session | None = None
        self._draft_read = False
        self.banners = (BannerBar(), BannerBar())
        self.messages = MessageBar()
        self.side = Sidebar()
        self.welcome = WelcomePage(self.desk)
        self.new_vault = NewVaultPage(self.desk)
        self.recovery = RecoveryPage(self.desk)
        self.cases = CasesPage(self.desk)
        self.handover = HandoverPage(self.desk)
        self.received = ReceivedPage(self.desk)
        self.sent = MessagesPage(self.desk)
        self.contacts = ContactsPage(self.desk)
        self.seen = SeenPage(self.desk)
        self.copies = CopiesPage(self.desk)
        self.ways = KeysPage(self.desk)
        self.restore = RestorePage(self.desk)
        self.pages: dict[str, Page] = {
            "cases": self.cases,
            "handover": self.handover,
            "received": self.received,
            "messages": self.sent,
            "contacts": self.contacts,
            "seen": self.seen,
            "copies": self.copies,
            "keys": self.ways,
        }
        self._build()
        self._wire()
        self.show_outside(self.welcome)

    @property
    def page(self) -> Page | None:
        """The page that is shown of an open vault."""
        shown = self._inside.currentWidget()
        return shown if self.desk.is_open and isinstance(shown, Page) else None

    def opened(self, session: Session) -> None:
        """A vault was opened: show its cases, or what was being written when it locked."""
        self.desk.open(session)
        self.side.show_officer(session.officer, session.agency)
        self.side.show()
        self.idle.arm()
        self._draft_read = False
        self.show_page("cases")
        work = self.desk.ask(self, lambda s, _c: _Welcome.of(s))
        self.desk.tasks.start(work.success(self._bring_back).failure(self.messages.fail))
        if self._waiting_file:
            path, self._waiting_file = self._waiting_file, ""
            self.look_at(path)

    def look_at(self, path: str) -> None:
        """Open a sealed file that was given from outside; it waits while the vault is locked."""
        if not self.desk.is_open:
            self._waiting_file = path
            self.welcome.say("info", _("Unlock the vault to open the file."))
            return
        self.show_page("received")
        self.received.inspect(path)

    def lock(self, tone: str = "info", reason: str = "") -> None:
        """Lock at once: nothing is asked, unsaved writing is kept as a draft in the vault."""
        if not self.desk.is_open:
            return
        self.idle.disarm()
        self._close_all_over_it()
        writing, form = self.cases.draft(), self.cases.right.form
        planned = self.handover.kept()
        outcome = form.outcome if form is not None else Outcome()
        # A draft of the last time that was not even read yet stays where it is.
        settled = self._draft_read
        held = self.desk.close()
        for page in self.pages.values():
            page.forget()
        self.side.hide()
        if QApplication.clipboard().ownsClipboard():
            QApplication.clipboard().clear()
        self.show_outside(self.welcome)
        kept = _("What you were writing was kept and comes back when you unlock.") if writing or planned else ""
        self.welcome.say(tone, reason or _("The vault is locked."), kept)
        if held is not None:
            self.desk.tasks.start(
                Operation(lambda _c: _close(held.session, writing, outcome, planned, settled=settled)).failure(
                    self.welcome.messages.fail
                )
            )

    def show_page(self, name: str, argument: object = None) -> None:
        """Show one of the pages of an open vault."""
        page = self.pages[name]
        if page is not self._inside.currentWidget() and self.cases.right.must_ask(
            lambda: self.show_page(name, argument)
        ):
            return
        if isinstance(page, (HandoverPage, SeenPage)) and isinstance(argument, str):
            page.begin(argument)
        self._outer.setCurrentWidget(self._inside)
        self._inside.setCurrentWidget(page)
        self.side.show_page(name)
        self.messages.clear()
        page.enter()

    def show_outside(self, page: Page) -> None:
        """Show a page that needs no open vault."""
        self._outer.setCurrentWidget(page)
        self._show_banner(None)
        page.enter()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A small window leaves the room to the page."""
        self.side.set_narrow(narrow=event.size().width() < NARROW_BELOW)
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """A closed window is a locked vault."""
        self.lock(reason=_("The window was closed."))
        if self._unconfirmed is not None:
            unconfirmed = self._unconfirmed
            self.desk.tasks.start(Operation(lambda _c: unconfirmed.close()))
        self.desk.tasks.finish()
        super().closeEvent(event)

    def change_theme(self) -> None:
        """Change between light and dark, everywhere at once."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, LIGHT if theme.current().name == "dark" else DARK)
        for made in self.findChildren(QPushButton):
            if made.property("icon_name"):
                dress(made)
        for said in self.findChildren(MessageBar):
            said.tint()
        page = self.page
        if page is None:
            self._show_banner(None)
        else:
            self.cases.refresh()
            page.enter()

    def act(self, name: str) -> None:
        """Do what an action of the table says."""
        page = self.page
        known: dict[str, Callable[[], object]] = {
            "find": page.start_search if page else self.show_outside_again,
            "new": page.new if page else self.show_outside_again,
            "open": self._open_bundle,
            "palette": lambda: self.palette_sheet.show_commands(has_vault=self.desk.is_open),
            "theme": self.change_theme,
            "lock": lambda: self.lock(reason=_("You locked the vault.")),
            "help": self.keys.show_keys,
        }
        action = next(one for one in ACTIONS if one.name == name)
        if action.needs_vault and not self.desk.is_open:
            return
        if name in self.pages:
            self.show_page(name)
        else:
            known[name]()

    def show_outside_again(self) -> None:
        """Do nothing but keep the cursor where it is of use: no vault is open."""
        self.welcome.enter()

    def _open_bundle(self) -> None:
        self.show_page("received")
        self.received.choose()

    def _close_all_over_it(self) -> None:
        """Close every menu, sheet and dialog: none may stand over a locked window or act after it."""
        for sheet in (self.keys, self.palette_sheet):
            sheet.hide()
        for over in QApplication.topLevelWidgets():
            if isinstance(over, (QDialog, QMenu)) and over.isVisible():
                over.close()

    def _bring_back(self, found: _Welcome) -> None:
        self._draft_read = True
        if found.said:
            self.messages.tell("warn", found.said[0], "\n".join(found.said[1:]))
        if found.planned:
            self.handover.bring_back(found.planned)
        if found.writing:
            self.cases.bring_back(Writing.from_bytes(found.writing))

    def _show_banner(self, banner: Any) -> None:  # noqa: ANN401 - a Banner or None
        for bar in self.banners:
            if banner is None:
                bar.show_nothing()
            else:
                bar.show_banner(banner.line1, banner.line2, banner.foreground, banner.background)

    def _build(self) -> None:
        self._inside = QStackedWidget()
        for page in self.pages.values():
            self._inside.addWidget(page)
        self._outer = QStackedWidget()
        for outer in (self.welcome, self.new_vault, self.recovery, self.restore, self._inside):
            self._outer.addWidget(outer)
        self.side.hide()
        main = row(self.side, column(self.messages, self._outer, gap=0), gap=0)
        main.setStretch(1, 1)
        content = QWidget()
        whole = column(self.banners[0], main, self.banners[1], gap=0)
        whole.setStretch(1, 1)
        content.setLayout(whole)
        self.setCentralWidget(content)
        self.keys = KeySheet(self)
        self.palette_sheet = Palette(self)

    def _wire(self) -> None:
        self.desk.banner_changed.connect(self._show_banner)
        self.desk.go.connect(self.show_page)
        self.desk.tasks.failed.connect(self.messages.fail)
        self.side.wanted.connect(self.act)
        self.palette_sheet.chosen.connect(self.act)
        self.welcome.unlocked.connect(self.opened)
        self.welcome.wants_new.connect(self._make_new)
        self.welcome.wants_restore.connect(self._restore)
        self.restore.left.connect(lambda: self.show_outside(self.welcome))
        for page in (self.restore, self.copies):
            page.restored.connect(self._restored)
        self.new_vault.left.connect(lambda: self.show_outside(self.welcome))
        self.new_vault.made.connect(self._show_recovery)
        self.recovery.done.connect(self._made)
        self.idle.expired.connect(lambda: self.lock("warn", self._idle_words()))
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.idle)
        for action in ACTIONS:
            QShortcut(QKeySequence(action.keys), self, lambda name=action.name: self.act(name))

    def _idle_words(self) -> str:
        return _("The vault locked because nothing was typed or clicked for %(minutes)d minutes.") % {
            "minutes": round(self.idle.seconds / 60)
        }

    def _make_new(self) -> None:
        self.new_vault.start()
        self.show_outside(self.new_vault)

    def _restore(self) -> None:
        self.restore.start()
        self.show_outside(self.restore)

    def _restored(self, folder: str) -> None:
        """Go and unlock a vault that was just restored; one that is open locks first."""
        self.lock(reason=_("The vault was locked, so that the restored one can be opened."))
        self.welcome.set_vault(Path(folder))
        self.show_outside(self.welcome)

    def _show_recovery(self, created: Created) -> None:
        self._unconfirmed = created.session
        self.recovery.start(created)
        self.show_outside(self.recovery)

    def _made(self, session: Session) -> None:
        self._unconfirmed = None
        self.welcome.set_vault(Path(self.new_vault.folder.text()).expanduser())
        self.opened(session)
        self.show_page("contacts")
        more = _("Save the card to a file, hand it to your partners, and read them these twelve words.")
        if not self.recovery.revocation_saved:
            more += " " + _("Save the revocation, too, and lock its paper away: it is below, under Keep it good.")
        self.contacts.messages.tell("good", _("Your vault and your card are made."), more)


@dataclass(frozen=True)
class _Welcome:
    """What a vault that was just opened has for the officer: drafts, and what is to be said about the opening."""

    writing: bytes | None
    planned: bytes | None
    said: tuple[str, ...]

    @classmethod
    def of(cls, session: Session) -> _Welcome:
        """Gather it; called in the background."""
        begun = [outgoing.words(one) for one in outgoing.unfinished(session)]
        own = trust.own_notice(session)
        said = (*session.opening.sentences(), *begun, *([own] if own else []))
        return cls(drafts.load(session), drafts.load(session, place=drafts.HANDOVER), said)


def _close(session: Session, writing: Writing | None, outcome: Outcome, planned: bytes, *, settled: bool) -> None:
    """Keep the drafts and close the vault; a form that was being saved when the lock came may be stored by now."""
    try:
        if planned:
            drafts.save(session, planned, place=drafts.HANDOVER)
        elif settled:
            drafts.clear(session, place=drafts.HANDOVER)
        if writing is not None and not outcome.stored:
            drafts.save(session, writing.to_bytes())
        elif settled:
            drafts.clear(session)
    finally:
        session.close()
