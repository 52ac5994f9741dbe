"""The Messages page: every message that went out or was kept, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages.message_view import ICONS, Pairs, said_card
from briefcase.desktop.pages.page import Page, Stage, list_and_stage, pane
from briefcase.desktop.showing import local_time, readable
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, empty_state, row
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.language import _, ngettext
from briefcase.services import disclosed, message_words, messages
from briefcase.services.messages import Listed
from briefcase.services.session import Session

_TONES = {"sent": "muted", "counts": "good", "noted": "warn"}


@dataclass(frozen=True)
class Kept:
    """One message as it is shown.

    Attributes:
        facts: what is known of it.
        says: what it says.
        about: the hand-over that a receipt speaks of, in words.
    """

    facts: Pairs
    says: Pairs
    about: tuple[str, ...] = ()


class MessagesPage(Page):
    """The list of messages, and the one that is chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.messages = MessageBar()
        self.list = RowList(_("Messages"))
        self.right = Stage()
        self._listed: dict[str, Listed] = {}
        self.list.chosen.connect(self._load)
        self._build()
        desk.messages_changed.connect(self.reload)

    def enter(self) -> None:
        """Be shown: a message carries no marking."""
        self.desk.show_labels([])
        self.reload()

    def forget(self) -> None:
        """Drop everything that came out of the vault."""
        self._listed = {}
        self.list.show_rows([])
        self.right.show_view(QFrame())
        self.messages.clear()

    def reload(self) -> None:
        """Load the messages again."""
        if self.desk.is_open:
            work = self.desk.ask(self, lambda s, _c: messages.list_messages(s)).superseding("messages")
            self.desk.tasks.start(work.success(self._take).failure(self.messages.fail))

    def _take(self, found: list[Listed]) -> None:
        self._listed = {_key(one): one for one in reversed(found)}
        self.list.show_rows([*self._rows("in", _("Received")), *self._rows("out", _("Sent"))])
        if not found:
            self.right.show_view(self._empty())
        elif self.list.key:
            self._load(self.list.key)
        else:
            self.list.choose(next(row.key for row in self.list.rows.rows if row.key))

    def _rows(self, direction: str, title: str) -> list[Row]:
        rows = [_row(key, one) for key, one in self._listed.items() if one.direction == direction]
        return [Row("", title, note=str(len(rows))), *rows] if rows else []

    def _load(self, key: str) -> None:
        if key in self._listed:
            one = self._listed[key]
            work = self.desk.ask(self, lambda s, _c: _kept(s, one)).superseding("message")
            self.desk.tasks.start(work.success(lambda kept: self._show(one, kept)).failure(self.messages.fail))

    def _show(self, one: Listed, kept: Kept) -> None:
        facts = Facts()
        facts.show_pairs((title, readable(text)) for title, text in kept.facts)
        title = message_words.type_title(one.type)
        state = PlainLabel(message_words.state_words(one.state).capitalize(), _TONES[one.state])
        top = (row(state, 1), PlainLabel(title, "title"), PlainLabel(_way(one), "muted", selectable=True))
        about = [PlainLabel(words, "section") for words in kept.about]
        self.right.show_view(box(column(pane(top, (*about, said_card(_("What it says"), kept.says), facts), title))))

    def _empty(self) -> QFrame:
        words = _(
            "Receipts that you make, and receipts, consents, recalls, requests and notices of lost keys that you keep,"
            " stand here. Open what a partner sent you under Received."
        )
        go = button(_("Go to Received"), lambda: self.desk.go.emit("received", None), icon="received")
        return empty_state(_("No messages yet"), words, go, icon="messages")

    def _build(self) -> None:
        top = row(PlainLabel(_("Messages"), "heading"), 1)
        top.setContentsMargins(12, 14, 12, 10)
        middle = box(column(box(top), self.list, gap=0), "listpane")
        whole = column(Said(self.messages), list_and_stage(middle, self.right), gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.right.show_view(QFrame())


def _key(one: Listed) -> str:
    return f"{one.direction}:{one.message_id}"


def _way(one: Listed) -> str:
    words = _("to %(partner)s") if one.direction == "out" else _("from %(partner)s")
    return words % {"partner": one.partner}


def _row(key: str, one: Listed) -> Row:
    title = message_words.type_title(one.type)
    note = local_time(one.created)[:10]
    return Row(key, title, _way(one), dict(ICONS).get(one.type, "messages"), "", note)


def _kept(session: Session, one: Listed) -> Kept:
    """Read one message out of the vault; called in the background."""
    facts, says = messages.kept_words(session, one.message_id, one.direction, one.sender)
    return Kept(facts, says, tuple(_about(session, one)))


def _about(session: Session, one: Listed) -> list[str]:
    """Return which hand-over of ours a partner's receipt speaks of."""
    if one.type != "receipt" or one.direction != "in":
        return []
    words = _("About what was sealed for %(name)s on %(when)s: %(count)s.")
    return [
        words
        % {
            "name": each.name,
            "when": local_time(each.when),
            "count": ngettext("%(count)d record", "%(count)d records", each.records) % {"count": each.records},
        }
        for each in disclosed.of_bundle(session, one.about)
        if each.receipt
    ]
