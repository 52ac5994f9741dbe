"""The only way from the vault to ``release``, for every way out and for all recipients at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from briefcase.records.kinds import Record
from briefcase.release.decision import Decision
from briefcase.release.matrix import Matrix
from briefcase.release.view import views
from briefcase.services.clearing import matches
from briefcase.services.clearing.quotation import Scope, scope
from briefcase.services.consenting import force
from briefcase.services.contacts import Contact
from briefcase.services.joining import versions
from briefcase.services.session import Session


def matrix(session: Session, over: Scope, contacts: Sequence[Contact]) -> Matrix:
    """Return the decisions over a scope, the recipients in the order of *contacts*."""
    around = [
        replace(one, confirmed=matches.confirmed(session, over, contact))
        for contact, one in zip(contacts, force.circumstances(session, over.all, contacts), strict=True)
    ]
    return Matrix(over.records, around, context=over.context, mentions=over.mentions)


def decide(session: Session, records: Sequence[Record], contact: Contact) -> dict[str, Decision]:
    """Return the decision for every one of *records* and one contact."""
    return matrix(session, scope(session, records), [contact]).decisions(0)


def context_of(session: Session, records: Sequence[Record]) -> list[Record]:
    """Return the records outside the selection that it points to or names, directly or through others."""
    return list(scope(session, records).context)


def released_views(
    session: Session, records: Sequence[Record], decisions: Mapping[str, Decision], contact: Contact
) -> list[Record]:
    """Return what one contact gets of *records*: views, tear-lines included."""
    cards = session.vault.contacts.person(contact.fingerprint)
    revisions = set(session.vault.disclosures.given(*cards).values())
    seen = [versions.as_seen(session, one) if contact.agency in one.shared_by else one for one in records]
    revisions.update(parent for one in seen if contact.agency in one.shared_by for parent in one.parents)
    return views(seen, decisions, given=force.known_to(session, records, contact), revisions=revisions)
