"""What is said of a file before anything in it is shown: verified, not addressed, unknown, broken, incomplete."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Literal

from briefcase.errors import N_
from briefcase.language import _, ngettext, quoted
from briefcase.seal.card import Card

ContactState = Literal["verified", "unverified", "replaced", "expired", "revoked"]


class Verdict(Enum):
    """The verdicts; the value is the word for scripts."""

    VERIFIED = "verified"
    NOT_ADDRESSED = "not_addressed"
    UNVERIFIED_SENDER = "unverified_sender"
    EXPIRED_SENDER = "expired_sender"
    REVOKED_SENDER = "revoked_sender"
    UNKNOWN_SENDER = "unknown_sender"
    BROKEN = "broken"
    INCOMPLETE = "incomplete"

    @property
    def exit_status(self) -> int:
        """What the command line returns for it."""
        return _EXIT_STATUS[self.value]

    @property
    def is_readable(self) -> bool:
        """Whether the content may be looked at: both signatures are a contact's, and it is addressed to us.

        Under a revoked key anybody may have signed: like an unknown sender's, such content is not shown.
        """
        return self in (Verdict.VERIFIED, Verdict.UNVERIFIED_SENDER, Verdict.EXPIRED_SENDER)

    @property
    def may_be_accepted(self) -> bool:
        """Whether the officer may take it in by a second act, as from an unverified source."""
        return self in (Verdict.UNVERIFIED_SENDER, Verdict.EXPIRED_SENDER)


_EXIT_STATUS = MappingProxyType(
    {
        "verified": 0,
        "not_addressed": 10,
        "unverified_sender": 11,
        "expired_sender": 11,
        "revoked_sender": 11,
        "unknown_sender": 11,
        "broken": 12,
        "incomplete": 13,
    }
)


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A card that the vault knows, how far our officer trusts it, and how he calls its owner.

    The own card stands among them as ``verified``, so that a sender opens what he sealed to himself, too. ``replaced``
    is a card that was verified and that its owner has renewed since: what it signed stays good until its end.
    ``agency`` is what our officer set, empty before; shown in place of what the card says.
    """

    card: Card
    state: ContactState = "unverified"
    name: str = ""
    agency: str = ""


_OF_STATE: MappingProxyType[ContactState, Verdict] = MappingProxyType(
    {
        "verified": Verdict.VERIFIED,
        "replaced": Verdict.VERIFIED,
        "unverified": Verdict.UNVERIFIED_SENDER,
        "expired": Verdict.EXPIRED_SENDER,
        "revoked": Verdict.REVOKED_SENDER,
    }
)


