"""An identity: the secret side of a contact card, kept inside the vault and nowhere else.

Three keys are made together and for one device: X-Wing for sealing, Ed25519 and ML-DSA-87 for signing. Whatever is
signed is signed by both for one purpose.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from briefcase.errors import BriefcaseError
from briefcase.seal import base64, block, canonical
from briefcase.seal import card as cards
from briefcase.seal.card import Card, SignedCard
from briefcase.seal.errors import CardInvalid, IdentityInvalid, RevocationInvalid, SuiteUnsupported
from briefcase.seal.recipients import HybridIdentity, parse_identity
from briefcase.seal.signatures import (
    ED25519_SEED,
    MLDSA_SEED,
    Signatures,
    ed25519_public,
    mldsa_public,
    sign_both,
    verify_both,
)

FORMAT = "briefcase-identity/1"
REVOCATION_FORMAT = "briefcase-revocation/1"
REVOCATION_LABEL = "BRIEFCASE REVOCATION"
YEARS = 3
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Three secret keys and the card that tells the world their public sides."""

    age: HybridIdentity
    signed_card: SignedCard
    _ed25519_seed: bytes
    _mldsa_seed: bytes

    @property
    def card(self) -> Card:
        """The card without its signatures."""
        return self.signed_card.card

    @property
    def fingerprint(self) -> str:
        """The card's fingerprint, 64 hexadecimal digits."""
        return self.card.fingerprint

    def sign(self, purpose: str, data: bytes) -> Signatures:
        """Sign *data* with both keys for one purpose of ``signatures.PURPOSES``.

        Raises:
            PurposeUnknown: there is no such purpose.
        """
        return sign_both(purpose, self._ed25519_seed, self._mldsa_seed, data)

    def to_bytes(self) -> bytes:
        """Return the secret form, canonical JSON; it belongs inside the vault."""
        return canonical.encode(
            {
                "format": FORMAT,
                "age": str(self.age),
                "ed25519": base64.encode(self._ed25519_seed),
                "mldsa87": base64.encode(self._mldsa_seed),
                "card": cards.to_builtins(self.signed_card),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Identity:
        """Return the identity of its secret form; the keys are checked against the card.

        Raises:
            IdentityInvalid: malformed, or the keys are not those of the card.
        """
        try:
            raw = msgspec.convert(canonical.decode(data), _Stored)
            age = parse_identity(raw.age)
            signed = cards.from_builtins(raw.card)
            seeds = base64.decode(raw.ed25519), base64.decode(raw.mldsa87)
        except (BriefcaseError, ValueError, msgspec.ValidationError):
            raise IdentityInvalid(reason="stored form") from None
        if raw.format != FORMAT or not isinstance(age, HybridIdentity):
            raise IdentityInvalid(reason="stored form")
        if (len(seeds[0]), len(seeds[1])) != (ED25519_SEED, MLDSA_SEED) or _publics(age, *seeds) != (
            signed.card.age,
            signed.card.ed25519,
            signed.card.mldsa87,
        ):
            raise IdentityInvalid(reason="keys and card")
        return cls(age, signed, *seeds)

    def __repr__(self) -> str:
        return f"Identity({self.fingerprint[:16]})"


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    age: str
    ed25519: str
    mldsa87: str
    card: dict[str, object]


def _publics(age: HybridIdentity, ed25519_seed: bytes, mldsa_seed: bytes) -> tuple[str, str, str]:
    return (
        str(age.recipient()),
        base64.encode(ed25519_public(ed25519_seed)),
        base64.encode(mldsa_public(mldsa_seed)),
    )


def _now() -> str:
    return datetime.now(UTC).strftime(_TIME)


def _later(start: str, years: int) -> str:
    moment = datetime.strptime(start, _TIME).replace(tzinfo=UTC)
    return (moment + timedelta(days=_DAYS_A_YEAR * years)).strftime(_TIME)


def create_identity(
    name: str,
    agency: str,
    country: str,
    *,
    role: str = "officer",
    device: str = "",
    valid_from: str | None = None,
    years: int = YEARS,
    serial: int = 1,
    predecessor: str = "",
    renewed: Identity | None = None,
) -> Identity:
    """Make three new keys and their self-signed card.

    Args:
        name: of the officer or, for ``role="agency"``, of the record authority.
        agency: as it is written, for instance ``USA/BIS``.
        country: ISO 3166-1 alpha-3.
        role: ``officer`` or ``agency``.
        device: name of the device, may be empty.
        valid_from: UTC text; now when None.
        years: of 365 days.
        serial: from 1.
        predecessor: fingerprint of the card that is renewed, or empty.
        renewed: the identity that is renewed; its keys sign the new card, and it gives predecessor and serial.

    Raises:
        CardInvalid: ``reason`` names the field.
    """
    age, seeds = HybridIdentity.generate(), (os.urandom(ED25519_SEED), os.urandom(MLDSA_SEED))
    start = valid_from or _now()
    if not cards.check_time(start):
        raise CardInvalid(reason="valid_from")
    age_text, ed25519, mldsa87 = _publics(age, *seeds)
    card = Card(
        name=name,
        agency=agency,
        country=country,
        role=role,
        device=device,
        serial=renewed.card.serial + 1 if renewed else serial,
        valid_from=start,
        valid_until=_later(start, years),
        predecessor=renewed.fingerprint if renewed else predecessor,
        suite=cards.SUITE,
        critical=(),
        age=age_text,
        ed25519=ed25519,
        mldsa87=mldsa87,
    )
    cards.validate(card)
    data = card.to_canonical()
    own = sign_both("card", *seeds, data)
    old = renewed.sign("card", data) if renewed else Signatures(b"", b"")
    return Identity(age, SignedCard(card, own.ssh, own.mldsa, old.ssh, old.mldsa), *seeds)


def verify(purpose: str, data: bytes, ssh: bytes, mldsa: bytes, card: Card) -> None:
    """Check both signatures of *data* for *purpose* against the keys of *card*.

    Raises:
        SignatureInvalid: either does not fit, or another key made it.
        PurposeUnknown: there is no such purpose.
    """
    verify_both(purpose, data, Signatures(ssh, mldsa), ed25519=card.ed25519_public, mldsa87=card.mldsa87_public)


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed statement that the keys of one card are not to be trusted any more.

    Attributes:
        format: ``briefcase-revocation/1``.
        suite: as on the card.
        critical: names of extensions that a reader must know.
        fingerprint: of the card.
        issued: UTC; made when the identity is made, so it is no statement of when the keys were lost.
    """

    format: str
    suite: str
    critical: tuple[str, ...]
    fingerprint: str
    issued: str


class _RevocationFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    revocation: dict[str, object]
    ssh: str
    mldsa87: str


def revocation_text(identity: Identity, *, issued: str | None = None) -> str:
    """Return the revocation of *identity* as a text to print at creation and to keep apart from the laptop."""
    revocation = Revocation(REVOCATION_FORMAT, cards.SUITE, (), identity.fingerprint, issued or _now())
    data = canonical.encode(msgspec.to_builtins(revocation))
    signed = identity.sign("revocation", data)
    return block.write(
        REVOCATION_LABEL,
        {
            "revocation": msgspec.to_builtins(revocation),
            "ssh": signed.ssh.decode("ascii"),
            "mldsa87": base64.encode(signed.mldsa),
        },
    )


def _read_revocation(text: str) -> tuple[Revocation, _RevocationFile]:
    try:
        raw = msgspec.convert(block.read(REVOCATION_LABEL, text), _RevocationFile)
        cards.check_version(raw.revocation, REVOCATION_FORMAT)
        return msgspec.convert(raw.revocation, Revocation), raw
    except SuiteUnsupported:
        raise
    except (BriefcaseError, ValueError, msgspec.ValidationError):
        raise RevocationInvalid(reason="structure") from None


def revocation_blocks(text: str) -> list[str]:
    """Return the revocations that stand in *text*, each as its own text; words around them do not matter."""
    return block.find(REVOCATION_LABEL, text)


def revoked_fingerprint(text: str) -> str:
    """Return the fingerprint that a revocation text *names*, to find the card; nothing is verified.

    Raises:
        RevocationInvalid: malformed.
        SuiteUnsupported: it needs a newer version.
    """
    return _read_revocation(text)[0].fingerprint


def parse_revocation(text: str, card: Card) -> Revocation:
    """Return the revocation of *card*, both signatures verified.

    Raises:
        RevocationInvalid: malformed, for another card, or a signature does not fit.
        SuiteUnsupported: it needs a newer version.
    """
    revocation, raw = _read_revocation(text)
    if revocation.fingerprint != card.fingerprint:
        raise RevocationInvalid(reason="another card")
    if not cards.check_time(revocation.issued):
        raise RevocationInvalid(reason="issued")
    try:
        data = canonical.encode(raw.revocation)
        verify("revocation", data, raw.ssh.encode("ascii"), base64.decode(raw.mldsa87), card)
    except (BriefcaseError, ValueError):
        raise RevocationInvalid(reason="signature") from None
    return revocation
