"""The table that the bidirectional algorithm reads: the class of every character, and which are paired brackets.

It is shipped as a resource, made from the Unicode Character Database by ``installers/unicode/make_bidi.py``.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from briefcase import resources


class Bracket(NamedTuple):
    """A paired bracket: whether it opens, and the closing one of its pair in canonical form."""

    opens: bool
    closer: str


NO_BRACKET = Bracket(opens=False, closer="")


@dataclass(frozen=True)
class Table:
    """Bidirectional classes and brackets of one Unicode version.

    Attributes:
        version: of Unicode, such as 15.1.0.
        starts: first code point of each range of one class, rising.
        classes: the class of each range, such as ``AL``.
        brackets: what each paired bracket is.
        mirrors: the character that looks like the mirror image of another.
    """

    version: str
    starts: tuple[int, ...]
    classes: tuple[str, ...]
    brackets: dict[str, Bracket] = field(default_factory=dict)
    mirrors: dict[str, str] = field(default_factory=dict)

    def class_of(self, character: str) -> str:
        """Return the bidirectional class of one character."""
        return self.classes[bisect_right(self.starts, ord(character)) - 1]

    def bracket_of(self, character: str) -> Bracket:
        """Return what bracket a character is, or ``NO_BRACKET``."""
        return self.brackets.get(character, NO_BRACKET)


@lru_cache(maxsize=1)
def bidi_table() -> Table:
    """Return the shipped table.

    Raises:
        ResourceError: its file is missing.
    """
    version = ""
    ranges: list[tuple[int, str]] = []
    brackets: dict[str, Bracket] = {}
    mirrors: dict[str, str] = {}
    for line in resources.path("unicode", "bidi.txt").read_text(encoding="ascii").splitlines():
        kind, *words = line.split()
        if kind == "unicode":
            version = words[0]
        elif kind == "class":
            ranges.append((int(words[0], 16), words[1]))
        elif kind in ("open", "close"):
            brackets[chr(int(words[0], 16))] = Bracket(kind == "open", chr(int(words[1], 16)))
        elif kind == "mirror":
            mirrors[chr(int(words[0], 16))] = chr(int(words[1], 16))
    starts, names = zip(*ranges, strict=True)
    return Table(version, starts, names, brackets, mirrors)
