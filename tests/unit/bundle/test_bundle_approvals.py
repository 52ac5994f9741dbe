"""Approvals in a bundle: bound to its content, by somebody else, and every edit of them refused or shown."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, ARG005, PLR0917 - the arguments are fixtures and made-up edits
from __future__ import annotations

import dataclasses
import io

import msgspec
import pytest

from briefcase.bundle import approvals
from briefcase.bundle.approvals import SignedApproval
from briefcase.bundle.errors import BundleContentRefused, BundleUnsupported
from briefcase.bundle.forms import Sender
from briefcase.bundle.manifest import Consent
from briefcase.bundle.open import open_bundle
from briefcase.bundle.verdict import KnownContact, Verdict
from briefcase.bundle.write import content_to_approve, write_bundle
from briefcase.seal import base64
from briefcase.seal.identity import create_identity

NOW = "2026-11-24T06:02:56Z"
SOON = "2026-11-24T07:00:00Z"


@pytest.fixture(scope="session")
def colleague():
    """Return the second officer of the sender's agency."""
    return create_identity("Dee Dogwood", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z")


@pytest.fixture
def known(world, colleague):
    return [*world.contacts(), KnownContact(colleague.card, "verified", "Dee")]


def given(manifest, approver, **changes):
    """Return an approval that fits a manifest, but for *changes*."""
    recipients = [each.fingerprint for each in manifest.recipients]
    content = approvals.content_digest(manifest.entries[0].sha256, manifest.purpose, manifest.caveat, recipients)
    facts = {"content": content, "sender": manifest.sender.fingerprint, "recipients": recipients, "approved": SOON}
    return approvals.approve(approver=approver, **{**facts, **changes})


def again(signed, by, /, **changes):
    """Return an approval with some fields changed and signed again."""
    said = msgspec.structs.replace(signed.approval, **changes)
    ssh, mldsa = by.sign("approval", said.to_canonical())
    return SignedApproval(said, ssh.decode(), base64.encode(mldsa))


def expect_broken(opened, reason):
    assert (opened.verdict, opened.facts.reason) == (Verdict.BROKEN, reason)


def test_an_approved_bundle_says_who_approved_it(make, world, colleague, known, tmp_path):
    content = make([b"%PDF"])
    cards = [world.aus.card, world.gbr.card]
    digest = content_to_approve(content, cards)
    recipients = [card.fingerprint for card in cards]
    approval = approvals.approve(digest, colleague, sender=world.usa.fingerprint, recipients=recipients, approved=SOON)
    path = write_bundle(tmp_path, dataclasses.replace(content, approvals=(approval,)), world.usa, cards).path
    for contacts, state in ((known, "verified"), (world.contacts(), "unknown")):
        with open_bundle(path, [world.aus], contacts, NOW) as opened:
            assert opened.verdict is Verdict.VERIFIED
            (fact,) = opened.facts.approvals
            assert (fact.name, fact.claimed, fact.approved, fact.state) == ("Dee Dogwood", "USA/BIS", SOON, state)
            assert fact.agency == ""
            assert fact.fingerprint == colleague.fingerprint
            opened.verify_all()


def test_the_forge_itself_makes_good_approvals(workshop, look, colleague, known):
    data = workshop.forge(approvals=lambda m: (given(m, colleague),))
    opened = look(data, contacts=known)
    assert opened.verdict is Verdict.VERIFIED
    assert opened.facts.approvals[0].state == "verified"


def test_the_state_of_the_approver_is_told(workshop, look, world, colleague):
    data = workshop.forge(approvals=lambda m: (given(m, colleague),))
    for state in ("unverified", "revoked", "replaced"):
        contacts = [*world.contacts(), KnownContact(colleague.card, state)]
        assert look(data, contacts=contacts).facts.approvals[0].state == state


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"content": "0" * 64}, "approval of other content"),
        ({"sender": "0" * 64}, "approval for another sender"),
        ({"recipients": ("0" * 64,)}, "approval for other recipients"),
        ({"approved": "yesterday"}, "time of an approval"),
        ({"approver": Sender("Dee Dogwood", "GBR/HMRC", "")}, "name of an approver"),
        ({"approver": Sender("Ed Elm", "USA/BIS", "")}, "name of an approver"),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_an_approval_of_something_else(workshop, look, world, colleague, known, changes, reason, is_known):
    if "approver" in changes:
        changes = {"approver": msgspec.structs.replace(changes["approver"], fingerprint=colleague.fingerprint)}
    data = workshop.forge(approvals=lambda m: (again(given(m, colleague), colleague, **changes),))
    opened = look(data, contacts=known if is_known else world.contacts())
    if "approver" in changes and not is_known:
        assert opened.facts.approvals[0].state == "unknown"
    else:
        expect_broken(opened, reason)


