"""Nothing of a vault is on disk in the clear: while it is open, after it was closed, after kill -9."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from briefcase.vault import database as databases
from briefcase.vault.vault import open_vault

MARKERS = ("Kestrel7741Marker", "Gannet9152Attached")
SOURCE = str(Path(databases.__file__).resolve().parents[2])


def clear_text(folder):
    """Return the files under *folder* that hold a marker, in any of the forms it may take."""
    forms = []
    for marker in MARKERS:
        for text in (marker, marker.lower()):
            forms += [text.encode(), text.encode("utf-16-le"), text.encode().hex().encode()]
    return [path for path in folder.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)]


def test_no_file_holds_a_marker(vault, make, tmp_path, monkeypatch):
    """A sorter that is forced to spill would show temporary files, too."""
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    parties = [make.party(f"{MARKERS[0]} {number}", remarks=MARKERS[0] * 20) for number in range(500)]
    vault.records.put_many(parties, actor=MARKERS[0])
    vault.settings.set(MARKERS[0], MARKERS[0])
    vault.drafts.save(MARKERS[0], MARKERS[0].encode(), saved="now")
    vault.attachments.add(io.BytesIO(MARKERS[1].encode() * 20_000), actor="Ann")
    assert len(vault.search(MARKERS[0])) == 200
    vault._database.rows("SELECT body FROM revision ORDER BY body DESC, random()")
    assert clear_text(tmp_path) == []
    with vault.transaction():
        vault.records.put(make.party(MARKERS[0]), actor="Ann")
        assert clear_text(tmp_path) == []
    vault.close()
    assert clear_text(tmp_path) == []


WORKER = """
import io, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from briefcase.records.ids import new_id, new_revision, now
from briefcase.records.kinds import Note
from briefcase.records.label import Label
from briefcase.vault.vault import open_vault

vault = open_vault(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
number = 0
while True:
    note = Note(id=new_id(), label=Label(), revision=new_revision(), created=now(), title="Kestrel7741Marker", text="x")
    vault.records.put(note, actor="Ann")
    meta = vault.attachments.add(io.BytesIO(b"Gannet9152Attached%d" % number * 5000), actor="Ann", about=note.id)
    number += 1
    print(note.id, meta.sha256, flush=True)
"""


@pytest.mark.slow
def test_after_kill_nothing_acknowledged_is_lost_and_nothing_is_in_the_clear(vault, folder, master, tmp_path):
    vault.close()
    acknowledged = []
    for lines in (1, 3, 8, 15, 40):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(folder), master.hex(), SOURCE],
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            text=True,
        )
        assert worker.stdout is not None
        acknowledged += [worker.stdout.readline().split() for _ in range(lines)]
        worker.send_signal(signal.SIGKILL)
        rest = worker.stdout.read()
        worker.wait()
        worker.stdout.close()
        acknowledged += [line.split() for line in rest.splitlines() if len(line) == 36 + 1 + 64]
        assert clear_text(tmp_path) == []
        with open_vault(folder, master) as again:
            assert again.check() == []
            for note_id, sha256 in acknowledged:
                assert again.records.get(note_id) is not None
                with again.attachments.open(sha256) as file:
                    assert file.read().startswith(b"Gannet9152Attached")
    assert len(acknowledged) >= 67
