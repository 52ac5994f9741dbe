"""Renewing our card, and writing its revocation: what follows is said first, and the passphrase is asked for again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit
from shiboken6 import isValid

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.own_card import OwnCard
from briefcase.desktop.pages.page import pane
from briefcase.desktop.tasks import Control, Operation
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, row
from briefcase.desktop.widgets.choosing import choose_target
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.passphrase import PassphraseField, labelled
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.services import identity
from briefcase.services.session import Session

_WIDTH = 640


class KeysPanel(QFrame):
    """Asks for what a renewal or a revocation needs; emits ``left`` when the officer goes back.

    What was begun is told of even when the officer has gone elsewhere meanwhile: *finished* is called with a sentence
    and what is to be done now.
    """

    left = Signal()

    def __init__(self, desk: Desk, own: OwnCard, *, renew: bool, finished: Callable[[str, str], object]) -> None:
        super().__init__()
        self._finished = finished
        self._desk = desk
        self._renew = renew
        self.messages = MessageBar()
        self.device = QLineEdit(own.card.device)
        self.device.setAccessibleName(_("Name of this device on the card"))
        self.target = QLineEdit()
        self.target.setAccessibleName(_("File for the revocation"))
        self.passphrase = PassphraseField(_("Passphrase of this vault"))
        self.passphrase.submitted.connect(self.submit)
        self._go = button(
            _("Renew the card") if renew else _("Save the revocation"),
            self.submit,
            role="primary",
            icon="key" if renew else "save",
        )
        self._build()

    def submit(self) -> None:
        """Do it, in the background."""
        target, passphrase = self.target.text().strip(), self.passphrase.text()
        if not target:
            self.messages.tell("info", _("Say where the revocation is to be saved; it is printed and locked away."))
            return
        if not passphrase:
            self.messages.tell("info", _("Write the passphrase of this vault once more."))
            return
        self.messages.clear()
        self._busy(on=True)
        operation = self._renewal(Path(target), passphrase) if self._renew else self._paper(Path(target), passphrase)
        self._desk.tasks.start(operation.failure(self._failed))

    def forget(self) -> None:
        """Empty the field of the passphrase: the vault is locking."""
        self.passphrase.forget()

    def _renewal(self, target: Path, passphrase: str) -> Operation:
        device = self.device.text().strip()

        def work(session: Session, _control: Control) -> identity.Renewed:
            return identity.renew(session, passphrase, device=device, revocation=target.expanduser())

        words = _("Your card is renewed. Give the new card to every partner and read out its twelve words again.")
        return self._desk.exchange(self._desk, work).success(lambda _n: self._finish(words, target))

    def _paper(self, target: Path, passphrase: str) -> Operation:
        def work(session: Session, _control: Control) -> None:
            identity.write_revocations(session, target.expanduser(), passphrase)

        words = _("The revocation of your card is saved.")
        return self._desk.ask(self._desk, work).success(lambda _n: self._finish(words, target))

    def _finish(self, words: str, target: Path) -> None:
        more = _(
            "Print %(file)s, lock the paper away from this computer, delete the file, and destroy an older paper."
        ) % {"file": target}
        if isValid(self):
            self.passphrase.forget()
        self._finished(words, more)

    def _failed(self, error: BriefcaseError) -> None:
        if not isValid(self):
            self._desk.tasks.failed.emit(error)
            return
        self._busy(on=False)
        self.messages.fail(error)
        self.passphrase.forget()
        self.passphrase.setFocus()

    def _busy(self, *, on: bool) -> None:
        for part in (self._go, self.device, self.target, self.passphrase):
            part.setDisabled(on)

    def _choose(self) -> None:
        kinds = _("PDF files (*.pdf);;Text files (*.txt)")
        choose_target(self, _("Save the revocation as"), self.target.setText, kinds=kinds, suffix="pdf")

    def _build(self) -> None:
        back = button(_("Back to the card"), self.left.emit, role="flat", icon="back")
        title = _("Renew the card") if self._renew else _("Save the revocation")
        choose = button(_("Browse…"), self._choose, name=_("Choose the file for the revocation"))
        place = row(self.target, choose, gap=6)
        place.setStretch(0, 1)
        device = labelled(_("Name of this device (optional, stands on the card)"), self.device)
        device.setVisible(self._renew)
        inner = column(
            *(PlainLabel(words, "muted") for words in (_renewal_words() if self._renew else _paper_words())),
            device,
            labelled(_("File for the revocation: a PDF with codes, or a text"), box(place)),
            labelled(_("Passphrase of this vault, once more"), self.passphrase),
            row(self._go, 1),
            margin=20,
            gap=14,
        )
        card = box(inner, "card")
        card.setMaximumWidth(_WIDTH)
        self.setLayout(column(pane((row(back, 1), PlainLabel(title, "title")), (self.messages, card), title)))


def _renewal_words() -> tuple[str, ...]:
    return (
        _(
            "New keys and a new card are made here. The old keys sign the new card, stay in the vault and open what was"
            " sealed to them; nothing that you received or handed over is lost."
        ),
        _("Every partner needs the new card and compares its twelve words again. Until then he seals to the old card."),
        _(
            "The new keys have a revocation of their own. It is saved before the old keys give way: print it, lock the"
            " paper away from this computer, and delete the file."
        ),
    )


def _paper_words() -> tuple[str, ...]:
    return (
        _("The revocation ends your card, and those before it, for every partner who gets it, at once and for good."),
        _("Write it again only when the paper is lost. Whoever has the file can cut you off from your partners."),
    )
