"""The program refuses to run in one environment with the packaging tool of the same folder name."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefcase.services import startup
from briefcase.services.errors import ProgramMixed


def test_alone_is_fine() -> None:
    startup.check_alone()


def test_the_packaging_tool_of_the_same_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "briefcase-0.3.26.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: briefcase\nVersion: 0.3.26\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ProgramMixed):
        startup.check_alone()
