"""Records of every kind with a marker in every field that takes free words; for the test that looks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from briefcase.errors import BriefcaseError
from briefcase.records import intake
from briefcase.records.kinds import KINDS
from briefcase.records.packs import Pack

OURS = ("id", "label", "revision", "created", "author", "parents", "originator", "case_ids", "quotes", "sources")
# What a kind needs so that a line of it is accepted at all; the fields with words are filled in below.
LEAST: dict[str, dict[str, Any]] = {
    "case": {"title": "x", "status": "open"},
    "party": {"party_kind": "company", "names": [{"text": "x"}]},
    "address": {"full": "x"},
    "identifier": {"scheme": "other", "value": "x", "holder": "PARTY"},
    "item": {"description": "x"},
    "shipment": {"title": "x"},
    "transaction": {"transaction_kind": "wire"},
    "procurement_method": {"method": "front_company", "description": "x"},
    "red_flag": {"flag": "TRI-01", "fact": "x", "subject": "PARTY"},
    "licence": {"authority": "x", "number": "x"},
    "enforcement_action": {"action": "seizure", "agency": "USA/BIS"},
    "document": {"title": "x", "document_kind": "other"},
    "note": {"title": "x", "text": "x"},
    "tip": {"text": "x", "channel": "other"},
    "outreach": {"company": "PARTY", "subject": "x"},
    "request": {"question": "x"},
    "operation": {"title": "x"},
    "task": {"title": "x"},
    "assessment": {"title": "x"},
    "link": {"role": "owns", "from_id": "PARTY", "to_id": "PARTY"},
    "tear_line": {"text": "x"},
}


def accepted(line: dict[str, Any], pack: Pack) -> bool:
    """Return whether a line is accepted, beside a case and a party that it may name."""
    lines = [{"kind": "case", "id": "CASE", "title": "x", "status": "open", "label": line["label"]}]
    lines.append({"kind": "party", "id": "PARTY", **LEAST["party"], "label": line["label"]})
    try:
        intake.resolve(intake.parse_lines("\n".join(json.dumps(one) for one in [*lines, line])), pack=pack)
    except BriefcaseError:
        return False
    return True


def words_for(kind: inspect.Type, mark: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a value of a type with the marker wherever words may stand, None when none may."""
    if isinstance(kind, inspect.Metadata):
        return words_for(kind.type, mark)
    if isinstance(kind, inspect.StrType):
        return mark
    if isinstance(kind, (inspect.VarTupleType, inspect.ListType)):
        inner = words_for(kind.item_type, mark)
        return None if inner is None else [inner]
    if isinstance(kind, inspect.StructType):
        return {one.encode_name: found for one in kind.fields if (found := words_for(one.type, mark)) is not None}
    if isinstance(kind, inspect.UnionType):
        return next((found for one in kind.types if (found := words_for(one, mark)) is not None), None)
    return None


def ways(value: Any) -> Iterator[Any]:  # noqa: ANN401 - likewise
    """Yield a value, and what is left of it when single members of its objects are left out."""
    yield value
    inner = value[0] if isinstance(value, list) and value else value
    if isinstance(inner, dict):
        for name in inner:
            one = {name: inner[name]}
            yield [one] if isinstance(value, list) else one


def marked(kind: str, mark: str, label: dict[str, Any], pack: Pack) -> tuple[dict[str, Any], list[str]]:
    """Return a line of *kind* with the marker in every field that takes it, and the names of those fields."""
    line: dict[str, Any] = {"kind": kind, **LEAST[kind], "label": label}
    if kind != "case":
        line["case_ids"] = ["CASE"]
    taken = []
    for one in msgspec.inspect.type_info(KINDS[kind]).fields:  # type: ignore[union-attr] - a struct has fields
        if one.encode_name in (*OURS, "kind"):
            continue
        for value in ways(words_for(one.type, mark)):
            tried = {**line, one.encode_name: value}
            if value is not None and accepted(tried, pack):
                line = tried
                taken.append(one.encode_name)
                break
    return line, taken


def every_kind(mark: str, label: dict[str, Any], pack: Pack) -> tuple[str, dict[str, list[str]]]:
    """Return JSON lines with one record of every kind, and which fields of each hold the marker."""
    lines, fields = [], {}
    for kind in KINDS:
        line, fields[kind] = marked(kind, mark, label, pack)
        if not accepted(line, pack):
            raise AssertionError(kind)
        lines.append({**line, "id": {"case": "CASE", "party": "PARTY"}.get(kind, f"id-{kind}")})
    return "\n".join(json.dumps(one) for one in lines), fields
