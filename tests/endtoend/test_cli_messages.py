"""Messages on the command line, as real processes: a hand-over is acknowledged, and what is wrong is said."""

# ruff: noqa: ANN001, ANN201 - the untyped arguments are fixtures of conftest.py
from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from briefcase.bundle.message_bodies import Receipt
from briefcase.services import contacts, messages

pytestmark = pytest.mark.slow


@pytest.fixture
def world(story, tmp_path: Path):
    """Return copies of the three vaults as they were once S1 had been sealed, and the sealed files."""
    desk = dataclasses.replace(story.desk, folder=tmp_path)
    for name in ("usa", "aus", "gbr"):
        source = story.desk if name == "usa" else story.before
        shutil.copytree(source.vault(name), desk.vault(name))
    shutil.copy(story.desk.passphrase_file, desk.passphrase_file)
    (tmp_path / "stick").mkdir()
    return desk, story.files


def disclosed(desk) -> dict[str, set[bool]]:
    """Return, by recipient, whether lines of the disclosure log of the USA are acknowledged."""
    with contextlib.closing(desk.unlock("usa")) as session:
        lines = session.vault.disclosures.list()
    found: dict[str, set[bool]] = {}
    for one in lines:
        found.setdefault(one.recipient_name, set()).add(bool(one.receipt))
    return found


def test_a_handover_is_taken_in_acknowledged_and_closed(world) -> None:
    desk, files = world
    sent_before = desk.json("usa", "message", "list")["messages"]  # the vault is one of a whole run of tests
    bundle = desk.json("gbr", "bundle", "take-in", files["gbr"])
    assert bundle["new"]
    facts = desk.json("gbr", "bundle", "verify", files["gbr"])
    assert facts["kind"] == "bundle"
    made = desk.json("gbr", "receipt", "make", facts["bundle_id"], "--out", "stick")
    assert (made["type"], made["serial"], made["recipients"]) == ("receipt", 1, ["Dana Whitfield"])
    file = desk.folder / made["file"]
    assert file.stat().st_size == made["size"]

    seen = desk.json("usa", "message", "show", file)
    assert (seen["verdict"], seen["type"], seen["message_id"]) == ("verified", "receipt", made["message_id"])
    assert seen["body"]["manifest_sha256"] == facts["manifest_sha256"]
    assert desk.json("usa", "bundle", "verify", file) == seen
    assert desk.json("aus", "message", "show", file, status=10)["body"] is None
    assert desk.json("usa", "message", "list")["messages"] == sent_before

    taken = desk.json("usa", "receipt", "take", file)
    assert (taken["state"], taken["alarm"], taken["nothing_new"]) == ("counts", False, False)
    assert disclosed(desk) == {"Owen Hargreaves": {True}, "Mia Thornton": {False}}
    assert desk.json("usa", "receipt", "take", file)["nothing_new"]
    (line,) = [one for one in desk.json("usa", "message", "list")["messages"] if one not in sent_before]
    assert (line["direction"], line["about"], line["partner"]) == ("in", facts["bundle_id"], "Owen Hargreaves")
    assert "Receipt 1 to Dana Whitfield: sent" in desk.run("gbr", "message", "list").stdout.decode()


