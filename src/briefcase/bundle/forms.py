"""What every signed text has in common: closed structs, digests and ids in fixed spelling, sender, recipients, version.

A manifest, a message and an approval are canonical JSON (``seal.canonical``) of such structs. Unknown formats, suites
and critical extensions are refused with the version that reads them, before the structure is looked at.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from briefcase.bundle.errors import BundleUnsupported
from briefcase.seal import canonical
from briefcase.seal.card import SUITE

VERSION: Final = "0.1"
RECIPIENTS_LIMIT: Final = 64
PADDING_DIGITS: Final = 16
LARGEST: Final = 2**53 - 1

Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
OptionalHex64 = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
OptionalHex32 = Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?\Z")]
Hex8 = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}\Z")]
Line = Annotated[str, Meta(max_length=2000)]
Words = Annotated[str, Meta(max_length=10_000)]
Size = Annotated[int, Meta(ge=0, le=LARGEST)]
Counter = Annotated[int, Meta(ge=1, le=LARGEST)]
Critical = tuple[Annotated[str, Meta(max_length=100)], ...]
Extensions = dict[Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")], object]
VersionText = Annotated[str, Meta(max_length=40)]
Padding = Annotated[str, Meta(pattern=r"^[0-9]{16}\Z")]


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the parts of a signed text: immutable and closed, every field required."""


class Signed(Form, frozen=True):
    """A text that is signed as a whole."""

    def to_canonical(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical.encode(msgspec.to_builtins(self))


class Padded(Signed, frozen=True):
    """A signed text that determines a whole archive, its padding included.

    Attributes:
        padding: length of the padding in bytes, sixteen decimal digits.
    """

    padding: Padding

    @property
    def padding_size(self) -> int:
        """Length of the padding in bytes."""
        return int(self.padding)


class Sender(Form, frozen=True):
    """Who signed: name and agency as on his card, and its fingerprint."""

    name: Line
    agency: Line
    fingerprint: Hex64


class Addressee(Form, frozen=True):
    """Whom the sender sealed it to: name as on his card, and its fingerprint."""

    name: Line
    fingerprint: Hex64


Addressees = Annotated[tuple[Addressee, ...], Meta(min_length=1, max_length=RECIPIENTS_LIMIT)]


def in_order(recipients: tuple[Addressee, ...]) -> bool:
    """Tell whether recipients are ascending by fingerprint, each once."""
    addressed = [each.fingerprint for each in recipients]
    return sorted(set(addressed)) == addressed


def check_supported(value: dict[str, object], known: str, *, version: str = "") -> None:
    """Refuse what a newer version wrote, before its structure is looked at.

    Args:
        value: the object as it was parsed.
        known: its ``format``, as this version writes it.
        version: the one that reads it, where the text itself does not say so.

    Raises:
        BundleUnsupported: names what is needed.
    """
    needed = printable(version or value.get("version", "?"))
    for field, right in (("format", known), ("suite", SUITE)):
        if value.get(field) != right:
            raise BundleUnsupported(needs=printable(value.get(field, field)), version=needed)
    critical = value.get("critical")
    if critical:
        names = critical if isinstance(critical, list) else [critical]
        raise BundleUnsupported(needs=printable(", ".join(map(str, names))), version=needed)


def printable(value: object) -> str:
    """Return at most a hundred characters of a foreign value, ASCII only, for an error."""
    return "".join(c for c in str(value)[:100] if c.isascii() and c.isprintable())
