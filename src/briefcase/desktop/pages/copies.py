"""The page Copies and journeys: copies on sticks, restoring, travel vaults and home again, deleting a case for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages import copy_panels, journey_panels, purge_panel
from briefcase.desktop.pages.acting import ActPanel
from briefcase.desktop.pages.page import Page, Stage, list_and_stage
from briefcase.desktop.showing import local_time
from briefcase.desktop.widgets.basics import PlainLabel, box, column, row
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.language import _
from briefcase.records import lattice
from briefcase.services.keeping import copies, merging
from briefcase.services.keeping.copies import Earlier
from briefcase.services.keeping.merging import Conflict
from briefcase.services.session import Session

CONFLICT = "conflict:"
Entry = tuple[str, str, str, str]


@dataclass(frozen=True)
class Kept:
    """What the page shows: earlier copies, what waits for a decision, and when a restored vault's copy was made."""

    copies: tuple[Earlier, ...]
    conflicts: tuple[Conflict, ...]
    waits: str

    @classmethod
    def of(cls, session: Session) -> Kept:
        """Gather it; called in the background."""
        return cls(tuple(copies.earlier(session)), tuple(merging.conflicts(session)), copies.waits(session))


class CopiesPage(Page):
    """What can be done at the left, with what waits for a decision; at the right what is chosen.

    Emits ``restored`` with the folder of a vault that was restored and is to be opened.
    """

    restored = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.messages = MessageBar()
        self.list = RowList(_("Copies and journeys"))
        self.right = Stage()
        self._kept: Kept | None = None
        self.list.chosen.connect(self.show_entry)
        self._build()

    @property
    def panel(self) -> ActPanel | None:
        """The panel that is shown."""
        return self.right.view if isinstance(self.right.view, ActPanel) else None

    def enter(self) -> None:
        """Be shown: load what there is."""
        self.show_banner()
        self.list.setFocus()
        self.reload()

    def forget(self) -> None:
        """Drop everything that came out of the vault, and every secret that was being typed."""
        if self.panel is not None:
            self.panel.forget()
        self._kept = None
        self.list.setEnabled(True)
        self.list.show_rows([])
        self.right.show_view(QFrame())
        self.messages.clear()

    def reload(self) -> None:
        """Load again; what stands at the right stays."""
        if self.desk.is_open:
            work = self.desk.ask(self, lambda s, _c: Kept.of(s)).superseding("copies")
            self.desk.tasks.start(work.success(self._take).failure(self.messages.fail))

    def changed(self, tone: str, words: str, more: str = "", go: str = "") -> None:
        """A panel has done its work: say so, load again, and show *go* or the same entry anew."""
        self.messages.tell(tone, words, more)
        key = go or self.list.key
        work = self.desk.ask(self, lambda s, _c: Kept.of(s)).superseding("copies")

        def take(kept: Kept) -> None:
            self._kept = kept
            self._show_rows(key)
            self._open(self.list.key)

        self.desk.tasks.start(work.success(take).failure(self.messages.fail))

    def show_banner(self) -> None:
        """Tell the banner what is visible: records that wait for a decision, and the cases of the panel."""
        if not self.isVisibleTo(self.window()) or not self.desk.is_open:
            return
        waiting = [label for one in self._conflicts() for label in (one.here.label, one.there.label)]
        self.desk.show_labels([*waiting, *(self.panel.labels() if self.panel else [])])

    def show_entry(self, key: str) -> None:
        """Show what was chosen in the list."""
        self.messages.clear()
        self._open(key)

    def _take(self, kept: Kept) -> None:
        self._kept = kept
        self._show_rows(self.list.key)
        if self.panel is None:
            self._open(self.list.key)
        self.show_banner()

    def _conflicts(self) -> tuple[Conflict, ...]:
        return self._kept.conflicts if self._kept else ()

    def _show_rows(self, keep: str) -> None:
        kept = self._kept
        if kept is None:
            return
        rows = [Row("", _("Copies")), *map(_row, _of_copies(kept))]
        rows += [Row("", _("Journeys")), *map(_row, _of_journeys())]
        if kept.conflicts:
            rows.append(Row("", _("To be decided"), note=str(len(kept.conflicts))))
            rows += [self._conflict_row(one) for one in kept.conflicts]
        rows += [Row("", _("For good")), *map(_row, _of_good())]
        known = {one.key for one in rows if one.key}
        self.list.show_rows(rows, keep if keep in known else rows[1].key)

    def _conflict_row(self, one: Conflict) -> Row:
        mark = lattice.portion(one.there.label, self.desk.session.pack)
        return Row(CONFLICT + one.revision, one.title, _("Changed at home and on the journey"), "warning", mark)

    def _open(self, key: str) -> None:
        panel = self._panel(key)
        if panel is None:
            return
        panel.busy.connect(self._hold)
        panel.shown.connect(self.show_banner)
        if isinstance(panel, copy_panels.RestorePanel):
            panel.restored.connect(self.restored)
        self.right.show_view(panel)
        self.show_banner()

    def _hold(self, on: bool) -> None:  # noqa: FBT001 - called by a signal
        """Hold the list still while a panel works; afterwards load what is there now."""
        self.list.setDisabled(on)
        if not on:
            self.reload()

    def _panel(self, key: str) -> ActPanel | None:
        kept = self._kept
        if kept is None:
            return None
        waiting = next((one for one in kept.conflicts if CONFLICT + one.revision == key), None)
        if waiting is not None:
            return journey_panels.ConflictPanel(self.desk, waiting, self.changed)
        if key == "do:copy":
            return copy_panels.SaveCopyPanel(self.desk, kept.copies, self.changed)
        makers: dict[str, Callable[..., ActPanel]] = {
            "do:restore": copy_panels.RestorePanel,
            "do:settle": copy_panels.SettlePanel,
            "do:travel": journey_panels.TravelPanel,
            "do:merge": journey_panels.MergePanel,
            "do:purge": purge_panel.PurgePanel,
        }
        return makers[key](self.desk, self.changed) if key in makers else None

    def _build(self) -> None:
        top = row(PlainLabel(_("Copies and journeys"), "heading"), 1)
        top.setContentsMargins(12, 14, 12, 10)
        middle = box(column(box(top), self.list, gap=0), "listpane")
        whole = column(Said(self.messages), list_and_stage(middle, self.right), gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.right.show_view(QFrame())


def _row(entry: Entry) -> Row:
    key, title, words, icon = entry
    return Row(key, title, words, icon)


def _of_copies(kept: Kept) -> list[Entry]:
    latest = kept.copies[0].time if kept.copies else ""
    last = _("the last one %(when)s") % {"when": local_time(latest)} if latest else _("none was made yet")
    found = [
        ("do:copy", _("Save a copy"), last, "save"),
        ("do:restore", _("Restore from a copy"), _("Into a new folder, never over this vault"), "received"),
    ]
    if kept.waits:
        words = _("nothing can be handed over before")
        found.insert(0, ("do:settle", _("After restoring: what was revoked"), words, "warning"))
    return found


def _of_journeys() -> list[Entry]:
    return [
        ("do:travel", _("Make a travel vault"), _("A few cases, under keys of their own"), "briefcase"),
        ("do:merge", _("Bring a journey home"), _("What was written in a travel vault"), "back"),
    ]


def _of_good() -> list[Entry]:
    return [("do:purge", _("Delete a case for good"), _("There is no way back"), "trash")]
