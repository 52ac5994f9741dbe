"""Takes pictures of every page and form with a demonstration's vaults, for looking at them and for the guide.

Usage, with QT_QPA_PLATFORM=offscreen:
    python tests/desktop/take_pictures.py DEMONSTRATION OUT light|dark[@WIDTHxHEIGHT] [NAME ...]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from briefcase.desktop import theme
from briefcase.desktop.app import make_application
from briefcase.desktop.colours import SCHEMES
from briefcase.desktop.forms.record_form import Writing
from briefcase.desktop.handover_flow import Step
from briefcase.desktop.shell import Shell
from briefcase.records.kinds import KINDS, Document, kind_of
from briefcase.services import cases as cases_of
from briefcase.services import session
from briefcase.services import sheets as sheets_of

ARABIC = "عبد الرحمن بن محمد الأنصاري، رئيس وحدة مراقبة الصادرات والتقنيات ذات الاستخدام المزدوج"

RECEIPTS: list[object] = []


class Camera:
    """One window, its folder of pictures, and waiting for what runs in the background."""

    def __init__(self, demo: Path, out: Path, scheme: str) -> None:
        self.demo = demo
        self.stick = Path(os.environ.get("STICK", str(out / "sealed")))
        self.out = out
        self.application = make_application()
        name, _at, size = scheme.partition("@")
        theme.apply(self.application, SCHEMES[name])
        self.scheme = scheme.replace("@", "-")
        self.shell = Shell()
        wide, _by, high = (size or "1280x800").partition("x")
        self.shell.resize(int(wide), int(high))
        self.shell.show()

    def settle(self) -> None:
        """Wait for the background and for the paint."""
        until = time.monotonic() + 60
        QTest.qWait(30)
        while self.shell.desk.tasks.pending and time.monotonic() < until:
            QTest.qWait(20)
        QTest.qWait(60)

    def shot(self, name: str) -> None:
        """Take one picture."""
        self.settle()
        self.shell.grab().save(str(self.out / f"{name}-{self.scheme}.png"))

    def unlock(self, vault: str) -> None:
        """Unlock one of the demonstration's vaults."""
        self.shell.welcome.set_vault(self.demo / vault)
        self.shell.welcome.passphrase.set_text((self.demo / "passphrase.txt").read_text(encoding="utf-8").strip())
        self.shell.welcome.unlock()
        self.settle()

    def open_first_case(self) -> None:
        """Open the first case of the list."""
        self.settle()
        page = self.shell.cases
        page.open_case(page._all[0].id)
        self.settle()

    def of_kind(self, kind: str) -> str:
        """Return the id of a record of a kind."""
        case = self.shell.cases.case
        found = [key for key, record in case.records.items() if kind_of(record) == kind] if case else []
        return found[-1] if found else ""


def outside(camera: Camera) -> None:
    """Before a vault is open."""
    shell = camera.shell
    camera.shot("welcome")
    shell._make_new()
    page = shell.new_vault
    page.folder.setText("/media/officer/briefcase")
    page.new_passphrase.generate()
    camera.shot("new-vault-1")
    page._go_on()
    page.officer.setText("Ellen Harper")
    page.country.setText("USA")
    page.agency.setText("USA/BIS")
    camera.settle()
    page.pack.setCurrentIndex(1)
    camera.shot("new-vault-2")
    page._go_on()
    camera.shot("new-vault-3")
    shell.show_outside(shell.welcome)
    shell.welcome.passphrase.set_text("wrong words")
    shell.welcome.set_vault(camera.demo / "usa.briefcase")
    shell.welcome.unlock()
    camera.shot("welcome-wrong")


