"""Progress of long work: a bar, the time left in words, a cancel button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar

from briefcase.desktop.widgets.basics import PlainLabel, button, column, row
from briefcase.language import _, ngettext

_MINUTE = 60
_A_MOMENT = 5


def time_left(seconds: float | None) -> str:
    """Return an estimate in words; vague on purpose, because it is one."""
    if seconds is None:
        return _("Estimating the time left…")
    if seconds < _A_MOMENT:
        return _("A few seconds left")
    if seconds < _MINUTE:
        return _("About %(count)d seconds left") % {"count": round(seconds / 5) * 5}
    minutes = round(seconds / _MINUTE)
    return ngettext("About %(count)d minute left", "About %(count)d minutes left", minutes) % {"count": minutes}


class ProgressPanel(QFrame):
    """Shown while work runs; emits ``cancelled`` when the officer asks to stop."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._title = PlainLabel(role="heading")
        self._left = PlainLabel(role="muted")
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(_("Progress"))
        self._cancel = button(_("Cancel"), self._ask)
        self.setLayout(column(self._title, self._bar, row(self._left, 1, self._cancel), margin=16, gap=10))
        self.hide()

    def begin(self, title: str, *, can_stop: bool = True) -> None:
        """Show the panel for new work; without *can_stop* there is no way back any more, and no button for it."""
        self._title.setText(title)
        self._left.setText("")
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._cancel.setVisible(can_stop)
        self.show()

    def update_progress(self, done: int, total: int, seconds: float | None) -> None:
        """Show how far the work is."""
        if total:
            self._bar.setRange(0, total)
            self._bar.setValue(done)
        self._left.setText(time_left(seconds))

    def end(self) -> None:
        """Hide the panel."""
        self.hide()

    def _ask(self) -> None:
        self._cancel.setEnabled(False)
        self._left.setText(_("Stopping…"))
        self.cancelled.emit()
