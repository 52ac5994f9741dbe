"""Cards that count no more, and what to say of a card: revocations, notices of compromise, and the facts about both.

After either, nothing of that key that was not yet taken in verifies, whatever date it carries; what was taken in before
stays. Neither is ever taken back: the partner makes a new card, and its words are compared.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from briefcase.language import _, ngettext
from briefcase.seal.card import Card, check_time
from briefcase.seal.identity import parse_revocation, revoked_fingerprint
from briefcase.services import contacts, standing
from briefcase.services.contacts import Contact
from briefcase.services.errors import ContactUnknown, OwnCardInUse, TimeInvalid
from briefcase.services.session import Session
from briefcase.vault.values import Withdrawal

SOON = 60
"""So many days before its end a card is spoken of."""
_SHORT = 16
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Outcome:
    """What one revocation or notice of compromise did.

    Attributes:
        fingerprint: of the card that it names.
        name: on that card, empty when it is not here.
        effect: ``revoked``; ``known`` when the card was revoked already; ``kept`` until the card comes; ``none``.
        words: the same as a sentence.
        also: fingerprints of other cards that fell with it.
        stays: fingerprints of verified cards that renewed it and stay in force.
    """

    fingerprint: str
    name: str
    effect: str
    words: str
    also: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()


def revoke(session: Session, text: str) -> Outcome:
    """Take in one revocation: the card falls at once, or when it comes; the text is kept as it is.

    Raises:
        OwnCardInUse: it is that of our present card; a former one of ours falls like anybody's.
        briefcase.seal.errors.RevocationInvalid, SuiteUnsupported: it is not good; nothing was changed.
    """
    fingerprint = revoked_fingerprint(text)
    _not_in_use(session, fingerprint)
    card = _card(session, fingerprint)
    issued = parse_revocation(text, card).issued if card else ""
    identifier = hashlib.sha256(text.encode()).hexdigest()
    kept = Withdrawal(
        identifier, fingerprint, "revocation", fingerprint, issued, "", session.now(), applied=bool(card), body=text
    )
    return _withdraw(session, kept, card)


def compromised(session: Session, fingerprint: str, *, since: str = "", reason: str = "", source: str = "") -> Outcome:
    """Take somebody's word that the keys of a card are lost.

    Who may say so is told in ``standing.may_say``. A word that came before the card, or of somebody who may not speak
    for it by what our officer set, is kept, and counts as soon as it may: the order in which papers arrive changes
    nothing.

    Args:
        session: open.
        fingerprint: of the card that is spoken of.
        since: from when, as it was said; UTC or empty. It limits nothing.
        reason: in words.
        source: fingerprint of the card whose signature on the notice was verified; empty for our own officer.

    Raises:
        ContactUnknown: our officer names a card that is not here.
        OwnCardInUse: our officer names our present card.
        TimeInvalid: *since* is not a UTC time.
    """
    if since and not check_time(since):
        raise TimeInvalid
    card = _card(session, fingerprint)
    if not source:
        _not_in_use(session, fingerprint)
        if card is None:
            raise ContactUnknown(name=fingerprint[:16])
    said = f"compromise\n{fingerprint}\n{source}\n{since}\n{reason}"
    counts = standing.is_here(session, fingerprint) and standing.may_say(session, fingerprint, source)
    kept = Withdrawal(
        hashlib.sha256(said.encode()).hexdigest(),
        *(fingerprint, "compromise", source, since, reason, session.now()),
        applied=counts,
    )
    if counts:
        return _withdraw(session, kept, card)
    with session.vault.transaction():
        _keep(session, kept)
        detail: dict[str, object] = {"source": source}
        session.vault.audit.append("contact.compromise-unheard", fingerprint, detail, actor=session.officer)
    return Outcome(fingerprint, card.name if card else "", "kept", _unheard(session, fingerprint, card, source))


def _keep(session: Session, kept: Withdrawal) -> None:
    known = [one for one in session.vault.withdrawals.of(kept.fingerprint) if one.id == kept.id]
    if not known or (kept.applied and not known[0].applied):
        session.vault.withdrawals.put(kept, actor=session.officer)


def _withdraw(session: Session, kept: Withdrawal, card: Card | None) -> Outcome:
    """Keep a withdrawal and let it have its effect on contacts and on our own former cards."""
    action = "contact.revoke" if kept.kind == "revocation" else "contact.compromise"
    with session.vault.transaction():
        before = standing.lost(session)
        _keep(session, kept)
        marked = standing.withdraw(session, kept.fingerprint, action=action)
        marked = (*marked, *sorted(standing.lost(session) - before))
    return _outcome(session, kept.fingerprint, card, marked)


def _unheard(session: Session, fingerprint: str, card: Card | None, source: str) -> str:
    speaker = _card(session, source)
    facts = {"who": speaker.name if speaker else source[:16], "name": card.name if card else fingerprint[:16]}
    if card is None:
        words = _(
            "%(who)s says that the keys of the card %(name)s are lost. That card is not here; the notice is kept, and"
            " counts as soon as the card comes, if %(who)s may speak for it."
        )
    elif fingerprint == session.fingerprint:
        words = _(
            "%(who)s says that the keys of your own card are lost. Renew your identity if that may be so; the notice is"
            " kept until then."
        )
    else:
        words = _(
            "%(who)s says that the keys of %(name)s are lost, but may not speak for that card by the agencies that you"
            " set; nothing was changed, and the notice is kept."
        )
    return words % facts


def _outcome(session: Session, fingerprint: str, card: Card | None, marked: tuple[str, ...]) -> Outcome:
    if card is None:
        words = _("The card %(fingerprint)s is not here; its revocation is kept and counts as soon as the card comes.")
        return Outcome(fingerprint, "", "kept", words % {"fingerprint": fingerprint[:16]})
    also = tuple(one for one in marked if one != fingerprint)
    stays = standing.successors(session, (fingerprint, *also))
    if fingerprint not in marked:
        words = _("The card of %(name)s was revoked before.") % {"name": card.name}
        return Outcome(fingerprint, card.name, "known", " ".join([words, *_staying(session, stays)]), also, stays)
    words = _("The card of %(name)s is revoked: nothing more of it is accepted, whatever date it carries.")
    sentences = [words % {"name": card.name}]
    if also:
        more = ngettext("%(count)d more card falls with it.", "%(count)d more cards fall with it.", len(also))
        sentences.append(more % {"count": len(also)})
    if count := session.vault.records.count_from(fingerprint):
        more = ngettext(
            "%(count)d record that was taken in from it before stays; look at it again.",
            "%(count)d records that were taken in from it before stay; look at them again.",
            count,
        )
        sentences.append(more % {"count": count})
    sentences += _staying(session, stays)
    return Outcome(fingerprint, card.name, "revoked", " ".join(sentences), also, stays)


def _staying(session: Session, stays: tuple[str, ...]) -> list[str]:
    """Say which cards stay in force although a card that they renewed fell: that revocation does not speak of them."""
    words = _(
        "The card %(fingerprint)s of %(name)s, which renewed it, stays verified. If the device was lost, its keys are"
        " lost, too: ask in person, and report that card as lost."
    )
    cards = ((one, _card(session, one)) for one in stays)
    return [words % {"fingerprint": one[:16], "name": card.name} for one, card in cards if card is not None]


def _card(session: Session, fingerprint: str) -> Card | None:
    """Return a card that is here, be it a contact's or one of ours."""
    own = next((one.card for one in session.identities if one.fingerprint == fingerprint), None)
    contact = _find(session, fingerprint) if own is None else None
    return contact.card if contact is not None else own


