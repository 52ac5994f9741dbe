"""The list in the middle of the window: an icon, two lines and a marking a row, painted without markup."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from briefcase.desktop import icons, theme
from briefcase.desktop.models.rows import ROW_ROLE, Row, RowsModel

_ICON = 20
_PAD = 10


class RowDelegate(QStyledItemDelegate):
    """Paints a ``Row``; heights are worked out once, so that a long list is laid out at once."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        first = QFontMetrics(theme.text_font(theme.points())).height()
        second = QFontMetrics(theme.text_font(theme.points(0.9))).height()
        self._entry = QSize(120, first + second + 14)
        self._group = QSize(120, second + 18)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802, ARG002 - Qt's
        """Return the height of two lines and their margins, or of a group's heading."""
        row = index.data(ROW_ROLE)
        return self._group if row is not None and row.is_heading else self._entry

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row, or a group heading."""
        row = index.data(ROW_ROLE)
        painter.save()
        if row.is_heading:
            self._heading(painter, option.rect, row)
        else:
            state = QStyle.StateFlag
            selected = bool(option.state & state.State_Selected)
            self._row(painter, option.rect, row, selected=selected, hover=bool(option.state & state.State_MouseOver))
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, row: Row) -> None:
        scheme = theme.current()
        font = theme.text_font(theme.points(0.9))
        font.setBold(True)
        painter.setFont(font)
        painter.fillRect(rect, QColor(scheme.page))
        painter.setPen(QColor(scheme.accent))
        inner = rect.adjusted(_PAD, 0, -_PAD, -5)
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.title)
        painter.setPen(QColor(scheme.muted))
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, row.note)

    def _row(self, painter: QPainter, rect: QRect, row: Row, *, selected: bool, hover: bool) -> None:
        scheme = theme.current()
        if selected or hover:
            painter.fillRect(rect, QColor(scheme.selected if selected else scheme.hover))
        if selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), QColor(scheme.accent))
        painter.setPen(QColor(scheme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        left = rect.left() + _PAD
        if row.icon:
            colour = scheme.on_selected if selected else scheme.accent
            ratio = painter.device().devicePixelRatioF()
            above = 9 if row.detail or row.note else (rect.height() - _ICON) // 2
            painter.drawPixmap(left, rect.top() + above, icons.pixmap(row.icon, _ICON, colour, ratio))
            left += _ICON + _PAD
        text = scheme.on_selected if selected else scheme.text
        muted = scheme.on_selected if selected else scheme.muted
        mark = scheme.on_selected if selected else scheme.bad
        top, bottom = self._lines(rect, left)
        if not (row.detail or row.note):
            top = QRect(top.left(), rect.top(), top.width(), rect.height())
        self._line(painter, top, (row.title, text, 1.0, row.strong), (row.mark, mark, 0.85, True))
        self._line(painter, bottom, (row.detail, muted, 0.9, False), (row.note, muted, 0.85, False))

    def _lines(self, rect: QRect, left: int) -> tuple[QRect, QRect]:
        first = QFontMetrics(theme.text_font(theme.points())).height()
        width = rect.right() - _PAD - left
        top = QRect(left, rect.top() + 6, width, first)
        return top, QRect(left, top.bottom() + 1, width, rect.bottom() - 6 - top.bottom())

    def _line(
        self,
        painter: QPainter,
        rect: QRect,
        main: tuple[str, str, float, bool],
        aside: tuple[str, str, float, bool],
    ) -> None:
        """Draw text at the left, elided, beside a short one at the right that keeps its place (up to half)."""
        used = self._text(painter, rect, aside, Qt.AlignmentFlag.AlignRight, rect.width() // 2) if aside[0] else 0
        room = rect.width() - (used + _PAD if used else 0)
        self._text(painter, rect, main, Qt.AlignmentFlag.AlignLeft, room)

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        words: tuple[str, str, float, bool],
        side: Qt.AlignmentFlag,
        room: int,
    ) -> int:
        text, colour, factor, bold = words
        font = theme.text_font(theme.points(factor))
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        one_line = " ".join(text.split())
        shown = QFontMetrics(font).elidedText(one_line, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        return QFontMetrics(font).horizontalAdvance(shown)


class RowList(QListView):
    """A list of rows; ``chosen`` tells the key under the cursor, ``opened`` that Enter or a double click was given."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._quiet = False
        self.rows = RowsModel()
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(name)
        self.setProperty("role", "plainlist")
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(self._open)

    @property
    def key(self) -> str:
        """The key of the row under the cursor; empty for none."""
        row = self.rows.at(self.currentIndex().row())
        return row.key if row else ""

    def show_rows(self, rows: list[Row], keep: str = "") -> None:
        """Show other rows and put the cursor on *keep*, or on the same key as before, without telling anybody."""
        wanted = keep or self.key
        self._quiet = True
        self.rows.replace(rows)
        self.point_at(wanted)
        self._quiet = False

    def point_at(self, key: str) -> None:
        """Put the cursor on *key* and bring it into view without telling anybody."""
        place = self.rows.row_of(key)
        if place >= 0:
            before, self._quiet = self._quiet, True
            self.setCurrentIndex(self.rows.index(place, 0))
            self.scrollTo(self.rows.index(place, 0))
            self._quiet = before

    def choose(self, key: str) -> None:
        """Put the cursor on *key* and tell that it was chosen."""
        place = self.rows.row_of(key)
        if place >= 0:
            self.setCurrentIndex(self.rows.index(place, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open on Enter; everything else is the list's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _tell(self, current: QModelIndex) -> None:
        row = self.rows.at(current.row())
        if row is not None and row.key and not self._quiet:
            self.chosen.emit(row.key)

    def _open(self, index: QModelIndex) -> None:
        row = self.rows.at(index.row())
        if row is not None and row.key:
            self.opened.emit(row.key)
