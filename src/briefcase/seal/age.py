"""Files of the age v1 format (C2SP ``age.md``): seal, open with seeking, open as a stream.

What is promised: ``open`` and ``decrypt_stream`` accept exactly the valid files; every byte that comes out was
authenticated; headers are bounded before they are buffered. The armored text form is recognised when reading and
written by ``encrypt_stream``.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from briefcase.seal import armor, header
from briefcase.seal.errors import AgeHeaderTruncated, NoIdentityMatches, RecipientsRefused
from briefcase.seal.header import HEADER_LIMIT, Header, Stanza, hkdf
from briefcase.seal.recipients import (
    FILE_KEY,
    HybridIdentity,
    HybridRecipient,
    IdentityKey,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
    check_scrypt_alone,
    parse_identity,
    parse_recipient,
)
from briefcase.seal.source import Source, read_into, write_all
from briefcase.seal.stream import StreamReader, StreamWriter, decrypt_to, sealed_size

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "HEADER_LIMIT",
    "Begun",
    "Header",
    "HybridIdentity",
    "HybridRecipient",
    "IdentityKey",
    "Reader",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "Stanza",
    "Writer",
    "X25519Identity",
    "X25519Recipient",
    "begin",
    "decrypt_stream",
    "encrypt",
    "encrypt_stream",
    "encrypted_size",
    "open",
    "open_payload",
    "parse_identity",
    "parse_recipient",
    "read_header",
    "unwrap",
]

Writer = StreamWriter
Reader = StreamReader
_NONCE = 16
_BLOCK = 256 * 1024


def _check_recipients(recipients: Sequence[Recipient]) -> None:
    kinds = {recipient.kind for recipient in recipients}
    if not recipients:
        raise RecipientsRefused(reason="nobody")
    if ScryptRecipient.kind in kinds and len(recipients) > 1:
        raise RecipientsRefused(reason="a passphrase must be alone")
    if HybridRecipient.kind in kinds and len(kinds) > 1:
        raise RecipientsRefused(reason="post-quantum and classic")


def encrypt(out: BinaryIO, recipients: Sequence[Recipient]) -> Writer:
    """Write header and nonce to *out* and return the writer of the payload, a context manager.

    The file is complete only after ``close``; *out* stays open.

    Raises:
        RecipientsRefused: nobody, a passphrase beside another recipient, post-quantum beside classic keys, or more
            recipients than a header that readers accept has room for.
    """
    begun = begin(recipients)
    write_all(out, memoryview(begun.front))
    return StreamWriter(out, begun.key)


@dataclass(frozen=True, repr=False)
class Begun:
    """A file of which nothing was written yet.

    Attributes:
        front: header and nonce; without it nobody can open the payload.
        key: of the payload; it serves one stream.
    """

    front: bytes
    key: bytes


def begin(recipients: Sequence[Recipient]) -> Begun:
    """Return the front and the payload's key of a new file, for a writer who holds the front back.

    Raises:
        RecipientsRefused: as ``encrypt``.
    """
    _check_recipients(recipients)
    file_key, nonce = os.urandom(FILE_KEY), os.urandom(_NONCE)
    head = header.build([recipient.wrap(file_key) for recipient in recipients], file_key)
    if len(head) > HEADER_LIMIT:
        raise RecipientsRefused(reason="too many")
    return Begun(head + nonce, hkdf(file_key, nonce, b"payload"))


def encrypt_stream(file: BinaryIO, recipients: Sequence[Recipient], out: BinaryIO, *, armored: bool = False) -> None:
    """Seal *file*, a pipe for instance, from where it stands to its end into *out*; both stay open.

    Args:
        file: the plaintext.
        recipients: who may open it.
        out: gets the age file, whole only when this returns.
        armored: write the text form.

    Raises:
        RecipientsRefused: as ``encrypt``; nothing was written then.
    """
    if armored:
        with armor.ArmorWriter(out) as text:
            encrypt_stream(file, recipients, cast("BinaryIO", text))
        return
    buffer = memoryview(bytearray(_BLOCK))
    with encrypt(out, recipients) as writer:
        while count := read_into(file, buffer):
            writer.write(buffer[:count])


def encrypted_size(plain: int, recipients: int) -> int:
    """Return the size in bytes of a binary age file with *plain* bytes for *recipients* hybrid recipients."""
    stanza = len("-> mlkem768x25519 \n") + -(-1120 * 4 // 3) + 43 + 1
    return len(header.VERSION_LINE) + recipients * stanza + len("--- \n") + 43 + _NONCE + sealed_size(plain)


def read_header(file: BinaryIO, *, limit: int = HEADER_LIMIT) -> Header:
    """Read the header of a binary age file, nothing decrypted; a seekable *file* is left at the payload.

    Raises:
        AgeHeaderInvalid: malformed, or longer than *limit* bytes.
        AgeHeaderTruncated: the file ends inside it.
    """
    start = file.tell() if file.seekable() else 0
    found = header.parse(Source(file), limit=limit)
    if file.seekable():
        file.seek(start + found.payload_offset)
    return found


def unwrap(found: Header, identities: Sequence[IdentityKey]) -> bytes:
    """Return the file key of a header, its MAC checked.

    Raises:
        AgeHeaderInvalid: a stanza of an identity's type is malformed.
        NoIdentityMatches: nobody of *identities* is addressed.
        HeaderMacInvalid: the header was changed.
    """
    check_scrypt_alone(found.stanzas)
    for identity in identities:
        file_key = identity.unwrap(found.stanzas)
        if file_key is not None:
            found.verify(file_key)
            return file_key
    raise NoIdentityMatches


def open(  # noqa: A001 - age.open reads as what it is; the built-in is not used in this module
    file: BinaryIO,
    identities: Sequence[IdentityKey],
    *,
    limit: int = HEADER_LIMIT,
    armored: bool | None = None,
) -> Reader:
    """Open a seekable age file that begins at the position of *file*; *file* stays open and must stay so.

    Args:
        file: binary and seekable.
        identities: tried in their order.
        limit: the longest header in bytes.
        armored: whether it is the text form; None looks for itself. A text form is decoded into memory (64 MiB).

    Raises:
        AgeHeaderInvalid, NoIdentityMatches, HeaderMacInvalid, ArmorInvalid: as their names say.
    """
    start = file.tell()
    source = Source(file)
    if armored if armored is not None else armor.is_armored(source):
        return open(armor.decode_whole(source), identities, limit=limit, armored=False)
    return open_payload(file, header.parse(source, limit=limit), identities, start=start)


def open_payload(file: BinaryIO, found: Header, identities: Sequence[IdentityKey], *, start: int = 0) -> Reader:
    """Open the payload behind a header that was read already; the age file begins at *start*."""
    file_key = unwrap(found, identities)
    file.seek(start + found.payload_offset)
    nonce = file.read(_NONCE)
    if len(nonce) != _NONCE:
        raise AgeHeaderTruncated(reason="nonce")
    offset = start + found.payload_offset + _NONCE
    size = file.seek(0, io.SEEK_END) - offset
    return StreamReader(file, hkdf(file_key, nonce, b"payload"), size, offset=offset)


def decrypt_stream(
    file: BinaryIO,
    identities: Sequence[IdentityKey],
    out: BinaryIO,
    *,
    limit: int = HEADER_LIMIT,
    armored: bool | None = None,
    parallel: bool | None = None,
) -> int:
    """Decrypt *file*, a pipe for instance, to its end into *out*; return the size of the plaintext in bytes.

    Chunks are released as they are verified, so *out* holds a valid beginning also when this raises. With *parallel*
    (None: when there is more than a MiB) *out* is written by a thread of its own.

    Raises:
        AgeHeaderInvalid, NoIdentityMatches, HeaderMacInvalid, PayloadInvalid, ArmorInvalid: as their names say.
    """
    source = Source(file)
    if armored if armored is not None else armor.is_armored(source):
        source = Source(cast("BinaryIO", armor.ArmorReader(source)))
    found = header.parse(source, limit=limit)
    file_key = unwrap(found, identities)
    nonce = source.read(_NONCE)
    if len(nonce) != _NONCE:
        raise AgeHeaderTruncated(reason="nonce")
    return decrypt_to(source, hkdf(file_key, nonce, b"payload"), out, parallel=parallel)
