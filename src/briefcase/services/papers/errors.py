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


class PrintSystemMissing(ServiceError):
    """There is no CUPS here, or its scheduler does not run."""

    code = "SERVICE_PRINT_SYSTEM"
    sentence = N_("The print system of this computer does not answer.")
    hint = N_("Start CUPS, or print from the window. Nothing was handed over.")
    exit_status = 1


class PrinterUnknown(ServiceError):
    """The print system knows no printer of exactly this name."""

    code = "SERVICE_PRINTER_UNKNOWN"
    sentence = N_("There is no printer of the name %(name)s.")
    hint = N_("Name one that `lpstat -e` lists. Nothing was handed over.")
    exit_status = 2


class PrinterStopped(ServiceError):
    """The printer would keep the pages waiting in the clear."""

    code = "SERVICE_PRINTER_STOPPED"
    sentence = N_("The printer %(name)s is stopped and would keep the pages waiting on the disk.")
    hint = N_("Start it, or name another one. Nothing was handed over.")
    exit_status = 1


class PrintFailed(ServiceError):
    """The queue refused a copy."""

    code = "SERVICE_PRINT_FAILED"
    sentence = N_("The printer %(name)s refused copy %(copy)s of %(copies)s.")
    hint = N_("Copies before this one were handed over and stand in the log; see what the printer says.")
    exit_status = 1
