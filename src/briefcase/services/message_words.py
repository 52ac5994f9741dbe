"""What a message says, as titles and values for the officer; ids and names of fields stand as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from briefcase.bundle import message_text
from briefcase.bundle.message_bodies import (
    Answer,
    Body,
    Compromise,
    Consent,
    Consignee,
    Item,
    Recall,
    RecalledItem,
    Receipt,
    Request,
)
from briefcase.errors import N_
from briefcase.language import _, listed
from briefcase.services.session import Session
from briefcase.vault.messages import MessageRow

_TYPES = MappingProxyType(
    {
        "receipt": N_("Receipt"),
        "consent": N_("Consent"),
        "recall": N_("Recall"),
        "request": N_("Request"),
        "answer": N_("Answer"),
        "compromise": N_("Notice of lost keys"),
    }
)
_WANTED = MappingProxyType(
    {
        "return": N_("return it"),
        "destroy": N_("destroy it"),
        "stop_use": N_("use it no more"),
        "granted": N_("granted"),
        "refused": N_("refused"),
        "answered": N_("answered"),
    }
)
Pair = tuple[str, str]


def type_title(name: str) -> str:
    """Return the officer's name of a type of message."""
    return _(_TYPES[name])


def body_words(body: Body) -> tuple[Pair, ...]:
    """Return (title, value) of everything that a message says; what is empty is left out."""
    if isinstance(body, Receipt):
        pairs = _receipt(body)
    elif isinstance(body, Consent):
        pairs = _consent(body)
    elif isinstance(body, Recall):
        pairs = _recall(body)
    elif isinstance(body, Request):
        pairs = _request(body)
    elif isinstance(body, Answer):
        pairs = _answer(body)
    else:
        pairs = _compromise(body)
    return tuple((title, value) for title, value in pairs if value)


def sent_words(session: Session, digest: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a sealed message of ours says, for a sheet of paper: its kind, and facts in words.

    Of a receipt all is said; of another message only its kind, for whom and when, because anybody reads paper.

    Args:
        session: open.
        digest: SHA-256 of the sealed file, 64 hexadecimal digits.

    Returns:
        Kind and facts; both empty when we did not send it.
    """
    entries = session.vault.audit.entries()
    sent = [one.subject for one in entries if one.action == "message.send" and one.detail.get("file") == digest]
    rows = [row for row in session.vault.messages.seen(sent[-1]) if row.direction == "out"] if sent else []
    if not rows:
        return "", ()
    facts, says = told(rows[0])
    return type_title(rows[0].type), (*facts, *(says if rows[0].type == "receipt" else ()))


def told(row: MessageRow) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Return the facts of a kept message, and what it says."""
    message = message_text.decode(row.text, row.type)
    facts = (
        (_("From"), f"{message.sender.name} ({message.sender.agency})"),
        (_("Sealed for"), listed(one.name for one in message.recipients)),
        (_("Sealed on"), message.created),
        (_("Message"), message.message_id),
        (_("Number in its series"), str(message.serial)),
    )
    return facts, body_words(message.body)


def wanted_words(wanted: str) -> str:
    """Return what a recall asks for, or what a consent or an answer decides, in words."""
    return _(_WANTED[wanted])


def state_words(state: str) -> str:
    """Return what became of a message, in words."""
    return {"sent": _("sent"), "counts": _("counts"), "noted": _("noted, without effect")}[state]


def _receipt(body: Receipt) -> Iterator[Pair]:
    yield _("Bundle"), body.bundle_id
    yield _("Digest of its manifest"), body.manifest_sha256
    yield _("Signed by the card"), body.sender
    yield _("Opened"), body.opened
    yield _("Taken in"), body.taken_in or _("no")
    yield _("By"), body.by
    yield _("Audit head there"), body.audit_head


def _consent(body: Consent) -> Iterator[Pair]:
    yield _("Decision"), wanted_words(body.decision)
    yield _("To the request"), body.request
    yield _("May be passed on by the card"), body.asker
    yield _("To"), consignee_words(body.recipient)
    yield _("What"), _items(body.items)
    yield _("Purpose"), body.purpose
    yield _("From"), body.start
    yield _("Until, exclusive"), body.end
    yield _("Note"), body.note


def _recall(body: Recall) -> Iterator[Pair]:
    yield _("Wanted"), wanted_words(body.wanted)
    yield _("What"), _recalled(body.items)
    yield _("Withdrawn consents"), ", ".join(body.consents)
    yield _("Reason"), body.reason


def _request(body: Request) -> Iterator[Pair]:
    yield _("Request"), body.text
    yield _("About"), _items(body.items)
    yield _("Consent is asked for"), consignee_words(body.recipient) if body.recipient else ""
    yield _("Purpose"), body.purpose
    yield _("Needed by"), body.needed_by


def _answer(body: Answer) -> Iterator[Pair]:
    yield _("To the request"), body.request
    yield _("Decision"), wanted_words(body.decision)
    yield _("Bundle"), body.bundle_id
    yield _("Answer"), body.text


def _compromise(body: Compromise) -> Iterator[Pair]:
    yield _("Card"), body.fingerprint
    yield _("Since"), body.since or _("not known")
    yield _("Reason"), body.reason


def consignee_words(recipient: Consignee) -> str:
    """Return for whom a consent is, in words."""
    if recipient.kind == "agency":
        return _("the agency %(name)s") % {"name": recipient.value}
    return _("the officer with the card %(name)s") % {"name": recipient.value}


def _items(items: Iterable[Item]) -> str:
    return "\n".join(
        _("record %(record)s, revision %(revision)s, %(fields)s")
        % {
            "record": one.record,
            "revision": one.revision,
            "fields": ", ".join(one.fields) or _("all fields"),
        }
        for one in items
    )


def _recalled(items: Iterable[RecalledItem]) -> str:
    one_revision, every = _("record %(record)s, revision %(revision)s"), _("record %(record)s, every revision")
    return "\n".join(
        (one_revision if one.revision else every) % {"record": one.record, "revision": one.revision} for one in items
    )
