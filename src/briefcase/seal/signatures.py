"""Signatures: Ed25519 as SSHSIG (OpenSSH ``PROTOCOL.sshsig``) and ML-DSA-87 (FIPS 204), always under a purpose.

``ssh-keygen -Y verify`` checks the first kind. A purpose is one name of ``PURPOSES``; it becomes the SSHSIG namespace
and the ML-DSA context ``briefcase-<purpose>-v1``, so that a signature made for one thing never fits another. Nothing
is signed raw.
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA87PrivateKey, MLDSA87PublicKey
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from briefcase.seal import base64
from briefcase.seal.errors import PurposeUnknown, SignatureInvalid

PURPOSES = frozenset(
    {
        "bundle",
        "card",
        "revocation",
        "receipt",
        "consent",
        "recall",
        "request",
        "answer",
        "compromise",
        "approval",
        "pack",
        "checkpoint",
        "deconfliction",
    }
)
ED25519_PUBLIC = ED25519_SEED = MLDSA_SEED = 32
MLDSA_PUBLIC, MLDSA_SIGNATURE = 2592, 4627
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_MAGIC = b"SSHSIG"
_ALGORITHM = b"ssh-ed25519"
_HASH = b"sha512"
_COLUMNS = 70
_LONGEST = 4096


class Signatures(NamedTuple):
    """The two signatures of one thing: armored SSHSIG and raw ML-DSA-87 (4,627 bytes)."""

    ssh: bytes
    mldsa: bytes


def namespace(purpose: str) -> str:
    """Return the SSHSIG namespace and ML-DSA context of *purpose*.

    Raises:
        PurposeUnknown: there is no such purpose.
    """
    if purpose not in PURPOSES:
        raise PurposeUnknown(purpose=purpose)
    return f"briefcase-{purpose}-v1"


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _public_blob(public: bytes) -> bytes:
    return _string(_ALGORITHM) + _string(public)


def _message(space: str, data: bytes) -> bytes:
    """The bytes that Ed25519 signs, for the SHA-512 of *data*."""
    digest = hashlib.sha512(data).digest()
    return _MAGIC + b"".join(_string(part) for part in (space.encode(), b"", _HASH, digest))


def _armor(public: bytes, space: str, signature: bytes) -> bytes:
    parts = (_public_blob(public), space.encode(), b"", _HASH, _string(_ALGORITHM) + _string(signature))
    blob = _MAGIC + struct.pack(">I", 1) + b"".join(_string(part) for part in parts)
    text = base64.encode(blob)
    lines = "".join(text[i : i + _COLUMNS] + "\n" for i in range(0, len(text), _COLUMNS))
    return (_BEGIN + lines + _END).encode("ascii")


def sign_ssh(seed: bytes, namespace: str, data: bytes) -> bytes:
    """Return the armored SSHSIG of *data* under *namespace* by the Ed25519 key of *seed* (32 bytes)."""
    key = SigningKey(seed)
    signature = key.sign(_message(namespace, data)).signature
    return _armor(bytes(key.verify_key), namespace, signature)


def _parse_armor(armored: bytes) -> tuple[bytes, bytes]:
    """Return public key and signature at their fixed places; the caller builds the whole again and compares."""
    try:
        text = armored.decode("ascii") if len(armored) <= _LONGEST else ""
        blob = base64.decode(text.removeprefix(_BEGIN).removesuffix(_END).replace("\n", ""))
    except ValueError:
        raise SignatureInvalid(reason="SSH signature form") from None
    start = len(_MAGIC) + 4 + 4 + 4 + len(_ALGORITHM) + 4
    return blob[start : start + ED25519_PUBLIC], blob[-64:]


def verify_ssh(armored: bytes, namespace: str, data: bytes) -> bytes:
    """Return the 32-byte Ed25519 public key that signed *data* under *namespace*.

    Only the exact form that OpenSSH writes is accepted (version 1, Ed25519, SHA-512, lines of 70).

    Raises:
        SignatureInvalid: another form, another namespace, another content.
    """
    public, signature = _parse_armor(armored)
    if _armor(public, namespace, signature) != armored:
        raise SignatureInvalid(reason="SSH signature form or namespace")
    try:
        VerifyKey(public).verify(_message(namespace, data), signature)
    except (BadSignatureError, ValueError):
        raise SignatureInvalid(reason="Ed25519") from None
    return public


def ssh_public_line(public: bytes, comment: str) -> str:
    """Return ``ssh-ed25519 AAAA… comment``, the form of an OpenSSH public key file, without a line feed."""
    safe = "".join(c for c in comment if c.isprintable())
    return f"ssh-ed25519 {base64.encode(_public_blob(public))} {safe}".rstrip()


def ed25519_public(seed: bytes) -> bytes:
    """Return the public key (32 bytes) of an Ed25519 seed."""
    return bytes(SigningKey(seed).verify_key)


def mldsa_public(seed: bytes) -> bytes:
    """Return the public key (2,592 bytes) of an ML-DSA-87 seed (32 bytes)."""
    return MLDSA87PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def sign_mldsa(seed: bytes, context: str, data: bytes) -> bytes:
    """Return the hedged ML-DSA-87 signature (4,627 bytes) of *data* under *context*."""
    return MLDSA87PrivateKey.from_seed_bytes(seed).sign(data, context.encode())


def verify_mldsa(public: bytes, context: str, data: bytes, signature: bytes) -> None:
    """Check an ML-DSA-87 signature.

    Raises:
        SignatureInvalid: wrong key, context, content or length.
    """
    try:
        MLDSA87PublicKey.from_public_bytes(public).verify(signature, data, context.encode())
    except (InvalidSignature, ValueError):
        raise SignatureInvalid(reason="ML-DSA-87") from None


def sign_both(purpose: str, ed25519_seed: bytes, mldsa_seed: bytes, data: bytes) -> Signatures:
    """Sign *data* for one purpose with both algorithms.

    Raises:
        PurposeUnknown: there is no such purpose.
    """
    space = namespace(purpose)
    return Signatures(sign_ssh(ed25519_seed, space, data), sign_mldsa(mldsa_seed, space, data))


def verify_both(purpose: str, data: bytes, signed: Signatures, *, ed25519: bytes, mldsa87: bytes) -> None:
    """Check both signatures of *data* against the two public keys of one card; both are required.

    Raises:
        PurposeUnknown: there is no such purpose.
        SignatureInvalid: either does not fit, or another key made it.
    """
    space = namespace(purpose)
    if verify_ssh(signed.ssh, space, data) != ed25519:
        raise SignatureInvalid(reason="another Ed25519 key")
    verify_mldsa(mldsa87, space, data, signed.mldsa)