@pytest.mark.parametrize("field", [{"purpose": "Another one"}, {"caveat": "None"}], ids=["purpose", "caveat"])
def test_the_approved_words_are_changed_afterwards(workshop, look, colleague, known, field):
    data = workshop.forge(approvals=lambda m: (given(m, colleague),), **field)
    expect_broken(look(data, contacts=known), "approval of other content")


def test_other_records_than_the_approved_ones(make, world, colleague, tmp_path):
    cards, content = [world.aus.card], make([])
    digest = content_to_approve(content, cards)
    recipients = [world.aus.fingerprint]
    approval = approvals.approve(digest, colleague, sender=world.usa.fingerprint, recipients=recipients, approved=SOON)
    fewer = dataclasses.replace(content, views=content.views[1:], approvals=(approval,))
    with pytest.raises(BundleContentRefused) as caught:
        write_bundle(tmp_path, fewer, world.usa, cards)
    assert caught.value.facts["reason"] == "approval of other content"
    assert list(tmp_path.iterdir()) == []
    assert content_to_approve(content, [world.aus.card, world.gbr.card]) != digest
    write_bundle(tmp_path, dataclasses.replace(content, approvals=(approval,)), world.usa, cards)


def test_nobody_approves_what_he_seals(workshop, look, world, colleague, known):
    with pytest.raises(BundleContentRefused):
        approvals.approve("0" * 64, world.usa, sender=world.usa.fingerprint, recipients=["0" * 64], approved=SOON)
    renamed = Sender("Ann Ash", "USA/BIS", world.usa.fingerprint)
    data = workshop.forge(approvals=lambda m: (again(given(m, colleague), world.usa, approver=renamed),))
    expect_broken(look(data, contacts=known), "approval by the sender")
    data = workshop.forge(approvals=lambda m: (again(given(m, colleague), colleague, approver=renamed),))
    expect_broken(look(data, contacts=known), "approval by the sender")
    other_card = Sender("Zed Zelkova", "USA/BIS", "9" * 64)
    data = workshop.forge(approvals=lambda m: (again(given(m, colleague), world.usa, approver=other_card),))
    expect_broken(look(data, contacts=known), "approval by the sender")


