"""STREAM: any split of writes, any seek, any damage."""

from __future__ import annotations

import io
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.source import Source
from briefcase.seal.stream import CHUNK, SEALED, StreamReader, StreamWriter, decrypt_to, plain_size, sealed_size

KEY = bytes(32)
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 200_000]


def seal(plain: bytes, aead: str = "chacha20poly1305", pieces: int = 1 << 30) -> bytes:
    out = io.BytesIO()
    with StreamWriter(out, KEY, aead=aead) as writer:
        for start in range(0, len(plain), pieces):
            writer.write(memoryview(plain)[start : start + pieces])
        assert writer.tell() == len(plain)
    return out.getvalue()


def opened(sealed: bytes, aead: str = "chacha20poly1305") -> StreamReader:
    return StreamReader(io.BytesIO(sealed), KEY, len(sealed), aead=aead)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("aead", ["chacha20poly1305", "aes256gcm"])
def test_sizes_and_splits(size: int, aead: str) -> None:
    plain = os.urandom(size)
    sealed = seal(plain, aead)
    assert len(sealed) == sealed_size(size)
    assert plain_size(len(sealed)) == size
    for pieces in (4099, CHUNK, CHUNK + 7):
        assert seal(plain, aead, pieces) == sealed
    reader = opened(sealed, aead)
    assert reader.size == size
    assert reader.read() == plain
    out = io.BytesIO()
    assert decrypt_to(Source(io.BytesIO(sealed)), KEY, out, aead=aead) == size
    assert out.getvalue() == plain


def drain(reader: StreamReader, into: bytearray) -> None:
    buffer = memoryview(bytearray(CHUNK + 17))
    while count := reader.readinto(buffer):
        into += buffer[:count]


def write_and_fail(out: io.BytesIO) -> None:
    with StreamWriter(out, KEY) as writer:
        writer.write(bytes(CHUNK + 5))
        raise RuntimeError


PLAIN = os.urandom(3 * CHUNK + 500)
WHOLE = seal(PLAIN)


@given(st.lists(st.tuples(st.integers(0, len(PLAIN) + 10), st.integers(0, 2 * CHUNK)), max_size=8))
@settings(max_examples=40, deadline=None)
def test_random_access_gives_what_a_plain_file_gives(steps: list[tuple[int, int]]) -> None:
    reader, plain = opened(WHOLE), io.BytesIO(PLAIN)
    for position, size in steps:
        assert reader.seek(position) == plain.seek(position)
        assert reader.read(size) == plain.read(size)
        assert reader.tell() == plain.tell()


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_never_comes_out(position: int, change: int) -> None:
    broken = bytearray(WHOLE)
    broken[position] ^= change
    reader, chunk = opened(bytes(broken)), position // SEALED
    with pytest.raises(PayloadInvalid):
        reader.read()
    reader.seek(0)
    got = bytearray()
    with pytest.raises(PayloadInvalid):
        drain(reader, got)
    assert bytes(got) == PLAIN[: chunk * CHUNK]
    reader.seek(chunk * CHUNK + 3)
    with pytest.raises(PayloadInvalid):
        reader.read(1)
    assert reader.tell() == chunk * CHUNK + 3


def test_a_failed_read_leaves_nothing_in_the_buffer() -> None:
    broken = bytearray(WHOLE)
    broken[10] ^= 1
    buffer = bytearray(b"\x55" * CHUNK)
    with pytest.raises(PayloadInvalid):
        opened(bytes(broken)).readinto(buffer)
    assert buffer in (bytes(CHUNK), b"\x55" * CHUNK)


@given(st.integers(0, len(WHOLE) - 1))
@settings(max_examples=60, deadline=None)
def test_a_short_copy_is_never_whole(length: int) -> None:
    reader = opened(WHOLE[:length])
    with pytest.raises(PayloadInvalid):
        reader.seek(0, io.SEEK_END)
    with pytest.raises(PayloadInvalid):
        reader.read()
    reader.seek(0)
    if length >= SEALED:
        assert reader.read(100) == PLAIN[:100]


