"""Settings, drafts, contacts, bundles, disclosures, consents and messages."""

# ruff: noqa: ANN001, ANN003, ANN201 - the arguments are fixtures
from __future__ import annotations

import dataclasses

import pytest

from briefcase.records.ids import new_id, new_revision
from briefcase.vault import errors, schema
from briefcase.vault.header import new_vault_id
from briefcase.vault.messages import MessageRow
from briefcase.vault.papers import ConsentRow
from briefcase.vault.state import State
from briefcase.vault.values import BundleRow, Contact, Disclosure, Withdrawal
from briefcase.vault.vault import create, open_vault

AUS, GBR, US = "a" * 64, "b" * 64, "c" * 64


@pytest.mark.parametrize("value", [b"\x00\xff", "İstanbul", {"a": [1, True, None]}, [1, "two"], b"", ""])
def test_a_setting_comes_back_as_it_went_in(vault, reopen, value):
    vault.settings.set("name", value)
    with reopen() as again:
        assert again.settings.get("name") == value
        assert type(again.settings.get("name")) is type(value)


def test_settings_by_type_and_their_audit(vault):
    vault.settings.set("pack", b"bytes", actor="Ann")
    assert vault.audit.newest(1)[0].subject == "pack"
    vault.settings.set("window", {"width": 1280})
    (entry,) = vault.audit.newest(1)
    assert (entry.action, entry.actor, list(entry.tables)) == ("tables.change", "", ["setting"])
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


def test_the_cards_of_one_person_are_those_that_his_card_renewed(vault):
    first, second, third, other = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)
    vault.contacts.put(Contact(first, "Bee", "card", replaced_by=second), actor="Ann")
    vault.contacts.put(Contact(second, "Bee", "card", replaced_by=third), actor="Ann", action="contact.replaced")
    vault.contacts.put(Contact(third, "Bee", "card"), actor="Ann")
    vault.contacts.put(Contact(other, "Bee", "card"), actor="Ann")
    assert vault.contacts.person(third) == {first, second, third}
    assert vault.contacts.person(second) == {first, second}
    assert vault.contacts.person(other) == {other}
    assert vault.contacts.person("5" * 64) == {"5" * 64}
    assert vault.contacts.get(second).replaced_by == third
    entry = next(one for one in vault.audit.entries() if one.action == "contact.replaced")
    assert entry.detail["replaced_by"] == third


def test_a_ring_of_renewals_ends(vault):
    vault.contacts.put(Contact("1" * 64, "Bee", "card", replaced_by="2" * 64), actor="Ann")
    vault.contacts.put(Contact("2" * 64, "Bee", "card", replaced_by="1" * 64), actor="Ann")
    assert vault.contacts.person("1" * 64) == {"1" * 64, "2" * 64}


def test_withdrawals_are_kept_verbatim(vault, reopen):
    early = Withdrawal("a" * 64, GBR, "revocation", applied=False, registered="2026-01-01T00:00:00Z", body="text\n")
    late = Withdrawal("b" * 64, GBR, "compromise", AUS, "2026-01-01T00:00:00Z", "stolen", "2026-02-01T00:00:00Z")
    vault.withdrawals.put(late, actor="Ann")
    vault.withdrawals.put(early, actor="Ann")
    again = reopen()
    assert again.withdrawals.of(GBR) == again.withdrawals.list() == [early, late]
    assert again.withdrawals.of(AUS) == []
    again.withdrawals.remove(early.id, actor="Ann")
    assert again.withdrawals.list() == [late]
    assert [one.action for one in again.audit.newest(2)] == ["contact.withdrawal-refused", "contact.withdrawal"]
    assert again.audit.newest(2)[1].subject == GBR


