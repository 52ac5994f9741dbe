"""Nothing withheld is anywhere in a partner's copy on paper; every place that is looked at is seen to find a leak."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures, or go through to the true function
from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from briefcase.paper.breaking import Span
from briefcase.paper.drawing import Drawing
from briefcase.records.kinds import kind_of
from briefcase.services import cases, printing
from briefcase.services.clearing import deciding
from briefcase.services.errors import NothingReleased
from briefcase.services.papers.errors import NoSheetOfKind

MARK = "QZXMARKER"
ALL = "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"
AUS_ONLY = "EXERCISE OFFICIAL//REL TO USA, AUS"
GBR_ONLY = "EXERCISE OFFICIAL//REL TO USA, GBR"
_STREAM = re.compile(rb"stream\r?\n(.*?)(?:\r?\n)?endstream", re.DOTALL)
_MAPPED = re.compile(rb"<[0-9A-F]{4}> <([0-9A-F]+)>")


def _streams(pdf: bytes) -> list[bytes]:
    """Return every stream as it is and, where it is ASCII 85 or Flate or both, opened."""
    out = []
    for raw in _STREAM.findall(pdf):
        out.append(raw)
        for data in (raw, _ascii85(raw)):
            opened = zlib.decompressobj()
            try:
                out.append(opened.decompress(data))
            except zlib.error:
                continue
    return out


def _ascii85(raw: bytes) -> bytes:
    try:
        return base64.a85decode(raw.strip().removesuffix(b"~>"))
    except ValueError:
        return b""


def in_bytes(pdf: bytes) -> str:
    """Return the whole file and all its opened streams, as Latin letters and as UTF-16."""
    whole = b"\n".join((pdf, *_streams(pdf)))
    return whole.decode("latin-1") + whole.replace(b"\0", b"").decode("latin-1") + _hexes(whole)


def _hexes(whole: bytes) -> str:
    """Return what is written in hexadecimal strings."""
    found = re.findall(rb"<((?:[0-9A-Fa-f]{2}){4,})>", whole)
    return b"\n".join(bytes.fromhex(one.decode()).replace(b"\0", b"") for one in found).decode("latin-1")


def in_maps(pdf: bytes) -> str:
    """Return all letters of each ToUnicode map, sorted, a map a line: a text needs its letters there."""
    maps = [_MAPPED.findall(stream) for stream in _streams(pdf) if b"beginbfchar" in stream]
    return "\n".join("".join(bytes.fromhex(one.decode()).decode("utf-16-be") for one in each) for each in maps)


def in_pdfium(pdf: bytes) -> str:
    """Return the text of whole pages, off the page and invisible included."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for page in document:
            text = page.get_textpage()
            count = pdfium.FPDFText_CountChars(text)
            texts.append("".join(chr(pdfium.FPDFText_GetUnicode(text, index)) for index in range(count)))
        return "".join("\n".join(texts).split())
    finally:
        document.close()


