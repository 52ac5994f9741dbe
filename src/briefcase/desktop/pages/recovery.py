"""The recovery words of a new vault: shown once, to be written down, confirmed by typing two of them back."""

from __future__ import annotations

import secrets
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QLineEdit

from briefcase.desktop import theme
from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.own_card import numbered_words
from briefcase.desktop.pages.page import Page, head
from briefcase.desktop.tasks import Operation
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, button, centred, column, row, scrolled
from briefcase.desktop.widgets.choosing import choose_target
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.language import _
from briefcase.services import files, sheets, upkeep
from briefcase.services.session import Created

ASKED = 2


class RecoveryPage(Page):
    """Shows what is shown only now; emits ``done`` with the session when two words were typed back."""

    done = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._created: Created | None = None
        self.revocation_saved = False
        self.asked: tuple[int, ...] = ()
        self.messages = MessageBar()
        self._words = PlainLabel(role="words", wrap=False)
        self._titles = [PlainLabel(role="field") for _place in range(ASKED)]
        self.answers = [QLineEdit() for _place in range(ASKED)]
        for edit in self.answers:
            edit.setMaximumWidth(240)
            edit.returnPressed.connect(self.confirm)
        self._build()

    def start(self, created: Created) -> None:
        """Show the words of a vault that was just made, and ask for two of them."""
        self._created = created
        self.revocation_saved = False
        self.messages.clear()
        self._words.setText(numbered_words(created.recovery_words))
        places = secrets.SystemRandom().sample(range(len(created.recovery_words)), ASKED)
        self.asked = tuple(sorted(places))
        for place, title, edit in zip(self.asked, self._titles, self.answers, strict=True):
            words = _("Word number %(number)d") % {"number": place + 1}
            title.setText(words)
            edit.setAccessibleName(words)
            edit.clear()

    def enter(self) -> None:
        """Be shown: the cursor goes to the first answer."""
        self.answers[0].setFocus()

    def confirm(self) -> None:
        """Go on when both words are right."""
        created = self._created
        if created is None:
            return
        right = [
            edit.text().strip().casefold() == created.recovery_words[place].casefold()
            for place, edit in zip(self.asked, self.answers, strict=True)
        ]
        if not all(right):
            self.messages.tell("warn", _("That is not what stands there. Look at your sheet again."))
            self.answers[right.index(False)].setFocus()
            return
        self.forget()
        self.done.emit(created.session)

    def forget(self) -> None:
        """Drop the words."""
        self._created = None
        self._words.setText("")
        for edit in self.answers:
            edit.clear()

    def save_revocation(self, path: str) -> None:
        """Write the signed revocation to a file: a PDF with codes, or a text, by the ending of its name."""
        created = self._created
        if created is None:
            return

        def done(_nothing: object) -> None:
            self.revocation_saved = True
            more = _("Print it, lock the paper away from this computer, and delete the file.")
            self.messages.tell("good", _("The revocation was saved as %(path)s.") % {"path": path}, more)

        write = Operation(lambda _c: sheets.write_revocation(created.session, created.revocation, Path(path)), self)
        self.desk.tasks.start(write.success(done).failure(self.messages.fail))

    def save_sheet(self, path: str) -> None:
        """Write the recovery words to a private text file, to be printed elsewhere and deleted."""
        created = self._created
        if created is None:
            return

        def work(_control: object) -> None:
            text = upkeep.recovery_sheet(created.session, created.recovery_words)
            files.write_file(Path(path), text.encode(), private=True)

        words = _("The recovery sheet was saved as %(path)s.") % {"path": path}
        more = _("It opens the vault: print it, lock the paper away, and delete the file now.")
        operation = Operation(work, self).success(lambda _n: self.messages.tell("warn", words, more))
        self.desk.tasks.start(operation.failure(self.messages.fail))

    def print_sheet(self, printer: QPrinter) -> None:
        """Print the recovery words; no file of ours is written, but the print queue may keep one."""
        created = self._created
        if created is None:
            return

        def done(text: str) -> None:
            document = QTextDocument()
            font = QFont(theme.MONOSPACED)
            font.setPointSizeF(11)
            document.setDefaultFont(font)
            document.setPlainText(text)
            document.print_(printer)
            self.messages.tell("good", _("Handed to the printer."), _("Lock the paper away, apart from this computer."))

        work = Operation(lambda _c: upkeep.recovery_sheet(created.session, created.recovery_words), self)
        self.desk.tasks.start(work.success(done).failure(self.messages.fail))

    def _choose_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_sheet(printer))
        dialog.setModal(True)
        dialog.show()

    def _choose_sheet(self) -> None:
        kinds = _("Text files (*.txt)")
        choose_target(self, _("Save the recovery sheet as"), self.save_sheet, kinds=kinds, suffix="txt")

    def _choose_file(self) -> None:
        kinds = _("PDF files (*.pdf);;Text files (*.txt)")
        choose_target(self, _("Save the revocation as"), self.save_revocation, kinds=kinds, suffix="pdf")

    def _build(self) -> None:
        title = PlainLabel(_("Write down the recovery words"), "title")
        why = PlainLabel(_("They open the vault when the passphrase is lost. They are shown only now."), "muted")
        asks = row(
            *(box(column(one, edit, gap=3)) for one, edit in zip(self._titles, self.answers, strict=True)), 1, gap=16
        )
        revoke = button(_("Save the revocation for printing…"), self._choose_file, icon="save")
        spool = button(_("Print the words…"), self._choose_printer, icon="print")
        sheet = button(_("Save them to a file…"), self._choose_sheet, icon="save")
        inner = column(
            PlainLabel(_("Copy them by hand onto paper and lock the paper away, apart from this computer."), "muted"),
            row(self._words, 1),
            PlainLabel(
                _("Or print them, if you trust this printer: its queue may keep them on disk in the clear."), "muted"
            ),
            flow(spool, sheet),
            PlainLabel(_("Now type two of them back from your paper:"), "field"),
            asks,
            labelled(
                _("If this computer is ever lost"),
                PlainLabel(
                    _("A signed revocation ends this card for every partner. Print it and keep it in a safe."), "muted"
                ),
                box(row(revoke, 1)),
            ),
            margin=24,
            gap=14,
        )
        card = box(inner, "card")
        card.setMaximumWidth(760)
        said = box(column(self.messages))
        page = box(column(said, centred(card), 1, margin=PAGE_MARGIN))
        foot = box(row(1, button(_("I have written them down"), self.confirm, role="primary")), "foot")
        foot.setContentsMargins(PAGE_MARGIN, 10, PAGE_MARGIN, 10)
        self.setLayout(column(head(column(title, why, gap=2)), scrolled(page, _("Recovery words")), foot, gap=0))
