"""Three agencies, a small case, two attachments, and ways to seal, damage and open a bundle."""

from __future__ import annotations

import contextlib
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from briefcase.bundle.content import AttachmentSource, BundleContent, SealedFile
from briefcase.bundle.open import open_bundle
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import KnownContact
from briefcase.bundle.write import write_bundle
from briefcase.records.kinds import Case, Document, Note, Party, TearLine
from briefcase.records.label import Label
from briefcase.records.packs import Pack, shipped
from briefcase.records.values import Name, Originator
from briefcase.seal.identity import Identity, create_identity

NOW = "2026-11-24T06:02:56Z"
LABEL = Label(
    marking="EXERCISE OFFICIAL//REL TO USA, AUS, GBR",
    policy="EXERCISE",
    level="EXERCISE OFFICIAL",
    releasable_to=("country:AUS", "country:GBR", "country:USA"),
)
OPEN_LABEL = Label(marking="EXERCISE OPEN//REL TO USA, FVEY", policy="EXERCISE", level="EXERCISE OPEN", tlp="TLP:GREEN")


def record_id(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012x}"


def attachment(data: bytes, media_type: str = "application/pdf") -> AttachmentSource:
    blocks = [hashlib.sha256(data[i : i + 1048576]).digest() for i in range(0, len(data), 1048576)]
    digest = hashlib.sha256(data).hexdigest()
    return AttachmentSource(digest, len(data), zlib.crc32(data), blocks, media_type, lambda: io.BytesIO(data))


@dataclass(frozen=True)
class World:
    """The parties of the tests, all of whom know each other."""

    usa: Identity
    aus: Identity
    gbr: Identity
    pack: Pack

    def contacts(self) -> list[KnownContact]:
        return [KnownContact(each.card, "verified", each.card.name) for each in (self.usa, self.aus, self.gbr)]


@pytest.fixture(scope="session")
def world() -> World:
    def make(name: str, agency: str) -> Identity:
        return create_identity(name, agency, agency[:3], valid_from="2026-01-01T00:00:00Z")

    return World(make("Ann Ash", "USA/BIS"), make("Bob Birch", "AUS/DEC"), make("Cy Cedar", "GBR/HMRC"), shipped("exercise"))


def common(number: int, world: World) -> dict[str, Any]:
    return {
        "id": record_id(number),
        "revision": f"{number:032x}",
        "originator": Originator(agency="USA/BIS", fingerprint=world.usa.fingerprint),
        "created": NOW,
    }


def make_content(world: World, files: list[bytes], **changes: Any) -> BundleContent:  # noqa: ANN401 - any field
    sources = [attachment(data) for data in files]
    case = Case(**common(1, world), label=LABEL, title="CHPL diversion <via> Istanbul", status="open")
    party = Party(
        **common(2, world),
        label=LABEL,
        case_ids=(case.id,),
        party_kind="company",
        names=(
            Name(text="İstanbul Işıldak Elektronik", script="Latn", lang="tr"),
            Name(text="مهندسی پارس", latin="Mohandesi Pars", script="Arab", lang="fa"),
        ),
    )
    note = Note(**common(3, world), label=OPEN_LABEL, title="Note", text="Two\nlines & <b>more</b>.", about=(party.id,))
    documents = [
        Document(
            **common(10 + number, world),
            label=LABEL,
            title=f"Document {number}",
            file_name=f"scan {number}.pdf",
            sha256=each.sha256,
            size=each.size,
            media_type=each.media_type,
        )
        for number, each in enumerate(sources)
    ]
    tear_line = TearLine(**common(100, world), label=OPEN_LABEL, text="Financing ran through a third country.")
    content = BundleContent(
        views=(note, party, case, *documents),
        tear_lines=(tear_line,),
        attachments=sources,
        pack=world.pack,
        purpose="Joint investigation",
        caveat="Do not approach the company yet.",
        created=NOW,
        audit_head="ab" * 32,
    )
    return replace(content, **changes)


@pytest.fixture
def seal(world: World, tmp_path: Path) -> Callable[..., SealedFile]:
    """Return a function that seals the small case for AUS and GBR, or as it is told."""

    def act(files: list[bytes] | None = None, to: list[Identity] | None = None, **changes: Any) -> SealedFile:  # noqa: ANN401
        content = make_content(world, files if files is not None else [b"%PDF-1.7 small"], **changes)
        people = [world.aus, world.gbr] if to is None else to
        return write_bundle(tmp_path, content, world.usa, [each.card for each in people])

    return act


@pytest.fixture
def look(world: World) -> Iterator[Callable[..., Opened]]:
    """Give a function that opens bytes or a path as AUS, or as it is told; what it opened is closed at the end."""
    seen = contextlib.ExitStack()

    def act(
        source: bytes | Path, who: Identity | None = None, contacts: list[KnownContact] | None = None, now: str = NOW
    ) -> Opened:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        known = world.contacts() if contacts is None else contacts
        return seen.enter_context(open_bundle(file, who or world.aus, known, now))

    with seen:
        yield act
