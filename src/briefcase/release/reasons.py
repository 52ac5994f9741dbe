"""Why something goes or does not go, in words: message ids with places, none of which carries content of a record."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from briefcase.errors import N_
from briefcase.language import _
from briefcase.records.fields import all_fields
from briefcase.records.meanings import MEANINGS, REVIEW_ON


@dataclass(frozen=True)
class Reason:
    """One reason of a decision.

    Attributes:
        code: one of ``MESSAGES``.
        facts: values for the places of its message; codes, levels and field names only.
    """

    code: str
    facts: tuple[tuple[str, str], ...] = ()


REFUSALS: MappingProxyType[str, str] = MappingProxyType(
    {
        "marking": N_(
            "The marking and the label do not agree under the pack; a corrected label makes release possible, and only"
            " its originator can correct it."
        ),
        "policy": N_("The pack does not know the policy %(policy)s; a pack that knows it would make release possible."),
        "level": N_(
            "The pack does not know the level %(level)s, so it counts as highest; a pack that knows it would make"
            " release possible."
        ),
        "no_row": N_("The pack has no clearance row for %(recipient)s; a row in the pack would make release possible."),
        "no_policy_row": N_(
            "The pack does not clear %(recipient)s for any level of %(policy)s; a pack that does would make release"
            " possible."
        ),
        "above": N_(
            "The level %(level)s is above what %(recipient)s is cleared for (%(cleared)s); only a pack that clears him"
            " higher, or a lower level set by its originator, would make release possible, and no consent does."
        ),
        "nobody": N_(
            "The label releases it to nobody; its originator can name %(recipient)s in the label, or give a consent."
        ),
        "not_named": N_(
            "The label does not name %(recipient)s; only its originator can change that, in the label or by a consent."
        ),
        "national": N_(
            "The caveat %(caveat)s keeps it inside its own country; only its originator can take the caveat off, and no"
            " consent helps."
        ),
        "caveat": N_(
            "The pack does not know the caveat %(caveat)s, so it refuses; a pack that knows it would make release"
            " possible."
        ),
        "consent": N_(
            "%(caveat)s needs the originator's consent for exactly this recipient; only its originator can give it."
        ),
        "reported": N_("It was reported by somebody who is not its originator; ask the originator for it."),
        "unverified": N_(
            "It came from a source that was not verified; verify the card of its originator and have him seal it again."
        ),
        "recalled": N_(
            "Its originator has recalled it; that cannot be undone, and only a new version from its originator could"
            " go, unless every version was recalled."
        ),
        "deleted": N_("Its case was deleted; take the case out of the bin (bin restore) to make release possible."),
        "unsettled": N_("Agencies changed it differently; decide what is to be kept (conflicts list)."),
        "mark_unknown": N_(
            "This program does not know the mark %(mark)s, so it refuses; a mark that it knows makes release possible,"
            " and only its originator can set it."
        ),
        "tlp_red": N_(
            "TLP:RED is for single persons; the label must name the recipient's agency itself, not only its country,"
            " or a consent must."
        ),
        "tlp_onward": N_("Its originator gave it to us under %(mark)s; only with its consent may we pass it on."),
        "handling_onward": N_("Its provider marked it H2; only with its permission may we pass it on."),
        "review_due": N_(
            "Its marking was to be looked at again on %(on)s; a new day of review makes release possible, and only its"
            " originator can set it."
        ),
        "quotes": N_(
            "It repeats a record that is withheld, whole or in part; it can go when the whole of that record may go."
        ),
        "about": N_("It speaks of a record that is withheld; it can go when that record may go."),
        "mentions": N_(
            "Its text names a record that is withheld; reword it, withhold it, or look at the match and confirm it."
        ),
        "unsearched": N_(
            "The text of its file cannot be searched for what is withheld; look through it and state that it may go,"
            " or withhold it."
        ),
        "dangling": N_(
            "One end of the link is not given to %(recipient)s; it can go when both ends go to him, and no label of the"
            " link's own keeps one back."
        ),
        "protected": N_("The field %(field)s never leaves the vault; nothing can change that, no consent either."),
        "not_consented": N_("No consent that is in force names the field %(field)s; its originator can give one."),
        "field": N_(
            "The field %(field)s has a label of its own that keeps it back; only its originator can change that label,"
            " or give a consent for the field."
        ),
        "not_needed": N_(
            "What the tear-line stands for goes itself, so the tear-line is not needed; it can go where some of that"
            " stays back."
        ),
    }
)
"""Why something stays back: what keeps it, a semicolon, and what would make it possible, or that nothing can.

A reason may stand beside others; each says only what would help against itself.
"""

MESSAGES: MappingProxyType[str, str] = MappingProxyType(
    {
        "released": N_("The label names %(recipient)s and the level is within the clearance."),
        "consented": N_("The originator's consent %(serial)s allows it."),
        "review_on": REVIEW_ON,
        "tear_line": N_("A tear-line goes in its place."),
        **REFUSALS,
        **MEANINGS,
    }
)
"""Every reason there is: of a yes, of a no, and what the marks ask of whoever gets it."""


def explain(reason: Reason) -> str:
    """Return a reason in the current language."""
    return _(MESSAGES[reason.code]) % dict(reason.facts)


def field_title(kind: str, name: str) -> str:
    """Return the officer's name of a field of a kind."""
    return next((_(spec.title) for spec in all_fields(kind) if spec.name == name), name)
