"""What can go wrong with a vault, each as a class of its own."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class VaultError(BriefcaseError):
    """Parent of everything that this room reports."""

    code = "VAULT"
    sentence = N_("The vault could not do this.")


class VaultMissing(VaultError):
    """The folder is not there, or holds no vault."""

    code = "VAULT_MISSING"
    sentence = N_("There is no vault in %(folder)s.")
    hint = N_("Choose the folder whose name ends in .briefcase; it holds header.json and store.db.")
    exit_status = 3


class VaultExists(VaultError):
    """A vault was to be created where something already is."""

    code = "VAULT_EXISTS"
    sentence = N_("The folder %(folder)s is there already and is not empty.")
    hint = N_("Choose another name; an existing vault is never overwritten.")


class VaultHeaderDamaged(VaultError):
    """Neither the header nor its copy can be relied on."""

    code = "VAULT_HEADER_DAMAGED"
    sentence = N_("The header of the vault and its copy are damaged (%(reason)s).")
    hint = N_("Put back header.json from a copy of this vault; the data itself is not lost.")
    exit_status = 4


class VaultHeaderForeign(VaultError):
    """The header belongs to another vault than the database beside it."""

    code = "VAULT_HEADER_FOREIGN"
    sentence = N_("The header in this folder belongs to another vault.")
    hint = N_("Put back the header.json that belongs to this store.db.")
    exit_status = 4


class VaultFormatNewer(VaultError):
    """The vault was written by a newer version of the program."""

    code = "VAULT_FORMAT_NEWER"
    sentence = N_("The vault was written by a newer version of the program (format %(found)s, known is %(known)s).")
    hint = N_("Install the newer version; nothing was changed.")
    exit_status = 4


class VaultWrongKey(VaultError):
    """The key does not open the database, though the header is in order."""

    code = "VAULT_WRONG_KEY"
    sentence = N_("The key does not open the database of this vault, or its first page is damaged.")
    hint = N_("Do not change anything in the folder; open a copy of the vault instead.")
    exit_status = 4


class VaultNotEncrypted(VaultError):
    """The library would have worked without encryption; nothing was written."""

    code = "VAULT_NOT_ENCRYPTED"
    sentence = N_("The program's database library does not encrypt (%(reason)s), so nothing was opened.")
    hint = N_("Install the program again from a trusted copy.")
    exit_status = 70


class VaultInUse(VaultError):
    """Another process has the vault open."""

    code = "VAULT_IN_USE"
    sentence = N_("This vault is open in another window or program.")
    hint = N_("Close or lock it there first.")
    exit_status = 5


class VaultClosed(VaultError):
    """Something was asked of a vault that has been closed."""

    code = "VAULT_CLOSED"
    sentence = N_("The vault is locked.")
    hint = N_("Unlock it again.")


class VaultReadOnly(VaultError):
    """Something was to be written where nothing can be."""

    code = "VAULT_READ_ONLY"
    sentence = N_("Nothing can be written to this vault: its folder or medium is read-only.")
    hint = N_("Copy the whole folder to the laptop's disk and open it there.")
    exit_status = 6


class VaultNotClean(VaultError):
    """A read-only opening found work that is not yet in the database file."""

    code = "VAULT_NOT_CLEAN"
    sentence = N_("The vault was not closed properly, so its newest records cannot be read from a read-only medium.")
    hint = N_("Copy the whole folder to the laptop's disk and open it there once.")
    exit_status = 6


class VaultDiskFull(VaultError):
    """There is too little room; nothing was written in part."""

    code = "VAULT_DISK_FULL"
    sentence = N_("The disk of the vault is full: about %(missing)s MiB more are needed; nothing was written.")
    hint = N_("Free some space on that disk, then do it again.")
    exit_status = 7


class VaultDamaged(VaultError):
    """The database or a file of the vault is damaged."""

    code = "VAULT_DAMAGED"
    sentence = N_("The vault is damaged (%(reason)s).")
    hint = N_("Stop working with it, keep the folder as it is, and run the check of the vault.")
    exit_status = 4


class VaultDiskFailed(VaultError):
    """The operating system could not read or write."""

    code = "VAULT_DISK"
    sentence = N_("The disk of the vault could not be read or written (%(reason)s).")
    hint = N_("Check the medium and its connection; then open the vault again.")
    exit_status = 4


class VaultFault(VaultError):
    """The database refused for a reason that should not occur."""

    code = "VAULT_FAULT"
    sentence = N_("The database of the vault refused to work (%(reason)s); nothing was written.")
    hint = N_("Close the vault and open it again; if it fails again, keep the code and run the check of the vault.")


class SearchStopped(VaultError):
    """A search was stopped because a newer one took its place."""

    code = "VAULT_STOPPED"
    sentence = N_("The search was stopped.")
    hint = N_("Search again.")


class RecordUnknown(VaultError):
    """No record has this id."""

    code = "VAULT_RECORD_UNKNOWN"
    sentence = N_("There is no record with the id %(id)s in this vault.")
    hint = N_("Search for the record by its name and use the id that is shown there.")


class RecordIncomplete(VaultError):
    """A record came without what the program itself sets."""

    code = "VAULT_RECORD_INCOMPLETE"
    sentence = N_("The record cannot be kept: its field %(field)s is empty or not in its canonical form.")
    hint = N_("This is a fault of the program; keep the code and tell your administrator.")


class RevisionConflict(VaultError):
    """A revision does not follow the current one."""

    code = "VAULT_REVISION_CONFLICT"
    sentence = N_("The record was changed in the meantime, so this change does not fit any more.")
    hint = N_("Open the record again and repeat the change.")


class KindChanged(VaultError):
    """A revision would turn a record into another kind."""

    code = "VAULT_KIND_CHANGED"
    sentence = N_("A record cannot be turned into another kind.")
    hint = N_("Make a new record of that kind and link the two.")


class AttachmentUnknown(VaultError):
    """No attachment has this digest."""

    code = "VAULT_ATTACHMENT_UNKNOWN"
    sentence = N_("The file is not among the attachments of this vault.")
    hint = N_("Attach the file again to its document record.")


class AttachmentDamaged(VaultError):
    """An attachment's file is missing, cut or changed."""

    code = "VAULT_ATTACHMENT_DAMAGED"
    sentence = N_("The attached file is damaged or missing (%(reason)s).")
    hint = N_("Take it from a copy of the vault, or attach the original again.")
    exit_status = 4


