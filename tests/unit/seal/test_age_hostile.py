"""Armor and text forms that are almost right, and random damage: only the room's own errors may come out."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.seal import age, bech32, signatures
from briefcase.seal import card as cards
from briefcase.seal.errors import ArmorInvalid, SealError
from briefcase.seal.identity import create_identity, parse_revocation, revocation_text

ME = age.HybridIdentity.generate()
BEGIN, END = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"
WHO = create_identity("Ann", "USA/BIS", "USA")
CARD, REVOCATION = cards.card_text(WHO.signed_card), revocation_text(WHO)
SIGNED = signatures.sign_ssh(bytes(32), "briefcase-card-v1", b"")


def sealed() -> bytes:
    out = io.BytesIO()
    with age.encrypt(out, [ME.recipient()]) as writer:
        writer.write(b"plain")
    return out.getvalue()


DATA = sealed()


def lines(width: int = 64) -> list[str]:
    text = base64.b64encode(DATA).decode()
    return [text[i : i + width] for i in range(0, len(text), width)]


def opened(text: str) -> bytes:
    out = io.BytesIO()
    age.decrypt_stream(io.BytesIO(text.encode()), [ME], out)
    assert age.open(io.BytesIO(text.encode()), [ME]).read() == out.getvalue()
    return out.getvalue()


def test_armor_is_read() -> None:
    body = lines()
    for end in ("\n", "\r\n"):
        for before, after in (("", ""), (end, end), ("  \t" + end, end + " " * 1000)):
            assert opened(before + end.join([BEGIN, *body, END]) + after) == b"plain"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([BEGIN, *lines(), END, "more"]),
        "\n".join([BEGIN, *lines(), END]) + "\n" * 1026,
        "\n" * 1020 + "-----BEGIN",
        "\n".join([BEGIN, *lines(60), END]),
        "\n".join([BEGIN, *lines()]),
        "\n".join([BEGIN, *lines(), END.lower()]),
        "\n".join([BEGIN.replace("AGE", "PGP"), *lines(), END]),
    ],
    ids=["trailing", "spaces", "cut", "short lines", "no end", "wrong end", "wrong begin"],
)
def test_armor_that_is_almost_right_is_refused(text: str) -> None:
    with pytest.raises(ArmorInvalid):
        opened(text)


def test_armor_can_be_demanded_and_denied() -> None:
    with pytest.raises(ArmorInvalid):
        age.decrypt_stream(io.BytesIO(DATA), [ME], io.BytesIO(), armored=True)
    with pytest.raises(SealError):
        age.open(io.BytesIO("\n".join([BEGIN, *lines(), END]).encode()), [ME], armored=False)


def test_bech32_is_one_case_and_has_no_length_limit() -> None:
    text = bech32.encode("a1b", bytes(range(200)))
    assert bech32.decode(text) == ("a1b", bytes(range(200)))
    assert bech32.decode(text.upper()) == ("A1B", bytes(range(200)))
    for spoilt in (text[:-1] + text[-1].upper(), text.upper()[:-1] + text[-1], text.replace("a", "A", 1)):
        if spoilt not in (text, text.upper()):
            with pytest.raises(ValueError, match="mixed case"):
                bech32.decode(spoilt)


DAMAGE = st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=4)


def damaged(data: bytes, steps: list[tuple[int, bytes, int]]) -> bytes:
    for position, insert, cut in steps:
        at = position % (len(data) + 1)
        data = data[:at] + insert + data[at + cut :]
    return data


@given(DAMAGE)
@settings(max_examples=150, deadline=None)
def test_only_own_errors_come_out(steps: list[tuple[int, bytes, int]]) -> None:
    for data in (DATA, "\n".join([BEGIN, *lines(), END]).encode()):
        try:
            result = age.open(io.BytesIO(damaged(data, steps)), [ME]).read()
        except SealError:
            continue
        assert result == b"plain"


@given(DAMAGE)
@settings(max_examples=100, deadline=None)
def test_only_own_errors_come_out_of_texts(steps: list[tuple[int, bytes, int]]) -> None:
    card = damaged(CARD.encode(), steps).decode("latin-1")
    revocation = damaged(REVOCATION.encode(), steps).decode("latin-1")
    signed = damaged(SIGNED, steps)
    with suppress(SealError):
        assert cards.parse_card(card) == WHO.signed_card
    with suppress(SealError):
        assert parse_revocation(revocation, WHO.card).fingerprint == WHO.fingerprint
    with suppress(SealError):
        signatures.verify_ssh(signed, "briefcase-card-v1", b"")
        assert signed == SIGNED


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("age") and shutil.which("script")), reason="no age or script command")
def test_age_command_passphrase_both_ways(tmp_path: Path) -> None:
    with (
        (tmp_path / "ours.age").open("wb") as out,
        age.encrypt(out, [age.ScryptRecipient("pass", work_factor=10)]) as w,
    ):
        w.write(b"abc")
    (tmp_path / "plain").write_bytes(b"xyz")
    for command, typed in (("age -d -o ours ours.age", b"pass\n"), ("age -p -o theirs.age plain", b"pass\npass\n")):
        subprocess.run(["script", "-qec", command, "/dev/null"], input=typed, cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "ours").read_bytes() == b"abc"
    out = io.BytesIO()
    age.decrypt_stream(io.BytesIO((tmp_path / "theirs.age").read_bytes()), [age.ScryptIdentity("pass")], out)
    assert out.getvalue() == b"xyz"
