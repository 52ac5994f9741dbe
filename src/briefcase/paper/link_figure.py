"""The chart of links on the page: lines first, then boxes over them; laid out by ``figures``."""

from __future__ import annotations

from collections.abc import Sequence

from briefcase.figures.links import PAD, ROW, SIZE, Box, Chart, Edge, Node, chart
from briefcase.language import _
from briefcase.paper.breaking import MUTED, NAVY, Colour, Span
from briefcase.paper.flow import WHITE, Flow, mark
from briefcase.paper.fonts import Style
from briefcase.paper.visible import visible

_LINE: Colour = (0.50, 0.56, 0.65)
_HIGHEST = 560.0
"""Points that a chart may take, so that it stands on one page with its caption."""


def link_figure(flow: Flow, portion: str, nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
    """Set a chart of links with a numbered caption under it; nothing where nothing is linked."""
    drawing = flow.drawing
    found = chart(
        [Node(node.key, visible(node.text), node.kind, first=node.first) for node in nodes],
        [Edge(edge.source, edge.target, visible(edge.label)) for edge in edges],
        flow.sheet.width,
        _HIGHEST,
        lambda text: drawing.width(text, SIZE, Style.NARROW_BOLD),
    )
    if found is None:
        return
    flow.figures += 1
    flow.heading(_("Connections"), keep=found.height + 44)
    _draw(flow, found)
    title = (Span(_("Figure %(number)s") % {"number": flow.figures}, Style.BOLD, NAVY), Span("  "))
    caption = _("Who has to do with what: a line leaves the row that says in what way.")
    if found.left_out:
        caption += " " + _("Left out for want of room: %(count)s with fewer links.") % {"count": found.left_out}
    flow.paragraph((*title, *mark(portion), Span(caption)), size=8.2, leading=11, after=9)


def _draw(flow: Flow, found: Chart) -> None:
    left, top, canvas = flow.sheet.left, flow.sheet.y - 6, flow.drawing.canvas
    canvas.setStrokeColorRGB(*_LINE)
    canvas.setLineWidth(0.6)
    for line in found.lines:
        path = canvas.beginPath()
        path.moveTo(left + line.points[0][0], top - line.points[0][1])
        for x, y in line.points[1:]:
            path.lineTo(left + x, top - y)
        canvas.drawPath(path, stroke=1, fill=0)
    for box in found.boxes:
        _box(flow, left, top, box)
    canvas.setFillColorRGB(*_LINE)
    for line in found.lines:
        x, y = line.points[-1]
        canvas.circle(left + x, top - y, 1.5, stroke=0, fill=1)
    flow.sheet.y = top - found.height - 8


def _box(flow: Flow, left: float, top: float, box: Box) -> None:
    """Draw a box; reference and name are apart, so that a name from the right keeps the end where it was cut."""
    drawing = flow.drawing
    drawing.fill(left + box.x, top - box.y - box.height, box.width, box.height, WHITE)
    drawing.canvas.setStrokeColorRGB(*NAVY)
    drawing.canvas.setLineWidth(0.7)
    drawing.canvas.rect(left + box.x, top - box.y - box.height, box.width, box.height, stroke=1, fill=0)
    y = top - box.y - ROW + 1.5
    for number, row in enumerate(box.rows):
        x = left + box.x + PAD
        if number == 0:
            reference, space, name = row.partition(" ")
            spans = (Span(reference + space, Style.NARROW_BOLD), Span(name, Style.NARROW_BOLD))
            drawing.line(x, y, drawing.lines(spans, 1e6, SIZE)[0], SIZE)
        else:
            drawing.text(x + 4, y, row, SIZE, style=Style.NARROW, colour=MUTED)
        y -= ROW
