"""Recovery words on the screen, for once: onto paper by hand, printer or file, and some of them typed back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFrame, QLineEdit

from briefcase.desktop import theme
from briefcase.desktop.showing import numbered_words
from briefcase.desktop.tasks import Operation, Tasks
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, row
from briefcase.desktop.widgets.choosing import choose_target
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.language import _
from briefcase.services import files, upkeep
from briefcase.services.session import Session

Asking = Callable[[Callable[[Session], Any]], Operation]
"""Returns an operation that does something with the session whose words these are."""


class WordSheet(QFrame):
    """Shows the words and asks for *asked* of them; ``submitted`` tells that Enter was pressed in the last answer."""

    submitted = Signal()

    def __init__(self, tasks: Tasks, messages: MessageBar, *, asked: int) -> None:
        super().__init__()
        self._tasks = tasks
        self._messages = messages
        self._recovery: tuple[str, ...] = ()
        self._vault_id = ""
        self._ask: Asking | None = None
        self.asked: tuple[int, ...] = ()
        self._words = PlainLabel(role="words", wrap=False)
        self._titles = [PlainLabel(role="field") for _place in range(asked)]
        self.answers = [QLineEdit() for _place in range(asked)]
        for edit in self.answers:
            edit.setMaximumWidth(200)
            edit.returnPressed.connect(self.submitted)
        self._build()

    def show_words(self, words: tuple[str, ...], ask: Asking, *, vault_id: str = "") -> None:
        """Show *words* and choose those that are asked for.

        Args:
            words: twenty-four.
            ask: see ``Asking``.
            vault_id: of the vault that they open, when it is not that session's own.
        """
        self._recovery, self._ask, self._vault_id = words, ask, vault_id
        self._words.setText(numbered_words(words))
        self.asked = tuple(sorted(secrets.SystemRandom().sample(range(len(words)), len(self.answers))))
        for place, title, edit in zip(self.asked, self._titles, self.answers, strict=True):
            said = _("Word number %(number)d") % {"number": place + 1}
            title.setText(said)
            edit.setAccessibleName(said)
            edit.clear()

    def typed(self) -> dict[int, str]:
        """Return what was typed back, by the place of the word from 1."""
        return {place + 1: edit.text().strip() for place, edit in zip(self.asked, self.answers, strict=True)}

    def wrong(self) -> int:
        """Return the place (from 1) of the first answer that is not what stands there; 0 when all are right."""
        return next(
            (place for place, word in self.typed().items() if word.casefold() != self._recovery[place - 1].casefold()),
            0,
        )

    def point_at(self, place: int) -> None:
        """Put the cursor into the answer for the word at *place* (from 1), the first one when it is none of them."""
        known = [number + 1 for number in self.asked]
        self.answers[known.index(place) if place in known else 0].setFocus()

    def forget(self) -> None:
        """Drop the words."""
        self._recovery, self._ask = (), None
        self._words.setText("")
        for edit in self.answers:
            edit.clear()

    @property
    def shown(self) -> str:
        """The words as they stand on the screen; empty when they are gone."""
        return self._words.text()

    def save(self, path: str) -> None:
        """Write the sheet to a private text file, to be printed elsewhere and deleted."""
        words = _("The recovery sheet was saved as %(path)s.") % {"path": path}
        more = _("It opens the vault: print it, lock the paper away, and delete the file now.")
        self._with_text(
            lambda text: files.write_file(Path(path), text.encode(), private=True),
            lambda _n: self._messages.tell("warn", words, more),
        )

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet; no file of ours is written, but the print queue may keep one."""

        def done(text: str) -> None:
            document = QTextDocument()
            font = QFont(theme.MONOSPACED)
            font.setPointSizeF(11)
            document.setDefaultFont(font)
            document.setPlainText(text)
            document.print_(printer)
            self._messages.tell(
                "good", _("Handed to the printer."), _("Lock the paper away, apart from this computer.")
            )

        self._with_text(lambda text: text, done)

    def _with_text(self, act: Callable[[str], Any], done: Callable[[Any], None]) -> None:
        if self._ask is None:
            return
        words, vault_id = self._recovery, self._vault_id
        operation = self._ask(lambda session: act(upkeep.recovery_sheet(session, words, vault_id=vault_id)))
        self._tasks.start(operation.success(done).failure(self._messages.fail))

    def _choose_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.setModal(True)
        dialog.show()

    def _choose_file(self) -> None:
        kinds = _("Text files (*.txt)")
        choose_target(self, _("Save the recovery sheet as"), self.save, kinds=kinds, suffix="txt")

    def _build(self) -> None:
        spool = button(_("Print the words…"), self._choose_printer, icon="print")
        sheet = button(_("Save them to a file…"), self._choose_file, icon="save")
        asks = [box(column(one, edit, gap=3)) for one, edit in zip(self._titles, self.answers, strict=True)]
        back = PlainLabel(_("Now type these back from your paper:"), "field")
        self.setLayout(
            column(
                PlainLabel(
                    _("Copy them by hand onto paper and lock the paper away, apart from this computer."), "muted"
                ),
                row(self._words, 1),
                PlainLabel(
                    _("Or print them, if you trust this printer: its queue may keep them on disk in the clear."),
                    "muted",
                ),
                flow(spool, sheet),
                back if asks else None,
                row(*asks, 1, gap=16) if asks else None,
                gap=12,
            )
        )
