"""The entry from a shell: parse, run, and turn every failure into one line and an exit status."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from briefcase.cli import age, parser
from briefcase.cli.errors import Interrupted, OutputFailed, UsageError
from briefcase.cli.output import Output, complain
from briefcase.errors import N_, BriefcaseError, InternalError

if TYPE_CHECKING:
    from briefcase.services.demo import Demo

Window: TypeAlias = "Callable[[Demo], int]"


def main(argv: Sequence[str] | None = None, *, window: Window | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        argv: the words after the program's name; those of the process when None.
        window: shows a demonstration in the window, for the one command that ends there; None when there is none.
    """
    try:
        return _run(list(sys.argv[1:] if argv is None else argv), window)
    except BriefcaseError as error:
        complain(error)
        if isinstance(error, OutputFailed):
            _forget_output()
        return error.exit_status
    except KeyboardInterrupt:
        complain(Interrupted())
        return Interrupted.exit_status
    except BrokenPipeError:
        _forget_output()
        return 1
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of our own, without its text
        complain(_internal(error))
        return InternalError.exit_status


def _run(argv: list[str], window: Window | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = _parser(argv)
    arguments = words.parse_args(argv)
    _check_text(arguments)
    run = getattr(arguments, "run", None)
    if run is None:
        words.print_help()
        return 0
    arguments.window = window
    status: int = run(arguments, Output(sys.stdout, as_json=getattr(arguments, "json", False)))
    return status


def _parser(argv: list[str]) -> parser.Parser:
    """Return the parser for these words: of the age tool alone when it is asked for, which starts far sooner."""
    if argv[:1] == ["age"]:
        words, add = parser.start()
        age.add_commands(add)
        return words
    from briefcase.cli import arguments  # noqa: PLC0415 - loads every room of the program

    return arguments.build()


def _check_text(arguments: argparse.Namespace) -> None:
    """Refuse words that the shell passed on in another encoding; names of files may be any bytes."""
    for value in vars(arguments).values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= c <= "\udfff" for c in text):
                raise UsageError(reason=N_("a word is not valid UTF-8 text"))


def _forget_output() -> None:
    """Send what is left to nowhere, or Python would complain about the broken pipe once more on its way out."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _internal(error: Exception) -> InternalError:
    """Return a crash note: type, file and line; never the message, which may hold a value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "?"
    if trace is not None:
        name = trace.tb_frame.f_code.co_filename.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
        where = f"{name}:{trace.tb_lineno}"
    return InternalError(kind=type(error).__name__, where=where)
