"""Paper there and back: what was printed comes out of a bad scan bit by bit, or is refused with its reason."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from PIL import Image, ImageChops, ImageFilter

from briefcase import resources
from briefcase.bundle.message_bodies import Request
from briefcase.errors import BriefcaseError
from briefcase.paper.code_sheet import CodeSheet, Fact, code_sheets
from briefcase.seal import age, compact, identity, parts
from briefcase.seal.card import LABEL, card_text
from briefcase.seal.errors import (
    CardInvalid,
    PartsChecksum,
    PartsConflict,
    PartsForeign,
    PartsMissing,
    PartsMixed,
    PartsNotSealed,
    PartsTooLong,
    RevocationInvalid,
)
from briefcase.seal.keyslots import KdfParameters
from briefcase.seal.recipients import X25519Identity
from briefcase.services import contacts, messages, receipts, sheets
from briefcase.services.errors import ContactOwnCard, FileExists, FileUnreadable
from briefcase.services.messaging.errors import NoCardOnScans, PaperNotOurs
from briefcase.services.session import Created, Session, create_vault
from briefcase.viewer.errors import NotAPicture

DPI = 150


@dataclass
class Desks:
    """Two officers with vaults of their own, and the first one's sheets."""

    folder: Path
    made: Created
    partner: Session
    printed: dict[str, Path] = field(default_factory=dict)

    @property
    def own(self) -> Session:
        """The first one's open vault."""
        return self.made.session


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    folder = tmp_path_factory.mktemp("sheets")
    pack = resources.path("packs", "exercise.toml")
    dana, owen = (
        create_vault(
            folder / country, "a passphrase of words", agency=agency, country=country, officer=name, pack=pack,
            kdf=KdfParameters(1, 8192),
        )
        for country, agency, name in (("USA", "USA/BIS", "Dana Whitfield"), ("GBR", "GBR/HMRC", "Owen Hargreaves"))
    )  # fmt: skip
    desks = Desks(folder, dana, owen.session)
    desks.printed = {name: folder / f"{name}.pdf" for name in ("card", "revocation", "message")}
    sheets.print_card(dana.session, desks.printed["card"])
    sheets.print_revocation(dana.session, dana.revocation, desks.printed["revocation"])
    seal(folder / "7K3QX.brief", 6000, owen.session)
    digest = hashlib.sha256((folder / "7K3QX.brief").read_bytes()).hexdigest()
    dana.session.vault.audit.append("message.send", "0" * 32, {"file": digest}, actor="test")
    sheets.print_message(dana.session, folder / "7K3QX.brief", desks.printed["message"])
    yield desks
    dana.session.close()
    owen.session.close()


def seal(path: Path, size: int, *to: Session) -> None:
    with path.open("wb") as file:
        age.encrypt_stream(io.BytesIO(bytes(size)), [one.identity.card.recipient for one in to], file)


def pages(file: Path, dpi: int = DPI) -> list[Image.Image]:
    """Return the pages as a scanner of *dpi* would see them, had it no faults."""
    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(file)]


def scanned(page: Image.Image, turn: float = 2.0) -> Image.Image:
    """Return a page as an old office scanner gives it: turned, blurred, grey, noisy."""
    turned = page.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255)
    blurred = turned.filter(ImageFilter.GaussianBlur(0.9))
    noisy = ImageChops.add(blurred, Image.effect_noise(page.size, 18), offset=-128)
    return noisy.point(lambda value: round(25 + value * 0.8))


def save(folder: Path, images: list[Image.Image], ending: str = "jpg") -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = [folder / f"{number}.{ending}" for number in range(1, len(images) + 1)]
    for image, file in zip(images, files, strict=True):
        image.save(file, **({"quality": 60} if ending == "jpg" else {}))
    return files


def audited(session: Session, action: str) -> list[dict[str, object]]:
    return [entry.detail for entry in session.vault.audit.newest() if entry.action == action]


@pytest.mark.slow
@pytest.mark.parametrize("turn", [2.0, -2.0, 0.0])
@pytest.mark.parametrize("name", ["card", "revocation", "message"])
def test_a_bad_scan_at_150_dpi_gives_back_every_byte(printed: Desks, tmp_path: Path, name: str, turn: float) -> None:
    files = save(tmp_path / "scan", [scanned(page, turn) for page in pages(printed.printed[name])])
    found = sheets.read_codes_from(reversed(files))
    assert (found.faults, found.foreign, found.pages) == ((), 0, len(files))
    wanted = {
        "card": (card_text(printed.own.identity.signed_card),),
        "revocation": (printed.made.revocation,),
        "message": ((printed.folder / "7K3QX.brief").read_bytes(),),
    }[name]
    assert {"card": found.cards, "revocation": found.revocations, "message": found.messages}[name] == wanted


