"""TLP, PAP, handling codes and the day of review: what they keep from a recipient, and what they tell him.

TLP binds those who were given something, not its source. So a mark on a record of ours keeps it from nobody whom its
label names, but for TLP:RED, which is for single persons: there the label must name the recipient's agency by itself. A
mark on somebody else's record is an instruction to us; only its originator's consent widens it. PAP limits what is done
and not who is told; it goes along in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.records.label import Label
from briefcase.records.lattice import PAP_ORDER, TLP_ORDER
from briefcase.records.meanings import MEANINGS, is_overdue, marks_of
from briefcase.release.reasons import Reason

_INSIDE = ("TLP:AMBER", "TLP:AMBER+STRICT")
_HANDLING = frozenset(one for one in MEANINGS if one.startswith("H"))


@dataclass(frozen=True)
class Between:
    """Who speaks to whom, as agencies: ``USA/BIS``; empty is nobody's.

    Attributes:
        originator: of the record.
        ours: who decides here.
        recipient: for whom it is.
        named: the agencies that the label names by themselves.
        sharing: the agencies that own a joint record together.
    """

    originator: str
    ours: str
    recipient: str
    named: frozenset[str]
    sharing: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether the record is ours."""
        return bool(self.ours) and self.originator == self.ours

    @property
    def back(self) -> bool:
        """Whether it goes back to where it came from, or to somebody who owns it, too."""
        return bool(self.recipient) and self.recipient in (self.originator, *self.sharing)

    @property
    def inside(self) -> bool:
        """Whether it stays inside our own agency."""
        return bool(self.ours) and self.recipient == self.ours


def kept_by(label: Label, between: Between, now: str, *, consented: bool) -> list[Reason]:
    """Return why the marks of a label keep something from a recipient; none when they do not."""
    found = [Reason("mark_unknown", (("mark", one),)) for one in _unknown(label)]
    if is_overdue(label, now):
        found.append(Reason("review_due", (("on", label.review_on),)))
    if consented or between.back:
        return found
    if label.tlp == "TLP:RED" and not (between.own and between.recipient in between.named):
        found.append(Reason("tlp_red" if between.own else "tlp_onward", (("mark", label.tlp),)))
    if label.tlp in _INSIDE and not (between.own or between.inside):
        found.append(Reason("tlp_onward", (("mark", label.tlp),)))
    if "H2" in label.handling and not (between.own or between.inside):
        found.append(Reason("handling_onward"))
    return found


def _unknown(label: Label) -> list[str]:
    unknown = {mark for mark, order in ((label.tlp, TLP_ORDER), (label.pap, PAP_ORDER)) if mark not in order}
    return sorted(unknown | (set(label.handling) - _HANDLING))


def told_by(labels: Sequence[Label]) -> list[Reason]:
    """Return what the marks of the labels that go tell the recipient, each once."""
    found = {mark for label in labels for mark in marks_of(label)}
    days = sorted({label.review_on for label in labels if label.review_on})
    return [
        *(Reason(mark) for mark in MEANINGS if mark in found),
        *(Reason("review_on", (("on", one),)) for one in days),
    ]
