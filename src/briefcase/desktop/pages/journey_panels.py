"""A travel vault made for a journey, what was written in it brought home, and what two sides have changed, decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.acting import ActPanel, card, form, patient
from briefcase.desktop.pages.copy_panels import Changed
from briefcase.desktop.showing import Shown, shown_fields
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, bring_into_view, button, row
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import Notice, VerdictPanel
from briefcase.desktop.widgets.passphrase import NewPassphrase, PassphraseField, labelled
from briefcase.desktop.widgets.placefield import PlaceField
from briefcase.desktop.widgets.ticklist import TickFinder
from briefcase.desktop.widgets.wordsheet import WordSheet
from briefcase.language import _, ngettext
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Record, kind_of
from briefcase.records.label import Label
from briefcase.records.names import references_of
from briefcase.services import cases, contacts
from briefcase.services import session as sessions
from briefcase.services.access import slots
from briefcase.services.cases import CaseRow
from briefcase.services.contacts import Contact
from briefcase.services.keeping import merging, travel
from briefcase.services.keeping.merging import Conflict, Merged
from briefcase.services.keeping.travel import Packed
from briefcase.services.session import Session

_LISTED = 12
_KINDS: tuple[merging.Kind, ...] = ("new", "newer", "conflict", "gone", "refused")


@dataclass(frozen=True)
class _Choice:
    cases: tuple[CaseRow, ...]
    contacts: tuple[Contact, ...]

    @classmethod
    def of(cls, session: Session) -> _Choice:
        verified = [one for one in contacts.list_contacts(session) if one.state == "verified"]
        return cls(tuple(cases.list_cases(session)), tuple(verified))


class TravelPanel(ActPanel):
    """Chooses cases and, if wanted, partners; makes the travel vault and shows its recovery words once."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "A vault of its own for a border where the rest stays at home. It holds the cases that you choose and no"
            " signing key: whoever opens it can neither seal as you nor read what partners sealed to you."
        )
        super().__init__(desk, _("Make a travel vault"), why)
        self._changed = changed
        self._choice = _Choice((), ())
        self.cases = TickFinder(_("Cases that travel"))
        self.contacts = TickFinder(_("Only what these partners may see anyway"))
        self.folder = PlaceField(_("New folder for the travel vault"), new=True)
        self.new = NewPassphrase(slots.own_words(desk.session))
        self.new.submitted.connect(self.pack)
        self.sheet = WordSheet(desk.tasks, self.messages, asked=0)
        self._verdict = VerdictPanel()
        self._made = card(_("The travel vault"), self._verdict, self.sheet)
        self._made.hide()
        self._form = self._fields()
        self.build(self._form, self._made)
        look = desk.ask(self, lambda s, _c: _Choice.of(s))
        desk.tasks.start(look.success(self._offer).failure(self.messages.fail))

    def labels(self) -> list[Label]:
        """Return the labels of the cases that are listed."""
        return [one.label for one in self._choice.cases] if not self._form.isHidden() else []

    def forget(self) -> None:
        """Drop the words and everything typed."""
        super().forget()
        self.sheet.forget()

    def pack(self) -> None:
        """Make it."""
        chosen, to, typed = self.cases.ticked(), self.contacts.ticked(), self.new.text()
        trouble = "" if chosen else _("Choose at least one case.")
        trouble = trouble or ("" if self.folder.text() else _("Say where the travel vault is to be made."))
        trouble = trouble or self.new.trouble()
        if trouble:
            self.messages.tell("info", trouble)
            return
        folder = self.folder.path()

        def work(session: Session, control: Control) -> Packed:
            return travel.pack(
                session, folder, typed, chosen, to=to, progress=control.progress, cancel=control.cancelled
            )

        self.run(_("Making the travel vault"), work, self._show)

    def _offer(self, choice: _Choice) -> None:
        self._choice = choice
        self.cases.offer([(one.id, one.title, one.reference or _("No reference yet")) for one in choice.cases])
        self.contacts.offer([(one.fingerprint, one.name, f"{one.agency}, {one.country}") for one in choice.contacts])
        self.shown.emit()

    def _show(self, packed: Packed) -> None:
        self.new.forget()
        words = _("%(records)s records and %(files)s attached files are in %(folder)s; %(left)s records stay at home.")
        facts = {
            "records": packed.records,
            "files": packed.attachments,
            "folder": packed.path,
            "left": packed.left,
        }
        more = _(
            "Take it alone across the border. Its recovery words are shown only now; you need them only if you forget"
            " its passphrase on the way."
        )
        self._verdict.show_verdict("good", _("The travel vault is made"), f"{words % facts}\n{more}")
        self.sheet.show_words(
            packed.recovery_words,
            lambda work: self.desk.ask(self.sheet, lambda s, _c: work(s)),
            vault_id=packed.vault_id,
        )
        self._form.hide()
        self._made.show()
        self.shown.emit()

    def _fields(self) -> QFrame:
        go = button(_("Make the travel vault"), self.pack, role="primary", icon="briefcase")
        return card(
            _("What travels"),
            labelled(_("Cases, with everything in them"), self.cases),
            labelled(_("Only what these partners may have whole (none: everything in the cases)"), self.contacts),
            labelled(_("New folder for the travel vault"), self.folder),
            labelled(_("A passphrase of its own, another one than at home"), self.new),
            row(go, 1),
        )


