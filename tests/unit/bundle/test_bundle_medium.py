"""The stick: whole under its name, or not there at all, with a sentence that says why."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import dataclasses
import errno
import io
import os
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from briefcase import disk
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
from briefcase.seal import age
from briefcase.seal.errors import AgeHeaderInvalid, PayloadInvalid

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


@pytest.mark.parametrize("calls", [0, 1, 3, 4, 6])
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
        "32 22 8:33 / /media/KINGSTÖN rw - vfat /dev/sdc1 rw\n"
        "33 22 8:49 / /media/مخزن\\040٢ rw - vfat /dev/sdd1 rw\n"
        "34 22 8:65 / /media/a\\134x41 rw - exfat /dev/sde1 rw\n"
    ).encode() + b"35 22 8:81 / /media/\xff\xfe rw - msdos /dev/sdf1 rw\n"
    assert disk.mount_type(Path("/media/my stick/out"), mounts) == "vfat"
    assert disk.mount_type(Path("/media/KINGSTÖN/out"), mounts) == "vfat"
    assert disk.mount_type(Path("/media/مخزن ٢"), mounts) == "vfat"
    assert disk.mount_type(Path("/media/a\\x41"), mounts) == "exfat"
    assert disk.mount_type(Path(os.fsdecode(b"/media/\xff\xfe")), mounts) == "msdos"
    assert disk.mount_type(Path("/media/other"), mounts) == "tmpfs"
    assert disk.mount_type(Path("/home"), mounts) == "ext4"
    assert medium.file_system(Path("/proc")) in ("proc", "")


@pytest.mark.parametrize("name", ["KINGSTÖN", "مخزن", "my stick"])
def test_a_mounted_file_system_is_found_by_any_name(tmp_path, name):
    place = tmp_path / name
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False)
    if done.returncode:
        pytest.skip("cannot mount")
    try:
        inside = place / "folder"
        inside.mkdir()
        assert (medium.file_system(place), medium.file_system(inside)) == ("tmpfs", "tmpfs")
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


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


def put(part, data):
    room = part.out.room()
    room[: len(data)] = data
    part.out.put(room, len(data))


def same(data):
    """Return a check that what is read back is *data*."""

    def check(file, step):
        step(0)
        if file.read() != data:
            raise PayloadInvalid(reason="read back")

    return check


def test_a_part_is_unreadable_until_it_is_released(tmp_path):
    part = medium.Part(tmp_path / "a.brief", 8, 5)
    put(part, b"new")
    part.settle(same(b"new"))
    assert (tmp_path / "a.brief.part").read_bytes() == bytes(5) + b"new"
    assert (tmp_path / "a.brief.part").stat().st_mode & 0o777 == 0o600
    part.release(b"front")
    assert (tmp_path / "a.brief").read_bytes() == b"frontnew"
    assert [path.name for path in tmp_path.iterdir()] == ["a.brief"]


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "a.brief").write_bytes(b"old")
    part = medium.Part(tmp_path / "a.brief", 3, 0)
    put(part, b"new")
    part.settle(same(b"new"))
    with pytest.raises(MediumFailed):
        part.release(b"")
    assert (tmp_path / "a.brief").read_bytes() == b"old"


def test_the_size_that_was_promised_is_kept(tmp_path):
    part = medium.Part(tmp_path / "a.brief", 4, 0)
    put(part, b"new")
    with pytest.raises(MediumFailed):
        part.settle(same(b"new"))
    assert part.discard()
    assert nothing(tmp_path)
    part = medium.Part(tmp_path / "a.brief", 4, 4)
    part.settle(same(b""))
    with pytest.raises(ValueError, match="front"):
        part.release(b"new")
    assert part.discard()


def test_a_front_that_comes_back_changed_is_not_released(tmp_path, monkeypatch):
    part = medium.Part(tmp_path / "a.brief", 5, 5)
    part.settle(same(b""))
    monkeypatch.setattr(medium, "drop_cache", lambda _: (tmp_path / "a.brief.part").write_bytes(b"Front"))
    with pytest.raises(ReadBackFailed):
        part.release(b"front")
    assert nothing(tmp_path)


def test_a_folder_that_cannot_be_synced_leaves_no_name(tmp_path, monkeypatch):
    part = medium.Part(tmp_path / "a.brief", 5, 5)
    part.settle(same(b""))

    def fail(_):
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(medium, "sync_folder", fail)
    with pytest.raises(MediumFailed):
        part.release(b"front")
    assert nothing(tmp_path)


def test_what_is_held_can_be_opened_by_nobody(world, tmp_path, make):
    path = tmp_path / "a.brief"
    sealed, held = write.hold_bundle(path, make([BIG]), world.usa, [world.aus.card])
    part = tmp_path / "a.brief.part"
    with part.open("rb") as file, pytest.raises(AgeHeaderInvalid):
        age.open(file, [world.aus.age])
    assert part.stat().st_size == sealed.size
    held.release()
    with path.open("rb") as file:
        assert age.open(file, [world.aus.age]).size > len(BIG)
    with write.hold_bundle(tmp_path / "b.brief", make([BIG]), world.usa, [world.aus.card])[1]:
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["a.brief"]


def test_leftovers_are_named(tmp_path):
    for name in ("b.brief.part", "a.brief.part", "c.brief", "d.part"):
        (tmp_path / name).touch()
    assert [path.name for path in medium.leftovers(tmp_path)] == ["a.brief.part", "b.brief.part"]
    assert medium.leftovers(tmp_path / "none") == ()
    for path in tmp_path.glob("*.part"):
        path.unlink()


@pytest.mark.skipif(not hasattr(os, "RWF_NOWAIT"), reason="only Linux tells what is cached")
def test_the_cache_is_dropped_before_reading_back(tmp_path):
    path = tmp_path / "a.brief"
    with path.open("w+b", buffering=0) as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
        page = [bytearray(4096)]
        assert os.preadv(file.fileno(), page, 1 << 19, os.RWF_NOWAIT) == 4096
        medium.drop_cache(file.fileno())
        if medium.file_system(tmp_path) in ("tmpfs", "overlay"):
            pytest.skip("a file system that lives in the cache")
        with pytest.raises(BlockingIOError):
            os.preadv(file.fileno(), page, 1 << 19, os.RWF_NOWAIT)


def test_a_source_that_verifies_itself_is_not_hashed_again(world, tmp_path, make):
    content = make([BIG])
    wrong = dataclasses.replace(content.attachments[0], blocks=[bytes(32)] * 3, authenticated=True)
    sealed = write.write_bundle(
        tmp_path, dataclasses.replace(content, attachments=[wrong]), world.usa, [world.aus.card]
    )
    assert sealed.path.exists()
    for size in (-1, 1):
        odd = dataclasses.replace(wrong, open=lambda size=size: io.BytesIO((BIG + b"x")[: len(BIG) + size]))
        with pytest.raises(AttachmentChanged):
            write.write_bundle(tmp_path, dataclasses.replace(content, attachments=[odd]), world.usa, [world.aus.card])


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
