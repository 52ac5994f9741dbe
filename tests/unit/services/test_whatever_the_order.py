"""Cards, renewals and notices count the same in whatever order they come, and one partner's history stays his."""

# ruff: noqa: ANN001, ANN003, ANN201, D102 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import msgspec
import pytest

from briefcase.bundle.content import BundleContent
from briefcase.bundle.message_bodies import Compromise
from briefcase.bundle.verdict import Verdict
from briefcase.bundle.write import write_bundle
from briefcase.seal.card import SignedCard, card_text
from briefcase.seal.identity import create_identity, revocation_text
from briefcase.services import contacts, handover, identity, messages, receiving, standing, trust
from briefcase.services.consenting import force
from briefcase.services.errors import ContactReplaced, OwnCardInUse

PASSPHRASE = "correct horse battery staple"


def bring(who, theirs, **more):
    return contacts.import_text(who, card_text(theirs.signed_card), **more)


def confirm(who, theirs, agency="GBR/HMRC"):
    return contacts.verify(who, theirs.fingerprint, " ".join(theirs.card.words()), agency, agency[:3])


def know(who, theirs, agency="GBR/HMRC"):
    bring(who, theirs)
    return confirm(who, theirs, agency)


def notice(world, about: str, *, by=None, to=None):
    """Take in a notice that a partner sent about a card."""
    stick = world.folder / "notices"
    stick.mkdir(exist_ok=True)
    to = to or world.usa
    body = Compromise(fingerprint=about, since="", reason="stolen")
    return messages.take(to, messages.send(by or world.gbr, body, [to.fingerprint], stick).path)


class TestANoticeThatCameEarly:
    """It is kept, and judged whenever a card comes, is verified, or gets another agency."""

    def test_before_its_card(self, world):
        lost = create_identity("Larry", "GBR/HMRC", "GBR")
        taken = notice(world, lost.fingerprint)
        assert taken.state == "noted"
        assert "not here" in taken.words[0]
        assert "may not" not in taken.words[0]
        assert bring(world.usa, lost, agency="GBR/HMRC", country="GBR").state == "revoked"
        assert world.usa.vault.check() == []

    def test_before_our_officer_set_an_agency(self, world):
        lost = create_identity("Larry", "GBR/HMRC", "GBR")
        bring(world.usa, lost)
        assert notice(world, lost.fingerprint).state == "noted"
        assert any(
            "ask in person" in one for one in trust.notices(world.usa, contacts.get(world.usa, lost.fingerprint))
        )
        assert "Revoked" not in dict(trust.facts(world.usa, contacts.get(world.usa, lost.fingerprint)))
        assert confirm(world.usa, lost).state == "revoked"
        assert "Owen" in dict(trust.facts(world.usa, contacts.get(world.usa, lost.fingerprint)))["Revoked"]

    def test_before_its_sender_was_given_the_right_agency(self, world):
        lost = create_identity("Larry", "GBR/HMRC", "GBR")
        know(world.usa, lost, "GBR/NCA")
        assert notice(world, lost.fingerprint).state == "noted"
        assert contacts.get(world.usa, lost.fingerprint).state == "verified"
        confirm(world.usa, world.gbr.identity, "GBR/NCA")
        assert contacts.get(world.usa, lost.fingerprint).state == "revoked"

    def test_of_somebody_who_may_never_speak(self, world):
        lost = create_identity("Larry", "GBR/HMRC", "GBR")
        notice(world, lost.fingerprint, by=world.aus)
        assert know(world.usa, lost).state == "verified"

    def test_of_a_sender_who_fell_since(self, world):
        lost = create_identity("Larry", "GBR/HMRC", "GBR")
        notice(world, lost.fingerprint)
        trust.compromised(world.usa, world.gbr.fingerprint)
        assert know(world.usa, lost).state == "verified"

    def test_the_same_word_twice_is_kept_once(self, world):
        lost = create_identity("Larry", "GBR/HMRC", "GBR")
        for _time in range(2):
            notice(world, lost.fingerprint)
        assert len(world.usa.vault.withdrawals.of(lost.fingerprint)) == 1


class TestOurOwnFormerKeys:
    """Stolen ones are revoked in our own vault like anybody's; the present ones are renewed first."""

    @pytest.fixture
    def old(self, world):
        old = world.usa.identity
        world.usa = identity.renew(world.usa, PASSPHRASE).session
        return old

    def forged(self, world, old):
        content = BundleContent(views=[world.note("USA/BIS")], pack=world.usa.pack, purpose="", created=world.usa.now())
        return write_bundle(world.folder, content, old, [world.usa.identity.card]).path

    def verdict(self, world, path):
        received = receiving.inspect(world.usa, path)
        received.close()
        return received.verdict

    @pytest.mark.parametrize("by", ["paper", "word"])
    def test_nothing_signed_with_them_counts(self, world, old, by):
        path = self.forged(world, old)
        assert self.verdict(world, path) is Verdict.VERIFIED
        if by == "paper":
            outcome = trust.revoke(world.usa, revocation_text(old))
        else:
            outcome = trust.compromised(world.usa, trust.find_card(world.usa, old.fingerprint[:16]), reason="stolen")
        assert (outcome.effect, outcome.name) == ("revoked", "Dana")
        assert self.verdict(world, path) is Verdict.REVOKED_SENDER
        assert world.usa.vault.check() == []
        assert trust.revoke(world.usa, revocation_text(old)).effect == "known"

    def test_what_was_sealed_to_them_still_opens(self, world, old):
        note = world.add(world.gbr, "note", title="T", text="Words")
        path = world.seal(world.gbr, [note.id], old)[0].path
        trust.revoke(world.usa, revocation_text(old))
        assert self.verdict(world, path) is Verdict.VERIFIED

    def test_the_keys_before_them_fall_with_them_and_no_card_under_them_is_taken(self, world, old):
        second = world.usa.identity
        world.usa = identity.renew(world.usa, PASSPHRASE).session
        assert trust.revoke(world.usa, revocation_text(second)).also == (old.fingerprint,)
        assert standing.lost(world.usa) == {old.fingerprint, second.fingerprint}
        thief = create_identity("Dana", "USA/BIS", "USA", renewed=old)
        assert "prove nothing" in trust.notices(world.usa, bring(world.usa, thief))[0]

    def test_the_present_ones_are_renewed_first(self, world):
        with pytest.raises(OwnCardInUse):
            trust.revoke(world.usa, revocation_text(world.usa.identity))
        colleague = create_identity("Records", "USA/BIS", "USA", role="agency")
        know(world.usa, colleague, "USA/BIS")
        outcome = trust.compromised(world.usa, world.usa.fingerprint, source=colleague.fingerprint)
        assert (outcome.effect, "Renew" in outcome.words) == ("kept", True)
        world.usa = identity.renew(world.usa, PASSPHRASE).session
        assert standing.lost(world.usa) == {world.usa.former[0].fingerprint}