def _find(session: Session, fingerprint: str) -> Contact | None:
    try:
        return contacts.get(session, fingerprint)
    except ContactUnknown:
        return None


def _not_in_use(session: Session, fingerprint: str) -> None:
    if fingerprint == session.fingerprint:
        raise OwnCardInUse


def find_card(session: Session, text: str) -> str:
    """Return the fingerprint of the card that a name or a fingerprint means, our own former ones by fingerprint.

    Raises:
        ContactUnknown, ContactAmbiguous.
    """
    digits = text.strip().lower().replace(" ", "")
    own = [
        one.fingerprint for one in session.identities if len(digits) >= _SHORT and one.fingerprint.startswith(digits)
    ]
    return own[0] if own else contacts.find(session, text).fingerprint


def facts(session: Session, contact: Contact) -> list[tuple[str, str]]:
    """Return (title, value) pairs about a contact for the officer, empty ones left out."""
    card = contact.card
    rows = [
        (_("Agency"), contact.agency),
        (_("Country"), contact.country),
        (_("The card says"), f"{card.name}, {card.agency}, {card.country}"),
        (_("Role"), role_words(card)),
        (_("Device"), card.device),
        (_("Words compared"), contact.verified_at),
        (_("Card number"), str(card.serial)),
        (_("Valid from"), card.valid_from),
        (_("Valid until"), card.valid_until),
        *((_("Revoked"), words) for words in _why(session, contact.fingerprint)),
        (_("Records taken in from this card"), str(session.vault.records.count_from(contact.fingerprint) or "")),
        (_("Fingerprint"), contact.fingerprint),
    ]
    return [(title, value) for title, value in rows if value]


def role_words(card: Card) -> str:
    """Return what a card says its owner is, in words; the keys are those of one device alone."""
    return _("record authority of the agency") if card.role == "agency" else _("officer")


def _why(session: Session, fingerprint: str) -> list[str]:
    """Return why a card counts no more, a sentence for each word that came in."""
    found = []
    for one in session.vault.withdrawals.of(fingerprint):
        if not one.applied:
            continue
        if one.kind == "revocation":
            words = _("by its owner's own revocation, taken in on %(when)s")
        elif not one.source:
            words = _("by our own officer on %(when)s: %(reason)s")
        else:
            words = _("by notice of %(who)s, taken in on %(when)s: %(reason)s")
        who = _speaker(session, one)
        told = words % {"when": one.registered, "who": who, "reason": one.reason or _("no reason given")}
        found.append(told + (_(" (lost since %(since)s)") % {"since": one.since} if _dated(one) else ""))
    return found


