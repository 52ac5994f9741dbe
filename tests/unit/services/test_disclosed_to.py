"""What a partner was given is his, whichever of his cards it was sealed to and whichever is named."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import pytest

from briefcase.seal.card import card_text
from briefcase.services import cases, contacts, disclosed, identity

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def parties(world):
    """Two parties that may go to Great Britain."""
    fields = {"party_kind": "company", "names": [{"text": "Any"}]}
    return [cases.add_record(world.usa, "party", fields, world.label(), []) for _number in range(2)]


def given(world, contact, only=None):
    found = disclosed.for_contact(world.usa, contact, only)
    return [(one.handed.recipient, sorted(line.record_id for line in one.lines)) for one in found]


def test_only_his_files_and_only_the_records_asked_about(world, parties):
    first, second = parties
    world.give(world.usa, [first.id, second.id], world.gbr)
    world.give(world.usa, [second.id], world.aus)
    gbr = contacts.get(world.usa, world.gbr.fingerprint)
    assert given(world, gbr) == [(gbr.fingerprint, sorted([first.id, second.id]))]
    assert given(world, gbr, {second.id}) == [(gbr.fingerprint, [second.id])]
    assert given(world, gbr, {"other"}) == []
    (one,) = disclosed.for_contact(world.usa, gbr, {second.id})
    assert one.handed.records == 2


def test_the_cards_before_and_after_a_renewal_are_one_partner(world, parties):
    first, second = parties
    world.give(world.usa, [first.id], world.gbr)
    old = world.gbr.fingerprint
    world.gbr = identity.renew(world.gbr, PASSPHRASE).session
    path = world.folder / "new.card"
    path.write_text(card_text(world.gbr.identity.signed_card), encoding="utf-8")
    contacts.import_card(world.usa, path)
    words = " ".join(world.gbr.identity.card.words())
    contacts.verify(world.usa, world.gbr.fingerprint, words, "GBR/HMRC", "GBR")
    world.give(world.usa, [second.id], world.gbr)
    both = {(old, (first.id,)), (world.gbr.fingerprint, (second.id,))}
    for card in (old, world.gbr.fingerprint):
        found = given(world, contacts.get(world.usa, card))
        assert {(recipient, tuple(records)) for recipient, records in found} == both, card
    assert given(world, contacts.get(world.usa, world.aus.fingerprint)) == []
