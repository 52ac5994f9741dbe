"""Messages and receipts between three vaults: what counts, what is only noted, and what is an alarm."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202 - the arguments are fixtures and made-up edits
from __future__ import annotations

import contextlib
import dataclasses
import json

import msgspec
import pytest

from briefcase.bundle import approvals
from briefcase.bundle import messages as sealed_messages
from briefcase.bundle.content import BundleContent
from briefcase.bundle.errors import BundleBroken, MediumFailed, SealedBundle, SealedMessage
from briefcase.bundle.message_bodies import (
    Compromise,
    Consent,
    Consignee,
    Item,
    Recall,
    RecalledItem,
    Receipt,
    Request,
    from_json,
)
from briefcase.bundle.messages import write_message
from briefcase.bundle.write import content_to_approve, write_bundle
from briefcase.errors import BriefcaseError
from briefcase.seal.card import card_text
from briefcase.seal.identity import create_identity, verify
from briefcase.services import cases, contacts, messages, receipts, receiving
from briefcase.services.errors import (
    BundleNotTaken,
    ContactNotVerified,
    MessageIdReused,
    MessageTakeRefused,
    NobodyChosen,
    NotAReceipt,
    TakeInRefused,
)

REQUEST = Request("What is known of this party?", (), None, "Joint work", "")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "messages"
    folder.mkdir()
    return folder


@pytest.fixture
def handed(world):
    """Return a note of USA, and the file in which GBR got it; nothing is taken in yet."""
    note = world.add(world.usa, "note", title="T", text="Words")
    return note, world.seal(world.usa, [note.id], world.gbr)[0]


def post(stick, sender, to, body, **changes):
    """Write a message as a partner's own program could, past the checks of ours."""
    values = {"created": sender.now(), "serial": 1, **changes}
    return write_message(stick, body, sender.identity, [to.identity.card], **values).path


def acknowledged(session):
    return [one.receipt for one in session.vault.disclosures.list()]


def actions(session):
    return [one.action for one in session.vault.audit.entries()]


# ---------------------------------------------------------------- sending and taking


def test_a_request_goes_and_comes(world, stick):
    sent = messages.send(world.usa, REQUEST, [world.gbr.fingerprint, world.aus.fingerprint], stick)
    assert list(stick.iterdir()) == [sent.path]
    seen = messages.inspect(world.gbr, sent.path)
    assert seen.headline == "Verified: from Dana (USA/BIS), addressed to you."
    assert dict(seen.facts)["Kind"] == "Request"
    assert dict(seen.says) == {"Request": REQUEST.text, "Purpose": "Joint work"}
    assert world.gbr.vault.messages.list() == []
    taken = messages.take(world.gbr, sent.path)
    assert (taken.state, taken.alarm, taken.nothing_new) == ("counts", False, False)
    (out,), (come,) = world.usa.vault.messages.list(), world.gbr.vault.messages.list()
    assert (out.direction, out.state, come.direction, come.state) == ("out", "sent", "in", "counts")
    assert (out.text, out.ssh, out.mldsa, out.series) == (come.text, come.ssh, come.mldsa, come.series)
    assert come.partner == world.usa.fingerprint
    assert out.partner == " ".join(sorted([world.gbr.fingerprint, world.aus.fingerprint]))
    done = [one for one in actions(world.usa) if one.startswith("message.")]
    assert done == ["message.begin", "message.send", "message.stands"]
    assert actions(world.gbr)[-1] == "message.take"
    listed = messages.list_messages(world.gbr)
    assert [(one.partner, one.type, one.serial, one.state) for one in listed] == [("Dana", "request", 1, "counts")]


def test_numbers_count_by_type_and_set_of_recipients(world, stick):
    both = [world.gbr.fingerprint, world.aus.fingerprint]
    lost = Compromise(world.gbr.fingerprint, "", "")
    sent = [
        messages.send(world.usa, body, to, stick).serial
        for body, to in ((REQUEST, both), (REQUEST, both[::-1]), (lost, both), (REQUEST, both[:1]))
    ]
    assert sent == [1, 2, 1, 1]


