"""Ask the limited process for the picture of a page or an image, or for the codes on it.

The document is read from a file object that verifies what it hands out (an attachment of the vault or of a
bundle) and goes over a pipe piece by piece; pixels come back over another. Neither touches the disk. The answer
is not believed: every number is checked, and exactly the bytes that it announces are read.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from briefcase.viewer import frame
from briefcase.viewer.errors import (
    DocumentDamaged,
    DocumentLocked,
    DocumentTooBig,
    NotAPicture,
    PageBeyond,
    TookTooLong,
    ViewerCannotStart,
    ViewerError,
    ViewerStopped,
)
from briefcase.viewer.frame import Answer, Protection, Request, Status, Wanted

_START = "import sys; sys.path.insert(0, sys.argv[1]); from briefcase.viewer import child; child.main(int(sys.argv[2]))"
_SOURCE = str(Path(__file__).resolve().parents[2])
_SIGXCPU = -24
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """How long one picture may take, in seconds, and how far into a document one may leaf.

    Attributes:
        start: until the process is up and locked in.
        feed: until the document is handed over (a slow stick counts here).
        wall: from then until the last pixel.
        cpu: processor time of the child.
        pages: so many pages of a document are shown; a count, not seconds.
    """

    start: float = 30.0
    feed: float = 120.0
    wall: float = 30.0
    cpu: int = 20
    pages: int = frame.MOST_PAGES


@dataclass(frozen=True)
class Picture:
    """Pixels: ``width`` x ``height``, ``rgb`` holds three bytes a pixel, rows from the top without padding.

    ``page_count`` is what the document claims to have; pages beyond ``Limits.pages`` are not shown.
    """

    width: int
    height: int
    rgb: bytes
    page_count: int


@dataclass(frozen=True)
class CodesFound:
    """What QR codes say.

    Attributes:
        texts: of every code, each once a page, in the order of the pages; whatever anybody put into them.
        pages: how many pages were looked at.
    """

    texts: tuple[str, ...]
    pages: int


DEFAULT = Limits()


def kind_of(source: BinaryIO) -> str:
    """Return the type that the first bytes show (``PDF``, ``PNG``, ...), or an empty text; the position goes to 0."""
    source.seek(0)
    head = source.read(frame.HEAD)
    source.seek(0)
    return frame.kind_of(head)


def pages(source: BinaryIO, *, limits: Limits = DEFAULT) -> int:
    """Return how many pages a PDF or an image claims to have, without drawing one.

    Raises:
        ViewerError: one of its children, said in words; also what *source* raises.
    """
    wanted = Wanted.PDF if kind_of(source) == "PDF" else Wanted.IMAGE
    return ask(source, wanted, 0, (0, 0), limits=limits, read=_pixels).page_count


def render(source: BinaryIO, page: int, width_px: int, *, limits: Limits = DEFAULT) -> Picture:
    """Draw a page (from 0) of a PDF or an image, whichever its first bytes show, *width_px* wide.

    An image is never enlarged; what would be higher than 4000 pixels is drawn narrower.

    Raises:
        ViewerError: one of its children, said in words; also what *source* raises.
    """
    wanted = Wanted.PDF if kind_of(source) == "PDF" else Wanted.IMAGE
    width = max(1, min(width_px, frame.MOST_PIXELS))
    return ask(source, wanted, page, (width, frame.MOST_PIXELS), limits=limits, read=_pixels)


def render_pdf_page(source: BinaryIO, page: int, width_px: int, *, limits: Limits = DEFAULT) -> Picture:
    """Draw one page of a PDF.

    Args:
        source: seekable, verifies what it hands out.
        page: from 0.
        width_px: wanted width; a tall page is drawn narrower so that no side exceeds 4000 pixels.
        limits: how long it may take.

    Raises:
        ViewerError: one of its children, said in words.
    """
    width = max(1, min(width_px, frame.MOST_PIXELS))
    return ask(source, Wanted.PDF, page, (width, frame.MOST_PIXELS), limits=limits, read=_pixels)


def render_image(source: BinaryIO, max_px: int, page: int = 0, *, limits: Limits = DEFAULT) -> Picture:
    """Draw an image, turned upright and never enlarged, so that no side exceeds *max_px* (4000 at most).

    Args:
        source: seekable, verifies what it hands out.
        max_px: longest side in pixels.
        page: of a TIFF with several, from 0.
        limits: how long it may take.

    Raises:
        ViewerError: one of its children, said in words.
    """
    side = max(1, min(max_px, frame.MOST_PIXELS))
    return ask(source, Wanted.IMAGE, page, (side, side), limits=limits, read=_pixels)


def read_codes(
    source: BinaryIO, *, limits: Limits = DEFAULT, progress: Callable[[int, int], None] | None = None
) -> CodesFound:
    """Read the QR codes on all pages of a PDF or an image; every page gets a process and the limits of its own.

    Args:
        source: seekable, verifies what it hands out.
        limits: for each page.
        progress: called with the pages done and their number; what it raises ends the reading.

    Raises:
        ViewerError: one of its children, said in words; ``DocumentTooBig`` when there are more than ``limits.pages``.
    """
    texts: list[str] = []
    page, pages_ = 0, 1
    while page < pages_:
        pages_, found = ask(
            source, Wanted.CODES, page, (frame.MOST_PIXELS, frame.MOST_PIXELS), limits=limits, read=_texts
        )
        if pages_ > limits.pages:
            raise DocumentTooBig
        texts += found
        page += 1
        if progress is not None:
            progress(page, pages_)
    return CodesFound(tuple(texts), page)


def protections() -> Protection:
    """Start a child without a document and return what this system lets it give up."""
    with _child(DEFAULT) as (process, watch):
        return _hello(process, watch, DEFAULT)


def ask(
    source: BinaryIO,
    wanted: Wanted,
    page: int,
    room: tuple[int, int],
    *,
    limits: Limits,
    read: Callable[[BinaryIO, Answer, Request], T],
) -> T:
    """Hand a document to a new limited process and return what *read* makes of the answer; for this room alone.

    Raises:
        ViewerError: one of its children, said in words; also what *source* raises.
    """
    kind = kind_of(source)
    if not frame.may_want(wanted, kind):
        raise NotAPicture
    if not 0 <= page < limits.pages:
        raise PageBeyond(page=page + 1, most=limits.pages)
    length = source.seek(0, io.SEEK_END)
    source.seek(0)
    if length > frame.MOST_BYTES:
        raise DocumentTooBig
    request = Request(wanted, page, *room, length)
    with _child(limits) as (process, watch):
        _hello(process, watch, limits)
        try:
            watch.start(limits.feed)
            _feed(process, source, request)
            watch.start(limits.wall)
            return _answer(process, request, limits, read)
        except (EOFError, OSError):
            raise _why(process, watch) from None


class _Watch:
    """Ends a process when its time is over; ``fired`` tells afterwards."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._timer: threading.Timer | None = None
        self.fired = False

    def start(self, seconds: float) -> None:
        """Give the process *seconds* from now, whatever was left before."""
        self.stop()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        self.fired = True
        self._process.kill()


