"""What can go wrong with joint operations."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class OperationUnknown(ServiceError):
    """No operation has that id or name."""

    code = "SERVICE_OPERATION_UNKNOWN"
    sentence = N_("There is no such joint operation in this vault, or several have that name.")
    hint = N_("See operation list, and give the id.")
    exit_status = 2


class TaskUnknown(ServiceError):
    """The operation has no such task."""

    code = "SERVICE_TASK_UNKNOWN"
    sentence = N_("The operation has no such task.")
    hint = N_("See operation show for its tasks, and give the id.")
    exit_status = 2


class TaskIncomplete(ServiceError):
    """A task was promised by nobody, or until never."""

    code = "SERVICE_TASK_INCOMPLETE"
    sentence = N_("A new task needs a title, an agency that promises it, and a day by which it is promised.")
    hint = N_("Give --title, --owner-agency and --due.")
    exit_status = 2


class AgencyNotInOperation(ServiceError):
    """An agency was named that takes no part in the operation."""

    code = "SERVICE_AGENCY_NOT_IN_OPERATION"
    sentence = N_("%(agency)s takes no part in this operation.")
    hint = N_("Name one of its agencies; operation show lists them.")
    exit_status = 2


class NotYetGo(ServiceError):
    """An operation was to be executed for which nobody has said go."""

    code = "SERVICE_NOT_YET_GO"
    sentence = N_("The operation cannot be executed: the decision is not go.")
    hint = N_("Say operation go OPERATION go first, when all agencies have agreed.")
    exit_status = 4


class ShareNotOurs(ServiceError):
    """A record was to be kept together with others that is not our own."""

    code = "SERVICE_SHARE_NOT_OURS"
    sentence = N_("Only the agency whose record it is lets others keep it, too.")
    hint = N_("Ask its originator to share it.")
    exit_status = 4