@pytest.mark.parametrize("extra", [b"x", bytes(16), bytes(SEALED)])
def test_something_behind_the_end_is_refused(extra: bytes) -> None:
    for plain in (b"", b"abc", bytes(CHUNK)):
        with pytest.raises(PayloadInvalid):
            opened(seal(plain) + extra).read()
        with pytest.raises(PayloadInvalid):
            _ = opened(seal(plain) + extra).size


def test_chunks_cannot_change_places() -> None:
    swapped = WHOLE[SEALED : 2 * SEALED] + WHOLE[:SEALED] + WHOLE[2 * SEALED :]
    with pytest.raises(PayloadInvalid):
        opened(swapped).read(1)


def test_an_exception_leaves_no_final_chunk() -> None:
    out = io.BytesIO()
    with pytest.raises(RuntimeError):
        write_and_fail(out)
    aborted = StreamWriter(io.BytesIO(), KEY)
    aborted.abort()
    assert aborted.closed
    with pytest.raises(ValueError, match="ended"):
        aborted.write(b"x")
    with pytest.raises(PayloadInvalid):
        _ = opened(out.getvalue()).size


def test_an_unbuffered_file_that_takes_little_at_a_time() -> None:
    class Stingy(io.BytesIO):
        def write(self, data: memoryview) -> int:
            return super().write(memoryview(data)[:1000])

    out = Stingy()
    with StreamWriter(out, KEY) as writer:
        writer.write(PLAIN)
    assert out.getvalue() == WHOLE


def test_a_file_that_shrinks_beneath_is_noticed() -> None:
    file = io.BytesIO(WHOLE)
    reader = StreamReader(file, KEY, len(WHOLE))
    file.truncate(1000)
    with pytest.raises(PayloadInvalid):
        reader.read(1)
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        reader.read(1)


def test_a_buffered_reader_on_top_meets_the_damage() -> None:
    broken = bytearray(WHOLE)
    broken[2 * SEALED] ^= 1
    buffered = io.BufferedReader(opened(bytes(broken)), 8192)
    assert buffered.read(2 * CHUNK) == PLAIN[: 2 * CHUNK]
    with pytest.raises(PayloadInvalid):
        buffered.read(1)


def test_a_final_chunk_in_the_middle_is_not_the_size() -> None:
    data = seal(bytes(CHUNK)) + bytes(SEALED)
    reader = opened(data)
    assert reader.read(CHUNK) == bytes(CHUNK)
    for _ in range(2):
        with pytest.raises(PayloadInvalid):
            _ = reader.size
    with pytest.raises(PayloadInvalid):
        reader.read(1)


def test_an_empty_final_chunk_after_a_full_one_is_refused() -> None:
    cipher = ChaCha20Poly1305(KEY)
    first = cipher.encrypt(bytes(12), bytes(CHUNK), None)
    data = first + cipher.encrypt((1).to_bytes(11, "big") + b"\x01", b"", None)
    out = io.BytesIO()
    with pytest.raises(PayloadInvalid):
        decrypt_to(Source(io.BytesIO(data)), KEY, out)
    assert out.getvalue() == bytes(CHUNK)
    reader = opened(data)
    assert reader.read(CHUNK) == bytes(CHUNK)
    with pytest.raises(PayloadInvalid):
        reader.read(1)


def test_a_read_beyond_a_false_end_is_refused_not_short() -> None:
    cut = seal(bytes(2 * CHUNK + 5))[: 2 * SEALED]
    for start in (0, 1, CHUNK, 2 * CHUNK - 1, 2 * CHUNK):
        reader = opened(cut)
        reader.seek(start)
        with pytest.raises(PayloadInvalid):
            reader.read(2 * CHUNK + 1 - start)
        assert reader.tell() == start
    assert opened(seal(bytes(10))).read(11) == bytes(10)
