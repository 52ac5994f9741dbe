"""Saving a copy of the vault, restoring one, and what a restored vault has to be told before anything leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.acting import ActPanel, card, form, patient
from briefcase.desktop.showing import grouped_fingerprint, local_time, size_words
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import button, row
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.flow import flow
from briefcase.desktop.widgets.messages import Notice, VerdictPanel
from briefcase.desktop.widgets.passphrase import PassphraseField, labelled
from briefcase.desktop.widgets.placefield import PlaceField
from briefcase.language import _, ngettext
from briefcase.services.keeping import copies
from briefcase.services.keeping.copies import Copied, Declared, Earlier, Restored
from briefcase.services.session import Session

_SHOWN = 8


class Changed(Protocol):
    """What a panel calls when its work is done: tone, a sentence, what is to be done, which entry to show."""

    def __call__(self, tone: str, words: str, more: str = "", go: str = "") -> None:
        """Take note."""


class SaveCopyPanel(ActPanel):
    """Saves a copy and reads it back; below stand the copies that were made before."""

    def __init__(self, desk: Desk, earlier: Sequence[Earlier], changed: Changed) -> None:
        why = _(
            "Once a week and before every journey. The copy holds everything, opens with the same passphrase, and is"
            " read back from the stick before it counts. It is for keeping, not for working in."
        )
        super().__init__(desk, _("Save a copy"), why)
        self._changed = changed
        self.place = PlaceField(_("Stick or folder for the copy"))
        self.place.submitted.connect(self.save)
        self._go = button(_("Save the copy"), self.save, role="primary", icon="save")
        self._verdict = VerdictPanel()
        self._facts = Facts()
        self._told = card(_("The copy"), self._verdict, self._facts)
        self._told.hide()
        self._earlier = card(
            _("Copies that were made"), _list_of(earlier), why=_("Where they are now, you know alone.")
        )
        where = labelled(_("Stick or folder for the copy"), self.place)
        self.build(form(where, row(self._go, 1)), self._told, self._earlier)

    def save(self) -> None:
        """Save it."""
        if not self.place.text():
            self.messages.tell("info", _("Choose the stick or the folder that the copy goes to."))
            self.place.setFocus()
            return
        place = self.place.path()

        def work(session: Session, control: Control) -> tuple[Copied, list[Earlier]]:
            done = copies.save_copy(session, place, progress=control.progress, cancel=control.cancelled)
            return done, copies.earlier(session)

        self._told.hide()
        self.run(_("Saving the copy, then reading all of it back"), work, self._show)

    def _show(self, found: tuple[Copied, list[Earlier]]) -> None:
        copied, _earlier = found
        if copied.faults:
            words = _("The copy stands, but the vault itself is not whole")
            more = "\n".join([*(one.words for one in copied.faults), _("Do not work on: restore an older copy.")])
            self._verdict.show_verdict("bad", words, more)
        else:
            more = _("Write the audit head down on paper, take the stick out, and keep it apart from the laptop.")
            self._verdict.show_verdict("good", _("The copy was read back and is whole"), more)
        self._facts.show_pairs(
            [
                (_("Folder"), str(copied.path)),
                (_("Size"), size_words(copied.size)),
                (_("Audit head"), grouped_fingerprint(copied.head)),
                (_("Entry"), str(copied.entries)),
                (
                    _("To know"),
                    "" if copied.logged else _("The vault can only be read, so its log does not tell of it."),
                ),
            ]
        )
        self._told.show()
        self._earlier.hide()


def _list_of(earlier: Sequence[Earlier]) -> QFrame:
    facts = Facts()
    pairs = [(local_time(one.time), f"{one.name}\n{size_words(one.size)}") for one in earlier[:_SHOWN]]
    if len(earlier) > _SHOWN:
        more = ngettext("%(count)d earlier one", "%(count)d earlier ones", len(earlier) - _SHOWN)
        pairs.append((_("And"), more % {"count": len(earlier) - _SHOWN}))
    facts.show_pairs(pairs or [(_("None"), _("This vault was never copied. A lost laptop would be a lost case."))])
    return facts


class RestorePanel(ActPanel):
    """Makes a vault to work in from a copy; needs no open vault. ``restored`` tells its folder."""

    restored = Signal(str)

    def __init__(self, desk: Desk, changed: Changed | None = None) -> None:
        why = _(
            "The copy is only read. What was written, revoked or recalled after it was made is not in it: until you"
            " have taken revocations in again, nothing can be handed over."
        )
        super().__init__(desk, _("Restore from a copy"), why)
        self._changed = changed
        self.copy = PlaceField(_("Folder of the copy"))
        self.folder = PlaceField(_("New folder for the vault"), new=True)
        self.passphrase = PassphraseField(_("Passphrase of the copy, or its recovery words"))
        self.passphrase.submitted.connect(self.restore)
        go = button(_("Restore"), self.restore, role="primary", icon="received")
        self._verdict = VerdictPanel()
        self._verdict.hide()
        self._open = button(_("Go and unlock it"), self._go_to, icon="unlock")
        self._open.hide()
        self._folder = ""
        self.build(
            form(
                labelled(_("Folder of the copy, on the stick"), self.copy),
                labelled(_("New folder for the vault, on this computer's own disk"), self.folder),
                labelled(_("Passphrase of the copy, or its recovery words"), self.passphrase),
                row(go, 1),
            ),
            self._verdict,
            row(self._open, 1),
        )

    def restore(self) -> None:
        """Restore it, verified before it stands under its name."""
        typed = self.passphrase.text()
        if not (self.copy.text() and self.folder.text() and typed):
            self.messages.tell("info", _("Give the copy, a new folder and the passphrase."))
            return
        copy, folder = self.copy.path(), self.folder.path()

        def work(control: Control) -> Restored:
            return copies.restore(
                copy,
                folder,
                typed,
                progress=control.progress,
                cancel=control.cancelled,
                waiting=patient(control),
            )

        self._verdict.hide()
        self.run_alone(_("Copying and checking; before that, comparing the passphrase"), work, self._show)

    def _show(self, done: Restored) -> None:
        self.passphrase.forget()
        self._folder = str(done.path)
        words = _(
            "It is in %(folder)s, from a copy of %(made)s. Unlock it, take in revocations and recalls again, and say so"
            " under Copies and journeys."
        )
        facts = {"folder": done.path, "made": local_time(done.made)}
        self._verdict.show_verdict("good", _("The vault was restored and is whole"), words % facts)
        self._verdict.show()
        self._open.show()

    def _go_to(self) -> None:
        self.restored.emit(self._folder)


class SettlePanel(ActPanel):
    """Asks about revocations and recalls after a vault was restored; nothing leaves it before."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        super().__init__(desk, _("After restoring: what was revoked"), _settle_words())
        self._changed = changed
        contacts = button(_("Go to Contacts…"), lambda: desk.go.emit("contacts", None), icon="contacts")
        received = button(_("Go to Received…"), lambda: desk.go.emit("received", None), icon="received")
        taken = button(_("I have taken them in"), lambda: self.settle("taken"), role="primary", icon="check")
        none = button(_("There are none…"), self._ask_none)
        self.build(
            Notice("warn", _("Until this is answered nothing can be handed over.")),
            card(
                _("1. Take in again"),
                flow(contacts, received),
                why=_(
                    "Revocations under Contacts, from the file that you saved or from partners' papers; recalls and"
                    " notices under Received."
                ),
            ),
            card(_("2. Then say so"), flow(taken, none), self.question),
        )

    def settle(self, declared: Declared) -> None:
        """Answer."""

        def done(came: int) -> None:
            words = ngettext(
                "%(count)d revocation or recall was taken in since; handing over is possible again.",
                "%(count)d revocations and recalls were taken in since; handing over is possible again.",
                came,
            )
            self._changed("good", words % {"count": came}, go="do:copy")

        self.run(_("Looking at what was taken in"), lambda s, _c: copies.settle(s, declared), done, can_stop=False)

    def _ask_none(self) -> None:
        words = _(
            "Did you ask every partner, and none has revoked a card or recalled a record since the copy was made?"
        )
        self.question.ask(words, _("Yes, there are none"), lambda: self.settle("none"))


def _settle_words() -> str:
    return _(
        "This vault was restored from a copy. A partner's card that was revoked since then, or a record that was"
        " recalled, is not known here."
    )
