"""docs/cli.md says what the program does: every command, option, exit status and JSON key, and no others."""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import briefcase
from briefcase.bundle.verdict import Verdict
from briefcase.cli.arguments import build
from briefcase.errors import BriefcaseError

ROOT = Path(__file__).resolve().parents[2]
COMMON = {"--help", "--vault", "--passphrase-file", "--pin-file", "--json"}
WORDS = r"[a-z-]+(?: [a-z][a-z-]*){0,2}"


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, list[argparse.Action]]]:
    inner = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for group in inner:
        for name, sub in group.choices.items():
            yield from commands(sub, f"{before} {name}".strip())
    if not inner:
        yield before, parser._actions


def headings(page: str) -> dict[str, str]:
    """Return what the page writes behind each command, by command."""
    found = {}
    for line in re.findall(r"^### `(.+)`$", page, re.MULTILINE):
        match = re.match(rf"({WORDS})(?= |$)(.*)", line)
        assert match is not None
        found[match[1]] = match[2]
    return found


def test_every_command_and_option_is_documented_and_no_other(page: str) -> None:
    documented = headings(page)
    real = dict(commands(build()))
    assert documented.keys() == real.keys()
    for name, actions in real.items():
        options = {option for one in actions for option in one.option_strings if option.startswith("--")} - COMMON
        assert set(re.findall(r"--[a-z-]+", documented[name])) == options, name
        for one in actions:
            written = documented[name]
            if one.option_strings and one.option_strings[-1] not in COMMON:
                optional = f"[{one.option_strings[-1]}" in written or f"[{one.option_strings[-1]} " in written
                in_brackets = re.search(rf"\[[^\]]*{one.option_strings[-1]}\b[^\]]*\]", written) is not None
                needed = one.required or (name, one.option_strings[-1]) == ("handover", "--out")
                assert (optional or in_brackets) != needed or one.option_strings[-1] == "--to", (name, one)
            elif not one.option_strings:
                expected = f"[{one.metavar}]" if one.nargs == "?" else f" {one.metavar}"
                assert expected in written, (name, one.metavar)
    assert all(option in page for option in COMMON - {"--help"})


def _errors() -> set[type[BriefcaseError]]:
    for module in pkgutil.walk_packages(briefcase.__path__, "briefcase."):
        if module.name.endswith(".errors") and ".desktop" not in module.name:
            importlib.import_module(module.name)
    found, todo = set(), [BriefcaseError]
    while todo:
        for one in todo.pop().__subclasses__():
            if one.__module__.startswith("briefcase."):
                found.add(one)
                todo.append(one)
    return found


def _table(text: str) -> dict[int, set[str]]:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|([^|]*)\|$", text, re.MULTILINE)
    return {int(status): set(re.findall(r"`([A-Z_]+)`", codes)) for status, _meaning, codes in rows}


def test_every_status_is_documented_with_its_codes(page: str) -> None:
    general, _heading, of_age = page.partition("## Plain age files")
    documented = _table(general)
    # The age room reports to the bundle room, where its errors become verdicts, and to the age command.
    real = {one.code: one.exit_status for one in _errors() if not one.code.startswith("AGE_")}
    for code, status in real.items():
        assert status in documented, (code, status)
        assert status == 1 or code in documented[status], (code, status)
    told = {code: status for status, codes in documented.items() for code in codes}
    assert {code: real[code] for code in told} == told
    assert {one.exit_status for one in Verdict} <= documented.keys()
    told_of_age = {code: status for status, codes in _table(of_age).items() for code in codes}
    assert told_of_age == {one.code: one.exit_status for one in _errors() if one.code.startswith("AGE_")}


def test_every_json_key_of_the_program_is_documented(page: str) -> None:
    """Keys are those of the dictionaries that the modules of the command line build, but for the places of messages."""
    source = ROOT / "src" / "briefcase"
    keys: set[str] = set()
    for path in (*sorted((source / "cli").glob("*.py")), source / "services" / "upkeep.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        places = {id(one.right) for one in ast.walk(tree) if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mod)}
        found = [one for one in ast.walk(tree) if isinstance(one, ast.Dict) and id(one) not in places]
        keys |= {key.value for one in found for key in one.keys if isinstance(key, ast.Constant)}
    assert {"verdict", "matrix", "control_number", "audit_head", "whole", "held"} <= keys
    assert sorted(key for key in keys if f"`{key}`" not in page) == []
