"""The single-colour SVG icons, tinted for the scheme in force."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from briefcase import resources
from briefcase.desktop import theme

SIZES = (16, 24, 32, 48, 64)


def icon(name: str, colour: str = "") -> QIcon:
    """Return the icon *name* in *colour* (``#rrggbb``), by default the colour of text."""
    found = QIcon()
    for size in SIZES:
        found.addPixmap(pixmap(name, size, colour))
    return found


def pixmap(name: str, size: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
    """Return the icon *name* as a pixmap of *size* device-independent pixels."""
    chosen = colour or theme.current().text
    key = f"briefcase:{name}:{size}:{chosen}:{ratio}"
    known = QPixmap()
    if QPixmapCache.find(key, known):
        return known
    drawing = resources.read_text("icons", f"{name}.svg").replace("currentColor", chosen)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, picture)
    return picture