class TestOnePartnersHistory:
    """What was given to a card counts for its renewal only within one agency, as our officer set it."""

    def test_another_agencys_card_inherits_nothing(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        world.seal(world.usa, [note.id], world.aus)
        crossing = create_identity("Owen", "GBR/HMRC", "GBR", renewed=world.aus.identity)
        new = know(world.usa, crossing)
        assert contacts.get(world.usa, world.aus.fingerprint).state == "verified"
        assert world.usa.vault.contacts.person(crossing.fingerprint) == {crossing.fingerprint}
        assert force.known_to(world.usa, [note], new) == frozenset()
        assert any("Alarm" in words and "AUS/ABF" in words for words in trust.notices(world.usa, new))

    def test_a_corrected_agency_ends_and_makes_the_chain(self, world):
        old = world.gbr.identity
        new = create_identity("Owen", "GBR/HMRC", "GBR", renewed=old)
        know(world.usa, new)
        assert contacts.get(world.usa, old.fingerprint).state == "replaced"
        confirm(world.usa, new, "GBR/NCA")
        assert contacts.get(world.usa, old.fingerprint).state == "verified"
        confirm(world.usa, new)
        assert contacts.get(world.usa, old.fingerprint).state == "replaced"
        assert world.usa.vault.check() == []

    def three(self, world, middle="GBR/HMRC"):
        first = world.gbr.identity
        second = create_identity("Owen", middle, middle[:3], renewed=first)
        return first, second, create_identity("Owen", "GBR/HMRC", "GBR", renewed=second)

    @pytest.mark.parametrize("late", [False, True])
    def test_a_chain_holds_through_a_card_that_was_not_verified(self, world, late):
        first, second, third = self.three(world)
        if not late:
            bring(world.usa, second)
        know(world.usa, third)
        if late:
            assert contacts.get(world.usa, first.fingerprint).state == "verified"
            bring(world.usa, second)
        assert contacts.get(world.usa, first.fingerprint).state == "replaced"
        person = {first.fingerprint, second.fingerprint, third.fingerprint}
        assert world.usa.vault.contacts.person(third.fingerprint) == person
        assert contacts.find(world.usa, "Owen").fingerprint == third.fingerprint
        with pytest.raises(ContactReplaced):
            handover.plan(world.usa, ["x"], [first.fingerprint])

    def test_not_through_a_card_of_another_agency(self, world):
        first, second, third = self.three(world, "AUS/ABF")
        bring(world.usa, second)
        know(world.usa, third)
        assert contacts.get(world.usa, first.fingerprint).state == "verified"

    def test_the_name_means_the_newest_also_when_the_old_card_was_revoked_since(self, world):
        first, second, third = self.three(world)
        know(world.usa, second)
        know(world.usa, third)
        trust.revoke(world.usa, revocation_text(first))
        assert contacts.find(world.usa, "Owen").fingerprint == third.fingerprint

    def test_a_copy_without_the_old_signatures_does_not_keep_the_real_one_out(self, world):
        new = create_identity("Owen", "GBR/HMRC", "GBR", renewed=world.gbr.identity)
        bare = msgspec.structs.replace(new.signed_card, predecessor_ssh=b"", predecessor_mldsa=b"")
        assert contacts.import_text(world.usa, card_text(bare)).renewal == "unsigned"
        confirm(world.usa, new)
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "verified"
        assert bring(world.usa, new).renewal == "signed"
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "replaced"
        assert contacts.import_text(world.usa, card_text(bare)).renewal == "signed"
        wrong = create_identity("Owen", "GBR/HMRC", "GBR", renewed=world.aus.identity).signed_card
        junk = SignedCard(
            new.card, bare.ssh_signature, bare.mldsa_signature, wrong.predecessor_ssh, wrong.predecessor_mldsa
        )
        assert contacts.import_text(world.usa, card_text(junk)).renewal == "signed"
        assert world.usa.vault.check() == []


class TestARevocationOfTheOldCardAlone:
    """It does not speak of the card that renewed it, and says so."""

    def test_the_card_that_stays_is_named(self, world):
        old = world.gbr.identity
        new = create_identity("Owen", "GBR/HMRC", "GBR", renewed=old)
        last = create_identity("Owen", "GBR/HMRC", "GBR", renewed=new)
        for one in (new, last):
            know(world.usa, one)
        outcome = trust.revoke(world.usa, revocation_text(old))
        assert outcome.stays == (last.fingerprint,)
        assert last.fingerprint[:16] in outcome.words
        assert "device" in outcome.words
        assert any("device" in one for one in trust.notices(world.usa, contacts.get(world.usa, new.fingerprint)))
        assert trust.compromised(world.usa, last.fingerprint).stays == ()


def test_a_waiting_notice_cannot_be_taken_out(world):
    """A notice that waits is in the chain like one that counts."""
    lost = create_identity("Larry", "GBR/HMRC", "GBR")
    notice(world, lost.fingerprint)
    world.usa.vault._database.run("DELETE FROM withdrawal")
    assert {one.area for one in world.usa.vault.check()} == {"contacts"}


class TestWhoseAgencyIsShown:
    """The agency that our officer set; what a card says of itself is shown as that."""

    def rows(self, world, path):
        received = receiving.inspect(world.usa, path)
        received.close()
        return dict(received.facts), received.headline

    def test_of_a_sender(self, world):
        path = world.forge(world.gbr, world.usa, world.note("GBR/HMRC"))
        assert "The card says" not in self.rows(world, path)[0]
        confirm(world.usa, world.gbr.identity, "GBR/NCA")
        facts, headline = self.rows(world, path)
        assert (facts["From"], facts["The card says"]) == ("Owen (GBR/NCA)", "GBR/HMRC")
        assert "Owen (GBR/NCA)" in headline
        stick = world.folder / "notices"
        stick.mkdir()
        sent = messages.send(world.gbr, Compromise("0" * 64, "", ""), [world.usa.fingerprint], stick)
        assert dict(messages.inspect(world.usa, sent.path).facts)["From"] == "Owen (GBR/NCA)"

    def test_of_a_sender_whose_agency_nobody_set(self, world):
        nia = create_identity("Nia", "GBR/HMRC", "GBR")
        bring(world.usa, nia)
        note, now = world.note("GBR/HMRC"), world.usa.now()
        content = BundleContent(views=[note], pack=world.usa.pack, purpose="", created=now)
        path = write_bundle(world.folder, content, nia, [world.usa.identity.card, world.aus.identity.card]).path
        facts, headline = self.rows(world, path)
        assert facts["From"] == "Nia (says GBR/HMRC)"
        assert "Nia (says GBR/HMRC)" in headline
        assert "do not have" not in facts["Sealed for"]

    def test_of_a_recipient_whom_we_do_not_have(self, world):
        nia = create_identity("Nia", "GBR/HMRC", "GBR")
        know(world.gbr, nia)
        note, now = world.note("GBR/HMRC"), world.usa.now()
        content = BundleContent(views=[note], pack=world.usa.pack, purpose="", created=now)
        path = write_bundle(world.folder, content, world.gbr.identity, [world.usa.identity.card, nia.card]).path
        assert f"do not have: {nia.fingerprint[:16]}" in self.rows(world, path)[0]["Sealed for"]
