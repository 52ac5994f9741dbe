"""A travel vault holds what was chosen and no key; what was written in it comes home, in any order, and only that."""

# ruff: noqa: ANN001, ANN003, ANN201 - the arguments are fixtures
from __future__ import annotations

import msgspec
import pytest

from briefcase.bundle.verdict import Verdict
from briefcase.records import ids
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, handover, identity, messages, receiving, trust
from briefcase.services.errors import NothingReleased, PassphraseWrong, VaultFailsCheck
from briefcase.services.finding import searching
from briefcase.services.identity import revocations
from briefcase.services.keeping import errors, merging, purging, travel
from briefcase.services.session import unlock
from briefcase.vault.errors import VaultExists

PASSPHRASE, OTHER = "correct horse battery staple", "une autre phrase tout aussi longue"
HOME_ONLY = "EXERCISE OFFICIAL//REL TO USA"


@pytest.fixture
def filled(world):
    """Two cases at home: one to take along, one to stay; a document, an older revision, a record that AUS sent."""
    usa = world.usa
    world.case = world.add(usa, "case", title="Goes", status="open", reference="USA-1")
    world.stays = world.add(usa, "case", title="Stays", status="open", reference="USA-2")
    world.note = world.add(usa, "note", case=world.case.id, title="A note", text="one")
    world.note = cases.edit_record(usa, world.note.id, {"text": "two"})
    world.closed = world.add(usa, "note", HOME_ONLY, case=world.case.id, title="Ours alone", text="x")
    world.add(usa, "note", case=world.stays.id, title="Left at home", text="x")
    world.document = world.add(usa, "document", case=world.case.id, title="A document", document_kind="report")
    source = world.folder / "file.txt"
    source.write_text("words of the file " * 9000, encoding="utf-8")
    cases.attach(usa, world.document.id, source)
    return world


def pack(world, name="travel", **more):
    folder = world.folder / name
    packed = travel.pack(world.usa, folder, OTHER, [world.case.id], kdf=KdfParameters(1, 8192), **more)
    return packed, folder


def go(folder):
    return unlock(folder, OTHER)


def text_of(session, record_id):
    return session.vault.records.need(record_id).text


def test_it_holds_the_chosen_part_under_keys_of_its_own(filled):
    packed, folder = pack(filled)
    home = filled.usa.vault
    assert (packed.records, packed.left, packed.attachments) == (4, 0, 1)
    with pytest.raises(PassphraseWrong):
        unlock(folder, PASSPHRASE)
    there = go(folder)
    try:
        assert there.vault.vault_id != home.vault_id
        assert not there.vault.check()
        assert [one.title for one in there.vault.records.cases()] == ["Goes"]
        assert not searching.search(there, "left")
        assert text_of(there, filled.note.id) == "two"
        assert len(there.vault.records.history(filled.note.id)) == 1
        ours, theirs = next(home.attachments.all()), next(there.vault.attachments.all())
        assert ours.attachment.sha256 == theirs.attachment.sha256
        assert (ours.name, ours.wrapped) != (theirs.name, theirs.wrapped)
        assert "travel vault" in " ".join(there.opening.sentences())
        assert there.fingerprint == filled.usa.fingerprint
    finally:
        there.close()
    assert home.audit.newest(1)[0].action == "vault.travel"
    recovered = unlock(folder, " ".join(packed.recovery_words))
    recovered.close()
    with pytest.raises(VaultExists):
        pack(filled)


def test_it_has_no_key_in_any_page(filled):
    _packed, folder = pack(filled)
    there = go(folder)
    keys = filled.usa.identity.to_bytes()
    rows = there.vault._database.rows("SELECT name, value FROM setting")
    assert not [name for name, value in rows if name.startswith("identity") or keys[:64] in value]
    assert there.own is None
    there.close()


