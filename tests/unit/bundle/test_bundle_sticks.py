"""Real sticks that fail: full, read-only, pulled, giving errors while they are written to."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - fixtures; fixed system tools
from __future__ import annotations

import contextlib
import os
import shutil
import subprocess

import pytest

from briefcase.bundle import write
from briefcase.bundle.errors import MediumFailed, MediumFull, MediumReadOnly
from briefcase.language import sentence

BIG = os.urandom(6 << 20)
can_mount = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount"
)


def run(*command):
    return subprocess.run([*map(str, command)], check=False, capture_output=True).returncode == 0


@pytest.fixture
def mounted(tmp_path):
    """Give a function that mounts something; everything is unmounted at the end, the last first."""
    with contextlib.ExitStack() as stack:

        def act(name, *words):
            folder = tmp_path / name
            folder.mkdir()
            if not run("mount", *words, folder):
                pytest.skip("nothing can be mounted here")
            stack.callback(run, "umount", "-l", folder)
            return folder

        yield act


def seal(world, make, folder, at=-1, fault=lambda: None):
    """Seal onto *folder*, doing *fault* at the step *at*; return the error's sentence."""
    steps = []

    def progress(_done, _total):
        if len(steps) == at:
            fault()
        steps.append(1)

    write.write_bundle(folder, make([BIG]), world.usa, [world.aus.card], progress=progress)
    return len(steps)


def refused(error, *words):
    with pytest.raises(error) as caught:
        seal(*words)
    told = sentence(caught.value)
    assert told.endswith(".")
    assert "%" not in told


@can_mount
def test_a_stick_that_fills_up_meanwhile(world, make, mounted):
    stick = mounted("stick", "-t", "tmpfs", "-o", "size=12m", "tmpfs")

    def fill():
        with contextlib.suppress(OSError):
            (stick / "other").write_bytes(bytes(12 << 20))

    refused(MediumFull, world, make, stick, 2, fill)
    assert [path.name for path in stick.iterdir()] == ["other"]
    refused(MediumFull, world, make, stick)
    (stick / "other").unlink()
    assert seal(world, make, stick) > 5


@can_mount
def test_a_stick_that_may_only_be_read(world, make, mounted):
    stick = mounted("stick", "-t", "tmpfs", "-o", "ro", "tmpfs")
    refused(MediumReadOnly, world, make, stick)


@can_mount
@pytest.mark.parametrize("at", [0, 3, 7, 10])
def test_a_stick_that_is_pulled(world, make, mounted, at):
    """Detached at once, as when it is drawn out: its folder is empty, and what is written goes nowhere."""
    stick = mounted("stick", "-t", "tmpfs", "-o", "size=32m", "tmpfs")
    refused(MediumFailed, world, make, stick, at, lambda: run("umount", "-l", stick))
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("at", [0, 3, 7, 10])
def test_a_folder_that_vanishes(world, make, tmp_path, at):
    stick = tmp_path / "stick"
    stick.mkdir()
    refused(MediumFailed, world, make, stick, at, lambda: shutil.rmtree(stick))
    assert not stick.exists()


@can_mount
def test_a_stick_that_holds_less_than_it_says(world, make, mounted):
    """As counterfeit sticks do: there is room by its own account, and what is written cannot be kept."""
    backing = mounted("backing", "-t", "tmpfs", "-o", "size=4m", "tmpfs")
    image = backing / "image"
    os.truncate(os.open(image, os.O_CREAT | os.O_RDWR), 64 << 20)
    if not run("mkfs.ext4", "-q", "-O", "^has_journal", image):
        pytest.skip("no mkfs.ext4")
    stick = mounted("stick", "-o", "loop", image)
    refused((MediumFull, MediumFailed), world, make, stick)
    assert list(stick.glob("*.brief")) == []
