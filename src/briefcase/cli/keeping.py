"""``vault copy``, ``restore``, ``restored`` and ``purge``: the vault on a stick, and back, and less of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from briefcase.cli import asking
from briefcase.cli.opening import Waits, opened, passphrase
from briefcase.cli.output import Output, note
from briefcase.cli.parser import Adder
from briefcase.language import _, ngettext
from briefcase.services.keeping import copies, purging, repairing
from briefcase.services.keeping.errors import PurgeUnconfirmed

_MEBIBYTE = 1024 * 1024
_MOST = 5


def add_commands(add: Adder) -> None:
    """Add the commands of this file to the group ``vault``."""
    copy = add.command("vault copy", _("save a verified copy on a stick"), save_copy)
    copy.add_argument("folder", metavar="DIR", type=Path)
    back = add.command("vault restore", _("make a vault of a copy, in a new folder"), restore)
    back.add_argument("copy", metavar="COPY", type=Path)
    back.add_argument("folder", metavar="NEW_DIR", type=Path)
    told = add.command("vault restored", _("say what was revoked since the copy was made"), settle)
    which = told.add_mutually_exclusive_group(required=True)
    taken = _("revocations and recalls were taken in again")
    which.add_argument("--taken", dest="declared", action="store_const", const="taken", help=taken)
    which.add_argument(
        "--none", dest="declared", action="store_const", const="none", help=_("the partners have none for us")
    )
    mend = add.command("vault repair", _("save what is whole of a damaged vault, and list what is not"), repair)
    mend.add_argument("old", metavar="OLD", type=Path)
    mend.add_argument("folder", metavar="NEW_DIR", type=Path)
    gone = add.command("vault purge", _("delete a case for good"), purge)
    gone.add_argument("case", metavar="CASE")
    gone.add_argument("--yes", metavar="NUMBER", help=_("the number of the case, as the answer to the second question"))


class Percent:
    """Shows on a terminal how far the work is; elsewhere it says nothing."""

    def __init__(self) -> None:
        self._shown = -1
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Be told how much is done."""
        percent = 100 * done // max(1, total)
        if self._is_terminal and percent != self._shown:
            self._shown = percent
            sys.stderr.write(f"\r{percent:3} %" + ("\n" if percent >= 100 else ""))  # noqa: PLR2004 - all of it
            sys.stderr.flush()


