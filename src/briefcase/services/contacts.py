"""Partners: our card out, their cards in, and the comparing of words that makes a contact verified."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from briefcase.records.folding import fold
from briefcase.release.decision import Recipient
from briefcase.seal import words as fingerprint_words
from briefcase.seal.card import Card, card_text, parse_card
from briefcase.services.errors import (
    ContactAmbiguous,
    ContactOwnCard,
    ContactRevoked,
    ContactUnknown,
    WordsDiffer,
)
from briefcase.services.files import read_file, write_file
from briefcase.services.session import Session, check_agency
from briefcase.vault.values import Contact as Kept
from briefcase.vault.values import ContactState

_SHORTEST_FINGERPRINT = 16
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
        claimed: agency and country as the card says them.
        state: ``unverified``, ``verified``, ``revoked`` or ``expired``.
        words: the twelve words of his card.
        card: what he signs and what is sealed to.
        verified_at: UTC, empty when he is not.
    """

    fingerprint: str
    name: str
    agency: str
    country: str
    claimed: str
    state: ContactState
    words: tuple[str, ...]
    card: Card
    verified_at: str = ""

    @property
    def recipient(self) -> Recipient:
        """The contact as a release decision knows him."""
        return Recipient(self.name, self.fingerprint, self.country, self.agency)


def _shown(kept: Kept, now: str) -> Contact:
    card = parse_card(kept.card_text).card
    lapsed = kept.state in ("verified", "unverified") and not card.is_current(now)
    return Contact(
        fingerprint=kept.fingerprint,
        name=kept.name,
        agency=kept.agency,
        country=kept.country,
        claimed=card.agency,
        state="expired" if lapsed else kept.state,
        words=card.words(),
        card=card,
        verified_at=kept.verified_at,
    )


def own_card_text(session: Session) -> str:
    """Return our card as the text that partners import."""
    return card_text(session.identity.signed_card)


def export_card(session: Session, path: Path) -> None:
    """Write our card to a file."""
    write_file(path, own_card_text(session).encode())
    session.vault.audit.append("card.export", session.fingerprint, actor=session.officer)


def import_card(session: Session, path: Path, *, agency: str = "", country: str = "") -> Contact:
    """Keep the card in a file as an unverified contact; one that is known already keeps its state.

    Args:
        session: open.
        path: of the card.
        agency: as our officer knows it; what the card says is never used for release.
        country: likewise; both or none.

    Raises:
        FileUnreadable, ContactOwnCard, AgencyInvalid, briefcase.seal.errors.CardInvalid.
    """
    if agency or country:
        check_agency(agency, country)
    text = read_file(path, limit=1024 * 1024).decode("utf-8", "replace")
    card = parse_card(text).card
    if card.fingerprint == session.fingerprint:
        raise ContactOwnCard
    kept = session.vault.contacts.get(card.fingerprint)
    if kept is None:
        kept = Kept(card.fingerprint, card.name, text, agency=agency, country=country)
        session.vault.contacts.put(kept, actor=session.officer, action="contact.import")
    return _shown(kept, session.now())


def list_contacts(session: Session) -> list[Contact]:
    """Return all contacts by name."""
    now = session.now()
    return [_shown(kept, now) for kept in session.vault.contacts.list()]


def get(session: Session, fingerprint: str) -> Contact:
    """Return one contact by its fingerprint.

    Raises:
        ContactUnknown: there is none.
    """
    kept = session.vault.contacts.get(fingerprint)
    if kept is None:
        raise ContactUnknown(name=fingerprint[:16])
    return _shown(kept, session.now())


def find(session: Session, text: str) -> Contact:
    """Return the contact that a name or a fingerprint (at least its first 16 digits) means.

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
        matches = [one for one in everybody if _looks(asked) and _looks(one.name) == _looks(asked)]
    if not matches:
        raise ContactUnknown(name=asked)
    if len(matches) > 1:
        raise ContactAmbiguous(name=asked, count=len(matches))
    return matches[0]


def _looks(name: str) -> str:
    """Return what a name looks like: Cyrillic and Greek letters that could be Latin ones count as such."""
    return "".join(fold(name.translate(_LIKE_LATIN)).split())


def verify(session: Session, fingerprint: str, words: str, agency: str, country: str) -> Contact:
    """Make a contact verified: the words he read aloud fit his card; agency and country are what our officer knows.

    Raises:
        ContactUnknown, WordsDiffer, AgencyInvalid, briefcase.seal.errors.WordsInvalid.
        ContactRevoked: its key is known to be lost; no comparing of words brings it back.
    """
    contact = get(session, fingerprint)
    if contact.state == "revoked":
        raise ContactRevoked(name=contact.name)
    check_agency(agency, country)
    if not fingerprint_words.matches(words, bytes.fromhex(contact.fingerprint)):
        session.vault.audit.append("contact.words-differ", contact.fingerprint, actor=session.officer)
        raise WordsDiffer
    kept = session.vault.contacts.get(contact.fingerprint)
    if kept is None:
        raise ContactUnknown(name=contact.name)
    changed = dataclasses.replace(
        kept, state="verified", agency=agency, country=country, verified_at=session.now(), verified_by=session.officer
    )
    session.vault.contacts.put(changed, actor=session.officer, action="contact.verify")
    return get(session, fingerprint)
