"""docs/records.md, written from the kinds, the vocabularies and the example lines.

Run ``python -m briefcase.records.document > docs/records.md`` after changing any of them; a test compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from briefcase import resources
from briefcase.records.fields import (
    COMMON_FIELDS,
    FieldSpec,
    fields_of,
    kind_help,
    kind_message,
    label_fields,
    reference_fields,
)
from briefcase.records.kinds import KINDS
from briefcase.records.vocabulary import Vocabulary, names, vocabulary

_LONG = 60
_SHAPES = {
    "line": "one line of text",
    "text": "text, paragraphs apart by line feeds",
    "choice": "one term",
    "open_choice": "one term, or other words",
    "lines": "list of lines",
    "choices": "list of terms",
    "open_choices": "list of terms, or other words",
    "reference": "id of a record",
    "references": "list of ids of records",
    "date": "date: `2026`, `2026-05` or `2026-05-31`",
    "decimal": "number written as text",
    "country": "country, two letters",
    "countries": "list of countries, two letters",
    "integer": "whole number",
    "names": "list of names",
    "addresses": "list of addresses",
    "identifiers": "list of identifiers",
    "legs": "list of legs",
    "label": "label",
    "labels": "object: field name to label",
    "originator": "originator",
    "revisions": "list of revision ids",
}
_VALUES = (
    ("A name", "party", "names"),
    ("An address of a party", "party", "addresses"),
    ("An identifier of a party", "party", "identifiers"),
    ("A leg of a shipment", "shipment", "legs"),
)
_SOME_IDS = ("0193bf6e-9a10-7000-8000-000000000001", "0193bf6e-9a10-7000-8000-000000000002")

_COUNTERPARTS = {
    "case": "Project, with loss",
    "party": "Person, Company, PublicBody, LegalEntity, Vessel, Airplane; script and language of a name have none",
    "address": "Address; its kind and dates have none",
    "identifier": "Identification, Passport or properties of a party; waybills and containers have none",
    "item": "none; EconomicActivity has a description and an HS code",
    "shipment": "EconomicActivity, in part; legs become Trip",
    "transaction": "Payment, BankAccount, CryptoWallet; kind and key term have none",
    "procurement_method": "none",
    "red_flag": "Risk, with loss",
    "licence": "License, in part",
    "enforcement_action": "Sanction, CourtCase, Event, with loss",
    "document": "Document, Pages, Image, Email, Table",
    "note": "Note",
    "tip": "Note, with loss",
    "outreach": "Event and Representation, with loss",
    "request": "none",
    "operation": "Project and ProjectParticipant, with loss",
    "task": "none",
    "assessment": "Document, with loss",
    "link": "Ownership, Directorship, Employment, Family, Associate and others by relation",
    "tear_line": "none",
}

_INTRODUCTION = """# Records

This page is generated from the program's own tables (`python -m briefcase.records.document > docs/records.md`); do not
edit it by hand.

A record is one JSON object. In a file of records (`record add FILE.jsonl`) every record is one line, UTF-8. The program
itself writes the canonical form: RFC 8785 without fractions, fields that are empty left out. A name that stands twice,
a fraction, an unknown field and a wrong type are refused, and the field is named.

**Ids.** A line may leave out `id`, give a UUID, or give a short name of its own (`A-Z a-z 0-9 . _ -`, up to 64
characters). Lines of the same file may point to such a name in every field that takes ids; the program puts new ids in
their place. Pointing to a name that no line has is an error. A UUID that no line has is taken as a record that is
already in the vault.

**Never accepted from outside**: originator, author, created, revision, parents, and the facts of an attached file.
**A record without a label is an error.**

**Dates** may stop at the year or the month. **Numbers** are text, so that no digit is lost. **Required** fields must be
filled in by an officer; a record from a partner may lack one that was withheld. **Protected** fields never leave the
vault, whatever the label says.

