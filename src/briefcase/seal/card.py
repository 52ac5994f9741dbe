"""The contact card: who somebody says he is, and the three public keys that his seals and signatures use.

A card is signed by both of its own keys (purpose ``card``). Its fingerprint is the SHA-256 of the *whole* canonical
card, so that no key holder can re-sign himself into another country under the same words. A card that renews another
names it as ``predecessor`` and may carry the signatures of the old keys; it stays unverified all the same until the
words are compared again. What a card says about agency and country is never used for release.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from typing import Final

import msgspec

from briefcase.errors import BriefcaseError
from briefcase.seal import base64, block, canonical
from briefcase.seal.errors import CardInvalid, RecipientInvalid, SuiteUnsupported
from briefcase.seal.recipients import HybridRecipient, parse_recipient
from briefcase.seal.signatures import (
    ED25519_PUBLIC,
    MLDSA_PUBLIC,
    Signatures,
    ssh_public_line,
    verify_both,
)
from briefcase.seal.words import words_for

FORMAT: Final = "briefcase-card/1"
SUITE: Final = "mlkem768x25519-ed25519-mldsa87"
LABEL: Final = "BRIEFCASE CARD"
ROLES: Final = ("officer", "agency")
_LONGEST_NAME = 200
_COUNTRY = re.compile(r"[A-Z]{3}\Z")
_FINGERPRINT = re.compile(r"(?:[0-9a-f]{64})?\Z")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_JOINERS = "\u200c\u200d"
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and marks that show nothing; Unicode calls them default ignorable, or blank."""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed content of a contact card.

    Attributes:
        name: of the officer, or of the record authority when ``role`` is ``agency``.
        agency: as its owner writes it, for instance ``USA/BIS``.
        country: ISO 3166-1 alpha-3.
        role: ``officer`` or ``agency``.
        device: name of the device that holds the keys, may be empty; one key set per device.
        serial: counts the cards of this owner from 1.
        valid_from: UTC, ``2026-11-24T06:02:56Z``.
        valid_until: likewise, exclusive.
        predecessor: fingerprint of the card that this one renews, or empty.
        suite: the algorithms, ``SUITE``.
        critical: names of extensions that a reader must know.
        age: ``age1pq1…``.
        ed25519: Base 64 of 32 bytes.
        mldsa87: Base 64 of 2,592 bytes.
    """

    name: str
    agency: str
    country: str
    role: str
    device: str
    serial: int
    valid_from: str
    valid_until: str
    predecessor: str
    suite: str
    critical: tuple[str, ...]
    age: str
    ed25519: str
    mldsa87: str

    def to_canonical(self) -> bytes:
        """Return the canonical bytes that are signed and fingerprinted."""
        return canonical.encode({"format": FORMAT, **msgspec.to_builtins(self)})

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole canonical card, 64 hexadecimal digits."""
        return hashlib.sha256(self.to_canonical()).hexdigest()

    def words(self, language: str = "en") -> tuple[str, ...]:
        """Return the twelve words of the fingerprint."""
        return words_for(bytes.fromhex(self.fingerprint), language)

    @property
    def recipient(self) -> HybridRecipient:
        """The key that files for this owner are sealed to."""
        found = parse_recipient(self.age)
        if not isinstance(found, HybridRecipient):
            raise CardInvalid(reason="age")
        return found

    @property
    def ed25519_public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return base64.decode(self.ed25519)

    @property
    def mldsa87_public(self) -> bytes:
        """The ML-DSA-87 public key, 2,592 bytes."""
        return base64.decode(self.mldsa87)

    @property
    def ssh_line(self) -> str:
        """The Ed25519 key as an OpenSSH public key line, for ``ssh-keygen -Y verify``."""
        return ssh_public_line(self.ed25519_public, self.fingerprint[:16])

    def is_current(self, now: str) -> bool:
        """Tell whether the card is valid at *now* (UTC text); its end is exclusive."""
        return self.valid_from <= now < self.valid_until


class SignedCard(msgspec.Struct, frozen=True):
    """A card with the signatures of its own keys and, when it renews another, those of the old keys (or empty)."""

    card: Card
    ssh_signature: bytes
    mldsa_signature: bytes
    predecessor_ssh: bytes = b""
    predecessor_mldsa: bytes = b""


def _check_text(field: str, value: str, *, empty: bool = False) -> None:
    """Refuse text that could show itself as something else, or as nothing: controls, format characters, loose ends."""
    odd = any(unicodedata.category(c)[0] == "C" and c not in _JOINERS for c in value)
    separators = any(unicodedata.category(c) in ("Zl", "Zp") for c in value)
    loose = value != value.strip() or value != unicodedata.normalize("NFC", value)
    seen = any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in value)
    if odd or separators or loose or (value and not seen) or len(value) > _LONGEST_NAME or not (value or empty):
        raise CardInvalid(reason=field)


def check_time(value: str) -> bool:
    """Tell whether *value* is a UTC time in the one form that is used everywhere."""
    try:
        return datetime.strptime(value, _TIME).strftime(_TIME) == value  # noqa: DTZ007 - the form says UTC by its Z
    except ValueError:
        return False


