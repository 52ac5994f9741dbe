"""Who an age file is sealed to, and who opens it: post-quantum hybrid, X25519 and passphrase (C2SP ``age.md``).

A recipient wraps the 16-byte file key into one stanza; an identity looks through all stanzas of a header and
returns the file key, or None when nothing is addressed to it. A stanza of an identity's own type that is malformed
raises ``AgeHeaderInvalid``, as the specification asks.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from briefcase.seal import base64, bech32
from briefcase.seal.errors import AgeHeaderInvalid, IdentityInvalid, PassphraseTooCostly, RecipientInvalid
from briefcase.seal.header import Stanza, hkdf

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE_KEY = 16
_BODY = 32  # a wrapped file key: 16 bytes and a 16-byte tag
_SEED = 32
_MLKEM_SEED, _MLKEM_PUBLIC, _MLKEM_CIPHERTEXT = 64, 1184, 1088
_ENC = _MLKEM_CIPHERTEXT + 32
_ZERO_NONCE = bytes(12)
_HYBRID_TYPE, _X25519_TYPE, _SCRYPT_TYPE = "mlkem768x25519", "X25519", "scrypt"
_HYBRID_INFO = b"age-encryption.org/mlkem768x25519"
_X25519_INFO = b"age-encryption.org/v1/X25519"
_SCRYPT_LABEL = b"age-encryption.org/v1/scrypt"
_SCRYPT_SALT = 16
_WORK_FACTOR = re.compile(r"[1-9][0-9]{0,2}\Z")
WORK_FACTOR = 18
MAX_WORK_FACTOR = 20


class Recipient(Protocol):
    """Somebody a file can be sealed to."""

    @property
    def kind(self) -> str:
        """The type of its stanzas."""

    def wrap(self, file_key: bytes) -> Stanza:
        """Return the stanza that holds *file_key* for this recipient alone."""


class IdentityKey(Protocol):
    """Somebody who may open a file."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None when no stanza is addressed to this identity."""


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _open_body(key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None


def _checked(stanza: Stanza, *, arguments: int, share: int) -> bytes:
    """Return the decoded first argument of a stanza of our own type, every length checked."""
    if len(stanza.args) != arguments or len(stanza.body) != _BODY:
        raise AgeHeaderInvalid(reason=f"{stanza.type} stanza")
    try:
        data = base64.decode_raw(stanza.args[0])
    except ValueError:
        raise AgeHeaderInvalid(reason=f"{stanza.type} argument") from None
    if len(data) != share:
        raise AgeHeaderInvalid(reason=f"{stanza.type} argument")
    return data


def check_hybrid(stanza: Stanza) -> None:
    """Refuse an ``mlkem768x25519`` stanza whose share or body has another length or spelling, whomever it is for.

    Raises:
        AgeHeaderInvalid: it has.
    """
    _checked(stanza, arguments=1, share=_ENC)


def _exchange(private: X25519PrivateKey, share: bytes) -> bytes:
    """Return the shared secret; a low-order share is a malformed header, not a failed decryption."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        raise AgeHeaderInvalid(reason="low-order share") from None


def _public_x25519(data: bytes) -> X25519PublicKey:
    public = X25519PublicKey.from_public_bytes(data)
    X25519PrivateKey.generate().exchange(public)  # a low-order key raises ValueError here
    return public


class HybridRecipient:
    """A post-quantum recipient, ``age1pq1…``: 1,216 bytes, the ML-KEM-768 key and the X25519 key."""

    kind = _HYBRID_TYPE

    def __init__(self, public: bytes) -> None:
        if len(public) != _MLKEM_PUBLIC + 32:
            raise RecipientInvalid(reason="length")
        try:
            kem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
            curve = _public_x25519(public[_MLKEM_PUBLIC:])
        except ValueError:
            raise RecipientInvalid(reason="key") from None
        self._key = MLKEM768X25519PublicKey(kem, curve)
        self.public = public

    def wrap(self, file_key: bytes) -> Stanza:
        """Return an ``mlkem768x25519`` stanza (HPKE SealBase)."""
        sealed = _suite().encrypt(file_key, self._key, info=_HYBRID_INFO)
        return Stanza(self.kind, (base64.encode_raw(sealed[:_ENC]),), sealed[_ENC:])

    def __str__(self) -> str:
        return bech32.encode("age1pq", self.public)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HybridRecipient) and other.public == self.public

    def __hash__(self) -> int:
        return hash(self.public)


class HybridIdentity:
    """A post-quantum identity, ``AGE-SECRET-KEY-PQ-1…``: the 32-byte seed of X-Wing."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != _SEED:
            raise IdentityInvalid(reason="length")
        self._seed = bytearray(seed)
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED + 32)
        self._kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED])
        self._curve = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:])
        self._key = MLKEM768X25519PrivateKey(self._kem, self._curve)

    @classmethod
    def generate(cls) -> Self:
        """Return a new random identity."""
        return cls(os.urandom(_SEED))

    def recipient(self) -> HybridRecipient:
        """Return the public side."""
        return HybridRecipient(self._kem.public_key().public_bytes_raw() + self._curve.public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None.

        Raises:
            AgeHeaderInvalid: an ``mlkem768x25519`` stanza is malformed.
        """
        for stanza in stanzas:
            if stanza.type != _HYBRID_TYPE:
                continue
            enc = _checked(stanza, arguments=1, share=_ENC)
            _exchange(self._curve, enc[_MLKEM_CIPHERTEXT:])
            try:
                return _suite().decrypt(enc + stanza.body, self._key, info=_HYBRID_INFO)
            except InvalidTag:
                continue
        return None

    def __str__(self) -> str:
        return bech32.encode("AGE-SECRET-KEY-PQ-", bytes(self._seed))

    def __repr__(self) -> str:
        return "HybridIdentity(secret)"


class X25519Recipient:
    """A classic recipient, ``age1…``: an X25519 public key of 32 bytes."""

    kind = _X25519_TYPE

    def __init__(self, public: bytes) -> None:
        try:
            self._key = _public_x25519(public)
        except ValueError:
            raise RecipientInvalid(reason="key") from None
        self.public = public

    def wrap(self, file_key: bytes) -> Stanza:
        """Return an ``X25519`` stanza with a fresh ephemeral share."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        key = hkdf(ephemeral.exchange(self._key), share + self.public, _X25519_INFO)
        body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza(self.kind, (base64.encode_raw(share),), body)

    def __str__(self) -> str:
        return bech32.encode("age", self.public)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, X25519Recipient) and other.public == self.public

    def __hash__(self) -> int:
        return hash(self.public)


