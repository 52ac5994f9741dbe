"""Receiving: the verdict first, then reading without taking in, then taking in what was verified to the last byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from briefcase.bundle import paths
from briefcase.bundle.manifest import Banner, Entry
from briefcase.bundle.open import open_bundle
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import (
    Approved,
    Facts,
    KnownContact,
    Verdict,
    of_sender,
    recipient_words,
    sender_words,
    size_words,
    who_words,
)
from briefcase.language import _, quoted
from briefcase.records import lattice
from briefcase.records.kinds import Case, Document, Record, TearLine
from briefcase.records.validate import validate
from briefcase.services import contacts, remarks, signed_times, standing
from briefcase.services.attached import Attached, swept
from briefcase.services.comparing import Compared, Sender, compare
from briefcase.services.errors import BundleIdReused, TakeInRefused
from briefcase.services.files import need_readable
from briefcase.services.joining import settling
from briefcase.services.messaging import recalls
from briefcase.services.remarks import Remark
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
        remarks: what is odd about it: repeats, gaps, wrong times.
    """

    opened: Opened
    headline: str
    facts: tuple[tuple[str, str], ...]
    banner: lattice.Banner | None
    remarks: tuple[Remark, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """The remarks as sentences."""
        return tuple(one.words for one in self.remarks)

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
    def can_accept(self) -> bool:
        """Whether it may be taken in by a second act, every record marked as from an unverified source."""
        return self.verdict.may_be_accepted

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
        accepted: why it needed the officer's second act: ``unverified`` or ``expired`` sender; empty when it did not.
        remarks: what was odd about the bundle when it was taken in.
        recalled: ids of its records that their originator had recalled before they came.
        joined: ids of records that we keep together with the sender, of which he sent a version.
        conflicts: ids of those among them of which a field waits for an officer's decision.
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
    accepted: str = ""
    remarks: tuple[Remark, ...] = ()
    recalled: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def alarm(self) -> bool:
        """Whether something contradicts what the vault knows."""
        return bool(self.clashes) or any(one.alarm for one in self.remarks)


def known_contacts(session: Session) -> list[KnownContact]:
    """Return every card the vault knows, with how far it is trusted, our own among them."""
    own = KnownContact(session.signed_card.card, "verified", session.officer, session.agency)
    lost = standing.lost(session)
    former = (
        KnownContact(one.card, "revoked" if one.fingerprint in lost else "replaced", session.officer, session.agency)
        for one in session.former
    )
    return [own, *former, *(one.known for one in contacts.list_contacts(session))]


def inspect(session: Session, source: Path | BinaryIO) -> Received:
    """Open a file and say what it is; nothing of it is kept, and that it was opened is entered in the audit chain.

    Raises:
        FileUnreadable: it is not there, not a plain file, or not ours to read.
        briefcase.bundle.errors.MediumFailed: the medium fails while it is read.
    """
    if isinstance(source, Path):
        need_readable(source)
    opened = open_bundle(source, session.identities, known_contacts(session), session.now())
    try:
        banner = _banner(opened.manifest.banner) if opened.verdict.is_readable else None
        odd = tuple(remarks.of_bundle(session, opened))
        _enter_opening(session, opened)
        return Received(opened, opened.sentence, tuple(_facts(opened)), banner, odd)
    except BaseException:
        opened.close()
        raise


def _enter_opening(session: Session, opened: Opened) -> None:
    facts = opened.facts
    if not session.vault.read_only:
        known = {"sender": facts.sender_fingerprint, "manifest": facts.manifest_sha256}
        detail = {"verdict": opened.verdict.value, **(known if opened.verdict.is_readable else {})}
        subject = facts.bundle_id if opened.verdict.is_readable else ""
        session.vault.audit.append("bundle.open", subject, {**detail}, actor=session.officer)


def _banner(banner: Banner) -> lattice.Banner:
    return lattice.Banner(banner.line1, banner.line2, banner.foreground, banner.background)


def _facts(opened: Opened) -> list[tuple[str, str]]:
    facts: Facts = opened.facts
    rows = [
        (_("From"), sender_words(facts)),
        (_("The card says"), facts.sender_agency if facts.sender_agency != facts.contact_agency else ""),
        (_("Card fingerprint"), facts.sender_fingerprint),
        (_("Card valid until"), facts.sender_until[:10]),
        (_("Signing key"), facts.sender_key),
        (_("Sealed for"), recipient_words(facts)),
        (_("Sealed on"), facts.created),
        (_("Purpose"), facts.purpose),
        (_("Handling"), facts.caveat),
        (_("Approved by"), ", ".join(map(_approver, facts.approvals))),
        (_("Bundle"), facts.bundle_id),
        (_("Number in its series"), str(facts.sequence) if facts.sequence else ""),
        (_("Size"), size_words(facts.size)),
    ]
    return [(title, value) for title, value in rows if value]


def _approver(one: Approved) -> str:
    if one.state == "unknown":
        who = {"name": quoted(one.name), "agency": one.claimed}
        return _("a key that you do not know, which says %(name)s (%(agency)s)") % who
    words = who_words(one.name, one.agency, one.claimed)
    if one.state in ("verified", "replaced"):
        return words
    return _("%(who)s, whose card is not in force") % {"who": words}


def take_in(
    session: Session,
    received: Received,
    *,
    accept_unverified: bool = False,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Taken:
    """Verify every byte, and keep records and attachments, all or none.

    An attachment is read from the stick once: each block is verified before the vault is given it, and the vault's own
    digests of the whole are compared with what the sender signed before anything is kept.

    Args:
        session: open.
        received: from ``inspect``; the sender's standing is looked up again.
        accept_unverified: the officer's second act: take it in although its sender is not verified or has expired.
            Every record is then marked as from an unverified source: it replaces nothing and is released to nobody.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.

    Raises:
        TakeInRefused: it is not verified to us, and was not or cannot be accepted.
        briefcase.records.errors.RecordInvalid: a record has a form that no record may have; nothing was kept.
        BundleIdReused: the same id came with other content.
        briefcase.bundle.errors.BundleBroken: a byte is not what was signed; nothing was kept.
    """
    accepted = _accepted(session, received, accept_unverified=accept_unverified)
    opened, facts = received.opened, received.opened.facts
    seen = remarks.seen(session, facts)
    if any(row.manifest_sha256 != facts.manifest_sha256 for row in seen):
        session.vault.audit.append("bundle.alarm", facts.bundle_id, actor=session.officer)
        raise BundleIdReused
    if any(row.direction == "in" for row in seen):
        opened.verify_all(progress, cancel)
        return Taken(nothing_new=True, same=_here(session, received), remarks=received.remarks)
    attached = Attached(opened, received.records, progress, cancel)
    opened.verify_all(attached.verified, cancel, but=attached.paths)
    for record in (*received.records, *received.tear_lines):
        validate(record, received=True)
    with swept(session), session.vault.transaction():
        if _accepted(session, received, accept_unverified=accept_unverified) != accepted:
            raise TakeInRefused
        return _keep(session, received, accepted, attached)


def _accepted(session: Session, received: Received, *, accept_unverified: bool) -> str:
    """Return why the officer's second act is needed, empty when it is not; the card may have fallen since the verdict.

    Raises:
        TakeInRefused: it is needed and was not given, or nothing helps.
    """
    fingerprint = received.opened.facts.sender_fingerprint
    sender = next((one for one in known_contacts(session) if one.card.fingerprint == fingerprint), None)
    if sender is None or not (received.can_take_in or received.can_accept):
        raise TakeInRefused
    verdict, state = of_sender(sender, session.now())
    if received.can_take_in and verdict is Verdict.VERIFIED:
        return ""
    if not (accept_unverified and (verdict is Verdict.VERIFIED or verdict.may_be_accepted)):
        raise TakeInRefused
    return received.opened.facts.sender_state if verdict is Verdict.VERIFIED else state


def _here(session: Session, received: Received) -> int:
    """Return how many of a bundle's revisions are in the vault; what was refused once is not."""
    everything = (*received.records, *received.tear_lines)
    return sum(session.vault.records.revision(one.id, one.revision) is not None for one in everything)


def _keep(session: Session, received: Received, accepted: str, attached: Attached) -> Taken:
    odd = tuple(remarks.of_bundle(session, received.opened))
    facts = received.opened.facts
    source = Source(facts.sender_fingerprint, facts.bundle_id, unverified=bool(accepted))
    everything: list[Record] = [*received.records, *received.tear_lines]
    attached.keep(session)
    found = compare(session, everything, _sender(session, facts, accepted))
    _put(session, found, source)
    _register(session, facts, found, count=len(everything), accepted=accepted, odd=odd)
    if received.opened.manifest.audit_head and not accepted:
        head = received.opened.manifest.audit_head
        session.vault.witnesses.add(facts.sender_fingerprint, head, created=facts.created, source=facts.bundle_id)
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
        accepted=accepted,
        remarks=odd,
        recalled=_recalled(session, everything),
        joined=tuple(one.id for one in found.joint),
        conflicts=_conflicts(session, (*found.joint, *found.reported, *(one for one, _current in found.newer))),
    )


def _recalled(session: Session, records: Iterable[Record]) -> tuple[str, ...]:
    named = recalls.named(session)
    kept = session.vault.records.get_many(one.id for one in records if one.id in named)
    return tuple(recalls.recalled(session, kept.values()))


def _conflicts(session: Session, records: Iterable[Record]) -> tuple[str, ...]:
    kept = session.vault.records.get_many(one.id for one in records)
    return tuple(sorted(settling.waiting(session, kept.values())))


def _sender(session: Session, facts: Facts, accepted: str) -> Sender:
    """Return who sent it; an accepted sender speaks for no agency, so that he replaces nothing."""
    fingerprint = facts.sender_fingerprint
    ours = fingerprint in {one.fingerprint for one in session.identities}
    agency = session.agency if ours else contacts.get(session, fingerprint).agency
    when = signed_times.weighed(facts.created, session.now())
    return Sender(fingerprint, "" if accepted else agency, facts.bundle_id, remarks.series(facts), facts.sequence, when)


def _put(session: Session, found: Compared, source: Source) -> None:
    records = session.vault.records
    records.put_many(found.new, actor=session.officer, action="record.receive", about=source.bundle_id, source=source)
    for record, current in found.newer:
        records.put(record, actor=session.officer, action="record.receive", source=source, replaces=current)
    for record in (*found.reported, *found.older, *found.joint):
        records.report(record, actor=session.officer, source=source)
    for record in (*(one for one, _current in found.newer), *found.reported, *found.joint):
        settling.settle(session, record.id)


def _register(
    session: Session, facts: Facts, found: Compared, *, count: int, accepted: str, odd: tuple[Remark, ...]
) -> None:
    # A received bundle is filed under the time it was sealed; the audit entry says when it was taken in.
    when = signed_times.weighed(facts.created, session.now())
    series, sender = remarks.series(facts), facts.sender_fingerprint
    session.vault.bundles.add(
        BundleRow(facts.bundle_id, series, "in", facts.sequence, facts.manifest_sha256, when, sender)
    )
    detail: dict[str, object] = {
        "sender": facts.sender_fingerprint,
        "manifest": facts.manifest_sha256,
        "records": count,
        "same": found.same,
        "refused": [one.id for one in found.refused],
        "clashes": list(found.clashes),
    }
    if accepted:
        detail["accepted"] = accepted
    if odd:
        detail["remarks"] = [one.code for one in odd]
    session.vault.audit.append("bundle.take-in", facts.bundle_id, detail, actor=session.officer)
    if any(one.alarm for one in odd):
        session.vault.audit.append("bundle.alarm", facts.bundle_id, actor=session.officer)
