"""The pinned Qt binding survives many calls (6.12.0 lost references to None and aborted after some 5,000)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

MANY_CALLS = """
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication(["contract"])
label = QLabel()
for number in range(20_000):
    label.setText(str(number))
print(label.text())
"""


@pytest.mark.slow
def test_twenty_thousand_calls():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", MANY_CALLS], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "19999"
