"""The inline message bar: one sentence and a hint, in the page, never modal; and the big verdict panel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from briefcase.desktop import icons, theme
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, button, column, restyle, row
from briefcase.errors import BriefcaseError
from briefcase.language import _, hint, sentence

_ICON_OF_TONE = (("good", "check"), ("warn", "warning"), ("bad", "blocked"), ("info", "info"))


class _Words(PlainLabel):
    """Wrapping text that insists on the height it needs, for a scrolling page would rather clip it than grow."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Ask for the height of the text at the new width."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Ask for the height of the text at the present width."""
        self.setMinimumHeight(max(self.heightForWidth(self.width()), 0))


class MessageBar(QFrame):
    """Says what happened or what went wrong; stays until the next message or until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = PlainLabel(wrap=False)
        self._sentence = _Words(role="strong")
        self._hint = _Words()
        self._close = button("", self.clear, role="flat", icon="close", name=_("Close this message"))
        self._close.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        words = column(self._sentence, self._hint, gap=2)
        line = row(self._picture, words, self._close, gap=10)
        line.setStretch(1, 1)
        line.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop)
        line.setAlignment(self._close, Qt.AlignmentFlag.AlignTop)
        line.setContentsMargins(12, 8, 8, 8)
        self.setLayout(line)
        self._tone = ""
        self.hide()

    @property
    def words(self) -> str:
        """What it says now; empty when hidden."""
        return f"{self._sentence.text()} {self._hint.text()}".strip() if not self.isHidden() else ""

    def tell(self, tone: str, text: str, more: str = "") -> None:
        """Show a message; *tone* is good, warn, bad or info."""
        self._tone = tone
        restyle(self, tone=tone)
        self.tint()
        self._sentence.setText(text)
        self._hint.setText(more)
        self._hint.setVisible(bool(more))
        for label in (self._sentence, self._hint):
            restyle(label)
            label.fit()
        self.setAccessibleName(f"{text} {more}".strip())
        self.show()

    def fail(self, error: BriefcaseError) -> None:
        """Show an error: its sentence, its hint and its code."""
        self.tell("bad", sentence(error), _("%(hint)s (%(code)s)") % {"hint": hint(error), "code": error.code})

    def tint(self) -> None:
        """Draw the picture in the colours now in force."""
        if self._tone:
            colour = getattr(theme.current(), self._tone)
            self._picture.setPixmap(icons.pixmap(dict(_ICON_OF_TONE)[self._tone], 20, colour, 2.0))

    def clear(self) -> None:
        """Hide the bar."""
        self.hide()


class Notice(MessageBar):
    """What is to be known before anything else is done here; it belongs to the page and cannot be closed."""

    def __init__(self, tone: str, text: str, more: str = "") -> None:
        super().__init__()
        self._close.hide()
        self.tell(tone, text, more)


class Said(QFrame):
    """Holds what a page says and how far its work is; takes no room while there is nothing."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self._parts = parts
        self.setLayout(column(*parts, gap=8))

    def event(self, event: QEvent) -> bool:
        """Have margins only around what is shown."""
        if event.type() == QEvent.Type.LayoutRequest:
            shown = any(not part.isHidden() for part in self._parts)
            self.setContentsMargins(*((PAGE_MARGIN, 8, PAGE_MARGIN, 8) if shown else (0, 0, 0, 0)))
        return super().event(event)


class VerdictPanel(QFrame):
    """The first thing said about a received file: a headline in words and colour, and the facts below it."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = PlainLabel(wrap=False)
        self._headline = PlainLabel(role="headline")
        self._words = PlainLabel()
        line = row(self._picture, column(self._headline, self._words, gap=4), gap=16)
        line.setStretch(1, 1)
        line.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop)
        line.setContentsMargins(16, 14, 16, 14)
        self.setLayout(line)

    @property
    def words(self) -> str:
        """The headline."""
        return self._headline.text()

    def show_verdict(self, tone: str, headline: str, more: str = "") -> None:
        """Show a verdict; *tone* is good, warn or bad."""
        restyle(self, tone=tone)
        self._picture.setPixmap(icons.pixmap(dict(_ICON_OF_TONE)[tone], 36, getattr(theme.current(), tone), 2.0))
        self._headline.setText(headline)
        self._words.setText(more)
        self._words.setVisible(bool(more))
        for label in (self._headline, self._words):
            restyle(label)
        self.setAccessibleName(f"{headline} {more}".strip())