def test_the_same_message_twice_is_nothing_new(world, stick):
    path = messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick).path
    messages.take(world.gbr, path)
    entries = world.gbr.vault.audit.size()
    again = messages.take(world.gbr, path)
    assert (again.nothing_new, again.state) == (True, "counts")
    assert again.seen.notices == ("You have taken in this message before; there is nothing new in it.",)
    assert (len(world.gbr.vault.messages.list()), world.gbr.vault.audit.size()) == (1, entries)


def test_the_same_id_with_other_content_is_an_alarm(world, stick, monkeypatch):
    monkeypatch.setattr(sealed_messages.secrets, "token_hex", lambda size: "a" * 2 * size)
    first = post(stick, world.usa, world.gbr, REQUEST)
    messages.take(world.gbr, first.rename(stick / "first.brief"))
    second = post(stick, world.usa, world.gbr, msgspec.structs.replace(REQUEST, text="Another"), serial=2)
    assert messages.inspect(world.gbr, second).notices[0].startswith("Alarm: a message with the same id")
    with pytest.raises(MessageIdReused):
        messages.take(world.gbr, second)
    assert actions(world.gbr)[-1] == "message.alarm"
    assert len(world.gbr.vault.messages.list()) == 1


def test_a_gap_is_a_notice_and_a_repeated_number_an_alarm(world, stick):
    paths = [messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick).path for _ in range(3)]
    assert messages.inspect(world.gbr, paths[1]).notices == (
        "Notice: an earlier message of this series has not reached you.",
    )
    for path in (paths[0], paths[2]):
        assert not messages.take(world.gbr, path).alarm
    assert messages.inspect(world.gbr, paths[1]).notices == ()
    other = post(stick, world.usa, world.gbr, REQUEST, serial=3)
    assert messages.inspect(world.gbr, other).notices[0].startswith("Alarm: another message with the same number")
    assert messages.take(world.gbr, other).alarm
    assert actions(world.gbr)[-2:] == ["message.take", "message.alarm"]


def test_only_verified_contacts_get_messages(world, stick):
    with pytest.raises(NobodyChosen):
        messages.send(world.usa, REQUEST, [], stick)
    kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
    for state in ("unverified", "revoked"):
        world.usa.vault.contacts.put(dataclasses.replace(kept, state=state), actor="test")
        with pytest.raises(ContactNotVerified):
            messages.send(world.usa, REQUEST, [world.aus.fingerprint, world.gbr.fingerprint], stick)
    assert list(stick.iterdir()) == []
    assert "message.begin" not in actions(world.usa)


def test_a_message_that_is_not_verified_is_not_kept(world, stick):
    path = messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick).path
    with pytest.raises(MessageTakeRefused):
        messages.take(world.aus, path)
    kept = world.gbr.vault.contacts.get(world.usa.fingerprint)
    for state in ("unverified", "revoked"):
        world.gbr.vault.contacts.put(dataclasses.replace(kept, state=state), actor="test")
        with pytest.raises(MessageTakeRefused):
            messages.take(world.gbr, path)
    assert world.gbr.vault.messages.list() == []


def test_a_failing_stick_leaves_no_row_and_no_file(world, stick, monkeypatch):
    def fails(*_given, **_named):
        raise MediumFailed(reason="EIO")

    monkeypatch.setattr(messages, "hold_message", fails)
    with pytest.raises(MediumFailed):
        messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick)
    assert world.usa.vault.messages.list() == []
    assert actions(world.usa)[-2:] == ["message.begin", "message.stop"]


def test_a_file_whose_row_cannot_be_kept_is_removed(world, stick, monkeypatch):
    def fails(*_given, **_named):
        raise MediumFailed(reason="EIO")

    monkeypatch.setattr(world.usa.vault.messages, "add", fails)
    with pytest.raises(MediumFailed):
        messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick)
    assert list(stick.iterdir()) == []


def test_bundles_and_messages_are_told_apart(world, stick, handed):
    path = messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick).path
    with pytest.raises(SealedMessage):
        receiving.inspect(world.gbr, path)
    with pytest.raises(SealedBundle):
        messages.inspect(world.gbr, handed[1].path)
    with pytest.raises(SealedBundle):
        messages.take(world.gbr, handed[1].path)


