"""The receipt of a bundle: sealed to its sender on a stick, and on paper where no stick may travel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFrame, QLineEdit

from briefcase.desktop.desk import Desk
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, row
from briefcase.desktop.widgets.choosing import choose_folder, choose_target
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.papersize import PaperSize
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext
from briefcase.services import receipts, sheets
from briefcase.services.messages import Sent
from briefcase.services.session import Session
from briefcase.services.sheets import PrintedSheet


class ReceiptCard(QFrame):
    """Makes the receipt of one bundle, then offers to print it."""

    def __init__(self, desk: Desk, bundle_id: str, path: Path | None) -> None:
        super().__init__()
        self._desk = desk
        self._bundle_id = bundle_id
        self._path = path
        self.sent: Sent | None = None
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.folder = QLineEdit()
        self.folder.setAccessibleName(_("Folder or stick for the receipt"))
        self.folder.returnPressed.connect(self.make)
        self.paper = PaperSize()
        self._build()

    def make(self) -> None:
        """Seal the receipt into the folder, in the background."""
        if not self.folder.text().strip():
            self.messages.tell("info", _("Choose the folder or stick that the receipt goes to."))
            return
        folder, path, bundle_id = Path(self.folder.text().strip()).expanduser(), self._path, self._bundle_id
        self.messages.clear()
        self._make.setEnabled(False)
        self.progress.begin(_("Verifying every byte, then sealing the receipt"))

        def work(session: Session, control: Control) -> Sent:
            if path is None:
                return receipts.make_for_bundle(session, bundle_id, folder, cancel=control.cancelled)
            return receipts.make_for_file(session, path, folder, progress=control.progress, cancel=control.cancelled)

        operation = self._desk.ask(self, work).success(self._made).failure(self._failed)
        control = self._desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def print_to(self, path: str) -> None:
        """Write the sealed receipt as a PDF with codes."""
        if self.sent is None:
            return
        sealed, paper = self.sent.path, self.paper.paper

        def done(sheet: PrintedSheet) -> None:
            words = ngettext("It has %(count)d page.", "It has %(count)d pages.", sheet.pages) % {"count": sheet.pages}
            more = _("The partner scans all of them and reads them under Received.")
            self.messages.tell("good", _("Saved as %(path)s.") % {"path": path}, f"{words} {more}")

        work = self._desk.ask(self, lambda s, _c: sheets.print_message(s, sealed, Path(path), paper=paper))
        self._desk.tasks.start(work.success(done).failure(self.messages.fail))

    def _made(self, sent: Sent) -> None:
        self.progress.end()
        self.sent = sent
        self._desk.messages_changed.emit()
        names = ", ".join(one.name for one in sent.recipients)
        more = _("Only %(names)s can open it. Give it back with the stick, or print it.") % {"names": names}
        self.messages.tell("good", _("The receipt was saved as %(path)s.") % {"path": sent.path}, more)
        self._asking.hide()
        self._printing.show()

    def _failed(self, error: BriefcaseError) -> None:
        self.progress.end()
        self._make.setEnabled(True)
        self.messages.fail(error)

    def _choose(self) -> None:
        choose_folder(self, _("Folder or stick for the receipt"), self.folder.setText, start=self.folder.text())

    def _choose_pdf(self) -> None:
        choose_target(
            self, _("Save the receipt for printing as"), self.print_to, kinds=_("PDF files (*.pdf)"), suffix="pdf"
        )

    def _build(self) -> None:
        self.setProperty("role", "card")
        choose = button(_("Browse…"), self._choose, name=_("Choose the folder or stick for the receipt"))
        place = row(self.folder, choose, gap=6)
        place.setStretch(0, 1)
        self._make = button(_("Save the receipt"), self.make, role="primary", icon="check")
        self._asking = box(column(labelled(_("Folder or stick"), box(place)), row(self._make, 1), gap=10))
        spool = button(_("Save for printing…"), self._choose_pdf, icon="print")
        self._printing = flow(spool, self.paper)
        self._printing.hide()
        why = PlainLabel(
            _(
                "It tells the sender, and nobody else, that this file reached you whole, and whether you took it in."
                " The head of your audit log goes with it, so that the partner can witness that nothing was taken back."
            ),
            "muted",
        )
        heading = PlainLabel(_("Receipt for the sender"), "heading")
        self.setLayout(
            column(heading, why, self.messages, self.progress, self._asking, self._printing, margin=16, gap=10)
        )
