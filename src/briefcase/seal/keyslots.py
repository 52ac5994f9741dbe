"""Key slots: how a passphrase, recovery words or a random secret open the master key of a vault.

A slot is a plain object ``{id, type, kdf, wrapped}`` that stands in the vault's header. The master (32 bytes) is
wrapped with XChaCha20-Poly1305; the associated data is the canonical JSON of the format, the vault id, and the slot
without ``wrapped``, so that no slot can be moved, retyped or given other parameters. The KDF parameters are stored in
the slot and bounded before anything is computed: a hostile header cannot ask for a tebibyte.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from typing import Literal, cast

import nacl.bindings
import nacl.exceptions
import nacl.pwhash

from briefcase.errors import BriefcaseError
from briefcase.seal import base64, canonical
from briefcase.seal.errors import SlotInvalid, SlotMemory, SlotWrongSecret
from briefcase.seal.words import secret_words, word_list

Slot = dict[str, object]
Purpose = Literal["database", "blobs", "header", "audit"]

FORMAT = "briefcase-slot/1"
MASTER = 32
PURPOSES = ("database", "blobs", "header", "audit")
TYPES = ("passphrase", "recovery", "keyring")
PASSPHRASE_WORDS = 6
_SALT = nacl.pwhash.argon2id.SALTBYTES
_NONCE, _TAG = 24, 16
_MIN_MEMORY, _MAX_MEMORY = nacl.pwhash.argon2id.MEMLIMIT_MIN, 1 << 30
_MIN_PASSES, _MAX_PASSES = nacl.pwhash.argon2id.OPSLIMIT_MIN, 16
_PERSON = b"briefcase-key/1"


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """Argon2id 1.3 with one lane: passes over the memory, and the memory in bytes."""

    passes: int
    memory: int


MODERATE = KdfParameters(nacl.pwhash.argon2id.OPSLIMIT_MODERATE, nacl.pwhash.argon2id.MEMLIMIT_MODERATE)


def new_master() -> bytes:
    """Return a new random master key, 32 bytes."""
    return os.urandom(MASTER)


def subkey(master: bytes, purpose: Purpose) -> bytes:
    """Return the 32-byte key for one purpose: BLAKE2b keyed with the master."""
    if len(master) != MASTER or purpose not in PURPOSES:
        raise ValueError("master of 32 bytes and a known purpose")
    return hashlib.blake2b(purpose.encode(), digest_size=32, key=master, person=_PERSON).digest()


def _associated(slot: Slot, vault_id: str) -> bytes:
    named = {name: slot[name] for name in ("id", "type", "kdf")}
    return canonical.encode({"format": FORMAT, "vault": vault_id, **named})


def _argon2id(secret: bytes, salt: bytes, parameters: KdfParameters) -> bytes:
    try:
        return nacl.pwhash.argon2id.kdf(32, secret, salt, parameters.passes, parameters.memory)
    except nacl.exceptions.RuntimeError:
        raise SlotMemory(mebibytes=parameters.memory >> 20) from None


def _expand(secret: bytes) -> bytes:
    """Return the wrapping key of a secret that is random itself and needs no slow derivation."""
    return hashlib.blake2b(b"slot", digest_size=32, key=secret, person=_PERSON).digest()


def _wrap(master: bytes, key: bytes, slot: Slot, vault_id: str) -> Slot:
    if len(master) != MASTER:
        raise ValueError("master of 32 bytes")
    nonce = os.urandom(_NONCE)
    sealed = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(master, _associated(slot, vault_id), nonce, key)
    return {**slot, "wrapped": base64.encode(nonce + sealed)}


def _derived(master: bytes, kind: str, secret: bytes, vault_id: str, kdf: KdfParameters) -> Slot:
    salt = os.urandom(_SALT)
    settings = {
        "name": "argon2id13",
        "salt": salt.hex(),
        "passes": kdf.passes,
        "memory": kdf.memory,
    }
    slot: Slot = {"id": secrets.token_hex(8), "type": kind, "kdf": settings}
    return _wrap(master, _argon2id(secret, salt, kdf), slot, vault_id)


def wrap_passphrase(master: bytes, passphrase: bytes, vault_id: str, *, kdf: KdfParameters = MODERATE) -> Slot:
    """Return a slot that *passphrase* (UTF-8) opens; with ``MODERATE`` it takes 256 MiB and about half a second."""
    return _derived(master, "passphrase", passphrase, vault_id, kdf)


def wrap_keyring(master: bytes, secret: bytes, pin: bytes, vault_id: str, *, kdf: KdfParameters = MODERATE) -> Slot:
    """Return a slot that a random *secret* (32 bytes, of the system keyring) opens together with a PIN."""
    return _derived(master, "keyring", keyring_secret(secret, pin), vault_id, kdf)


def keyring_secret(secret: bytes, pin: bytes) -> bytes:
    """Return what opens a keyring slot: the keyring's 32 bytes and the PIN bound together."""
    return hashlib.blake2b(pin, digest_size=32, key=secret, person=_PERSON).digest()


