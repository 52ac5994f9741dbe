"""Full disks, read-only media, failing writes: a sentence with a hint, and nothing half done."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import errno
from typing import NamedTuple

import pytest

from briefcase.vault import database as databases
from briefcase.vault import errors, files
from briefcase.vault import header as headers


class Usage(NamedTuple):
    """What the system says of a disk, in bytes."""

    total: int
    used: int
    free: int


def test_a_full_disk_is_noticed_before_writing(monkeypatch, vault, make):
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: Usage(100, 99, 5 * files.MEBIBYTE))
    with pytest.raises(errors.VaultDiskFull) as caught:
        vault.records.put(make.party(), actor="Ann")
    assert caught.value.facts == {"missing": 12}
    assert vault.records.count() == 0


def test_a_full_database_undoes_everything_and_still_reads(vault, make):
    party = make.party("Before")
    vault.records.put(party, actor="Ann")
    pages = vault._database.number("PRAGMA page_count")
    vault._database.rows(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(errors.VaultDiskFull) as caught:
        vault.records.put_many([make.party(str(number)) for number in range(2000)], actor="Ann")
    assert int(caught.value.facts["missing"]) >= 1
    assert vault.records.list_records() == [party]
    vault._database.rows("PRAGMA max_page_count = 1000000")
    vault.records.put(make.party("After"), actor="Ann")
    assert vault.records.count() == 2
    assert vault.check() == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, errors.VaultDiskFull),
        (errno.EROFS, errors.VaultReadOnly),
        (errno.EACCES, errors.VaultReadOnly),
        (errno.EIO, errors.VaultDiskFailed),
    ],
)
def test_errors_of_the_system_are_translated(tmp_path, number, expected):
    with pytest.raises(expected), files.translated(tmp_path):
        raise OSError(number, "x")


def test_a_header_that_cannot_be_written_changes_nothing(monkeypatch, vault, folder, reopen):
    before, size = (folder / "header.json").read_bytes(), vault.audit.size()

    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(headers, "write_durably", full)
        with pytest.raises(errors.VaultDiskFull):
            vault.change_slots([{"id": "x"}], actor="Ann")
    assert (folder / "header.json").read_bytes() == before
    assert vault.audit.size() == size
    with reopen() as again:
        assert again.check() == []


def test_a_file_is_replaced_whole_or_not_at_all(monkeypatch, tmp_path):
    path = tmp_path / "file"
    files.write_durably(path, b"old")
    (tmp_path / "file.tmp").write_bytes(b"left by a crash")
    files.write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]

    def failing(_):
        raise OSError(errno.EIO, "x")

    monkeypatch.setattr(files.os, "fsync", failing)
    with pytest.raises(OSError, match="x"):
        files.write_durably(path, b"never")
    assert path.read_bytes() == b"new"


def test_a_read_only_medium_is_said(monkeypatch, vault, reopen, make):
    vault.records.put(make.party(), actor="Ann")
    monkeypatch.setattr(databases.os, "access", lambda *_: False)
    with pytest.raises(errors.VaultReadOnly):
        reopen()
    with reopen(read_only=True) as again:
        assert again.records.count() == 1


def test_an_error_shows_nothing_of_a_record(vault, make):
    party = make.party("SECRETNAME")
    vault.records.put(party, actor="Ann")
    with pytest.raises(errors.VaultFault) as caught:
        vault._database.run("SELECT SECRETNAME")
    seen = f"{caught.value!r} {caught.value} {caught.value.facts} {caught.value.__cause__}"
    assert "SECRETNAME" not in seen
    assert caught.value.__suppress_context__
