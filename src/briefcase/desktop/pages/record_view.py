"""One record, read: what it is, its marking, its fields, where it comes from, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton

from briefcase.desktop import icons, showing, theme
from briefcase.desktop.pages.page import head
from briefcase.desktop.showing import Shown
from briefcase.desktop.widgets.basics import (
    PAGE_MARGIN,
    PlainLabel,
    box,
    bring_into_view,
    button,
    clear,
    column,
    line,
    row,
    scrolled,
)
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.inline import InlineQuestion
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.language import _
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Document, Record, kind_of
from briefcase.records.names import latin_title_of, title_of


@dataclass(frozen=True)
class Offer:
    """What may be done with a shown record: words of the button, its icon, what it does."""

    words: str
    icon: str
    act: Callable[[], object]
    role: str = ""


class RecordView(QFrame):
    """Shows one record; which buttons it has is said by the page that shows it."""

    def __init__(
        self,
        record: Record,
        titles: Mapping[str, str],
        *,
        go: Callable[[str], None] | None = None,
        offers: tuple[Offer, ...] = (),
        note: str = "",
        extra: tuple[Shown, ...] = (),
    ) -> None:
        super().__init__()
        self.record = record
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.question = InlineQuestion()
        self._facts = Facts(go)
        self._facts.show_fields([*showing.shown_fields(record, titles), *extra])
        origin = Facts()
        origin.show_fields([*showing.origin_lines(record), *_file_lines(record)])
        self._more = box(column(gap=8))
        content = box(
            column(
                self.messages,
                self.question,
                self.progress,
                PlainLabel(note, "warn") if note else None,
                self._facts,
                line(),
                origin,
                self._more,
                1,
                margin=PAGE_MARGIN,
                gap=14,
            )
        )
        whole = column(self._head(offers), scrolled(content, _("Record")), gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def show_below(self, part: QFrame) -> None:
        """Show something below the record, such as its history, in place of what was there, and bring it into view."""
        layout = self._more.layout()
        if layout is not None:
            clear(layout)
            layout.addWidget(part)
        bring_into_view(part)

    def _head(self, offers: tuple[Offer, ...]) -> QFrame:
        kind = kind_of(self.record)
        picture = PlainLabel(wrap=False)
        picture.setPixmap(icons.pixmap(kind, 26, theme.current().accent, 2.0))
        marking = PlainLabel(self.record.label.marking or _("No marking"), "mark", selectable=True)
        title = PlainLabel(title_of(self.record) or kind_title(kind), "title", selectable=True)
        latin = latin_title_of(self.record)
        below = PlainLabel(latin, "muted", selectable=True) if latin and latin != title.text() else None
        words = column(row(PlainLabel(kind_title(kind), "section", wrap=False), 1), title, below, marking, gap=2)
        first = row(picture, words, gap=12)
        first.setStretch(1, 1)
        first.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        if not offers:
            return head(first)
        return head(column(first, flow(*map(_button, offers)), gap=10))


def _button(offer: Offer) -> QPushButton:
    return button(offer.words, offer.act, icon=offer.icon, role=offer.role)


def _file_lines(record: Record) -> list[Shown]:
    if not isinstance(record, Document) or not record.sha256:
        return []
    digest = showing.grouped_fingerprint(record.sha256)
    return [Shown(_("File size"), (showing.size_words(record.size),)), Shown(_("SHA-256"), (digest,))]
