"""Labels, buttons and layouts with the house's manners: plain text only, and a name on whatever takes the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from briefcase.desktop import icons

GAP = 8
PAGE_MARGIN = 20
_LAID_OUT = 40
"""Milliseconds after which a new part has its place: nested layouts settle one after the other."""
_LOOKS = 6
"""So often its place is looked at again."""


class PlainLabel(QLabel):
    """A label that never reads its text as markup: text from outside cannot load a file or hide a link.

    Args:
        text: what it shows.
        role: how it looks, a role of the style sheet: title, heading, section, muted, small, field, mark, words…
        wrap: break long text into lines.
        selectable: the officer may select and copy it.
    """

    def __init__(self, text: str = "", role: str = "", *, wrap: bool = True, selectable: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        if selectable:
            # By mouse only: a label that takes the focus would be one more stop for every Tab.
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setText(text)


def button(
    text: str,
    act: Callable[[], object] | None = None,
    *,
    role: str = "",
    icon: str = "",
    name: str = "",
    tip: str = "",
) -> QPushButton:
    """Return a push button; *name* is for screen readers when the text alone does not say enough."""
    made = QPushButton(text.replace("&", "&&"))
    made.setAccessibleName(name or text)
    made.setAutoDefault(True)  # Enter presses the button that has the focus, as the space bar does
    if role:
        made.setProperty("role", role)
    if icon:
        made.setProperty("icon_name", icon)
        dress(made)
    if tip:
        made.setToolTip(tip)
    if act is not None:
        made.clicked.connect(lambda _on=False: act())
    return made


def dress(made: QPushButton) -> None:
    """Tint the icon of a button for the scheme in force."""
    from briefcase.desktop import theme  # noqa: PLC0415 - the theme needs an application first

    scheme = theme.current()
    role = made.property("role")
    colours = {"primary": scheme.on_accent, "flat": scheme.accent, "side": scheme.on_side}
    made.setIcon(icons.icon(str(made.property("icon_name")), colours.get(str(role), scheme.text)))
    made.setIconSize(QSize(18, 18))


def column(*parts: QWidget | QLayout | int | None, margin: int = 0, gap: int = GAP) -> QVBoxLayout:
    """Return the parts one under the other; an int is stretch, None is nothing."""
    layout = QVBoxLayout()
    _fill(layout, parts, margin, gap)
    return layout


def row(*parts: QWidget | QLayout | int | None, margin: int = 0, gap: int = GAP) -> QHBoxLayout:
    """Return the parts side by side; an int is stretch, None is nothing."""
    layout = QHBoxLayout()
    _fill(layout, parts, margin, gap)
    return layout


def _fill(layout: QBoxLayout, parts: Sequence[QWidget | QLayout | int | None], margin: int, gap: int) -> None:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(gap)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        elif part is not None:
            layout.addStretch(part)


def box(layout: QLayout, role: str = "") -> QFrame:
    """Return a frame around *layout*; *role* ``card`` draws a border."""
    frame = QFrame()
    if role:
        frame.setProperty("role", role)
    frame.setLayout(layout)
    return frame


def line() -> QFrame:
    """Return a thin horizontal line."""
    frame = QFrame()
    frame.setProperty("role", "line")
    return frame


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """Return *content* in a vertical scroll area that the keyboard can scroll."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    area.setWidget(content)
    return area


def bring_into_view(part: QWidget) -> None:
    """Scroll the area around *part* so that it is seen, once it is laid out; before, nobody knows where it lies."""

    def scroll(left: int) -> None:
        around = part.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is None:
            return
        around.ensureWidgetVisible(part)
        if left:  # on a busy machine the layout may not be done yet
            QTimer.singleShot(_LAID_OUT, part, lambda: scroll(left - 1))

    QTimer.singleShot(_LAID_OUT, part, lambda: scroll(_LOOKS))


def restyle(widget: QWidget, **properties: str) -> None:
    """Set style properties and have the style sheet look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def clear(layout: QLayout) -> None:
    """Remove and delete everything in *layout*."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def centred(card: QWidget) -> QHBoxLayout:
    """Return *card* in the middle, as wide as it may become."""
    made = row(1, card, 1)
    made.setStretch(1, 1000)
    return made


def empty_state(heading: str, words: str, *actions: QWidget, icon: str = "") -> QFrame:
    """Return what stands where nothing is yet: a heading, a sentence that says what to do, and the buttons for it."""
    from briefcase.desktop import theme  # noqa: PLC0415 - the theme needs an application first

    picture = PlainLabel()
    if icon:
        picture.setPixmap(icons.pixmap(icon, 48, theme.current().strong_line, 2.0))
        picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    title = PlainLabel(heading, "heading")
    title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    text = PlainLabel(words, "muted")
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    text.setMaximumWidth(440)
    centred = row(1, text, 1)
    centred.setStretch(1, 100)
    return box(column(1, picture if icon else None, title, centred, row(1, *actions, 1), 2, margin=24, gap=12))
