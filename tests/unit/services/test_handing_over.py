"""Handing over: sealed is what was shown, it is written down, and the partner's archive holds no trace of the rest."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202 - the arguments are fixtures, or go through to the true function
from __future__ import annotations

import dataclasses
import io
import re
import zlib

import pytest

from briefcase.bundle.errors import MediumFull
from briefcase.paper.content import PageCount
from briefcase.seal import age
from briefcase.services import cases, contacts, handover, printing, receiving
from briefcase.services.errors import (
    ContactNotVerified,
    DecisionChanged,
    NobodyChosen,
    NothingReleased,
    SealedInPart,
    VaultFailsCheck,
)
from briefcase.services.finding import searching

AUS_ONLY = "EXERCISE OFFICIAL//REL TO USA, AUS"
KIND = {"transaction_kind": "wire"}
GBR_ONLY = "EXERCISE OFFICIAL//REL TO USA, GBR"


def files(world):
    return sorted(path.name for path in (world.folder / "stick").glob("*"))


@pytest.fixture
def story(world):
    """Write a case with a payment that is kept from GBR, and what hangs on it; return ids by name."""
    add = world.add
    case = add(world.usa, "case", title="The case").id
    party = add(world.usa, "party", case=case, party_kind="company", names=[{"text": "Open Company"}]).id
    pay = add(world.usa, "transaction", AUS_ONLY, case, purpose="MARKER-pay 81723.55", payer=party, **KIND).id
    note = add(world.usa, "note", case=case, title="MARKER-note", text="MARKER-note", about=[pay]).id
    document = add(world.usa, "document", AUS_ONLY, case, title="MARKER-title").id
    cases.attach_stream(world.usa, document, io.BytesIO(b"MARKER-file"), "MARKER-name.txt", 11)
    action = add(world.usa, "enforcement_action", case=case, action="detention", subjects=[pay, party]).id
    tip = add(world.usa, "tip", case=case, text="A tip", source="MARKER-source", about=[pay, party]).id
    tear = add(world.usa, "tear_line", GBR_ONLY, case, text="Ran through a third country.", stands_for=[pay]).id
    return {
        "case": case,
        "party": party,
        "pay": pay,
        "note": note,
        "document": document,
        "action": action,
        "tip": tip,
        "tear": tear,
    }


def archive_of(who, path):
    """Return everything that a recipient can decrypt, the header and padding of the archive included."""
    out = io.BytesIO()
    with path.open("rb") as file:
        age.decrypt_stream(file, [who.identity.age], out)
    return out.getvalue()


def test_a_partner_finds_no_trace_of_what_is_withheld(world, story):
    sealed = world.seal(world.usa, handover.of_case(world.usa, story["case"]), world.aus, world.gbr)
    assert sorted((one.records, one.tear_lines) for one in sealed) == [(4, 1), (7, 0)]
    gbr = next(one for one in sealed if one.recipients[0].agency == "GBR/HMRC")
    plain = archive_of(world.gbr, gbr.path)
    kept = {name: cases.get(world.usa, story[name]) for name in ("pay", "note", "document")}
    withheld = [b"MARKER", b"81723", *(one.id.encode() for one in kept.values())]
    withheld += [*(one.revision.encode() for one in kept.values()), kept["document"].sha256.encode()]
    withheld += [f"{zlib.crc32(b'MARKER-file'):08x}".encode(), b"AUS/ABF", world.aus.fingerprint.encode()]
    for trace in withheld:
        assert trace not in plain, trace
    taken = world.take(world.gbr, gbr.path)
    assert set(taken.new) == {story[name] for name in ("case", "party", "action", "tip", "tear")}
    assert cases.get(world.gbr, story["action"]).subjects == (story["party"],)
    assert cases.get(world.gbr, story["tip"]).about == (story["party"],)
    assert searching.search(world.gbr, "MARKER") == []


def test_nothing_in_the_file_names_depends_on_content_or_partner(world, story):
    world.seal(world.usa, handover.of_case(world.usa, story["case"]), world.aus, world.gbr)
    assert len(files(world)) == 2
    assert all(re.fullmatch(r"[0-9a-f]{16}\.brief", name) for name in files(world))


def test_partners_who_get_the_same_share_one_file(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    sealed = world.seal(world.usa, [note.id], world.aus, world.gbr)
    assert len(sealed) == 1
    assert {one.agency for one in sealed[0].recipients} == {"AUS/ABF", "GBR/HMRC"}


def test_an_edit_between_matrix_and_seal_stops_everything(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    planned = handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
    (world.folder / "stick").mkdir()
    cases.edit_record(world.usa, note.id, {"text": "Other words"})
    with pytest.raises(DecisionChanged):
        handover.seal(world.usa, planned, world.folder / "stick")
    assert files(world) == []
    assert world.usa.vault.disclosures.list() == []
    assert world.usa.vault.bundles.list() == []


def test_a_contact_that_was_revoked_in_between_stops_everything(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    planned = handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
    (world.folder / "stick").mkdir()
    kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
    world.usa.vault.contacts.put(dataclasses.replace(kept, state="revoked"), actor="Dana", action="contact.test")
    with pytest.raises(ContactNotVerified):
        handover.seal(world.usa, planned, world.folder / "stick")
    assert files(world) == []


def test_an_acceptance_counts_only_for_whom_it_was_given(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    (world.folder / "stick").mkdir()
    kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
    other = world.usa.vault.contacts.get(world.aus.fingerprint)
    put = world.usa.vault.contacts.put
    put(dataclasses.replace(kept, state="unverified"), actor="Dana", action="contact.test")
    chosen = [world.gbr.fingerprint, world.aus.fingerprint]
    planned = handover.plan(world.usa, [note.id], chosen, allow_unverified=True)
    assert planned.accepted == {world.gbr.fingerprint}
    put(dataclasses.replace(other, state="unverified"), actor="Dana", action="contact.test")
    with pytest.raises(DecisionChanged):
        handover.seal(world.usa, planned, world.folder / "stick")


@pytest.mark.parametrize("state", ["unverified", "revoked", "expired"])
def test_a_contact_that_is_not_verified_is_refused(world, state):
    note = world.add(world.usa, "note", title="T", text="Words")
    kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
    world.usa.vault.contacts.put(dataclasses.replace(kept, state=state), actor="Dana", action="contact.test")
    with pytest.raises(ContactNotVerified):
        handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
    if state != "unverified":
        with pytest.raises(ContactNotVerified):
            handover.plan(world.usa, [note.id], [world.gbr.fingerprint], allow_unverified=True)


def test_a_card_that_has_run_out_is_expired(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    past = dataclasses.replace(world.usa, vault=_Late(world.usa.vault))
    assert contacts.get(past, world.gbr.fingerprint).state == "expired"
    with pytest.raises(ContactNotVerified):
        handover.plan(past, [note.id], [world.gbr.fingerprint], allow_unverified=True)


class _Late:
    """The vault many years later."""

    def __init__(self, vault) -> None:
        self._vault = vault

    def __getattr__(self, name: str) -> object:
        return self if name == "audit" else getattr(self._vault, name)

    def append(self, *given: object, **more: object) -> object:
        """Write an entry as ever."""
        return self._vault.audit.append(*given, **more)

    def now(self) -> str:
        """Return a time after every card's end."""
        return "2099-01-01T00:00:00Z"


