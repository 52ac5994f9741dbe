"""What can go wrong while a page is set."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class PaperError(BriefcaseError):
    """Base of the failures of this room."""

    code = "PAPER"
    sentence = N_("The document could not be set.")
    hint = N_("Try again; if it fails again, keep the code and tell your administrator.")


class UnknownPaper(PaperError):
    """The paper format is neither A4 nor Letter."""

    code = "PAPER_FORMAT_UNKNOWN"
    sentence = N_("There is no paper format called %(name)s.")
    hint = N_("Use a4 or letter.")