def test_a_renewed_card_of_the_sender_is_still_the_sender(workshop, look, world):
    renewed = create_identity("Ann Ash", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", renewed=world.usa)
    data = workshop.forge(approvals=lambda m: (given(m, renewed),))
    contacts = [*world.contacts(), KnownContact(renewed.card, "verified")]
    expect_broken(look(data, contacts=contacts), "approval by the sender")


@pytest.mark.parametrize("held", [True, False])
def test_a_card_some_renewals_away_is_still_the_sender(workshop, look, world, held):
    """A card in between that is not held breaks the line."""
    second = create_identity("Ann Ash", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", renewed=world.usa)
    third = create_identity("Ann Ash", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", renewed=second)
    data = workshop.forge(approvals=lambda m: (given(m, third),))
    cards = [second, third] if held else [third]
    contacts = [*world.contacts(), *(KnownContact(one.card, "verified") for one in cards)]
    opened = look(data, contacts=contacts)
    if held:
        expect_broken(opened, "approval by the sender")
    else:
        assert opened.facts.approvals[0].state == "verified"


def test_third_cards_do_not_make_two_officers_one(workshop, look, world, colleague, known):
    """Whoever could join the lines of two others could make their bundles broken."""
    bridge = create_identity(
        "Zed", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", predecessor=world.usa.fingerprint
    )
    other = msgspec.structs.replace(bridge.card, predecessor=colleague.fingerprint)
    contacts = [*known, KnownContact(bridge.card, "verified"), KnownContact(other, "verified")]
    data = workshop.forge(approvals=lambda m: (given(m, colleague),))
    assert look(data, contacts=contacts).facts.approvals[0].state == "verified"


def test_the_agency_of_an_approver_is_the_one_that_our_officer_set(workshop, look, world, colleague):
    data = workshop.forge(approvals=lambda m: (given(m, colleague),))
    mine = KnownContact(colleague.card, "verified", colleague.card.name, "USA/DHS")
    (fact,) = look(data, contacts=[*world.contacts(), mine]).facts.approvals
    assert (fact.agency, fact.claimed) == ("USA/DHS", "USA/BIS")


def test_one_officer_approves_once(workshop, look, colleague, known):
    data = workshop.forge(approvals=lambda m: (given(m, colleague), given(m, colleague, approved=NOW)))
    expect_broken(look(data, contacts=known), "an approver twice")


@pytest.mark.parametrize(
    ("sign", "alone"),
    [
        (lambda w, c, data: (w.gbr.sign("approval", data).ssh, c.sign("approval", data).mldsa), False),
        (lambda w, c, data: (c.sign("approval", data).ssh, w.gbr.sign("approval", data).mldsa), False),
        (lambda w, c, data: (c.sign("approval", data).ssh, c.sign("bundle", data).mldsa), False),
        (lambda w, c, data: (c.sign("approval", data).ssh, b""), False),
        (lambda w, c, data: (c.sign("bundle", data).ssh, c.sign("approval", data).mldsa), True),
        (lambda w, c, data: (c.sign("approval", data + b" ").ssh, c.sign("approval", data).mldsa), True),
        (lambda w, c, data: (b"", c.sign("approval", data).mldsa), True),
    ],
)
def test_a_wrong_signature(workshop, look, world, colleague, known, sign, alone):
    """The Ed25519 signature names its key, so it is checked even when the card is not known (*alone*)."""

    def forged(manifest):
        said = given(manifest, colleague).approval
        ssh, mldsa = sign(world, colleague, said.to_canonical())
        return (SignedApproval(said, ssh.decode(), base64.encode(mldsa)),)

    data = workshop.forge(approvals=forged)
    expect_broken(look(data, contacts=known), "signature of an approval")
    opened = look(data, contacts=world.contacts())
    if alone:
        expect_broken(opened, "signature of an approval")
    else:
        assert opened.facts.approvals[0].state == "unknown"


def test_a_mangled_signature_is_a_verdict_and_no_crash(workshop, look, colleague, known):
    for changes in ({"ssh": "é"}, {"mldsa87": "?"}, {"mldsa87": "AA"}, {"ssh": ""}):
        data = workshop.forge(approvals=lambda m, c=changes: (msgspec.structs.replace(given(m, colleague), **c),))
        expect_broken(look(data, contacts=known), "signature of an approval")


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({"critical": ("time-lock",)}, "time-lock"),
        ({"suite": "mlkem1024"}, "mlkem1024"),
        ({"format": "briefcase-approval/2"}, "briefcase-approval/2"),
    ],
)
def test_an_approval_of_a_newer_kind_names_what_it_needs(workshop, look, colleague, known, changes, needs):
    data = workshop.forge(approvals=lambda m: (again(given(m, colleague), colleague, **changes),), version="9.1")
    with pytest.raises(BundleUnsupported) as caught:
        look(data, contacts=known)
    assert caught.value.facts == {"needs": needs, "version": "9.1"}


def test_an_approval_with_a_field_too_many_or_too_few(workshop, look, colleague, known):
    for raw in (
        lambda one: {**one, "surprise": 1},
        lambda one: {"approval": one["approval"], "ssh": one["ssh"]},
        lambda one: {**one, "approval": {**one["approval"], "surprise": 1}},
        lambda one: {**one, "approval": "yes"},
    ):
        data = workshop.forge(
            approvals=lambda m: (given(m, colleague),),
            raw=lambda tree, edit=raw: {**tree, "approvals": [edit(tree["approvals"][0])]},
        )
        expect_broken(look(data, contacts=known), "manifest fields")


def test_a_writer_refuses_an_approval_that_a_reader_would_refuse(make, world, colleague, tmp_path):
    cards, content = [world.aus.card], make([])
    digest = content_to_approve(content, cards)
    approval = approvals.approve(
        digest, colleague, sender=world.usa.fingerprint, recipients=[world.aus.fingerprint], approved=SOON
    )
    own = again(approval, world.usa, approver=Sender("Z", "USA/BIS", "9" * 64))
    for wrong in (own, msgspec.structs.replace(approval, ssh="")):
        with pytest.raises(BundleContentRefused):
            write_bundle(tmp_path, dataclasses.replace(content, approvals=(wrong,)), world.usa, cards)
    assert list(tmp_path.iterdir()) == []


def test_a_consent_is_named_by_its_message(make, world, tmp_path):
    good = Consent("a" * 32, world.gbr.fingerprint, "b" * 64)
    content = dataclasses.replace(make([]), consents=(good,))
    path = write_bundle(tmp_path, content, world.usa, [world.aus.card]).path
    with open_bundle(io.BytesIO(path.read_bytes()), [world.aus], world.contacts(), NOW) as opened:
        assert opened.manifest.consents == (good,)
    wrong = msgspec.structs.replace(good, serial="7")
    with pytest.raises(BundleContentRefused):
        write_bundle(tmp_path, dataclasses.replace(content, consents=(wrong,)), world.usa, [world.aus.card])
