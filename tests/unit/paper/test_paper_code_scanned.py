"""The code on the first page of every document, read from a scan of 150 dots per inch."""

from __future__ import annotations

import dataclasses
import io

import pypdfium2
import pytest
import zxingcpp
from PIL import ImageFilter

from briefcase.paper.case_summary import case_summary
from briefcase.paper.content import Banner, CaseSummary, Content, Focus
from briefcase.paper.focus import focus_sheet
from briefcase.records.kinds import Case, Operation, Party, Record, Shipment
from briefcase.records.label import Label

PAYLOAD = "BRIEFCASE/1/" + "0123456789ABCDEF" * 4
LABEL = Label(marking="OFFICIAL", policy="GBR", level="OFFICIAL")
ID = "00000000-0000-7000-8000-000000000001"
CASE = Case(id=ID, label=LABEL, title="Pumps")
RECORDS: dict[str, Record] = {
    "case": CASE,
    "party": Party(id=ID, label=LABEL, party_kind="company"),
    "shipment": Shipment(id=ID, label=LABEL),
    "operation": Operation(id=ID, label=LABEL, title="Lantern"),
}


def _set(kind: str, paper: str) -> bytes:
    record = RECORDS[kind]
    content = Focus(
        record=record,
        records=(),
        banner=Banner("OFFICIAL", "RELEASABLE TO GBR"),
        control_number="EE-2026-1",
        audit_head="ab" * 32,
        officer="Dana",
        agency="USA/BIS",
        created="2026-11-20T18:00:00Z",
        portion=lambda _labels: "O",
        qr_payload=PAYLOAD,
    )
    out = io.BytesIO()
    if isinstance(record, Case):
        common = {each.name: getattr(content, each.name) for each in dataclasses.fields(Content)}
        case_summary(CaseSummary(case=record, **common), out, paper=paper)
    else:
        focus_sheet(content, out, paper=paper)
    return out.getvalue()


def _scanned(pdf: bytes) -> list[str]:
    """Return the codes on the first page, blurred as a scanner does."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=150 / 72).to_pil().convert("L").filter(ImageFilter.GaussianBlur(0.8))
    finally:
        document.close()
    return [one.text for one in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_the_code_of_a_document_is_read_from_a_scan(kind: str, paper: str) -> None:
    assert _scanned(_set(kind, paper)) == [PAYLOAD]
