"""Two persons stand for each file where the pack says so: another one, named there, over exactly this content."""

# ruff: noqa: ANN001, ANN003, ANN201 - the arguments are fixtures
from __future__ import annotations

import contextlib
import dataclasses

import msgspec
import pytest

from briefcase import resources
from briefcase.bundle.approvals import approve as approved_by
from briefcase.records.errors import PackInvalid
from briefcase.records.packs import ApprovalRule, Pack
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import contacts, handover, receiving
from briefcase.services.approving import rule
from briefcase.services.approving.errors import (
    ApprovalNeeded,
    ApprovalOwn,
    ApprovalRefused,
    ApprovalSenderUnknown,
    ApprovalUnreadable,
)
from briefcase.services.approving.rule import Approvals
from briefcase.services.errors import DecisionChanged
from briefcase.services.session import create_vault


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


@pytest.fixture
def carol(world, tmp_path):
    """Return the vault of a second officer of the USA; she and Dana have compared their words."""
    pack = resources.path("packs", "exercise.toml")
    who = {"agency": "USA/BIS", "country": "USA", "officer": "Carol", "pack": pack, "kdf": KdfParameters(1, 8192)}
    session = create_vault(tmp_path / "carol", "correct horse battery staple", **who).session
    with contextlib.closing(session):
        for here, there in ((world.usa, session), (session, world.usa)):
            known = contacts.import_text(here, contacts.own_card_text(there))
            words = " ".join(there.identity.card.words())
            contacts.verify(here, known.fingerprint, words, there.agency, there.country)
        yield session


@pytest.fixture
def ruled(world, carol):
    """Return the vault of the USA under a pack that wants Carol's approval."""
    approval = ApprovalRule(1, frozenset({carol.fingerprint}))
    return dataclasses.replace(world.usa, pack=dataclasses.replace(world.usa.pack, approval=approval))


def ask(ruled, planned, desk, **more):
    """Try to seal, and return the requests that were written instead."""
    with pytest.raises(ApprovalNeeded):
        handover.seal(ruled, planned, desk, approvals=Approvals(requests=desk), **more)
    assert [one.suffix for one in desk.iterdir()] == [".request"] * len(planned.files)
    return sorted(desk.glob("*.request"))


def test_each_file_waits_for_its_own_approval_and_carries_no_other(world, carol, ruled, desk):
    one = world.add(ruled, "note", title="T", text="Words")
    two = world.add(ruled, "note", marking="EXERCISE OFFICIAL//REL TO USA, AUS", title="U", text="Words")
    planned = handover.plan(ruled, [one.id, two.id], [world.gbr.fingerprint, world.aus.fingerprint])
    requests = ask(ruled, planned, desk)
    given = [rule.approve(carol, path, path.with_suffix(".approval")) for path in requests]
    assert [each.sender for each in given] == ["Dana", "Dana"]
    known = rule.read_approvals(sorted(desk.glob("*.approval")))
    with pytest.raises(ApprovalNeeded):
        handover.seal(ruled, planned, desk, approvals=Approvals(known[:1], desk))
    sealed = handover.seal(ruled, planned, desk, approvals=Approvals(known))
    digests = {each.content for each in given}
    for file, who in ((each, {world.gbr.fingerprint: world.gbr, world.aus.fingerprint: world.aus}) for each in sealed):
        received = receiving.inspect(who[file.recipients[0].fingerprint], file.path)
        (approval,) = received.opened.manifest.approvals
        received.close()
        digests.remove(approval.approval.content)
        assert approval.approval.approver.fingerprint == carol.fingerprint
    assert not digests
    assert {line.approvals for line in ruled.vault.disclosures.list()} == {(carol.fingerprint,)}
    entries = [entry for entry in ruled.vault.audit.entries() if entry.action == "bundle.seal"]
    assert [entry.detail["approvals"] for entry in entries] == [[carol.fingerprint]] * 2


def test_an_approval_is_for_nothing_but_what_was_approved(world, carol, ruled, desk):
    note = world.add(ruled, "note", title="T", text="Words")
    planned = handover.plan(ruled, [note.id], [world.gbr.fingerprint])
    (request,) = ask(ruled, planned, desk, purpose="One")
    rule.approve(carol, request, desk / "yes")
    known = rule.read_approvals([desk / "yes"])
    for more in ({"purpose": "Two"}, {"purpose": "One", "caveat": "Destroy"}, {}):
        with pytest.raises(ApprovalNeeded):
            handover.seal(ruled, planned, desk, approvals=Approvals(known), **more)
    both = handover.plan(ruled, [note.id], [world.gbr.fingerprint, world.aus.fingerprint])
    with pytest.raises(ApprovalNeeded):
        handover.seal(ruled, both, desk, approvals=Approvals(known), purpose="One")
    changed = world.next(note, parents=(note.revision,), text="Other words")
    ruled.vault.records.put(changed, actor="Dana")
    with pytest.raises((ApprovalNeeded, DecisionChanged)):
        handover.seal(ruled, planned, desk, approvals=Approvals(known), purpose="One")
    newer = handover.plan(ruled, [note.id], [world.gbr.fingerprint])
    with pytest.raises(ApprovalNeeded):
        handover.seal(ruled, newer, desk, approvals=Approvals(known), purpose="One")
    assert list(desk.glob("*.brief")) == []


