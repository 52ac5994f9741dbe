"""Receipts: what arrived is acknowledged to its sender, with the head of our audit chain, so that he witnesses it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from briefcase.bundle.message_bodies import Receipt
from briefcase.bundle.verdict import Facts
from briefcase.services import contacts, messages, receiving
from briefcase.services.errors import BundleNotTaken, NotAReceipt, TakeInRefused
from briefcase.services.messages import Sent, Taken
from briefcase.services.messaging.errors import BundleAmbiguous
from briefcase.services.session import Session

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class _Arrival:
    """A bundle that arrived: who signed which manifest, and when it was taken in; empty when nothing of it was kept."""

    bundle_id: str
    manifest_sha256: str
    sender: str
    taken_in: str = ""


def make_for_file(
    session: Session, path: Path, folder: Path, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Sent:
    """Acknowledge a bundle that lies before us, whether it was taken in or not, after every byte of it was verified.

    Raises:
        TakeInRefused: it is not verified to us.
        briefcase.bundle.errors.BundleBroken: a byte is not what was signed.
        And what ``receiving.inspect`` and ``messages.send`` raise.
    """
    received = receiving.inspect(session, path)
    try:
        if not received.can_take_in:
            raise TakeInRefused
        received.opened.verify_all(progress, cancel)
        facts = received.opened.facts
    finally:
        received.close()
    return _send(session, _arrived(session, facts), folder, cancel)


def make_for_bundle(session: Session, bundle_id: str, folder: Path, *, cancel: Cancel | None = None) -> Sent:
    """Acknowledge a bundle that was taken in.

    Raises:
        BundleNotTaken: no bundle of this id was.
        BundleAmbiguous: bundles of several senders were.
        And what ``messages.send`` raises.
    """
    found = _taken(session, bundle_id)
    if not found:
        raise BundleNotTaken
    if len(found) > 1:
        raise BundleAmbiguous(count=len(found))
    return _send(session, found[0], folder, cancel)


def _taken(session: Session, bundle_id: str) -> list[_Arrival]:
    """Return what the audit chain says of the taking in of a bundle, of every sender who used its id."""
    found: dict[str, _Arrival] = {}
    for entry in session.vault.audit.about(bundle_id, "bundle.take-in"):
        sender, manifest = str(entry.detail.get("sender", "")), str(entry.detail.get("manifest", ""))
        refused = entry.detail.get("refused")
        nothing = isinstance(refused, list) and bool(refused) and len(refused) == entry.detail.get("records")
        found.setdefault(sender, _Arrival(bundle_id, manifest, sender, "" if nothing else entry.time))
    return list(found.values())


def _arrived(session: Session, facts: Facts) -> _Arrival:
    here = _Arrival(facts.bundle_id, facts.manifest_sha256, facts.sender_fingerprint)
    same = (one for one in _taken(session, facts.bundle_id) if dataclasses.replace(one, taken_in="") == here)
    return next(same, here)


def _send(session: Session, arrival: _Arrival, folder: Path, cancel: Cancel | None) -> Sent:
    body = Receipt(
        bundle_id=arrival.bundle_id,
        manifest_sha256=arrival.manifest_sha256,
        sender=arrival.sender,
        opened=arrival.taken_in or session.now(),
        taken_in=arrival.taken_in,
        by=session.officer,
        audit_head=session.vault.audit.head(),
    )
    return messages.send(session, body, [contacts.present(session, arrival.sender)], folder, cancel=cancel)


def take(session: Session, path: Path) -> Taken:
    """Keep a partner's receipt; what it closes and what it contradicts stands in the answer.

    Raises:
        NotAReceipt: it is a message of another type.
        And what ``messages.take`` raises.
    """
    seen = messages.inspect(session, path)
    if seen.opened.message is not None and seen.opened.message.type != "receipt":
        raise NotAReceipt
    return messages.take(session, path)
