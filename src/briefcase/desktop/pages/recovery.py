"""The recovery words of a new vault: shown once, to be written down, confirmed by typing two of them back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.page import Page, head
from briefcase.desktop.tasks import Operation
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, button, centred, column, row, scrolled
from briefcase.desktop.widgets.choosing import choose_target
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.desktop.widgets.wordsheet import WordSheet
from briefcase.language import _
from briefcase.services import sheets
from briefcase.services.session import Created

ASKED = 2


class RecoveryPage(Page):
    """Shows what is shown only now; emits ``done`` with the session when two words were typed back."""

    done = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._created: Created | None = None
        self.revocation_saved = False
        self.messages = MessageBar()
        self.sheet = WordSheet(desk.tasks, self.messages, asked=ASKED)
        self.sheet.submitted.connect(self.confirm)
        self._build()

    def start(self, created: Created) -> None:
        """Show the words of a vault that was just made, and ask for two of them."""
        self._created = created
        self.revocation_saved = False
        self.messages.clear()
        self.sheet.show_words(
            created.recovery_words, lambda work: Operation(lambda _c: work(created.session), self.sheet)
        )

    def enter(self) -> None:
        """Be shown: the cursor goes to the first answer."""
        self.sheet.answers[0].setFocus()

    def confirm(self) -> None:
        """Go on when both words are right."""
        created = self._created
        if created is None:
            return
        wrong = self.sheet.wrong()
        if wrong:
            self.messages.tell("warn", _("That is not what stands there. Look at your sheet again."))
            self.sheet.point_at(wrong)
            return
        self.forget()
        self.done.emit(created.session)

    def forget(self) -> None:
        """Drop the words."""
        self._created = None
        self.sheet.forget()

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

    def _choose_file(self) -> None:
        kinds = _("PDF files (*.pdf);;Text files (*.txt)")
        choose_target(self, _("Save the revocation as"), self.save_revocation, kinds=kinds, suffix="pdf")

    def _build(self) -> None:
        title = PlainLabel(_("Write down the recovery words"), "title")
        why = PlainLabel(_("They open the vault when the passphrase is lost. They are shown only now."), "muted")
        revoke = button(_("Save the revocation for printing…"), self._choose_file, icon="save")
        inner = column(
            self.sheet,
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
