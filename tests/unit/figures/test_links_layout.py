"""Layouts of a chart of links: boxes apart, lines that begin and end at them, the same whatever the order."""

from __future__ import annotations

import random
import time
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.figures.linked import edges, nodes
from briefcase.figures.links import Chart, Edge, Node, chart
from briefcase.records.kinds import Item, Link, Note, Party, Shipment, Transaction
from briefcase.records.label import Label

WIDTH, HIGHEST = 480.0, 560.0
LABEL = Label(marking="O", policy="GBR", level="OFFICIAL")
_KINDS = ("party", "shipment", "item", "note")


def _measure(text: str) -> float:
    return 3.6 * len(text)


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[list[Node], list[Edge]]:
    made = [
        Node(f"k{number}", draw(st.text("ab ש深", max_size=50)), draw(st.sampled_from(_KINDS)))
        for number in range(draw(st.integers(0, 40)))
    ]
    keys = st.sampled_from([*(node.key for node in made), "withheld"])
    return made, draw(st.lists(st.builds(Edge, keys, keys, st.text("xy", max_size=40)), max_size=80))


def _is_whole(found: Chart) -> None:
    for box in found.boxes:
        assert box.x >= 0
        assert box.x + box.width <= WIDTH + 0.01
        assert box.y >= -0.01
        assert box.y + box.height <= found.height + 0.01
        assert all(_measure(row) <= box.width for row in box.rows)
    for one, two in combinations(found.boxes, 2):
        apart = one.x + one.width <= two.x or two.x + two.width <= one.x
        assert apart or one.y + one.height <= two.y or two.y + two.height <= one.y
    sides = {side for box in found.boxes for side in (round(box.x, 3), round(box.x + box.width, 3))}
    for line in found.lines:
        assert {round(line.points[0][0], 3), round(line.points[-1][0], 3)} <= sides
        assert all(0 <= x <= WIDTH and 0 <= y <= found.height for x, y in line.points)


@settings(max_examples=120, deadline=None)
@given(_graphs())
def test_boxes_stand_apart_and_lines_begin_and_end_at_them(graph: tuple[list[Node], list[Edge]]) -> None:
    made, said = graph
    found = chart(made, said, WIDTH, HIGHEST, _measure)
    known = {node.key for node in made if node.kind != "note"}
    inside = {(edge.source, edge.target) for edge in said if edge.source != edge.target}
    inside = {pair for pair in inside if set(pair) <= known}
    if found is None:
        assert not inside
        return
    _is_whole(found)
    assert len(found.boxes) + found.left_out == len({key for pair in inside for key in pair})
    if not found.left_out:
        assert len(found.lines) == len(inside)


@settings(max_examples=60, deadline=None)
@given(_graphs(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_come_changes_nothing(
    graph: tuple[list[Node], list[Edge]], chance: random.Random
) -> None:
    made, said = [list(part) for part in graph]
    before = chart(made, said, WIDTH, HIGHEST, _measure)
    chance.shuffle(made)
    chance.shuffle(said)
    assert chart(made, said, WIDTH, HIGHEST, _measure) == before


def test_a_large_case_keeps_one_page_and_the_record_in_the_middle() -> None:
    made = [Node(f"k{number}", f"name {number}", _KINDS[number % 3], first=number == 4999) for number in range(5000)]
    said = [Edge(f"k{number}", f"k{number * 7 % 1000}", "role") for number in range(5000)]
    before = time.process_time()
    found = chart(made, said, WIDTH, HIGHEST, _measure)
    assert time.process_time() - before < 5
    assert found is not None
    _is_whole(found)
    assert found.height <= HIGHEST
    assert len(found.boxes) > 20
    assert "k4999" in {box.key for box in found.boxes}


def test_links_roles_goods_and_payments_are_edges() -> None:
    records = (
        Party(id="p", label=LABEL),
        Item(id="i", label=LABEL),
        Note(id="n", label=LABEL),
        Shipment(id="s", label=LABEL, consignee="p", items=("i",)),
        Link(id="l", label=LABEL, role="owns", from_id="p", to_id="q", share="75"),
        Transaction(id="t", label=LABEL, payer="p", payee="q"),
    )
    assert [node.key for node in nodes(records, lambda record: record.id)] == ["p", "i", "s"]
    found = edges(records, lambda record: record.id.upper(), lambda _vocabulary, term: term)
    assert [(record.id, edge.source, edge.target, edge.label) for record, edge in found] == [
        ("s", "s", "p", "Consignee"),
        ("s", "s", "i", "Goods"),
        ("l", "p", "q", "owns 75 %"),
        ("t", "p", "q", "T"),
    ]
