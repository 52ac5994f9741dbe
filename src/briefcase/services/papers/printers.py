"""Printing on a printer of this computer: each copy with its own number, logged before it leaves us.

The pages go to ``lp`` of CUPS through a pipe, so nothing of ours lies on the disk. What the print system then keeps is
its own; ``docs/decisions/paper.md`` says so, and the command line says it before it prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.services import printing
from briefcase.services.contacts import Contact
from briefcase.services.papers.errors import PrinterStopped, PrinterUnknown, PrintFailed, PrintSystemMissing
from briefcase.services.printing import Copy
from briefcase.services.session import Session

_ANSWER_SECONDS = 60
_MEDIA = {"a4": "A4", "letter": "Letter"}
_KEPT = ("PATH", "HOME", "CUPS_SERVER", "CUPS_SERVERROOT")
"""What the print commands see of our environment; the language is fixed, since their answers are read."""


@dataclass(frozen=True)
class Handed:
    """What a printer was handed: its pages, and the control number of each copy in order."""

    pages: int
    control_numbers: tuple[str, ...]


def printers() -> list[str]:
    """Return the names of the printers that the system knows.

    Raises:
        PrintSystemMissing: there are no CUPS commands here, or the scheduler does not answer.
    """
    if "is running" not in _answer("lpstat", "-r"):
        raise PrintSystemMissing
    return _answer("lpstat", "-e").split()


def need_ready(printer: str) -> None:
    """Refuse a printer that would keep the pages waiting on the disk, or that is none.

    Raises:
        PrintSystemMissing: see ``printers``.
        PrinterUnknown: no printer has exactly this name.
        PrinterStopped: it is stopped, or its queue takes nothing.
    """
    if printer not in printers():
        raise PrinterUnknown(name=printer)
    state = _answer("lpstat", "-p", printer)
    if " disabled " in state or "not accepting" in _answer("lpstat", "-a", printer):
        raise PrinterStopped(name=printer)


def print_copies(
    session: Session, text: str, printer: str, *, copies: int = 1, paper: str = "a4", for_contact: Contact | None = None
) -> Handed:
    """Print the document that ``printing.report_pdf_bytes`` sets of *text*, each copy set for itself.

    A copy stands in the log with its printer before the printer has it; a copy that the printer then refuses stands
    there as refused, too, and no further one is made.

    Args:
        session: open.
        text: id of a record, or the title of a case.
        printer: its name in the print system.
        copies: how many, from 1.
        paper: ``a4`` or ``letter``.
        for_contact: build it from what this contact may see.

    Raises:
        PrintSystemMissing, PrinterUnknown, PrinterStopped: nothing was made or logged.
        PrintFailed: the printer refused this copy; those before it are printed.
        And what ``printing.report_pdf_bytes`` raises.
    """
    need_ready(printer)
    numbers, pages = [], 0
    for number in range(1, copies + 1):
        copy = Copy(number, copies, printer)
        made = printing.report_pdf_bytes(session, text, paper=paper, for_contact=for_contact, copy=copy)
        if not _hand(printer, made.data, paper):
            enter_refused(session, [made.control_number], printer)
            raise PrintFailed(name=printer, copy=number, copies=copies)
        numbers.append(made.control_number)
        pages = made.pages
    return Handed(pages, tuple(numbers))


def enter_refused(session: Session, control_numbers: Sequence[str], printer: str) -> None:
    """Enter in the log that copies, which stand there as printed, never reached their printer."""
    with session.vault.transaction():
        for number in control_numbers:
            detail: dict[str, object] = {"control": number, "printer": printer}
            session.vault.audit.append("paper.refused", session.vault.vault_id, detail, actor=session.officer)


def _hand(printer: str, data: bytes, paper: str) -> bool:
    """Give a PDF to the queue of a printer; the job has a name that says nothing. Return whether it was taken."""
    words = [_found("lp"), "-s", "-d", printer, "-n", "1", "-t", "briefcase", "-o", f"media={_MEDIA[paper]}"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed list of arguments, and a printer that lpstat names
            words, input=data, capture_output=True, check=False, timeout=_ANSWER_SECONDS, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _answer(command: str, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed list of arguments, and a printer that lpstat names
            [_found(command), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_ANSWER_SECONDS,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        raise PrintSystemMissing from None
    return done.stdout.decode("utf-8", "replace")


def _found(command: str) -> str:
    path = shutil.which(command)
    if path is None:
        raise PrintSystemMissing
    return path


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C", **{name: os.environ[name] for name in _KEPT if name in os.environ}}
