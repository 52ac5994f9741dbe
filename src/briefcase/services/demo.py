"""The demonstration: story S1 with three vaults, from the written case to what each partner holds and prints."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from briefcase import resources
from briefcase.language import _
from briefcase.records.kinds import Case, Document
from briefcase.seal.keyslots import MODERATE, KdfParameters, generate_passphrase
from briefcase.services import cases, contacts, handover, identity, printing, receiving
from briefcase.services.errors import FolderTaken
from briefcase.services.files import make_folder, write_file
from briefcase.services.handover import Sealed
from briefcase.services.receiving import Taken
from briefcase.services.session import Session, create_vault

MARK = "DEMONSTRATION.txt"
_FOLDER = "demo"
_OFFICERS = (
    ("usa", "USA", "USA/BIS", "Dana Whitfield"),
    ("aus", "AUS", "AUS/ABF", "Mia Thornton"),
    ("gbr", "GBR", "GBR/HMRC", "Owen Hargreaves"),
)
_FILES = (("Commercial invoice EX-88213", "invoice.pdf"), ("End-user statement", "statement.pdf"))


@dataclass(frozen=True)
class Demo:
    """What the demonstration left in its folder.

    Attributes:
        folder: of everything.
        vaults: by ``usa``, ``aus``, ``gbr``.
        passphrase: of all three.
        case_id: of the case.
        sealed: the files that were handed over.
        taken: what each partner took in.
        counts: by partner, (records, tear-lines) held of the case.
        printed: PDF files.
    """

    folder: Path
    vaults: dict[str, Path]
    passphrase: str
    case_id: str
    sealed: tuple[Sealed, ...]
    taken: dict[str, Taken]
    counts: dict[str, tuple[int, int]]
    printed: tuple[Path, ...]


@dataclass
class _Stage:
    folder: Path
    passphrase: str
    kdf: KdfParameters
    sessions: dict[str, Session] = field(default_factory=dict)

    def vault(self, name: str) -> Path:
        return self.folder / f"{name}.briefcase"

    def close(self) -> None:
        for session in self.sessions.values():
            session.close()


def build(folder: Path, *, progress: Callable[[str], None] | None = None, kdf: KdfParameters = MODERATE) -> Demo:
    """Play the story and leave vaults, sealed files, pages and throw-away keys in *folder*.

    Args:
        folder: may exist; what an earlier demonstration left there is replaced, anything else is left alone.
        progress: called with one sentence a step.
        kdf: cost of the passphrase slots.

    Raises:
        FolderTaken: files of the same names are there that no demonstration made.
    """
    say = progress or (lambda _sentence: None)
    _clear(folder)
    stage = _Stage(folder, generate_passphrase(), kdf)
    try:
        say(_("Three officers make their vaults and exchange cards."))
        _make_vaults(stage)
        say(_("The USA writes its case and attaches two documents."))
        case_id = _write_case(stage.sessions["usa"])
        say(_("The case is cleared for Australia and the United Kingdom, and sealed."))
        sealed = _hand_over(stage, case_id)
        say(_("Both open their file, verify it and take it in."))
        taken = _take_in(stage, sealed)
        say(_("The case is printed, for ourselves and from what the United Kingdom received."))
        printed = _print(stage, case_id)
        counts = {name: _counts(session, case_id) for name, session in stage.sessions.items()}
    finally:
        stage.close()
    vaults = {name: stage.vault(name) for name, *_rest in _OFFICERS}
    return Demo(folder, vaults, stage.passphrase, case_id, tuple(sealed), taken, counts, printed)


def _clear(folder: Path) -> None:
    names = [f"{name}.briefcase" for name, *_rest in _OFFICERS]
    names += ["handover", "keys", "passphrase.txt", "usa.pdf", "gbr.pdf"]
    present = [folder / name for name in names if (folder / name).exists()]
    if present and not (folder / MARK).exists():
        raise FolderTaken(name=present[0].name)
    for path in present:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    make_folder(folder)
    text = _("Everything in this folder is a demonstration with made-up names, made anew at each start.") + "\n"
    write_file(folder / MARK, text.encode(), replace=True)


def _make_vaults(stage: _Stage) -> None:
    write_file(stage.folder / "passphrase.txt", f"{stage.passphrase}\n".encode(), private=True)
    (stage.folder / "keys").mkdir(mode=0o700)
    (stage.folder / "handover").mkdir()
    pack = resources.path("packs", "exercise.toml")
    for name, country, agency, officer in _OFFICERS:
        created = create_vault(
            stage.vault(name),
            stage.passphrase,
            agency=agency,
            country=country,
            officer=officer,
            pack=pack,
            kdf=stage.kdf,
        )
        session = stage.sessions[name] = created.session
        identity.export_secret(session, stage.folder / "keys" / f"{name}.agekey", stage.passphrase)
        contacts.export_card(session, stage.folder / "keys" / f"{name}.card")
    for name, session in stage.sessions.items():
        for other, country, agency, _officer in _OFFICERS:
            if other != name:
                _meet(session, stage.sessions[other], stage.folder / "keys" / f"{other}.card", agency, country)


def _meet(session: Session, other: Session, card: Path, agency: str, country: str) -> None:
    """Import a card and compare the words, as two officers in one room do."""
    contact = contacts.import_card(session, card)
    words = " ".join(other.identity.card.words())
    contacts.verify(session, contact.fingerprint, words, agency, country)


def _write_case(session: Session) -> str:
    records = cases.add_lines(session, resources.read_bytes(_FOLDER, "s1.jsonl"))
    for title, name in _FILES:
        document = next(one for one in records if isinstance(one, Document) and one.title == title)
        data = resources.read_bytes(_FOLDER, name)
        cases.attach_stream(session, document.id, io.BytesIO(data), name, len(data))
    return next(one.id for one in records if isinstance(one, Case))


def _hand_over(stage: _Stage, case_id: str) -> list[Sealed]:
    session = stage.sessions["usa"]
    partners = [stage.sessions[name].fingerprint for name in ("aus", "gbr")]
    planned = handover.plan(session, handover.of_case(session, case_id), partners)
    purpose = _("Demonstration of a hand-over")
    return handover.seal(session, planned, stage.folder / "handover", purpose=purpose)


def _take_in(stage: _Stage, sealed: list[Sealed]) -> dict[str, Taken]:
    taken = {}
    for name in ("aus", "gbr"):
        session = stage.sessions[name]
        for file in sealed:
            if session.fingerprint in {one.fingerprint for one in file.recipients}:
                received = receiving.inspect(session, file.path)
                try:
                    taken[name] = receiving.take_in(session, received)
                finally:
                    received.close()
    return taken


def _print(stage: _Stage, case_id: str) -> tuple[Path, ...]:
    pages = []
    for name in ("usa", "gbr"):
        path = stage.folder / f"{name}.pdf"
        printing.report_pdf(stage.sessions[name], case_id, path)
        pages.append(path)
    return tuple(pages)


def _counts(session: Session, case_id: str) -> tuple[int, int]:
    return len(cases.case_records(session, case_id)), len(cases.tear_lines(session, case_id))
