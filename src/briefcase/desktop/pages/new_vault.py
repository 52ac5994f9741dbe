"""First run: a vault, its passphrase, who the officer is, which agency pack; then the card with its twelve words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from briefcase.desktop.desk import Desk
from briefcase.desktop.forms.editors import CalmCombo
from briefcase.desktop.pages.page import Page, Stage, head
from briefcase.desktop.tasks import Operation
from briefcase.desktop.widgets.basics import PlainLabel, box, button, centred, column, row, scrolled
from briefcase.desktop.widgets.choosing import choose_new_folder
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.passphrase import NewPassphrase, labelled
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.packs import is_agency, is_country
from briefcase.services import session as sessions

_WIDTH = 680


class NewVaultPage(Page):
    """The wizard of three steps; emits ``made`` with what was created, or ``left``."""

    made = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.messages = MessageBar()
        self._step = 0
        self._title = PlainLabel(_("Make a new vault"), "title")
        self._where = PlainLabel(role="muted")
        self._steps = Stage()
        self._back = button(_("Back"), self._go_back)
        self._next = button(_("Continue"), self._go_on, role="primary")
        self._make_fields()
        self._panels = [self._vault_panel(), self._officer_panel(), self._ready_panel()]
        for panel in self._panels:
            self._steps.addWidget(panel)
        foot = box(row(self._back, 1, self._next), "foot")
        foot.setContentsMargins(20, 10, 20, 10)
        said = Said(self.messages)
        self.setLayout(column(head(column(self._title, self._where, gap=2)), said, self._steps, foot, gap=0))
        self._show()

    def start(self) -> None:
        """Begin with empty fields."""
        for edit in (self.folder, self.officer, self.agency, self.country):
            edit.clear()
        self.new_passphrase.forget()
        self._step = 0
        self._show()
        self.desk.tasks.start(Operation(lambda _c: sessions.shipped_packs(), self).success(self._show_packs))

    def enter(self) -> None:
        """Be shown: the cursor goes to the first field."""
        self.folder.setFocus()

    def trouble(self) -> str:
        """Return what the present step still lacks, in words; empty when it may go on."""
        return (self._vault_trouble, self._officer_trouble, lambda: "")[self._step]()

    def _vault_trouble(self) -> str:
        if not self.folder.text().strip():
            return _("Choose the folder that the vault will be made in.")
        return self.new_passphrase.trouble()

    def _officer_trouble(self) -> str:
        if not self.officer.text().strip():
            return _("Write your name as partners know it.")
        if not is_country(self.country.text().strip().upper()):
            return _("Write your country as three letters, such as GBR.")
        if not is_agency(self.agency.text().strip()):
            return _("Write your agency as COUNTRY/AGENCY, such as GBR/HMRC.")
        return "" if self.pack.currentData() else _("Choose an agency pack.")

    def _go_on(self) -> None:
        trouble = self.trouble()
        if trouble:
            self.messages.tell("warn", trouble)
            return
        self.messages.clear()
        if self._step == len(self._panels) - 1:
            self._make()
            return
        self._step += 1
        self._show()

    def _go_back(self) -> None:
        self.messages.clear()
        if self._step == 0:
            self.left.emit()
            return
        self._step -= 1
        self._show()

    def _make(self) -> None:
        folder = Path(self.folder.text().strip()).expanduser()
        passphrase = self.new_passphrase.text()
        given = {
            "agency": self.agency.text().strip(),
            "country": self.country.text().strip().upper(),
            "officer": self.officer.text().strip(),
            "pack": self.pack.currentData(),
        }
        self._next.setEnabled(False)
        self.messages.tell("info", _("Making the vault, your keys and your card…"))
        work = Operation(lambda _c: sessions.create_vault(folder, passphrase, **given), self)
        self.desk.tasks.start(work.success(self._done).failure(self._failed))

    def _done(self, created: object) -> None:
        self._next.setEnabled(True)
        self.messages.clear()
        self.new_passphrase.forget()
        self.made.emit(created)

    def _failed(self, error: BriefcaseError) -> None:
        self._next.setEnabled(True)
        self.messages.fail(error)

    def _show(self) -> None:
        self._steps.setCurrentIndex(self._step)
        names = (_("Vault and passphrase"), _("Who you are"), _("Ready"))
        words = _("Step %(step)d of %(steps)d: %(name)s")
        self._where.setText(words % {"step": self._step + 1, "steps": len(names), "name": names[self._step]})
        last = self._step == len(self._panels) - 1
        self._next.setText(_("Make the vault") if last else _("Continue"))
        self._next.setAccessibleName(self._next.text())
        if last:
            self._tell_ready()
        (self.folder, self.officer, self._next)[self._step].setFocus()

    def _tell_ready(self) -> None:
        lines = (
            (_("Vault"), self.folder.text()),
            (_("Officer"), self.officer.text()),
            (_("Agency"), f"{self.agency.text()} ({self.country.text().upper()})"),
            (_("Agency pack"), self.pack.currentText()),
        )
        self._ready.setText("\n".join(f"{name}: {value}" for name, value in lines))

    def _make_fields(self) -> None:
        self.folder = self._line(_("Folder for the new vault"), "")
        self.new_passphrase = NewPassphrase()
        self.new_passphrase.submitted.connect(self._go_on)
        self.officer = self._line(_("Your name"), _("as partners know you"))
        self.country = self._line(_("Country"), "GBR")
        self.country.setMaxLength(3)
        self.agency = self._line(_("Agency"), "GBR/HMRC")
        self.pack = CalmCombo()
        self.pack.setAccessibleName(_("Agency pack"))

    def _vault_panel(self) -> QWidget:
        choose = button(_("Browse…"), self._browse, name=_("Choose the folder for the new vault"))
        place = row(self.folder, choose, gap=6)
        place.setStretch(0, 1)
        return self._panel(
            PlainLabel(
                _("The vault is a folder that holds everything encrypted. Without the passphrase nobody can read it."),
                "muted",
            ),
            labelled(_("Folder"), box(place)),
            self.new_passphrase,
            PlainLabel(
                _("Write the passphrase down on paper and lock the paper away: the program cannot bring it back."),
                "small",
            ),
        )

    def _officer_panel(self) -> QWidget:
        return self._panel(
            PlainLabel(_("This goes on the card that you give to partners and on every record you write."), "muted"),
            labelled(_("Your name"), self.officer),
            labelled(_("Country, three letters"), self.country),
            labelled(_("Agency, as COUNTRY/AGENCY"), self.agency),
            labelled(
                _("Agency pack"),
                self.pack,
                PlainLabel(
                    _("It says how your agency marks, and to what each partner is cleared. Drafts clear nobody yet."),
                    "small",
                ),
            ),
        )

    def _ready_panel(self) -> QWidget:
        self._ready = PlainLabel()
        return self._panel(
            PlainLabel(_("Everything is ready"), "heading"),
            self._ready,
            PlainLabel(
                _("The program now makes your keys and your card, and shows the recovery words to write down."),
                "muted",
            ),
        )

    def _panel(self, *parts: QWidget) -> QWidget:
        card = box(column(*parts, margin=24, gap=16), "card")
        card.setMaximumWidth(_WIDTH)
        return scrolled(box(column(centred(card), 1, margin=20)), _("Step"))

    def _show_packs(self, packs: object) -> None:
        self.pack.clear()
        self.pack.addItem(_("Choose a pack"), None)
        for info in packs:  # type: ignore[attr-defined]
            title, status = _(info.title), f"({_(info.status)})"
            self.pack.addItem(title if title.endswith(status) else f"{title} {status}", info.path)

    def _browse(self) -> None:
        choose_new_folder(self, _("Folder for the new vault"), self.folder.setText)

    def _line(self, name: str, example: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(name)
        edit.setPlaceholderText(example)
        edit.returnPressed.connect(self._go_on)
        return edit
