"""Which card counts: renewed, revoked, lost, expired; and what may come and go under each."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, D102 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest

from briefcase.bundle.verdict import Verdict
from briefcase.seal import base64, block, canonical
from briefcase.seal.card import SignedCard, card_text
from briefcase.seal.errors import RevocationInvalid, SuiteUnsupported
from briefcase.seal.identity import Identity, create_identity, revocation_text
from briefcase.seal.signatures import sign_both
from briefcase.services import contacts, handover, identity, printing, receiving, sheets, trust, withdrawn
from briefcase.services.errors import (
    ContactAmbiguous,
    ContactExpired,
    ContactNotVerified,
    ContactReplaced,
    ContactRevoked,
    ContactUnknown,
    DeviceInvalid,
    FileExists,
    IdentityExpired,
    OwnCardInUse,
    PassphraseWrong,
    TakeInRefused,
    TimeInvalid,
    WordsDiffer,
    WordsOfAnother,
)
from briefcase.services.session import unlock

PASSPHRASE = "correct horse battery staple"
LABEL = "BRIEFCASE REVOCATION"
BEFORE = "ab" * 32
LATE = "2099-01-01T00:00:00Z"


def bring(who, signed: SignedCard, folder: Path, **more) -> contacts.Contact:
    path = folder / f"{signed.card.fingerprint}.card"
    path.write_text(card_text(signed), encoding="utf-8")
    return contacts.import_card(who, path, **more)


def confirm(who, theirs: Identity, agency: str = "GBR/HMRC", language: str = "en") -> contacts.Contact:
    return contacts.verify(who, theirs.fingerprint, " ".join(theirs.card.words(language)), agency, agency[:3])


def renewed(world) -> contacts.Contact:
    """Renew the card of GBR and bring the new one, unverified, to the USA."""
    world.gbr = identity.renew(world.gbr, PASSPHRASE).session
    return bring(world.usa, world.gbr.identity.signed_card, world.folder)


def revoke(world, text: str, name: str = "lost.txt") -> list[trust.Outcome]:
    path = world.folder / name
    path.write_text(text, encoding="utf-8")
    return withdrawn.revoke_file(world.usa, path)


def actions(session) -> list[str]:
    return [entry.action for entry in session.vault.audit.entries()]


def detail(session, action: str) -> dict[str, object]:
    return [entry for entry in session.vault.audit.entries() if entry.action == action][-1].detail


def look(who, path: Path):
    received = receiving.inspect(who, path)
    received.close()
    return received


def later(monkeypatch, session, time: str = LATE) -> None:
    monkeypatch.setattr(type(session.vault.audit), "now", lambda _self: time)


class TestRenewingOurOwn:
    """New keys on this device; the old ones open what was sealed to them, and nobody is locked out on the way."""

    def test_the_new_card_names_the_old_one_and_is_signed_by_it(self, world):
        old = world.gbr.identity
        made = identity.renew(world.gbr, PASSPHRASE, device="Laptop 2")
        assert made.card.predecessor == old.fingerprint
        assert (made.card.serial, made.card.device, made.card.name) == (2, "Laptop 2", "Owen")
        assert made.session.fingerprint == made.card.fingerprint != old.fingerprint
        assert made.session.identities == (made.session.identity, old)
        assert detail(world.gbr, "identity.renew")["predecessor"] == old.fingerprint

    def test_it_is_there_after_the_next_unlock_and_a_second_time(self, world):
        first = world.gbr.identity
        second = identity.renew(world.gbr, PASSPHRASE).session
        third = identity.renew(second, PASSPHRASE).session
        world.gbr.close()
        world.gbr = unlock(world.folder / "gbr", PASSPHRASE)
        kept = [one.fingerprint for one in world.gbr.identities]
        assert kept == [third.fingerprint, second.fingerprint, first.fingerprint]
        assert world.gbr.vault.check() == []

    def test_what_was_sealed_to_the_old_card_still_opens(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        path = world.seal(world.usa, [note.id], world.gbr)[0].path
        old = world.gbr.fingerprint
        world.gbr = identity.renew(world.gbr, PASSPHRASE).session
        seen = look(world.gbr, path)
        assert seen.verdict is Verdict.VERIFIED
        assert seen.opened.facts.opened_with == old
        assert world.take(world.gbr, path).new == (note.id,)

    def test_the_wrong_passphrase_renews_nothing(self, world):
        before = world.gbr.vault.settings.blob("identity")
        with pytest.raises(PassphraseWrong):
            identity.renew(world.gbr, "not this one", revocation=world.folder / "r.txt")
        assert world.gbr.vault.settings.blob("identity") == before
        assert not (world.folder / "r.txt").exists()

    def test_no_renewal_without_its_revocations(self, world):
        taken = world.folder / "r.txt"
        taken.write_text("mine", encoding="utf-8")
        before = world.gbr.vault.settings.blob("identity")
        with pytest.raises(FileExists):
            identity.renew(world.gbr, PASSPHRASE, revocation=taken)
        assert taken.read_text(encoding="utf-8") == "mine"
        assert world.gbr.vault.settings.blob("identity") == before

    def test_a_renewal_that_fails_takes_its_revocations_back(self, world, monkeypatch):
        path = world.folder / "r.txt"
        written = sheets.write_revocation

        def fails(*given, **more):
            written(*given, **more)
            raise KeyboardInterrupt

        monkeypatch.setattr(sheets, "write_revocation", fails)
        before = world.gbr.vault.settings.blob("identity")
        with pytest.raises(KeyboardInterrupt):
            identity.renew(world.gbr, PASSPHRASE, revocation=path)
        assert not path.exists()
        assert world.gbr.vault.settings.blob("identity") == before

    @pytest.mark.parametrize("device", ["a\nb", "x" * 201, " loose "])
    def test_a_device_that_cannot_be_read_aloud(self, world, device):
        with pytest.raises(DeviceInvalid):
            identity.renew(world.gbr, PASSPHRASE, device=device)

    def test_one_paper_revokes_every_key_of_the_device(self, world):
        old = world.gbr.fingerprint
        path = world.folder / "r.txt"
        world.gbr = identity.renew(world.gbr, PASSPHRASE, revocation=path).session
        assert path.stat().st_mode & 0o077 == 0
        outcomes = withdrawn.revoke_file(world.usa, path)
        assert [(one.fingerprint, one.effect) for one in outcomes] == [
            (world.gbr.fingerprint, "kept"),
            (old, "revoked"),
        ]
        again = bring(world.usa, world.gbr.identity.signed_card, world.folder)
        assert again.state == "revoked"

    def test_the_paper_can_be_printed_again_with_the_passphrase(self, world):
        path = world.folder / "again.txt"
        with pytest.raises(PassphraseWrong):
            identity.write_revocations(world.gbr, path, "not this one")
        assert not path.exists()
        identity.write_revocations(world.gbr, path, PASSPHRASE)
        assert "identity.revocation" in actions(world.gbr)
        assert withdrawn.revoke_file(world.usa, path)[0].effect == "revoked"

    def test_an_own_card_that_ends_is_spoken_of_and_then_seals_nothing(self, world, monkeypatch):
        note = world.add(world.usa, "note", title="T", text="Words")
        assert trust.own_notice(world.usa) == ""
        end = world.usa.identity.card.valid_until
        world.usa = dataclasses.replace(
            world.usa, own=create_identity("Dana", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", years=1)
        )
        end = world.usa.identity.card.valid_until
        later(monkeypatch, world.usa, end.replace("2027-01-01", "2026-12-02"))
        assert "30 days" in trust.own_notice(world.usa)
        handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
        later(monkeypatch, world.usa, end)
        with pytest.raises(IdentityExpired):
            handover.plan(world.usa, [note.id], [world.gbr.fingerprint])


class TestARenewedCard:
    """Signed by the old keys is not enough: a thief renews, too."""

    def test_it_is_unverified_and_says_whose_it_renews(self, world):
        new = renewed(world)
        assert (new.state, new.renewal, new.renews_name, new.agency) == ("unverified", "signed", "Owen", "")
        assert contacts.get(world.usa, new.card.predecessor).state == "verified"
        assert any("thief" in words for words in trust.notices(world.usa, new))

    def test_without_the_old_signatures_it_is_a_claim(self, world):
        claim = create_identity("Owen", "GBR/HMRC", "GBR", predecessor=world.gbr.fingerprint, serial=2)
        new = bring(world.usa, claim.signed_card, world.folder)
        assert new.renewal == "unsigned"
        assert any("did not sign" in words for words in trust.notices(world.usa, new))
        confirm(world.usa, claim)
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "verified"
        assert world.usa.vault.contacts.person(claim.fingerprint) == {claim.fingerprint}

    def test_of_a_card_that_is_not_here(self, world):
        stranger = create_identity("Nia", "GBR/HMRC", "GBR")
        new = bring(world.usa, create_identity("Nia", "GBR/HMRC", "GBR", renewed=stranger).signed_card, world.folder)
        assert new.renewal == "unknown"
        assert len(trust.notices(world.usa, new)) == 1

    def test_a_thiefs_renewal_is_only_unverified_and_two_are_an_alarm(self, world):
        thief = create_identity("Owen", "GBR/HMRC", "GBR", renewed=world.gbr.identity)
        stolen = bring(world.usa, thief.signed_card, world.folder)
        assert (stolen.state, stolen.renewal) == ("unverified", "signed")
        note = world.add(world.usa, "note", title="T", text="Words")
        with pytest.raises(ContactNotVerified):
            handover.plan(world.usa, [note.id], [thief.fingerprint])
        true = renewed(world)
        assert any("Alarm" in words for words in trust.notices(world.usa, true))

    def test_once_its_words_are_compared_the_old_card_is_replaced(self, world):
        old = world.gbr.fingerprint
        note = world.add(world.usa, "note", title="T", text="Words")
        new = renewed(world)
        confirm(world.usa, world.gbr.identity)
        kept = contacts.get(world.usa, old)
        assert (kept.state, kept.replaced_by) == ("replaced", new.fingerprint)
        assert detail(world.usa, "contact.replaced")["replaced_by"] == new.fingerprint
        for more in ({}, {"allow_unverified": True}):
            with pytest.raises(ContactReplaced) as caught:
                handover.plan(world.usa, [note.id], [old], **more)
        assert caught.value.facts["fingerprint"] == new.fingerprint[:16]
        with pytest.raises(ContactReplaced):
            confirm(world.usa, world.gbr.former[0])
        case = world.add(world.usa, "case", title="C")
        with pytest.raises(ContactReplaced):
            printing.case_pdf_bytes(world.usa, case.id, for_contact=kept)

    def test_what_the_old_card_signed_opens_until_its_end(self, world, monkeypatch):
        path = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"))
        renewed(world)
        confirm(world.usa, world.gbr.identity)
        seen = look(world.usa, path)
        assert (seen.verdict, seen.opened.facts.sender_state) == (Verdict.VERIFIED, "replaced")
        assert len(world.take(world.usa, path).new) == 1
        later(monkeypatch, world.usa)
        assert look(world.usa, path).verdict is Verdict.EXPIRED_SENDER

    def test_an_old_card_that_was_never_verified_signs_nothing_verified(self, world):
        kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
        world.usa.vault.contacts.put(dataclasses.replace(kept, state="unverified"), actor="Dana")
        path = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"))
        renewed(world)
        confirm(world.usa, world.gbr.identity)
        assert contacts.get(world.usa, kept.fingerprint).state == "replaced"
        assert look(world.usa, path).verdict is Verdict.UNVERIFIED_SENDER

    def test_what_was_given_counts_for_the_new_card_only_when_verified(self, world):
        """A link goes to whom both of its ends were given; to the old card they were."""
        one, other = (world.add(world.usa, "party", party_kind="company", names=[{"text": name}]) for name in "AB")
        link = world.add(world.usa, "link", role="owns", from_id=one.id, to_id=other.id)
        world.seal(world.usa, [one.id, other.id], world.gbr)
        world.gbr = identity.renew(world.gbr, PASSPHRASE).session
        card = world.gbr.identity.signed_card
        new = bring(world.usa, card, world.folder, agency="GBR/HMRC", country="GBR")
        planned = handover.plan(world.usa, [link.id], [new.fingerprint], allow_unverified=True)
        assert planned.files == ()
        confirm(world.usa, world.gbr.identity)
        assert world.give(world.usa, [link.id], world.gbr).new == (link.id,)

    def test_what_the_old_card_sent_us_is_known_to_the_new_one(self, world):
        party = world.add(world.gbr, "party", party_kind="company", names=[{"text": "A"}])
        world.give(world.gbr, [party.id], world.usa)
        note = world.add(world.usa, "note", title="T", text="Words", about=[party.id])
        renewed(world)
        confirm(world.usa, world.gbr.identity)
        world.usa.vault.contacts.person(world.gbr.fingerprint)
        assert handover.plan(world.usa, [note.id], [world.gbr.fingerprint]).files[0].records[0].about == (party.id,)

    def test_a_name_means_the_new_card_once_it_is_verified(self, world):
        old = world.gbr.fingerprint
        new = renewed(world)
        with pytest.raises(ContactAmbiguous):
            contacts.find(world.usa, "Owen")
        confirm(world.usa, world.gbr.identity)
        assert contacts.find(world.usa, "Owen").fingerprint == new.fingerprint
        assert contacts.find(world.usa, old[:16]).fingerprint == old
        bring(world.usa, create_identity("Оwen", "GBR/NCA", "GBR").signed_card, world.folder)
        with pytest.raises(ContactAmbiguous):
            contacts.find(world.usa, "Owen")

    def test_a_card_that_comes_after_its_renewal_is_replaced_at_once(self, world):
        first = create_identity("Nia", "GBR/HMRC", "GBR")
        second = create_identity("Nia", "GBR/HMRC", "GBR", renewed=first)
        bring(world.usa, second.signed_card, world.folder)
        confirm(world.usa, second)
        assert bring(world.usa, first.signed_card, world.folder).state == "replaced"

    def test_the_old_keys_of_a_revoked_card_prove_nothing(self, world):
        revoke(world, revocation_text(world.gbr.identity))
        thief = create_identity("Owen", "GBR/HMRC", "GBR", renewed=world.gbr.identity)
        new = bring(world.usa, thief.signed_card, world.folder)
        assert new.state == "unverified"
        assert any("prove nothing" in words for words in trust.notices(world.usa, new))
        confirm(world.usa, thief)
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "revoked"
        assert world.usa.vault.contacts.person(thief.fingerprint) == {thief.fingerprint}


class TestRevocation:
    """After it nothing of that key that was not yet taken in counts, whatever date it carries."""

    def test_nothing_comes_and_nothing_goes(self, world):
        path = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"))
        taken = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"), sequence=2, previous=BEFORE)
        note = world.add(world.usa, "note", title="T", text="Words")
        there = world.take(world.usa, taken).new
        (outcome,) = revoke(world, revocation_text(world.gbr.identity))
        assert (outcome.effect, outcome.name) == ("revoked", "Owen")
        assert "1 record" in outcome.words
        assert look(world.usa, path).verdict is Verdict.REVOKED_SENDER
        received = receiving.inspect(world.usa, path)
        for more in ({}, {"accept_unverified": True}):
            with pytest.raises(TakeInRefused):
                receiving.take_in(world.usa, received, **more)
        received.close()
        assert "before its card was revoked" in look(world.usa, taken).notices[0]
        assert world.usa.vault.records.need(there[0]).id == there[0]
        for more in ({}, {"allow_unverified": True}):
            with pytest.raises(ContactRevoked):
                handover.plan(world.usa, [note.id], [world.gbr.fingerprint], **more)
        with pytest.raises(ContactRevoked):
            confirm(world.usa, world.gbr.identity)
        told = dict(trust.facts(world.usa, contacts.get(world.usa, world.gbr.fingerprint)))
        assert told["Records taken in from this card"] == "1"
        assert "revocation" in told["Revoked"]

    def test_what_was_verified_when_it_was_opened_is_not_taken_in_after(self, world):
        received = receiving.inspect(world.usa, world.forge(world.gbr, world.usa, world.note("GBR/HMRC")))
        assert received.can_take_in
        revoke(world, revocation_text(world.gbr.identity))
        for more in ({}, {"accept_unverified": True}):
            with pytest.raises(TakeInRefused):
                receiving.take_in(world.usa, received, **more)
        received.close()

    def test_a_revoked_card_that_is_brought_again_stays_revoked(self, world):
        revoke(world, revocation_text(world.gbr.identity))
        assert bring(world.usa, world.gbr.identity.signed_card, world.folder).state == "revoked"
        world.usa.vault.contacts.remove(world.gbr.fingerprint, actor="Dana")
        assert bring(world.usa, world.gbr.identity.signed_card, world.folder).state == "revoked"

    def test_it_may_come_before_its_card(self, world):
        nia = create_identity("Nia", "GBR/HMRC", "GBR")
        (outcome,) = revoke(world, revocation_text(nia))
        assert outcome.effect == "kept"
        assert bring(world.usa, nia.signed_card, world.folder).state == "revoked"
        with pytest.raises(ContactRevoked):
            confirm(world.usa, nia)

    def test_a_false_one_that_comes_before_its_card_is_dropped(self, world):
        nia, thief = create_identity("Nia", "GBR/HMRC", "GBR"), create_identity("Nia", "GBR/HMRC", "GBR")
        revoke(world, forged(thief, fingerprint=nia.fingerprint))
        assert bring(world.usa, nia.signed_card, world.folder).state == "unverified"
        assert world.usa.vault.withdrawals.list() == []
        assert "contact.withdrawal-refused" in actions(world.usa)

    def test_a_false_one_does_not_keep_the_true_one_out(self, world):
        nia, thief = create_identity("Nia", "GBR/HMRC", "GBR"), create_identity("Nia", "GBR/HMRC", "GBR")
        revoke(world, forged(thief, fingerprint=nia.fingerprint))
        revoke(world, revocation_text(nia), "true.txt")
        assert bring(world.usa, nia.signed_card, world.folder).state == "revoked"

    def test_it_must_be_signed_by_the_card_that_it_names(self, world):
        thief = create_identity("Owen", "GBR/HMRC", "GBR")
        with pytest.raises(RevocationInvalid):
            revoke(world, forged(thief, fingerprint=world.gbr.fingerprint))
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "verified"

    @pytest.mark.parametrize("change", [{"critical": ["x"]}, {"suite": "next"}, {"format": "briefcase-revocation/2"}])
    @pytest.mark.parametrize("known", [True, False])
    def test_what_this_version_does_not_know_is_refused(self, world, change, known):
        who = world.gbr.identity if known else create_identity("Nia", "GBR/HMRC", "GBR")
        with pytest.raises(SuiteUnsupported) as caught:
            revoke(world, forged(who, more="x", **change))
        assert next(iter(change)) in caught.value.facts["needs"]
        assert world.usa.vault.withdrawals.list() == []
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "verified"

    def test_several_in_one_file_count_each_for_itself(self, world):
        broken = forged(world.aus.identity, fingerprint=world.gbr.fingerprint)
        text = f"From: Owen\r\n\r\n{broken}\nand\n{revocation_text(world.gbr.identity)}".replace("\n", "\r\n")
        assert [one.effect for one in revoke(world, text)] == ["revoked", "none"]

    @pytest.mark.parametrize("text", ["", "nothing", f"-----BEGIN {LABEL}-----\nAAAA\n-----END {LABEL}-----\n"])
    def test_what_is_none(self, world, text):
        with pytest.raises(RevocationInvalid):
            revoke(world, text)

    def test_our_own_is_not_taken_in(self, world):
        with pytest.raises(OwnCardInUse):
            revoke(world, revocation_text(world.usa.identity))

    def test_a_second_one_changes_nothing(self, world):
        text = revocation_text(world.gbr.identity)
        revoke(world, text)
        assert revoke(world, text, "two.txt")[0].effect == "known"
        assert len(world.usa.vault.withdrawals.list()) == 1

    def test_every_card_under_a_lost_key_falls(self, world):
        twin = under_the_same_keys(world.gbr.identity, country="AUS", agency="AUS/ABF")
        assert bring(world.usa, twin.signed_card, world.folder).state == "unverified"
        confirm(world.usa, twin, "AUS/ABF")
        (outcome,) = revoke(world, revocation_text(world.gbr.identity))
        assert outcome.also == (twin.fingerprint,)
        late = under_the_same_keys(world.gbr.identity, device="new")
        assert bring(world.usa, late.signed_card, world.folder).state == "revoked"
        assert contacts.get(world.usa, world.aus.fingerprint).state == "verified"

    def test_the_cards_that_it_renewed_fall_with_it_and_not_the_other_way(self, world):
        old = world.gbr.identity
        renewed(world)
        confirm(world.usa, world.gbr.identity)
        (outcome,) = revoke(world, revocation_text(world.gbr.identity))
        assert outcome.also == (old.fingerprint,)
        assert contacts.get(world.usa, old.fingerprint).state == "revoked"

    def test_a_card_that_comes_after_the_one_that_renewed_it_fell_falls_too(self, world):
        first = create_identity("Nia", "GBR/HMRC", "GBR")
        second = create_identity("Nia", "GBR/HMRC", "GBR", renewed=first)
        bring(world.usa, second.signed_card, world.folder)
        revoke(world, revocation_text(second))
        assert bring(world.usa, first.signed_card, world.folder).state == "revoked"

    def test_the_card_that_renewed_it_stands(self, world):
        old = world.gbr.identity
        renewed(world)
        confirm(world.usa, world.gbr.identity)
        revoke(world, revocation_text(old))
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "verified"

    def test_they_are_kept_for_a_vault_that_was_put_back(self, world):
        text = revocation_text(world.gbr.identity)
        revoke(world, text)
        trust.compromised(world.usa, world.aus.fingerprint, reason="stolen\nat the airport")
        path = world.folder / "kept.txt"
        assert withdrawn.export_revocations(world.usa, path) == 1
        assert text in path.read_text(encoding="utf-8")
        assert f"# {world.aus.fingerprint}" in path.read_text(encoding="utf-8")
        kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
        world.usa.vault.contacts.put(dataclasses.replace(kept, state="verified"), actor="Dana")
        assert withdrawn.revoke_file(world.usa, path)[0].effect == "revoked"


def forged(who: Identity, **changes) -> str:
    """Return the revocation of *who* with other content, signed again by his own keys."""
    value = block.read(LABEL, revocation_text(who))
    content = {**value["revocation"], **changes}
    signed = who.sign("revocation", canonical.encode(content))
    return block.write(
        LABEL, {"revocation": content, "ssh": signed.ssh.decode(), "mldsa87": base64.encode(signed.mldsa)}
    )


def under_the_same_keys(who: Identity, **changes) -> Identity:
    """Return another card that its owner signed with the keys he has."""
    card = msgspec.structs.replace(who.card, **changes)
    own = sign_both("card", who._ed25519_seed, who._mldsa_seed, card.to_canonical())
    return dataclasses.replace(who, signed_card=SignedCard(card, own.ssh, own.mldsa))


class TestCompromise:
    """Our officer's word, the card's own, or that of a colleague by our records; nobody else's."""

    def test_our_officers_word(self, world):
        outcome = trust.compromised(world.usa, world.gbr.fingerprint, since="2026-11-01T00:00:00Z", reason="Stolen")
        assert outcome.effect == "revoked"
        told = dict(trust.facts(world.usa, contacts.get(world.usa, world.gbr.fingerprint)))["Revoked"]
        assert "Stolen" in told
        assert "2026-11-01" in told
        assert detail(world.usa, "contact.withdrawal") | {"reason": "Stolen", "source": ""} == detail(
            world.usa, "contact.withdrawal"
        )

    def test_what_was_sealed_before_it_counts_no_more_either(self, world):
        path = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"))
        trust.compromised(world.usa, world.gbr.fingerprint, since="2098-01-01T00:00:00Z")
        assert look(world.usa, path).verdict is Verdict.REVOKED_SENDER

    def test_the_card_itself(self, world):
        gbr = world.gbr.fingerprint
        assert trust.compromised(world.usa, gbr, source=gbr).effect == "revoked"

    @pytest.mark.parametrize(
        ("claims", "recorded", "state", "heard"),
        [
            ("GBR/HMRC", "GBR/HMRC", "verified", True),
            ("USA/BIS", "GBR/HMRC", "verified", True),
            ("GBR/HMRC", "GBR/NCA", "verified", False),
            ("GBR/HMRC", "GBR/HMRC", "unverified", False),
            ("GBR/HMRC", "GBR/HMRC", "revoked", False),
        ],
    )
    def test_a_colleague_by_our_own_records(self, world, claims, recorded, state, heard):
        other = create_identity("Nia", claims, claims[:3])
        bring(world.usa, other.signed_card, world.folder)
        confirm(world.usa, other, recorded)
        kept = world.usa.vault.contacts.get(other.fingerprint)
        world.usa.vault.contacts.put(dataclasses.replace(kept, state=state), actor="Dana")
        outcome = trust.compromised(world.usa, world.gbr.fingerprint, source=other.fingerprint)
        assert outcome.effect == ("revoked" if heard else "kept")
        assert contacts.get(world.usa, world.gbr.fingerprint).state == ("revoked" if heard else "verified")
        assert ("contact.compromise-unheard" in actions(world.usa)) is not heard
        assert "Nia" in outcome.words or heard

    def test_two_without_an_agency_are_no_colleagues(self, world):
        one, other = (create_identity(name, "GBR/HMRC", "GBR") for name in ("One", "Other"))
        for each in (one, other):
            bring(world.usa, each.signed_card, world.folder)
        kept = world.usa.vault.contacts.get(one.fingerprint)
        world.usa.vault.contacts.put(dataclasses.replace(kept, state="verified"), actor="Dana")
        assert trust.compromised(world.usa, other.fingerprint, source=one.fingerprint).effect == "kept"

    def test_of_us_or_of_nobody(self, world):
        for fingerprint in (world.usa.fingerprint, "0" * 64):
            outcome = trust.compromised(world.usa, fingerprint, source=world.gbr.fingerprint)
            assert outcome.effect == "kept"
        with pytest.raises(OwnCardInUse):
            trust.compromised(world.usa, world.usa.fingerprint)
        with pytest.raises(ContactUnknown):
            trust.compromised(world.usa, "0" * 64)
        with pytest.raises(TimeInvalid):
            trust.compromised(world.usa, world.gbr.fingerprint, since="yesterday")

    def test_a_replaced_card_falls_with_the_one_that_renewed_it(self, world):
        old = world.gbr.fingerprint
        new = renewed(world)
        confirm(world.usa, world.gbr.identity)
        assert trust.compromised(world.usa, new.fingerprint).also == (old,)


