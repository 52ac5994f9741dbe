"""The case summary: what stands on its pages, and what does not."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest

from briefcase.figures.happened import DATES
from briefcase.paper.case_summary import case_summary
from briefcase.paper.content import Banner, CaseSummary
from briefcase.paper.errors import UnknownPaper
from briefcase.records.fields import reference_fields
from briefcase.records.kinds import KINDS, Case, Link, Note, Party, Record, Shipment, TearLine, kind_of
from briefcase.records.label import Label
from briefcase.records.values import Leg, Name

LABEL = Label(marking="O-S", policy="GBR", level="OFFICIAL")
OPEN = Label(marking="O", policy="GBR", level="OFFICIAL")


def _id(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012d}"


def _portion(labels: tuple[Label, ...]) -> str:
    return max((label.marking for label in labels), key=len, default="")


def _party(number: int, text: str, latin: str = "", **more: object) -> Party:
    return Party(id=_id(number), label=OPEN, party_kind="company", names=(Name(text=text, latin=latin),), **more)


def _content(records: tuple[Record, ...], **more: object) -> CaseSummary:
    case = Case(id=_id(1), label=LABEL, title="Meridian <b>RF</b>", reference="BC-1", summary="First.\nSecond.")
    values: dict[str, Any] = {
        "case": case,
        "records": records,
        "banner": Banner("OFFICIAL: SENSITIVE", "RELEASABLE TO AUS, GBR"),
        "control_number": "EE-LO-2026-00417",
        "audit_head": "d811803afb70208d" * 4,
        "officer": "Officer 4471",
        "agency": "GBR/EELO",
        "portion": _portion,
        "created": "2026-11-20T18:00:00Z",
        "copy": 2,
        "copies": 5,
        "handling": "Store locked.",
        "qr_payload": "BRIEFCASE1:0123",
        "fingerprint_words": ("temple", "granite"),
    }
    return CaseSummary(**(values | more))


def _pdf(content: CaseSummary, paper: str = "a4") -> bytes:
    out = io.BytesIO()
    case_summary(content, out, paper=paper)
    return out.getvalue()


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def _every_kind() -> tuple[Record, ...]:
    return tuple(
        kind(id=_id(100 + number), label=LABEL, created="2026-11-20T18:00:00Z")
        for number, kind in enumerate(KINDS.values())
        if kind not in (Case, TearLine)
    )


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_page_is_marked_and_numbered(paper: str) -> None:
    pages = _pages(_pdf(_content(tuple(_party(number, f"Company {number}") for number in range(10, 110))), paper))
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert text.count("OFFICIAL: SENSITIVE") == 2
        assert "EE-LO-2026-00417" in text
        assert "Copy 2 of 5" in text
        assert "d811803a fb70208d" in text
        assert f"Page {number} of {len(pages)}" in text
    assert "(continued)" in pages[1]


def test_hostile_names_are_printed_as_they_are() -> None:
    names = ("<img src=/etc/passwd>", "A & B <Ltd>", "{%s} %(x)s \\n (a) ]TJ")
    parties = tuple(_party(10 + number, name) for number, name in enumerate((*names, "e\u202ev", "x" * 200)))
    text = "\n".join(_pages(_pdf(_content(parties))))
    for name in names:
        assert name in text
    assert "e<RLO>v" in text
    assert text.count("x") >= 200
    assert "Meridian <b>RF</b>" in text


def test_a_script_without_a_face_is_printed_in_its_latin_form() -> None:
    party = _party(10, "আল নূর", "Al Noor")
    note = Note(id=_id(11), label=LABEL, title="N", text="Paid by আল নূর today.")
    text = "\n".join(_pages(_pdf(_content((party, note)))))
    assert "[Bengali script]" in text
    assert "Paid by Al Noor [Bengali] today." in text
    assert "আ" not in text


def test_a_name_from_the_right_is_printed_as_it_is_written() -> None:
    party = _party(10, "شركة النور", "Al Noor")
    text = "\n".join(_pages(_pdf(_content((party,)))))
    assert "شركة" in text
    assert "النور" in text
    assert "script]" not in text


def test_every_kind_can_be_printed() -> None:
    records = _every_kind()
    text = "\n".join(_pages(_pdf(_content(records))))
    assert {kind_of(record) for record in records} == set(KINDS) - {"case", "tear_line"}
    for heading in ("Parties", "Red flags", "Tips", "Tasks", "Links", "Licences", "Joint operations"):
        assert heading in text


def test_a_reference_to_an_absent_record_leaves_no_trace() -> None:
    absent = _id(77)
    link = Link(id=_id(11), label=LABEL, role="owns", from_id=_id(10), to_id=absent, evidence=(absent,))
    shipment = Shipment(id=_id(12), label=LABEL, title="S", true_end_user=absent, legs=(Leg(origin="A"),))
    pdf = _pdf(_content((_party(10, "Company"), link, shipment)))
    assert absent not in "\n".join(_pages(pdf))
    assert "True end user" not in "\n".join(_pages(pdf))


def test_no_id_is_printed_whatever_points_to_what_and_has_a_date() -> None:
    other = _id(10)
    pointing = []
    for record in _every_kind():
        kind = kind_of(record)
        ends = {one.name: (other,) if getattr(record, one.name) == () else other for one in reference_fields(kind)}
        days = {name: "2026-01-02" for name in DATES.get(kind, ()) if name}
        pointing.append(msgspec.structs.replace(record, **{**ends, "case_ids": (), **days}))
    pages = _pages(_pdf(_content((_party(10, "Company"), *pointing))))
    text = "\n".join(pages).replace("\ufffe", "")
    assert "Figure 1" in text
    assert "00000000-" not in text


def test_the_same_content_gives_the_same_bytes() -> None:
    content = _content((_party(10, "深圳市恒晟"), *_every_kind()))
    assert _pdf(content) == _pdf(content)


def test_the_file_says_nothing_about_this_machine() -> None:
    pdf = _pdf(_content(_every_kind()))
    assert pdf.count(b"%%EOF") == 1
    for word in (b"/JavaScript", b"/AcroForm", b"/OpenAction", b"/EmbeddedFile", b"/Helvetica", b"/Annots"):
        assert word not in pdf
    assert b"/Lang (en)" in pdf
    document = pypdfium2.PdfDocument(pdf)
    try:
        facts = document.get_metadata_dict()
        outline = [entry.get_title() for entry in document.get_toc()]
    finally:
        document.close()
    assert (facts["Producer"], facts["Creator"], facts["Author"]) == ("Briefcase", "Briefcase", "GBR/EELO")
    assert facts["Title"] == "Meridian <b>RF</b>"
    assert facts["CreationDate"] == facts["ModDate"] == "D:20000101000000+00'00'"
    assert outline[:2] == ["Key judgements", "Parties"]


def test_a_caption_carries_the_join_of_its_rows() -> None:
    strict = Party(id=_id(11), label=LABEL, party_kind="company", names=(Name(text="Strict"),))
    text = "\n".join(_pages(_pdf(_content((_party(10, "Open"), strict)))))
    assert "Table 1 (O-S) Parties" in re.sub(r"\s+", " ", text)


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nothing_is_cut_however_long_it_is(paper: str) -> None:
    case = Case(
        id=_id(1),
        label=LABEL,
        title="深" * 1990 + " titleend",
        legal_basis="basis " * 3000 + "basisend",
        summary="word " * 3000 + "summaryend",
    )
    note = Note(id=_id(12), label=LABEL, title="t " * 900 + "noteend", text="x" * 9000 + " textend")
    long = _party(10, "x" * 1900 + " nameend", "latin " * 300 + "latinend")
    content = _content((long, note), case=case, handling="handle " * 3000 + "handlingend")
    text = "\n".join(_pages(_pdf(content, paper)))
    for word in ("title", "basis", "summary", "note", "text", "name", "latin", "handling"):
        assert f"{word}end" in re.sub(r"\s", "", text)


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(UnknownPaper):
        _pdf(_content(()), "a5")


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="poppler is not installed")
def test_poppler_reads_it_and_every_font_is_embedded(tmp_path: Path) -> None:
    file = tmp_path / "case.pdf"
    file.write_bytes(_pdf(_content((_party(10, "株式会社髙橋製作所"), _party(11, "주식회사 한국"), *_every_kind()))))
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(fonts) > 5
    assert all(re.search(r"Identity-H +yes yes yes", line) for line in fonts)
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "株式会社髙橋製作所" in text
    assert "주식회사 한국" in text


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "case.pdf"
    file.write_bytes(_pdf(_content(_every_kind()), "letter"))
    subprocess.run(["qpdf", "--check", file], capture_output=True, check=True)
