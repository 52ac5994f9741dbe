"""Does a sealed chunk carry its right tag? The check alone, without decrypting, for reading back what was just written.

RFC 8439, section 2.8: the one-time key is the first half of ChaCha20's block 0 under the chunk's nonce, and the tag is
Poly1305 under it over the ciphertext, padding to sixteen bytes, and the two lengths; a chunk of STREAM has no
additional data. A right tag says that the ciphertext is the one that was sealed at this place. It costs half of
decrypting, and no plaintext is made.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.poly1305 import Poly1305

from briefcase.seal.chunks import TAG, nonce

_COUNTER = bytes(4)
_KEY = 32


class Tags:
    """Checks the tags of chunks under one ChaCha20-Poly1305 key; one thread at a time."""

    def __init__(self, key: bytes) -> None:
        self._stream = Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor()

    def fits(self, index: int, sealed: memoryview, *, final: bool) -> bool:
        """Return whether *sealed*, ciphertext and tag, is chunk *index* of its stream, final or not."""
        length = len(sealed) - TAG
        if length < 0:
            return False
        self._stream.reset_nonce(_COUNTER + nonce(index, final=final))
        check = Poly1305(self._stream.update(bytes(_KEY)))
        check.update(sealed[:length])
        check.update(bytes(-length % 16 + 8) + length.to_bytes(8, "little"))
        try:
            check.verify(bytes(sealed[length:]))
        except InvalidSignature:
            return False
        return True
