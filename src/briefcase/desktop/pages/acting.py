"""A panel for one act: what it means, its fields, its button; it works in the background and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLayout, QWidget
from shiboken6 import isValid

from briefcase.desktop.desk import Changed, Desk
from briefcase.desktop.errors import Cancelled
from briefcase.desktop.pages.page import head
from briefcase.desktop.tasks import Control, Operation
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, column, scrolled
from briefcase.desktop.widgets.inline import InlineQuestion
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.mnemonics import give_letters
from briefcase.desktop.widgets.passphrase import PassphraseField
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.errors import BriefcaseError
from briefcase.records.label import Label
from briefcase.services.errors import PassphraseWrong
from briefcase.services.session import Session

WIDTH = 760

Done = Callable[[Any], object]


def patient(control: Control) -> Callable[[int], None]:
    """Return what is told how long a try waits after wrong ones: it gives up as soon as the officer stops the work."""

    def wait(_seconds: int) -> None:
        if control.cancelled():
            raise Cancelled

    return wait


class ActPanel(QFrame):
    """One act. What was begun is told here; until it ends the fields rest and the page holds its list still.

    Signals:
        busy: work has begun (True) or ended (False).
        shown: other records are on the screen now.
    """

    busy = Signal(bool)
    shown = Signal()

    def __init__(self, desk: Desk, title: str, why: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.title = title
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.question = InlineQuestion()
        self._why = why
        self._body = QFrame()
        self._control: Control | None = None
        self._before: QWidget | None = None
        self.progress.cancelled.connect(self._stop)

    @property
    def is_busy(self) -> bool:
        """Whether work is under way."""
        return self._control is not None

    def labels(self) -> list[Label]:
        """Return the labels of what is shown here."""
        return []

    def forget(self) -> None:
        """Empty every field that holds a secret: the vault is locking."""
        for field in self.findChildren(PassphraseField):
            field.forget()

    def build(self, *parts: QWidget | QLayout | None, above: QWidget | None = None) -> None:
        """Lay the panel out: its head, what is said, and *parts* below each other; *above* stands over the title."""
        why = PlainLabel(self._why, "muted") if self._why else None
        self._body.setLayout(column(*parts, 1, margin=PAGE_MARGIN, gap=16))
        self._body.setMaximumWidth(WIDTH + 2 * PAGE_MARGIN)
        top = head(column(above, PlainLabel(self.title, "title"), why, gap=4))
        whole = column(top, Said(self.messages, self.progress), scrolled(self._body, self.title), gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        give_letters(self._body)

    def run(self, title: str, work: Callable[[Session, Control], Any], done: Done, *, can_stop: bool = True) -> None:
        """Do *work* with the session in the background, then *done* with what came of it."""
        self._begin(self.desk.ask(self, work), title, done, can_stop=can_stop)

    def run_exchange(self, title: str, work: Callable[[Session, Control], Changed], done: Done) -> None:
        """As ``run``; everything after it works with the session that comes out."""
        self._begin(self.desk.exchange(self, work), title, done, can_stop=True)

    def run_alone(self, title: str, work: Callable[[Control], Any], done: Done) -> None:
        """As ``run`` without any open vault."""
        self._begin(Operation(work, self), title, done, can_stop=True)

    def failed(self, error: BriefcaseError) -> None:
        """Say what went wrong; a wrong passphrase is typed anew."""
        self.messages.fail(error)
        if isinstance(error, PassphraseWrong):
            asked = next((one for one in self.findChildren(PassphraseField) if one.isVisible()), None)
            if asked is not None:
                asked.forget()
                asked.setFocus()

    def _begin(self, operation: Operation, title: str, done: Done, *, can_stop: bool) -> None:
        if self.is_busy:
            return
        self.messages.clear()
        self._before = self.window().focusWidget()
        self._body.setDisabled(True)
        self.progress.begin(title, can_stop=can_stop)

        def finished(result: object) -> None:
            self._end()
            done(result)

        def failed(error: BriefcaseError) -> None:
            self._end()
            self.failed(error)

        shown = operation.success(finished).failure(failed).progress(self.progress.update_progress)
        self._control = self.desk.tasks.start(shown)
        self.busy.emit(True)  # noqa: FBT003 - a signal has no names

    def _end(self) -> None:
        self._control = None
        self.progress.end()
        self._body.setDisabled(False)
        self.busy.emit(False)  # noqa: FBT003 - a signal has no names
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisibleTo(self):
            before.setFocus()

    def _stop(self) -> None:
        if self._control is not None:
            self._control.cancel()


def form(*parts: QWidget | QLayout | None) -> QFrame:
    """Return the fields of an act and its button on a card."""
    return box(column(*parts, margin=18, gap=14), "card")


def card(title: str, *parts: QWidget | QLayout | None, why: str = "") -> QFrame:
    """Return *parts* on a card under a heading and what they are for."""
    words = PlainLabel(why, "muted") if why else None
    return box(column(PlainLabel(title, "heading"), words, *parts, margin=18, gap=12), "card")
