"""Sheets with codes: what stands on them, whole codes on every page, the same bytes every time."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from briefcase.paper.code_sheet import CodeSheet, Fact, WordList, code_sheets
from briefcase.paper.content import Banner
from briefcase.paper.errors import UnknownPaper

CODES = tuple(f"BRIEFCASE1/CARD/{number}/15/0123ABCD/{'7K %*+-./:' * 93}" for number in range(1, 16))
ENGLISH = tuple(f"word{number}" for number in range(1, 13))
FRENCH = tuple(f"mot{number}" for number in range(1, 13))


def content(**changes: object) -> CodeSheet:
    values: dict[str, object] = {
        "document": "CONTACT CARD",
        "title": "Dana Whitfield",
        "facts": (Fact("Agency", "USA/BIS"), Fact("Device", ""), Fact("Number", "1 of its kind", code=True)),
        "codes": CODES,
        "instruction": "Scan every page.",
        "reference": "CARD 0123ABCD",
        "agency": "USA/BIS",
        "words": (WordList("English", ENGLISH), WordList("Français", FRENCH)),
        "fingerprint": "0123456789abcdef" * 4,
        **changes,
    }
    return CodeSheet(**values)  # type: ignore[arg-type] # values by name


def pdf(sheet: CodeSheet, paper: str = "a4") -> bytes:
    out = io.BytesIO()
    code_sheets([sheet], out, paper=paper)
    return out.getvalue()


def text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r", "")


def codes_by_page(data: bytes) -> list[list[str]]:
    pages = []
    for page in pypdfium2.PdfDocument(data):
        image = page.render(scale=200 / 72, grayscale=True).to_pil()
        pages.append([code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)])
    return pages


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_code_stands_whole_on_one_page_and_in_order(paper: str) -> None:
    pages = codes_by_page(pdf(content(), paper))
    assert len(pages) == 2
    assert sorted(code for page in pages for code in page) == sorted(CODES)
    numbers = [sorted(int(code.split("/")[2]) for code in page) for page in pages]
    assert [number for page in numbers for number in page] == list(range(1, 16))


def test_people_read_the_same_as_machines() -> None:
    words = text(pdf(content()))
    for part in (
        "CONTACT CARD",
        "Dana Whitfield",
        "USA/BIS",
        "1 of its kind",
        "English",
        "Français",
        "Scan every page.",
    ):
        assert part in words
    assert "Device" not in words
    for each in (*ENGLISH, *FRENCH):
        assert re.search(rf"\b{each}\b", words)
    assert " ".join(["0123", "4567", "89ab", "cdef"] * 4) in words
    for number in range(1, 16):
        assert re.search(rf"^{number} of 15$", words, re.MULTILINE) or f"{number} of 15" in words
    assert words.count("CARD 0123ABCD") == 2
    assert "Page 1 of 2" in words
    assert "Page 2 of 2" in words


def test_the_words_are_numbered_downwards() -> None:
    page = pypdfium2.PdfDocument(pdf(content()))[0].get_textpage()
    places = {}
    for word in ("word1", "word6", "word7"):
        left, bottom, *_rest = page.get_charbox(page.search(word, match_whole_word=True).get_next()[0])
        places[word] = (round(left), round(bottom))
    assert places["word1"][0] == places["word6"][0] < places["word7"][0]
    assert abs(places["word1"][1] - places["word7"][1]) <= 1
    assert places["word6"][1] < places["word1"][1]


def test_the_same_content_gives_the_same_bytes_and_names_nobody() -> None:
    data = pdf(content())
    assert data == pdf(content())
    assert data != pdf(content(title="Dana Whitfeld"))
    for trace in (str(Path.home()), str(Path.cwd()), "anonymous", "unspecified", "D:2026"):
        assert trace.encode() not in data
    assert data.count(b"%%EOF") == 1


@pytest.mark.skipif(shutil.which("pdfimages") is None, reason="poppler is not here")
def test_codes_are_drawn_as_lines_and_all_fonts_are_ours(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(pdf(content()))
    images = subprocess.run(["pdfimages", "-list", file], capture_output=True, text=True, check=True).stdout
    assert len(images.splitlines()) == 2
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(" yes yes yes " in font for font in fonts)


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "محمد بن عبد الله",
        "x" * 200,
        "W" * 200,
        "<img src='/etc/passwd'/>",
        "\u202eevil",
        "Zoë O’Neill-Ōta",
        "👮",
    ],
)
def test_no_name_breaks_the_sheet(name: str) -> None:
    sheet = content(title=name, facts=(Fact("Name", name), Fact("Agency", name)), agency=name, codes=CODES[:2])
    for paper in ("a4", "letter"):
        pages = codes_by_page(pdf(sheet, paper))
        assert sorted(code for page in pages for code in page) == sorted(CODES[:2])


def test_a_notice_and_a_banner_stand_where_they_must() -> None:
    words = text(pdf(content(notice_title="KEEP APART", notice="One.\nTwo.", banner=Banner("IN A SAFE"))))
    assert words.count("IN A SAFE") == 4
    assert words.index("KEEP APART") < words.index("CODES")


def test_one_small_code_alone_is_fine() -> None:
    pages = codes_by_page(pdf(content(codes=("BRIEFCASE1/CARD/1/1/0123ABCD/00",), words=(), fingerprint="")))
    assert pages == [["BRIEFCASE1/CARD/1/1/0123ABCD/00"]]


@pytest.mark.slow
def test_sixty_four_codes_fill_pages_and_lose_none() -> None:
    codes = tuple(f"BRIEFCASE1/CARD/{number}/64/0123ABCD/{'7K %*+-./:' * 93}" for number in range(1, 65))
    pages = codes_by_page(pdf(content(codes=codes), "letter"))
    assert sorted(code for page in pages for code in page) == sorted(codes)
    assert max(map(len, pages)) == 12


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(UnknownPaper):
        pdf(content(), "a5")


def test_several_sheets_begin_on_pages_of_their_own() -> None:
    out = io.BytesIO()
    code_sheets([content(codes=CODES[:1]), content(codes=CODES[1:2], title="Second", reference="CARD 2")], out)
    assert codes_by_page(out.getvalue()) == [[CODES[0]], [CODES[1]]]
    words = text(out.getvalue())
    assert words.count("Page 2 of 2") == 1
    assert words.index("CARD 0123ABCD") < words.index("CARD 2")
