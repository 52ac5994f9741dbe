"""A short list with a tick box an entry, each with a second line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout

from briefcase.desktop.widgets.basics import PlainLabel, box, clear, column, row, scrolled


class TickList(QFrame):
    """Emits ``changed`` when a tick is set or taken."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._boxes: dict[str, QCheckBox] = {}
        self.setLayout(column(scrolled(box(column(self._list, 1)), name)))

    def offer(self, entries: list[tuple[str, str, str]], chosen: tuple[str, ...]) -> None:
        """Show (key, words, second line) entries, *chosen* ones ticked."""
        clear(self._list)
        self._boxes = {}
        for key, words, more in entries:
            tick = QCheckBox(words.replace("&", "&&"))
            tick.setAccessibleName(f"{words}, {more}")
            tick.setChecked(key in chosen)
            tick.toggled.connect(lambda _on: self.changed.emit())
            self._boxes[key] = tick
            below = PlainLabel(more, "muted")
            below.setContentsMargins(26, 0, 0, 0)
            self._list.addWidget(box(column(row(tick), below, margin=10, gap=0), "card"))

    def ticked(self) -> tuple[str, ...]:
        """Return the keys that are ticked, in the order shown."""
        return tuple(key for key, tick in self._boxes.items() if tick.isChecked())
