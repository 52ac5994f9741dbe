"""The Received page: a bundle is dropped or opened; the verdict first, then reading, then taking in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QSplitter, QTabWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.page import Page, Stage, head
from briefcase.desktop.pages.record_view import Offer, RecordView
from briefcase.desktop.showing import readable, size_words
from briefcase.desktop.tasks import Control, Operation
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
from briefcase.desktop.widgets.messages import MessageBar, Said, VerdictPanel
from briefcase.desktop.widgets.pictureview import PictureView
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Document, Record, kind_of
from briefcase.records.names import title_of
from briefcase.services import receiving, viewing
from briefcase.services.session import Session

SUFFIX = ".brief"


class ReceivedPage(Page):
    """Looks at one bundle at a time; nothing is written until it is taken in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setAcceptDrops(True)
        self.received: Seen | None = None
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.stage = Stage()
        opener = button(_("Open a bundle…"), self.choose, role="primary", icon="received")
        self._title = PlainLabel(_("Received"), "title")
        top = row(self._title, opener)
        top.setStretch(0, 1)
        said = Said(self.messages, self.progress)
        whole = column(head(top), said, self.stage, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self._show_empty()

    def enter(self) -> None:
        """Be shown: the banner carries the bundle's label."""
        if self.received is None or self.received.bundle.banner is None:
            self.desk.show_labels([])
        else:
            self.desk.banner_changed.emit(self.received.bundle.banner)

    def forget(self) -> None:
        """Drop everything that came out of a bundle."""
        bundle, self.received = self.received, None
        if bundle is not None:
            self.desk.tasks.start(Operation(lambda _c: bundle.bundle.close()))
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
        self.forget()
        self.enter()
        self.progress.begin(_("Opening and verifying"))
        work = self.desk.ask(self, lambda s, _c: Seen.of(receiving.inspect(s, Path(path))))
        operation = work.superseding("inspect").success(lambda found: self._take(found, path)).failure(self._failed)
        self.desk.tasks.start(operation)

    def take_in(self) -> None:
        """Bring the records into the vault."""
        if self.received is None:
            return
        bundle = self.received.bundle
        self.progress.begin(_("Verifying every byte and taking in"))

        def work(session: Session, control: Control) -> receiving.Taken:
            return receiving.take_in(session, bundle, progress=control.progress, cancel=control.cancelled)

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

    def _take(self, received: Seen, path: str) -> None:
        self.progress.end()
        self.received = received
        self.stage.show_view(BundleView(self, received, Path(path).name))
        self.enter()

    def _taken(self, taken: receiving.Taken) -> None:
        self.progress.end()
        if isinstance(self.stage.view, BundleView):
            self.stage.view.taken()
        if taken.nothing_new:
            self.messages.tell("info", _("You have taken in this bundle before; there is nothing new in it."))
            return
        words = _("%(new)d new, %(newer)d newer, %(same)d already here, %(reported)d reported about others' records.")
        counts = {"new": len(taken.new), "newer": len(taken.newer), "same": taken.same, "reported": len(taken.reported)}
        said = [words % counts]
        if taken.older:
            said.append(_("%(count)d came late and are kept as history.") % {"count": len(taken.older)})
        if taken.refused:
            line = _("%(count)d were not kept, because a record of another kind has the same id.")
            said.append(line % {"count": len(taken.refused)})
        if taken.clashes:
            line = _("Under %(count)d numbers two agencies claim a record of their own; speak with both in person.")
            said.append(line % {"count": len(taken.clashes)})
        tone = "warn" if taken.clashes else "good"
        self.messages.tell(tone, _("Taken in; you find it under Cases."), " ".join(said))
        self.desk.records_changed.emit()

    def _show_empty(self) -> None:
        words = _("Drop a .brief file on this page, or open one. It is verified before anything of it is shown.")
        opener = button(_("Open a bundle…"), self.choose, icon="received", name=_("Open a bundle from a file"))
        self.stage.show_view(empty_state(_("Nothing opened"), words, opener, icon="received"))


@dataclass(frozen=True)
class Seen:
    """A bundle with what was read from it in the background: the window itself touches no file."""

    bundle: receiving.Received
    records: tuple[Record, ...]

    @classmethod
    def of(cls, bundle: receiving.Received) -> Seen:
        """Read the records; called in the background."""
        return cls(bundle, (*bundle.records, *bundle.tear_lines))

    @property
    def verdict(self) -> tuple[str, str]:
        """The tone of the verdict and what to do now, in words."""
        advice = {
            "verified": ("good", _("Read it here, or take it in.")),
            "not_addressed": ("warn", _("Ask the sender whether it was meant for another of your devices.")),
            "unverified_sender": ("warn", _("Compare the sender's twelve words under Contacts before relying on it.")),
            "expired_sender": ("warn", _("Ask the sender for his renewed card, and whether he sealed this himself.")),
            "revoked_sender": ("bad", _("Do not use it. Speak with the sender in person and ask for a new card.")),
            "unknown_sender": (
                "warn",
                _("Bring in the sender's card under Contacts, compare the words, open it again."),
            ),
            "broken": ("bad", _("Do not use it. Ask the sender for another copy and say that this one was changed.")),
            "incomplete": ("bad", _("The file is shorter than it was made. Copy it again from the stick.")),
        }
        return advice.get(str(self.bundle.verdict.value), ("bad", ""))


class BundleView(QFrame):
    """One bundle: its verdict, its facts, its records and attachments, read only."""

    def __init__(self, page: ReceivedPage, received: Seen, file_name: str) -> None:
        super().__init__()
        self._page = page
        self._received = received
        self._note = _("Read from the bundle; nothing of it is in the vault yet.")
        self._records = {record.id: record for record in received.records}
        self._titles = {key: title_of(one) or kind_title(kind_of(one)) for key, one in self._records.items()}
        verdict = VerdictPanel()
        tone, advice = received.verdict
        verdict.show_verdict(tone, received.bundle.headline, advice)
        notices = [PlainLabel(words, "warn") for words in received.bundle.notices]
        facts = Facts()
        facts.show_pairs([(_("File"), file_name), *((name, readable(text)) for name, text in received.bundle.facts)])
        self._take = button(_("Take in"), page.take_in, role="primary", icon="received")
        self._show_case = button(_("Show the cases"), lambda: page.desk.go.emit("cases", None), icon="cases")
        self._show_case.hide()
        tools = box(row(self._take, self._show_case, 1)) if received.bundle.can_take_in else None
        summary = box(column(verdict, *notices, tools, facts, 1, margin=PAGE_MARGIN, gap=14))
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(_("Parts of the bundle"))
        self.tabs.tabBar().setAccessibleName(_("Parts of the bundle"))
        self.tabs.addTab(scrolled(summary, _("Verdict")), _("Verdict"))
        if self._records:
            self.tabs.addTab(self._reader(), _("Records (%(count)d)") % {"count": len(self._records)})
        self.setLayout(column(self.tabs))

    def taken(self) -> None:
        """Say no more that nothing is in the vault."""
        self._note = ""
        self._take.hide()
        self._show_case.show()

    def _reader(self) -> QFrame:
        self.list = RowList(_("Records of the bundle"))
        session = self._page.desk.session
        self.right = Stage()
        self.right.show_view(empty_state(_("Nothing chosen"), _("Choose a record in the list."), icon="document"))
        self.list.show_rows(caselists.grouped(self._records.values(), session.pack, self._titles))
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
        if isinstance(record, Document) and viewing.can_show(record.media_type):
            offers = (Offer(_("Look at the file"), "document", lambda: self._look(record), "primary"),)
        self.right.show_view(RecordView(record, self._titles, go=self.list.choose, offers=offers, note=self._note))

    def _look(self, record: Document) -> None:
        bundle = self._received.bundle
        title = f"{record.file_name or title_of(record)} · {size_words(record.size)}"
        view = PictureView(self._page.desk.tasks, title, lambda: viewing.bundle_attachment(bundle, record))
        view.left.connect(lambda: self._show(record.id))
        self.right.show_view(view)
