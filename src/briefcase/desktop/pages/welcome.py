"""The page before a vault is open: unlock one, or go and make one. It says why the window locked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from briefcase.desktop import icons, theme
from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.page import Page
from briefcase.desktop.tasks import Control, Operation
from briefcase.desktop.widgets.basics import PlainLabel, box, button, centred, column, line, row, scrolled
from briefcase.desktop.widgets.choosing import choose_folder
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.passphrase import PassphraseField, labelled
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.services import session as sessions
from briefcase.services.access import keyrings
from briefcase.services.session import Session

_LONGEST_WAIT = 60
"""Seconds, the longest that a try waits after wrong ones."""


class WelcomePage(Page):
    """Asks for a folder and a passphrase; emits ``unlocked`` with the session, ``wants_new`` or ``wants_restore``."""

    unlocked = Signal(object)
    wants_new = Signal()
    wants_restore = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.messages = MessageBar()
        self.folder = QLineEdit()
        self.folder.setAccessibleName(_("Folder of the vault"))
        self.folder.returnPressed.connect(self.unlock)
        self.passphrase = PassphraseField(_("Passphrase"))
        self.passphrase.submitted.connect(self.unlock)
        self._unlock = button(_("Unlock"), self.unlock, role="primary", icon="unlock")
        self._pin = button(_("Unlock with the PIN"), self.unlock_with_pin, icon="lock")
        self._pin.setToolTip(_("The keyring of this computer opens this vault together with the PIN"))
        self._pin.hide()
        self.folder.textChanged.connect(self._look_for_keyring)
        self._working = PlainLabel(role="muted")
        self._working.hide()
        self._build()

    def enter(self) -> None:
        """Be shown: the cursor goes where typing is needed."""
        (self.passphrase if self.folder.text() else self.folder).setFocus()

    def set_vault(self, folder: Path) -> None:
        """Fill in the folder."""
        self.folder.setText(str(folder))

    def say(self, tone: str, words: str, more: str = "") -> None:
        """Say why this page is shown."""
        self.messages.tell(tone, words, more)

    def unlock(self) -> None:
        """Open the vault in the background."""
        self._open(sessions.unlock)

    def unlock_with_pin(self) -> None:
        """Open the vault with what was typed as the PIN of this system's keyring."""
        self._open(sessions.unlock_with_pin)

    def _open(self, way: Callable[..., Session]) -> None:
        folder, passphrase = Path(self.folder.text().strip()).expanduser(), self.passphrase.text()
        if not self.folder.text().strip() or not passphrase:
            self.messages.tell("info", _("Give the vault's folder and its passphrase."))
            return
        self._busy(on=True)

        def work(control: Control) -> Session:
            def wait(seconds: int) -> None:
                control.progress(max(_LONGEST_WAIT - seconds, 0), _LONGEST_WAIT)

            return way(folder, passphrase, waiting=wait)

        operation = Operation(work, self).success(self._opened).failure(self._failed)
        self.desk.tasks.start(operation.progress(self._tell_wait))

    def _look_for_keyring(self, text: str) -> None:
        """Offer the PIN where the vault says that a keyring opens it."""
        folder = Path(text.strip()).expanduser()
        look = Operation(lambda _c: keyrings.is_offered(folder), self).superseding("keyring")
        self.desk.tasks.start(look.success(self._pin.setVisible))

    def _tell_wait(self, done: int, total: int, _seconds: float | None) -> None:
        """Say how long a try waits after wrong ones, so that nobody takes the window for dead."""
        words = _("After several wrong tries the next one waits (%(seconds)s seconds).")
        self._working.setText(words % {"seconds": round((total - done) * _LONGEST_WAIT / total)})

    def _opened(self, session: object) -> None:
        self.passphrase.forget()
        self.messages.clear()
        self._busy(on=False)
        self.unlocked.emit(session)

    def _failed(self, error: BriefcaseError) -> None:
        self._busy(on=False)
        self.messages.fail(error)
        self.passphrase.edit.selectAll()
        self.passphrase.setFocus()

    def _busy(self, *, on: bool) -> None:
        self._working.setText(_("Unlocking takes a moment on purpose, so that guessing takes ages."))
        self._working.setVisible(on)
        for made in (self._unlock, self._pin):
            made.setDisabled(on)
        self.passphrase.setDisabled(on)

    def _browse(self) -> None:
        choose_folder(self, _("Folder of the vault"), self.folder.setText, start=self.folder.text())

    def _build(self) -> None:
        picture = PlainLabel(wrap=False)
        picture.setPixmap(icons.pixmap("briefcase", 44, theme.current().accent, 2.0))
        title = PlainLabel(_("Briefcase"), "title")
        words = PlainLabel(
            _("An encrypted case store for export-enforcement liaison: write, clear, seal, hand over, read offline."),
            "muted",
        )
        top = row(picture, column(title, words, gap=2), gap=14)
        top.setStretch(1, 1)
        place = row(self.folder, button(_("Browse…"), self._browse, name=_("Choose the vault's folder")), gap=6)
        place.setStretch(0, 1)
        chooser = box(place)
        new = button(_("Make a new vault…"), self.wants_new.emit, icon="plus")
        restore = button(_("Restore from a copy…"), self.wants_restore.emit, icon="received")
        inner = column(
            top,
            self.messages,
            labelled(_("Vault"), chooser),
            labelled(_("Passphrase"), self.passphrase),
            self._working,
            row(1, self._pin, self._unlock),
            line(),
            row(PlainLabel(_("First time on this computer?"), "muted", wrap=False), 1, restore, new),
            margin=28,
            gap=14,
        )
        card = box(inner, "card")
        card.setMaximumWidth(620)
        card.setMinimumWidth(520)
        # On a small screen the card scrolls; a page that cannot would press its texts together.
        area = scrolled(box(column(1, centred(card), 2, margin=12)), _("Open a vault"))
        self.setLayout(column(area, margin=0))
