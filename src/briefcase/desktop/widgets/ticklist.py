"""Lists with a tick box an entry, each with a second line: a short one, and a long one with a search field."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout

from briefcase.desktop.widgets.basics import PlainLabel, box, clear, column, row, scrolled
from briefcase.desktop.widgets.search import SearchField
from briefcase.language import _
from briefcase.records.folding import fold

_MOST = 60
_A_ROW = 80
_ROWS = 3


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


class TickFinder(QFrame):
    """A list of any length: what is ticked stays at the top, of the rest those are shown that the search field finds.

    Emits ``changed`` when a tick is set or taken.
    """

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._entries: list[tuple[str, str, str]] = []
        self._ticked: tuple[str, ...] = ()
        self._shown: tuple[str, ...] = ()
        self.ticks = TickList(name)
        self.ticks.changed.connect(self._note)
        self.search = SearchField(_("Find in: %(list)s") % {"list": name}, self.ticks)
        self.search.asked.connect(lambda _text: self._show())
        self._below = PlainLabel(role="small")
        self.setLayout(column(self.search, self.ticks, self._below, gap=4))
        self.setFocusProxy(self.search)

    def offer(self, entries: list[tuple[str, str, str]]) -> None:
        """Show (key, words, second line) entries, none ticked."""
        self._entries, self._ticked = list(entries), ()
        self.search.setVisible(len(entries) > 8)  # noqa: PLR2004 - what is seen at once needs no search
        self._show()

    def ticked(self) -> tuple[str, ...]:
        """Return the keys that are ticked, in the order of the entries."""
        return tuple(key for key, _words, _more in self._entries if key in self._ticked)

    def _show(self) -> None:
        asked = fold(self.search.text())
        chosen = [one for one in self._entries if one[0] in self._ticked]
        found = [one for one in self._entries if one[0] not in self._ticked and asked in fold(f"{one[1]} {one[2]}")]
        self._shown = tuple(one[0] for one in (*chosen, *found[:_MOST]))
        self.ticks.offer([*chosen, *found[:_MOST]], self._ticked)
        more = len(found) - _MOST
        words = _("%(count)d more; write to find them") % {"count": more} if more > 0 else ""
        # As high as what it shows, up to a few rows; then it scrolls.
        self.ticks.setFixedHeight(_A_ROW * min(max(len(self._shown), 1), _ROWS))
        self.ticks.setVisible(bool(self._shown))
        self._below.setText(words or ("" if self._entries else _("There is none.")))
        self._below.setVisible(bool(self._below.text()))

    def _note(self) -> None:
        now = self.ticks.ticked()
        self._ticked = (*(key for key in self._ticked if key not in self._shown), *now)
        self.changed.emit()
