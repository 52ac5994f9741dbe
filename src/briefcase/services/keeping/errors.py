"""What can go wrong with copies, restored and travel vaults, purging and repairing."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class CopyStopped(ServiceError):
    """The officer stopped the copying."""

    code = "SERVICE_COPY_STOPPED"
    sentence = N_("The work was stopped; nothing stands under the new name.")
    hint = N_("Start it again when there is time.")


class CopyInside(ServiceError):
    """A copy or a sealed file was to be put inside the vault itself, where what is not its own is swept away."""

    code = "SERVICE_COPY_INSIDE"
    sentence = N_("Neither a copy nor a sealed file can be put inside the folder of the vault itself.")
    hint = N_("Choose a stick or another disk.")


class CopyNotWhole(ServiceError):
    """What was to be restored is not whole."""

    code = "SERVICE_COPY_NOT_WHOLE"
    sentence = N_("The vault in %(name)s is not whole (%(area)s), so nothing was restored from it.")
    hint = N_("Restore from another copy, or save what is whole with vault repair.")
    exit_status = 4


class RestoredUnsettled(ServiceError):
    """Something was to leave a restored vault that does not know what was revoked since its copy was made."""

    code = "SERVICE_RESTORED_UNSETTLED"
    sentence = N_(
        "This vault was restored from a copy of %(when)s: cards revoked and records recalled since are unknown."
    )
    hint = N_("Take in revocations and recalls again and say vault restored --taken, or --none if there are none.")
    exit_status = 4


class RestoredNothingTaken(ServiceError):
    """The officer says that revocations or recalls were taken in again, and none was."""

    code = "SERVICE_RESTORED_NOTHING_TAKEN"
    sentence = N_("No revocation, recall or notice was taken in since the vault was restored.")
    hint = N_("Take them in first; if your partners have none for you, say vault restored --none.")


class RestoredAlready(ServiceError):
    """A vault is asked about that was not restored, or whose questions are answered."""

    code = "SERVICE_RESTORED_ALREADY"
    sentence = N_("This vault waits for no revocations or recalls.")
    hint = N_("Nothing has to be done.")


class PurgeUnconfirmed(ServiceError):
    """The second question before a case is deleted for good was not answered with its number."""

    code = "SERVICE_PURGE_UNCONFIRMED"
    sentence = N_("Nothing was deleted: what was typed is not the number of the case.")
    hint = N_("Look at what would go, then give the number again exactly as it is shown.")
    exit_status = 2


class TravelWithoutKeys(ServiceError):
    """A travel vault was asked for something that needs the secret keys."""

    code = "SERVICE_TRAVEL_WITHOUT_KEYS"
    sentence = N_(
        "This is a travel vault: its secret keys stayed at home, so nothing is sealed, signed or opened here."
    )
    hint = N_("Bring the changes home with vault merge, and seal there.")
    exit_status = 4


class TravelForeign(ServiceError):
    """What was to be merged is no travel vault of this vault."""

    code = "SERVICE_TRAVEL_FOREIGN"
    sentence = N_("The vault in %(name)s is no travel vault that was made from this one.")
    hint = N_("Merge a travel vault into the vault that made it; other records come in as sealed files.")
    exit_status = 2


class ConflictUnknown(ServiceError):
    """No decision is waiting for this record."""

    code = "SERVICE_CONFLICT_UNKNOWN"
    sentence = N_("No decision is waiting about this record and this revision.")
    hint = N_("See vault conflicts for what is to be decided.")
    exit_status = 2
