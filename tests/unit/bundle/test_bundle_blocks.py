"""Blocks and wholes: nothing unverified is shown, a block costs a block, and a whole is what its sender says."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures

from __future__ import annotations

import dataclasses
import io
import os

import msgspec
import pytest

from briefcase.bundle import write
from briefcase.bundle.blocks import BLOCK
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.open import open_bundle
from briefcase.bundle.verdict import Verdict
from briefcase.records.kinds import Document
from briefcase.seal.chunks import SEALED

NOW = "2026-11-24T06:02:56Z"


@pytest.mark.parametrize("what", ["sha256", "crc32"])
@pytest.mark.parametrize("size", [5, 3 * BLOCK, 3 * BLOCK + 5])
def test_a_sender_whose_digests_of_the_whole_are_wrong(  # noqa: PLR0917 - fixtures
    world, tmp_path, make, look, what, size
):
    """Every block is as signed, and the whole is not what the same sender signed of it."""
    content = make([os.urandom(size)])
    good = content.attachments[0]
    changed = {"sha256": "1" * 64} if what == "sha256" else {"crc32": good.crc32 ^ 1}
    wrong = dataclasses.replace(good, **changed, authenticated=True)
    views = [
        msgspec.structs.replace(one, sha256=wrong.sha256) if isinstance(one, Document) else one for one in content.views
    ]
    sealed = write.write_bundle(
        tmp_path, dataclasses.replace(content, views=views, attachments=[wrong]), world.usa, [world.aus.card]
    )
    opened = look(sealed.path)
    assert opened.verdict is Verdict.VERIFIED
    with opened.open_entry(opened.attachments[0].path) as file:
        assert len(file.read()) == size
    with pytest.raises(BundleBroken) as caught:
        opened.verify_all()
    assert caught.value.facts["reason"] == "digest of an entry"
    opened.verify_all(but=[opened.attachments[0].path])


class Counting(io.FileIO):
    """A file that counts what is read of it."""

    count = 0

    def readinto(self, buffer):
        """Read and count."""
        done = super().readinto(buffer)
        self.count += done
        return done


def test_showing_a_block_reads_no_more_than_that_block(world, tmp_path, make):
    size = 24 * BLOCK
    content = make([os.urandom(size)])
    sealed = write.write_bundle(tmp_path, content, world.usa, [world.aus.card])
    with Counting(sealed.path) as file, open_bundle(file, [world.aus], world.contacts(), NOW) as opened:
        before = file.count
        assert before < 3 * BLOCK
        with opened.open_entry(opened.attachments[0].path) as entry:
            for place in (size - 1, 3 * BLOCK + 7, 11 * BLOCK):
                file.count = 0
                entry.seek(place)
                assert len(entry.read(10)) == min(10, size - place)
                assert file.count <= BLOCK + 3 * SEALED
                file.count = 0
                entry.seek(place)
                entry.read(10)
                assert file.count == 0


def test_no_byte_of_a_changed_block_comes_out_of_a_large_read(world, tmp_path, make, workshop, look):
    data = bytes(4 * BLOCK)
    sealed = write.write_bundle(tmp_path, make([data]), world.usa, [world.aus.card])
    plain = bytearray(workshop.plain(sealed, world.aus))
    opened = look(sealed.path)
    place = opened._inside.layout.places[-2]
    plain[place.data + 2 * BLOCK + 5] ^= 1
    opened = look(workshop.reseal(bytes(plain), [world.aus]))
    buffer = memoryview(bytearray(b"#" * len(data)))
    with opened.open_entry(opened.attachments[0].path) as entry:
        assert entry.readinto(buffer) == BLOCK
        assert entry.readinto(buffer[BLOCK:]) == BLOCK
        with pytest.raises(BundleBroken):
            entry.readinto(buffer[2 * BLOCK :])
        assert buffer[2 * BLOCK : 3 * BLOCK] == bytes(BLOCK)
        entry.seek(3 * BLOCK)
        assert entry.read() == bytes(BLOCK)
