"""The start-up self-test passes here, is quick, and names the part that fails."""

from __future__ import annotations

import time

import pytest

from briefcase.seal import selftest
from briefcase.seal.errors import SelfTestFailed


def test_it_passes_within_a_quarter_of_a_second() -> None:
    start = time.perf_counter()
    selftest.run()
    assert time.perf_counter() - start < 0.25


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("_FILE_KEY", b"YELLOW SUBMARINF", "HPKE MLKEM768-X25519"),
        ("_X25519", "age1", "X25519"),
        ("_X25519_BODY", "A" * 43, "X25519"),
        ("_SCRYPT_BODY", "A" * 43, "scrypt"),
        ("_STREAMS", (("aes256gcm", "00"),), "STREAM"),
        ("_SSHSIG", "00", "Ed25519"),
        ("_MLDSA_PUBLIC", "00", "ML-DSA-87"),
        ("_ARGON2ID", "00", "Argon2id"),
        ("_XCHACHA", "00", "XChaCha20-Poly1305"),
    ],
)
def test_a_wrong_answer_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: object, part: str) -> None:
    monkeypatch.setattr(selftest, name, value)
    with pytest.raises(SelfTestFailed) as caught:
        selftest.run()
    assert caught.value.facts == {"part": part}


def test_a_missing_algorithm_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> bool:
        raise AttributeError

    monkeypatch.setattr(selftest, "_mldsa", missing)
    with pytest.raises(SelfTestFailed):
        selftest.run()
