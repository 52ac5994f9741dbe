"""Cards that count no more, and what to say of a card: revocations, notices of compromise, and the facts about both.

After either, nothing of that key that was not yet taken in verifies, whatever date it carries; what was taken in before
stays. Neither is ever taken back: the partner makes a new card, and its words are compared.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext, sentence
from briefcase.seal.card import Card, check_time
from briefcase.seal.errors import RevocationInvalid
from briefcase.seal.identity import parse_revocation, revocation_blocks, revoked_fingerprint
from briefcase.services import contacts, standing
from briefcase.services.contacts import Contact
from briefcase.services.errors import ContactOwnCard, ContactUnknown, TimeInvalid
from briefcase.services.files import read_file, write_file
from briefcase.services.session import Session
from briefcase.vault.values import Withdrawal

SOON = 60
"""So many days before its end a card is spoken of."""
_LARGEST = 1024 * 1024
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
    """

    fingerprint: str
    name: str
    effect: str
    words: str
    also: tuple[str, ...] = ()


def revoke_file(session: Session, path: Path) -> list[Outcome]:
    """Take in every revocation that stands in a file, those that are good whatever the others are.

    Raises:
        FileUnreadable, FileTooLarge.
        briefcase.seal.errors.RevocationInvalid, SuiteUnsupported: the first fault, when none of them was good.
    """
    text = read_file(path, limit=_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n")
    blocks = revocation_blocks(text.removeprefix("\ufeff"))
    if not blocks:
        raise RevocationInvalid(reason="structure")
    outcomes, faults = [], []
    for block in blocks:
        try:
            outcomes.append(revoke(session, block))
        except BriefcaseError as error:
            faults.append(error)
    if not outcomes:
        raise faults[0]
    return [*outcomes, *(Outcome("", "", "none", sentence(one)) for one in faults)]


def revoke(session: Session, text: str) -> Outcome:
    """Take in one revocation: the card falls at once, or when it comes; the text is kept as it is.

    Raises:
        ContactOwnCard: it is that of one of our own cards.
        briefcase.seal.errors.RevocationInvalid, SuiteUnsupported: it is not good; nothing was changed.
    """
    fingerprint = revoked_fingerprint(text)
    _not_ours(session, fingerprint)
    contact = _find(session, fingerprint)
    issued = parse_revocation(text, contact.card).issued if contact else ""
    identifier = hashlib.sha256(text.encode()).hexdigest()
    kept = Withdrawal(
        identifier, fingerprint, "revocation", fingerprint, issued, "", session.now(), applied=bool(contact), body=text
    )
    with session.vault.transaction():
        if not any(one.id == identifier for one in session.vault.withdrawals.of(fingerprint)):
            session.vault.withdrawals.put(kept, actor=session.officer)
        marked = standing.withdraw(session, fingerprint, action="contact.revoke")
    return _outcome(session, fingerprint, contact, marked)


def compromised(session: Session, fingerprint: str, *, since: str = "", reason: str = "", source: str = "") -> Outcome:
    """Take somebody's word that the keys of a card are lost.

    Our own officer may say so of any contact, the card itself of itself, and a verified contact of a card of the agency
    that our officer recorded for both. What anybody else says is shown and does nothing.

    Args:
        session: open.
        fingerprint: of the card that is spoken of.
        since: from when, as it was said; UTC or empty. It limits nothing.
        reason: in words.
        source: fingerprint of the card whose signature on the notice was verified; empty for our own officer.

    Raises:
        ContactUnknown: our officer names a card that is not here.
        ContactOwnCard: our officer names one of our own cards.
        TimeInvalid: *since* is not a UTC time.
    """
    if since and not check_time(since):
        raise TimeInvalid
    contact = _find(session, fingerprint)
    if not source:
        _not_ours(session, fingerprint)
        contact = contacts.get(session, fingerprint)
    if contact is None or not _may_say(session, contact, source):
        return _unheard(session, fingerprint, contact, source)
    kept = Withdrawal(secrets.token_hex(32), fingerprint, "compromise", source, since, reason, session.now())
    with session.vault.transaction():
        session.vault.withdrawals.put(kept, actor=session.officer)
        marked = standing.withdraw(session, fingerprint, action="contact.compromise")
    return _outcome(session, fingerprint, contact, marked)


def _may_say(session: Session, contact: Contact, source: str) -> bool:
    if source in ("", contact.fingerprint):
        return True
    speaker = _find(session, source)
    return (
        speaker is not None
        and speaker.state == "verified"
        and bool(speaker.agency)
        and speaker.agency == contact.agency
    )


def _unheard(session: Session, fingerprint: str, contact: Contact | None, source: str) -> Outcome:
    ours = fingerprint in {one.fingerprint for one in session.identities}
    speaker = _find(session, source)
    facts = {
        "who": speaker.name if speaker else source[:16],
        "name": contact.name if contact else session.officer if ours else fingerprint[:16],
    }
    words = _("%(who)s says that the keys of %(name)s are lost, but may not speak for that card; nothing was changed.")
    detail: dict[str, object] = {"source": source}
    session.vault.audit.append("contact.compromise-unheard", fingerprint, detail, actor=session.officer)
    return Outcome(fingerprint, facts["name"], "none", words % facts)


def _outcome(session: Session, fingerprint: str, contact: Contact | None, marked: tuple[str, ...]) -> Outcome:
    if contact is None:
        words = _("The card %(fingerprint)s is not here; its revocation is kept and counts as soon as the card comes.")
        return Outcome(fingerprint, "", "kept", words % {"fingerprint": fingerprint[:16]})
    also = tuple(one for one in marked if one != fingerprint)
    if fingerprint not in marked:
        words = _("The card of %(name)s was revoked before.") % {"name": contact.name}
        return Outcome(fingerprint, contact.name, "known", words, also)
    words = _("The card of %(name)s is revoked: nothing more of it is accepted, whatever date it carries.")
    sentences = [words % {"name": contact.name}]
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
    return Outcome(fingerprint, contact.name, "revoked", " ".join(sentences), also)


def _find(session: Session, fingerprint: str) -> Contact | None:
    try:
        return contacts.get(session, fingerprint)
    except ContactUnknown:
        return None


def _not_ours(session: Session, fingerprint: str) -> None:
    if fingerprint in {one.fingerprint for one in session.identities}:
        raise ContactOwnCard


def export_revocations(session: Session, path: Path) -> int:
    """Write every revocation that is kept to a file, to be taken in again after a restore; return how many.

    What our own officer or a partner's notice said stands there as a remark, to be repeated by hand.

    Raises:
        FileExists, FileUnwritable.
    """
    kept = session.vault.withdrawals.list()
    texts = [one.body for one in kept if one.kind == "revocation"]
    remarks = [f"# {one.fingerprint} {one.registered} {_one_line(one.reason)}\n" for one in kept if not one.body]
    title = _("Cards that were reported as lost without a revocation; report them again by hand:")
    text = "".join([*texts, *([f"# {title}\n"] if remarks else []), *remarks])
    write_file(path, text.encode())
    session.vault.audit.append("contact.export-revocations", "", {"count": len(texts)}, actor=session.officer)
    return len(texts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


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
        if one.kind == "revocation":
            words = _("by its owner's own revocation, taken in on %(when)s")
        elif not one.source:
            words = _("by our own officer on %(when)s: %(reason)s")
        else:
            words = _("by notice of %(who)s, taken in on %(when)s: %(reason)s")
        speaker = _find(session, one.source) if one.source else None
        who = speaker.name if speaker else one.source[:16]
        told = words % {"when": one.registered, "who": who, "reason": one.reason or _("no reason given")}
        found.append(told + (_(" (lost since %(since)s)") % {"since": one.since} if _dated(one) else ""))
    return found


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
    if contact.state in ("verified", "unverified") and (words := ends_soon(session, contact.card)):
        found.append(words)
    if contact.state == "revoked" and session.vault.records.count_from(contact.fingerprint):
        found.append(_("Records were taken in from this card before it was revoked; look at them again."))
    return found


def _renewal_words(session: Session, contact: Contact) -> list[str]:
    if contact.renewal == "unknown":
        return [_("This card says that it renews a card that you do not have.")]
    old = _find(session, contact.card.predecessor)
    name = {"name": contact.renews_name}
    if old is not None and old.state == "revoked":
        words = _("This card says that it renews the card of %(name)s, which was revoked; its old keys prove nothing.")
        return [words % name]
    if contact.renewal == "unsigned":
        words = _("This card says that it renews the card of %(name)s, but the old keys did not sign it.")
        return [words % name]
    found = [_("This card renews the card of %(name)s; the old keys signed it.") % name]
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
    words = ends_soon(session, session.identity.card)
    return f"{words} {_('Renew your identity and hand out the new card.')}" if words else ""
