"""Every published CCTV vector of the age format on every path: expected outcome and hash of what was released.

A further path is one line in ``PATHS``.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pytest

import briefcase
from briefcase.cli.main import main
from briefcase.errors import BriefcaseError
from briefcase.seal import age, header
from briefcase.seal.errors import (
    AgeHeaderInvalid,
    ArmorInvalid,
    HeaderMacInvalid,
    NoIdentityMatches,
    PayloadInvalid,
)
from briefcase.seal.source import Source

FOLDER = Path(__file__).parents[2] / "vectors" / "age"
EXPECTED = {
    "no match": NoIdentityMatches,
    "HMAC failure": HeaderMacInvalid,
    "header failure": AgeHeaderInvalid,
    "payload failure": PayloadInvalid,
    "armor failure": ArmorInvalid,
}
EXIT = {"success": 0, "no match": 4, "HMAC failure": 5, "header failure": 3, "payload failure": 6, "armor failure": 7}
NAMES = sorted(path.name for path in FOLDER.iterdir())


@dataclass
class Vector:
    """One vector file: what it expects, who opens it, and its bytes."""

    expect: str = ""
    payload: str = ""
    armored: bool = False
    compressed: bool = False
    identities: list[age.IdentityKey] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    passphrase: str = ""
    data: bytes = b""


def load(name: str) -> Vector:
    head, _, data = (FOLDER / name).read_bytes().partition(b"\n\n")
    vector = Vector(data=data)
    for line in head.decode().splitlines():
        key, _, value = line.partition(": ")
        match key:
            case "expect":
                vector.expect = value
            case "payload":
                vector.payload = value
            case "identity":
                vector.identities.append(age.parse_identity(value))
                vector.keys.append(value)
            case "passphrase":
                vector.identities.append(age.ScryptIdentity(value))
                vector.passphrase = value
            case "armored":
                vector.armored = True
            case "compressed":
                vector.data = zlib.decompress(data)
            case "file key" | "comment":
                pass
            case _:
                pytest.fail(f"unknown key {key}")
    return vector


def judge(vector: Vector, error: BriefcaseError | None, released: bytes) -> None:
    if vector.expect == "success":
        assert error is None
    else:
        assert isinstance(error, EXPECTED[vector.expect])
        assert error.exit_status == EXIT[vector.expect]
    if vector.payload:
        assert hashlib.sha256(released).hexdigest() == vector.payload
    else:
        assert released == b""


class Pipe(io.RawIOBase):
    """Bytes that cannot be sought in and come in small pieces."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:
        """Give at most 997 bytes."""
        return self._inner.readinto(memoryview(buffer)[:997])


Way = Callable[[Vector, BinaryIO], None]


def streaming(kind: type, *, parallel: bool = False) -> Way:
    """Return the way through a stream of this kind, the output written by a thread of its own or not."""
    return lambda vector, out: void(age.decrypt_stream(kind(vector.data), vector.identities, out, parallel=parallel))


def seeking(piece: int) -> Way:
    """Return the way through a reader that can seek, asked for pieces of this size."""

    def way(vector: Vector, out: BinaryIO) -> None:
        prefix = b"" if vector.armored else b"something before"
        file = io.BytesIO(prefix + vector.data)
        file.seek(len(prefix))
        reader = age.open(file, vector.identities)
        buffer = memoryview(bytearray(piece))
        while count := reader.readinto(buffer):
            out.write(buffer[:count])
        assert reader.size == out.tell()

    return way


def void(_value: object) -> None:
    """Drop a value."""


