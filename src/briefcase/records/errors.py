"""What can be wrong with a record, a label or a pack."""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class RecordInvalid(BriefcaseError):
    """A record does not fit its kind; ``field`` is the path, ``reason`` a fixed phrase of ``reasons.py``."""

    code = "RECORD_INVALID"
    sentence = N_("The field %(field)s does not fit: %(reason)s.")
    hint = N_("Correct that field; docs/records.md describes every field of every kind.")
    exit_status = 2


class RecordLineInvalid(RecordInvalid):
    """As ``RecordInvalid``, for one line of a file; ``line`` counts from 1."""

    code = "RECORD_LINE_INVALID"
    sentence = N_("In line %(line)s, the field %(field)s does not fit: %(reason)s.")
    hint = N_("Correct that line; nothing of the file was taken in.")


class MarkingUnreadable(BriefcaseError):
    """A marking cannot be read under its policy; ``policy`` is the id of the policy, ``reason`` a fixed phrase."""

    code = "RECORD_MARKING_UNREADABLE"
    sentence = N_("The marking cannot be read under the policy %(policy)s: %(reason)s.")
    hint = N_("Write the marking as that policy has it, or load the agency pack that knows it.")
    exit_status = 2


class PackInvalid(BriefcaseError):
    """An agency pack cannot be used; ``field`` is the place in the file, ``reason`` a fixed phrase."""

    code = "RECORD_PACK_INVALID"
    sentence = N_("The agency pack cannot be used; at %(field)s: %(reason)s.")
    hint = N_("Ask the agency that issued the pack for a correct copy.")
    exit_status = 2


class VocabularyUnknown(BriefcaseError):
    """No vocabulary of this name is shipped; a fault of the caller."""

    code = "RECORD_VOCABULARY_UNKNOWN"
    sentence = N_("There is no vocabulary called %(name)s.")
    hint = N_("Install the program again from a trusted copy.")
    exit_status = 70


class QueryKeyUnknown(BriefcaseError):
    """A question names a filter that there is not; ``key`` is its name, ``keys`` are those that there are."""

    code = "QUERY_KEY_UNKNOWN"
    sentence = N_("There is no filter called %(key)s; there are %(keys)s.")
    hint = N_("Put words that hold a colon in quotes to search for them as they stand.")
    exit_status = 2


class QueryValueInvalid(BriefcaseError):
    """A filter of a question has a value that it cannot take; ``reason`` is a fixed phrase of ``reasons.py``."""

    code = "QUERY_VALUE_INVALID"
    sentence = N_("The filter %(key)s cannot be used: %(reason)s.")
    hint = N_("Correct it, or take it out of the question.")
    exit_status = 2