def test_what_a_contact_was_given_is_listed_with_its_receipt(world) -> None:
    desk, files = world
    facts = desk.json("gbr", "bundle", "verify", files["gbr"])
    theirs = desk.json("usa", "disclosures", "--for", "Owen Hargreaves")["disclosures"]
    with contextlib.closing(desk.unlock("usa")) as session:
        log = [one for one in session.vault.disclosures.list() if one.recipient_name == "Owen Hargreaves"]
    assert sorted(each["id"] for one in theirs for each in one["records"]) == sorted(one.record_id for one in log)
    (before,) = [one for one in theirs if one["bundle_id"] == facts["bundle_id"]]
    assert (before["name"], before["receipt"], before["taken_in"]) == ("Owen Hargreaves", "", "")
    assert all(each["title"] and each["revision"] for each in before["records"])
    assert "No receipt yet." in desk.run("usa", "disclosures", "--for", "Owen Hargreaves").stdout.decode()

    desk.json("gbr", "bundle", "take-in", files["gbr"])
    made = desk.json("gbr", "receipt", "make", facts["bundle_id"], "--out", "stick")
    desk.json("usa", "receipt", "take", desk.folder / made["file"])
    (after,) = [
        one
        for one in desk.json("usa", "disclosures", "--for", "Owen Hargreaves")["disclosures"]
        if one["bundle_id"] == facts["bundle_id"]
    ]
    assert after["receipt"]
    assert after["taken_in"]
    assert after["records"] == before["records"]
    other = desk.json("usa", "disclosures", "--for", "Mia Thornton")["disclosures"]
    assert {one["name"] for one in other} == {"Mia Thornton"}
    assert all(not one["receipt"] for one in other)


def test_a_receipt_of_somebody_else_closes_nothing(world) -> None:
    desk, files = world
    body = {
        "bundle_id": desk.json("gbr", "bundle", "verify", files["gbr"])["bundle_id"],
        "manifest_sha256": desk.json("gbr", "bundle", "verify", files["gbr"])["manifest_sha256"],
    }
    with contextlib.closing(desk.unlock("aus")) as session:
        now = session.now()
        receipt = Receipt(
            **body,
            sender=desk.fingerprints["usa"],
            opened=now,
            taken_in=now,
            by="Mia",
            audit_head="1" * 64,
        )
        sent = messages.send(session, receipt, [contacts.find(session, "Dana Whitfield").fingerprint], desk.folder)
    taken = desk.json("usa", "receipt", "take", sent.path, status=14)
    assert (taken["state"], taken["alarm"]) == ("noted", True)
    assert disclosed(desk) == {"Owen Hargreaves": {False}, "Mia Thornton": {False}}


def test_a_request_in_words_and_what_refuses_it(world) -> None:
    desk, files = world
    request = {
        "text": "May we pass\nthis on?",
        "items": [],
        "recipient": None,
        "purpose": "Joint work",
        "needed_by": "",
    }
    body = desk.folder / "request.json"
    body.write_text(json.dumps(request, indent=1), encoding="utf-8")
    words = ("message", "send", "request", "--to", "Owen Hargreaves", "--body", body, "--out", "stick")
    made = desk.json("usa", *words)
    file = desk.folder / made["file"]
    said = desk.run("gbr", "message", "show", file).stdout.decode()
    assert said.startswith("Verified: from Dana Whitfield (USA/BIS), addressed to you.\n")
    assert "  Request: May we pass\n    this on?\n" in said
    taken = desk.json("gbr", "message", "take", file)
    assert taken["state"] == "counts"
    (kept,) = desk.json("gbr", "message", "show", taken["message_id"])["kept"]
    assert (kept["body"], kept["direction"]) == (request, "in")
    assert b"SERVICE_FILE_UNREADABLE" in desk.run("gbr", "message", "show", "0" * 32, status=2).stderr

    assert b"SERVICE_NOT_A_RECEIPT" in desk.run("gbr", "receipt", "take", file, status=2).stderr
    assert b"SERVICE_MESSAGE_REFUSED" in desk.run("aus", "message", "take", file, status=10).stderr
    assert b"BUNDLE_IS_MESSAGE" in desk.run("gbr", "bundle", "take-in", file, status=2).stderr
    assert b"BUNDLE_IS_BUNDLE" in desk.run("gbr", "message", "show", files["gbr"], status=2).stderr
    assert (
        b"SERVICE_TAKE_IN_REFUSED"
        in desk.run("aus", "receipt", "make", files["gbr"], "--out", "stick", status=12).stderr
    )
    assert (
        b"SERVICE_BUNDLE_NOT_TAKEN" in desk.run("aus", "receipt", "make", "0" * 32, "--out", "stick", status=2).stderr
    )
    body.write_text(json.dumps({**request, "needed_by": "soon"}), encoding="utf-8")
    refused = desk.run("usa", *words, status=2)
    assert b"BUNDLE_MESSAGE" in refused.stderr
    assert b"needed_by" in refused.stderr
    assert b"soon" not in refused.stderr


