"""Letters for buttons: Alt and the underlined letter press a button of what is shown, without a table to keep."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

_SKIPPED = ("side",)


def give_letters(root: QWidget) -> None:
    """Give each button and tick below *root* a letter of its own words, the first one that is free."""
    taken: set[str] = set()
    for made in root.findChildren(QWidget):
        if isinstance(made, (QPushButton, QCheckBox)) and made.property("role") not in _SKIPPED:
            words = made.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
            made.setText(lettered(words, taken))


def lettered(words: str, taken: set[str]) -> str:
    """Return *words* with ``&`` before the letter that presses it, beginnings of words first; *taken* grows by it."""
    starts = [place for place, letter in enumerate(words) if not place or words[place - 1] == " "]
    rest = [place for place in range(len(words)) if place not in starts]
    for place in (*starts, *rest):
        letter = words[place].casefold()
        if letter.isalpha() and letter.isascii() and letter not in taken:
            taken.add(letter)
            return f"{words[:place].replace('&', '&&')}&{words[place:].replace('&', '&&')}"
    return words.replace("&", "&&")
