"""What can stop a document from being made."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class NoSheetOfKind(ServiceError):
    """A record is of a kind that has no document of its own."""

    code = "SERVICE_NO_SHEET_OF_KIND"
    sentence = N_("There is no document for a record of this kind.")
    hint = N_("Name a case, a party, a shipment or an operation.")
    exit_status = 2