def _speaker(session: Session, one: Withdrawal) -> str:
    card = _card(session, one.source) if one.source else None
    return card.name if card else one.source[:16]


def _dated(one: Withdrawal) -> bool:
    """Say whether *since* tells when the keys were lost; a revocation's tells when it was printed."""
    return bool(one.since) and one.kind == "compromise"


def notices(session: Session, contact: Contact) -> list[str]:
    """Return what the officer should know of a contact before relying on it, in sentences."""
    found = []
    if contact.state == "replaced":
        newer = _find(session, contact.replaced_by)
        words = _("This card was renewed; seal for the new card of %(name)s (%(fingerprint)s).")
        name = newer.name if newer else contact.name
        found.append(words % {"name": name, "fingerprint": contact.replaced_by[:16]})
    if contact.renewal:
        found += _renewal_words(session, contact)
    found += _lookalikes(session, contact)
    for one in session.vault.withdrawals.of(contact.fingerprint):
        if not one.applied:
            words = _(
                "%(who)s said on %(when)s that these keys are lost, but may not speak for this card: ask in person."
            )
            found.append(words % {"who": _speaker(session, one), "when": one.registered})
    if contact.state in ("verified", "unverified") and (words := ends_soon(session, contact.card)):
        found.append(words)
    if contact.state == "revoked" and session.vault.records.count_from(contact.fingerprint):
        found.append(_("Records were taken in from this card before it was revoked; look at them again."))
    return found


def _lookalikes(session: Session, contact: Contact) -> list[str]:
    """Warn of cards of somebody else under a name that looks the same, ours among them."""
    looks = contacts.looks(contact.name)
    chain = {contact.card.predecessor, contact.fingerprint, contact.replaced_by}
    others = [one.card for one in session.identities[:1] if contacts.looks(one.card.name) == looks]
    for one in contacts.list_contacts(session):
        related = {one.fingerprint, one.card.predecessor, one.replaced_by} - {""}
        if contacts.looks(one.name) == looks and not related & chain:
            others.append(one.card)
    words = _('Another card has a name that looks the same: "%(name)s" (%(fingerprint)s). Compare the fingerprints.')
    return [words % {"name": one.name, "fingerprint": one.fingerprint[:16]} for one in others]


def _renewal_words(session: Session, contact: Contact) -> list[str]:
    if contact.renewal == "unknown":
        return [_("This card says that it renews a card that you do not have.")]
    old = _find(session, contact.card.predecessor)
    name = {"name": contact.renews_name}
    if _linked(old, contact) and old is not None and old.state == "revoked":
        words = _(
            "The card of %(name)s that this one renewed was revoked after that. If the device was lost, these keys are"
            " lost, too: ask in person."
        )
        return [words % name]
    if (old is not None and old.state == "revoked") or contact.card.predecessor in standing.lost(session):
        words = _("This card says that it renews the card of %(name)s, which was revoked; its old keys prove nothing.")
        return [words % name]
    if contact.renewal == "unsigned":
        words = _("This card says that it renews the card of %(name)s, but the old keys did not sign it.")
        return [words % name]
    found = [_("This card renews the card of %(name)s; the old keys signed it.") % name]
    if old is not None and contact.confirmed and old.state != "expired" and not _linked(old, contact):
        words = _(
            "Alarm: that card is of another agency by what you set (%(agency)s), so nothing is carried over: speak with"
            " both in person."
        )
        found.append(words % {"agency": old.agency or old.claimed})
    if not contact.confirmed:
        found.append(_("A thief can renew a card, too: compare the twelve words again before you rely on it."))
    rivals = [
        one
        for one in contacts.list_contacts(session)
        if one.card.predecessor == contact.card.predecessor and one.fingerprint != contact.fingerprint
    ]
    if any(one.renewal == "signed" for one in rivals):
        found.append(_("Alarm: another card renews the same one, too; speak with the owner in person."))
    return found


def _linked(old: Contact | None, new: Contact) -> bool:
    return old is not None and old.replaced_by == new.fingerprint


def days_left(session: Session, card: Card) -> int:
    """Return how many whole days a card is still valid; negative when it has ended."""
    end, now = (datetime.strptime(one, _TIME).replace(tzinfo=UTC) for one in (card.valid_until, session.now()))
    return (end - now).days


def ends_soon(session: Session, card: Card) -> str:
    """Return a sentence when a card ends soon or has ended, else nothing."""
    days = days_left(session, card)
    if days < 0:
        return _("The card of %(name)s has ended on %(date)s.") % {"name": card.name, "date": card.valid_until[:10]}
    if days > SOON:
        return ""
    words = ngettext("The card of %(name)s ends in %(days)d day.", "The card of %(name)s ends in %(days)d days.", days)
    return words % {"name": card.name, "days": days}


def own_notice(session: Session) -> str:
    """Return a sentence when our own card ends soon or has ended, else nothing."""
    words = ends_soon(session, session.signed_card.card)
    return f"{words} {_('Renew your identity and hand out the new card.')}" if words else ""
