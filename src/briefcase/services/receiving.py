"""Receiving: the verdict first, then reading without taking in, then taking in what was verified to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from briefcase.bundle import paths
from briefcase.bundle.manifest import Banner, Entry, channel
from briefcase.bundle.open import open_bundle
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import Facts, KnownContact, Verdict, size_words
from briefcase.language import _
from briefcase.records import lattice
from briefcase.records.kinds import Case, Document, Record, TearLine
from briefcase.records.validate import validate
from briefcase.services import contacts
from briefcase.services.comparing import Compared, Sender, compare
from briefcase.services.errors import BundleIdReused, TakeInRefused
from briefcase.services.files import need_readable
from briefcase.services.session import Session
from briefcase.vault.values import BundleRow, Source

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Received:
    """A bundle that is looked at.

    Attributes:
        opened: the open file; ``close`` it.
        headline: the verdict in one sentence.
        facts: (title, value) pairs for the officer.
        banner: marking of what is inside; nothing when it cannot be read.
        notices: sentences about repeats and gaps.
    """

    opened: Opened
    headline: str
    facts: tuple[tuple[str, str], ...]
    banner: lattice.Banner | None
    notices: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.opened.verdict

    @property
    def is_readable(self) -> bool:
        """Whether the content may be looked at."""
        return self.verdict.is_readable

    @property
    def can_take_in(self) -> bool:
        """Whether it may be taken in: verified, from a confirmed contact, to us."""
        return self.verdict is Verdict.VERIFIED

    @property
    def records(self) -> tuple[Record, ...]:
        """The records, or none when they may not be read."""
        return self.opened.records() if self.is_readable else ()

    @property
    def tear_lines(self) -> tuple[TearLine, ...]:
        """The tear-lines, or none when they may not be read."""
        return self.opened.tear_lines if self.is_readable else ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The files inside, or none when they may not be read."""
        return self.opened.entries if self.is_readable else ()

    def open_entry(self, path: str) -> BinaryIO:
        """Open one file inside: seekable, every block verified before a byte of it is returned."""
        return cast("BinaryIO", self.opened.open_entry(path))

    def open_attachment(self, document: Document) -> BinaryIO:
        """Open the file of a document record."""
        return self.open_entry(paths.ATTACHMENTS + document.sha256)

    def close(self) -> None:
        """Close the file."""
        self.opened.close()


@dataclass(frozen=True)
class Taken:
    """What taking in did: ids of records by what became of them, and how many were known.

    Attributes:
        new: not here before.
        newer: took the place of what was here, by the word of the agency whose record it is.
        reported: somebody else's word about a record; replaces nothing and grants nothing.
        older: came late; kept as history.
        refused: of another kind than the record of the same id that is here; not kept.
        clashes: ids under which two agencies claim a record of their own; an alarm.
    """

    new: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
    same: int = 0
    attachments: int = 0
    cases: tuple[str, ...] = ()
    nothing_new: bool = False


def known_contacts(session: Session) -> list[KnownContact]:
    """Return every card the vault knows, with how far it is trusted now, our own among them."""
    own = KnownContact(session.identity.card, "verified", session.officer)
    return [own, *(KnownContact(one.card, one.state, one.name) for one in contacts.list_contacts(session))]


def inspect(session: Session, source: Path | BinaryIO) -> Received:
    """Open a file and say what it is; nothing is kept.

    Raises:
        FileUnreadable: it is not there, not a plain file, or not ours to read.
        briefcase.bundle.errors.MediumFailed: the medium fails while it is read.
    """
    if isinstance(source, Path):
        need_readable(source)
    opened = open_bundle(source, session.identities, known_contacts(session), session.now())
    try:
        banner = _banner(opened.manifest.banner) if opened.verdict.is_readable else None
        notices = tuple(_notices(session, opened))
        return Received(opened, opened.sentence, tuple(_facts(opened)), banner, notices)
    except BaseException:
        opened.close()
        raise


def _banner(banner: Banner) -> lattice.Banner:
    return lattice.Banner(banner.line1, banner.line2, banner.foreground, banner.background)


def _facts(opened: Opened) -> list[tuple[str, str]]:
    facts: Facts = opened.facts
    sender = f"{facts.sender_name} ({facts.sender_agency})" if facts.sender_name else ""
    rows = [
        (_("From"), sender),
        (_("Card fingerprint"), facts.sender_fingerprint),
        (_("Signing key"), facts.sender_key),
        (_("Sealed for"), ", ".join(facts.recipients)),
        (_("Sealed on"), facts.created),
        (_("Purpose"), facts.purpose),
        (_("Handling"), facts.caveat),
        (_("Bundle"), facts.bundle_id),
        (_("Number in its series"), str(facts.sequence) if facts.sequence else ""),
        (_("Size"), size_words(facts.size)),
    ]
    return [(title, value) for title, value in rows if value]