def test_nobody_and_nothing(world):
    note = world.add(world.usa, "note", AUS_ONLY, title="T", text="Words")
    with pytest.raises(NobodyChosen):
        handover.plan(world.usa, [note.id], [])
    planned = handover.plan(world.usa, [note.id], [world.gbr.fingerprint])
    assert (planned.files, [one.agency for one in planned.empty]) == ((), ["GBR/HMRC"])
    with pytest.raises(NothingReleased):
        handover.seal(world.usa, planned, world.folder)


def test_series_count_for_each_set_of_recipients_by_itself(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    paths_of = [world.seal(world.usa, [note.id], *to)[0].path for to in ((world.gbr,), (world.aus,), (world.gbr,))]
    seen = []
    for path, who in zip(paths_of, (world.gbr, world.aus, world.gbr), strict=True):
        with_it = receiving.inspect(who, path)
        seen.append((with_it.opened.manifest.sequence, bool(with_it.opened.manifest.previous)))
        with_it.close()
    assert seen == [(1, False), (1, False), (2, True)]


def test_the_disclosure_log_says_what_went_to_whom(world, story):
    sealed = world.seal(world.usa, handover.of_case(world.usa, story["case"]), world.aus, world.gbr, purpose="Meeting")
    log = world.usa.vault.disclosures
    given = {one.record_id: one for one in log.list(recipient=world.gbr.fingerprint)}
    assert set(given) == {story[name] for name in ("case", "party", "action", "tip", "tear")}
    assert given[story["tip"]].withheld == ("source",)
    assert given[story["tear"]].withheld == ("stands_for",)
    assert given[story["case"]].bundle_id in {one.bundle_id for one in sealed}
    assert len(log.list(recipient=world.aus.fingerprint)) == 7
    assert [entry.action for entry in world.usa.vault.audit.entries()].count("bundle.seal") == 2
    assert log.list(recipient=world.usa.fingerprint) == []


def test_a_failed_seal_leaves_no_file_and_no_log(world, monkeypatch):
    note = world.add(world.usa, "note", title="T", text="Words")

    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(world.usa.vault.disclosures, "add", broken)
    with pytest.raises(RuntimeError):
        world.seal(world.usa, [note.id], world.gbr)
    assert files(world) == []
    assert world.usa.vault.bundles.list() == []


def test_a_field_with_its_own_label_stays_and_the_rest_goes(world):
    party = world.add(
        world.usa,
        "party",
        party_kind="company",
        names=[{"text": "Open Company"}],
        remarks="MARKER-remarks",
        field_labels={"remarks": {"marking": AUS_ONLY}},
    )
    planned = handover.plan(world.usa, [party.id], [world.gbr.fingerprint])
    cell = planned.rows[0].cells[world.gbr.fingerprint]
    assert (cell.verdict, cell.withheld) == ("allow_fields", ("Remarks",))
    path = world.seal(world.usa, [party.id], world.gbr)[0].path
    plain = archive_of(world.gbr, path)
    assert b"MARKER" not in plain
    assert b"field_labels" not in plain


def test_our_words_about_a_partners_record_reach_him_with_their_reference(world):
    theirs = world.add(world.gbr, "party", party_kind="company", names=[{"text": "Their Company"}])
    world.give(world.gbr, [theirs.id], world.usa)
    ours = world.add(world.usa, "note", title="T", text="Our words", about=[theirs.id])
    assert world.give(world.usa, [ours.id], world.gbr).new == (ours.id,)
    assert cases.get(world.gbr, ours.id).about == (theirs.id,)
    assert world.give(world.usa, [ours.id], world.aus).new == (ours.id,)
    assert cases.get(world.aus, ours.id).about == ()


def pdf_text(data: bytes) -> bytes:
    """Return every stream of a PDF unpacked, with the file itself."""
    parts = [data]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            parts.append(found[1])
    return b"\n".join(parts)


def words_of(path) -> str:
    import pypdfium2  # noqa: PLC0415 - only here

    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages)


