"""From what the officer types to the master key: which slot it opens, and every way in which it does not.

The tries are counted and slowed down here (``vault.attempts``); nothing else in the services unwraps a slot.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefcase.seal import keyslots, words
from briefcase.seal.errors import SealError, SlotWrongSecret, WordsInvalid
from briefcase.services.errors import PassphraseWrong
from briefcase.vault import attempts
from briefcase.vault import header as headers
from briefcase.vault.attempts import Attempts, Kind, Waiting
from briefcase.vault.errors import VaultHeaderForeign
from briefcase.vault.header import Header, Slot
from briefcase.vault.subkeys import Keys
from briefcase.vault.vault import Vault

_RECOVERY_LEAST = 20
SecretOf = Callable[[Slot], bytes | None]


@dataclass(frozen=True, repr=False)
class Opened:
    """The master key, and which slot gave it.

    Attributes:
        master: 32 bytes.
        slot_id: id of the slot.
        kind: ``passphrase``, ``recovery`` or ``keyring``.
        failed: the wrong tries before, not yet in the audit chain; None when there were none.
    """

    master: bytes
    slot_id: str
    kind: str
    failed: Attempts | None = None


def no_waiting(_seconds: int) -> None:
    """Say nothing while a try has to wait."""


def passphrase_bytes(typed: str) -> bytes:
    """Return the bytes of a passphrase, composed: one system types an accented letter as one character, another as two.

    Those of a file that are not UTF-8 come back as they were.
    """
    return unicodedata.normalize("NFC", typed).encode("utf-8", "surrogateescape")


def open_slots(folder: Path, typed: str, *, waiting: Waiting = no_waiting) -> Opened:
    """Return the master key that a passphrase or the recovery words open.

    Args:
        folder: of the vault.
        typed: passphrase or recovery words.
        waiting: told the seconds that are left while the try has to wait; may raise to give up.

    Raises:
        PassphraseWrong: no slot opens with it.
        briefcase.seal.errors.SlotInvalid, SlotMemory: nothing opens, and a slot is damaged or asks for too much memory.
        briefcase.vault.errors.VaultMissing, VaultFormatNewer, VaultHeaderDamaged, VaultHeaderForeign, VaultDamaged.
    """
    return guarded(folder, to_try(folder), typed_secret(typed), "passphrases", waiting=waiting)


def prove(vault: Vault, typed: str, *, waiting: Waiting = no_waiting) -> Opened:
    """Return the master key of an *open* vault again: who changes the keys proves that he has one.

    Raises:
        PassphraseWrong: it opens no slot of this vault.
    """
    secret_of = typed_secret(typed)
    opened = guarded(vault.folder, [vault.header], secret_of, "passphrases", is_open=True, waiting=waiting)
    if not headers.verifies(vault.header, Keys.of(opened.master).header):
        raise PassphraseWrong
    return opened


def to_try(folder: Path) -> list[Header]:
    """Return the headers whose slots are tried, best first.

    One that belongs to another database only when there is no other; the second only where it differs and is no older:
    an older one was put back, and its passphrases were changed since.

    Raises:
        VaultMissing, VaultDamaged, VaultFormatNewer, VaultHeaderDamaged: there is nothing to try.
    """
    headers.need_database(folder)
    fitting = found = headers.read_both(folder)
    if len({header.vault_id for header in found}) > 1:
        salt = headers.database_salt(folder)
        fitting = [header for header in found if header.salt == salt] or found
    return [fitting[0]] + [
        header
        for header in fitting[1:]
        if header.slots != fitting[0].slots and header.generation >= fitting[0].generation
    ]


def guarded(
    folder: Path,
    tried: Sequence[Header],
    secret_of: SecretOf,
    kind: Kind,
    *,
    waiting: Waiting,
    is_open: bool = False,
) -> Opened:
    """Try the slots of *tried*, counted and slowed down, and return the first that opens; see ``open_slots``.

    With *is_open* the headers are those of a vault that is open already, and cannot be foreign.
    """
    with attempts.one_at_a_time(folder, waiting):
        earlier = attempts.read(folder)
        attempts.wait(attempts.delay(earlier.total if earlier else 0), waiting)
        attempts.count(folder, kind)
        try:
            opened = _unwrapped(tried, secret_of, earlier)
        except PassphraseWrong:
            if not is_open and all(header.salt != headers.database_salt(folder) for header in tried):
                attempts.restore(folder, earlier)
                raise VaultHeaderForeign from None
            raise
        except BaseException:
            attempts.restore(folder, earlier)
            raise
        attempts.restore(folder, earlier)
    return opened


def _unwrapped(tried: Sequence[Header], secret_of: SecretOf, failed: Attempts | None) -> Opened:
    trouble: SealError | None = None
    for header in tried:
        for slot in header.slots:
            secret = secret_of(slot)
            if secret is None:
                continue
            try:
                master = keyslots.unwrap(slot, secret, header.vault_id)
            except SlotWrongSecret:
                continue
            except SealError as error:
                trouble = trouble or error
                continue
            return Opened(master, str(slot["id"]), str(slot["type"]), failed)
    if trouble:
        raise trouble
    raise PassphraseWrong


def typed_secret(typed: str) -> SecretOf:
    """Return what says of a slot which secret *typed* is to it; None when it cannot be one."""

    def secret_of(slot: Slot) -> bytes | None:
        if slot.get("type") == "passphrase":
            return passphrase_bytes(typed)
        if slot.get("type") == "recovery" and len(typed.split()) >= _RECOVERY_LEAST:
            try:
                return words.parse_secret(typed)
            except WordsInvalid:
                return None
        return None

    return secret_of
