"""Before a case goes: texts and files that name what is withheld, and the officer's word, bound to exactly that."""

# ruff: noqa: D102 - the names of the helpers say what they do
from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest
from tests.unit.services.conftest import World

from briefcase.services import cases, contacts, handover, printing, receiving
from briefcase.services.clearing import deciding, filetexts, matches, quotation
from briefcase.services.clearing.errors import MatchesOpen, MatchUnknown, NotInHandover
from briefcase.services.errors import DecisionChanged
from briefcase.services.finding import partner_view
from briefcase.services.handover import Plan

AUS_ONLY = "EXERCISE OFFICIAL//REL TO USA, AUS"
NAME = "Wintergarten Praezision"


def pdf(text: str, *, extra: bytes = b"") -> bytes:
    """Return a PDF of one page with a text layer."""
    shown = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode() if text else b"0 0 10 10 re f"
    packed = zlib.compress(shown)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>"
        + extra
        + b">>",
        b"<</Length " + str(len(packed)).encode() + b"/Filter/FlateDecode>>stream\n" + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(hidden)>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj" % n + one + b"endobj\n" for n, one in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


class Desk:
    """A case of the USA with a party for AUS alone."""

    def __init__(self, world: World) -> None:
        self.world, self.usa = world, world.usa
        self.case = world.add(self.usa, "case", title="Harbour Lantern", status="open").id
        self.party = self.add("party", AUS_ONLY, party_kind="company", names=[{"text": NAME}])

    def add(self, kind: str, marking: str = "", **fields: object) -> str:
        more = (marking,) if marking else ()
        return str(self.world.add(self.usa, kind, *more, case=self.case, **fields).id)

    def note(self, text: str, title: str = "What was said there") -> str:
        return self.add("note", title=title, text=text)

    def file(self, data: bytes, name: str = "a.bin") -> str:
        document = self.add("document", title="Some paper of ours", document_kind="other")
        cases.attach_stream(self.usa, document, io.BytesIO(data), name, len(data))
        return document

    def plan(self, *to: object, left_out: tuple[str, ...] = ()) -> Plan:
        chosen = [one.fingerprint for one in to or (self.world.gbr,)]
        return handover.plan(self.usa, handover.without(handover.of_case(self.usa, self.case), left_out), chosen)

    def verdict(self, planned: Plan, record: str) -> str:
        row = next(one for one in planned.rows if one.id == record)
        return row.cells[self.world.gbr.fingerprint].verdict

    def seal(self, planned: Plan) -> Path:
        stick = self.world.folder / "stick"
        stick.mkdir(exist_ok=True)
        return handover.seal(self.usa, planned, stick)[0].path

    def confirm(self, planned: Plan) -> Plan:
        matches.confirm(self.usa, planned.matches, [one.id for one in planned.matches])
        return self.plan()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_a_name_in_a_note_blocks_until_it_is_reworded(desk: Desk) -> None:
    note = desk.note(f"The pumps were ordered by {NAME.upper()}.")
    planned = desk.plan()
    (one,) = planned.matches
    assert (one.record_id, one.targets, one.field, one.titles) == (note, (desk.party,), "Text", (NAME,))
    assert "wintergartenpraezision" in one.sentence
    assert desk.verdict(planned, note) == "refuse"
    with pytest.raises(MatchesOpen):
        desk.seal(planned)
    assert list((desk.world.folder / "stick").iterdir()) == []
    assert desk.plan(desk.world.aus).matches == ()
    cases.edit_record(desk.usa, note, {"text": "The pumps were ordered by a third company."})
    planned = desk.plan()
    assert planned.matches == ()
    assert desk.verdict(planned, note) == "allow"
    assert desk.seal(planned).exists()


def test_a_withheld_record_of_another_case_is_found_by_its_name_and_its_id(desk: Desk) -> None:
    other = desk.world.add(desk.usa, "case", AUS_ONLY, title="Another matter entirely", status="open").id
    account = desk.world.add(desk.usa, "identifier", AUS_ONLY, other, scheme="other", value="EX00 7731 4409").id
    desk.note("They pay from EX0077314409.")
    desk.note(f"See {account}.", "Where to look next")
    desk.note("See 01928000-0000-7000-8000-000000000000.", "An id that nothing has")
    found = desk.plan().matches
    assert [one.targets for one in found] == [(account,), (account,)]


def test_without_the_record_it_goes(desk: Desk) -> None:
    note = desk.note(f"Ordered by {NAME}.")
    planned = desk.plan(left_out=(note,))
    assert planned.matches == ()
    assert note not in planned.record_ids
    assert desk.seal(planned).exists()
    with pytest.raises(NotInHandover):
        desk.plan(left_out=("x",))


def test_a_confirmation_is_logged_and_holds_for_exactly_that(desk: Desk) -> None:
    note = desk.note(f"Ordered by {NAME}.")
    before = desk.plan()
    with pytest.raises(MatchUnknown):
        matches.confirm(desk.usa, before.matches, [before.matches[0].id, "x"])
    planned = desk.confirm(before)
    assert planned.matches == ()
    assert desk.verdict(planned, note) == "allow"
    assert desk.seal(planned).exists()
    (entry,) = desk.usa.vault.audit.about(note, "handover.confirm")
    assert entry.detail["recipient"] == desk.world.gbr.fingerprint
    assert entry.detail["withheld"] == [desk.party]
    assert NAME not in str(entry.detail)
    # Another revision, though its text says the same.
    cases.edit_record(desk.usa, note, {"title": "What was said there, too"})
    assert len(desk.plan().matches) == 1
    # Another name of the withheld record.
    planned = desk.confirm(desk.plan())
    cases.edit_record(desk.usa, desk.party, {"names": [{"text": NAME}, {"text": "Ordered by Wintergarten"}]})
    assert [one.words for one in desk.plan().matches] == ["orderedbywintergarten"]
    # What was planned before does not go after.
    with pytest.raises(DecisionChanged):
        desk.seal(planned)


def test_a_confirmation_is_for_one_recipient(desk: Desk) -> None:
    desk.note(f"Ordered by {NAME}.")
    secret = desk.add("party", "EXERCISE OFFICIAL//REL TO USA", party_kind="company", names=[{"text": "Zephyr Quartz"}])
    desk.note("Zephyr Quartz paid.")
    planned = desk.plan(desk.world.gbr, desk.world.aus)
    assert len(planned.matches) == 3
    matches.confirm(desk.usa, planned.matches, [one.id for one in planned.matches if one.name.startswith("Owen")])
    left = desk.plan(desk.world.gbr, desk.world.aus).matches
    assert [(one.recipient, one.targets) for one in left] == [(desk.world.aus.fingerprint, (secret,))]


@pytest.mark.parametrize(
    ("data", "searched"),
    [
        (f"Invoice for {NAME}".encode(), True),
        (f"\ufeffInvoice for {NAME}".encode("utf-16-le"), True),
        (b'{"to": "\\u0057intergarten Praezision"}', True),
        (b"to: Wintergarten&nbsp;&#80;raezision", True),
        (pdf(f"Invoice for {NAME}"), True),
        (pdf(f"Invoice for {NAME}", extra=b"/Annots[6 0 R]"), False),
        (pdf(""), False),
        (PNG, False),
        (b"PK\x03\x04 some archive", False),
        (b"Content-Transfer-Encoding: base64\n\nV2ludGVyZ2FydGVu", False),
        (b"{\\rtf1 Wintergarten}", False),
        (b"\xff\xfe\x00\xd8", False),
    ],
)
def test_files_that_can_be_searched_are_and_the_others_want_a_word(desk: Desk, data: bytes, searched: bool) -> None:  # noqa: FBT001 - parametrized
    document = desk.file(data)
    planned = desk.plan()
    (one,) = planned.matches
    assert (one.record_id, one.targets) == (document, (desk.party,) if searched else ())
    with pytest.raises(MatchesOpen):
        desk.seal(planned)
    again = desk.confirm(planned)
    assert again.files[0].attachments
    assert desk.seal(again).exists()
    (entry,) = desk.usa.vault.audit.about(document, "handover.confirm")
    assert entry.detail["searched"] == int(searched)
    # The word was for this file.
    cases.attach_stream(desk.usa, document, io.BytesIO(data + b"\n"), "b.bin", len(data) + 1)
    assert [each.record_id for each in desk.plan().matches] == [document]