def in_facts(pdf: bytes) -> str:
    """Return metadata, outline and names of attached files."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        outline = [entry.get_title() for entry in document.get_toc()]
        files = [document.get_attachment(index).get_name() for index in range(document.count_attachments())]
        return "\n".join([*document.get_metadata_dict().values(), *outline, *files])
    finally:
        document.close()


def in_poppler(pdf: bytes) -> str:
    """Return what poppler finds on pages, without crop."""
    done = subprocess.run(["pdftotext", "-raw", "-nopgbrk", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


PLACES = {"bytes": in_bytes, "pdfium": in_pdfium, "facts": in_facts}
if shutil.which("pdftotext"):
    PLACES["poppler"] = in_poppler


def _leaky(leak) -> bytes:
    """Return a page that is innocent but for what *leak* does to its drawing."""
    drawing = Drawing((595.0, 842.0), title="Innocent", author="", language="en")
    drawing.text(30, 800, "Nothing here", 10)
    leak(drawing)
    drawing.canvas.showPage()
    out = io.BytesIO()
    drawing.finish(out)
    return out.getvalue()


LEAKS = {
    "text": (("pdfium", "poppler"), lambda d: d.text(30, 700, MARK, 10)),
    "text off the page": (("pdfium",), lambda d: d.text(30, -900, MARK, 10)),
    "invisible text": (("pdfium", "poppler"), lambda d: d.line(30, 700, d.lines((Span(MARK),), 500, 0.1)[0], 0.1)),
    "a comment in a stream": (("bytes",), lambda d: d.canvas.addLiteral(f"% {MARK}")),
    "the outline": (("bytes", "facts"), lambda d: d.outline(MARK, "k", 0, 10)),
    "metadata": (("bytes", "facts"), lambda d: d.canvas.setKeywords(MARK)),
    "an annotation": (("bytes",), lambda d: d.canvas.textAnnotation(MARK, Rect=(0, 0, 1, 1))),
    "an actual text": (("bytes",), lambda d: d.canvas.addLiteral(f"/Span <</ActualText ({MARK})>> BDC EMC")),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(name):
    places, leak = LEAKS[name]
    pdf = _leaky(leak)
    for place in places:
        if place in PLACES:
            assert MARK in PLACES[place](pdf), place


def test_an_innocent_page_is_clean():
    pdf = _leaky(lambda _drawing: None)
    assert not any(MARK in look(pdf) for look in PLACES.values())
    assert "ZX" not in in_maps(pdf)
    assert {"Q", "Z"} <= set(in_maps(_leaky(LEAKS["text"][1])))


def _planted(world) -> tuple[str, list[str]]:
    """Write a case in which everything that GBR may not have carries the mark; return it and the ids of that."""
    add = world.add
    kept = []

    def plant(kind, marking=AUS_ONLY, **fields):
        record = add(world.usa, kind, marking, case, **fields)
        kept.append(record.id)
        return record.id

    case = add(world.usa, "case", title="The case", summary="A summary.").id
    open_ = add(world.usa, "party", case=case, party_kind="company", names=[{"text": "Open Company"}]).id
    names = [{"text": f"{MARK} Ltd", "latin": MARK}, {"text": f"شركة {MARK}", "latin": MARK}]
    secret = plant("party", party_kind="company", names=names, remarks=MARK, countries=["TR"])
    plant("transaction", purpose=MARK, payer=open_, payee=secret, transaction_kind="wire")
    plant("link", role="owns", from_id=secret, to_id=open_)
    plant("shipment", title=MARK, consignee=secret, legs=[{"origin": MARK, "destination": MARK, "carrier": MARK}])
    plant("note", title=MARK, text=MARK, about=[open_])
    document = plant("document", title=MARK)
    cases.attach_stream(world.usa, document, io.BytesIO(MARK.encode()), f"{MARK}.txt", len(MARK))
    add(world.usa, "tip", case=case, text="A tip", source=f"{MARK} source", about=[secret, open_])
    add(world.usa, "tear_line", GBR_ONLY, case, text="Ran through a third country.", stands_for=[secret])
    return case, kept


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_partners_copy_has_no_trace_of_what_is_withheld(world, paper):
    case, kept = _planted(world)
    pdf = printing.case_pdf_bytes(world.usa, case, paper=paper, for_contact=world.contact(world.usa, world.gbr)).data
    assert "OpenCompany" in in_pdfium(pdf)
    for place, look in PLACES.items():
        found = look(pdf)
        assert MARK not in found, place
        assert not any(record_id in found for record_id in kept), place
    assert world.aus.fingerprint not in in_bytes(pdf)


def test_a_partners_profile_and_route_sheet_have_no_trace_either(world):
    case, kept = _planted(world)
    party = next(one for one in cases.case_records(world.usa, case) if kind_of(one) == "party" and one.id not in kept)
    legs = [{"origin": "Portland", "destination": "Istanbul"}]
    shipment = world.add(world.usa, "shipment", ALL, case, title="Open way", consignee=kept[0], legs=legs)
    contact = world.contact(world.usa, world.gbr)
    for record, words in ((party, "OpenCompany"), (shipment, "Openway")):
        pdf = printing.record_pdf_bytes(world.usa, record.id, for_contact=contact).data
        assert words in in_pdfium(pdf)
        for place, look in PLACES.items():
            found = look(pdf)
            assert MARK not in found, place
            assert not any(record_id in found for record_id in kept), place
    with pytest.raises(NothingReleased):
        printing.record_pdf_bytes(world.usa, kept[0], for_contact=contact)
    assert MARK in in_pdfium(printing.record_pdf_bytes(world.usa, party.id).data)


def test_there_is_no_document_of_a_note(world):
    note = world.add(world.usa, "note", title="T", text="Words")
    with pytest.raises(NoSheetOfKind):
        printing.record_pdf_bytes(world.usa, note.id)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_our_own_copy_has_the_mark_and_says_nothing_of_this_machine(world, paper):
    case, _kept = _planted(world)
    pdf = printing.case_pdf_bytes(world.usa, case, paper=paper).data
    for place, look in PLACES.items():
        assert (MARK in look(pdf)) == (place in ("pdfium", "poppler")), place
    whole = in_bytes(pdf)
    for trace in (str(world.folder), str(Path.home()), "ReportLab", "reportlab", "resources"):
        assert trace not in whole, trace


def test_a_page_made_of_everything_is_caught(world, monkeypatch):
    """The check of a partner's copy fails when release lets everything through."""
    case, _kept = _planted(world)
    monkeypatch.setattr(deciding, "released_views", lambda _session, records, _decisions, _contact: list(records))
    pdf = printing.case_pdf_bytes(world.usa, case, for_contact=world.contact(world.usa, world.gbr)).data
    assert MARK in in_pdfium(pdf)