def _environment() -> dict[str, str]:
    """Return the empty environment; Windows alone needs one name to start a process at all."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if os.name == "nt" and name in os.environ}


@contextlib.contextmanager
def _child(limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], _Watch]]:
    """Start the limited process in an empty folder, and see that nothing of it is left."""
    command = [sys.executable, "-I", "-B", "-c", _START, _SOURCE, str(limits.cpu)]
    with tempfile.TemporaryDirectory(prefix="briefcase-empty-", ignore_cleanup_errors=True) as folder:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=folder,
                bufsize=0,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            raise ViewerCannotStart from None
        watch = _Watch(process)
        try:
            yield process, watch
        finally:
            watch.stop()
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    if process.stdin is None or process.stdout is None:
        raise ViewerCannotStart
    return process.stdin, process.stdout  # type: ignore[return-value]


def _hello(process: subprocess.Popen[bytes], watch: _Watch, limits: Limits) -> Protection:
    watch.start(limits.start)
    try:
        magic, given = frame.HELLO.unpack(frame.read_exactly(_pipes(process)[1], frame.HELLO.size))
    except (EOFError, OSError):
        raise ViewerCannotStart from None
    if magic != frame.MAGIC:
        raise ViewerCannotStart
    return Protection(given)


def _feed(process: subprocess.Popen[bytes], source: BinaryIO, request: Request) -> None:
    """Hand over the request and exactly as many bytes as it announces."""
    target = _pipes(process)[0]
    _write(target, frame.REQUEST.pack(frame.MAGIC, *request))
    left = request.length
    while left:
        piece = source.read(min(left, frame.PIECE))
        if not piece:
            raise DocumentDamaged
        _write(target, piece)
        left -= len(piece)
    target.close()


def _write(target: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[target.write(view) :]


def _answer(
    process: subprocess.Popen[bytes],
    request: Request,
    limits: Limits,
    read: Callable[[BinaryIO, Answer, Request], T],
) -> T:
    """Read the answer and check all of it before a byte of it is used."""
    source = _pipes(process)[1]
    magic, status, *rest = frame.ANSWER.unpack(frame.read_exactly(source, frame.ANSWER.size))
    if magic != frame.MAGIC or status not in tuple(Status):
        raise ViewerStopped
    answer = Answer(Status(status), *rest)
    if answer.status is not Status.OK:
        raise _refusal(answer.status, request, limits)
    if answer.pages < 1:
        raise ViewerStopped
    result = read(source, answer, request)
    if source.read(1):
        raise ViewerStopped
    return result


def _pixels(source: BinaryIO, answer: Answer, request: Request) -> Picture:
    if not _fits(answer, request):
        raise ViewerStopped
    pixels = frame.read_exactly(source, answer.width * answer.height * 3)
    return Picture(answer.width, answer.height, pixels, answer.pages)


def _texts(source: BinaryIO, answer: Answer, _request: Request) -> tuple[int, tuple[str, ...]]:
    """Return the number of pages and the texts of the codes on one."""
    count, length = answer.width, answer.height
    if count > frame.MOST_CODES or length > frame.MOST_CODES * (frame.TEXT.size + frame.LONGEST_CODE):
        raise ViewerStopped
    try:
        return answer.pages, frame.unpack_texts(count, frame.read_exactly(source, length))
    except ValueError:
        raise ViewerStopped from None


def _fits(answer: Answer, request: Request) -> bool:
    if not request.width:
        return answer.width == answer.height == 0
    return 1 <= answer.width <= request.width and 1 <= answer.height <= request.height


def _refusal(status: Status, request: Request, limits: Limits) -> ViewerError:
    if status is Status.NOT_A_PICTURE:
        return NotAPicture()
    if status is Status.TOO_BIG:
        return DocumentTooBig()
    if status is Status.LOCKED:
        return DocumentLocked()
    if status is Status.PAGE_BEYOND:
        return PageBeyond(page=request.page + 1, most=limits.pages)
    return DocumentDamaged()


def _why(process: subprocess.Popen[bytes], watch: _Watch) -> ViewerError:
    """Return the error for a process that ended without an answer."""
    try:
        status = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return ViewerStopped()
    if watch.fired or status == _SIGXCPU:
        return TookTooLong()
    return ViewerStopped()
