"""Damage of every kind, at every place: only errors of the program come out, and nothing damaged verifies."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.bundle.errors import BundleError, NotPlainFile
from briefcase.bundle.messages import open_message
from briefcase.bundle.open import open_bundle
from briefcase.bundle.unsealing import HEADER_LIMIT
from briefcase.bundle.verdict import Verdict
from briefcase.errors import BriefcaseError

NOW = "2026-11-24T06:02:56Z"


def passes_whole(look, data):
    """Return whether *data* is verified and every byte of it verifies."""
    opened = look(data)
    if opened.verdict is not Verdict.VERIFIED:
        return False
    try:
        opened.verify_all()
    except BundleError:
        return False
    return True


@pytest.mark.parametrize("opener", [open_bundle, open_message])
def test_a_pipe_a_device_or_a_folder_is_refused_and_never_waited_for(tmp_path, world, opener):
    os.mkfifo(tmp_path / "pipe")
    said = []

    def act():
        for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), Path("/dev/null")):
            try:
                opener(path, [world.aus], world.contacts(), NOW)
            except BundleError as error:
                said.append(type(error))

    waiting = threading.Thread(target=act, daemon=True)
    waiting.start()
    waiting.join(20)
    assert said == [NotPlainFile] * 4


@pytest.mark.slow
def test_no_byte_can_be_changed(seal, look, world):
    sealed = seal(to=[world.aus])
    data = bytearray(sealed.path.read_bytes())
    header = data.index(b"\n--- ") + 50
    places = [
        *range(0, header, 3),
        *range(header, header + 70),
        *range(header, len(data), 61),
        *range(len(data) - 40, len(data)),
    ]
    assert passes_whole(look, bytes(data))
    for place in places:
        data[place] ^= 1
        opened = look(bytes(data))
        assert opened.verdict is not Verdict.VERIFIED, place
        if place >= header:
            assert opened.verdict is Verdict.BROKEN, place
        data[place] ^= 1


def test_a_changed_byte_in_a_later_chunk_is_found_when_it_is_read(seal, look):
    data = bytearray(seal([bytes(3_000_000)]).path.read_bytes())
    data[1_500_000] ^= 1
    opened = look(bytes(data))
    assert opened.verdict is Verdict.VERIFIED
    with opened.open_entry(opened.attachments[0].path) as file:
        assert file.read(1_000_000) == bytes(1_000_000)
        file.seek(1_048_576)
        with pytest.raises(BundleError):
            file.read(1)
    with pytest.raises(BundleError):
        opened.verify_all()


def test_a_short_copy_says_how_much_is_here(seal, look):
    sealed = seal([bytes(range(256)) * 12_000])
    data = sealed.path.read_bytes()
    for size in (len(data) - 1, len(data) - 16, len(data) - 70_000, len(data) // 2, 200_000, 66_000 + 5_000):
        opened = look(data[:size])
        assert opened.verdict is Verdict.INCOMPLETE, size
        assert (opened.facts.size, opened.facts.expected) == (size, len(data))
        assert opened.verdict.exit_status == 13
    assert look(data[:200_000]).sentence == "This file is incomplete: 200 kB of 3.1 MB."
    assert look(data[:-1]).sentence == f"This file is incomplete: 1 byte of {len(data)} bytes missing."
    assert look(data[:-20]).sentence == f"This file is incomplete: 20 bytes of {len(data)} bytes missing."


def test_a_copy_that_ends_before_the_manifest_does(seal, look):
    data = seal().path.read_bytes()
    for size in (0, 1, 10, 22, 100, 1_000, 3_000, data.index(b"\n--- ") + 40, 4_000, 10_000, len(data) - 1):
        opened = look(data[:size])
        assert opened.verdict is Verdict.INCOMPLETE, size
        assert opened.facts.expected == 0
    assert "only its first" in look(data[:1_000]).sentence


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: d[:-300], lambda d: d + b"x", lambda d: d + bytes(1000)]
)
def test_a_small_file_cut_or_lengthened_is_called_not_whole_in_words_that_are_true_of_both(seal, look, change):
    opened = look(change(seal().path.read_bytes()))
    assert (opened.verdict, opened.facts.expected) == (Verdict.INCOMPLETE, 0)
    assert "not whole: bytes were cut off or added" in opened.sentence


def test_more_behind_the_end(seal, look):
    data = seal().path.read_bytes()
    for more in (b"x", bytes(16), bytes(65_552)):
        assert look(data + more).verdict in (Verdict.BROKEN, Verdict.INCOMPLETE)
    long = seal([bytes(200_000)]).path.read_bytes()
    assert look(long + b"x").verdict is Verdict.BROKEN
    assert look(long + long).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"hello world" * 10, b"\x00" * 100, b"-----BEGIN AGE ENCRYPTED FILE-----\n"]
)
def test_other_files_are_not_bundles(look, data):
    opened = look(data)
    assert opened.verdict is Verdict.BROKEN
    assert opened.facts.reason == "not a sealed file"


def test_other_stanzas_and_too_many_of_them_are_refused(seal, look):
    data = seal().path.read_bytes()
    start = data.index(b"\n") + 1
    stanza = data[start : data.index(b"\n-> ", start) + 1]
    other = look(data[:start] + b"-> X25519 AAAA\nAAAA\n" + data[start:])
    assert (other.verdict, other.facts.reason) == (Verdict.BROKEN, "kind of stanza")
    many = look(data[:start] + stanza * 63 + data[start:])
    assert (many.verdict, many.facts.reason) == (Verdict.BROKEN, "too many stanzas")
    long = look(data[:start] + stanza * (HEADER_LIMIT // len(stanza)) + data[start:])
    assert (long.verdict, long.facts.reason) == (Verdict.BROKEN, "not a sealed file")
    line = look(data[:start] + b"-> " + b"a" * 1_000_000)
    assert (line.verdict, line.facts.reason) == (Verdict.BROKEN, "not a sealed file")


def test_a_stanza_more_breaks_the_header(seal, look):
    data = seal().path.read_bytes()
    start = data.index(b"\n") + 1
    stanza = data[start : data.index(b"\n-> ", start) + 1]
    opened = look(data[:start] + stanza + data[start:])
    assert (opened.verdict, opened.facts.reason) == (Verdict.BROKEN, "header")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.floats(0, 1),
    removed=st.integers(0, 400),
    put=st.binary(max_size=400),
)
def test_any_edit_of_the_archive(shared_plain, workshop, start, removed, put):
    world = workshop.world
    at = int(start * len(shared_plain))
    edited = shared_plain[:at] + put + shared_plain[at + removed :]
    with open_bundle(io.BytesIO(workshop.reseal(edited)), [world.aus], world.contacts(), NOW) as opened:
        if opened.verdict is not Verdict.VERIFIED:
            return
        try:
            opened.verify_all()
        except BriefcaseError:
            return
    assert edited == shared_plain


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=3000), known=st.booleans())
def test_noise_is_never_a_crash(world, workshop, data, known):
    source = workshop.reseal(data) if known else data
    with open_bundle(io.BytesIO(source), [world.aus], world.contacts(), NOW) as opened:
        assert not opened.verdict.is_readable


@pytest.fixture
def shared_plain(seal, workshop):
    return workshop.plain(seal())


def test_a_medium_that_fails_is_an_error_of_its_own(seal, world):
    data = seal([bytes(3_000_000)]).path.read_bytes()

    class Failing(io.BytesIO):
        broken = False

        def readinto(self, buffer):
            if self.broken:
                raise OSError(5, "input or output")
            return super().readinto(buffer)

    file = Failing(data)
    opened = open_bundle(file, [world.aus], world.contacts(), NOW)
    file.broken = True
    with pytest.raises(BriefcaseError) as caught:
        opened.verify_all()
    assert caught.value.code == "BUNDLE_MEDIUM_FAILED"
    with pytest.raises(BriefcaseError):
        open_bundle(file, [world.aus], world.contacts(), NOW)
