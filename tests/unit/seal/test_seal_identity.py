"""Cards, identities, renewals and revocations."""

from __future__ import annotations

import msgspec
import pytest

from briefcase.errors import BriefcaseError
from briefcase.seal import block, canonical
from briefcase.seal import card as cards
from briefcase.seal.errors import (
    CardInvalid,
    IdentityInvalid,
    RevocationInvalid,
    SignatureInvalid,
    SuiteUnsupported,
)
from briefcase.seal.identity import (
    Identity,
    create_identity,
    parse_revocation,
    revocation_text,
    revoked_fingerprint,
    verify,
)

ME = create_identity("Ann Example", "USA/BIS", "USA", device="laptop 1", valid_from="2026-11-24T06:00:00Z")
THIEF = create_identity("Ann Example", "USA/BIS", "USA")


def rewritten(**changes: object) -> str:
    """A card file of ME whose card was changed, signed again by ME's own keys."""
    card = {**canonical.decode(ME.card.to_canonical()), **changes}
    signed = ME.sign("card", canonical.encode(card))
    value = {**cards.to_builtins(ME.signed_card), "card": card, "ssh": signed.ssh.decode()}
    return block.write(cards.LABEL, {**value, "mldsa87": cards.base64.encode(signed.mldsa)})


def test_a_card_comes_back() -> None:
    text = cards.card_text(ME.signed_card)
    assert cards.parse_card(text) == ME.signed_card
    assert cards.parse_card("\ufeff\r\n" + text.replace("\n", "\r\n") + "  \n") == ME.signed_card
    assert len(ME.card.words()) == len(ME.card.words("fr")) == 12
    assert ME.card.is_current("2026-11-24T06:00:00Z")
    assert not ME.card.is_current(ME.card.valid_until)


def test_a_key_holder_cannot_keep_his_words_under_another_country() -> None:
    other = cards.parse_card(rewritten(country="AUS")).card
    assert other.country == "AUS"
    assert other.fingerprint != ME.fingerprint
    assert other.words() != ME.card.words()


@pytest.mark.parametrize(
    "field", ["name", "agency", "country", "role", "device", "valid_until", "serial", "predecessor"]
)
def test_every_field_is_under_the_fingerprint(field: str) -> None:
    values = {
        "serial": 7,
        "role": "agency",
        "predecessor": "0" * 64,
        "country": "GBR",
        "valid_until": "2040-01-01T00:00:00Z",
    }
    changed = msgspec.structs.replace(ME.card, **{field: values.get(field, "X")})
    assert changed.fingerprint != ME.fingerprint


def test_a_changed_card_without_new_signatures_is_refused() -> None:
    value = cards.to_builtins(ME.signed_card)
    value["card"] = {**value["card"], "country": "AUS"}
    with pytest.raises(CardInvalid):
        cards.parse_card(block.write(cards.LABEL, value))


def test_the_signatures_of_another_key_are_refused() -> None:
    value = cards.to_builtins(ME.signed_card)
    theirs = THIEF.sign("card", ME.card.to_canonical())
    for name, item in (("ssh", theirs.ssh.decode()), ("mldsa87", cards.base64.encode(theirs.mldsa))):
        with pytest.raises(CardInvalid):
            cards.parse_card(block.write(cards.LABEL, {**value, name: item}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " Ann"),
        ("name", "A\u202enn"),
        ("name", "A\nnn"),
        ("name", "x" * 201),
        ("country", "usa"),
        ("country", "US"),
        ("role", "boss"),
        ("serial", 0),
        ("serial", True),
        ("valid_from", "2026-11-24"),
        ("valid_until", "2020-01-01T00:00:00Z"),
        ("predecessor", "xyz"),
        ("age", "age1pq1"),
        ("age", None),
        ("ed25519", "AAAA"),
        ("mldsa87", "!"),
        ("more", "x"),
    ],
)
def test_fields_are_checked_even_when_well_signed(field: str, value: object) -> None:
    with pytest.raises(CardInvalid):
        cards.parse_card(rewritten(**{field: value}))


