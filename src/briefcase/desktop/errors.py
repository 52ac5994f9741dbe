"""What can go wrong in the window itself."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class Cancelled(BriefcaseError):
    """The officer stopped work that was under way."""

    code = "DESKTOP_CANCELLED"
    sentence = N_("The work was stopped.")
    hint = N_("Nothing of it was kept.")