def wrap_recovery(master: bytes, vault_id: str, *, language: str = "en") -> tuple[Slot, tuple[str, ...]]:
    """Return a slot and the twenty-four words that open it; ``words.parse_secret`` turns them into the secret."""
    secret = os.urandom(MASTER)
    slot: Slot = {"id": secrets.token_hex(8), "type": "recovery", "kdf": {"name": "none"}}
    return _wrap(master, _expand(secret), slot, vault_id), secret_words(secret, language)


def _bounded(settings: dict[str, object]) -> tuple[bytes, KdfParameters]:
    """Return salt and parameters of a slot, or refuse them before any memory is taken."""
    passes, memory, salt = settings.get("passes"), settings.get("memory"), settings.get("salt")
    if type(passes) is not int or type(memory) is not int or type(salt) is not str:
        raise SlotInvalid(reason="KDF parameters")
    if not (_MIN_PASSES <= passes <= _MAX_PASSES and _MIN_MEMORY <= memory <= _MAX_MEMORY):
        raise SlotInvalid(reason="KDF cost")
    try:
        raw = bytes.fromhex(salt)
    except ValueError:
        raw = b""
    if len(raw) != _SALT or raw.hex() != salt:
        raise SlotInvalid(reason="KDF salt")
    return raw, KdfParameters(passes, memory)


def _key(slot: Slot, secret: bytes) -> bytes:
    settings = slot.get("kdf")
    if not isinstance(settings, dict):
        raise SlotInvalid(reason="KDF")
    if settings == {"name": "none"} and slot.get("type") == "recovery":
        if len(secret) != MASTER:
            raise SlotWrongSecret
        return _expand(secret)
    if settings.get("name") != "argon2id13" or set(settings) != {"name", "salt", "passes", "memory"}:
        raise SlotInvalid(reason="KDF")
    salt, parameters = _bounded(cast("dict[str, object]", settings))
    return _argon2id(secret, salt, parameters)


def check_slot(slot: Slot) -> None:
    """Check the shape of a slot that was read from a header.

    Raises:
        SlotInvalid: an entry is missing, foreign or of another type.
    """
    if set(slot) != {"id", "type", "kdf", "wrapped"} or slot["type"] not in TYPES:
        raise SlotInvalid(reason="entries")
    if not isinstance(slot["id"], str) or not isinstance(slot["wrapped"], str):
        raise SlotInvalid(reason="entries")


def unwrap(slot: Slot, secret: bytes, vault_id: str) -> bytes:
    """Return the 32-byte master.

    Args:
        slot: as it stands in the header.
        secret: the passphrase in UTF-8, the 32 bytes of the recovery words, or ``keyring_secret``.
        vault_id: of the vault that the header belongs to.

    Raises:
        SlotWrongSecret: the secret does not open it, or slot and vault do not belong together.
        SlotInvalid: malformed, or it asks for too much memory or time.
        SlotMemory: the machine has too little memory.
    """
    check_slot(slot)
    try:
        wrapped = base64.decode(cast("str", slot["wrapped"]))
        associated = _associated(slot, vault_id)
    except (ValueError, BriefcaseError):
        raise SlotInvalid(reason="wrapped key") from None
    if len(wrapped) != _NONCE + MASTER + _TAG:
        raise SlotInvalid(reason="wrapped key")
    key = _key(slot, secret)
    try:
        return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            wrapped[_NONCE:], associated, wrapped[:_NONCE], key
        )
    except nacl.exceptions.CryptoError:
        raise SlotWrongSecret from None


def generate_passphrase(words: int = PASSPHRASE_WORDS, language: str = "en") -> str:
    """Return *words* random words joined by hyphens, eleven bits of chance each."""
    choices = word_list(language)
    return "-".join(secrets.choice(choices) for _ in range(words))
