"""From lines of JSON that an officer or a script wrote to records, and from changes to the next state of a record.

A line may leave out its id, give a UUID, or give a short name of its own (``company``) by which other lines of the
same file point to it. What the program sets (originator, author, created, revision, parents, the facts of an attached
file) is never accepted. A label may be the marking alone or the structured fields alone; the pack supplies the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec

from briefcase.records import canonical, ids, reasons
from briefcase.records.canonical import Json
from briefcase.records.errors import RecordInvalid, RecordLineInvalid
from briefcase.records.fields import all_fields, reference_fields
from briefcase.records.kinds import KINDS, AnyRecord, Record, kind_of
from briefcase.records.label import Label
from briefcase.records.markings import complete
from briefcase.records.packs import Pack
from briefcase.records.validate import validate
from briefcase.records.values import ID_PATTERN

_ID = re.compile(ID_PATTERN)
_ALIAS = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


@dataclass(frozen=True)
class Draft:
    """One line as it was read.

    Attributes:
        kind: one of ``KINDS``.
        id: UUID or alias as given; empty when none was.
        fields: the other fields as plain JSON values.
        line: its number in the file, from 1; 0 when it stands alone.
    """

    kind: str
    id: str
    fields: dict[str, Json] = field(default_factory=dict)
    line: int = 0


def parse_line(text: str | bytes, *, line: int = 0) -> Draft:
    """Return the draft that one line of JSON is.

    Raises:
        RecordInvalid: not one JSON object, no kind, a field that the kind does not have, a field that the program
            sets, or no label. With *line*, a ``RecordLineInvalid`` that names it.
    """
    try:
        value = canonical.decode_json(text)
        if not isinstance(value, dict):
            _refuse("$", reasons.NOT_JSON)
        return _draft(dict(value), line)
    except RecordInvalid as error:
        raise _in_line(error, line) from None


def parse_lines(text: str | bytes) -> list[Draft]:
    """Return the drafts of a file of JSON lines; empty lines are passed over.

    Raises:
        RecordLineInvalid: with the number of the line.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [parse_line(line, line=number) for number, line in enumerate(lines, start=1) if line.strip()]


def resolve(drafts: Sequence[Draft], *, pack: Pack | None = None) -> list[AnyRecord]:
    """Return the records that *drafts* stand for, in the same order, checked.

    Lines without an id and lines with an alias get a new id; every reference by alias follows.

    Raises:
        RecordInvalid: an alias that no line has, an id that two lines have, or whatever ``validate`` finds.
    """
    aliases: dict[str, str] = {}
    given: set[str] = set()
    name(drafts, aliases)
    for draft in drafts:
        if _ID.match(draft.id) and draft.id in given:
            raise _in_line(RecordInvalid(field="id", reason=reasons.DUPLICATE_ID), draft.line)
        given.add(draft.id)
    return [resolve_one(draft, aliases, pack=pack) for draft in drafts]


def name(drafts: Iterable[Draft], aliases: dict[str, str]) -> None:
    """Add to *aliases* a new id for every short name that one of *drafts* gives itself.

    Raises:
        RecordInvalid: another line has that name.
    """
    for draft in drafts:
        if not draft.id or _ID.match(draft.id):
            continue
        if draft.id in aliases:
            raise _in_line(RecordInvalid(field="id", reason=reasons.DUPLICATE_ID), draft.line)
        aliases[draft.id] = ids.new_id()


def apply_edit(record: Record, changes: dict[str, Json], *, pack: Pack | None = None) -> AnyRecord:
    """Return *record* with *changes*: new values by field name, null to empty a field; a label is replaced whole.

    Revision, parents and author stay as they are; the service that keeps the record sets them.

    Raises:
        RecordInvalid: a field that cannot be changed, or whatever ``validate`` finds.
    """
    known = {spec.name: spec for spec in all_fields(kind_of(record))}
    value = canonical.to_object(record)
    for name, change in changes.items():
        if name in ("id", "kind"):
            _refuse(name, reasons.CANNOT_CHANGE)
        if name not in known:
            _refuse(_shown(name), reasons.UNKNOWN_FIELD)
        if known[name].program:
            _refuse(name, reasons.SET_BY_PROGRAM)
        if change is None:
            value.pop(name, None)
        else:
            value[name] = change
    if "label" not in value:
        _refuse("label", reasons.MISSING)
    changed = _labelled(canonical.from_object(value), pack)
    validate(changed, pack=pack)
    return changed


