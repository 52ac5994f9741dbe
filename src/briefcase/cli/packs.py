"""``pack``: the agency pack in force, its root, and how another one takes its place."""

from __future__ import annotations

import argparse
from pathlib import Path

from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.parser import Adder
from briefcase.language import _, ngettext
from briefcase.records.packs import Pack
from briefcase.seal.card import Card
from briefcase.services.packs import holding
from briefcase.services.packs.holding import Held


def add_commands(add: Adder) -> None:
    """Add the group ``pack``."""
    add.group("pack", _("the agency pack: how we mark, and to what each partner is cleared"))
    show = add.command("pack show", _("show the pack in force, or one in a file, and who signed it"), show_pack)
    show.add_argument("file", metavar="FILE", type=Path, nargs="?")
    take = add.command("pack load", _("put another pack into force"), load)
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument("--draft", action="store_true", help=_("the pack is not signed and meant as a draft"))
    root = add.command("pack root", _("show or pin the card that signs our packs"), root_of_packs)
    root.add_argument("card", metavar="NAME|FINGERPRINT", nargs="?")
    root.add_argument("--replace", action="store_true", help=_("the root that is pinned gives way to this one"))
    make = add.command("pack sign", _("sign a pack as a record authority"), sign)
    make.add_argument("file", metavar="FILE", type=Path)


def show_pack(arguments: argparse.Namespace, output: Output) -> int:
    """``pack show``."""
    with opened(arguments) as session:
        found = holding.held(session) if arguments.file is None else holding.look(session, arguments.file)
    output.answer(_value(found), [*_lines(found), *_content(found.pack)])
    return 0


def load(arguments: argparse.Namespace, output: Output) -> int:
    """``pack load``."""
    with opened(arguments) as session:
        found = holding.held(holding.load(session, arguments.file, draft=arguments.draft))
    output.answer(_value(found), [_("This agency pack is in force now."), *_lines(found)])
    return 0


def root_of_packs(arguments: argparse.Namespace, output: Output) -> int:
    """``pack root``: show it, or pin one."""
    with opened(arguments) as session:
        if arguments.card is not None:
            holding.pin(session, arguments.card, replace=arguments.replace)
        root, card = holding.root_fingerprint(session), holding.root_card(session)
        signed = holding.held(session).signed
    lines = [
        *(
            _root_lines(root, card)
            if root
            else [_("No root is pinned: only a draft can be loaded, and nobody vouches for it.")]
        ),
        *([_("The pack in force was not signed by this root.")] if root and signed != "root" else []),
    ]
    named, words = (card.name, list(card.words())) if card else ("", [])
    value: dict[str, object] = {"root": root, "name": named, "words": words, "signed": signed}
    output.answer(value, lines)
    return 0


def _root_lines(root: str, card: Card | None) -> list[str]:
    lines = [_("Root of our packs: %(fingerprint)s") % {"fingerprint": root}]
    if card is not None:
        said = _("%(name)s (%(agency)s). Words: %(words)s")
        lines.append(said % {"name": card.name, "agency": card.agency, "words": " ".join(card.words())})
    return lines


def sign(arguments: argparse.Namespace, output: Output) -> int:
    """``pack sign``."""
    with opened(arguments) as session:
        where = holding.sign(session, arguments.file)
        fingerprint = session.fingerprint
    words = _("The signature is in %(file)s; hand it over together with the pack.") % {"file": where}
    output.answer({"file": str(where), "signer": fingerprint}, [words])
    return 0


def _value(found: Held) -> dict[str, object]:
    pack = found.pack
    return {
        "pack": pack.id,
        "title": pack.title,
        "edition": pack.edition,
        "version": pack.version,
        "status": pack.status,
        "source": pack.source,
        "sha256": pack.sha256,
        "signed": found.signed,
        "signer": found.signer.fingerprint if found.signer else "",
        "signed_at": found.when,
        "root": found.root,
        "policies": {one.id: [level.id for level in one.levels] for one in pack.policies.values()},
        "partners": {code: dict(row.cleared_to) for code, row in pack.partners.items()},
        "communities": {code: sorted(members) for code, members in pack.communities.items()},
        "approval": {"needed": pack.approval.needed, "approvers": sorted(pack.approval.approvers)},
    }


def _lines(found: Held) -> list[str]:
    pack = found.pack
    title = _("%(title)s, version %(version)s of %(edition)s, status: %(status)s")
    lines = [title % {"title": pack.title, "version": pack.version, "edition": pack.edition, "status": pack.status}]
    if found.signer is None:
        return [*lines, _("Not signed: a draft. Nobody but whoever loaded it vouches for it.")]
    if found.signed == "root":
        words = _("Signed by the root, %(name)s (%(agency)s), on %(time)s.")
    else:
        words = _("Signed by %(name)s (%(agency)s) on %(time)s, who is not the root pinned here.")
    return [*lines, words % {"name": found.signer.name, "agency": found.signer.agency, "time": found.when}]


def _content(pack: Pack) -> list[str]:
    scheme, row = _("%(title)s (%(policy)s), lowest first: %(levels)s"), _("%(partner)s is cleared to %(levels)s")
    lines = [
        scheme % {"title": one.title, "policy": one.id, "levels": ", ".join(level.text for level in one.levels)}
        for one in pack.policies.values()
    ]
    for code, partner in sorted(pack.partners.items()):
        cleared = ", ".join(f"{policy}: {level}" for policy, level in sorted(partner.cleared_to.items()))
        lines.append(row % {"partner": code, "levels": cleared or _("nothing")})
    lines = lines or [_("The pack knows no policy and clears nobody.")]
    return [*lines, *_approval(pack)]


def _approval(pack: Pack) -> list[str]:
    if not pack.approval.needed:
        return []
    words = ngettext(
        "A second officer must approve each file that is sealed; who may, by fingerprint:",
        "%(count)s further officers must approve each file that is sealed; who may, by fingerprint:",
        pack.approval.needed,
    )
    cards = [f"  {fingerprint}" for fingerprint in sorted(pack.approval.approvers)]
    return [words % {"count": pack.approval.needed}, *cards]
