"""What a received message counts for: judged by the contacts that our officer verified, never by what it says itself.

A receipt counts for a bundle that we sealed to that partner, a consent or a recall only from the agency whose record it
is, a notice of lost keys as ``trust.compromised`` has it. What does not count is kept as what somebody said, and does
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from briefcase.bundle.message_bodies import Body, Compromise, Consent, Recall, Receipt
from briefcase.bundle.message_text import Message
from briefcase.language import _
from briefcase.services import trust
from briefcase.services.comparing import speaks_for
from briefcase.services.session import Session

State = Literal["counts", "noted"]


@dataclass(frozen=True)
class Weight:
    """What became of a message.

    Attributes:
        state: ``counts``, or ``noted`` when it does nothing.
        words: sentences for the officer.
        alarm: whether it contradicts what this vault knows.
    """

    state: State
    words: tuple[str, ...] = ()
    alarm: bool = False


def about(body: Body) -> str:
    """Return what a message is found by: the bundle, the request or the card that it speaks of; may be empty."""
    if isinstance(body, Receipt):
        return body.bundle_id
    if isinstance(body, Consent):
        return body.request
    return body.fingerprint if isinstance(body, Compromise) else ""


def apply(session: Session, message: Message[Body]) -> Weight:
    """Let a verified message have its effect, inside the transaction that keeps it, and say what it was."""
    sender, body = message.sender.fingerprint, message.body
    if isinstance(body, Receipt):
        return _receipt(session, message.message_id, message.created, sender, body)
    if isinstance(body, Compromise):
        outcome = trust.compromised(session, body.fingerprint, since=body.since, reason=body.reason, source=sender)
        return Weight("noted" if outcome.effect == "kept" else "counts", (outcome.words,))
    if isinstance(body, Consent):
        return _word(session, sender, (one.record for one in body.items))
    if isinstance(body, Recall):
        foreign = [one for one in body.consents if not _granted(session, sender, one)]
        if foreign:
            return _noted()
        return _word(session, sender, (one.record for one in body.items))
    return Weight("counts")


def _receipt(session: Session, message_id: str, created: str, sender: str, body: Receipt) -> Weight:
    person = session.vault.contacts.person(sender)
    lines = [one for one in session.vault.disclosures.list(bundle_id=body.bundle_id) if one.recipient in person]
    ours = body.sender in {one.fingerprint for one in session.identities}
    if not lines or not ours:
        words = _(
            "Alarm: this vault did not seal that bundle for this partner. Either the receipt is not for you, or this"
            " vault was put back to an older copy."
        )
        return Weight("noted", (words,), alarm=True)
    if any(one.manifest_sha256 != body.manifest_sha256 for one in lines):
        words = _("Alarm: the partner has a bundle with this number whose content is not what you sealed.")
        return Weight("noted", (words,), alarm=True)
    before = [one for one in session.vault.witnesses.sources(body.audit_head) if one != message_id]
    session.vault.witnesses.add(sender, body.audit_head, created=created, source=message_id)
    session.vault.disclosures.acknowledge(body.bundle_id, person, message_id)
    said = _("The partner has the bundle, and took it in.") if body.taken_in else _("The partner opened the bundle.")
    return Weight("counts", (said, *([put_back()] if before else [])), alarm=bool(before))


def put_back() -> str:
    """Return what to say when a head of a partner's audit chain comes a second time."""
    return _(
        "Alarm: the partner's audit chain stands again where it stood before; that vault may have been put back to an"
        " older copy. Speak with the partner."
    )


def _word(session: Session, sender: str, record_ids: Iterable[str]) -> Weight:
    """Say whether a message about records comes from the agency whose records they are, as we hold them."""
    asked = tuple(record_ids)
    held = session.vault.records.get_many(asked)
    agency = _agency(session, sender)
    if all(one in held and speaks_for(agency, held[one]) for one in asked):
        return Weight("counts")
    return _noted()


def _noted() -> Weight:
    words = _(
        "It is kept, but does nothing: not everything it names is a record or a consent of that partner's agency."
    )
    return Weight("noted", (words,))


def _granted(session: Session, sender: str, message_id: str) -> bool:
    """Say whether a consent is here that came from the sender's agency, and counts."""
    agency = _agency(session, sender)
    for row in session.vault.messages.seen(message_id):
        if (row.type, row.state) == ("consent", "counts") and agency and _agency(session, row.partner) == agency:
            return True
    return False


def _agency(session: Session, fingerprint: str) -> str:
    """Return the agency of a card as our officer set it, our own included; empty when he set none."""
    if fingerprint in {one.fingerprint for one in session.identities}:
        return session.agency
    kept = session.vault.contacts.get(fingerprint)
    return kept.agency if kept is not None else ""
