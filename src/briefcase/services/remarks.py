"""What is odd about a bundle among those that its sender sent before: repeats, gaps, wrong times, vaults put back.

Ids, numbers and heads are a sender's own: what somebody else signed under the same ones says nothing about him.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from briefcase.bundle.manifest import channel
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import Facts, Verdict
from briefcase.language import _
from briefcase.services import signed_times, weighing
from briefcase.services.session import Session
from briefcase.vault.values import BundleRow


@dataclass(frozen=True)
class Remark:
    """One thing that the officer is told; ``code`` is for the audit chain and scripts."""

    code: str
    words: str
    alarm: bool = False


def series(facts: Facts) -> str:
    """Return the series of a bundle: its sender and exactly its recipients."""
    return channel(facts.sender_fingerprint, facts.recipient_fingerprints)


def seen(session: Session, facts: Facts) -> list[BundleRow]:
    """Return what is registered under the id of a bundle from its sender."""
    return session.vault.bundles.seen(facts.bundle_id, facts.sender_fingerprint) if facts.bundle_id else []


def of_bundle(session: Session, opened: Opened) -> list[Remark]:
    """Return everything that is odd about an open bundle."""
    facts, rows = opened.facts, seen(session, opened.facts)
    if opened.verdict is Verdict.REVOKED_SENDER and any(_is_this(row, facts) for row in rows):
        words = _("You took in this very file before its card was revoked; look at its records again.")
        return [Remark("revoked_since", words)]
    if not facts.bundle_id or not opened.verdict.is_readable:
        return []
    found = []
    if signed_times.is_ahead(facts.created, session.now()):
        found.append(Remark("time_ahead", signed_times.words(facts.created)))
    if any(row.manifest_sha256 != facts.manifest_sha256 for row in rows):
        words = _("Alarm: a bundle with the same number but other content was seen before.")
        return [Remark("same_id", words, alarm=True), *found]
    if any(row.direction == "in" for row in rows):
        words = _("You have taken in this bundle before; there is nothing new in it.")
        return [Remark("taken_before", words), *found, *_marked(session, opened)]
    cards = session.vault.contacts.person(facts.sender_fingerprint)
    if session.vault.witnesses.sources(opened.manifest.audit_head, cards):
        found.append(Remark("put_back", weighing.put_back(), alarm=True))
    return [*found, *_in_series(session, opened)]


def _is_this(row: BundleRow, facts: Facts) -> bool:
    return row.direction == "in" and row.manifest_sha256 == facts.manifest_sha256


def _in_series(session: Session, opened: Opened) -> Iterator[Remark]:
    """Say what is odd about the place of a bundle among those that its sender numbered."""
    facts = opened.facts
    rows = session.vault.bundles.list(partner=series(facts), direction="in")
    if facts.sequence > max((row.sequence for row in rows), default=0) + 1:
        yield Remark("gap", _("Notice: an earlier bundle of this series has not reached you."))
    if any(row.sequence == facts.sequence for row in rows):
        words = _("Alarm: another bundle with the same number in its series was taken in before; ask the sender.")
        yield Remark("same_number", words, alarm=True)
    before = {row.manifest_sha256 for row in rows if row.sequence == facts.sequence - 1}
    if before and opened.manifest.previous not in before:
        words = _(
            "Notice: the bundle before it in its series is not the one that you took in; ask the sender which he sent."
        )
        yield Remark("previous", words)


def _marked(session: Session, opened: Opened) -> Iterator[Remark]:
    """Say how the mark of an unverified source goes away once its sender is verified."""
    bundle_id, sender = opened.facts.bundle_id, opened.facts.sender_fingerprint
    ids = session.vault.records.of_bundle(bundle_id, sender) if opened.verdict is Verdict.VERIFIED else []
    sources = (session.vault.records.source_of(one) for one in ids)
    if any(one.unverified and (one.bundle_id, one.received_from) == (bundle_id, sender) for one in sources if one):
        words = _("It was taken in from an unverified source; ask the sender to seal it again, and take in that file.")
        yield Remark("marked", words)
