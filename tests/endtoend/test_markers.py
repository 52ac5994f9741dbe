"""No marker that was put into a record and into an attachment stands in any file: while the program runs and after.

A worker writes records of every kind with a marker in every field that takes words, attaches, edits, searches, drafts,
prints, seals, takes in, sends messages and receipts, prints sheets, exports the log, saves copies, changes the
passphrase and deletes cases, without end. It is stopped in the middle and its folders (vaults, copies, sealed files,
sheets, temporary folder, home, profile, working folder) are read as raw bytes; then it is killed, or it crashes.
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
from briefcase.services.errors import PassphraseWrong
from briefcase.services.session import unlock

RECORD, ATTACHED, PASSPHRASE = "Kestrel7741Marker", "Gannet9152Attached", "Cormorant3308 passphrase of words"
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])

WORKER = """
import ctypes, io, shutil, sys
from pathlib import Path
from briefcase import __main__, resources
assert __main__._begin() is None
import marked_records
from briefcase.bundle.message_bodies import Request
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, drafts, handover, messages, printing, receipts, receiving, sheets
from briefcase.services.finding import searching
from briefcase.services.chain import log
from briefcase.services.keeping import copies, purging
from briefcase.services.session import create_vault
from briefcase.services.access import slots

root, crash = Path(sys.argv[1]), sys.argv[2] == "crash"
RECORD, ATTACHED = "Kestrel7741" + "Marker", "Gannet9152" + "Attached"
PASSPHRASE = "Cormorant3308 " + "passphrase of words"
LABEL = {"marking": "EXERCISE OFFICIAL//REL TO USA, GBR"}
pack = resources.path("packs", "exercise.toml")