def test_all_sheets_lie_on_one_scanner_and_are_told_apart(printed: Desks, tmp_path: Path) -> None:
    heap = [page for file in printed.printed.values() for page in pages(file)]
    heap[0].save(tmp_path / "heap.tiff", save_all=True, append_images=[*heap[1:], heap[2]])
    seen: list[tuple[int, int]] = []
    found = sheets.read_codes_from([tmp_path / "heap.tiff"], progress=lambda *step: seen.append(step))
    assert (len(found.cards), len(found.revocations), len(found.messages), found.faults) == (1, 1, 1, ())
    assert seen[-1] == (len(heap) + 1, len(heap) + 1)


def test_a_scanned_card_is_an_unverified_contact_with_the_same_words(printed: Desks) -> None:
    (contact,) = sheets.scan_cards(printed.partner, [printed.printed["card"]], agency="USA/BIS", country="USA")
    assert contact.words == printed.own.identity.card.words()
    assert (contact.state, contact.agency) == ("unverified", "USA/BIS")
    again = sheets.scan_cards(printed.partner, [printed.printed["card"]])
    assert again == [contact]
    words = " ".join(printed.own.identity.card.words("fr"))
    assert contacts.verify(printed.partner, contact.fingerprint, words, "USA/BIS", "USA").state == "verified"


def test_a_missing_page_is_said_by_its_numbers(printed: Desks, tmp_path: Path) -> None:
    first, *_rest = save(tmp_path / "scan", pages(printed.printed["card"]), "png")
    with pytest.raises(PartsMissing) as failure:
        sheets.scan_cards(printed.partner, [first])
    assert failure.value.facts == {"kind": "CARD", "total": 15, "numbers": "7, 8, 9, 10, 11, 12, 13, 14, 15"}


def sheet_of(folder: Path, codes: tuple[str, ...]) -> Path:
    """Print whatever codes somebody likes, past the checks of the program."""
    file = folder / "forged.pdf"
    with file.open("wb") as out:
        code_sheets([CodeSheet("CARD", "Forged", (Fact("x", "y"),), codes, "Scan.", "CARD", "USA/BIS")], out)
    return file


def test_a_card_with_one_altered_part_is_refused(printed: Desks, tmp_path: Path) -> None:
    payload = compact.shrink(LABEL, card_text(printed.own.identity.signed_card))
    codes = list(parts.split(parts.CARD, payload))
    head, data = codes[4][:-6], codes[4][-6:]
    codes[4] = head + ("000000" if data != "000000" else "111111")
    with pytest.raises(PartsChecksum):
        sheets.scan_cards(printed.partner, [sheet_of(tmp_path, tuple(codes))])
    with pytest.raises(PartsConflict) as failure:
        sheets.scan_cards(printed.partner, [tmp_path / "forged.pdf", printed.printed["card"]])
    assert failure.value.facts["number"] == 5


def test_a_card_altered_with_all_its_checks_is_refused_by_its_signatures(printed: Desks, tmp_path: Path) -> None:
    value = compact.block.read(LABEL, card_text(printed.own.identity.signed_card))
    value["card"]["agency"] = "USA/FBI"  # type: ignore[index] # the card object
    codes = parts.split(parts.CARD, compact.shrink(LABEL, compact.block.write(LABEL, value)))
    good = identity.create_identity("Ann New", "AUS/ABF", "AUS")
    fresh = parts.split(parts.CARD, compact.shrink(LABEL, card_text(good.signed_card)))
    with pytest.raises(CardInvalid):
        sheets.scan_cards(printed.partner, [sheet_of(tmp_path, (*fresh, *codes))])
    assert "Ann New" not in {one.name for one in contacts.list_contacts(printed.partner)}


def test_what_is_no_card_inside_is_a_fault_and_hides_nothing(printed: Desks, tmp_path: Path) -> None:
    bad = sheet_of(tmp_path, parts.split(parts.CARD, b"not deflated"))
    found = sheets.read_codes_from([bad, printed.printed["message"]])
    assert (len(found.messages), [fault.code for fault in found.faults]) == (1, ["SEAL_PARTS_INVALID"])


