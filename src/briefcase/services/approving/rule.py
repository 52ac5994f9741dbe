"""Asking for approvals where the pack wants them, giving them, and letting only those count that two persons stand for.

What is approved is ``content_to_approve``: every record byte for byte, purpose, handling words and recipients. A
request names that digest and cards, nothing of the content: the second officer looks at the release matrix with the
first one, and compares the digest. One approval is for one file, so that no recipient learns what another got; and a
request never goes onto the stick by itself, for it names the cards of all who get that file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from briefcase.bundle import approvals
from briefcase.bundle.approvals import SignedApproval
from briefcase.bundle.content import BundleContent
from briefcase.bundle.errors import BundleBroken
from briefcase.bundle.forms import RECIPIENTS_LIMIT, Form, Hex64
from briefcase.bundle.write import content_to_approve
from briefcase.errors import N_, BriefcaseError
from briefcase.language import listed
from briefcase.seal import canonical
from briefcase.seal.card import Card
from briefcase.services import contacts, identity, receiving
from briefcase.services.approving.errors import (
    ApprovalNeeded,
    ApprovalOwn,
    ApprovalRefused,
    ApprovalSenderUnknown,
    ApprovalUnreadable,
)
from briefcase.services.files import read_file, write_file
from briefcase.services.messaging import recalls
from briefcase.services.session import Session

FORMAT: Final = "briefcase-approval-request/1"
_LARGEST: Final = 1 << 16
_NOT_NAMED = N_("the pack does not name that card as an approver")
_NOT_VERIFIED = N_("that card is no verified contact")
_SIGNATURE = N_("its signature does not fit, or it is the sender's own under another card")
_OTHER = N_("it is for another sender or other recipients")
Out = tuple[BundleContent, Sequence[Card]]
T = TypeVar("T")


class Asked(Form, frozen=True):
    """A request for approval as it stands in its file.

    Attributes:
        format: ``briefcase-approval-request/1``.
        content: digest of what is to be approved.
        sender: fingerprint of the card that will seal it.
        recipients: fingerprints, ascending.
    """

    format: str
    content: Hex64
    sender: Hex64
    recipients: Annotated[tuple[Hex64, ...], Meta(min_length=1, max_length=RECIPIENTS_LIMIT)]


@dataclass(frozen=True)
class Approvals:
    """What the officer has of approvals, and in which folder requests for those that are missing go, if anywhere."""

    given: tuple[SignedApproval, ...] = ()
    requests: Path | None = None


@dataclass(frozen=True)
class Given:
    """An approval that was given.

    Attributes:
        content: digest of what was approved.
        sender: name of the contact who will seal it.
        recipients: names as far as they are contacts here, else fingerprints.
        approved: UTC.
    """

    content: str
    sender: str
    recipients: tuple[str, ...]
    approved: str


def need(session: Session, out: Out, given: Sequence[SignedApproval]) -> tuple[SignedApproval, ...]:
    """Return the approvals under which a file may be sealed; none where the pack wants none.

    Raises:
        ApprovalNeeded: there are fewer than the pack wants; names no file.
        ApprovalRefused: one for this content does not count.
    """
    wanted = session.pack.approval.needed
    good = _good(session, out, given) if wanted else ()
    if len(good) < wanted:
        raise ApprovalNeeded(needed=wanted, missing=1, names="-")
    return good


def need_all(session: Session, outs: Sequence[Out], known: Approvals) -> None:
    """Stop before anything is sealed when a file lacks approvals, and write a request for each that does.

    Raises:
        ApprovalNeeded: names the requests.
        ApprovalRefused, FileUnwritable.
    """
    wanted = session.pack.approval.needed
    missing = [out for out in outs if wanted and len(_good(session, out, known.given)) < wanted]
    if not missing:
        return
    names = [_ask(session, out, known.requests) for out in missing] if known.requests is not None else ["-"]
    raise ApprovalNeeded(needed=wanted, missing=len(missing), names=listed(names))


def _ask(session: Session, out: Out, folder: Path) -> str:
    digest = content_to_approve(*out)
    asked = Asked(FORMAT, digest, session.fingerprint, tuple(sorted({one.fingerprint for one in out[1]})))
    path = folder / f"approval-{digest[:16]}.request"
    write_file(path, canonical.encode(msgspec.to_builtins(asked)), replace=True)
    detail: dict[str, object] = {"recipients": list(asked.recipients)}
    session.vault.audit.append("approval.ask", digest, detail, actor=session.officer)
    return str(path)


def _good(session: Session, out: Out, given: Sequence[SignedApproval]) -> tuple[SignedApproval, ...]:
    """Return the approvals of exactly this content, one an approver, by fingerprint."""
    digest = content_to_approve(*out)
    recipients = tuple(sorted({one.fingerprint for one in out[1]}))
    found = {}
    for one in given:
        if one.approval.content == digest:
            if fault := _fault(session, one, recipients):
                raise ApprovalRefused(name=one.approval.approver.name, reason=fault)
            found[one.approval.approver.fingerprint] = one
    return tuple(found[key] for key in sorted(found))


def _fault(session: Session, signed: SignedApproval, recipients: tuple[str, ...]) -> str:
    said, approver = signed.approval, signed.approval.approver.fingerprint
    if said.sender != session.fingerprint or said.recipients != recipients:
        return _OTHER
    if approver not in session.pack.approval.approvers:
        return _NOT_NAMED
    kept = session.vault.contacts.get(approver)
    if kept is None or contacts.get(session, approver).state != "verified" or approver in recalls.own_cards(session):
        return _NOT_VERIFIED
    try:
        known = receiving.known_contacts(session)
        approvals.judge((signed,), session.signed_card.card, known, session.now())
    except BundleBroken:
        return _SIGNATURE
    return ""


def read_approvals(paths: Sequence[Path]) -> tuple[SignedApproval, ...]:
    """Return the approvals that stand in files; whether they count is judged when a file is sealed.

    Raises:
        ApprovalUnreadable, FileUnreadable, FileTooLarge.
    """
    return tuple(_decoded(one, SignedApproval) for one in paths)


def _decoded(path: Path, form: type[T]) -> T:
    data = read_file(path, limit=_LARGEST)
    try:
        return msgspec.convert(canonical.decode(data, limit=_LARGEST), form)
    except (msgspec.ValidationError, BriefcaseError, RecursionError):
        raise ApprovalUnreadable(name=path.name) from None


def approve(session: Session, request: Path, out: Path) -> Given:
    """Approve what a colleague asked for, with our own key, and write the approval to a file.

    Raises:
        ApprovalUnreadable: no request; ApprovalOwn: our own; ApprovalSenderUnknown: of nobody we know in our agency.
        FileExists, FileUnwritable, IdentityExpired.
    """
    identity.need_current(session)
    asked = _decoded(request, Asked)
    if asked.format != FORMAT or list(asked.recipients) != sorted(set(asked.recipients)):
        raise ApprovalUnreadable(name=request.name)
    if asked.sender in recalls.own_cards(session):
        raise ApprovalOwn
    kept = session.vault.contacts.get(asked.sender)
    sender = contacts.get(session, asked.sender) if kept is not None else None
    if sender is None or sender.state != "verified" or sender.agency != session.agency:
        raise ApprovalSenderUnknown(fingerprint=asked.sender[:16])
    now = session.now()
    signed = approvals.approve(
        asked.content, session.identity, sender=asked.sender, recipients=asked.recipients, approved=now
    )
    names = {one.fingerprint: one.name for one in session.vault.contacts.list()}
    recipients = tuple(names.get(one, one) for one in asked.recipients)
    write_file(out, canonical.encode(msgspec.to_builtins(signed)))
    detail: dict[str, object] = {"sender": asked.sender, "recipients": list(asked.recipients)}
    session.vault.audit.append("approval.give", asked.content, detail, actor=session.officer)
    return Given(asked.content, sender.name, recipients, now)
