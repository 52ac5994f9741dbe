"""What a received message counts for: judged by the contacts that our officer verified, never by what it says itself.

A receipt counts for a bundle that we sealed to that partner, a consent or a recall only from the agency whose record it
is, a notice of lost keys as ``trust.compromised`` has it. What does not count is kept as what somebody said, and does
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import Answer, Body, Compromise, Consent, Item, Recall, Receipt
from briefcase.bundle.message_text import Message
from briefcase.language import _, ngettext
from briefcase.records.fields import all_fields
from briefcase.records.kinds import kind_of
from briefcase.services import trust
from briefcase.services.comparing import speaks_for
from briefcase.services.messaging import recalls
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow, Standing


@dataclass(frozen=True)
class Weight:
    """What became of a message.

    Attributes:
        state: ``counts``, or ``noted`` when it does nothing; ``sent`` of one that went out.
        words: sentences for the officer.
        alarm: whether it contradicts what this vault knows.
    """

    state: Standing
    words: tuple[str, ...] = ()
    alarm: bool = False


def about(body: Body) -> str:
    """Return what a message is found by: the bundle, the request or the card that it speaks of; may be empty."""
    if isinstance(body, Receipt):
        return body.bundle_id
    if isinstance(body, (Consent, Answer)):
        return body.request
    return body.fingerprint if isinstance(body, Compromise) else ""


def of_row(session: Session, row: MessageRow) -> Weight:
    """Weigh a kept message by what is here now: a consent, a recall, a notice; every other one as when it was taken."""
    body = message_text.decode(row.text, row.type).body
    if row.direction == "in" and isinstance(body, Recall):
        return _recall(session, row.sender, body)
    if row.direction == "in" and isinstance(body, Consent):
        return _consent(session, row.sender, body, row.message_id, repeated=_repeated(session, row))
    if row.direction == "in" and isinstance(body, Compromise):
        return Weight("counts" if _heard(session, row.sender, body) else row.state)
    return Weight(row.state)


def _heard(session: Session, sender: str, body: Compromise) -> bool:
    """Say whether a notice counts by now that came before its card, or before its sender might speak for it."""
    said = session.vault.withdrawals.of(body.fingerprint)
    return any(one.applied and (one.kind, one.source) == ("compromise", sender) for one in said)


def apply(session: Session, message: Message[Body], *, repeated: bool = False) -> Weight:
    """Let a verified message have its effect, inside the transaction that keeps it, and say what it was.

    Args:
        session: open.
        message: verified.
        repeated: another message had its number in its series before.
    """
    sender, body = message.sender.fingerprint, message.body
    if isinstance(body, Receipt):
        return _receipt(session, message.message_id, message.created, sender, body)
    if isinstance(body, Compromise):
        outcome = trust.compromised(session, body.fingerprint, since=body.since, reason=body.reason, source=sender)
        return Weight("noted" if outcome.effect == "kept" else "counts", (outcome.words,))
    if isinstance(body, Consent):
        return _consent(session, sender, body, message.message_id, repeated=repeated)
    if isinstance(body, Recall):
        return _recall(session, sender, body)
    if isinstance(body, Answer) and not _asked(session, sender, body.request):
        return _noted(_("it answers a request that you did not send to that partner."))
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
    before = [one for one in session.vault.witnesses.sources(body.audit_head, person) if one != message_id]
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


def _recall(session: Session, sender: str, body: Recall) -> Weight:
    """Weigh a recall item by item: each is its agency's own word, and one that names another's does nothing."""
    held = session.vault.records.get_many([one.record for one in body.items])
    here = [held[one.record] for one in body.items if one.record in held]
    good = [one for one in here if recalls.may_recall(session, sender, one)]
    consents = [one for one in body.consents if _granted(session, sender, one)]
    said = []
    if good:
        words = ngettext(
            "%(count)d record that you have is recalled by it and goes to nobody any more.",
            "%(count)d records that you have are recalled by it and go to nobody any more.",
            len(good),
        )
        said.append(words % {"count": len(good)})
    if consents:
        words = ngettext("%(count)d consent is withdrawn.", "%(count)d consents are withdrawn.", len(consents))
        said.append(words % {"count": len(consents)})
    if len(here) < len(body.items):
        said.append(_("Not every record it names is here; it acts on those as soon as they come."))
    if len(good) < len(here) or len(consents) < len(body.consents):
        said.append(_("Not everything it names is a record or a consent of that partner's agency."))
    return Weight("counts", tuple(said)) if good or consents else _noted(" ".join(said))


def _consent(session: Session, sender: str, body: Consent, message_id: str, *, repeated: bool) -> Weight:
    """Weigh a consent by what is here now; whoever may not give it, or gave it otherwise, gives nothing."""
    faults = list(_consent_faults(session, sender, body))
    if body.end <= session.now():
        faults.append(_("its time is over"))
    if repeated:
        faults.append(_("another consent with its number in its series came before"))
    kept = session.vault.contacts.get(sender)
    if kept is not None and kept.state == "revoked":
        faults.append(_("the card that signed it was revoked"))
    if is_withdrawn(session, sender, message_id):
        faults.append(_("it was withdrawn"))
    return _noted(_("%(faults)s.") % {"faults": "; ".join(faults)}) if faults else Weight("counts")


def is_withdrawn(session: Session, sender: str, message_id: str) -> bool:
    """Say whether the agency of a consent's sender (fingerprint) withdrew it."""
    agency = recalls.agency_of(session, sender)
    recalled_by = {recalls.agency_of(session, row.sender) for row in recalls.withdrawn(session, message_id)}
    return bool(agency) and agency in recalled_by


