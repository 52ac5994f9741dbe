"""What was handed over and whether it was acknowledged; files that were begun and do not stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from briefcase.desktop.showing import count_words, local_time
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, row
from briefcase.desktop.widgets.inline import InlineQuestion
from briefcase.language import _, ngettext
from briefcase.services import disclosed, outgoing
from briefcase.services.disclosed import Handed
from briefcase.services.outgoing import Unfinished


def handed_card(found: Sequence[Handed]) -> QFrame:
    """Return a card with the hand-overs of a case, the latest first."""
    parts: list[QFrame | PlainLabel] = [PlainLabel(_("Handed over"), "section")]
    parts += [handed_line(one) for one in reversed(found)]
    if not found:
        parts.append(PlainLabel(_("Nothing of this case was handed over yet."), "muted"))
    return box(column(*parts, margin=12, gap=10), "card")


def handed_line(one: Handed) -> QFrame:
    """Return one hand-over: when, to whom, how much, and whether a receipt has come."""
    words = _("%(when)s, %(name)s: %(count)s") % {
        "when": local_time(one.when),
        "name": one.name,
        "count": count_words(one.records),
    }
    if one.shortened:
        more = ngettext("%(count)d of them in part", "%(count)d of them in part", one.shortened)
        words += f", {more % {'count': one.shortened}}"
    return box(column(PlainLabel(words, selectable=True), receipt_label(one), gap=1))


def receipt_label(one: Handed) -> PlainLabel:
    """Return the sentence about the receipt, coloured by whether there is one."""
    label = PlainLabel(disclosed.words(one), "good" if one.receipt else "warn")
    if one.receipt:
        label.setToolTip(local_time(one.receipt))
    return label


class UnfinishedCard(QFrame):
    """Files that were begun and do not stand; each can be settled.

    Signals:
        settled: one is to be settled, and whether the officer said that its stick is gone.
    """

    settled = Signal(object, bool)

    def __init__(self, found: Sequence[Unfinished]) -> None:
        super().__init__()
        self.setProperty("tone", "warn")
        self.question = InlineQuestion()
        parts = [part for one in found for part in (PlainLabel(outgoing.words(one)), self._buttons(one))]
        title = PlainLabel(_("Sealing was interrupted"), "strong")
        self.setLayout(column(title, *parts, self.question, margin=14, gap=8))

    def _buttons(self, one: Unfinished) -> QFrame:
        clean = button(
            _("Remove what is left"),
            lambda: self.settled.emit(one, False),  # noqa: FBT003 - a signal has no names
            icon="trash",
            name=_("Remove what is left of %(name)s") % {"name": one.name},
        )
        gone = button(
            _("The stick is gone…"),
            lambda: self._ask(one),
            name=_("The stick of %(name)s is gone") % {"name": one.name},
        )
        return box(row(clean, gone, 1))

    def _ask(self, one: Unfinished) -> None:
        words = _("%(name)s is taken from this list without looking for it. Who holds the stick may hold the file.")
        self.question.ask(
            words % {"name": one.name},
            _("It is gone"),
            lambda: self.settled.emit(one, True),  # noqa: FBT003 - a signal has no names
        )