def test_a_vault_of_the_first_schema_is_brought_up_to_date(monkeypatch, master, tmp_path):
    every = schema.migrations()
    monkeypatch.setattr(schema, "migrations", lambda: every[:1])
    monkeypatch.setattr(State, "root", lambda _: b"")
    monkeypatch.setattr(State, "establish", lambda _: None)
    slot = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}
    whose = {"agency": "USA/BIS", "country": "USA", "officer": "Ann"}
    old = create(tmp_path / "old", master, [slot], vault_id=new_vault_id(), **whose)
    old._database.run(
        "INSERT INTO contact (fingerprint, name, card, state, agency, country, verified_at, verified_by, note)"
        " VALUES (?, 'Bee', 'card', 'verified', 'GBR/HMRC', 'GBR', '', '', '')",
        (GBR,),
    )
    old.close()
    monkeypatch.undo()
    with open_vault(tmp_path / "old", master) as again:
        assert again.contacts.get(GBR) == Contact(GBR, "Bee", "card", "verified", "GBR/HMRC", "GBR")
        assert again.withdrawals.list() == []
        assert {one.area for one in again.check()} == {"contacts"}  # this row came in past the chain


def test_bundles_and_their_sequence(vault):
    assert vault.bundles.next_sequence(GBR) == 1
    assert vault.bundles.previous_manifest(GBR) == ""
    first = BundleRow("b1", GBR, "out", 1, "11" * 32, "2026-11-24T06:00:00Z", US)
    assert vault.bundles.add(first)
    assert vault.bundles.add(dataclasses.replace(first, partner=AUS))
    assert vault.bundles.add(BundleRow("b2", GBR, "out", 2, "22" * 32, "2026-11-24T06:00:00Z", US))
    assert vault.bundles.next_sequence(GBR) == 3
    assert vault.bundles.next_sequence(AUS) == 2
    assert vault.bundles.previous_manifest(GBR) == "22" * 32
    assert vault.bundles.latest(GBR, "in") is None
    assert vault.bundles.seen("b1", US) == [first, dataclasses.replace(first, partner=AUS)]
    assert [each.bundle_id for each in vault.bundles.list(partner=GBR)] == ["b1", "b2"]
    assert vault.bundles.list(direction="in") == []


def test_the_same_bundle_twice_is_nothing_new_and_other_content_an_alarm(vault):
    first = BundleRow("b1", "5" * 64, "in", 1, "11" * 32, "2026-11-24T06:00:00Z", GBR)
    assert vault.bundles.add(first)
    assert not vault.bundles.add(first)
    with pytest.raises(errors.BundleAltered):
        vault.bundles.add(dataclasses.replace(first, manifest_sha256="33" * 32))
    assert vault.bundles.list() == [first]
    other = dataclasses.replace(first, sender=AUS, partner="6" * 64, manifest_sha256="33" * 32)
    assert vault.bundles.add(other)
    assert (vault.bundles.seen("b1", GBR), vault.bundles.seen("b1", AUS)) == ([first], [other])


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


def test_consents(vault):
    record = new_id()
    consent = ConsentRow("c1", "given", record, GBR, "2026-01-01", "2026-04-01", "2026-01-01T00:00:00Z", b"signed")
    vault.consents.put(consent)
    vault.consents.put(dataclasses.replace(consent, id="c2", record_id=""))
    assert vault.consents.list(record_id=record) == [consent]
    assert len(vault.consents.list()) == 2


def row(**changes):
    base = MessageRow(
        *("a" * 32, "in", "receipt", "5" * 64, 1, GBR, GBR, "b1", "2026-01-01T00:00:00Z"),
        *("2026-01-02T00:00:00Z", "counts"),
        *(b"text", b"ssh", b"mldsa"),
    )
    return dataclasses.replace(base, **changes)


def test_messages_are_kept_once_and_found_again(vault):
    assert vault.messages.add(row())
    assert not vault.messages.add(row(state="noted"))
    assert vault.messages.add(row(direction="out", state="sent"))
    other = row(message_id="b" * 32, type="recall", serial=4, about="")
    assert vault.messages.add(other)
    assert vault.messages.list(type="recall") == vault.messages.seen("b" * 32) == [other]
    assert vault.messages.list(direction="in") == [row(), other]
    assert vault.messages.list(about="b1", direction="in") == [row()]
    assert vault.messages.list(about="b2") == []
    assert vault.messages.serials("5" * 64, "recall", "in") == [4]
    assert vault.messages.serials("5" * 64, "recall", "out") == []


