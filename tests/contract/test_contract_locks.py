"""The locks: pinned and hashed, free of any machine's places, and without the packages that must not come in."""

from __future__ import annotations

import re
import tomllib

import pytest

FORBIDDEN = {"pyside6", "pyside6-addons", "briefcase", "rigour", "followthemoney", "nomenklatura", "pyicu"}
PIN = re.compile(r"^([a-z0-9-]+)==([0-9][0-9a-z.]*)(?: ; .+)? \\$")


def pins(text):
    """Return name: version of every requirement of a lock."""
    return {m[1]: m[2] for m in map(PIN.match, text.splitlines()) if m}


def bare(text):
    """Return the lines of a lock that are neither a pin, nor a hash, nor a comment."""
    hashed = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
    return [
        line
        for line in text.splitlines()
        if line and not PIN.match(line) and not hashed.match(line) and not re.match(r"^ *#", line)
    ]


@pytest.fixture(scope="module")
def locks(root):
    return {
        name: (root / "installers" / "locks" / f"{name}.txt").read_text(encoding="utf-8")
        for name in ("run", "test", "pip", "fuzz")
    }


def normal(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_everything_is_pinned_with_hashes(locks):
    assert {name: bare(text) for name, text in locks.items() if bare(text)} == {}
    assert set(pins(locks["fuzz"])) == {"atheris"}
    assert bare("nacl>=1.0") == ["nacl>=1.0"]
    assert bare("--index-url http://host/simple") != []


def test_no_place_of_a_machine_is_named(locks):
    for text in locks.values():
        assert not re.search(r"https?:|file:|/home/|/tmp/|find-links|index-url", text)


def test_the_locks_hold_what_the_project_asks_for(locks, root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {normal(each) for each in project["dependencies"]}
    assert wanted - set(pins(locks["run"])) == set()
    assert {normal(each) for each in project["optional-dependencies"]["test"]} - set(pins(locks["test"])) == set()


def test_the_test_lock_keeps_the_versions_of_the_run_lock(locks):
    run, test = pins(locks["run"]), pins(locks["test"])
    assert {name: test.get(name) for name in run} == run


def test_no_forbidden_package_is_in(locks):
    assert FORBIDDEN & (set(pins(locks["run"])) | set(pins(locks["test"]))) == set()
    assert pins(locks["run"])["pyside6-essentials"].startswith("6.11.")


def test_every_package_is_listed_with_its_licence(locks, root):
    listed = (root / "docs" / "licences" / "README.md").read_text(encoding="utf-8").lower()
    assert [name for name in pins(locks["test"]) if f"| {name} |" not in listed] == []
