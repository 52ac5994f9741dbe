"""As a partner sees it: what one partner may see of a case, with him at the table, and nothing else on the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.page import Page, Stage, list_and_stage
from briefcase.desktop.pages.record_view import RecordView
from briefcase.desktop.pages.searches import SearchTools
from briefcase.desktop.showing import count_words
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, box, button, column, empty_state, row
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.desktop.widgets.search import SearchField
from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Record, kind_of
from briefcase.records.names import title_of
from briefcase.services import contacts
from briefcase.services.contacts import Contact
from briefcase.services.finding import partner_view
from briefcase.services.finding.partner_view import PartnerView
from briefcase.services.session import Session
from briefcase.vault.values import Hit

HITS = 200


class SeenPage(Page):
    """First the partner is chosen; then the released views of the case stand here, to be read and searched."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._case_id = ""
        self._contacts: dict[str, Contact] = {}
        self._view: PartnerView | None = None
        self._records: dict[str, Record] = {}
        self._titles: dict[str, str] = {}
        self.messages = MessageBar()
        self.banner = QFrame()
        self._for = PlainLabel(role="strong")
        self._what = PlainLabel()
        self.list = RowList(_("What the partner may see"))
        self.search = SearchField(_("Find in what the partner may see"), self.list)
        self.tools = SearchTools(desk, self.search, saving=False)
        self._count = PlainLabel(role="small")
        self.right = Stage()
        self._other = button(_("Another partner"), self._choose_again, icon="contacts")
        self._build()
        self.list.chosen.connect(self._on_chosen)
        self.list.opened.connect(self._on_opened)
        self.search.asked.connect(self._on_search)
        for changed in (desk.records_changed, desk.contacts_changed):
            changed.connect(self._drop)

    @property
    def view(self) -> PartnerView | None:
        """What is shown, once a partner was chosen."""
        return self._view

    def begin(self, case_id: str) -> None:
        """Start with a case; whom it is shown to is chosen here."""
        self.forget()
        self._case_id = case_id

    def enter(self) -> None:
        """Be shown: the choice of the partner, or what he may see."""
        if self._view is None:
            self._load_partners()
        self._show_banner()

    def start_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus()

    def forget(self) -> None:
        """Drop everything that came out of the vault."""
        self._case_id = ""
        self._drop()
        self._contacts = {}
        self.list.show_rows([])
        self.tools.forget()
        self.messages.clear()

    def show_for(self, fingerprint: str) -> None:
        """Decide what a partner may see, and show that alone."""
        case_id = self._case_id

        def work(session: Session, _control: Control) -> PartnerView:
            return partner_view.view_for(session, case_id, fingerprint)

        self.messages.clear()
        self.desk.tasks.start(self.desk.ask(self, work).superseding("seen").success(self._take).failure(self._failed))

    def _drop(self) -> None:
        """Forget the views: what they were decided from has changed, or the vault is locking."""
        self._view = None
        self._records, self._titles = {}, {}
        self.search.settle()
        self.list.show_rows([])
        self.right.show_view(QFrame())
        self._show_mode()

    def _failed(self, error: BriefcaseError) -> None:
        self.messages.fail(error)

    def _load_partners(self) -> None:
        work = self.desk.ask(self, lambda s, _c: contacts.list_contacts(s)).superseding("seen")
        self.desk.tasks.start(work.success(self._take_partners).failure(self._failed))

    def _take_partners(self, found: list[Contact]) -> None:
        self._contacts = {one.fingerprint: one for one in found if one.state == "verified"}
        rows = [Row(key, one.name, f"{one.agency}, {one.country}", "contacts") for key, one in self._contacts.items()]
        self.list.show_rows(rows)
        if rows:
            words = _("Choose the partner who sits at the table. Only what may be released to him is shown then.")
            go = button(_("Show it to him"), lambda: self._on_opened(self.list.key), role="primary", icon="check")
            self.right.show_view(empty_state(_("Who will see it?"), words, go, icon="contacts"))
            self.list.point_at(rows[0].key)
        else:
            words = _("Bring in a partner's card under Contacts and verify it by its twelve words.")
            self.right.show_view(empty_state(_("No verified partner"), words, icon="contacts"))
        self._count.setText("")
        self._show_mode()
        self.list.setFocus()

    def _take(self, view: PartnerView) -> None:
        self._view = view
        self._records = {one.id: one for one in view.records}
        self._titles = {key: title_of(one) or kind_title(kind_of(one)) for key, one in self._records.items()}
        self._show_mode()
        self._show_all()
        if view.records:
            first = next(row.key for row in self.list.rows.rows if row.key)
            self.list.choose(first)
        else:
            words = _(
                "By the labels, our pack and this partner as you verified him, nothing of the case may go to him."
            )
            self.right.show_view(empty_state(_("Nothing may be shown"), words, icon="blocked"))
        self._show_banner()

    def _show_mode(self) -> None:
        chosen = self._view is not None
        self.banner.setVisible(chosen)
        self.search.setVisible(chosen)
        self.tools.setVisible(chosen)
        self._other.setVisible(chosen)
        self._title.setText(_("What he may see") if chosen else _("Partners"))
        if self._view is not None:
            contact = self._view.contact
            facts = {"name": contact.name, "agency": contact.agency}
            self._for.setText(_("Shown as %(name)s, %(agency)s, may see it") % facts)
            more = _("Decided by the labels and entered in the audit log. The rest of the case is not on this page.")
            self._what.setText(f"{count_words(len(self._view.records))}. {more}")
            self.banner.setAccessibleName(f"{self._for.text()} {self._what.text()}")

    def _show_all(self) -> None:
        if self._view is None:
            return
        self.list.show_rows(caselists.grouped(self._view.records, self.desk.session.pack, self._titles))
        self._count.setText(count_words(len(self._records)))

    def _on_search(self, text: str) -> None:
        view = self._view
        if view is None:
            return
        if not text:
            self.tools.tell_trouble(None)
            self._show_all()
            return
        work = self.desk.ask(self, lambda _s, _c: partner_view.search_view(view, text, limit=HITS))
        self.desk.tasks.start(work.superseding("seen-search").success(self._show_hits).failure(self.tools.tell_trouble))

    def _show_hits(self, hits: list[Hit]) -> None:
        if self._view is None or not self.search.text().strip():
            return
        self.tools.tell_trouble(None)
        pack = self.desk.session.pack
        marks = [caselists.mark(self._records[one.id].label, pack) for one in hits]
        self.list.show_rows([caselists.hit_row(hit, mark) for hit, mark in zip(hits, marks, strict=True)])
        words = ngettext("%(count)d hit", "%(count)d hits", len(hits)) if hits else _("Nothing found")
        self._count.setText(words % {"count": len(hits)} if hits else words)

    def _on_chosen(self, key: str) -> None:
        if self._view is not None and key in self._records:
            self.right.show_view(RecordView(self._records[key], self._titles, go=self.list.choose))

    def _on_opened(self, key: str) -> None:
        if self._view is None and key in self._contacts:
            self.show_for(key)

    def _choose_again(self) -> None:
        self._drop()
        self.enter()

    def _back(self) -> None:
        self._drop()
        self.desk.go.emit("cases", None)

    def _show_banner(self) -> None:
        if self.isVisibleTo(self.window()) and self.desk.is_open:
            self.desk.show_labels(record.label for record in self._records.values())

    def _build(self) -> None:
        self._title = PlainLabel(_("Partners"), "heading")
        back = button(_("Back to the case"), self._back, role="flat", icon="back")
        words = row(column(self._for, self._what, gap=2), self._other, gap=12)
        words.setStretch(0, 1)
        words.setContentsMargins(20, 10, 20, 10)
        self.banner.setProperty("tone", "info")
        self.banner.setLayout(words)
        head = box(column(row(back, 1), self._title, self.search, self.tools, self._count, gap=6))
        head.setContentsMargins(12, 10, 12, 6)
        middle = box(column(head, self.list, gap=0), "listpane")
        whole = column(self.banner, Said(self.messages), list_and_stage(middle, self.right), gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self._show_mode()
        self.right.show_view(QFrame())
