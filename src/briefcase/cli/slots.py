"""``vault passphrase``, ``vault slot``, ``vault revoke`` and ``vault clock-reset``: the ways into a vault."""

from __future__ import annotations

import argparse
import contextlib
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from briefcase.cli import asking
from briefcase.cli.errors import UsageError
from briefcase.cli.opening import Waits, new_passphrase, opened, passphrase, vault_folder
from briefcase.cli.output import Output, note
from briefcase.cli.parser import Adder
from briefcase.language import _, hint, sentence
from briefcase.services import upkeep
from briefcase.services.access import clock, slots
from briefcase.services.access.errors import RecoveryWordsDiffer
from briefcase.services.access.keys import open_slots
from briefcase.services.access.slots import SlotInfo
from briefcase.services.files import need_free, read_file, write_file
from briefcase.services.session import Session

_ON_SHEET = re.compile(r"(\d+)\. (\S+)")
_ROUNDS = 3


def add_commands(add: Adder) -> None:
    """Add the commands of this file to the group ``vault``."""
    change = add.command("vault passphrase", _("change the passphrase"), change_passphrase)
    _new_passphrase(change)
    add.group("vault slot", _("the ways into the vault"))
    add.command("vault slot list", _("list them"), show)
    add.command("vault slot test", _("say which one the passphrase or the words open"), test)
    new = add.command("vault slot add", _("add one: officer, recovery or keyring"), add_one)
    new.add_argument("kind", metavar="KIND", choices=("officer", "recovery", "keyring"))
    new.add_argument("--label", metavar="NAME", default="", help=_("whose passphrase a second officer's is"))
    new.add_argument("--recovery-sheet", metavar="FILE", type=Path, help=_("write the recovery words to this file"))
    new.add_argument("--new-pin-file", metavar="FILE", type=Path, help=_("file that holds the PIN for the keyring"))
    _new_passphrase(new)
    gone = add.command("vault slot remove", _("remove one"), remove)
    gone.add_argument("id", metavar="ID")
    end = add.command("vault revoke", _("put the vault under new keys; no old way in is left"), revoke)
    end.add_argument("--recovery-sheet", metavar="FILE", type=Path, required=True, help=_("for the new words"))
    _new_passphrase(end)
    reset = add.command("vault clock-reset", _("forget a wrong later time, by two persons"), reset_clock)
    reset.add_argument(
        "--second-passphrase-file", metavar="FILE", type=Path, help=_("a second officer's, or the recovery words")
    )


def _new_passphrase(parser: argparse.ArgumentParser) -> None:
    words = _("file that holds the new passphrase")
    parser.add_argument("--new-passphrase-file", metavar="FILE", type=Path, help=words)


def change_passphrase(arguments: argparse.Namespace, output: Output) -> int:
    """``vault passphrase``: change the one that was given."""
    current = passphrase(arguments)
    with opened(arguments, current) as session:
        judged = slots.change_passphrase(session, current, new_passphrase(arguments), waiting=Waits())
    lines = [
        _("The passphrase was changed.") + " " + judged.words,
        _("Copies of this vault that were made before still open with the old one; vault revoke keeps them apart."),
    ]
    output.answer({"strength": judged.grade}, lines)
    return 0


def show(arguments: argparse.Namespace, output: Output) -> int:
    """``vault slot list``."""
    with opened(arguments) as session:
        _answer(session, output)
    return 0


def _answer(session: Session, output: Output) -> None:
    found = slots.listed(session)
    output.answer({"slots": [_value(one) for one in found]}, [_line(one) for one in found])


def _value(one: SlotInfo) -> dict[str, object]:
    return {"id": one.id, "kind": one.kind, "label": one.label, "created": one.created}


def _line(one: SlotInfo) -> str:
    return "  ".join(part for part in (one.id, one.title, one.created) if part)


def test(arguments: argparse.Namespace, output: Output) -> int:
    """``vault slot test``: which way in a passphrase or a sheet is, without opening the vault."""
    found = open_slots(vault_folder(arguments), passphrase(arguments), waiting=Waits())
    output.answer({"id": found.slot_id, "kind": found.kind}, [f"{found.slot_id}  {found.kind}"])
    return 0


def add_one(arguments: argparse.Namespace, output: Output) -> int:
    """``vault slot add``: a second officer's passphrase, new recovery words, or the system's keyring with a PIN."""
    _check_options(arguments)
    current = passphrase(arguments)
    with opened(arguments, current) as session:
        if arguments.kind == "officer":
            slots.add_officer(session, current, arguments.label, new_passphrase(arguments), waiting=Waits())
        elif arguments.kind == "recovery":
            prepared = slots.prepare_recovery(session, current, waiting=Waits())
            slots.add_recovery(session, prepared, printed(session, prepared.recovery_words, arguments.recovery_sheet))
        else:
            pin = asking.from_file(arguments.new_pin_file) if arguments.new_pin_file else asking.twice(_("PIN: "))
            slots.add_keyring(session, current, pin.decode("utf-8", "surrogateescape"), waiting=Waits())
        _answer(session, output)
    return 0


