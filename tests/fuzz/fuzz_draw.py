"""Bytes of a fuzzer as decisions: numbers, choices, and edits of JSON trees that byte edits hardly reach."""

from __future__ import annotations

import copy
import json
from typing import Any

Path = tuple[Any, ...]

_TEXTS = (
    "",
    "x",
    "A" * 300,
    "\u202eevil",
    "e\u0301",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "../../etc/passwd",
    "CON",
    "attachments/" + "0" * 64,
    "extensions/time-lock",
    "0" * 32,
    "f" * 64,
    "F" * 64,
    "0" * 8,
    "9" * 16,
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "\uff12\uff10\uff12\uff16-11-24T06:02:56Z",
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31,
    2**32 - 1,
    2**53 - 1,
    2**53,
    -(2**63),
    10**30,
    1.5,
    [],
    {},
    [[]],
    {"": {}},
    [0] * 70,
    [{}] * 70,
    *_TEXTS,
)


class Draw:
    """A supply of decisions from bytes; when they run out, every decision is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._data) - self._at

    def bytes(self, count: int) -> bytes:
        """Return up to *count* bytes."""
        found = self._data[self._at : self._at + count]
        self._at += len(found)
        return found

    def number(self, low: int, high: int) -> int:
        """Return a number from *low* to *high*, both included, off as few bytes as it takes."""
        span = high - low + 1
        width = max(1, ((span - 1).bit_length() + 7) // 8)
        return low + int.from_bytes(self.bytes(width), "big") % span

    def pick(self, values: Any) -> Any:  # noqa: ANN401 - of any kind
        """Return one of *values*."""
        return values[self.number(0, len(values) - 1)]

    def yes(self) -> bool:
        """Return True or False."""
        return self.number(0, 1) == 1

    def blob(self) -> bytes:
        """Return some bytes, their count drawn before."""
        return self.bytes(self.number(0, 255))


def _places(tree: Any) -> list[Path]:  # noqa: ANN401 - JSON
    """Return the path of every node below the root."""
    found: list[Path] = []
    left: list[tuple[Path, Any]] = [((), tree)]
    while left:
        path, node = left.pop()
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        inner = [((*path, key), value) for key, value in items]
        found += [each for each, _ in inner]
        left += inner
    return found


def _at(tree: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    for key in path:
        tree = tree[key]
    return tree


def _deep(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def _value(draw: Draw, tree: Any, places: list[Path]) -> Any:  # noqa: ANN401 - JSON
    """Return a value from the table, from elsewhere in the tree, or drawn."""
    how = draw.number(0, 5)
    if how == 0:
        return draw.blob().decode("latin-1")
    if how == 1 and places:
        return copy.deepcopy(_at(tree, draw.pick(places)))
    if how == 2:
        return draw.number(-(2**54), 2**54)
    if how == 3:
        return _deep(draw.pick((3, 15, 16, 17, 63, 64, 65, 120)))
    return copy.deepcopy(draw.pick(_VALUES))


def _edit(draw: Draw, tree: Any) -> None:  # noqa: ANN401 - JSON
    """Change one node of *tree* in place."""
    places = _places(tree)
    if not places:
        return
    path = draw.pick(places)
    parent, key = _at(tree, path[:-1]), path[-1]
    how = draw.number(0, 5)
    if how == 0:
        del parent[key]
    elif how == 1 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[draw.number(0, len(parent) - 1)]))
    elif how == 2 and isinstance(parent, list):
        other = draw.number(0, len(parent) - 1)
        parent[key], parent[other] = parent[other], parent[key]
    elif how == 3 and isinstance(parent, dict):
        parent[draw.pick(("critical", "extensions", "suite", "x", "time-lock", "", "\ue000", "\U0001f600"))] = _value(
            draw, tree, places
        )
    elif how == 4 and isinstance(parent[key], str) and parent[key]:
        text, at = parent[key], draw.number(0, len(parent[key]) - 1)
        parent[key] = text[:at] + draw.blob().decode("latin-1") + text[at + draw.number(0, 3) :]
    elif how == 4 and type(parent[key]) is int:
        parent[key] = draw.pick((0, -1, -parent[key], parent[key] - 1, parent[key] + 1))
    else:
        parent[key] = _value(draw, tree, places)


def edited(draw: Draw, tree: Any, most: int = 4) -> Any:  # noqa: ANN401 - JSON
    """Return a copy of *tree* with up to *most* edits."""
    changed = copy.deepcopy(tree)
    for _ in range(draw.number(0, most)):
        _edit(draw, changed)
    return changed


def spelled(draw: Draw, tree: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return *tree* as JSON, canonical but for what was drawn: ASCII escapes, blanks, another order, loose bytes."""
    way = draw.number(0, 15)
    text = json.dumps(
        tree,
        ensure_ascii=way == 1,
        sort_keys=way != 2,
        separators=(", ", ": ") if way == 3 else (",", ":"),
    )
    data = text.encode("utf-8", "surrogatepass")
    if way == 4:
        at = draw.number(0, len(data))
        data = data[:at] + draw.blob() + data[at + draw.number(0, 9) :]
    return data
