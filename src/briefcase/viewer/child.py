"""The limited process: one document in; a picture, codes, words or a bare image out, then it ends.

Started as ``python -I`` with an empty environment in an empty folder. It limits itself, imports the decoders,
locks itself in, and only then reads the document. It is never imported by the main process.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from briefcase.viewer import child_words, frame, limits
from briefcase.viewer.frame import Answer, Request, Status, Wanted

if TYPE_CHECKING:
    from PIL import Image

MOST_SOURCE_PIXELS = 100_000_000
_CODE_DPI = 300
"""A PDF page is drawn no finer than this for its codes."""
_SMALL_SCAN = 2500
"""Longest side in pixels up to which a page is read at twice its size, too: about 210 dots per inch of an A4 page."""

Loose = Any
"""An object of a library without types."""


class Refused(Exception):
    """The document gets an answer other than a picture."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


def main(cpu_seconds: int) -> None:
    """Serve one request on standard input and output.

    Args:
        cpu_seconds: processor time that this process may use.
    """
    given = limits.limit_resources(cpu_seconds)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    _load_decoders()
    given |= limits.lock_in()
    target.write(frame.HELLO.pack(frame.MAGIC, given))
    target.flush()
    answer, pixels = serve(source)
    target.write(frame.ANSWER.pack(frame.MAGIC, *answer))
    target.write(pixels)
    target.flush()
    os._exit(0)


def serve(source: BinaryIO) -> tuple[Answer, bytes]:
    """Read one request and its document, and return the answer with its pixels."""
    try:
        magic, wanted, *rest = frame.REQUEST.unpack(frame.read_exactly(source, frame.REQUEST.size))
        request = Request(Wanted(wanted), *rest)
        if magic != frame.MAGIC or request.length > frame.MOST_BYTES:
            return Answer(Status.TOO_BIG), b""
        document = frame.read_exactly(source, request.length)
        kind = frame.kind_of(document[: frame.HEAD])
        return _work(request.wanted, kind)(document, request, kind)
    except Refused as refused:
        return Answer(refused.status), b""
    except MemoryError:
        return Answer(Status.TOO_BIG), b""
    except Exception:  # noqa: BLE001 - whatever a decoder raises over a foreign file means the same to the officer
        return Answer(Status.DAMAGED), b""


def _work(wanted: Wanted, kind: str) -> Callable[[bytes, Request, str], tuple[Answer, bytes]]:
    """Return what does the wanted thing with a document of this type."""
    if not frame.may_want(wanted, kind):
        raise Refused(Status.NOT_A_PICTURE)
    return {
        Wanted.PDF: _draw_pdf,
        Wanted.IMAGE: _draw_image,
        Wanted.CODES: _read_codes,
        Wanted.WORDS: _read_words,
        Wanted.BARE: _make_bare,
    }[wanted]


