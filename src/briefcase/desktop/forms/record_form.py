"""The form of one record, made from the fields of its kind; what is written in it survives a lock as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea

from briefcase.desktop.forms.editors import Editor
from briefcase.desktop.forms.label_editor import LabelEditor
from briefcase.desktop.forms.making import Options, editor_for, takes_input
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, button, column, row, scrolled
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.fields import FieldSpec, common_fields, fields_of, kind_help, kind_title
from briefcase.records.kinds import Record, kind_of
from briefcase.records.label import Label
from briefcase.records.packs import Pack

_WIDE = ("text", "lines", "names", "addresses", "identifiers", "legs", "references", "open_choices", "choices")
_COMMON = ("quotes", "sources")


@dataclass(frozen=True)
class Writing:
    """What a form holds: a record that is being written, as plain data.

    Attributes:
        kind: of the record.
        fields: by name, JSON values; empty ones are left out.
        label: as builtins.
        record_id: of the record that is edited; empty for a new one.
        case_id: where a new one belongs; empty for a case itself.
    """

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    label: Mapping[str, Any] = field(default_factory=dict)
    record_id: str = ""
    case_id: str = ""

    def to_bytes(self) -> bytes:
        """Return it as JSON, for a draft in the vault."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Writing:
        """Return what ``to_bytes`` wrote."""
        return msgspec.json.decode(data, type=cls)

    @property
    def structured_label(self) -> Label:
        """The label as a value."""
        return msgspec.convert(dict(self.label), Label)


def writing_of(record: Record, case_id: str = "") -> Writing:
    """Return the form's content for an existing record."""
    whole = msgspec.json.decode(msgspec.json.encode(record))
    names = {spec.name for spec in form_fields(kind_of(record))}
    return Writing(
        kind=kind_of(record),
        fields={name: value for name, value in whole.items() if name in names},
        label=whole["label"],
        record_id=record.id,
        case_id=case_id,
    )


def form_fields(kind: str) -> tuple[FieldSpec, ...]:
    """Return the fields that a form of *kind* asks for, in order."""
    own = tuple(spec for spec in fields_of(kind) if takes_input(spec))
    if kind == "case":
        return own
    return own + tuple(spec for spec in common_fields() if spec.name in _COMMON)


@dataclass
class Outcome:
    """Whether what a form holds is in the vault already; set where it is stored, read by a lock that comes after."""

    stored: bool = False


