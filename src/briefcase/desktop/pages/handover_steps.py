"""The panels of the hand-over: the case, the partners, the matrix, each file as it leaves, and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QLineEdit, QTableView
from shiboken6 import isValid

from briefcase.desktop.handover_flow import Flow
from briefcase.desktop.models.matrix import MatrixModel
from briefcase.desktop.models.rows import Row
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.matches import NamesCard
from briefcase.desktop.pages.page import Stage
from briefcase.desktop.pages.record_view import RecordView
from briefcase.desktop.showing import count_words, held_words, size_words
from briefcase.desktop.widgets.basics import (
    PAGE_MARGIN,
    PlainLabel,
    box,
    button,
    column,
    empty_state,
    row,
    scrolled,
)
from briefcase.desktop.widgets.choosing import choose_folder
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import Notice, VerdictPanel
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.desktop.widgets.ticklist import TickList
from briefcase.language import _, ngettext
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Document, kind_of
from briefcase.records.names import title_of
from briefcase.records.packs import Pack
from briefcase.services.messaging.mentions import Mention
from briefcase.services.outgoing import LeftOver

_WIDTH = 900


def case_panel(rows: list[Row], chosen: str, tell: Callable[[str, str], None]) -> QFrame:
    """Return the list of cases; *tell* gets the id and the title of the one under the cursor."""
    if not rows:
        return empty_state(_("No case yet"), _("Write a case first; then it can be handed over."), icon="cases")
    cases = RowList(_("Cases"))
    cases.show_rows(rows, chosen)
    cases.chosen.connect(lambda key: tell(key, next(one.title for one in rows if one.key == key)))
    return box(column(cases, margin=PAGE_MARGIN))


def partners_panel(
    contacts: list[Any], chosen: tuple[str, ...], tell: Callable[[tuple[str, ...]], None], notice: str = ""
) -> QFrame:
    """Return the verified contacts with a tick each; the others are counted by why they cannot be chosen.

    *notice* is said of our own card when it ends soon.
    """
    verified = [one for one in contacts if one.state == "verified"]
    if not verified:
        words = _("Bring in a partner's card under Contacts and verify it by its twelve words.")
        return empty_state(_("No verified partner"), words, icon="contacts")
    ticks = TickList(_("Partners"))
    ticks.offer([(one.fingerprint, one.name, f"{one.agency}, {one.country}") for one in verified], chosen)
    ticks.changed.connect(lambda: tell(ticks.ticked()))
    others = _left_out(contacts)
    below = PlainLabel(others, "small") if others else None
    said = Notice("warn", notice) if notice else None
    why = PlainLabel(
        _("Partners who get the same content share one file; the others get a file of their own."), "muted"
    )
    return box(column(said, why, ticks, below, margin=PAGE_MARGIN))


def _left_out(contacts: Iterable[Any]) -> str:
    """Return how many cards are not offered, by why."""
    counts = Counter(one.state for one in contacts if one.state != "verified")
    words = {
        "unverified": _("not verified: %(count)d"),
        "replaced": _("renewed by a newer card: %(count)d"),
        "expired": _("expired: %(count)d"),
        "revoked": _("revoked: %(count)d"),
    }
    parts = [text % {"count": counts[state]} for state, text in words.items() if counts[state]]
    return (
        _("Not offered, because nothing may be sealed to them: %(why)s.") % {"why": ", ".join(parts)} if parts else ""
    )


class MatrixPanel(QFrame):
    """The release matrix, above it what is to be looked at first, below it the reasons of the row under the cursor."""

    def __init__(self, plan: Any, ends: Mapping[str, str], first: QFrame | None = None) -> None:  # noqa: ANN401 - a Plan of the services
        super().__init__()
        self._model = MatrixModel(plan, ends)
        self.table = QTableView()
        self.table.setModel(self._model)
        self.table.setAccessibleName(_("Release matrix: records and partners"))
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 14)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(110)
        for place in range(1, self._model.columnCount()):
            self.table.setColumnWidth(place, 150)
        self._title = PlainLabel(role="section")
        self._reasons = Facts()
        below = box(column(self._title, self._reasons, 1, margin=14, gap=6), "card")
        why = PlainLabel(
            _("Decided by the labels, our pack and the partners as we verified them. Default is no."), "muted"
        )
        area = scrolled(below, _("Reasons"))
        area.setMinimumHeight(120)
        area.setMaximumHeight(190)
        self.table.setMinimumHeight(200)
        self.setLayout(column(scrolled(box(column(first, why, self.table, area, margin=PAGE_MARGIN)), _("Release"))))
        self.table.selectionModel().currentRowChanged.connect(lambda index: self._explain(index.row()))
        if self._model.rowCount():
            self.table.selectRow(0)

    def _explain(self, place: int) -> None:
        self._title.setText(self._model.title(place))
        self._reasons.show_pairs(
            (partner, "\n".join([verdict, *reasons])) for partner, verdict, reasons in self._model.explain(place)
        )


def preview_panel(flow: Flow, pack: Pack) -> QFrame:
    """Return what each file will hold, exactly as its recipients will see it: the released views themselves."""
    cards = [_file_card(one, pack) for one in flow.files()]
    empty = getattr(flow.plan, "empty", ())
    nothing = PlainLabel(_("Nothing may go to %(partners)s: no file is made.") % {"partners": _people(empty)}, "warn")
    content = box(column(nothing if empty else None, *cards, 1, margin=PAGE_MARGIN, gap=14))
    return box(column(scrolled(content, _("Preview"))))


def _file_card(planned: Any, pack: Pack) -> QFrame:  # noqa: ANN401 - a FilePlan of the services
    records = {one.id: one for one in planned.records}
    titles = {key: title_of(one) or kind_title(kind_of(one)) for key, one in records.items()}
    attached = [one for one in planned.records if isinstance(one, Document) and one.sha256]
    names = "\n".join(f"{one.file_name} ({size_words(one.size)})" for one in attached)
    facts = Facts()
    facts.show_pairs(
        [
            (_("Records"), count_words(len(records))),
            (_("Tear-lines"), "\n".join(one.text for one in planned.tear_lines) or _("None")),
            (_("Attachments"), names or _("None")),
        ]
    )
    reader = RowList(_("Records that they will see"))
    reader.show_rows(caselists.grouped(planned.records, pack, titles))
    reader.setMinimumHeight(320)
    right = Stage()

    def show(key: str) -> None:
        right.show_view(RecordView(records[key], titles, go=reader.choose))

    reader.chosen.connect(show)
    if planned.records:
        reader.choose(planned.records[0].id)
    both = row(reader, right, gap=0)
    both.setStretch(0, 2)
    both.setStretch(1, 3)
    title = PlainLabel(_("For %(partners)s") % {"partners": _people(planned.recipients)}, "heading")
    return box(column(title, facts, box(both, "card"), margin=16, gap=10), "card")


def _people(recipients: Iterable[Any]) -> str:
    return "; ".join(f"{one.name}, {one.agency}" for one in recipients)


class SealPanel(QFrame):
    """Where the files go, why, and what the partner must mind."""

    def __init__(
        self,
        flow: Flow,
        tell: Callable[[str, str, str], None],
        look: Callable[[str, Callable[[list[LeftOver]], None]], None],
        accept: Callable[[frozenset[Mention]], None],
    ) -> None:
        super().__init__()
        self.names = NamesCard(flow.mentions, accept, self._reword) if flow.mentions else None
        self.left = PlainLabel(role="warn")
        self.left.hide()
        self.folder = self._line(_("Folder or stick"), flow.out_folder)
        self.purpose = self._line(_("Purpose"), flow.purpose)
        self.caveat = self._line(_("To be minded by the recipient"), flow.caveat)
        for edit in (self.folder, self.purpose, self.caveat):
            edit.textChanged.connect(lambda _t: tell(self.folder.text(), self.purpose.text(), self.caveat.text()))
        for edit in (self.purpose, self.caveat):
            edit.textChanged.connect(self._drop_names)
        self.folder.textChanged.connect(lambda text: look(text.strip(), self._tell_left))
        choose = button(_("Browse…"), self._browse, name=_("Choose the folder or stick"))
        place = row(self.folder, choose, gap=6)
        place.setStretch(0, 1)
        count = len(flow.files())
        words = ngettext("%(count)d file will be sealed.", "%(count)d files will be sealed.", count) % {"count": count}
        inner = column(
            PlainLabel(words, "heading"),
            PlainLabel(
                _("Each file is encrypted to its recipients alone, signed by you, and read back before it counts."),
                "muted",
            ),
            labelled(_("Folder or stick"), box(place), self.left),
            labelled(_("Purpose (the partner reads this)"), self.purpose),
            labelled(_("To be minded by the recipient (optional)"), self.caveat),
            margin=20,
            gap=14,
        )
        card = box(inner, "card")
        for each in filter(None, (self.names, card)):
            each.setMaximumWidth(720)
        self.setLayout(column(scrolled(box(column(self.names, card, 1, margin=PAGE_MARGIN)), _("Seal"))))

    def _reword(self, place: str) -> None:
        (self.caveat if place == "caveat" else self.purpose).setFocus()

    def _drop_names(self) -> None:
        """Take the question back: it was asked of other words."""
        if self.names is not None:
            self.names.hide()
            self.names.deleteLater()
            self.names = None

    def _tell_left(self, found: list[LeftOver]) -> None:
        """Say which unfinished files stand in the folder that was chosen."""
        if not isValid(self):
            return
        ours, theirs = _("begun here and not finished"), _("begun by another vault")
        words = (f"{one.path.name} ({ours if one.ours else theirs})" for one in found)
        said = _("Unfinished files stand there, which nobody can open: %(files)s.")
        self.left.setText(said % {"files": ", ".join(words)})
        self.left.setVisible(bool(found))

    def _browse(self) -> None:
        choose_folder(self, _("Folder or stick"), self.folder.setText, start=self.folder.text())

    def _line(self, name: str, text: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setAccessibleName(name)
        return edit


def result_panel(flow: Flow) -> QFrame:
    """Return what was sealed: a file a card, who can open it, where it is."""
    verdict = VerdictPanel()
    count = len(flow.sealed)
    words = ngettext("%(count)d file is sealed", "%(count)d files are sealed", count) % {"count": count}
    verdict.show_verdict(
        "good",
        words,
        _(
            "Read back and found whole. Give each partner his file and say nothing of the others. Ask for a receipt:"
            " open it under Received, and it closes this hand-over in the case under Handed over."
        ),
    )
    notices = [Notice("warn", told) for told in flow.notices]
    cards = []
    for sealed in flow.sealed:
        facts = Facts()
        facts.show_pairs(
            [
                (_("For"), _people(sealed.recipients)),
                (_("Holds"), held_words(sealed.records, sealed.tear_lines)),
                (_("File"), str(sealed.path)),
                (_("Size"), size_words(sealed.size)),
                (_("Receipt"), _("None yet")),
                (_("Bundle"), sealed.bundle_id),
            ]
        )
        cards.append(box(column(facts, margin=16), "card"))
    content = box(column(verdict, *notices, *cards, 1, margin=PAGE_MARGIN, gap=14))
    content.setMaximumWidth(_WIDTH)
    return box(column(scrolled(content, _("Result"))))
