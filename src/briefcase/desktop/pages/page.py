"""What every page of the window has in common."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLayout, QSplitter, QStackedWidget, QWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.forms.record_form import Writing
from briefcase.desktop.widgets.basics import PAGE_MARGIN, box, column, scrolled
from briefcase.desktop.widgets.pictureview import PictureView

PANE_WIDTH = 860


class Page(QFrame):
    """One page: entered when it is shown, left without asking, emptied when the vault locks."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def enter(self) -> None:
        """Be shown: load what is missing and tell the banner what is visible."""

    def start_search(self) -> None:
        """Put the cursor into the search field, where there is one."""

    def new(self) -> None:
        """Start writing something new, where that makes sense."""

    def draft(self) -> Writing | None:
        """Return what is being written and not saved, as plain data."""
        return None

    def forget(self) -> None:
        """Drop everything that came out of the vault."""


class Stage(QStackedWidget):
    """A place that shows one view at a time and deletes the one before."""

    def show_view(self, view: QWidget) -> None:
        """Show *view* in place of what was there."""
        while (old := self.widget(0)) is not None:
            self.removeWidget(old)
            pictures = [old] if isinstance(old, PictureView) else old.findChildren(PictureView)
            for picture in pictures:
                picture.release()
            old.hide()
            old.deleteLater()
        self.addWidget(view)
        self.setCurrentWidget(view)

    @property
    def view(self) -> QWidget | None:
        """The view that is shown."""
        return self.currentWidget()


def head(layout: QLayout) -> QFrame:
    """Return the head of a page or a pane around *layout*."""
    frame = box(layout, "head")
    layout.setContentsMargins(20, 12, 20, 12)
    return frame


def pane(top: Sequence[QWidget | QLayout], parts: Sequence[QWidget | QLayout | None], name: str) -> QFrame:
    """Return a pane: a head of *top*, and below it *parts* that scroll; *name* is for screen readers."""
    content = box(column(*parts, 1, margin=PAGE_MARGIN, gap=14))
    content.setMaximumWidth(PANE_WIDTH)
    return box(column(head(column(*top, gap=2)), scrolled(content, name), gap=0))


def list_and_stage(middle: QWidget, right: QWidget) -> QSplitter:
    """Return the list in the middle beside what is chosen in it, with a border that can be moved."""
    middle.setMinimumWidth(230)
    split = QSplitter()
    split.addWidget(middle)
    split.addWidget(right)
    split.setChildrenCollapsible(False)
    split.setSizes([340, 700])
    split.setStretchFactor(1, 1)
    split.setHandleWidth(1)
    return split
