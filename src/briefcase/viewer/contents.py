"""Ask the limited process for the words of a PDF, or for an image file that holds its pixels and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from briefcase.viewer import bare, frame, picture
from briefcase.viewer.errors import PageBeyond, PagesInImage, ViewerStopped
from briefcase.viewer.frame import Answer, Request, Wanted
from briefcase.viewer.picture import DEFAULT, Limits

_ENDINGS = ("", "JPEG", "PNG")


@dataclass(frozen=True)
class Words:
    """What can be read in a PDF; ``whole`` when nothing is in it that could not be read."""

    text: str
    whole: bool


def read_words(source: BinaryIO, *, limits: Limits = DEFAULT) -> Words:
    """Return the text of all pages of a PDF, its titles and what it says of itself.

    Raises:
        ViewerError: one of its children, said in words; also what *source* raises.
    """
    return picture.ask(source, Wanted.WORDS, 0, (0, 0), limits=limits, read=_words)


def bare_image(source: BinaryIO, *, limits: Limits = DEFAULT) -> tuple[str, bytes]:
    """Return the pixels of an image, turned upright, as a new ``JPEG`` or ``PNG`` file without anything else.

    That there is nothing else is looked at here, whatever the limited process says.

    Raises:
        PagesInImage: it has several pages or moves.
        ViewerError: one of its other children, said in words; also what *source* raises.
    """
    try:
        kind, data = picture.ask(source, Wanted.BARE, 0, (0, 0), limits=limits, read=_file)
    except PageBeyond:
        raise PagesInImage from None
    if frame.kind_of(data) != kind or not bare.is_bare(data):
        raise ViewerStopped
    return kind, data


def _words(source: BinaryIO, answer: Answer, _request: Request) -> Words:
    if answer.width > 1 or answer.height > frame.MOST_WORDS:
        raise ViewerStopped
    data = frame.read_exactly(source, answer.height)
    return Words(data.decode("utf-8", "replace"), bool(answer.width))


def _file(source: BinaryIO, answer: Answer, _request: Request) -> tuple[str, bytes]:
    if not 1 <= answer.width < len(_ENDINGS) or not 1 <= answer.height <= frame.MOST_BARE:
        raise ViewerStopped
    return _ENDINGS[answer.width], frame.read_exactly(source, answer.height)
