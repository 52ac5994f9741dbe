"""The start of the window: hardening first, then Qt, then the shell."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from briefcase import __version__
from briefcase.desktop import theme
from briefcase.desktop.hardening import harden
from briefcase.desktop.shell import Shell
from briefcase.desktop.tasks import Operation
from briefcase.errors import BriefcaseError
from briefcase.language import _, current
from briefcase.services import session as sessions

if TYPE_CHECKING:
    from briefcase.services.demo import Demo

SIZE = (1280, 800)


def run(
    vault: Path | None = None,
    passphrase_provider: Callable[[], str] | None = None,
    demo: Demo | None = None,
    bundle: Path | None = None,
) -> int:
    """Show the window until it is closed; return the exit status.

    Args:
        vault: folder that the unlock page is filled with.
        passphrase_provider: gives the passphrase of that vault without asking (tests, demonstration).
        demo: a demonstration that was built; its first vault is opened.
        bundle: a sealed file to look at once a vault is open.
    """
    harden()
    application = make_application()
    shell = Shell()
    shell.resize(*SIZE)
    shell.show()
    if demo is not None:
        vault = demo.vaults["usa"]
        passphrase_provider = lambda: demo.passphrase  # noqa: E731 - the demonstration's own, as if it were given
    if vault is not None:
        shell.welcome.set_vault(vault)
    if bundle is not None:
        shell.look_at(str(bundle))
    if vault is not None and passphrase_provider is not None:
        open_at_once(shell, vault, passphrase_provider)
    shell.welcome.enter()
    return int(application.exec())


def make_application() -> QApplication:
    """Return the application, dressed; the command line's arguments are not handed to Qt, which would obey them."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["briefcase"])
    application.setApplicationName("briefcase")
    application.setApplicationDisplayName(_("Briefcase"))
    application.setQuitOnLastWindowClosed(True)
    _translate(application)
    theme.apply(application, theme.system_scheme(application))
    sys.excepthook = crash_note
    return application


def open_at_once(shell: Shell, vault: Path, passphrase_provider: Callable[[], str]) -> None:
    """Unlock a vault in the background without the unlock page."""

    def failed(error: BriefcaseError) -> None:
        shell.welcome.messages.fail(error)

    operation = Operation(lambda _control: sessions.unlock(vault, passphrase_provider()), shell)
    QTimer.singleShot(0, lambda: shell.desk.tasks.start(operation.success(shell.opened).failure(failed)))


def crash_note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write what kind of fault happened and where; never its text, which might repeat a record."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    code = error.code if isinstance(error, BriefcaseError) else "INTERNAL"
    sys.stderr.write(f"briefcase {__version__}: {code} {kind.__name__} at {' < '.join(reversed(places))}\n")


def _translate(application: QApplication) -> None:
    """Show Qt's own words (dialogs, menus) in the language of ours."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(current()), "qtbase", "_", folder):
        application.installTranslator(translator)
