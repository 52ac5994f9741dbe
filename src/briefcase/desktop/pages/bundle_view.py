"""One bundle that is looked at: verdict, facts, records and attachments, read only, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFrame, QSplitter, QTabWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.page import Stage
from briefcase.desktop.pages.receipt import ReceiptCard
from briefcase.desktop.pages.record_view import Offer, RecordView
from briefcase.desktop.showing import readable, size_words
from briefcase.desktop.widgets.basics import (
    PAGE_MARGIN,
    box,
    bring_into_view,
    button,
    column,
    empty_state,
    scrolled,
)
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.inline import InlineQuestion
from briefcase.desktop.widgets.messages import Notice, VerdictPanel
from briefcase.desktop.widgets.pictureview import PictureView
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.language import _
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Document, Record, kind_of
from briefcase.records.names import title_of
from briefcase.services import receiving, viewing


class Host(Protocol):
    """The page that shows a bundle, as far as it is needed here."""

    desk: Desk

    def take_in(self, *, accept_unverified: bool = False) -> None:
        """Bring the records into the vault."""


@dataclass(frozen=True)
class Seen:
    """A bundle with what was read from it in the background: the window itself touches no file."""

    bundle: receiving.Received
    records: tuple[Record, ...]
    path: Path | None = None

    @classmethod
    def of(cls, bundle: receiving.Received, path: Path | None) -> Seen:
        """Read the records; called in the background. *path* is None for a bundle that came on paper."""
        return cls(bundle, (*bundle.records, *bundle.tear_lines), path)

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

    def __init__(self, page: Host, received: Seen) -> None:
        super().__init__()
        self._page = page
        self._received = received
        self._note = _("Read from the bundle; nothing of it is in the vault yet.")
        self._records = {record.id: record for record in received.records}
        self._titles = {key: title_of(one) or kind_title(kind_of(one)) for key, one in self._records.items()}
        verdict = VerdictPanel()
        tone, advice = received.verdict
        verdict.show_verdict(tone, received.bundle.headline, advice)
        notices = [Notice("warn", words) for words in received.bundle.notices]
        facts = Facts()
        name = received.path.name if received.path else _("read from paper")
        facts.show_pairs([(_("File"), name), *((name, readable(text)) for name, text in received.bundle.facts)])
        self.question = InlineQuestion()
        self.receipt = ReceiptCard(page.desk, received.bundle.opened.facts.bundle_id, received.path)
        self.receipt.hide()
        summary = box(
            column(verdict, *notices, self._tools(), self.question, self.receipt, facts, 1, margin=PAGE_MARGIN, gap=14)
        )
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
        self._accept.hide()
        self._show_case.show()
        self._make_receipt.setVisible(self._received.bundle.can_take_in)

    def open_receipt(self) -> None:
        """Ask where the receipt goes."""
        self._make_receipt.hide()
        self.receipt.show()
        self.receipt.folder.setFocus()
        bring_into_view(self.receipt)

    def ask_to_accept(self) -> None:
        """Say what follows from taking in what nobody vouches for, and ask for it once more."""
        words = _(
            "Nobody vouches for this sender now. Every record will be marked as from an unverified source: it replaces"
            " nothing that is here and is released to nobody. Once the sender is verified, ask for the file again."
        )
        self.question.ask(words, _("Take in all the same"), lambda: self._page.take_in(accept_unverified=True))

    def _tools(self) -> QFrame:
        bundle, page = self._received.bundle, self._page
        self._take = button(_("Take in"), page.take_in, role="primary", icon="received")
        self._accept = button(_("Take in all the same…"), self.ask_to_accept, icon="warning")
        self._show_case = button(_("Show the cases"), lambda: page.desk.go.emit("cases", None), icon="cases")
        self._make_receipt = button(_("Make a receipt…"), self.open_receipt, icon="check")
        self._take.setVisible(bundle.can_take_in)
        self._accept.setVisible(bundle.can_accept)
        self._show_case.hide()
        # From paper there is no file to verify again; what was taken in from it is acknowledged by its number.
        self._make_receipt.setVisible(bundle.can_take_in and self._received.path is not None)
        tools = flow(self._take, self._accept, self._show_case, self._make_receipt)
        tools.setVisible(bundle.can_take_in or bundle.can_accept)
        return tools

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
