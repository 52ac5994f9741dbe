"""Rows of a list: what it shows, kept as plain values, and the model that hands them to Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class Row:
    """One entry of a list.

    Attributes:
        key: what it stands for, such as a record's id; empty for a group heading.
        title: its first line.
        detail: its second line; may be empty.
        icon: name of the icon, by kind.
        mark: short marking shown at the right.
        note: short word at the right below the mark, such as a count or an origin.
        strong: its first line is bold.
    """

    key: str
    title: str
    detail: str = ""
    icon: str = ""
    mark: str = ""
    note: str = ""
    strong: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it only names the group below it."""
        return not self.key


class RowsModel(QAbstractListModel):
    """A list model over rows that are replaced as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []

    @property
    def rows(self) -> list[Row]:
        """The rows as they stand."""
        return list(self._rows)

    def replace(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row_of(self, key: str) -> int:
        """Return the place of the row with *key*, or -1."""
        return next((place for place, row in enumerate(self._rows) if row.key == key and key), -1)

    def at(self, place: int) -> Row | None:
        """Return the row at a place, or None."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401 - Qt's type
        """Return the row for the painter, and words for everybody else (screen readers among them)."""
        row = self.at(index.row())
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == int(Qt.ItemDataRole.DisplayRole):
            return row.title
        if role in (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole)):
            return ", ".join(part for part in (row.title, row.detail, row.mark, row.note) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Group headings cannot be chosen."""
        row = self.at(index.row())
        if row is None or row.is_heading:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