def test_a_damaged_message_is_broken(world) -> None:
    desk, _files = world
    body = desk.folder / "recall.json"
    recall = {"items": [], "consents": ["e" * 32], "reason": "Wrong", "wanted": "stop_use"}
    body.write_text(json.dumps(recall), encoding="utf-8")
    words = ("message", "send", "recall", "--to", "Owen Hargreaves", "--body", body, "--out", "stick")
    assert b"SERVICE_MESSAGE_NAMES" in desk.run("usa", *words, status=4).stderr
    lost = {"fingerprint": desk.fingerprints["aus"], "since": "", "reason": "Wrong"}
    body.write_text(json.dumps(lost), encoding="utf-8")
    made = desk.json("usa", *("compromise" if one == "recall" else one for one in words))
    file = desk.folder / made["file"]
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
    assert desk.json("gbr", "message", "show", file, status=12)["verdict"] == "broken"
    file.write_bytes(whole[:-100])
    assert desk.json("gbr", "message", "take", file, status=13)["verdict"] == "incomplete"


def add_secret_party(desk) -> None:
    """Put a company into the vault of the USA that no partner may know of."""
    line = {
        "kind": "party",
        "party_kind": "company",
        "names": [{"text": "Kestrel Trading"}],
        "label": {"marking": "EXERCISE SECRET//REL TO USA"},
    }
    records = desk.folder / "secret.jsonl"
    records.write_text(json.dumps(line), encoding="utf-8")
    desk.json("usa", "record", "add", records)


def test_names_in_the_purpose_of_a_hand_over_are_listed_and_let_go(world) -> None:
    desk, _sealed = world
    add_secret_party(desk)
    to = ("--to", "Owen Hargreaves", "--out", "stick")
    words = ("handover", "CHPL diversion via Istanbul", *to, "--purpose", "After Kestrel Trading")
    ended = desk.run("usa", *words, status=4)
    assert b"purpose: Kestrel Trading" in ended.stdout
    before = sorted((desk.folder / "stick").iterdir())
    ended = desk.run("usa", *words, "--allow-names")
    assert b"Allowed by --allow-names: purpose: Kestrel Trading" in ended.stdout
    assert b"Kestrel" not in ended.stderr
    assert len(list((desk.folder / "stick").iterdir())) > len(before)
    (one,) = desk.json("usa", *words, "--allow-names")["mentions"]
    assert (one["place"], one["words"], one["contact"]) == ("purpose", "Kestrel Trading", "Owen Hargreaves")


def test_names_in_a_message_are_told_and_meant(world) -> None:
    desk, _sealed = world
    add_secret_party(desk)
    body = desk.folder / "request.json"
    request = {"text": "Who is kestrel trading?", "items": [], "recipient": None, "purpose": "", "needed_by": ""}
    body.write_text(json.dumps(request), encoding="utf-8")
    words = ("message", "send", "request", "--to", "Owen Hargreaves", "--body", body, "--out", "stick")
    before = sorted((desk.folder / "stick").iterdir())
    ended = desk.run("usa", *words, status=4)
    assert b"SERVICE_MESSAGE_MENTIONS" in ended.stderr
    assert b"Kestrel" not in ended.stderr
    assert b"text: Kestrel Trading" in ended.stdout
    (one,) = desk.json("usa", *words, status=4)["mentions"]
    assert (one["place"], one["words"], one["contact"]) == ("text", "Kestrel Trading", "Owen Hargreaves")
    assert sorted((desk.folder / "stick").iterdir()) == before
    sent = desk.json("usa", *words, "--allow-names")
    assert sent["notices"] == []
    log = desk.json("usa", "vault", "log", "--action", "message.")["entries"]
    assert [entry["action"] for entry in log][-5:] == [
        *("message.refused", "message.refused", "message.begin", "message.send", "message.stands"),
    ]
