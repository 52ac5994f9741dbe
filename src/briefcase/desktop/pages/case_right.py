"""The right side of the Cases page: a record, a form, an attachment, the paper; one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from briefcase.desktop.desk import Desk
from briefcase.desktop.forms.record_form import RecordForm, Writing, writing_of
from briefcase.desktop.pages.handed import handed_card
from briefcase.desktop.pages.history import history_card
from briefcase.desktop.pages.loading import Alone, OpenCase, load_alone
from briefcase.desktop.pages.page import Stage
from briefcase.desktop.pages.paper import PaperPanel
from briefcase.desktop.pages.record_view import Offer, RecordView
from briefcase.desktop.showing import Shown, size_words
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import button, empty_state
from briefcase.desktop.widgets.choosing import choose_file
from briefcase.desktop.widgets.inline import InlineQuestion
from briefcase.desktop.widgets.pictureview import PictureView
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.fields import kind_title
from briefcase.records.kinds import KINDS, Case, Document, Record, kind_of
from briefcase.records.label import Label
from briefcase.records.names import title_of
from briefcase.services import cases, disclosed, drafts, viewing
from briefcase.services.session import Session


class Host(Protocol):
    """The page that this is the right side of, as far as it is needed here."""

    desk: Desk
    case: OpenCase | None
    list: RowList

    def go(self, record_id: str) -> None:
        """Go to a record."""

    def new(self) -> None:
        """Write something new."""

    def write(self, writing: Writing) -> None:
        """Open a form."""

    def written(self, record: Record) -> None:
        """Take note that a record was saved."""

    def show_record(self, record_id: str) -> None:
        """Show a record of the open case."""

    def show_banner(self) -> None:
        """Tell the banner what is visible."""


class CaseRight(Stage):
    """Shows what the cursor is on, and what the officer does with it."""

    def __init__(self, page: Host) -> None:
        super().__init__()
        self._page = page
        self._desk = page.desk
        self._titles: Mapping[str, str] = {}
        self._own = False
        self._reported = ""
        self._pointed_at: tuple[Label, ...] = ()

    @property
    def form(self) -> RecordForm | None:
        """The form that is open, if any."""
        return self.view if isinstance(self.view, RecordForm) else None

    @property
    def is_busy(self) -> bool:
        """Whether something stands here that a mere reload must not replace."""
        return isinstance(self.view, (RecordForm, PictureView, PaperPanel))

    def labels(self) -> list[Label]:
        """Return the labels of what is shown: a record and those named with it, or what is being written."""
        if self.form is not None:
            label = self.form.label_editor.value()
            return [label] if label.level else []
        return [self.view.record.label, *self._pointed_at] if isinstance(self.view, RecordView) else []

    def label_to_start_with(self) -> Mapping[str, Any]:
        """Return the label that a new record of the open case starts with: the case's own."""
        case = self._page.case
        record = case.records.get(case.id) if case is not None else None
        return msgspec.to_builtins(record.label) if record is not None else {}

    def must_ask(self, again: Callable[[], object]) -> bool:
        """Ask before unsaved writing is left; say whether the question stands, and then do *again* on agreement."""
        form = self.form
        if form is None or not form.touched:
            return False
        question = form.findChild(InlineQuestion)
        if question is None:
            question = InlineQuestion()
            layout = form.layout()
            if layout is not None:
                layout.insertWidget(1, question)  # type: ignore[attr-defined]

        def leave() -> None:
            self.show_nothing()
            again()

        question.ask(_("What you wrote here is not saved."), _("Leave it"), leave)
        return True

    def show_nothing(self) -> None:
        """Show what to do when nothing is chosen."""
        if not self._desk.is_open or self._page.list.rows.rows:
            self.show_view(empty_state(_("Nothing chosen"), _("Choose an entry in the list."), icon="briefcase"))
            return
        first = button(_("Write the first case"), self._page.new, role="primary", icon="plus")
        words = _("A case holds all about one matter: parties, items, shipments, payments, documents and notes.")
        self.show_view(empty_state(_("No case yet"), words, first, icon="cases"))

    def show_case_preview(self, key: str) -> None:
        """Show a case or a hit that is not opened yet, in place of whatever stands here."""
        if self.is_busy:
            self.show_nothing()
        work = self._desk.ask(self, lambda s, _c: load_alone(s, key))
        self._desk.tasks.start(work.superseding("preview").success(self._take_preview))

    def show_record(
        self,
        record: Record,
        titles: Mapping[str, str],
        *,
        own: bool,
        labels: tuple[Label, ...] = (),
        reported: str = "",
    ) -> None:
        """Show a record with its buttons.

        Args:
            record: to be shown.
            titles: words for what it points to.
            own: it was written here and can be edited.
            labels: of what *titles* name.
            reported: what to know of it before relying on it, in sentences.
        """
        self._titles = titles
        self._pointed_at = labels
        self._own = own
        self._reported = reported
        note = _file_note(record) if own else _origin_note(record, reported)
        view = RecordView(
            record,
            titles,
            go=self._page.go,
            offers=tuple(self._offers(record, own=own)),
            note=note,
            extra=self._contents(record),
        )
        self.show_view(view)

    def show_form(self, form: RecordForm) -> None:
        """Show a form and listen to it."""
        form.saved.connect(lambda writing: self._save(form, writing))
        form.left.connect(self._leave_form)
        form.label_editor.changed.connect(self._page.show_banner)
        self.show_view(form)
        self._page.show_banner()
        first = next(iter(form.editors.values()), None)
        if first is not None and first.inputs():
            first.inputs()[0].setFocus()

    def _take_preview(self, found: Alone) -> None:
        if self.is_busy or self._page.case is not None:
            return
        self.show_record(found.record, found.titles, own=found.own, labels=found.labels, reported=found.reported)
        self._page.show_banner()

    def _contents(self, record: Record) -> tuple[Shown, ...]:
        """Return how much of which kind an open case holds."""
        case = self._page.case
        if case is None or record.id != case.id:
            return ()
        counts = Counter(kind_of(one) for key, one in case.records.items() if key != case.id)
        lines = tuple(f"{kind_title(kind, many=counts[kind] != 1)}: {counts[kind]}" for kind in KINDS if kind in counts)
        return (Shown(_("Holds"), (" · ".join(lines),)),) if lines else ()

    def _offers(self, record: Record, *, own: bool) -> list[Offer]:
        found: list[Offer] = []
        case = self._page.case
        is_case = isinstance(record, Case)
        if case is None or (not is_case and record.id not in case.records):
            words = _("Open the case") if is_case else _("Go to it in its case")
            return [Offer(words, "case", lambda: self._page.go(record.id), "primary")]
        if is_case:
            found.append(
                Offer(_("Hand over…"), "handover", lambda: self._desk.go.emit("handover", record.id), "primary")
            )
            found.append(Offer(_("PDF or print…"), "print", lambda: self._show_paper(record)))
            found.append(Offer(_("As a partner sees it…"), "contacts", lambda: self._desk.go.emit("seen", record.id)))
        if isinstance(record, Document) and record.sha256 and viewing.can_show(record.media_type):
            found.append(Offer(_("Look at the file"), "document", lambda: self._look(record), "primary"))
        if isinstance(record, Document) and own and not record.sha256:
            found.append(Offer(_("Attach a file…"), "attach", lambda: self._attach(record), "primary"))
        if own:
            found.append(Offer(_("Edit"), "edit", lambda: self._edit(record)))
        found.append(Offer(_("History"), "history", lambda: self._history(record)))
        if is_case:
            found.append(Offer(_("Handed over"), "received", lambda: self._handed(record)))
        return found

    def _edit(self, record: Record) -> None:
        self._page.write(writing_of(record, self._page.case.id if self._page.case else ""))

    def _save(self, form: RecordForm, writing: Writing) -> None:
        changes = form.changes()
        before = form.opened_label

        def work(session: Session, _control: Control) -> Record:
            label = writing.structured_label
            if writing.record_id:
                more = {"label": msgspec.to_builtins(label)} if label != before else {}
                record = cases.edit_record(session, writing.record_id, {**changes, **more})
            else:
                case_ids = [writing.case_id] if writing.case_id else []
                record = cases.add_record(session, writing.kind, dict(writing.fields), label, case_ids)
            form.outcome.stored = True
            drafts.clear(session)
            return record

        def saved(record: Record) -> None:
            self.show_nothing()
            self._page.written(record)
            self._page.list.setFocus()

        self._desk.tasks.start(self._desk.ask(form, work).success(saved).failure(form.fail))

    def _leave_form(self) -> None:
        if self.must_ask(self.back):
            return
        self.show_nothing()
        self.back()

    def back(self) -> None:
        """Show again what the cursor is on."""
        key = self._page.list.key
        if not key:
            self.show_nothing()
            return
        if self._page.case is not None:
            self._page.show_record(key)
        else:
            self.show_case_preview(key)
        self._page.list.setFocus()

    def _show_paper(self, record: Record) -> None:
        panel = PaperPanel(self._desk, record)
        panel.left.connect(lambda: self.show_record(record, self._titles, own=self._own, reported=self._reported))
        self.show_view(panel)

    def _look(self, record: Document) -> None:
        session = self._desk.session
        title = f"{record.file_name or title_of(record)} · {size_words(record.size)}"
        view = PictureView(self._desk.tasks, title, lambda: viewing.attachment(session, record))
        view.left.connect(lambda: self.show_record(record, self._titles, own=self._own, reported=self._reported))
        self.show_view(view)

    def _attach(self, record: Document) -> None:
        choose_file(self, _("Attach a file"), lambda path: self.attach(record, path))

    def attach(self, record: Document, path: str) -> None:
        """Encrypt a file into the vault as the content of a document record, in the background."""
        view = self.view
        if not isinstance(view, RecordView):
            return
        view.progress.begin(_("Encrypting the file into the vault"))

        def work(session: Session, control: Control) -> Record:
            size = Path(path).stat().st_size if Path(path).exists() else 0
            return cases.attach(session, record.id, Path(path), progress=control.bytes_of(size))

        def failed(error: BriefcaseError) -> None:
            view.progress.end()
            view.messages.fail(error)

        operation = self._desk.ask(view, work).success(self._attached).failure(failed)
        control = self._desk.tasks.start(operation.progress(view.progress.update_progress))
        view.progress.cancelled.connect(control.cancel)

    def _attached(self, record: Record) -> None:
        self._page.written(record)

    def _history(self, record: Record) -> None:
        view = self.view
        if not isinstance(view, RecordView):
            return
        work = self._desk.ask(view, lambda s, _c: cases.history(s, record.id))
        operation = work.success(lambda found: view.show_below(history_card(found))).failure(view.messages.fail)
        self._desk.tasks.start(operation)

    def _handed(self, record: Record) -> None:
        view = self.view
        if not isinstance(view, RecordView):
            return
        work = self._desk.ask(view, lambda s, _c: disclosed.of_case(s, record.id))
        operation = work.success(lambda found: view.show_below(handed_card(found))).failure(view.messages.fail)
        self._desk.tasks.start(operation)


def _origin_note(record: Record, reported: str) -> str:
    """Return where a received record comes from, and what else to know of it."""
    if reported:
        return reported
    return _("Received from %(agency)s: it is read here and not edited.") % {"agency": record.originator.agency}


def _file_note(record: Record) -> str:
    """Return what to know of a document's file; empty when it can be looked at or is no document."""
    if not isinstance(record, Document):
        return ""
    if not record.sha256:
        return _("No file is attached yet.")
    return "" if viewing.can_show(record.media_type) else _("This kind of file is kept, but cannot be shown here.")