class AttachmentUnreadable(VaultError):
    """The file to attach could not be read to its end."""

    code = "VAULT_ATTACHMENT_UNREADABLE"
    sentence = N_("The file to attach could not be read (%(reason)s).")
    hint = N_("Copy the file to the laptop's disk first, then attach it again.")


class ContactUnknown(VaultError):
    """No contact has this fingerprint."""

    code = "VAULT_CONTACT_UNKNOWN"
    sentence = N_("There is no contact with this fingerprint.")
    hint = N_("Import the partner's contact card first.")


class BundleAltered(VaultError):
    """A bundle id was seen before with other content."""

    code = "VAULT_BUNDLE_ALTERED"
    sentence = N_("A bundle with the same id but other content was registered before.")
    hint = N_("Do not take it in; keep both files and tell your security officer.")


class MessageAltered(VaultError):
    """A message id was seen before with other content."""

    code = "VAULT_MESSAGE_ALTERED"
    sentence = N_("A message with the same id but other content was registered before.")
    hint = N_("Do not take it in; keep both files and tell your security officer.")


class CopyDiffers(VaultError):
    """A copy was read back and is not what was written."""

    code = "VAULT_COPY_DIFFERS"
    sentence = N_("The copy was read back from the medium and is not what was written; it was removed.")
    hint = N_("Use another stick and make the copy again; do not rely on this one.")
    exit_status = 4


class CopyFileLimit(VaultError):
    """A file of the vault is longer than the file system of the medium allows."""

    code = "VAULT_COPY_FILE_LIMIT"
    sentence = N_("The medium is formatted with FAT32, which holds no file above 4 GiB, and this vault has one.")
    hint = N_("Use a medium that is formatted with exFAT, or another disk.")
    exit_status = 6
