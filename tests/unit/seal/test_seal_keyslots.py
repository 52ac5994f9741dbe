"""Key slots: what opens them, what does not, and what a hostile header may not ask for."""

from __future__ import annotations

import pytest

from briefcase.seal import keyslots as k
from briefcase.seal.errors import SlotInvalid, SlotWrongSecret
from briefcase.seal.words import parse_secret

FAST = k.KdfParameters(1, 8192)
MASTER = k.new_master()
SLOT = k.wrap_passphrase(MASTER, b"correct horse", "vault-1", kdf=FAST)


def test_the_passphrase_opens_and_nothing_else_does() -> None:
    assert k.unwrap(SLOT, b"correct horse", "vault-1") == MASTER
    for secret, vault in ((b"correct horsf", "vault-1"), (b"", "vault-1"), (b"correct horse", "vault-2")):
        with pytest.raises(SlotWrongSecret):
            k.unwrap(SLOT, secret, vault)


def test_recovery_words_open() -> None:
    for language in ("en", "fr"):
        slot, words = k.wrap_recovery(MASTER, "vault-1", language=language)
        assert len(words) == 24
        assert k.unwrap(slot, parse_secret(" ".join(words)), "vault-1") == MASTER
        for secret in (bytes(32), b"short"):
            with pytest.raises(SlotWrongSecret):
                k.unwrap(slot, secret, "vault-1")


def test_the_keyring_needs_its_pin() -> None:
    slot = k.wrap_keyring(MASTER, bytes(32), b"1234", "vault-1", kdf=FAST)
    assert k.unwrap(slot, k.keyring_secret(bytes(32), b"1234"), "vault-1") == MASTER
    with pytest.raises(SlotWrongSecret):
        k.unwrap(slot, k.keyring_secret(bytes(32), b"1235"), "vault-1")


@pytest.mark.parametrize("change", [{"id": "0" * 16}, {"type": "keyring"}])
def test_a_slot_is_bound_to_what_it_says(change: dict[str, object]) -> None:
    with pytest.raises(SlotWrongSecret):
        k.unwrap({**SLOT, **change}, b"correct horse", "vault-1")


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 1 << 40},
        {"memory": (1 << 30) + 1},
        {"memory": 0},
        {"memory": True},
        {"memory": "8192"},
        {"passes": 1 << 31},
        {"passes": 0},
        {"salt": "00"},
        {"salt": "zz" * 16},
        {"name": "none"},
        {"name": "scrypt"},
        {"more": 1},
    ],
)
def test_hostile_parameters_are_refused_before_any_work(change: dict[str, object]) -> None:
    with pytest.raises(SlotInvalid):
        k.unwrap({**SLOT, "kdf": {**SLOT["kdf"], **change}}, b"correct horse", "vault-1")


@pytest.mark.parametrize(
    "change",
    [
        {"wrapped": "AAAA"},
        {"wrapped": "!"},
        {"wrapped": 1},
        {"id": 1},
        {"type": "x"},
        {"more": 1},
        {"kdf": 1},
        {"kdf": 1.5},
    ],
)
def test_malformed_slots(change: dict[str, object]) -> None:
    with pytest.raises(SlotInvalid):
        k.unwrap({**SLOT, **change}, b"correct horse", "vault-1")


def test_subkeys_differ_and_stay() -> None:
    assert len({k.subkey(MASTER, purpose) for purpose in k.PURPOSES}) == 4
    assert k.subkey(bytes(32), "database").hex() == k.subkey(bytes(32), "database").hex() != bytes(32).hex()
    with pytest.raises(ValueError, match="known purpose"):
        k.subkey(MASTER, "other")


def test_a_generated_passphrase_is_made_of_words() -> None:
    first, second = k.generate_passphrase(), k.generate_passphrase(6, "fr")
    assert len(first.split("-")) == len(second.split("-")) == 6
    assert first != k.generate_passphrase()


@pytest.mark.slow
def test_the_default_costs_256_mebibytes() -> None:
    slot = k.wrap_passphrase(MASTER, b"x", "v")
    assert slot["kdf"]["memory"] == 256 << 20
    assert k.unwrap(slot, b"x", "v") == MASTER