def _load_decoders() -> None:
    """Import every module that drawing will need: after ``lock_in`` no file can be opened any more."""
    import copy  # noqa: F401, PLC0415 - wanted by the GIF reader
    import encodings.ascii  # noqa: PLC0415 - texts inside images, read and thrown away
    import encodings.latin_1  # noqa: PLC0415 - likewise
    import encodings.utf_16  # noqa: PLC0415 - likewise
    import encodings.utf_16_le  # noqa: F401, PLC0415 - what pdfium says

    import pypdfium2  # noqa: F401, PLC0415 - before the lock, after the limits
    import zxingcpp  # noqa: F401, PLC0415 - likewise
    from PIL import (  # noqa: PLC0415 - likewise
        BmpImagePlugin,
        GifImagePlugin,
        Image,
        ImageChops,  # noqa: F401
        ImageColor,  # noqa: F401
        ImageOps,
        ImagePalette,  # noqa: F401
        ImageSequence,  # noqa: F401
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    Image.MAX_IMAGE_PIXELS = MOST_SOURCE_PIXELS
    plugins = (BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
    assert all((*plugins, WebPImagePlugin, ImageOps))  # noqa: S101 - keeps the imports that register decoders


def _draw_pdf(document: bytes, request: Request, _kind: str) -> tuple[Answer, bytes]:
    pages, bitmap = _pdf_page(document, request, grey=False)
    if bitmap is None:
        return Answer(Status.OK, pages), b""
    return Answer(Status.OK, pages, bitmap.width, bitmap.height), _rows(bitmap, 3)


def _pdf_page(document: bytes, request: Request, *, grey: bool) -> tuple[int, Loose]:
    """Return the number of pages, and the wanted one as a bitmap (None when no size was asked for)."""
    import pypdfium2  # noqa: PLC0415 - loaded before the lock

    pdf = _open_pdf(document)
    pages = len(pdf)
    _check_page(request.page, pages)
    if not request.width:
        return pages, None
    if pdf.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
        pdf.init_forms()
    page = pdf[request.page]
    wide, high = page.get_size()
    if not (wide > 0 and high > 0):
        raise Refused(Status.DAMAGED)
    scale = min(request.width / wide, request.height / high)
    if grey:
        scale = min(scale, _CODE_DPI / 72)
    # pdfium rounds up, so the scale is taken a hair smaller to stay inside the limits.
    return pages, page.render(scale=scale * 0.9999, rev_byteorder=True, grayscale=grey)


def _open_pdf(document: bytes) -> Loose:
    import pypdfium2  # noqa: PLC0415 - loaded before the lock

    try:
        return pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as failure:
        locked = getattr(failure, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Refused(Status.LOCKED if locked else Status.DAMAGED) from None


def _read_words(document: bytes, _request: Request, _kind: str) -> tuple[Answer, bytes]:
    import pypdfium2  # noqa: PLC0415 - loaded before the lock

    pdf = _open_pdf(document)
    words, whole = child_words.words_of(pdf, document, pypdfium2.raw)
    return Answer(Status.OK, max(1, len(pdf)), int(whole), len(words)), words


def _make_bare(document: bytes, _request: Request, kind: str) -> tuple[Answer, bytes]:
    """Return the pixels of an image of one page as a new file: JPEG when it was one, else PNG."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - loaded before the lock

    try:
        picture: Image.Image = Image.open(io.BytesIO(document), formats=[kind, "MPO"] if kind == "JPEG" else [kind])
    except Image.DecompressionBombError:
        raise Refused(Status.TOO_BIG) from None
    if picture.width * picture.height > MOST_SOURCE_PIXELS:
        raise Refused(Status.TOO_BIG)
    if kind in ("TIFF", "GIF", "WEBP", "PNG") and int(getattr(picture, "n_frames", 1)) > 1:
        raise Refused(Status.PAGE_BEYOND)
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    pixels = turned.convert("RGB") if kind == "JPEG" else _on_white(turned)
    fresh, out = Image.frombytes("RGB", pixels.size, pixels.tobytes()), io.BytesIO()
    if kind == "JPEG":
        fresh.save(out, "JPEG", quality=95, subsampling=0)
    else:
        fresh.save(out, "PNG")
    return Answer(Status.OK, 1, 1 if kind == "JPEG" else 2, out.tell()), out.getvalue()


def _rows(bitmap: Loose, channels: int) -> bytes:
    """Return the pixels of a bitmap without the padding at the end of its rows."""
    if bitmap.n_channels != channels:
        raise Refused(Status.DAMAGED)
    width, data = bitmap.width * channels, memoryview(bitmap.buffer).cast("B")
    return b"".join(data[at : at + width] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))


def _draw_image(document: bytes, request: Request, kind: str) -> tuple[Answer, bytes]:
    pages, picture = _image_page(document, request, kind)
    if picture is None:
        return Answer(Status.OK, pages), b""
    return Answer(Status.OK, pages, picture.width, picture.height), picture.tobytes()


def _image_page(document: bytes, request: Request, kind: str) -> tuple[int, Image.Image | None]:
    """Return the number of pages, and the wanted one in RGB (None when no size was asked for)."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - loaded before the lock

    try:
        picture: Image.Image = Image.open(io.BytesIO(document), formats=[kind, "MPO"] if kind == "JPEG" else [kind])
    except Image.DecompressionBombError:
        raise Refused(Status.TOO_BIG) from None
    if picture.width * picture.height > MOST_SOURCE_PIXELS:
        raise Refused(Status.TOO_BIG)
    pages = int(getattr(picture, "n_frames", 1)) if kind == "TIFF" else 1
    _check_page(request.page, pages)
    if not request.width:
        return pages, None
    if request.page:
        picture.seek(request.page)
        if picture.width * picture.height > MOST_SOURCE_PIXELS:
            raise Refused(Status.TOO_BIG)
    room = (request.width, request.height)
    picture.draft("RGB", (2 * request.width, 2 * request.height))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    picture = _on_white(picture)
    picture.thumbnail(room, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return pages, picture


def _read_codes(document: bytes, request: Request, kind: str) -> tuple[Answer, bytes]:
    """Return the texts of the QR codes on one page.

    A small scan is also read at twice its size: at 150 dots per inch a module has three dots, which is the least the
    decoder likes. Measured with a blurred, turned and noisy page: 111 of 120 codes read at that size, 120 at twice it.
    """
    from PIL import Image  # noqa: PLC0415 - loaded before the lock

    if kind == "PDF":
        pages, bitmap = _pdf_page(document, request, grey=True)
        page = Image.frombytes("L", (bitmap.width, bitmap.height), _rows(bitmap, 1))
    else:
        pages, picture = _image_page(document, request, kind)
        if picture is None:
            raise Refused(Status.DAMAGED)
        page = picture.convert("L")
    texts = dict.fromkeys(_codes(page))
    if max(page.size) <= _SMALL_SCAN:
        texts |= dict.fromkeys(_codes(page.resize((page.width * 2, page.height * 2), Image.Resampling.BICUBIC)))
    count, data = frame.pack_texts(texts)
    return Answer(Status.OK, pages, count, len(data)), data


def _codes(page: Image.Image) -> list[str]:
    import zxingcpp  # noqa: PLC0415 - loaded before the lock

    pixels = memoryview(page.tobytes()).cast("B", (page.height, page.width))
    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(pixels, formats=only, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in found if code.valid]


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in RGB; what is transparent becomes white, more than 8 bits a channel become 8."""
    from PIL import Image  # noqa: PLC0415 - loaded before the lock

    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        low, high = (float(value) for value in picture.convert("F").getextrema())  # type: ignore[arg-type]
        most = 255.0 if high <= 255 else max(high, 65535.0)  # noqa: PLR2004 - 8 bits
        least = min(low, 0.0)
        return (
            picture.convert("F")
            .point(lambda value: (value - least) * (255.0 / (most - least)))
            .convert("L")
            .convert("RGB")
        )
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGB", clear.size, (255, 255, 255))
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    return picture.convert("RGB")


def _check_page(page: int, pages: int) -> None:
    if page >= pages:
        raise Refused(Status.PAGE_BEYOND)