def test_a_partners_page_is_made_from_what_he_may_have(world, story):
    ours, theirs = world.folder / "ours.pdf", world.folder / "theirs.pdf"
    printing.report_pdf(world.usa, story["case"], ours)
    printing.report_pdf(world.usa, story["case"], theirs, for_contact=world.contact(world.usa, world.gbr))
    assert "MARKER-note" in words_of(ours)
    seen = words_of(theirs)
    assert "Open Company" in seen
    assert "MARKER" not in seen
    assert "81723" not in seen
    assert b"MARKER" not in pdf_text(theirs.read_bytes())


def test_partners_pages_do_not_count_on(world, story):
    contact = world.contact(world.usa, world.gbr)
    ours = [printing.case_pdf_bytes(world.usa, story["case"]).control_number for _turn in range(2)]
    assert [number[-5:] for number in ours] == ["00001", "00002"]
    theirs = {
        printing.case_pdf_bytes(world.usa, story["case"], for_contact=contact).control_number for _turn in range(2)
    }
    assert len(theirs) == 2
    assert all(re.fullmatch(r"USA-BIS-\d{4}-[2-9CFGHJMPQRVWX]{8}", number) for number in theirs)
    assert printing.case_pdf_bytes(world.usa, story["case"]).control_number[-5:] == "00003"


