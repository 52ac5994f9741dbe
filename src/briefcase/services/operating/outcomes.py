"""What came of a joint operation: each agency reports its own actions, and they are summed up, none counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from briefcase.records.canonical import Json
from briefcase.records.kinds import EnforcementAction, Operation
from briefcase.records.label import Label
from briefcase.services import cases, provenance
from briefcase.services.errors import RecordOfPartner
from briefcase.services.session import Session

PUBLIC = "public_identification"
_DIGITS = 60  # an amount has 27 at most


@dataclass(frozen=True)
class Summed:
    """What some actions amount to.

    Attributes:
        actions: how many there are of each sort, by the term of the vocabulary.
        amounts: their sum by currency, as decimal text; an amount without a currency stands under an empty one.
        public: how many of them the public knows of, public identifications among them.
    """

    actions: dict[str, int]
    amounts: dict[str, str]
    public: int


@dataclass(frozen=True)
class Outcomes:
    """What an operation amounts to.

    Attributes:
        total: of all agencies.
        by_agency: of each agency, by whose record it is.
        uncounted: ids of actions that are told by somebody else than the agency, were taken in from an unverified
            source, or were recalled.
    """

    total: Summed
    by_agency: dict[str, Summed]
    uncounted: tuple[str, ...]


def report(
    session: Session, operation: Operation, fields: dict[str, Json], label: Label | None = None
) -> EnforcementAction:
    """Keep an own action under an operation; it stays our record, and goes to the others as any record does.

    Args:
        session: open for writing.
        operation: under which it was done.
        fields: of the action; our agency and today are customary.
        label: that of the operation when None.

    Raises:
        briefcase.records.errors.RecordInvalid: with the field.
    """
    value: dict[str, Json] = {
        "agency": session.agency,
        "date": session.now()[: len("2026-11-24")],
        **fields,
        "operation": operation.id,
    }
    made = cases.add_record(session, "enforcement_action", value, label or operation.label, operation.case_ids)
    if not isinstance(made, EnforcementAction):
        raise RecordOfPartner
    return made


def total(session: Session, actions: Iterable[EnforcementAction]) -> Outcomes:
    """Sum up actions, each agency's own word alone."""
    every = tuple({one.id: one for one in actions}.values())
    known = provenance.of(session, every)
    left = tuple(one for one in every if not known[one.id].words)
    agencies = sorted({one.originator.agency for one in left})
    return Outcomes(
        total=_summed(left),
        by_agency={each: _summed([one for one in left if one.originator.agency == each]) for each in agencies},
        uncounted=tuple(one.id for one in every if known[one.id].words),
    )


def _summed(actions: Iterable[EnforcementAction]) -> Summed:
    found = tuple(actions)
    amounts: dict[str, Decimal] = {}
    with localcontext(prec=_DIGITS):
        for one in found:
            if one.amount:
                amounts[one.currency] = amounts.get(one.currency, Decimal(0)) + Decimal(one.amount)
    return Summed(
        actions=dict(sorted(Counter(one.action for one in found if one.action).items())),
        amounts={currency: format(amount, "f") for currency, amount in sorted(amounts.items())},
        public=sum(one.publicity == "yes" or one.action == PUBLIC for one in found),
    )
