"""The Hand over page: a wizard over ``handover_flow``; it shows the step, asks the services, and seals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.handover_flow import Flow, Step, step_names
from briefcase.desktop.pages import caselists, handover_steps
from briefcase.desktop.pages.handed import UnfinishedCard
from briefcase.desktop.pages.matches import MatchesCard
from briefcase.desktop.pages.page import Page, Stage, head
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PAGE_MARGIN, PlainLabel, box, button, column, row
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.kinds import Link
from briefcase.records.label import Label
from briefcase.services import cases, contacts, handover, outgoing, trust
from briefcase.services.clearing import matches
from briefcase.services.messaging.errors import MessageMentions
from briefcase.services.messaging.mentions import Mention
from briefcase.services.outgoing import Unfinished
from briefcase.services.session import Session

Loaded = tuple[list[Any], list[Any], list[Unfinished], str]
Result = tuple[tuple[Any, ...], tuple[str, ...], tuple[Mention, ...]]


class HandoverPage(Page):
    """Case, partners, release, preview, seal, done."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.flow = Flow()
        self._cases: list[Any] = []
        self._contacts: list[Any] = []
        self._ends: dict[str, str] = {}
        self._labels: list[Label] = []
        self._begun: list[Unfinished] = []
        self._notice = ""
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self._title = PlainLabel(_("Hand over"), "title")
        self._case = PlainLabel(role="muted")
        self._steps = [PlainLabel(wrap=False) for _name in step_names()]
        self.stage = Stage()
        self._back = button(_("Back"), self.go_back)
        self._next = button(_("Continue"), self.go_on, role="primary")
        self._build()

    def enter(self) -> None:
        """Be shown: load cases and partners."""
        if self.flow.step in (Step.CASE, Step.PARTNERS):
            self.desk.tasks.start(self.desk.ask(self, _load).superseding("handover").success(self._take))
        self._show_banner()

    def begin(self, case_id: str) -> None:
        """Start with a case that was chosen elsewhere."""
        before = self.flow if case_id == self.flow.case_id and self.flow.step != Step.RESULT else Flow()
        self.flow = replace(before, step=Step.PARTNERS, case_id=case_id, plan=None, mentions=(), left_out=())
        self.messages.clear()

    def kept(self) -> bytes:
        """Return the words of a hand-over under way, to be kept over a lock; empty when there are none."""
        return self.flow.to_bytes()

    def bring_back(self, data: bytes) -> None:
        """Go on with a hand-over that a lock interrupted, unless another was begun meanwhile."""
        if self.flow == Flow():
            self.flow = Flow.from_bytes(data)
            self.messages.tell("info", _("The hand-over that you were preparing is here again."))

    def forget(self) -> None:
        """Drop everything that came out of the vault."""
        self.flow = Flow()
        self._cases, self._contacts, self._ends, self._labels = [], [], {}, []
        self._begun, self._notice = [], ""
        self.messages.clear()
        self._settle()
        self.stage.show_view(QFrame())

    def go_on(self) -> None:
        """Go a step on, ask release to decide, or seal."""
        trouble = self.flow.trouble()
        if trouble:
            self.messages.tell("warn", trouble)
            return
        self.messages.clear()
        if self.flow.step == Step.RESULT:
            self.flow = Flow()
            self.enter()
        elif self.flow.step == Step.SEAL:
            self._seal()
        elif self.flow.needs_plan() and self.flow.plan is None:
            self._plan()
        else:
            self.flow = self.flow.on()
            self._show()

    def go_back(self) -> None:
        """Go a step back."""
        self.messages.clear()
        self.flow = self.flow.back()
        self._show()

    def settle(self, one: Unfinished, gone: bool) -> None:  # noqa: FBT001 - called by a signal
        """Remove what is left of a file that was begun, or note that it is gone."""

        def done(outcome: outgoing.Outcome) -> None:
            tone = "warn" if outcome in ("stands", "torn", "unreachable") else "good"
            self.messages.tell(tone, f"{one.name}: {outgoing.outcome_words(outcome)}.")
            self.enter()

        work = self.desk.ask(self, lambda s, _c: outgoing.settle(s, one, gone=gone))
        self.desk.tasks.start(work.success(done).failure(self.messages.fail))

    def _take(self, found: Loaded) -> None:
        self._cases, self._contacts, self._begun, self._notice = found
        title = next((case.title for case in self._cases if case.id == self.flow.case_id), "")
        self.flow = self.flow.with_case(self.flow.case_id, title)
        self._show()

    def _let_go(self, numbers: tuple[str, ...]) -> None:
        """Keep the officer's word on matches, and let release decide anew."""
        open_matches = self.flow.plan.matches
        self._plan(lambda session: matches.confirm(session, open_matches, numbers))

    def _leave_out(self, record_ids: tuple[str, ...]) -> None:
        self.flow = self.flow.without(record_ids)
        self._plan()

    def _plan(self, before: Callable[[Session], object] = lambda _session: None) -> None:
        flow = self.flow
        self._next.setEnabled(False)

        def work(session: Session, _control: Control) -> tuple[handover.Plan, dict[str, str], list[Label]]:
            before(session)
            selected = handover.without(handover.of_case(session, flow.case_id), flow.left_out)
            plan = handover.plan(session, selected, flow.partners)
            shown = [*cases.case_records(session, flow.case_id), *cases.tear_lines(session, flow.case_id)]
            return plan, _ends(session, flow.case_id), [record.label for record in shown]

        def done(found: tuple[handover.Plan, dict[str, str], list[Label]]) -> None:
            self._next.setEnabled(True)
            plan, self._ends, self._labels = found
            self.flow = flow.with_plan(plan)
            self._show()

        self.desk.tasks.start(self.desk.ask(self, work).superseding("plan").success(done).failure(self._failed))

    def _seal(self, accepted: frozenset[Mention] = frozenset()) -> None:
        flow = self.flow
        self.progress.begin(_("Sealing, then reading back"))
        self.stage.setEnabled(False)
        self._next.setEnabled(False)
        self._back.setEnabled(False)

        def work(session: Session, control: Control) -> Result:
            folder = Path(flow.out_folder.strip()).expanduser()
            purpose, caveat = flow.purpose.strip(), flow.caveat.strip()
            try:
                sealed = handover.seal(
                    session,
                    flow.plan,
                    folder,
                    purpose=purpose,
                    caveat=caveat,
                    allow_names=accepted,
                    progress=control.progress,
                    cancel=control.cancelled,
                )
            except MessageMentions:
                if found := handover.named(session, flow.plan, purpose=purpose, caveat=caveat):
                    return (), (), tuple(found)
                raise
            return tuple(sealed), outgoing.place_notices(folder) if sealed else (), ()

        def done(result: Result) -> None:
            self._settle()
            sealed, notices, named = result
            self.flow = replace(flow, mentions=named) if named else flow.with_result(sealed, notices)
            self._show()

        operation = self.desk.ask(self, work).success(done).failure(self._failed)
        control = self.desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def _failed(self, error: BriefcaseError) -> None:
        self._settle()
        self.messages.fail(error)

    def _settle(self) -> None:
        self.progress.end()
        self.stage.setEnabled(True)
        self._next.setEnabled(True)
        self._back.setEnabled(True)

    def _show(self) -> None:
        self.stage.show_view(self._panel())
        self._case.setText(self.flow.case_title or _("What goes to whom is decided record by record."))
        for place, (label, name) in enumerate(zip(self._steps, step_names(), strict=True)):
            label.setText(_("%(number)d %(name)s") % {"number": place + 1, "name": name})
            label.setProperty("role", "section" if place == self.flow.step else "small")
            label.style().polish(label)
        words = {Step.SEAL: _("Seal"), Step.RESULT: _("Start another")}
        self._next.setText(words.get(self.flow.step, _("Continue")))
        self._next.setAccessibleName(self._next.text())
        self._back.setVisible(self.flow.step not in (Step.CASE, Step.RESULT))
        self._show_banner()

    def _panel(self) -> QFrame:
        flow = self.flow
        if flow.step == Step.CASE:
            rows = [caselists.case_row(case, self.desk.session.pack) for case in self._cases]
            return self._with_begun(handover_steps.case_panel(rows, flow.case_id, self._choose_case))
        if flow.step == Step.PARTNERS:
            return handover_steps.partners_panel(self._contacts, flow.partners, self._choose_partners, self._notice)
        if flow.step == Step.MATRIX:
            first = MatchesCard(flow.plan.matches, self._let_go, self._leave_out) if flow.plan.matches else None
            return handover_steps.MatrixPanel(flow.plan, self._ends, first)
        if flow.step == Step.PREVIEW:
            return handover_steps.preview_panel(flow, self.desk.session.pack)
        if flow.step == Step.SEAL:
            return handover_steps.SealPanel(flow, self._choose_target, self._look_for_leftovers, self._seal)
        return handover_steps.result_panel(flow)

    def _with_begun(self, panel: QFrame) -> QFrame:
        """Put files that were begun and do not stand above the first step."""
        if not self._begun:
            return panel
        card = UnfinishedCard(self._begun)
        card.settled.connect(self.settle)
        above = box(column(card))
        above.setContentsMargins(PAGE_MARGIN, 12, PAGE_MARGIN, 0)
        whole = column(above, panel, gap=0)
        whole.setStretch(1, 1)
        return box(whole)

    def _look_for_leftovers(self, folder: str, tell: Callable[[list[outgoing.LeftOver]], None]) -> None:
        """Ask whether unfinished files stand in a folder."""
        work = self.desk.ask(self.stage, lambda s, _c: outgoing.leftovers(s, Path(folder).expanduser()))
        self.desk.tasks.start(work.superseding("leftovers").success(tell).failure(lambda _error: None))

    def _choose_case(self, case_id: str, title: str) -> None:
        self.flow = self.flow.with_case(case_id, title)
        self._case.setText(title)
        self.messages.clear()

    def _choose_partners(self, partners: tuple[str, ...]) -> None:
        self.flow = self.flow.with_partners(partners)
        self.messages.clear()

    def _choose_target(self, folder: str, purpose: str, caveat: str) -> None:
        self.flow = self.flow.with_target(folder, purpose, caveat)

    def _show_banner(self) -> None:
        if not self.isVisibleTo(self.window()) or not self.desk.is_open:
            return
        if self.flow.step == Step.MATRIX:
            self.desk.show_labels(self._labels)
        elif self.flow.step == Step.PREVIEW:
            shown = [record for file in self.flow.files() for record in (*file.records, *file.tear_lines)]
            own = [case.label for case in self._cases if case.id == self.flow.case_id]
            self.desk.show_labels([*own, *(label for record in shown for label in (record.label,))])
        else:
            self.desk.show_labels(
                case.label for case in self._cases if self.flow.step == Step.CASE or case.id == self.flow.case_id
            )

    def _build(self) -> None:
        trail = row(*self._steps, 1, gap=18)
        said = Said(self.messages, self.progress)
        foot = box(row(self._back, 1, self._next), "foot")
        foot.setContentsMargins(20, 10, 20, 10)
        top = head(column(self._title, self._case, trail, gap=4))
        whole = column(top, said, self.stage, foot, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)


def _load(session: Session, _control: Control) -> Loaded:
    notice = trust.own_notice(session)
    return cases.list_cases(session), contacts.list_contacts(session), outgoing.unfinished(session), notice


def _ends(session: Session, case_id: str) -> dict[str, str]:
    """Return what the links of a case join, in words."""
    links = [record for record in cases.case_records(session, case_id) if isinstance(record, Link)]
    titles = cases.titles(session, {end for link in links for end in (link.from_id, link.to_id)})
    return {link.id: caselists.ends(link, titles) for link in links}
