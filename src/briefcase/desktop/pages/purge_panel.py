"""Deleting a case for good: what would go and what would stay, the number typed, and the certificate."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages import caselists
from briefcase.desktop.pages.acting import ActPanel, card
from briefcase.desktop.pages.copy_panels import Changed
from briefcase.desktop.showing import count_words, grouped_fingerprint, local_time, size_words
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, bring_into_view, button, row
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import Notice, VerdictPanel
from briefcase.desktop.widgets.passphrase import labelled
from briefcase.desktop.widgets.rowlist import RowList
from briefcase.desktop.widgets.search import SearchField
from briefcase.language import _, ngettext
from briefcase.records.folding import fold
from briefcase.records.label import Label
from briefcase.services import cases
from briefcase.services.cases import CaseRow
from briefcase.services.keeping import purging
from briefcase.services.keeping.purging import Certificate, Planned
from briefcase.services.session import Session

_LISTED = 12


class PurgePanel(ActPanel):
    """Chooses a case, says what follows, and deletes it when its number was typed."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "Hand over or print first what must be kept. Nothing brings the case back, not even this program; what it"
            " left in the database is overwritten."
        )
        super().__init__(desk, _("Delete a case for good"), why)
        self._changed = changed
        self._cases: tuple[CaseRow, ...] = ()
        self._planned: Planned | None = None
        self.list = RowList(_("Cases"))
        self.list.setMinimumHeight(180)
        self.list.chosen.connect(self.plan)
        self.search = SearchField(_("Find the case"), self.list)
        self.search.asked.connect(lambda _text: self._show_cases())
        self.number = QLineEdit()
        self.number.setMaximumWidth(320)
        self.number.returnPressed.connect(self.ask)
        self._ask_number = PlainLabel("", "field")
        self._facts = Facts()
        go = button(_("Delete it for good…"), self.ask, icon="trash")
        self._plan = card(_("What follows"), self._facts, self._ask_number, self.number, row(go, 1), self.question)
        self._plan.hide()
        self._verdict = VerdictPanel()
        self._proof = Facts()
        self._ended = card(_("Certificate"), self._verdict, self._proof, Notice("warn", _still()))
        self._ended.hide()
        self._choice = labelled(_("Which case"), self.search, self.list)
        self.build(self._choice, self._plan, self._ended)
        look = desk.ask(self, lambda s, _c: tuple(cases.list_cases(s)))
        desk.tasks.start(look.success(self._offer).failure(self.messages.fail))

    def labels(self) -> list[Label]:
        """Return the labels of the cases that are listed."""
        return [one.label for one in self._cases]

    def plan(self, case_id: str) -> None:
        """Say what deleting a case would do; nothing is changed."""
        self._planned = None
        self._plan.hide()
        self.number.clear()
        work = self.desk.ask(self, lambda s, _c: purging.plan(s, case_id)).superseding("purge")
        self.desk.tasks.start(work.success(self._show).failure(self.messages.fail))

    def ask(self) -> None:
        """Ask for the last time."""
        planned, typed = self._planned, self.number.text()
        if planned is None:
            return
        if not typed.strip():
            self.messages.tell("info", _("Type the number of the case as it is shown."))
            self.number.setFocus()
            return
        words = _("%(title)s is deleted for good when you say so now.")
        self.question.ask(words % {"title": planned.title}, _("Delete it for good"), self.purge)

    def purge(self) -> None:
        """Delete it; once begun there is no stopping."""
        planned, typed = self._planned, self.number.text()
        if planned is None:
            return

        def work(session: Session, control: Control) -> Certificate:
            purging.purge(session, planned, typed, progress=control.progress)
            return purging.certificate(session, planned.case_id)

        self.run(_("Deleting, then overwriting what is left"), work, self._done, can_stop=False)

    def _offer(self, found: tuple[CaseRow, ...]) -> None:
        self._cases = found
        self._show_cases()
        if not found:
            self.messages.tell("info", _("There is no case in this vault."))
        self.shown.emit()

    def _show_cases(self) -> None:
        asked, pack = fold(self.search.text()), self.desk.session.pack
        found = [one for one in self._cases if asked in fold(f"{one.title} {one.reference}")]
        self.list.show_rows([caselists.case_row(one, pack) for one in found])

    def _show(self, planned: Planned) -> None:
        self._planned = planned
        self._facts.show_pairs(_pairs(planned))
        self._ask_number.setText(_("To delete it type its number: %(number)s") % {"number": planned.number})
        self.number.setAccessibleName(self._ask_number.text())
        self._plan.show()
        bring_into_view(self.number)

    def _done(self, proof: Certificate) -> None:
        planned = self._planned
        self._planned = None
        for part in (self._choice, self._plan):
            part.hide()
        self._cases = ()
        words = _("The case is deleted, and what it left in the database is overwritten")
        more = _("This stands in the audit log for good. Write the head down if you must prove it later.")
        self._verdict.show_verdict("good", words, more)
        self._proof.show_pairs(
            [
                (_("Case"), proof.case_id),
                (_("Deleted"), local_time(proof.time)),
                (_("By"), proof.actor),
                (_("Records"), count_words(planned.records) if planned else ""),
                (_("Entry in the log"), str(proof.number)),
                (_("Its value"), grouped_fingerprint(proof.chain)),
                (_("Audit head now"), grouped_fingerprint(proof.head)),
            ]
        )
        self._ended.show()
        self.shown.emit()
        self.desk.records_changed.emit()


def _pairs(planned: Planned) -> list[tuple[str, str]]:
    files = ngettext("%(count)d attached file", "%(count)d attached files", planned.attachments)
    going = [
        count_words(planned.records),
        ngettext("%(count)d version of them", "%(count)d versions of them", planned.revisions)
        % {"count": planned.revisions},
        f"{files % {'count': planned.attachments}} ({size_words(planned.size)})",
        _("all drafts in this vault"),
    ]
    staying = _first([title or key for key, title in planned.staying])
    log = ngettext("%(count)d line about them, as ids", "%(count)d lines about them, as ids", planned.disclosures)
    copies = ngettext(
        "%(count)d was made; destroy it if it holds the case",
        "%(count)d were made; destroy those that hold the case",
        planned.copies,
    )
    return [
        (_("Case"), planned.title),
        (_("Goes for good"), "\n".join(going)),
        (_("Saved searches that quote it go, too"), "\n".join(_first(planned.searches))),
        (_("Stays, needed elsewhere"), "\n".join(staying)),
        (_("Stays in the log"), log % {"count": planned.disclosures} if planned.disclosures else ""),
        (_("Copies, travel vaults"), copies % {"count": planned.copies} if planned.copies else ""),
    ]


def _first(names: Sequence[str]) -> list[str]:
    """Return the first of many names, and how many more there are."""
    more = len(names) - _LISTED
    return [*names[:_LISTED], *([_("and %(count)d more") % {"count": more}] if more > 0 else [])]


def _still() -> str:
    return _(
        "Copies, travel vaults and what partners were given still hold it. On a laptop with a flash disk put the vault"
        " under new keys afterwards: old blocks may survive in the chip."
    )
