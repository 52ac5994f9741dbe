"""The system's keyring as one way into a vault: off by default, only with a PIN, never the only one.

It holds 32 random bytes and how often a PIN was tried, never a passphrase. The fifth wrong PIN removes them. The back
end is taken from a list of four and made here: what a variable, a settings file or another package would choose is not
asked, for a back end that keeps its secrets in a plain file, or sends them somewhere, would be one of those.
This protects less than a passphrase. Whoever can read the keyring can try PINs without us counting.
"""

from __future__ import annotations

import importlib
import itertools
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from briefcase.seal import keyslots
from briefcase.services.access.entry import PINS
from briefcase.services.access.errors import KeyringNoEntry, KeyringUnavailable, PinRemoved, PinShort, PinWrong
from briefcase.services.access.keys import Opened, guarded, no_waiting, passphrase_bytes, to_try
from briefcase.services.errors import PassphraseWrong, ServiceError
from briefcase.vault.attempts import Waiting
from briefcase.vault.errors import VaultError
from briefcase.vault.header import Header, Slot

SERVICE = "Briefcase"
SHORTEST_PIN = 6
_FORMAT = "briefcase-keyring/1"
_SECRET = 32
_BACK_ENDS = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (("keyring.backends.SecretService", "Keyring"), ("keyring.backends.kwallet", "DBusKeyring")),
}


class BackEnd(Protocol):
    """What is used of a back end of the package ``keyring``."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget something."""


@dataclass(frozen=True, repr=False)
class Entry:
    """What stands in the keyring for one slot: the secret, and how often a PIN was tried since the last right one."""

    secret: bytes
    tries: int

    def text(self) -> str:
        """Return it as it is kept."""
        return f"{_FORMAT} {self.secret.hex()} {self.tries}"


def check_pin(pin: str) -> None:
    """Check a new PIN.

    Raises:
        PinShort: fewer than six characters, or all the same, or a run such as 123456.
    """
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(pin)}
    if len(pin) < SHORTEST_PIN or (len(steps) == 1 and steps <= {-1, 0, 1}):
        raise PinShort(least=SHORTEST_PIN)


def new_secret() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(_SECRET)


def is_available() -> bool:
    """Return whether this system has a keyring that we use."""
    try:
        _back_end()
    except KeyringUnavailable:
        return False
    return True


def is_offered(folder: Path) -> bool:
    """Return whether a vault can be opened through a keyring and a PIN, as its header says."""
    try:
        _keyring_slot(to_try(folder))
    except (ServiceError, VaultError):
        return False
    return True


def keep(vault_id: str, slot_id: str, secret: bytes) -> None:
    """Put the secret of a slot into the keyring and read it back.

    Raises:
        KeyringUnavailable: there is no keyring that we use, it is locked, or it does not keep what it is given.
    """
    _write(vault_id, slot_id, Entry(secret, 0))


def forget(vault_id: str, slot_id: str) -> bool:
    """Take the secret of a slot out of the keyring; return whether that was possible. The slot is dead either way."""
    try:
        _back_end().delete_password(SERVICE, _name(vault_id, slot_id))
    except Exception:  # noqa: BLE001 - not there, locked, or no keyring at all: each back end has its own errors
        return False
    return True


def open_with_pin(folder: Path, pin: str, *, waiting: Waiting = no_waiting) -> Opened:
    """Return the master key of a vault through the system's keyring and a PIN.

    The try is counted in the keyring before it is made; the fifth wrong one in a row removes the secret.

    Raises:
        KeyringNoEntry: no slot of this vault has its secret in this keyring.
        KeyringUnavailable: no keyring that we use, or it is locked.
        PinWrong: with the number of tries left.
        PinRemoved: that was the fifth.
        And the vault's own.
    """
    tried = to_try(folder)
    slot, vault_id = _keyring_slot(tried)
    slot_id = str(slot["id"])
    entry = _read(vault_id, slot_id)
    if entry is None:
        raise KeyringNoEntry
    if entry.tries >= PINS:
        forget(vault_id, slot_id)
        raise PinRemoved(most=PINS)
    _write(vault_id, slot_id, Entry(entry.secret, entry.tries + 1))
    secret = keyslots.keyring_secret(entry.secret, passphrase_bytes(pin))
    try:
        opened = guarded(
            folder,
            tried,
            lambda one: secret if one.get("id") == slot_id else None,
            "pins",
            waiting=waiting,
        )
    except PassphraseWrong:
        raise _wrong(vault_id, slot_id, entry.tries + 1) from None
    _write(vault_id, slot_id, Entry(entry.secret, 0))
    return opened


def _wrong(vault_id: str, slot_id: str, tries: int) -> PinWrong | PinRemoved:
    if tries >= PINS:
        forget(vault_id, slot_id)
        return PinRemoved(most=PINS)
    return PinWrong(left=PINS - tries)


def _keyring_slot(tried: list[Header]) -> tuple[Slot, str]:
    for header in tried:
        for slot in header.slots:
            if slot.get("type") == "keyring" and isinstance(slot.get("id"), str):
                return slot, header.vault_id
    raise KeyringNoEntry


def _name(vault_id: str, slot_id: str) -> str:
    return f"{vault_id}/{slot_id}"


def _read(vault_id: str, slot_id: str) -> Entry | None:
    try:
        text = _back_end().get_password(SERVICE, _name(vault_id, slot_id))
    except KeyringUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - each back end has its own errors
        raise KeyringUnavailable(reason=type(error).__name__) from None
    if text is None:
        return None
    words = text.split(" ")
    try:
        found = Entry(bytes.fromhex(words[1]), int(words[2]))
    except (IndexError, ValueError):
        return None
    return found if words[0] == _FORMAT and len(found.secret) == _SECRET and found.tries >= 0 else None


def _write(vault_id: str, slot_id: str, entry: Entry) -> None:
    try:
        _back_end().set_password(SERVICE, _name(vault_id, slot_id), entry.text())
    except KeyringUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - each back end has its own errors
        raise KeyringUnavailable(reason=type(error).__name__) from None
    if _read(vault_id, slot_id) != entry:
        raise KeyringUnavailable(reason="read back")


def _back_end() -> BackEnd:
    """Return the first back end of the list that works here."""
    import keyring  # noqa: F401, PLC0415 - imported here alone and only when asked for; it brings ssl with it

    reason = sys.platform
    for module, name in _BACK_ENDS.get(sys.platform, ()):
        try:
            kind = getattr(importlib.import_module(module), name)
            if float(kind.priority) <= 0:
                continue
            found = kind()
        except Exception as error:  # noqa: BLE001 - a back end that does not work here says so in many ways
            reason = type(error).__name__
            continue
        if os.name == "nt":
            found.persist = "local machine"  # not carried to other machines by the domain
        return cast("BackEnd", found)
    raise KeyringUnavailable(reason=reason)
