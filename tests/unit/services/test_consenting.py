"""The life of a consent between three vaults: asked, granted in part, relied on, over, withdrawn."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201 - the arguments are fixtures and made-up edits
from __future__ import annotations

import dataclasses

import msgspec
import pytest

from briefcase.bundle.message_bodies import Consent, Consignee, Item
from briefcase.bundle.messages import write_message
from briefcase.services import contacts, handover, messages, receiving
from briefcase.services.clearing import deciding
from briefcase.services.consenting import asking, force, inquiries, life, recalling
from briefcase.services.consenting.asking import Wanted
from briefcase.services.consenting.errors import (
    ConsentUnknown,
    FieldUnknown,
    NobodyHasIt,
    NotTheOriginator,
    PeriodInvalid,
    RequestUnknown,
)
from briefcase.services.errors import DecisionChanged, NothingReleased
from briefcase.services.messaging.errors import MessageNames

UNTIL = "2099-01-01T00:00:00Z"
US_GBR = "EXERCISE OFFICIAL//REL TO USA, GBR"
ORCON = "EXERCISE OFFICIAL//ORCON//REL TO USA, AUS, GBR"
PARTY = {
    "party_kind": "company",
    "names": [{"text": "深圳市恒晟微电子有限公司"}],
    "addresses": [{"city": "Shenzhen", "country": "CN"}],
    "remarks": "KEPT BACK",
}


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "messages"
    folder.mkdir()
    return folder


@pytest.fixture
def passed(world):
    """Return a party of the USA that GBR has, with GBR's own note that quotes it; AUS may get neither."""
    party = world.add(world.usa, "party", marking=US_GBR, **PARTY)
    world.give(world.usa, [party.id], world.gbr)
    note = world.add(world.gbr, "note", title="Seen", text="Quotes it", quotes=[party.id])
    return party, note


@pytest.fixture
def at(monkeypatch, world):
    """Return what sets the time of all vaults."""

    def moved(time: str) -> None:
        monkeypatch.setattr(type(world.usa.vault.audit), "now", lambda _self: time)

    return moved


def wish(world, *record_ids, **more):
    return Wanted(record_ids, world.aus.fingerprint, **{"until": UNTIL, "purpose": "Joint work", **more})


def ask(world, stick, party, **more):
    """GBR asks the USA, and the USA has the request: return its number."""
    wanted = wish(world, party.id, **{"fields": ("names", "addresses"), **more})
    sent = asking.ask(world.gbr, world.usa.fingerprint, wanted, stick)
    assert messages.take(world.usa, sent.path).state == "counts"
    return sent.message_id


def grant(world, stick, request_id, **more):
    """Let the USA grant it, and GBR take the consent in: return its number."""
    sent = asking.grant(world.usa, request_id, Wanted((), "", **{"until": UNTIL, **more}), stick)
    assert messages.take(world.gbr, sent.path).state == "counts"
    return sent.message_id


def verdicts(who, to, *records):
    found = deciding.decide(who, list(records), contacts.get(who, to.fingerprint))
    return {one.id: found[one.id].verdict.value for one in records}


def held(world, party):
    return world.gbr.vault.records.need(party.id)


def test_exactly_the_granted_fields_go_to_exactly_that_officer_until_it_is_withdrawn(world, stick, passed):
    party, note = passed
    here = held(world, party)
    assert verdicts(world.gbr, world.aus, here, note) == {party.id: "refuse", note.id: "refuse"}
    number = grant(world, stick, ask(world, stick, party))
    assert verdicts(world.gbr, world.aus, here, note) == {party.id: "allow_fields", note.id: "refuse"}
    (sealed,) = world.seal(world.gbr, [party.id, note.id], world.aus)
    received = receiving.inspect(world.aus, sealed.path)
    (view,) = received.records
    row = world.gbr.vault.messages.seen(number)[0]
    (named,) = received.opened.manifest.consents
    received.close()
    assert (view.names, view.addresses) == (party.names, party.addresses)
    assert not view.remarks
    assert not view.party_kind
    assert (named.serial, named.originator, row.sender) == (number, world.usa.fingerprint, world.usa.fingerprint)
    (line,) = world.gbr.vault.disclosures.list(recipient=world.aus.fingerprint)
    assert line.consents == (number,)
    assert set(line.withheld) >= {"remarks", "party_kind"}
    entry = next(one for one in world.gbr.vault.audit.entries() if one.action == "bundle.seal")
    assert entry.detail["consents"] == [number]

    back = asking.revoke(world.usa, number, "Over", stick)
    messages.take(world.gbr, back.path)
    assert verdicts(world.gbr, world.aus, here) == {party.id: "refuse"}
    with pytest.raises(NothingReleased):
        world.seal(world.gbr, [party.id], world.aus)
    assert {one.state for one in life.of_record(world.gbr, party.id)} == {"withdrawn"}
    assert {one.state for one in life.of_record(world.usa, party.id)} == {"withdrawn"}


