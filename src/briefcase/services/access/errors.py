"""What can stop somebody at the door of a vault, or at changing the ways in."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class PassphraseWeak(ServiceError):
    """The passphrase is long enough and yet among the first that anybody tries."""

    code = "SERVICE_PASSPHRASE_WEAK"
    sentence = N_("The passphrase is too weak: whoever takes this computer could guess it within a week.")
    hint = N_("%(why)s Take several words that do not belong together, or let the program propose some.")
    exit_status = 2


class SlotUnknown(ServiceError):
    """No way into the vault has that number."""

    code = "SERVICE_SLOT_UNKNOWN"
    sentence = N_("The vault has no key slot with this number.")
    hint = N_("List the key slots and give the number that stands there.")
    exit_status = 2


class SlotLast(ServiceError):
    """Without it nobody could open the vault, or not after a passphrase was forgotten."""

    code = "SERVICE_SLOT_LAST"
    sentence = N_("This is the last key slot of its kind, so it is not removed.")
    hint = N_("Add the one that is to take its place first.")
    exit_status = 4


class LabelInvalid(ServiceError):
    """A second officer's slot needs a name."""

    code = "SERVICE_LABEL_INVALID"
    sentence = N_("The name of the second officer is missing, too long or not on one line.")
    hint = N_("Write whose passphrase it is, in at most %(longest)s characters.")
    exit_status = 2


class RecoveryWordsDiffer(ServiceError):
    """What was typed back from the paper is not what was printed."""

    code = "SERVICE_RECOVERY_WORDS_DIFFER"
    sentence = N_("The words that were typed back are not the recovery words (place %(place)s), so these do not count.")
    hint = N_("Look at the printed sheet and type the words again.")
    exit_status = 2


class SecondPersonNeeded(ServiceError):
    """One person alone must not do it."""

    code = "SERVICE_SECOND_PERSON"
    sentence = N_("Two persons are needed, and only one way into the vault was shown.")
    hint = N_("Give an officer's passphrase, then a second officer's passphrase or the recovery words.")
    exit_status = 4


class KeyringUnavailable(ServiceError):
    """The system's keyring cannot be used."""

    code = "SERVICE_KEYRING"
    sentence = N_("The keyring of this system cannot be used (%(reason)s).")
    hint = N_("Unlock the keyring, or open the vault with the passphrase.")


class KeyringNoEntry(ServiceError):
    """The keyring knows nothing of this vault."""

    code = "SERVICE_KEYRING_NO_ENTRY"
    sentence = N_("The keyring of this system does not open this vault.")
    hint = N_("Open the vault with the passphrase; then the keyring can be set up again.")
    exit_status = 3


class PinShort(ServiceError):
    """The PIN is too easy."""

    code = "SERVICE_PIN_SHORT"
    sentence = N_("The PIN is too easy: it needs at least %(least)s characters that are no run.")
    hint = N_("Choose another PIN, or use the passphrase only.")
    exit_status = 2


class PinWrong(ServiceError):
    """The PIN does not open the vault."""

    code = "SERVICE_PIN_WRONG"
    sentence = N_("The PIN is wrong; %(left)s tries are left before the keyring does not open this vault any more.")
    hint = N_("Type it again, or open the vault with the passphrase.")
    exit_status = 3


class PinRemoved(ServiceError):
    """Too many wrong PINs."""

    code = "SERVICE_PIN_REMOVED"
    sentence = N_("The PIN was wrong %(most)s times, so the keyring does not open this vault any more.")
    hint = N_("Open the vault with the passphrase or the recovery words.")
    exit_status = 3
