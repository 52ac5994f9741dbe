"""Searching what one partner may see of a case, for instance with him at the table.

What he may see is decided once, by the same function as for a hand-over, and only the released views are kept and
looked through. So no hit, no count and no snippet speaks of what is withheld, and the time that a search takes follows
what he may see alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from briefcase.records import facets, reasons
from briefcase.records.errors import QueryValueInvalid
from briefcase.records.folding import fold
from briefcase.records.kinds import Case, Record, kind_of
from briefcase.records.names import names_of, title_of
from briefcase.records.query import Query, Where, matches, parse
from briefcase.release.view import content_key
from briefcase.services import contacts, handover, upkeep
from briefcase.services.clearing import deciding
from briefcase.services.contacts import Contact
from briefcase.services.keeping import copies
from briefcase.services.session import Session
from briefcase.vault.excerpts import Excerpts
from briefcase.vault.search import closeness
from briefcase.vault.values import Hit

_ORDER: tuple[Where, ...] = ("name", "text", "part", "filter")


@dataclass(frozen=True)
class PartnerView:
    """The released views of a case for one contact, tear-lines included; nothing else is in it."""

    contact: Contact
    records: tuple[Record, ...]


def view_for(session: Session, case_id: str, fingerprint: str) -> PartnerView:
    """Decide what a contact may see of a case, and enter in the audit chain that it is shown.

    Raises:
        ContactUnknown; ContactNotVerified and its kinds.
        VaultFailsCheck: the vault was changed from outside.
    """
    contact = contacts.get(session, fingerprint)
    contacts.need_usable(contact)
    copies.need_settled(session)
    with session.vault.transaction():
        found = session.vault.records.get_many(handover.of_case(session, case_id))
        records = list(found.values())
        upkeep.need_whole(session, [*records, *deciding.context_of(session, records)])
        decisions = deciding.decide(session, records, contact)
        shown = deciding.released_views(session, records, decisions, contact)
        detail: dict[str, object] = {"for": contact.fingerprint, "content": content_key(shown)}
        session.vault.audit.append("case.view", case_id, detail, actor=session.officer)
    return PartnerView(contact, tuple(shown))


def search_view(view: PartnerView, text: str, *, kinds: Sequence[str] | None = None, limit: int = 200) -> list[Hit]:
    """Return what *text* finds in what the partner may see, as ``searching.search`` does in the whole vault.

    Raises:
        briefcase.records.errors.QueryKeyUnknown, QueryValueInvalid: it cannot be read.
    """
    query = _read(view, text)
    if kinds is not None:
        query = query.narrowed("kind", [facets.KIND + facets.joined(kind) for kind in kinds])
    excerpts = Excerpts(query)
    found = [(where, record) for record in view.records if (where := matches(query, record)) is not None]
    ranked = sorted(found, key=lambda one: (_ORDER.index(one[0]), *_rank(one[1], query)[0]))
    return [_hit(record, where, query, excerpts) for where, record in ranked[:limit]]


def _read(view: PartnerView, text: str) -> Query:
    """Return the question that *text* asks; titles of cases that are not in the view do not exist here."""
    query = parse(text)
    if not query.cases:
        return query
    asked = {fold(one) for one in query.cases}
    known = {fold(one.title): one.id for one in view.records if isinstance(one, Case)}
    if not asked <= known.keys():
        raise QueryValueInvalid(key="case", reason=reasons.CASE_WANTED)
    return query.with_cases([known[one] for one in sorted(asked)])


def _rank(record: Record, query: Query) -> tuple[tuple[int, int], int]:
    """Return how close the closest name is with its length, and which name that is."""
    folded = [(closeness(fold(name), query.folded), len(name)) for name in names_of(record)]
    best = min(folded, default=(len(_ORDER), 0))
    return best, folded.index(best) if folded else 0


def _hit(record: Record, where: Where, query: Query, excerpts: Excerpts) -> Hit:
    place = _rank(record, query)[1]
    excerpt = partial(excerpts.of, where=where, place=place)
    return Hit(record.id, kind_of(record), title_of(record), where, lambda: record, excerpt)
