"""What can go wrong when records are looked for, or come in by the million."""

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


class FileChanged(ServiceError):
    """A file that is read several times was written to in the meantime."""

    code = "SERVICE_FILE_CHANGED"
    sentence = N_("The file was changed while it was read.")
    hint = N_("Look at what was kept (case list, search), then add the rest from a file that nobody writes to.")


class TooManyNames(ServiceError):
    """A large file has more lines with short names of their own than memory should hold."""

    code = "SERVICE_TOO_MANY_NAMES"
    sentence = N_("More than %(most)s lines of the file give themselves a short name.")
    hint = N_("Give the lines UUIDs instead, or none where no other line points to them; nothing was kept.")
    exit_status = 2
