"""What can stop a use case."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class ServiceError(BriefcaseError):
    """Base of the errors of the services; never raised itself."""

    code = "SERVICE"
    sentence = N_("The step could not be done.")
    hint = N_("Try again; if it fails again, keep the code and tell your administrator.")


class RequestRefused(ServiceError):
    """Base of the errors about what was asked for: a name, a file, a choice; never raised itself."""

    code = "SERVICE_REQUEST"
    sentence = N_("What was asked for cannot be done as it was asked.")
    exit_status = 2


class PassphraseWrong(ServiceError):
    """No slot of the vault opens with what was typed."""

    code = "SERVICE_PASSPHRASE_WRONG"
    sentence = N_("The passphrase does not open this vault.")
    hint = N_("Type it again; mind capital letters and the keyboard's language.")
    exit_status = 3


class PassphraseShort(RequestRefused):
    """The passphrase is too weak to protect anything."""

    code = "SERVICE_PASSPHRASE_SHORT"
    sentence = N_("The passphrase is too short; it needs at least %(least)s characters.")
    hint = N_("Take several words that do not belong together, or let the program propose some.")


class ContactUnknown(RequestRefused):
    """No contact has that name or fingerprint."""

    code = "SERVICE_CONTACT_UNKNOWN"
    sentence = N_("No contact is called %(name)s.")
    hint = N_("List the contacts, or import the partner's card first.")


class ContactAmbiguous(RequestRefused):
    """Several contacts have that name."""

    code = "SERVICE_CONTACT_AMBIGUOUS"
    sentence = N_("%(count)s contacts are called %(name)s.")
    hint = N_("Give the fingerprint of the one you mean.")


class ContactOwnCard(RequestRefused):
    """The card is our own."""

    code = "SERVICE_CONTACT_OWN_CARD"
    sentence = N_("This is your own card.")
    hint = N_("Import the card of the partner instead.")


class OwnCardInUse(RequestRefused):
    """Our present card is to be revoked in our own vault."""

    code = "SERVICE_OWN_CARD_IN_USE"
    sentence = N_("This is about the card that you use now.")
    hint = N_("Renew your identity first; then take it in again, and your former card is revoked here, too.")


class WordsDiffer(RequestRefused):
    """The words that were read aloud are not those of the card."""

    code = "SERVICE_WORDS_DIFFER"
    sentence = N_("The twelve words are not those of this card, so the contact stays unverified.")
    hint = N_("Read the words again with your partner; if they still differ, do not use this card.")


class WordsOfAnother(WordsDiffer):
    """The words that were read aloud are those of another card."""

    code = "SERVICE_WORDS_OF_ANOTHER"
    sentence = N_("These are the twelve words of another card, that of %(name)s (%(fingerprint)s).")
    hint = N_("Find out who read them to you; choose that card, or have your partner read the words of this one.")


class AgencyInvalid(RequestRefused):
    """Agency and country do not have the form that release decisions need."""

    code = "SERVICE_AGENCY_INVALID"
    sentence = N_("The agency %(agency)s and the country %(country)s do not fit.")
    hint = N_("Write the country as three letters (GBR) and the agency as COUNTRY/AGENCY (GBR/HMRC).")


class ContactNotVerified(ServiceError):
    """A recipient is not verified, or not current."""

    code = "SERVICE_CONTACT_NOT_VERIFIED"
    sentence = N_("The contact %(name)s is %(state)s, so nothing is sealed for it.")
    hint = N_("Compare the twelve words with your partner in person and verify the contact.")
    exit_status = 4


class ContactRevoked(ContactNotVerified):
    """A card whose keys are lost is never sealed to, taken in from or verified again."""

    code = "SERVICE_CONTACT_REVOKED"
    sentence = N_("The card of %(name)s was revoked, and nothing brings it back.")
    hint = N_("Ask your partner for a new card and compare its words.")


class ContactReplaced(ContactNotVerified):
    """A card that its owner renewed."""

    code = "SERVICE_CONTACT_REPLACED"
    sentence = N_("The card of %(name)s was renewed, so nothing is sealed for the old one.")
    hint = N_("Use the new card, %(fingerprint)s.")


class ContactExpired(ContactNotVerified):
    """A card that is not valid at this time."""

    code = "SERVICE_CONTACT_EXPIRED"
    sentence = N_("The card of %(name)s is valid from %(since)s until %(until)s, so it cannot be used now.")
    hint = N_("Ask your partner for a renewed card, and check the clock of this machine.")


class DeviceInvalid(RequestRefused):
    """The device's name cannot stand on a card."""

    code = "SERVICE_DEVICE_INVALID"
    sentence = N_("The name of the device is too long or holds characters that cannot be read aloud.")
    hint = N_("Take a short name on one line, or none.")