def cases(camera: Camera) -> None:
    """Cases, records, search, history, paper."""
    shell = camera.shell
    camera.unlock("usa.briefcase")
    camera.shot("cases")
    shell.cases.search.setText("isildak")
    QTest.qWait(200)
    camera.settle()
    shell.cases.list.setCurrentIndex(shell.cases.list.rows.index(0, 0))
    camera.shot("search")
    shell.cases.search.settle()
    camera.open_first_case()
    camera.shot("case")
    for kind in KINDS:
        key = camera.of_kind(kind)
        if key and kind != "case":
            shell.cases.go(key)
            camera.shot(f"record-{kind}")
    shell.cases.right._history(shell.cases.right.view.record)
    camera.shot("history")
    shell.cases.go(shell.cases.case.id)
    camera.settle()
    shell.cases.right._show_paper(shell.cases.case.records[shell.cases.case.id])
    camera.shot("paper")
    shell.cases.right.show_nothing()


def attachment(camera: Camera) -> None:
    """A document as pixels."""
    page = camera.shell.cases
    for record in page.case.records.values():
        if isinstance(record, Document) and record.sha256:
            page.go(record.id)
            camera.settle()
            page.right._look(record)
            camera.settle()
            camera.shot("attachment")
            page.right.view.left.emit()
            return


def forms(camera: Camera) -> None:
    """A new form of every kind, and the edit of a party."""
    page = camera.shell.cases
    for kind in KINDS:
        page.right.show_nothing()
        page.write(Writing(kind, case_id=page.case.id, label=page.right.label_to_start_with()))
        camera.shot(f"form-{kind}")
    page.right.show_nothing()
    key = camera.of_kind("party")
    if key:
        page.right._edit(page.case.records[key])
        camera.shot("form-edit-party")
        form = page.right.form
        form._scroll.ensureWidgetVisible(form.label_editor)
        bar = form._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        camera.shot("form-label")
    page.right.show_nothing()


def handover(camera: Camera) -> None:
    """The hand-over, step by step."""
    shell = camera.shell
    shell.show_page("handover")
    camera.shot("handover-1-case")
    page = shell.handover
    case = shell.cases._all[0]
    page._choose_case(case.id, case.title)
    page.go_on()
    camera.settle()
    page._choose_partners(tuple(one.fingerprint for one in page._contacts if one.state == "verified"))
    page._show()
    camera.shot("handover-2-partners")
    page.go_on()
    camera.settle()
    panel = page.stage.view
    if hasattr(panel, "table"):
        refused = [
            place
            for place, row in enumerate(page.flow.plan.rows)
            if "refuse" in {cell.verdict for cell in row.cells.values()}
        ]
        panel.table.selectRow(refused[0] if refused else 0)
    camera.shot("handover-3-matrix")
    page.go_on()
    camera.shot("handover-4-preview")
    page.go_on()
    page._choose_target(str(camera.stick), "Joint case work, meeting of 24 November", "For the case team only")
    page._show()
    camera.shot("handover-5-seal")
    camera.stick.mkdir(exist_ok=True, parents=True)
    page.go_on()
    camera.settle()
    camera.shot("handover-6-done")
    assert page.flow.step == Step.RESULT, page.messages.words


def contacts(camera: Camera) -> None:
    """Our card and its forms, a verified partner, reporting one as lost, an unverified card."""
    shell = camera.shell
    if not shell.desk.is_open:
        camera.unlock("usa.briefcase")
    shell.show_page("contacts")
    camera.shot("contacts-own")
    for act in ("renew", "revocation"):
        shell.contacts.right.view.keys.emit(act)
        camera.shot(f"contacts-{act}")
        shell.contacts.right.view.left.emit()
        camera.settle()
    for row in shell.contacts.list.rows.rows[3:4]:
        shell.contacts.list.choose(row.key)
        camera.shot("contacts-partner")
        view = shell.contacts.right.view
        view._open_report()
        view.reason.setText("Told by telephone, laptop stolen at the airport")
        view.report()
        camera.settle()
        area = view.findChild(QScrollArea)
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
        camera.shot("contacts-lost")
    stranger(camera)


