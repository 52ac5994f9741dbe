"""What can go wrong when records of several agencies are joined."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class ClashUnknown(ServiceError):
    """No field of this record is in conflict."""

    code = "SERVICE_CLASH_UNKNOWN"
    sentence = N_("No field of this record waits for a decision.")
    hint = N_("See conflicts list for what is to be decided.")
    exit_status = 2


class ClashChoice(ServiceError):
    """What is to be kept of a conflict was not said for every field, or means nothing there."""

    code = "SERVICE_CLASH_CHOICE"
    sentence = N_("Nothing was decided: %(field)s needs one of the revisions that conflicts list shows, or both.")
    hint = N_("Give --keep FIELD=REVISION, or FIELD=both for lists and texts, once for every field in conflict.")
    exit_status = 2


class PairUnknown(ServiceError):
    """Two records are to be the same that are not two parties here."""

    code = "SERVICE_PAIR_UNKNOWN"
    sentence = N_("These are not two different parties that are in this vault.")
    hint = N_("See same list for the pairs, and give the ids of both.")
    exit_status = 2


class PairDecided(ServiceError):
    """The pair was decided so already."""

    code = "SERVICE_PAIR_DECIDED"
    sentence = N_("This was decided so before; nothing was changed.")
    hint = N_("See same list --decided; the other decision takes it back.")
    exit_status = 2


class PairUnmarked(ServiceError):
    """No label can be made that is as strict as those of both parties."""

    code = "SERVICE_PAIR_UNMARKED"
    sentence = N_("The labels of the two parties follow different policies, so the link needs a marking of its own.")
    hint = N_("Give --marking.")
    exit_status = 2


class PairMarkedLower(ServiceError):
    """The marking for a link keeps less back than those of the parties that it joins."""

    code = "SERVICE_PAIR_MARKED_LOWER"
    sentence = N_("The marking keeps less back than the labels of the two parties.")
    hint = N_("Give a marking that is as strict as both.")
    exit_status = 4
