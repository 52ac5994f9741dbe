"""An attachment as pixels: pages of a document or one image, asked for page by page, never the document itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea

from briefcase.desktop.tasks import Control, Operation, Tasks
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.services import viewing
from briefcase.viewer.picture import Picture

_ZOOM = 1.25
_LARGEST = 3000
_SMALLEST = 200


class PictureView(QFrame):
    """Shows page after page of a source; *opener* and all reading of the source run in the background."""

    left = Signal()

    def __init__(self, tasks: Tasks, title: str, opener: Callable[[], BinaryIO]) -> None:
        super().__init__()
        self._tasks = tasks
        self._source: BinaryIO | None = None
        self._released = False
        self._pages = 0
        self._page = 0
        self._zoom = 1.0
        self._asked = QSize()
        self.messages = MessageBar()
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._picture.setAccessibleName(title)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._picture)
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(_("Page of the attachment"))
        self._where = PlainLabel(role="muted", wrap=False)
        self._previous = button(_("Previous page"), lambda: self._turn(-1))
        self._next = button(_("Next page"), lambda: self._turn(1))
        self._where.setMinimumHeight(self._next.sizeHint().height())
        self._build(title)

        def work(_control: Control) -> tuple[BinaryIO, int]:
            source = self._source = opener()
            if self._released:
                source.close()
            return source, viewing.pages_of(source)

        tasks.start(Operation(work, self).success(self._begin).failure(self._fail))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for pixels that fit when the width has changed much."""
        super().resizeEvent(event)
        if self._pages and abs(self._width() - self._asked.width()) > _SMALLEST // 2:
            self._ask()

    def release(self) -> None:
        """Close the source: the view is going away, or the vault locks."""
        self._released = True
        if self._source is not None:
            self._source.close()

    def _begin(self, found: tuple[BinaryIO, int]) -> None:
        self._source, self._pages = found
        self._ask()

    def _fail(self, error: BriefcaseError) -> None:
        self._where.setText("")
        self.messages.fail(error)

    def _turn(self, by: int) -> None:
        self._page = min(max(self._page + by, 0), max(self._pages - 1, 0))
        self._scroll.verticalScrollBar().setValue(0)
        self._ask()

    def _magnify(self, factor: float) -> None:
        self._zoom = min(max(self._zoom * factor, 0.4), 4.0)
        self._ask()

    def _width(self) -> int:
        room = self._scroll.viewport().width() - 24
        return int(min(max(room * self._zoom * self.devicePixelRatioF(), _SMALLEST), _LARGEST))

    def _ask(self) -> None:
        page, width, source = self._page, self._width(), self._source
        if source is None:
            return
        self._asked = QSize(width, 0)
        self._where.setText(_("Page %(page)d of %(pages)d") % {"page": page + 1, "pages": self._pages})
        self._previous.setEnabled(page > 0)
        self._next.setEnabled(page < self._pages - 1)

        def work(_control: Control) -> Picture:
            return viewing.render(source, page, width)

        self._tasks.start(Operation(work, self).superseding("picture").success(self._show).failure(self._fail))

    def _show(self, picture: Picture) -> None:
        image = QImage(
            picture.rgb, picture.width, picture.height, picture.width * 3, QImage.Format.Format_RGB888
        ).copy()
        pixels = QPixmap.fromImage(image)
        pixels.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture.setPixmap(pixels)

    def _build(self, title: str) -> None:
        back = button(_("Back to the record"), self.left.emit, role="flat", icon="back")
        tools = flow(
            back,
            self._previous,
            self._where,
            self._next,
            button(_("Larger"), lambda: self._magnify(_ZOOM)),
            button(_("Smaller"), lambda: self._magnify(1 / _ZOOM)),
        )
        name = PlainLabel(title, "heading")
        said = PlainLabel(
            _("Shown as a picture by a separate, locked-in program; nothing of it is written to disk."), "small"
        )
        head = box(column(tools, name, said, self.messages, gap=4), "head")
        head.setContentsMargins(16, 8, 16, 8)
        whole = column(head, self._scroll, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        for keys, act in (
            ("PgDown", lambda: self._turn(1)),
            ("PgUp", lambda: self._turn(-1)),
            ("Ctrl++", lambda: self._magnify(_ZOOM)),
            ("Ctrl+-", lambda: self._magnify(1 / _ZOOM)),
            ("Esc", self.left.emit),
        ):
            QShortcut(QKeySequence(keys), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
