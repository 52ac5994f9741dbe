"""Attachments: digests on the way in, verified bytes on the way out, one blob a content, nothing left over."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202, ANN204 - the arguments are fixtures
from __future__ import annotations

import errno
import hashlib
import io
import os
import tracemalloc
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.vault import blobs as blob_files
from briefcase.vault import errors
from briefcase.vault.blobs import BLOCK
from briefcase.vault.errors import VaultFault

SIZES = [0, 1, 65535, 65536, 65537, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7]


def blob_names(folder):
    return [path for path in (folder / "blobs").rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", SIZES)
def test_digests_are_those_of_the_file(vault, size):
    data = os.urandom(size)
    meta = vault.attachments.add(io.BytesIO(data), actor="Ann", media_type="text/plain")
    assert meta.sha256 == hashlib.sha256(data).hexdigest()
    assert (meta.size, meta.crc32, meta.media_type, meta.uses) == (size, zlib.crc32(data), "text/plain", 1)
    assert meta.blocks == tuple(hashlib.sha256(data[at : at + BLOCK]).digest() for at in range(0, size, BLOCK))
    with vault.attachments.open(meta.sha256) as file:
        assert file.read() == data
        assert file.size == size
    assert vault.check() == []


def test_it_is_read_from_anywhere(vault):
    data = os.urandom(300_000)
    meta = vault.attachments.add(io.BytesIO(data), actor="Ann")
    with vault.attachments.open(meta.sha256) as file:
        file.seek(131_000)
        assert file.read(200) == data[131_000:131_200]
        file.seek(-5, io.SEEK_END)
        assert file.read() == data[-5:]
        file.seek(65_530)
        buffer = bytearray(20)
        assert file.readinto(buffer) == 20
        assert buffer == data[65_530:65_550]


def test_the_same_content_is_kept_once_and_counted(vault, folder):
    data = os.urandom(1000)
    vault.attachments.add(io.BytesIO(data), actor="Ann")
    meta = vault.attachments.add(io.BytesIO(data), actor="Ann")
    assert meta.uses == 2
    assert len(blob_names(folder)) == 1
    vault.attachments.release(meta.sha256, actor="Ann")
    assert vault.attachments.need(meta.sha256).uses == 1
    vault.attachments.release(meta.sha256, actor="Ann")
    assert vault.attachments.meta(meta.sha256) is None
    assert blob_names(folder) == []
    for act in (vault.attachments.open, vault.attachments.need):
        with pytest.raises(errors.AttachmentUnknown):
            act(meta.sha256)


def test_no_file_name_and_no_size_gives_the_content_away(vault, folder):
    data = os.urandom(1000)
    meta = vault.attachments.add(io.BytesIO(data), actor="Ann")
    (path,) = blob_names(folder)
    assert path.name != meta.sha256
    assert path.parent.name == path.name[:2]
    assert data[:16] not in path.read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_is_never_read(vault, folder, where, bit):
    data = b"words that matter" * 10_000
    meta = vault.attachments.add(io.BytesIO(data), actor="Ann")
    (path,) = blob_names(folder)
    whole = bytearray(path.read_bytes())
    whole[where % len(whole)] ^= 1 << bit
    path.write_bytes(whole)
    with vault.attachments.open(meta.sha256) as file, pytest.raises(errors.AttachmentDamaged):
        file.read()
    assert [finding.area for finding in vault.check()] == ["attachments"]
    whole[where % len(whole)] ^= 1 << bit
    path.write_bytes(whole)


def test_cut_missing_or_exchanged_blobs_are_damage(vault, folder):
    one = vault.attachments.add(io.BytesIO(b"one" * 100), actor="Ann")
    (first,) = blob_names(folder)
    two = vault.attachments.add(io.BytesIO(b"two" * 100), actor="Ann")
    (second,) = set(blob_names(folder)) - {first}
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    with vault.attachments.open(one.sha256) as file, pytest.raises(errors.AttachmentDamaged):
        file.read()
    first.write_bytes(kept[:-1])
    with pytest.raises(errors.AttachmentDamaged):
        vault.attachments.open(one.sha256)
    first.unlink()
    with pytest.raises(errors.AttachmentDamaged):
        vault.attachments.open(one.sha256)
    assert [finding.facts[0][1] for finding in vault.check(deep=False)] == [one.sha256]
    assert vault.attachments.open(two.sha256).read() == b"two" * 100


def test_what_a_crash_left_is_swept(vault, folder, reopen):
    meta = vault.attachments.add(io.BytesIO(b"kept"), actor="Ann")
    (folder / "blobs" / ("0" * 32 + ".part")).write_bytes(b"half")
    (folder / "blobs" / "ab").mkdir(exist_ok=True)
    (folder / "blobs" / "ab" / ("ab" * 16)).write_bytes(b"no row")
    with reopen() as again:
        assert len(blob_names(folder)) == 1
        assert again.attachments.open(meta.sha256).read() == b"kept"


def test_an_undone_transaction_forgets_the_file(vault, folder, reopen):
    data = b"never meant"
    with pytest.raises(errors.AttachmentUnknown), vault.transaction():  # noqa: PT012 - the block is the act
        vault.attachments.add(io.BytesIO(data), actor="Ann")
        vault.attachments.need("00" * 32)
    assert vault.attachments.meta(hashlib.sha256(data).hexdigest()) is None
    with reopen():
        assert blob_names(folder) == []


def test_an_undone_release_keeps_the_blob(vault):
    meta = vault.attachments.add(io.BytesIO(b"data"), actor="Ann")
    with pytest.raises(errors.AttachmentUnknown), vault.transaction():  # noqa: PT012 - the block is the act
        vault.attachments.release(meta.sha256, actor="Ann")
        vault.attachments.need(meta.sha256)
    vault.settings.set("a", "b")
    assert vault.attachments.open(meta.sha256).read() == b"data"


class Broken(io.RawIOBase):
    """A medium that fails in the middle."""

    def readinto(self, buffer):
        """Give a little, then fail."""
        if not hasattr(self, "begun"):
            self.begun = True
            buffer[:1000] = b"x" * 1000
            return 1000
        raise OSError(errno.EIO, "gone")


def test_a_failing_source_and_a_cancel_leave_nothing(vault, folder):
    with pytest.raises(errors.AttachmentUnreadable):
        vault.attachments.add(Broken(), actor="Ann")

    def cancel(_size):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vault.attachments.add(io.BytesIO(b"x" * 10), actor="Ann", progress=cancel)
    assert blob_names(folder) == []
    assert vault.audit.size() == 1


def test_a_full_disk_says_how_much_is_missing(monkeypatch, vault, folder):
    with pytest.raises(errors.VaultDiskFull) as caught:
        vault.attachments.add(io.BytesIO(b"x"), actor="Ann", size_hint=1 << 60)
    assert int(caught.value.facts["missing"]) > 1 << 39

    def full(*_, threaded):
        raise OSError(errno.ENOSPC, f"full {threaded}")

    monkeypatch.setattr(blob_files, "copy_sealed", full)
    with pytest.raises(errors.VaultDiskFull):
        vault.attachments.add(io.BytesIO(b"x"), actor="Ann")
    assert blob_names(folder) == []


class Zeros(io.RawIOBase):
    """A long file that needs no memory."""

    def __init__(self, size):
        self.left = size

    def readinto(self, buffer):
        """Give zeros."""
        count = min(self.left, len(buffer))
        self.left -= count
        buffer[:count] = bytes(count)
        return count


def test_memory_stays_constant(vault):
    tracemalloc.start()
    meta = vault.attachments.add(Zeros(40 * BLOCK + 5), actor="Ann")
    with vault.attachments.open(meta.sha256) as file:
        while file.read(BLOCK):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * BLOCK


def test_the_key_of_a_blob_is_wrapped_under_the_vault(vault):
    vault.attachments.add(io.BytesIO(b"data"), actor="Ann")
    (stored,) = vault.attachments.all()
    assert len(stored.wrapped) == 48
    with pytest.raises(errors.AttachmentDamaged):
        blob_files.unwrap(stored.wrapped, b"\0" * 32, stored.name)
    with pytest.raises(errors.AttachmentDamaged):
        blob_files.unwrap(stored.wrapped, vault._keys.blobs, b"\0" * 16)


def test_the_row_cannot_be_without_a_use(vault):
    vault.attachments.add(io.BytesIO(b"data"), actor="Ann")
    with pytest.raises(VaultFault):
        vault._database.run("UPDATE attachment SET uses = 0")
