"""Killed at every step of `message send`: what can be opened is in the log, and no number is given twice."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up steps
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from killing import can_open, in_child, lines_until

import briefcase
from briefcase.cli.main import main
from briefcase.services import messages, outgoing
from briefcase.services.session import unlock

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PASSPHRASE = "correct horse battery staple"
WATCHED = ("messages.py", "outgoing.py", "sealing.py", "medium.py", "readback.py")
STEPS = """
import os, signal
left = int(os.environ["KILLED_AT"])
def counted(name):
    real = getattr(os, name)
    def step(*words, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        done = real(*words, **more)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    setattr(os, name, step)
for name in ("fsync", "rename", "unlink"):
    counted(name)
"""


@pytest.fixture
def ready(world):
    """The vault of the USA closed, a stick, and the body of a request."""
    world.usa.close()
    shutil.copytree(world.folder / "usa", world.folder / "before")
    request = {"text": "What is known?", "items": [], "recipient": None, "purpose": "", "needed_by": ""}
    (world.folder / "body.json").write_text(json.dumps(request), encoding="utf-8")
    (world.folder / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    return world


def words(world):
    send = ("message", "send", "request", "--to", "Owen", "--body", world.folder / "body.json")
    more = ("--out", world.folder / "stick", "--vault", world.folder / "usa")
    return [str(one) for one in (*send, *more, "--passphrase-file", world.folder / "passphrase")]


def fresh(world):
    """Put vault and stick back to where they were before anything was sent."""
    for name in ("usa", "stick"):
        shutil.rmtree(world.folder / name, ignore_errors=True)
    shutil.copytree(world.folder / "before", world.folder / "usa")
    (world.folder / "stick").mkdir()


def check(world):
    """Look at what was left, send once more, and return in which state the first message was."""
    stick = world.folder / "stick"
    files = sorted(stick.iterdir())
    session = unlock(world.folder / "usa", PASSPHRASE)
    try:
        assert session.vault.check() == []
        rows = session.vault.messages.list()
        logged = [one for one in session.vault.audit.newest(50) if one.action == "message.send"]
        stands = [one for one in session.vault.audit.newest(50) if one.action == "message.stands"]
        assert len(rows) == len(logged) <= 1
        assert [row.serial for row in rows] == [1] * len(rows)
        unfinished = outgoing.unfinished(session)
        assert [one.counted for one in unfinished] == [bool(logged)] * (1 - len(stands)) or not files
        named = {one.path for one in unfinished} | {one.part for one in unfinished}
        for file in files:
            assert file in named or (stands and file.suffix == ".brief")
            if can_open(file, world.gbr.identity) or file.suffix == ".brief":
                assert logged
        again = (
            messages.send(session, messages.list_messages(session)[0].body, [world.gbr.fingerprint], stick)
            if rows
            else None
        )
        assert again is None or again.serial == rows[0].serial + 1
        openable = [file for file in stick.iterdir() if file.suffix == ".brief"]
        serials = [messages.inspect(world.gbr, file).opened.facts.sequence for file in openable]
        assert 0 not in serials
        assert len(set(serials)) == len(serials)
        for one in outgoing.unfinished(session):
            outcome = outgoing.settle(session, one)
            assert (outcome == "whole") == (one.counted and one.path.exists())
        assert outgoing.unfinished(session) == []
        assert list(stick.glob("*.part")) == []
    finally:
        session.close()
    part = any(file.suffix == ".part" for file in files)
    return "stands" if stands else "name" if logged and not part else "logged" if logged else "part" if part else "none"


@pytest.mark.slow
def test_a_message_is_killed_at_every_step(ready, capsys):
    fresh(ready)
    trace, counted = lines_until(-1, WATCHED)
    sys.settrace(trace)
    try:
        assert main(words(ready)) == 0
    finally:
        sys.settrace(None)
    assert check(ready) == "stands"
    lines, states = counted[0], []
    for place in range(max(1, lines // 50), lines, max(1, lines // 50)):
        fresh(ready)
        trace, _ = lines_until(place, WATCHED)

        def act(trace=trace):
            sys.settrace(trace)
            main(words(ready))

        _pid, status = os.waitpid(in_child(act), 0)
        assert os.WIFSIGNALED(status) or place > lines - 60, f"line {place} of {lines} was not reached"
        if os.WIFSIGNALED(status):
            states.append(check(ready))
    assert {"none", "part", "logged", "name"} <= set(states)
    capsys.readouterr()


@pytest.mark.slow
def test_the_command_is_killed_before_and_after_every_durable_step(ready):
    """As a process of its own, as an officer starts it: before and after each fsync, rename and removal."""
    patched = ready.folder / "patched"
    patched.mkdir()
    (patched / "sitecustomize.py").write_text(STEPS, encoding="ascii")
    source = str(Path(briefcase.__file__).resolve().parents[1])
    states = []
    for step in range(1, 40):
        fresh(ready)
        there = {**os.environ, "PYTHONPATH": os.pathsep.join([str(patched), source]), "KILLED_AT": str(step)}
        done = subprocess.run(
            [sys.executable, "-m", "briefcase", *words(ready)], env=there, capture_output=True, check=False, timeout=120
        )
        states.append(check(ready))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert done.returncode == 0
    assert states[-1] == "stands"
    assert {"part", "logged", "name"} <= set(states)
