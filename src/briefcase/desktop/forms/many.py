"""Editors of fields that take several values: chosen terms or records, each with a button that takes it off."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from briefcase.desktop.forms.editors import CalmCombo, Editor
from briefcase.desktop.widgets.basics import PlainLabel, box, button, clear, column, row
from briefcase.language import _
from briefcase.records.fields import FieldSpec


class ManyEditor(Editor):
    """Several of a list; the order of choosing is kept, nothing stands twice."""

    def __init__(self, spec: FieldSpec, options: list[tuple[str, str]]) -> None:
        super().__init__(spec)
        self._words = dict(options)
        self._ids = {words.casefold(): key for key, words in options}
        self._chosen: list[str] = []
        self._combo = CalmCombo()
        self._combo.addItem("", "")
        for key, words in options:
            self._combo.addItem(words, key)
        self._combo.make_searchable()
        self._combo.activated.connect(lambda _place: self._take())
        line = self._combo.lineEdit()
        if line is not None:
            line.setPlaceholderText(_("Type or choose, then add"))
            line.returnPressed.connect(self._take)
        self._hold(self._combo)
        title = _(spec.title)
        self._add = button(_("Add"), self._take, name=_("Add to %(field)s") % {"field": title})
        self._add.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        picker = row(self._combo, self._add, gap=6)
        picker.setStretch(0, 1)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.setLayout(column(self._list, picker, gap=4))

    def value(self) -> Any:  # noqa: ANN401 - a JSON value
        """Return the ids and words that were chosen; what was typed but not yet added counts too."""
        pending = self._pending()
        return [*self._chosen, *([pending] if pending and pending not in self._chosen else [])]

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - a JSON value
        """Show what is chosen."""
        self._chosen = [str(one) for one in value or ()]
        self._show()

    def inputs(self) -> list[QWidget]:
        """Return the combo box."""
        return [self._combo]

    def _pending(self) -> str:
        text = self._combo.currentText().strip()
        return self._ids.get(text.casefold(), text if self.spec.is_open and not self.spec.is_reference else "")

    def _take(self) -> None:
        chosen = self._pending()
        if not chosen:
            return
        if chosen not in self._chosen:
            self._chosen.append(chosen)
        self._combo.setCurrentIndex(0)
        self._combo.setEditText("")
        self._show()
        self.changed.emit()

    def _drop(self, key: str) -> None:
        self._chosen.remove(key)
        self._show()
        self._combo.setFocus()
        self.changed.emit()

    def _show(self) -> None:
        clear(self._list)
        for key in self._chosen:
            words = self._words.get(key, key)
            off = button("", lambda key=key: self._drop(key), role="flat", icon="close")  # type: ignore[misc]
            off.setAccessibleName(_("Take off: %(entry)s") % {"entry": words})
            off.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            entry = row(PlainLabel(words), off, gap=4)
            entry.setStretch(0, 1)
            self._list.addWidget(box(entry))
