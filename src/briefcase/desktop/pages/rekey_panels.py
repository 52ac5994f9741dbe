"""New recovery words, and new keys for the whole vault: the words are shown, go onto paper and are typed back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.acting import ActPanel, card, patient
from briefcase.desktop.pages.key_panels import Changed, proving
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import box, bring_into_view, button, column, row
from briefcase.desktop.widgets.messages import Notice
from briefcase.desktop.widgets.passphrase import NewPassphrase, PassphraseField, labelled
from briefcase.desktop.widgets.wordsheet import WordSheet
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.services.access import slots
from briefcase.services.access.errors import RecoveryWordsDiffer
from briefcase.services.access.slots import Prepared
from briefcase.services.session import Session


class _WordsPanel(ActPanel):
    """First a passphrase, then the words that were made, then what is done with them."""

    def __init__(self, desk: Desk, changed: Changed, title: str, why: str) -> None:
        super().__init__(desk, title, why)
        self._changed = changed
        self._prepared: Prepared | None = None
        self.current = PassphraseField(_("Your passphrase"))
        self.current.submitted.connect(self.prepare)
        self.sheet = WordSheet(desk.tasks, self.messages, asked=slots.TYPED_BACK)
        make = button(_("Show new words"), self.prepare, role="primary", icon="document")
        self._second = QFrame()
        self._first = card(_("First your passphrase"), labelled(_("Your passphrase"), self.current), row(make, 1))

    def forget(self) -> None:
        """Drop the words and everything typed."""
        super().forget()
        self.sheet.forget()
        self._prepared = None

    def prepare(self) -> None:
        """Prove who it is and show new words; they do not count yet."""
        current = self.current.text()
        if not current:
            self.messages.tell("info", _("Write your passphrase first."))
            return

        def work(session: Session, control: Control) -> Prepared:
            return self.make(session, current, control)

        self.run(proving(), work, self._show)

    def make(self, session: Session, current: str, control: Control) -> Prepared:
        """Return the words; called in the background."""
        raise NotImplementedError

    def failed(self, error: BriefcaseError) -> None:
        """Say what went wrong; a word that differs is typed again."""
        super().failed(error)
        if isinstance(error, RecoveryWordsDiffer):
            self.sheet.point_at(int(str(error.facts.get("place", 0))))

    def _show(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self.current.forget()
        self._first.hide()
        self.sheet.show_words(prepared.recovery_words, lambda work: self.desk.ask(self.sheet, lambda s, _c: work(s)))
        self._second.show()
        bring_into_view(self.sheet)


class RecoveryPanel(_WordsPanel):
    """New recovery words beside those that there are."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "Twenty-four words that open the vault when the passphrase is lost. Earlier sheets go on opening it until"
            " you remove them."
        )
        super().__init__(desk, changed, _("Make new recovery words"), why)
        self.sheet.submitted.connect(self.add)
        go = button(_("These words count from now on"), self.add, role="primary", icon="check")
        self._second = card(_("Write them down"), self.sheet, row(go, 1))
        self._second.hide()
        self.build(self._first, self._second)

    def make(self, session: Session, current: str, control: Control) -> Prepared:
        """Return words for the present keys."""
        return slots.prepare_recovery(session, current, waiting=patient(control))

    def add(self) -> None:
        """Let the words count that were typed back."""
        prepared, typed = self._prepared, self.sheet.typed()
        if prepared is None:
            return

        def work(session: Session, _control: Control) -> None:
            slots.add_recovery(session, prepared, typed)

        def done(_nothing: object) -> None:
            self.sheet.forget()
            more = _(
                "If the old sheet is lost, or somebody else may have seen it, choose it in the list and remove it."
            )
            self._changed(_("The new recovery words count."), more, str(prepared.slot["id"]))

        self.run(_("Adding the recovery words"), work, done, can_stop=False)


@dataclass(frozen=True)
class _Fresh:
    """The vault under new keys, to go on with."""

    session: Session


class RekeyPanel(_WordsPanel):
    """New keys for the whole vault: whatever opened it before opens it no more."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "When a passphrase, a sheet or a copy may be in wrong hands, changing the passphrase is not enough: who has"
            " an old copy of the vault's header opens it with the old one. This writes the vault anew under new keys."
        )
        super().__init__(desk, changed, _("Put the vault under new keys"), why)
        self.new = NewPassphrase(slots.own_words(desk.session))
        self.new.submitted.connect(self.ask)
        go = button(_("Put it under new keys…"), self.ask, role="primary", icon="key")
        end = card(_("New passphrase"), self.new, row(go, 1), self.question)
        first = card(_("Write the new words down"), self.sheet)
        self._second = box(column(first, end, gap=16))
        self._second.hide()
        self.build(_consequences(), self._first, self._second)

    def make(self, session: Session, current: str, control: Control) -> Prepared:
        """Return words for new keys."""
        return slots.prepare_revocation(session, current, waiting=patient(control))

    def ask(self) -> None:
        """Ask once more before the keys are changed."""
        if self._prepared is None:
            return
        if self.new.trouble():
            self.messages.tell("info", self.new.trouble())
            return
        if wrong := self.sheet.wrong():
            self.messages.tell("warn", _("That is not what stands there. Look at your sheet again."))
            self.sheet.point_at(wrong)
            return
        words = _(
            "No earlier passphrase, sheet, second officer or PIN will open this vault any more. Is the paper with the"
            " new words in your hand?"
        )
        self.question.ask(words, _("Put it under new keys"), self.rekey)

    def rekey(self) -> None:
        """Do it: up to a minute for a large vault; stopping leaves everything as it was."""
        prepared, typed, new = self._prepared, self.sheet.typed(), self.new.text()
        if prepared is None:
            return

        def work(session: Session, control: Control) -> _Fresh:
            return _Fresh(slots.revoke(session, prepared, typed, new, progress=control.counted))

        def done(_fresh: object) -> None:
            self.forget()
            more = _(
                "Add a second officer and the keyring again. Destroy the old sheets and the old copies, and save a new"
                " copy. If the laptop itself was out of your sight, tell your partners."
            )
            self._changed(_("The vault is under new keys; nothing that opened it before opens it any more."), more)

        self.run_exchange(_("Writing the vault anew under new keys"), work, done)


def _consequences() -> Notice:
    more = "\n".join(
        "• " + line
        for line in (
            _("Every earlier passphrase, sheet of words, second officer and PIN ends here."),
            _("A second officer and the keyring have to be added again."),
            _("Copies and travel vaults that were made before stay as they are, and open with what opened them."),
            _("Your card and what partners sealed to you stay; partners need do nothing."),
        )
    )
    return Notice("warn", _("What follows"), more)
