"""``request``, ``consent`` and ``recall``."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from briefcase.cli.errors import UsageError
from briefcase.cli.messages import answer_sent, sent_line, sent_value
from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder, Parser
from briefcase.language import _
from briefcase.services.consenting import asking, inquiries, life, recalling
from briefcase.services.consenting.asking import Wanted
from briefcase.services.consenting.errors import ConsentUnknown
from briefcase.services.files import need_folder
from briefcase.services.messages import Sent


def add_commands(add: Adder) -> None:
    """Add the three groups."""
    _requests(add)
    _consents(add)
    add.group("recall", _("ask for records back"))
    send = add.command("recall send", _("ask for own records back from whom they were given to"), send_recall)
    send.add_argument("records", metavar="RECORD", nargs="+")
    send.add_argument("--to", action="append", default=[], metavar="CONTACT", help=_("only these contacts"))
    send.add_argument("--revision", default="", metavar="ID", help=_("only this revision"))
    send.add_argument("--wanted", choices=("return", "destroy", "stop_use"), default="destroy")
    send.add_argument("--reason", default="", metavar="TEXT")
    _out(send)
    add.command("recall list", _("list the recalls that were sent and taken in"), list_recalls)


def _requests(add: Adder) -> None:
    add.group("request", _("ask partners, and answer them"))
    ask = add.command("request ask", _("ask a question"), ask_question)
    ask.add_argument("text", metavar="TEXT")
    ask.add_argument("--to", action="append", required=True, metavar="CONTACT")
    ask.add_argument("--record", action="append", default=[], metavar="ID", help=_("what it is about"))
    ask.add_argument("--purpose", default="", metavar="TEXT")
    ask.add_argument("--needed-by", default="", metavar="TIME", help=_("in UTC, 2026-11-24T06:02:56Z"))
    _out(ask)
    reply = add.command("request answer", _("answer a question, or refuse to"), answer_question)
    reply.add_argument("id", metavar="MESSAGE_ID")
    reply.add_argument("--bundle", default="", metavar="BUNDLE_ID", help=_("the hand-over that answers it"))
    reply.add_argument("--text", default="", metavar="TEXT")
    reply.add_argument("--refuse", action="store_true", help=_("refuse, in the words of --text"))
    _out(reply)
    listed = add.command("request list", _("list requests, what is due first in front"), list_requests)
    listed.add_argument("--open", dest="only_open", action="store_true", help=_("open ones only"))


def _consents(add: Adder) -> None:
    add.group("consent", _("let records pass on, or not"))
    ask = add.command("consent ask", _("ask the originator to let records pass on"), ask_consent)
    ask.add_argument("records", metavar="RECORD", nargs="+")
    ask.add_argument("--to", required=True, metavar="CONTACT", help=_("of the agency whose records they are"))
    ask.add_argument("--needed-by", default="", metavar="TIME", help=_("in UTC, 2026-11-24T06:02:56Z"))
    _wanted(ask)
    _out(ask)
    decide = add.command(
        "consent decide", _("grant a request for consent, whole or in part, or refuse"), decide_consent
    )
    decide.add_argument("id", metavar="MESSAGE_ID")
    how = decide.add_mutually_exclusive_group(required=True)
    how.add_argument("--grant", action="store_true")
    how.add_argument("--refuse", action="store_true", help=_("refuse, in the words of --note"))
    decide.add_argument("--record", dest="records", action="append", default=[], metavar="ID", help=_("only these"))
    _terms(decide)
    _out(decide)
    own = add.command(
        "consent record", _("let own records go where a caveat wants the originator's consent"), record_own
    )
    own.add_argument("records", metavar="RECORD", nargs="+")
    _wanted(own)
    own.add_argument("--since", default="", metavar="TIME")
    listed = add.command("consent list", _("list consents and what became of them"), list_consents)
    listed.add_argument("--record", default="", metavar="ID")
    revoke = add.command("consent revoke", _("withdraw a consent that we gave"), revoke_consent)
    revoke.add_argument("id", metavar="MESSAGE_ID")
    revoke.add_argument("--reason", default="", metavar="TEXT")
    revoke.add_argument("--out", type=Path, metavar="DIR", help=_("where the sealed file goes"))
    _allow_names(revoke)


def _wanted(parser: Parser) -> None:
    parser.add_argument("--for", dest="recipient", required=True, metavar="CONTACT|AGENCY", help=_("who is to get it"))
    parser.add_argument("--field", dest="fields", action="append", default=[], metavar="NAME", help=_("only these"))
    parser.add_argument("--purpose", default="", metavar="TEXT")
    parser.add_argument("--until", default="", metavar="TIME", help=_("end, exclusive, in UTC"))
    parser.add_argument("--note", default="", metavar="TEXT")


def _terms(parser: Parser) -> None:
    parser.add_argument("--field", dest="fields", action="append", default=[], metavar="NAME", help=_("only these"))
    parser.add_argument("--purpose", default="", metavar="TEXT")
    parser.add_argument("--since", default="", metavar="TIME")
    parser.add_argument("--until", default="", metavar="TIME", help=_("end, exclusive, in UTC"))
    parser.add_argument("--note", default="", metavar="TEXT")


def _out(parser: Parser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("where the sealed file goes"))
    _allow_names(parser)


def _allow_names(parser: Parser) -> None:
    parser.add_argument(
        "--allow-names", action="store_true", help=_("the words may name what the partner does not know")
    )


def _asked(arguments: argparse.Namespace) -> Wanted:
    return Wanted(
        records=tuple(dict.fromkeys(arguments.records)),
        recipient=getattr(arguments, "recipient", ""),
        fields=tuple(arguments.fields),
        purpose=arguments.purpose,
        until=arguments.until,
        since=getattr(arguments, "since", ""),
        note=arguments.note,
    )


def ask_question(arguments: argparse.Namespace, output: Output) -> int:
    """``request ask``."""
    need_folder(arguments.out)
    with opened(arguments) as session:
        sent = inquiries.ask(
            session,
            arguments.to,
            arguments.text,
            arguments.out,
            records=arguments.record,
            purpose=arguments.purpose,
            needed_by=arguments.needed_by,
            allow_names=arguments.allow_names,
        )
    return answer_sent(sent, output)


def answer_question(arguments: argparse.Namespace, output: Output) -> int:
    """``request answer``: with a hand-over that was sealed before, in words, or with a refusal."""
    need_folder(arguments.out)
    if not (arguments.bundle or arguments.text) or (arguments.refuse and (arguments.bundle or not arguments.text)):
        raise UsageError(reason="--bundle, --text, --refuse --text")
    names, text = arguments.allow_names, arguments.text
    with opened(arguments) as session:
        if arguments.refuse:
            sent = inquiries.refuse(session, arguments.id, text, arguments.out, allow_names=names)
        else:
            bundle = arguments.bundle
            sent = inquiries.answer(
                session, arguments.id, arguments.out, bundle_id=bundle, text=text, allow_names=names
            )
    return answer_sent(sent, output)


def list_requests(arguments: argparse.Namespace, output: Output) -> int:
    """``request list``."""
    with opened(arguments) as session:
        found = inquiries.listed(session, only_open=arguments.only_open)
    lines = [one.words for one in found] or [_("There are no requests.")]
    output.answer({"requests": [msgspec.to_builtins(one) for one in found]}, lines)
    return 0


def ask_consent(arguments: argparse.Namespace, output: Output) -> int:
    """``consent ask``."""
    need_folder(arguments.out)
    with opened(arguments) as session:
        wanted, names = _asked(arguments), arguments.allow_names
        sent = asking.ask(
            session, arguments.to, wanted, arguments.out, needed_by=arguments.needed_by, allow_names=names
        )
    return answer_sent(sent, output)


def decide_consent(arguments: argparse.Namespace, output: Output) -> int:
    """``consent decide``: the answer of the originator's side."""
    need_folder(arguments.out)
    if arguments.refuse and not arguments.note:
        raise UsageError(reason="--note")
    names = arguments.allow_names
    with opened(arguments) as session:
        if arguments.refuse:
            sent = asking.refuse(session, arguments.id, arguments.note, arguments.out, allow_names=names)
        else:
            sent = asking.grant(session, arguments.id, _asked(arguments), arguments.out, allow_names=names)
    return answer_sent(sent, output)