def test_a_page_with_other_codes_has_no_card(printed: Desks, tmp_path: Path) -> None:
    segno.make("https://example.org/", micro=False).save(str(tmp_path / "poster.png"), scale=6)
    with pytest.raises(PartsForeign) as failure:
        sheets.scan_cards(printed.partner, [tmp_path / "poster.png"])
    assert failure.value.facts["count"] == 1
    with pytest.raises(NoCardOnScans) as other:
        sheets.scan_cards(printed.partner, [printed.printed["message"]])
    assert other.value.facts["kinds"] == "message"
    found = sheets.read_codes_from([tmp_path / "poster.png", printed.printed["card"]])
    assert (len(found.cards), found.foreign, found.faults) == (1, 1, ())


def test_a_receipt_says_in_words_what_it_acknowledges(world: Any, tmp_path: Path) -> None:  # noqa: ANN401 - World
    """The receipt goes on paper from one vault to the other and closes the disclosure there."""
    case = world.add(world.usa, "case", title="Pumps", status="open")
    note = world.add(world.usa, "note", title="Call", text="x", case=case.id)
    bundle = world.seal(world.usa, [case.id, note.id], world.gbr)[0].path
    world.take(world.gbr, bundle)
    sent = receipts.make_for_file(world.gbr, bundle, tmp_path)
    sheets.print_message(world.gbr, sent.path, tmp_path / "receipt.pdf")
    words = pypdfium2.PdfDocument(tmp_path / "receipt.pdf")[0].get_textpage().get_text_range()
    for part in ("Receipt", "Owen", "Dana", sent.message_id, "GBR/HMRC"):
        assert part in words
    (back,) = sheets.write_found(sheets.read_codes_from([tmp_path / "receipt.pdf"]), tmp_path)
    assert receipts.take(world.usa, back).state == "counts"


def test_what_we_took_in_is_printed_without_words(world: Any, tmp_path: Path) -> None:  # noqa: ANN401 - World
    body = Request("Secret pumps?", (), None, "", "")
    sent = messages.send(world.usa, body, [world.gbr.fingerprint], tmp_path)
    messages.take(world.gbr, sent.path)
    for session, name in ((world.usa, "own"), (world.gbr, "other")):
        sheets.print_message(session, sent.path, tmp_path / f"{name}.pdf")
    own, other = (
        pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")[0].get_textpage().get_text_range() for name in ("own", "other")
    )
    assert "Request" in own
    assert "Owen" in own
    assert "Secret pumps" not in own
    assert "Request" not in other


