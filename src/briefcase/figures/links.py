"""A chart of links: records as boxes in columns by kind, and lines between them.

What a line says stands as a row in the box that it leaves, so that no label can lie on a line or on another label:
lines run in the gutters and behind the boxes. Boxes of one column are put near those that they are linked with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from briefcase.figures.cutting import Measure, cut

SIZE, ROW, PAD = 7.2, 10.0, 3.0
"""Size of the text, height of a row, and room around the rows of a box, in points."""
_COLUMNS = ("party", "shipment", "item")
_BETWEEN, _GUTTER, _LANE, _WIDEST = 7.0, 52.0, 4.5, 165.0
_LANES = 8
_SWEEPS = 6


@dataclass(frozen=True)
class Node:
    """A record: its key, how it is called, its kind, and whether the chart is about it.

    The records that a chart is about come first where room is short, and then those that they are linked with.
    """

    key: str
    text: str
    kind: str
    first: bool = False


@dataclass(frozen=True)
class Edge:
    """That one record has to do with another, and in what way."""

    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Box:
    """A record in its place; *rows* are its name and what its lines say."""

    key: str
    x: float
    y: float
    width: float
    height: float
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """The points of a line from a row of one box to the name of another."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """A figure of links; *left_out* says how many linked records had no room."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def chart(nodes: Sequence[Node], edges: Sequence[Edge], width: float, highest: float, measure: Measure) -> Chart | None:
    """Lay out what is linked on *width* points and at most *highest*; None where nothing is.

    The same nodes and edges give the same chart, in whatever order they come. Where there is too little room, the
    records with the fewest links are left out.
    """
    by_key = {node.key: node for node in nodes if node.kind in _COLUMNS}
    kept = sorted(
        {edge for edge in edges if edge.source in by_key and edge.target in by_key and edge.source != edge.target},
        key=lambda edge: (by_key[edge.source].text, edge.source, by_key[edge.target].text, edge.target, edge.label),
    )
    degree = Counter(key for edge in kept for key in (edge.source, edge.target))
    middle = {key for key in degree if by_key[key].first}
    near = {key for edge in kept for key in (edge.source, edge.target) if middle & {edge.source, edge.target}}
    ranked = sorted(degree, key=lambda key: (key not in middle, key not in near, -degree[key], by_key[key].text, key))
    most = min(len(ranked), len(_COLUMNS) * int((highest + _BETWEEN) / (ROW + PAD + _BETWEEN)))
    chosen = set(ranked[:most])
    kept = [edge for edge in kept if edge.source in chosen and edge.target in chosen]
    for count in range(most, 1, -1):
        chosen = set(ranked[:count])
        inside = [edge for edge in kept if edge.source in chosen and edge.target in chosen]
        linked = {key for edge in inside for key in (edge.source, edge.target)}
        laid = _Layout([by_key[key] for key in ranked if key in linked], inside, width, measure)
        if linked and laid.height <= highest:
            return Chart(width, laid.height, laid.boxes(), laid.lines(), len(ranked) - len(linked))
    return None


class _Layout:
    """One choice of records while it is laid out."""

    def __init__(self, nodes: list[Node], edges: list[Edge], width: float, measure: Measure) -> None:
        self.nodes, self.edges, self.measure = {node.key: node for node in nodes}, edges, measure
        self.rows = self._rows()
        ordered = sorted(nodes, key=lambda node: (node.text, node.key))
        columns = [[node.key for node in ordered if node.kind == kind] for kind in _COLUMNS]
        self.columns = [column for column in columns if column]
        self.column_of = {key: index for index, column in enumerate(self.columns) for key in column}
        many = len(self.columns)
        self.margin = _LANE * (_LANES + 1)
        share = (width - self.margin - _GUTTER * (many - 1)) / max(many, 1)
        self.wide = min(share, _WIDEST)
        self.step = self.wide + (width - self.margin - self.wide * many) / (many - 1) if many > 1 else 0.0
        self._near()
        self.height = max((self._high(column) for column in self.columns), default=0.0)
        self.top = self._tops()

    def _rows(self) -> dict[str, list[tuple[str, str]]]:
        """Return for each box the targets of its lines and what they say, one row a target."""
        said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for edge in self.edges:
            said[edge.source, edge.target].append(edge.label)
        out: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for (source, target), labels in said.items():
            out[source].append((target, ", ".join(labels)))
        return out

    def _tall(self, key: str) -> float:
        return ROW * (1 + len(self.rows[key])) + PAD

    def _high(self, column: list[str]) -> float:
        return sum(map(self._tall, column)) + _BETWEEN * (len(column) - 1)

    def _near(self) -> None:
        """Order each column by the mean place of what its boxes are linked with, a few times over."""
        beside: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            beside[edge.source].append(edge.target)
            beside[edge.target].append(edge.source)
        for _sweep in range(_SWEEPS):
            place = {key: at / len(column) for column in self.columns for at, key in enumerate(column)}
            for column in self.columns:
                mean = {key: sum(place[other] for other in beside[key]) / len(beside[key]) for key in column}
                column.sort(key=lambda key: (round(mean[key], 9), self.nodes[key].text, key))
                place.update({key: at / len(column) for at, key in enumerate(column)})

    def _tops(self) -> dict[str, float]:
        """Return where each box begins; the boxes of a column are spread over the height."""
        tops = {}
        for column in self.columns:
            spare = (self.height - self._high(column)) / (len(column) + 1)
            y = spare
            for key in column:
                tops[key] = y
                y += self._tall(key) + _BETWEEN + spare
        return tops

    def _left(self, key: str) -> float:
        return self.margin + self.column_of[key] * self.step

    def boxes(self) -> tuple[Box, ...]:
        """Return every box with its rows cut to its width."""
        out = []
        for key in (key for column in self.columns for key in column):
            texts = (self.nodes[key].text, *(label for _target, label in self.rows[key]))
            rows = tuple(cut(text, self.wide - 2 * PAD - 4, self.measure) for text in texts)
            out.append(Box(key, self._left(key), self.top[key], self.wide, self._tall(key), rows))
        return tuple(out)

    def lines(self) -> tuple[Line, ...]:
        """Return every line: straight between columns, around by a lane on the left within one."""
        out, lane = [], 0
        for source in (key for column in self.columns for key in column):
            for number, (target, _label) in enumerate(self.rows[source], start=1):
                start = self.top[source] + ROW * (number + 0.5) + PAD / 2
                end = self.top[target] + ROW * 0.5 + PAD / 2
                own, other = self.column_of[source], self.column_of[target]
                if own == other:
                    x = self._left(source)
                    around = x - _LANE * (1 + lane % _LANES)
                    lane += 1
                    out.append(Line(((x, start), (around, start), (around, end), (x, end))))
                else:
                    leaves = self._left(source) + (self.wide if other > own else 0)
                    enters = self._left(target) + (0 if other > own else self.wide)
                    out.append(Line(((leaves, start), (enters, end))))
        return tuple(out)
