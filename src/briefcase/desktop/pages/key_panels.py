"""The panels of the page Keys and passphrase: one way in, testing, changing, adding, removing, and a wrong date."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QLineEdit, QWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.acting import ActPanel, card, form, patient
from briefcase.desktop.showing import local_time
from briefcase.desktop.tasks import Control
from briefcase.desktop.widgets.basics import PlainLabel, button, row
from briefcase.desktop.widgets.facts import Facts
from briefcase.desktop.widgets.messages import Notice
from briefcase.desktop.widgets.passphrase import NewPassphrase, PassphraseField, labelled
from briefcase.language import _
from briefcase.services.access import clock, keyrings, slots
from briefcase.services.access.slots import SlotInfo
from briefcase.services.access.strength import Strength
from briefcase.services.session import Session


class Changed(Protocol):
    """What a panel calls when the ways in are others now: a sentence, what is to be done, which entry to show."""

    def __call__(self, words: str, more: str = "", go: str = "") -> None:
        """Take note."""


def proving() -> str:
    """Return what is said while a passphrase is compared."""
    return _("Comparing takes a moment on purpose; after wrong tries up to a minute")


class SlotPanel(ActPanel):
    """One way in: what it is, when it was last shown to open the vault, and taking it away."""

    def __init__(self, desk: Desk, one: SlotInfo, proved: str, changed: Changed, *, last: bool) -> None:
        super().__init__(desk, one.title, _what(one.kind))
        self._one = one
        self._changed = changed
        self.passphrase = PassphraseField(_("Your passphrase"))
        self.passphrase.submitted.connect(self.ask)
        facts = Facts()
        facts.show_pairs(
            [
                (_("Made"), local_time(one.created) if one.created else _("with the vault")),
                (_("Last opened or tested"), local_time(proved) if proved else _("never")),
                (_("Number"), one.id),
            ]
        )
        keep = last and one.kind in ("passphrase", "recovery")
        self.build(facts, self._kept() if keep else self._removing())

    def ask(self) -> None:
        """Ask once more, with what follows, before it is taken away."""
        if not self.passphrase.text():
            self.messages.tell("info", _("Write your passphrase first: who takes a key away shows one."))
            self.passphrase.setFocus()
            return
        words = _("%(title)s will not open this vault any more. Older copies of the folder still open with it.")
        self.question.ask(words % {"title": self._one.title}, _("Remove it"), self.remove)

    def remove(self) -> None:
        """Take it away."""
        typed, slot_id = self.passphrase.text(), self._one.id

        def work(session: Session, control: Control) -> None:
            slots.remove(session, typed, slot_id, waiting=patient(control))

        said = _("%(title)s was removed.") % {"title": self._one.title}
        self.run(proving(), work, lambda _n: self._changed(said))

    def _kept(self) -> QWidget:
        words = _("It is the last of its kind, so it cannot be removed. Add the one that takes its place first.")
        return PlainLabel(words, "muted")

    def _removing(self) -> QWidget:
        go = button(_("Remove…"), self.ask, icon="trash")
        why = _("When a sheet was lost, an officer has left, or the keyring is not wanted any more.")
        return card(
            _("Take this key away"),
            labelled(_("Your passphrase, or your recovery words"), self.passphrase),
            row(go, 1),
            self.question,
            why=why,
        )


def _what(kind: str) -> str:
    return {
        "passphrase": _(
            "Opens the vault by itself. Nobody can read it out of the vault, and nobody can bring it back."
        ),
        "recovery": _(
            "Twenty-four words on a paper in a safe. The vault does not know them, so the sheet cannot be printed"
            " again: if it is lost, make new words and remove these."
        ),
        "keyring": _("Opens the vault with a short PIN on this computer alone. It protects less than a passphrase."),
    }.get(kind, "")


class TestPanel(ActPanel):
    """Says which way in a passphrase or a sheet is, and writes down that it was tested."""

    __test__ = False

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "Says which key it is, and that it opens this vault. Test the sheet in the safe once a year: a sheet that"
            " was copied wrongly is found today, not on the day you need it."
        )
        super().__init__(desk, _("Test a passphrase or a sheet"), why)
        self._changed = changed
        self.typed = PassphraseField(_("A passphrase, or all recovery words"))
        self.typed.submitted.connect(self.test)
        go = button(_("Test it"), self.test, role="primary", icon="check")
        below = PlainLabel(_("Type all twenty-four words in their order, with blanks between them."), "muted")
        self.build(form(labelled(_("A passphrase, or all recovery words"), self.typed), below, row(go, 1)))

    def test(self) -> None:
        """Compare it."""
        typed = self.typed.text()
        if not typed.strip():
            self.messages.tell("info", _("Type the passphrase or the words first."))
            return

        def work(session: Session, control: Control) -> SlotInfo:
            return slots.probe(session, typed, waiting=patient(control))

        def done(one: SlotInfo) -> None:
            words = _("It opens this vault: %(title)s, made %(when)s.")
            made = local_time(one.created) if one.created else _("with the vault")
            self._changed(
                words % {"title": one.title, "when": made}, _("The day of the test was written down."), one.id
            )

        self.run(proving(), work, done)


class ChangePanel(ActPanel):
    """Puts a new passphrase in the place of the old one."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "The old passphrase opens this vault no more. Copies made before still open with it: if somebody else may"
            " know it, put the vault under new keys instead."
        )
        super().__init__(desk, _("Change the passphrase"), why)
        self._changed = changed
        self.current = PassphraseField(_("Present passphrase, or the recovery words"))
        self.new = NewPassphrase(slots.own_words(desk.session))
        self.new.submitted.connect(self.change)
        paper = PlainLabel(_("Write it down on paper and lock the paper away: nobody can bring it back."), "muted")
        go = button(_("Change the passphrase"), self.change, role="primary", icon="key")
        old = labelled(_("Present passphrase, or the recovery words"), self.current)
        self.build(form(old, self.new, paper, row(go, 1)))

    def change(self) -> None:
        """Change it."""
        current, new = self.current.text(), self.new.text()
        if not current or self.new.trouble():
            self.messages.tell("info", self.new.trouble() if current else _("Write the present passphrase first."))
            return

        def work(session: Session, control: Control) -> Strength:
            return slots.change_passphrase(session, current, new, waiting=patient(control))

        def done(judged: Strength) -> None:
            more = _("Save a new copy of the vault; the older ones still open with the old passphrase.")
            self._changed(_("The passphrase was changed.") + " " + judged.words, more)

        self.run(proving(), work, done)


