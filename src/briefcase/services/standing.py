"""What a partner's card is worth to us: renewed by which card, or withdrawn because its keys are lost.

A renewal counts only when the old keys signed it *and* our officer compared the words of the new card: a thief renews,
too. A withdrawal counts for the card itself, for every other card under the same signing keys, and for the cards that
it renewed: they lie on the same device.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from briefcase.seal.card import Card, SignedCard, parse_card, renews
from briefcase.seal.errors import RevocationInvalid, SuiteUnsupported
from briefcase.seal.identity import parse_revocation
from briefcase.services.session import Session
from briefcase.vault.values import Contact as Kept
from briefcase.vault.values import Withdrawal

Standing = Literal["unverified", "verified", "replaced", "expired", "revoked"]
Renewal = Literal["", "signed", "unsigned", "unknown"]


def standing(kept: Kept, card: Card, now: str) -> Standing:
    """Return how a contact is to be treated at *now*, the worst first: revoked, replaced, expired, else as kept."""
    if kept.state == "revoked":
        return "revoked"
    if kept.replaced_by:
        return "replaced"
    return kept.state if card.is_current(now) else "expired"


def renewal(session: Session, signed: SignedCard) -> Renewal:
    """Return whether a card says that it renews another, and whether the old keys say so, too.

    Returns:
        Empty for a card that renews none, ``unknown`` when the old card is not here, else ``signed`` or ``unsigned``.
    """
    if not signed.card.predecessor:
        return ""
    old = predecessor(session, signed.card)
    if old is None:
        return "unknown"
    return "signed" if renews(signed, old) else "unsigned"


def predecessor(session: Session, card: Card) -> Card | None:
    """Return the card that *card* says it renews, when we have it; it may be one of our own."""
    own = next((one.card for one in session.identities if one.fingerprint == card.predecessor), None)
    kept = session.vault.contacts.get(card.predecessor)
    return own or (parse_card(kept.card_text).card if kept else None)


def settle_new(session: Session, fingerprint: str) -> None:
    """Bring a card that has just come in to what was known before: revocations, lost keys, a card that renewed it."""
    kept = session.vault.contacts.get(fingerprint)
    if kept is None:
        return
    card = parse_card(kept.card_text).card
    said = [_apply(session, one, card) for one in session.vault.withdrawals.of(fingerprint)]
    fallen = _cards(session, state="revoked").values()
    if any(said) or any(_share_a_key(card, one.card) or renews(one, card) for one in fallen):
        withdraw(session, fingerprint, action="contact.revoke")
    for later, signed in _cards(session, state="verified").items():
        if signed.card.predecessor == fingerprint:
            settle_verified(session, later)


def _apply(session: Session, one: Withdrawal, card: Card) -> bool:
    """Check what was kept about a card before it was here; what does not fit it is dropped."""
    if one.applied:
        return True
    try:
        parse_revocation(one.body, card)
    except (RevocationInvalid, SuiteUnsupported):
        session.vault.withdrawals.remove(one.id, actor=session.officer)
        return False
    session.vault.withdrawals.put(dataclasses.replace(one, applied=True), actor=session.officer)
    return True


def settle_verified(session: Session, fingerprint: str) -> None:
    """Mark the card that a verified one renews as replaced, when the old keys signed the new card.

    A revoked card's keys sign for anybody, and a card is replaced only once: both are left as they are.
    """
    kept = session.vault.contacts.get(fingerprint)
    if kept is None or kept.state != "verified":
        return
    signed = parse_card(kept.card_text)
    old = session.vault.contacts.get(signed.card.predecessor)
    if old is None or old.state == "revoked" or old.replaced_by or renewal(session, signed) != "signed":
        return
    replaced = dataclasses.replace(old, replaced_by=fingerprint)
    session.vault.contacts.put(replaced, actor=session.officer, action="contact.replaced")


def withdraw(session: Session, fingerprint: str, *, action: str) -> tuple[str, ...]:
    """Mark a card as revoked for good, with every card that falls with it; return the fingerprints that were marked.

    What was taken in from them before stays.
    """
    marked = []
    for each in _falling(session, fingerprint):
        kept = session.vault.contacts.get(each)
        if kept is not None and kept.state != "revoked":
            changed = dataclasses.replace(kept, state="revoked")
            session.vault.contacts.put(changed, actor=session.officer, action=action)
            marked.append(each)
    return tuple(marked)


def _falling(session: Session, fingerprint: str) -> list[str]:
    """Return a card, those under one of its signing keys, and those that it renewed, as far as they reach."""
    cards = _cards(session)
    found, waiting = [], [fingerprint] if fingerprint in cards else []
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.append(one)
        signed = cards[one]
        for other, each in cards.items():
            if _share_a_key(signed.card, each.card) or renews(signed, each.card):
                waiting.append(other)
    return found


def _share_a_key(one: Card, other: Card) -> bool:
    """Say whether two cards have a signing key in common: only who holds it can have signed both."""
    return one.ed25519 == other.ed25519 or one.mldsa87 == other.mldsa87


def _cards(session: Session, *, state: str = "") -> dict[str, SignedCard]:
    kept = session.vault.contacts.list()
    return {one.fingerprint: parse_card(one.card_text) for one in kept if not state or one.state == state}