def test_nothing_is_sealed_signed_or_opened_with_it(filled):
    sealed = filled.seal(filled.aus, [filled.add(filled.aus, "note", title="From AUS", text="x").id], filled.usa)
    _packed, folder = pack(filled, to=[filled.gbr.fingerprint])
    there = go(folder)
    try:
        everything = handover.of_case(there, filled.case.id)
        for act in (
            lambda: handover.plan(there, everything, [filled.gbr.fingerprint]),
            lambda: identity.renew(there, OTHER),
            lambda: identity.write_revocations(there, filled.folder / "r.txt", OTHER),
            lambda: identity.export_secret(there, filled.folder / "k.txt", OTHER),
            lambda: messages.send(there, None, [filled.gbr.fingerprint], filled.folder),
        ):
            with pytest.raises(errors.TravelWithoutKeys):
                act()
        assert not (filled.folder / "r.txt").exists()
        assert not (filled.folder / "k.txt").exists()
        received = receiving.inspect(there, sealed[0].path)
        assert received.verdict is not Verdict.VERIFIED
        assert not received.is_readable
        received.close()
    finally:
        there.close()


def test_only_what_a_partner_may_see_goes_along_when_that_is_asked(filled):
    packed, folder = pack(filled, to=[filled.gbr.fingerprint])
    assert (packed.records, packed.left) == (3, 1)
    there = go(folder)
    assert there.vault.records.get(filled.closed.id) is None
    assert [one.fingerprint for one in there.vault.contacts.list()] == [filled.gbr.fingerprint]
    there.close()
    closed = filled.add(filled.usa, "case", HOME_ONLY, title="Closed", status="open")
    with pytest.raises(NothingReleased):
        travel.pack(filled.usa, filled.folder / "none", OTHER, [closed.id], to=[filled.gbr.fingerprint])
    assert not (filled.folder / "none").exists()


def test_changes_come_home_once(filled):
    _packed, folder = pack(filled)
    there = go(folder)
    cases.edit_record(there, filled.note.id, {"text": "three"})
    cases.edit_record(there, filled.note.id, {"text": "four"})
    added = filled.add(there, "document", case=filled.case.id, title="Found there", document_kind="report")
    source = filled.folder / "found.txt"
    source.write_text("found on the way", encoding="utf-8")
    cases.attach(there, added.id, source)
    trust_notice = revocations(filled.aus)
    trust.revoke(there, trust_notice)
    planned = merging.plan(filled.usa, there)
    assert text_of(filled.usa, filled.note.id) == "two"
    done = merging.merge(filled.usa, there)
    assert planned.changes == done.changes
    assert [(one.kind, one.title) for one in done.changes] == [("newer", "A note"), ("new", "Found there")]
    assert (done.attachments, done.withdrawals) == (1, 1)
    assert text_of(filled.usa, filled.note.id) == "four"
    assert [one.text for one in filled.usa.vault.records.history(filled.note.id)] == ["one", "two", "three", "four"]
    kept = filled.usa.vault.records.need(added.id)
    with filled.usa.vault.attachments.open(kept.sha256) as file:
        assert file.read() == b"found on the way"
    assert filled.contact(filled.usa, filled.aus).state == "revoked"
    head = filled.usa.vault.audit.newest(1)[0]
    assert (head.action, head.subject) == ("vault.merge", there.vault.vault_id)
    assert there.vault.audit.newest(1)[0].action == "vault.merged"
    assert not merging.merge(filled.usa, there).changes
    assert filled.usa.vault.records.count() == 7
    for session in (filled.usa, there):
        assert not session.vault.check()
    there.close()


def both_changed(world):
    _packed, folder = pack(world)
    there = go(folder)
    cases.edit_record(there, world.note.id, {"text": "there"})
    cases.edit_record(world.usa, world.note.id, {"text": "here"})
    return there


@pytest.mark.parametrize("keep", ["home", "travel"])
def test_what_was_changed_on_both_sides_waits_for_an_officer(filled, keep):
    there = both_changed(filled)
    assert [one.kind for one in merging.merge(filled.usa, there).changes] == ["conflict"]
    assert text_of(filled.usa, filled.note.id) == "here"
    (one,) = merging.conflicts(filled.usa)
    assert one.fields == (("text", "here", "there"),)
    assert not merging.merge(filled.usa, there).changes
    assert merging.conflicts(filled.usa) == [one]
    with pytest.raises(errors.ConflictUnknown):
        merging.decide(filled.usa, filled.note.id, "0" * 32)
    record = merging.decide(filled.usa, filled.note.id, "home" if keep == "home" else one.revision)
    assert text_of(filled.usa, filled.note.id) == ("here" if keep == "home" else "there")
    if keep == "travel":
        assert len(record.parents) == 2
    assert not merging.conflicts(filled.usa)
    assert not merging.merge(filled.usa, there).changes
    with pytest.raises(errors.ConflictUnknown):
        merging.decide(filled.usa, filled.note.id, "home")
    assert not filled.usa.vault.check()
    there.close()