def changed_fields(one: Record, other: Record) -> tuple[str, ...]:
    """Return the names of the fields in which two records of the same kind differ, in the order of the form."""
    names = [spec.name for spec in all_fields(kind_of(one))]
    return tuple(name for name in names if getattr(one, name) != getattr(other, name, None))


def _refuse(name: str, reason: str) -> NoReturn:
    raise RecordInvalid(field=name, reason=reason)


def _in_line(error: RecordInvalid, line: int) -> RecordInvalid:
    return RecordLineInvalid(**{**error.facts, "line": line}) if line else error


def _draft(value: dict[str, Json], line: int) -> Draft:
    kind, identifier = value.pop("kind", None), value.pop("id", "")
    if not isinstance(kind, str) or kind not in KINDS:
        _refuse("kind", reasons.MISSING if kind is None else reasons.UNKNOWN_KIND)
    if not isinstance(identifier, str) or not (_ALIAS.match(identifier) or not identifier):
        _refuse("id", reasons.WRONG_FORM)
    known = {spec.name: spec for spec in all_fields(kind)}
    for name in value:
        if name not in known:
            _refuse(_shown(name), reasons.UNKNOWN_FIELD)
        if known[name].program:
            _refuse(name, reasons.SET_BY_PROGRAM)
    if not value.get("label"):
        _refuse("label", reasons.MISSING)
    return Draft(kind, identifier, value, line)


def _shown(name: str) -> str:
    """Return the name of an unknown field if it looks like one; else it might be content."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name) else "?"


def resolve_one(draft: Draft, aliases: dict[str, str], *, pack: Pack | None = None) -> AnyRecord:
    """Return the record that one draft stands for, checked; *aliases* are those of the whole file (``name``).

    Raises:
        RecordInvalid: an alias that no line has, or whatever ``validate`` finds.
    """
    identifier = aliases.get(draft.id) or draft.id or ids.new_id()
    value: dict[str, Json] = {**draft.fields, "kind": draft.kind, "id": identifier}
    try:
        for spec in reference_fields(draft.kind):
            if spec.name in value:
                value[spec.name] = _followed(value[spec.name], aliases, spec.name)
        record = _labelled(canonical.from_object(value), pack)
        validate(record, pack=pack)
    except RecordInvalid as error:
        raise _in_line(error, draft.line) from None
    return record


def _followed(value: Json, aliases: dict[str, str], path: str) -> Json:
    if isinstance(value, list):
        return [_followed(one, aliases, f"{path}[{number}]") for number, one in enumerate(value)]
    if not isinstance(value, str) or not value or _ID.match(value):
        return value
    if value not in aliases:
        _refuse(path, reasons.NO_SUCH_ALIAS)
    return aliases[value]


def _labelled(record: AnyRecord, pack: Pack | None) -> AnyRecord:
    if pack is None:
        return record
    label = _completed(record.label, pack, "label")
    labels = {name: _completed(one, pack, f"field_labels.{name}") for name, one in record.field_labels.items()}
    return msgspec.structs.replace(record, label=label, field_labels=labels)


def _completed(label: Label, pack: Pack, path: str) -> Label:
    try:
        return complete(label, pack)
    except RecordInvalid as error:
        place = str(error.facts["field"]).replace("label", path, 1)
        raise RecordInvalid(field=place, reason=error.facts["reason"]) from None


def known_ids(drafts: Iterable[Draft]) -> frozenset[str]:
    """Return the UUIDs that drafts bring with them, so that a service can see which exist already."""
    return frozenset(draft.id for draft in drafts if _ID.match(draft.id))
