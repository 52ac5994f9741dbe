"""What can stop a case from being cleared."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class MatchesOpen(ServiceError):
    """Texts that would go name what is withheld, or files cannot be searched, and the officer has not decided."""

    code = "SERVICE_MATCHES_OPEN"
    sentence = N_("%(count)s matches of texts or files with what is withheld are open, so nothing is handed over.")
    hint = N_(
        "Reword each text, withhold its record (--without), or look at the match and confirm it (--confirm); every"
        " answer is for this text and this recipient only."
    )
    exit_status = 4


class MatchUnknown(ServiceError):
    """No open match of this hand-over has that number."""

    code = "SERVICE_MATCH_UNKNOWN"
    sentence = N_("No open match of this hand-over has the number %(id)s.")
    hint = N_("Show the matrix again (--dry-run): a changed text, record or recipient gives a match another number.")
    exit_status = 2


class NotInHandover(ServiceError):
    """A record that is to be left out is not in the case."""

    code = "SERVICE_NOT_IN_HANDOVER"
    sentence = N_("The record %(id)s is not in what is to be handed over.")
    hint = N_("Give the id of a record of the case.")
    exit_status = 2
