"""The desk: what every page is handed. It holds the open session, the background tasks and the news between pages.

Locking drops the session here; a page that is asked for something without one shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from briefcase.desktop.tasks import Control, Operation, Tasks
from briefcase.records import lattice
from briefcase.records.label import Label
from briefcase.services.session import Session

Result = TypeVar("Result")


class Desk(QObject):
    """Shared by all pages of one window.

    Signals:
        session_changed: a vault was opened or locked.
        records_changed: records were written or taken in.
        contacts_changed: a contact came in or was verified.
        banner_changed: a ``Banner``, or None when nothing marked is visible.
        go: the officer wants another page (its name) with an argument.
    """

    session_changed = Signal()
    records_changed = Signal()
    contacts_changed = Signal()
    banner_changed = Signal(object)
    go = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = Tasks(self)
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The open session; only pages of an open vault ask for it."""
        if self._session is None:
            raise LookupError
        return self._session

    @property
    def is_open(self) -> bool:
        """Whether a vault is open."""
        return self._session is not None

    def open(self, session: Session) -> None:
        """Take over a session that was just opened."""
        self._session = session
        self.session_changed.emit()

    def close(self) -> Session | None:
        """Drop the session and everything still under way for it; return it for closing."""
        session, self._session = self._session, None
        self.tasks.cancel_all()
        self.banner_changed.emit(None)
        self.session_changed.emit()
        return session

    def ask(self, owner: QObject, work: Callable[[Session, Control], Any]) -> Operation:
        """Return an operation that does *work* with the session, in the background, for *owner*."""
        session = self.session
        return Operation(lambda control: work(session, control), owner)

    def show_labels(self, labels: Iterable[Label]) -> None:
        """Have the banner carry the join of what is visible now."""
        shown = list(labels)
        if not shown or self._session is None:
            self.banner_changed.emit(None)
            return
        pack = self._session.pack
        self.banner_changed.emit(lattice.banner(lattice.join(shown, pack), pack))