def _consent_faults(session: Session, sender: str, body: Consent) -> Iterator[str]:
    if recalls.agency_of(session, body.asker) != session.agency:
        yield _("it is given to somebody who is neither you nor a colleague of your agency")
    if body.request and not _asked(session, sender, body.request):
        yield _("it answers a request that you did not send to that partner")
    agency = recalls.agency_of(session, sender)
    if not all(_held_from(session, agency, one) for one in body.items):
        yield _("not everything it names is a record, revision and field that you have from that partner's agency")


def _held_from(session: Session, agency: str, item: Item) -> bool:
    """Say whether a revision is our agency's own or came to us from its originator, and has the named fields."""
    record = session.vault.records.revision(item.record, item.revision)
    if record is None or not speaks_for(agency, record):
        return False
    rows = session.vault.records.revisions(item.record)
    kept = [one for one in rows if one.revision == item.revision and one.standing == "kept" and not one.unverified]
    sources = {recalls.agency_of(session, one.received_from) if one.received_from else session.agency for one in kept}
    genuine = agency in sources
    return genuine and set(item.fields) <= {spec.name for spec in all_fields(kind_of(record))}


def _asked(session: Session, sender: str, request: str) -> bool:
    person = session.vault.contacts.person(sender)
    rows = session.vault.messages.seen(request)
    return any(
        (row.type, row.direction) == ("request", "out") and bool(person & set(row.partner.split())) for row in rows
    )


def _noted(reason: str) -> Weight:
    return Weight("noted", (_("It is kept, but does nothing: %(reason)s") % {"reason": reason},))


def _granted(session: Session, sender: str, message_id: str) -> bool:
    """Say whether a consent is here that came from the sender's agency, and counted before any end or recall."""
    agency = recalls.agency_of(session, sender)
    for row in session.vault.messages.seen(message_id):
        body = message_text.decode(row.text, row.type).body
        if not isinstance(body, Consent) or row.direction != "in" or not agency:
            continue
        if recalls.agency_of(session, row.sender) == agency and not any(_consent_faults(session, row.sender, body)):
            return True
    return False


def _repeated(session: Session, row: MessageRow) -> bool:
    """Say whether another message of its type had the number of a kept one before."""
    for one in session.vault.messages.list(type=row.type, direction="in"):
        if (one.message_id, one.sender) == (row.message_id, row.sender):
            return False
        if (one.series, one.serial) == (row.series, row.serial):
            return True
    return False