def test_only_who_the_pack_names_and_we_verified_approves(world, carol, ruled, desk):
    note = world.add(ruled, "note", title="T", text="Words")
    planned = handover.plan(ruled, [note.id], [world.gbr.fingerprint])
    (request,) = ask(ruled, planned, desk)
    rule.approve(carol, request, desk / "yes")
    (good,) = rule.read_approvals([desk / "yes"])
    stranger = approved_by(
        good.approval.content,
        world.aus.identity,
        sender=ruled.fingerprint,
        recipients=good.approval.recipients,
        approved=ruled.now(),
    )
    forged = msgspec.structs.replace(good, ssh=stranger.ssh, mldsa87=stranger.mldsa87)
    claimed = msgspec.structs.replace(
        good, approval=msgspec.structs.replace(good.approval, approved="2026-01-01T00:00:00Z")
    )
    for wrong in (stranger, forged, claimed):
        with pytest.raises(ApprovalRefused):
            handover.seal(ruled, planned, desk, approvals=Approvals((wrong,)))
    kept = ruled.vault.contacts.get(carol.fingerprint)
    ruled.vault.contacts.put(dataclasses.replace(kept, state="unverified"), actor="Dana")
    with pytest.raises(ApprovalRefused):
        handover.seal(ruled, planned, desk, approvals=Approvals((good,)))
    assert list(desk.glob("*.brief")) == []


def test_nobody_approves_his_own_or_a_strangers_request(world, carol, ruled, desk):
    note = world.add(ruled, "note", title="T", text="Words")
    planned = handover.plan(ruled, [note.id], [world.gbr.fingerprint])
    (request,) = ask(ruled, planned, desk)
    with pytest.raises(ApprovalOwn):
        rule.approve(ruled, request, desk / "own")
    with pytest.raises(ApprovalSenderUnknown):
        rule.approve(world.gbr, request, desk / "foreign")
    (desk / "broken").write_bytes(request.read_bytes().replace(b"request/1", b"request/2"))
    with pytest.raises(ApprovalUnreadable):
        rule.approve(carol, desk / "broken", desk / "no")
    with pytest.raises(ApprovalUnreadable):
        rule.read_approvals([request])
    own = dataclasses.replace(
        ruled, pack=dataclasses.replace(ruled.pack, approval=ApprovalRule(1, frozenset({ruled.fingerprint})))
    )
    with pytest.raises(ApprovalNeeded):
        handover.seal(own, handover.plan(own, [note.id], [world.gbr.fingerprint]), desk)


def test_no_request_stands_beside_the_files_that_go_to_a_partner(world, ruled, desk):
    note = world.add(ruled, "note", title="T", text="Words")
    planned = handover.plan(ruled, [note.id], [world.gbr.fingerprint])
    with pytest.raises(ApprovalNeeded):
        handover.seal(ruled, planned, desk)
    assert list(desk.iterdir()) == []


def test_a_pack_says_who_may_approve_and_cannot_ask_for_the_impossible():
    text = resources.path("packs", "exercise.toml").read_text(encoding="utf-8")
    cards = [f'"{digit * 64}"' for digit in "ab"]
    loaded = Pack.load(f"{text}\n[approval]\nneeded = 1\napprovers = [{', '.join(cards)}]\n".encode())
    assert loaded.approval == ApprovalRule(1, frozenset({"a" * 64, "b" * 64}))
    assert Pack.load(text.encode()).approval == ApprovalRule()
    for wrong in (
        "needed = 0\napprovers = []",
        f"needed = 3\napprovers = [{', '.join(cards)}]",
        f"needed = 2\napprovers = [{cards[0]}, {cards[0]}]",
        'needed = 1\napprovers = ["Carol"]',
        "needed = 1",
        f"approvers = [{cards[0]}]",
        f"needed = 1\napprovers = [{cards[0]}]\nalso = 1",
    ):
        with pytest.raises(PackInvalid):
            Pack.load(f"{text}\n[approval]\n{wrong}\n".encode())