class TimeInvalid(RequestRefused):
    """A time is not written as UTC."""

    code = "SERVICE_TIME_INVALID"
    sentence = N_("The time is not written as 2026-11-24T06:02:56Z.")
    hint = N_("Write it in UTC and in this form, or leave it out.")


class IdentityExpired(ServiceError):
    """Our own card is not valid now, so no partner could verify what it signs."""

    code = "SERVICE_IDENTITY_EXPIRED"
    sentence = N_("Your own card is valid from %(since)s until %(until)s, so partners could not verify what you seal.")
    hint = N_("Renew your identity, hand out the new card and have its words compared; check the clock, too.")
    exit_status = 4


class OfficerInvalid(RequestRefused):
    """The officer's name cannot stand on a card."""

    code = "SERVICE_OFFICER_INVALID"
    sentence = N_("The officer's name is empty, too long or holds characters that cannot be read aloud.")
    hint = N_("Write the name as partners know it, on one line.")


class NobodyChosen(RequestRefused):
    """A hand-over without recipients."""

    code = "SERVICE_NOBODY_CHOSEN"
    sentence = N_("No recipient was chosen.")
    hint = N_("Choose at least one contact.")


class NothingReleased(ServiceError):
    """No record and no tear-line may go to any of the recipients."""

    code = "SERVICE_NOTHING_RELEASED"
    sentence = N_("Nothing of this may go to %(name)s, so no file was written.")
    hint = N_("Look at the reasons in the release matrix.")
    exit_status = 4


class DecisionChanged(ServiceError):
    """What was approved is not what would be sealed now."""

    code = "SERVICE_DECISION_CHANGED"
    sentence = N_("The records or the decisions changed after the release matrix was shown, so nothing was sealed.")
    hint = N_("Look at the release matrix again and repeat the hand-over.")
    exit_status = 4


class CaseUnknown(RequestRefused):
    """No case has that id or title."""

    code = "SERVICE_CASE_UNKNOWN"
    sentence = N_("There is no such case.")
    hint = N_("List the cases and give the id or the whole title.")


class CaseAmbiguous(RequestRefused):
    """Several cases have that title."""

    code = "SERVICE_CASE_AMBIGUOUS"
    sentence = N_("%(count)s cases have this title.")
    hint = N_("Give the id of the one you mean.")


class RecordExists(RequestRefused):
    """An own id that is taken already."""

    code = "SERVICE_RECORD_EXISTS"
    sentence = N_("A record with the id %(id)s is in the vault already.")
    hint = N_("Leave out the id, or edit the record that is there.")


class RecordOfPartner(ServiceError):
    """A received record is never edited."""

    code = "SERVICE_RECORD_OF_PARTNER"
    sentence = N_("This record belongs to a partner and is never edited.")
    hint = N_("Write a note or a link of your own about it.")
    exit_status = 4


class RecordNotDocument(RequestRefused):
    """Only a document can have a file."""

    code = "SERVICE_RECORD_NOT_DOCUMENT"
    sentence = N_("A file can only be attached to a record of the kind document.")
    hint = N_("Add a document record first, then attach the file to it.")


class FileUnreadable(RequestRefused):
    """A file that the officer named cannot be read or written."""

    code = "SERVICE_FILE_UNREADABLE"
    sentence = N_("The file %(name)s cannot be read.")
    hint = N_("Check the name and whether the medium is there.")


class FileNotPlain(FileUnreadable):
    """What the officer named is a pipe, a device or a folder."""

    code = "SERVICE_FILE_NOT_PLAIN"
    sentence = N_("%(name)s is no plain file but a pipe, a device or a folder.")
    hint = N_("Save what comes from it to a disk or a stick, and name the saved file.")


class FileTooLarge(RequestRefused):
    """A file that the officer named is longer than anything of its kind."""

    code = "SERVICE_FILE_TOO_LARGE"
    sentence = N_("The file %(name)s is larger than %(limit)s bytes and is not read.")
    hint = N_("Check that it is the file you mean, or split it.")


class FileUnwritable(RequestRefused):
    """A file that the officer named cannot be written."""

    code = "SERVICE_FILE_UNWRITABLE"
    sentence = N_("The file %(name)s cannot be written.")
    hint = N_("Check the folder, the free space and whether the medium is write-protected.")


class FileExists(RequestRefused):
    """A file is never overwritten without being asked to."""

    code = "SERVICE_FILE_EXISTS"
    sentence = N_("The file %(name)s is there already and is not overwritten.")
    hint = N_("Choose another name.")


