"""Restoring a vault before any is open: the laptop is new, and the copy is on a stick."""

from __future__ import annotations

from PySide6.QtCore import Signal

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.copy_panels import RestorePanel
from briefcase.desktop.pages.page import Page, Stage
from briefcase.desktop.widgets.basics import box, button, column, row
from briefcase.language import _


class RestorePage(Page):
    """Holds the panel; emits ``restored`` with the folder of the new vault, or ``left``."""

    restored = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.stage = Stage()
        self._back = button(_("Back"), self.left.emit)
        foot = box(row(self._back, 1), "foot")
        foot.setContentsMargins(20, 10, 20, 10)
        whole = column(self.stage, foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def start(self) -> None:
        """Begin with empty fields."""
        panel = RestorePanel(self.desk)
        panel.restored.connect(self.restored)
        panel.busy.connect(self._back.setDisabled)
        self.stage.show_view(panel)

    def enter(self) -> None:
        """Be shown: the cursor goes to the first field."""
        if isinstance(self.stage.view, RestorePanel):
            self.stage.view.copy.setFocus()
