"""Three agencies, a small case, two attachments, and ways to seal, damage and open a bundle."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from briefcase.bundle import manifest as manifests
from briefcase.bundle import write
from briefcase.bundle.archive import lay_out
from briefcase.bundle.content import AttachmentSource, BundleContent, SealedFile
from briefcase.bundle.errors import BundleBroken, BundleUnsupported
from briefcase.bundle.medium import Cancel, Progress
from briefcase.bundle.open import open_bundle
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import KnownContact
from briefcase.bundle.write import write_bundle
from briefcase.records.kinds import Case, Document, Note, Party, TearLine
from briefcase.records.label import Label
from briefcase.records.packs import Pack, shipped
from briefcase.records.values import Name, Originator
from briefcase.seal import age, canonical
from briefcase.seal.identity import Identity, create_identity

STRANGER = Path(__file__).resolve().parents[2] / "vectors" / "bundle" / "stranger.py"
NOW = "2026-11-24T06:02:56Z"
LABEL = Label(
    marking="EXERCISE OFFICIAL//REL TO USA, AUS, GBR",
    policy="EXERCISE",
    level="EXERCISE OFFICIAL",
    releasable_to=("country:AUS", "country:GBR", "country:USA"),
)
OPEN_LABEL = Label(
    marking="EXERCISE OPEN//REL TO USA, FVEY",
    policy="EXERCISE",
    level="EXERCISE OPEN",
    releasable_to=("community:FVEY", "country:USA"),
    tlp="TLP:GREEN",
)


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
        """Return all of them as verified contacts."""
        return [KnownContact(each.card, "verified", each.card.name) for each in (self.usa, self.aus, self.gbr)]


@pytest.fixture(scope="session")
def world() -> World:
    def make(name: str, agency: str) -> Identity:
        return create_identity(name, agency, agency[:3], valid_from="2026-01-01T00:00:00Z")

    return World(
        make("Ann Ash", "USA/BIS"), make("Bob Birch", "AUS/DEC"), make("Cy Cedar", "GBR/HMRC"), shipped("exercise")
    )


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


@pytest.fixture(scope="session")
def whole_case() -> Callable[..., BundleContent]:
    """Return the function that makes the small case, for fixtures that live longer than one test."""
    return make_content


@pytest.fixture
def make(world: World) -> Callable[..., BundleContent]:
    """Return a function that makes the small case with some files."""
    return lambda files, **changes: make_content(world, files, **changes)


@pytest.fixture
def seal(world: World, tmp_path: Path) -> Callable[..., SealedFile]:
    """Return a function that seals the small case for AUS and GBR, or as it is told."""

    def act(
        files: list[bytes] | None = None,
        to: list[Identity] | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> SealedFile:
        content = make_content(world, files if files is not None else [b"%PDF-1.7 small"])
        people = [world.aus, world.gbr] if to is None else to
        cards = [each.card for each in people]
        return write_bundle(tmp_path, content, world.usa, cards, progress=progress, cancel=cancel)

    return act


@pytest.fixture(scope="session")
def stranger() -> Iterator[ModuleType]:
    """Return the second reader, which was written from docs/bundle-format.md alone."""
    spec = importlib.util.spec_from_file_location("stranger", STRANGER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["stranger"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["stranger"]


def whole_verdict(data: bytes, who: Identity, known: list[KnownContact], now: str) -> str:
    """Return what the program says of a file once every byte was verified, as one word."""
    try:
        with open_bundle(io.BytesIO(data), [who], known, now) as opened:
            if opened.verdict.is_readable:
                opened.verify_all()
            return opened.verdict.value
    except BundleBroken:
        return "broken"
    except BundleUnsupported:
        return "unsupported"


Agree = Callable[[bytes, Identity, list[KnownContact], str], str]


@pytest.fixture(scope="session")
def agree(stranger: ModuleType) -> Agree:
    """Return a function that lets both readers open a file, holds them to the same verdict, and returns it."""

    def act(data: bytes, who: Identity, known: list[KnownContact], now: str = NOW) -> str:
        contacts = [stranger.Contact(json.loads(each.card.to_canonical()), each.state) for each in known]
        theirs = stranger.examine(data, {who.fingerprint: bytes(who.age._seed)}, contacts, now)
        assert theirs.verdict == whole_verdict(data, who, known, now), theirs.reason
        return str(theirs.verdict)

    return act


@pytest.fixture
def look(world: World, agree: Agree) -> Iterator[Callable[..., Opened]]:
    """Give a function that opens bytes or a path as AUS, or as it is told; what it opened is closed at the end.

    Whatever a test opens is opened by the second reader, too, and both must say the same.
    """
    seen = contextlib.ExitStack()

    def act(
        source: bytes | Path, who: Identity | None = None, contacts: list[KnownContact] | None = None, now: str = NOW
    ) -> Opened:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        known = world.contacts() if contacts is None else contacts
        agree(source if isinstance(source, bytes) else source.read_bytes(), who or world.aus, known, now)
        return seen.enter_context(open_bundle(file, [who or world.aus], known, now))

    with seen:
        yield act


def written(piece: write.Piece) -> bytes:
    """Return the bytes of one piece as the writer puts them down."""
    if isinstance(piece, bytes):
        return piece
    return bytes(piece) if isinstance(piece, int) else piece.open().read()


class Workshop:
    """What somebody who holds the file key, or even the sender's own keys, could make of a bundle."""

    def __init__(self, world: World) -> None:
        self.world = world

    def plain(self, sealed: SealedFile, who: Identity | None = None) -> bytes:
        """Return the archive inside."""
        out = io.BytesIO()
        with sealed.path.open("rb") as file:
            age.decrypt_stream(file, [(who or self.world.aus).age], out)
        return out.getvalue()

    def reseal(self, plain: bytes, to: list[Identity] | None = None) -> bytes:
        """Return *plain* sealed again, by default for AUS and GBR."""
        out = io.BytesIO()
        people = [self.world.aus, self.world.gbr] if to is None else to
        with age.encrypt(out, [each.age.recipient() for each in people]) as writer:
            writer.write(plain)
        return out.getvalue()

    def forge(
        self,
        *,
        own: dict[int, Callable[[], bytes]] | None = None,
        sign: Callable[[bytes], tuple[bytes, bytes]] | None = None,
        raw: Callable[[dict[str, Any]], Any] | None = None,
        text: Callable[[bytes], bytes] | None = None,
        to: list[Identity] | None = None,
        **changes: Any,  # noqa: ANN401 - any field of the manifest
    ) -> bytes:
        """Return a bundle whose manifest was changed and signed again, everything else being right for it.

        Args:
            own: makes other content of the pieces by number, with the same length (3 is blocks.bin).
            sign: makes the two signatures; by default the sender's.
            raw: changes the JSON of the manifest.
            text: changes its bytes.
            to: whom it is sealed to.
            changes: fields of the manifest; a callable is given the manifest.
        """
        people = [self.world.aus, self.world.gbr] if to is None else to
        cards = tuple(sorted((each.card for each in people), key=lambda card: card.fingerprint))
        made = write._seal(make_content(self.world, [b"%PDF"]), self.world.usa, cards)
        values = {name: value(made.manifest) if callable(value) else value for name, value in changes.items()}
        manifest = msgspec.structs.replace(made.manifest, **values)
        tree = msgspec.to_builtins(manifest)
        data = canonical.encode(tree if raw is None else raw(tree))
        data = data if text is None else text(data)
        ssh, mldsa = (sign or (lambda text: self.world.usa.sign("bundle", text)))(data)
        if "padding" not in changes:
            padding = manifests.right_padding(data, ssh, mldsa, manifest)
            if raw is None and text is None and padding != manifest.padding_size:
                return self.forge(own=own, sign=sign, to=to, **changes, padding=f"{padding:016d}")
        pieces = [data, ssh, mldsa, *made.pieces[3:-1], manifest.padding_size]
        for number, content in (own or {}).items():
            pieces[number] = content()
        layout = lay_out(manifests.members(data, ssh, mldsa, manifest))
        plain = b"".join(place.header + written(piece) for place, piece in zip(layout.places, pieces, strict=True))
        return self.reseal(plain + layout.directory, people)


@pytest.fixture
def workshop(world: World) -> Workshop:
    return Workshop(world)