def test_what_the_log_does_not_know_is_not_printed(world: Any, tmp_path: Path) -> None:  # noqa: ANN401 - World
    """A file of records, sealed by hand to anybody's key, would else be a way past every rule of release."""
    note = world.add(world.usa, "note", title="T", text="Words")
    bundle = world.seal(world.usa, [note.id], world.gbr)[0].path
    sent = messages.send(world.usa, Request("?", (), None, "", ""), [world.gbr.fingerprint], tmp_path).path
    seal(tmp_path / "leak.brief", 500, world.gbr)
    for path, session in ((tmp_path / "leak.brief", world.usa), (sent, world.aus), (sent, world.gbr)):
        with pytest.raises(PaperNotOurs):
            sheets.print_message(session, path, tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()
    assert sheets.print_message(world.usa, bundle, tmp_path / "bundle.pdf").codes


def test_of_several_cards_all_are_taken_in_or_none(
    printed: Desks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = [identity.create_identity(name, "FRA/DOU", "FRA") for name in ("Ann Ash", "Bob Birch")]
    files = []
    for number, one in enumerate(fresh):
        (tmp_path / str(number)).mkdir()
        files.append(
            sheet_of(tmp_path / str(number), parts.split(parts.CARD, compact.shrink(LABEL, card_text(one.signed_card))))
        )
    real, calls = contacts.import_text, []

    def second_fails(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the real one
        calls.append(given)
        if len(calls) > 1:
            raise ContactOwnCard
        return real(*given, **named)

    monkeypatch.setattr(contacts, "import_text", second_fails)
    before = len(printed.partner.vault.contacts.list())
    with pytest.raises(ContactOwnCard):
        sheets.scan_cards(printed.partner, files)
    assert len(printed.partner.vault.contacts.list()) == before


def test_own_and_several_cards(printed: Desks, tmp_path: Path) -> None:
    with pytest.raises(ContactOwnCard):
        sheets.scan_cards(printed.own, [printed.printed["card"]])
    other = identity.create_identity("Mia Thornton", "AUS/ABF", "AUS")
    codes = parts.split(parts.CARD, compact.shrink(LABEL, card_text(other.signed_card)))
    files = [sheet_of(tmp_path, codes), printed.printed["card"]]
    with pytest.raises(PartsMixed):
        sheets.scan_cards(printed.partner, files, agency="AUS/ABF", country="AUS")
    assert {one.name for one in sheets.scan_cards(printed.partner, files)} == {"Mia Thornton", "Dana Whitfield"}


@pytest.mark.parametrize("content", [b"", b"plain words of a record", b"age-encryption.org/v1\n-> scrypt AAAA 18\n"])
def test_only_what_is_sealed_to_cards_is_printed(printed: Desks, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.brief").write_bytes(content)
    with pytest.raises(PartsNotSealed):
        sheets.print_message(printed.own, tmp_path / "x.brief", tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_a_file_sealed_to_a_classic_key_is_not_printed(printed: Desks, tmp_path: Path) -> None:
    with (tmp_path / "x.age").open("wb") as file:
        age.encrypt_stream(io.BytesIO(b"words"), [X25519Identity.generate().recipient()], file)
    with pytest.raises(PartsNotSealed):
        sheets.print_message(printed.own, tmp_path / "x.age", tmp_path / "x.pdf")


def test_too_much_for_paper_is_said(printed: Desks, tmp_path: Path) -> None:
    seal(tmp_path / "x.brief", 50_000, printed.partner)
    with pytest.raises(PartsTooLong):
        sheets.print_message(printed.own, tmp_path / "x.brief", tmp_path / "x.pdf")


def test_a_revocation_of_another_card_is_not_printed(printed: Desks, tmp_path: Path) -> None:
    with pytest.raises(RevocationInvalid):
        sheets.print_revocation(printed.partner, printed.made.revocation, tmp_path / "x.pdf")


def test_revocations_of_former_keys_are_sheets_of_their_own(printed: Desks, tmp_path: Path) -> None:
    old = identity.create_identity("Dana Whitfield", "USA/BIS", "USA")
    session = dataclasses.replace(printed.partner, own=identity.create_identity("x", "USA/BIS", "USA"), former=(old,))
    both = "".join(identity.revocation_text(one) for one in session.identities)
    sheets.write_revocation(session, both, tmp_path / "both.pdf")
    found = sheets.read_codes_from([tmp_path / "both.pdf"])
    assert "".join(found.revocations) == both


def test_every_sheet_is_audited_and_none_overwritten(printed: Desks) -> None:
    for action, name in (("card.print", "CARD"), ("revocation.print", "REVOCATION"), ("message.print", "MESSAGE")):
        (detail,) = audited(printed.own, action)
        assert str(detail["reference"]).startswith(f"{name} ")
    with pytest.raises(FileExists):
        sheets.print_card(printed.own, printed.printed["card"])
    assert len(audited(printed.own, "card.print")) == 1


def test_a_revocation_is_text_or_a_sheet_by_its_name(printed: Desks, tmp_path: Path) -> None:
    sheets.write_revocation(printed.own, printed.made.revocation, tmp_path / "r.txt")
    assert (tmp_path / "r.txt").read_text(encoding="utf-8") == printed.made.revocation
    assert (tmp_path / "r.txt").stat().st_mode & 0o077 == 0
    assert printed.printed["revocation"].stat().st_mode & 0o077 == 0


def test_what_was_found_is_written_under_names_of_its_own(printed: Desks, tmp_path: Path) -> None:
    found = sheets.read_codes_from(printed.printed.values())
    written = sheets.write_found(found, tmp_path)
    assert sorted(path.suffix for path in written) == [".brief", ".card", ".txt"]
    (sealed,) = tmp_path.glob("message-*.brief")
    assert sealed.read_bytes() == (printed.folder / "7K3QX.brief").read_bytes()
    shutil.copy(sealed, tmp_path / "kept")
    with pytest.raises(FileExists):
        sheets.write_found(found, tmp_path)


@pytest.mark.parametrize(
    ("content", "error"), [(None, FileUnreadable), (b"no picture", NotAPicture), (b"\x89PNG\r\n\x1a\n", BriefcaseError)]
)
def test_what_cannot_be_looked_at_is_said(
    printed: Desks, tmp_path: Path, content: bytes | None, error: type[BriefcaseError]
) -> None:
    if content is not None:
        (tmp_path / "scan").write_bytes(content)
    with pytest.raises(error):
        sheets.scan_cards(printed.partner, [tmp_path / "scan"])
