"""The whole tree of tests: nothing of them is written into the profile of whoever runs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Continuous integration asks the same examples every time (HYPOTHESIS_PROFILE=repeatable), so that what fails there is
# what was changed; a run by hand draws new ones.
settings.register_profile("repeatable", derandomize=True, database=None, print_blob=True)
if "HYPOTHESIS_PROFILE" in os.environ:
    settings.load_profile(os.environ["HYPOTHESIS_PROFILE"])


@pytest.fixture(scope="session", autouse=True)
def _shared_profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give what is made once for many tests a profile folder of its own."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("profile"))
    yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before


@pytest.fixture(autouse=True)
def _own_profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a profile folder of its own; programs that it starts inherit it."""
    folder = tmp_path_factory.mktemp("profile")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder
