"""The keyring as a way in, from the real program: with its sockets filtered, on a bus and a keyring of their own."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import briefcase
from briefcase import resources
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.session import create_vault

SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
PASSPHRASE, PIN = "a passphrase of words", "739164"
TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
INSIDE = """
set -e
printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null
run() { "$0" -m briefcase "$@" --vault usa --json; }
echo "filter $("$0" -c 'from briefcase import __main__; assert __main__._begin() is None
print(open("/proc/self/status").read().split("Seccomp:")[1].split()[0])')"
run vault slot add keyring --new-pin-file pin --passphrase-file pass
run vault info --pin-file pin
run vault info --pin-file wrong || echo "status $?"
run vault slot list --pin-file pin
run vault info --passphrase-file pass
"""


@pytest.mark.slow
@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason="no gnome-keyring")
def test_the_filtered_program_keeps_and_finds_its_secret_in_a_real_keyring(tmp_path):
    pack = resources.path("packs", "exercise.toml")
    more = {"agency": "USA/BIS", "country": "USA", "officer": "Ann", "pack": pack, "kdf": KdfParameters(1, 8192)}
    create_vault(tmp_path / "usa", PASSPHRASE, **more).session.close()
    for name, words in {"pass": PASSPHRASE, "pin": PIN, "wrong": "000001"}.items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_", "PYTEST_"))}
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", INSIDE, sys.executable],
        cwd=tmp_path,
        env={**clean, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "filter 2"
    added, opened, status, listed, again = said[1:]
    assert "keyring" in [one["kind"] for one in json.loads(added)["slots"]]
    assert json.loads(opened)["officer"] == "Ann"
    assert status == "status 3"
    assert "SERVICE_PIN_WRONG" in done.stderr
    assert "keyring" in [one["kind"] for one in json.loads(listed)["slots"]]
    assert json.loads(again)["audit_entries"] > json.loads(opened)["audit_entries"]
    assert not [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path.name not in ("pass", "pin") and (PASSPHRASE.encode() in path.read_bytes())
    ]
