"""The signature of an agency pack: a small file beside it, which carries the card of the authority that signed.

The pack stays a plain TOML file that anybody can read. The signature is a block of lines between markers; inside is a
statement of which pack, version and bytes, the signer's card, and both signatures of the statement under the purpose
``pack``. Whether the signer counts is for the vault to say: it pinned the fingerprint of one card (``holding``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from briefcase.errors import N_, BriefcaseError
from briefcase.records import ids
from briefcase.records.packs import Pack
from briefcase.seal import base64, block, canonical
from briefcase.seal import card as cards
from briefcase.seal.card import Card, SignedCard
from briefcase.seal.errors import SuiteUnsupported
from briefcase.seal.identity import Identity, verify
from briefcase.services.files import read_file
from briefcase.services.packs.errors import (
    PackOtherRoot,
    PackRootFallen,
    PackRootForm,
    PackSignatureInvalid,
    PackUnsigned,
)

FORMAT: Final = "briefcase-pack-signature/1"
LABEL: Final = "BRIEFCASE PACK SIGNATURE"
PURPOSE: Final = "pack"
SUFFIX: Final = ".sig"
"""Added to the name of the pack's file."""
AUTHORITY: Final = "agency"
"""The role of a card that may sign packs."""
_NOT_ONE: Final = N_("it does not have the form of one")
_NEWER: Final = N_("it needs a newer version of this program")
_NOT_SIGNED: Final = N_("it does not fit the card that it names")
_OFFICER: Final = N_("the card that signed it is no record authority's")
_OTHER_BYTES: Final = N_("the pack is not the one that was signed")
_FINGERPRINT = 64
_LARGEST = 1024 * 1024


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed, as canonical JSON.

    Attributes:
        format: ``briefcase-pack-signature/1``.
        suite: as on the card.
        critical: names of extensions that a reader must know.
        pack: id of the pack.
        version: of the pack.
        sha256: of the bytes of the pack's file, 64 hex digits.
        signer: fingerprint of the card.
        signed: UTC.
    """

    format: str
    suite: str
    critical: tuple[str, ...]
    pack: str
    version: int
    sha256: str
    signer: str
    signed: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    statement: dict[str, object]
    card: dict[str, object]
    ssh: str
    mldsa87: str


@dataclass(frozen=True)
class PackSignature:
    """A signature that was read and verified against the card that stands in it."""

    statement: Statement
    signed_card: SignedCard

    @property
    def card(self) -> Card:
        """The card of the authority that signed."""
        return self.signed_card.card


@dataclass(frozen=True)
class Issued:
    """A signature as a new vault keeps it: its text, and the root that made it."""

    text: str
    root: str


def beside(path: Path) -> Path:
    """Return where the signature of a pack's file stands: beside it, under its name with ``.sig``."""
    return path.with_name(path.name + SUFFIX)


def text_beside(path: Path) -> str:
    """Return the text of the signature beside a pack's file; empty when there is none.

    Raises:
        FileUnreadable, FileTooLarge.
    """
    where = beside(path)
    return read_file(where, limit=_LARGEST).decode("utf-8", "replace") if where.exists() else ""


def sign(pack: Pack, identity: Identity, signed: str) -> str:
    """Return the signature of a pack as a text.

    Args:
        pack: as it was loaded; its digest is of the bytes.
        identity: of the record authority.
        signed: the time, UTC.
    """
    statement = Statement(FORMAT, cards.SUITE, (), pack.id, pack.version, pack.sha256, identity.fingerprint, signed)
    said = msgspec.to_builtins(statement)
    both = identity.sign(PURPOSE, canonical.encode(said))
    value = {
        "statement": said,
        "card": cards.to_builtins(identity.signed_card),
        "ssh": both.ssh.decode("ascii"),
        "mldsa87": base64.encode(both.mldsa),
    }
    return block.write(LABEL, value)


def read(text: str, name: str) -> PackSignature:
    """Return a signature whose both parts fit the card that stands in it; whether that card counts is not said.

    Args:
        text: of the signature's file.
        name: of the pack's file, for the error.

    Raises:
        PackSignatureInvalid: malformed, from a newer version, not by its card, or that card is an officer's.
    """
    try:
        raw = msgspec.convert(block.read(LABEL, text), _File)
        cards.check_version(raw.statement, FORMAT)
        statement = msgspec.convert(raw.statement, Statement)
        signed = cards.from_builtins(raw.card)
    except SuiteUnsupported:
        raise PackSignatureInvalid(name=name, reason=_NEWER) from None
    except (BriefcaseError, ValueError):
        raise PackSignatureInvalid(name=name, reason=_NOT_ONE) from None
    try:
        said, mldsa = canonical.encode(raw.statement), base64.decode(raw.mldsa87)
        verify(PURPOSE, said, raw.ssh.encode("ascii"), mldsa, signed.card)
    except (BriefcaseError, ValueError):
        raise PackSignatureInvalid(name=name, reason=_NOT_SIGNED) from None
    if statement.signer != signed.card.fingerprint or not cards.check_time(statement.signed):
        raise PackSignatureInvalid(name=name, reason=_NOT_SIGNED)
    if signed.card.role != AUTHORITY:
        raise PackSignatureInvalid(name=name, reason=_OFFICER)
    return PackSignature(statement, signed)


def check(text: str, pack: Pack, name: str, *, root: str) -> PackSignature:
    """Return the signature of *pack* when it is by *root*.

    Args:
        text: of the signature's file.
        pack: as it was loaded; its digest is of the bytes.
        name: of the pack's file, for the error.
        root: fingerprint of the card that the officer pinned.

    Raises:
        PackSignatureInvalid: it is none, or of another pack.
        PackOtherRoot: it is good, and by somebody else.
    """
    found = read(text, name)
    said = found.statement
    if (said.pack, said.version, said.sha256) != (pack.id, pack.version, pack.sha256):
        raise PackSignatureInvalid(name=name, reason=_OTHER_BYTES)
    if found.card.fingerprint != root:
        raise PackOtherRoot(name=name, signer=found.card.fingerprint[:16], root=root[:16])
    return found


def issued(path: Path | bytes, pack: Pack, root: str) -> Issued:
    """Return the signature for a vault that is being made, when it is beside the pack and by the root.

    Args:
        path: of the pack; bytes have no signature beside them.
        pack: as it was loaded.
        root: fingerprint as it was typed from paper.

    Raises:
        PackRootForm, PackUnsigned, PackSignatureInvalid, PackOtherRoot.
        PackRootFallen: the root's card is not valid now.
    """
    fingerprint = root_of(root)
    if isinstance(path, bytes) or not (text := text_beside(path)):
        raise PackUnsigned(name=pack.id if isinstance(path, bytes) else path.name, signature=f"*{SUFFIX}")
    if not check(text, pack, path.name, root=fingerprint).card.is_current(ids.now()):
        raise PackRootFallen
    return Issued(text, fingerprint)


def root_of(typed: str) -> str:
    """Return a fingerprint that was typed from paper, 64 hex digits in lower case.

    Raises:
        PackRootForm: it is not whole.
    """
    digits = "".join(typed.split()).lower()
    if len(digits) != _FINGERPRINT or set(digits) - set("0123456789abcdef"):
        raise PackRootForm
    return digits
