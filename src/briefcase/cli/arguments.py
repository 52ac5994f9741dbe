"""The commands and their arguments."""

from __future__ import annotations

from pathlib import Path

from briefcase.cli import (
    age,
    approving,
    bins,
    bundles,
    consents,
    desk,
    disclosures,
    finding,
    joining,
    keeping,
    messages,
    operations,
    packs,
    papers,
    partners,
    same,
    sheets,
    slots,
    travel,
    vaults,
)
from briefcase.cli.parser import Adder, Parser, start
from briefcase.language import _


def build() -> Parser:
    """Return the parser of the whole command line."""
    parser, add = start()
    _vault(add)
    packs.add_commands(add)
    _identity_and_contacts(add)
    _records(add)
    _handing_over(add)
    _codes(add)
    joining.add_commands(add)
    same.add_commands(add)
    operations.add_commands(add)
    bins.add_commands(add)
    age.add_commands(add)
    return parser


def _vault(add: Adder) -> None:
    add.group("vault", _("make and check vaults"))
    make = add.command("vault create", _("make a vault and an identity"), vaults.create)
    make.add_argument("folder", metavar="DIR", type=Path)
    make.add_argument("--agency", required=True, metavar="USA/BIS")
    make.add_argument("--country", required=True, metavar="USA")
    make.add_argument("--officer", required=True, metavar="NAME")
    make.add_argument(
        "--pack", required=True, metavar="FILE", help=_("agency pack: a file, or the name of a shipped one")
    )
    make.add_argument(
        "--root", default="", metavar="FINGERPRINT", help=_("the card that signed the pack, as on its paper")
    )
    make.add_argument("--draft", action="store_true", help=_("the pack is not signed and meant as a draft"))
    make.add_argument("--role", choices=("officer", "agency"), default="officer", help=_("whose the card is"))
    make.add_argument("--device", metavar="NAME", default="", help=_("name of this device, to stand on the card"))
    make.add_argument("--recovery-sheet", metavar="FILE", type=Path, help=_("write the recovery words to this file"))
    make.add_argument("--revocation", metavar="FILE", type=Path, help=_("write the card's revocation to this file"))
    add.command("vault info", _("say what the vault is and holds"), vaults.info)
    check = add.command("vault check", _("verify everything in the vault"), vaults.check)
    check.add_argument(
        *("--head",), action="append", default=[], metavar="HEAD", help=_("a head from a printed page or a partner")
    )
    log = add.command("vault log", _("list the audit log, or write it signed to a file"), vaults.log)
    log.add_argument("--action", default="", metavar="WORD", help=_("entries whose action begins so"))
    log.add_argument("--about", default="", metavar="ID", help=_("entries about this id or fingerprint"))
    log.add_argument("--by", default="", metavar="NAME", help=_("entries of this officer"))
    log.add_argument("--since", default="", metavar="TIME", help=_("in UTC, 2026-11-24T06:02:56Z"))
    log.add_argument("--until", default="", metavar="TIME")
    log.add_argument("--limit", type=int, default=0, metavar="N", help=_("the newest so many"))
    log.add_argument("--out", type=Path, metavar="FILE", help=_("write the whole log, signed"))
    read = add.command("vault log-verify", _("verify a signed audit log"), vaults.verify_log)
    read.add_argument("file", metavar="FILE", type=Path)
    slots.add_commands(add)
    keeping.add_commands(add)
    travel.add_commands(add)
    left = add.command("vault unfinished", _("list sealed files that were begun and do not stand"), bundles.unfinished)
    left.add_argument("--settle", action="store_true", help=_("remove what is left of them, as far as it is there"))
    left.add_argument("--gone", action="store_true", help=_("take from the list also those whose folder is not there"))