def test_a_consent_ends_by_itself_and_begins_when_it_says(world, stick, passed, at):
    party, _note = passed
    here = held(world, party)
    number = ask(world, stick, party)
    grant(world, stick, number, since="2030-01-01T00:00:00Z", until="2030-02-01T00:00:00Z")
    assert verdicts(world.gbr, world.aus, here) == {party.id: "refuse"}
    assert [one.state for one in life.of_record(world.gbr, party.id)] == ["later"]
    at("2030-01-01T00:00:00Z")
    assert verdicts(world.gbr, world.aus, here) == {party.id: "allow_fields"}
    at("2030-02-01T00:00:00Z")
    assert verdicts(world.gbr, world.aus, here) == {party.id: "refuse"}
    assert [one.state for one in life.of_record(world.gbr, party.id)] == ["over"]


def test_what_was_planned_under_a_consent_is_not_sealed_without_it(world, stick, passed):
    party, _note = passed
    number = grant(world, stick, ask(world, stick, party))
    planned = handover.plan(world.gbr, [party.id], [world.aus.fingerprint])
    assert [one.serial for one in planned.files[0].consents] == [number]
    messages.take(world.gbr, asking.revoke(world.usa, number, "", stick).path)
    with pytest.raises(DecisionChanged):
        handover.seal(world.gbr, planned, stick)


def test_only_the_originator_may_let_it_pass(world, stick, passed):
    party, _note = passed
    here = held(world, party)
    with pytest.raises(NotTheOriginator):
        asking.ask(world.gbr, world.aus.fingerprint, wish(world, party.id), stick)
    with pytest.raises(NotTheOriginator):
        asking.record(world.gbr, wish(world, party.id))
    item = Item(party.id, party.revision, ())
    said = Consent(
        *("", world.gbr.fingerprint, Consignee("officer", world.aus.fingerprint), (item,), ""),
        *("2026-01-01T00:00:00Z", UNTIL, "granted", ""),
    )
    forged = write_message(
        stick, said, world.aus.identity, [world.gbr.identity.card], created=world.aus.now(), serial=1
    )
    assert messages.take(world.gbr, forged.path).state == "noted"
    assert verdicts(world.gbr, world.aus, here) == {party.id: "refuse"}
    assert [one.state for one in life.of_record(world.gbr, party.id)] == ["noted"]


def test_a_consent_is_for_who_is_named_in_it_and_nobody_else(world, stick, passed):
    party, _note = passed
    here = held(world, party)
    item = Item(party.id, party.revision, ())
    base = Consent(
        *("", world.gbr.fingerprint, Consignee("agency", "CAN/CBSA"), (item,), ""),
        *("2026-01-01T00:00:00Z", UNTIL, "granted", ""),
    )
    colleague = msgspec.structs.replace(
        base, asker=world.usa.fingerprint, recipient=Consignee("officer", world.aus.fingerprint)
    )
    for number, body in enumerate((base, colleague), start=1):
        sent = write_message(
            stick, body, world.usa.identity, [world.gbr.identity.card], created=world.usa.now(), serial=number
        )
        messages.take(world.gbr, sent.path)
        assert verdicts(world.gbr, world.aus, here) == {party.id: "refuse"}
    agency = msgspec.structs.replace(base, recipient=Consignee("agency", "AUS/ABF"))
    sent = write_message(
        stick, agency, world.usa.identity, [world.gbr.identity.card], created=world.usa.now(), serial=3
    )
    messages.take(world.gbr, sent.path)
    assert verdicts(world.gbr, world.aus, here) == {party.id: "allow"}


