"""What a pack must fulfil before it is signed or comes into force, beyond being readable.

``Pack.load`` also opens what a vault has held for years, so it overlooks what it does not know. A pack that is new is
looked at strictly: a name that is misspelled must not silently mean that a rule is not there, and whatever its markings
can say must read back as it was written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from briefcase.records import reasons
from briefcase.records.errors import MarkingUnreadable, PackInvalid
from briefcase.records.markings import Parsed, parse_marking, render
from briefcase.records.packs import Pack, Policy

STATES = frozenset({"draft", "fictitious", "official"})
_NAMES: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "": frozenset(
            {"format", "id", "title", "edition", "version", "status", "source"}
            | {"communities", "policy", "partner", "approval"}
        ),
        "policy": frozenset({"id", "title", "country", "source", "status", "level", "caveat", "marking"}),
        "level": frozenset({"id", "text", "portion", "foreground", "background"}),
        "caveat": frozenset({"id", "text", "title", "portion", "consent", "national", "group"}),
        "partner": frozenset({"title", "note", "cleared_to"}),
    }
)
_FLAGS: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {"caveat": frozenset({"consent", "national"}), "marking": frozenset({"beside", "strict"})}
)


def strictly(data: bytes) -> Pack:
    """Return the pack that *data* is the TOML of, when nothing in it is misspelled and its markings read back.

    Raises:
        PackInvalid: with the place in the file.
    """
    pack = Pack.load(data)
    table = tomllib.loads(data.decode())
    for sort, place, row in _rows(table):
        _check_names(sort, place, row)
    if pack.status not in STATES:
        raise PackInvalid(field="status", reason=reasons.NOT_IN_VOCABULARY)
    for policy in pack.policies.values():
        for place, parsed in _sayings(policy):
            _check_reading(policy, place, parsed)
    return pack


def _rows(table: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield every table of a pack that can be read: what sort it is, where it stands, itself."""
    yield "", "", table
    seen: set[str] = set()
    for policy in table.get("policy", ()):
        name = str(policy["id"])
        if name in seen:
            raise PackInvalid(field=f"policy.{name}", reason=reasons.DUPLICATE_KEY)
        seen.add(name)
        yield "policy", f"policy.{name}.", policy
        yield "marking", f"policy.{name}.marking.", policy.get("marking", {})
        for sort in ("level", "caveat"):
            for row in policy.get(sort, ()):
                yield sort, f"policy.{name}.{sort}.{row['id']}.", row
    for code, row in table.get("partner", {}).items():
        yield "partner", f"partner.{code}.", row


def _check_names(sort: str, place: str, row: Mapping[str, Any]) -> None:
    unknown = sorted(row.keys() - _NAMES[sort]) if sort in _NAMES else []
    if unknown:
        raise PackInvalid(field=f"{place}{unknown[0]}", reason=reasons.UNKNOWN_FIELD)
    for flag in sorted(_FLAGS.get(sort, frozenset()) & row.keys()):
        if not isinstance(row[flag], bool):
            raise PackInvalid(field=f"{place}{flag}", reason=reasons.WRONG_TYPE)


def _sayings(policy: Policy) -> Iterator[tuple[str, Parsed]]:
    """Yield what a policy's markings can say, one thing at a time, with its place in the file."""
    lowest = policy.levels[0].id
    for level in policy.levels:
        yield f"level.{level.id}", Parsed(level.id, (), None)
    for caveat in policy.caveats:
        yield f"caveat.{caveat.id}", Parsed(lowest, (caveat.id,), None)
    first = policy.country or policy.grammar.first or "USA"
    other = "GBR" if first == "USA" else "USA"
    yield "marking", Parsed(lowest, (), (f"country:{first}", f"country:{other}"))


def _check_reading(policy: Policy, place: str, parsed: Parsed) -> None:
    try:
        again = parse_marking(render(parsed, policy), policy)
    except MarkingUnreadable:
        again = None
    if again is None or (again.level, again.caveats) != (parsed.level, parsed.caveats):
        raise PackInvalid(field=f"policy.{policy.id}.{place}", reason=reasons.NOT_READ_BACK)
    if set(again.releasable_to or ()) != set(parsed.releasable_to or ()):
        raise PackInvalid(field=f"policy.{policy.id}.{place}", reason=reasons.NOT_READ_BACK)
