"""The wheel holds the program and everything that ships with it."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

pytest.importorskip("hatchling", reason="the build back end is in the test lock only")


@pytest.mark.slow
def test_the_wheel_holds_program_and_resources(root, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    shipped = {
        f"briefcase/_data/{path.relative_to(root / 'resources').as_posix()}"
        for path in (root / "resources").rglob("*.*")
    }
    assert {name for name in shipped if not name.endswith("/")} - names == set()
    assert {"briefcase/__init__.py", "briefcase/seal/age.py", "briefcase/viewer/child.py"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