def stranger(camera: Camera) -> None:
    """The card of somebody new with a long name in Arabic, then revoked."""
    folder = camera.out / f"stranger-{camera.scheme}"
    if not folder.exists():
        pack = next(one.path for one in session.shipped_packs() if one.status == "fictitious")
        created = session.create_vault(
            folder, session.generate_passphrase(), agency="JPN/METI", country="JPN", officer=ARABIC, pack=pack
        )
        sheets_of.print_card(created.session, camera.out / f"stranger-{camera.scheme}.pdf")
        sheets_of.write_revocation(created.session, created.revocation, camera.out / f"stranger-{camera.scheme}.txt")
        created.session.close()
    page = camera.shell.contacts
    page.bring_in([str(camera.out / f"stranger-{camera.scheme}.pdf")])
    camera.shot("contacts-unverified")
    page.bring_in([str(camera.out / f"stranger-{camera.scheme}.txt")])
    camera.shot("contacts-revoked")


def sheets(camera: Camera) -> None:
    """Keys and palette."""
    shell = camera.shell
    shell.act("help")
    camera.shot("keys")
    QTest.keyClick(shell.keys, Qt.Key.Key_Escape)
    shell.act("palette")
    camera.shot("palette")
    QTest.keyClick(shell.palette_sheet, Qt.Key.Key_Escape)
    shell.act("lock")
    camera.shot("locked")


def received(camera: Camera) -> None:
    """What a partner sees of a sealed file, and of one that is not for him, and of a damaged one."""
    shell = camera.shell
    camera.unlock("gbr.briefcase")
    shell.show_page("received")
    camera.shot("received-empty")
    files = sorted(camera.stick.glob("*.brief")) or sorted((camera.demo / "handover").rglob("*.brief"))
    for path in files:
        shell.received.inspect(str(path))
        camera.settle()
        name = "received" if shell.received.received.bundle.can_take_in else "received-not-addressed"
        camera.shot(name)
        if name == "received":
            view = shell.received.stage.view
            view.tabs.setCurrentIndex(1)
            view.list.choose(view.list.rows.rows[2].key)
            camera.shot("received-records")
            damaged = camera.out / "damaged.brief"
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            damaged.write_bytes(data)
            view.tabs.setCurrentIndex(0)
            shell.received.take_in()
            camera.shot("received-taken")
            view.open_receipt()
            camera.stick.mkdir(exist_ok=True, parents=True)
            view.receipt.folder.setText(str(camera.stick))
            camera.shot("received-receipt")
            view.receipt.make()
            camera.shot("received-receipt-made")
            RECEIPTS.append(view.receipt.sent)
    shell.received.inspect(str(camera.out / "damaged.brief"))
    camera.shot("received-damaged")
    shell.show_page("cases")
    camera.shot("received-case-list")
    camera.open_first_case()
    camera.shot("received-case")


def messages(camera: Camera) -> None:
    """A receipt as the sender sees it, kept; the list of messages; a partner who is not verified any more."""
    shell = camera.shell
    shell.lock()
    camera.settle()
    camera.unlock("usa.briefcase")
    shell.show_page("messages")
    camera.shot("messages-empty")
    if not RECEIPTS or RECEIPTS[-1] is None:
        return
    shell.look_at(str(RECEIPTS[-1].path))
    camera.shot("received-message")
    shell.received.keep()
    camera.shot("received-message-kept")
    shell.show_page("messages")
    camera.shot("messages")
    shell.show_page("cases")
    camera.open_first_case()
    shell.cases.right._handed(shell.cases.right.view.record)
    camera.settle()
    area = shell.cases.right.view.findChild(QScrollArea)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    camera.shot("case-handed-over")


