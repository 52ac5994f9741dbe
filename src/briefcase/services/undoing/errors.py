"""What can go wrong when something is taken back."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class NothingToUndo(ServiceError):
    """There is no earlier version of a record to go back to, or no such version."""

    code = "SERVICE_NOTHING_TO_UNDO"
    sentence = N_("There is no such version of this record that it could go back to.")
    hint = N_("See history for its versions; a whole case is taken away with bin put.")
    exit_status = 2


class CaseInBin(ServiceError):
    """A case was asked for that lies in the bin."""

    code = "SERVICE_CASE_IN_BIN"
    sentence = N_("This case was deleted and lies in the bin.")
    hint = N_("Take it out with bin restore before anything else is done with it.")
    exit_status = 2


class CaseNotInBin(ServiceError):
    """A case was to be taken out of the bin that is not in it."""

    code = "SERVICE_CASE_NOT_IN_BIN"
    sentence = N_("This case does not lie in the bin.")
    hint = N_("See bin list for what does.")
    exit_status = 2


class RetentionInvalid(ServiceError):
    """The bin was to keep cases for a number of days that makes no sense."""

    code = "SERVICE_RETENTION_INVALID"
    sentence = N_("The bin keeps cases for %(least)s to %(most)s days.")
    hint = N_("Give a number of days in between.")
    exit_status = 2
