"""Help with asking: filters to put into the search field, chips for those in it, and questions kept under a name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QPushButton

from briefcase.desktop import icons
from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.page import pane
from briefcase.desktop.widgets.basics import PlainLabel, box, button, clear, column, row
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.search import SearchField
from briefcase.errors import BriefcaseError
from briefcase.language import _, hint, sentence
from briefcase.records.fields import kind_title
from briefcase.records.kinds import KINDS
from briefcase.records.query import filters_in
from briefcase.services.finding import searching
from briefcase.vault.saved import SavedSearch


def filter_words() -> tuple[tuple[str, str], ...]:
    """Return (key, what it narrows down to, with an example) of the filters, the most used first."""
    return (
        ("country", _("Country, such as KZ or Kazakhstan")),
        ("hs", _("HS code, such as 8542")),
        ("eccn", _("Control code, such as 3A001")),
        ("after", _("From a day on, such as 2023-06")),
        ("before", _("Before a day, such as 2024")),
        ("date", _("On a day, in a month or year")),
        ("originator", _("Originator, such as USA")),
        ("label", _("Word of a marking, such as orcon")),
        ("rel", _("Releasable to, such as GBR")),
        ("case", _("In a case, its title in quotes")),
    )


class SearchTools(QFrame):
    """Stands below a search field: what helps to ask, what is asked, and why it cannot be read.

    Signals:
        manage: the saved questions are to be shown.
        said: (tone, words) of something that was saved.
    """

    manage = Signal()
    said = Signal(str, str)

    def __init__(self, desk: Desk, search: SearchField, *, saving: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._search = search
        self._saved: list[SavedSearch] = []
        self.filters = self._menu_button(_("Filters"), _("Narrow the search down"))
        self.saved = self._menu_button(_("Saved"), _("Saved searches"))
        self.saved.setVisible(saving)
        self._fill_filters()
        self._chip_frame = flow()
        self._trouble = PlainLabel(role="warn")
        self._trouble.hide()
        self.name = QLineEdit()
        self.name.setAccessibleName(_("Name for this search"))
        self.name.setPlaceholderText(_("Name for this search"))
        self.name.returnPressed.connect(self.keep)
        self._naming = self._naming_row()
        self._naming.hide()
        self.setLayout(
            column(row(self.filters, self.saved, 1, gap=4), self._chip_frame, self._naming, self._trouble, gap=4)
        )
        search.textChanged.connect(lambda _text: self._show_chips())
        self._show_chips()

    def forget(self) -> None:
        """Drop what came out of the vault."""
        self._saved = []
        self._naming.hide()
        self.tell_trouble(None)
        self._fill_saved()

    def tell_trouble(self, error: BriefcaseError | None) -> None:
        """Say in small why a question cannot be read yet; it may be half typed."""
        self._trouble.setText(f"{sentence(error)} {hint(error)}" if error is not None else "")
        self._trouble.setVisible(error is not None)

    def reload(self) -> None:
        """Load the saved questions."""
        if self._desk.is_open:
            work = self._desk.ask(self, lambda s, _c: searching.saved(s)).superseding("saved")
            self._desk.tasks.start(work.success(self._take))

    def ask_name(self) -> None:
        """Ask under which name the question in the field is to be kept."""
        self._naming.show()
        self.name.setFocus()

    def keep(self) -> None:
        """Keep the question in the field under the name that was written."""
        name, text = self.name.text(), self._search.text()

        def done(kept: SavedSearch) -> None:
            self._naming.hide()
            self.name.clear()
            self.said.emit("good", _("Saved: %(name)s") % {"name": kept.name})
            self.reload()

        work = self._desk.ask(self, lambda s, _c: searching.save(s, name, text))
        self._desk.tasks.start(work.success(done).failure(self.tell_trouble))

    def insert(self, key: str, value: str = "") -> None:
        """Put a filter behind what stands in the field; without a value the cursor waits for it."""
        before = self._search.text().rstrip()
        text = f"{before} {key}:{value}".lstrip()
        if value:
            self._search.setText(text)
        else:
            self._search.settle(text)  # nothing is asked before the value is there
        self._search.setFocus()
        self._search.setCursorPosition(len(text))

    def take_out(self, place: int) -> None:
        """Take one filter out of the question."""
        text = self._search.text()
        piece = filters_in(text)[place]
        self._search.setText(" ".join(f"{text[: piece.start]} {text[piece.end :]}".split()))
        self._search.setFocus()

    def _take(self, found: list[SavedSearch]) -> None:
        self._saved = found
        self._fill_saved()

    def _show_chips(self) -> None:
        layout = self._chip_frame.layout()
        if layout is None:
            return
        clear(layout)
        found = filters_in(self._search.text())
        for place, piece in enumerate(found):
            words = f"{piece.key}: {piece.value or '…'}"
            name = _("Take out the filter %(filter)s") % {"filter": words}
            chip = button(words, partial(self.take_out, place), role="chip", icon="close", name=name, tip=name)
            layout.addWidget(chip)
        self._chip_frame.setVisible(bool(found))

    def _menu_button(self, words: str, name: str) -> QPushButton:
        made = button(words, role="flat", name=name)
        made.setMenu(QMenu(made))
        return made

    def _fill_filters(self) -> None:
        menu = self.filters.menu()
        kinds = QMenu(_("Kind of record"), menu)
        for kind in KINDS:
            act = kinds.addAction(icons.icon(kind), kind_title(kind))
            act.triggered.connect(lambda _on=False, kind=kind: self.insert("kind", kind))
        menu.addMenu(kinds)
        for key, words in filter_words():
            act = menu.addAction(f"{key}:    {words}".replace("&", "&&"))
            act.triggered.connect(lambda _on=False, key=key: self.insert(key))

    def _fill_saved(self) -> None:
        menu = self.saved.menu()
        menu.clear()
        for one in self._saved:
            act = menu.addAction(one.name.replace("&", "&&"))
            act.setToolTip(one.query)
            act.triggered.connect(lambda _on=False, one=one: self._search.setText(one.query))
        if not self._saved:
            menu.addAction(_("None yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(_("Save this search…")).triggered.connect(lambda _on=False: self.ask_name())
        menu.addAction(_("Rename or remove…")).triggered.connect(lambda _on=False: self.manage.emit())

    def _naming_row(self) -> QFrame:
        go = button(_("Save"), self.keep, role="primary", name=_("Save this search"))
        leave = button("", self._leave_naming, role="flat", icon="close", name=_("Do not save this search"))
        line = row(self.name, go, leave, gap=4)
        line.setStretch(0, 1)
        return box(line)

    def _leave_naming(self) -> None:
        self._naming.hide()
        self.tell_trouble(None)
        self._search.setFocus()


class SavedPanel(QFrame):
    """The saved questions, each to be asked, renamed or removed.

    Signals:
        ask: a question is to be asked.
        changed: one was renamed or removed.
        left: the officer goes back.
    """

    ask = Signal(str)
    changed = Signal()
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.messages = MessageBar()
        self._list = column(gap=10)
        back = button(_("Back"), self.left.emit, role="flat", icon="back")
        top = (row(back, 1), PlainLabel(_("Saved searches"), "title"))
        self.setLayout(column(pane(top, (self.messages, box(self._list)), _("Saved searches"))))
        self.reload()

    def reload(self) -> None:
        """Load the questions."""
        work = self._desk.ask(self, lambda s, _c: searching.saved(s)).superseding("saved-list")
        self._desk.tasks.start(work.success(self._show).failure(self.messages.fail))

    def rename(self, name: str, new: str) -> None:
        """Keep a question under another name."""
        self._do(lambda s: searching.rename(s, name, new))

    def remove(self, name: str) -> None:
        """Forget a question."""
        self._do(lambda s: searching.forget(s, name))

    def _do(self, act: Callable[..., object]) -> None:
        def done(_result: object) -> None:
            self.messages.clear()
            self.changed.emit()
            self.reload()

        self._desk.tasks.start(self._desk.ask(self, lambda s, _c: act(s)).success(done).failure(self.messages.fail))

    def _show(self, found: list[SavedSearch]) -> None:
        clear(self._list)
        for one in found:
            self._list.addWidget(self._card(one))
        if not found:
            words = _("None is saved yet. Search for something, then choose Saved, Save this search.")
            self._list.addWidget(PlainLabel(words, "muted"))

    def _card(self, one: SavedSearch) -> QFrame:
        name = QLineEdit(one.name)
        facts = {"name": one.name}
        name.setAccessibleName(_("Name of the search %(name)s") % facts)
        name.returnPressed.connect(lambda: self.rename(one.name, name.text()))
        ask = button(
            _("Ask it"),
            lambda: self.ask.emit(one.query),
            role="primary",
            icon="search",
            name=_("Ask: %(name)s") % facts,
        )
        rename = button(_("Rename"), lambda: self.rename(one.name, name.text()), name=_("Rename %(name)s") % facts)
        remove = button(_("Remove"), lambda: self.remove(one.name), icon="trash", name=_("Remove %(name)s") % facts)
        line = row(name, rename, remove, ask, gap=6)
        line.setStretch(0, 1)
        return box(column(line, PlainLabel(one.query, "mono", selectable=True), margin=14, gap=8), "card")
