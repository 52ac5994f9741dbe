"""The page: banner, running title, control number, hairlines, foot; and the cursor that blocks move down it.

Every page carries the overall marking at top and foot, larger than the text (32 CFR 2001.24; UK GSCP). The page's
folio is a form that is defined after the last page, when their number is known, so one pass is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from briefcase.language import _
from briefcase.paper.breaking import INK, MUTED, Colour
from briefcase.paper.content import Banner
from briefcase.paper.drawing import Drawing
from briefcase.paper.errors import UnknownPaper
from briefcase.paper.fonts import Style

MM = 72 / 25.4
SIZES = MappingProxyType({"a4": (210 * MM, 297 * MM), "letter": (612.0, 792.0)})
HAIRLINE: Colour = (0.62, 0.65, 0.70)
_HEAD, _FOOT = 74.0, 68.0
"""From the page's edges to the body, in points."""


def paper_size(name: str) -> tuple[float, float]:
    """Return width and height in points.

    Raises:
        UnknownPaper: the name is neither ``a4`` nor ``letter``.
    """
    try:
        return SIZES[name]
    except KeyError:
        raise UnknownPaper(name=name) from None


def colour_of(text: str) -> Colour:
    """Return ``#RRGGBB`` as three numbers from 0 to 1; dark red for anything else."""
    try:
        red, green, blue = bytes.fromhex(text.removeprefix("#"))
    except ValueError:
        red, green, blue = 0xA0, 0x12, 0x18
    return red / 255, green / 255, blue / 255


@dataclass(frozen=True)
class Frame:
    """What stands around the body of every page."""

    banner: Banner
    running_title: str
    control_number: str
    copy: str
    audit_head: str
    margin: float = 20 * MM


class Sheet:
    """The pages of one document, and how far the current one is filled.

    Attributes:
        y: the height at which the next block starts, in points from the lower edge.
        left, right: the edges of the body; pages: how many there are so far.
    """

    def __init__(self, drawing: Drawing, frame: Frame) -> None:
        self.drawing, self.frame = drawing, frame
        width, self.height = drawing.size
        self.left, self.right = frame.margin, width - frame.margin
        self.top, self.bottom = self.height - _HEAD, _FOOT
        self.pages = 0
        self.y = self.top
        self._begin()

    @property
    def width(self) -> float:
        """Width of the body in points."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """What is left of this page, in points."""
        return self.y - self.bottom

    @property
    def fresh(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y >= self.top - 0.01

    def need(self, height: float) -> bool:
        """Start a new page unless *height* points are left; say whether that was done."""
        if height <= self.room or self.fresh:
            return False
        self.new_page()
        return True

    def new_page(self) -> None:
        """Finish this page and start the next."""
        self.drawing.canvas.showPage()
        self._begin()

    def finish(self) -> int:
        """Finish the last page, define the folios, and return the number of pages."""
        self.drawing.canvas.showPage()
        for page in range(1, self.pages + 1):
            self._folio(page)
        return self.pages

    def _begin(self) -> None:
        self.pages += 1
        self.y = self.top
        self._banner(self.height - 33, self.height - 45)
        self._running_head(self.height - 57)
        self._foot()
        self._banner(33, 21)

    def _banner(self, main: float, second: float) -> None:
        banner, middle = self.frame.banner, (self.left + self.right) / 2
        colour = colour_of(banner.colour)
        size = _fitting(self.drawing, banner.main, 13, self.width)
        self.drawing.text(middle, main, banner.main, size, style=Style.BOLD, colour=colour, align="center")
        if banner.second:
            size = _fitting(self.drawing, banner.second, 7.6, self.width)
            self.drawing.text(middle, second, banner.second, size, style=Style.BOLD, colour=colour, align="center")

    def _running_head(self, y: float) -> None:
        drawing, frame = self.drawing, self.frame
        control = drawing.width(frame.control_number, 7.4, Style.MONO_BOLD)
        title = _shortened(drawing, frame.running_title, 7.4, self.width - control - 14)
        drawing.text(self.left, y, title, 7.4, colour=MUTED)
        drawing.text(self.right, y, frame.control_number, 7.4, style=Style.MONO_BOLD, align="right")
        drawing.rule(self.left, y - 4.5, self.right, width=0.6, colour=HAIRLINE)

    def _foot(self) -> None:
        drawing, frame = self.drawing, self.frame
        drawing.rule(self.left, 58, self.right, width=0.6, colour=HAIRLINE)
        drawing.text(self.left, 49, frame.copy, 7.2, style=Style.BOLD)
        x = self.left + drawing.width(frame.copy, 7.2, Style.BOLD) + 9
        if frame.audit_head:
            label = _("Audit head")
            drawing.text(x, 49, label, 7.2, colour=MUTED)
            x += drawing.width(label, 7.2) + 4
            drawing.text(x, 49, grouped(frame.audit_head[:32]), 7.0, style=Style.MONO)
        drawing.canvas.doForm(f"folio{self.pages}")

    def _folio(self, page: int) -> None:
        canvas = self.drawing.canvas
        canvas.beginForm(f"folio{page}", self.left, 40, self.right, 57)
        text = _("Page %(page)s of %(pages)s") % {"page": page, "pages": self.pages}
        self.drawing.text(self.right, 49, text, 7.2, style=Style.BOLD, colour=INK, align="right")
        canvas.endForm()


def grouped(digits: str) -> str:
    """Return hexadecimal digits in groups of eight."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))


def _fitting(drawing: Drawing, text: str, size: float, width: float) -> float:
    """Return the size at which a line fits, at most *size*: a marking is never cut."""
    return min(size, size * width / max(drawing.width(text, size, Style.BOLD), 1.0))


def _shortened(drawing: Drawing, text: str, size: float, width: float) -> str:
    """Cut a running title that is too long; the whole title stands on page 1."""
    if drawing.width(text, size) <= width:
        return text
    while text and drawing.width(text + "…", size) > width:
        text = text[: -max(1, len(text) // 20)]
    return text.rstrip() + "…"
