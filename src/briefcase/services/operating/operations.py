"""A joint operation and its tasks: records that all agencies of the operation keep together.

Each agency may change them in its own vault; what was changed is joined when files are exchanged (``joining``). What
an agency contributes beside them, parties, shipments, documents, stays its own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.records.canonical import Json
from briefcase.records.folding import fold
from briefcase.records.joining import distinct
from briefcase.records.kinds import EnforcementAction, Operation, Record, Task
from briefcase.records.label import Label
from briefcase.services import cases
from briefcase.services.joining import conflicts
from briefcase.services.joining.conflicts import Clash
from briefcase.services.operating.errors import (
    AgencyNotInOperation,
    NotYetGo,
    OperationUnknown,
    ShareNotOurs,
    TaskIncomplete,
    TaskUnknown,
)
from briefcase.services.session import Session

_CLOSED = ("done", "cancelled")


@dataclass(frozen=True)
class Look:
    """An operation as it stands.

    Attributes:
        operation: as it is now, merged.
        tasks: in the order of their due days, those without one last.
        outcomes: what agencies reported as done under it.
        targets: what it is aimed at, as far as it is here.
        overdue: ids of tasks that are not closed and whose day is past.
        clashes: what waits for a decision, of the operation and of its tasks.
    """

    operation: Operation
    tasks: tuple[Task, ...]
    outcomes: tuple[EnforcementAction, ...]
    targets: tuple[Record, ...]
    overdue: tuple[str, ...]
    clashes: tuple[Clash, ...]


def list_operations(session: Session) -> list[Operation]:
    """Return the joint operations in the order they came in."""
    return [one for one in session.vault.records.stream(kind="operation") if isinstance(one, Operation)]


def find(session: Session, text: str) -> Operation:
    """Return the operation that an id or a unique name means.

    Raises:
        OperationUnknown.
    """
    record = session.vault.records.get(text)
    if isinstance(record, Operation):
        return record
    asked = fold(text)
    found = [one for one in list_operations(session) if asked and fold(one.title) == asked]
    if len(found) != 1:
        raise OperationUnknown
    return found[0]


def create(
    session: Session, fields: dict[str, Json], agencies: Sequence[str], label: Label, case_ids: Sequence[str] = ()
) -> Operation:
    """Open a joint operation that all its agencies keep together, ours among them.

    Args:
        session: open for writing.
        fields: of the operation by name; the lead, the phase and the decision have customary values.
        agencies: that take part, such as ``NZL/NZCS``; ours is added.
        label: as any record's; what is to go to them must name them.
        case_ids: cases that it belongs to.

    Raises:
        briefcase.records.errors.RecordInvalid: with the field.
    """
    everyone = [str(one) for one in distinct([session.agency, *agencies])]
    value: dict[str, Json] = {
        "lead": session.agency,
        "phase": "plan",
        "go_no_go": "pending",
        **fields,
        "agencies": list(everyone),
        "shared_by": list(everyone),
    }
    if value["lead"] not in everyone:
        raise AgencyNotInOperation(agency=str(value["lead"]))
    made = cases.add_record(session, "operation", value, label, case_ids)
    if not isinstance(made, Operation):
        raise OperationUnknown
    return made


def add_task(session: Session, operation: Operation, fields: dict[str, Json]) -> Task:
    """Add a task, marked as its operation.

    Raises:
        TaskIncomplete, AgencyNotInOperation, TaskUnknown.
        briefcase.records.errors.RecordInvalid: with the field.
    """
    if not all(fields.get(name) for name in ("title", "owner_agency", "due")):
        raise TaskIncomplete
    _check_task(session, operation, fields)
    value: dict[str, Json] = {
        "status": "open",
        **fields,
        "operation": operation.id,
        "shared_by": list(operation.shared_by),
    }
    made = cases.add_record(session, "task", value, operation.label, operation.case_ids)
    if not isinstance(made, Task):
        raise TaskUnknown
    return made


def change_task(session: Session, operation: Operation, task_id: str, fields: dict[str, Json]) -> Task:
    """Change a task of an operation.

    Raises:
        TaskUnknown, AgencyNotInOperation; RecordOfPartner: we do not keep it.
        briefcase.records.errors.RecordInvalid: with the field.
    """
    task = session.vault.records.get(task_id)
    if not isinstance(task, Task) or task.operation != operation.id:
        raise TaskUnknown
    _check_task(session, operation, fields)
    changed = cases.edit_record(session, task_id, fields)
    if not isinstance(changed, Task):
        raise TaskUnknown
    return changed


def _check_task(session: Session, operation: Operation, fields: dict[str, Json]) -> None:
    agency = fields.get("owner_agency")
    if agency and agency not in operation.agencies:
        raise AgencyNotInOperation(agency=str(agency))
    before = fields.get("depends_on")
    for one in before if isinstance(before, list) else []:
        other = session.vault.records.get(str(one))
        if not isinstance(other, Task) or other.operation != operation.id:
            raise TaskUnknown


def decide(session: Session, operation: Operation, decision: str, *, phase: str = "", day: str = "") -> Operation:
    """Set the decision to go ahead, the phase, and the day of coordinated action.

    Raises:
        NotYetGo: it is to be executed without a go.
        RecordOfPartner: we do not keep it.
        briefcase.records.errors.RecordInvalid: no such term or day.
    """
    changes: dict[str, Json] = {}
    if decision:
        changes["go_no_go"] = decision
    if phase:
        changes["phase"] = phase
    if day:
        changes["action_day"] = day
    if changes.get("phase") == "execute" and (decision or operation.go_no_go) != "go":
        raise NotYetGo
    changed = cases.edit_record(session, operation.id, changes)
    return changed if isinstance(changed, Operation) else operation


def share(session: Session, operation: Operation, record_id: str) -> Record:
    """Let the agencies of an operation keep one of our records with us, and name it among the targets.

    Its label stays as it is, and decides who gets it.

    Raises:
        ShareNotOurs: it is not our own.
        briefcase.vault.errors.RecordUnknown: there is no such record.
    """
    record = session.vault.records.need(record_id)
    if not cases.is_own(session, record) or record.originator.agency != session.agency:
        raise ShareNotOurs
    with session.vault.transaction():
        shared = cases.edit_record(session, record_id, {"shared_by": list(operation.shared_by)})
        if record_id not in operation.targets:
            cases.edit_record(session, operation.id, {"targets": [*operation.targets, record_id]})
    return shared


def look(session: Session, operation: Operation) -> Look:
    """Return an operation with its tasks, outcomes and targets, and what waits."""
    tasks = [one for one in _naming(session, operation, "task") if isinstance(one, Task)]
    done = [one for one in _naming(session, operation, "enforcement_action") if isinstance(one, EnforcementAction)]
    targets = session.vault.records.get_many(operation.targets)
    today = session.now()[: len("2026-11-24")]
    late = [one.id for one in tasks if one.due and one.due < today[: len(one.due)] and one.status not in _CLOSED]
    waiting = (conflicts.of(session, one.id) for one in (operation, *tasks))
    session.saw(operation.id)
    return Look(
        operation=operation,
        tasks=tuple(sorted(tasks, key=lambda one: (one.due or "9999", one.id))),
        outcomes=tuple(sorted((one for one in done if one.operation == operation.id), key=lambda one: one.id)),
        targets=tuple(targets[one] for one in operation.targets if one in targets),
        overdue=tuple(late),
        clashes=tuple(one for one in waiting if one is not None),
    )


def _naming(session: Session, operation: Operation, kind: str) -> list[Record]:
    rows = session.vault.records.mentioned_by(operation.id)
    found = session.vault.records.get_many(row.id for row in rows if row.kind == kind)
    return [one for one in found.values() if getattr(one, "operation", "") == operation.id]