# ---------------------------------------------------------------- who may say what


def item(note, *fields):
    return Item(note.id, note.revision, fields)


def consent(world, *items):
    return Consent(
        *("", world.gbr.fingerprint, Consignee("agency", "AUS/ABF"), items, "Joint work"),
        *("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "granted", ""),
    )


def test_a_consent_counts_only_from_the_agency_whose_record_it_is(world, stick, handed):
    note, file = handed
    world.take(world.gbr, file.path)
    body = consent(world, item(note, "text"))
    assert messages.take(world.gbr, post(stick, world.usa, world.gbr, body)).state == "counts"
    other = messages.take(world.gbr, post(stick, world.aus, world.gbr, body))
    assert (other.state, other.alarm) == ("noted", False)
    assert other.words[0].startswith("It is kept, but does nothing")
    assert [one.state for one in world.gbr.vault.messages.list()] == ["counts", "noted"]


def test_a_consent_for_a_record_that_is_not_here_or_is_ours_does_not_count(world, stick, handed):
    note, file = handed
    body = consent(world, item(note))
    assert messages.take(world.gbr, post(stick, world.usa, world.gbr, body)).state == "noted"
    world.take(world.gbr, file.path)
    ours = world.add(world.gbr, "note", title="Ours", text="Words")
    for number, items in enumerate([(item(note), item(ours)), (item(ours),)], start=2):
        path = post(stick, world.usa, world.gbr, consent(world, *items), serial=number)
        assert messages.take(world.gbr, path).state == "noted"


def test_what_an_agency_says_of_itself_is_not_asked(world, stick, handed):
    """AUS calls itself USA/BIS on its card; our officer set AUS/ABF."""
    note, file = handed
    world.take(world.gbr, file.path)
    kept = world.gbr.vault.contacts.get(world.usa.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(kept, agency="AUS/ABF", country="AUS"), actor="test")
    assert messages.take(world.gbr, post(stick, world.usa, world.gbr, consent(world, item(note)))).state == "noted"


def test_a_recall_counts_only_from_the_originator_or_the_one_who_consented(world, stick, handed):
    note, file = handed
    world.take(world.gbr, file.path)
    given = post(stick, world.usa, world.gbr, consent(world, item(note)))
    message_id = messages.take(world.gbr, given).seen.opened.message.message_id
    records = Recall((RecalledItem(note.id, ""),), (), "Wrong", "destroy")
    consents = Recall((), (message_id,), "Wrong", "stop_use")
    unknown = Recall((), ("9" * 32,), "Wrong", "stop_use")
    for number, (who, body, state) in enumerate(
        [
            *((world.usa, records, "counts"), (world.aus, records, "noted")),
            *((world.usa, consents, "counts"), (world.aus, consents, "noted"), (world.usa, unknown, "noted")),
        ],
        start=1,
    ):
        assert messages.take(world.gbr, post(stick, who, world.gbr, body, serial=number)).state == state


def test_a_noted_consent_cannot_be_recalled_into_weight(world, stick, handed):
    note, _file = handed
    noted = messages.take(world.gbr, post(stick, world.usa, world.gbr, consent(world, item(note))))
    body = Recall((), (noted.seen.opened.message.message_id,), "", "stop_use")
    assert messages.take(world.gbr, post(stick, world.usa, world.gbr, body)).state == "noted"


def state_of(session, other):
    return contacts.get(session, other.fingerprint).state


def test_a_card_says_that_its_own_keys_are_lost(world, stick):
    body = Compromise(world.aus.fingerprint, "2026-11-01T00:00:00Z", "Stolen")
    taken = messages.take(world.gbr, post(stick, world.aus, world.gbr, body))
    assert taken.state == "counts"
    assert state_of(world.gbr, world.aus) == "revoked"
    (row,) = world.gbr.vault.messages.list(about=world.aus.fingerprint)
    assert row.type == "compromise"
    with pytest.raises(MessageTakeRefused):
        messages.take(world.gbr, post(stick, world.aus, world.gbr, REQUEST))


def test_even_an_unverified_card_may_say_so_of_itself_and_of_nobody_else(world, stick):
    kept = world.gbr.vault.contacts.get(world.aus.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(kept, state="unverified"), actor="test")
    other = post(stick, world.aus, world.gbr, Compromise(world.usa.fingerprint, "", ""))
    with pytest.raises(MessageTakeRefused):
        messages.take(world.gbr, other)
    own = post(stick, world.aus, world.gbr, Compromise(world.aus.fingerprint, "", ""), serial=2)
    assert messages.take(world.gbr, own).state == "counts"
    assert state_of(world.gbr, world.aus) == "revoked"
    assert state_of(world.gbr, world.usa) == "verified"


def test_a_notice_that_counts_by_now_is_listed_so(world, stick):
    lost = create_identity("Larry", "GBR/HMRC", "GBR")
    body = Compromise(lost.fingerprint, "", "stolen")
    for who in (world.gbr, world.aus):
        path = messages.send(who, body, [world.usa.fingerprint], stick).path
        assert messages.take(world.usa, path).state == "noted"
    contacts.import_text(world.usa, card_text(lost.signed_card), agency="GBR/HMRC", country="GBR")
    assert [one.state for one in messages.list_messages(world.usa)] == ["counts", "noted"]


def test_another_agency_cannot_burn_a_card_and_a_colleague_can(world, stick):
    body = Compromise(world.usa.fingerprint, "", "They say so")
    foreign = messages.take(world.gbr, post(stick, world.aus, world.gbr, body))
    assert foreign.state == "noted"
    assert state_of(world.gbr, world.usa) == "verified"
    kept = world.gbr.vault.contacts.get(world.aus.fingerprint)
    world.gbr.vault.contacts.put(dataclasses.replace(kept, agency="USA/BIS", country="USA"), actor="test")
    colleague = messages.take(world.gbr, post(stick, world.aus, world.gbr, body, serial=2))
    assert colleague.state == "counts"
    assert state_of(world.gbr, world.usa) == "revoked"


# ---------------------------------------------------------------- receipts


def test_a_receipt_closes_the_disclosure(world, stick, handed):
    note, file = handed
    world.take(world.gbr, file.path)
    head = world.gbr.vault.audit.head()
    sent = receipts.make_for_bundle(world.gbr, file.bundle_id, stick)
    assert acknowledged(world.usa) == [""]
    taken = receipts.take(world.usa, sent.path)
    assert (taken.state, taken.alarm) == ("counts", False)
    assert taken.words == ("The partner has the bundle, and took it in.",)
    assert acknowledged(world.usa) == [sent.message_id]
    body = taken.seen.opened.message.body
    (row,) = world.usa.vault.disclosures.list()
    assert (body.bundle_id, body.manifest_sha256) == (file.bundle_id, row.manifest_sha256)
    assert (body.sender, body.by, body.audit_head) == (world.usa.fingerprint, "Owen", head)
    assert body.opened == body.taken_in
    assert [one for _time, one in world.usa.vault.witnesses.list(world.gbr.fingerprint)] == [head]
    assert world.gbr.vault.audit.contains(head)
    again = receipts.take(world.usa, sent.path)
    assert again.nothing_new
    assert note.id == row.record_id


def test_a_receipt_for_a_file_that_was_not_taken_in(world, stick, handed):
    _note, file = handed
    sent = receipts.make_for_file(world.gbr, file.path, stick)
    taken = receipts.take(world.usa, sent.path)
    assert taken.words == ("The partner opened the bundle.",)
    body = taken.seen.opened.message.body
    assert body.taken_in == ""
    assert acknowledged(world.usa) == [sent.message_id]
    world.take(world.gbr, file.path)
    later = receipts.take(world.usa, receipts.make_for_file(world.gbr, file.path, stick).path)
    assert later.seen.opened.message.body.taken_in
    assert acknowledged(world.usa) == [sent.message_id]


def test_a_receipt_does_not_say_what_was_known_from_others(world, stick):
    note = world.note("USA/BIS")
    receipts_made = []
    for known, series in ((False, {}), (True, {"sequence": 2, "previous": "1" * 64})):
        if known:
            world.take(world.gbr, world.forge(world.aus, world.gbr, note))
        file = world.forge(world.usa, world.gbr, note if known else world.note("USA/BIS"), **series)
        world.take(world.gbr, file)
        sent = receipts.make_for_file(world.gbr, file, stick)
        body = messages.inspect(world.usa, sent.path).opened.message.body
        varying = ("bundle_id", "manifest_sha256", "opened", "taken_in", "audit_head")
        receipts_made.append({k: v for k, v in msgspec.to_builtins(body).items() if k not in varying})
    assert receipts_made[0] == receipts_made[1] == {"sender": world.usa.fingerprint, "by": "Owen"}


def test_nothing_is_acknowledged_that_was_not_verified_to_us(world, stick, handed):
    _note, file = handed
    with pytest.raises(TakeInRefused):
        receipts.make_for_file(world.aus, file.path, stick)
    with pytest.raises(BundleNotTaken):
        receipts.make_for_bundle(world.gbr, file.bundle_id, stick)
    assert list(stick.iterdir()) == []


def test_a_bundle_with_a_damaged_attachment_is_not_acknowledged(world, stick, tmp_path):
    scan = tmp_path / "scan.bin"
    scan.write_bytes(bytes(400_000))
    document = world.add(world.usa, "document", title="Scan")
    cases.attach(world.usa, document.id, scan)
    path = world.seal(world.usa, [document.id], world.gbr)[0].path
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with contextlib.closing(receiving.inspect(world.gbr, path)) as received:
        assert received.can_take_in
    with pytest.raises(BundleBroken):
        receipts.make_for_file(world.gbr, path, stick)
    assert list(stick.iterdir()) == []


def a_receipt(world, file, **changes):
    manifest = world.usa.vault.disclosures.list()[0].manifest_sha256
    now = world.gbr.now()
    body = Receipt(file.bundle_id, manifest, world.usa.fingerprint, now, now, "Owen", "1" * 64)
    return msgspec.structs.replace(body, **changes)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"bundle_id": "9" * 32}, "did not seal"),
        ({"sender": "9" * 64}, "did not seal"),
        ({"manifest_sha256": "9" * 64}, "not what you sealed"),
    ],
)
def test_a_receipt_for_something_else_is_an_alarm_and_closes_nothing(world, stick, handed, changes, word):
    path = post(stick, world.gbr, world.usa, a_receipt(world, handed[1], **changes))
    taken = receipts.take(world.usa, path)
    assert (taken.state, taken.alarm) == ("noted", True)
    assert word in taken.words[0]
    assert acknowledged(world.usa) == [""]
    assert world.usa.vault.witnesses.list(world.gbr.fingerprint) == []
    assert actions(world.usa)[-2:] == ["message.take", "message.alarm"]


