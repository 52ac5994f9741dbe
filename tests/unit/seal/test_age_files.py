"""Age files of our own making: recipients, text form, files of keys, bounds."""

from __future__ import annotations

import base64
import io
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.language import sentence
from briefcase.seal import age, bech32, keyfiles
from briefcase.seal.armor import BEGIN, END, ArmorReader, ArmorWriter
from briefcase.seal.errors import (
    AgeHeaderInvalid,
    AgeHeaderTruncated,
    ArmorInvalid,
    HeaderMacInvalid,
    IdentityInvalid,
    KeyFileEmpty,
    KeyFileSealed,
    KeyLineInvalid,
    NoIdentityMatches,
    PassphraseTooCostly,
    PayloadInvalid,
    RecipientInvalid,
    RecipientsRefused,
    SealError,
)
from briefcase.seal.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = [0, 1, 65535, 65536, 65537, 131072, 200_000, 5 * 1024 * 1024]
ME, OTHER = age.HybridIdentity.generate(), age.HybridIdentity.generate()
CLASSIC = age.X25519Identity.generate()


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


@pytest.mark.parametrize("factor", [21, 22, 63, 999])
def test_too_costly_a_passphrase_is_not_called_malformed(factor: int) -> None:
    data = seal(b"abc", age.ScryptRecipient("secret", work_factor=6)).replace(b" 6\n", b" %d\n" % factor)
    with pytest.raises(PassphraseTooCostly) as caught:
        opened(data, age.ScryptIdentity("secret"))
    assert caught.value.exit_status == AgeHeaderInvalid.exit_status == 3
    assert f"2^{factor} " in sentence(caught.value)
    assert "2^20," in sentence(caught.value)
    with pytest.raises(AgeHeaderInvalid) as malformed:
        opened(data.replace(b" %d\n" % factor, b" 06\n"), age.ScryptIdentity("secret"))
    assert type(malformed.value) is AgeHeaderInvalid


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


def test_a_header_that_no_reader_takes_is_never_written() -> None:
    """650 hybrid recipients make a header of more than 1 MiB."""
    assert age.read_header(io.BytesIO(seal(b"", *[ME.recipient()] * 600))).stanzas
    out = io.BytesIO()
    with pytest.raises(RecipientsRefused):
        age.encrypt(out, [ME.recipient()] * 700)
    assert out.getvalue() == b""


# ---------------------------------------------------------------- the text form


def text_of(data: bytes, pieces: list[int]) -> bytes:
    out = io.BytesIO()
    with ArmorWriter(out) as writer:
        for size in [*pieces, len(data)]:
            writer.write(memoryview(data)[:size])
            data = data[size:]
    return out.getvalue()


@given(st.binary(max_size=400), st.lists(st.integers(0, 100), max_size=6))
def test_the_text_form_is_what_pem_says_and_comes_back(data: bytes, pieces: list[int]) -> None:
    text = text_of(data, pieces)
    lines = text.decode("ascii").splitlines()
    assert (lines[0], lines[-1]) == (BEGIN.decode(), END.decode())
    assert base64.b64decode("".join(lines[1:-1]), validate=True) == data
    assert all(len(line) == 64 for line in lines[1:-2])
    assert all(0 < len(line) <= 64 for line in lines[1:-1])
    assert text.endswith(b"-----\n")
    assert ArmorReader(Source(io.BytesIO(text))).read() == data


def line_by_line(text: bytes) -> tuple[bytes, bool]:
    """Return what the strict rules of the text form give of *text*, and whether it is a whole block."""
    plain, short, begun = bytearray(), False, False
    lines = text.removesuffix(b"\n").split(b"\n")
    for number, whole in enumerate(lines):
        line = whole.removesuffix(b"\r")
        if not begun and line.strip() and line != BEGIN:
            return b"", False
        if not begun:
            begun = line == BEGIN
            continue
        if line == END:
            return bytes(plain), not b"".join(lines[number + 1 :]).strip()
        try:
            data = base64.b64decode(line, validate=True)
        except ValueError:
            return bytes(plain), False
        if short or not line or len(line) > 64 or base64.b64encode(data) != line:
            return bytes(plain), False
        plain += data
        short = len(data) < 48
    return bytes(plain), False


def block_by_block(text: bytes, size: int) -> tuple[bytes, bool]:
    reader, plain = ArmorReader(Source(io.BytesIO(text))), b""
    try:
        while data := reader.read(size):
            plain += data
    except ArmorInvalid:
        return plain, False
    return plain, True


