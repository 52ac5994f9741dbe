"""Which editor takes which shape of field."""

from __future__ import annotations

from briefcase.desktop.forms.editors import ChoiceEditor, Editor, LineEditor, TextEditor, terms_of
from briefcase.desktop.forms.many import ManyEditor
from briefcase.desktop.forms.values import ValuesEditor
from briefcase.records.fields import FieldSpec

Options = list[tuple[str, str]]

_VALUES = ("names", "addresses", "identifiers", "legs")
_PROGRAM_SHAPES = ("originator", "revisions", "labels", "label")


def takes_input(spec: FieldSpec) -> bool:
    """Say whether a form asks the officer for this field."""
    return not spec.program and spec.shape not in _PROGRAM_SHAPES


def editor_for(spec: FieldSpec, records: Options) -> Editor:
    """Return the editor for a field; *records* are (id, words) of what a reference may point to."""
    if spec.shape in _VALUES:
        return ValuesEditor(spec, lambda part: editor_for(part, records))
    if spec.shape == "reference":
        return ChoiceEditor(spec, records)
    if spec.shape == "references":
        return ManyEditor(spec, records)
    if spec.vocabulary:
        many = spec.shape in ("choices", "open_choices", "countries", "lines")
        return ManyEditor(spec, terms_of(spec.vocabulary)) if many else ChoiceEditor(spec, terms_of(spec.vocabulary))
    if spec.shape in ("country", "countries"):
        many = spec.shape == "countries"
        return ManyEditor(spec, terms_of("country")) if many else ChoiceEditor(spec, terms_of("country"))
    return TextEditor(spec) if spec.shape in ("text", "lines") else LineEditor(spec)