class X25519Identity:
    """A classic identity, ``AGE-SECRET-KEY-1…``: 32 random bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _SEED:
            raise IdentityInvalid(reason="length")
        self._secret = bytearray(secret)
        self._key = X25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def generate(cls) -> Self:
        """Return a new random identity."""
        return cls(os.urandom(_SEED))

    def recipient(self) -> X25519Recipient:
        """Return the public side."""
        return X25519Recipient(self._key.public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None.

        Raises:
            AgeHeaderInvalid: an ``X25519`` stanza is malformed or its share has low order.
        """
        public = self._key.public_key().public_bytes_raw()
        for stanza in stanzas:
            if stanza.type != _X25519_TYPE:
                continue
            share = _checked(stanza, arguments=1, share=32)
            key = hkdf(_exchange(self._key, share), share + public, _X25519_INFO)
            file_key = _open_body(key, stanza.body)
            if file_key is not None:
                return file_key
        return None

    def __str__(self) -> str:
        return bech32.encode("AGE-SECRET-KEY-", bytes(self._secret))

    def __repr__(self) -> str:
        return "X25519Identity(secret)"


def _scrypt(passphrase: bytes, salt: bytes, work_factor: int) -> bytes:
    return Scrypt(salt=_SCRYPT_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1).derive(passphrase)


class ScryptRecipient:
    """A passphrase as recipient; 2**work_factor is scrypt's N (18: 256 MiB)."""

    kind = _SCRYPT_TYPE

    def __init__(self, passphrase: str | bytes, *, work_factor: int = WORK_FACTOR) -> None:
        self._passphrase = bytearray(passphrase.encode() if isinstance(passphrase, str) else passphrase)
        self._work_factor = work_factor

    def wrap(self, file_key: bytes) -> Stanza:
        """Return a ``scrypt`` stanza with a fresh salt."""
        salt = os.urandom(_SCRYPT_SALT)
        key = _scrypt(bytes(self._passphrase), salt, self._work_factor)
        body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza(self.kind, (base64.encode_raw(salt), str(self._work_factor)), body)


class ScryptIdentity:
    """A passphrase that opens; a stanza asking for more than *max_work_factor* is refused, not computed."""

    def __init__(self, passphrase: str | bytes, *, max_work_factor: int = MAX_WORK_FACTOR) -> None:
        self._passphrase = bytearray(passphrase.encode() if isinstance(passphrase, str) else passphrase)
        self._max_work_factor = max_work_factor

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None.

        Raises:
            AgeHeaderInvalid: the ``scrypt`` stanza is malformed or not alone.
            PassphraseTooCostly: it asks for too much work.
        """
        check_scrypt_alone(stanzas)
        if stanzas[0].type != _SCRYPT_TYPE:
            return None
        salt = _checked(stanzas[0], arguments=2, share=_SCRYPT_SALT)
        factor = stanzas[0].args[1]
        if not _WORK_FACTOR.match(factor):
            raise AgeHeaderInvalid(reason="scrypt work factor")
        if int(factor) > self._max_work_factor:
            raise PassphraseTooCostly(factor=int(factor), limit=self._max_work_factor)
        return _open_body(_scrypt(bytes(self._passphrase), salt, int(factor)), stanzas[0].body)


def check_scrypt_alone(stanzas: Sequence[Stanza]) -> None:
    """Refuse a header in which a passphrase stanza stands beside any other.

    Raises:
        AgeHeaderInvalid: it does.
    """
    if len(stanzas) > 1 and any(s.type == _SCRYPT_TYPE for s in stanzas):
        raise AgeHeaderInvalid(reason="scrypt stanza not alone")


def parse_recipient(text: str) -> HybridRecipient | X25519Recipient:
    """Return the recipient of an ``age1pq1…`` or ``age1…`` text.

    Raises:
        RecipientInvalid: it is neither.
    """
    try:
        hrp, data = bech32.decode(text.strip())
    except ValueError as error:
        raise RecipientInvalid(reason=str(error)) from None
    if hrp == "age1pq":
        return HybridRecipient(data)
    if hrp == "age":
        return X25519Recipient(data)
    raise RecipientInvalid(reason="unknown kind")


def parse_identity(text: str) -> HybridIdentity | X25519Identity:
    """Return the identity of an ``AGE-SECRET-KEY-PQ-1…`` or ``AGE-SECRET-KEY-1…`` text.

    Raises:
        IdentityInvalid: it is neither.
    """
    try:
        hrp, data = bech32.decode(text.strip())
    except ValueError as error:
        raise IdentityInvalid(reason=str(error)) from None
    if hrp == "AGE-SECRET-KEY-PQ-":
        return HybridIdentity(data)
    if hrp == "AGE-SECRET-KEY-":
        return X25519Identity(data)
    raise IdentityInvalid(reason="unknown kind")
