"""Saving a copy of the vault on a stick, restoring one, and what a restored vault does not know."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefcase.errors import BriefcaseError
from briefcase.services import weighing
from briefcase.services.access.keys import no_waiting, open_slots
from briefcase.services.chain.marks import LIFE
from briefcase.services.files import need_folder, path_text
from briefcase.services.keeping.errors import (
    CopyInside,
    CopyNotWhole,
    CopyStopped,
    RestoredAlready,
    RestoredNothingTaken,
    RestoredUnsettled,
)
from briefcase.services.messaging import recalls
from briefcase.services.session import Session
from briefcase.vault import copying
from briefcase.vault import vault as vaults
from briefcase.vault.attempts import Waiting
from briefcase.vault.audit import Entry
from briefcase.vault.copying import COPY_OF, RESTORED
from briefcase.vault.messages import MessageRow
from briefcase.vault.values import Finding

ENDING = ".briefcase"
_RECALL = "recall"

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]
Declared = Literal["taken", "none"]


@dataclass(frozen=True)
class Copied:
    """A copy that stands, read back from its medium.

    Attributes:
        path: its folder.
        head: of the audit chain in it.
        entries: number of entries of that chain.
        size: of its files in bytes.
        faults: what is wrong with the vault itself, and so with the copy.
        logged: whether the vault could write down that the copy was made.
    """

    path: Path
    head: str
    entries: int
    size: int
    faults: tuple[Finding, ...]
    logged: bool


def steps(progress: Progress | None, cancel: Cancel | None) -> Progress:
    """Return what to tell the vault's room: it reports, and stops when the officer wants it."""

    def told(done: int, total: int) -> None:
        if cancel is not None and cancel():
            raise CopyStopped
        if progress is not None:
            progress(done, total)

    return told


