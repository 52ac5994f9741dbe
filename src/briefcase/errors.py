"""Every failure the officer can meet, as a value: a stable code, one sentence, a hint.

An error never carries the text of a record, a passphrase or a key: its facts are names of fields,
counts, file names that the officer typed, and the like. The sentence and the hint are message ids;
they are translated when they are shown (see ``briefcase.language``), never when they are raised.
Each room declares its own children in ``<room>/errors.py``; a contract test keeps the codes unique.
"""

from __future__ import annotations

from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - the customary gettext marker name
    """Mark *message* for extraction without translating it."""
    return message


class BriefcaseError(Exception):
    """Something that could not be done, said so that an officer can act on it.

    Attributes:
        code: stable and unique, capital letters and underscores; scripts may rely on it.
        sentence: message id of one full sentence without its final full stop's hint; may hold
            ``%(name)s`` places that are filled from ``facts``.
        hint: message id of what to do next, one sentence.
        exit_status: what the command line returns for it.
        facts: values for the places; never content of a record, never a secret.
    """

    code: ClassVar[str] = "BRIEFCASE"
    sentence: ClassVar[str] = N_("Something could not be done.")
    hint: ClassVar[str] = N_("Try again; if it fails again, keep the code and tell your administrator.")
    exit_status: ClassVar[int] = 1

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.code)
        self.facts: dict[str, str | int] = facts

    def __str__(self) -> str:
        """Return the code alone, so that a log line or a crash note shows no facts."""
        return self.code


class InternalError(BriefcaseError):
    """A fault of the program itself: the last resort of the command line and the window."""

    code = "INTERNAL"
    sentence = N_("The program met a fault of its own (%(kind)s at %(where)s).")
    hint = N_("Nothing was written in part; close the program, start it again, and report the code.")
    exit_status = 70


class ResourceError(BriefcaseError):
    """A file that ships with the program is missing or damaged."""

    code = "RESOURCE_MISSING"
    sentence = N_("The program's own file %(name)s is missing or damaged.")
    hint = N_("Install the program again from a trusted copy.")
    exit_status = 70