def _identity_and_contacts(add: Adder) -> None:
    add.group("identity", _("our own card and keys"))
    add.command("identity show", _("show our card and its twelve words"), partners.show_identity)
    new = add.command("identity renew", _("make new keys and a new card on this device"), partners.renew)
    new.add_argument("--device", metavar="NAME", help=_("name of this device, if it changes"))
    new.add_argument("--revocation", metavar="FILE", type=Path, help=_("write the card's revocation to this file"))
    lost = add.command("identity revocation", _("write the card's revocation again"), partners.write_revocations)
    lost.add_argument("file", metavar="FILE", type=Path)
    secret = add.command("identity export-secret", _("write the secret age key to a file"), partners.export_secret)
    secret.add_argument("file", metavar="FILE", type=Path)
    add.group("contact", _("partners and their cards"))
    out = add.command("contact export", _("write our card to a file"), partners.export_card)
    out.add_argument("file", metavar="FILE", type=Path)
    take = add.command("contact import", _("take in a partner's card, unverified"), partners.import_card)
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument("--agency", metavar="GBR/HMRC", default="", help=_("agency as you know it"))
    take.add_argument("--country", metavar="GBR", default="", help=_("country as you know it"))
    sheet = add.command("contact print", _("print our card as a sheet with codes"), sheets.print_card)
    sheet.add_argument("file", metavar="FILE.pdf", type=Path)
    sheet.add_argument("--paper", choices=("a4", "letter"), default="a4")
    scan = add.command("contact scan", _("take in partners' cards from scans, unverified"), sheets.scan_cards)
    scan.add_argument("files", metavar="FILE", type=Path, nargs="+")
    scan.add_argument("--agency", metavar="GBR/HMRC", default="", help=_("agency as you know it"))
    scan.add_argument("--country", metavar="GBR", default="", help=_("country as you know it"))
    add.command("contact list", _("list the contacts with their words"), partners.list_contacts)
    show = add.command("contact show", _("show one contact with everything known of it"), partners.show)
    show.add_argument("contact", metavar="NAME|FINGERPRINT")
    gone = add.command("contact revoke", _("take in a partner's revocation"), partners.revoke)
    gone.add_argument("file", metavar="FILE", type=Path)
    lost = add.command("contact compromised", _("report that a partner's keys are lost"), partners.compromised)
    lost.add_argument("contact", metavar="NAME|FINGERPRINT")
    lost.add_argument("--reason", required=True, metavar="TEXT")
    lost.add_argument("--since", default="", metavar="TIME", help=_("in UTC, 2026-11-24T06:02:56Z"))
    keep = add.command(
        "contact export-revocations", _("write the revocations that are kept to a file"), partners.export_revocations
    )
    keep.add_argument("file", metavar="FILE", type=Path)
    check = add.command("contact verify", _("confirm a card by its twelve words"), partners.verify)
    check.add_argument("contact", metavar="NAME|FINGERPRINT")
    check.add_argument("--words", required=True, metavar='"..."')
    check.add_argument("--agency", required=True, metavar="GBR/HMRC")
    check.add_argument("--country", required=True, metavar="GBR")


def _records(add: Adder) -> None:
    add.group("record", _("write and read records"))
    new = add.command("record add", _("keep the records of a file of JSON lines"), desk.add)
    new.add_argument("file", metavar="FILE.jsonl", help=_("- reads standard input"))
    new.add_argument("--from-line", type=int, default=1, metavar="N", help=_("go on with this line of a large file"))
    show = add.command("record show", _("show one record"), desk.show)
    show.add_argument("id", metavar="ID")
    edit = add.command("record edit", _("change fields of an own record"), desk.edit)
    edit.add_argument("id", metavar="ID")
    edit.add_argument("file", metavar="FILE.json", help=_("- reads standard input"))
    add.group("case", _("cases"))
    add.command("case list", _("list the cases"), desk.list_cases)
    one = add.command("case show", _("show a case with its records and tear-lines"), desk.show_case)
    one.add_argument("case", metavar="CASE")
    _finding(add)
    file = add.command("attach", _("attach a file to a document record"), desk.attach)
    file.add_argument("record", metavar="RECORD")
    file.add_argument("file", metavar="FILE", type=Path)


def _finding(add: Adder) -> None:
    find = add.command("search", _("find records"), finding.search)
    find.add_argument("text", metavar="TEXT", help=_("words, and filters such as country:KZ after:2023-06"))
    find.add_argument("--kind", action="append", default=[], metavar="KIND")
    find.add_argument("--case", default="", metavar="CASE", help=_("only in this case"))
    find.add_argument(
        "--for",
        dest="for_contact",
        default="",
        metavar="CONTACT",
        help=_("only in what this contact may see of the case"),
    )
    find.add_argument("--saved", action="store_true", help=_("TEXT is the name of a saved search"))
    find.add_argument("--limit", type=int, default=200, metavar="N")
    add.group("searches", _("searches kept under a name"))
    keep = add.command("searches save", _("keep a search under a name"), finding.save)
    keep.add_argument("name", metavar="NAME")
    keep.add_argument("text", metavar="TEXT")
    add.command("searches list", _("list the saved searches"), finding.list_saved)
    add.command("searches remove", _("forget a saved search"), finding.remove).add_argument("name", metavar="NAME")