@dataclass(frozen=True, slots=True)
class Approved:
    """Who approved a bundle, when, and the state of that contact; ``unknown`` when we do not have his card.

    An unknown key proves that somebody other than the sender signed, and no more. ``agency`` is what our officer set
    for that contact, empty before; ``claimed`` what the approver signed.
    """

    name: str
    agency: str
    fingerprint: str
    approved: str
    state: ContactState | Literal["unknown"]
    claimed: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file; empty where nothing is. Only signed facts follow a signature that was verified.

    Attributes:
        reason: a short technical word for a lesser verdict.
        kind: ``bundle`` or ``message``; known once a key of ours opened the file.
        size: of the file in bytes.
        expected: its full size in bytes as far as it is known, else 0.
        stanzas: how many recipients the header was written for.
        opened_with: fingerprint of our own card whose key opened the file.
        sender_key: fingerprint ``SHA256:…`` of the Ed25519 key that signed, as ``ssh-keygen -l`` shows it.
        sender_name: as on his card.
        sender_agency: as on his card.
        sender_fingerprint: of his card.
        sender_state: of the contact: verified, unverified, replaced, expired, revoked.
        sender_until: when his card ends, UTC.
        contact_name: how our officer calls him.
        contact_agency: his agency as our officer set it, empty before.
        recipients: names to whom it was sealed, as signed.
        recipient_fingerprints: likewise.
        strangers: those of the fingerprints that are on no card that we have: their names are the sender's word.
        created: when it was sealed, UTC, as signed.
        bundle_id: as signed.
        manifest_sha256: of the signed bytes.
        message_type: of a message, as signed.
        message_id: likewise.
        message_sha256: of the signed bytes.
        sequence: number of a bundle in its series, or serial of a message, as signed; 0 when not known.
        purpose: as signed.
        caveat: as signed.
        approvals: of second officers.
    """

    reason: str = ""
    kind: str = ""
    size: int = 0
    expected: int = 0
    stanzas: int = 0
    opened_with: str = ""
    sender_key: str = ""
    sender_name: str = ""
    sender_agency: str = ""
    sender_fingerprint: str = ""
    sender_state: str = ""
    sender_until: str = ""
    contact_name: str = ""
    contact_agency: str = ""
    recipients: tuple[str, ...] = ()
    recipient_fingerprints: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    created: str = ""
    bundle_id: str = ""
    manifest_sha256: str = ""
    message_type: str = ""
    message_id: str = ""
    message_sha256: str = ""
    sequence: int = 0
    purpose: str = ""
    caveat: str = ""
    approvals: tuple[Approved, ...] = ()


_SENTENCES = MappingProxyType(
    {
        "verified": N_("Verified: from %(sender)s, addressed to you."),
        "replaced": N_("Verified: from %(sender)s, addressed to you; signed with a card that was renewed since."),
        "not_addressed": N_("This file is not sealed to your key, so nobody's name can be read from it."),
        "not_addressed_known": N_("Signed by %(sender)s, but not addressed to you: it was sealed for %(recipients)s."),
        "not_addressed_lesser": N_(
            "Signed with the card of %(sender)s, which is not verified now, and not addressed to you: it was sealed for"
            " %(recipients)s."
        ),
        "unverified_sender": N_("From %(sender)s, a contact whose words you have not yet confirmed."),
        "revoked_sender": N_("Signed with the card of %(sender)s, which was revoked: anybody may have signed this."),
        "expired_sender": N_("From %(sender)s, whose card is not valid at this time (it ends on %(until)s)."),
        "unknown_sender": N_("The sender is unknown: the key %(key)s is on no card that you have."),
        "another_card": N_("The sender is unknown: the key %(key)s is known, but on another card than the one named."),
        "broken": N_("This file is broken or was changed (%(reason)s)."),
        "incomplete": N_("This file is incomplete: %(size)s of %(expected)s."),
        "incomplete_by_bytes": N_("This file is incomplete: %(missing)s of %(expected_bytes)s missing."),
        "incomplete_front": N_("This file is incomplete: only its first %(size)s are here."),
        "incomplete_unknown": N_(
            "This file is not whole: bytes were cut off or added; what is here (%(size)s) cannot be read."
        ),
    }
)


def of_sender(contact: KnownContact, now: str) -> tuple[Verdict, ContactState]:
    """Return what a signature by a contact's keys is worth at *now* (UTC), and the state of the contact that says so.

    What the signed text says of its time never counts: who stole a key writes any date.
    """
    if contact.state in ("verified", "replaced") and not contact.card.is_current(now):
        return Verdict.EXPIRED_SENDER, "expired"
    return _OF_STATE[contact.state], contact.state


def sentence(verdict: Verdict, facts: Facts) -> str:
    """Return the verdict as one sentence in the current language."""
    return _(_SENTENCES[_key(verdict, facts)]) % {
        "sender": sender_words(facts),
        "recipients": recipient_words(facts),
        "key": facts.sender_key,
        "reason": facts.reason,
        "size": size_words(facts.size),
        "expected": size_words(facts.expected),
        "missing": _byte_words(facts.expected - facts.size),
        "expected_bytes": _byte_words(facts.expected),
        "until": facts.sender_until[:10],
    }


def _key(verdict: Verdict, facts: Facts) -> str:
    if verdict is Verdict.NOT_ADDRESSED and facts.sender_fingerprint:
        return "not_addressed_known" if facts.sender_state in ("verified", "replaced") else "not_addressed_lesser"
    if verdict is Verdict.VERIFIED and facts.sender_state == "replaced":
        return "replaced"
    if verdict is Verdict.UNKNOWN_SENDER and facts.reason == "another card":
        return "another_card"
    if verdict is Verdict.INCOMPLETE:
        return _incomplete(facts)
    return str(verdict.value)


def _incomplete(facts: Facts) -> str:
    if not facts.expected:
        return "incomplete_front" if facts.reason in ("header", "nonce") else "incomplete_unknown"
    return "incomplete" if size_words(facts.size) != size_words(facts.expected) else "incomplete_by_bytes"


def sender_words(facts: Facts) -> str:
    """Return who sent a file: with the agency that our officer set, or as what the card says where he set none."""
    return who_words(facts.contact_name or facts.sender_name, facts.contact_agency, facts.sender_agency)


def who_words(name: str, agency: str, claimed: str) -> str:
    """Return a name with the agency that our officer set, or, where he set none, with what the card says of itself."""
    if agency:
        return f"{quoted(name)} ({agency})"
    return _("%(name)s (says %(agency)s)") % {"name": quoted(name), "agency": claimed} if claimed else quoted(name)


def recipient_words(facts: Facts) -> str:
    """Return for whom a file was sealed; of a card that we do not have, that the name is only the sender's word."""
    stranger = _("%(name)s (a card that you do not have: %(fingerprint)s)")
    named = zip(facts.recipients, facts.recipient_fingerprints, strict=True)
    return ", ".join(
        stranger % {"name": quoted(name), "fingerprint": one[:16]} if one in facts.strangers else quoted(name)
        for name, one in named
    )


def _byte_words(count: int) -> str:
    return ngettext("%(count)d byte", "%(count)d bytes", count) % {"count": count}


def size_words(size: int) -> str:
    """Return a size in bytes as an officer reads it, in powers of ten: ``345 kB``, ``1.1 GB``."""
    value, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:  # noqa: PLR2004 - powers of ten
            break
        value, unit = value / 1000, larger
    digits = 0 if unit == "bytes" or value >= 10 else 1  # noqa: PLR2004 - two figures
    return f"{value:.{digits}f} {unit}"
