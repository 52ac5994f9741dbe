"""What the window asks of attachments: any source, by page and width, in words when it cannot be."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from briefcase.records.kinds import Document
from briefcase.services import viewing
from briefcase.services.errors import NothingAttached
from briefcase.services.receiving import Received
from briefcase.services.session import Session
from briefcase.viewer import errors, frame, picture

DEMO = Path(__file__).resolve().parents[3] / "resources" / "demo"


def pdf(pages: int) -> bytes:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(60, 80))
    for number in range(pages):
        sheet.drawString(5, 40, str(number))
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def png(width: int, height: int) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (9, 120, 30)).save(out, "PNG")
    return out


def bomb() -> bytes:
    """A PNG that claims 60,000 x 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


def self_recursive_pdf() -> bytes:
    """A form that draws itself twice, which the standard forbids."""
    content, body = b"/F Do", b"/F Do /F Do"
    sheet = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length %d>>" % len(body)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        sheet,
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"%s\nstream\n%s\nendstream" % (form, body),
    )
    text = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + text + b"trailer\n<</Root 1 0 R>>\n"


@pytest.mark.parametrize("name", ["invoice.pdf", "statement.pdf"])
def test_the_demonstration_documents_are_shown(name: str) -> None:
    with (DEMO / name).open("rb") as source:
        assert viewing.pages_of(source) >= 1
        shown = viewing.render(source, 0, 300)
    assert shown.width in (299, 300)
    assert len(shown.rgb) == shown.width * shown.height * 3
    assert len(set(shown.rgb)) > 10


def test_an_image_takes_the_width_that_was_asked_for_and_no_more_than_it_has() -> None:
    source = png(200, 400)
    assert viewing.pages_of(source) == 1
    assert [(s.width, s.height) for s in (viewing.render(source, 0, 100), viewing.render(source, 0, 900))] == [
        (100, 200),
        (200, 400),
    ]
    assert viewing.render(png(100, 8000), 0, 100).height == frame.MOST_PIXELS


def test_pages_are_counted_without_drawing_and_foreign_ones_end_at_the_limit() -> None:
    document = pdf(53)
    foreign, own = io.BytesIO(document), viewing.pdf_source(document)
    assert (viewing.pages_of(foreign), viewing.pages_of(own)) == (53, 53)
    with pytest.raises(errors.PageBeyond) as refused:
        viewing.render(foreign, 50, 60)
    assert refused.value.facts == {"page": 51, "most": 50}
    assert viewing.render(own, 52, 60).page_count == 53
    with pytest.raises(errors.PageBeyond):
        viewing.render(own, 53, 60)


def test_a_bomb_is_called_too_big() -> None:
    for act in (viewing.pages_of, lambda source: viewing.render(source, 0, 100)):
        with pytest.raises(errors.DocumentTooBig):
            act(io.BytesIO(bomb()))


def test_a_form_that_draws_itself_ends_by_the_clock() -> None:
    limits = picture.Limits(wall=0.5)
    started = time.monotonic()
    with pytest.raises((errors.TookTooLong, errors.ViewerStopped)):
        picture.render(io.BytesIO(self_recursive_pdf()), 0, 200, limits=limits)
    assert time.monotonic() - started < 10


def test_what_is_neither_picture_nor_pdf_is_refused() -> None:
    for act in (viewing.pages_of, lambda source: viewing.render(source, 0, 100)):
        with pytest.raises(errors.NotAPicture):
            act(io.BytesIO(b"just words"))


def test_types_that_can_be_shown() -> None:
    assert viewing.can_show("application/pdf")
    assert viewing.can_show("Image/PNG; x=1")
    assert not viewing.can_show("text/html")
    assert not viewing.can_show("")


def test_a_record_without_a_file_is_said() -> None:
    empty = cast("Document", SimpleNamespace(sha256=""))
    with pytest.raises(NothingAttached):
        viewing.attachment(cast("Session", None), empty)
    with pytest.raises(NothingAttached):
        viewing.bundle_attachment(cast("Received", None), empty)


def is_running(process: Path) -> bool:
    try:
        return process.joinpath("stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the death signal is Linux's")
def test_a_child_that_draws_for_ever_ends_with_its_parent() -> None:
    script = (
        "import io, sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from briefcase.viewer import frame, picture\n"
        "document = sys.stdin.buffer.read()\n"
        "request = frame.Request(frame.Wanted.PDF, 0, 200, 200, len(document))\n"
        "with picture._child(picture.DEFAULT) as (child, watch):\n"
        "    picture._hello(child, watch, picture.DEFAULT)\n"
        "    picture._feed(child, io.BytesIO(document), request)\n"
        "    print(child.pid, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-B", "-c", script, picture._SOURCE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(self_recursive_pdf())
        parent.stdin.close()
        child = Path("/proc") / parent.stdout.readline().decode("ascii").strip()
        time.sleep(0.3)
        assert is_running(child)
        parent.kill()
    deadline = time.monotonic() + 5
    while is_running(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)