class FolderMissing(RequestRefused):
    """The folder that the officer named for the output is not there."""

    code = "SERVICE_FOLDER_MISSING"
    sentence = N_("There is no folder %(name)s.")
    hint = N_("Put the stick in and see under which name it is there, or make the folder; none is made for you.")


class FileSame(RequestRefused):
    """A file would be written over one that is read for it, a key or a passphrase included."""

    code = "SERVICE_FILE_SAME"
    sentence = N_("The file %(name)s is read for this and would be written over.")
    hint = N_("Choose another name for the output.")


class NothingAttached(RequestRefused):
    """The document record has no file."""

    code = "SERVICE_NOTHING_ATTACHED"
    sentence = N_("No file is attached to this record.")
    hint = N_("Attach a file first.")


class TakeInRefused(ServiceError):
    """Only a bundle that is verified to us is taken in or acknowledged."""

    code = "SERVICE_TAKE_IN_REFUSED"
    sentence = N_("The bundle is not taken in or acknowledged: it was not verified to you from a confirmed contact.")
    hint = N_("Read the verdict; verify the sender's card and open the file again, or ask for a new copy of it.")
    exit_status = 12


class BundleIdReused(ServiceError):
    """The same bundle id came with other content: somebody is playing tricks."""

    code = "SERVICE_BUNDLE_ID_REUSED"
    sentence = N_("A bundle with the same number but other content was seen before; this is an alarm.")
    hint = N_("Take nothing in; keep both files and speak with the sender in person.")
    exit_status = 12


class FolderTaken(RequestRefused):
    """The demonstration would overwrite something that it did not make."""

    code = "SERVICE_FOLDER_TAKEN"
    sentence = N_("The folder already holds something called %(name)s that no demonstration made.")
    hint = N_("Choose another folder for the demonstration.")


class PassphraseMissing(RequestRefused):
    """No passphrase was given, and there is no terminal to ask at."""

    code = "SERVICE_PASSPHRASE_MISSING"
    sentence = N_("No passphrase was given.")
    hint = N_("Name a file that holds it with --passphrase-file, or start the program in a terminal.")


class VaultNotNamed(RequestRefused):
    """The command needs a vault."""

    code = "SERVICE_VAULT_NOT_NAMED"
    sentence = N_("No vault was named.")
    hint = N_("Name its folder with --vault, or in the variable BRIEFCASE_VAULT.")


class ProgramMixed(ServiceError):
    """Another distribution installs into the same folder."""

    code = "SERVICE_PROGRAM_MIXED"
    sentence = N_(
        "Another program called briefcase is installed in the same environment and may have replaced parts of this one."
    )
    hint = N_("Install this program again into an environment of its own.")
    exit_status = 70


class VaultFailsCheck(ServiceError):
    """The vault is not what its audit chain says; nothing may leave it until that is understood."""

    code = "SERVICE_VAULT_FAILS_CHECK"
    sentence = N_("The vault was changed or damaged from outside (%(area)s), so nothing is handed over from it.")
    hint = N_("Check the vault, compare its audit head with a printed one, and restore a copy if they differ.")
    exit_status = 4


class SealedInPart(ServiceError):
    """Some files of a hand-over were sealed and logged before the next one failed."""

    code = "SERVICE_SEALED_IN_PART"
    sentence = N_("%(done)s of %(all)s files were sealed and logged (%(names)s); the next one failed with %(reason)s.")
    hint = N_("Give out only what was sealed, mend the cause, and repeat the hand-over for the other recipients.")
    exit_status = 4


class MessageTakeRefused(ServiceError):
    """Only a message that is verified to us is kept."""

    code = "SERVICE_MESSAGE_REFUSED"
    sentence = N_("The message is not kept, because it was not verified as sent to you by a confirmed contact.")
    hint = N_("Read the verdict; verify the sender's card, or ask for a new copy of the file.")
    exit_status = 12


class MessageIdReused(ServiceError):
    """The same message id came with other content: somebody is playing tricks."""

    code = "SERVICE_MESSAGE_ID_REUSED"
    sentence = N_("A message with the same id but other content was seen before; this is an alarm.")
    hint = N_("Keep both files and speak with the sender in person.")
    exit_status = 12


class BundleNotTaken(RequestRefused):
    """No bundle of that id was taken in."""

    code = "SERVICE_BUNDLE_NOT_TAKEN"
    sentence = N_("No bundle of this id was taken in.")
    hint = N_("Give the file of the bundle, or take it in first.")


class NotAReceipt(RequestRefused):
    """The message is of another type."""

    code = "SERVICE_NOT_A_RECEIPT"
    sentence = N_("This message is not a receipt.")
    hint = N_("Take it in as a message.")
