"""The story S3 on the command line: a meeting of two agencies, a joint operation, and one address that both changed.

Real processes, two vaults. Taking in twice, or in another order, changes nothing, and nothing is lost.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import briefcase
from briefcase import resources

pytestmark = pytest.mark.slow

OFFICERS = {"gbr": ("GBR", "GBR/HMRC", "Owen Hargreaves"), "nzl": ("NZL", "NZL/NZCS", "Aroha Ngata")}
MARKING = "EXERCISE SENSITIVE//REL TO USA, GBR, NZL"
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])


@dataclass
class Table:
    """A table with two laptops, and one way to run commands on either."""

    folder: Path

    def start(self, *words: object) -> subprocess.CompletedProcess[bytes]:
        """Run the program with exactly these words."""
        environment = {"PYTHONPATH": SOURCE, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(self.folder)}
        command = [sys.executable, "-m", "briefcase", *map(str, words)]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, check=False, timeout=120)

    def json(self, name: str, *words: object, status: int = 0) -> Any:  # noqa: ANN401 - an answer
        """Run a command on the vault of *name*, and return its answer."""
        common = ("--vault", f"{name}.briefcase", "--passphrase-file", "words.txt", "--json")
        done = self.start(*words, *common)
        assert done.returncode == status, (words, done.returncode, done.stderr.decode())
        assert b"Traceback" not in done.stderr
        return json.loads(done.stdout) if done.stdout else None

    def add(self, name: str, *records: dict[str, Any]) -> list[str]:
        """Keep records, marked for the other; return their ids."""
        path = self.folder / f"{name}.jsonl"
        lines = [json.dumps({"label": {"marking": MARKING}, **one}, ensure_ascii=False) for one in records]
        path.write_text("\n".join(lines), encoding="utf-8")
        return list(self.json(name, "record", "add", path)["ids"])

    def edit(self, name: str, record: str, **changes: object) -> None:
        """Change fields of a record."""
        path = self.folder / "edit.json"
        path.write_text(json.dumps(changes), encoding="utf-8")
        self.json(name, "record", "edit", record, path)

    def seal(self, name: str, case: str, to: str) -> Path:
        """Hand a case over, and return the sealed file."""
        stick = self.folder / "stick"
        stick.mkdir(exist_ok=True)
        sealed = self.json(name, "handover", case, "--to", OFFICERS[to][2], "--out", stick)
        return self.folder / sealed["files"][0]["file"]

    def take(self, name: str, path: Path, status: int = 0) -> Any:  # noqa: ANN401 - an answer
        """Take a sealed file in."""
        return self.json(name, "bundle", "take-in", path, status=status)

    def record(self, name: str, record: str) -> Any:  # noqa: ANN401 - an answer
        """Return a record as it is in a vault."""
        return self.json(name, "record", "show", record)["record"]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Return the table after both officers compared their words."""
    table = Table(tmp_path_factory.mktemp("table"))
    (table.folder / "words.txt").write_text("correct horse battery staple\n", encoding="utf-8")
    pack, words = resources.path("packs", "exercise.toml"), {}
    for name, (country, agency, officer) in OFFICERS.items():
        who = ("--agency", agency, "--country", country, "--officer", officer, "--pack", pack)
        made = table.start("vault", "create", f"{name}.briefcase", *who, "--passphrase-file", "words.txt", "--json")
        words[name] = json.loads(made.stdout)["words"]
        table.json(name, "contact", "export", f"{name}.card")
    for name, other in (("gbr", "nzl"), ("nzl", "gbr")):
        country, agency, officer = OFFICERS[other]
        table.json(name, "contact", "import", f"{other}.card")
        known = ("--words", " ".join(words[other]), "--agency", agency, "--country", country)
        table.json(name, "contact", "verify", officer, *known)
    return table


@dataclass
class Met:
    """What stands after the first exchange: the ids, and the two files in which each side's changes travel."""

    table: Table
    case: str
    operation: str
    task: str
    address: str
    theirs: str
    from_gbr: Path
    from_nzl: Path
    decided: Path | None = None


