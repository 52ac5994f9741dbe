"""Two sheets over the window: the keys (F1) and the palette of commands (Ctrl+K). Escape closes them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QWidget

from briefcase.desktop.actions import ACTIONS, FIXED_KEYS, Action
from briefcase.desktop.models.rows import Row
from briefcase.desktop.widgets.basics import PlainLabel, button, column, row
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.language import _


class Overlay(QFrame):
    """A card in the middle of the window; gives the focus back when it closes."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "card")
        self._before: QWidget | None = None
        self.hide()

    def open_over(self, width: int, height: int) -> None:
        """Show the card in the middle of its window."""
        window = self._window
        self._before = window.focusWidget()
        wide, high = min(width, window.width() - 40), min(height, window.height() - 80)
        self.setGeometry((window.width() - wide) // 2, max(40, (window.height() - high) // 3), wide, high)
        self.show()
        self.raise_()

    def close_it(self) -> None:
        """Hide the card and give the focus back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        else:
            super().keyPressEvent(event)


class KeySheet(Overlay):
    """All keys, from the one table of actions."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        entries = [(_(one.words), one.keys) for one in ACTIONS] + [(_(words), keys) for keys, words in FIXED_KEYS]
        for place, (words, keys) in enumerate(entries):
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
            grid.addWidget(PlainLabel(shown, "mono", wrap=False), place, 0)
            grid.addWidget(PlainLabel(words), place, 1)
        grid.setColumnStretch(1, 1)
        self._close = button(_("Close"), self.close_it)
        self.setLayout(column(PlainLabel(_("Keyboard"), "title"), grid, 1, row(1, self._close), margin=24, gap=14))

    def show_keys(self) -> None:
        """Show the sheet."""
        self.open_over(620, 520)
        self._close.setFocus()


class Palette(Overlay):
    """Finds a command by its words; ``chosen`` tells its name."""

    chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._list = RowList(_("Commands"))
        self._edit = QLineEdit()
        self._edit.setAccessibleName(_("Command"))
        self._edit.setPlaceholderText(_("Type what you want to do"))
        self._edit.textChanged.connect(lambda _text: self._show())
        self._edit.returnPressed.connect(lambda: self._choose(self._list.key))
        self._list.opened.connect(self._choose)
        self._list.clicked.connect(lambda _index: self._choose(self._list.key))
        self._has_vault = False
        self.setLayout(column(self._edit, self._list, margin=12))

    def show_commands(self, *, has_vault: bool) -> None:
        """Show the palette with what can be done now."""
        self._has_vault = has_vault
        self._edit.clear()
        self._show()
        self.open_over(560, 420)
        self._edit.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and Down move in the list while the cursor is in the field."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = self._list.currentIndex().row() + step
        if 0 <= place < self._list.rows.rowCount():
            self._list.setCurrentIndex(self._list.rows.index(place, 0))

    def _show(self) -> None:
        text = self._edit.text().casefold()
        found = [one for one in ACTIONS if self._fits(one, text)]
        self._list.show_rows([Row(one.name, _(one.words), one.keys) for one in found])
        if found:
            self._list.setCurrentIndex(self._list.rows.index(0, 0))

    def _fits(self, action: Action, text: str) -> bool:
        return text in _(action.words).casefold() and (self._has_vault or not action.needs_vault)

    def _choose(self, name: str) -> None:
        if name:
            self.close_it()
            self.chosen.emit(name)
