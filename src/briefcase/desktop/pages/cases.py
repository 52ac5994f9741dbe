"""The Cases page: find anything, open a case, read and write its records.

In the middle stands a list with a search field: first all cases (and what a search finds in the whole vault), then,
when a case is open, its records by kind. On the right stands what the cursor is on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QMenu, QPushButton

from briefcase.desktop import icons
from briefcase.desktop.desk import Desk
from briefcase.desktop.forms.record_form import RecordForm, Writing
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.case_right import CaseRight
from briefcase.desktop.pages.loading import Alone, Found, OpenCase, load_alone, load_case, load_hits
from briefcase.desktop.pages.page import Page, list_and_stage
from briefcase.desktop.pages.searches import SavedPanel, SearchTools
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, row
from briefcase.desktop.widgets.messages import MessageBar
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.desktop.widgets.search import SearchField
from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext
from briefcase.records.fields import kind_title
from briefcase.records.kinds import KINDS, Case, Record, kind_of
from briefcase.records.label import Label
from briefcase.services import cases
from briefcase.services.errors import CaseUnknown
from briefcase.services.session import Session

HITS = 200


class CasesPage(Page):
    """All cases, one case, one record."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._all: list[Any] = []
        self._hit_labels: tuple[Label, ...] = ()
        self._returning: Writing | None = None
        self.case: OpenCase | None = None
        self.list = RowList(_("Cases and records"))
        self.search = SearchField(_("Find a name, a number, a word"), self.list)
        self.tools = SearchTools(desk, self.search)
        self.right = CaseRight(self)
        self._title = PlainLabel(_("Cases"), "heading")
        self._count = PlainLabel(role="small")
        self._up = button(_("All cases"), self.show_all, role="flat", icon="back")
        self._new = button(_("New case"), self.new, icon="plus")
        self._add = self._add_menu()
        self.messages = MessageBar()
        self._build()
        self.search.asked.connect(self._on_search)
        self.tools.manage.connect(self._manage_saved)
        self.tools.said.connect(self.messages.tell)
        self.list.chosen.connect(self._on_chosen)
        self.list.opened.connect(self._on_opened)
        desk.records_changed.connect(self.reload)

    def enter(self) -> None:
        """Be shown: load the cases if there are none yet."""
        if not self._all and self.case is None:
            self.reload()
        if not self.right.is_busy:
            self.list.setFocus()
        self.tools.reload()
        self.show_banner()

    def start_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def new(self) -> None:
        """Write a new case, or choose the kind of a new record of the open case."""
        if self.case is None:
            self.write(Writing("case"))
        else:
            self._add.showMenu()

    def draft(self) -> Writing | None:
        """Return what is being written."""
        form = self.right.form
        return form.writing() if form is not None and form.touched else self._returning

    def bring_back(self, writing: Writing) -> None:
        """Open a form with what was written before the window locked.

        Until the form stands it is still a draft: another lock, or a case that cannot be opened, does not lose it.
        """
        self._returning = writing

        def show() -> None:
            self.write(Writing(writing.kind, record_id=writing.record_id, case_id=writing.case_id), restore=writing)
            self._returning = None
            form = self.right.form
            if form is not None:
                words = _("What you were writing when the vault locked is here again, not yet saved.")
                form.messages.tell("info", words)

        self._open_case(writing.case_id, show) if writing.case_id else show()

    def forget(self) -> None:
        """Drop everything that came out of the vault."""
        self._all = []
        self._hit_labels = ()
        self._returning = None
        self.case = None
        self.list.show_rows([])
        self.search.settle()
        self.tools.forget()
        self.right.show_nothing()
        self._show_mode()

    def reload(self) -> None:
        """Load again what is shown, because something was written."""
        if not self.desk.is_open:
            return
        self.desk.tasks.start(
            self.desk.ask(self, lambda s, _c: cases.list_cases(s)).superseding("cases").success(self._take_cases)
        )
        if self.case is not None:
            self._load(self.case.id, lambda: None, gone=self.show_all)

    def show_all(self) -> None:
        """Leave the open case."""
        if self.right.must_ask(self.show_all):
            return
        before = self.case.id if self.case else ""
        self.case = None
        self._hit_labels = ()
        self.search.settle()
        self._show_mode()
        self._show_cases(keep=before)
        self.right.show_case_preview(before) if before else self.right.show_nothing()
        self.list.setFocus()
        self.show_banner()

    def open_case(self, case_id: str) -> None:
        """Open a case; its summary stands at the right."""
        if not self.right.must_ask(lambda: self.open_case(case_id)):
            self._open_case(case_id, lambda: self.go(case_id))

    def go(self, record_id: str) -> None:
        """Go to a record: in the open case, or in the case it belongs to, or by itself."""
        if self.right.must_ask(lambda: self.go(record_id)):
            return
        if self.case is not None and record_id in self.case.records:
            if self.list.rows.row_of(record_id) < 0:
                self.search.settle()
                self._show_records(keep=record_id)
            self.list.point_at(record_id)
            self.show_record(record_id)
            return
        work = self.desk.ask(self, lambda s, _c: load_alone(s, record_id))
        self.desk.tasks.start(work.superseding("go").success(self._go_to).failure(self.messages.fail))

    def show_record(self, record_id: str) -> None:
        """Show a record of the open case at the right."""
        if self.case is not None and record_id in self.case.records:
            own = record_id in self.case.own
            reported = self.case.reported.get(record_id, "")
            self.right.show_record(self.case.records[record_id], self.case.titles, own=own, reported=reported)
            self.show_banner()

    def write(self, writing: Writing, restore: Writing | None = None) -> None:
        """Open the form for a new record or an edit."""
        if self.right.must_ask(lambda: self.write(writing, restore)):
            return
        options = self._linkable()
        title = self.case.title if self.case is not None and writing.kind != "case" else ""
        form = RecordForm(writing, self.desk.session.pack, options, title)
        if restore is not None:
            form.restore(restore)
        self.right.show_form(form)

    def written(self, record: Record) -> None:
        """A record was saved: show it where it belongs."""
        case_id = record.id if isinstance(record, Case) else (self.case.id if self.case else "")
        self.desk.tasks.start(
            self.desk.ask(self, lambda s, _c: cases.list_cases(s)).superseding("cases").success(self._take_cases)
        )
        if case_id:
            self._open_case(case_id, lambda: self.go(record.id))

    def refresh(self) -> None:
        """Show the same again, in the colours now in force."""
        for action in self._add.menu().actions():
            action.setIcon(icons.icon(str(action.data())))
        if self.desk.is_open and not self.right.is_busy:
            self._show_mode()
            if self.case is not None and self.list.key:
                self.show_record(self.list.key)
            elif self.list.key:
                self.right.show_case_preview(self.list.key)
            else:
                self.right.show_nothing()

    def show_banner(self) -> None:
        """Tell the banner what is visible: everything that the list and the right side show."""
        if not self.isVisibleTo(self.window()):
            return
        if self.case is not None:
            self.desk.show_labels([*(record.label for record in self.case.records.values()), *self.right.labels()])
        else:
            listed = self._hit_labels or tuple(case.label for case in self._all)
            self.desk.show_labels([*listed, *self.right.labels()])

    def _linkable(self) -> list[tuple[str, str]]:
        if self.case is None:
            return []
        found = [
            (key, f"{self.case.titles[key]} · {kind_title(kind_of(record))}")
            for key, record in self.case.records.items()
            if key != self.case.id
        ]
        return sorted(found, key=lambda entry: entry[1].casefold())

    def _take_cases(self, found: list[Any]) -> None:
        self._all = found
        if self.case is None and not self.search.text().strip():
            self._show_cases()
        if self.case is None and not self.list.key and found and not self.search.text().strip():
            self.list.point_at(found[0].id)
        if self.case is None and not self.right.is_busy:
            self.right.show_case_preview(self.list.key) if self.list.key else self.right.show_nothing()
        self.show_banner()

    def _show_cases(self, keep: str = "") -> None:
        pack = self.desk.session.pack
        self.list.show_rows([caselists.case_row(case, pack) for case in self._all], keep)
        count = len(self._all)
        self._count.setText(ngettext("%(count)d case", "%(count)d cases", count) % {"count": count})

    def _show_records(self, keep: str = "") -> None:
        if self.case is None:
            return
        session = self.desk.session
        text = self.search.text().strip()
        try:
            found = caselists.matching(list(self.case.records.values()), self.case.folded, text)
        except BriefcaseError as error:
            self.tools.tell_trouble(error)
            return
        self.tools.tell_trouble(None)
        self.list.show_rows(caselists.grouped(found, session.pack, self.case.titles, session.agency), keep)
        words = ngettext("%(count)d record found", "%(count)d records found", len(found))
        plain = ngettext("%(count)d record", "%(count)d records", len(found) - 1)
        self._count.setText(words % {"count": len(found)} if text else plain % {"count": len(found) - 1})

    def _on_search(self, text: str) -> None:
        if self.case is not None:
            self._show_records()
        elif not text:
            self._hit_labels = ()
            self.tools.tell_trouble(None)
            self._show_cases()
            self.show_banner()
        else:
            work = self.desk.ask(self, lambda s, _c: load_hits(s, text, HITS))
            self.desk.tasks.start(work.superseding("search").success(self._show_hits).failure(self.tools.tell_trouble))

    def _show_hits(self, found: Found) -> None:
        if self.case is not None or not self.search.text().strip():
            return
        self.tools.tell_trouble(None)
        hits, self._hit_labels = found.hits, found.labels
        pack = self.desk.session.pack
        pairs = zip(hits, found.labels, strict=True)
        self.list.show_rows([caselists.hit_row(hit, caselists.mark(label, pack)) for hit, label in pairs])
        self.show_banner()
        many = _("The first %(count)d hits; write more to narrow them") if len(hits) >= HITS else ""
        words = many or (ngettext("%(count)d hit", "%(count)d hits", len(hits)) if hits else _("Nothing found"))
        self._count.setText(words % {"count": len(hits)} if hits else words)

    def _manage_saved(self) -> None:
        """Show the saved questions at the right."""
        if self.right.must_ask(self._manage_saved):
            return
        panel = SavedPanel(self.desk)
        panel.ask.connect(self._ask_saved)
        panel.changed.connect(self.tools.reload)
        panel.left.connect(self.right.back)
        self.right.show_view(panel)
        self.show_banner()

    def _ask_saved(self, query: str) -> None:
        self.search.setText(query)
        self.list.setFocus()

    def _on_chosen(self, key: str) -> None:
        if self.right.must_ask(lambda: self._on_chosen(key)):
            return
        if self.case is not None:
            self.show_record(key)
        else:
            self.right.show_case_preview(key)

    def _on_opened(self, key: str) -> None:
        if self.case is not None:
            self.show_record(key)
        elif any(case.id == key for case in self._all):
            self.open_case(key)
        else:
            self.go(key)

    def _go_to(self, found: Alone) -> None:
        record = found.record
        if isinstance(record, Case):
            self.open_case(record.id)
        elif record.case_ids:
            self._open_case(record.case_ids[0], lambda: self.go(record.id))
        else:
            self.right.show_record(record, found.titles, own=found.own, labels=found.labels, reported=found.reported)
            self.show_banner()

    def _open_case(self, case_id: str, then: Callable[[], None]) -> None:
        self._load(case_id, then)

    def _load(self, case_id: str, then: Callable[[], None], gone: Callable[[], None] = lambda: None) -> None:
        def work(session: Session, _control: Control) -> OpenCase:
            return load_case(session, case_id)

        def take(found: OpenCase) -> None:
            fresh = self.case is None or self.case.id != case_id
            self.case = found
            if fresh:
                self.search.settle()
            self._show_mode()
            self._show_records()
            if not self.right.is_busy and self.list.key:
                self.show_record(self.list.key)
            then()
            self.show_banner()

        def failed(error: BriefcaseError) -> None:
            if isinstance(error, CaseUnknown):
                gone()
            else:
                self.messages.fail(error)

        self.desk.tasks.start(self.desk.ask(self, work).superseding("case").success(take).failure(failed))

    def _show_mode(self) -> None:
        opened = self.case is not None
        self._title.setText(self.case.title if self.case else _("Cases"))
        self._up.setVisible(opened)
        self._add.setVisible(opened)
        self._new.setVisible(not opened)
        name = _("Find in this case") if opened else _("Find a name, a number, a word")
        self.search.setPlaceholderText(name)
        self.search.setAccessibleName(name)

    def _add_menu(self) -> QPushButton:
        add = button(_("Add"), icon="plus", name=_("Add a record of a kind"))
        menu = QMenu(add)
        for kind in KINDS:
            if kind != "case":
                act = menu.addAction(icons.icon(kind), kind_title(kind))
                act.setData(kind)
                act.triggered.connect(lambda _on=False, kind=kind: self._write_new(kind))
        add.setMenu(menu)
        return add

    def _write_new(self, kind: str) -> None:
        if self.case is not None:
            self.write(Writing(kind, case_id=self.case.id, label=self.right.label_to_start_with()))

    def _build(self) -> None:
        top = row(self._title, self._new, self._add, gap=6)
        top.setStretch(0, 1)
        head = box(column(row(self._up, 1), top, self.search, self.tools, self._count, gap=6))
        head.setContentsMargins(12, 10, 12, 6)
        middle = box(column(head, self.messages, self.list, gap=0), "listpane")
        self.setLayout(column(list_and_stage(middle, self.right)))
        self._show_mode()
