"""What can stop a use case of the audit chain."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class HeadInvalid(ServiceError):
    """What was typed is no head of an audit chain."""

    code = "SERVICE_HEAD_INVALID"
    sentence = N_("That is not a head of an audit chain: at least %(least)s digits from 0 to 9 and a to f are needed.")
    hint = N_("Type it as it stands at the foot of a printed page; blanks do not matter.")
    exit_status = 2


class LogInvalid(ServiceError):
    """A file is no signed export of an audit log, or is not as it was signed."""

    code = "SERVICE_LOG_INVALID"
    sentence = N_("The file %(name)s is no audit log that Briefcase signed, or it was changed: %(reason)s.")
    hint = N_("Ask its sender for the file again, and compare the number of entries and the head with him.")
    exit_status = 4