def test_nobody_acknowledges_for_somebody_else(world, stick, handed):
    taken = receipts.take(world.usa, post(stick, world.aus, world.usa, a_receipt(world, handed[1])))
    assert (taken.state, taken.alarm) == ("noted", True)
    assert acknowledged(world.usa) == [""]


def test_one_of_two_recipients_acknowledges_for_himself(world, stick):
    note = world.add(world.usa, "note", title="T", text="Words")
    file = world.seal(world.usa, [note.id], world.gbr, world.aus)[0]
    world.take(world.gbr, file.path)
    receipts.take(world.usa, receipts.make_for_bundle(world.gbr, file.bundle_id, stick).path)
    done = {one.recipient: bool(one.receipt) for one in world.usa.vault.disclosures.list()}
    assert done == {world.gbr.fingerprint: True, world.aus.fingerprint: False}


def test_a_head_that_comes_a_second_time_shows_that_a_vault_was_put_back(world, stick, handed):
    for number, (head, alarm) in enumerate([("1" * 64, False), ("2" * 64, False), ("1" * 64, True)], start=1):
        body = a_receipt(world, handed[1], audit_head=head)
        taken = receipts.take(world.usa, post(stick, world.gbr, world.usa, body, serial=number))
        assert (taken.state, taken.alarm) == ("counts", alarm)
    assert "stands again where it stood before" in taken.words[1]


