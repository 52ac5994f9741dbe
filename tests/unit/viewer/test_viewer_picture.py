"""Real documents become pixels; bad ones become a sentence; nothing touches the disk."""

from __future__ import annotations

import io
import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from briefcase.errors import BriefcaseError
from briefcase.viewer import errors, frame, picture
from briefcase.viewer.picture import Limits, render_image, render_pdf_page

RED = (200, 30, 40)


class Changed(BriefcaseError):
    """What a verifying source raises."""

    code = "TEST_CHANGED"


def pdf(pages: int = 2, size: tuple[float, float] = (300, 200)) -> bytes:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=size)
    for number in range(pages):
        sheet.setFillColorRGB(*(value / 255 for value in RED))
        sheet.rect(0, 0, size[0] / 2, size[1], fill=1, stroke=0)
        sheet.drawString(size[0] / 2, size[1] / 2, f"Page {number + 1}")
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def hand_made_pdf(objects: list[bytes]) -> bytes:
    """Join PDF objects without a cross-reference table; readers rebuild it."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R >>\n"


def form(number: int) -> bytes:
    """A form that draws the next one twenty times."""
    stream = b"/F Do " * 20
    head = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >> /Length %d >>"
        % (
            number + 1,
            len(stream),
        )
    )
    return head + b"\nstream\n" + stream + b"\nendstream"


def bottomless_pdf(depth: int = 12) -> bytes:
    """A page whose drawing would take 20 to the power of *depth* steps."""
    content = b"/F Do"
    head = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    last = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 9 >>\nstream\n0 0 5 5 re f\nendstream"
    return hand_made_pdf([*head, *(form(5 + level) for level in range(depth)), last])


def image(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, RED).convert(mode).save(out, kind, **options)
    return out.getvalue()


def pixel(shown: picture.Picture, x: int, y: int) -> tuple[int, ...]:
    at = (y * shown.width + x) * 3
    return tuple(shown.rgb[at : at + 3])


def is_near(found: tuple[int, ...], wanted: tuple[int, ...] = RED, most: int = 12) -> bool:
    return all(abs(one - other) <= most for one, other in zip(found, wanted, strict=True))


def test_a_page_is_drawn_right_way_round() -> None:
    shown = render_pdf_page(io.BytesIO(pdf()), 1, 600)
    assert (shown.page_count, len(shown.rgb)) == (2, shown.width * shown.height * 3)
    assert 598 <= shown.width <= 600
    assert 398 <= shown.height <= 401
    assert is_near(pixel(shown, 20, 20))
    assert pixel(shown, shown.width - 20, 20) == (255, 255, 255)


def test_a_tall_page_stays_inside_the_limit() -> None:
    shown = render_pdf_page(io.BytesIO(pdf(1, (50, 5000))), 0, 4000)
    assert shown.height <= frame.MOST_PIXELS
    assert shown.width <= 41


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "CMYK", {}),
        ("GIF", "P", {}),
        ("BMP", "RGB", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("TIFF", "RGB", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "RGB", {"compression": "tiff_deflate"}),
    ],
)
def test_every_type_of_image_is_shown(kind: str, mode: str, options: dict[str, object]) -> None:
    shown = render_image(io.BytesIO(image(kind, mode=mode, **options)), 30)
    assert (shown.width, shown.height, shown.page_count) == (30, 20, 1)
    assert is_near(pixel(shown, 15, 10))


def test_a_fax_of_two_pages_is_shown_page_by_page() -> None:
    out = io.BytesIO()
    pages = [Image.new("1", (64, 64), value) for value in (0, 1)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    first, second = (render_image(out, 64, page) for page in (0, 1))
    assert (first.page_count, pixel(first, 5, 5), pixel(second, 5, 5)) == (2, (0, 0, 0), (255, 255, 255))
    with pytest.raises(errors.PageBeyond):
        render_image(out, 64, 2)


def test_a_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    shown = render_image(io.BytesIO(image("JPEG", exif=exif)), 60)
    assert (shown.width, shown.height) == (40, 60)


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert render_image(out, 4).rgb == b"\xff" * 48


def test_the_first_bytes_decide_and_not_the_caller() -> None:
    with pytest.raises(errors.NotAPicture):
        render_pdf_page(io.BytesIO(image("PNG")), 0, 100)
    with pytest.raises(errors.NotAPicture):
        render_image(io.BytesIO(pdf()), 100)
    assert picture.kind_of(io.BytesIO(image("WEBP"))) == "WEBP"
    assert frame.kind_of(b"junk before\n%PDF-1.7") == "PDF"


@pytest.mark.parametrize(
    "document", [b"", b"MZ\x90\x00", b"<html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04"]
)
def test_what_is_no_picture_is_refused_without_a_process(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture.subprocess, "Popen", None)
    with pytest.raises(errors.NotAPicture):
        render_image(io.BytesIO(document), 100)


@pytest.mark.parametrize(
    "document",
    [
        image("JPEG", (400, 400))[:-900],
        image("PNG")[:60],
        b"GIF89a" + bytes(40),
        b"BM" + bytes(90),
        b"II*\x00" + b"\xff" * 90,
        b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(20),
    ],
    ids=["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"],
)
def test_a_damaged_image_is_said(document: bytes) -> None:
    with pytest.raises(errors.DocumentDamaged):
        render_image(io.BytesIO(document), 100)


def test_a_damaged_pdf_is_said() -> None:
    with pytest.raises(errors.DocumentDamaged):
        render_pdf_page(io.BytesIO(b"%PDF-1.7\n" + b"garbage " * 100), 0, 100)


def test_a_pdf_with_a_password_is_said() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, encrypt="secret")
    sheet.drawString(9, 9, "x")
    sheet.save()
    with pytest.raises(errors.DocumentLocked):
        render_pdf_page(out, 0, 100)


def test_pages_that_are_not_there_or_beyond_the_limit_are_refused() -> None:
    document = io.BytesIO(pdf(52, (20, 20)))
    assert render_pdf_page(document, 49, 20).page_count == 52
    for page in (50, 51, 4000, -1):
        with pytest.raises(errors.PageBeyond):
            render_pdf_page(document, page, 20)
    with pytest.raises(errors.PageBeyond):
        render_pdf_page(io.BytesIO(pdf(2)), 2, 20)


def test_an_image_of_monstrous_size_is_refused_before_it_is_unpacked() -> None:
    document = bytearray(image("PNG"))
    document[16:24] = struct.pack(">II", 60_000, 60_000)
    document[29:33] = struct.pack(">I", zlib.crc32(document[12:29]))
    with pytest.raises((errors.DocumentTooBig, errors.DocumentDamaged)):
        render_image(io.BytesIO(bytes(document)), 100)


def test_a_document_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "MOST_BYTES", 100)
    with pytest.raises(errors.DocumentTooBig):
        render_image(io.BytesIO(image("BMP")), 100)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no limit of processor time on Windows")
def test_a_page_that_never_ends_is_stopped_by_its_processor_time() -> None:
    with pytest.raises(errors.TookTooLong):
        render_pdf_page(io.BytesIO(bottomless_pdf()), 0, 200, limits=Limits(cpu=1))


def test_a_page_that_never_ends_is_stopped_by_the_clock() -> None:
    with pytest.raises(errors.TookTooLong):
        render_pdf_page(io.BytesIO(bottomless_pdf()), 0, 200, limits=Limits(wall=0.3))


def test_a_source_that_fails_to_verify_passes_its_own_error_on() -> None:
    class Source(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 1_000_000:
                raise Changed
            return super().read(size)

    with pytest.raises(Changed):
        render_image(Source(image("BMP", (1000, 1000))), 100)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("", errors.ViewerCannotStart),
        ("out(b'NOPE' + bytes(4))", errors.ViewerCannotStart),
        ("hello()", errors.ViewerStopped),
        (
            "hello(); read(); out(b'BFV1' + bytes([0]) + struct.pack('>III', 1, 11, 1) + bytes(33))",
            errors.ViewerStopped,
        ),
        ("hello(); read(); out(b'BFV1' + bytes([0]) + struct.pack('>III', 1, 2, 2) + bytes(11))", errors.ViewerStopped),
        ("hello(); read(); out(b'BFV1' + bytes([0]) + struct.pack('>III', 1, 2, 2) + bytes(13))", errors.ViewerStopped),
        (
            "hello(); read(); out(b'BFV1' + bytes([99]) + struct.pack('>III', 1, 2, 2) + bytes(12))",
            errors.ViewerStopped,
        ),
        ("hello(); read(); out(b'BFV1' + bytes([1]) + struct.pack('>III', 1, 2, 2))", errors.NotAPicture),
        ("hello(); read(); os.kill(os.getpid(), 9)", errors.ViewerStopped),
        (
            "hello(); read(); out(b'BFV1' + bytes([0]) + struct.pack('>III', 1, 2, 2)); time.sleep(60)",
            errors.TookTooLong,
        ),
        ("hello(); time.sleep(60)", errors.TookTooLong),
    ],
)
def test_a_child_that_lies_or_dies_is_not_believed(
    script: str, error: type[BriefcaseError], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = (
        "import os, struct, sys, time\n"
        "out = lambda data: (sys.stdout.buffer.write(data), sys.stdout.buffer.flush())\n"
        "hello = lambda: out(b'BFV1' + bytes(4))\n"
        "read = lambda: sys.stdin.buffer.read()\n" + script
    )
    monkeypatch.setattr(picture, "_START", start)
    with pytest.raises(error):
        render_image(io.BytesIO(image("PNG", (4, 4))), 10, limits=Limits(feed=1, wall=0.5))


def test_every_protection_of_this_system_is_in_force() -> None:
    given = picture.protections()
    if sys.platform.startswith("linux"):
        wanted = (
            frame.Protection.MEMORY
            | frame.Protection.PROCESSOR_TIME
            | frame.Protection.WRITING
            | frame.Protection.NEW_FILES
        )
        assert given & wanted == wanted
        if platform.machine() in ("x86_64", "aarch64"):
            assert frame.Protection.SYSTEM_CALLS in given


ATTEMPTS = """
import sys; sys.path.insert(0, sys.argv[1])
import os, socket, subprocess
from briefcase.viewer import limits
limits.limit_resources(5)
limits.lock_in()
def attempt(name, act):
    try:
        act()
    except (OSError, MemoryError) as failure:
        print(name, type(failure).__name__, flush=True)
    else:
        print(name, "WORKED", flush=True)