def record_own(arguments: argparse.Namespace, output: Output) -> int:
    """``consent record``: signed, and kept in our own vault."""
    with opened(arguments) as session:
        taken = asking.record(session, _asked(arguments))
    message_id = taken.seen.opened.facts.message_id
    line = _("The consent %(id)s is recorded.") % {"id": message_id}
    output.answer({"message_id": message_id, "state": taken.state}, [line, *taken.words])
    return 0


def list_consents(arguments: argparse.Namespace, output: Output) -> int:
    """``consent list``: one line a record."""
    with opened(arguments) as session:
        found = life.of_record(session, arguments.record) if arguments.record else life.every(session)
    lines = [f"{one.record}  {one.title}: {one.words}" for one in found] or [_("There are no consents.")]
    output.answer({"consents": [msgspec.to_builtins(one) for one in found]}, lines)
    return 0


def revoke_consent(arguments: argparse.Namespace, output: Output) -> int:
    """``consent revoke``: a recall for whom it was given; one for ourselves needs no file."""
    if arguments.out is not None:
        need_folder(arguments.out)
    with opened(arguments) as session:
        try:
            names = arguments.allow_names
            done = asking.revoke(session, arguments.id, arguments.reason, arguments.out, allow_names=names)
        except ConsentUnknown:
            if arguments.out is None and asking.was_given(session, arguments.id):
                raise UsageError(reason="--out") from None
            raise
    if isinstance(done, Sent):
        return answer_sent(done, output)
    message_id = done.seen.opened.facts.message_id
    output.answer({"message_id": message_id, "state": done.state}, [_("The consent is withdrawn."), *done.words])
    return 0


def send_recall(arguments: argparse.Namespace, output: Output) -> int:
    """``recall send``: a file for each contact; who cannot be reached is named."""
    need_folder(arguments.out)
    with opened(arguments) as session:
        sent = recalling.send(
            session,
            arguments.records,
            arguments.out,
            to=arguments.to,
            revision=arguments.revision,
            wanted=arguments.wanted,
            reason=arguments.reason,
            allow_names=arguments.allow_names,
        )
        reached = {contact.fingerprint for one in sent for contact in one.recipients}
        others = [one.name for one in recalling.holders(session, arguments.records) if one.fingerprint not in reached]
    notices = [_("%(name)s was given it, too, and is not asked.") % {"name": name} for name in others]
    value: dict[str, object] = {"files": [sent_value(one) for one in sent], "not_asked": others}
    output.answer(value, [*map(sent_line, sent), *notices])
    return 0


def list_recalls(arguments: argparse.Namespace, output: Output) -> int:
    """``recall list``."""
    with opened(arguments) as session:
        found = recalling.listed(session)
    lines = [f"{one.message_id}  {one.words}" for one in found] or [_("There are no recalls.")]
    output.answer({"recalls": [msgspec.to_builtins(one) for one in found]}, lines)
    return 0
