"""The case summary: one case with its records, as an officer hands it over on paper."""

from __future__ import annotations

from typing import BinaryIO

from briefcase.language import _
from briefcase.paper.body import Body, copy_for, copy_of, moment, paragraphs
from briefcase.paper.content import CaseSummary, PageCount
from briefcase.paper.drawing import Drawing
from briefcase.paper.flow import Flow
from briefcase.paper.fonts import Style
from briefcase.paper.joint import JOINT
from briefcase.paper.masthead import title_bar
from briefcase.paper.page import Frame, Sheet, paper_size
from briefcase.paper.sections import SECTIONS, period
from briefcase.paper.visible import visible


def case_summary(content: CaseSummary, out: BinaryIO, *, paper: str = "a4") -> PageCount:
    """Write *content* as a PDF to *out*; the same content gives the same bytes.

    Args:
        content: what is printed; nothing else is known here.
        out: takes the whole document in one write.
        paper: ``a4`` or ``letter``; the text flows anew, it is not scaled.

    Raises:
        UnknownPaper: there is no such format.
        ResourceError: a font of the program is missing.
    """
    name = visible(content.case.title) or _("Case summary")
    drawing = Drawing(paper_size(paper), title=name, author=visible(content.agency), language=content.language)
    frame = Frame(content.banner, _running_title(content), content.control_number, copy_of(content), content.audit_head)
    sheet = Sheet(drawing, frame)
    _Summary(content, Flow(sheet)).write()
    pages = sheet.finish()
    drawing.finish(out)
    return PageCount(pages)


def _running_title(content: CaseSummary) -> str:
    facts_ = {"reference": content.case.reference, "title": content.case.title}
    return (_("Case %(reference)s — %(title)s") if content.case.reference else "%(title)s") % facts_


class _Summary(Body):
    """One summary while it is written."""

    def __init__(self, content: CaseSummary, flow: Flow) -> None:
        super().__init__(content, flow, content.records)
        self.summary = content

    def write(self) -> None:
        """Set every part in the order of the page."""
        self._masthead()
        self._judgements()
        self._tear_lines()
        self.course()
        self.links()
        for section in (*SECTIONS, *JOINT):
            self.section(section)
        self.end()

    def _masthead(self) -> None:
        content, case = self.summary, self.summary.case
        title_bar(self.flow, _("CASE SUMMARY"), self.portion(case), case.title)
        plain, bold = Style.REGULAR, Style.BOLD
        rows = (
            (_("Case number"), case.reference, plain),
            (_("Control number"), content.control_number, Style.MONO_BOLD),
            (_("Copy"), copy_for(content), bold),
            (_("Originator"), case.originator.agency or content.agency, plain),
            (_("Lead agency"), case.lead_agency, plain),
            (_("Prepared by"), ", ".join(filter(None, (content.officer, content.agency))), plain),
            (_("Information cut-off"), moment(content.created), plain),
            (_("Releasable to"), content.releasable_to, plain),
            (_("Partners' references"), "; ".join(case.partner_references), plain),
            (_("Status"), self.lookup.term("case_status", case.status), plain),
            (_("Opened"), period(case.opened, case.closed), plain),
            (_("Review date"), case.next_review, plain),
            (_("Control regimes"), self.lookup.terms("regime", case.regimes), plain),
            (_("Legal gateway"), case.legal_basis, plain),
        )
        self.facts(rows)

    def _judgements(self) -> None:
        if not self.summary.case.summary.strip():
            return
        self.flow.heading(_("Key judgements"))
        for text in paragraphs(self.summary.case.summary):
            self.marked(self.summary.case.label, text, bullet=True)

    def _tear_lines(self) -> None:
        if not self.summary.tear_lines:
            return
        self.flow.heading(_("Tear-lines"))
        for tear_line in self.summary.tear_lines:
            for text in paragraphs(tear_line.text):
                self.marked(tear_line.label, text)
