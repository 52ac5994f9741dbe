"""The Received page: a sealed file is dropped, opened or read from paper; verdict first, then reading and keeping."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from briefcase.bundle.errors import SealedMessage
from briefcase.desktop.desk import Desk
from briefcase.desktop.pages.bundle_view import BundleView, Seen
from briefcase.desktop.pages.message_view import MessageView, SeenMessage
from briefcase.desktop.pages.page import Page, Stage, head
from briefcase.desktop.tasks import Control, Operation
from briefcase.desktop.widgets.basics import PlainLabel, button, column, empty_state, row
from briefcase.desktop.widgets.choosing import choose_file, choose_files
from briefcase.desktop.widgets.messages import MessageBar, Said
from briefcase.desktop.widgets.progress import ProgressPanel
from briefcase.errors import BriefcaseError
from briefcase.language import _, ngettext, sentence
from briefcase.services import messages, receiving, sheets
from briefcase.services.files import read_file
from briefcase.services.session import Session
from briefcase.services.sheets import Found

SCANS = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")
Look = Seen | SeenMessage


class ReceivedPage(Page):
    """Looks at one sealed file at a time; nothing is written until it is taken in or kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setAcceptDrops(True)
        self.received: Seen | None = None
        self.message: SeenMessage | None = None
        self._waiting: list[Look] = []
        self.messages = MessageBar()
        self.progress = ProgressPanel()
        self.stage = Stage()
        opener = button(_("Open a sealed file…"), self.choose, role="primary", icon="received")
        paper = button(
            _("Read from paper…"), self.choose_scans, icon="document", name=_("Read codes from scanned pages")
        )
        self._next = button("", self._show_next, icon="down")
        self._next.hide()
        self._title = PlainLabel(_("Received"), "title")
        top = row(self._title, self._next, paper, opener)
        top.setStretch(0, 1)
        whole = column(head(top), Said(self.messages, self.progress), self.stage, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self._show_empty()

    def enter(self) -> None:
        """Be shown: the banner carries the bundle's label; a message has none."""
        if self.received is None or self.received.bundle.banner is None:
            self.desk.show_labels([])
        else:
            self.desk.banner_changed.emit(self.received.bundle.banner)

    def forget(self) -> None:
        """Drop everything that came out of sealed files."""
        open_ones = [*([self.received] if self.received else []), *self._waiting]
        self.received, self.message, self._waiting = None, None, []
        for one in open_ones:
            if isinstance(one, Seen):
                self._close(one)
        self._next.hide()
        self.messages.clear()
        self.progress.end()
        self._show_empty()

    def choose(self) -> None:
        """Ask for a file."""
        kinds = _("Sealed files (*.brief);;All files (*)")
        choose_file(self, _("Open a sealed file"), self.inspect, kinds=kinds)

    def choose_scans(self) -> None:
        """Ask for scanned pages."""
        kinds = _("Scanned pages (*.pdf *.png *.jpg *.jpeg *.tif *.tiff);;All files (*)")
        choose_files(self, _("Scanned pages with codes"), self.read_paper, kinds=kinds)

    def inspect(self, path: str) -> None:
        """Open and verify a sealed file in the background."""
        self.forget()
        self.enter()
        self.progress.begin(_("Opening and verifying"))
        work = self.desk.ask(self, lambda s, _c: _look(s, Path(path)))
        self.desk.tasks.start(work.superseding("inspect").success(self._take).failure(self._failed))

    def read_paper(self, paths: Sequence[str]) -> None:
        """Read the codes on scanned pages and open what they hold, as if it lay on a stick."""
        self.forget()
        self.enter()
        self.progress.begin(_("Reading the codes"))

        def work(session: Session, control: Control) -> tuple[Found, list[Look]]:
            found = sheets.read_codes_from([Path(one) for one in paths], progress=control.counted)
            return found, [_look(session, data) for data in found.messages]

        operation = self.desk.ask(self, work).superseding("inspect").success(self._take_paper).failure(self._failed)
        control = self.desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def take_in(self, *, accept_unverified: bool = False) -> None:
        """Bring the records into the vault; *accept_unverified* is the officer's second act."""
        if self.received is None:
            return
        bundle = self.received.bundle
        self.progress.begin(_("Verifying every byte and taking in"))

        def work(session: Session, control: Control) -> receiving.Taken:
            return receiving.take_in(
                session,
                bundle,
                accept_unverified=accept_unverified,
                progress=control.progress,
                cancel=control.cancelled,
            )

        operation = self.desk.ask(self, work).success(self._taken).failure(self._failed)
        control = self.desk.tasks.start(operation.progress(self.progress.update_progress))
        self.progress.cancelled.connect(control.cancel)

    def keep(self) -> None:
        """Keep the message that is shown, and let it have its effect."""
        if self.message is None:
            return
        data = self.message.data
        work = self.desk.ask(self, lambda s, _c: messages.take(s, io.BytesIO(data)))
        self.desk.tasks.start(work.success(self._kept).failure(self._failed))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome one local file, or several scanned pages."""
        urls = event.mimeData().urls()
        if urls and all(one.isLocalFile() for one in urls) and (len(urls) == 1 or _are_scans(_paths(event))):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Look at what was dropped."""
        paths = _paths(event)
        if _are_scans(paths):
            self.read_paper(paths)
        else:
            self.inspect(paths[0])

    def _close(self, one: Seen) -> None:
        self.desk.tasks.start(Operation(lambda _c: one.bundle.close()))

    def _failed(self, error: BriefcaseError) -> None:
        self.progress.end()
        self.messages.fail(error)

    def _take(self, found: Look) -> None:
        self.progress.end()
        if isinstance(found, Seen):
            self.received, self.message = found, None
            self.stage.show_view(BundleView(self, found))
        else:
            self.received, self.message = None, found
            self.stage.show_view(MessageView(found, self.keep))
        self.enter()

    def _take_paper(self, result: tuple[Found, list[Look]]) -> None:
        found, opened = result
        self.progress.end()
        said = [sentence(one) for one in found.faults]
        others = len(found.cards) + len(found.revocations)
        if others:
            words = ngettext(
                "%(count)d card or revocation stands on these pages; bring it in under Contacts.",
                "%(count)d cards or revocations stand on these pages; bring them in under Contacts.",
                others,
            )
            said.append(words % {"count": others})
        if not opened and not said:
            said.append(_("No codes of this program were found on %(count)d pages.") % {"count": found.pages})
        if said:
            hint = _("Scan the pages that carry the numbered codes, flat and with at least 150 dots per inch.")
            self.messages.tell("warn", " ".join(said), "" if others and not found.faults else hint)
        self._waiting = opened
        self._show_next()

    def _show_next(self) -> None:
        """Show the next of several sealed files that stood on one heap of pages."""
        if not self._waiting:
            return
        if self.received is not None:
            self._close(self.received)
        found, *self._waiting = self._waiting
        self._take(found)
        count = len(self._waiting)
        words = ngettext("Next (%(count)d more)", "Next (%(count)d more)", count) % {"count": count}
        self._next.setText(words)
        self._next.setAccessibleName(_("Show the next sealed file on these pages"))
        self._next.setVisible(bool(count))

    def _kept(self, taken: messages.Taken) -> None:
        if isinstance(self.stage.view, MessageView):
            self.stage.view.kept()
        if taken.nothing_new:
            self.messages.tell("info", _("This message was kept before; there is nothing new in it."))
            return
        tone = "bad" if taken.alarm else "good" if taken.state == "counts" else "warn"
        self.messages.tell(tone, _("Kept; you find it under Messages."), " ".join(taken.words))
        self.desk.messages_changed.emit()
        self.desk.contacts_changed.emit()

    def _taken(self, taken: receiving.Taken) -> None:
        self.progress.end()
        if isinstance(self.stage.view, BundleView):
            self.stage.view.taken()
        if taken.nothing_new:
            self.messages.tell("info", _("You have taken in this bundle before; there is nothing new in it."))
            return
        tone = "warn" if taken.clashes or taken.accepted else "good"
        self.messages.tell(tone, _("Taken in; you find it under Cases."), " ".join(_taken_words(taken)))
        self.desk.records_changed.emit()

    def _show_empty(self) -> None:
        words = _(
            "Drop a .brief file on this page, or open one. It may be a bundle or a message; it is verified before"
            " anything of it is shown. What came on paper is read from the scanned pages."
        )
        opener = button(
            _("Open a sealed file…"), self.choose, icon="received", name=_("Open a sealed file from a stick")
        )
        paper = button(_("Read from paper…"), self.choose_scans, icon="document", name=_("Read scanned pages"))
        self.stage.show_view(empty_state(_("Nothing opened"), words, opener, paper, icon="received"))


def _look(session: Session, source: Path | bytes) -> Look:
    """Open a sealed file, whatever it is; a message is read whole, so that what is kept is what was shown."""
    path = source if isinstance(source, Path) else None
    try:
        return Seen.of(receiving.inspect(session, io.BytesIO(source) if isinstance(source, bytes) else source), path)
    except SealedMessage:
        data = source if isinstance(source, bytes) else read_file(source)
        seen = messages.inspect(session, io.BytesIO(data))
        return SeenMessage(seen, data, path.name if path else _("read from paper"))


def _taken_words(taken: receiving.Taken) -> list[str]:
    words = _("%(new)d new, %(newer)d newer, %(same)d already here, %(reported)d reported about others' records.")
    counts = {"new": len(taken.new), "newer": len(taken.newer), "same": taken.same, "reported": len(taken.reported)}
    said = [words % counts]
    if taken.accepted:
        said.append(_("Every record is marked as from an unverified source: it replaces nothing and is not released."))
    if taken.older:
        said.append(_("%(count)d came late and are kept as history.") % {"count": len(taken.older)})
    if taken.refused:
        line = _("%(count)d were not kept, because a record of another kind has the same id.")
        said.append(line % {"count": len(taken.refused)})
    if taken.clashes:
        line = _("Under %(count)d numbers two agencies claim a record of their own; speak with both in person.")
        said.append(line % {"count": len(taken.clashes)})
    return said


def _paths(event: QDragEnterEvent | QDropEvent) -> list[str]:
    return [one.toLocalFile() for one in event.mimeData().urls()]


def _are_scans(paths: Sequence[str]) -> bool:
    return bool(paths) and all(Path(one).suffix.lower() in SCANS for one in paths)
