"""Records as HTML: every field of every kind, every text escaped, in its own direction, with nothing hidden in it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from briefcase.errors import N_
from briefcase.language import _
from briefcase.records import vocabulary
from briefcase.records.fields import FieldSpec, all_fields, kind_title
from briefcase.records.kinds import KINDS, kind_of
from briefcase.records.names import title_of
from briefcase.records.record import Record

_LAST = ("case_ids", "sources", "quotes", "label", "field_labels", "originator", "author", "created")
_DROPPED = ("kind", "id", "revision", "parents")  # shown in the foot line of a record
# C0 and C1 but line feed and tab, line and paragraph separators, bidirectional embeddings and isolates, surrogates, and
# what has no shape at all; joiners and direction marks stay, for Persian, Indic and Arabic texts need them.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_ORDER = MappingProxyType({kind: number for number, kind in enumerate(KINDS)})


def _label_words(label: Mapping[str, Any]) -> str:
    """Return a field's label in one line: the marking, then the marks beside it."""
    marks = (label.get("marking"), label.get("tlp"), label.get("pap"), *label.get("handling", ()))
    return " ".join(str(one) for one in marks if one)


def text(value: str) -> str:
    """Return *value* escaped; controls that could hide or turn text round are shown as what they are."""
    return _CONTROL.sub(_shown, html.escape(value))


def _shown(found: re.Match[str]) -> str:
    return f'<span class="control">U+{ord(found[0]):04X}</span>'


def isolated(value: str, *, language: str = "") -> str:
    """Return *value* as an element whose direction is its own and does not reach its neighbours."""
    mark = f' lang="{html.escape(language)}"' if language else ""
    tag = "div" if "\n" in value else "bdi"
    kind = ' class="text"' if tag == "div" else ""
    return f'<{tag}{kind} dir="auto"{mark}>{text(value)}</{tag}>'


def in_order(records: Sequence[Record]) -> list[Record]:
    """Return *records* as they stand on the page: by kind, cases first, then by id."""
    return sorted(records, key=lambda record: (_ORDER[kind_of(record)], record.id))


class RecordPage:
    """Draws the records of one bundle; references to records that are in it become links inside the page."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._titles = {record.id: title_of(record) or kind_title(kind_of(record)) for record in records}
        self._said: dict[str, str] = {}

    def contents(self, records: Sequence[Record]) -> str:
        """Return the list of records as links, kind by kind."""
        parts: list[str] = []
        kinds = dict.fromkeys(kind_of(record) for record in records)
        for kind in kinds:
            items = "".join(f"<li>{self._link(record.id)}</li>" for record in records if kind_of(record) == kind)
            parts.append(f"<h3>{text(kind_title(kind, many=True))}</h3><ul>{items}</ul>")
        return "\n".join(parts)

    def section(self, record: Record) -> str:
        """Return one record, whole."""
        kind = kind_of(record)
        values: Mapping[str, Any] = msgspec.to_builtins(record)
        specs = {spec.name: spec for spec in all_fields(kind)}
        names = [name for name in specs if name in values and name not in (*_LAST, *_DROPPED)]
        rows = [self._row(specs[name], values[name]) for name in (*names, *(n for n in _LAST if n in values))]
        marking = record.label.marking or f"{record.label.policy} {record.label.level}"
        return (
            f'<section class="record" id="r-{html.escape(record.id)}">'
            f'<p class="marking">{isolated(marking)}</p>'
            f'<h3><span class="kind">{text(kind_title(kind))}</span> {isolated(self._titles[record.id])}</h3>'
            f"<table>{''.join(rows)}</table>"
            f'<p class="ids">{self._say(N_("Record"))} {text(record.id)} · '
            f"{self._say(N_('Revision'))} {text(record.revision)}"
            f"{self._parents(record)}</p></section>"
        )

    def _say(self, message: str) -> str:
        """Return a message id in the current language, escaped; looked up once a page."""
        if message not in self._said:
            self._said[message] = text(_(message))
        return self._said[message]

    def _parents(self, record: Record) -> str:
        if not record.parents:
            return ""
        return f" · {self._say(N_('Follows'))} {text(', '.join(record.parents))}"

    def _row(self, spec: FieldSpec, value: object) -> str:
        return f"<tr><th>{self._say(spec.title)}</th><td>{self._value(spec, value)}</td></tr>"

    def _value(self, spec: FieldSpec, value: object) -> str:
        if isinstance(value, (list, tuple)):
            if len(value) == 1:
                return self._value(spec, value[0])
            return "<ul>" + "".join(f"<li>{self._value(spec, each)}</li>" for each in value) + "</ul>"
        if isinstance(value, dict):
            return self._parts(spec, value)
        if spec.is_reference:
            return self._link(str(value))
        return _term(spec.vocabulary, str(value))

    def _parts(self, spec: FieldSpec, value: Mapping[str, Any]) -> str:
        """Draw an embedded value: what it is called first, then its other parts with their titles."""
        if spec.shape == "labels":
            rows = [f"<li>{text(name)}: {isolated(_label_words(label))}</li>" for name, label in value.items()]
            return f"<ul>{''.join(rows)}</ul>"
        subs = {sub.name: sub for sub in spec.sub_fields}
        language = str(value.get("lang", ""))
        parts: list[str] = []
        for name, part in value.items():
            sub = subs.get(name)
            title = self._say(sub.title) if sub else text(name)
            if name in ("text", "full", "marking") and isinstance(part, str):
                parts.insert(0, f'<span class="main">{isolated(part, language=language)}</span>')
            else:
                drawn = self._inline(sub, part) if sub else isolated(str(part))
                parts.append(f'<span class="part"><span class="of">{title}</span> {drawn}</span>')
        return " ".join(parts)

    def _inline(self, spec: FieldSpec, value: object) -> str:
        values = value if isinstance(value, (list, tuple)) else (value,)
        return ", ".join(self._value(spec, each) for each in values)

    def _link(self, record_id: str) -> str:
        title = self._titles.get(record_id)
        if title is None:
            return f"<code>{text(record_id)}</code>"
        return f'<a href="#r-{html.escape(record_id)}">{isolated(title)}</a>'


def _term(name: str, value: str) -> str:
    """Return a term in words with its id behind it, or the text itself when it belongs to no vocabulary."""
    if not name or name not in vocabulary.names():
        return isolated(value)
    label = vocabulary.vocabulary(name).label(value)
    if label == value:
        return isolated(value)
    return f"{isolated(_(label))} <code>{text(value)}</code>"
