"""Joint operations: kept together by their agencies, with tasks and decisions, and outcomes that are summed up."""

# ruff: noqa: ANN001, ANN003, ANN201 - the arguments are fixtures
from __future__ import annotations

import pytest

from briefcase.records.errors import RecordInvalid
from briefcase.services import cases
from briefcase.services.errors import RecordOfPartner
from briefcase.services.operating import operations, outcomes
from briefcase.services.operating.errors import (
    AgencyNotInOperation,
    NotYetGo,
    OperationUnknown,
    ShareNotOurs,
    TaskIncomplete,
    TaskUnknown,
)

TASK = {"title": "Ask the carrier", "owner_agency": "GBR/HMRC", "due": "2020-01-10"}


@pytest.fixture
def operation(world):
    """Return an operation of the USA and the United Kingdom, in the USA's vault."""
    return operations.create(world.usa, {"title": "Lantern"}, ["GBR/HMRC"], world.label())


def test_it_has_customary_values_and_names_us(world, operation):
    assert operation.agencies == operation.shared_by == ("USA/BIS", "GBR/HMRC")
    assert (operation.lead, operation.phase, operation.go_no_go) == ("USA/BIS", "plan", "pending")
    assert operations.find(world.usa, "lantern") == operation
    assert operations.list_operations(world.usa) == [operation]
    with pytest.raises(OperationUnknown):
        operations.find(world.usa, "Torch")
    with pytest.raises(AgencyNotInOperation):
        operations.create(world.usa, {"title": "Torch", "lead": "AUS/ABF"}, [], world.label())
    with pytest.raises(RecordInvalid):
        operations.create(world.usa, {"title": "Torch"}, ["nobody"], world.label())


def test_a_task_is_promised_by_one_of_its_agencies_until_a_day(world, operation):
    for missing in TASK:
        with pytest.raises(TaskIncomplete):
            operations.add_task(world.usa, operation, {**TASK, missing: ""})
    with pytest.raises(AgencyNotInOperation):
        operations.add_task(world.usa, operation, {**TASK, "owner_agency": "AUS/ABF"})
    with pytest.raises(TaskUnknown):
        operations.add_task(world.usa, operation, {**TASK, "depends_on": [operation.id]})
    first = operations.add_task(world.usa, operation, TASK)
    second = operations.add_task(world.usa, operation, {**TASK, "due": "2019-12", "depends_on": [first.id]})
    look = operations.look(world.usa, operation)
    assert [one.id for one in look.tasks] == [second.id, first.id]
    assert set(look.overdue) == {first.id, second.id}
    operations.change_task(world.usa, operation, first.id, {"status": "done", "result": "Nothing"})
    assert operations.look(world.usa, operation).overdue == (second.id,)
    with pytest.raises(TaskUnknown):
        operations.change_task(world.usa, operation, operation.id, {"status": "done"})


def test_it_is_executed_after_a_go_only(world, operation):
    with pytest.raises(NotYetGo):
        operations.decide(world.usa, operation, "", phase="execute")
    with pytest.raises(NotYetGo):
        operations.decide(world.usa, operation, "no_go", phase="execute")
    done = operations.decide(world.usa, operation, "go", phase="execute", day="2027-01-20")
    assert (done.go_no_go, done.phase, done.action_day) == ("go", "execute", "2027-01-20")


def test_only_own_records_are_shared(world, operation):
    ours = world.add(world.usa, "party", party_kind="company", names=[{"text": "X"}])
    theirs = world.add(world.gbr, "note", title="T", text="Words")
    world.give(world.gbr, [theirs.id], world.usa)
    with pytest.raises(ShareNotOurs):
        operations.share(world.usa, operation, theirs.id)
    shared = operations.share(world.usa, operation, ours.id)
    assert shared.shared_by == operation.shared_by
    assert [one.id for one in operations.look(world.usa, operations.find(world.usa, "Lantern")).targets] == [ours.id]


def report(who, operation, **fields):
    return outcomes.report(who, operations.find(who, operation.id), fields)


def test_outcomes_of_both_sides_are_summed_up_and_none_twice(world, operation):
    world.give(world.usa, [operation.id], world.gbr)
    report(world.usa, operation, action="detention", amount="10.10", currency="USD")
    report(world.usa, operation, action="administrative_penalty", amount="0.2", currency="USD", publicity="yes")
    theirs = report(world.gbr, operation, action="public_identification")
    more = report(world.gbr, operation, action="detention", amount="5", currency="GBP")
    for _time in range(2):
        world.give(world.gbr, [theirs.id, more.id], world.usa)
    found = outcomes.total(world.usa, operations.look(world.usa, operation).outcomes)
    assert found.total.actions == {"administrative_penalty": 1, "detention": 2, "public_identification": 1}
    assert found.total.amounts == {"GBP": "5", "USD": "10.30"}
    assert found.total.public == 2
    assert found.by_agency["GBR/HMRC"].actions == {"detention": 1, "public_identification": 1}
    assert (found.by_agency["GBR/HMRC"].public, found.uncounted) == (1, ())
    assert {one.originator.agency for one in operations.look(world.usa, operation).outcomes} == {"USA/BIS", "GBR/HMRC"}


def test_what_somebody_else_tells_of_an_agency_is_not_counted(world, operation):
    world.give(world.usa, [operation.id], world.gbr)
    told = report(world.gbr, operation, action="detention")
    other = world.next(told, originator=world.note("AUS/ABF").originator)
    world.take(world.usa, world.forge(world.gbr, world.usa, other))
    found = outcomes.total(world.usa, operations.look(world.usa, operation).outcomes)
    assert (found.by_agency, found.uncounted) == ({}, (told.id,))


def test_what_an_agency_contributes_stays_its_own(world, operation):
    world.give(world.usa, [operation.id], world.gbr)
    theirs = report(world.gbr, operation, action="detention")
    world.give(world.gbr, [theirs.id], world.usa)
    with pytest.raises(RecordOfPartner):
        cases.edit_record(world.usa, theirs.id, {"amount": "1"})
