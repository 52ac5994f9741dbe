"""The release matrix: a record a row, a partner a column, the decision in words in each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from briefcase.desktop import icons, theme
from briefcase.desktop.handover_flow import verdict_words
from briefcase.language import _
from briefcase.records.fields import kind_title

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_FIXED = 2


class MatrixModel(QAbstractTableModel):
    """Rows of a ``Plan`` of the services; the first two columns are the record and its kind.

    Args:
        plan: what release decided.
        ends: what the links join, in words, by id of the link.
    """

    def __init__(self, plan: Any, ends: Mapping[str, str]) -> None:  # noqa: ANN401 - a Plan of the services
        super().__init__()
        self._ends = ends
        self._rows = list(plan.rows)
        self._partners = list(plan.recipients)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Return the number of records."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Return the two fixed columns and one a partner."""
        return 0 if parent.isValid() else _FIXED + len(self._partners)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:  # noqa: ANN401 - Qt's type
        """Return the heads of the columns."""
        if role != int(Qt.ItemDataRole.DisplayRole) or orientation != Qt.Orientation.Horizontal:
            return None
        if section < _FIXED:
            return (_("Record"), _("Kind"))[section]
        partner = self._partners[section - _FIXED]
        return f"{partner.name}\n{partner.agency}"

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401 - Qt's
        """Return words, colour and icon of a cell."""
        row = self._rows[index.row()]
        if index.column() < _FIXED:
            return self._fixed(index.row(), index.column(), role)
        cell = row.cells[self._partners[index.column() - _FIXED].fingerprint]
        tone, words = verdict_words(cell.verdict)
        if role == int(Qt.ItemDataRole.DisplayRole):
            return words
        if role == int(Qt.ItemDataRole.ForegroundRole):
            return QColor(getattr(theme.current(), tone))
        if role == int(Qt.ItemDataRole.DecorationRole):
            name = {"good": "check", "warn": "warning", "bad": "blocked"}[tone]
            return icons.pixmap(name, 16, getattr(theme.current(), tone), 2.0)
        if role in (int(Qt.ItemDataRole.ToolTipRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return f"{words}. {' '.join(cell.reasons)}"
        return None

    def explain(self, place: int) -> list[tuple[str, str, list[str]]]:
        """Return (partner, verdict in words, reasons) of every cell in a row."""
        row = self._rows[place]
        found = []
        for partner in self._partners:
            cell = row.cells[partner.fingerprint]
            withheld = [_("Withheld: %(fields)s") % {"fields": ", ".join(cell.withheld)}] if cell.withheld else []
            words = verdict_words(cell.verdict)[1]
            found.append((f"{partner.name}, {partner.agency}", words, [*cell.reasons, *withheld]))
        return found

    def title(self, place: int) -> str:
        """Return the title of the record in a row."""
        row = self._rows[place]
        return f"{row.title}: {self._ends[row.id]}" if row.id in self._ends else str(row.title)

    def _fixed(self, place: int, column: int, role: int) -> Any:  # noqa: ANN401 - Qt's
        row = self._rows[place]
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)):
            return self.title(place) if column == 0 else kind_title(row.kind)
        if role == int(Qt.ItemDataRole.DecorationRole) and column == 0:
            return icons.pixmap(row.kind, 18, theme.current().accent, 2.0)
        return None
