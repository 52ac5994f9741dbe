"""``message`` and ``receipt``."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import msgspec

from briefcase.bundle.message_bodies import from_json
from briefcase.cli.opening import opened
from briefcase.cli.output import Output, complain
from briefcase.language import _, listed
from briefcase.records.fields import kind_title
from briefcase.services import contacts, messages, outgoing, receipts
from briefcase.services.errors import FileUnreadable, MessageTakeRefused
from briefcase.services.files import need_folder, read_file
from briefcase.services.message_words import state_words, type_title
from briefcase.services.messages import Listed, Seen, Sent
from briefcase.services.messaging import mentions
from briefcase.services.messaging.errors import MessageMentions
from briefcase.services.messaging.mentions import Mention
from briefcase.services.session import Session

TYPES = ("consent", "recall", "request", "answer", "compromise")
_LARGEST = 1 << 20
_ALARM = 14
"""Exit status of what was kept and contradicts what the vault knows."""
_ID = re.compile(r"[0-9a-f]{32}\Z")


def show(arguments: argparse.Namespace, output: Output) -> int:
    """``message show``: the verdict, the facts, and what it says; of a kept message, what it does."""
    with opened(arguments) as session:
        if _ID.match(arguments.file) and not Path(arguments.file).exists():
            return _show_kept(session, arguments.file, output)
        return answer(session, Path(arguments.file), output)


def _show_kept(session: Session, message_id: str, output: Output) -> int:
    """Say what is kept under an id; every sender has ids of his own."""
    found = [one for one in messages.list_messages(session) if one.message_id == message_id]
    if not found:
        raise FileUnreadable(name=message_id)
    values, lines = [], []
    for one in found:
        facts, says = messages.kept_words(session, one.message_id, one.direction, one.sender)
        values.append({**_listed(one), "says": [list(each) for each in says]})
        lines += [_line(one), *(f"  {title}: {value}" for title, value in (*facts, *says))]
    output.answer({"kind": "message", "kept": values}, lines)
    return 0


def _listed(one: Listed) -> dict[str, object]:
    return dict(msgspec.to_builtins(one))


def answer(session: Session, file: Path, output: Output) -> int:
    """Say what a message is; the exit status is the verdict."""
    seen = messages.inspect(session, file)
    output.answer(_value(seen), _lines(seen))
    return seen.verdict.exit_status


def _value(seen: Seen) -> dict[str, object]:
    facts, message = seen.opened.facts, seen.opened.message
    return {
        "verdict": seen.verdict.value,
        "sentence": seen.headline,
        "kind": "message",
        "type": facts.message_type,
        "message_id": facts.message_id,
        "message_sha256": facts.message_sha256,
        "serial": facts.sequence,
        "sender": facts.sender_name,
        "sender_agency": facts.sender_agency,
        "sender_fingerprint": facts.sender_fingerprint,
        "sender_state": facts.sender_state,
        "sender_key": facts.sender_key,
        "recipients": list(facts.recipients),
        "recipient_fingerprints": list(facts.recipient_fingerprints),
        "created": facts.created,
        "size": facts.size,
        "body": msgspec.to_builtins(message.body) if message is not None else None,
        "notices": list(seen.notices),
    }


def _lines(seen: Seen) -> list[str]:
    pairs = [*seen.facts, *seen.says]
    return [seen.headline, *(f"  {title}: {value}" for title, value in pairs), *seen.notices]


def take(arguments: argparse.Namespace, output: Output) -> int:
    """``message take``: keep a verified message and let it have its effect."""
    with opened(arguments) as session:
        return _take(session, arguments, output, receipt=False)


def take_receipt(arguments: argparse.Namespace, output: Output) -> int:
    """``receipt take``."""
    with opened(arguments) as session:
        return _take(session, arguments, output, receipt=True)


def _take(session: Session, arguments: argparse.Namespace, output: Output, *, receipt: bool) -> int:
    try:
        taken = (receipts if receipt else messages).take(session, arguments.file)
    except MessageTakeRefused as error:
        seen = messages.inspect(session, arguments.file)
        output.answer(_value(seen), _lines(seen))
        complain(error)
        return seen.verdict.exit_status
    value = {
        **_value(taken.seen),
        "state": taken.state,
        "nothing_new": taken.nothing_new,
        "alarm": taken.alarm,
        "words": list(taken.words),
    }
    output.answer(value, [*_lines(taken.seen), *taken.words])
    return _ALARM if taken.alarm else 0


def send(arguments: argparse.Namespace, output: Output) -> int:
    """``message send``: seal a message whose body stands in a file of JSON."""
    need_folder(arguments.out)
    body = from_json(arguments.type, read_file(arguments.body, limit=_LARGEST))
    with opened(arguments) as session:
        chosen = [contacts.find(session, name) for name in arguments.to]
        fingerprints = [one.fingerprint for one in chosen]
        try:
            sent = messages.send(session, body, fingerprints, arguments.out, allow_names=arguments.allow_names)
        except MessageMentions as error:
            tell_mentions(mentions.found(session, body, chosen), output)
            complain(error)
            return error.exit_status
    return answer_sent(sent, output)


def tell_mentions(found: list[Mention], output: Output) -> None:
    """Answer with the names that stop a message or a hand-over."""
    output.answer({"mentions": [msgspec.to_builtins(one) for one in found]}, mention_lines(found))


def mention_lines(found: list[Mention]) -> list[str]:
    """Return each name with its place and the recipient who does not know it."""
    line = _("%(place)s: %(words)s (%(kind)s %(record)s), not known to %(name)s")
    return [
        line
        % {
            "place": one.place,
            "words": one.words,
            "kind": kind_title(one.kind),
            "record": one.record,
            "name": one.contact,
        }
        for one in found
    ]


def make_receipt(arguments: argparse.Namespace, output: Output) -> int:
    """``receipt make``: for a file, or for the id of a bundle that was taken in."""
    need_folder(arguments.out)
    with opened(arguments) as session:
        named = arguments.bundle
        if _ID.match(named) and not Path(named).exists():
            sent = receipts.make_for_bundle(session, named, arguments.out)
        else:
            sent = receipts.make_for_file(session, Path(named), arguments.out)
    return answer_sent(sent, output)


def answer_sent(sent: Sent, output: Output) -> int:
    """Say what was sealed for whom."""
    value = sent_value(sent)
    output.answer(value, [sent_line(sent), *outgoing.place_notices(sent.path.parent)])
    return 0


def sent_value(sent: Sent) -> dict[str, object]:
    """Return a sealed message as JSON."""
    return {
        "file": str(sent.path),
        "message_id": sent.message_id,
        "type": sent.type,
        "serial": sent.serial,
        "recipients": [one.name for one in sent.recipients],
        "fingerprints": [one.fingerprint for one in sent.recipients],
        "size": sent.size,
        "notices": list(outgoing.place_notices(sent.path.parent)),
    }


def sent_line(sent: Sent) -> str:
    """Return a sealed message as a line."""
    names = listed(one.name for one in sent.recipients)
    return _("%(file)s: %(type)s for %(names)s.") % {"file": sent.path, "type": type_title(sent.type), "names": names}


def list_messages(arguments: argparse.Namespace, output: Output) -> int:
    """``message list``: what went out and what was taken in."""
    with opened(arguments) as session:
        found = messages.list_messages(session)
    value: dict[str, object] = {"messages": [_listed(one) for one in found]}
    output.answer(value, [_line(one) for one in found] or [_("There are no messages yet.")])
    return 0


def _line(one: Listed) -> str:
    way = _("to %(partner)s") if one.direction == "out" else _("from %(partner)s")
    who = way % {"partner": one.partner}
    return f"{one.created}  {type_title(one.type)} {one.serial} {who}: {state_words(one.state)}  {one.message_id}"
