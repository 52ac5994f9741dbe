"""What can stop a message, or paper that carries one."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import RequestRefused, ServiceError


class MessageNames(ServiceError):
    """A message would tell a partner that something exists which he was not given."""

    code = "SERVICE_MESSAGE_NAMES"
    sentence = N_(
        "The message names something (%(place)s) that %(name)s was not given and did not send; nothing is sealed."
    )
    hint = N_("Leave it out, or hand the record over first.")
    exit_status = 4


class MessageMentions(ServiceError):
    """The words of a message or a hand-over name what a partner may not know; the officer may say that he means it."""

    code = "SERVICE_MESSAGE_MENTIONS"
    sentence = N_(
        "What you wrote (%(place)s) holds %(count)s names or numbers of records that %(name)s was not given and did not"
        " send; nothing is sealed."
    )
    hint = N_("Word it otherwise; or, if the partner may read them, send it again and say so (--allow-names).")
    exit_status = 4


class BundleAmbiguous(RequestRefused):
    """Two senders used one id."""

    code = "SERVICE_BUNDLE_AMBIGUOUS"
    sentence = N_("Bundles of %(count)s senders were taken in under this id.")
    hint = N_("Give the file of the bundle that you mean.")


class PaperNotOurs(ServiceError):
    """Only what the log knows goes onto paper as codes."""

    code = "SERVICE_PAPER_NOT_OURS"
    sentence = N_(
        "%(name)s is neither a file that this vault sealed nor a message that it keeps, so it is not printed."
    )
    hint = N_("Seal it with this vault, or take the message in, and print that file.")
    exit_status = 4


class NoCardOnScans(RequestRefused):
    """There are codes of this program, but none of a card."""

    code = "SERVICE_NO_CARD"
    sentence = N_("There is no card on these pages, but another sheet of this program (%(kinds)s).")
    hint = N_("Read it with briefcase codes read, or scan the sheet of a card.")