def test_no_page_for_a_contact_that_is_not_verified_or_gets_nothing(world):
    case = world.add(world.usa, "case", AUS_ONLY, title="Not for GBR")
    contact = world.contact(world.usa, world.gbr)
    with pytest.raises(NothingReleased):
        printing.case_pdf_bytes(world.usa, case.id, for_contact=contact)
    with pytest.raises(ContactNotVerified):
        printing.case_pdf_bytes(world.usa, case.id, for_contact=dataclasses.replace(contact, state="unverified"))


def test_nothing_leaves_a_vault_in_which_an_older_revision_was_put_back(world):
    """As somebody does who copies an older page of the database over the newer one, without any key."""
    note = world.add(world.usa, "note", title="T", text="Words")
    cases.edit_record(world.usa, note.id, {"text": "Not for everybody"})
    world.usa.vault._database.run("UPDATE record SET current = (SELECT min(n) FROM revision WHERE record = record.n)")
    with pytest.raises(VaultFailsCheck):
        world.seal(world.usa, [note.id], world.gbr)


def test_what_was_sealed_before_a_failure_is_said(world, monkeypatch):
    note = world.add(world.usa, "note", title="T", text="Words")
    ours = world.add(world.usa, "note", "EXERCISE OPEN//REL TO USA, AUS", title="T", text="For one")
    true, calls = handover.hold_bundle, []

    def failing(*words, **more):
        calls.append(1)
        if len(calls) > 1:
            raise MediumFull(needed=2, free=1)
        return true(*words, **more)

    monkeypatch.setattr(handover, "hold_bundle", failing)
    with pytest.raises(SealedInPart) as said:
        world.seal(world.usa, [note.id, ours.id], world.aus, world.gbr)
    assert said.value.facts["names"].endswith(".brief")
    begun = [one for one in world.usa.vault.audit.newest(20) if one.action == "bundle.begin"]
    assert len(begun) == 2


def test_no_partner_copy_is_printed_from_a_vault_that_was_changed_from_outside(world):
    case = world.add(world.usa, "case", title="T", status="open")
    cases.edit_record(world.usa, case.id, {"title": "Not for everybody"})
    world.usa.vault._database.run("UPDATE record SET current = (SELECT min(n) FROM revision WHERE record = record.n)")
    with pytest.raises(VaultFailsCheck):
        printing.case_pdf_bytes(world.usa, case.id, for_contact=world.contact(world.usa, world.gbr))


def test_paper_says_who_reported_what_its_originator_did_not_send(world, monkeypatch):
    case = world.add(world.gbr, "case", title="T", status="open")
    printed = []
    monkeypatch.setattr(
        printing, "case_summary", lambda content, _out, **_paper: printed.append(content) or PageCount(1)
    )
    printing.case_pdf_bytes(world.gbr, case.id)
    world.take(world.gbr, world.forge(world.aus, world.gbr, world.note("USA/BIS", case_ids=(case.id,))))
    printing.case_pdf_bytes(world.gbr, case.id)
    assert ["(AUS/ABF)" in one.handling for one in printed] == [False, True]