def save_copy(arguments: argparse.Namespace, output: Output) -> int:
    """``vault copy``: 0 when the copy stands and is whole, 4 when the vault itself is not."""
    with opened(arguments) as session:
        copied = copies.save_copy(session, arguments.folder, progress=Percent())
    size = max(1, copied.size // _MEBIBYTE)
    lines = [
        _("The copy is in %(folder)s: %(size)s MiB, read back from the medium and whole.")
        % {"folder": copied.path, "size": size},
        _("Its audit chain ends with %(head)s (entry %(number)s).") % {"head": copied.head, "number": copied.entries},
        _("It opens with the same passphrase. Keep it apart, and do not work in it: what is written there is lost."),
    ]
    if copied.faults:
        lines[0] = _("The copy is in %(folder)s, but the vault itself is not whole:") % {"folder": copied.path}
        lines[1:1] = [one.words for one in copied.faults]
    if not copied.logged:
        lines.append(_("The vault can only be read now, so the copy is not in its audit log."))
    value: dict[str, object] = {
        "copy": str(copied.path),
        "head": copied.head,
        "entries": copied.entries,
        "size": copied.size,
        "logged": copied.logged,
        "faults": [one.words for one in copied.faults],
    }
    output.answer(value, lines)
    return 4 if copied.faults else 0


def restore(arguments: argparse.Namespace, output: Output) -> int:
    """``vault restore``."""
    done = copies.restore(arguments.copy, arguments.folder, passphrase(arguments), progress=Percent(), waiting=Waits())
    lines = [
        _("The vault was restored to %(folder)s, and it is whole.") % {"folder": done.path},
        _("The copy was made on %(made)s; what was written, revoked or recalled since is not in it.")
        % {"made": done.made},
        _("Take in revocations and recalls again, then say vault restored --taken, or --none if there are none."),
        _("Until then nothing can be handed over."),
    ]
    output.answer({"vault": str(done.path), "made": done.made, "head": done.head}, lines)
    return 0


def settle(arguments: argparse.Namespace, output: Output) -> int:
    """``vault restored``."""
    with opened(arguments) as session:
        came = copies.settle(session, arguments.declared)
    words = ngettext(
        "%(count)d revocation or recall was taken in since the vault was restored; handing over is possible again.",
        "%(count)d revocations and recalls were taken in since the vault was restored; handing over is possible again.",
        came,
    )
    output.answer({"declared": arguments.declared, "came": came}, [words % {"count": came}])
    return 0


def repair(arguments: argparse.Namespace, output: Output) -> int:
    """``vault repair``: 0 when nothing was lost, 4 when something was."""
    done = repairing.repair(arguments.old, arguments.folder, passphrase(arguments), progress=Percent(), waiting=Waits())
    lines = [
        _("What is whole is in %(folder)s: %(records)s records.") % {"folder": done.path, "records": done.records},
        *done.lost,
        _("The damaged vault was not touched; keep it."),
    ]
    value: dict[str, object] = {
        "vault": str(done.path),
        "records": done.records,
        "rebuilt": done.rebuilt,
        "lost": list(done.lost),
    }
    output.answer(value, lines)
    return 4 if done.lost else 0


def purge(arguments: argparse.Namespace, output: Output) -> int:
    """``vault purge``: say what would go, ask for the number of the case, and delete it for good."""
    with opened(arguments) as session:
        planned = purging.plan(session, arguments.case)
        for line in planned_lines(planned):
            note(line)
        typed = arguments.yes
        if typed is None:
            if not asking.has_terminal():
                raise PurgeUnconfirmed
            prompt = _("Type %(number)s to delete it for good: ") % {"number": planned.number}
            typed = asking.shown_at_terminal(prompt)
        purging.purge(session, planned, typed, progress=Percent())
        head = session.vault.audit.head()
    value: dict[str, object] = {
        "case": planned.case_id,
        "records": planned.records,
        "revisions": planned.revisions,
        "attachments": planned.attachments,
        "size": planned.size,
        "staying": [one for one, _title in planned.staying],
        "searches": list(planned.searches),
        "disclosures": planned.disclosures,
        "copies": planned.copies,
        "audit_head": head,
    }
    lines = [
        _("The case is deleted for good, and what it left in the database is overwritten."),
        _("The audit chain ends with %(head)s; its entry case.purge is the certificate.") % {"head": head},
        _("Copies, travel vaults and what partners were given still hold it."),
    ]
    output.answer(value, lines)
    return 0


def planned_lines(planned: purging.Planned) -> list[str]:
    """Return what a purge would do, for people."""
    facts = {
        "title": planned.title,
        "records": planned.records,
        "revisions": planned.revisions,
        "attachments": planned.attachments,
        "size": -(-planned.size // _MEBIBYTE),
    }
    going = _(
        "For good would go: %(title)s, %(records)s records in %(revisions)s revisions, %(attachments)s attached files"
        " (%(size)s MiB), and all drafts."
    )
    lines = [going % facts]
    if planned.staying:
        names = ", ".join(title or one for one, title in planned.staying[:_MOST])
        words = _("Needed elsewhere, so staying: %(count)s of its records (%(names)s).")
        lines.append(words % {"count": len(planned.staying), "names": names})
    if planned.searches:
        names = ", ".join(planned.searches[:_MOST])
        words = _("%(count)s saved searches that quote it go, too (%(names)s).")
        lines.append(words % {"count": len(planned.searches), "names": names})
    if planned.disclosures:
        words = _("The log of what went to whom keeps %(count)s lines about them, as ids.")
        lines.append(words % {"count": planned.disclosures})
    if planned.copies:
        lines.append(_("%(count)s copies or travel vaults were made; destroy those.") % {"count": planned.copies})
    return lines
