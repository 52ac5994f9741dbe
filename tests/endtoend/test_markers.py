"""No marker that was put into a record and into an attachment stands in any file: while the program runs and after.

A worker writes, attaches, searches, seals and takes in without end; it is stopped in the middle and its folders (both
vaults, sealed files, temporary folder, home, working folder) are read as raw bytes; then it is killed with kill -9.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import briefcase
from briefcase.services.session import unlock

RECORD, ATTACHED = "Kestrel7741Marker", "Gannet9152Attached"
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])

WORKER = """
import io, sys
from pathlib import Path
from briefcase import resources
from briefcase.records.label import Label
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, drafts, handover, printing, receiving
from briefcase.services.session import create_vault

root = Path(sys.argv[1])
RECORD, ATTACHED = "Kestrel7741" + "Marker", "Gannet9152" + "Attached"
LABEL = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, GBR"}'
pack = resources.path("packs", "exercise.toml")

def make(name, agency):
    return create_vault(root / name, "correct horse battery", agency=agency, country=agency[:3], officer=name,
                        pack=pack, kdf=KdfParameters(1, 8192)).session

def meet(one, other):
    path = root / (other.officer + ".card")
    if not path.exists():
        contacts.export_card(other, path)
    kept = contacts.import_card(one, path)
    contacts.verify(one, kept.fingerprint, " ".join(other.identity.card.words()), other.agency, other.country)

usa, gbr = make("usa", "USA/BIS"), make("gbr", "GBR/HMRC")
meet(usa, gbr)
meet(gbr, usa)
number = 0
while True:
    lines = (
        '{"kind":"case","id":"c","status":"open","title":"%s %d","summary":"%s",%s}\\n'
        '{"kind":"party","id":"p","party_kind":"company","case_ids":["c"],"names":[{"text":"%s"}],%s}\\n'
        '{"kind":"document","id":"d","document_kind":"other","title":"%s","case_ids":["c"],%s}\\n'
    ) % (RECORD, number, RECORD * 30, LABEL, RECORD, LABEL, RECORD, LABEL)
    case, party, document = cases.add_lines(usa, lines)
    data = (ATTACHED * 60000).encode() + str(number).encode()
    cases.attach_stream(usa, document.id, io.BytesIO(data), ATTACHED + ".txt", len(data))
    cases.edit_record(usa, party.id, {"remarks": RECORD})
    assert searching.search(usa, RECORD)
    printing.case_pdf_bytes(usa, case.id)
    planned = handover.plan(usa, handover.of_case(usa, case.id), [gbr.fingerprint])
    sealed = handover.seal(usa, planned, root / "stick", purpose=RECORD, caveat=RECORD)
    received = receiving.inspect(gbr, sealed[0].path)
    taken = receiving.take_in(gbr, received)
    received.close()
    assert len(taken.new) == 3 and searching.search(gbr, RECORD)
    number += 1
    print(number, flush=True)
"""


def holding(folder: Path) -> list[Path]:
    """Return the files under *folder* that hold a marker, in any of the forms it may take."""
    forms = []
    for marker in (RECORD, ATTACHED):
        for text in (marker, marker.lower(), marker[4:]):
            forms += [text.encode(form) for form in ("utf-8", "utf-16-le", "utf-16-be")]
            forms.append(text.encode().hex().encode())
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [path] if any(form in data or form.decode("latin-1") in path.name for form in forms) else []
    return found


def test_a_marker_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_bytes(b"\0x" + RECORD.encode("utf-16-le"))
    (tmp_path / "deep" / "b").write_bytes(b"..." + ATTACHED.lower().encode())
    (tmp_path / "deep" / "c").write_bytes(b"nothing")
    assert len(holding(tmp_path)) == 2


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_no_file_holds_a_marker_while_it_runs_and_after_kill(tmp_path: Path, rounds: int) -> None:
    places = {name: tmp_path / name for name in ("tmp", "home", "work", "stick")}
    for path in places.values():
        path.mkdir()
    environment = {**os.environ, "PYTHONPATH": SOURCE, "TMPDIR": str(places["tmp"]), "HOME": str(places["home"])}
    environment |= {"XDG_CACHE_HOME": str(places["home"]), "PYTHONDONTWRITEBYTECODE": "1"}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)],
        env=environment,
        cwd=places["work"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert worker.stdout is not None
        assert worker.stderr is not None
        for _round in range(rounds):
            assert worker.stdout.readline(), worker.stderr.read().decode()
        for pause in (0.05, 0.11, 0.17, 0.23):
            time.sleep(pause)
            worker.send_signal(signal.SIGSTOP)
            assert holding(tmp_path) == []
            worker.send_signal(signal.SIGCONT)
        assert worker.poll() is None
    finally:
        worker.kill()
        worker.wait()
        for stream in (worker.stdout, worker.stderr):
            if stream is not None:
                stream.close()
    assert holding(tmp_path) == []
    if rounds:
        assert list(places["stick"].iterdir())
        session = unlock(tmp_path / "usa", "correct horse battery")
        try:
            assert session.vault.check() == []
            assert session.vault.search(RECORD)
            assert holding(tmp_path) == []
        finally:
            session.close()
    assert holding(tmp_path) == []
