"""Finding: cases by title, saved searches, and what a partner at the table may find."""

# ruff: noqa: ANN001, ANN003, ANN201 - the arguments are fixtures
from __future__ import annotations

import pytest

from briefcase.records import reasons
from briefcase.records.errors import QueryValueInvalid
from briefcase.services import cases
from briefcase.services.errors import ContactRevoked, VaultFailsCheck
from briefcase.services.finding import partner_view, searching
from briefcase.services.finding.errors import SearchNameless, SearchUnknown

USA_ONLY = "EXERCISE OFFICIAL//REL TO USA"
AUS_ONLY = "EXERCISE OFFICIAL//REL TO USA, AUS"


@pytest.fixture
def story(world):
    """A case with records for everybody, one for AUS alone, and one for nobody."""
    case = world.add(world.usa, "case", title="Diversion via Istanbul")
    add = {"case": case.id}
    company = world.add(
        world.usa,
        "party",
        **add,
        party_kind="company",
        names=[{"text": "深圳市恒晟微电子有限公司"}],
        remarks="Karavan trade",
    )
    secret = world.add(
        world.usa, "party", USA_ONLY, **add, party_kind="company", names=[{"text": "Karavan Holding"}], countries=["KZ"]
    )
    ours = world.add(world.usa, "note", AUS_ONLY, **add, title="Karavan for AUS", text="words")
    about = world.add(world.usa, "note", **add, title="Note", text="Karavan in words", about=[secret.id])
    open_note = world.add(world.usa, "note", **add, title="Open", text="The karavan came by")
    return {"case": case, "company": company, "secret": secret, "ours": ours, "about": about, "open": open_note}


def found(world, story, text, who, **more):
    view = partner_view.view_for(world.usa, story["case"].id, who.fingerprint)
    return partner_view.search_view(view, text, **more)


def test_a_partner_finds_only_what_may_be_shown(world, story):
    ids = {hit.id for hit in found(world, story, "karavan", world.gbr)}
    assert ids == {story["company"].id, story["open"].id}
    assert {hit.id for hit in found(world, story, "karavan", world.aus)} == {*ids, story["ours"].id}
    assert len(searching.search(world.usa, "karavan")) == 5
    for text in ("holding", "country:KZ", "arava country:KZ", "kind:party holding"):
        assert found(world, story, text, world.gbr) == []
        assert searching.search(world.usa, text)


def test_what_is_withheld_shows_in_no_word_mark_or_number(world, story):
    hits = found(world, story, "karavan", world.gbr)
    assert all("Holding" not in hit.snippet + hit.title for hit in hits)
    (hit,) = found(world, story, "恒晟", world.gbr)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["恒晟"]
    assert len(found(world, story, "kind:note kind:party", world.gbr)) == 2
    assert len(found(world, story, "kind:note kind:party", world.gbr, limit=1)) == 1
    assert [one.kind for one in found(world, story, "karavan", world.gbr, kinds=["party"])] == ["party"]


def test_the_work_of_a_search_follows_what_may_be_seen_alone(monkeypatch, world, story):
    looked = []
    true = partner_view.matches
    monkeypatch.setattr(partner_view, "matches", lambda query, one: looked.append(one.id) or true(query, one))
    view = partner_view.view_for(world.usa, story["case"].id, world.gbr.fingerprint)
    partner_view.search_view(view, "karavan")
    first, looked[:] = len(looked), []
    for number in range(5):
        world.add(world.usa, "note", USA_ONLY, case=story["case"].id, title=f"Karavan {number}", text="t")
    view = partner_view.view_for(world.usa, story["case"].id, world.gbr.fingerprint)
    partner_view.search_view(view, "karavan")
    assert first == len(looked) == len(view.records) == 3
    assert not {story["secret"].id, story["ours"].id, story["about"].id} & set(looked)


def test_a_view_is_entered_and_refused_like_every_way_out(world, story):
    found(world, story, "karavan", world.gbr)
    (entry,) = world.usa.vault.audit.newest(1)
    assert (entry.action, entry.subject) == ("case.view", story["case"].id)
    assert entry.detail["for"] == world.gbr.fingerprint
    world.usa.vault._database.run("UPDATE record SET current = 1 WHERE id = (SELECT max(id) FROM record)")
    with pytest.raises(VaultFailsCheck):
        found(world, story, "karavan", world.gbr)
    contact = world.usa.vault.contacts.get(world.aus.fingerprint)
    world.usa.vault.contacts.put(type(contact)(**{**vars(contact), "state": "revoked"}), actor="Dana")
    with pytest.raises(ContactRevoked):
        found(world, story, "karavan", world.aus)


def test_another_case_that_the_partner_may_not_see_finds_nothing(world, story):
    hidden = world.add(world.usa, "case", USA_ONLY, title="Hidden")
    note = cases.edit_record(world.usa, story["open"].id, {"case_ids": [story["case"].id, hidden.id]})
    assert [hit.id for hit in searching.search(world.usa, "case:Hidden")] == [note.id]
    for title in ("Hidden", "Nowhere"):  # one is there and one is not: the answer is the same
        with pytest.raises(QueryValueInvalid) as said:
            found(world, story, f"case:{title}", world.gbr)
        assert said.value.facts == {"key": "case", "reason": reasons.CASE_WANTED}
    assert found(world, story, f"case:{hidden.id}", world.gbr) == []
    assert found(world, story, 'case:"diversion via istanbul" karavan came', world.gbr)[0].id == note.id


def test_a_case_is_named_by_its_title(world, story):
    hits = searching.search(world.usa, 'case:"diversion via istanbul" kind:note')
    assert {hit.id for hit in hits} == {story["ours"].id, story["about"].id, story["open"].id}
    for text in ("case:Nowhere", 'case:"No such thing" words'):
        with pytest.raises(QueryValueInvalid):
            searching.search(world.usa, text)


def test_a_search_is_kept_under_a_name(world, story):
    searching.save(world.usa, "  Open   notes ", "kind:note karavan")
    searching.save(world.usa, "Open notes", "kind:note came")
    searching.save(world.usa, "All", "kind:party")
    assert [(one.name, one.query) for one in searching.saved(world.usa)] == [
        ("All", "kind:party"),
        ("Open notes", "kind:note came"),
    ]
    assert [hit.id for hit in searching.search(world.usa, searching.saved_text(world.usa, "Open notes"))] == [
        story["open"].id
    ]
    searching.forget(world.usa, "All")
    assert len(searching.saved(world.usa)) == 1
    for act in (searching.saved_text, searching.forget):
        with pytest.raises(SearchUnknown):
            act(world.usa, "All")
    for name, text in (("", "words"), ("Name", "  "), ("x" * 81, "words"), ("a\x07b", "words")):
        with pytest.raises(SearchNameless):
            searching.save(world.usa, name, text)
    with pytest.raises(QueryValueInvalid):
        searching.save(world.usa, "Bad", "country:Atlantis")
    assert world.usa.vault.check() == []
    assert "came" not in str([one.detail for one in world.usa.vault.audit.newest(20)])
