"""Reading back: exactly what was sealed is accepted, by its tags alone, and the threads behind keep their promises."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are made-up values
from __future__ import annotations

import io
import os
import threading
import time

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.seal import readback
from briefcase.seal.chunks import CHUNK, SEALED, Chunks, nonce
from briefcase.seal.errors import PayloadInvalid
from briefcase.seal.pipeline import Behind, Direct
from briefcase.seal.source import Source
from briefcase.seal.stream import StreamReader, StreamWriter, decrypt_to
from briefcase.seal.tags import Tags

KEY = bytes(range(32))


def sealed(size: int) -> tuple[bytes, bytes]:
    plain, out = os.urandom(size), io.BytesIO()
    with StreamWriter(out, KEY) as writer:
        writer.write(plain)
    return plain, out.getvalue()


@given(st.binary(max_size=200), st.integers(0, 2**40), st.booleans())
def test_the_tag_is_that_of_the_aead(plain, index, final):
    whole = bytearray(ChaCha20Poly1305(KEY).encrypt(nonce(index, final=final), plain, None))
    assert Tags(KEY).fits(index, memoryview(whole), final=final)
    assert not Tags(KEY).fits(index, memoryview(whole), final=not final)
    assert not Tags(KEY).fits(index + 1, memoryview(whole), final=final)
    assert not Tags(KEY).fits(index, memoryview(whole)[:-1], final=final)
    whole[len(plain) // 2] ^= 1
    assert not Tags(KEY).fits(index, memoryview(whole), final=final)


SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 16 * CHUNK, 16 * CHUNK + 1, 33 * CHUNK + 7, 48 * CHUNK)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_read_back(size):
    _plain, data = sealed(size)
    steps = []
    readback.check(io.BytesIO(data), KEY, size, steps.append)
    assert steps[-1] == len(data)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "fault", ["first byte", "middle", "last byte", "cut", "more", "chunks exchanged", "chunk lost"]
)
def test_anything_else_is_not(size, fault):
    _plain, good = sealed(size)
    data = bytearray(good)
    if fault == "first byte":
        data[0] ^= 1
    elif fault == "middle":
        data[len(data) // 2] ^= 128
    elif fault == "last byte":
        data[-1] ^= 1
    elif fault == "cut":
        del data[-1:]
    elif fault == "more":
        data += b"x"
    elif size < 3 * CHUNK:
        pytest.skip("too few chunks")
    elif fault == "chunks exchanged":
        data[:SEALED], data[SEALED : 2 * SEALED] = data[SEALED : 2 * SEALED], data[:SEALED]
    else:
        del data[SEALED : 2 * SEALED]
    with pytest.raises(PayloadInvalid):
        readback.check(io.BytesIO(bytes(data)), KEY, size, lambda _: None)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SIZES), st.lists(st.integers(1, 40 * CHUNK), max_size=4), st.booleans())
def test_streams_in_pieces_of_any_size_are_the_same(size, pieces, parallel):
    plain, out, at = os.urandom(size), io.BytesIO(), 0
    with StreamWriter(out, KEY) as writer:
        for piece in [*pieces, size]:
            writer.write(plain[at : at + piece])
            at += piece
    expected, single = io.BytesIO(), Chunks(KEY, "chacha20poly1305")
    count = max(1, -(-size // CHUNK))
    for index in range(count):
        chunk = memoryview(plain)[index * CHUNK : (index + 1) * CHUNK]
        room = memoryview(bytearray(len(chunk) + 16))
        single.seal(index, chunk, room, final=index == count - 1)
        expected.write(room)
    assert out.getvalue() == expected.getvalue()
    found = io.BytesIO()
    assert decrypt_to(Source(io.BytesIO(out.getvalue())), KEY, found, parallel=parallel) == size
    assert found.getvalue() == plain


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("at", [0, 1, 15, 16, 17, 31, 34])
def test_what_stands_before_a_damaged_chunk_is_released(at, parallel):
    plain, good = sealed(34 * CHUNK + 5)
    data = bytearray(good)
    data[at * SEALED + 3] ^= 1
    out = io.BytesIO()
    with pytest.raises(PayloadInvalid):
        decrypt_to(Source(io.BytesIO(bytes(data))), KEY, out, parallel=parallel)
    assert out.getvalue() == plain[: at * CHUNK]
    reader, buffer = StreamReader(io.BytesIO(bytes(data)), KEY, len(data)), memoryview(bytearray(len(plain)))
    filled = reader.readinto(buffer) if at else 0
    assert filled == at * CHUNK
    with pytest.raises(PayloadInvalid):
        reader.readinto(buffer[filled:])
    assert buffer[filled:] == bytes(len(buffer) - filled)


def test_work_is_done_in_order_and_failures_come_back():
    seen = []
    with Behind(lambda view, number: seen.append((bytes(view), number)), size=4) as behind:
        for number in range(50):
            room = behind.room()
            room[:1] = bytes([number])
            behind.put(room, 1, number)
    assert seen == [(bytes([number]), number) for number in range(50)]

    def fail(_view):
        raise OSError("full")

    def give(kind):
        with kind(fail, size=4) as target:
            for _ in range(10):
                target.put(target.room(), 1)

    for kind in (Behind, Direct):
        with pytest.raises(OSError, match="full"):
            give(kind)


def test_no_thread_stays_and_nothing_stays_in_the_buffers():
    before, kept = threading.active_count(), []

    def slow(view):
        kept.append(view)
        time.sleep(0.01)

    def stopped():
        with Behind(slow, size=4) as behind:
            for _ in range(3):
                room = behind.room()
                room[:] = b"word"
                behind.put(room, 4)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert threading.active_count() == before
    assert all(bytes(view) == bytes(4) for view in kept)
