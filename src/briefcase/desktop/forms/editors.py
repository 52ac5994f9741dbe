"""Editors of single fields: each takes and gives the plain JSON value of its field."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QFrame, QLineEdit, QPlainTextEdit, QWidget

from briefcase.desktop.widgets.basics import column, restyle
from briefcase.language import _
from briefcase.records.fields import FieldSpec
from briefcase.records.vocabulary import vocabulary

FEW_TERMS = 9
_PLACEHOLDERS = (("date", "2026-11-24"), ("decimal", "0.00"), ("integer", "0"))


class Editor(QFrame):
    """One field's editor: ``value`` and ``set_value`` speak JSON, ``changed`` tells that the officer wrote."""

    changed = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.spec = spec

    def value(self) -> Any:  # noqa: ANN401 - a JSON value
        """Return the field's value; empty when nothing was written."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - a JSON value
        """Show a value."""
        raise NotImplementedError

    def inputs(self) -> list[QWidget]:
        """Return the widgets that take the input, the first one to focus."""
        return []

    def mark(self, *, bad: bool) -> None:
        """Show that the field does not fit, or that it does again."""
        for widget in self.inputs():
            restyle(widget, state="bad" if bad else "")

    def _hold(self, widget: QWidget, suffix: str = "") -> None:
        widget.setAccessibleName(f"{_(self.spec.title)}{suffix}")
        widget.setAccessibleDescription(_(self.spec.help) if self.spec.help else "")


class LineEditor(Editor):
    """One line of text, a date, a number or a code."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._edit = QLineEdit()
        self._edit.setPlaceholderText(dict(_PLACEHOLDERS).get(spec.shape, ""))
        if spec.max_length:
            self._edit.setMaxLength(spec.max_length)
        if spec.shape == "integer":
            self._edit.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,9}"), self._edit))
        if spec.shape in ("date", "decimal", "integer"):
            self._edit.setMaximumWidth(190)
        self._hold(self._edit)
        self._edit.textEdited.connect(lambda _text: self.changed.emit())
        self.setLayout(column(self._edit))

    def value(self) -> Any:  # noqa: ANN401 - a JSON value
        """Return the text, or a number for a whole number."""
        text = self._edit.text().strip()
        return int(text or 0) if self.spec.shape == "integer" else text

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - a JSON value
        """Show the text."""
        self._edit.setText(str(value) if value else "")
        self._edit.setCursorPosition(0)

    def inputs(self) -> list[QWidget]:
        """Return the one line."""
        return [self._edit]


class TextEditor(Editor):
    """Running text, or a list with one entry a line."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._edit = QPlainTextEdit()
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(self.fontMetrics().height() * (6 if spec.shape == "text" else 3) + 16)
        if spec.shape == "lines":
            self._edit.setPlaceholderText(_("One a line"))
        self._hold(self._edit)
        self._edit.textChanged.connect(self.changed)
        self.setLayout(column(self._edit))

    def value(self) -> Any:  # noqa: ANN401 - a JSON value
        """Return the text, or the lines."""
        text = self._edit.toPlainText()
        if self.spec.shape == "text":
            return text.strip()
        return [line.strip() for line in text.splitlines() if line.strip()]

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - a JSON value
        """Show the text, or the lines."""
        self._edit.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self._edit.setPlainText(value if isinstance(value, str) else "\n".join(value or ()))
        self._edit.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def inputs(self) -> list[QWidget]:
        """Return the text field."""
        return [self._edit]


class CalmCombo(QComboBox):
    """A combo box that a turning wheel scrolls past instead of changing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the page."""
        event.ignore()

    def make_searchable(self) -> None:
        """Let the officer type any part of an entry to find it."""
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        finder = QCompleter(self.model(), self)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)


def terms_of(name: str) -> list[tuple[str, str]]:
    """Return (id, words) of the terms of a vocabulary, in its order; codes keep their code in the words."""
    coded = ("country", "chpl")
    found = []
    for term in vocabulary(name).terms:
        words = _(term.label)
        found.append((term.id, f"{words} ({term.id})" if name in coded and term.id not in words else words))
    return found


class ChoiceEditor(Editor):
    """One of a list: a vocabulary's term, a country, another record; open ones take other words too."""

    def __init__(self, spec: FieldSpec, options: list[tuple[str, str]]) -> None:
        super().__init__(spec)
        self._words = dict(options)
        self._ids = {words.casefold(): key for key, words in options}
        self._combo = CalmCombo()
        self._combo.addItem("", "")
        for key, words in options:
            self._combo.addItem(words, key)
        if len(options) > FEW_TERMS or spec.is_open:
            self._combo.make_searchable()
            line = self._combo.lineEdit()
            if line is not None:
                line.setPlaceholderText(_("Type to find"))
                line.textEdited.connect(lambda _text: self.changed.emit())
        self._combo.activated.connect(lambda _place: self.changed.emit())
        self._hold(self._combo)
        self.setLayout(column(self._combo))

    def value(self) -> Any:  # noqa: ANN401 - a JSON value
        """Return the id of the chosen entry; the officer's own words where they match none."""
        text = self._combo.currentText().strip()
        return self._ids.get(text.casefold(), text)

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - a JSON value
        """Show an entry; one that the list does not have is kept as it is."""
        key = str(value or "")
        place = self._combo.findData(key)
        if place < 0:
            self._combo.addItem(key, key)
            place = self._combo.count() - 1
        self._combo.setCurrentIndex(place)

    def inputs(self) -> list[QWidget]:
        """Return the combo box."""
        return [self._combo]
