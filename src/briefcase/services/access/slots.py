"""The ways into a vault: list, add, change, remove, and revoke all of them.

Whoever changes the ways in proves first that he has one. What a slot is called stands inside the vault, not in its
header: a thief sees how many there are, not whose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from briefcase.language import _
from briefcase.records import ids
from briefcase.seal import keyslots, words
from briefcase.seal.errors import WordsInvalid
from briefcase.seal.keyslots import MODERATE, KdfParameters
from briefcase.services.access import entry, keyrings, strength
from briefcase.services.access.errors import LabelInvalid, RecoveryWordsDiffer, SlotLast, SlotUnknown
from briefcase.services.access.keys import Opened, no_waiting, passphrase_bytes, prove
from briefcase.services.access.strength import Strength
from briefcase.services.session import Session
from briefcase.vault.attempts import Waiting
from briefcase.vault.errors import VaultReadOnly
from briefcase.vault.header import Slot

TYPED_BACK = 3
"""At least so many of the recovery words are typed back before they count."""
_ABOUT = "slot.about"
_LONGEST_LABEL = 60
_PROTECTED = ("passphrase", "recovery")

Kind = Literal["passphrase", "recovery", "keyring"]


@dataclass(frozen=True)
class SlotInfo:
    """One way in, for a list.

    Attributes:
        id: 16 hex digits.
        kind: ``passphrase``, ``recovery`` or ``keyring``.
        label: whose it is, empty for the officer's own.
        created: UTC; empty for a slot as old as the vault.
        tested: when somebody last showed by ``probe`` that it opens the vault, UTC; empty for never.
    """

    id: str
    kind: str
    label: str
    created: str
    tested: str = ""

    @property
    def title(self) -> str:
        """What it is, in the officer's words."""
        if self.kind == "passphrase" and self.label:
            return _("Passphrase of %(label)s") % {"label": self.label}
        return {"passphrase": _("Passphrase"), "recovery": _("Recovery words"), "keyring": _("Keyring and PIN")}.get(
            self.kind, self.kind
        )


@dataclass(frozen=True, repr=False)
class Prepared:
    """Recovery words that exist and do not count yet; they are printed and typed back first.

    Attributes:
        recovery_words: twenty-four, to be printed.
        proved: who proved himself.
        master: that the slot opens: the present one, or a new one for revoking.
        slot: for the header.
    """

    recovery_words: tuple[str, ...]
    proved: Opened
    master: bytes
    slot: Slot


def listed(session: Session) -> list[SlotInfo]:
    """Return the ways in, in the order of the header."""
    about = _about(session)
    return [
        SlotInfo(
            id=str(slot["id"]),
            kind=str(slot["type"]),
            label=about.get(str(slot["id"]), {}).get("label", ""),
            created=about.get(str(slot["id"]), {}).get("created", ""),
            tested=about.get(str(slot["id"]), {}).get("tested", ""),
        )
        for slot in session.vault.header.slots
    ]


def last_opened(session: Session) -> dict[str, str]:
    """Return when each way in last opened the vault (UTC, by the id of the slot), as its audit chain says."""
    opened = (one for one in session.vault.audit.entries() if one.action == "vault.unlock")
    return {str(one.detail.get("slot", "")): one.time for one in opened}


def probe(session: Session, typed: str, *, waiting: Waiting = no_waiting) -> SlotInfo:
    """Say which way in a passphrase or a sheet of recovery words is, and remember that it was tested.

    Nothing is opened and nothing else is changed: it may be tried with the sheet from the safe once a year.

    Raises:
        PassphraseWrong: it opens nothing.
        VaultReadOnly.
    """
    proved = _proved(session, typed, waiting)
    about = _about(session)
    now = ids.now()
    about[proved.slot_id] = {**about.get(proved.slot_id, {}), "tested": now}
    with session.vault.transaction():
        _keep_about(session, about)
        session.vault.audit.append("slot.test", proved.slot_id, {"kind": proved.kind}, actor=session.officer)
    return next(one for one in listed(session) if one.id == proved.slot_id)