@pytest.fixture(scope="module")
def met(table: Table) -> Met:
    """Exchange full records, open an operation with a task, and let both change what they keep together."""
    case, company, address = table.add(
        "gbr",
        {"kind": "case", "id": "c", "title": "Lantern", "reference": "EX-3", "status": "open"},
        {
            "kind": "party",
            "id": "p",
            "party_kind": "company",
            "names": [{"text": "مهندسی پارس آریا کنترل"}],
            "case_ids": ["c"],
        },
        {"kind": "address", "full": "1 Old Street, Dubai", "used_by": ["p"], "case_ids": ["c"]},
    )
    made = ("operation", "create", "Lantern", "--agency", "NZL/NZCS", "--marking", MARKING, "--case", case)
    more = ("--objective", "Stop the next shipment", "--action-day", "2027-01-20", "--target", company)
    operation = table.json("gbr", *made, *more)["operation"]["id"]
    promised = ("--title", "Ask the carrier", "--owner-agency", "NZL/NZCS", "--due", "2027-01-10")
    task = table.json("gbr", "operation", "task", operation, *promised)["task"]["id"]
    table.json("gbr", "operation", "share", operation, address)
    (theirs,) = table.add(
        "nzl", {"kind": "party", "party_kind": "company", "names": [{"text": "مهندسي پارس‌آریا كنترل"}]}
    )
    taken = table.take("nzl", table.seal("gbr", case, "nzl"))
    assert {case, company, address, operation, task} <= set(taken["new"])
    table.edit("gbr", address, full="2 New Street, Dubai", city="Dubai")
    table.edit("nzl", address, full="3 Other Street, Dubai", postcode="12345")
    table.edit("nzl", theirs, case_ids=[case])
    table.json("nzl", "operation", "task", operation, "--task", task, "--status", "in_progress")
    table.json("gbr", "operation", "task", operation, "--task", task, "--owner", "Aroha Ngata")
    table.json(
        "nzl", "operation", "outcome", operation, "--action", "detention", "--amount", "500.50", "--currency", "NZD"
    )
    from_gbr, from_nzl = table.seal("gbr", case, "nzl"), table.seal("nzl", case, "gbr")
    shutil.copytree(table.folder / "nzl.briefcase", table.folder / "other" / "nzl.briefcase")
    shutil.copy(table.folder / "words.txt", table.folder / "other")
    return Met(table, case, operation, task, address, theirs, from_gbr, from_nzl)


def test_the_merge_shows_one_conflict_and_loses_nothing(met: Met) -> None:
    table = met.table
    taken = table.take("gbr", met.from_nzl, status=14)
    assert (taken["conflicts"], taken["alarm"], taken["clashes"]) == ([met.address], False, [])
    assert {met.address, met.task} <= set(taken["joined"])
    (one,) = table.json("gbr", "conflicts", "list")["conflicts"]
    assert one["record"] == met.address
    (field,) = one["fields"]
    assert field["field"] == "full"
    said = {each["agency"]: (each["value"], each["author"]) for each in field["values"]}
    assert said == {
        "GBR/HMRC": ("2 New Street, Dubai", "Owen Hargreaves"),
        "NZL/NZCS": ("3 Other Street, Dubai", "Aroha Ngata"),
    }
    merged = table.record("gbr", met.address)
    assert (merged["city"], merged["postcode"]) == ("Dubai", "12345")
    task = table.record("gbr", met.task)
    assert (task["status"], task["owner"]) == ("in_progress", "Aroha Ngata")
    look = table.json("gbr", "operation", "show", "Lantern")
    assert look["sums"]["total"] == {"actions": {"detention": 1}, "amounts": {"NZD": "500.50"}, "public": 0}
    assert list(look["sums"]["by_agency"]) == ["NZL/NZCS"]
    assert look["outcomes"][0]["originator"]["agency"] == "NZL/NZCS"


def test_the_other_side_sees_the_same_whatever_came_first_and_however_often(met: Met) -> None:
    table = met.table
    table.take("nzl", met.from_gbr, status=14)
    for name, path in (("nzl", met.from_gbr), ("gbr", met.from_nzl)):
        before = table.record(name, met.address), table.record(name, met.task), table.json(name, "conflicts", "list")
        again = table.take(name, path)
        assert (again["nothing_new"], again["new"], again["newer"], again["joined"]) == (True, [], [], [])
        after = table.record(name, met.address), table.record(name, met.task), table.json(name, "conflicts", "list")
        assert before == after
    ours, theirs = table.record("gbr", met.address), table.record("nzl", met.address)
    for name in ("full", "city", "postcode", "label", "used_by", "originator", "shared_by"):
        assert ours[name] == theirs[name]
    tasks = [table.record(name, met.task) for name in ("gbr", "nzl")]
    assert [(one["status"], one["owner"], one["due"]) for one in tasks] == [
        ("in_progress", "Aroha Ngata", "2027-01-10")
    ] * 2


