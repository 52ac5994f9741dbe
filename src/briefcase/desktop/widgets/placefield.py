"""A field for a folder: typed, or chosen with the system's dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from briefcase.desktop.widgets.basics import button, row
from briefcase.desktop.widgets.choosing import choose_folder, choose_new_folder
from briefcase.language import _


class PlaceField(QFrame):
    """One folder; *new* asks for the name of one that is to be made. ``submitted`` tells that Enter was pressed."""

    submitted = Signal()

    def __init__(self, name: str, *, new: bool = False) -> None:
        super().__init__()
        self._name = name
        self._new = new
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.returnPressed.connect(self.submitted)
        choose = button(_("Browse…"), self._choose, name=_("Choose: %(what)s") % {"what": name})
        place = row(self.edit, choose, gap=6)
        place.setStretch(0, 1)
        self.setLayout(place)
        self.setFocusProxy(self.edit)

    def text(self) -> str:
        """Return what stands in the field, without blanks around it."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Fill the field."""
        self.edit.setText(text)

    def path(self) -> Path:
        """Return the folder."""
        return Path(self.text()).expanduser()

    def _choose(self) -> None:
        if self._new:
            choose_new_folder(self, self._name, self.edit.setText)
        else:
            choose_folder(self, self._name, self.edit.setText, start=self.text())