def change_passphrase(
    session: Session, current: str, new: str, *, kdf: KdfParameters = MODERATE, waiting: Waiting = no_waiting
) -> Strength:
    """Put a new passphrase in the place of one; when this returns the old one opens nothing any more.

    Whoever gives his passphrase changes his own; whoever gives the recovery words changes the officer's.
    An old copy of the header with the old passphrase opens for ever: only ``revoke`` ends that.

    Raises:
        PassphraseWrong, PassphraseShort, PassphraseWeak.
        And the vault's own.
    """
    judged = strength.check(new, own_words(session))
    proved = _proved(session, current, waiting)
    gone = proved.slot_id if proved.kind == "passphrase" else _officers(session)
    slot = keyslots.wrap_passphrase(proved.master, passphrase_bytes(new), session.vault.vault_id, kdf=kdf)
    label = _about(session).get(gone, {}).get("label", "")
    _replace(session, gone=gone, slot=slot, label=label, action="slot.change", by=proved)
    return judged


def add_officer(
    session: Session,
    current: str,
    label: str,
    new: str,
    *,
    kdf: KdfParameters = MODERATE,
    waiting: Waiting = no_waiting,
) -> Strength:
    """Add a second officer's passphrase; *label* says whose it is.

    Raises:
        LabelInvalid, PassphraseWrong, PassphraseShort, PassphraseWeak.
        And the vault's own.
    """
    label = label.strip()
    if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
        raise LabelInvalid(longest=_LONGEST_LABEL)
    judged = strength.check(new, (*own_words(session), label))
    proved = _proved(session, current, waiting)
    slot = keyslots.wrap_passphrase(proved.master, passphrase_bytes(new), session.vault.vault_id, kdf=kdf)
    _replace(session, gone="", slot=slot, label=label, action="slot.add", by=proved)
    return judged


def prepare_recovery(session: Session, current: str, *, waiting: Waiting = no_waiting) -> Prepared:
    """Make recovery words for the present keys; they count after ``add_recovery``.

    Raises:
        PassphraseWrong.
    """
    proved = _proved(session, current, waiting)
    return _prepared(session, proved, proved.master)


def add_recovery(session: Session, prepared: Prepared, typed: Mapping[int, str]) -> None:
    """Let prepared recovery words count.

    Args:
        session: the open vault.
        prepared: from ``prepare_recovery``.
        typed: at least three of the words as typed back from the paper, by their place from 1.

    Raises:
        RecoveryWordsDiffer: they are not those words.
        And the vault's own.
    """
    check_typed(prepared.recovery_words, typed)
    _replace(session, gone="", slot=prepared.slot, label="", action="slot.add", by=prepared.proved)


def check_typed(recovery_words: Sequence[str], typed: Mapping[int, str]) -> None:
    """Compare words that were typed back with those of the sheet.

    Raises:
        RecoveryWordsDiffer: too few, or one is wrong; ``place`` counts from 1, 0 when there are too few.
    """
    if len(typed) < TYPED_BACK:
        raise RecoveryWordsDiffer(place=0)
    for place, word in sorted(typed.items()):
        right = 1 <= place <= len(recovery_words)
        try:
            right = right and words.parse_words(word, count=1) == (recovery_words[place - 1],)
        except WordsInvalid:
            right = False
        if not right:
            raise RecoveryWordsDiffer(place=place)


def add_keyring(
    session: Session, current: str, pin: str, *, kdf: KdfParameters = MODERATE, waiting: Waiting = no_waiting
) -> None:
    """Let the system's keyring open the vault together with a PIN, in place of an earlier keyring slot.

    It protects less than a passphrase: whoever reads the keyring has only the PIN left to guess.

    Raises:
        PinShort, PassphraseWrong, KeyringUnavailable.
        And the vault's own.
    """
    keyrings.check_pin(pin)
    proved = _proved(session, current, waiting)
    secret = keyrings.new_secret()
    earlier = next((one.id for one in listed(session) if one.kind == "keyring"), "")
    slot = keyslots.wrap_keyring(proved.master, secret, passphrase_bytes(pin), session.vault.vault_id, kdf=kdf)
    keyrings.keep(session.vault.vault_id, str(slot["id"]), secret)
    try:
        _replace(session, gone=earlier, slot=slot, label="", action="slot.add", by=proved)
    except BaseException:
        keyrings.forget(session.vault.vault_id, str(slot["id"]))
        raise
    if earlier:
        keyrings.forget(session.vault.vault_id, earlier)


def remove(session: Session, current: str, slot_id: str, *, waiting: Waiting = no_waiting) -> None:
    """Take a way in out of the header; the last passphrase and the last recovery words stay.

    Raises:
        SlotUnknown, SlotLast, PassphraseWrong.
        And the vault's own.
    """
    kind = next((one.kind for one in listed(session) if one.id == slot_id), "")
    if not kind:
        raise SlotUnknown
    if kind in _PROTECTED and sum(one.kind == kind for one in listed(session)) == 1:
        raise SlotLast
    proved = _proved(session, current, waiting)
    _replace(session, gone=slot_id, slot=None, label="", action="slot.remove", by=proved)
    if kind == "keyring":
        keyrings.forget(session.vault.vault_id, slot_id)


