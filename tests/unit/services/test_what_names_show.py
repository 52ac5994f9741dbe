"""Names that cannot look like something else, refusals that stand in the log, and what a restored vault asks for."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import io
import json

import pytest

from briefcase import language
from briefcase.bundle.message_bodies import Compromise, Recall, RecalledItem, Request
from briefcase.bundle.messages import write_message
from briefcase.bundle.verdict import who_words
from briefcase.cli.output import Output
from briefcase.cli.partners import contact_lines
from briefcase.seal import base64, block
from briefcase.seal.card import card_text
from briefcase.seal.errors import CardInvalid, RevocationInvalid, WordsChecksum, WordsInvalid
from briefcase.seal.identity import create_identity, revocation_text
from briefcase.services import arrivals, contacts, handover, messages, sheets, trust, withdrawn
from briefcase.services.errors import ContactRevoked, MessageTakeRefused, NothingReleased, WordsDiffer
from briefcase.services.keeping import copies
from briefcase.services.keeping import errors as keeping
from briefcase.services.session import unlock

PASSPHRASE = "correct horse battery staple"


def bring(who, name, agency="GBR/HMRC"):
    return contacts.import_text(who, card_text(create_identity(name, agency, agency[:3]).signed_card))


def last(session, action):
    return [entry for entry in session.vault.audit.entries() if entry.action == action][-1].detail


@pytest.mark.parametrize(
    "name", ["\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u3164 \u3164", "\u034f", "\u200d\u3164"]
)
def test_a_name_that_shows_nothing_is_no_name(name):
    with pytest.raises(CardInvalid) as caught:
        create_identity(name, "GBR/HMRC", "GBR")
    assert caught.value.facts["reason"] == "name"


@pytest.mark.parametrize("name", ["Owen", "Ω", "김철수", "محمد", "O\u2019Neil", "नेहा", "李"])
def test_names_of_every_script_are_names(name):
    assert create_identity(name, "GBR/HMRC", "GBR").card.name == name


@pytest.mark.parametrize("name", ["Ow\u200den", "Оwen", "OWEN", "Owen\u3164"])
def test_a_name_that_looks_like_another_is_warned_of(world, name):
    contact = bring(world.usa, name)
    (words,) = [one for one in trust.notices(world.usa, contact) if "looks the same" in one]
    assert world.gbr.fingerprint[:16] in words
    assert trust.notices(world.usa, contacts.get(world.usa, world.aus.fingerprint)) == []


def test_our_own_name_on_another_card_is_warned_of(world):
    (words,) = trust.notices(world.usa, bring(world.usa, "Dana"))
    assert world.usa.fingerprint[:16] in words


def test_a_name_in_a_list_cannot_look_like_a_state(world):
    contact = bring(world.usa, "Owen (GBR/HMRC): verified")
    assert contact_lines(contact)[0] == 'unverified, says "GBR/HMRC": "Owen (GBR/HMRC): verified"'
    assert contact_lines(contacts.get(world.usa, world.gbr.fingerprint))[0] == 'verified, GBR/HMRC: "Owen"'


def test_json_holds_nothing_that_a_terminal_obeys():
    value = {"name": "a\u009b31m\u202eb\u2028c\U000e0041d\x1be", "joined": "ن\u200cی é 김"}
    out = io.StringIO()
    Output(out, as_json=True).answer(value, [])
    assert json.loads(out.getvalue()) == value
    shown = out.getvalue()
    assert all(one not in shown for one in "\u009b\u202e\u2028\U000e0041\x1b")
    assert "ن\u200cی é 김" in shown


def test_remarks_of_an_export_hold_nothing_that_an_editor_obeys(world):
    trust.compromised(world.usa, world.gbr.fingerprint, reason="a\u009bb\u202ec\u2028d")
    path = world.folder / "kept.txt"
    withdrawn.export_revocations(world.usa, path)
    assert all(one not in path.read_text(encoding="utf-8") for one in "\u009b\u202e\u2028")


def test_a_refused_sealing_is_in_the_log(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    planned = handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
    trust.compromised(world.usa, world.gbr.fingerprint)
    with pytest.raises(ContactRevoked):
        handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
    told = {"recipients": [world.gbr.fingerprint], "reason": ContactRevoked.code}
    assert last(world.usa, "bundle.refused") == told
    with pytest.raises(ContactRevoked):
        handover.seal(world.usa, planned, world.folder)
    secret = world.add(world.usa, "note", "EXERCISE OFFICIAL//REL TO USA", title="T", text="Words")
    with pytest.raises(NothingReleased):
        handover.seal(world.usa, handover.plan(world.usa, [secret.id], [world.aus.fingerprint]), world.folder)
    assert last(world.usa, "bundle.refused") == {"recipients": [world.aus.fingerprint], "reason": NothingReleased.code}


def test_words_that_are_wrong_end_alike():
    assert WordsInvalid.exit_status == WordsChecksum.exit_status == WordsDiffer.exit_status == 2


def test_a_file_of_remarks_alone_says_what_is_to_be_repeated(world):
    trust.compromised(world.usa, world.gbr.fingerprint, reason="stolen")
    path = world.folder / "kept.txt"
    withdrawn.export_revocations(world.usa, path)
    assert withdrawn.revoke_file(world.usa, path)[0].effect == "known"
    (outcome,) = withdrawn.revoke_file(world.aus, path)
    assert (outcome.effect, outcome.name) == ("none", "Owen")
    assert "report it again" in outcome.words
    assert contacts.get(world.aus, world.gbr.fingerprint).state == "verified"


@pytest.fixture
def restored(world):
    stick = world.folder / "stick"
    stick.mkdir()
    copied = copies.save_copy(world.usa, stick)
    session = unlock(copies.restore(copied.path, world.folder / "new", PASSPHRASE).path, PASSPHRASE)
    yield session
    session.close()


def test_a_notice_that_did_nothing_does_not_settle_a_restored_vault(world, restored):
    def take(who, about):
        sent = messages.send(who, Compromise(about, "", ""), [world.usa.fingerprint], world.folder)
        return messages.take(restored, sent.path)

    assert take(world.aus, world.gbr.fingerprint).state == "noted"
    with pytest.raises(keeping.RestoredNothingTaken):
        copies.settle(restored, "taken")
    take(world.gbr, "0" * 64)
    assert copies.settle(restored, "taken") == 1


def test_a_recall_that_does_nothing_does_not_settle_a_restored_vault(world, restored):
    ours = world.add(world.usa, "note", title="T", text="Words")
    world.give(world.usa, [ours.id], world.gbr)
    world.take(
        restored, world.seal(world.gbr, [world.add(world.gbr, "note", title="T", text="Words").id], world.usa)[0].path
    )
    (theirs,) = (one.id for one in restored.vault.records.list_records() if one.id != ours.id)

    def take(who, *ids):
        body = Recall(tuple(RecalledItem(one, "") for one in ids), (), "", "destroy")
        path = write_message(
            world.folder, body, who.identity, [world.usa.identity.card], created=who.now(), serial=len(ids)
        ).path
        return messages.take(restored, path).state

    assert take(world.aus, theirs) == "noted"
    with pytest.raises(keeping.RestoredNothingTaken):
        copies.settle(restored, "taken")
    assert take(world.gbr, theirs) == "counts"
    assert copies.settle(restored, "taken") == 1


def test_a_recall_that_waits_for_its_record_settles_a_restored_vault(world, restored):
    body = Recall((RecalledItem(world.add(world.gbr, "note", title="T", text="Words").id, ""),), (), "", "destroy")
    path = write_message(
        world.folder, body, world.gbr.identity, [world.usa.identity.card], created=world.gbr.now(), serial=1
    ).path
    assert messages.take(restored, path).state == "noted"
    assert copies.settle(restored, "taken") == 1


def test_nothing_is_printed_for_partners_before_a_restored_vault_is_settled(world, restored):
    sent = messages.send(world.gbr, Compromise("0" * 64, "", ""), [world.usa.fingerprint], world.folder)
    with pytest.raises(keeping.RestoredUnsettled):
        sheets.print_message(restored, sent.path, world.folder / "p.pdf")
    assert not (world.folder / "p.pdf").exists()


def test_a_restored_vault_takes_notices_and_recalls_from_the_file_of_the_lost_one(world, restored):
    """Each as it was signed: judged again by the cards and records that are here, forged ones refused."""
    lost = create_identity("Larry", "GBR/HMRC", "GBR")
    note = world.add(world.gbr, "note", title="T", text="Words")
    bundle = world.seal(world.gbr, [note.id], world.usa)[0].path
    world.take(world.usa, bundle)
    for body in (Compromise(lost.fingerprint, "", "stolen"), Recall((RecalledItem(note.id, ""),), (), "w", "destroy")):
        messages.take(world.usa, messages.send(world.gbr, body, [world.usa.fingerprint], world.folder).path)
    path = world.folder / "kept.txt"
    assert withdrawn.export_revocations(world.usa, path) == 2
    assert path.stat().st_mode & 0o077 == 0
    world.take(restored, bundle)
    first, second = withdrawn.revoke_file(restored, path)
    assert (first.fingerprint, first.effect) == (lost.fingerprint, "kept")
    assert second.effect == "taken"
    assert copies.settle(restored, "taken") >= 1
    contacts.import_text(restored, card_text(lost.signed_card), agency="GBR/HMRC", country="GBR")
    assert contacts.get(restored, lost.fingerprint).state == "revoked"
    assert [one.effect for one in withdrawn.revoke_file(restored, path)] == ["known", "known"]
    assert [one.type for one in restored.vault.messages.list(direction="in")] == ["compromise", "recall"]


def test_a_message_in_a_file_is_held_to_its_signatures_and_its_recipient(world):
    sent = messages.send(world.gbr, Compromise(world.gbr.fingerprint, "", ""), [world.usa.fingerprint], world.folder)
    messages.take(world.usa, sent.path)
    path = world.folder / "kept.txt"
    withdrawn.export_revocations(world.usa, path)
    with pytest.raises(MessageTakeRefused):
        withdrawn.revoke_file(world.aus, path)
    label = withdrawn._LABEL
    value = block.read(label, path.read_text(encoding="utf-8"))
    text = base64.decode(value["text"]).replace(world.gbr.fingerprint.encode(), world.aus.fingerprint.encode(), 1)
    path.write_text(block.write(label, {**value, "text": base64.encode(text)}), encoding="utf-8")
    with pytest.raises(MessageTakeRefused):
        withdrawn.revoke_file(world.usa, path)
    assert contacts.get(world.usa, world.aus.fingerprint).state == "verified"


# ---------------------------------------------------------------- lists of names


@pytest.mark.parametrize("name", ["A, B", 'A", "B', "A، B", "A，B", "A; B"])
def test_one_name_in_a_list_cannot_pass_for_two(world, name):
    contact = bring(world.usa, name)
    contacts.verify(world.usa, contact.fingerprint, " ".join(contact.words), "GBR/HMRC", "GBR")
    body = Request("?", (), None, "", "")
    sent = messages.send(world.usa, body, [contact.fingerprint, world.gbr.fingerprint], world.folder)
    shown = '"' + name.replace('"', '\\"') + '"'
    (listed,) = messages.list_messages(world.usa)
    assert listed.partner in (f"{shown}, Owen", f"Owen, {shown}")
    assert shown in dict(messages.kept_words(world.usa, sent.message_id, "out")[0])["Sealed for"]
    assert shown in dict(messages.inspect(world.gbr, sent.path).facts)["Sealed for"]


def test_a_name_without_a_comma_stands_as_it_is():
    assert language.listed(["Dana", "O'Neil", "Ana-Maria"]) == "Dana, O'Neil, Ana-Maria"


def test_a_name_of_a_sender_cannot_look_like_an_agency():
    assert who_words("Owen (GBR/HMRC)", "FRA/DGDDI", "FRA/DGDDI") == '"Owen (GBR/HMRC)" (FRA/DGDDI)'
    assert who_words("Owen (GBR/HMRC)", "", "FRA/DGDDI") == '"Owen (GBR/HMRC)" (says FRA/DGDDI)'


def test_a_file_of_notices_alone_is_brought_in_by_the_window_too(world):
    lost = create_identity("Larry", "GBR/HMRC", "GBR")
    sent = messages.send(world.gbr, Compromise(lost.fingerprint, "", ""), [world.usa.fingerprint], world.folder)
    messages.take(world.usa, sent.path)
    path = world.folder / "kept.txt"
    withdrawn.export_revocations(world.usa, path)
    (outcome,) = arrivals.bring_in(world.usa, [path]).outcomes
    assert outcome.effect == "known"


def test_a_file_with_more_blocks_than_can_be_meant_is_refused(world):
    path = world.folder / "kept.txt"
    good = revocation_text(world.gbr.identity)
    path.write_text(good + block.write("BRIEFCASE REVOCATION", {}) * 5000, encoding="ascii")
    with pytest.raises(RevocationInvalid):
        withdrawn.revoke_file(world.usa, path)
    assert contacts.get(world.usa, world.gbr.fingerprint).state == "verified"
    path.write_text(good + block.write("BRIEFCASE REVOCATION", {}) * 50, encoding="ascii")
    assert withdrawn.revoke_file(world.usa, path)[0].effect == "revoked"