PATHS: dict[str, Way] = {
    "parallel, from a file": streaming(io.BytesIO, parallel=True),
    "parallel, from a pipe": streaming(Pipe, parallel=True),
    "stream of a file": streaming(io.BytesIO),
    "stream of a pipe": streaming(Pipe),
    "seeking, pieces of 1000": seeking(1000),
    "seeking, pieces of 65536": seeking(65536),
    "seeking, pieces of 200000": seeking(200_000),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", PATHS)
def test_every_vector_on_every_path(path: str, name: str) -> None:
    vector, out, error = load(name), io.BytesIO(), None
    try:
        PATHS[path](vector, out)
    except BriefcaseError as caught:
        error = caught
    judge(vector, error, out.getvalue())


def test_no_vector_is_missing() -> None:
    """The published collection holds 84, and each of the six outcomes is among them."""
    outcomes = Counter(load(name).expect for name in NAMES)
    assert outcomes == {
        "success": 19,
        "no match": 8,
        "HMAC failure": 1,
        "header failure": 32,
        "payload failure": 10,
        "armor failure": 14,
    }
    assert outcomes.total() == 84
    sys.stdout.write(f"{outcomes.total()} vectors on {len(PATHS)} paths and through the command\n")


# ---------------------------------------------------------------- the command


@dataclass
class Files:
    """A vector as files: what is opened, the keys, the passphrase."""

    sealed: Path
    words: list[str]


def lay_out(vector: Vector, folder: Path) -> Files:
    (folder / "sealed").write_bytes(vector.data)
    words = ["age", "decrypt"]
    if vector.keys:
        (folder / "keys").write_text("# keys\n\n" + "\n".join(vector.keys) + "\n", encoding="ascii")
        words += ["-i", str(folder / "keys")]
    if vector.passphrase:
        (folder / "pass").write_text(vector.passphrase + "\n", encoding="utf-8")
        words += ["--passphrase-file", str(folder / "pass")]
    return Files(folder / "sealed", words)


def judge_command(vector: Vector, status: int, out: bytes, said: str) -> None:
    assert status == EXIT[vector.expect]
    assert (said == "") == (status == 0), said
    assert re.fullmatch(r"(AGE_[A-Z_]+: [^\n]+\n)?", said), said
    if vector.payload:
        assert hashlib.sha256(out).hexdigest() == vector.payload
    else:
        assert out == b""


@pytest.mark.parametrize("name", NAMES)
def test_every_vector_through_the_command(
    name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = load(name)
    files = lay_out(vector, tmp_path)
    status = main([*files.words, str(files.sealed)])
    out, said = capfdbinary.readouterr()
    judge_command(vector, status, out, said.decode())
    with files.sealed.open(encoding="latin-1") as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        target = tmp_path / "plain"
        assert main([*files.words, "-o", str(target)]) == status
    assert capfdbinary.readouterr() == (b"", said)
    assert target.exists() == (status == 0)
    assert status or hashlib.sha256(target.read_bytes()).hexdigest() == vector.payload
    assert {path.name for path in tmp_path.iterdir()} <= {"sealed", "keys", "pass", "plain"}


ONE_OF_EACH = ["armor_scrypt", "stream_three_chunks", "hybrid_no_match", "hmac_bad", "stanza_long_line"]
ONE_OF_EACH += ["stream_two_final_chunks_second", "armor_crlf", "armor_pgp_checksum"]


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_one_vector_of_each_outcome_through_a_process(name: str, tmp_path: Path) -> None:
    vector = load(name)
    files = lay_out(vector, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(Path(briefcase.__file__).parents[1]), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "briefcase", *files.words]
    with files.sealed.open("rb") as pipe:
        done = subprocess.run(
            command, stdin=pipe, env=environment, capture_output=True, check=False, timeout=60, start_new_session=True
        )
    judge_command(vector, done.returncode, done.stdout, done.stderr.decode())


def test_the_processes_show_every_outcome() -> None:
    assert {load(name).expect for name in ONE_OF_EACH} == EXIT.keys()


@pytest.mark.parametrize("name", NAMES)
def test_size_and_whole_read_refuse_what_the_vector_refuses(name: str) -> None:
    vector = load(name)
    if vector.expect not in ("success", "payload failure"):
        return
    reader = age.open(io.BytesIO(vector.data), vector.identities)
    if vector.expect == "success":
        assert hashlib.sha256(reader.read()).hexdigest() == vector.payload
        assert reader.seek(0, io.SEEK_END) == reader.size
        assert reader.read(10) == b""
        reader.seek(-reader.size, io.SEEK_END)
        assert hashlib.sha256(reader.read(reader.size + 5)).hexdigest() == vector.payload
    else:
        with pytest.raises(PayloadInvalid):
            reader.read()


@pytest.mark.parametrize("name", NAMES)
def test_headers_that_parse_are_written_the_same_again(name: str) -> None:
    vector = load(name)
    if vector.expect in ("header failure", "armor failure", "HMAC failure") or vector.armored:
        return
    found = header.parse(Source(io.BytesIO(vector.data)))
    line = found.raw.rindex(b"--- ")
    assert header.build(found.stanzas, b"k" * 16)[:line] == found.raw[:line]
