"""Why a foreign document could not be shown."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class ViewerError(BriefcaseError):
    """Base of the failures of this room."""

    code = "VIEWER"
    sentence = N_("The document could not be shown.")
    hint = N_("Try again; if it fails again, keep the code and tell your administrator.")


class NotAPicture(ViewerError):
    """The first bytes are none of the types that can be shown, whatever the file's name says."""

    code = "VIEWER_NOT_A_PICTURE"
    sentence = N_(
        "This is not a document that can be shown: it is neither a PDF nor a PNG, JPEG, GIF, BMP, WebP or TIFF image."
    )
    hint = N_("Its content can still be exported by name and examined on another machine.")


class DocumentDamaged(ViewerError):
    """The decoder gave up."""

    code = "VIEWER_DAMAGED"
    sentence = N_("The document is damaged and cannot be shown.")
    hint = N_("Ask the sender for a sound copy; do not try it in another viewer on this machine.")


class DocumentLocked(ViewerError):
    """The PDF wants a password of its own."""

    code = "VIEWER_LOCKED"
    sentence = N_("The document is protected by a password of its own.")
    hint = N_("Ask the sender for a copy without a password; the bundle protects it already.")


class DocumentTooBig(ViewerError):
    """More bytes or pixels than the limited process may hold."""

    code = "VIEWER_TOO_BIG"
    sentence = N_("The document is too big to be shown safely.")
    hint = N_("Ask the sender for a smaller copy, or for the pages that matter.")


class PageBeyond(ViewerError):
    """There is no such page, or it lies beyond the pages that are shown."""

    code = "VIEWER_PAGE_BEYOND"
    sentence = N_("Page %(page)s cannot be shown.")
    hint = N_("Only pages that the document has are shown, and of those the first %(most)s.")


class PagesInImage(ViewerError):
    """An image with several pages or frames has no single picture."""

    code = "VIEWER_PAGES_IN_IMAGE"
    sentence = N_("The image has several pages or moves, so it cannot be made bare.")
    hint = N_("Save each page as an image of its own, outside, and attach those.")


class TookTooLong(ViewerError):
    """The limits of time were reached, and the process was ended."""

    code = "VIEWER_TOOK_TOO_LONG"
    sentence = N_("The document took too long to be shown and was stopped.")
    hint = N_("Treat it with suspicion: a document can be made to do this on purpose.")


class ViewerStopped(ViewerError):
    """The limited process ended without an answer, or with one that makes no sense."""

    code = "VIEWER_STOPPED"
    sentence = N_("The process that shows documents stopped without an answer.")
    hint = N_("The rest of the program is unharmed; treat the document with suspicion.")


class ViewerCannotStart(ViewerError):
    """The limited process did not come up; no document was read yet."""

    code = "VIEWER_CANNOT_START"
    sentence = N_("The process that shows documents could not be started.")
    hint = N_("Install the program again from a trusted copy, or ask your administrator.")
