"""Passphrase fields: hidden text that can be shown, and the strength of a new one in plain words."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from briefcase.desktop.widgets.basics import PlainLabel, button, column, restyle, row
from briefcase.language import _

MINIMUM_BITS = 50
_GOOD_BITS = 66
_WORD_BITS = 11.0
_MINIMUM_WORDS = 4
_CHARACTER_SETS = (
    (str.islower, 26),
    (str.isupper, 26),
    (str.isdigit, 10),
    (lambda character: not character.isalnum(), 20),
)


def estimated_bits(passphrase: str) -> float:
    """Estimate the strength of a passphrase in bits, low on purpose.

    Four or more words count 11 bits each (a list of 2,048); other text counts by its distinct characters, so that
    repetition earns nothing.
    """
    words = [word for word in passphrase.replace("-", " ").split() if len(word) > 2]  # noqa: PLR2004 - shorter is filler
    if len(words) >= _MINIMUM_WORDS:
        return len({word.casefold() for word in words}) * _WORD_BITS
    alphabet = sum(size for test, size in _CHARACTER_SETS if any(test(character) for character in passphrase))
    if not alphabet:
        return 0.0
    distinct = len(set(passphrase))
    return min(len(passphrase), distinct * 1.5) * math.log2(alphabet) * 0.7


def strength_words(passphrase: str) -> tuple[str, str]:
    """Return (tone, sentence) about a passphrase; tone is bad, warn or good."""
    bits = estimated_bits(passphrase)
    if not passphrase:
        return "muted", _("Write at least four unusual words, or let the program choose six.")
    if bits < MINIMUM_BITS:
        return "bad", _("Too weak: whoever takes this computer could try every one of these. Add words.")
    if bits < _GOOD_BITS:
        return "warn", _("Acceptable: it would hold for years. Another word makes it strong.")
    return "good", _("Strong: nobody can try all of these.")


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

    def judge(self, passphrase: str) -> None:
        """Show the sentence for *passphrase*."""
        tone, words = strength_words(passphrase)
        self.setText(words)
        restyle(self, role=tone)


def labelled(title: str, *fields: QWidget) -> QFrame:
    """Return fields under their title."""
    frame = QFrame()
    frame.setLayout(column(PlainLabel(title, "field"), *fields, gap=3))
    return frame
