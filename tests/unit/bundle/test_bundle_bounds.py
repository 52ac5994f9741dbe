"""Bounds: what is long, deep or many is refused before it takes memory or time, and what is allowed stays quick."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import resource
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from briefcase.bundle import manifest as manifests
from briefcase.bundle.archive import lay_out
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.unsealing import HEADER_LIMIT
from briefcase.bundle.verdict import Verdict
from briefcase.seal import block, canonical, header
from briefcase.seal.errors import AgeHeaderInvalid, CanonicalInvalid
from briefcase.seal.source import Source

MIB = 1024 * 1024
END = b"--- " + b"A" * 43 + b"\n"
MEMORY = 400 * MIB  # the interpreter, its libraries and the self-test take less than half of it


def long_header(size):
    """Return a header of exactly *size* bytes that the grammar allows."""
    start = b"age-encryption.org/v1\n-> mlkem768x25519 "
    return start + b"A" * (size - len(start) - len(b"\n\n") - len(END)) + b"\n\n" + END


@pytest.mark.parametrize(
    ("more", "reason"), [(-1, "form of a stanza"), (0, "form of a stanza"), (1, "not a sealed file")]
)
def test_a_header_at_its_limit(look, more, reason):
    opened = look(long_header(HEADER_LIMIT + more) + bytes(100))
    assert (opened.verdict, opened.facts.reason) == (Verdict.BROKEN, reason)


@pytest.mark.slow
def test_a_hundred_thousand_stanzas_are_parsed_or_refused_quickly():
    data = b"age-encryption.org/v1\n" + b"-> x\n\n" * 100_000 + END
    start = time.process_time()
    assert len(header.parse(Source(io.BytesIO(data))).stanzas) == 100_000
    with pytest.raises(AgeHeaderInvalid):
        header.parse(Source(io.BytesIO(data)), limit=HEADER_LIMIT)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("depth", [65, 5_000, 500_000, 8_000_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"":', b"}")])
def test_nesting_is_refused(depth, opening, closing):
    deep = (opening * depth + b"1" + closing * depth)[: 16 * MIB]
    start = time.process_time()
    with pytest.raises(CanonicalInvalid):
        canonical.decode(deep)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1", b'{"":1}', b"[[[[[]]]]]"])
def test_a_long_text_of_many_small_values_is_refused_before_it_fills_memory(value):
    text = b"[" + b",".join([value] * (16 * MIB // (len(value) + 1))) + b"]"
    start = time.process_time()
    with pytest.raises(CanonicalInvalid) as caught:
        canonical.decode(text[: 16 * MIB])
    assert caught.value.facts["reason"] == "values"
    assert time.process_time() - start < 2


def test_a_text_of_one_byte_more_than_its_limit():
    text = b'"' + b"a" * (16 * MIB - 2) + b'"'
    assert len(canonical.decode(text)) == 16 * MIB - 2
    with pytest.raises(CanonicalInvalid):
        canonical.decode(text[:-1] + b'a"')
    with pytest.raises(BundleBroken) as caught:
        manifests.decode(text[:-1] + b'a"')
    assert caught.value.facts["reason"] == "manifest JSON"


def many_entries(tree, count):
    entries = [
        {"path": f"attachments/{n:064x}", "size": 1, "sha256": f"{n:064x}", "crc32": "d202ef8d", "media_type": "a/b"}
        for n in range(count)
    ]
    every = [*tree["entries"][:4], *entries]
    blocks = sum(-(-entry["size"] // MIB) for entry in every) * 32
    return {**tree, "entries": every, "blocks": {**tree["blocks"], "size": blocks}}


@pytest.mark.slow
def test_thirty_thousand_entries_open_quickly(seal, workshop, world, look):
    """The 16 MiB of the manifest end at some seventy thousand attachments, before its 100,000 entries do."""
    with zipfile.ZipFile(io.BytesIO(workshop.plain(seal()))) as inside:
        tree = many_entries(json.loads(inside.read(manifests.MANIFEST)), 30_000)
    blocks = bytes(tree["blocks"]["size"])
    digests = {"sha256": hashlib.sha256(blocks).hexdigest(), "crc32": f"{zlib.crc32(blocks):08x}"}
    tree["blocks"] = {"size": len(blocks), **digests}
    data = canonical.encode(tree)
    pair = world.usa.sign("bundle", data)
    tree["padding"] = f"{manifests.right_padding(data, *pair, manifests.decode(data)):016d}"
    data = canonical.encode(tree)
    assert len(data) < manifests.MANIFEST_LIMIT
    pair = world.usa.sign("bundle", data)
    layout = lay_out(manifests.members(data, *pair, manifests.decode(data)))
    content = {manifests.MANIFEST: data, manifests.SSH_SIGNATURE: pair.ssh, manifests.MLDSA_SIGNATURE: pair.mldsa}
    content[manifests.BLOCKS] = blocks
    parts = [place.header + content.get(place.member.name, bytes(place.member.size)) for place in layout.places]
    plain = b"".join(parts)
    bundle = workshop.reseal(plain + layout.directory)
    start = time.process_time()
    opened = look(bundle)
    assert opened.verdict is Verdict.VERIFIED
    assert len(opened.attachments) == 30_000
    assert time.process_time() - start < 30


def limited(command, start, feed, limit):
    """Run a command under a memory limit, feed it until it has enough; return status, bytes taken, standard error."""

    def restrict():
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=restrict,  # noqa: PLW1509 - one thread, and no other way to limit a child
    ) as child:
        taken = child.stdin.write(start)
        try:
            while taken < limit:
                taken += child.stdin.write(feed)
            child.stdin.close()
        except BrokenPipeError:
            pass
        error = child.stderr.read().decode()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    return child.returncode, taken, error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "status"),
    [
        (b"", 3),
        (b"age-encryption.org/v1\n-> ", 3),
        (b"age-encryption.org/v1\n-> x\n", 3),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", 7),
    ],
)
def test_a_line_of_a_gibibyte_from_a_pipe_is_refused_early(tmp_path, start, status):
    key = tmp_path / "key.txt"
    subprocess.run([sys.executable, "-m", "briefcase", "age", "keygen", "-o", key], check=True, capture_output=True)
    command = [sys.executable, "-m", "briefcase", "age", "decrypt", "-i", key]
    found, taken, error = limited(command, start, b"A" * MIB, 1024 * MIB)
    assert found == status, error
    assert taken < 16 * MIB
    assert "Traceback" not in error


def test_beginnings_without_an_end_are_looked_through_in_one_pass():
    """A partner's text of a few hundred kilobytes took minutes when each beginning looked for an end of its own."""
    good = block.write("BRIEFCASE CARD", {"a": 1})
    text = "-----BEGIN BRIEFCASE CARD-----\n" * 500_000
    start = time.process_time()
    assert block.find("BRIEFCASE CARD", text) == []
    assert block.find("BRIEFCASE CARD", text + good + "words\n" + good.replace("\n", " \r\n")[:-1])[0] == good
    assert time.process_time() - start < 5
