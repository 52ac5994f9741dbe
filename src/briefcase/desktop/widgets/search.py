"""The search field over a list: it tells what was typed after a short rest; Escape empties it, Down goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from briefcase.desktop import icons, theme

REST_MILLISECONDS = 140


class SearchField(QLineEdit):
    """Emits ``asked`` with the text, debounced."""

    asked = Signal(str)

    def __init__(self, name: str, below: QWidget) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setClearButtonEnabled(True)
        self.addAction(icons.icon("search", theme.current().muted), QLineEdit.ActionPosition.LeadingPosition)
        self._below = below
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MILLISECONDS)
        self._timer.timeout.connect(lambda: self.asked.emit(self.text().strip()))
        self.textChanged.connect(lambda _text: self._timer.start())

    def settle(self, text: str = "") -> None:
        """Set the text without asking anything."""
        self.setText(text)
        self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape empties, Down and Enter go on to the list."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._below.setFocus()
        else:
            super().keyPressEvent(event)
