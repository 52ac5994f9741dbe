"""The bidirectional algorithm: Unicode's own conformance test, all of it, and the lines that are made with it."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from briefcase.paper.bidi import REMOVED, levels, visual_order
from briefcase.paper.bidi_table import bidi_table
from briefcase.paper.breaking import Span, set_lines
from briefcase.paper.fonts import Library
from briefcase.paper.shaping import Shaper

CASES = Path(__file__).parents[2] / "vectors" / "unicode" / "BidiCharacterTest.txt.xz"
_LIBRARY = Library()


def _cases() -> list[list[str]]:
    with lzma.open(CASES, "rt", encoding="utf-8") as lines:
        return [line.strip().split(";") for line in lines if line.strip() and not line.startswith("#")]


def test_the_table_is_of_the_version_of_the_test() -> None:
    with lzma.open(CASES, "rt", encoding="utf-8") as lines:
        assert lines.readline().strip() == f"# BidiCharacterTest-{bidi_table().version}.txt"


@pytest.mark.slow
def test_every_case_of_unicode_passes() -> None:
    cases = _cases()
    assert len(cases) > 90_000
    for points, direction, paragraph, wanted, order in cases:
        text = "".join(chr(int(point, 16)) for point in points.split())
        base, found = levels(text, {"0": 0, "1": 1, "2": None}[direction])
        assert base == int(paragraph), points
        assert ["x" if level == REMOVED else str(level) for level in found] == wanted.split(), points
        kept = [index for index, level in enumerate(found) if level != REMOVED]
        placed = [kept[place] for place in visual_order([found[index] for index in kept])]
        assert placed == [int(index) for index in order.split()], points


def _line(*texts: str) -> list[str]:
    return [piece.text for piece in set_lines(tuple(map(Span, texts)), 1e6, 9, Shaper(_LIBRARY))[0]]


def test_words_stand_in_the_order_of_the_page() -> None:
    assert _line("אב גד ab") == ["ab", " ", "גד", " ", "אב"]
    assert _line("ab אב 12 גד") == ["ab", " ", "גד", " ", "12", " ", "אב"]


def test_a_value_cannot_draw_its_neighbours_over() -> None:
    assert _line("אב", " 12 ", "גד") == ["אב", " ", "12", " ", "גד"]


def test_spaces_at_the_end_of_a_line_stay_at_its_end() -> None:
    lines = set_lines((Span("אבגד הוזח טיכל"),), 40, 9, Shaper(_LIBRARY))
    assert len(lines) > 1
    for line in lines[:-1]:
        assert line[-1].text == " "
        assert line[-1].level == 0
