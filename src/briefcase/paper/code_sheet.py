"""A sheet whose content a machine reads back: what it is in words for people, then the whole of it as numbered codes.

Contact cards, revocations and small sealed messages travel on paper this way, between desks that have a printer and a
scanner and are allowed nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from briefcase.language import _
from briefcase.paper.breaking import INK, MUTED, NAVY, Colour, Span
from briefcase.paper.codes import sequence
from briefcase.paper.content import Banner, PageCount
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow
from briefcase.paper.fonts import Style
from briefcase.paper.masthead import facts, title_bar
from briefcase.paper.page import Frame, Sheet, paper_size
from briefcase.paper.visible import visible

_WORD_ROWS = 6
_WORD_LEADING = 17.5
_HAIR: Colour = (0.84, 0.86, 0.89)


@dataclass(frozen=True)
class Fact:
    """One line of the sheet's head; a *code* is set in a typewriter face."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class WordList:
    """The twelve words in one language; *language* is its name as it calls itself."""

    language: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class CodeSheet:
    """What one sheet says.

    Attributes:
        document: what it is, in capitals above the title.
        title: whose, or of what.
        facts: label and value, in order; empty values are left out.
        codes: the texts of the sequence, in order.
        instruction: how the codes are read back, one or two sentences.
        reference: short mark of the sequence, on every page, so that loose pages can be sorted.
        agency: whose document it is.
        words: the twelve words, in each language; may be empty.
        fingerprint: 64 hexadecimal digits, or empty.
        notice_title: of a framed box above the codes; empty leaves the box out.
        notice: its text, paragraphs apart by line feeds.
        banner: of every page; None for a sheet that needs none.
        language: of the document, BCP 47.
    """

    document: str
    title: str
    facts: tuple[Fact, ...]
    codes: tuple[str, ...]
    instruction: str
    reference: str
    agency: str
    words: tuple[WordList, ...] = ()
    fingerprint: str = ""
    notice_title: str = ""
    notice: str = ""
    banner: Banner | None = None
    language: str = "en"


def code_sheets(contents: Sequence[CodeSheet], out: BinaryIO, *, paper: str = "a4") -> PageCount:
    """Write sheets one after another as one PDF to *out*; the same contents give the same bytes.

    Args:
        contents: what is printed, at least one; each begins on a page of its own, the first names the document.
        out: takes the whole document in one write.
        paper: ``a4`` or ``letter``.

    Raises:
        UnknownPaper: there is no such format.
        ResourceError: a font of the program is missing.
    """
    first = contents[0]
    drawing = Drawing(
        paper_size(paper), title=visible(_heading(first)), author=visible(first.agency), language=first.language
    )
    sheet = Sheet(drawing, _frame(first))
    _sheet(Flow(sheet), first)
    for content in contents[1:]:
        sheet.frame = _frame(content)
        sheet.new_page()
        _sheet(Flow(sheet), content)
    pages = sheet.finish()
    drawing.finish(out)
    return PageCount(pages)


def _heading(content: CodeSheet) -> str:
    return f"{content.document.capitalize()} — {content.title}"


def _frame(content: CodeSheet) -> Frame:
    return Frame(content.banner or Banner(""), _heading(content), content.reference, content.agency, "")


def _sheet(flow: Flow, content: CodeSheet) -> None:
    title_bar(flow, content.document, "", content.title)
    rows = [(fact.label, fact.value, Style.MONO if fact.code else Style.REGULAR) for fact in content.facts]
    facts(flow, rows, payload="", caption="", words=())
    if content.words:
        _words(flow, content.words)
    if content.fingerprint:
        _fingerprint(flow, content.fingerprint)
    if content.notice:
        flow.box(content.notice_title, content.notice)
        flow.sheet.y -= 6
    _label(flow, _("CODES"))
    flow.paragraph((Span(content.instruction),), size=8.8, leading=12.2, after=7)
    sequence(flow, content.codes)


def _label(flow: Flow, text: str) -> None:
    flow.drawing.text(flow.sheet.left, flow.sheet.y - 8, text, 7.6, style=Style.NARROW_BOLD, colour=MUTED)
    flow.sheet.y -= 13


def _words(flow: Flow, lists: Sequence[WordList]) -> None:
    """Set the words large and numbered, the languages side by side, each in two columns that are read downwards."""
    sheet = flow.sheet
    height = 13 + _WORD_ROWS * _WORD_LEADING + 8
    sheet.need(height)
    share = sheet.width / len(lists)
    for index, each in enumerate(lists):
        _word_list(flow.drawing, sheet.left + index * share, sheet.y, share - 14, each)
    sheet.y -= height


def _word_list(drawing: Drawing, left: float, top: float, width: float, each: WordList) -> None:
    title = _("TWELVE WORDS · %(language)s") % {"language": each.language}
    drawing.text(left, top - 8, title, 7.6, style=Style.NARROW_BOLD, colour=MUTED)
    for place, word in enumerate(each.words):
        column, row = divmod(place, _WORD_ROWS)
        x, y = left + column * width / 2, top - 13 - (row + 1) * _WORD_LEADING + 5
        drawing.text(x + 13, y, str(place + 1), 7.6, style=Style.MONO, colour=MUTED, align="right")
        drawing.text(x + 20, y, word, 12, style=Style.BOLD, colour=NAVY)
        if column == 0 and row < _WORD_ROWS:
            drawing.rule(left, y - 4.6, left + width, width=0.35, colour=_HAIR)


def _fingerprint(flow: Flow, digits: str) -> None:
    """Set the fingerprint in groups of four, on as few lines as it fits."""
    sheet, drawing = flow.sheet, flow.drawing
    groups = " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    lines = drawing.lines((Span(groups, Style.MONO, INK),), sheet.width, 9.4)
    sheet.need(len(lines) * 12.4 + 22)
    _label(flow, _("FINGERPRINT"))
    for line in lines:
        drawing.line(sheet.left, sheet.y - 8.6, line, 9.4)
        sheet.y -= 12.4
    sheet.y -= 9
