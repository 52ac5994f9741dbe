"""The choice of the sheet that a page is set for."""

from __future__ import annotations

from briefcase.desktop.forms.editors import CalmCombo
from briefcase.language import _


class PaperSize(CalmCombo):
    """A4 or Letter; ``paper`` is the name that the services know."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Paper size"))
        self.addItem("A4", "a4")
        self.addItem("Letter", "letter")

    @property
    def paper(self) -> str:
        """``a4`` or ``letter``."""
        return str(self.currentData())
