"""Attachments are taken in with one reading, and all or nothing."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import hashlib
import io
import os
import zlib

import pytest

from briefcase.bundle.blocks import BLOCK
from briefcase.bundle.content import AttachmentSource
from briefcase.bundle.errors import BundleBroken, BundleCancelled
from briefcase.records.kinds import Document
from briefcase.services import receiving


def forged_file(world, size, **wrong):
    """Return a sealed document whose sender says something else of its file than what is in it."""
    data = os.urandom(size)
    blocks = [hashlib.sha256(data[at : at + BLOCK]).digest() for at in range(0, size, BLOCK)]
    said = {"sha256": hashlib.sha256(data).hexdigest(), "crc32": zlib.crc32(data), **wrong}
    source = AttachmentSource(
        size=size,
        blocks=blocks,
        media_type="image/png",
        open=lambda: io.BytesIO(data),
        authenticated=True,
        **said,
    )
    note = world.note("AUS/ABF")
    base = {"id": note.id, "revision": note.revision, "created": note.created, "label": note.label}
    document = Document(**base, originator=note.originator, title="D", sha256=source.sha256, size=size)
    return world.forge(world.aus, world.usa, document, attachments=[source])


@pytest.mark.parametrize("wrong", [{"sha256": "1" * 64}, {"crc32": 1}, {}])
@pytest.mark.parametrize("size", [7, 3 * BLOCK + 1])
def test_what_a_sender_says_of_a_whole_file_is_compared_before_anything_is_kept(world, wrong, size):
    path = forged_file(world, size, **wrong)
    blobs = world.folder / "usa" / "blobs"
    before = [one for one in blobs.rglob("*") if one.is_file()]
    if not wrong:
        assert world.take(world.usa, path).attachments == 1
        return
    with pytest.raises(BundleBroken) as caught:
        world.take(world.usa, path)
    assert caught.value.facts["reason"] == "digest of an entry"
    assert [one for one in blobs.rglob("*") if one.is_file()] == before
    assert world.usa.vault.records.counts() == {}
    kept = [one.action for one in world.usa.vault.audit.newest(20) if one.action.startswith(("bundle", "att"))]
    assert kept == ["bundle.open"]  # that it was looked at stays


def test_a_byte_changed_in_an_attachment_keeps_everything_out(world):
    path = forged_file(world, 3 * BLOCK + 1)
    data = bytearray(path.read_bytes())
    data[2 * BLOCK] ^= 1
    path.write_bytes(data)
    with pytest.raises(BundleBroken):
        world.take(world.usa, path)
    assert world.usa.vault.records.counts() == {}
    assert [one for one in (world.folder / "usa" / "blobs").rglob("*") if one.is_file()] == []


def test_progress_and_stopping_while_taking_in(world):
    path = forged_file(world, 5 * BLOCK)
    received = receiving.inspect(world.usa, path)
    steps = []

    def progress(done, total):
        steps.append((done, total))

    with pytest.raises(BundleCancelled):
        receiving.take_in(world.usa, received, progress=progress, cancel=lambda: len(steps) > 4)
    assert world.usa.vault.records.counts() == {}
    steps.clear()
    receiving.take_in(world.usa, received, progress=progress)
    received.close()
    assert [done for done, _total in steps] == sorted(done for done, _total in steps)
    assert len({total for _done, total in steps}) == 1
    assert steps[-1][0] >= 0.9 * steps[-1][1]
