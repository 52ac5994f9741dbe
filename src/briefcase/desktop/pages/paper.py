"""The paper of a case: who it is for, which sheet, then a PDF file or the printer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, Qt, Signal
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.forms.editors import CalmCombo
from briefcase.desktop.pages.page import head
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, button, column, row, scrolled
from briefcase.desktop.widgets.choosing import choose_target
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.papersize import PaperSize
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext
from briefcase.records.kinds import Record
from briefcase.records.names import title_of
from briefcase.services import contacts, printing, viewing
from briefcase.services.papers import printers
from briefcase.services.papers.errors import PrintFailed
from briefcase.services.session import Session

DOTS_PER_INCH = 300
_INCHES_WIDE = {"a4": 210 / 25.4, "letter": 8.5}


class PaperPanel(QFrame):
    """Saves or prints the summary of one case; emits ``left`` when done."""

    left = Signal()

    def __init__(self, desk: Desk, case: Record) -> None:
        super().__init__()
        self._desk = desk
        self._case = case
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.audience = CalmCombo()
        self.audience.setAccessibleName(_("For whom"))
        self.audience.addItem(_("Ourselves: everything"), None)
        self.sheet = PaperSize()
        self._build()
        desk.tasks.start(desk.ask(self, lambda s, _c: contacts.list_contacts(s)).success(self._offer))

    def save_to(self, path: str) -> None:
        """Write the PDF to a path, in the background."""
        case_id, paper, contact = self._case.id, self.sheet.paper, self.audience.currentData()

        def work(session: Session, _control: Control) -> printing.Printed:
            return printing.report_pdf(session, case_id, Path(path), paper=paper, for_contact=contact)

        def done(printed: printing.Printed) -> None:
            self.progress.end()
            count = printed.pages
            words = ngettext("The PDF has %(count)d page.", "The PDF has %(count)d pages.", count) % {"count": count}
            self.messages.tell("good", _("Saved as %(path)s.") % {"path": path}, words)

        self._begin(work, done)

    def print_on(self, printer: QPrinter) -> None:
        """Print the same pages as the PDF has, as pictures of 300 dots per inch; each copy has its own number."""
        case_id, paper, contact = self._case.id, self.sheet.paper, self.audience.currentData()
        width = round(_INCHES_WIDE[paper] * DOTS_PER_INCH)
        copies, name = printer.copyCount(), printer.printerName() or Path(printer.outputFileName()).name
        printer.setCopyCount(1)

        def work(session: Session, control: Control) -> tuple[list[Any], list[str]]:
            found: list[Any] = []
            numbers: list[str] = []
            try:
                for number in range(1, copies + 1):
                    copy = printing.Copy(number, copies, name)
                    made = printing.case_pdf_bytes(session, case_id, paper=paper, for_contact=contact, copy=copy)
                    numbers.append(made.control_number)
                    source = viewing.pdf_source(made.data)
                    pages = viewing.pages_of(source)
                    for page in range(pages):
                        control.counted((number - 1) * pages + page, copies * pages)
                        found.append(viewing.render(source, page, width))
                control.counted(len(found), len(found))
            except BriefcaseError:  # stopped, or a page that cannot be rendered: no copy reaches the printer
                printers.enter_refused(session, numbers, name)
                raise
            return found, numbers

        def done(result: tuple[list[Any], list[str]]) -> None:
            self.progress.end()
            pages, numbers = result
            if paint_pages(printer, pages):
                self.messages.tell("good", _("Handed to the printer."))
                return
            operation = self._desk.ask(self, lambda session, _c: printers.enter_refused(session, numbers, name))
            self._desk.tasks.start(operation)
            self.messages.fail(PrintFailed(name=name, copy=1, copies=copies))

        self._begin(work, done)

    def _begin(self, work: Any, done: Any) -> None:  # noqa: ANN401 - see Operation
        self.messages.clear()
        self.progress.begin(_("Setting the pages"))

        def failed(error: BriefcaseError) -> None:
            self.progress.end()
            self.messages.fail(error)

        operation = self._desk.ask(self, work).success(done).failure(failed)
        control = self._desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def _offer(self, found: list[Any]) -> None:
        for contact in found:
            if contact.state == "verified":
                words = _("%(name)s, %(agency)s: only what may be released")
                self.audience.addItem(words % {"name": contact.name, "agency": contact.agency}, contact)

    def _choose_file(self) -> None:
        choose_target(self, _("Save the PDF as"), self.save_to, kinds=_("PDF files (*.pdf)"), suffix="pdf")

    def _choose_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        size = QPageSize.PageSizeId.A4 if self.sheet.paper == "a4" else QPageSize.PageSizeId.Letter
        printer.setPageSize(QPageSize(size))
        printer.setFullPage(True)
        printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.setModal(True)
        dialog.show()

    def _build(self) -> None:
        back = button(_("Back to the case"), self.left.emit, role="flat", icon="back")
        title = PlainLabel(_("The case on paper"), "title")
        top = head(column(row(back, 1), title, PlainLabel(title_of(self._case), "muted"), gap=2))
        save = button(_("Save as PDF…"), self._choose_file, role="primary", icon="save")
        spool = button(_("Print…"), self._choose_printer, icon="print")
        warning = PlainLabel(
            _("Printing hands the pages to the system's print queue, which may keep them on disk in the clear."), "warn"
        )
        clear = PlainLabel(_("A PDF is not encrypted: save it only where you would leave the paper."), "muted")
        inner = column(
            labelled(_("For whom"), self.audience),
            labelled(_("Paper"), self.sheet),
            clear,
            row(save, 1),
            warning,
            row(spool, 1),
            margin=20,
            gap=14,
        )
        card = box(inner, "card")
        card.setMaximumWidth(640)
        page = box(column(self.messages, self.progress, card, 1, margin=PAGE_MARGIN, gap=12))
        self.setLayout(column(top, scrolled(page, _("Paper")), gap=0))


def paint_pages(printer: QPrinter, pages: list[Any]) -> bool:
    """Paint pictures of whole pages (width, height, RGB bytes) on a printer, one a sheet; False when it refuses."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    for number, page in enumerate(pages):
        if number and not printer.newPage():
            painter.end()
            return False
        image = QImage(page.rgb, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888)
        painter.drawImage(printer.pageLayout().fullRectPixels(printer.resolution()), image)
    return painter.end()
