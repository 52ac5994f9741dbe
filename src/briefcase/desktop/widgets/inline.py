"""A question asked inside the page, never in a modal box: a sentence and two buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from briefcase.desktop.widgets.basics import PlainLabel, bring_into_view, button, column, row
from briefcase.language import _


class InlineQuestion(QFrame):
    """Shown when something would be lost or leave; hides itself when answered."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("tone", "warn")
        self._words = PlainLabel(role="strong")
        self._yes = button("", self._agree, role="primary")
        self._no = button(_("Go back"), self.hide)
        self.setLayout(column(self._words, row(1, self._no, self._yes), margin=12, gap=10))
        self._act: Callable[[], object] | None = None
        self.hide()

    def ask(self, words: str, yes: str, act: Callable[[], object]) -> None:
        """Show the question; *act* is called when the officer agrees."""
        self._words.setText(words)
        self._yes.setText(yes)
        self._yes.setAccessibleName(yes)
        self._act = act
        self.show()
        self._no.setFocus()
        bring_into_view(self)

    def _agree(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