class TestASecondAct:
    """What comes from an unverified or expired sender may be kept, marked, and goes nowhere."""

    def unverified(self, world):
        kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
        world.usa.vault.contacts.put(
            dataclasses.replace(kept, state="unverified", agency="", country=""), actor="Dana", action="contact.test"
        )

    def take(self, world, path, **more):
        received = receiving.inspect(world.usa, path)
        try:
            return receiving.take_in(world.usa, received, **more)
        finally:
            received.close()

    def test_every_record_is_marked_and_released_to_nobody(self, world):
        self.unverified(world)
        path = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"))
        with pytest.raises(TakeInRefused):
            self.take(world, path)
        taken = self.take(world, path, accept_unverified=True)
        assert (taken.accepted, len(taken.reported)) == ("unverified", 1)
        source = world.usa.vault.records.source_of(taken.reported[0])
        assert source.unverified
        assert detail(world.usa, "bundle.take-in")["accepted"] == "unverified"
        confirm(world.usa, world.gbr.identity)
        planned = handover.plan(world.usa, list(taken.reported), [world.aus.fingerprint])
        assert planned.files == ()
        assert "again" in look(world.usa, path).notices[1]

    def test_it_replaces_nothing(self, world):
        note = world.note("GBR/HMRC", "True")
        world.take(world.usa, world.forge(world.gbr, world.usa, note))
        self.unverified(world)
        newer = world.next(note, text="False", parents=(note.revision,))
        taken = self.take(
            world, world.forge(world.gbr, world.usa, newer, sequence=2, previous=BEFORE), accept_unverified=True
        )
        assert (taken.newer, taken.reported) == ((), (note.id,))
        assert world.usa.vault.records.need(note.id).text == "True"

    def test_an_expired_sender_replaces_nothing_either(self, world, monkeypatch):
        note = world.note("GBR/HMRC", "True")
        world.take(world.usa, world.forge(world.gbr, world.usa, note))
        newer = world.next(note, text="False", parents=(note.revision,))
        path = world.forge(world.gbr, world.usa, newer, sequence=2, previous=BEFORE)
        later(monkeypatch, world.usa)
        with pytest.raises(TakeInRefused):
            self.take(world, path)
        taken = self.take(world, path, accept_unverified=True)
        assert (taken.accepted, taken.newer) == ("expired", ())
        assert world.usa.vault.records.need(note.id).text == "True"

    def test_once_he_is_verified_the_same_revision_sealed_again_loses_the_mark(self, world):
        self.unverified(world)
        note = world.note("GBR/HMRC")
        self.take(world, world.forge(world.gbr, world.usa, note), accept_unverified=True)
        confirm(world.usa, world.gbr.identity)
        taken = self.take(world, world.forge(world.gbr, world.usa, note, sequence=2, previous=BEFORE))
        assert taken.newer == (note.id,)
        assert not world.usa.vault.records.source_of(note.id).unverified
        assert world.usa.vault.check() == []

    def test_it_is_not_for_what_is_verified_to_somebody_else(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        received = receiving.inspect(world.aus, world.seal(world.usa, [note.id], world.gbr)[0].path)
        with pytest.raises(TakeInRefused):
            receiving.take_in(world.aus, received, accept_unverified=True)
        received.close()

    def test_what_is_verified_is_not_marked_by_it(self, world):
        taken = self.take(world, world.forge(world.gbr, world.usa, world.note("GBR/HMRC")), accept_unverified=True)
        assert taken.accepted == ""
        assert not world.usa.vault.records.source_of(taken.new[0]).unverified

    def test_sealing_for_an_unverified_contact_names_it_in_the_chain(self, world):
        nia = create_identity("Nia", "GBR/HMRC", "GBR")
        bring(world.usa, nia.signed_card, world.folder, agency="GBR/HMRC", country="GBR")
        note = world.add(world.usa, "note", title="T", text="Words")
        with pytest.raises(ContactNotVerified):
            handover.plan(world.usa, [note.id], [nia.fingerprint])
        planned = handover.plan(world.usa, [note.id], [nia.fingerprint], allow_unverified=True)
        handover.seal(world.usa, planned, world.folder)
        assert detail(world.usa, "bundle.seal")["unverified"] == [nia.fingerprint]


class TestWords:
    """The words of the card that is meant, in either language; those of another are named."""

    def test_french_ones_count(self, world):
        nia = create_identity("Nia", "GBR/HMRC", "GBR")
        bring(world.usa, nia.signed_card, world.folder)
        assert confirm(world.usa, nia, language="fr").state == "verified"

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_those_of_another_card_are_named(self, world, language):
        nia = create_identity("Nia", "GBR/HMRC", "GBR")
        bring(world.usa, nia.signed_card, world.folder)
        for other, name in ((world.aus.identity, "Mia"), (world.usa.identity, "Dana")):
            with pytest.raises(WordsOfAnother) as caught:
                contacts.verify(world.usa, nia.fingerprint, " ".join(other.card.words(language)), "GBR/HMRC", "GBR")
            assert caught.value.facts["name"] == name
        unknown = create_identity("X", "GBR/HMRC", "GBR").card.words(language)
        with pytest.raises(WordsDiffer):
            contacts.verify(world.usa, nia.fingerprint, " ".join(unknown), "GBR/HMRC", "GBR")
        assert contacts.get(world.usa, nia.fingerprint).state == "unverified"

    def test_a_card_signed_again_for_another_country_has_other_words(self, world):
        twin = under_the_same_keys(world.gbr.identity, country="AUS", agency="AUS/ABF")
        new = bring(world.usa, twin.signed_card, world.folder)
        assert new.state == "unverified"
        assert new.words != contacts.get(world.usa, world.gbr.fingerprint).words
        with pytest.raises(WordsOfAnother):
            contacts.verify(world.usa, twin.fingerprint, " ".join(world.gbr.identity.card.words()), "GBR/HMRC", "GBR")

    def test_an_expired_card_is_not_verified(self, world):
        old = create_identity("Nia", "GBR/HMRC", "GBR", valid_from="2020-01-01T00:00:00Z")
        assert bring(world.usa, old.signed_card, world.folder).state == "expired"
        with pytest.raises(ContactExpired):
            confirm(world.usa, old)


class TestWhoTheyAre:
    """For release counts what our officer knows, not what the card says."""

    def test_agency_and_country_of_the_card_release_nothing(self, world):
        note = world.add(world.usa, "note", "EXERCISE OFFICIAL//REL TO USA, GBR", title="T", text="Words")
        liar = create_identity("Nia", "GBR/HMRC", "GBR")
        bring(world.usa, liar.signed_card, world.folder)
        unset = handover.plan(world.usa, [note.id], [liar.fingerprint], allow_unverified=True)
        assert unset.files == ()
        confirm(world.usa, liar, "AUS/ABF")
        assert handover.plan(world.usa, [note.id], [liar.fingerprint]).files == ()
        confirm(world.usa, liar, "GBR/HMRC")
        assert len(handover.plan(world.usa, [note.id], [liar.fingerprint]).files) == 1

    def test_the_role_and_the_device_are_told(self, world):
        office = create_identity("Record office", "GBR/HMRC", "GBR", role="agency", device="Safe")
        told = dict(trust.facts(world.usa, bring(world.usa, office.signed_card, world.folder)))
        assert told["Role"] == "record authority of the agency"
        assert told["Device"] == "Safe"