def keys(camera: Camera) -> None:
    """Every panel of Keys and passphrase, a long name among the ways in, new words on the screen."""
    shell = camera.shell
    if not shell.desk.is_open:
        camera.unlock("usa.briefcase")
    passphrase = (camera.demo / "passphrase.txt").read_text(encoding="utf-8").strip()
    shell.show_page("keys")
    camera.shot("keys")
    for row in [row for row in shell.ways.list.rows.rows if row.key.startswith("do:")]:
        shell.ways.list.choose(row.key)
        camera.shot(f"keys-{row.key[3:]}")
    shell.ways.list.choose("do:change")
    shell.ways.panel.new.generate()
    camera.shot("keys-change-written")
    for key in ("do:recovery", "do:rekey"):
        shell.ways.list.choose(key)
        panel = shell.ways.panel
        panel.current.edit.setText(passphrase)
        panel.prepare()
        camera.shot(f"keys-{key[3:]}-words")
    shell.ways.list.choose("do:test")
    shell.ways.panel.typed.edit.setText("wrong words that open nothing")
    shell.ways.panel.test()
    camera.shot("keys-test-wrong")


def copies(camera: Camera) -> None:
    """A copy saved, a journey out and home with something to decide, a case that is to be deleted."""
    shell = camera.shell
    if not shell.desk.is_open:
        camera.unlock("usa.briefcase")
    shell.show_page("copies")
    page = shell.copies
    camera.shot("copies")
    stick = camera.out / f"stick-{camera.scheme}"
    stick.mkdir(exist_ok=True)
    page.panel.place.set_text(str(stick))
    page.panel.save()
    camera.shot("copies-saved")
    for key in ("do:restore", "do:travel"):
        page.list.choose(key)
        camera.shot(f"copies-{key[3:]}")
    away = camera.out / f"travel-{camera.scheme}.briefcase"
    words = session.generate_passphrase()
    panel = page.panel
    next(iter(panel.cases.ticks._boxes.values())).click()
    panel.folder.set_text(str(away))
    for field in (panel.new.first, panel.new.again):
        field.set_text(words)
    panel.pack()
    camera.shot("copies-travel-made")
    _change_both(camera, away, words)
    page.list.choose("do:merge")
    page.panel.folder.set_text(str(away))
    page.panel.passphrase.set_text(words)
    page.panel.look()
    camera.shot("copies-merge")
    page.panel.merge()
    camera.settle()
    waiting = [row.key for row in page.list.rows.rows if row.key.startswith("conflict:")]
    page.show_entry(waiting[0])
    page.list.point_at(waiting[0])
    camera.shot("copies-conflict")
    page.list.choose("do:purge")
    camera.settle()
    page.panel.list.choose(page.panel.list.rows.rows[0].key)
    camera.shot("copies-purge")
    page.panel.number.setText("BIS-2026-0417")
    page.panel.ask()
    camera.shot("copies-purge-asked")


def _change_both(camera: Camera, away: Path, words: str) -> None:
    """Change a party at home and on the journey."""
    camera.open_first_case()
    party = camera.of_kind("party")
    item = camera.of_kind("item")
    there = session.unlock(away, words)
    cases_of.edit_record(there, party, {"remarks": ARABIC, "countries": ["TR", "KZ"]})
    cases_of.edit_record(there, item, {"description": "深圳市恒晟微电子有限公司 " + ARABIC})
    there.close()
    desk = camera.shell.desk
    work = desk.ask(camera.shell, lambda s, _c: cases_of.edit_record(s, party, {"remarks": "Named by two sources."}))
    desk.tasks.start(work)
    camera.settle()


ROUND: tuple[Callable[[Camera], None], ...] = (
    outside,
    cases,
    attachment,
    forms,
    handover,
    contacts,
    sheets,
    received,
    messages,
    keys,
    copies,
)


def main() -> None:
    """Take the round, or the parts that were named."""
    demo, out, scheme, *names = sys.argv[1:]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    camera = Camera(Path(demo), folder, scheme)
    for part in ROUND:
        if not names or part.__name__ in names:
            part(camera)
    camera.shell.close()


if __name__ == "__main__":
    main()
