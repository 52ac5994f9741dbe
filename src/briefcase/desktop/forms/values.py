"""Editors of fields made of parts: names, addresses, identifiers and legs, one small form each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from briefcase.desktop.forms.editors import Editor
from briefcase.desktop.widgets.basics import PlainLabel, button, column, row
from briefcase.language import _
from briefcase.records.fields import FieldSpec

_ADD_WORDS = {
    "names": lambda: _("Add a name"),
    "addresses": lambda: _("Add an address"),
    "identifiers": lambda: _("Add a number"),
    "legs": lambda: _("Add a leg"),
}
_ENTRY_WORDS = {
    "names": lambda: _("Name"),
    "addresses": lambda: _("Address"),
    "identifiers": lambda: _("Number"),
    "legs": lambda: _("Leg"),
}
_DEFAULTS = {("names", "kind"): "primary", ("identifiers", "scheme"): "other"}
_WIDE = ("full", "street", "text", "latin")
Maker = Callable[[FieldSpec], Editor]


class _Entry(QFrame):
    """One embedded value: its sub-fields in two columns."""

    def __init__(self, owner: ValuesEditor, number: int) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.editors = [owner.make(spec) for spec in owner.spec.sub_fields]
        self._title = PlainLabel(role="section")
        self._up = self._tool(owner, "up", lambda: owner.shift(self, -1))
        self._down = self._tool(owner, "down", lambda: owner.shift(self, 1))
        self._off = self._tool(owner, "trash", lambda: owner.drop(self))
        grid = QGridLayout()
        grid.setSpacing(6)
        place = 0
        for editor in self.editors:
            wide = editor.spec.name in _WIDE
            place += place % 2 if wide else 0
            cell = column(PlainLabel(_(editor.spec.title), "field"), editor, gap=2)
            grid.addLayout(cell, place // 2, place % 2, 1, 2 if wide else 1)
            place += 2 if wide else 1
            editor.changed.connect(owner.changed)
        head = row(self._title, 1, self._up, self._down, self._off, gap=0)
        self.setLayout(column(head, grid, margin=10, gap=4))
        self.renumber(owner.spec, number)

    def renumber(self, spec: FieldSpec, number: int) -> None:
        """Show which entry it is, also to a screen reader."""
        name = _ENTRY_WORDS.get(spec.shape, lambda: _(spec.title))()
        title = _("%(field)s %(number)d") % {"field": name, "number": number + 1}
        self._title.setText(title)
        for tool, words in (
            (self._up, _("Move up: %(entry)s")),
            (self._down, _("Move down: %(entry)s")),
            (self._off, _("Take off: %(entry)s")),
        ):
            tool.setAccessibleName(words % {"entry": title})
            tool.setToolTip(words % {"entry": title})
        for editor in self.editors:
            for widget in editor.inputs():
                widget.setAccessibleName(f"{title}, {_(editor.spec.title)}")

    def _tool(self, owner: ValuesEditor, icon: str, act: Callable[[], None]) -> QWidget:
        made = button("", act, role="flat", icon=icon, name=_(owner.spec.title))
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return made


class ValuesEditor(Editor):
    """A list of embedded values that can be added, moved and taken off."""

    def __init__(self, spec: FieldSpec, make: Maker) -> None:
        super().__init__(spec)
        self.make = make
        self._entries: list[_Entry] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        add = button(_ADD_WORDS.get(spec.shape, lambda: _("Add"))(), self._add, icon="plus")
        self.setLayout(column(self._list, row(add, 1), gap=6))
        self._first = add
        if spec.required:
            self._append()

    def value(self) -> Any:  # noqa: ANN401 - a JSON value
        """Return the entries that hold something beyond their defaults, each without its empty parts."""
        found = []
        for entry in self._entries:
            parts = {editor.spec.name: editor.value() for editor in entry.editors}
            defaults = {editor.spec.name: self._default(editor) for editor in entry.editors}
            kept = {name: part for name, part in parts.items() if part and part != defaults[name]}
            if kept:
                found.append(kept)
        return found

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - a JSON value
        """Show entries."""
        for entry in list(self._entries):
            self._remove(entry)
        for parts in value or ():
            entry = self._append()
            for editor in entry.editors:
                editor.set_value(parts.get(editor.spec.name, self._default(editor)))

    def inputs(self) -> list[QWidget]:
        """Return the first input of the first entry, or the button that adds one."""
        return self._entries[0].editors[0].inputs() if self._entries else [self._first]

    def shift(self, entry: QFrame, by: int) -> None:
        """Move an entry up or down."""
        place = next(i for i, each in enumerate(self._entries) if each is entry)
        target = min(max(place + by, 0), len(self._entries) - 1)
        self._entries.insert(target, self._entries.pop(place))
        self._list.removeWidget(entry)
        self._list.insertWidget(target, entry)
        self._renumber()
        self.changed.emit()

    def drop(self, entry: QFrame) -> None:
        """Take an entry off."""
        self._remove(next(each for each in self._entries if each is entry))
        self._first.setFocus()
        self.changed.emit()

    def _add(self) -> None:
        entry = self._append()
        entry.editors[0].inputs()[0].setFocus()
        self.changed.emit()

    def _append(self) -> _Entry:
        entry = _Entry(self, len(self._entries))
        for editor in entry.editors:
            if self._default(editor):
                editor.set_value(self._default(editor))
        self._entries.append(entry)
        self._list.addWidget(entry)
        return entry

    def _default(self, editor: Editor) -> str:
        return _DEFAULTS.get((self.spec.shape, editor.spec.name), "")

    def _remove(self, entry: _Entry) -> None:
        self._entries.remove(entry)
        self._list.removeWidget(entry)
        entry.hide()
        entry.deleteLater()
        self._renumber()

    def _renumber(self) -> None:
        for number, entry in enumerate(self._entries):
            entry.renumber(self.spec, number)