def test_a_bundle_with_a_head_that_was_seen_before_is_an_alarm(world, handed):
    _note, file = handed
    world.take(world.gbr, file.path)
    ((_time, head),) = world.gbr.vault.witnesses.list(world.usa.fingerprint)
    assert world.usa.vault.audit.contains(head)
    last = world.usa.vault.bundles.previous_manifest(world.series(world.usa, world.gbr))
    again = world.forge(world.usa, world.gbr, world.note("USA/BIS"), sequence=2, previous=last, audit_head=head)
    received = receiving.inspect(world.gbr, again)
    received.close()
    assert len(received.notices) == 1
    assert "stands again where it stood before" in received.notices[0]
    other = world.add(world.usa, "note", title="T2", text="Words")
    received = receiving.inspect(world.gbr, world.seal(world.usa, [other.id], world.gbr)[0].path)
    received.close()
    assert received.notices == ()


def test_who_approved_a_bundle_is_told(world, tmp_path):
    note, cards = world.note("USA/BIS"), [world.gbr.identity.card]
    content = BundleContent(views=(note,), pack=world.usa.pack, purpose="", created=world.usa.now())
    approval = approvals.approve(
        content_to_approve(content, cards),
        world.aus.identity,
        sender=world.usa.fingerprint,
        recipients=[world.gbr.fingerprint],
        approved=world.usa.now(),
    )
    content = dataclasses.replace(content, approvals=(approval,))
    path = write_bundle(tmp_path, content, world.usa.identity, cards).path
    kept = world.gbr.vault.contacts.get(world.aus.fingerprint)
    for state, words in (
        ("verified", "Mia (AUS/ABF)"),
        ("unverified", "Mia (AUS/ABF), whose card is not in force"),
        ("", "a key that you do not know, which says Mia (AUS/ABF)"),
    ):
        world.gbr.vault.contacts.remove(world.aus.fingerprint, actor="test")
        if state:
            world.gbr.vault.contacts.put(dataclasses.replace(kept, state=state), actor="test")
        with contextlib.closing(receiving.inspect(world.gbr, path)) as received:
            assert received.can_take_in
            assert dict(received.facts)["Approved by"] == words