def save_copy(
    session: Session, place: Path, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Copied:
    """Save a copy of the vault in the folder *place*, a stick most often, and read all of it back.

    The copy opens with the same passphrase and knows that it is a copy. It is for keeping, not for working in.

    Args:
        session: open; read-only and with a full disk, too, but then the copy is in no log.
        place: of the copy's folder, whose name tells the time.
        progress: called with (done, total) in bytes, writing and reading back together.
        cancel: asked now and then whether to stop.

    Raises:
        CopyInside, CopyStopped; FolderMissing: *place* is not there.
        briefcase.vault.errors.VaultExists, VaultMissing, VaultDiskFull, CopyFileLimit, CopyDiffers and the vault's own:
            nothing stands under the name.
    """
    vault = session.vault
    if place.resolve().is_relative_to(vault.folder.resolve()):
        raise CopyInside
    need_folder(place)
    made, name = session.now(), secrets.token_hex(8)
    target = place / f"{vault.folder.name.removesuffix(ENDING)}-{_short(made)}{ENDING}"
    logged = not vault.read_only
    if logged:
        vault.audit.append("vault.copy", name, {"name": path_text(Path(target.name))}, actor=session.officer)
    head, entries = vault.audit.head(), vault.audit.size()
    mark: dict[str, object] = {"copy": name, "made": made, "head": head, "entries": entries}
    try:
        faults = vault.save_copy(target, mark, steps(progress, cancel))
    except BaseException as error:
        reason = error.code if isinstance(error, BriefcaseError) else type(error).__name__
        with suppress(BriefcaseError):
            if logged:
                vault.audit.append("vault.copy-stopped", name, {"reason": reason}, actor=session.officer)
        raise
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    if logged:
        vault.audit.append("vault.copied", name, {"size": size, "faults": len(faults)}, actor=session.officer)
    return Copied(target, head, entries, size, tuple(faults), logged)


@dataclass(frozen=True)
class Earlier:
    """A copy that was made before and read back: when (UTC), the name of its folder, its size in bytes, its faults."""

    time: str
    name: str
    size: int
    faults: int


def earlier(session: Session) -> list[Earlier]:
    """Return the copies that the audit chain speaks of, the latest first; where they are now nobody knows."""
    names: dict[str, str] = {}
    found = []
    for entry in session.vault.audit.entries():
        if entry.action == "vault.copy":
            names[entry.subject] = str(entry.detail.get("name", ""))
        elif entry.action == "vault.copied":
            size, faults = (int(str(entry.detail.get(one, 0))) for one in ("size", "faults"))
            found.append(Earlier(entry.time, names.get(entry.subject, ""), size, faults))
    return found[::-1]


def _short(time: str) -> str:
    return time.replace("-", "").replace(":", "").replace("T", "-").rstrip("Z")


@dataclass(frozen=True)
class Restored:
    """A vault that was restored: its folder, when its copy was made, and the head of the copy's chain."""

    path: Path
    made: str
    head: str


def restore(
    copy: Path,
    folder: Path,
    passphrase: str,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    waiting: Waiting = no_waiting,
) -> Restored:
    """Make a vault to work in from a copy: into a new folder, never over another one, and verified.

    The copy is only read. The vault has the same keys and goes on from the copy's chain. What came after the copy was
    made is lost, revocations and recalls among it: nothing leaves the vault before ``settle``.

    Args:
        copy: folder of a vault: a copy, or a vault that is not open anywhere.
        folder: must not be there yet, or be empty.
        passphrase: of the copy, or its recovery words.
        progress: called with (done, total) in bytes.
        cancel: asked now and then whether to stop.
        waiting: as in ``session.unlock``.

    Raises:
        PassphraseWrong, CopyStopped; CopyNotWhole: a check found a fault.
        And the vault's own: nothing stands under the name.
    """
    opened = open_slots(copy, passphrase, waiting=waiting)
    found: list[Restored] = []

    def enter(part: Path) -> None:
        with vaults.open_vault(part, opened.master) as vault:
            faults = [one for one in vault.check() if one.severity == "error" and one.area != "header"]
            if faults:
                raise CopyNotWhole(name=copy.name, area=faults[0].area)
            mark = vault.settings.get(COPY_OF)
            made = str(mark["made"]) if isinstance(mark, dict) else vault.audit.highest_time()
            head = str(mark["head"]) if isinstance(mark, dict) else vault.audit.head()
            officer = vault.settings.text("officer")
            with vault.transaction():
                vault.settings.remove(COPY_OF)
                entry = vault.audit.append("vault.restore", "", {"made": made, "head": head}, actor=officer)
                vault.settings.set(RESTORED, {"made": made, "entry": str(entry)})
                vault.settings.set(LIFE, secrets.token_hex(16))
            found.append(Restored(folder, made, head))

    copying.bring(copy, folder, enter, steps(progress, cancel))
    return found[0]


def waits(session: Session) -> str:
    """Return when the copy was made that this vault was restored from, while it waits; empty when it does not."""
    value = session.vault.settings.get(RESTORED)
    return str(value["made"]) if isinstance(value, dict) else ""


def need_settled(session: Session) -> None:
    """Refuse to let anything leave a restored vault that does not know yet what was revoked since.

    Raises:
        RestoredUnsettled.
    """
    if made := waits(session):
        raise RestoredUnsettled(when=made)


def _came(session: Session, entry: Entry) -> bool:
    """Say whether an entry is of a revocation, notice or recall that does something or waits for what it is about."""
    if entry.action == "contact.withdrawal":
        waits_for_card = session.vault.contacts.get(entry.subject) is None
        return entry.detail.get("kind") == "revocation" or bool(entry.detail.get("applied")) or waits_for_card
    if entry.action != "message.take" or entry.detail.get("type") != _RECALL:
        return False
    rows = session.vault.messages.seen(entry.subject, str(entry.detail.get("sender", "")))
    return any(row.direction == "in" and _recalls(session, row) for row in rows)


def _recalls(session: Session, row: MessageRow) -> bool:
    return weighing.of_row(session, row).state == "counts" or recalls.waits(session, row)


def settle(session: Session, declared: Declared) -> int:
    """Say that revocations and recalls were taken in again, or that the partners have none; return how many came.

    Raises:
        RestoredAlready: the vault waits for none.
        RestoredNothingTaken: ``taken`` was said, and nothing came since the vault was restored.
    """
    value = session.vault.settings.get(RESTORED)
    if not isinstance(value, dict):
        raise RestoredAlready
    later = session.vault.audit.entries(first=int(str(value["entry"])))
    came = sum(_came(session, one) for one in later)
    if declared == "taken" and not came:
        raise RestoredNothingTaken
    with session.vault.transaction():
        session.vault.settings.remove(RESTORED)
        detail: dict[str, object] = {"declared": declared, "came": came}
        session.vault.audit.append("vault.restore-settled", "", detail, actor=session.officer)
    return came
