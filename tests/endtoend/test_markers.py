"""No marker that was put into a record and into an attachment stands in any file: while the program runs and after.

A worker writes records of every kind with a marker in every field that takes words, attaches, edits, searches, drafts,
prints, seals, takes in, sends messages and receipts, prints sheets, exports the log, saves copies, makes vaults of
them, repairs damaged ones, packs travel vaults, writes in them and merges them, changes the passphrase and deletes
cases, without end. It is stopped in the middle and its folders (vaults of every kind, copies, sealed files, sheets,
temporary folder, home, profile, working folder) are read as raw bytes; then it is killed, or it crashes. One run is
watched by ``strace``: no file is written anywhere else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
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
AWAY = "Cormorant3308 on the way elsewhere"
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])

WORKER = """
import ctypes, io, json, shutil, sys
from pathlib import Path
from briefcase import __main__, resources
assert __main__._begin() is None
import marked_records
from briefcase.bundle.message_bodies import Request
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, drafts, handover, messages, printing, receipts, receiving, sheets
from briefcase.services.finding import searching
from briefcase.services.chain import log
from briefcase.services.keeping import copies, merging, purging, repairing, travel
from briefcase.services.session import create_vault, unlock
from briefcase.services.access import slots

root, crash = Path(sys.argv[1]), sys.argv[2] == "crash"
RECORD, ATTACHED = "Kestrel7741" + "Marker", "Gannet9152" + "Attached"
PASSPHRASE = "Cormorant3308 " + "passphrase of words"
AWAY = "Cormorant3308 " + "on the way elsewhere"
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
number, passphrase, opened = 0, PASSPHRASE, []
LINE = {"kind": "document", "title": RECORD, "document_kind": "other", "label": LABEL}
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
    copied = copies.save_copy(usa, place).path
    copies.restore(copied, root / "vaults" / f"restored{number}", passphrase)
    damaged = root / "vaults" / f"damaged{number}"
    shutil.copytree(copied, damaged)
    pages = bytearray((damaged / "store.db").read_bytes())
    pages[-2000] ^= 1
    (damaged / "store.db").write_bytes(pages)
    assert repairing.repair(damaged, root / "vaults" / f"repaired{number}", passphrase).rebuilt
    away = root / "vaults" / f"travel{number}"
    travel.pack(usa, away, AWAY, [case.id], kdf=KdfParameters(1, 8192))
    there = unlock(away, AWAY)
    cases.edit_record(there, party.id, {"remarks": RECORD + " on the way"})
    (found,) = cases.add_lines(there, json.dumps({**LINE, "case_ids": [case.id]}))
    cases.attach_stream(there, found.id, io.BytesIO(data[5:]), ATTACHED + ".txt", len(data) - 5)
    assert [one.kind for one in merging.merge(usa, there).changes] == ["newer", "new"]
    opened += [there]  # left open: a travel vault with a WAL is looked into, too
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


def start(root: Path, how: str, *before: str) -> subprocess.Popen[bytes]:
    """Start the worker, *before* it what watches it; temporary folder, home, profile and work are below *root*."""
    places = {name: root / name for name in ("tmp", "home", "work", "stick", "vaults")}
    for path in places.values():
        path.mkdir()
    environment = {**os.environ, "TMPDIR": str(places["tmp"]), "HOME": str(places["home"])}
    environment |= {"XDG_CACHE_HOME": str(places["home"]), "XDG_STATE_HOME": str(places["home"])}
    environment |= {"PYTHONPATH": os.pathsep.join((SOURCE, str(Path(__file__).parent))), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [*before, sys.executable, "-X", "faulthandler", "-c", WORKER, str(root), how],
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
    """Unlock the vault, whichever of its passphrases it was left with, and look through it and its log."""
    for words in (*(PASSPHRASE + "s" * more for more in range(9)), AWAY):
        try:
            session = unlock(folder, words)
        except PassphraseWrong:
            (folder / "attempts.json").unlink(missing_ok=True)
            continue
        assert session.vault.check() == []
        assert session.vault.search(RECORD)
        said = "".join(json.dumps(one.said) for one in session.vault.audit.entries())
        assert not [marker for marker in (RECORD, ATTACHED, PASSPHRASE[:13]) if marker in said]
        session.close()
        return
    pytest.fail("no passphrase opens it")


def look_into_all(root: Path) -> None:
    """Look into the vault, and into every restored, repaired and travel vault and every copy that has its name."""
    look_into(root / "usa")
    made = [path for path in (root / "vaults").iterdir() if path.suffix != ".part" and "damaged" not in path.name]
    for folder in (*made, *(root / "stick").glob("copy*/*.briefcase")):
        look_into(folder)
    assert {path.name.rstrip("0123456789") for path in made} >= {"restored", "repaired", "travel"}


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
@pytest.mark.parametrize("rounds", [0, 2])
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
        look_into_all(tmp_path)
    assert holding(tmp_path) == []


PATHS = re.compile(r'(?:<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')  # the folder that a name hangs on, and the name
MADE = "openat,open,creat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat"
STRACE = ("strace", "-f", "-qq", "-y", "-s", "4096", "--trace=" + MADE, "-o")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a core that could be written")
def test_no_file_and_no_error_holds_a_marker_after_a_crash(tmp_path: Path) -> None:
    """Two rounds of everything, then a crash; where ``strace`` is, it says that nothing was written anywhere else."""
    root, log = tmp_path / "all", tmp_path / "strace"
    root.mkdir()
    watched = shutil.which("strace") is not None
    worker = start(root, "crash", *((*STRACE, str(log)) if watched else ()))
    assert worker.stderr is not None
    trace = worker.stderr.read()
    end(worker)
    assert worker.returncode == -signal.SIGSEGV, trace.decode()
    assert b"Segmentation fault" in trace
    for marker in (RECORD, ATTACHED, PASSPHRASE[:13]):
        assert marker.encode() not in trace
    assert holding(root) == []
    if watched:
        written = written_to(log, root / "work")
        assert len(written) > 200
        assert {path for path in written if not path.startswith((str(root), "/dev/", "/proc/self/fd/"))} == set()
    look_into_all(root)
    assert holding(root) == []


def written_to(log: Path, work: Path) -> set[str]:
    """Return every path that what ``strace`` has watched opened for writing, made, linked or renamed."""
    written = set()
    for line in log.read_text("utf-8", "replace").splitlines():
        call, _bracket, words = line.partition("(")
        if not words or " = -1 " in words or ("open" in call and not re.search("O_WRONLY|O_RDWR|O_CREAT", words)):
            continue
        # an absolute name replaces the folder
        written |= {os.path.join(place or work, name) for place, name in PATHS.findall(words)}  # noqa: PTH118
    return written


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