def test_heads_move_with_every_receipt_that_is_made(world, stick, handed):
    _note, file = handed
    world.take(world.gbr, file.path)
    for _again in range(3):
        sent = receipts.make_for_bundle(world.gbr, file.bundle_id, stick)
        assert not receipts.take(world.usa, sent.path).alarm


def test_another_message_is_no_receipt(world, stick):
    path = messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick).path
    with pytest.raises(NotAReceipt):
        receipts.take(world.gbr, path)
    assert world.gbr.vault.messages.list() == []


# ---------------------------------------------------------------- bodies from a file


def test_a_body_is_read_from_json_in_any_spelling():
    text = json.dumps(msgspec.to_builtins(REQUEST), indent=2).encode()
    assert from_json("request", text) == REQUEST


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "JSON"),
        (b'{"fingerprint":7,"since":"","reason":""}', "fingerprint"),
        (b'{"fingerprint":"' + b"a" * 64 + b'","since":"soon","reason":""}', "since"),
        (b'{"fingerprint":"' + b"a" * 64 + b'","since":"","reason":"","secret name":1}', "JSON"),
        (b'{"fingerprint":"' + b"a" * 64 + b'","since":"","reason":"one","reason":"two"}', "JSON"),
    ],
)
def test_a_wrong_body_is_refused_by_its_place_and_without_its_content(text, reason):
    with pytest.raises(BriefcaseError) as caught:
        from_json("compromise", text)
    assert caught.value.facts == {"reason": reason}


def test_what_is_kept_verifies_for_ever(world, stick):
    messages.take(world.gbr, messages.send(world.usa, REQUEST, [world.gbr.fingerprint], stick).path)
    (row,) = world.gbr.vault.messages.list()
    verify("request", row.text, row.ssh, row.mldsa, world.usa.identity.card)
