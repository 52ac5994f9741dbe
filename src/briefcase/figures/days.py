"""Dates that may stop at the year or the month, as days; and a scale of time whose long gaps are folded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from briefcase.records import facets

_LONG = 0.3
"""Part of the whole time that a gap must be longer than to be folded."""
_FOLDED = 0.06
"""Part of the width that a folded gap keeps."""
_SHORTEST = 30
"""Days that are never folded."""
_MOST = 3
"""Gaps that are folded at most."""


def days(partial: str) -> tuple[int, int] | None:
    """Return the first and last day that ``2026``, ``2026-11`` or ``2026-11-24`` may mean, as ordinals.

    None for an empty date or one that is on no calendar; what follows a day (a time) is not looked at.
    """
    try:
        span = facets.span_of(partial[: len("2026-11-24")])
        return date.fromisoformat(span.first).toordinal(), date.fromisoformat(span.last).toordinal()
    except ValueError:
        return None


@dataclass(frozen=True)
class Gap:
    """A folded stretch of time: how many days no event touches, and where it stands."""

    empty: int
    left: float
    right: float


@dataclass(frozen=True)
class Scale:
    """Days to places: knots of (day, place), straight between them; and the gaps that are folded."""

    knots: tuple[tuple[int, float], ...]
    gaps: tuple[Gap, ...]

    def place(self, day: int) -> float:
        """Return where a day stands."""
        at = bisect_right(self.knots, (day, float("inf"))) - 1
        at = min(max(at, 0), len(self.knots) - 2)
        (first, left), (last, right) = self.knots[at], self.knots[at + 1]
        return left + (right - left) * min(max((day - first) / (last - first), 0.0), 1.0)


def scale(spans: Iterable[tuple[int, int]], left: float, right: float) -> Scale:
    """Return the scale on which *spans* of days (at least one) fill the places from *left* to *right*."""
    ordered = sorted(spans)
    first, last = ordered[0][0], max(end for _start, end in ordered)
    if first == last:
        first, last = first - 1, last + 1
    margin = 1 + (last - first) // 50
    gaps = {(start + margin, end - margin): end - start for start, end in _gaps(ordered, (last - first) * _LONG)}
    shown = (last - first) - sum(end - start for start, end in gaps)
    unit = (right - left) * (1 - _FOLDED * len(gaps)) / shown
    stops = sorted({first, last, *(day for gap in gaps for day in gap)})
    knots, folded = [(first, left)], []
    for start, end in pairwise(stops):
        place = knots[-1][1]
        if (start, end) in gaps:
            knots.append((end, place + (right - left) * _FOLDED))
            folded.append(Gap(gaps[start, end], place, knots[-1][1]))
        else:
            knots.append((end, place + (end - start) * unit))
    return Scale(tuple(knots), tuple(folded))


def _gaps(ordered: list[tuple[int, int]], least: float) -> list[tuple[int, int]]:
    """Return the longest stretches of more than *least* days that no span touches, in order of time."""
    found, reached = [], ordered[0][1]
    for start, end in ordered[1:]:
        if start - reached > max(least, _SHORTEST):
            found.append((reached, start))
        reached = max(reached, end)
    longest = sorted(found, key=lambda gap: (gap[0] - gap[1], gap))[:_MOST]
    return sorted(longest)
