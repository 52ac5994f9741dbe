"""The history of a record: who wrote which revision when, and which of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QFrame

from briefcase.desktop.showing import local_time
from briefcase.desktop.widgets.basics import PlainLabel, box, column
from briefcase.language import _


class RevisionLike(Protocol):
    """What is shown of one revision."""

    revision: str
    author: str
    created: str
    standing: str
    is_current: bool


def history_card(revisions: Sequence[RevisionLike]) -> QFrame:
    """Return a card with the revisions (oldest first), shown newest first."""
    lines: list[PlainLabel] = [PlainLabel(_("History"), "section")]
    for number, one in reversed(list(enumerate(revisions, start=1))):
        lines.append(PlainLabel(revision_words(number, one)))
    return box(column(*lines, margin=12, gap=4), "card")


def revision_words(number: int, one: RevisionLike) -> str:
    """Return one revision on a line: its number, when, by whom, and whether it counts."""
    state = _("as it stands") if one.is_current else _("older")
    if one.standing == "reported":
        state = _("reported by a partner, replaced nothing")
    words = _("%(number)d. %(when)s, %(author)s — %(state)s")
    return words % {"number": number, "when": local_time(one.created), "author": one.author, "state": state}
