"""The steps of a hand-over as plain data, so that they are tested without a window.

Case, partners, matrix, preview, sealing, result. A step says in words what it still lacks; nothing is sealed that was
not planned, and a plan is dropped as soon as what it was made from changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import msgspec

from briefcase.language import _


class Step(IntEnum):
    """Where the officer is."""

    CASE = 0
    PARTNERS = 1
    MATRIX = 2
    PREVIEW = 3
    SEAL = 4
    RESULT = 5


class _Kept(msgspec.Struct):
    """What of a hand-over outlives a lock: never the plan, for release decides anew."""

    case_id: str = ""
    partners: tuple[str, ...] = ()
    out_folder: str = ""
    purpose: str = ""
    caveat: str = ""


@dataclass(frozen=True)
class Flow:
    """One hand-over under way.

    Attributes:
        step: where it is.
        case_id: what is handed over.
        case_title: its words.
        partners: fingerprints of the recipients, in order of choosing.
        left_out: ids of records that the officer leaves out of it.
        plan: what release decided, when the matrix was reached.
        out_folder: where the sealed files go.
        purpose: why, written into the bundle; may be empty.
        caveat: what the recipient must mind; may be empty.
        mentions: names in the purpose and the caveat that sealing stopped at; dropped with what they were found in.
        sealed: what came out.
        notices: what the officer is told of the folder that it went to.
    """

    step: Step = Step.CASE
    case_id: str = ""
    case_title: str = ""
    partners: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    plan: Any = None
    out_folder: str = ""
    purpose: str = ""
    caveat: str = ""
    mentions: tuple[Any, ...] = ()
    sealed: tuple[Any, ...] = ()
    notices: tuple[str, ...] = ()

    def with_case(self, case_id: str, title: str) -> Flow:
        """Return the flow for a case; another case drops the plan and what was left out."""
        if case_id == self.case_id:
            return replace(self, case_title=title)
        return replace(self, case_id=case_id, case_title=title, plan=None, mentions=(), left_out=())

    def with_partners(self, partners: tuple[str, ...]) -> Flow:
        """Return the flow for these recipients; others drop the plan and what was left out."""
        if partners == self.partners:
            return self
        return replace(self, partners=partners, plan=None, mentions=(), left_out=())

    def without(self, record_ids: tuple[str, ...]) -> Flow:
        """Return the flow without these records as well; release decides anew."""
        return replace(self, left_out=tuple(dict.fromkeys((*self.left_out, *record_ids))), plan=None, mentions=())

    def with_plan(self, plan: Any) -> Flow:  # noqa: ANN401 - a Plan of the services
        """Return the flow with what release decided, at the matrix."""
        return replace(self, plan=plan, mentions=(), step=Step.MATRIX)

    def with_target(self, folder: str, purpose: str, caveat: str) -> Flow:
        """Return the flow with where the files go and what is said with them; other words drop the names found."""
        same = (purpose, caveat) == (self.purpose, self.caveat)
        found = self.mentions if same else ()
        return replace(self, out_folder=folder, purpose=purpose, caveat=caveat, mentions=found)

    def with_result(self, sealed: tuple[Any, ...], notices: tuple[str, ...] = ()) -> Flow:
        """Return the flow at its end."""
        return replace(self, sealed=sealed, notices=notices, mentions=(), step=Step.RESULT)

    def to_bytes(self) -> bytes:
        """Return what was written and is not sealed yet, to be kept over a lock; empty when nothing was."""
        if self.step == Step.RESULT or not (self.purpose or self.caveat):
            return b""
        kept = _Kept(self.case_id, self.partners, self.out_folder, self.purpose, self.caveat)
        return msgspec.json.encode(kept)

    @classmethod
    def from_bytes(cls, data: bytes) -> Flow:
        """Return the flow with what was kept, at the choice of the partners; a new one when *data* is not that."""
        try:
            kept = msgspec.json.decode(data, type=_Kept)
        except msgspec.MsgspecError:
            return cls()
        step = Step.PARTNERS if kept.case_id else Step.CASE
        return cls(
            step=step,
            case_id=kept.case_id,
            partners=kept.partners,
            out_folder=kept.out_folder,
            purpose=kept.purpose,
            caveat=kept.caveat,
        )

    def trouble(self) -> str:
        """Return what the present step still lacks, in words; empty when it may go on."""
        if self.step == Step.CASE and not self.case_id:
            return _("Choose the case.")
        if self.step == Step.PARTNERS and not self.partners:
            return _("Choose at least one partner.")
        if self.step in (Step.MATRIX, Step.PREVIEW) and self.plan is not None and self.plan.matches:
            return _("Look first at the texts and files that may betray what is withheld.")
        if self.step in (Step.MATRIX, Step.PREVIEW) and not self.files():
            return _("Nothing may be released to these partners; there is nothing to seal.")
        if self.step == Step.SEAL and not self.out_folder.strip():
            return _("Choose the folder or stick that the files go to.")
        return ""

    def files(self) -> tuple[Any, ...]:
        """Return the files that would be written, those with anything in them."""
        return tuple(self.plan.files) if self.plan is not None else ()

    def needs_plan(self) -> bool:
        """Say whether release has to decide before the next step can be shown."""
        return self.step == Step.PARTNERS

    def on(self) -> Flow:
        """Return the flow one step on; it stays where it is while something is lacking."""
        return self if self.trouble() or self.step >= Step.SEAL else replace(self, step=Step(self.step + 1))

    def back(self) -> Flow:
        """Return the flow one step back; from its end, at a new beginning."""
        if self.step == Step.RESULT:
            return Flow()
        return replace(self, step=Step(max(self.step - 1, 0)), mentions=())


def step_names() -> tuple[str, ...]:
    """Return the names of the steps, for the head of the page."""
    return (_("Case"), _("Partners"), _("Release"), _("Preview"), _("Seal"), _("Done"))


def verdict_words(verdict: str) -> tuple[str, str]:
    """Return (tone, words) of one decision of release."""
    words = {
        "allow": ("good", _("Goes")),
        "allow_fields": ("warn", _("Goes in part")),
        "tear_line": ("warn", _("Tear-line instead")),
        "refuse": ("bad", _("Stays")),
    }
    return words.get(str(verdict), ("bad", str(verdict)))
