"""``vault travel``, ``merge`` and ``conflicts``: a part of the vault on a journey, and home again."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from briefcase.cli import asking
from briefcase.cli.keeping import Percent
from briefcase.cli.opening import Waits, new_passphrase, opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.cli.slots import printed, taken_back
from briefcase.language import _
from briefcase.services import contacts
from briefcase.services.files import need_free
from briefcase.services.keeping import merging, travel
from briefcase.services.keeping.merging import Conflict, Merged
from briefcase.services.session import unlock

_KINDS: tuple[merging.Kind, ...] = ("new", "newer", "conflict", "gone", "refused")


def add_commands(add: Adder) -> None:
    """Add the commands of this file to the group ``vault``."""
    go = add.command("vault travel", _("make a vault of a few cases for a journey"), pack)
    go.add_argument("folder", metavar="NEW_DIR", type=Path)
    go.add_argument("--case", action="append", required=True, metavar="CASE", help=_("with everything in it"))
    go.add_argument(
        "--for", dest="contact", action="append", default=[], metavar="CONTACT", help=_("only what he may see")
    )
    go.add_argument("--recovery-sheet", metavar="FILE", type=Path, help=_("write the recovery words to this file"))
    words = _("file that holds the travel vault's passphrase")
    go.add_argument("--new-passphrase-file", metavar="FILE", type=Path, help=words)
    home = add.command("vault merge", _("bring home what was written in a travel vault"), merge)
    home.add_argument("travel", metavar="TRAVEL", type=Path)
    home.add_argument("--travel-passphrase-file", metavar="FILE", type=Path, help=words)
    home.add_argument("--look", action="store_true", help=_("say what would come, and change nothing"))
    wait = add.command("vault conflicts", _("decide about records that were changed on both sides"), conflicts)
    wait.add_argument("record", metavar="RECORD", nargs="?")
    wait.add_argument("--keep", metavar="REVISION", help=_("the revision to keep, or home"))


def pack(arguments: argparse.Namespace, output: Output) -> int:
    """``vault travel``."""
    if arguments.recovery_sheet:
        need_free(arguments.recovery_sheet)
    with opened(arguments) as session:
        chosen = [contacts.find(session, one).fingerprint for one in arguments.contact]
        done = travel.pack(
            session, arguments.folder, new_passphrase(arguments), arguments.case, to=chosen, progress=Percent()
        )
        if arguments.recovery_sheet:
            with taken_back(arguments.folder):
                printed(session, done.recovery_words, arguments.recovery_sheet, vault_id=done.vault_id)
    value: dict[str, object] = {
        "vault": str(done.path),
        "vault_id": done.vault_id,
        "records": done.records,
        "left": done.left,
        "attachments": done.attachments,
    }
    lines = [
        _("The travel vault is in %(folder)s: %(records)s records and %(files)s attached files; %(left)s stay at home.")
        % {"folder": done.path, "records": done.records, "files": done.attachments, "left": done.left},
        _("It has keys of its own and no signing key: nothing can be sealed or opened with it."),
        _("Take it alone across the border, and merge it at home."),
    ]
    output.answer(value, lines)
    return 0


def merge(arguments: argparse.Namespace, output: Output) -> int:
    """``vault merge``: 0, or 14 when something waits for a decision."""
    file = arguments.travel_passphrase_file
    with opened(arguments) as session:
        prompt = _("Passphrase of the travel vault: ")
        typed = asking.from_file(file) if file else asking.at_terminal(prompt)
        there = unlock(arguments.travel, typed.decode("utf-8", "surrogateescape"), waiting=Waits())
        try:
            done = merging.plan(session, there) if arguments.look else merging.merge(session, there, progress=Percent())
        finally:
            there.close()
        waiting = merging.conflicts(session)
    lines = [*_merged_lines(done), *_waiting_lines(waiting)]
    output.answer({**_merged_value(done), "waiting": [_value(one) for one in waiting]}, lines)
    return 14 if done.of("conflict") else 0


def _merged_value(done: Merged) -> dict[str, object]:
    value: dict[str, object] = {kind: [one.record_id for one in done.of(kind)] for kind in _KINDS}
    return {**value, "attachments": done.attachments, "withdrawals": done.withdrawals}


def _merged_lines(done: Merged) -> list[str]:
    words = {
        "new": _("new: %(title)s"),
        "newer": _("changed: %(title)s"),
        "conflict": _("changed on both sides or marked otherwise, to be decided: %(title)s"),
        "gone": _("purged at home meanwhile, not taken: %(title)s"),
        "refused": _("not the travel vault's to change, not taken: %(title)s"),
    }
    return [words[one.kind] % {"title": one.title} for one in done.changes] or [
        _("Nothing was changed while travelling.")
    ]


def _waiting_lines(waiting: list[Conflict]) -> list[str]:
    lines = []
    for one in waiting:
        facts = {"title": one.title, "record": one.record_id, "revision": one.revision}
        lines.append(_("%(title)s: vault conflicts %(record)s --keep home, or --keep %(revision)s") % facts)
        for name, here, there in one.fields:
            values = {"field": name, "home": _json(here), "travel": _json(there)}
            lines.append("  " + _("%(field)s: at home %(home)s, from the journey %(travel)s") % values)
    return lines


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _value(one: Conflict) -> dict[str, object]:
    fields = [{"field": name, "home": here, "travel": there} for name, here, there in one.fields]
    return {"record": one.record_id, "title": one.title, "revision": one.revision, "fields": fields}


def conflicts(arguments: argparse.Namespace, output: Output) -> int:
    """``vault conflicts``: list them, or decide one."""
    with opened(arguments) as session:
        if arguments.record is not None:
            merging.decide(session, arguments.record, arguments.keep or "")
        waiting = merging.conflicts(session)
    lines = _waiting_lines(waiting) or [_("Nothing waits for a decision.")]
    output.answer({"waiting": [_value(one) for one in waiting]}, lines)
    return 0
