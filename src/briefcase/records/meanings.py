"""What the marks beside a marking ask of whoever holds the record: TLP, PAP, handling codes and the day of review.

TLP 2.0 says with whom a recipient may share (FIRST, as stored in public copies and the MISP taxonomy); PAP says what he
may do (MISP taxonomy, v3); H0 to H3 are the handling codes of the EU Council's manual 6261/18. Own words throughout.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from briefcase.errors import N_
from briefcase.language import _
from briefcase.records.label import Label

MEANINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        "TLP:RED": N_("TLP:RED: for the eyes of the persons it was given to; they share it with nobody."),
        "TLP:AMBER+STRICT": N_(
            "TLP:AMBER+STRICT: shared inside the recipient's own organisation only, by need to know."
        ),
        "TLP:AMBER": N_(
            "TLP:AMBER: shared inside the recipient's organisation and with its clients only, by need to know."
        ),
        "TLP:GREEN": N_("TLP:GREEN: shared inside the community that the label names, never through public channels."),
        "TLP:CLEAR": N_("TLP:CLEAR: TLP sets no limit; the marking still does."),
        "PAP:RED": N_("PAP:RED: nothing may be done that its subject could notice; looking into one's own files only."),
        "PAP:AMBER": N_(
            "PAP:AMBER: it may be checked against other sources that its subject cannot see; nobody is approached."
        ),
        "PAP:GREEN": N_("PAP:GREEN: active steps are allowed."),
        "PAP:CLEAR": N_("PAP:CLEAR: no limit on what may be done with it."),
        "H0": N_("H0: only for preventing and combating crime under the law that applies."),
        "H1": N_("H1: not to be disclosed in judicial proceedings without permission of its provider."),
        "H2": N_("H2: not to be passed on without permission of its provider."),
        "H3": N_("H3: other restrictions apply; ask its provider."),
    }
)
"""A sentence by mark, as a message id."""


REVIEW_ON = N_("Its marking is to be looked at again on %(on)s.")
REVIEW_OVERDUE = N_(
    "Its marking was to be looked at again on %(on)s; until its originator sets a new day, nothing leaves."
)


def marks_of(label: Label) -> tuple[str, ...]:
    """Return the marks of a label that ``MEANINGS`` knows: TLP, PAP, then handling codes."""
    return tuple(one for one in (label.tlp, label.pap, *sorted(set(label.handling))) if one in MEANINGS)


def sentences(labels: Iterable[Label], now: str) -> list[str]:
    """Return what the marks of some labels ask at *now* (UTC), each sentence once: those of ``MEANINGS``, then days."""
    held = tuple(labels)
    found = {mark for label in held for mark in marks_of(label)}
    said = [_(words) for mark, words in MEANINGS.items() if mark in found]
    for day, overdue in sorted({(label.review_on, is_overdue(label, now)) for label in held if label.review_on}):
        said.append((_(REVIEW_OVERDUE) if overdue else _(REVIEW_ON)) % {"on": day})
    return said


def is_overdue(label: Label, now: str) -> bool:
    """Say whether the day on which a label is to be looked at again has passed.

    A day that stops at the year or the month counts from its first day, which is the stricter reading.

    Args:
        label: any.
        now: UTC, ``2026-11-24T06:02:56Z``.
    """
    return bool(label.review_on) and now[: len("2026-11-24")] > label.review_on