def _series(facts: Facts) -> str:
    return channel(facts.sender_fingerprint, facts.recipient_fingerprints)


def _notices(session: Session, opened: Opened) -> list[str]:
    facts = opened.facts
    if not facts.bundle_id or not opened.verdict.is_readable:
        return []
    seen = session.vault.bundles.seen(facts.bundle_id)
    if any(row.manifest_sha256 != facts.manifest_sha256 for row in seen):
        return [_("Alarm: a bundle with the same number but other content was seen before.")]
    if any(row.direction == "in" for row in seen):
        return [_("You have taken in this bundle before; there is nothing new in it.")]
    latest = session.vault.bundles.latest(_series(facts), "in")
    expected = latest.sequence + 1 if latest else 1
    if facts.sequence > expected:
        return [_("Notice: an earlier bundle of this series has not reached you.")]
    if any(
        row.sequence == facts.sequence for row in session.vault.bundles.list(partner=_series(facts), direction="in")
    ):
        return [_("Alarm: another bundle with the same number in its series was taken in before; ask the sender.")]
    return []


def take_in(
    session: Session, received: Received, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Taken:
    """Verify every byte, then keep records and attachments, all or none.

    Raises:
        TakeInRefused: it is not verified to us.
        briefcase.records.errors.RecordInvalid: a record has a form that no record may have; nothing was kept.
        BundleIdReused: the same id came with other content.
        briefcase.bundle.errors.BundleBroken: a byte is not what was signed; nothing was kept.
    """
    if not received.can_take_in:
        raise TakeInRefused
    opened, facts = received.opened, received.opened.facts
    seen = session.vault.bundles.seen(facts.bundle_id)
    if any(row.manifest_sha256 != facts.manifest_sha256 for row in seen):
        session.vault.audit.append("bundle.alarm", facts.bundle_id, actor=session.officer)
        raise BundleIdReused
    opened.verify_all(progress, cancel)
    if any(row.direction == "in" for row in seen):
        return Taken(nothing_new=True, same=len(received.records) + len(received.tear_lines))
    for record in (*received.records, *received.tear_lines):
        validate(record, received=True)
    with session.vault.transaction():
        return _keep(session, received)


def _keep(session: Session, received: Received) -> Taken:
    facts = received.opened.facts
    source = Source(facts.sender_fingerprint, facts.bundle_id)
    everything: list[Record] = [*received.records, *received.tear_lines]
    documents = [one for one in received.records if isinstance(one, Document) and one.sha256]
    held = {entry.path for entry in received.entries}
    attached = [one for one in documents if paths.ATTACHMENTS + one.sha256 in held]
    for document in attached:
        with received.open_attachment(document) as file:
            session.vault.attachments.add(
                file,
                actor=session.officer,
                media_type=document.media_type or "application/octet-stream",
                about=document.id,
                size_hint=document.size,
            )
    found = compare(session, everything, _sender(session, facts))
    _put(session, found, source)
    _register(session, facts, found, len(everything))
    hearsay, refused = set(found.hearsay), {one.id for one in found.refused}
    return Taken(
        new=tuple(one.id for one in found.new if one.id not in hearsay),
        newer=tuple(one.id for one, _current in found.newer),
        reported=(*found.hearsay, *(one.id for one in found.reported)),
        older=tuple(one.id for one in found.older),
        refused=tuple(one.id for one in found.refused),
        clashes=tuple(found.clashes),
        same=found.same,
        attachments=len(attached),
        cases=tuple(one.id for one in received.records if isinstance(one, Case) and one.id not in refused),
    )


def _sender(session: Session, facts: Facts) -> Sender:
    fingerprint = facts.sender_fingerprint
    agency = session.agency if fingerprint == session.fingerprint else contacts.get(session, fingerprint).agency
    return Sender(fingerprint, agency, facts.bundle_id, _series(facts), facts.sequence, facts.created)


def _put(session: Session, found: Compared, source: Source) -> None:
    records = session.vault.records
    records.put_many(found.new, actor=session.officer, action="record.receive", about=source.bundle_id, source=source)
    for record, current in found.newer:
        records.put(record, actor=session.officer, action="record.receive", source=source, replaces=current)
    for record in (*found.reported, *found.older):
        records.report(record, actor=session.officer, source=source)


def _register(session: Session, facts: Facts, found: Compared, count: int) -> None:
    # A received bundle is filed under the time it was sealed; the audit entry says when it was taken in.
    row = BundleRow(facts.bundle_id, _series(facts), "in", facts.sequence, facts.manifest_sha256, facts.created)
    session.vault.bundles.add(row)
    detail: dict[str, object] = {
        "sender": facts.sender_fingerprint,
        "manifest": facts.manifest_sha256,
        "records": count,
        "refused": [one.id for one in found.refused],
        "clashes": list(found.clashes),
    }
    session.vault.audit.append("bundle.take-in", facts.bundle_id, detail, actor=session.officer)
