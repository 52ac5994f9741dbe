"""What a partner's card is worth to us: renewed by which card, or withdrawn because its keys are lost.

A renewal counts only when the old keys signed it, our officer compared the words of the new card (a thief renews, too),
*and* both cards are of one agency as he set it: what one partner knows is no other's. A withdrawal counts for the card
itself, for every other card under the same signing keys, and for the cards that it renewed: they lie on the same
device. What came too early is judged again whenever a card comes or its words are compared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
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
    ours = (one.signed_card for one in session.former if one.fingerprint in lost(session))
    fallen = (*_cards(session, state="revoked").values(), *ours)
    if any(said) or any(_share_a_key(card, one.card) or renews(one, card) for one in fallen):
        withdraw(session, fingerprint, action="contact.revoke")
    for later in _cards(session, state="verified"):
        _replace_earlier(session, later)
    settle_notices(session)


def _apply(session: Session, one: Withdrawal, card: Card) -> bool:
    """Check a revocation that was kept before its card was here; one that does not fit it is dropped."""
    if one.applied or one.kind != "revocation":
        return one.applied
    try:
        parse_revocation(one.body, card)
    except (RevocationInvalid, SuiteUnsupported):
        session.vault.withdrawals.remove(one.id, actor=session.officer)
        return False
    session.vault.withdrawals.put(dataclasses.replace(one, applied=True), actor=session.officer)
    return True


def settle_verified(session: Session, fingerprint: str) -> None:
    """Bring a card whose words were just compared, or whose agency our officer just set, to what follows from that."""
    kept = session.vault.contacts.get(fingerprint)
    if kept is None:
        return
    for earlier in session.vault.contacts.person(fingerprint) - {fingerprint}:
        old = session.vault.contacts.get(earlier)
        if old is not None and not of_one_agency(old, kept):
            freed = dataclasses.replace(old, replaced_by="")
            session.vault.contacts.put(freed, actor=session.officer, action="contact.not-replaced")
    _replace_earlier(session, fingerprint)
    settle_notices(session)


def _replace_earlier(session: Session, fingerprint: str) -> None:
    """Mark the cards that a verified one renews, each signed by the keys before it, as replaced by the next of them.

    Cards in between need not be verified: the words of the newest were compared, and the chain is signed. A revoked
    card's keys sign for anybody, and a card is replaced only once: both end the chain, and so does another agency.
    """
    newest = session.vault.contacts.get(fingerprint)
    later = newest if newest is not None and newest.state == "verified" else None
    while newest is not None and later is not None:
        signed = parse_card(later.card_text)
        old = session.vault.contacts.get(signed.card.predecessor) if signed.card.predecessor else None
        if old is None or old.state == "revoked" or old.replaced_by not in ("", later.fingerprint):
            return
        if renewal(session, signed) != "signed" or not of_one_agency(old, newest):
            return
        if not old.replaced_by:
            replaced = dataclasses.replace(old, replaced_by=later.fingerprint)
            session.vault.contacts.put(replaced, actor=session.officer, action="contact.replaced")
        later = old


def of_one_agency(old: Kept, new: Kept) -> bool:
    """Say whether two cards are of one agency and country as our officer set them; where he set none, as they say."""
    if old.agency and new.agency:
        return (old.agency, old.country) == (new.agency, new.country)
    cards = [parse_card(one.card_text).card for one in (old, new)]
    return len({(card.agency, card.country) for card in cards}) == 1


def may_say(session: Session, fingerprint: str, source: str) -> bool:
    """Say whether somebody may say that the keys of a card are lost, by what our officer set for both.

    Our officer may (an empty *source*), the card of itself, and a verified contact of the card's agency.
    """
    if source in ("", fingerprint):
        return True
    speaker, spoken_of = session.vault.contacts.get(source), session.vault.contacts.get(fingerprint)
    ours = fingerprint in {one.fingerprint for one in session.former}
    agency = session.agency if ours else spoken_of.agency if spoken_of is not None else ""
    return speaker is not None and speaker.state == "verified" and bool(agency) and speaker.agency == agency


def settle_notices(session: Session) -> None:
    """Let each notice of lost keys count that was kept because its card was not here, or its sender might not speak."""
    for one in session.vault.withdrawals.list():
        if one.applied or one.kind != "compromise" or not is_here(session, one.fingerprint):
            continue
        if may_say(session, one.fingerprint, one.source):
            session.vault.withdrawals.put(dataclasses.replace(one, applied=True), actor=session.officer)
            withdraw(session, one.fingerprint, action="contact.compromise")


def is_here(session: Session, fingerprint: str) -> bool:
    """Say whether a card can be withdrawn here: a contact's, or one of our own former ones."""
    ours = fingerprint in {one.fingerprint for one in session.former}
    return ours or session.vault.contacts.get(fingerprint) is not None


def lost(session: Session) -> frozenset[str]:
    """Return the fingerprints of our own former cards that were revoked or lost; those before one lay beside it."""
    for place, one in enumerate(session.former):
        if any(each.applied for each in session.vault.withdrawals.of(one.fingerprint)):
            return frozenset(each.fingerprint for each in session.former[place:])
    return frozenset()


def successors(session: Session, fingerprints: Iterable[str]) -> tuple[str, ...]:
    """Return the cards in force, words compared, that say they renewed one of these, directly or through others."""
    cards, found = _cards(session), set(fingerprints)
    fallen = frozenset(found)
    while more := {one for one, signed in cards.items() if signed.card.predecessor in found} - found:
        found |= more
    kept = {one.fingerprint: one for one in session.vault.contacts.list()}
    alive = (one for one in found - fallen if kept[one].state == "verified" and not kept[one].replaced_by)
    return tuple(sorted(alive))


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
    cards = _cards(session) | {one.fingerprint: one.signed_card for one in session.former}
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
