"""Plain age files without a vault: make keys, seal, open. What is not of this program opens them, and the other way.

Everything streams in constant memory. The meaning of every step is age's own (C2SP ``age.md``, age(1)); stricter is
only that post-quantum and classic recipients are never mixed, and that a file is never half there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO, cast

from briefcase.seal import age
from briefcase.seal.age import HybridIdentity, IdentityKey, Recipient, ScryptRecipient, X25519Identity
from briefcase.seal.errors import KeyNeeded, PassphraseNeeded
from briefcase.seal.header import Stanza
from briefcase.seal.keyfiles import Ask, AskedPassphrase, SecretKey
from briefcase.services.errors import FileUnreadable


def new_key(*, classic: bool = False) -> SecretKey:
    """Return a new random identity: post-quantum, or X25519 alone when *classic*."""
    return X25519Identity.generate() if classic else HybridIdentity.generate()


def key_text(identity: SecretKey) -> str:
    """Return the content of a key file, as age-keygen writes it."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"# created: {now}\n# public key: {identity.recipient()}\n{identity}\n"


def encrypt(source: BinaryIO, name: str, recipients: Sequence[Recipient], out: BinaryIO, *, armored: bool) -> None:
    """Seal *source*, called *name*, to its end into *out*.

    Raises:
        RecipientsRefused: nobody, or kinds that must not stand together; nothing was written.
        FileUnreadable: the medium failed while it was read.
    """
    age.encrypt_stream(cast("BinaryIO", _Reading(source, name)), recipients, out, armored=armored)


def decrypt(source: BinaryIO, name: str, keys: Sequence[SecretKey], ask: Ask | None, out: BinaryIO) -> int:
    """Open *source*, called *name*, to its end into *out*; return the size of the plaintext in bytes.

    Chunks come out as soon as each is verified, so *out* holds a valid beginning also when this raises.

    Args:
        source: binary or in its text form.
        name: what the officer calls it.
        keys: tried in their order.
        ask: gives the passphrase, asked only when the file needs one; None when there is nobody to ask.
        out: gets the plaintext.

    Raises:
        AgeHeaderInvalid, NoIdentityMatches, HeaderMacInvalid, PayloadInvalid, ArmorInvalid: as their names say.
        FileUnreadable: the medium failed while it was read.
    """
    last: IdentityKey = AskedPassphrase(ask) if ask is not None else _NoPassphrase()
    identities = [*keys, last] if keys else [last, _NoKey()]
    return age.decrypt_stream(cast("BinaryIO", _Reading(source, name)), identities, out)


def passphrase_recipient(passphrase: bytes) -> Recipient:
    """Return a passphrase as the one recipient of a file."""
    return ScryptRecipient(passphrase)


class _NoPassphrase:
    """Stands where a passphrase would: says so when one is needed."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        if any(stanza.type == ScryptRecipient.kind for stanza in stanzas):
            raise PassphraseNeeded
        return None


class _NoKey:
    """Stands where a key would: says so."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:  # noqa: ARG002 - as every identity
        raise KeyNeeded


class _Reading:
    """A file that is being read; what its medium says becomes an error in words."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._file.read(size)
        except OSError:
            raise FileUnreadable(name=self._name) from None

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            return cast("int", self._file.readinto(buffer))  # type: ignore[attr-defined]
        except OSError:
            raise FileUnreadable(name=self._name) from None
