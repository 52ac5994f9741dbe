"""The only dialogs of the window: which file, which folder, under which name. They never block; a lock closes them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(parent: QWidget, title: str, act: Callable[[str], object], *, kinds: str = "") -> None:
    """Ask for a file that is there; *act* gets its path."""
    dialog = _dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(act)
    dialog.open()


def choose_files(parent: QWidget, title: str, act: Callable[[list[str]], object], *, kinds: str = "") -> None:
    """Ask for one or several files that are there; *act* gets their paths."""
    dialog = _dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(act)
    dialog.open()


def choose_target(parent: QWidget, title: str, act: Callable[[str], object], *, kinds: str, suffix: str) -> None:
    """Ask under which name something is saved; a name without an ending gets *suffix*."""
    dialog = _dialog(parent, title, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(act)
    dialog.open()


def choose_folder(parent: QWidget, title: str, act: Callable[[str], object], *, start: str = "") -> None:
    """Ask for a folder that is there; *act* gets its path."""
    dialog = _dialog(parent, title, "", start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.fileSelected.connect(act)
    dialog.open()


def choose_new_folder(parent: QWidget, title: str, act: Callable[[str], object]) -> None:
    """Ask for the name of a folder that is to be made."""
    dialog = _dialog(parent, title, "")
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.fileSelected.connect(act)
    dialog.open()


def _dialog(parent: QWidget, title: str, kinds: str, start: str = "") -> QFileDialog:
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
