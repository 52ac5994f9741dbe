"""The documents of one record: a party, a shipment, an operation; what stands on them, in both formats."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from briefcase.paper.content import Banner, Focus
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow
from briefcase.paper.focus import _Sheet, focus_sheet
from briefcase.paper.page import Frame, Sheet
from briefcase.paper.route import _rows
from briefcase.records.kinds import Link, Operation, Party, Record, Shipment, Task
from briefcase.records.label import Label
from briefcase.records.values import IdentifierValue, Leg, Name, PostalAddress

LABEL = Label(marking="O-S", policy="GBR", level="OFFICIAL")


def _id(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012d}"


PARTY = Party(
    id=_id(1),
    label=LABEL,
    party_kind="company",
    names=(
        Name(text="شركة النور للتجارة", latin="Al Noor", lang="ar", kind="primary"),
        Name(text="<img src=/etc/passwd>", kind="alias"),
        Name(text="阿努尔贸易", lang="zh", kind="alias"),
    ),
    addresses=(PostalAddress(full="P.O. Box 1, Dubai", country="AE"),),
    identifiers=(IdentifierValue(scheme="tax", value="100-200", country="AE"),),
    remarks="A remark of some length. " * 20,
)
LEGS = (
    Leg(origin="Portland", origin_country="US", destination="Istanbul", destination_country="TR", date="2026-01-14"),
    Leg(origin="Istanbul", origin_country="TR", destination="Almaty", destination_country="KZ", conveyance="ES 77"),
)
SHIPMENT = Shipment(
    id=_id(2),
    label=LABEL,
    title="FPGAs",
    legs=LEGS,
    consignee=PARTY.id,
    declared_destination="TR",
    diversion_point="Istanbul Airport",
)
OPERATION = Operation(id=_id(3), label=LABEL, title="Operation Lantern", objectives=("Stop it",), lead="USA/BIS")
TASK = Task(id=_id(4), label=LABEL, title="Ask the carrier", operation=OPERATION.id, owner_agency="GBR/HMRC")
LINK = Link(id=_id(5), label=LABEL, role="owns", from_id=_id(99), to_id=PARTY.id)
FOCI = {"party": (PARTY, SHIPMENT, LINK), "shipment": (SHIPMENT, PARTY), "operation": (OPERATION, TASK)}


def _pdf(record: Record, *records: Record, paper: str = "a4") -> bytes:
    out = io.BytesIO()
    content = Focus(
        record=record,
        records=records,
        banner=Banner("OFFICIAL: SENSITIVE", "RELEASABLE TO GBR"),
        control_number="EE-2026-1",
        audit_head="ab" * 32,
        officer="Dana",
        agency="USA/BIS",
        created="2026-11-20T18:00:00Z",
        portion=lambda labels: max((label.marking for label in labels), key=len, default=""),
        qr_payload="BRIEFCASE/1/AB",
    )
    focus_sheet(content, out, paper=paper)
    return out.getvalue()


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return re.sub(r"\s+", " ", "\n".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


def test_a_profile_has_every_name_and_who_has_to_do_with_it() -> None:
    text = _text(_pdf(*FOCI["party"]))
    for words in ("PARTY PROFILE", "للتجارة", "<img src=/etc/passwd>", "阿努尔贸易", "P.O. Box 1", "100-200", "FPGAs"):
        assert words in text
    assert text.count("A remark of some length.") == 20
    assert "00000000-" not in text


def test_a_route_sheet_has_its_way_and_shows_where_it_was_left() -> None:
    text = _text(_pdf(*FOCI["shipment"]))
    for words in ("ROUTE SHEET", "Figure 1", "Portland", "Almaty", "ES 77", "2026-01-14", "Legs of S1"):
        assert words in text
    straight = msgspec.structs.replace(SHIPMENT, diversion_point="", declared_destination="KZ")
    assert [_red(SHIPMENT), _red(straight)] == [1, 0]


def _red(shipment: Shipment) -> int:
    """Return how many stops are drawn in red."""
    drawing = Drawing((595.0, 842.0), title="t", author="a", language="en")
    content = Focus(
        record=shipment,
        records=(),
        banner=Banner(""),
        control_number="",
        audit_head="",
        officer="",
        agency="",
        created="",
        portion=lambda _labels: "",
    )
    sheet = _Sheet(content, Flow(Sheet(drawing, Frame(Banner(""), "", "", "", ""))), "")
    return sum(stop.red for stop in sheet._stops())


def test_a_plan_has_its_tasks() -> None:
    text = _text(_pdf(*FOCI["operation"]))
    for words in ("OPERATION PLAN", "Operation Lantern", "Stop it", "Ask the carrier", "GBR/HMRC"):
        assert words in text


def test_every_part_of_a_long_way_is_drawn() -> None:
    stops = list(range(12))
    rows = _rows(stops)
    assert [pair for row in rows for pair in pairwise(row)] == list(pairwise(stops))


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("kind", FOCI)
def test_every_page_is_marked_and_the_bytes_are_the_same_each_time(kind: str, paper: str, tmp_path: Path) -> None:
    pdf = _pdf(*FOCI[kind], paper=paper)
    assert pdf == _pdf(*FOCI[kind], paper=paper)
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert all(text.count("OFFICIAL: SENSITIVE") == 2 and "EE-2026-1" in text for text in pages)
    if shutil.which("qpdf"):
        file = tmp_path / "sheet.pdf"
        file.write_bytes(pdf)
        subprocess.run(["qpdf", "--check", file], capture_output=True, check=True)


def test_the_plan_of_an_operation_has_its_days_on_a_line_of_time() -> None:
    plan = msgspec.structs.replace(OPERATION, start="2026-02", action_day="2026-02-10")
    early = msgspec.structs.replace(TASK, due="2026-01-30")
    text = _text(_pdf(plan, early))
    assert "2026-02-10 J1 Operation Lantern" in text
    assert "2026-01-30 K1 Ask the carrier" in text
    assert "Figure 1 (O-S) Course of events" in text
    assert _pdf(plan, early) == _pdf(plan, early)


def test_one_day_alone_is_no_course_of_events() -> None:
    assert "Course of events" not in _text(_pdf(OPERATION, msgspec.structs.replace(TASK, due="2026-01-30")))


def test_a_chart_says_who_has_to_do_with_what_and_nothing_of_what_is_not_here() -> None:
    text = _text(_pdf(SHIPMENT, PARTY, LINK))
    assert "Who has to do with what" in text
    chart = text[: text.index("Who has to do with what")]
    assert "Consignee" in chart
    assert "Owns" not in chart
    assert "Who has to do with what" not in _text(_pdf(SHIPMENT, LINK))
