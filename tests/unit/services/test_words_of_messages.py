"""Names in the words of a message: one that its recipient does not know stops it until the officer means it."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201 - the arguments are fixtures
from __future__ import annotations

import msgspec
import pytest

from briefcase.bundle.message_bodies import Compromise, Consent, Consignee, Item, Recall, RecalledItem, Request
from briefcase.services import cases, handover, messages, trust
from briefcase.services.errors import ContactRevoked
from briefcase.services.messaging import mentions
from briefcase.services.messaging.errors import MessageMentions, MessageNames

HIDDEN = "EXERCISE OFFICIAL//REL TO USA, AUS"


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "messages"
    folder.mkdir()
    return folder


def party(world, who, name, marking=None, **more):
    fields = {"party_kind": "company", "names": [{"text": name}], **more}
    return world.add(who, "party", **({"marking": marking} if marking else {}), **fields)


def send(world, stick, body, *to, **more):
    return messages.send(world.usa, body, [one.fingerprint for one in to or (world.gbr,)], stick, **more)


def refusals(world):
    return [one.detail for one in world.usa.vault.audit.entries() if one.action == "message.refused"]


def bodies(world, given, text):
    """Return one message for every place in which an officer writes freely."""
    item = Item(given.id, given.revision, ())
    times = ("2026-01-01T00:00:00Z", "2190-01-01T00:00:00Z")
    to = Consignee("agency", "AUS/ABF")
    return {
        "text": Request(text, (), None, "", ""),
        "purpose": Request("?", (), None, text, ""),
        "note": Consent("", world.gbr.fingerprint, to, (item,), "for a case", *times, "granted", text),
        "reason": Recall((RecalledItem(given.id, ""),), (), text, "destroy"),
    }


@pytest.mark.parametrize("place", ["text", "purpose", "note", "reason"])
def test_a_name_that_a_partner_was_not_given_stops_a_message(world, stick, place):
    secret = party(world, world.usa, "Kestrel Trading", HIDDEN)
    given = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [given.id], world.gbr)
    body = bodies(world, given, "This is about KESTREL  trading.")[place]
    with pytest.raises(MessageMentions) as caught:
        send(world, stick, body)
    assert caught.value.facts == {"place": place, "name": "Owen", "count": 1}
    assert list(stick.iterdir()) == []
    assert refusals(world) == [{"recipients": [world.gbr.fingerprint], "reason": MessageMentions.code}]
    (one,) = mentions.found(world.usa, body, [world.contact(world.usa, world.gbr)])
    assert (one.place, one.words, one.record, one.contact) == (place, "Kestrel Trading", secret.id, "Owen")
    sent = send(world, stick, body, allow_names=True)
    entry = next(one for one in world.usa.vault.audit.newest(9) if one.action == "message.send")
    assert entry.subject == sent.message_id
    assert entry.detail["named"] == [secret.id]


def test_a_notice_is_searched_too(world, stick):
    party(world, world.usa, "Kestrel Trading", HIDDEN)
    with pytest.raises(MessageMentions):
        send(world, stick, Compromise(world.aus.fingerprint, "", "Seen at Kestrel Trading"))


def test_an_identifier_in_another_spelling_stops_a_message(world, stick):
    number = {"scheme": "other", "value": "GB-4471/09"}
    party(world, world.usa, "Li", HIDDEN, identifiers=[number])
    with pytest.raises(MessageMentions):
        send(world, stick, Request("Whose is GB 4471-09?", (), None, "", ""))


def test_what_a_partner_was_given_or_gave_may_be_named(world, stick):
    given, theirs = party(world, world.usa, "Kestrel Trading"), party(world, world.gbr, "Heron Shipping")
    world.give(world.usa, [given.id], world.gbr)
    world.give(world.gbr, [theirs.id], world.usa)
    party(world, world.usa, "KESTREL TRADING", HIDDEN)
    body = Request("Did Kestrel Trading pay Heron Shipping?", (), None, "", "")
    send(world, stick, body)
    with pytest.raises(MessageMentions) as caught:
        send(world, stick, body, world.gbr, world.aus)
    assert caught.value.facts["name"] == "Mia"


def test_a_name_that_was_withheld_or_written_later_may_not(world, stick):
    kept = msgspec.to_builtins(world.label(HIDDEN))
    one = party(world, world.usa, "Kestrel Trading", identifiers=[{"scheme": "other", "value": "GB447109"}])
    cases.edit_record(world.usa, one.id, {"field_labels": {"identifiers": kept}})
    world.give(world.usa, [one.id], world.gbr)
    send(world, stick, Request("What of Kestrel Trading?", (), None, "", ""))
    with pytest.raises(MessageMentions):
        send(world, stick, Request("Whose is GB447109?", (), None, "", ""))
    cases.edit_record(world.usa, one.id, {"names": [{"text": "Kestrel Trading"}, {"text": "Harrier Export"}]})
    with pytest.raises(MessageMentions):
        send(world, stick, Request("What of Harrier Export?", (), None, "", ""))


def test_every_refusal_of_a_message_is_in_the_log(world, stick):
    secret = world.add(world.usa, "note", HIDDEN, title="T", text="Words")
    with pytest.raises(MessageNames):
        send(world, stick, Recall((RecalledItem(secret.id, ""),), (), "", "destroy"))
    trust.compromised(world.usa, world.gbr.fingerprint)
    with pytest.raises(ContactRevoked):
        send(world, stick, Request("?", (), None, "", ""))
    assert [one["reason"] for one in refusals(world)] == [MessageNames.code, ContactRevoked.code]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Severnaya Zvezda", "О компании «Северная Звезда» мы знаем мало."),
        ("Северная Звезда", "Severnaya  Zvezda is the consignee"),
        ("İstanbul Işıldak Elektronik", "What of Istanbul ISILDAK elektronik?"),
        ("深圳市恒晟微电子有限公司", "关于深圳市恒晟微电子有限公司的情况"),
    ],
)
def test_a_name_is_found_in_every_script(world, stick, name, text):
    party(world, world.usa, name, HIDDEN)
    with pytest.raises(MessageMentions):
        send(world, stick, Request(text, (), None, "", ""))


@pytest.mark.parametrize("place", ["purpose", "caveat"])
def test_the_words_of_a_hand_over_are_searched_too(world, place):
    party(world, world.usa, "Kestrel Trading", HIDDEN)
    note = world.add(world.usa, "note", title="T", text="Words")
    with pytest.raises(MessageMentions) as caught:
        world.seal(world.usa, [note.id], world.gbr, **{place: "After the visit to KESTREL Trading"})
    assert caught.value.facts["place"] == place
    refused = [one.detail["reason"] for one in world.usa.vault.audit.entries() if one.action == "bundle.refused"]
    assert refused == [MessageMentions.code]
    assert list((world.folder / "stick").iterdir()) == []
    words = {place: "After the visit to KESTREL Trading"}
    shown = handover.named(world.usa, handover.plan(world.usa, [note.id], [world.gbr.fingerprint]), **words)
    world.seal(world.usa, [note.id], world.gbr, allow_names=shown, **words)
    assert any(one.action == "bundle.named" for one in world.usa.vault.audit.newest(9))


@pytest.mark.parametrize("place", ["purpose", "caveat"])
def test_a_name_that_was_not_shown_stops_the_hand_over(world, place):
    party(world, world.usa, "Kestrel Trading", HIDDEN)
    note = world.add(world.usa, "note", title="T", text="Words")
    words = {place: "Kestrel Trading and Osprey Shipping"}
    shown = handover.named(world.usa, handover.plan(world.usa, [note.id], [world.gbr.fingerprint]), **words)
    assert [(one.place, one.words) for one in shown] == [(place, "Kestrel Trading")]
    party(world, world.usa, "Osprey Shipping", HIDDEN)
    with pytest.raises(MessageMentions) as caught:
        world.seal(world.usa, [note.id], world.gbr, allow_names=shown, **words)
    assert caught.value.facts["count"] == 1
    assert list((world.folder / "stick").iterdir()) == []
    assert not any(one.action == "bundle.named" for one in world.usa.vault.audit.newest(9))


def test_what_goes_along_may_be_named_in_the_purpose(world):
    one = party(world, world.usa, "Kestrel Trading")
    assert world.seal(world.usa, [one.id], world.gbr, purpose="All of Kestrel Trading")
