"""What can stop a file that two persons have to answer for."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import RequestRefused, ServiceError


class ApprovalNeeded(ServiceError):
    """The pack wants a second officer for this file, and his approval is not here."""

    code = "SERVICE_APPROVAL_NEEDED"
    sentence = N_(
        "The pack wants the approval of %(needed)s second officers for each file, and %(missing)s files lack it;"
        " nothing was sealed. Requests: %(names)s."
    )
    hint = N_("Show the second officer what goes, let him run briefcase approve, and seal again with --approval.")
    exit_status = 4


class ApprovalRefused(ServiceError):
    """An approval of this very content does not count."""

    code = "SERVICE_APPROVAL_REFUSED"
    sentence = N_("The approval by %(name)s does not count: %(reason)s.")
    hint = N_("Ask an officer whom the pack names as an approver and whose card you have verified.")
    exit_status = 4


class ApprovalOwn(ServiceError):
    """Nobody approves what he seals himself."""

    code = "SERVICE_APPROVAL_OWN"
    sentence = N_("This is a request of your own; another person has to approve it.")
    hint = N_("Give the request to an officer whom the pack names as an approver.")
    exit_status = 4


class ApprovalUnreadable(RequestRefused):
    """A file holds no request for approval, or no approval."""

    code = "SERVICE_APPROVAL_UNREADABLE"
    sentence = N_("%(name)s is no request for approval and no approval of this program.")
    hint = N_(
        "A request is written by the hand-over that lacks the approval; briefcase approve makes an approval of it."
    )


class ApprovalSenderUnknown(ServiceError):
    """The approver does not know who asks him."""

    code = "SERVICE_APPROVAL_SENDER"
    sentence = N_("The request comes from the card %(fingerprint)s, which is no verified contact of your agency.")
    hint = N_("Compare the twelve words with your colleague and verify the contact first.")
    exit_status = 4
