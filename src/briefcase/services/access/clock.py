"""The clock, when it was wrong: one far-future date must not make everything expired for good.

The latest time that was seen is reset by two persons: the officer, and a second officer or whoever holds the recovery
words. The audit chain keeps both times.
"""

from __future__ import annotations

from briefcase.records import ids
from briefcase.services.access import entry
from briefcase.services.access.errors import SecondPersonNeeded
from briefcase.services.access.keys import no_waiting, prove
from briefcase.services.session import Session
from briefcase.vault.attempts import Waiting
from briefcase.vault.errors import VaultReadOnly


def times(session: Session) -> tuple[str, str]:
    """Return the time of this computer and the latest that this vault has seen, both UTC; the second may be empty."""
    return ids.now(), session.vault.audit.highest_time()


def reset(session: Session, first: str, second: str, *, waiting: Waiting = no_waiting) -> str:
    """Make the computer's present time the latest that this vault has seen; return it.

    Args:
        session: the open vault.
        first: a passphrase.
        second: the passphrase of another slot, or the recovery words.
        waiting: see ``keys.open_slots``.

    Raises:
        PassphraseWrong: one of them opens nothing.
        SecondPersonNeeded: both are the same way in, or the first is no passphrase.
        VaultReadOnly.
    """
    if session.vault.read_only:
        raise VaultReadOnly
    one = prove(session.vault, first, waiting=waiting)
    other = prove(session.vault, second, waiting=waiting)
    if one.kind != "passphrase" or other.slot_id == one.slot_id:
        raise SecondPersonNeeded
    entry.settle(session.vault, one)
    entry.settle(session.vault, other)
    return session.vault.audit.reset_time({"slots": [one.slot_id, other.slot_id]}, actor=session.officer)
