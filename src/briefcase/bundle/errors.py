"""What can go wrong while a bundle is written or read, each as a class of its own."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class BundleError(BriefcaseError):
    """Parent of everything that this room reports."""

    code = "BUNDLE"
    sentence = N_("The bundle could not be handled.")


class BundleBroken(BundleError):
    """Something in the file is not what its sender signed; ``reason`` is a short technical word."""

    code = "BUNDLE_BROKEN"
    sentence = N_("The bundle is damaged or was changed after it was signed (%(reason)s).")
    hint = N_("Do not use it; ask the sender for a new copy and tell your security officer.")
    exit_status = 12


class BundleUnsupported(BundleError):
    """The bundle uses a suite, a format or an extension that this version does not know."""

    code = "BUNDLE_UNSUPPORTED"
    sentence = N_(
        "The bundle needs something that this version does not have (%(needs)s); version %(version)s reads it."
    )
    hint = N_("Install that version or a newer one, then open the bundle again.")


class SealedMessage(BundleError):
    """A message was opened as if it were a bundle."""

    code = "BUNDLE_IS_MESSAGE"
    sentence = N_("This file is a message, not a bundle of records.")
    hint = N_("Open it as a message.")
    exit_status = 2


class SealedBundle(BundleError):
    """A bundle was opened as if it were a message."""

    code = "BUNDLE_IS_BUNDLE"
    sentence = N_("This file is a bundle of records, not a message.")
    hint = N_("Open it as a bundle.")
    exit_status = 2


class MessageRefused(BundleError):
    """What was to be sent as a message breaks a rule of the format; ``reason`` names it."""

    code = "BUNDLE_MESSAGE"
    sentence = N_("The message cannot be sealed as it is (%(reason)s); nothing was written.")
    hint = N_("Correct it as docs/bundle-format.md has it, and send it again.")
    exit_status = 2


class BundleNotReadable(BundleError):
    """The verdict on the file does not allow its content to be shown."""

    code = "BUNDLE_NOT_READABLE"
    sentence = N_("The content of this file is not shown, because it was not verified as sent to you (%(verdict)s).")
    hint = N_("Read the verdict on the file; ask the sender for a bundle that is sealed to your card.")
    exit_status = 12


class BundleNoEntry(BundleError):
    """There is no entry of that name in the bundle."""

    code = "BUNDLE_NO_ENTRY"
    sentence = N_("The bundle has no entry of this name.")
    hint = N_("List the bundle to see the names of its entries.")
    exit_status = 2


class BundleRecipientsRefused(BundleError):
    """The list of recipients cannot be sealed to."""

    code = "BUNDLE_RECIPIENTS"
    sentence = N_("The bundle cannot be sealed to these recipients (%(reason)s).")
    hint = N_("Choose between 1 and 64 contacts with one card each.")


class BundleContentRefused(BundleError):
    """What was to be sealed breaks a rule of the format; ``reason`` names it."""

    code = "BUNDLE_CONTENT"
    sentence = N_("The content cannot be sealed as it is (%(reason)s); nothing was written.")
    hint = N_("Clear the records for release again and repeat the hand-over.")


class AttachmentChanged(BundleError):
    """An attachment is not the one that was taken into the vault."""

    code = "BUNDLE_ATTACHMENT_CHANGED"
    sentence = N_("An attachment is not what it was when it was taken in (%(name)s); nothing was sealed.")
    hint = N_("Check the vault, then attach the file again from its source.")


class BundleCancelled(BundleError):
    """The officer stopped the work."""

    code = "BUNDLE_CANCELLED"
    sentence = N_("The work was stopped; no file was left behind.")
    hint = N_("Start again when you are ready.")


class MediumFull(BundleError):
    """There is not enough room where the bundle is to be written."""

    code = "BUNDLE_MEDIUM_FULL"
    sentence = N_("There is too little room: %(needed)s bytes are needed, %(free)s are free.")
    hint = N_("Free some room or take another stick; no file was left behind.")


class MediumFileLimit(BundleError):
    """The file system of the medium cannot hold a file of this size."""

    code = "BUNDLE_MEDIUM_LIMIT"
    sentence = N_("The medium is formatted as FAT32 and holds no file of %(needed)s bytes; its limit is 4 GiB.")
    hint = N_("Take a stick that is formatted as exFAT, or hand over fewer attachments at once.")


class MediumReadOnly(BundleError):
    """The destination cannot be written."""

    code = "BUNDLE_MEDIUM_READ_ONLY"
    sentence = N_("The destination folder cannot be written.")
    hint = N_("Check the write-protect switch of the stick and your rights in the folder.")


class MediumFailed(BundleError):
    """The medium failed or was pulled out."""

    code = "BUNDLE_MEDIUM_FAILED"
    sentence = N_("The medium failed or was taken out while it was in use (%(reason)s).")
    hint = N_("Put it in again, or take another one, and repeat.")


class NotPlainFile(BundleError):
    """What was named is a pipe, a device or a folder; opening a pipe would wait for ever, and none can be sought in."""

    code = "BUNDLE_NOT_PLAIN_FILE"
    sentence = N_(
        "What was named is no plain file but a pipe, a device or a folder, and cannot be opened as a sealed one."
    )
    hint = N_("Save what comes from it to a disk or a stick, and name the saved file.")
    exit_status = 2


class ReadBackFailed(BundleError):
    """What the medium gives back is not what was written to it."""

    code = "BUNDLE_READ_BACK"
    sentence = N_("The medium does not give back what was written to it; the file was removed.")
    hint = N_("Do not use this stick any more; take another one.")


class BundleNotFinished(BundleError):
    """A bundle was logged as handed over, and then it could not be finished on its medium."""

    code = "BUNDLE_NOT_FINISHED"
    sentence = N_("The last step failed (%(reason)s): %(name)s is logged as handed over, but not finished.")
    hint = N_("Remove what is left of it on the stick and seal again; the log keeps both.")
