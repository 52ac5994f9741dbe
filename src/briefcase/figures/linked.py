"""Who has to do with what, from the records of a case: the nodes and edges that a chart of links is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType

from briefcase.errors import N_
from briefcase.figures.links import Edge, Node
from briefcase.language import _
from briefcase.records.kinds import Item, Link, Party, Record, Shipment, Transaction, kind_of

ROLES = MappingProxyType(
    {
        "exporter": N_("Exporter"),
        "consignee": N_("Consignee"),
        "intermediate_consignee": N_("Intermediate consignee"),
        "forwarder": N_("Freight forwarder"),
        "declared_end_user": N_("Declared end user"),
        "true_end_user": N_("True end user"),
    }
)
"""What parties are to a shipment, by the field that names them."""


def nodes(records: Iterable[Record], named: Callable[[Record], str], first: str = "") -> list[Node]:
    """Return the parties, shipments and items; the one with the id *first* is shown whatever the room."""
    return [
        Node(record.id, named(record), kind_of(record), first=record.id == first)
        for record in records
        if isinstance(record, Party | Shipment | Item)
    ]


def edges(
    records: Sequence[Record], named: Callable[[Record], str], term: Callable[[str, str], str]
) -> list[tuple[Record, Edge]]:
    """Return every link with the record that says it; *term* gives the word for a role of a link."""
    out: list[tuple[Record, Edge]] = []
    for record in records:
        if isinstance(record, Shipment):
            out += [
                (record, Edge(record.id, getattr(record, field), _(role)))
                for field, role in ROLES.items()
                if getattr(record, field)
            ]
            out += [(record, Edge(record.id, item, _("Goods"))) for item in record.items]
        elif isinstance(record, Link):
            share = f" {record.share} %" if record.share else ""
            out.append((record, Edge(record.from_id, record.to_id, term("link_role", record.role) + share)))
        elif isinstance(record, Transaction):
            out.append((record, Edge(record.payer, record.payee, named(record))))
    return out