def _check_key(field: str, text: str, length: int) -> None:
    try:
        if len(base64.decode(text)) == length:
            return
    except ValueError:
        pass
    raise CardInvalid(reason=field)


def validate(card: Card) -> None:
    """Check every field of a card.

    Raises:
        SuiteUnsupported: an unknown suite or critical extension.
        CardInvalid: ``reason`` names the field.
    """
    if card.suite != SUITE:
        raise SuiteUnsupported(needs=_printable(card.suite))
    if card.critical:
        raise SuiteUnsupported(needs=_printable(", ".join(card.critical)))
    _check_text("name", card.name)
    _check_text("agency", card.agency)
    _check_text("device", card.device, empty=True)
    checks = {
        "country": bool(_COUNTRY.match(card.country)),
        "role": card.role in ROLES,
        "serial": card.serial >= 1,
        "valid_from": check_time(card.valid_from),
        "valid_until": check_time(card.valid_until) and card.valid_from < card.valid_until,
        "predecessor": bool(_FINGERPRINT.match(card.predecessor)),
    }
    for field, good in checks.items():
        if not good:
            raise CardInvalid(reason=field)
    try:
        good = str(card.recipient) == card.age
    except RecipientInvalid:
        good = False
    if not good:
        raise CardInvalid(reason="age")
    _check_key("ed25519", card.ed25519, ED25519_PUBLIC)
    _check_key("mldsa87", card.mldsa87, MLDSA_PUBLIC)


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isprintable())[:100]


def verify_card(signed: SignedCard) -> None:
    """Check the fields and both self signatures.

    Raises:
        SuiteUnsupported, CardInvalid: as their names say.
    """
    card = signed.card
    validate(card)
    try:
        verify_both(
            "card",
            card.to_canonical(),
            Signatures(signed.ssh_signature, signed.mldsa_signature),
            ed25519=card.ed25519_public,
            mldsa87=card.mldsa87_public,
        )
    except BriefcaseError:
        raise CardInvalid(reason="self signature") from None


def renews(signed: SignedCard, old: Card) -> bool:
    """Tell whether *signed* names *old* as its predecessor and the old keys signed it.

    It is then shown as a renewal, and is unverified like any new card: a thief can renew, too.
    """
    if signed.card.predecessor != old.fingerprint:
        return False
    try:
        verify_both(
            "card",
            signed.card.to_canonical(),
            Signatures(signed.predecessor_ssh, signed.predecessor_mldsa),
            ed25519=old.ed25519_public,
            mldsa87=old.mldsa87_public,
        )
    except BriefcaseError:
        return False
    return True


def to_builtins(signed: SignedCard) -> dict[str, object]:
    """Return the JSON object of a signed card, as it stands in a card file and in a stored identity."""
    value: dict[str, object] = {
        "card": canonical.decode(signed.card.to_canonical()),
        "mldsa87": base64.encode(signed.mldsa_signature),
        "ssh": signed.ssh_signature.decode("ascii"),
    }
    if signed.predecessor_ssh:
        value["predecessor_ssh"] = signed.predecessor_ssh.decode("ascii")
        value["predecessor_mldsa87"] = base64.encode(signed.predecessor_mldsa)
    return value


def from_builtins(value: object) -> SignedCard:
    """Return the verified card of such an object.

    Raises:
        CardInvalid, SuiteUnsupported: as their names say.
    """
    try:
        raw = msgspec.convert(value, _File)
        card = {name: item for name, item in raw.card.items() if name != "format"}
        check_version(raw.card, FORMAT)
        signed = SignedCard(
            msgspec.convert(card, Card),
            raw.ssh.encode("ascii"),
            base64.decode(raw.mldsa87),
            raw.predecessor_ssh.encode("ascii"),
            base64.decode(raw.predecessor_mldsa87),
        )
    except (ValueError, msgspec.ValidationError):
        raise CardInvalid(reason="structure") from None
    verify_card(signed)
    return signed


def check_version(raw: dict[str, object], form: str) -> None:
    """Say what is needed for a signed text of a later kind, before its unknown fields are called malformed.

    Raises:
        SuiteUnsupported: its format is not *form*, or it names an unknown suite or critical extension.
    """
    for field, known in (("format", form), ("suite", SUITE), ("critical", [])):
        if raw.get(field) != known:
            raise SuiteUnsupported(needs=_printable(f"{field} {raw.get(field)}"))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    card: dict[str, object]
    ssh: str
    mldsa87: str
    predecessor_ssh: str = ""
    predecessor_mldsa87: str = ""


def card_text(signed: SignedCard) -> str:
    """Return the card as a text file."""
    return block.write(LABEL, to_builtins(signed))


def parse_card(text: str) -> SignedCard:
    """Return the card of a text file, both self signatures verified.

    Raises:
        CardInvalid: malformed, or a signature does not fit.
        SuiteUnsupported: it needs a newer version.
    """
    try:
        value = block.read(LABEL, text)
    except ValueError as error:
        raise CardInvalid(reason=str(error)) from None
    except BriefcaseError:
        raise CardInvalid(reason="canonical form") from None
    return from_builtins(value)
