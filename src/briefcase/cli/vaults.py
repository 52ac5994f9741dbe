"""``vault`` and ``demo``."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from briefcase import resources
from briefcase.cli.opening import opened, passphrase
from briefcase.cli.output import Output
from briefcase.cli.slots import printed, taken_back
from briefcase.errors import ResourceError
from briefcase.language import _, ngettext
from briefcase.records.pack_rules import strictly
from briefcase.services import demo as demonstrations
from briefcase.services import receiving, sheets, trust, upkeep
from briefcase.services.access import strength
from briefcase.services.chain import log as logs
from briefcase.services.chain import verdicts
from briefcase.services.errors import FileExists
from briefcase.services.files import need_free, read_file
from briefcase.services.packs import signature
from briefcase.services.packs.errors import PackUnsigned
from briefcase.services.session import Created, create_vault
from briefcase.vault.audit import Entry

_FAULTY = 4
_UNVERIFIED = 11


def create(arguments: argparse.Namespace, output: Output) -> int:
    """``vault create``: make a vault with an identity, and the sheets that were asked for.

    The names of the sheets are tried first: the recovery words exist only now.
    """
    for sheet in (arguments.recovery_sheet, arguments.revocation):
        if sheet:
            need_free(sheet)
    if arguments.recovery_sheet and arguments.recovery_sheet == arguments.revocation:
        raise FileExists(name=arguments.revocation.name)
    typed = passphrase(arguments, new=True)
    created = create_vault(
        arguments.folder,
        typed,
        agency=arguments.agency,
        country=arguments.country,
        officer=arguments.officer,
        pack=_pack(arguments),
        root=arguments.root,
        role=arguments.role,
        device=arguments.device,
    )
    try:
        _write_sheets(created, arguments)
        card = created.session.identity.card
        judged = strength.judge(typed, (arguments.officer, arguments.agency))
        value: dict[str, object] = {
            "vault": str(arguments.folder),
            "vault_id": created.session.vault.vault_id,
            "fingerprint": card.fingerprint,
            "words": list(card.words()),
            "strength": judged.grade,
        }
        words = " ".join(card.words())
        lines = [
            _("The vault %(folder)s was made.") % {"folder": arguments.folder},
            _("Your card's twelve words: %(words)s") % {"words": words},
            _("The passphrase: %(words)s") % {"words": judged.words},
            _("Its keys belong to this device alone: another device needs a vault and a card of its own."),
        ]
        if not arguments.recovery_sheet:
            lines.append(_("No recovery sheet was written: without the passphrase nobody can open this vault."))
        if not arguments.revocation:
            lines.append(_("No revocation was written: write one with identity revocation, print it and lock it away."))
        output.answer(value, lines)
    finally:
        created.session.close()
    return 0


def _write_sheets(created: Created, arguments: argparse.Namespace) -> None:
    """Write what was asked for; a vault whose recovery words were printed and not typed back is taken back."""
    recovery, revocation = arguments.recovery_sheet, arguments.revocation
    if recovery:
        with taken_back(arguments.folder), _closed_on_failure(created):
            printed(created.session, created.recovery_words, recovery)
    if revocation:
        sheets.write_revocation(created.session, created.revocation, revocation)


@contextlib.contextmanager
def _closed_on_failure(created: Created) -> Iterator[None]:
    try:
        yield
    except BaseException:
        created.session.vault.close()  # without a mark of a vault that will not be there
        raise


def _pack(arguments: argparse.Namespace) -> Path:
    """Return the pack that was named: a file, or one that ships with the program.

    Raises:
        PackUnsigned: a file without a root, and nobody said that it is meant as a draft.
        PackInvalid, FileUnreadable: it is no pack at all.
    """
    named, path = arguments.pack, Path(arguments.pack)
    if not path.exists() and named.isidentifier():
        with contextlib.suppress(ResourceError):
            return resources.path("packs", f"{named}.toml")
    is_ours = path.resolve().parent == resources.path("packs").resolve()
    if path.exists() and not (arguments.root or arguments.draft or is_ours):
        strictly(read_file(path))
        raise PackUnsigned(name=path.name, signature=signature.beside(path).name)
    return path


def info(arguments: argparse.Namespace, output: Output) -> int:
    """``vault info``."""
    with opened(arguments) as session:
        value = upkeep.info(session)
        notice = trust.own_notice(session)
    counts = value["records"]
    lines = [f"{name}: {text}" for name, text in value.items() if isinstance(text, str | int)]
    if isinstance(counts, dict):
        lines += [f"  {kind}: {count}" for kind, count in counts.items()]
    output.answer({**value, "notice": notice}, [*lines, *filter(None, [notice])])
    return 0


def check(arguments: argparse.Namespace, output: Output) -> int:
    """``vault check``: 0 when nothing is wrong, 4 when something is."""
    with opened(arguments) as session:
        findings = verdicts.check(session, arguments.head)
        unseen = verdicts.unseen(session, arguments.head)
        wrong = sum(one.severity != "notice" for one in findings)
        if not session.vault.read_only:
            session.vault.audit.append("vault.check", "", {"findings": wrong}, actor=session.officer)
    rows = [{"severity": one.severity, "area": one.area, "words": one.words} for one in findings]
    lines = [f"{one.severity}: {one.words}" for one in findings]
    lines += [] if wrong else [_("Nothing wrong was found.")]
    whole = not any(one.severity == "error" for one in findings)
    output.answer({"whole": whole, "findings": rows, "unseen": unseen}, [*lines, *unseen])
    return 0 if whole else _FAULTY


def log(arguments: argparse.Namespace, output: Output) -> int:
    """``vault log``: list the audit log, or write all of it, signed, to a file."""
    with opened(arguments) as session:
        if arguments.out is not None:
            entries = logs.export(session, arguments.out)
            value = {"file": str(arguments.out), "entries": entries, "head": session.vault.audit.head()}
            words = _("The audit log with %(entries)s entries was written and signed: %(file)s")
            lines = [words % value, _("It names partners, cases by number and files. Keep it as you keep the case.")]
            output.answer(value, lines)
            return 0
        wanted = logs.Filter(arguments.action, arguments.about, arguments.by, arguments.since, arguments.until)
        found = logs.listed(session, wanted, limit=arguments.limit)
        value = {"entries": [logs.as_object(one) for one in found], "size": session.vault.audit.size()}
    output.answer(value, [_log_line(one) for one in found])
    return 0


def _log_line(entry: Entry) -> str:
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
    return "  ".join(part for part in (str(entry.number), entry.time, entry.actor, entry.action) if part) + "".join(
        f"  {part}" for part in (entry.subject, detail) if part
    )


def verify_log(arguments: argparse.Namespace, output: Output) -> int:
    """``vault log-verify``: say whose signed log a file is, and whether that card is verified here."""
    with opened(arguments) as session:
        read = logs.read_export(arguments.file)
        standing = {one.card.fingerprint: one.state for one in receiving.known_contacts(session)}
    card, state = read.card, standing.get(read.card.fingerprint, "unknown")
    value = {
        "fingerprint": card.fingerprint,
        "name": card.name,
        "agency": card.agency,
        "state": state,
        "entries": read.entries,
        "head": read.head,
        "time": read.time,
    }
    words = _("Signed on %(time)s by %(name)s (%(agency)s), whose card is %(state)s here: %(entries)s entries.") % value
    output.answer(value, [words, _("Head: %(head)s") % value])
    return 0 if state in ("verified", "replaced") else _UNVERIFIED


def demo(arguments: argparse.Namespace, output: Output) -> int:
    """``demo``: the story S1, in the window where there is a display."""
    built = demonstrations.build(arguments.out, progress=output.note)
    lines = [
        ngettext(
            "%(count)d sealed file is in %(folder)s.", "%(count)d sealed files are in %(folder)s.", len(built.sealed)
        )
        % {"count": len(built.sealed), "folder": built.folder / "handover"},
    ]
    for name, (records, tear_lines) in built.counts.items():
        lines.append(
            _("%(name)s holds %(records)s records and %(tear_lines)s tear-lines of the case.")
            % {"name": name.upper(), "records": records, "tear_lines": tear_lines}
        )
    lines += [
        _("Sealed for %(name)s: %(path)s") % {"name": one.recipients[0].name, "path": one.path} for one in built.sealed
    ]
    lines += [_("Printed: %(path)s") % {"path": path} for path in built.printed]
    lines.append(_("The passphrase of all three vaults is in %(path)s.") % {"path": built.folder / "passphrase.txt"})
    output.answer(_demo_value(built), lines)
    if arguments.window is None or arguments.headless or not _has_display():
        return 0
    status: int = arguments.window(built)
    return status


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _demo_value(built: demonstrations.Demo) -> dict[str, object]:
    return {
        "folder": str(built.folder),
        "case": built.case_id,
        "vaults": {name: str(path) for name, path in built.vaults.items()},
        "sealed": [
            {
                "file": str(one.path),
                "recipients": [contact.name for contact in one.recipients],
                "records": one.records,
                "tear_lines": one.tear_lines,
                "size": one.size,
            }
            for one in built.sealed
        ],
        "held": {name: {"records": held[0], "tear_lines": held[1]} for name, held in built.counts.items()},
        "printed": [str(path) for path in built.printed],
    }
