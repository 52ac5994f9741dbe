"""What an officer was writing when the window locked: one draft, kept in the vault and offered again."""

from __future__ import annotations

from briefcase.services.session import Session

_NAME = "window"


def save(session: Session, body: bytes) -> None:
    """Keep *body* in place of the draft that was there."""
    session.vault.drafts.save(_NAME, body, saved=session.now())


def load(session: Session) -> bytes | None:
    """Return the draft, or None."""
    return session.vault.drafts.get(_NAME)


def clear(session: Session) -> None:
    """Forget the draft."""
    session.vault.drafts.remove(_NAME)
