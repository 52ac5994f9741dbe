"""A record or a set of facts on the screen: a name and its text a row, as plain text, with links to other records."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from briefcase.desktop.showing import Shown
from briefcase.desktop.widgets.basics import PlainLabel, box, button, clear, column
from briefcase.language import _

_NAME_WIDTH = 140


class Facts(QFrame):
    """Shows fields in two columns; links call *go* with the id of the record they point to."""

    def __init__(self, go: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self._go = go
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)

    def show_fields(self, fields: Iterable[Shown]) -> None:
        """Replace what is shown."""
        clear(self._grid)
        for place, field in enumerate(fields):
            name = PlainLabel(field.title, "field")
            name.setFixedWidth(_NAME_WIDTH)
            self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._value(field), place, 1)

    def show_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Show (name, text) facts."""
        self.show_fields(Shown(name, tuple(text.split("\n"))) for name, text in pairs if text)

    def _value(self, field: Shown) -> QFrame:
        parts = [PlainLabel(text, selectable=True) for text in field.paragraphs]
        for part in parts:
            # A word longer than the pane must not widen the page.
            part.setMinimumWidth(1)
        links = [self._link(key, words) for key, words in field.links]
        made = box(column(*parts, *links, gap=3))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return made

    def _link(self, key: str, words: str) -> QWidget:
        go = self._go
        if go is None:
            return PlainLabel(words, selectable=True)
        made = button(words, lambda: go(key), role="flat", name=_("Go to %(record)s") % {"record": words})
        made.setStyleSheet("text-align: left; padding: 1px 2px;")
        made.setToolTip(words)
        # A long title must not widen the page: the button takes what room there is and cuts its words.
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return made
