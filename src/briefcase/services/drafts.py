"""What an officer was writing when the window locked: one draft a place, kept in the vault and offered again."""

from __future__ import annotations

from briefcase.services.session import Session

RECORD = "window"
HANDOVER = "handover"
"""The places: the form of a record, and the words that go with a hand-over."""


def save(session: Session, body: bytes, *, place: str = RECORD) -> None:
    """Keep *body* in place of the draft that was there."""
    session.vault.drafts.save(place, body, saved=session.now())


def load(session: Session, *, place: str = RECORD) -> bytes | None:
    """Return the draft, or None."""
    return session.vault.drafts.get(place)


def clear(session: Session, *, place: str = RECORD) -> None:
    """Forget the draft."""
    session.vault.drafts.remove(place)
