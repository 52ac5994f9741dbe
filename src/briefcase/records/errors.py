"""What can be wrong with a record, a label or a pack."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class RecordInvalid(BriefcaseError):
    """A record does not fit its kind; ``field`` is the path of the field, ``reason`` a fixed phrase."""

    code = "RECORD_INVALID"
    sentence = N_("The field %(field)s does not fit: %(reason)s.")
    hint = N_("Correct that field; docs/records.md describes every field of every kind.")
    exit_status = 2