def test_files_without_the_name_go_without_a_question(desk: Desk) -> None:
    desk.file(b"An invoice for somebody else")
    desk.file(pdf("An invoice for somebody else"))
    assert desk.plan().matches == ()
    assert len(desk.plan().files[0].attachments) == 2


def test_a_picture_goes_without_a_question_when_nothing_is_withheld(desk: Desk) -> None:
    desk.file(PNG)
    assert desk.plan(desk.world.aus).matches == ()
    assert len(desk.plan().matches) == 1


def test_the_same_holds_for_paper_and_for_what_a_partner_is_shown(desk: Desk) -> None:
    note = desk.note(f"Ordered by {NAME}.")
    contact = contacts.get(desk.usa, desk.world.gbr.fingerprint)

    def shown() -> set[str]:
        view = partner_view.view_for(desk.usa, desk.case, contact.fingerprint)
        return {one.id for one in view.records}

    assert note not in shown()
    first = printing.case_pdf_bytes(desk.usa, desk.case, for_contact=contact)
    desk.confirm(desk.plan())
    assert note in shown()
    assert len(printing.case_pdf_bytes(desk.usa, desk.case, for_contact=contact).data) > len(first.data)


def test_what_a_partner_sent_himself_may_be_named_to_him(desk: Desk) -> None:
    theirs = desk.world.add(
        desk.world.gbr,
        "party",
        "EXERCISE OFFICIAL//REL TO USA, GBR",
        party_kind="company",
        names=[{"text": "Olm Quarry"}],
    )
    desk.world.give(desk.world.gbr, [theirs.id], desk.usa)
    desk.note("Olm Quarry paid.")
    assert desk.plan().matches == ()
    assert [one.targets for one in desk.plan(desk.world.aus).matches] == [(theirs.id,)]


def test_names_are_read_again_after_any_change_and_not_without(desk: Desk) -> None:
    desk.note("Ordered by Kestrel Foundry.")
    assert desk.plan().matches == ()
    names = desk.usa.readings.names
    desk.plan()
    assert desk.usa.readings.names is names
    cases.edit_record(desk.usa, desk.party, {"names": [{"text": "Kestrel Foundry"}]})
    assert len(desk.plan().matches) == 1
    assert desk.usa.readings.names is not names


def test_what_decides_through_a_name_is_verified_before_anything_leaves(desk: Desk) -> None:
    desk.note(f"Ordered by {NAME}.")
    ids = [one for one in handover.of_case(desk.usa, desk.case) if one != desk.party]
    records = list(desk.usa.vault.records.get_many(ids).values())
    assert desk.party in {one.id for one in deciding.context_of(desk.usa, records)}
    assert desk.party in {one.id for one in quotation.scope(desk.usa, records).all}


def test_plain_text_is_read_as_it_would_be_shown() -> None:
    assert filetexts.plain(b"plain") == "plain"
    assert filetexts.plain(b"a &amp; b") == "a &amp; b\na & b"
    assert filetexts.plain(b"\x00\x01") is None


def test_the_file_that_goes_holds_nothing_of_the_confirmation(desk: Desk) -> None:
    desk.note(f"Ordered by {NAME}.")
    path = desk.seal(desk.confirm(desk.plan()))
    received = receiving.inspect(desk.world.gbr, path)
    try:
        text = str([cases.as_object(one) for one in received.records])
    finally:
        received.close()
    assert NAME in text  # the officer let that go
    assert desk.party not in text
    assert "confirm" not in text