def _handing_over(add: Adder) -> None:
    give = add.command("handover", _("clear a case for contacts and seal it"), bundles.hand_over)
    give.add_argument("case", metavar="CASE")
    give.add_argument("--to", action="append", required=True, metavar="CONTACT")
    give.add_argument("--out", type=Path, metavar="DIR", help=_("where the sealed files go"))
    give.add_argument("--dry-run", action="store_true", help=_("show the release matrix only"))
    give.add_argument(*("--without",), action="append", default=[], metavar="RECORD", help=_("leave this record out"))
    give.add_argument(
        *("--confirm",), action="append", default=[], metavar="MATCH", help=_("you looked at this match; it may go")
    )
    give.add_argument("--allow-unverified", action="store_true", help=_("seal for an unverified contact, too"))
    give.add_argument("--purpose", default="", metavar="TEXT")
    give.add_argument("--caveat", default="", metavar="TEXT", help=_("handling instructions"))
    give.add_argument("--allow-names", action="store_true", help=_("with names that a recipient may not know in these"))
    give.add_argument(
        "--approval", action="append", default=[], type=Path, metavar="FILE", help=_("a second officer's approval")
    )
    asked = _("where requests for approvals go; here when not given")
    give.add_argument("--requests", type=Path, default=Path(), metavar="DIR", help=asked)
    add.group("bundle", _("sealed files"))
    for name, text, run in (
        ("bundle verify", _("say who sealed a file for whom, and whether it is whole"), bundles.verify),
        ("bundle list", _("list what is in a file"), bundles.list_entries),
        ("bundle show", _("write one entry to standard output"), bundles.show),
        ("bundle take-in", _("keep the records of a verified file"), bundles.take_in),
    ):
        parser = add.command(name, text, run)
        parser.add_argument("file", metavar="FILE", type=Path)
        if name == "bundle show":
            parser.add_argument("entry", metavar="ENTRY")
        if name == "bundle take-in":
            accept = _("take in from an unverified or expired sender, too, and mark every record so")
            parser.add_argument("--accept-unverified", action="store_true", help=accept)
    _messages(add)
    consents.add_commands(add)
    papers.add_commands(add)
    approving.add_commands(add)
    disclosures.add_commands(add)
    demo = add.command("demo", _("play the demonstration"), vaults.demo)
    demo.add_argument("--headless", action="store_true", help=_("without a window"))
    demo.add_argument("--out", type=Path, metavar="DIR", default=Path("briefcase-demo"))


def _messages(add: Adder) -> None:
    add.group("receipt", _("acknowledge bundles"))
    make = add.command("receipt make", _("acknowledge a bundle to its sender"), messages.make_receipt)
    make.add_argument("bundle", metavar="FILE|BUNDLE_ID")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("where the sealed file goes"))
    take = add.command("receipt take", _("keep a partner's receipt"), messages.take_receipt)
    take.add_argument("file", metavar="FILE", type=Path)
    add.group("message", _("consents, recalls, requests, notices"))
    give = add.command("message send", _("seal a message for contacts"), messages.send)
    give.add_argument("type", metavar="TYPE", choices=messages.TYPES)
    give.add_argument("--to", action="append", required=True, metavar="CONTACT")
    give.add_argument("--body", type=Path, required=True, metavar="FILE.json")
    give.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("where the sealed file goes"))
    give.add_argument("--allow-names", action="store_true", help=_("send it with names that a recipient may not know"))
    look = add.command("message show", _("say who sent a message and what it says"), messages.show)
    look.add_argument("file", metavar="FILE|MESSAGE_ID")
    keep = add.command("message take", _("keep a verified message"), messages.take)
    keep.add_argument("file", metavar="FILE", type=Path)
    add.command("message list", _("list what was sent and taken in"), messages.list_messages)


def _codes(add: Adder) -> None:
    receipt = add.command("receipt print", _("print a sealed receipt as a sheet with codes"), sheets.print_message)
    receipt.add_argument("file", metavar="FILE.brief", type=Path)
    receipt.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
    receipt.add_argument("--paper", choices=("a4", "letter"), default="a4")
    add.group("codes", _("codes on paper"))
    read = add.command("codes read", _("put together what the codes on scans hold"), sheets.read_codes)
    read.add_argument("files", metavar="FILE", type=Path, nargs="+")
    read.add_argument("--out", required=True, type=Path, metavar="DIR")
