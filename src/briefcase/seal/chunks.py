"""The chunks of STREAM: 64 KiB each under an AEAD, numbered, the last one marked (C2SP ``age.md``, "Payload").

The nonce of chunk *n* is *n* as eleven bytes, big endian, and one byte that is 1 for the final chunk and 0 for every
other. A key serves exactly one stream. ``chacha20poly1305`` is what age uses; ``aes256gcm`` serves the vault's blobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from briefcase.seal.errors import PayloadInvalid

CHUNK: Final = 64 * 1024
TAG: Final = 16
SEALED: Final = CHUNK + TAG
MANY: Final = 16
"""So many chunks go through one read or write."""
_KEY_LENGTH = 32

Aead = Literal["chacha20poly1305", "aes256gcm"]


def sealed_size(plain: int) -> int:
    """Return how many bytes a stream of *plain* bytes takes when sealed."""
    return plain + TAG * max(1, -(-plain // CHUNK))


def plain_size(sealed: int) -> int:
    """Return how many bytes of plaintext a whole stream of *sealed* bytes holds.

    Raises:
        PayloadInvalid: no stream has this size.
    """
    full, rest = divmod(sealed, SEALED)
    if rest == 0 and full:
        return full * CHUNK
    if rest < TAG or (rest == TAG and full):
        raise PayloadInvalid(reason="size")
    return full * CHUNK + rest - TAG


def nonce(index: int, *, final: bool) -> bytes:
    """Return the nonce of chunk *index*, 12 bytes."""
    return index.to_bytes(11, "big") + (b"\x01" if final else b"\x00")


@dataclass(frozen=True, slots=True)
class Run:
    """What came of opening chunks that follow each other.

    Attributes:
        size: bytes of good plaintext.
        chunks: good chunks.
        final: whether the last good one was the final chunk; nothing behind it was looked at.
        fault: what is wrong with the chunk behind the good ones, or None.
    """

    size: int
    chunks: int
    final: bool = False
    fault: PayloadInvalid | None = None


class Chunks:
    """Seals and opens single chunks under one key; one thread at a time."""

    def __init__(self, key: bytes, aead: Aead) -> None:
        if len(key) != _KEY_LENGTH:
            raise ValueError("a STREAM key has 32 bytes")
        self._cipher = ChaCha20Poly1305(key) if aead == "chacha20poly1305" else AESGCM(key)

    def seal(self, index: int, plain: memoryview, sealed: memoryview, *, final: bool) -> None:
        """Seal *plain* as chunk *index* into *sealed*, which is longer by ``TAG`` bytes."""
        self._cipher.encrypt_into(nonce(index, final=final), plain, None, sealed)

    def _try_open(self, index: int, sealed: memoryview, plain: memoryview, *, final: bool) -> bool:
        """Open a chunk; when it does not verify, wipe *plain*, for ``decrypt_into`` leaves unverified bytes there."""
        try:
            self._cipher.decrypt_into(nonce(index, final=final), sealed, None, plain)
        except InvalidTag:
            plain[:] = bytes(len(plain))
            return False
        return True

    def open(self, index: int, sealed: memoryview, plain: memoryview) -> bool:
        """Open a chunk, full ones as non-final first; return whether it was the final one.

        Raises:
            PayloadInvalid: it is neither, or has a size that no chunk has.
        """
        if len(sealed) < TAG or (index and len(sealed) == TAG):
            raise PayloadInvalid(reason="empty chunk")
        if len(sealed) == SEALED and self._try_open(index, sealed, plain, final=False):
            return False
        if not self._try_open(index, sealed, plain, final=True):
            raise PayloadInvalid(reason="chunk")
        return True

    def open_many(self, index: int, sealed: memoryview, plain: memoryview) -> Run:
        """Open the chunks that follow each other in *sealed*, up to the final one or the first fault.

        Args:
            index: of the first of them.
            sealed: whole chunks; only the last may be shorter.
            plain: with room for each.
        """
        size = 0
        for number, start in enumerate(range(0, len(sealed), SEALED)):
            chunk = sealed[start : start + SEALED]
            length = max(0, len(chunk) - TAG)
            try:
                final = self.open(index + number, chunk, plain[size : size + length])
            except PayloadInvalid as fault:
                return Run(size, number, fault=fault)
            size += length
            if final:
                return Run(size, number + 1, final=True)
        return Run(size, -(-len(sealed) // SEALED))
