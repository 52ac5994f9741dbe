"""What a message says, one closed struct a type: receipt, consent, recall, request, answer, notice of a compromise.

Every field is required and bounded, so that a reader needs no defaults and no text outgrows a printed sheet without
being noticed. What a message *may* say of whom is not judged here: that needs the contacts that our officer verified.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from briefcase.bundle.errors import MessageRefused
from briefcase.bundle.forms import Form, Hex32, Hex64, Line, OptionalHex32, Words
from briefcase.records.canonical import decode_json
from briefcase.records.errors import RecordInvalid
from briefcase.records.packs import is_agency
from briefcase.seal.card import check_time

ITEMS_LIMIT: Final = 1000
FIELDS_LIMIT: Final = 200
_HEX64 = 64

RecordId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")]
FieldName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]
Time = Annotated[str, Meta(min_length=20, max_length=20)]
OptionalTime = Annotated[str, Meta(max_length=20)]


class Item(Form, frozen=True):
    """One revision of one record and the fields that are meant, ascending; no field means all of that revision."""

    record: RecordId
    revision: Hex32
    fields: Annotated[tuple[FieldName, ...], Meta(max_length=FIELDS_LIMIT)]


class RecalledItem(Form, frozen=True):
    """One record; ``revision`` empty means every revision of it."""

    record: RecordId
    revision: OptionalHex32


class Consignee(Form, frozen=True):
    """For whom a consent is: the fingerprint of one officer's card, or an agency such as ``GBR/HMRC``."""

    kind: Literal["officer", "agency"]
    value: Line


Items = Annotated[tuple[Item, ...], Meta(max_length=ITEMS_LIMIT)]


class Receipt(Form, frozen=True):
    """A bundle arrived.

    Attributes:
        bundle_id: of the bundle.
        manifest_sha256: of its signed manifest.
        sender: fingerprint of the card that signed it.
        opened: when it was opened and found whole.
        taken_in: when its records were taken in; empty when they were not.
        by: name of the officer.
        audit_head: head of his audit chain before this receipt, so that each partner witnesses the other's log.

    How much of it was known before is not said: that would tell the sender what others gave.
    """

    bundle_id: Hex32
    manifest_sha256: Hex64
    sender: Hex64
    opened: Time
    taken_in: OptionalTime
    by: Line
    audit_head: Hex64


class Consent(Form, frozen=True):
    """The originator lets exactly these revisions and fields pass on, or does not.

    Attributes:
        request: message id of the request; empty when it was asked in another way.
        asker: fingerprint of the card of the officer who may pass it on.
        recipient: to whom.
        items: what; at least one.
        purpose: for what.
        start: from when.
        end: until when, exclusive.
        decision: granted or refused.
        note: in words; may be empty.
    """

    request: OptionalHex32
    asker: Hex64
    recipient: Consignee
    items: Items
    purpose: Words
    start: Time
    end: Time
    decision: Literal["granted", "refused"]
    note: Words


class Recall(Form, frozen=True):
    """The originator withdraws records that he gave, or consents that he granted.

    Attributes:
        items: records; may be empty when consents are named.
        consents: message ids of consents.
        reason: in words; may be empty.
        wanted: what the recipient is asked to do.
    """

    items: Annotated[tuple[RecalledItem, ...], Meta(max_length=ITEMS_LIMIT)]
    consents: Annotated[tuple[Hex32, ...], Meta(max_length=ITEMS_LIMIT)]
    reason: Words
    wanted: Literal["return", "destroy", "stop_use"]


class Request(Form, frozen=True):
    """A question, or the wish to pass something on.

    Attributes:
        text: the question in words.
        items: what it is about; may be empty.
        recipient: for whom consent is asked; null when none is.
        purpose: for what.
        needed_by: time; may be empty.
    """

    text: Words
    items: Items
    recipient: Consignee | None
    purpose: Words
    needed_by: OptionalTime


class Answer(Form, frozen=True):
    """A request for information is answered.

    Attributes:
        request: message id of the request.
        decision: answered by a bundle or in words, or refused.
        bundle_id: of the bundle that holds the answer; empty when there is none.
        text: in words; may be empty when a bundle is named.
    """

    request: Hex32
    decision: Literal["answered", "refused"]
    bundle_id: OptionalHex32
    text: Words


class Compromise(Form, frozen=True):
    """The keys of a card may be in other hands.

    Attributes:
        fingerprint: of the card.
        since: time from which they may be; empty when it is not known.
        reason: in words; may be empty.
    """

    fingerprint: Hex64
    since: OptionalTime
    reason: Words


Body = Receipt | Consent | Recall | Request | Answer | Compromise
BODIES: Final = MappingProxyType(
    {
        "receipt": Receipt,
        "consent": Consent,
        "recall": Recall,
        "request": Request,
        "answer": Answer,
        "compromise": Compromise,
    }
)
"""Body by type; the type is the purpose under which the message is signed."""


def type_of(body: Body) -> str:
    """Return the type of a message with this body."""
    return next(name for name, form in BODIES.items() if type(body) is form)


def from_json(name: str, data: bytes) -> Body:
    """Return the body of a type from JSON in any spelling, as an officer or another program writes it.

    A name that stands twice in one object is refused: two readers would take different values for it.

    Raises:
        MessageRefused: names the place in the JSON, never its content.
    """
    try:
        body: Body = msgspec.convert(decode_json(data), type=BODIES[name])
    except RecordInvalid:
        raise MessageRefused(reason="JSON") from None
    except msgspec.ValidationError as error:
        place = str(error).partition(" - at `$")[2].rstrip("`")
        raise MessageRefused(reason=place.removeprefix(".") or "JSON") from None
    if wrong := fault(body):
        raise MessageRefused(reason=wrong)
    return body


def fault(body: Body) -> str:
    """Return which parts of a body contradict each other or have no meaning, in a word, or an empty text."""
    times = {
        name: getattr(body, name)
        for name in ("opened", "taken_in", "start", "end", "since", "needed_by")
        if getattr(body, name, "")
    }
    wrong = next((name for name, value in times.items() if not check_time(value)), "")
    return wrong or _contradiction(body)


def _contradiction(body: Body) -> str:
    found = ""
    if isinstance(body, Consent):
        found = "" if body.start < body.end else "period"
        found = found or _items_fault(body.items, needed=True) or _consignee_fault(body.recipient)
    elif isinstance(body, Recall):
        found = _recall_fault(body)
    elif isinstance(body, Request):
        found = _items_fault(body.items, needed=False)
        found = found or (_consignee_fault(body.recipient) if body.recipient else "")
    elif isinstance(body, Answer):
        found = "" if body.text or (body.decision == "answered" and body.bundle_id) else "no answer"
        found = found or ("bundle of a refusal" if body.decision == "refused" and body.bundle_id else "")
    return found


def _recall_fault(body: Recall) -> str:
    named = [(one.record, one.revision) for one in body.items]
    if len(set(named)) != len(named) or len(set(body.consents)) != len(body.consents):
        return "an item twice"
    return "" if named or body.consents else "nothing recalled"


def _items_fault(items: tuple[Item, ...], *, needed: bool) -> str:
    named = [(one.record, one.revision) for one in items]
    if len(set(named)) != len(named):
        return "an item twice"
    if any(sorted(set(one.fields)) != list(one.fields) for one in items):
        return "fields"
    return "no item" if needed and not items else ""


def _consignee_fault(recipient: Consignee) -> str:
    value = recipient.value
    if recipient.kind == "agency":
        return "" if is_agency(value) else "agency"
    return "" if len(value) == _HEX64 and not set(value) - set("0123456789abcdef") else "officer"
