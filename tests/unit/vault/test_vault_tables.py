"""Settings, drafts, contacts, bundles, disclosures, consents and messages."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import dataclasses

import pytest

from briefcase.records.ids import new_id, new_revision
from briefcase.vault import errors
from briefcase.vault.papers import ConsentRow, Message
from briefcase.vault.values import BundleRow, Contact, Disclosure

AUS, GBR = "a" * 64, "b" * 64


@pytest.mark.parametrize("value", [b"\x00\xff", "İstanbul", {"a": [1, True, None]}, [1, "two"], b"", ""])
def test_a_setting_comes_back_as_it_went_in(vault, reopen, value):
    vault.settings.set("name", value)
    with reopen() as again:
        assert again.settings.get("name") == value
        assert type(again.settings.get("name")) is type(value)


def test_settings_by_type_and_their_audit(vault):
    vault.settings.set("pack", b"bytes", actor="Ann")
    assert vault.audit.newest(1)[0].subject == "pack"
    size = vault.audit.size()
    vault.settings.set("window", {"width": 1280})
    assert vault.audit.size() == size
    assert vault.settings.blob("pack") == b"bytes"
    assert vault.settings.blob("window") is None
    assert vault.settings.text("missing", "default") == "default"
    vault.settings.remove("pack", actor="Ann")
    assert vault.settings.get("pack") is None
    assert "window" in vault.settings.names()


def test_drafts_survive_a_lock(vault, reopen):
    vault.drafts.save("form:note", b"half a", saved="2026-11-24T06:00:00Z")
    vault.drafts.save("form:note", b"half a sentence", saved="2026-11-24T06:01:00Z")
    with reopen() as again:
        assert again.drafts.get("form:note") == b"half a sentence"
        assert again.drafts.list() == [("form:note", "2026-11-24T06:01:00Z")]
        again.drafts.remove("form:note")
        assert again.drafts.get("form:note") is None


def test_contacts(vault):
    contact = Contact(GBR, "Bee", "card text")
    vault.contacts.put(contact, actor="Ann", action="contact.import")
    vault.contacts.put(Contact(AUS, "Bee", "other card"), actor="Ann")
    assert vault.contacts.get(GBR) == contact
    assert vault.contacts.get("0" * 64) is None
    verified = dataclasses.replace(
        contact,
        state="verified",
        agency="GBR/HMRC",
        country="GB",
        verified_at="2026-11-24T06:00:00Z",
        verified_by="Ann",
    )
    vault.contacts.put(verified, actor="Ann", action="contact.verify")
    assert vault.contacts.get(GBR) == verified
    assert [each.fingerprint for each in vault.contacts.list()] == [AUS, GBR]
    vault.contacts.remove(AUS, actor="Ann")
    assert [each.fingerprint for each in vault.contacts.list()] == [GBR]
    assert [entry.action for entry in vault.audit.newest(2)] == ["contact.remove", "contact.verify"]
    with pytest.raises(errors.VaultFault):
        vault.contacts.put(dataclasses.replace(contact, state="trusted"), actor="Ann")  # type: ignore[arg-type]


def test_bundles_and_their_sequence(vault):
    assert vault.bundles.next_sequence(GBR) == 1
    assert vault.bundles.previous_manifest(GBR) == ""
    first = BundleRow("b1", GBR, "out", 1, "11" * 32, "2026-11-24T06:00:00Z")
    assert vault.bundles.add(first)
    assert vault.bundles.add(dataclasses.replace(first, partner=AUS))
    assert vault.bundles.add(BundleRow("b2", GBR, "out", 2, "22" * 32, "2026-11-24T06:00:00Z"))
    assert vault.bundles.next_sequence(GBR) == 3
    assert vault.bundles.next_sequence(AUS) == 2
    assert vault.bundles.previous_manifest(GBR) == "22" * 32
    assert vault.bundles.latest(GBR, "in") is None
    assert vault.bundles.seen("b1") == [first, dataclasses.replace(first, partner=AUS)]
    assert [each.bundle_id for each in vault.bundles.list(partner=GBR)] == ["b1", "b2"]
    assert vault.bundles.list(direction="in") == []


def test_the_same_bundle_twice_is_nothing_new_and_other_content_an_alarm(vault):
    first = BundleRow("b1", GBR, "in", 1, "11" * 32, "2026-11-24T06:00:00Z")
    assert vault.bundles.add(first)
    assert not vault.bundles.add(first)
    with pytest.raises(errors.BundleAltered):
        vault.bundles.add(dataclasses.replace(first, manifest_sha256="33" * 32))
    assert vault.bundles.list() == [first]


def test_the_disclosure_log(vault):
    record, revisions = new_id(), [new_revision(), new_revision()]
    rows = [
        Disclosure(f"b{number}", GBR, "Bee", record, revision, f"2026-11-2{number}", ("remarks", "gender"), "11" * 32)
        for number, revision in enumerate(revisions)
    ]
    vault.disclosures.add(rows[:1])
    vault.disclosures.add([rows[1], dataclasses.replace(rows[0], recipient=AUS, withheld=())])
    assert vault.disclosures.list(recipient=GBR) == rows
    assert len(vault.disclosures.list(record_id=record)) == 3
    assert vault.disclosures.list(bundle_id="b1") == rows[1:]
    assert vault.disclosures.list(record_id=new_id()) == []
    assert vault.disclosures.given(GBR) == {record: revisions[1]}
    assert vault.disclosures.given("0" * 64) == {}


def test_consents_and_messages(vault):
    record = new_id()
    consent = ConsentRow("c1", "given", record, GBR, "2026-01-01", "2026-04-01", "2026-01-01T00:00:00Z", b"signed")
    vault.consents.put(consent)
    vault.consents.put(dataclasses.replace(consent, id="c2", record_id=""))
    assert vault.consents.list(record_id=record) == [consent]
    assert len(vault.consents.list()) == 2
    message = Message("m1", "receipt", "in", GBR, "b1", "2026-01-01T00:00:00Z", b"signed")
    vault.messages.put(message)
    assert vault.messages.list() == vault.messages.list(type="receipt") == [message]
    assert vault.messages.list(type="recall") == []
