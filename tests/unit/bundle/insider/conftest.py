"""The bench of an insider: a bundle taken apart, changed, put together, signed and sealed as far as he has the keys."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from briefcase.bundle import manifest as manifests
from briefcase.bundle.archive import lay_out
from briefcase.bundle.blocks import digests_of
from briefcase.bundle.errors import BundleBroken, BundleUnsupported
from briefcase.bundle.open import open_bundle
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import KnownContact
from briefcase.bundle.write import write_bundle
from briefcase.seal import age, canonical
from briefcase.seal.header import build, hkdf
from briefcase.seal.identity import Identity
from briefcase.seal.stream import StreamWriter

NOW = "2026-11-24T06:02:56Z"
ATTACHED = b"%PDF-1.7 the attachment that somebody wants to change"
Tree = dict[str, Any]
Sign = Callable[[bytes], tuple[bytes, bytes]]


@dataclass(frozen=True)
class Bench:
    """One good bundle from USA for AUS and GBR, and the tools.

    Attributes:
        world: the three officers.
        plain: the archive inside.
        other: the archive of a second bundle of the same sender.
    """

    world: Any
    plain: bytes
    other: bytes

    def contents(self, plain: bytes | None = None) -> dict[str, bytes]:
        """Return the members of the archive by name."""
        with zipfile.ZipFile(io.BytesIO(plain or self.plain)) as opened:
            return {name: opened.read(name) for name in opened.namelist()}

    def tree(self) -> Tree:
        """Return the manifest as JSON values."""
        return json.loads(self.contents()[manifests.MANIFEST])

    def refreshed(self, tree: Tree, contents: dict[str, bytes]) -> Tree:
        """Return *tree* with the digests, sizes and blocks of *contents*; ``blocks.bin`` is renewed in *contents*."""
        entries, blocks = [], b""
        for entry in tree["entries"]:
            data = contents[entry["path"]]
            digests = {"sha256": hashlib.sha256(data).hexdigest(), "crc32": f"{zlib.crc32(data):08x}"}
            entries.append({**entry, "size": len(data), **digests})
            blocks += digests_of(data)
        contents[manifests.BLOCKS] = blocks
        return {**tree, "entries": entries, "blocks": digests_as_signed(blocks)}

    def padded(self, tree: Tree) -> Tree:
        """Return *tree* with the padding that its archive has to have."""
        data, pair = canonical.encode(tree), self.sign(b"")
        return {**tree, "padding": f"{manifests.right_padding(data, *pair, _loose(tree)):016d}"}

    def sign(self, data: bytes) -> tuple[bytes, bytes]:
        """Sign as the sender."""
        pair = self.world.usa.sign("bundle", data)
        return pair.ssh, pair.mldsa

    def archive(
        self, text: bytes, signatures: tuple[bytes, bytes], contents: dict[str, bytes], tree: Tree | None = None
    ) -> bytes:
        """Return the canonical archive of a manifest, its signatures and contents by name; *tree* says the layout."""
        manifest = _loose(tree or json.loads(text))
        layout = lay_out(manifests.members(text, *signatures, manifest))
        front = (manifests.MANIFEST, manifests.SSH_SIGNATURE, manifests.MLDSA_SIGNATURE)
        whole = {**contents, **dict(zip(front, (text, *signatures), strict=True))}
        whole["briefcase/padding"] = bytes(manifest.padding_size)
        return b"".join(place.header + whole.get(place.member.name, b"") for place in layout.places) + layout.directory

    def signed(self, tree: Tree, contents: dict[str, bytes] | None = None, sign: Sign | None = None) -> bytes:
        """Return the archive of *tree*, signed by the sender or as told, with the old contents or others."""
        text = canonical.encode(tree)
        return self.archive(text, (sign or self.sign)(text), contents or self.contents())

    def sealed(self, plain: bytes, to: Sequence[Identity] | None = None) -> bytes:
        """Return *plain* sealed with a new file key, for AUS and GBR or as told."""
        return self.stanzas(plain, [each.age.recipient() for each in to or (self.world.aus, self.world.gbr)])

    def stanzas(self, plain: bytes, recipients: Sequence[age.Recipient]) -> bytes:
        """Return *plain* sealed for recipients of any kind; age's own writer would refuse to mix them."""
        key, nonce, out = b"k" * 16, b"n" * 16, io.BytesIO()
        out.write(build([each.wrap(key) for each in recipients], key) + nonce)
        with StreamWriter(out, hkdf(key, nonce, b"payload")) as writer:
            writer.write(plain)
        return out.getvalue()

    def outcome(self, data: bytes, who: Identity | None = None, contacts: Sequence[KnownContact] | None = None) -> str:
        """Open as AUS or as told, verify everything, and return what is said: verdict and reason."""
        known = self.world.contacts() if contacts is None else contacts
        try:
            with open_bundle(io.BytesIO(data), [who or self.world.aus], known, NOW) as opened:
                return _said(opened)
        except BundleUnsupported as error:
            return f"needs {error.facts['needs']}"


def _said(opened: Opened) -> str:
    if not opened.verdict.is_readable:
        return f"{opened.verdict.value}: {opened.facts.reason}"
    verdict = opened.verdict.value
    try:
        for entry in opened.entries:
            with opened.open_entry(entry.path) as file:
                file.read()
    except BundleBroken as error:
        return f"{verdict}, shown: {error.facts['reason']}"
    try:
        opened.verify_all()
    except BundleBroken as error:
        return f"{verdict}, whole: {error.facts['reason']}"
    return f"{verdict}, whole: good"


def digests_as_signed(data: bytes) -> Tree:
    """Return size and digests of ``blocks.bin``."""
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "crc32": f"{zlib.crc32(data):08x}"}


@dataclass(frozen=True)
class _LooseDigests:
    size: int
    crc32: str


@dataclass(frozen=True)
class _LooseEntry:
    path: str
    size: int
    crc32: str


@dataclass(frozen=True)
class _Loose:
    """As much of a manifest as a layout needs, without any check."""

    blocks: _LooseDigests
    entries: tuple[_LooseEntry, ...]
    padding_size: int


def _loose(tree: Tree) -> Any:  # noqa: ANN401 - stands in for a manifest
    entries = tuple(_LooseEntry(each["path"], each["size"], each["crc32"]) for each in tree["entries"])
    blocks = _LooseDigests(tree["blocks"]["size"], tree["blocks"]["crc32"])
    return _Loose(blocks, entries, int(tree["padding"]))


@pytest.fixture(scope="session")
def bench(world: Any, tmp_path_factory: pytest.TempPathFactory, whole_case: Any) -> Bench:  # noqa: ANN401 - fixtures
    def plain() -> bytes:
        out = io.BytesIO()
        content = whole_case(world, [ATTACHED, b"\x89PNG second"])
        cards = [world.aus.card, world.gbr.card]
        with write_bundle(tmp_path_factory.mktemp("bench"), content, world.usa, cards).path.open("rb") as file:
            age.decrypt_stream(file, [world.aus.age], out)
        return out.getvalue()

    return Bench(world, plain(), plain())