class RecordForm(QFrame):
    """Writes a new record or edits one; emits ``saved`` with the Writing, or ``left`` when it is given up."""

    saved = Signal(object)
    left = Signal()

    def __init__(self, writing: Writing, pack: Pack, records: Options, case_title: str = "") -> None:
        super().__init__()
        self._writing = writing
        self._touched = False
        self.outcome = Outcome()
        self.messages = MessageBar()
        self.label_editor = LabelEditor(pack)
        others = [entry for entry in records if entry[0] != writing.record_id]
        self.editors: dict[str, Editor] = {spec.name: editor_for(spec, others) for spec in form_fields(writing.kind)}
        self._scroll = self._fields_area()
        self._save = button(_("Save"), self.submit, role="primary", tip=_("Ctrl+S"))
        cancel = button(_("Cancel"), self.left.emit)
        head = box(column(*self._heading(case_title), gap=2), "head")
        head.setContentsMargins(PAGE_MARGIN, 12, PAGE_MARGIN, 12)
        self._marking = PlainLabel(role="mark")
        line = row(self._marking, cancel, self._save, gap=12)
        line.setStretch(0, 1)
        foot = box(line, "foot")
        foot.setContentsMargins(PAGE_MARGIN, 8, PAGE_MARGIN, 8)
        said = box(column(self.messages))
        said.setContentsMargins(PAGE_MARGIN, 8, PAGE_MARGIN, 0)
        self.setLayout(column(head, said, self._scroll, foot, gap=0))
        self._fill()
        for name, act in (("Ctrl+S", self.submit), ("Esc", self.left.emit)):
            QShortcut(QKeySequence(name), self, act)

    @property
    def touched(self) -> bool:
        """Whether the officer wrote anything since the form was opened or brought back."""
        return self._touched

    @property
    def opened_label(self) -> Label:
        """The label that the form was opened with."""
        return self._writing.structured_label

    def writing(self) -> Writing:
        """Return what the form holds now."""
        fields = {name: editor.value() for name, editor in self.editors.items()}
        return Writing(
            kind=self._writing.kind,
            fields={name: value for name, value in fields.items() if value not in ("", [], 0)},
            label=msgspec.to_builtins(self.label_editor.value()),
            record_id=self._writing.record_id,
            case_id=self._writing.case_id,
        )

    def changes(self) -> dict[str, Any]:
        """Return the fields that differ from the record as it was opened, emptied ones included."""
        now = self.writing().fields
        before = self._writing.fields
        changed = {name: value for name, value in now.items() if value != before.get(name)}
        shapes = {spec.name: spec.shape for spec in form_fields(self._writing.kind)}
        gone = {name: _empty(shapes[name]) for name in before if name not in now and before[name]}
        return {**changed, **gone}

    def submit(self) -> None:
        """Hand the writing on when what must be filled in is; else say what is missing and go there."""
        missing = [e for e in self.editors.values() if e.spec.required and e.value() in ("", [], 0)]
        for editor in self.editors.values():
            editor.mark(bad=editor in missing)
        if missing:
            names = ", ".join(_(editor.spec.title) for editor in missing)
            self.messages.tell("bad", _("Fill in first: %(fields)s.") % {"fields": names})
            self.go_to(missing[0].spec.name)
            return
        if self.label_editor.trouble():
            self.messages.tell("bad", _("The label is not complete."), self.label_editor.trouble())
            self.go_to_label()
            return
        self.messages.clear()
        if self._save.isEnabled():
            self._save.setEnabled(False)
            self.saved.emit(self.writing())

    def fail(self, error: BriefcaseError) -> None:
        """Show why the record was not saved, and go to the field that does not fit."""
        self._save.setEnabled(True)
        self.messages.fail(error)
        name = str(error.facts.get("field", "")).split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
        self.label_editor.mark(bad=name == "label")
        if name == "label":
            self.go_to_label()
        if name in self.editors:
            self.editors[name].mark(bad=True)
            self.go_to(name)

    def go_to(self, name: str) -> None:
        """Scroll to a field and put the cursor into it."""
        inputs = self.editors[name].inputs()
        if inputs:
            self._scroll.ensureWidgetVisible(inputs[0])
            inputs[0].setFocus()

    def go_to_label(self) -> None:
        """Scroll to the label and put the cursor into it."""
        self._scroll.ensureWidgetVisible(self.label_editor)
        self.label_editor.focus_first()

    def restore(self, writing: Writing) -> None:
        """Bring back what was written before a lock; it counts as unsaved."""
        self._show(writing)
        self._touched = True

    def _fill(self) -> None:
        self._show(self._writing)
        for editor in self.editors.values():
            editor.changed.connect(self._on_touch)
        self.label_editor.changed.connect(self._on_touch)
        self.label_editor.changed.connect(self._show_marking)
        self._show_marking()

    def _show(self, writing: Writing) -> None:
        for name, editor in self.editors.items():
            if name in writing.fields:
                editor.set_value(writing.fields[name])
        if writing.label:
            self.label_editor.set_value(writing.structured_label)
        self._show_marking()

    def _show_marking(self) -> None:
        self._marking.setText(self.label_editor.value().marking or _("No marking yet"))

    def _on_touch(self) -> None:
        self._touched = True

    def _heading(self, case_title: str) -> list[PlainLabel]:
        title = kind_title(self._writing.kind)
        words = _("Edit: %(kind)s") if self._writing.record_id else _("New: %(kind)s")
        more = _(kind_help(self._writing.kind))
        if case_title:
            more = _("%(help)s In the case “%(case)s”.") % {"help": more, "case": case_title}
        more = _("%(help)s Fields with * must be filled in.") % {"help": more}
        return [PlainLabel(words % {"kind": title}, "title"), PlainLabel(more, "muted")]

    def _fields_area(self) -> QScrollArea:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(12)
        place = 0
        for editor in self.editors.values():
            wide = editor.spec.shape in _WIDE or editor.spec.required
            place += place % 2 if wide else 0
            grid.addLayout(self._cell(editor), place // 2, place % 2, 1, 2 if wide else 1)
            place += 2 if wide else 1
        for side in (0, 1):
            grid.setColumnStretch(side, 1)
        label = column(PlainLabel(_("Label *"), "section"), self.label_editor, gap=4)
        content = box(column(grid, label, 1, margin=PAGE_MARGIN, gap=18))
        content.setMaximumWidth(980)
        return scrolled(content, _("Fields"))

    def _cell(self, editor: Editor) -> Any:  # noqa: ANN401 - a layout of Qt
        spec = editor.spec
        title = PlainLabel(_(spec.title) + (" *" if spec.required else ""), "field")
        more = PlainLabel(_(spec.help), "small") if spec.help else None
        cell = column(title, editor, more, gap=2)
        cell.addStretch(1)
        return cell


def _empty(shape: str) -> Any:  # noqa: ANN401 - a JSON value
    if shape == "integer":
        return 0
    one = ("line", "text", "choice", "open_choice", "reference", "date", "decimal", "country")
    return "" if shape in one else []
