"""What is sealed is opened by whom it is for, and by nobody else."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import hashlib
import io
import random

import pytest

from briefcase.bundle.errors import BundleNoEntry, BundleNotReadable, BundleRecipientsRefused
from briefcase.bundle.open import open_bundle
from briefcase.bundle.sealing import recipients_of
from briefcase.bundle.verdict import KnownContact, Verdict
from briefcase.seal.identity import create_identity

BIG = random.Random(7).randbytes(2_500_000)  # noqa: S311 - content, no secret


def test_a_recipient_reads_everything(seal, look):
    sealed = seal([BIG, b""])
    with look(sealed.path) as opened:
        assert opened.verdict is Verdict.VERIFIED
        assert opened.facts.bundle_id == sealed.bundle_id
        assert opened.facts.manifest_sha256 == sealed.manifest_sha256
        assert opened.facts.size == sealed.size == sealed.path.stat().st_size == opened.facts.expected
        assert set(opened.facts.recipients) == {"Bob Birch", "Cy Cedar"}
        assert opened.facts.sender_name == "Ann Ash"
        assert [record.id[-3:] for record in opened.records()] == ["001", "002", "003", "00a", "00b"]
        assert [line.text for line in opened.tear_lines] == ["Financing ran through a third country."]
        with opened.open_entry("attachments/" + hashlib.sha256(BIG).hexdigest()) as file:
            file.seek(1_048_570)
            assert file.read(20) == BIG[1_048_570:1_048_590]
            file.seek(0)
            assert file.read() == BIG
        steps = []
        opened.verify_all(lambda done, total: steps.append((done, total)))
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]


def test_the_name_of_the_file_says_nothing(seal):
    one, two = seal(), seal()
    assert one.path.name != two.path.name
    assert one.path.suffix == ".brief"
    assert one.path.stat().st_mode & 0o077 == 0


def test_somebody_else_cannot_open_it(seal, look, world):
    opened = look(seal(to=[world.gbr]).path)
    assert opened.verdict is Verdict.NOT_ADDRESSED
    assert opened.verdict.exit_status == 10
    assert opened.facts.sender_name == ""
    with pytest.raises(BundleNotReadable):
        opened.records()


def test_the_sender_opens_it_only_when_he_asked_for_it(seal, look, world):
    assert look(seal().path, who=world.usa).verdict is Verdict.NOT_ADDRESSED
    assert look(seal(to=[world.aus, world.usa]).path, who=world.usa).verdict is Verdict.VERIFIED


def test_an_unknown_sender(seal, look, world):
    opened = look(seal().path, contacts=[KnownContact(world.gbr.card, "verified")])
    assert opened.verdict is Verdict.UNKNOWN_SENDER
    assert opened.verdict.exit_status == 11
    assert opened.facts.sender_key.startswith("SHA256:")
    assert opened.facts.sender_name == ""
    with pytest.raises(BundleNotReadable):
        _ = opened.manifest


@pytest.mark.parametrize(
    ("state", "verdict"), [("unverified", Verdict.UNVERIFIED_SENDER), ("expired", Verdict.EXPIRED_SENDER)]
)
def test_a_contact_of_lesser_standing(seal, look, world, state, verdict):
    opened = look(seal().path, contacts=[KnownContact(world.usa.card, state, "Ann")])
    assert opened.verdict is verdict
    assert opened.verdict.exit_status == 11
    assert opened.verdict.may_be_accepted
    assert opened.facts.sender_state == state
    opened.verify_all()


@pytest.mark.parametrize("to", ["us", "others"])
def test_what_a_revoked_key_signed_is_not_shown_whatever_date_it_bears(seal, look, world, workshop, to):
    sealed = seal()
    plain = workshop.reseal(workshop.plain(sealed), to=[world.aus, world.gbr] if to == "us" else [world.aus])
    opened = look(plain, contacts=[KnownContact(world.usa.card, "revoked", "Ann")])
    assert opened.verdict is Verdict.REVOKED_SENDER
    assert opened.verdict.exit_status == 11
    assert not opened.verdict.is_readable
    assert not opened.verdict.may_be_accepted
    assert opened.facts.bundle_id == sealed.bundle_id
    assert "anybody" in opened.sentence
    with pytest.raises(BundleNotReadable):
        opened.records()


def test_what_a_renewed_card_signed_stays_good_until_its_end(seal, look, world):
    old = [KnownContact(world.usa.card, "replaced", "Ann")]
    opened = look(seal().path, contacts=old)
    assert opened.verdict is Verdict.VERIFIED
    assert opened.facts.sender_state == "replaced"
    assert "renewed" in opened.sentence
    assert look(seal().path, contacts=old, now=world.usa.card.valid_until).verdict is Verdict.EXPIRED_SENDER


def test_a_card_that_has_run_out(seal, look, world):
    opened = look(seal().path, now="2036-01-01T00:00:00Z")
    assert opened.verdict is Verdict.EXPIRED_SENDER
    assert opened.facts.sender_state == "expired"
    assert world.usa.card.valid_until[:10] in opened.sentence


def test_a_recipient_who_stands_twice_counts_once(seal, look, world):
    opened = look(seal(to=[world.aus, world.aus, world.gbr]).path)
    assert opened.verdict is Verdict.VERIFIED
    assert opened.facts.stanzas == 2


def test_the_number_of_recipients_is_bounded(seal, world, tmp_path):
    with pytest.raises(BundleRecipientsRefused):
        seal(to=[])
    many = [world.aus.card.__class__(**{**_fields(world.aus.card), "serial": n + 1}) for n in range(65)]
    with pytest.raises(BundleRecipientsRefused):
        recipients_of(many)
    with pytest.raises(BundleRecipientsRefused):
        recipients_of(many[:2])
    assert list(tmp_path.iterdir()) == []


def _fields(card):
    return {field: getattr(card, field) for field in card.__struct_fields__}


def test_sixty_four_recipients_fit(seal, look):
    people = [create_identity(f"P{n}", "GBR/HMRC", "GBR", valid_from="2026-01-01T00:00:00Z") for n in range(64)]
    opened = look(seal(to=people).path, who=people[63])
    assert opened.verdict is Verdict.VERIFIED
    assert opened.facts.stanzas == 64


def test_an_entry_that_is_not_there(seal, look):
    with look(seal().path) as opened, pytest.raises(BundleNoEntry):
        opened.open_entry("nothing")


def test_no_key_at_all(seal, world):
    assert open_bundle(seal().path, [], world.contacts(), "2026-11-24T06:02:56Z").verdict is Verdict.NOT_ADDRESSED


def test_a_former_key_opens_what_was_sealed_to_it(seal, world):
    renewed = create_identity("Bob Birch", "AUS/ABF", "AUS", renewed=world.aus)
    path = seal().path
    with open_bundle(path, [renewed, world.aus], world.contacts(), "2026-11-24T06:02:56Z") as opened:
        assert opened.verdict is Verdict.VERIFIED
        assert opened.facts.opened_with == world.aus.fingerprint
    assert open_bundle(path, [renewed], world.contacts(), "2026-11-24T06:02:56Z").verdict is Verdict.NOT_ADDRESSED


def test_the_key_that_opens_must_be_the_one_that_the_sender_named(seal, workshop, world):
    """Resealed to our other key: the sender named one of our cards, but never sealed to the one that opens it."""
    renewed = create_identity("Bob Birch", "AUS/ABF", "AUS", renewed=world.aus)
    resealed = workshop.reseal(workshop.plain(seal()), to=[renewed, world.gbr])
    opened = open_bundle(io.BytesIO(resealed), [renewed, world.aus], world.contacts(), "2026-11-24T06:02:56Z")
    assert opened.verdict is Verdict.NOT_ADDRESSED
    assert opened.facts.reason == "resealed"


def test_the_sentence_names_the_agency_that_our_officer_set(seal, look, world):
    known = KnownContact(world.usa.card, "verified", "Ann Ash", "USA/OEE")
    assert "Ann Ash (USA/OEE)" in look(seal().path, contacts=[known]).sentence
    assert "Ann Ash (says USA/BIS)" in look(seal().path, contacts=[KnownContact(world.usa.card)]).sentence


def test_what_is_not_for_us_says_whether_its_sender_is_verified(seal, look, workshop, world):
    resealed = workshop.reseal(workshop.plain(seal()), to=[world.usa, world.gbr])
    for state, said in (("verified", False), ("replaced", False), ("unverified", True)):
        opened = look(resealed, who=world.usa, contacts=[KnownContact(world.usa.card, state)])
        assert opened.verdict is Verdict.NOT_ADDRESSED
        assert ("not verified" in opened.sentence) is said
