"""What only the command line can get wrong."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class UsageError(BriefcaseError):
    """The command was not written as docs/cli.md has it."""

    code = "USAGE"
    sentence = N_("The command is not complete or not known: %(reason)s.")
    hint = N_("Add --help to see how it is written.")
    exit_status = 2


class OutputFailed(BriefcaseError):
    """Standard output cannot take the answer: its disk is full, or it was closed."""

    code = "OUTPUT"
    sentence = N_("The answer could not be written.")
    hint = N_("Check where the output goes; what the command did stays done.")


class BinaryRefused(BriefcaseError):
    """Bytes that are no text would go to a terminal, which obeys some of them."""

    code = "OUTPUT_BINARY"
    sentence = N_("The output is not text and is not shown at a terminal.")
    hint = N_("Name a file with -o, or write -o - to have it shown all the same.")
    exit_status = 2


class Interrupted(BriefcaseError):
    """The officer stopped the program."""

    code = "INTERRUPTED"
    sentence = N_("The work was stopped.")
    hint = N_("Nothing was left half-written; start again when you are ready.")
    exit_status = 130