def test_a_consent_for_a_colleague_is_his_to_use(world, stick, passed):
    party, _note = passed
    kept = world.gbr.vault.contacts.get(world.aus.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(kept, agency="GBR/HMRC"), actor="Owen")
    body = Consent(
        *("", world.aus.fingerprint, Consignee("agency", "NZL/CUSTOMS"), (Item(party.id, party.revision, ()),), ""),
        *("2026-01-01T00:00:00Z", UNTIL, "granted", ""),
    )
    sent = write_message(stick, body, world.usa.identity, [world.gbr.identity.card], created=world.usa.now(), serial=1)
    assert messages.take(world.gbr, sent.path).state == "counts"
    assert list(force.granted(world.gbr)) == []


def test_a_consent_of_a_lost_card_opens_nothing(world, stick, passed):
    party, _note = passed
    grant(world, stick, ask(world, stick, party))
    kept = world.gbr.vault.contacts.get(world.usa.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(kept, state="revoked"), actor="Owen")
    assert verdicts(world.gbr, world.aus, held(world, party)) == {party.id: "refuse"}


def test_a_consent_for_a_former_revision_opens_nothing(world, stick, passed):
    party, _note = passed
    grant(world, stick, ask(world, stick, party))
    newer = world.next(world.usa.vault.records.need(party.id), parents=(party.revision,), remarks="Newer")
    world.take(world.gbr, world.forge(world.usa, world.gbr, newer))
    assert verdicts(world.gbr, world.aus, held(world, party)) == {party.id: "refuse"}
    (one,) = life.of_record(world.gbr, party.id)
    assert not one.present
    assert one.words.endswith("It speaks of another revision.")


def test_the_originator_grants_less_or_nothing(world, stick, passed):
    party, _note = passed
    number = ask(world, stick, party)
    with pytest.raises(FieldUnknown):
        asking.grant(world.usa, number, Wanted((), "", fields=("remarks",), until=UNTIL), stick)
    with pytest.raises(PeriodInvalid):
        asking.grant(world.usa, number, Wanted((), "", until="2020-01-01T00:00:00Z"), stick)
    with pytest.raises(PeriodInvalid):
        asking.grant(world.usa, number, Wanted((), ""), stick)
    with pytest.raises(RequestUnknown):
        asking.grant(world.usa, "0" * 32, Wanted((), "", until=UNTIL), stick)
    assert [one.state for one in life.of_record(world.usa, party.id)] == ["asked"]
    grant(world, stick, number, fields=("names",))
    (sealed,) = world.seal(world.gbr, [party.id], world.aus)
    received = receiving.inspect(world.aus, sealed.path)
    (view,) = received.records
    received.close()
    assert (view.names, view.addresses) == (party.names, ())

    second = ask(world, stick, party)
    sent = asking.refuse(world.usa, second, "Not this one", stick)
    messages.take(world.gbr, sent.path)
    assert [one.state for one in life.of_record(world.gbr, party.id)] == ["in_force", "refused"]
    assert [one.state for one in inquiries.listed(world.gbr)] == ["granted", "refused"]


def test_an_own_caveat_is_lifted_by_an_own_recorded_consent(world):
    note = world.add(world.usa, "note", marking=ORCON, title="T", text="Words")
    with pytest.raises(NothingReleased):
        world.seal(world.usa, [note.id], world.gbr)
    wanted = Wanted((note.id,), "GBR/HMRC", until=UNTIL)
    taken = asking.record(world.usa, wanted)
    number = taken.seen.opened.facts.message_id
    assert taken.state == "counts"
    assert verdicts(world.usa, world.gbr, note) == {note.id: "allow"}
    assert verdicts(world.usa, world.aus, note) == {note.id: "refuse"}
    world.seal(world.usa, [note.id], world.gbr)
    (line,) = world.usa.vault.disclosures.list()
    assert line.consents == (number,)
    with pytest.raises(ConsentUnknown):
        asking.revoke(world.usa, "0" * 32, "", None)
    asking.revoke(world.usa, number, "Over", None)
    assert verdicts(world.usa, world.gbr, note) == {note.id: "refuse"}


