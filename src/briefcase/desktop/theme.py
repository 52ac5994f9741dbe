"""How the window looks: Fusion, one of two palettes, the shipped fonts, sizes that follow the system font."""

from __future__ import annotations

import os
from dataclasses import asdict
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from briefcase import resources
from briefcase.desktop.colours import DARK, LIGHT, SCHEMES, Scheme

FONT_FILES = (
    *("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoSans-SemiCondensed.ttf"),
    *("NotoSansMono-Regular.ttf", "NotoSansSC-Regular.ttf", "NotoSansTC-Regular.ttf"),
    *("NotoSansJP-Regular.ttf", "NotoSansKR-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
    *("NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf", "NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"),
)
FAMILY = "Noto Sans"
MONOSPACED = "Noto Sans Mono"
FALLBACKS = (
    *("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR"),
    *("Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai"),
)
SMALLEST_POINTS = 10.0


def load_fonts() -> None:
    """Register the shipped fonts with Qt, so that no installed font is needed."""
    for name in FONT_FILES:
        QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))


def text_font(points: float) -> QFont:
    """Return the text font with its fallbacks for names in other scripts."""
    font = QFont([FAMILY, *FALLBACKS])
    font.setPointSizeF(points)
    return font


def system_scheme(application: QApplication) -> Scheme:
    """Return the scheme the officer asked for, else the one the system uses."""
    wanted = os.environ.get("BRIEFCASE_THEME", "")
    if wanted in SCHEMES:
        return SCHEMES[wanted]
    return DARK if application.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def current(application: QApplication | None = None) -> Scheme:
    """Return the scheme in force."""
    application = application or _application()
    return SCHEMES.get(str(application.property("scheme")), LIGHT)


def apply(application: QApplication, scheme: Scheme) -> None:
    """Dress the whole application in *scheme*; may be called again at any time."""
    if application.property("scheme") is None:
        load_fonts()
        application.setProperty("points", max(SMALLEST_POINTS, application.font().pointSizeF()))
        application.setStyle(QStyleFactory.create("Fusion"))
    application.setProperty("scheme", scheme.name)
    application.setFont(text_font(float(application.property("points"))))
    application.setPalette(_palette(scheme))
    application.setStyleSheet(style_sheet(scheme, float(application.property("points"))))


def points(factor: float = 1.0) -> float:
    """Return the text size in points times *factor*."""
    return float(_application().property("points") or SMALLEST_POINTS) * factor


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):  # pragma: no cover - the window cannot exist without one
        raise TypeError
    return application


def _palette(scheme: Scheme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: scheme.page,
        role.WindowText: scheme.text,
        role.Base: scheme.base,
        role.AlternateBase: scheme.hover,
        role.Text: scheme.text,
        role.PlaceholderText: scheme.muted,
        role.Button: scheme.raised,
        role.ButtonText: scheme.text,
        role.BrightText: scheme.bad,
        role.ToolTipBase: scheme.raised,
        role.ToolTipText: scheme.text,
        role.Highlight: scheme.selected,
        role.HighlightedText: scheme.on_selected,
        role.Link: scheme.accent,
        role.LinkVisited: scheme.accent,
        role.Light: scheme.raised,
        role.Midlight: scheme.raised,
        role.Mid: scheme.line,
        role.Dark: scheme.strong_line,
        role.Shadow: scheme.strong_line,
        role.Accent: scheme.accent,
    }
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(scheme.muted))
    return palette


def style_sheet(scheme: Scheme, base_points: float) -> str:
    """Return the style sheet: a template in resources filled with the colours and with sizes in points."""
    sizes = {
        "small": f"{base_points * 0.9:.1f}pt",
        "normal": f"{base_points:.1f}pt",
        "large": f"{base_points * 1.2:.1f}pt",
        "title": f"{base_points * 1.6:.1f}pt",
        "icons": resources.path("icons").as_posix(),
    }
    template = Template(resources.read_text("window.qss"))
    return template.substitute({**asdict(scheme), **sizes})
