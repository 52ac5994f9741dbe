"""Which names stand in a text, in whatever script and spelling either is written; what is found is for an officer.

Both are folded (``folding.py``), word by word, into as many rows of tokens as there are ways to write them in Latin
letters. A name stands in a text when one of its rows stands in one of the text's as whole tokens side by side. Names of
fewer than four letters or digits (two in Chinese or Japanese) are not looked for: they would be found everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefcase.records.folding import query_tokens

_LEAST, _LEAST_WIDE = 4, 2
_WIDE = "\u2e80"


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text to look for names in.

    Attributes:
        rows: its ways of writing, each as tokens with a blank before and behind every one.
        tokens: every token of them.
    """

    rows: tuple[str, ...]
    tokens: frozenset[str]


def folded_text(text: str) -> FoldedText:
    """Return *text* made ready to look for names in."""
    rows = tuple(f" {row} " for row in _rows(text))
    return FoldedText(rows, frozenset(token for row in rows for token in row.split()))


def stands_in(name: str, text: FoldedText) -> bool:
    """Return whether *name* is long enough to be looked for and stands in *text* as whole words."""
    return any(_is_long_enough(row) and any(f" {row} " in each for each in text.rows) for row in _rows(name))


def may_stand_in(folded: str, text: FoldedText) -> bool:
    """Return whether a name may stand in *text*, from what ``folding.fold`` made of it; never no where it does."""
    if not folded.isascii():
        return not text.tokens.isdisjoint(folded.split())
    return folded.partition(" ")[0] in text.tokens and any(f" {folded} " in row for row in text.rows)


def names_in(names: Iterable[str], text: FoldedText) -> list[str]:
    """Return those of *names* that stand in *text*, each once, in their order."""
    return [name for name in dict.fromkeys(names) if stands_in(name, text)]


def _rows(text: str) -> list[str]:
    """Return the ways to write a text, as tokens with one blank between: its own script first, each once."""
    words = query_tokens(text)
    count = max(map(len, words), default=0)
    rows = (" ".join(word[min(row, len(word) - 1)] for word in words) for row in range(count))
    return list(dict.fromkeys(rows))


def _is_long_enough(row: str) -> bool:
    bare = row.replace(" ", "")
    return len(bare) >= (_LEAST_WIDE if any(letter >= _WIDE for letter in bare) else _LEAST)