def test_who_needs_no_consent_does_not_share_the_file_that_names_it(world):
    """One content for two recipients: only the file of the one who needs the consent speaks of it."""
    note = world.add(world.usa, "note", marking="EXERCISE OFFICIAL//REL TO USA, AUS", title="T", text="Words")
    number = asking.record(world.usa, Wanted((note.id,), "GBR/HMRC", until=UNTIL)).seen.opened.facts.message_id
    planned = handover.plan(world.usa, [note.id], [world.aus.fingerprint, world.gbr.fingerprint])
    named = {one.recipients[0].fingerprint: [each.serial for each in one.consents] for one in planned.files}
    assert named == {world.aus.fingerprint: [], world.gbr.fingerprint: [number]}


def test_a_question_is_answered_by_a_handover_or_refused(world, stick, at):
    sent = inquiries.ask(world.usa, ["Owen"], "Which vessel?", stick, needed_by="2030-01-01T00:00:00Z")
    messages.take(world.gbr, sent.path)
    other = inquiries.ask(world.usa, ["Owen"], "Which bank?", stick)
    messages.take(world.gbr, other.path)
    assert [(one.text, one.state, one.overdue) for one in inquiries.listed(world.gbr)] == [
        ("Which vessel?", "open", False),
        ("Which bank?", "open", False),
    ]
    note = world.add(world.gbr, "note", title="T", text="That vessel")
    foreign = world.seal(world.gbr, [note.id], world.aus)[0]
    with pytest.raises(MessageNames):
        inquiries.answer(world.gbr, sent.message_id, stick, bundle_id=foreign.bundle_id)
    given = world.seal(world.gbr, [note.id], world.usa)[0]
    said = inquiries.answer(world.gbr, sent.message_id, stick, bundle_id=given.bundle_id)
    assert messages.take(world.usa, said.path).state == "counts"
    no = inquiries.refuse(world.gbr, other.message_id, "We may not say", stick)
    messages.take(world.usa, no.path)
    for session in (world.usa, world.gbr):
        found = {one.text: (one.state, one.bundle_id, one.answer) for one in inquiries.listed(session)}
        assert found["Which vessel?"] == ("answered", given.bundle_id, "")
        assert found["Which bank?"] == ("refused", "", "We may not say")
        assert inquiries.listed(session, only_open=True) == ()
    third = inquiries.ask(world.usa, ["Owen"], "Who?", stick, needed_by="2030-01-01T00:00:00Z")
    at("2030-01-01T00:00:00Z")
    (one,) = inquiries.listed(world.usa, only_open=True)
    assert (one.message_id, one.overdue) == (third.message_id, True)


def test_an_answer_to_somebody_elses_request_closes_nothing(world, stick):
    sent = inquiries.ask(world.usa, ["Owen"], "Which vessel?", stick)
    messages.take(world.gbr, sent.path)
    from briefcase.bundle.message_bodies import Answer  # noqa: PLC0415 - what AUS could send past our program

    body = Answer(sent.message_id, "refused", "", "No")
    forged = write_message(
        stick, body, world.aus.identity, [world.usa.identity.card], created=world.aus.now(), serial=1
    )
    assert messages.take(world.usa, forged.path).state == "noted"
    assert [one.state for one in inquiries.listed(world.usa)] == ["open"]


def test_a_recall_goes_to_everybody_who_was_given_it_and_tells_nobody_of_the_others(world, stick):
    one = world.add(world.usa, "note", title="T", text="Words")
    two = world.add(world.usa, "note", title="U", text="Words")
    world.give(world.usa, [one.id, two.id], world.gbr)
    world.give(world.usa, [one.id], world.aus)
    sent = recalling.send(world.usa, [one.id, two.id], stick, wanted="destroy", reason="Wrong")
    assert sorted(len(each.recipients) for each in sent) == [1, 1]
    taken = {each.recipients[0].name: each.path for each in sent}
    messages.take(world.gbr, taken["Owen"])
    messages.take(world.aus, taken["Mia"])
    assert [one.records for one in recalling.listed(world.aus)] == [(one.id,)]
    assert set(recalling.listed(world.gbr)[0].records) == {one.id, two.id}
    assert {each.state for each in recalling.listed(world.gbr)} == {"counts"}
    assert len(recalling.sent_of(world.usa, one.id)) == 2
    mine = world.add(world.usa, "note", title="V", text="Words")
    with pytest.raises(NobodyHasIt):
        recalling.send(world.usa, [mine.id], stick)
    with pytest.raises(NotTheOriginator):
        recalling.send(world.gbr, [one.id], stick)
