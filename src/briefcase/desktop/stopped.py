"""What the window shows when the program must not start: the one sentence, and nothing behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from briefcase.desktop.hardening import harden
from briefcase.errors import BriefcaseError
from briefcase.language import _, hint, sentence


def show(error: BriefcaseError) -> None:
    """Show why the program does not start, until it is closed; without a screen nobody would, so nothing is shown."""
    harden()
    application = QApplication.instance() or QApplication(["briefcase"])
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return
    box = QMessageBox(QMessageBox.Icon.Critical, _("Briefcase"), sentence(error))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(f"{hint(error)}\n\n{error.code}")
    box.exec()
    application.processEvents()
