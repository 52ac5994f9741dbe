"""The small values that the vault takes and gives, and ids in their stored form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from briefcase.errors import N_
from briefcase.language import _
from briefcase.records.record import Record

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

ContactState = Literal["unverified", "verified", "revoked", "expired"]
WithdrawalKind = Literal["revocation", "compromise"]
Direction = Literal["in", "out"]
Severity = Literal["error", "warning", "notice"]


def is_id(text: str) -> bool:
    """Return whether *text* has the form of a record id."""
    return _ID.fullmatch(text) is not None


def raw_id(text: str) -> bytes:
    """Return the 16 bytes of a record id; no bytes at all for a text that is none, which no row has."""
    return bytes.fromhex(text.replace("-", "")) if is_id(text) else b""


def id_text(raw: bytes) -> str:
    """Return the record id of 16 bytes."""
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@dataclass(frozen=True)
class Source:
    """Where a received revision came from: the sender's fingerprint, the bundle, and whether he was verified."""

    received_from: str
    bundle_id: str
    unverified: bool = False


@dataclass(frozen=True)
class RecordRow:
    """One line of a list of records, without the record itself."""

    id: str
    kind: str
    title: str
    created: str
    changed: str
    received_from: str
    bundle_id: str
    unverified: bool


@dataclass(frozen=True)
class RevisionRow:
    """One line of the history of a record; ``standing`` is ``kept``, or ``reported`` when it replaced nothing."""

    revision: str
    parents: tuple[str, ...]
    author: str
    created: str
    standing: str
    received_from: str
    bundle_id: str
    unverified: bool
    audit: int
    is_current: bool


@dataclass(frozen=True)
class Hit:
    """One result of a search.

    ``where`` is ``name``, ``text``, ``part`` (inside a word of a name) or ``filter`` (by its filters alone). The record
    is read, and the words that were met are looked for, only of the few hits that are looked at.
    """

    id: str
    kind: str
    title: str
    where: str
    read: Callable[[], Record] = field(compare=False, repr=False)
    excerpt: Callable[[Record], tuple[str, tuple[tuple[int, int], ...]]] = field(compare=False, repr=False)

    @cached_property
    def record(self) -> Record:
        """The record that was found, as it was then."""
        return self.read()

    @cached_property
    def _shown(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        return self.excerpt(self.record)

    @property
    def snippet(self) -> str:
        """The words of the record in which the query was met, on one line; empty when filters alone found it."""
        return self._shown[0]

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """The (start, end) places in ``snippet`` that the query found."""
        return self._shown[1]


@dataclass(frozen=True)
class Attachment:
    """What is known of an attached file from the moment it came in.

    ``blocks`` are the SHA-256 digests (32 bytes each) of its blocks of 1 MiB, the last one shorter; an empty file
    has none.
    """

    sha256: str
    size: int
    crc32: int
    blocks: tuple[bytes, ...]
    media_type: str
    added: str
    uses: int


@dataclass(frozen=True)
class Contact:
    """A partner as OUR officer knows him; agency and country are what he set, never what the card says.

    ``replaced_by`` is the fingerprint of the verified card that renewed this one, or empty.
    """

    fingerprint: str
    name: str
    card_text: str
    state: ContactState = "unverified"
    agency: str = ""
    country: str = ""
    verified_at: str = ""
    verified_by: str = ""
    note: str = ""
    replaced_by: str = ""


@dataclass(frozen=True)
class Withdrawal:
    """Why a card counts no more: its owner's revocation, or somebody's word that its keys are lost.

    Attributes:
        id: SHA-256 of a revocation's text, or random; 64 hex digits.
        fingerprint: of the card.
        kind: ``revocation`` or ``compromise``.
        source: fingerprint of who said so; empty for our own officer.
        since: from when, as it was said; UTC or empty.
        reason: in words; empty for a revocation.
        registered: when it came in here, UTC.
        applied: whether it was found good with the card; a revocation may come before its card.
        body: the text of a revocation, verbatim.
    """

    id: str
    fingerprint: str
    kind: WithdrawalKind
    source: str = ""
    since: str = ""
    reason: str = ""
    registered: str = ""
    applied: bool = True
    body: str = ""


@dataclass(frozen=True)
class Disclosure:
    """One record in one bundle for one recipient.

    ``withheld`` names the fields that he did not get; ``receipt`` is the id of the message by which he acknowledged the
    bundle, empty while none has come. ``consents`` are the serials it rests on, ``approvals`` the fingerprints of the
    second officers who approved the file.
    """

    bundle_id: str
    recipient: str
    recipient_name: str
    record_id: str
    revision: str
    when: str
    withheld: tuple[str, ...]
    manifest_sha256: str
    receipt: str = ""
    consents: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()


@dataclass(frozen=True)
class BundleRow:
    """One bundle that went out or came in.

    ``partner`` is its series, ``sender`` the fingerprint of the card that signed it; an id is its sender's own.
    ``when`` is the time of sealing as signed, or that of taking in when the signed one lay ahead of it.
    """

    bundle_id: str
    partner: str
    direction: Direction
    sequence: int
    manifest_sha256: str
    when: str
    sender: str


@dataclass(frozen=True)
class Finding:
    """Something that a check found; ``message`` is a message id with places for ``facts``.

    ``area`` is one of header, database, audit, records, state, contacts, tables, search, attachments, clock.
    """

    severity: Severity
    area: str
    message: str
    facts: tuple[tuple[str, str | int], ...] = ()

    @property
    def words(self) -> str:
        """The finding as a sentence in the current language."""
        return _(self.message) % dict(self.facts)


CLEAN = N_("Nothing wrong was found.")