@settings(deadline=None)
@given(
    st.binary(min_size=1, max_size=96),
    st.sampled_from([120_000, 98_304, 49_153, 49_152, 49_151, 6144, 49, 48, 47, 0]),
    st.sampled_from(["lf", "crlf", "mixed"]),
    st.lists(
        st.tuples(
            st.integers(0, 1 << 20),
            st.sampled_from([-1, 0, 1, 2]),  # -1: as many as are put in their place
            st.sampled_from([b"", b"\n", b"\r", b"\r\n", b"=", b"A", b"-", b" ", b"\xff", b"A\n", b"\nA", b"AAAA"]),
            st.booleans(),
        ),
        max_size=3,
    ),
    st.sampled_from([1 << 20, 4096, 70_000]),
)
def test_blocks_of_lines_are_read_as_single_lines_are(
    seed: bytes, length: int, ends: str, changes: list[tuple[int, int, bytes, bool]], size: int
) -> None:
    text = text_of((seed * (length // len(seed) + 1))[:length], [])
    if ends == "crlf":
        text = text.replace(b"\n", b"\r\n")
    if ends == "mixed":
        half = len(text) // 2
        text = text[:half] + text[half:].replace(b"\n", b"\r\n")
    for place, taken, put, at_a_line_end in changes:
        at, cut = place % len(text), len(put) if taken < 0 else taken
        if at_a_line_end:
            at = max(0, text.find(b"\n", at) - cut)
        text = text[:at] + put + text[at + cut :]
    assert block_by_block(text, size) == line_by_line(text)


@pytest.mark.parametrize("size", SIZES)
def test_files_in_text_form(size: int) -> None:
    plain, out = os.urandom(size), io.BytesIO()
    age.encrypt_stream(io.BytesIO(plain), [CLASSIC.recipient()], out, armored=True)
    assert opened(out.getvalue(), CLASSIC) == plain


def test_an_abandoned_text_has_no_last_line_and_an_unstarted_one_no_first() -> None:
    out = io.BytesIO()
    with pytest.raises(RecipientsRefused):
        age.encrypt_stream(io.BytesIO(b"x"), [], out, armored=True)
    assert out.getvalue() == b""
    broken = io.BytesIO()
    writer = ArmorWriter(broken)
    writer.write(b"x" * 100)
    writer.__exit__(KeyError, None, None)
    assert END not in broken.getvalue()
    with pytest.raises(ArmorInvalid):
        ArmorReader(Source(io.BytesIO(broken.getvalue()))).readall()


# ---------------------------------------------------------------- files of keys


def never() -> bytes:
    pytest.fail("nobody is to be asked")


def test_files_of_keys_are_read_as_age_reads_them() -> None:
    mine, other = ME.recipient(), OTHER.recipient()
    data = f"# a comment\n\n{mine}\r\n#{other}\n{other}".encode()
    assert keyfiles.recipients(data, "f") == [mine, other]
    keys = keyfiles.identities(f"# é\n{ME}\n{CLASSIC}\n".encode(), "f", never)
    assert [str(key) for key in keys] == [str(ME), str(CLASSIC)]


@pytest.mark.parametrize("armored", [True, False])
def test_a_sealed_file_of_keys_is_opened(armored: bool) -> None:  # noqa: FBT001 - a parameter of the test
    out = io.BytesIO()
    age.encrypt_stream(
        io.BytesIO(f"{ME}\n".encode()), [age.ScryptRecipient(b"pw", work_factor=4)], out, armored=armored
    )
    assert [str(key) for key in keyfiles.identities(out.getvalue(), "f", lambda: b"pw")] == [str(ME)]
    for data, answer in ((out.getvalue(), b"no"), (out.getvalue()[:-9], b"pw"), (seal(b"", ME.recipient()), b"pw")):
        with pytest.raises(KeyFileSealed):
            keyfiles.identities(data, "f", lambda answer=answer: answer)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b"age1bogus", 2),
        (b"AGE-SECRET-KEY-1BOGUS", 2),
        (b"ssh-ed25519 AAAA", 2),
        (b"\xff\xfe", 2),
        (b"age1" + b"q" * 9000, 2),
        (b"AGE-PLUGIN-YUBIKEY-1QQQQ", 2),
    ],
)
def test_a_line_that_is_no_key_is_named_and_not_repeated(line: bytes, number: int) -> None:
    for read in (keyfiles.recipients, lambda data, name: keyfiles.identities(data, name, never)):
        with pytest.raises(KeyLineInvalid) as caught:
            read(b"# first\n" + line + b"\n", "keys.txt")
        assert (caught.value.facts["line"], caught.value.facts["name"]) == (number, "keys.txt")
        assert line.decode("latin-1")[:9] not in str(caught.value.facts)
    with pytest.raises(KeyFileEmpty):
        keyfiles.recipients(b"# nothing\n\n", "keys.txt")


# ---------------------------------------------------------------- bounds


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
