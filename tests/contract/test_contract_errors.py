"""Every failure has a stable code of its own, a full sentence and a hint."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter, defaultdict

import pytest

from briefcase.errors import BriefcaseError

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def all_errors(kind):
    """Return every child of an error class, children's children too."""
    found = {}
    for child in kind.__subclasses__():
        found[child] = None
        found.update(dict.fromkeys(all_errors(child)))
    return list(found)


@pytest.fixture(scope="module")
def errors(house):
    for module in house:
        if module.name.split(".")[-1] == "errors":
            importlib.import_module(module.name)
    return [error for error in all_errors(BriefcaseError) if error.__module__.startswith("briefcase.")]


def faults(error):
    """Return what is wrong with the words of one error class."""
    found = []
    if "code" not in vars(error) or not CODE.fullmatch(error.code):
        found.append("code")
    for name in ("sentence", "hint"):
        text = getattr(error, name)
        if not text[:1].strip() or not text.endswith(".") or "\n" in text:
            found.append(name)
        try:
            text % defaultdict(int)
        except (TypeError, ValueError):
            found.append(f"places of {name}")
    if "sentence" not in vars(error):
        found.append("no sentence of its own")
    return found


def test_codes_are_unique(errors):
    counted = Counter(error.code for error in [BriefcaseError, *errors])
    assert [code for code, count in counted.items() if count > 1] == []


def test_every_error_says_what_and_what_next(errors):
    assert {error.__qualname__: faults(error) for error in errors if faults(error)} == {}


def test_errors_are_declared_in_the_errors_file_of_their_room(house):
    """A class that derives from an error of ours stands in errors.py, where its code is seen."""
    known = {"BriefcaseError"}
    for module in house:
        if module.name.split(".")[-1] == "errors":
            known |= {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}
    strays = [
        f"{module.name}.{node.name}"
        for module in house
        if module.name.split(".")[-1] != "errors"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and known & {ast.unparse(base).split(".")[-1] for base in node.bases}
    ]
    assert strays == []


def test_the_words_are_marked_for_translation(house):
    bare = [
        f"{module.name}:{node.lineno}"
        for module in house
        if module.name.split(".")[-1] == "errors"
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.Constant, ast.JoinedStr))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if ast.unparse(target) in ("sentence", "hint")
    ]
    assert bare == []


def test_a_bad_error_is_found():
    bad = type("Bad", (BriefcaseError,), {"code": "bad code", "sentence": "No stop", "hint": "It is 100 % wrong."})
    try:
        assert faults(bad) == ["code", "sentence", "places of hint"]
        assert "code" in faults(type("Silent", (BriefcaseError,), {}))
    finally:
        del bad
