"""The desk: what every page is handed. It holds the open session, the background tasks and the news between pages.

Locking drops the session here; a page that is asked for something without one shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from briefcase.desktop.tasks import Control, Operation, Tasks
from briefcase.records import lattice
from briefcase.records.label import Label
from briefcase.services.session import Session


class Changed(Protocol):
    """What comes out of work that changes whose keys are used: the session to go on with."""

    @property
    def session(self) -> Session:
        """The session to go on with."""


@dataclass
class Held:
    """The session of one unlocking; dropped as a whole when the vault locks, so that nothing can bring it back.

    Whoever closes it asks for the session where the work runs: an exchange of keys may end after the window has locked.
    """

    session: Session


class Desk(QObject):
    """Shared by all pages of one window.

    Signals:
        session_changed: a vault was opened or locked.
        records_changed: records were written or taken in.
        contacts_changed: a contact came in, was verified or fell; or our own card is another.
        messages_changed: a message was sent or kept.
        banner_changed: a ``Banner``, or None when nothing marked is visible.
        go: the officer wants another page (its name) with an argument.
    """

    session_changed = Signal()
    records_changed = Signal()
    contacts_changed = Signal()
    messages_changed = Signal()
    banner_changed = Signal(object)
    go = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = Tasks(self)
        self._held: Held | None = None

    @property
    def session(self) -> Session:
        """The open session; only pages of an open vault ask for it."""
        return self._need().session

    @property
    def is_open(self) -> bool:
        """Whether a vault is open."""
        return self._held is not None

    def open(self, session: Session) -> None:
        """Take over a session that was just opened."""
        self._held = Held(session)
        self.session_changed.emit()

    def close(self) -> Held | None:
        """Drop the session and everything still under way for it; return what holds it, for closing."""
        held, self._held = self._held, None
        self.tasks.cancel_all()
        self.banner_changed.emit(None)
        self.session_changed.emit()
        return held

    def ask(self, owner: QObject, work: Callable[[Session, Control], Any]) -> Operation:
        """Return an operation that does *work* with the session, in the background, for *owner*."""
        held = self._need()
        return Operation(lambda control: work(held.session, control), owner)

    def exchange(self, owner: QObject, work: Callable[[Session, Control], Changed]) -> Operation:
        """Return an operation as ``ask`` does; whatever runs after it works with the session that it returns."""
        held = self._need()

        def run(control: Control) -> Changed:
            changed = work(held.session, control)
            held.session = changed.session
            return changed

        return Operation(run, owner)

    def show_labels(self, labels: Iterable[Label]) -> None:
        """Have the banner carry the join of what is visible now."""
        shown = list(labels)
        if not shown or self._held is None:
            self.banner_changed.emit(None)
            return
        pack = self._held.session.pack
        self.banner_changed.emit(lattice.banner(lattice.join(shown, pack), pack))

    def _need(self) -> Held:
        if self._held is None:
            raise LookupError
        return self._held
