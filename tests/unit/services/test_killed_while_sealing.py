"""Killed at every step of a hand-over: whatever can be opened is in the log, and what is left is told of."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up steps
from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time

import pytest
from killing import can_open, in_child, lines_until

from briefcase.bundle.verdict import Verdict
from briefcase.services import cases, handover, outgoing, receiving
from briefcase.services.session import unlock

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PASSPHRASE = "correct horse battery staple"
SECRET = b"The words of the document that nobody else may read. "
WATCHED = ("handover.py", "outgoing.py", "sealing.py", "medium.py", "readback.py", "settings.py", "database.py")


@pytest.fixture
def ready(world):
    """A case with a document of three MiB, its vault closed, and a stick."""
    case = world.add(world.usa, "case", title="A case", status="open")
    document = world.add(world.usa, "document", case=case.id, title="A document", document_kind="report")
    source = world.folder / "source"
    source.write_bytes(SECRET * (3_000_000 // len(SECRET)))
    cases.attach(world.usa, document.id, source)
    source.unlink()
    world.usa.close()
    shutil.copytree(world.folder / "usa", world.folder / "before")
    return world


def fresh(world):
    """Put vault and stick back to where they were before the hand-over."""
    for name in ("usa", "stick"):
        shutil.rmtree(world.folder / name, ignore_errors=True)
    shutil.copytree(world.folder / "before", world.folder / "usa")
    (world.folder / "stick").mkdir()


def hand_over(world):
    session = unlock(world.folder / "usa", PASSPHRASE)
    case = cases.list_cases(session)[0]
    planned = handover.plan(session, handover.of_case(session, case.id), [world.gbr.fingerprint])
    handover.seal(session, planned, world.folder / "stick")
    session.close()


def check(world):
    """Look at what was left, as the officer at the next unlock does; return in which state the hand-over was."""
    stick = world.folder / "stick"
    files = list(stick.iterdir())
    session = unlock(world.folder / "usa", PASSPHRASE)
    try:
        sealed = [one for one in session.vault.audit.newest(50) if one.action == "bundle.seal"]
        logged = session.vault.disclosures.list()
        unfinished = outgoing.unfinished(session)
        stands = [one for one in session.vault.audit.newest(50) if one.action == "bundle.stands"]
        assert bool(sealed) == bool(logged)
        assert session.vault.check() == []
        for file in files:
            assert SECRET not in file.read_bytes()
            if can_open(file, world.gbr.identity):
                assert sealed
        named = {str(one.path) for one in unfinished} | {str(one.part) for one in unfinished}
        for file in files:
            assert str(file) in named or (stands and file.suffix == ".brief")
        for file in stick.glob("*.brief"):
            received = receiving.inspect(world.gbr, file)
            assert received.verdict is Verdict.VERIFIED
            received.opened.verify_all()
            received.close()
        for one in unfinished:
            assert one.name in outgoing.words(one)
            assert one.counted == bool(sealed)
            outcome = outgoing.settle(session, one)
            assert (outcome in {"stands", "whole"}) == (one.counted and one.path.exists())
        assert outgoing.unfinished(session) == []
        assert list(stick.glob("*.part")) == []
    finally:
        session.close()
    part = any(file.suffix == ".part" for file in files)
    return "stands" if stands else "name" if sealed and not part else "logged" if sealed else "part" if part else "none"


@pytest.mark.slow
def test_killed_at_every_step(ready):
    fresh(ready)
    trace, counted = lines_until(-1, WATCHED)
    sys.settrace(trace)
    try:
        hand_over(ready)
    finally:
        sys.settrace(None)
    assert check(ready) == "stands"
    lines, states = counted[0], []
    # the long way in strides, and the last lines closely, where the log and the name are made and the vault is closed
    places = sorted({*range(1, lines - 400, max(1, lines // 24)), *range(max(1, lines - 400), lines - 8, 8)})
    for place in places:
        fresh(ready)
        trace, _ = lines_until(place, WATCHED)

        def act(trace=trace):
            sys.settrace(trace)
            hand_over(ready)

        _pid, status = os.waitpid(in_child(act), 0)
        killed = os.WIFSIGNALED(status)  # the way is a few lines shorter when no second passes between two entries
        assert killed or place > lines - 60, f"line {place} of {lines} was not reached"
        if killed:
            states.append(check(ready))
    assert {"none", "part", "logged", "name"} <= set(states)


@pytest.mark.slow
def test_killed_at_twenty_random_moments(ready):
    dice, states = random.Random(20261124), []  # noqa: S311 - moments, not keys
    fresh(ready)
    start = time.monotonic()
    os.waitpid(in_child(lambda: hand_over(ready)), 0)
    length = time.monotonic() - start
    for _ in range(20):
        fresh(ready)
        pid = in_child(lambda: hand_over(ready))
        time.sleep(dice.uniform(0, length))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        states.append(check(ready))
    assert len(states) == 20
