"""Short references (P1, S2) for the records of one document, and names in the form that can be printed.

Record ids are never printed. A reference to a record that is not in the document gives nothing at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from briefcase.paper.visible import script_later
from briefcase.records.fields import reference_fields
from briefcase.records.kinds import Link, Party, Record, Transaction, kind_of
from briefcase.records.names import title_of
from briefcase.records.values import Name

PREFIXES = MappingProxyType(
    {
        "party": "P",
        "address": "AD",
        "identifier": "ID",
        "item": "I",
        "shipment": "S",
        "transaction": "T",
        "procurement_method": "M",
        "red_flag": "F",
        "licence": "L",
        "enforcement_action": "E",
        "document": "D",
        "note": "N",
        "tip": "TP",
        "outreach": "O",
        "request": "R",
        "operation": "J",
        "task": "K",
        "assessment": "A",
        "link": "X",
    }
)


class Directory:
    """The records of one document by kind, each with its reference."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.by_kind: dict[str, list[Any]] = defaultdict(list)
        self.by_id: dict[str, Record] = {}
        self.references: dict[str, str] = {}
        for record in sorted(records, key=lambda each: (each.created, each.id)):
            kind = kind_of(record)
            if kind in PREFIXES and record.id not in self.by_id:
                self.by_kind[kind].append(record)
                self.by_id[record.id] = record
                self.references[record.id] = f"{PREFIXES[kind]}{len(self.by_kind[kind])}"
        self._latin = self._latin_forms()

    def reference(self, record_id: str) -> str:
        """Return the reference of a record, or nothing if it is not in the document."""
        return self.references.get(record_id, "")

    def named(self, record_id: str) -> str:
        """Return reference and name of a record, such as ``P1 Meridian RF GmbH``."""
        record = self.by_id.get(record_id)
        if record is None:
            return ""
        return f"{self.references[record_id]} {self.text(title(record))}".rstrip()

    def listed(self, record_ids: Sequence[str]) -> str:
        """Return the references of several records, apart by commas."""
        return ", ".join(filter(None, map(self.reference, record_ids)))

    def text(self, text: str) -> str:
        """Put the stored Latin form where a name in a script that has no face here stands in free text."""
        if not script_later(text):
            return text
        for original, latin in self._latin:
            text = text.replace(original, latin)
        return text

    def _latin_forms(self) -> list[tuple[str, str]]:
        names = (name for party in self.by_kind["party"] for name in party.names if name.text and name.latin)
        found = {name.text: printable(name) for name in names if script_later(name.text)}
        return sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0]))


def primary(party: Party) -> Name:
    """Return the name by which a party is listed: the first primary one, else the first."""
    for name in party.names:
        if name.kind == "primary":
            return name
    return party.names[0] if party.names else Name()


def printable(name: Name) -> str:
    """Return a name as written or, in a script that has no face here, its Latin form and which script it stands for."""
    script = script_later(name.text)
    if not script or not name.latin:
        return name.text or name.latin
    return f"{name.latin} [{script}]"


def original(name: Name) -> str:
    """Return a name as written, or a note that its script has no face here when a Latin form stands beside it."""
    script = script_later(name.text)
    return f"[{script} script]" if script and name.latin else name.text


def latin(name: Name) -> str:
    """Return the Latin form of a name where it says more than the name itself, else a dash."""
    return name.latin if name.latin and name.latin != name.text else "—"


def title(record: Record) -> str:
    """Return one line that names a record in a list; never an id, though a field of that name may hold one."""
    if isinstance(record, Party):
        return printable(primary(record))
    if isinstance(record, Transaction | Link):
        return title_of(record)
    pointing = {one.name for one in reference_fields(kind_of(record))}
    for field in ("title", "description", "full", "value", "number", "subject", "fact", "text", "question"):
        found = "" if field in pointing else getattr(record, field, "")
        if found:
            line = str(found).split("\n", 1)[0]
            return line if len(line) <= 70 else line[:69].rstrip() + "…"  # noqa: PLR2004 - one line
    return ""
