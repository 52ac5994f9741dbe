"""Two officers with a printer and a scanner, and nothing else between them: the real program, PDF and scan."""

# ruff: noqa: ANN001 - the untyped argument is a Desk of conftest.py
from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest


@pytest.fixture(scope="module")
def scans(desk) -> list[Path]:
    """Print the card of the USA and return its pages as JPEG files at 150 dots per inch."""
    made = desk.json("usa", "contact", "print", "usa card.pdf", "--paper", "letter")
    assert made["words"] == desk.words["usa"]
    assert (made["pages"], made["codes"], made["file"]) == (2, 15, "usa card.pdf")
    files = []
    for number, page in enumerate(pypdfium2.PdfDocument(desk.folder / made["file"]), start=1):
        files.append(desk.folder / f"scan{number}.jpg")
        page.render(scale=150 / 72).to_pil().save(files[-1], quality=60)
    return files


def send(desk, folder: Path, words: str) -> Path:
    """Send a request in some words to the United Kingdom; return the sealed file."""
    body = folder / "request.json"
    request = {"text": words, "items": [], "recipient": None, "purpose": "Joint work", "needed_by": ""}
    body.write_text(json.dumps(request), encoding="utf-8")
    gbr = desk.fingerprints["gbr"]
    desk.json("usa", "message", "send", "request", "--to", gbr, "--body", body, "--out", folder)
    (sealed,) = folder.glob("*.brief")
    return sealed


@pytest.mark.slow
def test_a_card_goes_over_paper_and_its_words_agree(desk, scans: list[Path]) -> None:
    (contact,) = desk.json("aus", "contact", "scan", *reversed(scans))["contacts"]
    assert (contact["name"], contact["words"]) == ("Dana Whitfield", desk.words["usa"])
    assert contact["fingerprint"] == desk.fingerprints["usa"]


@pytest.mark.slow
def test_a_lost_page_is_named_and_nothing_is_taken_in(desk, scans: list[Path]) -> None:
    before = desk.json("gbr", "contact", "list")
    done = desk.run("gbr", "contact", "scan", scans[1], status=13)
    assert done.stderr.startswith(
        b"SEAL_PARTS_MISSING: Of the 15 codes of a sequence (CARD) these are missing: 1, 2, 3."
    )
    assert desk.json("gbr", "contact", "list") == before


@pytest.mark.slow
def test_a_sealed_message_goes_over_paper(desk, tmp_path: Path) -> None:
    sealed = send(desk, tmp_path, "words " * 900)
    made = desk.json("usa", "receipt", "print", sealed, "--out", tmp_path / "receipt.pdf")
    (tmp_path / "found").mkdir()
    read = desk.start("codes", "read", tmp_path / "receipt.pdf", "--out", tmp_path / "found", "--json")
    answer = json.loads(read.stdout)
    assert (read.returncode, answer["faults"], answer["pages"], answer["foreign"]) == (0, [], made["pages"], 0)
    (file_name,) = answer["files"]
    assert Path(file_name).read_bytes() == sealed.read_bytes()
    plain = desk.start("receipt", "print", desk.passphrase_file, "--out", "x.pdf", "--vault", desk.vault("usa"),
                       "--passphrase-file", desk.passphrase_file)  # fmt: skip
    assert (plain.returncode, plain.stderr.split(b":")[0]) == (2, b"SEAL_PARTS_NOT_SEALED")


@pytest.mark.slow
def test_half_a_sheet_does_not_hide_a_whole_one(desk, scans: list[Path], tmp_path: Path) -> None:
    desk.json("usa", "receipt", "print", send(desk, tmp_path, "words"), "--out", tmp_path / "m.pdf")
    (tmp_path / "found").mkdir()
    read = desk.start("codes", "read", scans[0], tmp_path / "m.pdf", "--out", tmp_path / "found", "--json")
    answer = json.loads(read.stdout)
    assert (read.returncode, len(answer["files"])) == (13, 1)
    assert answer["faults"][0].startswith("SEAL_PARTS_MISSING: ")


@pytest.mark.slow
def test_the_revocation_is_a_sheet_when_its_name_says_so(desk, tmp_path: Path) -> None:
    who = ("--agency", "CAN/CBSA", "--country", "CAN", "--officer", "Anaïs Roy", "--pack", "exercise")
    made = desk.start(
        *("vault", "create", tmp_path / "can", *who, "--revocation", tmp_path / "revocation.pdf", "--json"),
        *("--passphrase-file", desk.passphrase_file),
    )
    assert made.returncode == 0, made.stderr
    text = "\n".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / "revocation.pdf")
    )
    assert all(word in text for word in json.loads(made.stdout)["words"])
    assert "KEEP APART FROM THE LAPTOP" in text
    (tmp_path / "found").mkdir()
    read = desk.start("codes", "read", tmp_path / "revocation.pdf", "--out", tmp_path / "found")
    assert read.returncode == 0
    (found,) = (tmp_path / "found").iterdir()
    assert found.read_text(encoding="utf-8").startswith("-----BEGIN BRIEFCASE REVOCATION-----\n")
