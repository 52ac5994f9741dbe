"""The textual header of an age file: a strict parser and writer (C2SP ``age.md``, "Header").

The parser accepts exactly the ABNF of the specification, reads no more than its limit, and keeps the raw bytes, so
that the MAC is computed over what was read and never over something encoded again.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from briefcase.seal import base64
from briefcase.seal.errors import AgeHeaderInvalid, AgeHeaderTruncated, HeaderMacInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefcase.seal.source import Source

HEADER_LIMIT = 1024 * 1024
VERSION_LINE = b"age-encryption.org/v1\n"
_COLUMNS = 64
_MAC_LENGTH = 32
_FIRST_VCHAR, _LAST_VCHAR = 0x21, 0x7E


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient stanza: its type, the arguments after the type, and the decoded body."""

    type: str
    args: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header.

    Attributes:
        stanzas: in the order of the file, at least one.
        mac: 32 bytes, not yet checked.
        raw: every byte of the header with its final line feed.
        payload_offset: where the payload (its 16-byte nonce) begins in the file, counted from where reading began.
    """

    stanzas: tuple[Stanza, ...]
    mac: bytes
    raw: bytes

    @property
    def payload_offset(self) -> int:
        """Offset of the payload's nonce from where reading began, in bytes."""
        return len(self.raw)

    def verify(self, file_key: bytes) -> None:
        """Check the MAC.

        Raises:
            HeaderMacInvalid: the header was changed.
        """
        marked = self.raw[: self.raw.rindex(b"--- ") + 3]
        if not hmac.compare_digest(_mac(file_key, marked), self.mac):
            raise HeaderMacInvalid


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256."""
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def _mac(file_key: bytes, marked: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), marked, "sha256")


class _Lines:
    """Lines of the header, counted against the limit and collected."""

    def __init__(self, source: Source, limit: int) -> None:
        self._source = source
        self._left = limit
        self.raw = bytearray()

    def next(self) -> bytes:
        line = self._source.readline(self._left)
        self._left -= len(line)
        if not line.endswith(b"\n"):
            if self._left <= 0:
                raise AgeHeaderInvalid(reason="too long")
            raise AgeHeaderTruncated(reason="end of file")
        self.raw += line
        return line[:-1]


def _arguments(line: bytes) -> tuple[str, ...]:
    arguments = line[3:].split(b" ")
    for argument in arguments:
        if not argument or any(not _FIRST_VCHAR <= c <= _LAST_VCHAR for c in argument):
            raise AgeHeaderInvalid(reason="stanza arguments")
    return tuple(a.decode("ascii") for a in arguments)


def _decode(text: bytes) -> bytes:
    try:
        return base64.decode_raw(text)
    except ValueError:
        raise AgeHeaderInvalid(reason="base64") from None


def _stanza(first: bytes, lines: _Lines) -> Stanza:
    kind, *args = _arguments(first)
    body = bytearray()
    while True:
        line = lines.next()
        if len(line) > _COLUMNS:
            raise AgeHeaderInvalid(reason="stanza line length")
        body += _decode(line)
        if len(line) < _COLUMNS:
            return Stanza(kind, tuple(args), bytes(body))


def parse(source: Source, *, limit: int = HEADER_LIMIT) -> Header:
    """Read one header from *source*, at most *limit* bytes.

    Raises:
        AgeHeaderInvalid: it does not fit the grammar or the limit.
        AgeHeaderTruncated: the file ends inside it.
    """
    lines = _Lines(source, limit)
    start = source.peek(len(VERSION_LINE))
    if start != VERSION_LINE:
        short = len(start) < len(VERSION_LINE) and VERSION_LINE.startswith(start)
        raise AgeHeaderTruncated(reason="end of file") if short else AgeHeaderInvalid(reason="version line")
    lines.next()
    stanzas: list[Stanza] = []
    while (line := lines.next()).startswith(b"-> "):
        stanzas.append(_stanza(line, lines))
    if not line.startswith(b"--- "):
        raise AgeHeaderInvalid(reason="line start")
    if not stanzas:
        raise AgeHeaderInvalid(reason="no stanza")
    mac = _decode(line[4:])
    if len(mac) != _MAC_LENGTH:
        raise AgeHeaderInvalid(reason="MAC length")
    return Header(tuple(stanzas), mac, bytes(lines.raw))


def build(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Return the bytes of a header with its MAC."""
    text = bytearray(VERSION_LINE)
    for stanza in stanzas:
        text += " ".join(("->", stanza.type, *stanza.args)).encode("ascii") + b"\n"
        body = base64.encode_raw(stanza.body)
        for start in range(0, len(body) + 1, _COLUMNS):
            text += body[start : start + _COLUMNS].encode("ascii") + b"\n"
    text += b"---"
    mac = base64.encode_raw(_mac(file_key, bytes(text)))
    return bytes(text) + b" " + mac.encode("ascii") + b"\n"