def test_it_is_decided_once_and_the_other_side_hears_of_it(met: Met) -> None:
    table = met.table
    (one,) = table.json("gbr", "conflicts", "list")["conflicts"]
    matrix = table.json("gbr", "handover", met.case, "--to", OFFICERS["nzl"][2], "--dry-run")["matrix"]
    verdicts = {row["id"]: next(iter(row["decisions"].values()))["verdict"] for row in matrix}
    assert verdicts[met.address] == "refuse"
    revision = next(each["revision"] for each in one["fields"][0]["values"] if each["agency"] == "NZL/NZCS")
    table.json("gbr", "conflicts", "resolve", met.address, "--keep", "city=both", status=2)
    table.json("gbr", "conflicts", "resolve", met.address, "--keep", f"full={revision}")
    assert table.json("gbr", "conflicts", "list")["conflicts"] == []
    met.decided = table.seal("gbr", met.case, "nzl")
    taken = table.take("nzl", met.decided)
    assert (taken["conflicts"], met.address in taken["joined"]) == ([], True)
    assert table.json("nzl", "conflicts", "list")["conflicts"] == []
    assert table.record("nzl", met.address)["full"] == "3 Other Street, Dubai"
    steps = table.json("gbr", "history", met.address)["versions"]
    values = [change["after"] for step in steps for change in step["changes"] if change["field"] == "full"]
    assert {"1 Old Street, Dubai", "2 New Street, Dubai", "3 Other Street, Dubai"} <= set(values)
    table.json("gbr", "undo", met.address, "--to", steps[0]["revision"])
    assert table.record("gbr", met.address)["full"] == "1 Old Street, Dubai"


def test_the_common_party_is_proposed_and_decided(met: Met) -> None:
    table = met.table
    pairs = table.json("gbr", "same", "list")["pairs"]
    (pair,) = [one for one in pairs if met.theirs in one["parties"]]
    assert sorted(pair["own"]) == [False, True]
    assert {each["sort"] for each in pair["signs"]} == {"name"}
    table.json("gbr", "same", "accept", *pair["parties"])
    assert table.json("gbr", "same", "list")["pairs"] == []
    table.json("gbr", "same", "reject", *pair["parties"])
    assert table.json("gbr", "same", "list", "--decided")["pairs"][0]["decision"] == "not_same_as"


def test_go_and_the_bin(met: Met) -> None:
    table = met.table
    table.json("nzl", "operation", "go", "Lantern", "--phase", "execute", status=4)
    answer = table.json("nzl", "operation", "go", "Lantern", "go", "--phase", "execute")
    assert (answer["operation"]["go_no_go"], answer["open"]) == ("go", [met.task])
    assert table.json("nzl", "operation", "list")["operations"][0]["phase"] == "execute"
    table.json("nzl", "bin", "put", "Lantern")
    assert table.json("nzl", "case", "list")["cases"] == []
    table.json("nzl", "case", "show", "Lantern", status=2)
    assert table.json("nzl", "bin", "empty") | {"audit_head": ""} == {"purged": [], "left": [], "audit_head": ""}
    assert [one["title"] for one in table.json("nzl", "bin", "list")["bin"]] == ["Lantern"]
    assert table.json("nzl", "bin", "retention", "7") == {"days": 7}
    table.json("nzl", "bin", "restore", "Lantern")
    assert len(table.json("nzl", "case", "list")["cases"]) == 1
    for name in OFFICERS:
        table.json(name, "vault", "check")


def test_another_order_of_the_same_files_gives_the_same(met: Met) -> None:
    """New Zealand's vault as it was before anything came takes the later file first."""
    other = Table(met.table.folder / "other")
    assert met.decided is not None
    first = other.take("nzl", met.decided)
    second = other.take("nzl", met.from_gbr)
    assert (first["conflicts"], second["conflicts"], second["alarm"]) == ([], [], False)
    for record in (met.address, met.task, met.operation):
        here, there = met.table.record("nzl", record), other.record("nzl", record)
        same = here.keys() - {"parents", "revision", "go_no_go", "phase", "created", "author"}
        assert {name: here[name] for name in same} == {name: there.get(name) for name in same}
    assert other.json("nzl", "conflicts", "list")["conflicts"] == []
    other.json("nzl", "vault", "check")
