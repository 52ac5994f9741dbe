"""The Received page: a bundle is dropped or opened; the verdict first, then reading without taking in, then taking in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QSplitter, QTabWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.page import Page, Stage, head
from briefcase.desktop.pages.record_view import Offer, RecordView
from briefcase.desktop.showing import size_words
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import (
    PAGE_MARGIN,
    PlainLabel,
    box,
    button,
    column,
    empty_state,
    row,
    scrolled,
)
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import MessageBar, VerdictPanel
from briefcase.desktop.widgets.pictureview import PictureView
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Document, kind_of
from briefcase.records.names import title_of
from briefcase.services import receiving, viewing
from briefcase.services.session import Session

SUFFIX = ".brief"


class ReceivedPage(Page):
    """Looks at one bundle at a time; nothing is written until it is taken in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setAcceptDrops(True)
        self.received: Any = None
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.stage = Stage()
        opener = button(_("Open a bundle…"), self.choose, role="primary", icon="received")
        self._title = PlainLabel(_("Received"), "title")
        top = row(self._title, opener)
        top.setStretch(0, 1)
        said = box(column(self.messages, self.progress, gap=8))
        said.layout().setContentsMargins(PAGE_MARGIN, 8, PAGE_MARGIN, 0)
        self.setLayout(column(head(top), said, self.stage, gap=0))
        self.layout().setStretch(2, 1)  # type: ignore[attr-defined]
        self._show_empty()

    def enter(self) -> None:
        """Be shown: the banner carries the bundle's label."""
        labels = [record.label for record in self.received.records] if self.received is not None else []
        self.desk.show_labels(labels)

    def forget(self) -> None:
        """Drop everything that came out of a bundle."""
        self.received = None
        self.messages.clear()
        self.progress.end()
        self._show_empty()

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, _("Open a bundle"), "", _("Bundles (*.brief);;All files (*)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.inspect)
        dialog.open()

    def inspect(self, path: str) -> None:
        """Open and verify a bundle in the background."""
        self.messages.clear()
        self.received = None
        self.progress.begin(_("Opening and verifying"))
        work = self.desk.ask(self, lambda s, _c: receiving.inspect(s, Path(path)))
        operation = work.superseding("inspect").success(lambda found: self._take(found, path)).failure(self._failed)
        self.desk.tasks.start(operation)

    def take_in(self) -> None:
        """Bring the records into the vault."""
        received = self.received
        self.progress.begin(_("Taking in"))

        def work(session: Session, control: Control) -> Any:  # noqa: ANN401 - a Taken
            return receiving.take_in(session, received, progress=control.progress, cancel=control.cancelled)

        operation = self.desk.ask(self, work).success(self._taken).failure(self._failed)
        control = self.desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome one local file."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Look at what was dropped."""
        self.inspect(event.mimeData().urls()[0].toLocalFile())

    def _failed(self, error: BriefcaseError) -> None:
        self.progress.end()
        self.messages.fail(error)

    def _take(self, received: Any, path: str) -> None:  # noqa: ANN401 - a Received
        self.progress.end()
        self.received = received
        self.stage.show_view(BundleView(self, received, Path(path).name))
        self.enter()

    def _taken(self, taken: Any) -> None:  # noqa: ANN401 - a Taken
        self.progress.end()
        words = _("%(new)d new, %(newer)d newer, %(same)d already here.")
        counts = {name: getattr(taken, name) for name in ("new", "newer", "same")}
        self.messages.tell("good", _("Taken in."), words % counts)
        self.desk.records_changed.emit()

    def _show_empty(self) -> None:
        words = _("Drop a .brief file on this page, or open one. It is verified before anything of it is shown.")
        opener = button(_("Open a bundle…"), self.choose, icon="received", name=_("Open a bundle from a file"))
        self.stage.show_view(empty_state(_("Nothing opened"), words, opener, icon="received"))


class BundleView(QFrame):
    """One bundle: its verdict, its facts, its records and attachments, read only."""

    def __init__(self, page: ReceivedPage, received: Any, file_name: str) -> None:  # noqa: ANN401 - a Received
        super().__init__()
        self._page = page
        self._received = received
        self._records = {record.id: record for record in (*received.records, *received.tear_lines)}
        self._titles = {key: title_of(one) or kind_title(kind_of(one)) for key, one in self._records.items()}
        verdict = VerdictPanel()
        verdict.show_verdict(received.tone, received.headline, received.explanation)
        facts = Facts()
        facts.show_pairs([(_("File"), file_name), *received.facts])
        take = button(_("Take in"), page.take_in, role="primary", icon="received")
        tools = row(take, 1) if received.can_take_in else None
        summary = box(column(verdict, tools, facts, 1, margin=PAGE_MARGIN, gap=14))
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(_("Parts of the bundle"))
        self.tabs.tabBar().setAccessibleName(_("Parts of the bundle"))
        self.tabs.addTab(scrolled(summary, _("Verdict")), _("Verdict"))
        if self._records:
            self.tabs.addTab(self._reader(), _("Records (%(count)d)") % {"count": len(self._records)})
        self.setLayout(column(self.tabs))

    def _reader(self) -> QFrame:
        self.list = RowList(_("Records of the bundle"))
        session = self._page.desk.session
        self.right = Stage()
        self.right.show_view(empty_state(_("Nothing chosen"), _("Choose a record in the list."), icon="document"))
        self.list.show_rows(caselists.grouped(self._records.values(), session.pack))
        self.list.chosen.connect(self._show)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self.right)
        split.setChildrenCollapsible(False)
        split.setSizes([340, 700])
        split.setStretchFactor(1, 1)
        split.setHandleWidth(1)
        return box(column(split))

    def _show(self, key: str) -> None:
        record = self._records[key]
        offers: tuple[Offer, ...] = ()
        if isinstance(record, Document) and record.sha256:
            offers = (Offer(_("Look at the file"), "document", lambda: self._look(record), "primary"),)
        note = _("Read from the bundle; nothing of it is in the vault yet.")
        self.right.show_view(RecordView(record, self._titles, go=self.list.choose, offers=offers, note=note))

    def _look(self, record: Document) -> None:
        source = viewing.bundle_attachment(self._received, record)
        view = PictureView(
            self._page.desk.tasks,
            f"{record.file_name or title_of(record)} · {size_words(record.size)}",
            lambda: viewing.pages_of(source),
            lambda page, width: viewing.render(source, page, width),
        )
        view.left.connect(lambda: self._show(record.id))
        self.right.show_view(view)


