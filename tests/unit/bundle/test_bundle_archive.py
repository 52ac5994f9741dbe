"""The canonical archive, its padding, names, block digests and commitments."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import hashlib
import io
import math
import ntpath
import posixpath
import shutil
import subprocess
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.bundle import archive, commitments, paths
from briefcase.bundle.archive import PADDING, Member, lay_out, pad, padding_for
from briefcase.bundle.blocks import BLOCK, BlockReader, digests_of
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.padding import crc32_of_zeros, padme

GIB = 2**30


@given(st.lists(st.tuples(st.text("abcdef/é", min_size=1, max_size=20), st.binary(max_size=300)), max_size=8))
def test_python_reads_back_what_is_laid_out(files):
    unique = dict(files)
    members = [Member(name, len(data), zlib.crc32(data)) for name, data in unique.items()]
    layout = lay_out(members)
    data = b"".join(place.header + unique[place.member.name] for place in layout.places) + layout.directory
    assert len(data) == layout.size
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == unique


@pytest.mark.parametrize(
    "sizes", [(10,), (2**32 - 1, 5), (2**32 - 2, 5), (5 * GIB, 6 * GIB, 1), (1,) * 65535, (1,) * 65534, (2**32 - 50, 1)]
)
def test_large_archives_use_zip64_only_where_needed(sizes):
    layout = lay_out([Member(f"m{number}", size, 7) for number, size in enumerate(sizes)])

    class Sparse(io.RawIOBase):
        position = 0

        def seekable(self):
            return True

        def readable(self):
            return True

        def seek(self, offset, whence=0):
            self.position = offset + (0, self.position, layout.size)[whence]
            return self.position

        def tell(self):
            return self.position

        def read(self, size=-1):
            start = self.position - layout.directory_offset
            data = layout.directory[start : None if size < 0 else start + size]
            self.position += len(data)
            return data

    with zipfile.ZipFile(Sparse()) as opened:
        assert [info.file_size for info in opened.infolist()] == list(sizes)
        assert [info.header_offset for info in opened.infolist()] == [place.offset for place in layout.places]
    zip64 = b"PK\x06\x06" in layout.directory
    assert zip64 == (len(sizes) >= 0xFFFF or layout.directory_offset >= 0xFFFFFFFF)


@given(st.lists(st.integers(0, 6 * GIB), min_size=1, max_size=5))
def test_the_padded_size_is_a_padme_size(sizes):
    members = [Member(f"m{number}", size, 0) for number, size in enumerate(sizes)]
    length = padding_for(members)
    total = lay_out(pad(members, length)).size
    assert padme(total) == total
    assert total <= lay_out(pad(members, 0)).size * 1.12 + 200


@pytest.mark.parametrize("below", range(0, 400, 7))
def test_padding_that_itself_needs_zip64_settles(below):
    members = [Member("a", 4 * GIB - 33_000_000 + below, 0)]
    members = [Member("a", 2**32 - 300 + below, 0)] if below % 2 else members
    total = lay_out(pad(members, padding_for(members))).size
    assert padme(total) == total


@pytest.mark.parametrize(("size", "expected"), [(0, 0), (1, 1), (9, 10), (1000, 1024), (2**20 + 1, 2**20 + 2**15)])
def test_padme_sizes(size, expected):
    assert padme(size) == expected


@given(st.integers(0, 200_000))
def test_the_crc_of_zeros(length):
    assert crc32_of_zeros(length) == zlib.crc32(bytes(length))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a//b",
        "../a",
        "a/./b",
        "/a",
        "a\\b",
        "a:b",
        "con",
        "a/NUL.txt",
        "com1",
        "lpt¹.x",
        "a.",
        " a",
        "a ",
        "a\u0000b",
        "a\u202eb",
        "a\u200bb",
        "e\u0301",
        "x" * 201,
        "a?b",
        "\ud800",
    ],
)
def test_names_that_are_refused(path):
    assert paths.path_fault(path)


def test_names_in_one_bundle():
    one, two = "attachments/" + "a" * 64, "attachments/" + "b" * 64
    assert paths.paths_fault([*paths.FIXED, one, two]) == ""
    assert paths.paths_fault([*paths.FIXED, two, one]) == "attachment entries"
    assert paths.paths_fault([*paths.FIXED, one, one]) == "path twice"
    assert paths.paths_fault([*paths.FIXED, one, one + "/x"]) == "path twice"
    assert paths.paths_fault([*paths.FIXED, one.replace("a" * 64, "A" * 64)]) == "attachment entries"
    assert paths.paths_fault([*paths.FIXED, "notes.txt"]) == "attachment entries"
    assert paths.paths_fault(paths.FIXED[::-1]) == "fixed entries"
    assert paths.paths_fault([*paths.FIXED, "LABEL.XML"]) == "path twice"


def test_names_of_what_later_versions_add():
    one, seal = "attachments/" + "a" * 64, "extensions/seal-2"
    assert paths.paths_fault([*paths.FIXED, "extensions/a", seal, one]) == ""
    assert paths.paths_fault([*paths.FIXED, one, seal]) == "extension entries"
    for wrong in ("extensions/", "extensions/A", "extensions/a.b", "extensions/" + "a" * 65, "extensions/a/b"):
        assert paths.paths_fault([*paths.FIXED, wrong, one]) in ("extension entries", "path part"), wrong
    assert paths.paths_fault([*paths.FIXED, seal, "extensions/a"]) == "extension entries"
    assert paths.paths_fault([*paths.FIXED, "extensions/con"]) == "path part"
    assert paths.paths_fault([seal, *paths.FIXED]) == "fixed entries"


@given(st.text(st.characters(), max_size=40) | st.text("ab/.\\: ~con1", max_size=12))
def test_a_name_that_is_allowed_is_one_file_below_the_folder_on_every_system(path):
    if paths.path_fault(path):
        return
    assert posixpath.normpath(path) == ntpath.normpath(path).replace("\\", "/") == path
    assert not posixpath.isabs(path)
    assert ntpath.splitdrive(path) == ("", path)
    assert not path.startswith("..")
    assert unicodedata.is_normalized("NFC", path)
    assert all(ord(c) >= 0x20 and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") for c in path)
    assert not {part.split(".")[0].casefold() for part in path.split("/")} & {
        "con",
        "prn",
        "aux",
        "nul",
        "com1",
        "lpt9",
    }


def is_padme(size):
    """PURBs, section 4, word for word: with E the exponent and S the bits of E, the last E - S bits are zero."""
    exponent = math.floor(math.log2(size))
    return exponent < 2 or size % 2 ** max(0, exponent - math.floor(math.log2(exponent)) - 1) == 0


@given(st.integers(2, 2**40))
def test_padme_is_the_next_size_of_the_definition(size):
    found = padme(size)
    assert found >= size
    assert is_padme(found)
    assert padme(found) == found
    assert found <= size * 1.12 + 1


def test_no_padme_size_is_passed_over():
    for size in range(2, 5000):
        assert padme(size) == next(larger for larger in range(size, 6000) if is_padme(larger))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text("abcé-", min_size=1, max_size=9), st.binary(max_size=99), min_size=1, max_size=6))
@pytest.mark.parametrize("tool", [["unzip", "-tq"], ["7z", "t"]], ids=["unzip", "7z"])
def test_other_tools_find_no_fault_in_what_is_laid_out(tmp_path, tool, contents):
    if shutil.which(tool[0]) is None:
        pytest.skip(f"no {tool[0]}")
    members = [Member(name, len(data), zlib.crc32(data)) for name, data in contents.items()]
    members = pad(members, padding_for(members))
    whole = {**contents, PADDING: bytes(members[-1].size)}
    layout = lay_out(members)
    data = b"".join(place.header + whole[place.member.name] for place in layout.places) + layout.directory
    assert padme(len(data)) == len(data)
    (tmp_path / "made.zip").write_bytes(data)
    done = subprocess.run([*tool, tmp_path / "made.zip"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def reader_of(data, digests=None):
    def fetch(offset, view):
        view[:] = data[offset : offset + len(view)]

    return BlockReader(fetch, len(data), digests or digests_of(data))


@settings(max_examples=25)
@given(st.integers(0, 2 * BLOCK + 5), st.integers(0, 3000))
def test_a_block_reader_reads_what_is_there(start, size):
    data = bytes(range(251)) * 9_000
    with reader_of(data) as file:
        assert file.size == len(data)
        assert file.seek(start) == start
        assert file.read(size) == data[start : start + size]
        assert file.tell() == min(len(data), start + size) if start <= len(data) else True
        file.seek(-7, io.SEEK_END)
        assert file.readall() == data[-7:]
        assert file.read() == b""
    with pytest.raises(ValueError, match="closed"):
        file.read(1)


def test_no_byte_of_a_wrong_block_comes_out():
    data = bytes(3 * BLOCK)
    changed = data[: BLOCK + 10] + b"x" + data[BLOCK + 11 :]
    with reader_of(changed, digests_of(data)) as file:
        assert file.read(BLOCK) == bytes(BLOCK)
        buffer = bytearray(b"#" * 20)
        with pytest.raises(BundleBroken):
            file.readinto(buffer)
        assert buffer == b"#" * 20
        assert file.tell() == BLOCK
        file.seek(BLOCK - 5)
        with pytest.raises(BundleBroken):
            file.read(10)
        assert file.tell() == BLOCK - 5
        file.seek(2 * BLOCK)
        assert file.read(10) == bytes(10)
    with reader_of(b""), pytest.raises(ValueError, match="negative"):
        reader_of(b"").seek(-1)


def recursive_root(hashes):
    """RFC 6962, section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashlib.sha256(b"\x00" + hashes[0]).digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + recursive_root(hashes[:split]) + recursive_root(hashes[split:])).digest()