class OfficerPanel(ActPanel):
    """Gives a second officer a passphrase of his own."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "He opens the whole vault with a passphrase that you do not know, when you are away, and he is the second"
            " person where two are needed. Let him type it himself."
        )
        super().__init__(desk, _("Add a second officer"), why)
        self._changed = changed
        self.label = QLineEdit()
        self.label.setAccessibleName(_("Name of the second officer"))
        self.current = PassphraseField(_("Your passphrase"))
        self.new = NewPassphrase(slots.own_words(desk.session))
        self.new.submitted.connect(self.add)
        go = button(_("Add the officer"), self.add, role="primary", icon="contacts")
        self.build(
            card(
                _("You"),
                labelled(_("Your passphrase"), self.current),
                labelled(_("Name of the second officer"), self.label),
            ),
            card(_("Now the second officer"), self.new, row(go, 1)),
        )

    def add(self) -> None:
        """Add him."""
        current, label, new = self.current.text(), self.label.text(), self.new.text()
        trouble = "" if current and label.strip() else _("Write your passphrase and the name of the second officer.")
        if trouble or self.new.trouble():
            self.messages.tell("info", trouble or self.new.trouble())
            return

        def work(session: Session, control: Control) -> Strength:
            return slots.add_officer(session, current, label, new, waiting=patient(control))

        said = _("%(name)s can open this vault now.") % {"name": label.strip()}
        self.run(proving(), work, lambda judged: self._changed(said, judged.words))


class KeyringPanel(ActPanel):
    """Lets the keyring of this system open the vault together with a PIN."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "The vault then opens with a PIN of six characters or more, on this computer only. The fifth wrong PIN ends"
            " it. Whoever can read the keyring has only the PIN left to guess: not for a laptop that travels."
        )
        super().__init__(desk, _("Add the keyring and a PIN"), why)
        self._changed = changed
        self.current = PassphraseField(_("Your passphrase"))
        self.pin, self.again = PassphraseField(_("New PIN")), PassphraseField(_("The same PIN again"))
        self.again.submitted.connect(self.add)
        self._missing = Notice("warn", _("This system has no keyring that the program uses."))
        self._missing.hide()
        go = button(_("Add the keyring"), self.add, role="primary", icon="lock")
        self.build(
            self._missing,
            form(
                labelled(_("Your passphrase"), self.current),
                labelled(_("New PIN"), self.pin),
                labelled(_("The same PIN again"), self.again),
                row(go, 1),
            ),
        )
        look = desk.ask(self, lambda _s, _c: keyrings.is_available())
        desk.tasks.start(look.success(lambda found: self._missing.setVisible(not found)))

    def add(self) -> None:
        """Add it."""
        current, pin = self.current.text(), self.pin.text()
        if not current or pin != self.again.text():
            self.messages.tell("info", _("The two PINs differ.") if current else _("Write your passphrase first."))
            return

        def work(session: Session, control: Control) -> None:
            slots.add_keyring(session, current, pin, waiting=patient(control))

        said = _("The PIN opens this vault on this computer now.")
        self.run(proving(), work, lambda _n: self._changed(said))


class ClockPanel(ActPanel):
    """Forgets a wrong later date that this vault has seen, by two persons."""

    def __init__(self, desk: Desk, changed: Changed) -> None:
        why = _(
            "When the date of this computer was once set too late, cards count as expired. Set the clock right first;"
            " then two persons make the vault forget the later date. The audit log keeps both."
        )
        super().__init__(desk, _("Reset a wrong date"), why)
        self._changed = changed
        self.first = PassphraseField(_("Your passphrase"))
        self.second = PassphraseField(_("Passphrase of a second officer, or the recovery words"))
        self.second.submitted.connect(self.reset)
        self._facts = Facts()
        go = button(_("Make the present date count"), self.reset, role="primary", icon="history")
        self.build(
            form(
                self._facts,
                labelled(_("Your passphrase"), self.first),
                labelled(_("The second person: his passphrase, or the recovery words"), self.second),
                row(go, 1),
            )
        )
        look = desk.ask(self, lambda s, _c: clock.times(s))
        desk.tasks.start(look.success(self._tell))

    def reset(self) -> None:
        """Reset it."""
        first, second = self.first.text(), self.second.text()
        if not first or not second:
            self.messages.tell("info", _("Both persons write what opens the vault."))
            return

        def work(session: Session, control: Control) -> str:
            return clock.reset(session, first, second, waiting=patient(control))

        said = _("The latest time that this vault has seen is now %(time)s.")
        self.run(proving(), work, lambda time: self._changed(said % {"time": local_time(time)}))

    def _tell(self, times: tuple[str, str]) -> None:
        now, seen = times
        self._facts.show_pairs(
            [(_("This computer says"), local_time(now)), (_("The vault has seen"), local_time(seen) if seen else "")]
        )
