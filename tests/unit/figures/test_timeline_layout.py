"""Layouts of a line of time: nothing stands on anything else, nothing is lost, and order does not matter."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.figures.cutting import cut
from briefcase.figures.days import days, scale
from briefcase.figures.happened import happened
from briefcase.figures.timeline import LANES, Event, Mark, timeline
from briefcase.records.kinds import Operation, Party, RedFlag, Shipment
from briefcase.records.label import Label
from briefcase.records.values import Leg

WIDTH = 480.0
LABEL = Label(marking="O", policy="GBR", level="OFFICIAL")


def _measure(text: str) -> float:
    return 3.6 * len(text)


_DATES = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.sampled_from(("2026", "2026-02", "2024-02-29", "2026-11-24", "2026-11-25", "1999-12")),
)
_EVENTS = st.lists(st.builds(Event, _DATES, st.text("ab ش深", max_size=60), red=st.booleans()), max_size=60)


def _boxes(mark: Mark) -> list[tuple[int, float, float]]:
    """Return lane, left and right of the mark and of its label."""
    label = mark.lane + mark.label_above
    return [(mark.lane, mark.left, mark.right), (label, mark.label_x, mark.label_x + _measure(mark.label))]


@settings(max_examples=150, deadline=None)
@given(_EVENTS)
def test_nothing_stands_on_anything_else_and_nothing_is_lost(events: list[Event]) -> None:
    found = timeline(events, WIDTH, _measure)
    if not events:
        assert found is None
        return
    assert found is not None
    assert sum(mark.count for mark in found.marks) + found.undated == len(events)
    boxes = [box for mark in found.marks for box in _boxes(mark)]
    for lane, left, right in boxes:
        assert lane < LANES
        assert left >= -0.01
        assert right <= WIDTH + 0.01
    for (lane, left, right), (other, start, end) in combinations(boxes, 2):
        assert lane != other or right <= start + 0.01 or end <= left + 0.01


@settings(max_examples=60, deadline=None)
@given(_EVENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_events_come_changes_nothing(events: list[Event], chance: random.Random) -> None:
    mixed = list(events)
    chance.shuffle(mixed)
    assert timeline(mixed, WIDTH, _measure) == timeline(events, WIDTH, _measure)


def test_300_events_become_clusters_that_count_them_all() -> None:
    events = [Event(f"20{10 + n % 15}-{n % 12 + 1:02}-{n % 28 + 1:02}", f"event {n}") for n in range(300)]
    found = timeline(events, WIDTH, _measure)
    assert found is not None
    assert sum(mark.count for mark in found.marks) == 300
    assert 5 < len(found.marks) < 60


def test_a_month_is_a_bar_and_a_day_is_a_point() -> None:
    found = timeline([Event("2026-03", "month"), Event("2026-01-05", "day")], WIDTH, _measure)
    assert found is not None
    day, month = found.marks
    assert (day.certain, month.certain) == (True, False)
    assert day.left == day.right
    assert month.right - month.left > 20


def test_a_long_gap_is_folded_and_says_its_days() -> None:
    found = timeline([Event("1998-01-01", "a"), Event("2026-01-01", "b"), Event("2026-03-01", "c")], WIDTH, _measure)
    assert found is not None
    assert [gap.empty for gap in found.gaps] == [10227]
    assert found.gaps[0].right - found.gaps[0].left < WIDTH * 0.07


def test_a_day_that_is_on_no_calendar_is_counted_apart() -> None:
    assert days("2026-02-31") is None
    found = timeline([Event("2026-02-31", "a"), Event("2026-02-28", "b")], WIDTH, _measure)
    assert found is not None
    assert found.undated == 1


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 400)), min_size=1, max_size=30))
def test_time_never_runs_backwards(spans: list[tuple[int, int]]) -> None:
    made = scale([(start, start + length) for start, length in spans], 0, WIDTH)
    places = [made.place(day) for day in sorted({day for start, length in spans for day in (start, start + length)})]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] <= WIDTH + 0.01


@given(st.text(max_size=80), st.floats(0, 200))
def test_a_cut_name_fits_and_is_seen_to_be_cut(text: str, width: float) -> None:
    line = " ".join(text.split())
    short = cut(text, width, _measure)
    assert _measure(short) <= width or not line
    assert short == line or short.endswith("…") or not short


def test_legs_tasks_and_the_action_day_are_events() -> None:
    legs = (Leg(origin="Linz", destination="Wien", date="2026-01-02", status="diverted"), Leg(origin="Wien"))
    records = [
        Shipment(id="s", label=LABEL, title="Goods", legs=legs),
        Operation(id="o", label=LABEL, title="Lantern", start="2026-02", action_day="2026-02-10"),
        RedFlag(id="f", label=LABEL, fact="Cash", date="2025"),
        Party(id="p", label=LABEL),
    ]
    found = [(record.id, event.date, event.red) for record, event in happened(records, lambda record: record.id)]
    assert found == [
        ("s", "2026-01-02", True),
        ("o", "2026-02", False),
        ("o", "2026-02-10", True),
        ("f", "2025", True),
    ]
