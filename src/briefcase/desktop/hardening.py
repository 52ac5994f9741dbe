"""What is done before anything secret exists: the steps every face takes, and no foreign Qt plugins.

Called once, before Qt is started. Each step is best effort where the system lacks it; none of them asks.
"""

from __future__ import annotations

import os

from briefcase.services import hardening

PLATFORMS = ("xcb", "wayland", "windows", "cocoa", "offscreen", "minimal")
"""Qt platforms that draw on this machine only; the wheels also ship a VNC server, which listens on a port."""

_IGNORED_VARIABLES = (
    *("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_GENERIC_PLUGINS", "QT_QPA_PLATFORMTHEME"),
    *("QT_STYLE_OVERRIDE", "QML_IMPORT_PATH", "QML2_IMPORT_PATH", "QT_IM_MODULE_PATH"),
)


def harden() -> None:
    """Take the steps of this module; safe to call twice."""
    hardening.apply()
    narrow_qt(os.environ)


def narrow_qt(environment: os._Environ[str] | dict[str, str]) -> None:
    """Drop the variables that make Qt load code from elsewhere, and platforms that serve the screen to others."""
    for variable in _IGNORED_VARIABLES:
        environment.pop(variable, None)
    wanted = environment.get("QT_QPA_PLATFORM", "")
    names = [name for name in wanted.split(";") if name.split(":", maxsplit=1)[0] in PLATFORMS]
    if wanted and not names:
        environment.pop("QT_QPA_PLATFORM")
    elif wanted:
        environment["QT_QPA_PLATFORM"] = ";".join(name.split(":", maxsplit=1)[0] for name in names)
