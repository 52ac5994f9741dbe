"""What can go wrong when records are looked for."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class SearchUnknown(ServiceError):
    """No question is saved under this name."""

    code = "SERVICE_SEARCH_UNKNOWN"
    sentence = N_("No search is saved under the name %(name)s.")
    hint = N_("List the saved searches to see their names.")
    exit_status = 2


class SearchNeedsCase(ServiceError):
    """What a contact may see is looked through for one case at a time."""

    code = "SERVICE_SEARCH_NEEDS_CASE"
    sentence = N_("What a contact may see can be searched in one case at a time.")
    hint = N_("Name the case.")
    exit_status = 2


class SearchNameless(ServiceError):
    """A search is to be saved without a name or without a question."""

    code = "SERVICE_SEARCH_NAMELESS"
    sentence = N_("A search is saved under a name of one line, and it must ask something.")
    hint = N_("Give it a short name and the words or filters to look for.")
    exit_status = 2
