"""A window over real vaults with a small story: two partners, a case with names in several scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QWidget

from briefcase.desktop import theme
from briefcase.desktop.app import make_application
from briefcase.desktop.colours import LIGHT
from briefcase.desktop.shell import Shell
from briefcase.records.label import Label
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, session
from briefcase.services.session import Session

FAST = KdfParameters(1, 8 * 1024 * 1024)
PASSPHRASE = "ribbon lantern orchard velvet compass saddle"
CASE = "CHPL diversion via Istanbul"
LONG = "Международный научно-производственный консорциум специального приборостроения и автоматизации «Вымпел-Спектр»"


@dataclass(frozen=True)
class Story:
    """Two vaults that know and trust each other."""

    usa: Path
    gbr: Path
    case_id: str
    ids: dict[str, str]


def label(*countries: str, caveats: tuple[str, ...] = ()) -> Label:
    """Return an exercise label."""
    return Label(
        policy="EXERCISE",
        level="EXERCISE SENSITIVE",
        releasable_to=tuple(f"country:{code}" for code in countries),
        caveats=caveats,
    )


def lines(shared: Label, closed: Label) -> list[tuple[str, dict[str, object], Label]]:
    """Return the records of the case but for the links between them."""
    return [
        (
            "party",
            {
                "party_kind": "company",
                "names": [
                    {"text": "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti.", "lang": "tr"},
                    {"text": "Isildak Electronics", "kind": "alias"},
                ],
                "countries": ["TR"],
                "addresses": [{"full": "Perpa Ticaret Merkezi B Blok, Şişli, İstanbul", "country": "TR"}],
                "identifiers": [{"scheme": "other", "value": "TR-4470-2219", "country": "TR"}],
            },
            shared,
        ),
        (
            "party",
            {
                "party_kind": "company",
                "names": [
                    {"text": "深圳市恒晟微电子有限公司", "latin": "Shenzhen Hengsheng Microelectronics", "lang": "zh"}
                ],
                "countries": ["CN"],
            },
            shared,
        ),
        ("party", {"party_kind": "company", "names": [{"text": LONG, "latin": "Vympel-Spektr"}]}, shared),
        (
            "item",
            {"description": "FPGA, 200 pieces", "hs6": "854239", "control_code": "3A001", "quantity": "200"},
            shared,
        ),
        ("transaction", {"transaction_kind": "wire", "amount": "184500.00", "currency": "EUR"}, closed),
        (
            "note",
            {
                "title": "Meeting of 12 May",
                "text": "First paragraph.\nSecond <b>paragraph</b> & <img src=/etc/passwd>.",
            },
            shared,
        ),
        ("document", {"title": "End-user statement"}, shared),
    ]


def make_vault(folder: Path, country: str, agency: str, officer: str) -> Session:
    """Make a vault under the fictitious pack."""
    pack = next(one.path for one in session.shipped_packs() if one.status == "fictitious")
    created = session.create_vault(
        folder, PASSPHRASE, agency=f"{country}/{agency}", country=country, officer=officer, pack=pack, kdf=FAST
    )
    return created.session


def introduce(one: Session, other: Session, folder: Path) -> None:
    """Have *one* hold the verified card of *other*."""
    path = folder / f"{other.country}.card"
    if not path.exists():
        contacts.export_card(other, path)
    known = contacts.import_card(one, path)
    contacts.verify(one, known.fingerprint, " ".join(known.words), other.agency, other.country)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Make the story once; tests get a copy."""
    folder = tmp_path_factory.mktemp("story")
    usa = make_vault(folder / "usa.briefcase", "USA", "BIS", "Ellen Harper")
    gbr = make_vault(folder / "gbr.briefcase", "GBR", "HMRC", "Thomas Whitfield")
    introduce(usa, gbr, folder)
    introduce(gbr, usa, folder)
    shared, closed = label("USA", "GBR", "AUS"), label("USA", "AUS")
    case = cases.add_record(usa, "case", {"title": CASE, "reference": "BIS-2026-0417", "status": "open"}, shared)
    ids = {}
    for kind, fields, marked in lines(shared, closed):
        record = cases.add_record(usa, kind, fields, marked, [case.id])
        ids.setdefault(kind, record.id)
    usa.close()
    gbr.close()
    return Story(folder / "usa.briefcase", folder / "gbr.briefcase", case.id, ids)


@pytest.fixture
def story(made: Story, tmp_path: Path) -> Story:
    """The story in a folder of the test's own."""
    import shutil  # noqa: PLC0415 - only here

    for vault in (made.usa, made.gbr):
        shutil.copytree(vault, tmp_path / vault.name)
    return Story(tmp_path / made.usa.name, tmp_path / made.gbr.name, made.case_id, made.ids)


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application, dressed in the light palette."""
    application = make_application()
    theme.apply(application, LIGHT)
    return application


@pytest.fixture
def shell(qapp: QApplication, qtbot: object) -> Iterator[Shell]:  # noqa: ARG001 - order of setting up
    """An empty window, closed after the test."""
    window = Shell()
    window.resize(1280, 800)
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def opened(shell: Shell, story: Story, settle: Callable[[], None]) -> Shell:
    """A window over the USA vault."""
    unlock(shell, story.usa)
    settle()
    return shell


def unlock(shell: Shell, vault: Path) -> None:
    """Unlock as an officer does."""
    shell.welcome.set_vault(vault)
    shell.welcome.passphrase.set_text(PASSPHRASE)
    shell.welcome.unlock()


@pytest.fixture
def settle(shell: Shell, qtbot: object) -> Callable[[], None]:
    """Wait until nothing runs in the background."""

    def wait() -> None:
        qtbot.waitUntil(lambda: shell.desk.tasks.pending == 0, timeout=15_000)  # type: ignore[attr-defined]

    return wait


@dataclass(frozen=True)
class Stranger:
    """A partner whose card is not known yet."""

    card: Path
    words: tuple[str, ...]


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    """The card of an Australian officer."""
    aus = make_vault(tmp_path / "aus.briefcase", "AUS", "ABF", "Mia Thornton")
    try:
        contacts.export_card(aus, tmp_path / "aus.card")
        return Stranger(tmp_path / "aus.card", aus.identity.card.words())
    finally:
        aus.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """An empty folder that stands for a stick."""
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def unnamed() -> Callable[[QWidget], list[str]]:
    """A search for every widget that takes the focus, is shown, and has no name for a screen reader."""

    def search(window: QWidget) -> list[str]:
        return [
            f"{type(widget).__name__} in {type(widget.parent()).__name__}"
            for widget in window.findChildren(QWidget)
            if _needs_name(widget, window) and widget.focusProxy() is None and not widget.accessibleName()
        ]

    return search


def _needs_name(widget: QWidget, window: QWidget) -> bool:
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisibleTo(window):
        return False
    if isinstance(widget, QLabel):  # taken by the mouse only, and its text is its name
        return False
    return not isinstance(widget.parent(), QAbstractScrollArea) and not widget.objectName().startswith("qt_")