def _check_options(arguments: argparse.Namespace) -> None:
    """Refuse what does not belong to the kind, before anything is asked or made."""
    if arguments.kind == "recovery":
        if arguments.recovery_sheet is None:
            raise UsageError(reason="--recovery-sheet")
        need_free(arguments.recovery_sheet)
    wrong = (
        ("--label", arguments.label and arguments.kind != "officer"),
        ("--new-passphrase-file", arguments.new_passphrase_file and arguments.kind != "officer"),
        ("--recovery-sheet", arguments.recovery_sheet and arguments.kind != "recovery"),
        ("--new-pin-file", arguments.new_pin_file and arguments.kind != "keyring"),
    )
    for option, found in wrong:
        if found:
            raise UsageError(reason=option)


def printed(session: Session, words: Sequence[str], sheet: Path, *, vault_id: str = "") -> dict[int, str]:
    """Write the sheet, then have three words typed back at a terminal; without one the file itself is read back.

    Args:
        session: whose words they are.
        words: all twenty-four.
        sheet: a new file; it goes again when the words are not typed back, for then they do not count.
        vault_id: of the vault that they open, when it is not that of *session*.

    Returns:
        What was typed or read, by the place of the word from 1.

    Raises:
        RecoveryWordsDiffer: it is wrong, at a terminal three times.
        PassphraseMissing: the terminal is gone.
    """
    write_file(sheet, upkeep.recovery_sheet(session, words, vault_id=vault_id).encode(), private=True)
    try:
        return _typed_back(words) if asking.has_terminal() else _read_back(words, sheet)
    except BaseException:
        sheet.unlink(missing_ok=True)
        raise


def _read_back(words: Sequence[str], sheet: Path) -> dict[int, str]:
    typed = {int(place): word for place, word in _ON_SHEET.findall(read_file(sheet).decode())}
    slots.check_typed(words, typed)
    return typed


def _typed_back(words: Sequence[str], *, rounds: int = _ROUNDS) -> dict[int, str]:
    places = sorted(secrets.SystemRandom().sample(range(1, len(words) + 1), slots.TYPED_BACK))
    prompt = _("Word %(place)s of the sheet: ")
    typed = {place: asking.at_terminal(prompt % {"place": place}).decode("utf-8", "replace") for place in places}
    try:
        slots.check_typed(words, typed)
    except RecoveryWordsDiffer as error:
        if rounds == 1:
            raise
        note(f"{sentence(error)} {hint(error)}")
        return _typed_back(words, rounds=rounds - 1)
    return typed


@contextlib.contextmanager
def taken_back(folder: Path) -> Iterator[None]:
    """Remove a vault that was just made, and is closed, when its recovery words cannot be written or typed back."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def remove(arguments: argparse.Namespace, output: Output) -> int:
    """``vault slot remove``."""
    current = passphrase(arguments)
    with opened(arguments, current) as session:
        slots.remove(session, current, arguments.id, waiting=Waits())
        _answer(session, output)
    return 0


def revoke(arguments: argparse.Namespace, output: Output) -> int:
    """``vault revoke``: new keys, a new passphrase and new recovery words; everything else has to be added again."""
    need_free(arguments.recovery_sheet)
    current = passphrase(arguments)
    with opened(arguments, current) as session:
        new = new_passphrase(arguments)
        prepared = slots.prepare_revocation(session, current, waiting=Waits())
        typed = printed(session, prepared.recovery_words, arguments.recovery_sheet)
        fresh = slots.revoke(session, prepared, typed, new)
        try:
            head = fresh.vault.audit.head()
        finally:
            fresh.close()
    lines = [
        _("The vault is under new keys; no earlier passphrase, words or header opens it."),
        _("Copies of the folder that were made before still open with the old ones. A second officer and the keyring"),
        _("have to be added again."),
    ]
    output.answer({"audit_head": head}, lines)
    return 0


def reset_clock(arguments: argparse.Namespace, output: Output) -> int:
    """``vault clock-reset``: make the present time the latest that was seen."""
    first = passphrase(arguments)
    with opened(arguments, first) as session:
        file = arguments.second_passphrase_file
        second = asking.from_file(file) if file else asking.at_terminal(_("The second person's passphrase or words: "))
        time = clock.reset(session, first, second.decode("utf-8", "surrogateescape"), waiting=Waits())
    output.answer({"time": time}, [_("The latest time that this vault has seen is now %(time)s.") % {"time": time}])
    return 0