@given(st.integers(0, 40))
def test_the_merkle_tree_is_that_of_rfc_6962(count):
    hashes = [hashlib.sha256(bytes([number])).digest() for number in range(count)]
    root = commitments.merkle_root(hashes)
    assert root == recursive_root(hashes)
    for index, leaf in enumerate(hashes):
        path = commitments.merkle_path(hashes, index)
        assert commitments.root_from_path(leaf, index, count, path) == root
        assert commitments.root_from_path(leaf[::-1], index, count, path) != root
        assert commitments.root_from_path(leaf, index, count, (*path, leaf)) is None
        assert commitments.root_from_path(leaf, index, count, path[:-1]) != root or not path


def test_a_known_root():
    # The example trees of certificate-transparency-go start from these leaves' hashes; the empty tree is RFC 6962's.
    assert commitments.merkle_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert commitments.merkle_root([b""]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_a_commitment_binds_record_revision_field_and_value():
    record = {"id": "i", "revision": "r", "kind": "note", "title": "t", "text": "x"}
    salts = commitments.new_salts(record)
    assert set(salts) == {"kind", "title", "text"}
    base = commitments.record_hash(record, salts)
    for change in ({"id": "j"}, {"revision": "s"}, {"title": "x", "text": "t"}, {"kind": "tip"}):
        assert commitments.record_hash({**record, **change}, salts) != base
    assert commitments.record_hash(record, {**salts, "kind": bytes(16)}) != base
    assert commitments.record_hash(dict(reversed(record.items())), salts) == base


def test_unzip_and_7z_accept_it(seal, workshop, tmp_path):
    file = tmp_path / "plain.zip"
    file.write_bytes(workshop.plain(seal([b"%PDF one", b"", bytes(1_200_000)])))
    for tool in (["unzip", "-tq"], ["7z", "t"]):
        try:
            done = subprocess.run([*tool, file], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            continue
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_padding_stands_last(seal, workshop):
    with zipfile.ZipFile(io.BytesIO(workshop.plain(seal()))) as opened:
        names = opened.namelist()
    assert names[:4] == [
        "briefcase/manifest.json",
        "briefcase/manifest.json.sig",
        "briefcase/manifest.json.mldsa",
        "briefcase/blocks.bin",
    ]
    assert names[4:8] == list(paths.FIXED)
    assert names[-1] == PADDING == archive.PADDING
