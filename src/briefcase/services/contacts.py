"""Partners: our card out, their cards in, and the comparing of words that makes a contact verified."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from briefcase.bundle.verdict import ContactState, KnownContact
from briefcase.records.folding import fold
from briefcase.release.decision import Recipient
from briefcase.seal import words as fingerprint_words
from briefcase.seal.card import Card, SignedCard, card_text, parse_card
from briefcase.services import standing
from briefcase.services.errors import (
    ContactAmbiguous,
    ContactExpired,
    ContactNotVerified,
    ContactOwnCard,
    ContactReplaced,
    ContactRevoked,
    ContactUnknown,
    WordsDiffer,
    WordsOfAnother,
)
from briefcase.services.files import read_file, write_file
from briefcase.services.session import Session, check_agency
from briefcase.services.standing import Renewal, Standing
from briefcase.vault.values import Contact as Kept

_SHORTEST_FINGERPRINT = 16
_UNSEEN = "\u200c\u200d\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_LIKE_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυ", "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXovpu"
)


@dataclass(frozen=True)
class Contact:
    """A partner as the officer sees him.

    Attributes:
        fingerprint: of his card, 64 hex digits.
        name: as on the card.
        agency: as our officer set it when verifying; empty before.
        country: likewise.
        claimed: the agency as the card says it.
        state: ``unverified``, ``verified``, ``replaced``, ``expired`` or ``revoked``; sealed to is ``verified`` alone.
        words: the twelve words of his card.
        card: what he signs and what is sealed to; role, device, serial number and validity are said there.
        verified_at: UTC, empty when he never was.
        confirmed: whether our officer compared the words, be it of a card that has ended or was renewed since.
        renewal: whether the card says that it renews another: empty, or ``signed`` by the old keys, ``unsigned``, or
            ``unknown`` when the old card is not here.
        renews_name: the name on the card that it says it renews, when that is here.
        replaced_by: fingerprint of the verified card that renewed this one, or empty.
    """

    fingerprint: str
    name: str
    agency: str
    country: str
    claimed: str
    state: Standing
    words: tuple[str, ...]
    card: Card
    verified_at: str = ""
    confirmed: bool = False
    renewal: Renewal = ""
    renews_name: str = ""
    replaced_by: str = ""

    @property
    def recipient(self) -> Recipient:
        """The contact as a release decision knows him."""
        return Recipient(self.name, self.fingerprint, self.country, self.agency)

    @property
    def known(self) -> KnownContact:
        """The contact as opening a file knows him; whether the card has ended is judged there."""
        trusted: ContactState = "verified" if self.confirmed else "unverified"
        if self.state == "revoked" or (self.state == "replaced" and self.confirmed):
            trusted = self.state
        return KnownContact(self.card, trusted, self.name, self.agency)


def _shown(session: Session, kept: Kept) -> Contact:
    signed = parse_card(kept.card_text)
    card = signed.card
    old = standing.predecessor(session, card) if card.predecessor else None
    return Contact(
        fingerprint=kept.fingerprint,
        name=kept.name,
        agency=kept.agency,
        country=kept.country,
        claimed=card.agency,
        state=standing.standing(kept, card, session.now()),
        words=card.words(),
        card=card,
        verified_at=kept.verified_at,
        confirmed=kept.state == "verified",
        renewal=standing.renewal(session, signed),
        renews_name=old.name if old else "",
        replaced_by=kept.replaced_by,
    )


def own_card_text(session: Session) -> str:
    """Return our card as the text that partners import."""
    return card_text(session.signed_card)


def export_card(session: Session, path: Path) -> None:
    """Write our card to a file."""
    write_file(path, own_card_text(session).encode())
    session.vault.audit.append("card.export", session.fingerprint, actor=session.officer)


def import_card(session: Session, path: Path, *, agency: str = "", country: str = "") -> Contact:
    """Keep the card in a file as an unverified contact; one that is known already keeps its state.

    A known card that comes again with the signatures of the old keys, which it lacked, becomes a signed renewal.

    A card that renews another is unverified, too, until its words are compared; one whose revocation came before it is
    revoked.

    Args:
        session: open.
        path: of the card.
        agency: as our officer knows it; what the card says is never used for release.
        country: likewise; both or none.

    Raises:
        FileUnreadable, ContactOwnCard, AgencyInvalid, briefcase.seal.errors.CardInvalid.
    """
    text = read_file(path, limit=1024 * 1024).decode("utf-8", "replace")
    return import_text(session, text, agency=agency, country=country)


def import_text(session: Session, text: str, *, agency: str = "", country: str = "") -> Contact:
    """Keep the text of a card as an unverified contact; see ``import_card``.

    Raises:
        ContactOwnCard, AgencyInvalid, briefcase.seal.errors.CardInvalid.
    """
    if agency or country:
        check_agency(agency, country)
    signed = parse_card(text)
    card = signed.card
    if card.fingerprint in {one.fingerprint for one in session.identities}:
        raise ContactOwnCard
    known = session.vault.contacts.get(card.fingerprint)
    kept = known or Kept(card.fingerprint, card.name, text, agency=agency, country=country)
    with session.vault.transaction():
        if known is None:
            session.vault.contacts.put(kept, actor=session.officer, action="contact.import")
            standing.settle_new(session, card.fingerprint)
        elif _brings_the_signatures(session, known, signed):
            brought = dataclasses.replace(known, card_text=text)
            session.vault.contacts.put(brought, actor=session.officer, action="contact.renewal-signed")
            standing.settle_verified(session, card.fingerprint)
    return get(session, card.fingerprint)


def _brings_the_signatures(session: Session, known: Kept, signed: SignedCard) -> bool:
    """Say whether a known card came again with the signatures of the keys that it renews, which it did not have."""
    if standing.renewal(session, parse_card(known.card_text)) != "unsigned":
        return False
    return standing.renewal(session, signed) == "signed"


def list_contacts(session: Session) -> list[Contact]:
    """Return all contacts by name."""
    return [_shown(session, kept) for kept in session.vault.contacts.list()]


def get(session: Session, fingerprint: str) -> Contact:
    """Return one contact by its fingerprint.

    Raises:
        ContactUnknown: there is none.
    """
    kept = session.vault.contacts.get(fingerprint)
    if kept is None:
        raise ContactUnknown(name=fingerprint[:16])
    return _shown(session, kept)


def present(session: Session, fingerprint: str) -> str:
    """Return the card by which a partner is reached now: the one that renewed the given one, if any did."""
    kept = session.vault.contacts.get(fingerprint)
    while kept is not None and kept.replaced_by:
        fingerprint = kept.replaced_by
        kept = session.vault.contacts.get(fingerprint)
    return fingerprint


def find(session: Session, text: str) -> Contact:
    """Return the contact that a name or a fingerprint (at least its first 16 digits) means.

    A card that was renewed is found by its fingerprint only: the name means the new one.

    Raises:
        ContactUnknown: nobody.
        ContactAmbiguous: several have that name, or names that look alike.
    """
    asked = text.strip()
    digits = asked.lower().replace(" ", "")
    everybody = list_contacts(session)
    if len(digits) >= _SHORTEST_FINGERPRINT and not set(digits) - set("0123456789abcdef"):
        matches = [one for one in everybody if one.fingerprint.startswith(digits)]
    else:
        named = [one for one in everybody if looks(asked) and looks(one.name) == looks(asked)]
        matches = [one for one in named if not one.replaced_by] or named
    if not matches:
        raise ContactUnknown(name=asked)
    if len(matches) > 1:
        raise ContactAmbiguous(name=asked, count=len(matches))
    return matches[0]


def looks(name: str) -> str:
    """Return what a name looks like: Cyrillic and Greek letters that could be Latin ones count as such.

    Joiners and blank letters show nothing between Latin letters, and count as nothing.
    """
    shown = "".join(c for c in name.translate(_LIKE_LATIN) if c not in _UNSEEN)
    return "".join(fold(shown).split())


def need_usable(contact: Contact, *, unverified: bool = False) -> None:
    """Refuse a contact for whom nothing may leave.

    Args:
        contact: whom it is for.
        unverified: the officer accepted by a second act that the words were not compared.

    Raises:
        ContactRevoked, ContactReplaced, ContactExpired: always.
        ContactNotVerified: unverified, and that was not accepted.
    """
    _need_alive(contact)
    if contact.state != "verified" and not unverified:
        raise ContactNotVerified(name=contact.name, state=contact.state)


def _need_alive(contact: Contact) -> None:
    if contact.state == "revoked":
        raise ContactRevoked(name=contact.name)
    if contact.state == "replaced":
        raise ContactReplaced(name=contact.name, fingerprint=contact.replaced_by[:16])
    if contact.state == "expired":
        raise ContactExpired(name=contact.name, since=contact.card.valid_from, until=contact.card.valid_until)


def verify(session: Session, fingerprint: str, words: str, agency: str, country: str) -> Contact:
    """Make a contact verified: the words he read aloud fit his card; agency and country are what our officer knows.

    The words may be English or French. When the card renews another and the old keys signed it, the old card is
    replaced from now on, and what was given to it counts as given to this one.

    Raises:
        ContactUnknown, AgencyInvalid, briefcase.seal.errors.WordsInvalid.
        ContactRevoked, ContactReplaced, ContactExpired: no comparing of words brings such a card back.
        WordsDiffer; WordsOfAnother: they are those of another card that is here.
    """
    contact = get(session, fingerprint)
    _need_alive(contact)
    check_agency(agency, country)
    _compare(session, contact, words)
    kept = session.vault.contacts.get(fingerprint)
    if kept is None:
        raise ContactUnknown(name=contact.name)
    changed = dataclasses.replace(
        kept, state="verified", agency=agency, country=country, verified_at=session.now(), verified_by=session.officer
    )
    with session.vault.transaction():
        session.vault.contacts.put(changed, actor=session.officer, action="contact.verify")
        standing.settle_verified(session, fingerprint)
    return get(session, fingerprint)


def _compare(session: Session, contact: Contact, words: str) -> None:
    if fingerprint_words.matches(words, bytes.fromhex(contact.fingerprint)):
        return
    session.vault.audit.append("contact.words-differ", contact.fingerprint, actor=session.officer)
    others = {one.fingerprint: one.name for one in session.vault.contacts.list()}
    others |= {one.fingerprint: one.card.name for one in session.identities}
    for fingerprint, name in others.items():
        if fingerprint_words.matches(words, bytes.fromhex(fingerprint)):
            raise WordsOfAnother(name=name, fingerprint=fingerprint[:16])
    raise WordsDiffer
