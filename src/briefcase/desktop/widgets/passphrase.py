"""Passphrase fields: hidden text that can be shown, and the strength of a new one in plain words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from briefcase.desktop.widgets.basics import PlainLabel, button, column, restyle, row
from briefcase.language import _
from briefcase.services import session as sessions
from briefcase.services.access import strength

_TONES: dict[strength.Grade, str] = {"none": "muted", "weak": "bad", "fair": "warn", "strong": "good"}


class PassphraseField(QFrame):
    """One line of hidden text with a button that shows it."""

    changed = Signal(str)
    submitted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setAccessibleName(name)
        self.edit.textChanged.connect(self.changed)
        self.edit.returnPressed.connect(self.submitted)
        self._show = button(_("Show"), self._toggle, role="flat", name=_("Show or hide the passphrase"))
        self.setLayout(row(self.edit, self._show, gap=4))
        self.setFocusProxy(self.edit)

    def text(self) -> str:
        """Return what was typed."""
        return self.edit.text()

    def set_text(self, text: str, *, shown: bool = False) -> None:
        """Fill the field; *shown* makes it readable, for a generated passphrase."""
        self.edit.setText(text)
        if shown and self.edit.echoMode() == QLineEdit.EchoMode.Password:
            self._toggle()

    def forget(self) -> None:
        """Empty the field, and its memory of earlier text with it."""
        self.edit.clear()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._show.setText(_("Show"))

    def _toggle(self) -> None:
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.setText(_("Hide") if hidden else _("Show"))


class StrengthNote(PlainLabel):
    """The sentence about a new passphrase, coloured by how good it is."""

    def __init__(self) -> None:
        super().__init__()
        self.judge("")

    def judge(self, passphrase: str, own: tuple[str, ...] = ()) -> None:
        """Show the sentence for *passphrase*; *own* is what anybody would try first."""
        found = strength.judge(passphrase, own)
        self.setText(found.words)
        restyle(self, role=_TONES[found.grade])


class NewPassphrase(QFrame):
    """A new passphrase, written twice, judged while it is written; or six words chosen by the program."""

    submitted = Signal()

    def __init__(self, own: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._own = own
        self.first = PassphraseField(_("New passphrase"))
        self.again = PassphraseField(_("New passphrase again"))
        self.strength = StrengthNote()
        self.first.changed.connect(lambda text: self.strength.judge(text, self._own))
        for field in (self.first, self.again):
            field.submitted.connect(self.submitted)
        generate = button(_("Choose six words for me"), self.generate, icon="key")
        self.setLayout(
            column(
                labelled(_("New passphrase"), self.first, self.strength),
                labelled(_("The same again"), self.again),
                row(generate, 1),
                gap=12,
            )
        )
        self.setFocusProxy(self.first)

    def trouble(self) -> str:
        """Return what is wrong with it in words; empty when it can be used."""
        if strength.judge(self.first.text(), self._own).grade in ("none", "weak"):
            return _("Choose a stronger passphrase.")
        return "" if self.first.text() == self.again.text() else _("The two passphrases differ.")

    def text(self) -> str:
        """Return what was written."""
        return self.first.text()

    def generate(self) -> None:
        """Fill both fields with six words taken at random, readable, to be written down on paper."""
        made = sessions.generate_passphrase()
        for field in (self.first, self.again):
            field.set_text(made, shown=True)

    def forget(self) -> None:
        """Empty both fields."""
        self.first.forget()
        self.again.forget()


def labelled(title: str, *fields: QWidget) -> QFrame:
    """Return fields under their title."""
    frame = QFrame()
    frame.setLayout(column(PlainLabel(title, "field"), *fields, gap=3))
    return frame
