"""Three officers with small vaults who know each other, and short ways to write, hand over and take in."""

# ruff: noqa: D102 - the helpers' names say what they do
from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from briefcase import resources
from briefcase.bundle.content import BundleContent
from briefcase.bundle.manifest import channel
from briefcase.bundle.write import write_bundle
from briefcase.records import ids
from briefcase.records.kinds import Note, Record
from briefcase.records.label import Label
from briefcase.records.markings import complete
from briefcase.records.values import Originator
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, handover, receiving
from briefcase.services.handover import Sealed
from briefcase.services.receiving import Taken
from briefcase.services.session import Session, create_vault, unlock

PASSPHRASE = "correct horse battery staple"
FAST = KdfParameters(1, 8192)
OFFICERS = (("usa", "USA/BIS", "Dana"), ("aus", "AUS/ABF", "Mia"), ("gbr", "GBR/HMRC", "Owen"))
ALL = "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"


def make_vault(folder: Path, agency: str, officer: str, passphrase: str = PASSPHRASE) -> Any:  # noqa: ANN401 - Created
    pack = resources.path("packs", "exercise.toml")
    return create_vault(folder, passphrase, agency=agency, country=agency[:3], officer=officer, pack=pack, kdf=FAST)


@dataclass
class World:
    """Three open vaults by country, and what their officers do."""

    folder: Path
    usa: Session
    aus: Session
    gbr: Session

    def label(self, marking: str = ALL) -> Label:
        return complete(Label(marking=marking), self.usa.pack)

    def add(self, who: Session, kind: str, marking: str = ALL, case: str = "", **fields: Any) -> Any:  # noqa: ANN401
        return cases.add_record(who, kind, fields, self.label(marking), [case] if case else ())

    def contact(self, who: Session, other: Session) -> contacts.Contact:
        return contacts.get(who, other.fingerprint)

    def seal(self, who: Session, record_ids: list[str], *to: Session, **more: Any) -> list[Sealed]:  # noqa: ANN401
        stick = self.folder / "stick"
        stick.mkdir(exist_ok=True)
        planned = handover.plan(who, record_ids, [one.fingerprint for one in to])
        return handover.seal(who, planned, stick, **more)

    def take(self, who: Session, path: Path) -> Taken:
        received = receiving.inspect(who, path)
        try:
            return receiving.take_in(who, received)
        finally:
            received.close()

    def give(self, who: Session, record_ids: list[str], to: Session) -> Taken:
        return self.take(to, self.seal(who, record_ids, to)[0].path)

    def forge(self, who: Session, to: Session, *records: Record, **more: Any) -> Path:  # noqa: ANN401
        """Seal whatever records a partner likes to send, past the checks of his own program."""
        stick = self.folder / "forged"
        stick.mkdir(exist_ok=True)
        content = BundleContent(views=records, pack=who.pack, purpose="", created=who.now(), **more)
        return write_bundle(stick, content, who.identity, [to.identity.card]).path

    def note(self, agency: str, text: str = "Words", **more: Any) -> Note:  # noqa: ANN401
        """Return a note that says it is of *agency*."""
        base = {"id": ids.new_id(), "revision": ids.new_revision(), "created": ids.now(), "title": "A note"}
        return Note(**{**base, "label": self.label(), "text": text, "originator": Originator(agency=agency), **more})

    def next(self, record: Any, **changes: Any) -> Any:  # noqa: ANN401
        return msgspec.structs.replace(record, revision=ids.new_revision(), **changes)

    def series(self, who: Session, *to: Session) -> str:
        return channel(who.fingerprint, [one.fingerprint for one in to])


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the three vaults once; every test works on copies."""
    folder = tmp_path_factory.mktemp("vaults")
    sessions = [make_vault(folder / name, agency, officer).session for name, agency, officer in OFFICERS]
    for session in sessions:
        contacts.export_card(session, folder / f"{session.country}.card")
    for here in sessions:
        for there in sessions:
            if here is not there:
                contact = contacts.import_card(here, folder / f"{there.country}.card")
                words = " ".join(there.identity.card.words())
                contacts.verify(here, contact.fingerprint, words, there.agency, there.country)
    for session in sessions:
        session.close()
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path) -> Iterator[World]:

    opened = []
    for name, *_rest in OFFICERS:
        shutil.copytree(made / name, tmp_path / name)
        opened.append(unlock(tmp_path / name, PASSPHRASE))
    yield World(tmp_path, *opened)
    for session in opened:
        session.close()