def test_a_message_id_with_another_text_is_refused(vault):
    vault.messages.add(row())
    for direction in ("in", "out"):
        with pytest.raises(errors.MessageAltered):
            vault.messages.add(row(direction=direction, text=b"other"))
    assert vault.messages.list() == [row()]
    other = row(sender=AUS, partner=AUS, text=b"other")
    assert vault.messages.add(other)
    assert (vault.messages.seen("a" * 32, GBR), vault.messages.seen("a" * 32)) == ([row()], [row(), other])


def test_heads_of_partners_are_kept_by_where_they_stood(vault):
    vault.witnesses.add(GBR, "1" * 64, created="2026-01-01T00:00:00Z", source="m1")
    vault.witnesses.add(GBR, "1" * 64, created="2026-01-01T00:00:00Z", source="m1")
    vault.witnesses.add(GBR, "2" * 64, created="2026-01-02T00:00:00Z", source="m2")
    assert vault.witnesses.list(GBR) == [("2026-01-01T00:00:00Z", "1" * 64), ("2026-01-02T00:00:00Z", "2" * 64)]
    assert vault.witnesses.sources("1" * 64, [GBR]) == ("m1",)
    assert vault.witnesses.sources("1" * 64, [AUS]) == ()
    assert vault.witnesses.list(AUS) == []


def test_the_first_receipt_of_a_bundle_stays(vault):
    line = Disclosure("b1", GBR, "Bee", new_id(), "1" * 32, "2026-11-20T00:00:00Z", (), "11" * 32)
    vault.disclosures.add([line, dataclasses.replace(line, recipient=AUS), dataclasses.replace(line, bundle_id="b2")])
    assert vault.disclosures.acknowledge("b1", [GBR, "0" * 64], "m1") == 1
    assert vault.disclosures.acknowledge("b1", [GBR], "m2") == 0
    receipts = [(one.bundle_id, one.recipient, one.receipt) for one in vault.disclosures.list()]
    assert receipts == [("b1", GBR, "m1"), ("b1", AUS, ""), ("b2", GBR, "")]


def test_entries_about_a_subject_are_found_by_their_action(vault):
    vault.audit.append("bundle.take-in", "ab12", {"records": 1}, actor="Bee")
    vault.audit.append("bundle.alarm", "ab12", actor="Bee")
    vault.audit.append("note", "x", {"of": "ab12"}, actor="Bee")
    assert [one.detail for one in vault.audit.about("ab12", "bundle.take-in")] == [{"records": 1}]
    assert vault.audit.about("ab", "bundle.take-in") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contact SET state = 'verified'",
        "UPDATE contact SET agency = 'AUS/ABF'",
        "UPDATE contact SET replaced_by = ''",
        "DELETE FROM contact",
        "INSERT INTO contact SELECT 'c', name, card, state, agency, country, '', '', '', '' FROM contact",
        "DELETE FROM withdrawal",
    ],
)
def test_a_contact_changed_behind_the_chain_is_found(vault, change):
    contact = Contact(GBR, "Bee", "card", agency="GBR/HMRC", country="GBR")
    vault.contacts.put(contact, actor="Ann", action="contact.import")
    revoked = dataclasses.replace(contact, state="revoked", replaced_by=AUS)
    vault.contacts.put(revoked, actor="Ann", action="contact.revoke")
    vault.withdrawals.put(Withdrawal("a" * 64, GBR, "revocation"), actor="Ann")
    vault.contacts.put(Contact(AUS, "Cee", "card"), actor="Ann")
    vault.contacts.remove(AUS, actor="Ann")
    assert vault.check() == []
    vault._database.run(change)
    assert {finding.area for finding in vault.check(deep=False)} == {"contacts"}
