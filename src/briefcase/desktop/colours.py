"""The two palettes of the window as plain data, and the arithmetic that keeps them readable.

Every pair in ``PAIRS`` has a contrast of at least 4.5 (WCAG 2.1, success criterion 1.4.3); a test holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

MINIMUM_CONTRAST = 4.5


@dataclass(frozen=True)
class Scheme:
    """Colours by purpose, as ``#rrggbb``."""

    name: str
    page: str
    base: str
    raised: str
    hover: str
    line: str
    strong_line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    selected: str
    on_selected: str
    good: str
    good_back: str
    warn: str
    warn_back: str
    bad: str
    bad_back: str
    info: str
    info_back: str
    side: str
    on_side: str
    side_muted: str
    side_active: str
    focus: str


LIGHT = Scheme(
    name="light",
    page="#f3f5f8",
    base="#ffffff",
    raised="#e9edf3",
    hover="#eef2f8",
    line="#d6dce5",
    strong_line="#8b97a8",
    text="#16202d",
    muted="#536174",
    accent="#1d4477",
    on_accent="#ffffff",
    accent_hover="#163660",
    selected="#d9e5f5",
    on_selected="#10233d",
    good="#14623a",
    good_back="#e3f3ea",
    warn="#7a4b00",
    warn_back="#fdf1d8",
    bad="#a3131f",
    bad_back="#fcebec",
    info="#1d4477",
    info_back="#e8eff9",
    side="#16283f",
    on_side="#eef3fa",
    side_muted="#a9b8cc",
    side_active="#2b4a70",
    focus="#2f6fc4",
)

DARK = Scheme(
    name="dark",
    page="#12161c",
    base="#191f28",
    raised="#232b37",
    hover="#212935",
    line="#303a48",
    strong_line="#66758a",
    text="#e5eaf1",
    muted="#9fadbf",
    accent="#8db8f0",
    on_accent="#0c1a2c",
    accent_hover="#a9cbf7",
    selected="#27405f",
    on_selected="#f0f5fc",
    good="#7fd6a4",
    good_back="#14301f",
    warn="#f0c36d",
    warn_back="#352710",
    bad="#ff9a9f",
    bad_back="#3c171b",
    info="#9cc3f5",
    info_back="#182a42",
    side="#0c1118",
    on_side="#e5eaf1",
    side_muted="#93a2b6",
    side_active="#22344c",
    focus="#6ba4ee",
)

SCHEMES = MappingProxyType({scheme.name: scheme for scheme in (LIGHT, DARK)})

PAIRS = (
    *(("text", back) for back in ("page", "base", "raised", "hover")),
    *(("muted", back) for back in ("page", "base", "raised", "hover")),
    *(("accent", back) for back in ("page", "base", "hover")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_selected", "selected"),
    *((tone, f"{tone}_back") for tone in ("good", "warn", "bad", "info")),
    *((tone, "base") for tone in ("good", "warn", "bad", "info")),
    *((tone, "page") for tone in ("good", "warn", "bad", "info")),
    *(("text", f"{tone}_back") for tone in ("good", "warn", "bad", "info")),
    ("on_side", "side"),
    ("side_muted", "side"),
    ("on_side", "side_active"),
)
"""(foreground, background) by purpose: every pair of text that the window shows."""


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.1), 0.0 to 1.0."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004 - sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1.0 to 21.0."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
