"""What can stop a request, a consent or a recall."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import RequestRefused, ServiceError


class RequestUnknown(RequestRefused):
    """No such request is here."""

    code = "SERVICE_REQUEST_UNKNOWN"
    sentence = N_("No request of this kind with the number %(id)s was taken in.")
    hint = N_("List the requests, and take in the file that brought it first.")


class ConsentUnknown(RequestRefused):
    """No such consent was given here."""

    code = "SERVICE_CONSENT_UNKNOWN"
    sentence = N_("You have given no consent with the number %(id)s.")
    hint = N_("List the consents with briefcase consent list.")


class FieldUnknown(RequestRefused):
    """A record has no such field, or it was not asked for."""

    code = "SERVICE_FIELD_UNKNOWN"
    sentence = N_("%(name)s is no field of that record, or was not asked for.")
    hint = N_("Name fields as record show writes them, such as names and addresses.")


class PeriodInvalid(RequestRefused):
    """A consent needs a time in which it is in force."""

    code = "SERVICE_PERIOD_INVALID"
    sentence = N_("The time from %(start)s to %(end)s is none in which a consent could be used.")
    hint = N_("Give an end that lies ahead, after the beginning, in UTC such as 2026-11-24T06:02:56Z.")


class NobodyHasIt(RequestRefused):
    """What is to be recalled went to nobody."""

    code = "SERVICE_NOBODY_HAS_IT"
    sentence = N_("Nothing of this was given to anybody who can be reached, so there is nobody to ask for it back.")
    hint = N_("Look up what went to whom, and name the contact with --to.")


class NotTheOriginator(ServiceError):
    """Only the agency whose record it is can say."""

    code = "SERVICE_NOT_THE_ORIGINATOR"
    sentence = N_("The record is of %(agency)s, and %(name)s does not speak for that agency.")
    hint = N_("Ask an officer or the record authority of the agency whose record it is.")
    exit_status = 4
