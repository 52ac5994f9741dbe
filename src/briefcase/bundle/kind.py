"""Whether a sealed file is a bundle or a message: its first member says it, once the file is decrypted.

Both are one archive with a signed text in front; they differ in the names of the first three members, in how long the
text may be, and in the purposes under which it may be signed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Protocol

from briefcase.bundle import manifest, message_text
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.message_bodies import BODIES

_FIXED = 30
_NAME_AT = 26


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of file.

    Attributes:
        name: ``bundle`` or ``message``.
        text: name of the signed text's member.
        limit: longest text in bytes.
        purposes: under which the text may be signed.
    """

    name: str
    text: str
    limit: int
    purposes: tuple[str, ...]


BUNDLE: Final = Kind("bundle", manifest.MANIFEST, manifest.MANIFEST_LIMIT, ("bundle",))
MESSAGE: Final = Kind("message", message_text.TEXT, message_text.LIMIT, tuple(BODIES))


class Bytes(Protocol):
    """Plaintext by offset, as ``reading.Plain`` gives it."""

    def fetch(self, offset: int, length: int) -> bytes:
        """Return exactly *length* bytes from *offset*."""


def kind_of(plain: Bytes) -> Kind:
    """Return the kind of a decrypted file by the name of its first member; nothing is verified yet.

    Raises:
        BundleBroken: it is neither, or the plaintext is damaged.
    """
    (length,) = struct.unpack_from("<H", plain.fetch(0, _FIXED), _NAME_AT)
    for kind in (BUNDLE, MESSAGE):
        if length == len(kind.text) and plain.fetch(_FIXED, length) == kind.text.encode():
            return kind
    raise BundleBroken(reason="front header")
