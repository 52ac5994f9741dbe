"""A line of time: events in lanes above an axis, uncertain dates as bars, crowds as one mark with their number.

No label stands on another: each event takes the lowest lane in which its mark and its label have room. Where the
lanes do not suffice, neighbours in time are gathered into clusters, ever wider ones until all have room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from briefcase.figures.cutting import Measure, cut
from briefcase.figures.days import Gap, Scale, days, scale

LANE, SIZE, AXIS = 13.0, 7.2, 26.0
"""Height of a lane, size of the labels, height of the axis under them; in points."""
LANES = 16
_GAP, _WIDEST, _MARK = 5.0, 170.0, 3.0
_TICKS = 9


@dataclass(frozen=True)
class Event:
    """What happened: a date that may be partial, the last day where it lasted, and how it is called."""

    date: str
    text: str
    until: str = ""
    red: bool = False


@dataclass(frozen=True)
class Mark:
    """An event or a cluster in its place.

    Attributes:
        left, right: the days that it may have been; equal for a day that is known.
        lane: counted from the axis upwards.
        label, label_x: what stands beside it, and where it begins.
        label_above: whether the label stands in the lane above, because it has no room beside the mark.
        count: how many events it stands for.
        certain: whether the date names a day.
        red: whether it is to be seen first.
    """

    left: float
    right: float
    lane: int
    label: str
    label_x: float
    label_above: bool = False
    count: int = 1
    certain: bool = True
    red: bool = False


@dataclass(frozen=True)
class Tick:
    """A mark of the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """A figure of time; *undated* says how many events have no date that is on a calendar."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    gaps: tuple[Gap, ...]
    undated: int


@dataclass(frozen=True)
class _Placed:
    """An event, or several, with the days that they may have been."""

    first: int
    last: int
    events: tuple[Event, ...]


def timeline(events: Sequence[Event], width: float, measure: Measure) -> Timeline | None:
    """Lay *events* out on *width* points; None where none has a date.

    The same events give the same layout, in whatever order they come.
    """
    placed = sorted(filter(None, map(_placed, events)), key=_order)
    if not placed:
        return None
    axis = scale([(each.first, each.last) for each in placed], 8.0, width - 8.0)
    reach = 0.0
    marks = _marks(placed, axis, width, measure)
    while marks is None:
        reach = reach * 1.6 or 6.0
        marks = _marks(_clusters(placed, axis, reach), axis, width, measure)
    height = (max(mark.lane + mark.label_above for mark in marks) + 1) * LANE + AXIS
    return Timeline(width, height, marks, _ticks(axis, measure), axis.gaps, len(events) - len(placed))


def _order(each: _Placed) -> tuple[int, int, str, bool, str, str]:
    event = each.events[0]
    return each.first, each.last, event.text, event.red, event.date, event.until


def _placed(event: Event) -> _Placed | None:
    found, until = days(event.date), days(event.until)
    if found is None:
        return None
    return _Placed(found[0], max(found[1], until[1] if until else 0), (event,))


def _clusters(placed: Sequence[_Placed], axis: Scale, reach: float) -> list[_Placed]:
    """Gather events whose middles stand in the same stretch of *reach* points."""

    def stretch(each: _Placed) -> int:
        return int((axis.place(each.first) + axis.place(each.last)) / 2 / reach)

    out = []
    for _which, members in groupby(sorted(placed, key=lambda each: (stretch(each), each.first)), key=stretch):
        found = list(members)
        gathered = tuple(event for each in found for event in each.events)
        out.append(_Placed(min(each.first for each in found), max(each.last for each in found), gathered))
    return out


def _marks(placed: Sequence[_Placed], axis: Scale, width: float, measure: Measure) -> tuple[Mark, ...] | None:
    """Give each a lane, and one above it to a label that has no room beside its mark; None where lanes are lacking."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(LANES)]
    marks = []
    for each in placed:
        mark = _mark(each, axis, width, measure)
        end = mark.label_x + measure(mark.label)
        edges = min(mark.left - _MARK, mark.label_x) - _GAP, max(mark.right + _MARK, end) + _GAP
        lane = _lane(taken, edges, 1 + mark.label_above)
        if lane is None:
            return None
        marks.append(replace(mark, lane=lane))
    return tuple(marks)


def _mark(each: _Placed, axis: Scale, width: float, measure: Measure) -> Mark:
    """Place a mark and its label: to the right of it, else to the left, else above."""
    left, right = axis.place(each.first), axis.place(each.last)
    count = len(each.events)
    if count > 1:
        left = right = (left + right) / 2
    label = cut(_label(each), min(_WIDEST, width / 2), measure)
    long, gap = measure(label), _GAP + (_MARK if count > 1 else 0)
    above = right + gap + long > width and left - gap - long < 0
    label_x = right + gap if right + gap + long <= width else left - gap - long
    return Mark(
        left,
        right,
        0,
        label,
        max(0.0, min((left + right - long) / 2, width - long)) if above else label_x,
        label_above=above,
        count=count,
        certain=all(len(event.date) >= len("2026-11-24") for event in each.events),
        red=any(event.red for event in each.events),
    )


def _lane(taken: list[list[tuple[float, float]]], edges: tuple[float, float], high: int) -> int | None:
    """Take the lowest *high* lanes, one upon the other, that are free between *edges*."""
    for lane in range(len(taken) - high + 1):
        asked = taken[lane : lane + high]
        if all(_is_free(each, edges) for each in asked):
            for each in asked:
                each.append(edges)
            return lane
    return None


def _is_free(lane: Sequence[tuple[float, float]], edges: tuple[float, float]) -> bool:
    return all(edges[1] <= left or edges[0] >= right for left, right in lane)


def _label(each: _Placed) -> str:
    dates = sorted({event.date for event in each.events})
    if len(each.events) > 1:
        return f"{dates[0]} – {dates[-1]}" if len(dates) > 1 else dates[0]
    return f"{dates[0]} {each.events[0].text}"


def _ticks(axis: Scale, measure: Measure) -> tuple[Tick, ...]:
    """Return the marks of the axis: years, months or days, as few as have room."""
    first, last = axis.knots[0][0], axis.knots[-1][0]
    days_, out = _round_days(first, last), []
    end = -_GAP
    for day, label in days_:
        x, half = axis.place(day), measure(label) / 2
        if any(gap.left < x < gap.right for gap in axis.gaps) or x - half < end + _GAP:
            continue
        out.append(Tick(x, label))
        end = x + half
    return tuple(out)


def _round_days(first: int, last: int) -> list[tuple[int, str]]:
    """Return days on which a tick may stand: first days of years or months, or single days."""
    start, end = date.fromordinal(max(first, 1)), date.fromordinal(min(last, date.max.toordinal()))
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 5 * 12:
        step = max(1, -(-(end.year - start.year) // (2 * _TICKS)))
        return [
            (date(year, 1, 1).toordinal(), f"{year}")
            for year in range(start.year, end.year + 1, step)
            if date(year, 1, 1).toordinal() >= first
        ]
    if months > 1:
        firsts = [
            date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 1) for n in range(months + 1)
        ]
        return [(day.toordinal(), f"{day:%Y-%m}") for day in firsts if day.toordinal() >= first]
    step = max(1, (last - first) // _TICKS)
    return [(day, date.fromordinal(day).isoformat()) for day in range(start.toordinal(), end.toordinal() + 1, step)]
