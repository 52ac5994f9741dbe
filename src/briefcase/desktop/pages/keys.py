"""The page Keys and passphrase: every way into the vault, when it was last shown to open it, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages import key_panels, rekey_panels
from briefcase.desktop.pages.acting import ActPanel
from briefcase.desktop.pages.page import Page, Stage, list_and_stage
from briefcase.desktop.showing import local_time
from briefcase.desktop.widgets.basics import PlainLabel, box, column, row
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.language import _
from briefcase.services.access import slots
from briefcase.services.access.slots import SlotInfo
from briefcase.services.session import Session

ICONS = (("passphrase", "key"), ("recovery", "document"), ("keyring", "lock"))


@dataclass(frozen=True)
class Ways:
    """What the page shows: the ways in, and when each last opened the vault."""

    slots: tuple[SlotInfo, ...]
    opened: dict[str, str]

    @classmethod
    def of(cls, session: Session) -> Ways:
        """Gather it; called in the background."""
        return cls(tuple(slots.listed(session)), slots.last_opened(session))

    def proved(self, one: SlotInfo) -> str:
        """Return when a way in was last shown to open the vault, UTC; empty when it never was."""
        return max(one.tested, self.opened.get(one.id, ""))

    def is_last(self, one: SlotInfo) -> bool:
        """Return whether no other way in of its kind is left."""
        return sum(each.kind == one.kind for each in self.slots) == 1


class KeysPage(Page):
    """The ways in at the left, below them what can be done; at the right the one that is chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.messages = MessageBar()
        self.list = RowList(_("Keys and passphrase"))
        self.right = Stage()
        self._ways: Ways | None = None
        self.list.chosen.connect(self.show_entry)
        self._build()

    @property
    def panel(self) -> ActPanel | None:
        """The panel that is shown."""
        return self.right.view if isinstance(self.right.view, ActPanel) else None

    def enter(self) -> None:
        """Be shown: nothing here is marked."""
        self.desk.show_labels([])
        self.list.setFocus()
        self.reload()

    def forget(self) -> None:
        """Drop everything that came out of the vault, and every secret that was being typed."""
        if self.panel is not None:
            self.panel.forget()
        self._ways = None
        self.list.setEnabled(True)
        self.list.show_rows([])
        self.right.show_view(QFrame())
        self.messages.clear()

    def reload(self) -> None:
        """Load the ways in again; what stands at the right stays while it works."""
        if self.desk.is_open:
            work = self.desk.ask(self, lambda s, _c: Ways.of(s)).superseding("keys")
            self.desk.tasks.start(work.success(self._take).failure(self.messages.fail))

    def changed(self, words: str, more: str = "", go: str = "") -> None:
        """A panel has changed the ways in: say so, and show *go*, or the first of them."""
        self.messages.tell("good", words, more)
        self._ways = None
        self.right.show_view(QFrame())
        self.list.show_rows([])
        work = self.desk.ask(self, lambda s, _c: Ways.of(s)).superseding("keys")
        self.desk.tasks.start(work.success(lambda ways: self._take(ways, go)).failure(self.messages.fail))

    def _take(self, ways: Ways, go: str = "") -> None:
        before, self._ways = self._ways, ways
        rows = [Row("", _("Ways into this vault"), note=str(len(ways.slots)))]
        rows += [_row(one, ways) for one in ways.slots]
        rows += [Row("", _("What you can do")), *(Row(key, title, words, icon) for key, title, words, icon in _acts())]
        keep = go or self.list.key or ways.slots[0].id
        self.list.show_rows(rows, keep)
        if self.panel is None or (before is None and not self.panel.is_busy):
            self._show(self.list.key)

    def show_entry(self, key: str) -> None:
        """Show what was chosen in the list."""
        self.messages.clear()
        self._show(key)

    def _show(self, key: str) -> None:
        ways = self._ways
        if ways is None:
            return
        chosen = next((one for one in ways.slots if one.id == key), None)
        if chosen is not None:
            panel: ActPanel = key_panels.SlotPanel(
                self.desk, chosen, ways.proved(chosen), self.changed, last=ways.is_last(chosen)
            )
        elif key in dict(_makers()):
            panel = dict(_makers())[key](self.desk, self.changed)
        else:
            return
        panel.busy.connect(self.list.setDisabled)
        self.right.show_view(panel)

    def _build(self) -> None:
        top = row(PlainLabel(_("Keys and passphrase"), "heading"), 1)
        top.setContentsMargins(12, 14, 12, 10)
        middle = box(column(box(top), self.list, gap=0), "listpane")
        whole = column(Said(self.messages), list_and_stage(middle, self.right), gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.right.show_view(QFrame())


def _row(one: SlotInfo, ways: Ways) -> Row:
    proved = ways.proved(one)
    words = _("opened or tested %(when)s") % {"when": local_time(proved)} if proved else _("never tested")
    is_old = not proved or proved < a_year_ago()
    mark = _("Test it") if is_old and one.kind == "recovery" else ""
    return Row(one.id, one.title, words, dict(ICONS).get(one.kind, "key"), mark, strong=True)


def a_year_ago() -> str:
    """Return the moment before which a test counts as long ago, UTC."""
    return (datetime.now(tz=UTC) - timedelta(days=365)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _acts() -> tuple[tuple[str, str, str, str], ...]:
    """Return (key, title, second line, icon) of what can be done."""
    return (
        ("do:test", _("Test a passphrase or a sheet"), _("Once a year, with the paper from the safe"), "check"),
        ("do:change", _("Change the passphrase"), _("The old one opens nothing any more"), "edit"),
        ("do:recovery", _("Make new recovery words"), _("To print, lock away and type back"), "print"),
        ("do:officer", _("Add a second officer"), _("With a passphrase of his own"), "contacts"),
        ("do:keyring", _("Add the keyring and a PIN"), _("Quicker, and protects less"), "lock"),
        ("do:rekey", _("Put the vault under new keys"), _("When a key may be in wrong hands"), "warning"),
        ("do:clock", _("Reset a wrong date"), _("By two persons"), "history"),
    )


Maker = Callable[[Desk, key_panels.Changed], ActPanel]


def _makers() -> tuple[tuple[str, Maker], ...]:
    return (
        ("do:test", key_panels.TestPanel),
        ("do:change", key_panels.ChangePanel),
        ("do:recovery", rekey_panels.RecoveryPanel),
        ("do:officer", key_panels.OfficerPanel),
        ("do:keyring", key_panels.KeyringPanel),
        ("do:rekey", rekey_panels.RekeyPanel),
        ("do:clock", key_panels.ClockPanel),
    )
