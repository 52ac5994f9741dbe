"""``disclosures``: what a partner was given, when, on which consents, and whether he acknowledged it."""

from __future__ import annotations

import argparse

import msgspec

from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.language import _
from briefcase.services import cases, contacts, disclosed
from briefcase.services.disclosed import Given
from briefcase.vault.values import Disclosure


def add_commands(add: Adder) -> None:
    """Add the command of this file."""
    went = add.command("disclosures", _("list what a contact was given, and on what it rests"), list_disclosures)
    went.add_argument(*("--for",), dest="for_contact", required=True, metavar="CONTACT")
    went.add_argument("--case", default="", metavar="CASE", help=_("only what lies in this case"))


def list_disclosures(arguments: argparse.Namespace, output: Output) -> int:
    """``disclosures``: file by file, oldest first."""
    with opened(arguments) as session:
        contact = contacts.find(session, arguments.for_contact)
        only = None
        if arguments.case:
            case = cases.find_case(session, arguments.case).id
            only = {one.id for one in (*cases.case_records(session, case), *cases.tear_lines(session, case))}
        given = disclosed.for_contact(session, contact, only)
        titles = cases.titles(session, [line.record_id for one in given for line in one.lines])
    lines = [line for one in given for line in _lines(one, titles)]
    value: dict[str, object] = {"disclosures": [_value(one, titles) for one in given]}
    output.answer(value, lines or [_("Nothing of this was given to %(name)s.") % {"name": contact.name}])
    return 0


def _lines(one: Given, titles: dict[str, str]) -> list[str]:
    head = f"{one.handed.when}  {one.handed.bundle_id}  {disclosed.words(one.handed)}"
    return [head, *(f"  {_line(line, titles)}" for line in one.lines)]


def _line(line: Disclosure, titles: dict[str, str]) -> str:
    parts = [line.record_id, titles.get(line.record_id) or _("no longer here")]
    if line.withheld:
        parts.append(_("without %(fields)s") % {"fields": ", ".join(line.withheld)})
    if line.consents:
        parts.append(_("with consent %(serials)s") % {"serials": ", ".join(line.consents)})
    if line.approvals:
        parts.append(_("approved by %(fingerprints)s") % {"fingerprints": ", ".join(line.approvals)})
    return "  ".join(parts)


def _value(one: Given, titles: dict[str, str]) -> dict[str, object]:
    inner = [
        {
            "id": line.record_id,
            "title": titles.get(line.record_id, ""),
            "revision": line.revision,
            "withheld": list(line.withheld),
            "consents": list(line.consents),
            "approvals": list(line.approvals),
        }
        for line in one.lines
    ]
    return {**msgspec.to_builtins(one.handed), "records": inner}
