"""Keeping a large file: checked to its last line first, then batch by batch, whole or not at all."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import json

import pytest

from briefcase.records.errors import RecordInvalid, RecordLineInvalid
from briefcase.services import bulk, cases
from briefcase.services.errors import RecordExists
from briefcase.services.finding import searching
from briefcase.services.finding.errors import FileChanged, TooManyNames

MARKING = "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 10)


def line(number, **more):
    value = {"kind": "note", "label": {"marking": MARKING}, "title": f"Line {number}", "text": "words"}
    return json.dumps({**value, **more}).encode()


def write(path, lines):
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines) + b"\n\n")
    return path


@pytest.fixture
def file(tmp_path):
    """Thirty-five notes of a case that stands in the last line, each pointing on to a later one."""
    lines = [line(n, id=f"n{n}", case_ids=["c"], about=[f"n{n + 1}"] if n < 34 else []) for n in range(35)]
    last = {"kind": "case", "id": "c", "label": {"marking": MARKING}, "title": "Big case"}
    return write(tmp_path / "many.jsonl", [*lines, json.dumps(last).encode()])


def test_every_batch_is_one_entry_and_names_reach_over_batches(world, file):
    steps = []
    before = world.usa.vault.audit.size()
    added = bulk.add_file(world.usa, file, progress=lambda stage, count: steps.append((stage, count)))
    assert added == bulk.Added(36)
    entries = world.usa.vault.audit.newest(world.usa.vault.audit.size() - before)[::-1]
    assert [(one.action, one.detail["lines"], one.revisions[0]) for one in entries] == [
        ("record.add", [1, 10], 10),
        ("record.add", [11, 20], 10),
        ("record.add", [21, 30], 10),
        ("record.add", [31, 36], 6),
    ]
    case = cases.find_case(world.usa, "Big case")
    notes = [one for one in cases.case_records(world.usa, case.id) if one.id != case.id]
    assert [one.title for one in notes] == [f"Line {n}" for n in range(35)]
    assert [one.about for one in notes[:34]] == [(one.id,) for one in notes[1:]]
    assert {stage for stage, _count in steps} == {"names", "check", "keep"}
    assert steps[-1] == ("keep", 36)
    assert world.usa.vault.check() == []
    assert len(searching.search(world.usa, 'case:"big case" line')) == 35


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"title": 7}, RecordLineInvalid, "title"),
        ({"about": ["nobody"]}, RecordLineInvalid, "about[0]"),
        ({"case_ids": ["0193bf6e-9a10-7000-8000-000000000001"]}, RecordLineInvalid, "case_ids"),
        ({"id": "n3"}, RecordLineInvalid, "id"),
        ({"author": "Me"}, RecordLineInvalid, "author"),
    ],
)
def test_a_wrong_line_anywhere_keeps_nothing(world, file, changes, error, field):
    write(file, [*(line(n, id=f"n{n}") for n in range(30)), line(30, **changes)])
    before = world.usa.vault.records.count()
    with pytest.raises(error) as said:
        bulk.add_file(world.usa, file)
    assert said.value.facts["field"] == field
    assert said.value.facts["line"] == 31
    assert world.usa.vault.records.count() == before


def test_ids_that_stand_twice_or_are_taken_keep_nothing(world, file):
    one = "0193bf6e-9a10-7000-8000-000000000001"
    for lines in ([line(n) for n in range(3)], [line(n) for n in range(15)]):
        write(file, [line(0, id=one), *lines, line(9, id=one)])
        with pytest.raises(RecordInvalid) as said:
            bulk.add_file(world.usa, file)
        assert said.value.facts["field"] == "id"
    assert world.usa.vault.records.count() == 0
    write(file, [line(0, id=one)])
    assert bulk.add_file(world.usa, file).kept == 1
    with pytest.raises(RecordExists):
        bulk.add_file(world.usa, file)


@pytest.mark.parametrize("at", [0, 5, 17, 25])
def test_stopping_leaves_whole_batches_and_goes_on_after_them(world, file, at):
    write(file, [line(n) for n in range(35)])
    kept = []

    def progress(stage, count):
        if stage == "keep":
            kept.append(count)

    added = bulk.add_file(world.usa, file, progress=progress, cancel=lambda: bool(kept) and kept[-1] > at)
    assert added.kept in (0, 10, 20)
    assert world.usa.vault.records.count() == added.kept
    assert added.next_line == added.kept + 1
    assert world.usa.vault.check() == []
    rest = bulk.add_file(world.usa, file, first=added.next_line)
    assert (rest.kept, rest.next_line) == (35 - added.kept, 0)
    titles = [row.title for row in world.usa.vault.records.rows()]
    assert titles == [f"Line {n}" for n in range(35)]


def test_a_stop_before_anything_was_kept_changes_nothing(world, file):
    size = world.usa.vault.audit.size()
    assert bulk.add_file(world.usa, file, cancel=lambda: True) == bulk.Added(0, 1)
    assert (world.usa.vault.records.count(), world.usa.vault.audit.size()) == (0, size)


def test_a_file_that_is_written_to_meanwhile_is_noticed_before_that_batch(world, file):
    write(file, [line(n, text="w" * 2000) for n in range(35)])  # more than is read ahead

    def progress(stage, count):
        if stage == "keep" and count == 10:
            file.write_bytes(file.read_bytes().replace(b"Line 15", b"Lime 15"))

    with pytest.raises(FileChanged):
        bulk.add_file(world.usa, file, progress=progress)
    assert world.usa.vault.records.count() == 10


def test_bounds(monkeypatch, world, file):
    monkeypatch.setattr(bulk, "NAMES", 20)
    with pytest.raises(TooManyNames):
        bulk.add_file(world.usa, file)
    monkeypatch.setattr(bulk, "_LONGEST_LINE", 50)
    with pytest.raises(RecordLineInvalid):
        bulk.add_file(world.usa, file)
    assert world.usa.vault.records.count() == 0


def test_a_line_that_others_would_keep_without_us_stops_everything(world, tmp_path):
    lines = [line(1, shared_by=["USA/BIS", "GBR/HMRC"]), line(2, shared_by=["GBR/HMRC", "AUS/ABF"])]
    with pytest.raises(RecordLineInvalid) as caught:
        bulk.add_file(world.usa, write(tmp_path / "many.jsonl", lines))
    assert (caught.value.facts["line"], caught.value.facts["field"]) == (2, "shared_by")
    assert world.usa.vault.records.count() == 0