class MergePanel(ActPanel):
    """Looks at what was written on a journey, then brings it home."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "First look at what would come, then take it. What was changed on both sides, or marked otherwise on the"
            " way, waits for your decision with both versions kept."
        )
        super().__init__(desk, _("Bring a journey home"), why)
        self._changed = changed
        self._titles: tuple[Label, ...] = ()
        self.folder = PlaceField(_("Folder of the travel vault"))
        self.passphrase = PassphraseField(_("Passphrase of the travel vault"))
        self.passphrase.submitted.connect(self.look)
        self._found = Facts()
        self._told = card(_("What would come"), self._found)
        self._told.hide()
        look = button(_("Look at what would come"), self.look, role="primary", icon="search")
        self._take = button(_("Bring it home"), self.merge, icon="back")
        self._take.setEnabled(False)
        warning = Notice(
            "warn",
            _("If somebody else had the travel vault in his hands, look at every record that it brings."),
            _("Tell your security officer before you bring it home."),
        )
        self.build(
            warning,
            form(
                labelled(_("Folder of the travel vault"), self.folder),
                labelled(_("Passphrase of the travel vault"), self.passphrase),
                flow(look, self._take),
            ),
            self._told,
        )

    def labels(self) -> list[Label]:
        """Return the labels of the records that are named."""
        return list(self._titles)

    def look(self) -> None:
        """Say what would come; nothing is changed."""
        self._with_travel(lambda home, there, _control: merging.plan(home, there), self._show_plan)

    def merge(self) -> None:
        """Bring it home, all or nothing."""

        def work(home: Session, there: Session, control: Control) -> Merged:
            return merging.merge(home, there, progress=control.progress, cancel=control.cancelled)

        self._with_travel(work, self._merged)

    def _with_travel(self, act: Any, done: Any) -> None:  # noqa: ANN401 - two callables over two sessions
        typed, folder = self.passphrase.text(), self.folder.path()
        if not (typed and self.folder.text()):
            self.messages.tell("info", _("Give the folder of the travel vault and its passphrase."))
            return

        def work(session: Session, control: Control) -> Merged:
            there = sessions.unlock(folder, typed, waiting=patient(control))
            try:
                return act(session, there, control)  # type: ignore[no-any-return]
            finally:
                there.close()

        self.run(_("Opening the travel vault and comparing"), work, done)

    def _show_plan(self, found: Merged) -> None:
        self._titles = tuple(record.label for one in found.changes for record in one.revisions)
        self._found.show_pairs(_pairs(found) or [(_("Nothing"), _("Nothing was changed while travelling."))])
        self._told.show()
        self.shown.emit()
        self._take.setEnabled(bool(found.changes or found.withdrawals))
        self._take.setFocus()
        bring_into_view(self._told)

    def _merged(self, found: Merged) -> None:
        self.passphrase.forget()
        waiting = len(found.of("conflict"))
        brought = len(found.of("new")) + len(found.of("newer"))
        words = ngettext("%(count)d record came home.", "%(count)d records came home.", brought) % {"count": brought}
        if waiting:
            more = ngettext(
                "%(count)d waits for your decision: it stands in the list.",
                "%(count)d wait for your decision: they stand in the list.",
                waiting,
            )
            self._changed("warn", words, more % {"count": waiting})
        else:
            self._changed("good", words, _("Now destroy the travel vault."))
        self.desk.records_changed.emit()
        self.desk.contacts_changed.emit()


def _pairs(found: Merged) -> list[tuple[str, str]]:
    words = {
        "new": _("New"),
        "newer": _("Changed"),
        "conflict": _("To be decided"),
        "gone": _("Purged at home meanwhile, not taken"),
        "refused": _("Not the travel vault's to change, not taken"),
    }
    pairs = []
    for kind in _KINDS:
        titles = [one.title for one in found.of(kind)]
        more = len(titles) - _LISTED
        shown = titles[:_LISTED] + ([_("and %(count)d more") % {"count": more}] if more > 0 else [])
        pairs.append((words[kind], "\n".join(shown)))
    counted = ((_("Revocations"), found.withdrawals),)
    return [pair for pair in (*pairs, *((name, str(count)) for name, count in counted if count)) if pair[1]]


class ConflictPanel(ActPanel):
    """One record that two sides have changed: both versions side by side, and which one is to count."""

    def __init__(self, desk: Desk, one: Conflict, changed: Changed) -> None:
        why = _(
            "The record was changed at home and on the journey, or marked otherwise on the way. Both versions stay in"
            " its history; one of them counts."
        )
        super().__init__(desk, one.title or kind_title(kind_of(one.here)), why)
        self._one = one
        self._changed = changed
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(10)
        home = button(_("Keep what is at home"), lambda: self.decide("home"), icon="case")
        there = button(_("Take what came home"), lambda: self.decide(one.revision), icon="received")
        frame = QFrame()
        frame.setLayout(self._grid)
        self.build(card(kind_title(kind_of(one.here)), frame, flow(home, there)))
        look = desk.ask(self, lambda s, _c: cases.titles(s, {*references_of(one.here), *references_of(one.there)}))
        desk.tasks.start(look.success(self._fill).failure(self.messages.fail))

    def labels(self) -> list[Label]:
        """Return the labels of both versions."""
        return [self._one.here.label, self._one.there.label]

    def decide(self, keep: str) -> None:
        """Let one version count."""
        record_id = self._one.record_id

        def work(session: Session, _control: Control) -> Record:
            return merging.decide(session, record_id, keep)

        def done(_record: Record) -> None:
            said = _("Decided: what is at home counts.") if keep == "home" else _("Decided: what came home counts.")
            self._changed("good", said)
            self.desk.records_changed.emit()

        self.run(_("Keeping the decision"), work, done, can_stop=False)

    def _fill(self, titles: dict[str, str]) -> None:
        heads = ("", _("At home"), _("From the journey"))
        for place, words in enumerate(heads):
            self._grid.addWidget(PlainLabel(words, "section"), 0, place)
        for line, (name, here, there) in enumerate(differing(self._one, titles), start=1):
            self._grid.addWidget(PlainLabel(name, "field"), line, 0)
            for place, text in ((1, here), (2, there)):
                self._grid.addWidget(_value(text), line, place)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)


def _value(text: str) -> QWidget:
    shown = PlainLabel(text or _("(empty)"), "" if text else "muted", selectable=True)
    shown.setMinimumWidth(1)
    return shown


def differing(one: Conflict, titles: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return (field, at home, from the journey) in words for what differs, the marking first."""
    here, there = _words(one.here, titles), _words(one.there, titles)
    names = [*here, *(name for name in there if name not in here)]
    return [(name, here.get(name, ""), there.get(name, "")) for name in names if here.get(name) != there.get(name)]


def _words(record: Record, titles: dict[str, str]) -> dict[str, str]:
    fields = {one.title: _text(one) for one in shown_fields(record, titles)}
    marks = [one.marking for one in record.field_labels.values()]
    return {_("Marking"): record.label.marking, _("Markings of fields"): "\n".join(marks), **fields}


def _text(one: Shown) -> str:
    return "\n".join([*one.paragraphs, *(words for _key, words in one.links)])