attempt("open", lambda: open("/etc/hostname", "rb"))
attempt("write", lambda: open("x", "wb"))
attempt("socket", lambda: socket.socket())
attempt("fork", lambda: os.fork())
attempt("execute", lambda: os.execv("/bin/true", ["true"]))
attempt("remove", lambda: os.rmdir("."))
attempt("kill", lambda: os.kill(os.getppid(), 0))
attempt("memory", lambda: bytearray(2 * 1024**3))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the filter of system calls is Linux's")
def test_a_locked_in_process_can_do_nothing_but_compute(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", ATTEMPTS, picture._SOURCE],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout.splitlines()) == 8
    assert "WORKED" not in done.stdout, done.stdout


def test_the_empty_folder_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    render_image(io.BytesIO(image("PNG")), 10)
    with pytest.raises(errors.DocumentDamaged):
        render_image(io.BytesIO(b"GIF89a" + bytes(40)), 100)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_file_is_opened_for_writing(tmp_path: Path) -> None:
    document, log = tmp_path / "a.pdf", tmp_path / "log"
    document.write_bytes(pdf())
    script = (
        f"import io, sys, tempfile; sys.path.insert(0, {picture._SOURCE!r}); tempfile.tempdir = {str(tmp_path)!r}\n"
        "from pathlib import Path; from briefcase.viewer import picture\n"
        f"print(picture.render_pdf_page(io.BytesIO(Path({str(document)!r}).read_bytes()), 0, 100).width)"
    )
    command = [
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=open,openat,creat",
        "-o",
        str(log),
        sys.executable,
        "-B",
        "-c",
        script,
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip("this system does not allow tracing")
    assert done.stdout.strip() in ("99", "100"), done.stderr
    written = [
        line for line in log.read_text(encoding="utf-8").splitlines() if re.search(r"O_WRONLY|O_RDWR|O_CREAT", line)
    ]
    assert [line for line in written if "/dev/null" not in line] == []
