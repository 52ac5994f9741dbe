"""Approvals: a second officer's signed word that exactly this content may go from this sender to these recipients.

An approval is canonical JSON of its own, signed under the purpose ``approval`` on the approver's vault, and stands in
the manifest with its two signatures. It binds the content and not the manifest, which does not exist yet when it is
given; whoever reads the bundle computes the content again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from msgspec import Meta

from briefcase.bundle.errors import BundleBroken, BundleContentRefused
from briefcase.bundle.forms import RECIPIENTS_LIMIT, Critical, Form, Hex64, Sender, Signed, check_supported
from briefcase.bundle.verdict import Approved, KnownContact, of_sender
from briefcase.seal import base64, canonical
from briefcase.seal.card import SUITE, Card, check_time
from briefcase.seal.errors import SignatureInvalid
from briefcase.seal.identity import Identity, verify
from briefcase.seal.signatures import namespace, verify_ssh

FORMAT: Final = "briefcase-approval/1"
LIMIT: Final = 16
_PURPOSE: Final = "approval"
_CONTENT: Final = "briefcase-content-v1"


class Approval(Signed, frozen=True):
    """What the second officer signed.

    Attributes:
        format: ``briefcase-approval/1``.
        suite: the algorithms, as on the card.
        critical: names of extensions that a reader must know.
        content: digest of what he saw, see ``content_digest``.
        approver: himself.
        sender: fingerprint of the card that seals it.
        recipients: fingerprints, ascending.
        approved: UTC, ISO 8601.
    """

    format: str
    suite: str
    critical: Critical
    content: Hex64
    approver: Sender
    sender: Hex64
    recipients: Annotated[tuple[Hex64, ...], Meta(min_length=1, max_length=RECIPIENTS_LIMIT)]
    approved: str


class SignedApproval(Form, frozen=True):
    """An approval with its two signatures: ``ssh`` is armored, ``mldsa87`` Base 64."""

    approval: Approval
    ssh: Annotated[str, Meta(max_length=4096)]
    mldsa87: Annotated[str, Meta(max_length=8192)]


def content_digest(records_sha256: str, purpose: str, caveat: str, recipients: Sequence[str]) -> str:
    """Return what an approval is about, 64 hexadecimal digits; attachments follow from the digests in the records.

    Args:
        records_sha256: of ``records.jsonl``.
        purpose: as in the manifest.
        caveat: likewise.
        recipients: fingerprints in any order.
    """
    return hashlib.sha256(canonical.encode([_CONTENT, records_sha256, purpose, caveat, sorted(recipients)])).hexdigest()


def approve(
    content: str, approver: Identity, *, sender: str, recipients: Sequence[str], approved: str
) -> SignedApproval:
    """Return the approval of *content* (from ``content_digest``), signed with the approver's keys.

    Args:
        content: digest of what he saw.
        approver: the second officer.
        sender: fingerprint of the card that will seal it.
        recipients: fingerprints in any order.
        approved: UTC, ISO 8601.

    Raises:
        BundleContentRefused: nobody approves what he seals himself.
    """
    if approver.fingerprint == sender:
        raise BundleContentRefused(reason="approval by the sender")
    card = approver.card
    said = Approval(
        format=FORMAT,
        suite=SUITE,
        critical=(),
        content=content,
        approver=Sender(card.name, card.agency, approver.fingerprint),
        sender=sender,
        recipients=tuple(sorted(set(recipients))),
        approved=approved,
    )
    signed = approver.sign(_PURPOSE, said.to_canonical())
    return SignedApproval(said, signed.ssh.decode("ascii"), base64.encode(signed.mldsa))


def fault(approvals: Sequence[SignedApproval], content: str, sender: str, recipients: Sequence[str]) -> str:
    """Return why approvals do not belong to a manifest, in a word, or an empty text; no signature is looked at.

    Args:
        approvals: as they stand in the manifest.
        content: digest that follows from the manifest.
        sender: fingerprint of its sender.
        recipients: fingerprints of its recipients, ascending.
    """
    said = [each.approval for each in approvals]
    approvers = [each.approver.fingerprint for each in said]
    faults = {
        "an approver twice": len(set(approvers)) != len(approvers),
        "approval by the sender": sender in approvers,
        "approval of other content": any(each.content != content for each in said),
        "approval for another sender": any(each.sender != sender for each in said),
        "approval for other recipients": any(each.recipients != tuple(recipients) for each in said),
        "time of an approval": any(not check_time(each.approved) for each in said),
    }
    return next((reason for reason, wrong in faults.items() if wrong), "")


def judge(
    approvals: Sequence[SignedApproval], sender: Card, contacts: Sequence[KnownContact], now: str
) -> tuple[Approved, ...]:
    """Return who approved, as far as we know him.

    The Ed25519 signature is always checked, for it names its key; the other one when the approver's card is known.

    Args:
        approvals: of a manifest whose sender was verified.
        sender: his card.
        contacts: every card that the vault knows.
        now: UTC, ISO 8601.

    Raises:
        BundleBroken: a signature does not fit, or the sender approved his own content under another card.
    """
    return tuple(_judge(each, sender, contacts, now) for each in approvals)


def _judge(signed: SignedApproval, sender: Card, contacts: Sequence[KnownContact], now: str) -> Approved:
    said, data = signed.approval, signed.approval.to_canonical()
    approver = said.approver
    known = next((each for each in contacts if each.card.fingerprint == approver.fingerprint), None)
    try:
        public = verify_ssh(signed.ssh.encode("ascii"), namespace(_PURPOSE), data)
        if known is not None:
            verify(_PURPOSE, data, signed.ssh.encode("ascii"), base64.decode(signed.mldsa87), known.card)
    except (SignatureInvalid, ValueError):
        raise BundleBroken(reason="signature of an approval") from None
    cards = {each.card.fingerprint: each.card for each in contacts}
    line = _line(sender, cards)
    if any(public == each.ed25519_public for each in line) or (known is not None and _meet(line, known.card, cards)):
        raise BundleBroken(reason="approval by the sender")
    if known is not None and (approver.name, approver.agency) != (known.card.name, known.card.agency):
        raise BundleBroken(reason="name of an approver")
    state = of_sender(known, now)[1] if known is not None else "unknown"
    agency = known.agency if known is not None else ""
    return Approved(approver.name, agency, approver.fingerprint, said.approved, state, claimed=approver.agency)


def _line(card: Card, cards: Mapping[str, Card]) -> list[Card]:
    """Return a card and those that it says it renewed, each through the one after it, as far as we hold them.

    Only what a line says of itself counts: a third card that claims to renew both must not make two persons one.
    """
    line = [card]
    while (earlier := cards.get(line[-1].predecessor)) is not None:
        line.append(earlier)
    return line


def _meet(line: Sequence[Card], other: Card, cards: Mapping[str, Card]) -> bool:
    """Tell whether two lines of cards share a card, also one that we do not hold, or a key."""
    return bool(_marks(line) & _marks(_line(other, cards)))


def _marks(line: Sequence[Card]) -> set[str]:
    """Return the fingerprints and keys of a line of cards; no two of these can be equal by chance."""
    texts = ((one.fingerprint, one.predecessor, one.age, one.ed25519, one.mldsa87) for one in line)
    return {text for each in texts for text in each if text}


def check_supported_all(value: object, version: object) -> None:
    """Refuse approvals of a newer kind in a manifest as it was parsed, before its structure is looked at.

    Raises:
        BundleUnsupported: names what is needed.
    """
    for each in value if isinstance(value, list) else ():
        said = each.get("approval") if isinstance(each, dict) else None
        if isinstance(said, dict):
            check_supported(said, FORMAT, version=str(version))