def make(name, agency):
    return create_vault(root / name, PASSPHRASE, agency=agency, country=agency[:3], officer=name,
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
lines, fields = marked_records.every_kind(RECORD, LABEL, usa.pack)
assert len(fields) == 21 and sum(map(len, fields.values())) > 60
number, passphrase = 0, PASSPHRASE
while True:
    kept = cases.add_lines(usa, lines)
    case = next(one for one in kept if type(one).__name__ == "Case")
    party = next(one for one in kept if type(one).__name__ == "Party")
    document = next(one for one in kept if type(one).__name__ == "Document")
    data = (ATTACHED * 60000).encode() + str(number).encode()
    cases.attach_stream(usa, document.id, io.BytesIO(data), ATTACHED + ".txt", len(data))
    cases.edit_record(usa, party.id, {"remarks": RECORD + " again"})
    drafts.save(usa, RECORD.encode())
    assert searching.search(usa, RECORD)
    printing.case_pdf_bytes(usa, case.id)
    planned = handover.plan(usa, handover.of_case(usa, case.id), [gbr.fingerprint])
    sealed = handover.seal(usa, planned, root / "stick", purpose=RECORD, caveat=RECORD)
    received = receiving.inspect(gbr, sealed[0].path)
    taken = receiving.take_in(gbr, received)
    received.close()
    assert taken.new and searching.search(gbr, RECORD)
    asked = Request(text=RECORD, items=(), recipient=None, purpose=RECORD, needed_by="")
    sent = messages.send(usa, asked, [gbr.fingerprint], root / "stick")
    messages.take(gbr, sent.path)
    receipt = receipts.make_for_file(gbr, sealed[0].path, root / "stick")
    receipts.take(usa, receipt.path)
    sheets.print_message(gbr, receipt.path, root / "stick" / f"{number}.pdf")
    sheets.print_card(usa, root / "stick" / f"card{number}.pdf")
    log.export(usa, root / "stick" / f"{number}.log")
    place = root / "stick" / f"copy{number}"
    place.mkdir()
    copies.save_copy(usa, place)
    slots.change_passphrase(usa, passphrase, passphrase + "s", kdf=KdfParameters(1, 8192))
    passphrase += "s"
    if number % 2:
        found = purging.plan(usa, case.id)
        purging.purge(usa, found, found.number)
    number += 1
    print(number, flush=True)
    if crash and number == 2:
        ctypes.string_at(0)
"""


def holding(folder: Path) -> list[Path]:
    """Return the files under *folder* that hold a marker, in any of the forms it may take."""
    forms = []
    for marker in (RECORD, ATTACHED, PASSPHRASE[:13]):
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


def start(root: Path, how: str) -> subprocess.Popen[bytes]:
    """Start the worker; temporary folder, home, profile and working folder are below *root*."""
    places = {name: root / name for name in ("tmp", "home", "work", "stick")}
    for path in places.values():
        path.mkdir()
    environment = {**os.environ, "TMPDIR": str(places["tmp"]), "HOME": str(places["home"])}
    environment |= {"XDG_CACHE_HOME": str(places["home"]), "XDG_STATE_HOME": str(places["home"])}
    environment |= {"PYTHONPATH": os.pathsep.join((SOURCE, str(Path(__file__).parent))), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", WORKER, str(root), how],
        env=environment,
        cwd=places["work"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def end(worker: subprocess.Popen[bytes]) -> None:
    """Kill the worker and close its pipes."""
    worker.kill()
    worker.wait()
    for stream in (worker.stdout, worker.stderr):
        if stream is not None:
            stream.close()


def said(worker: subprocess.Popen[bytes]) -> bytes:
    """Return what the system shows of a process to others: its arguments and its environment."""
    return b"".join(Path(f"/proc/{worker.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


def look_into(folder: Path) -> None:
    """Unlock the vault, whichever of its passphrases it was left with, and look through it."""
    for more in range(9):
        try:
            session = unlock(folder, PASSPHRASE + "s" * more)
        except PassphraseWrong:
            (folder / "attempts.json").unlink(missing_ok=True)
            continue
        assert session.vault.check() == []
        assert session.vault.search(RECORD)
        session.close()
        return
    pytest.fail("no passphrase opens it")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_no_file_holds_a_marker_while_it_runs_and_after_kill(tmp_path: Path, rounds: int) -> None:
    worker = start(tmp_path, "")
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
        if rounds:
            assert PASSPHRASE.encode() not in said(worker)
    finally:
        end(worker)
    assert holding(tmp_path) == []
    if rounds:
        names = {path.suffix for path in (tmp_path / "stick").rglob("*")}
        assert names >= {".brief", ".pdf", ".log", ".briefcase"}
        look_into(tmp_path / "usa")
    assert holding(tmp_path) == []


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a core that could be written")
def test_no_file_and_no_error_holds_a_marker_after_a_crash(tmp_path: Path) -> None:
    worker = start(tmp_path, "crash")
    assert worker.stderr is not None
    trace = worker.stderr.read()
    end(worker)
    assert worker.returncode == -signal.SIGSEGV, trace.decode()
    assert b"Segmentation fault" in trace
    for marker in (RECORD, ATTACHED, PASSPHRASE[:13]):
        assert marker.encode() not in trace
    assert holding(tmp_path) == []
    look_into(tmp_path / "usa")
    assert holding(tmp_path) == []


@pytest.mark.parametrize(("file", "status"), [("wrong", 3), ("pass", 70)])
def test_no_error_holds_the_passphrase(tmp_path: Path, file: str, status: int) -> None:
    """A wrong passphrase, and a fault of our own whose exception holds it and a record."""
    (tmp_path / "pass").write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "wrong").write_text(PASSPHRASE + " wrong", encoding="utf-8")
    code = (
        "import sys; from briefcase.cli import main, vaults; from briefcase.services import upkeep\n"
        "def info(session): raise ValueError(open('pass').read() + 'Kestrel7741Marker')\n"
        "upkeep.info = info\n"
        "who = ['--agency', 'USA/BIS', '--country', 'USA', '--officer', 'Ann', '--pack', 'exercise']\n"
        "main.main(['vault', 'create', 'v', *who, '--passphrase-file', 'pass'])\n"
        f"sys.exit(main.main(['vault', 'info', '--vault', 'v', '--passphrase-file', '{file}']))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        check=False,
    )
    assert done.returncode == status
    assert done.stderr
    for marker in (b"Cormorant", b"Kestrel"):
        assert marker not in done.stdout + done.stderr
