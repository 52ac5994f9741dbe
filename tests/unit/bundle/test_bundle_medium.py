"""The stick: whole under its name, or not there at all, with a sentence that says why."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import dataclasses
import errno
import io
import os
import shutil
import zlib
from pathlib import Path

import pytest

from briefcase.bundle import medium, write
from briefcase.bundle.errors import (
    AttachmentChanged,
    BundleCancelled,
    BundleContentRefused,
    MediumFailed,
    MediumFileLimit,
    MediumFull,
    MediumReadOnly,
    ReadBackFailed,
)
from briefcase.language import sentence
from briefcase.records.kinds import TearLine, Tip

BIG = bytes(2_200_000)


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path):
    """Whatever a test did, no half file remains."""
    yield
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".brief"] == []


def nothing(folder: Path) -> bool:
    return list(folder.iterdir()) == []


def test_progress_covers_writing_and_reading_back(seal):
    steps = []
    sealed = seal([BIG], progress=lambda done, total: steps.append((done, total)))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert {total for _, total in steps} == {2 * sealed.size}
    assert steps[-1][0] == 2 * sealed.size


@pytest.mark.parametrize("calls", [0, 1, 20, 38])
def test_stopping_leaves_nothing(seal, tmp_path, calls):
    left = [calls]

    def cancel():
        left[0] -= 1
        return left[0] < 0

    with pytest.raises(BundleCancelled):
        seal([BIG], cancel=cancel)
    assert nothing(tmp_path)


@pytest.mark.parametrize("at", ["content", "shorter", "longer", "crc", "unreadable", "gone"])
def test_an_attachment_that_changed_stops_everything(world, tmp_path, make, at):
    content = make([BIG])
    good = content.attachments[0]

    other = BIG[:-1] + b"x"

    def fail():
        raise OSError(errno.EIO, "gone")

    class Unreadable(io.BytesIO):
        def read(self, size=-1, /):
            raise OSError(errno.EIO, str(size))

    changed = {
        "content": dataclasses.replace(good, open=lambda: io.BytesIO(other), crc32=zlib.crc32(other)),
        "shorter": dataclasses.replace(good, open=lambda: io.BytesIO(BIG[:-1])),
        "longer": dataclasses.replace(good, open=lambda: io.BytesIO(BIG + b"x")),
        "crc": dataclasses.replace(good, crc32=good.crc32 ^ 1),
        "unreadable": dataclasses.replace(good, open=Unreadable),
        "gone": dataclasses.replace(good, open=fail),
    }[at]
    with pytest.raises(AttachmentChanged):
        write.write_bundle(tmp_path, dataclasses.replace(content, attachments=[changed]), world.usa, [world.aus.card])
    assert nothing(tmp_path)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, MediumFull),
        (errno.EFBIG, MediumFileLimit),
        (errno.EROFS, MediumReadOnly),
        (errno.EIO, MediumFailed),
    ],
)
def test_a_failing_stick(seal, tmp_path, monkeypatch, number, error):
    def fail(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(medium.os, "fsync", fail)
    with pytest.raises(error) as caught:
        seal([BIG])
    assert nothing(tmp_path)
    assert "%" not in sentence(caught.value)


def test_a_full_stick_is_noticed_before(seal, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(medium.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("nothing may be written"))
    with pytest.raises(MediumFull) as caught:
        seal([BIG])
    assert caught.value.facts["free"] == 1000


def test_fat32_is_noticed_before(tmp_path, monkeypatch):
    monkeypatch.setattr(medium, "file_system", lambda _: "vfat")
    monkeypatch.setattr(medium.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2**40, 0, 2**40))
    with pytest.raises(MediumFileLimit):
        medium.check_room(tmp_path, 2**32)
    medium.check_room(tmp_path, 2**32 - 1)


def test_the_file_system_is_found_by_its_mount_point():
    mounts = (
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "30 22 8:17 / /media/my\\040stick rw,nosuid shared:1 - vfat /dev/sdb1 rw\n"
        "31 22 0:5 / /media rw - tmpfs tmpfs rw\nnonsense\n"
    )
    assert medium._mount_type(Path("/media/my stick/out"), mounts) == "vfat"
    assert medium._mount_type(Path("/media/other"), mounts) == "tmpfs"
    assert medium._mount_type(Path("/home"), mounts) == "ext4"
    assert medium.file_system(Path("/proc")) in ("proc", "")


def test_a_folder_that_is_not_there(world, tmp_path, make):
    with pytest.raises(MediumFailed):
        write.write_bundle(tmp_path / "none", make([]), world.usa, [world.aus.card])


def test_a_stick_that_gives_back_something_else(seal, tmp_path, monkeypatch):
    def damage(descriptor):
        path = next(tmp_path.glob("*.part"))
        with path.open("r+b") as file:
            file.seek(5000)
            file.write(b"damage")
        del descriptor

    monkeypatch.setattr(medium, "drop_cache", damage)
    with pytest.raises(ReadBackFailed):
        seal([BIG])
    assert nothing(tmp_path)


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "a.brief").write_bytes(b"old")
    with pytest.raises(MediumFailed), medium.whole_file(tmp_path / "a.brief", 3) as output:
        output.write(b"new")
    assert (tmp_path / "a.brief").read_bytes() == b"old"


def test_the_size_that_was_promised_is_kept(tmp_path):
    with pytest.raises(MediumFailed), medium.whole_file(tmp_path / "a.brief", 4) as output:
        output.write(b"new")
    assert nothing(tmp_path)


@pytest.mark.parametrize("what", ["empty", "twice", "tear", "protected", "undocumented", "stands_for"])
def test_content_that_must_not_leave_is_refused(world, tmp_path, make, what):
    good = make([b"%PDF"])
    base = {"id": "00000000-0000-7000-8000-00000000ffff", "label": good.views[0].label}
    content = {
        "empty": dataclasses.replace(good, views=(), tear_lines=(), attachments=()),
        "twice": dataclasses.replace(good, views=(*good.views, good.views[0])),
        "tear": dataclasses.replace(good, views=(*good.views, TearLine(**base, text="x"))),
        "protected": dataclasses.replace(good, views=(*good.views, Tip(**base, text="x", source="somebody"))),
        "undocumented": dataclasses.replace(good, views=good.views[:2]),
        "stands_for": dataclasses.replace(good, tear_lines=(TearLine(**base, text="x", stands_for=(base["id"],)),)),
    }[what]
    with pytest.raises(BundleContentRefused):
        write.write_bundle(tmp_path, content, world.usa, [world.aus.card])
    assert nothing(tmp_path)


def test_facts_that_no_reader_would_take_are_refused(world, tmp_path, make):
    for changes in ({"sequence": 2}, {"previous": "ab" * 32}, {"created": "today"}, {"audit_head": "x"}):
        with pytest.raises(BundleContentRefused):
            write.write_bundle(tmp_path, dataclasses.replace(make([]), **changes), world.usa, [world.aus.card])
