"""QR codes are read off scans in the limited process; hostile pages give other texts, or a sentence."""

from __future__ import annotations

import io
import struct

import pytest
import segno
from PIL import Image, ImageFilter

from briefcase.viewer import errors, frame, picture
from briefcase.viewer.picture import Limits, read_codes

TEXTS = tuple(f"BRIEFCASE1/CARD/{number}/4/0123ABCD/{'7K %*+-./:' * 40}" for number in range(1, 5))


def code(text: str, scale: int = 4) -> Image.Image:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return Image.open(out).convert("L")


def page(*texts: str, size: tuple[int, int] = (900, 1200)) -> Image.Image:
    sheet = Image.new("L", size, 255)
    for index, text in enumerate(texts):
        sheet.paste(code(text), (20 + index % 2 * 440, 20 + index // 2 * 440))
    return sheet


def file(kind: str, *pages: Image.Image, **options: object) -> io.BytesIO:
    out = io.BytesIO()
    more = {"save_all": True, "append_images": list(pages[1:])} if len(pages) > 1 else {}
    pages[0].save(out, kind, **more, **options)
    return out


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "PDF", "WEBP", "GIF", "BMP"])
def test_codes_are_read_from_every_kind_of_scan(kind: str) -> None:
    found = read_codes(file(kind, page(*TEXTS)))
    assert (sorted(found.texts), found.pages) == (list(TEXTS), 1)


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_all_pages_are_read_in_order(kind: str) -> None:
    seen: list[tuple[int, int]] = []
    found = read_codes(
        file(kind, page(TEXTS[0]), page(), page(TEXTS[2])), progress=lambda done, all_: seen.append((done, all_))
    )
    assert (found.texts, found.pages) == ((TEXTS[0], TEXTS[2]), 3)
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("turn", [90, 180, 270, 2, -3])
def test_a_page_may_lie_as_it_likes(turn: int) -> None:
    turned = page(*TEXTS).rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert set(read_codes(file("PNG", turned)).texts) == set(TEXTS)


def test_a_code_in_colours_on_a_clear_ground_is_read() -> None:
    dark = page(TEXTS[0]).point(lambda value: 255 - value)
    sheet = Image.new("RGBA", dark.size, (0, 0, 90, 0))
    sheet.putalpha(dark)
    assert read_codes(file("PNG", sheet)).texts == (TEXTS[0],)


def test_a_coarse_scan_is_read_at_twice_its_size() -> None:
    """2.3 dots a module and out of focus: more than the decoder forgives at that size."""
    small = page(*TEXTS).resize((520, 693), Image.Resampling.BOX)
    turned = small.rotate(2, resample=Image.Resampling.BICUBIC, fillcolor=255)
    coarse = turned.filter(ImageFilter.GaussianBlur(1.0))
    assert set(read_codes(file("PNG", coarse)).texts) == set(TEXTS)


@pytest.mark.parametrize("text", ["https://example.org/?q=1", "你好 \u202e", "WIFI:S:x;;", "\x00\x01"])
def test_foreign_codes_come_back_as_they_are(text: str) -> None:
    assert read_codes(file("PNG", page(text))).texts == (text,)


def test_a_page_without_codes_has_none() -> None:
    assert read_codes(file("PNG", page())).texts == ()


def test_a_truncated_png_is_damaged() -> None:
    data = file("PNG", page(*TEXTS)).getvalue()
    with pytest.raises(errors.DocumentDamaged):
        read_codes(io.BytesIO(data[: len(data) // 2]))


def test_a_huge_image_is_refused() -> None:
    data = bytearray(file("PNG", page()).getvalue())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(errors.ViewerError):
        read_codes(io.BytesIO(bytes(data)))


@pytest.mark.parametrize("data", [b"", b"BRIEFCASE1/CARD/1/1/00000000/00", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(errors.NotAPicture):
        read_codes(io.BytesIO(data))


def test_a_document_without_end_is_not_leafed_through() -> None:
    with pytest.raises(errors.DocumentTooBig):
        read_codes(file("TIFF", *[page(size=(60, 60))] * 4), limits=Limits(pages=3))


def test_reading_ends_when_the_caller_wants_it() -> None:
    def stop(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_codes(file("TIFF", page(), page()), progress=stop)


def test_texts_are_packed_within_bounds() -> None:
    count, data = frame.pack_texts(["a" * (frame.LONGEST_CODE + 1), "ok", *["x"] * 300])
    assert count == frame.MOST_CODES
    assert frame.unpack_texts(count, data)[:2] == ("ok", "x")


@pytest.mark.parametrize(
    ("count", "data"),
    [(1, b""), (1, b"\x00\x02a"), (0, b"x"), (1, b"\x00\x01\xff"), (1, b"\x00\x01ab"), (2, b"\x00\x00")],
)
def test_an_answer_that_does_not_fit_is_not_believed(count: int, data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - also UnicodeDecodeError
        frame.unpack_texts(count, data)


@pytest.mark.parametrize(("count", "length"), [(256, 512), (1, 2**31), (1, 1)])
def test_the_parent_checks_the_numbers(count: int, length: int) -> None:
    request = frame.Request(frame.Wanted.CODES, 0, 4000, 4000, 1)
    with pytest.raises(errors.ViewerStopped):
        picture._texts(io.BytesIO(b"\x00\x09xxxxxxx"), frame.Answer(frame.Status.OK, 1, count, length), request)
