"""What happened, from the records of a case: the dates that a line of time is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

from briefcase.figures.timeline import Event
from briefcase.records.kinds import Record, Shipment, kind_of

Naming = Callable[[Record], str]
"""Gives reference and name of a record, as the reader knows it."""

DATES = MappingProxyType(
    {
        "transaction": ("date", ""),
        "red_flag": ("date", ""),
        "procurement_method": ("first_seen", "last_seen"),
        "licence": ("issued", ""),
        "enforcement_action": ("date", ""),
        "document": ("date", ""),
        "tip": ("received", ""),
        "outreach": ("date", ""),
        "operation": ("start", "end"),
        "task": ("due", ""),
        "link": ("since", ""),
    }
)
"""The field that says when, and the one that says until when, by kind; the legs of a shipment say it themselves."""


def happened(records: Iterable[Record], named: Naming) -> list[tuple[Record, Event]]:
    """Return every dated happening of *records* with its record; nothing of records without a date."""
    out: list[tuple[Record, Event]] = []
    for record in records:
        if isinstance(record, Shipment):
            out += [(record, event) for event in _legs(record, named)]
            continue
        field, until = DATES.get(kind_of(record), ("", ""))
        when = getattr(record, field, "") if field else ""
        if when:
            last = getattr(record, until, "") if until else ""
            out.append((record, Event(when, named(record), last, red=kind_of(record) == "red_flag")))
        action_day = getattr(record, "action_day", "")
        if action_day:
            out.append((record, Event(action_day, named(record), red=True)))
    return out


def _legs(shipment: Shipment, named: Naming) -> list[Event]:
    """Return the departures of a shipment, by its reference and the way; red from where the goods were diverted."""
    name = named(shipment)
    reference = name.partition(" ")[0]
    out = []
    for leg in shipment.legs:
        if leg.date:
            way = "–".join(filter(None, (leg.origin or leg.origin_country, leg.destination or leg.destination_country)))
            out.append(Event(leg.date, f"{reference} {way}" if way else name, red=leg.status == "diverted"))
    return out
