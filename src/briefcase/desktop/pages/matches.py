"""What stops a hand-over: texts that name what is withheld, files that cannot be searched, and the word on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame

from briefcase.desktop.widgets.basics import PlainLabel, button, column, row
from briefcase.desktop.widgets.ticklist import TickList
from briefcase.language import _, ngettext
from briefcase.records.fields import kind_title
from briefcase.services.clearing.matches import Match
from briefcase.services.messaging.mentions import Mention

_ROW = 84
_ROWS = 3


class MatchesCard(QFrame):
    """The open matches with a tick each, and two ways on; the third is to reword the text.

    Args:
        matches: at least one.
        let_go: gets the numbers of those that the officer looked at and lets go.
        leave_out: gets the ids of the records that are to stay.
    """

    def __init__(
        self,
        matches: Sequence[Match],
        let_go: Callable[[tuple[str, ...]], None],
        leave_out: Callable[[tuple[str, ...]], None],
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._records = {one.id: one.record_id for one in matches}
        self.ticks = TickList(_("Texts and files to look at"))
        self.ticks.offer([(one.id, *_words(one)) for one in matches], ())
        self.ticks.setFixedHeight(_ROW * min(len(matches), _ROWS))
        self.ticks.changed.connect(self._follow)
        self.confirm = button(_("I looked at these: they may go"), lambda: let_go(self.ticks.ticked()))
        self.leave = button(_("Leave their records out"), lambda: leave_out(self._ticked_records()))
        count = len(matches)
        words = ngettext(
            "%(count)d text or file may betray what is withheld",
            "%(count)d texts or files may betray what is withheld",
            count,
        ) % {"count": count}
        why = _("Nothing is sealed before each was looked at. Reword the text in its record, or tick it here.")
        self.setLayout(
            column(
                PlainLabel(words, "section"),
                PlainLabel(why, "muted"),
                self.ticks,
                row(self.confirm, self.leave, 1),
                margin=14,
                gap=8,
            )
        )
        self._follow()

    def _ticked_records(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._records[key] for key in self.ticks.ticked()))

    def _follow(self) -> None:
        for each in (self.confirm, self.leave):
            each.setEnabled(bool(self.ticks.ticked()))


class NamesCard(QFrame):
    """The names in purpose and caveat that a recipient does not know, and two ways on: reword, or accept exactly these.

    Args:
        mentions: at least one.
        accept: gets them as they are shown here.
        reword: gets the place of the first.
    """

    def __init__(
        self,
        mentions: Sequence[Mention],
        accept: Callable[[frozenset[Mention]], None],
        reword: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        shown = frozenset(mentions)
        self.accept = button(_("They may read these names: seal"), lambda: accept(shown))
        self.reword = button(_("Reword"), lambda: reword(mentions[0].place))
        count = len(mentions)
        words = ngettext(
            "%(count)d name in your words is not known to a recipient",
            "%(count)d names in your words are not known to a recipient",
            count,
        ) % {"count": count}
        why = _(
            "Nothing is sealed yet. Word it otherwise, or say that they may read exactly these; the log keeps that."
        )
        self.lines = [PlainLabel(_mention_words(one)) for one in mentions]
        self.setLayout(
            column(
                PlainLabel(words, "section"),
                PlainLabel(why, "muted"),
                *self.lines,
                row(self.reword, self.accept, 1),
                margin=14,
                gap=8,
            )
        )


def _mention_words(one: Mention) -> str:
    """Return where what is named to whom."""
    places = {"purpose": _("Purpose"), "caveat": _("To be minded by the recipient")}
    return _("%(place)s: %(words)s (%(kind)s), not known to %(name)s") % {
        "place": places.get(one.place, one.place),
        "words": one.words,
        "kind": kind_title(one.kind),
        "name": one.contact,
    }


def _words(match: Match) -> tuple[str, str]:
    """Return whose text for whom, and why it is shown."""
    why = (
        _("%(field)s names what is withheld: %(titles)s.")
        if match.targets
        else _("The file cannot be searched. Look through it for what is withheld.")
    )
    facts = {"field": match.field, "titles": "; ".join(match.titles)}
    return _("%(title)s, for %(name)s") % {"title": match.title, "name": match.name}, why % facts