def test_another_marking_waits_too(filled):
    """Whoever had the travel vault in his hands must not widen who may have a record."""
    _packed, folder = pack(filled)
    there = go(folder)
    label = msgspec.to_builtins(filled.label())
    cases.edit_record(there, filled.closed.id, {"label": label})
    assert [one.kind for one in merging.merge(filled.usa, there).changes] == ["conflict"]
    assert filled.usa.vault.records.need(filled.closed.id).label == filled.closed.label
    assert "label" in {name for name, _here, _there in merging.conflicts(filled.usa)[0].fields}
    there.close()


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_two_journeys_does_not_matter(filled, turned):
    sessions = []
    for name in ("first", "second"):
        _packed, folder = pack(filled, name)
        sessions.append(go(folder))
    revisions = [cases.edit_record(one, filled.note.id, {"text": str(number)}) for number, one in enumerate(sessions)]
    in_order = sorted(range(2), key=lambda number: revisions[number].revision, reverse=turned)
    for number in in_order:  # the higher one last, then first
        merging.merge(filled.usa, sessions[number])
    highest, lowest = (pick(one.revision for one in revisions) for pick in (max, min))
    assert filled.usa.vault.records.need(filled.note.id).revision == highest
    assert [one.revision for one in merging.conflicts(filled.usa)] == [lowest]
    for session in sessions:
        assert not merging.merge(filled.usa, session).changes
        session.close()
    assert not filled.usa.vault.check()


def test_what_was_purged_at_home_does_not_come_back(filled):
    _packed, folder = pack(filled)
    there = go(folder)
    cases.edit_record(there, filled.note.id, {"text": "three"})
    filled.add(there, "note", case=filled.case.id, title="New in the purged case", text="x")
    purging.purge(filled.usa, purging.plan(filled.usa, filled.case.id), "USA-1")
    done = merging.merge(filled.usa, there)
    assert {one.kind for one in done.changes} == {"gone"}
    assert len(done.changes) == 5
    assert [one.title for one in filled.usa.vault.records.cases()] == ["Stays"]
    there.close()


def test_a_foreign_or_changed_travel_vault_is_refused(filled):
    _packed, folder = pack(filled)
    there = go(folder)
    with pytest.raises(errors.TravelForeign):
        merging.merge(filled.aus, there)
    with pytest.raises(errors.TravelForeign):
        merging.merge(filled.usa, filled.aus)
    blob = next(path for path in (folder / "blobs").rglob("*") if path.is_file())
    blob.write_bytes(bytes(blob.stat().st_size))
    with pytest.raises(VaultFailsCheck):
        merging.merge(filled.usa, there)
    there.close()


def test_records_in_another_name_and_of_partners_are_not_taken(filled):
    given = filled.give(filled.aus, [filled.add(filled.aus, "note", title="Theirs", text="x").id], filled.usa)
    assert given.new
    theirs = filled.usa.vault.records.need(given.new[0])
    assert theirs.originator.agency == "AUS/ABF"
    _packed, folder = pack(filled)
    there = go(folder)
    forged = msgspec.structs.replace(theirs, id=ids.new_id(), case_ids=(), revision=ids.new_revision())
    there.vault.records.put(forged, actor="Mallory")
    changed = filled.next(filled.note, parents=(filled.note.revision,), originator=theirs.originator)
    there.vault.records.put(changed, actor="Mallory")
    done = merging.merge(filled.usa, there)
    assert {one.kind for one in done.changes} == {"refused"}
    assert len(done.changes) == 2
    assert filled.usa.vault.records.get(forged.id) is None
    there.close()


def test_a_journey_that_fails_leaves_nothing(filled):
    with pytest.raises(errors.CopyStopped):
        pack(filled, cancel=lambda: True)
    assert not [path for path in filled.folder.iterdir() if path.name.startswith("travel")]
    assert filled.usa.vault.audit.newest(1)[0].action == "vault.travel-stopped"
