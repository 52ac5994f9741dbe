"""The navigation at the left: the pages that exist, who is at the desk, and the lock."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton

from briefcase.desktop.widgets.basics import PlainLabel, button, column
from briefcase.language import _

WIDTH_IN_CHARACTERS = 24
NARROW = 64


class Sidebar(QFrame):
    """Emits ``wanted`` with the name of a page or of an action (theme, help, lock)."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._pages: dict[str, QPushButton] = {}
        for name, words, icon in (
            ("cases", _("Cases"), "cases"),
            ("handover", _("Hand over"), "handover"),
            ("received", _("Received"), "received"),
            ("messages", _("Messages"), "messages"),
            ("contacts", _("Contacts"), "contacts"),
            ("copies", _("Copies and journeys"), "copies"),
            ("keys", _("Keys and passphrase"), "key"),
        ):
            made = self._button(name, words, icon)
            made.setCheckable(True)
            self._group.addButton(made)
            self._pages[name] = made
        self._officer = PlainLabel()
        self._agency = PlainLabel(role="small")
        others = [
            self._button("theme", _("Light or dark"), "theme"),
            self._button("help", _("Keyboard"), "help"),
            self._button("lock", _("Lock"), "lock"),
        ]
        parts = column(self._officer, self._agency, margin=0, gap=0)
        parts.setContentsMargins(10, 4, 6, 14)
        self.setLayout(column(parts, *self._pages.values(), 1, *others, margin=10, gap=3))
        self._words = {made: made.text() for made in (*self._pages.values(), *others)}
        for made, words in self._words.items():
            made.setToolTip(words.strip())
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons alone where the window is small."""
        for made, words in self._words.items():
            made.setText("" if narrow else words)
        for label in (self._officer, self._agency):
            label.setVisible(not narrow)
        wide = self.fontMetrics().averageCharWidth() * WIDTH_IN_CHARACTERS + 40
        self.setFixedWidth(NARROW if narrow else wide)

    def show_officer(self, officer: str, agency: str) -> None:
        """Say whose desk this is."""
        self._officer.setText(officer)
        self._agency.setText(agency)

    def show_page(self, name: str) -> None:
        """Mark the page that is shown."""
        if name in self._pages:
            self._pages[name].setChecked(True)
            if self.isAncestorOf(self.window().focusWidget()) or self.window().focusWidget() is None:
                self._pages[name].setFocus()

    def _button(self, name: str, words: str, icon: str) -> QPushButton:
        return button(f"  {words}", lambda: self.wanted.emit(name), role="side", icon=icon, name=words)
