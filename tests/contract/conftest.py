"""The source of the house, parsed once, and a way to try a rule on a made-up module."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


@dataclass(frozen=True)
class Module:
    """One module of the program: its dotted name, its text and its syntax tree."""

    name: str
    text: str
    tree: ast.Module
    is_package: bool = False

    @property
    def room(self) -> str:
        """The second part of the dotted name: ``seal`` for ``briefcase.seal.age``."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""


def module(name: str, text: str) -> Module:
    """Make a module out of text, for a rule's own test."""
    return Module(name=name, text=text, tree=ast.parse(text))


def read(path: Path) -> Module:
    """Read one source file."""
    text = path.read_text(encoding="utf-8")
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name=name, text=text, tree=ast.parse(text, str(path)), is_package=is_package)


@pytest.fixture(scope="session")
def house() -> list[Module]:
    """Every module under src/."""
    modules = [read(path) for path in sorted((SOURCE / "briefcase").rglob("*.py"))]
    assert len(modules) > 3
    return modules


@pytest.fixture(scope="session")
def scripts() -> list[Module]:
    """The scripts beside the package: run.py and those under installers/."""
    paths = [ROOT / "run.py", *sorted((ROOT / "installers").rglob("*.py"))]
    return [module(path.stem, path.read_text(encoding="utf-8")) for path in paths]


@pytest.fixture(scope="session")
def make_module() -> Callable[[str, str], Module]:
    """Return the maker of made-up modules."""
    return module


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds run.py."""
    return ROOT
