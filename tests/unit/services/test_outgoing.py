"""Files on their way to a stick: what is listed as unfinished, what is said of it, and how it is settled."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from briefcase import disk
from briefcase.bundle.errors import BundleCancelled, BundleNotFinished, MediumFailed, ReadBackFailed
from briefcase.bundle.message_bodies import Request
from briefcase.bundle.sealing import Held
from briefcase.services import messages, outgoing
from briefcase.services.keeping.errors import CopyInside


def actions(world):
    return [one.action for one in world.usa.vault.audit.newest(30) if one.action.startswith("bundle.")][::-1]


@pytest.fixture
def note(world):
    return world.add(world.usa, "note", title="T", text="Words")


def test_a_hand_over_is_begun_counted_and_stands(world, note):
    sealed = world.seal(world.usa, [note.id], world.gbr)[0]
    assert actions(world) == ["bundle.begin", "bundle.seal", "bundle.stands"]
    begun = next(one for one in world.usa.vault.audit.newest(30) if one.action == "bundle.begin")
    assert begun.detail["folder"] == str(sealed.path.parent)
    assert begun.detail["file"] == sealed.path.name
    assert outgoing.unfinished(world.usa) == []


def test_what_was_stopped_and_removed_is_not_listed(world, note):
    with pytest.raises(BundleCancelled):
        world.seal(world.usa, [note.id], world.gbr, cancel=lambda: True)
    assert actions(world) == ["bundle.begin", "bundle.stop"]
    assert outgoing.unfinished(world.usa) == []
    assert world.usa.vault.disclosures.list() == []


def test_what_a_pulled_stick_may_hold_is_listed_until_it_is_settled(world, note):
    stick, away = world.folder / "stick", world.folder / "away"
    with pytest.raises(MediumFailed):
        world.seal(world.usa, [note.id], world.gbr, progress=lambda *_: stick.exists() and stick.rename(away))
    (one,) = outgoing.unfinished(world.usa)
    assert not one.counted
    assert one.name in outgoing.words(one)
    assert outgoing.settle(world.usa, one) == "unreachable"
    away.rename(stick)
    (stick / ("f" * 16 + ".brief.part")).touch()
    assert {left.ours for left in outgoing.leftovers(world.usa, stick)} == {True, False}
    assert outgoing.settle(world.usa, one) == "removed"
    assert outgoing.unfinished(world.usa) == []
    assert [left.ours for left in outgoing.leftovers(world.usa, stick)] == [False]


def test_what_fails_after_the_log_is_said_and_counted(world, note, monkeypatch):
    def fail(_held):
        raise ReadBackFailed

    monkeypatch.setattr(Held, "release", fail)
    with pytest.raises(BundleNotFinished) as caught:
        world.seal(world.usa, [note.id], world.gbr)
    assert caught.value.facts["reason"] == ReadBackFailed.code
    assert actions(world) == ["bundle.begin", "bundle.seal", "bundle.stop"]
    (one,) = outgoing.unfinished(world.usa)
    assert one.counted
    assert list(one.folder.iterdir()) == []
    shutil.rmtree(one.folder)
    assert outgoing.settle(world.usa, one, gone=True) == "absent"
    assert outgoing.unfinished(world.usa) == []


@pytest.fixture
def standing(world, note, monkeypatch):
    """A file that got its name, after which the program ended."""
    monkeypatch.setattr(outgoing, "end", lambda *_: None)
    path = world.seal(world.usa, [note.id], world.gbr)[0].path
    (one,) = outgoing.unfinished(world.usa)
    return path, one


def test_what_stands_as_it_was_sealed_stays(world, standing):
    path, one = standing
    before = path.read_bytes()
    sealed = next(entry for entry in world.usa.vault.audit.newest(30) if entry.action == "bundle.seal")
    assert sealed.detail["size"] == len(before)
    assert outgoing.settle(world.usa, one) == "whole"
    assert path.read_bytes() == before
    assert outgoing.unfinished(world.usa) == []


def _cut(path):
    os.truncate(path, path.stat().st_size - 1)


def _damage_the_inside(path):
    with path.open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        byte = file.read(1)
        file.seek(-100, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))


def _zero_the_front(path):
    with path.open("r+b") as file:
        file.write(bytes(100))


def _make_folder(path):
    path.unlink()
    path.mkdir()


def _make_link(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _dangle(path):
    path.unlink()
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    "tear", [_cut, _damage_the_inside, _zero_the_front, _make_folder, _make_link, _dangle, lambda p: p.write_bytes(b"")]
)
def test_a_torn_file_is_named_as_torn_until_it_is_gone(world, standing, tear):
    path, one = standing
    tear(path)
    assert outgoing.settle(world.usa, one) == "torn"
    assert "seal again" in outgoing.outcome_words("torn")
    assert outgoing.unfinished(world.usa) == [one]
    assert os.path.lexists(path)
    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    assert outgoing.settle(world.usa, one) == "absent"
    assert outgoing.unfinished(world.usa) == []


def test_of_a_large_file_only_its_size_and_its_beginning_are_compared(world, note, monkeypatch):
    monkeypatch.setattr(outgoing, "_COMPARED", 100)
    monkeypatch.setattr(outgoing, "end", lambda *_: None)
    path = world.seal(world.usa, [note.id], world.gbr)[0].path
    (one,) = outgoing.unfinished(world.usa)
    _damage_the_inside(path)
    assert "not read again" in outgoing.outcome_words("stands")
    assert outgoing.settle(world.usa, one) == "stands"


def test_a_folder_for_sticks_without_a_stick_is_told(tmp_path, monkeypatch):
    places = (tmp_path / "media",)
    empty = tmp_path / "media" / "officer" / "STICK"
    empty.mkdir(parents=True)
    assert disk.is_empty_place(empty, places)
    assert not disk.is_empty_place(tmp_path, places)
    assert not disk.is_empty_place(tmp_path / "media" / "nothing", places)
    monkeypatch.setattr(outgoing, "is_empty_place", lambda folder: disk.is_empty_place(folder, places))
    (words,) = outgoing.place_notices(empty)
    assert str(empty) in words
    assert outgoing.place_notices(tmp_path) == ()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to mount")
def test_a_folder_with_a_stick_is_not_called_empty(tmp_path):
    stick = tmp_path / "media" / "officer" / "STICK"
    stick.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", stick], check=False, capture_output=True).returncode:
        pytest.skip("needs to mount")
    try:
        assert not disk.is_empty_place(stick, (tmp_path / "media",))
        assert disk.is_empty_place(stick.parent, (tmp_path / "media",))
    finally:
        subprocess.run(["umount", stick], check=True)


@pytest.mark.parametrize("place", ["", "blobs"])
def test_nothing_is_sealed_into_the_vault_itself_which_would_sweep_it_away(world, place):
    body = Request("?", (), None, "", "")
    with pytest.raises(CopyInside):
        messages.send(world.usa, body, [world.gbr.fingerprint], world.usa.vault.folder / place)
    assert world.usa.vault.messages.list() == []
    assert outgoing.unfinished(world.usa) == []


@pytest.mark.skipif(sys.platform != "linux", reason="names are any bytes on Linux alone")
def test_the_name_of_a_folder_is_any_bytes(world, monkeypatch):
    folder = world.folder / os.fsdecode(b"\xff\xfe stick")
    folder.mkdir()
    monkeypatch.setattr(outgoing, "end", lambda *_: None)
    path = messages.send(world.usa, Request("?", (), None, "", ""), [world.gbr.fingerprint], folder).path
    (one,) = outgoing.unfinished(world.usa)
    assert one.path == path
    assert outgoing.settle(world.usa, one) == "whole"
    assert world.usa.vault.check() == []


def test_a_log_that_cannot_be_kept_leaves_nothing_that_can_be_opened(world, note, monkeypatch):
    def fail(_session, _path):
        raise OSError("disk")

    monkeypatch.setattr(outgoing, "count", fail)
    with pytest.raises(OSError, match="disk"):
        world.seal(world.usa, [note.id], world.gbr)
    assert list((world.folder / "stick").iterdir()) == []
    assert world.usa.vault.disclosures.list() == []
    assert "bundle.seal" not in actions(world)
