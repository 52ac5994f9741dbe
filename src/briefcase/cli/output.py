"""Answers to standard output, as lines for people or as one JSON object; errors to standard error, never a trace."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import TextIO

from briefcase import language
from briefcase.cli.errors import BinaryRefused, OutputFailed
from briefcase.errors import BriefcaseError

_SAFE = "\n\t"
_JOINERS = "\u200c\u200d"
_SEPARATORS = "\u2028\u2029"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CONTINUED = "\n    "  # what a partner wrote on a second line never stands where our own words begin


class Output:
    """Where a command puts its answer.

    Attributes:
        as_json: whether ``--json`` was given.
    """

    def __init__(self, out: TextIO, *, as_json: bool) -> None:
        self.as_json = as_json
        self._out = out

    def answer(self, value: dict[str, object], lines: list[str]) -> None:
        """Give the answer: *value* with ``--json``, else *lines*, made harmless for a terminal."""
        if self.as_json:
            text = _escaped(json.dumps(value, ensure_ascii=False, sort_keys=True)) + "\n"
        else:
            text = "".join(printable(line).replace("\n", _CONTINUED) + "\n" for line in lines)
        with output_faults():
            self._out.write(text)
            self._out.flush()

    def note(self, line: str) -> None:
        """Say something on the way; not part of the answer."""
        if not self.as_json:
            with output_faults():
                self._out.write(printable(line) + "\n")
                self._out.flush()


class StandardOutput:
    """Standard output for bytes, written through as they come; its faults are errors in words."""

    def write(self, data: bytes | memoryview) -> int:
        """Write all of *data*; return its length.

        Raises:
            OutputFailed: standard output is closed or takes nothing more.
        """
        with output_faults():
            if sys.stdout is None:
                raise OutputFailed
            sys.stdout.buffer.write(data)
        return len(data)

    def flush(self) -> None:
        """Hand on what is still kept back."""
        with output_faults():
            if sys.stdout is not None:
                sys.stdout.buffer.flush()


class TerminalOutput(StandardOutput):
    """Standard output when it is a terminal: text alone, and what a terminal would obey as codes."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, data: bytes | memoryview) -> int:
        """Show *data*, a part of a text.

        Raises:
            BinaryRefused: it is no text; nothing of this part was shown.
        """
        try:
            text = self._decoder.decode(bytes(data)).replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise BinaryRefused from None
        if _CONTROL.search(text):
            raise BinaryRefused
        super().write(printable(text).encode())
        return len(data)


@contextlib.contextmanager
def output_faults() -> Iterator[None]:
    """Turn what a full disk says into an error in words; a reader that left early is no fault.

    Raises:
        OutputFailed: standard output takes nothing more.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError:
        raise OutputFailed from None


def printable(text: str) -> str:
    """Return *text* with control and direction-changing characters shown as codes, for a terminal obeys them."""
    return "".join(c if c in _SAFE or unicodedata.category(c)[0] != "C" or c in _JOINERS else _code(c) for c in text)


def _escaped(text: str) -> str:
    """Return JSON with the characters that ``printable`` shows as codes, and line separators, in its own escapes."""
    return "".join(c if _is_plain(c) else json.dumps(c)[1:-1] for c in text)


def _is_plain(character: str) -> bool:
    harmless = character in _JOINERS or unicodedata.category(character)[0] != "C"
    return harmless and character not in _SEPARATORS


def _code(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def note(words: str) -> None:
    """Say something beside the answer, as ``NOTE: sentence`` on standard error."""
    sys.stderr.write(f"NOTE: {printable(words)}\n".replace("\n", " ").rstrip() + "\n")


def complain(error: BriefcaseError, stream: TextIO | None = None) -> None:
    """Write an error as ``CODE: sentence. hint`` to standard error."""
    line = f"{error.code}: {language.sentence(error)} {language.hint(error)}"
    (stream or sys.stderr).write(printable(line).replace("\n", " ") + "\n")
