"""What happened at the door: said to the officer when the vault opens, and entered in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from briefcase.language import _, ngettext
from briefcase.records import ids
from briefcase.services.access.keys import Opened
from briefcase.services.chain import marks
from briefcase.services.chain.marks import Mark, PutBack
from briefcase.vault import attempts
from briefcase.vault.attempts import Attempts
from briefcase.vault.check import GENERATION
from briefcase.vault.copying import COPY_OF, RESTORED, TRAVEL
from briefcase.vault.errors import VaultDiskFull
from briefcase.vault.vault import Vault

PINS = 5
"""So many wrong PINs remove the keyring slot."""
_TAKEN = "attempts.taken"
_SLACK = 120
_JUMP = 180 * 86400
_NOBODY = "unknown"


@dataclass(frozen=True)
class Opening:
    """What the officer should know about how the vault was opened.

    Attributes:
        slot_id: the key slot that was used; empty for a vault that was made just now.
        kind: its kind.
        failed: wrong tries since the last unlock, None when there were none.
        read_only: ``medium`` or ``full`` when nothing can be written, and so nothing is entered in the chain.
        mended: the header or its copy was not as it was written, and the good one was used.
        older: the header is older than the database says: it was put back from a copy.
        clock_back: the latest time this vault has seen, when the machine's clock is behind it; else empty.
        clock_ahead: days that the machine's clock is ahead of the latest time seen, when they are very many; else 0.
        copied: when this copy was made; empty for a vault that is none.
        restored: when the copy was made that this vault was restored from, while it waits for revocations; else empty.
        put_back: how the vault stands to the mark of its last use here, when it was put back to an older copy.
        mark: that mark.
        travel: when this travel vault was made; empty for a vault that is none.
    """

    slot_id: str = ""
    kind: str = ""
    failed: Attempts | None = None
    read_only: str = ""
    mended: bool = False
    older: bool = False
    clock_back: str = ""
    clock_ahead: int = 0
    copied: str = ""
    restored: str = ""
    put_back: PutBack = ""
    mark: Mark | None = None
    travel: str = ""

    def sentences(self) -> list[str]:
        """Return what is to be said, most important first; nothing when all is as always."""
        return [
            *filter(None, [marks.words(self.put_back, self.mark)]),
            *_read_only_words(self.read_only),
            *_failed_words(self.failed),
            *_header_words(mended=self.mended, older=self.older),
            *_clock_words(self.clock_back, self.clock_ahead),
            *_copy_words(self.copied, self.restored, self.travel),
        ]


def _read_only_words(reason: str) -> list[str]:
    if reason == "full":
        return [_("The disk is full: you can read, but nothing is kept, and this unlocking is not in the audit log.")]
    if reason:
        return [
            _("The vault can only be read here: nothing is kept, and this unlocking is not in the audit log.")
            + " "
            + _("Copy the whole folder to the laptop's disk to work with it.")
        ]
    return []


def _failed_words(failed: Attempts | None) -> list[str]:
    if failed is None or not failed.total:
        return []
    counted = ngettext(
        "Since the last unlocking there was %(count)d wrong try, between %(first)s and %(last)s.",
        "Since the last unlocking there were %(count)d wrong tries, between %(first)s and %(last)s.",
        failed.total,
    )
    said = [counted % {"count": failed.total, "first": failed.first, "last": failed.last}]
    if failed.pins >= PINS:
        said.append(_("The PIN was wrong five times, so the keyring does not open this vault any more."))
    return said


def _header_words(*, mended: bool, older: bool) -> list[str]:
    said = []
    if mended:
        said.append(_("The header or its copy was damaged or out of date; the good one of the two was used."))
    if older:
        said.append(
            _("An older header was put back: passphrases that were changed since then open the vault again.")
            + " "
            + _("If it was not you, revoke all keys of the vault.")
        )
    return said


def _clock_words(back: str, ahead: int) -> list[str]:
    if back:
        words = _("The clock of this computer is behind: it says %(now)s, and this vault has seen %(seen)s already.")
        more = _("Set the clock; if the later time was the wrong one, two persons can reset it.")
        return [words % {"now": ids.now(), "seen": back} + " " + more]
    if ahead:
        words = _("The clock of this computer is %(days)s days later than when this vault was last used.")
        return [words % {"days": ahead} + " " + _("If the date is wrong, set the clock; two persons can reset it.")]
    return []


def _copy_words(copied: str, restored: str, travel: str) -> list[str]:
    said = []
    if copied:
        words = _("This is a copy that was made on %(made)s; what is written here never reaches the vault itself.")
        said.append(words % {"made": copied} + " " + _("Do not work in it: make a vault of it with vault restore."))
    if restored:
        words = _(
            "This vault was restored from a copy of %(made)s; what was revoked or recalled since is unknown here."
        )
        more = _("Take in revocations and recalls again, or say that there are none; nothing leaves it before.")
        said.append(words % {"made": restored} + " " + more)
    if travel:
        words = _(
            "This is a travel vault that was made on %(made)s: read and write, but nothing is sealed or opened here."
        )
        said.append(words % {"made": travel} + " " + _("At home bring the changes back with vault merge."))
    return said


def _made(vault: Vault, name: str) -> str:
    """Return when the copy was made that a setting speaks of; empty when there is none."""
    value = vault.settings.get(name)
    return str(value.get("made", "")) if isinstance(value, dict) else ""


def look(vault: Vault, opened: Opened, read_only: str) -> Opening:
    """Return what is to be said of a vault that *opened* has just opened; nothing is written."""
    now, seen = ids.now(), vault.audit.highest_time()
    copied, restored, mark = _made(vault, COPY_OF), _made(vault, RESTORED), marks.read(vault)
    ahead = _seconds(now) - _seconds(seen) if seen else 0
    return Opening(
        slot_id=opened.slot_id,
        kind=opened.kind,
        failed=_not_taken(vault, opened.failed),
        read_only=read_only,
        mended=vault.header_mended,
        older=vault.header.generation < _generation(vault),
        clock_back=seen if ahead < -_SLACK else "",
        clock_ahead=ahead // 86400 if ahead > _JUMP else 0,
        copied=copied,
        restored=restored,
        travel=_made(vault, TRAVEL),
        put_back="" if copied else marks.judge(vault, mark),
        mark=mark,
    )


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


def _generation(vault: Vault) -> int:
    return int(vault.settings.text(GENERATION, "0"))


def enter(vault: Vault, opened: Opened, opening: Opening, *, actor: str) -> Opening:
    """Enter an unlocking in the audit chain; on a full disk freeze the vault instead, so that it can be read.

    Args:
        vault: just opened.
        opened: which slot it was.
        opening: from ``look``.
        actor: the officer.
    """
    if opening.read_only:
        return opening
    try:
        with vault.transaction():
            take_failures(vault, opened.failed)
            _enter_put_back(vault, opening, actor)
            _enter_header(vault, opening, actor)
            vault.audit.append("vault.unlock", "", {"slot": opening.slot_id, "kind": opening.kind}, actor=actor)
    except VaultDiskFull:
        vault.freeze()
        return replace(opening, read_only="full")
    attempts.restore(vault.folder, None)
    if not opening.copied:
        marks.save(vault)
    return opening


def _enter_put_back(vault: Vault, opening: Opening, actor: str) -> None:
    if opening.put_back and opening.mark is not None:
        detail: dict[str, object] = {"kind": opening.put_back, "size": opening.mark.size, "head": opening.mark.head}
        vault.audit.append("vault.rollback", "", detail, actor=actor)


def _enter_header(vault: Vault, opening: Opening, actor: str) -> None:
    if opening.mended:
        vault.audit.append("header.mend", actor=actor)
    if opening.older:
        vault.audit.append("header.older", "", {"generation": vault.header.generation}, actor=actor)
    if vault.header.generation > max(1, _generation(vault)):
        # The program was killed after the header was changed and before the chain said so.
        vault.settings.set(GENERATION, str(vault.header.generation))
        vault.audit.append("slot.change", "", {"generation": vault.header.generation, "late": True}, actor=actor)
    if opening.failed and opening.failed.pins >= PINS:
        kept = [slot for slot in vault.header.slots if slot.get("type") != "keyring"]
        if len(kept) < len(vault.header.slots):
            vault.change_slots(kept, actor=actor, action="slot.remove", detail={"kind": "keyring", "reason": "PIN"})


def take_failures(vault: Vault, failed: Attempts | None) -> None:
    """Enter wrong tries in the chain, each once, even if the program is killed before the counter is gone."""
    fresh = _not_taken(vault, failed)
    if failed is None or fresh is None:
        return
    counted: dict[str, object] = {"passphrases": fresh.passphrases, "pins": fresh.pins}
    taken: dict[str, object] = {"run": failed.run, "passphrases": failed.passphrases, "pins": failed.pins}
    with vault.transaction():
        vault.settings.set(_TAKEN, taken)
        detail: dict[str, object] = {**counted, "first": fresh.first, "last": fresh.last}
        vault.audit.append("vault.unlock-failed", "", detail, actor=_NOBODY)


def _not_taken(vault: Vault, failed: Attempts | None) -> Attempts | None:
    """Return those of *failed* that the chain does not speak of yet, None when there are none."""
    taken = vault.settings.get(_TAKEN)
    if failed is None or not failed.total or not isinstance(taken, dict) or taken.get("run") != failed.run:
        return failed if failed is not None and failed.total else None
    passphrases = max(0, failed.passphrases - int(str(taken.get("passphrases", 0))))
    pins = max(0, failed.pins - int(str(taken.get("pins", 0))))
    return replace(failed, passphrases=passphrases, pins=pins) if passphrases + pins else None


def settle(vault: Vault, opened: Opened) -> None:
    """After somebody proved himself in an open vault: enter what failed before, and forget the counter."""
    if opened.failed is not None and not vault.read_only:
        take_failures(vault, opened.failed)
        attempts.restore(vault.folder, None)
