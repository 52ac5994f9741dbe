"""The caveat banner: outermost element of the window, top and foot, the join of the labels of what is visible."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame

from briefcase.desktop import theme
from briefcase.desktop.widgets.basics import PlainLabel, column
from briefcase.language import _


class BannerBar(QFrame):
    """One of the two bars; both are always shown and always say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._first = PlainLabel(wrap=True)
        self._second = PlainLabel(wrap=True)
        for label, factor in ((self._first, 1.15), (self._second, 0.95)):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            font = theme.text_font(theme.points(factor))
            font.setBold(True)
            label.setFont(font)
        self.setLayout(column(self._first, self._second, margin=0, gap=0))
        self.setContentsMargins(12, 3, 12, 4)
        self.setAutoFillBackground(True)
        self.show_nothing()

    @property
    def words(self) -> tuple[str, str]:
        """What the bar says, both lines."""
        return self._first.text(), self._second.text()

    def show_nothing(self) -> None:
        """Say that nothing marked is on the screen."""
        scheme = theme.current()
        self.show_banner(_("No marked material on screen"), "", scheme.muted, scheme.raised)

    def show_banner(self, first: str, second: str, foreground: str, background: str) -> None:
        """Show a banner's two lines in its colours (``#rrggbb``)."""
        self._first.setText(first)
        self._second.setText(second)
        self._second.setVisible(bool(second))
        self.setAccessibleName(f"{first} {second}".strip())
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(background))
        self.setPalette(palette)
        # An own style sheet, because the application's would win over the palette of the labels.
        self.setStyleSheet(f"BannerBar {{ background: {background}; }} BannerBar QLabel {{ color: {foreground}; }}")