The kinds and their fields are this program's own design; what is nearest to a kind in FollowTheMoney 4.11.2 is named.
Where a meaning or a table comes from elsewhere, its source is given. The status of a vocabulary or term says how far it
was confirmed: *verified* (read in a public copy), *secondary* (in somebody's transcription or summary), *memory*
(unconfirmed, not official), *own* (our own wording), *mixed* (said by each term).
"""

_LABELS = """## Label

A label is the originator's `marking`, word for word, beside the same thing in structured form. Give either the marking
or the structured fields (`policy`, `level`, `caveats`, `releasable_to`), and the agency pack supplies the other half;
give both, and they must agree. `policy` may be left out when only one policy of the pack can read the marking. Whether
a marking states whom it may be released to is said by its policy: those of the United States and of the exercise do,
those of Australia, Canada, New Zealand and the United Kingdom may be silent, and then `releasable_to` alone says it. An
empty `releasable_to` means nobody. docs/packs.md says how a policy is written.

`tlp`, `pap`, `handling` and `review_on` stand beside the marking and act: docs/decisions/release.md says what they keep
from whom.

Codes are typed: `country:GBR`, `agency:GBR/HMRC`, `community:FVEY`. A bare `GBR`, `GBR/HMRC` or `FVEY` is understood.
`field_labels` gives a single field a label of its own, by the name of the field.
"""

_EXAMPLES = """## One file with all kinds

These lines are one file that `record add` takes in under the exercise pack, which is fictitious: its levels and
clearances are made up. They point to each other by names of their own.
"""


def render() -> str:
    """Return the whole page, Markdown, one line feed at its end."""
    parts = [_INTRODUCTION, "## Common fields\n", _table(COMMON_FIELDS), _LABELS, _table(label_fields())]
    parts.append("## Embedded values\n")
    for title, kind, field in _VALUES:
        spec = next(spec for spec in fields_of(kind) if spec.name == field)
        parts += [f"### {title}\n", _table(spec.sub_fields)]
    parts.append("## Kinds\n")
    parts.append("\n".join(f"- [{kind_message(kind)}](#{_anchor(kind)}) `{kind}`" for kind in KINDS) + "\n")
    for kind in KINDS:
        parts += _kind(kind, example(kind))
    parts += [_EXAMPLES, "```json\n" + "\n".join(example_lines()) + "\n```\n", "## Vocabularies\n", *_vocabularies()]
    return "\n".join(parts).rstrip("\n") + "\n"


def example_lines() -> tuple[str, ...]:
    """Return the example lines, one for each kind, in the order of a file that ``record add`` takes in."""
    return tuple(resources.read_text("vocab", "examples.jsonl").splitlines())


def example(kind: str) -> str:
    """Return a line of *kind* that stands alone: without its own id, pointing nowhere but where it must."""
    lines = (json.loads(line) for line in example_lines())
    value = next(line for line in lines if line["kind"] == kind)
    value.pop("id", None)
    some = iter(_SOME_IDS)
    for spec in reference_fields(kind):
        if value.pop(spec.name, None) and spec.required:
            value[spec.name] = next(some)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kind(kind: str, line: str) -> list[str]:
    heading = f"### {kind_message(kind)}\n\n`{kind}`: {kind_help(kind)} FollowTheMoney: {_COUNTERPARTS[kind]}.\n"
    return [heading, _table(fields_of(kind)), f"```json\n{line}\n```\n"]


def _anchor(kind: str) -> str:
    return kind_message(kind).lower().replace(" ", "-")


def _table(specs: tuple[FieldSpec, ...]) -> str:
    rows = ["| field | title | meaning | takes | vocabulary | source |", "|---|---|---|---|---|---|", *map(_row, specs)]
    return "\n".join(rows) + "\n"


def _row(spec: FieldSpec) -> str:
    notes = [word for word, wanted in (("required", spec.required), ("protected", spec.protected)) if wanted]
    notes += ["set by the program"] if spec.program else []
    takes = _SHAPES[spec.shape] + (f" **{', '.join(notes)}**" if notes else "")
    terms = f"[{spec.vocabulary}](#vocabulary-{_slug(spec.vocabulary)})" if spec.vocabulary else ""
    return f"| `{spec.name}` | {spec.title} | {spec.help} | {takes} | {terms} | {_source(spec)} |"


def _source(spec: FieldSpec) -> str:
    return spec.source or ("see vocabulary" if spec.vocabulary else "own")


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _vocabularies() -> Iterator[str]:
    for name in names():
        table = vocabulary(name)
        sources = f"Source: {table.source}. Status: **{table.status}**."
        yield f"### Vocabulary {_slug(name)}\n\n`{name}`: {table.title}. {sources}{_edition(table)}"
        yield _short_list(table) if len(table.terms) > _LONG else _term_table(table)


def _edition(table: Vocabulary) -> str:
    return (f" Edition: {table.edition}." if table.edition else "") + (f" {table.note}" if table.note else "") + "\n"


def _short_list(table: Vocabulary) -> str:
    terms = ", ".join(f"`{term.id}`" + (f" {term.label}" if term.label not in term.id else "") for term in table.terms)
    return f"{terms}\n"


def _term_table(table: Vocabulary) -> str:
    rows = ["| term | label | note | group | source | status |", "|---|---|---|---|---|---|"]
    for term in table.terms:
        source = term.source or ("as above" if term.status != "memory" else "none")
        status = "memory, unconfirmed" if term.status == "memory" else term.status
        rows.append(f"| `{term.id}` | {term.label} | {term.note} | {term.group} | {source} | {status} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
