"""Every published CCTV vector of the age format, on the streaming path and on the seeking path."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

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
EXIT = {"no match": 4, "HMAC failure": 5, "header failure": 3, "payload failure": 6, "armor failure": 7}
NAMES = sorted(path.name for path in FOLDER.iterdir())


@dataclass
class Vector:
    """One vector file: what it expects, who opens it, and its bytes."""

    expect: str = ""
    payload: str = ""
    armored: bool = False
    compressed: bool = False
    identities: list[age.IdentityKey] = field(default_factory=list)
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
            case "passphrase":
                vector.identities.append(age.ScryptIdentity(value))
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
    elif vector.expect != "payload failure":
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


def test_there_are_84_vectors() -> None:
    assert len(NAMES) == 84


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [io.BytesIO, Pipe], ids=["file", "pipe"])
def test_streaming_path(name: str, kind: type) -> None:
    vector, out, error = load(name), io.BytesIO(), None
    try:
        age.decrypt_stream(kind(vector.data), vector.identities, out)
    except BriefcaseError as caught:
        error = caught
    if vector.expect == "armor failure":
        out = io.BytesIO()
    judge(vector, error, out.getvalue())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("piece", [1000, 65536, 200_000])
def test_seeking_path(name: str, piece: int) -> None:
    vector, released, error = load(name), bytearray(), None
    prefix = b"" if vector.armored else b"something before"
    file = io.BytesIO(prefix + vector.data)
    file.seek(len(prefix))
    try:
        reader = age.open(file, vector.identities)
        buffer = memoryview(bytearray(piece))
        while count := reader.readinto(buffer):
            released += buffer[:count]
        assert reader.size == len(released)
    except BriefcaseError as caught:
        error = caught
    judge(vector, error, bytes(released))


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
