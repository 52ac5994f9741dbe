"""Age files of our own making, recipients, bounds, and other tools both ways."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from briefcase.seal import age, bech32
from briefcase.seal.errors import (
    AgeHeaderInvalid,
    AgeHeaderTruncated,
    ArmorInvalid,
    HeaderMacInvalid,
    IdentityInvalid,
    NoIdentityMatches,
    PayloadInvalid,
    RecipientInvalid,
    RecipientsRefused,
    SealError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = [0, 1, 65535, 65536, 65537, 131072, 200_000, 5 * 1024 * 1024]
ME, OTHER = age.HybridIdentity.generate(), age.HybridIdentity.generate()
CLASSIC = age.X25519Identity.generate()
DEBIAN_AGE = shutil.which("age")
NODE_MODULES = os.environ.get("BRIEFCASE_TEST_NODE_MODULES", "")


def seal(plain: bytes, *recipients: age.Recipient) -> bytes:
    out = io.BytesIO()
    with age.encrypt(out, recipients) as writer:
        writer.write(plain)
    return out.getvalue()


def opened(data: bytes, *identities: age.IdentityKey) -> bytes:
    out = io.BytesIO()
    age.decrypt_stream(io.BytesIO(data), identities, out)
    assert age.open(io.BytesIO(data), identities).read() == out.getvalue()
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_round_trip_and_size(size: int) -> None:
    plain = os.urandom(size)
    data = seal(plain, ME.recipient(), OTHER.recipient())
    assert len(data) == age.encrypted_size(size, 2)
    assert opened(data, OTHER) == plain
    with pytest.raises(NoIdentityMatches):
        opened(data, age.HybridIdentity.generate(), CLASSIC)


def test_text_forms_come_back() -> None:
    for identity in (ME, CLASSIC):
        assert str(age.parse_identity(str(identity))) == str(identity)
        assert age.parse_recipient(str(identity.recipient())) == identity.recipient()
        assert "SECRET" not in repr(identity)
    assert str(ME).startswith("AGE-SECRET-KEY-PQ-1")
    assert str(ME.recipient()).startswith("age1pq1")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1] + ("q" if t[-1] != "q" else "p"),
        lambda t: t[:10].upper() + t[10:],
        lambda t: t[:-1],
        lambda t: t.replace("1", ""),
        lambda t: t + "é",
        lambda _: "",
        lambda _: "age1" * 2000,
    ],
)
def test_spoilt_text_forms_are_refused(spoil: Callable[[str], str]) -> None:
    with pytest.raises(RecipientInvalid):
        age.parse_recipient(spoil(str(ME.recipient())))
    with pytest.raises(IdentityInvalid):
        age.parse_identity(spoil(str(ME).lower()))


def test_wrong_lengths_and_low_order_recipients_are_refused() -> None:
    for hrp, length in (("age", 31), ("age1pq", 1215), ("age1tag", 33)):
        with pytest.raises(RecipientInvalid):
            age.parse_recipient(bech32.encode(hrp, bytes(length)))
    for hrp in ("AGE-SECRET-KEY-", "AGE-SECRET-KEY-PQ-"):
        with pytest.raises(IdentityInvalid):
            age.parse_identity(bech32.encode(hrp, bytes(31)))
    with pytest.raises(RecipientInvalid):
        age.parse_recipient(bech32.encode("age", bytes(32)))
    with pytest.raises(RecipientInvalid):
        age.HybridRecipient(ME.recipient().public[:1184] + bytes(32))


def test_recipients_that_must_not_stand_together() -> None:
    phrase = age.ScryptRecipient("secret", work_factor=4)
    for recipients in ([], [ME.recipient(), CLASSIC.recipient()], [phrase, phrase], [phrase, ME.recipient()]):
        with pytest.raises(RecipientsRefused):
            age.encrypt(io.BytesIO(), recipients)


def test_a_passphrase_opens_and_its_work_is_capped() -> None:
    data = seal(b"abc", age.ScryptRecipient("secret", work_factor=6))
    assert opened(data, age.ScryptIdentity(b"secret")) == b"abc"
    with pytest.raises(NoIdentityMatches):
        opened(data, age.ScryptIdentity("other"))
    with pytest.raises(AgeHeaderInvalid):
        opened(data, age.ScryptIdentity("secret", max_work_factor=5))
    with pytest.raises(AgeHeaderInvalid):
        opened(data.replace(b" 6\n", b" 63\n"), age.ScryptIdentity("secret"))


def test_every_byte_of_the_header_counts() -> None:
    data = seal(b"abc", CLASSIC.recipient())
    length = age.read_header(io.BytesIO(data)).payload_offset
    for position in range(length + 16 + 3 + 16):
        broken = bytearray(data)
        broken[position] ^= 1
        with pytest.raises(SealError):
            opened(bytes(broken), CLASSIC)


def test_every_cut_is_refused() -> None:
    data = seal(b"abc", CLASSIC.recipient())
    length = age.read_header(io.BytesIO(data)).payload_offset + 16
    for cut in range(len(data)):
        with pytest.raises(AgeHeaderTruncated if cut < length else PayloadInvalid):
            opened(data[:cut], CLASSIC)


def test_a_stanza_more_is_noticed() -> None:
    data = seal(b"abc", ME.recipient())
    end = data.index(b"\n--- ")
    with pytest.raises(HeaderMacInvalid):
        opened(data[:end] + b"\n-> grease\n" + data[end:], ME)


class Endless(io.RawIOBase):
    """A header that never ends; counts what is read of it."""

    def __init__(self, start: bytes, filler: bytes) -> None:
        super().__init__()
        self._inner, self._filler, self.given = io.BytesIO(start), filler, 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:
        """Give the start, then filler for ever."""
        data = self._inner.read(len(buffer)) or (self._filler * (len(buffer) // len(self._filler) + 1))[: len(buffer)]
        buffer[: len(data)] = data
        self.given += len(data)
        return len(data)


@pytest.mark.parametrize("filler", [b"A", b"-> x\n\n", b"\n"])
def test_endless_headers_are_bounded(filler: bytes) -> None:
    file = Endless(b"age-encryption.org/v1\n-> a ", filler)
    with pytest.raises(AgeHeaderInvalid):
        age.decrypt_stream(file, [ME], io.BytesIO())
    assert file.given < 2 * age.HEADER_LIMIT
    small = Endless(b"age-encryption.org/v1\n-> a ", filler)
    with pytest.raises(AgeHeaderInvalid):
        age.read_header(small, limit=4096)
    assert small.given < 16384


@pytest.mark.parametrize("filler", [b"A", b"\n", b"A" * 64 + b"\n"])
def test_endless_armor_is_bounded(filler: bytes) -> None:
    file = Endless(b"-----BEGIN AGE ENCRYPTED FILE-----\n", filler)
    with pytest.raises((ArmorInvalid, AgeHeaderInvalid)):
        age.decrypt_stream(file, [ME], io.BytesIO())
    assert file.given < 4 * age.HEADER_LIMIT


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_both_ways(size: int) -> None:
    pyrage = pytest.importorskip("pyrage")
    plain = os.urandom(size)
    theirs = pyrage.x25519.Identity.from_str(str(CLASSIC))
    assert pyrage.decrypt(seal(plain, CLASSIC.recipient()), [theirs]) == plain
    assert opened(pyrage.encrypt(plain, [theirs.to_public()]), CLASSIC) == plain
    assert pyrage.passphrase.decrypt(seal(plain, age.ScryptRecipient("pass", work_factor=8)), "pass") == plain


@pytest.mark.slow
def test_pyrage_passphrase() -> None:
    pyrage = pytest.importorskip("pyrage")
    assert opened(pyrage.passphrase.encrypt(b"abc", "pass"), age.ScryptIdentity("pass", max_work_factor=22)) == b"abc"


@pytest.mark.skipif(not DEBIAN_AGE, reason="no age command")
@pytest.mark.parametrize("size", SIZES)
def test_age_command_both_ways(tmp_path: Path, size: int) -> None:
    plain, key = os.urandom(size), tmp_path / "key"
    key.write_text(f"{CLASSIC}\n", encoding="ascii")
    ours = subprocess.run(
        ["age", "-d", "-i", key], input=seal(plain, CLASSIC.recipient()), check=True, capture_output=True
    )
    assert ours.stdout == plain
    for option in ([], ["-a"]):
        command = ["age", *option, "-r", str(CLASSIC.recipient())]
        theirs = subprocess.run(command, input=plain, check=True, capture_output=True)
        assert opened(theirs.stdout, CLASSIC) == plain


NODE_SCRIPT = """
import * as age from "age-encryption";
import { readFileSync, writeFileSync } from "node:fs";
const [mode, key, source, target] = process.argv.slice(2);
const data = readFileSync(source);
if (mode === "encrypt") {
  const e = new age.Encrypter(); e.addRecipient(key); writeFileSync(target, await e.encrypt(data));
} else {
  const d = new age.Decrypter(); d.addIdentity(key); writeFileSync(target, await d.decrypt(data));
}
"""


@pytest.mark.slow
@pytest.mark.skipif(not NODE_MODULES, reason="BRIEFCASE_TEST_NODE_MODULES names no folder with age-encryption")
@pytest.mark.parametrize("identity", [ME, CLASSIC], ids=["hybrid", "x25519"])
@pytest.mark.parametrize("size", SIZES)
def test_npm_age_encryption_both_ways(tmp_path: Path, size: int, identity: age.HybridIdentity) -> None:
    (tmp_path / "node_modules").symlink_to(NODE_MODULES, target_is_directory=True)
    script, source, target = (tmp_path / name for name in ("peer.mjs", "source", "target"))
    script.write_text(NODE_SCRIPT, encoding="utf-8")
    plain = os.urandom(size)
    source.write_bytes(seal(plain, identity.recipient()))
    subprocess.run(["node", script, "decrypt", str(identity), source, target], check=True, cwd=tmp_path)
    assert target.read_bytes() == plain
    source.write_bytes(plain)
    subprocess.run(["node", script, "encrypt", str(identity.recipient()), source, target], check=True, cwd=tmp_path)
    assert opened(target.read_bytes(), identity) == plain