def prepare_revocation(session: Session, current: str, *, waiting: Waiting = no_waiting) -> Prepared:
    """Make the recovery words of a new master key; nothing changes before ``revoke``.

    Raises:
        PassphraseWrong.
    """
    return _prepared(session, _proved(session, current, waiting), keyslots.new_master())


def revoke(
    session: Session,
    prepared: Prepared,
    typed: Mapping[int, str],
    new: str,
    *,
    kdf: KdfParameters = MODERATE,
    progress: Callable[[int, int], None] | None = None,
) -> Session:
    """Put the vault under new keys: no old passphrase, words or header opens it any more. Return it open again.

    A second officer and the keyring have to be added again. Copies of the folder that were made before stay as they
    were. About 20 to 40 seconds for a gigabyte of records; attached files are not written again.

    Args:
        session: the open vault; not to be used after success.
        prepared: from ``prepare_revocation``.
        typed: the recovery words typed back, see ``add_recovery``.
        new: the new passphrase.
        kdf: cost of its slot.
        progress: told the pages done and all pages; an exception from it stops, and nothing was changed.

    Raises:
        RecoveryWordsDiffer, PassphraseShort, PassphraseWeak.
        And the vault's own: nothing was changed.
    """
    check_typed(prepared.recovery_words, typed)
    strength.check(new, own_words(session))
    vault = session.vault
    keyring = [one.id for one in listed(session) if one.kind == "keyring"]
    slot = keyslots.wrap_passphrase(prepared.master, passphrase_bytes(new), vault.vault_id, kdf=kdf)
    fresh = vault.revoke(prepared.master, [slot, prepared.slot], actor=session.officer, progress=progress)
    opened = replace(session, vault=fresh)
    _keep_about(opened, {str(one["id"]): {"label": "", "created": ids.now()} for one in (slot, prepared.slot)})
    for slot_id in keyring:
        keyrings.forget(vault.vault_id, slot_id)
    return opened


def _prepared(session: Session, proved: Opened, master: bytes) -> Prepared:
    slot, recovery_words = keyslots.wrap_recovery(master, session.vault.vault_id)
    return Prepared(recovery_words, proved, master, slot)


def _proved(session: Session, current: str, waiting: Waiting) -> Opened:
    if session.vault.read_only:
        raise VaultReadOnly
    proved = prove(session.vault, current, waiting=waiting)
    entry.settle(session.vault, proved)
    return proved


def own_words(session: Session) -> tuple[str, ...]:
    """Return what anybody would try first as a passphrase of this vault: officer, agency, the vault's name."""
    return (session.officer, session.agency, session.vault.folder.stem)


def _officers(session: Session) -> str:
    """Return the id of the officer's own passphrase slot: the one without a label."""
    found = [one for one in listed(session) if one.kind == "passphrase"]
    return next((one.id for one in found if not one.label), found[0].id if found else "")


def _about(session: Session) -> dict[str, dict[str, str]]:
    value = session.vault.settings.get(_ABOUT)
    found = value.items() if isinstance(value, dict) else ()
    return {str(name): {key: str(text) for key, text in one.items()} for name, one in found if isinstance(one, dict)}


def _keep_about(session: Session, about: Mapping[str, Mapping[str, str]]) -> None:
    value: dict[str, object] = {name: dict(one) for name, one in about.items()}
    session.vault.settings.set(_ABOUT, value)


def _replace(session: Session, *, gone: str, slot: Slot | None, label: str, action: str, by: Opened) -> None:
    """Write the header without the slot *gone* and with *slot*, and what they are called, as one act."""
    vault = session.vault
    kept = [one for one in vault.header.slots if one["id"] != gone]
    about = {name: one for name, one in _about(session).items() if name != gone}
    detail: dict[str, object] = {"by": by.slot_id}
    if gone:
        detail["gone"] = gone
    if slot is not None:
        kept.append(slot)
        about[str(slot["id"])] = {"label": label, "created": ids.now()}
        detail.update({"slot": str(slot["id"]), "kind": str(slot["type"])})
    with vault.transaction():
        _keep_about(session, about)
        vault.change_slots(kept, actor=session.officer, action=action, detail=detail)
