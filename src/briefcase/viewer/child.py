"""The limited process: one document in, one picture out, then it ends.

Started as ``python -I`` with an empty environment in an empty folder. It limits itself, imports the decoders,
locks itself in, and only then reads the document. It is never imported by the main process.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from briefcase.viewer import frame, limits
from briefcase.viewer.frame import Answer, Request, Status, Wanted

if TYPE_CHECKING:
    from PIL import Image

MOST_SOURCE_PIXELS = 100_000_000


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
        if not kind or (kind == "PDF") != (request.wanted is Wanted.PDF):
            return Answer(Status.NOT_A_PICTURE), b""
        draw = _draw_pdf if request.wanted is Wanted.PDF else _draw_image
        return draw(document, request, kind)
    except Refused as refused:
        return Answer(refused.status), b""
    except MemoryError:
        return Answer(Status.TOO_BIG), b""
    except Exception:  # noqa: BLE001 - whatever a decoder raises over a foreign file means the same to the officer
        return Answer(Status.DAMAGED), b""


def _load_decoders() -> None:
    """Import every module that drawing will need: after ``lock_in`` no file can be opened any more."""
    import copy  # noqa: F401, PLC0415 - wanted by the GIF reader
    import encodings.ascii  # noqa: PLC0415 - texts inside images, read and thrown away
    import encodings.latin_1  # noqa: PLC0415 - likewise
    import encodings.utf_16  # noqa: F401, PLC0415 - likewise

    import pypdfium2  # noqa: F401, PLC0415 - before the lock, after the limits
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
    import pypdfium2  # noqa: PLC0415 - loaded before the lock

    try:
        pdf = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as failure:
        locked = getattr(failure, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Refused(Status.LOCKED if locked else Status.DAMAGED) from None
    pages = len(pdf)
    _check_page(request.page, pages)
    if not request.width:
        return Answer(Status.OK, pages), b""
    if pdf.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
        pdf.init_forms()
    page = pdf[request.page]
    wide, high = page.get_size()
    if not (wide > 0 and high > 0):
        raise Refused(Status.DAMAGED)
    scale = min(request.width / wide, request.height / high)
    # pdfium rounds up, so the scale is taken a hair smaller to stay inside the limits.
    bitmap = page.render(scale=scale * 0.9999, rev_byteorder=True)
    if bitmap.n_channels != 3:  # noqa: PLR2004 - red, green, blue
        raise Refused(Status.DAMAGED)
    rows, data = bitmap.width * 3, memoryview(bitmap.buffer).cast("B")
    pixels = b"".join(data[at : at + rows] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))
    return Answer(Status.OK, pages, bitmap.width, bitmap.height), pixels


def _draw_image(document: bytes, request: Request, kind: str) -> tuple[Answer, bytes]:
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
        return Answer(Status.OK, pages), b""
    if request.page:
        picture.seek(request.page)
    room = (request.width, request.height)
    picture.draft("RGB", (2 * request.width, 2 * request.height))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    picture = _on_white(picture)
    picture.thumbnail(room, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Answer(Status.OK, pages, picture.width, picture.height), picture.tobytes()


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
