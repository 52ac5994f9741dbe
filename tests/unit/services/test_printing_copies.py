"""Printing on a real CUPS whose printer is a file: copies, the log, and everything that refuses."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from briefcase.services import printing
from briefcase.services.papers import printers
from briefcase.services.papers.errors import PrinterStopped, PrinterUnknown, PrintFailed, PrintSystemMissing

pytestmark = pytest.mark.slow
DAEMON = "/usr/lib/cups/daemon"
NEEDED = ("cupsd", "lp", "lpadmin", "lpstat", "cupsdisable", "cupsreject")
FILES = """ServerRoot {0}/root
ServerBin {0}/bin
RequestRoot {0}/spool
TempDir {0}/spool/tmp
CacheDir {0}/cache
StateDir {0}/state
AccessLog {0}/log/access
ErrorLog {0}/log/error
PageLog {0}/log/page
"""
PRINTER = """#!/bin/sh
cat ${{6:+"$6"}} > {0}/out/$1.new && mv {0}/out/$1.new {0}/out/$1.pdf
"""
"""A printer that puts each job as a file into a tray."""
SERVER = """Listen {0}/sock
Browsing Off
DefaultAuthType None
WebInterface No
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""


class Cups:
    """A print system of its own with the printer ``office``."""

    def __init__(self, folder: Path) -> None:
        for name in ("spool/tmp", "cache", "state", "root", "log", "out", "bin/backend"):
            (folder / name).mkdir(parents=True)
        printer = folder / "bin" / "backend" / "tray"
        printer.write_text(PRINTER.format(folder), encoding="utf-8")
        printer.chmod(0o700)
        (folder / "bin" / "daemon").symlink_to(DAEMON)
        (folder / "files.conf").write_text(FILES.format(folder), encoding="utf-8")
        (folder / "cupsd.conf").write_text(SERVER.format(folder), encoding="utf-8")
        words = ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")]
        self.folder = folder
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, *words: str) -> bool:
        """Run a command of CUPS; return whether it was content."""
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def jobs(self) -> list[bytes]:
        """Return what the spool keeps, by job."""
        return [each.read_bytes() for each in sorted((self.folder / "spool").glob("d*"))]

    def printed(self, count: int) -> list[bytes]:
        """Return what lies in the tray of the printer, by job, when it is *count* jobs."""
        for _try in range(300):
            if len(found := sorted((self.folder / "out").glob("*.pdf"))) == count:
                break
            time.sleep(0.1)
        return [each.read_bytes() for each in found]

    def stop(self) -> None:
        """End the scheduler."""
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def cups(monkeypatch):
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    monkeypatch.setenv("PATH", path)
    if any(shutil.which(each) is None for each in NEEDED) or os.geteuid() != 0 or not Path(DAEMON).is_dir():
        pytest.skip("There is no CUPS here, or we are not root and cannot run one.")
    with tempfile.TemporaryDirectory() as short:  # a socket's path may have 107 bytes
        one = Cups(Path(short))
        monkeypatch.setenv("CUPS_SERVER", f"{short}/sock")
        try:
            for _try in range(100):
                if one.ask("lpadmin", "-p", "office", "-E", "-v", "tray:/", "-m", "raw"):
                    break
                time.sleep(0.1)
            yield one
        finally:
            one.stop()


@pytest.fixture
def case(world):
    return world.add(world.usa, "case", title="A case")


def entries(world, action):
    return [one for one in world.usa.vault.audit.entries() if one.action == action]


def test_each_copy_has_its_number_and_stands_in_the_log(world, case, cups):
    handed = printers.print_copies(world.usa, case.id, "office", copies=2)
    assert len(set(handed.control_numbers)) == 2
    logged = [one.detail for one in entries(world, "case.print")]
    assert [(one["control"], one["printer"], one["copy"], one["copies"]) for one in logged] == [
        (number, "office", copy, 2) for copy, number in enumerate(handed.control_numbers, 1)
    ]
    printed = cups.printed(2)
    assert len(printed) == 2
    assert cups.jobs() == printed  # the print system does keep them, as the officer is told
    for copy, data in enumerate(printed, 1):
        assert data.startswith(b"%PDF-")
        text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        assert f"Copy {copy} of 2" in text
        assert [number in text for number in handed.control_numbers] == [copy == 1, copy == 2]


def test_a_stopped_a_refusing_or_an_unknown_printer_gets_nothing(world, case, cups):
    for name in ("offic", "office office", "-r", "", "office/x"):
        with pytest.raises(PrinterUnknown):
            printers.print_copies(world.usa, case.id, name)
    assert cups.ask("cupsdisable", "office")
    with pytest.raises(PrinterStopped):
        printers.print_copies(world.usa, case.id, "office")
    assert cups.ask("cupsenable", "office")
    assert cups.ask("cupsreject", "office")
    with pytest.raises(PrinterStopped):
        printers.print_copies(world.usa, case.id, "office")
    assert not cups.jobs()
    assert not entries(world, "case.print")


def test_a_copy_that_the_queue_refuses_stands_in_the_log_as_refused(world, case, cups, monkeypatch):
    monkeypatch.setattr(
        printers, "need_ready", lambda printer: cups.ask("cupsreject", printer)
    )  # between look and copy
    with pytest.raises(PrintFailed):
        printers.print_copies(world.usa, case.id, "office", copies=3)
    (made,), (refused,) = entries(world, "case.print"), entries(world, "paper.refused")
    assert refused.detail == {"control": made.detail["control"], "printer": "office"}
    assert not cups.jobs()


def test_without_a_print_system_nothing_is_made(world, case, cups, monkeypatch):
    cups.stop()
    with pytest.raises(PrintSystemMissing):
        printers.print_copies(world.usa, case.id, "office")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PrintSystemMissing):
        printers.printers()
    assert not entries(world, "case.print")


def test_a_file_says_no_printer(world, case, tmp_path):
    printing.report_pdf(world.usa, case.id, tmp_path / "case.pdf")
    (made,) = entries(world, "case.print")
    assert "printer" not in made.detail
