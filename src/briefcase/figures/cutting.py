"""Names that are too long for their place, cut so that it can be seen."""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""Width of a short text on one line, in points, in the size of the figure."""


def cut(text: str, width: float, measure: Measure) -> str:
    """Return *text* on one line, shortened with an ellipsis to at most *width* points; empty where not even that fits.

    The longest part that fits is looked for by halving, so that a long text costs few measurements.
    """
    line = " ".join(text.split())
    if measure(line) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(line[:middle].rstrip() + "…") <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…" if low else ""