@pytest.mark.parametrize(
    "change", [{"suite": "next"}, {"critical": ["new"]}, {"format": "briefcase-card/2"}, {"suite": "next", "more": 1}]
)
def test_what_this_version_does_not_know_is_said(change: dict[str, object]) -> None:
    with pytest.raises(SuiteUnsupported):
        cards.parse_card(rewritten(**change))


def test_names_in_other_scripts_are_fine() -> None:
    for name in ("Ольга Петрова", "王小明", "مهدی رضا\u200cزاده", "Zoë Ångström"):
        assert create_identity(name, "GBR/HMRC", "GBR").card.name == name


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN BRIEFCASE CARD-----\n\n-----END BRIEFCASE CARD-----", "é" * 9]
)
def test_what_is_no_card(text: str) -> None:
    with pytest.raises(CardInvalid):
        cards.parse_card(text)


def test_an_identity_comes_back_and_hides_itself() -> None:
    stored = ME.to_bytes()
    again = Identity.from_bytes(stored)
    assert again.to_bytes() == stored
    assert "SECRET" not in repr(again)
    for data in (b"", b"{}", stored[:-1], stored.replace(b"identity/1", b"identity/2")):
        with pytest.raises(IdentityInvalid):
            Identity.from_bytes(data)
    mixed = {**canonical.decode(stored), "age": str(THIEF.age)}
    with pytest.raises(IdentityInvalid):
        Identity.from_bytes(canonical.encode(mixed))


def test_signing_for_a_purpose() -> None:
    signed = ME.sign("bundle", b"data")
    verify("bundle", b"data", signed.ssh, signed.mldsa, ME.card)
    for purpose, data, card in (
        ("receipt", b"data", ME.card),
        ("bundle", b"Data", ME.card),
        ("bundle", b"data", THIEF.card),
    ):
        with pytest.raises(SignatureInvalid):
            verify(purpose, data, signed.ssh, signed.mldsa, card)


def test_a_renewal_is_shown_as_one_and_a_claim_is_not() -> None:
    new = create_identity("Ann Example", "USA/BIS", "USA", renewed=ME)
    assert new.card.predecessor == ME.fingerprint
    assert new.card.serial == 2
    assert cards.renews(cards.parse_card(cards.card_text(new.signed_card)), ME.card)
    claim = create_identity("Ann Example", "USA/BIS", "USA", predecessor=ME.fingerprint, serial=2)
    assert not cards.renews(claim.signed_card, ME.card)
    assert not cards.renews(new.signed_card, THIEF.card)
    assert Identity.from_bytes(new.to_bytes()).signed_card == new.signed_card


def test_a_revocation_speaks_for_its_own_card_only() -> None:
    text = revocation_text(ME, issued="2026-11-24T06:00:00Z")
    assert revoked_fingerprint(text) == ME.fingerprint
    assert parse_revocation(text, ME.card).fingerprint == ME.fingerprint
    with pytest.raises(RevocationInvalid):
        parse_revocation(text, THIEF.card)
    value = block.read("BRIEFCASE REVOCATION", text)
    value["revocation"] = {**value["revocation"], "fingerprint": THIEF.fingerprint}
    with pytest.raises(RevocationInvalid):
        parse_revocation(block.write("BRIEFCASE REVOCATION", value), THIEF.card)
    value["revocation"] = {**value["revocation"], "critical": ["x"]}
    with pytest.raises(SuiteUnsupported):
        parse_revocation(block.write("BRIEFCASE REVOCATION", value), ME.card)
    with pytest.raises(BriefcaseError):
        parse_revocation("nothing", ME.card)


def test_the_same_keys_under_another_card_are_another_card() -> None:
    twin = cards.parse_card(rewritten(country="AUS")).card
    new = create_identity("Ann Example", "USA/BIS", "USA", renewed=ME)
    assert not cards.renews(new.signed_card, twin)
    with pytest.raises(RevocationInvalid):
        parse_revocation(revocation_text(ME), twin)
