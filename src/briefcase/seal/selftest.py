"""Known answers for the cryptography, checked at every start in a few milliseconds.

A library that is broken, too old, or built without an algorithm stops the program with one clear sentence. The stanzas
are those of the published CCTV vectors ``hybrid_and_x25519``, ``stream_empty_payload`` and ``scrypt``; the Ed25519 key
and the age texts are fixed by their specifications; the other answers were computed once and compared with a second
implementation where there is one.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import nacl.bindings
import nacl.pwhash

from briefcase.seal import base64, signatures
from briefcase.seal.errors import SelfTestFailed, SignatureInvalid
from briefcase.seal.header import Stanza
from briefcase.seal.recipients import ScryptIdentity, X25519Identity, parse_identity
from briefcase.seal.stream import Aead, StreamReader, StreamWriter

if TYPE_CHECKING:
    from collections.abc import Callable

_SEED = bytes(range(32))
_FILE_KEY = b"YELLOW SUBMARINE"
_TEXT = b"known answer"
_IDENTITY = "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG"
_ENC = (
    "uXnW4tbM61OOw02EWIFqJWjxciCCRr3Q/opLVulsPFrawg07AVzaGWs+bXvljyF1LAbJluKZPUHRlvLkWfW83QjDWJmeKJzLOK0q"
    "v1ped9DG5FqunlQmtEr7sfBgPKTP45tNOynYJ8+2syITKkuVtbpkRW+WGZH++GPuTTZd8jn21flaod6Hitc8fSJlVZo8/26pQEA5"
    "Q3JRqfah8I1r/Q8RuyXs4ZC/bF4WEFo2oAodBCcCOjPDC8tvvTQ3Unoo5m+JCpnvsKHDqpaFr2Ycmvz6S+3s+e1nItXJiuk4rs5y"
    "kihaHiGv96woe8fYoAGkj3v71+d1uicGKwWFVeOMYQq6XjbQsyc2947q3DdnMuj5LGMju+LFDn4JCiJouHTxMcSmeLdIlLH706Lp"
    "tsqzLIcqtCa2ee+hyBa9uVKotxg8SI6HyCrJDmDwo5LDC4c8WY7t95b4zNQXrutpqvnTKwhDNsHlkufd7qrLaF8sNKAKgde0Gyti"
    "lls1gesKNgZ+xyWs+Mq//zTdwFVVw0dexauKiqAYWtFLSJW43g4BHoeR1iHoF972ThRr2jq48o9UjFZ4HV9md0u3bvNBOoY/xs1w"
    "uzCu4XtFmfckQfChvMySzVYCRt4UQFpGlZ48RAFvchEzQDw/deRlTCmTySSAN9xwFs6ODvzHPPSVhAk4EstP6uLouGTc2waKSOKh"
    "Y0Obt2BgZFWYBH7xDsc8py9Vzmc51ZI5OAB/LkNTjMsl505zu3CJ5MJZC3rW5cF6XqD21gE/8aJuQaEO0huDnKKw87hXlqnWbz94"
    "6BQZrQyt2Raz9Z0s89vAuQANClXiOm0jU0tfi2MiTXGnQU3xmcyQH547ySRSbXDIV+dgYAzj7yMipG3JmiTRFoMsNezyf+/XtFM+"
    "l9rV3dYqImlvh2v2z/nl/JBHeLjJEpuEMW3Z7kVBGRyNq8RZdeI1quby2sBXX9u7baUOivwWPpPK+1cVHOSKcPTD4mwVDagBXqcV"
    "NtoUjmHjWN7+MQPGq0Vz1NqxB7dQ0UVmOkKAExZ2vl+8C83eZPKe8cRFGh17MedSV5rwSIkSVMXHhR6ByfiGIMaohxy7MtcpWjqk"
    "gGYg1TFgjwEeRbAzBMzbRRnlA9CekgcTpInbCM9ltIbBlNqQjiw4HpxDXbDzgDHIPmd3cQrK1n/vJ3ozSBSPKqjDEN1KuAdLvCss"
    "ViTAwvWboAYXay4BOevSgaTabj3SSaGMZ2TIEBN9TdB65+eXmkX8BGoIi1ljODUuq0A5Qbz9rb8DGg4TWd3hjVN8hJtaqGEI8Tb1"
    "UCURNCRTES/ot2YRYH2q5Xq0x1UJ2Lx6+CLnpPP9nVXYE34kw+oxWgWCtwW+7lZkkUiaoC5InY6+6d1S2JpYbY04yCxbEVcAtBpN"
    "awnEs2n7EjW8724aFWtpA7+mMBxIVGrMN3X4LPGhFQ7bwL2nmlTSoLu7oBsvG7Cczy08U5ZW1Zmf9ll7vPuByw/mSADQUg"
)
_BODY = "pfgqxYNs/L5bIyyt+4KNib+WTYBQBaQ9k1NNjOdyBFg"
_X25519_IDENTITY = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
_X25519_SHARE = "TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc"
_X25519_BODY = "hjabGXwSLQ9c3S6Lw2i+S2Tu2fiwQHHslbBN6B41FLE"
_SCRYPT_SALT = "rF0/NwblUHHTpgQgRpe5CQ"
_SCRYPT_BODY = "gUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY"
_STREAMS: tuple[tuple[Aead, str], ...] = (
    ("chacha20poly1305", "4d59ba9f34a6969c102dc7a0d6f737ef3676b88c1ffca7e1dac2ef2552680a64"),
    ("aes256gcm", "0ca6204bacae986d992f29eaa1ee03cdbfe89b6b0b77febd26e5b45f1c424221"),
)
_ED25519_PUBLIC = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
_SSHSIG = "d2a9a50fa3f0acc31c7bb9bc53b076b526411f8fa6588434cdbaa0edb98cab2e"
_MLDSA_PUBLIC = "91dc389cfaa01470b7f66eee45a4ae9026d154817c754dfe22298b3fa241ffcd"
_ARGON2ID = "1ffcf383ba5c3ad3baa679e3ac2240e5f28789e9dd57a7320a3f9845c9da6bdf"
_XCHACHA = "f5ac6008fef2ecc0403343bc51bc2733b1b85700078b70e67a1ac6c5"
_X25519 = "age13aqvttdk3ujkyjh9kg2w5an6dmy5mq5a84a4uxk3hfhnugfc9p0sy5p2wh"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hpke() -> bool:
    stanza = Stanza("mlkem768x25519", (_ENC,), base64.decode_raw(_BODY))
    return parse_identity(_IDENTITY).unwrap([stanza]) == _FILE_KEY


def _x25519() -> bool:
    stanza = Stanza("X25519", (_X25519_SHARE,), base64.decode_raw(_X25519_BODY))
    identity = X25519Identity(_SEED)
    wrapped = identity.recipient().wrap(_FILE_KEY)
    known = parse_identity(_X25519_IDENTITY).unwrap([stanza]) == _FILE_KEY
    return known and str(identity.recipient()) == _X25519 and identity.unwrap([wrapped]) == _FILE_KEY


def _scrypt() -> bool:
    stanza = Stanza("scrypt", (_SCRYPT_SALT, "10"), base64.decode_raw(_SCRYPT_BODY))
    return ScryptIdentity(b"password").unwrap([stanza]) == _FILE_KEY


def _stream() -> bool:
    for aead, digest in _STREAMS:
        out = io.BytesIO()
        with StreamWriter(out, _SEED, aead=aead) as writer:
            writer.write(bytes(65537))
        if _sha256(out.getvalue()) != digest:
            return False
        if StreamReader(out, _SEED, len(out.getvalue()), aead=aead).read() != bytes(65537):
            return False
    return True


def _ed25519() -> bool:
    signed = signatures.sign_ssh(_SEED, "briefcase-card-v1", _TEXT)
    public = signatures.verify_ssh(signed, "briefcase-card-v1", _TEXT)
    return public.hex() == _ED25519_PUBLIC and _sha256(signed) == _SSHSIG


def _mldsa() -> bool:
    public = signatures.mldsa_public(_SEED)
    signed = signatures.sign_mldsa(_SEED, "one", _TEXT)
    signatures.verify_mldsa(public, "one", _TEXT, signed)
    try:
        signatures.verify_mldsa(public, "two", _TEXT, signed)
    except SignatureInvalid:
        return _sha256(public) == _MLDSA_PUBLIC
    return False


def _argon2id() -> bool:
    return nacl.pwhash.argon2id.kdf(32, _TEXT, _SEED[:16], 1, 8192).hex() == _ARGON2ID


def _xchacha() -> bool:
    seal = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt
    return bool(seal(_TEXT, b"ad", _SEED[:24], _SEED).hex() == _XCHACHA)


def _parts() -> tuple[tuple[str, Callable[[], bool]], ...]:
    return (
        ("HPKE MLKEM768-X25519", _hpke),
        ("X25519", _x25519),
        ("scrypt", _scrypt),
        ("STREAM", _stream),
        ("Ed25519", _ed25519),
        ("ML-DSA-87", _mldsa),
        ("Argon2id", _argon2id),
        ("XChaCha20-Poly1305", _xchacha),
    )


def run() -> None:
    """Check every known answer.

    Raises:
        SelfTestFailed: ``part`` names the algorithm.
    """
    for name, test in _parts():
        try:
            good = test()
        except Exception as error:
            raise SelfTestFailed(part=name) from error
        if not good:
            raise SelfTestFailed(part=name)
