"""Recalls and consents in any order, ids and heads of others, times of the future, and what a message may name."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202 - the arguments are fixtures and made-up edits
from __future__ import annotations

import contextlib
import dataclasses

import msgspec
import pytest

from briefcase.bundle import messages as sealed_messages
from briefcase.bundle import write
from briefcase.bundle.errors import BundleNotFinished, MediumFailed
from briefcase.bundle.message_bodies import Consent, Consignee, Item, Recall, RecalledItem, Receipt, Request
from briefcase.bundle.messages import write_message
from briefcase.bundle.sealing import Held
from briefcase.errors import BriefcaseError
from briefcase.records.kinds import Party
from briefcase.records.values import Name
from briefcase.seal.card import card_text
from briefcase.seal.identity import create_identity, revocation_text
from briefcase.services import (
    cases,
    contacts,
    handover,
    messages,
    outgoing,
    printing,
    provenance,
    receipts,
    receiving,
    trust,
)
from briefcase.services.session import Session

FAR = "2199-01-01T00:00:00Z"
WHOLE_TIME = ("2026-01-01T00:00:00Z", "2190-01-01T00:00:00Z")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "messages"
    folder.mkdir()
    return folder


def post(stick, sender, to, body, **changes):
    values = {"created": sender.now(), "serial": 1, **changes}
    return write_message(stick, body, sender.identity, [to.identity.card], **values).path


def recall(*records, consents=(), revision=""):
    return Recall(tuple(RecalledItem(one.id, revision) for one in records), tuple(consents), "Wrong person", "destroy")


def decided(who, record, to):
    (row,) = handover.plan(who, [record.id], [to.fingerprint]).rows
    cell = row.cells[to.fingerprint]
    return cell.verdict, " ".join(cell.reasons)


def notices(session, path):
    with contextlib.closing(receiving.inspect(session, path)) as received:
        return " ".join(received.notices)


def squatter(world) -> Session:
    """Return AUS, as somebody whose words GBR has not compared."""
    kept = world.gbr.vault.contacts.get(world.aus.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(kept, state="unverified", agency="", country=""), actor="test")
    return world.aus


def accept(who, path):
    with contextlib.closing(receiving.inspect(who, path)) as received:
        return receiving.take_in(who, received, accept_unverified=True)


def party(note):
    return Party(
        id=note.id,
        label=note.label,
        revision="a" * 32,
        created=note.created,
        party_kind="company",
        names=(Name(text="X"),),
        originator=note.originator,
    )


# ---------------------------------------------------------------- recalls


def test_a_recalled_record_goes_to_nobody(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    assert decided(world.gbr, note, world.aus)[0] == "allow"
    taken = messages.take(world.gbr, post(stick, world.usa, world.gbr, recall(note)))
    assert (taken.state, "goes to nobody" in taken.words[0]) == ("counts", True)
    verdict, words = decided(world.gbr, note, world.aus)
    assert (verdict, words.startswith("Its originator has recalled it; that cannot be undone")) == ("refuse", True)
    assert decided(world.gbr, note, world.usa)[0] == "refuse"


def test_a_recalled_case_is_on_no_paper_for_a_partner_and_marked_on_ours(world, stick):
    case = world.add(world.usa, "case", title="T", status="open")
    world.give(world.usa, [case.id], world.gbr)
    messages.take(world.gbr, post(stick, world.usa, world.gbr, recall(case)))
    with pytest.raises(BriefcaseError) as caught:
        printing.case_pdf_bytes(world.gbr, case.id, for_contact=world.contact(world.gbr, world.aus))
    assert caught.value.code == "SERVICE_NOTHING_RELEASED"
    (words,) = provenance.of(world.gbr, [cases.get(world.gbr, case.id)])[case.id].words
    assert words.startswith("Recalled by Dana on ")
    assert words.endswith("(destroy it): Wrong person")


def test_a_recall_of_one_revision_leaves_the_next(world, stick):
    note = world.add(world.usa, "note", title="T", text="Old")
    world.give(world.usa, [note.id], world.gbr)
    messages.take(world.gbr, post(stick, world.usa, world.gbr, recall(note, revision=note.revision)))
    assert decided(world.gbr, note, world.aus)[0] == "refuse"
    cases.edit_record(world.usa, note.id, {"text": "New"})
    world.give(world.usa, [note.id], world.gbr)
    assert decided(world.gbr, note, world.aus)[0] == "allow"


def test_a_recall_that_came_first_acts_when_its_record_comes(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    file = world.seal(world.usa, [note.id], world.gbr)[0]
    assert messages.take(world.gbr, post(stick, world.usa, world.gbr, recall(note))).state == "noted"
    taken = world.take(world.gbr, file.path)
    assert decided(world.gbr, note, world.aus)[0] == "refuse"
    assert [one.state for one in messages.list_messages(world.gbr)] == ["counts"]
    assert taken.recalled == (note.id,)


def test_nobody_else_recalls_a_record_and_nobody_ours(world, stick):
    note, ours = (world.add(who, "note", title="T", text="Words") for who in (world.usa, world.gbr))
    world.give(world.usa, [note.id], world.gbr)
    for number, (who, what) in enumerate([(world.aus, note), (world.usa, ours)], start=1):
        assert messages.take(world.gbr, post(stick, who, world.gbr, recall(what), serial=number)).state == "noted"
    assert decided(world.gbr, note, world.aus)[0] == "allow"
    assert decided(world.gbr, ours, world.aus)[0] == "allow"


def test_a_kept_message_shows_what_it_says(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    messages.take(world.gbr, post(stick, world.usa, world.gbr, recall(note)))
    (listed,) = messages.list_messages(world.gbr)
    assert listed.body == recall(note)
    facts, says = messages.kept_words(world.gbr, listed.message_id, "in", world.usa.fingerprint)
    assert "counts" in dict(facts)["What it does"]
    assert note.id in dict(says)["What"]


# ---------------------------------------------------------------- consents


def consent(world, note, **changes):
    body = Consent(
        *("", world.gbr.fingerprint, Consignee("agency", "AUS/ABF"), (Item(note.id, note.revision, ()),), "Joint work"),
        *(*WHOLE_TIME, "granted", ""),
    )
    return msgspec.structs.replace(body, **changes)


def test_a_consent_that_came_first_counts_when_its_record_comes(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    file = world.seal(world.usa, [note.id], world.gbr)[0]
    taken = messages.take(world.gbr, post(stick, world.usa, world.gbr, consent(world, note)))
    assert taken.state == "noted"
    world.take(world.gbr, file.path)
    (listed,) = messages.list_messages(world.gbr)
    assert listed.state == "counts"
    withdrawal = post(stick, world.usa, world.gbr, recall(consents=[listed.message_id]))
    assert messages.take(world.gbr, withdrawal).state == "counts"
    assert [one.state for one in messages.list_messages(world.gbr)] == ["noted", "counts"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("asker", "neither you nor a colleague"),
        ("revision", "not everything it names"),
        ("field", "not everything it names"),
        ("end", "its time is over"),
        ("request", "a request that you did not send"),
    ],
)
def test_a_consent_for_something_else_does_nothing(world, stick, change, word):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    changes = {
        "asker": {"asker": world.aus.fingerprint},
        "revision": {"items": (Item(note.id, "9" * 32, ()),)},
        "field": {"items": (Item(note.id, note.revision, ("amount",)),)},
        "end": {"start": "2020-01-01T00:00:00Z", "end": "2021-01-01T00:00:00Z"},
        "request": {"request": "9" * 32},
    }[change]
    taken = messages.take(world.gbr, post(stick, world.usa, world.gbr, consent(world, note, **changes)))
    assert taken.state == "noted"
    assert word in taken.words[0]


def test_a_consent_to_a_request_of_ours_counts_and_another_with_its_number_does_not(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    asked = messages.send(world.gbr, Request("May we?", (), None, "", ""), [world.usa.fingerprint], stick)
    body = consent(world, note, request=asked.message_id)
    assert messages.take(world.gbr, post(stick, world.usa, world.gbr, body)).state == "counts"
    again = messages.take(world.gbr, post(stick, world.usa, world.gbr, consent(world, note)))
    assert (again.state, again.alarm) == ("noted", True)
    assert [one.state for one in messages.list_messages(world.gbr)] == ["sent", "counts", "noted"]


# ---------------------------------------------------------------- ids, kinds and heads of others


def test_the_message_id_of_another_sender_keeps_nothing_out(world, stick, monkeypatch):
    monkeypatch.setattr(sealed_messages.secrets, "token_hex", lambda size: "a" * 2 * size)
    monkeypatch.setattr(sealed_messages, "new_name", iter([f"{number}.brief" for number in range(9)]).__next__)
    messages.take(world.gbr, post(stick, world.aus, world.gbr, Request("Squat", (), None, "", "")))
    genuine = post(stick, world.usa, world.gbr, Request("True", (), None, "", ""))
    assert messages.inspect(world.gbr, genuine).notices == ()
    assert messages.take(world.gbr, genuine).state == "counts"
    assert len(world.gbr.vault.messages.seen("a" * 32)) == 2


def test_the_bundle_id_of_another_sender_keeps_nothing_out(world, monkeypatch):
    monkeypatch.setattr(write.secrets, "token_hex", lambda size: "a" * 2 * size)
    monkeypatch.setattr(write, "new_name", iter([f"{number}.brief" for number in range(9)]).__next__, raising=False)
    note = world.note("USA/BIS")
    first, second = world.forge(world.aus, world.gbr, note), world.forge(world.usa, world.gbr, note)
    assert world.take(world.gbr, first).reported == (note.id,)
    assert notices(world.gbr, second) == ""
    assert world.take(world.gbr, second).newer == (note.id,)
    assert decided(world.gbr, note, world.aus)[0] == "allow"


def test_the_originators_record_takes_the_place_of_another_kind_under_its_id(world):
    note = world.note("USA/BIS")
    accept(world.gbr, world.forge(squatter(world), world.gbr, party(note)))
    assert isinstance(cases.get(world.gbr, note.id), Party)
    taken = world.take(world.gbr, world.forge(world.usa, world.gbr, note))
    assert (taken.newer, taken.refused) == ((note.id,), ())
    assert cases.get(world.gbr, note.id) == note
    assert [one.is_current for one in cases.history(world.gbr, note.id)] == [False, True]
    assert world.gbr.vault.records.count(kind="party") == 0
    assert world.gbr.vault.check() == []


def test_what_was_refused_is_not_acknowledged_as_taken_in(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [note.id], world.gbr)
    file = world.forge(world.usa, world.gbr, party(note), sequence=2, previous="1" * 64)
    taken = world.take(world.gbr, file)
    assert taken.refused == (note.id,)
    assert world.take(world.gbr, file).same == 0
    sent = receipts.make_for_file(world.gbr, file, stick)
    assert messages.inspect(world.usa, sent.path).opened.message.body.taken_in == ""


def test_a_head_that_somebody_copied_frames_nobody(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    file = world.seal(world.usa, [note.id], world.gbr)[0]
    copied = world.usa.vault.audit.head()
    world.take(world.gbr, world.forge(world.aus, world.gbr, world.note("AUS/ABF"), audit_head=copied))
    genuine = world.forge(world.usa, world.gbr, world.note("USA/BIS"), audit_head=copied)
    assert notices(world.gbr, genuine) == ""
    world.take(world.gbr, file.path)


# ---------------------------------------------------------------- times and series


def later(world, who, to, *records, created, **more):
    stick = world.folder / "later"
    stick.mkdir(exist_ok=True)
    content = write.BundleContent(views=records, pack=who.pack, purpose="", created=created, **more)
    return write.write_bundle(stick, content, who.identity, [to.identity.card]).path


def test_a_date_of_the_future_is_said_and_outranks_nothing(world, stick):
    note = world.note("USA/BIS", text="Old")
    false = later(world, world.usa, world.gbr, note, created=FAR)
    assert "2199" in notices(world.gbr, false)
    world.take(world.gbr, false)
    both = world.folder / "both"
    both.mkdir()
    content = write.BundleContent(
        views=(world.next(note, text="New"),), pack=world.usa.pack, purpose="", created=world.usa.now()
    )
    cards = [world.gbr.identity.card, world.aus.identity.card]
    taken = world.take(world.gbr, write.write_bundle(both, content, world.usa.identity, cards).path)
    assert taken.newer == (note.id,)
    assert cases.get(world.gbr, note.id).text == "New"
    message = post(stick, world.usa, world.gbr, Request("?", (), None, "", ""), created=FAR)
    assert "2199" in messages.inspect(world.gbr, message).notices[0]


def test_alarms_of_a_series_are_said_when_it_is_taken_in_and_stand_in_the_chain(world):
    world.take(world.gbr, world.forge(world.usa, world.gbr, world.note("USA/BIS")))
    taken = world.take(world.gbr, world.forge(world.usa, world.gbr, world.note("USA/BIS")))
    assert [one.code for one in taken.remarks] == ["same_number"]
    assert taken.alarm
    entry, alarm = list(world.gbr.vault.audit.entries())[-2:]
    assert (entry.detail["remarks"], alarm.action) == (["same_number"], "bundle.alarm")


def test_a_bundle_that_follows_another_than_the_one_we_have_is_noticed(world):
    world.take(world.gbr, world.forge(world.usa, world.gbr, world.note("USA/BIS")))
    other = world.forge(world.usa, world.gbr, world.note("USA/BIS"), sequence=2, previous="9" * 64)
    assert notices(world.gbr, other).startswith("Notice: the bundle before it in its series is not the one")


def test_an_alarm_is_one_the_second_time_too(world, stick):
    now = world.gbr.now()
    body = Receipt("9" * 32, "9" * 64, world.usa.fingerprint, now, "", "Owen", "1" * 64)
    path = post(stick, world.gbr, world.usa, body)
    first, second = receipts.take(world.usa, path), receipts.take(world.usa, path)
    assert (first.alarm, second.alarm, second.nothing_new) == (True, True, True)
    assert second.words


# ---------------------------------------------------------------- what goes out


def test_a_message_names_only_what_the_partner_was_given_or_gave(world, stick):
    secret = world.add(world.usa, "note", "EXERCISE OFFICIAL//REL TO USA, AUS", title="T", text="Words")
    given = world.add(world.usa, "note", title="T", text="Words")
    theirs = world.add(world.gbr, "note", title="T", text="Words")
    world.give(world.usa, [given.id], world.gbr)
    world.give(world.gbr, [theirs.id], world.usa)

    def send(body):
        return messages.send(world.usa, body, [world.gbr.fingerprint], stick)

    for body in (
        recall(secret),
        Request("?", (Item(secret.id, secret.revision, ()),), None, "", ""),
        Request("?", (Item(given.id, "9" * 32, ()),), None, "", ""),
        Request("?", (Item(given.id, given.revision, ("amount",)),), None, "", ""),
        Request(f"What of {secret.id.upper()}?", (), None, "", ""),
        recall(consents=["9" * 32]),
        consent(world, given, request="9" * 32),
    ):
        with pytest.raises(BriefcaseError) as caught:
            send(body)
        assert caught.value.code == "SERVICE_MESSAGE_NAMES"
    assert list(stick.iterdir()) == []
    send(recall(given))
    granted = send(consent(world, given))
    send(recall(consents=[granted.message_id]))
    send(Request("?", (Item(given.id, given.revision, ("text",)), Item(theirs.id, theirs.revision, ())), None, "", ""))


def test_a_field_that_was_withheld_is_not_named(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    kept = world.label("EXERCISE OFFICIAL//REL TO USA, AUS")
    cases.edit_record(world.usa, note.id, {"field_labels": {"text": msgspec.to_builtins(kept)}})
    world.give(world.usa, [note.id], world.gbr)
    note = cases.get(world.usa, note.id)
    for field, good in (("title", True), ("text", False)):
        body = Request("?", (Item(note.id, note.revision, (field,)),), None, "", "")
        with contextlib.nullcontext() if good else pytest.raises(BriefcaseError):
            messages.send(world.usa, body, [world.gbr.fingerprint], stick)


def test_no_message_can_be_opened_before_the_log_has_it(world, stick, monkeypatch):
    logged = []
    release = Held.release

    def watched(held):
        logged.extend(one.action for one in world.usa.vault.audit.newest(3) if one.action.startswith("message."))
        assert not held.path.exists()
        release(held)

    monkeypatch.setattr(Held, "release", watched)
    messages.send(world.usa, Request("?", (), None, "", ""), [world.gbr.fingerprint], stick)
    assert logged == ["message.send", "message.begin"]


def test_a_message_that_fails_after_the_log_is_listed_as_unfinished(world, stick, monkeypatch):
    def fails(_held):
        raise MediumFailed(reason="EIO")

    monkeypatch.setattr(Held, "release", fails)
    with pytest.raises(BundleNotFinished):
        messages.send(world.usa, Request("?", (), None, "", ""), [world.gbr.fingerprint], stick)
    (one,) = outgoing.unfinished(world.usa)
    assert (one.kind, one.counted) == ("message", True)
    assert [row.state for row in world.usa.vault.messages.list()] == ["sent"]


def test_a_revoked_future_date_does_not_freeze_a_record(world):
    note = world.note("USA/BIS", text="False")
    thief = create_identity("Dana", "USA/BIS", "USA")
    contacts.import_text(world.gbr, card_text(thief.signed_card))
    contacts.verify(world.gbr, thief.fingerprint, " ".join(thief.card.words()), "USA/BIS", "USA")
    folder = world.folder / "thief"
    folder.mkdir()
    content = write.BundleContent(views=(note,), pack=world.usa.pack, purpose="", created=FAR)
    world.take(world.gbr, write.write_bundle(folder, content, thief, [world.gbr.identity.card]).path)
    trust.revoke(world.gbr, revocation_text(thief))
    assert world.take(world.gbr, world.forge(world.usa, world.gbr, world.next(note, text="True"))).newer == (note.id,)
