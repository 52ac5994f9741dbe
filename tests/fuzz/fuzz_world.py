"""Two officers with fixed keys, a small bundle between them, and ways to put an edited one together again."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from briefcase.bundle import manifest as manifests
from briefcase.bundle import message_text
from briefcase.bundle.archive import Member, lay_out
from briefcase.bundle.blocks import digests_of
from briefcase.bundle.content import AttachmentSource, BundleContent
from briefcase.bundle.message_bodies import (
    Compromise,
    Consent,
    Consignee,
    Item,
    Recall,
    RecalledItem,
    Receipt,
    Request,
)
from briefcase.bundle.messages import write_message
from briefcase.bundle.verdict import KnownContact
from briefcase.bundle.write import write_bundle
from briefcase.errors import BriefcaseError
from briefcase.records.kinds import Case, Document, Note, TearLine
from briefcase.records.label import Label
from briefcase.records.packs import shipped
from briefcase.records.values import Originator
from briefcase.seal import age, canonical
from briefcase.seal.header import build, hkdf
from briefcase.seal.identity import Identity, create_identity
from briefcase.seal.stream import StreamWriter

NOW = "2026-11-24T06:02:56Z"
FILE_KEY, NONCE = bytes(range(16)), bytes(range(16, 32))
PICTURE = b"%PDF-1.7 " + bytes(range(256)) * 3
_LARGEST, _LONGEST_PADDING = 256 * 1024, 1024 * 1024
_LABEL = Label(
    marking="EXERCISE OFFICIAL//REL TO USA, AUS, GBR",
    policy="EXERCISE",
    level="EXERCISE OFFICIAL",
    releasable_to=("country:AUS", "country:GBR", "country:USA"),
)


@dataclass(frozen=True)
class World:
    """The sender, the recipient, and the archive of a good bundle in its parts."""

    sender: Identity
    recipient: Identity
    plain: bytes
    members: dict[str, bytes]
    manifest: dict[str, Any]
    messages: tuple[dict[str, Any], ...]

    def contacts(self) -> list[KnownContact]:
        """Return the sender as a contact whose words were compared."""
        return [KnownContact(self.sender.card, "verified", "Ann Ash")]


def _common(number: int, sender: Identity) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-7000-8000-{number:012x}",
        "revision": f"{number:032x}",
        "originator": Originator(agency="USA/BIS", fingerprint=sender.fingerprint),
        "created": NOW,
        "label": _LABEL,
    }


def _content(sender: Identity) -> BundleContent:
    digest = hashlib.sha256(PICTURE).digest()
    source = AttachmentSource(
        digest.hex(), len(PICTURE), zlib.crc32(PICTURE), [digest], "application/pdf", lambda: io.BytesIO(PICTURE)
    )
    case = Case(**_common(1, sender), title="Exercise diversion", status="open")
    note = Note(**_common(2, sender), title="Note", text="Two\nlines & <b>more</b>.", about=(case.id,))
    scan = Document(
        **_common(3, sender),
        title="Scan",
        file_name="scan.pdf",
        sha256=source.sha256,
        size=source.size,
        media_type=source.media_type,
    )
    tear_line = TearLine(**_common(4, sender), text="Financing ran through a third country.")
    return BundleContent(
        views=(case, note, scan),
        tear_lines=(tear_line,),
        attachments=[source],
        pack=shipped("exercise"),
        purpose="Exercise",
        created=NOW,
    )


@cache
def world() -> World:
    """Make the officers and the bundle once a process."""
    sender = create_identity("Ann Ash", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z")
    recipient = create_identity("Bob Birch", "AUS/ABF", "AUS", valid_from="2026-01-01T00:00:00Z")
    with tempfile.TemporaryDirectory() as folder:
        path = write_bundle(Path(folder), _content(sender), sender, [recipient.card]).path
        plain = io.BytesIO()
        with path.open("rb") as file:
            age.decrypt_stream(file, [recipient.age], plain)
    with zipfile.ZipFile(plain) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(members[manifests.MANIFEST])
    return World(sender, recipient, plain.getvalue(), members, manifest, _messages(sender, recipient))


def _messages(sender: Identity, recipient: Identity) -> tuple[dict[str, Any], ...]:
    """Return the text of one message of each type as a tree."""
    item = Item("00000000-0000-7000-8000-000000000001", "1" * 32, ("text", "title"))
    bodies = (
        Receipt("2" * 32, "3" * 64, recipient.fingerprint, NOW, NOW, "Ann Ash", "4" * 64),
        Consent(
            *("", recipient.fingerprint, Consignee("agency", "GBR/HMRC"), (item,), "Trial", NOW),
            *("2027-11-24T06:02:56Z", "granted", ""),
        ),
        Recall((RecalledItem(item.record, ""),), ("5" * 32,), "Wrong person", "destroy"),
        Request("Which vessel?", (item,), Consignee("officer", recipient.fingerprint), "Trial", NOW),
        Compromise(sender.fingerprint, NOW, "Laptop lost"),
    )
    with tempfile.TemporaryDirectory() as folder:
        return tuple(
            json.loads(write_message(Path(folder), body, sender, [recipient.card], created=NOW, serial=1).text)
            for body in bodies
        )


@cache
def _header() -> bytes:
    return build([world().recipient.age.recipient().wrap(FILE_KEY)], FILE_KEY) + NONCE


def sealed(plain: bytes) -> bytes:
    """Return *plain* as an age file for the recipient, under a fixed file key."""
    out = io.BytesIO()
    out.write(_header())
    with StreamWriter(out, hkdf(FILE_KEY, NONCE, b"payload")) as writer:
        writer.write(plain)
    return out.getvalue()


def refreshed(tree: dict[str, Any], contents: dict[str, bytes]) -> dict[str, Any]:
    """Return a manifest tree whose entries, block digests and padding are right for *contents*."""
    entries, blocks = [], b""
    for old in tree["entries"]:
        data = contents.get(old["path"], b"")
        digest, crc = hashlib.sha256(data).hexdigest(), f"{zlib.crc32(data):08x}"
        entries.append({**old, "size": len(data), "sha256": digest, "crc32": crc})
        blocks += digests_of(data)
    contents[manifests.BLOCKS] = blocks
    digests = {"size": len(blocks), "sha256": hashlib.sha256(blocks).hexdigest(), "crc32": f"{zlib.crc32(blocks):08x}"}
    return padded({**tree, "entries": entries, "blocks": digests})


def padded(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest tree with the padding that its archive has to have, if it is a manifest at all."""
    try:
        data = canonical.encode(tree)
        fronts = world().members[manifests.SSH_SIGNATURE], world().members[manifests.MLDSA_SIGNATURE]
        length = manifests.right_padding(data, *fronts, manifests.decode(data))
    except BriefcaseError:
        return tree
    return {**tree, "padding": f"{length:016d}"}


def signed_archive(manifest: bytes, contents: dict[str, bytes]) -> bytes:
    """Return the archive of *contents* around any bytes as manifest, truly signed, laid out as these bytes say.

    When they are no manifest, or a large one, the archive ends behind the signatures.
    """
    pair = world().sender.sign("bundle", manifest)
    front = {manifests.MANIFEST: manifest, manifests.SSH_SIGNATURE: pair.ssh, manifests.MLDSA_SIGNATURE: pair.mldsa}
    whole = {**contents, **front}
    try:
        layout = lay_out(manifests.members(manifest, *pair, manifests.decode(manifest)))
    except BriefcaseError:
        layout = lay_out([Member(name, len(data), zlib.crc32(data)) for name, data in front.items()])
    if layout.size > _LARGEST:
        return b"".join(place.header + front[place.member.name] for place in layout.places[: len(front)])
    parts = [place.header + _fitted(whole.get(place.member.name, b""), place.member.size) for place in layout.places]
    return b"".join(parts) + layout.directory


def signed_message(tree: dict[str, Any], text: bytes, purpose: str, *, pad_right: bool) -> bytes:
    """Return the archive of any text as a message, truly signed for *purpose*; *tree* is the text before spelling."""
    signatures = world().sender.sign(purpose, text)
    padding = str(tree.get("padding", ""))
    digits = padding[:16] if padding.isascii() and padding[:16].isdecimal() else "0"
    length = min(int(digits), _LONGEST_PADDING)
    if pad_right:
        length = message_text.right_padding(text, *signatures)
    layout = lay_out(message_text.members(text, *signatures, length))
    pieces = (text, *signatures, bytes(length))
    return b"".join(place.header + piece for place, piece in zip(layout.places, pieces, strict=True)) + layout.directory


def padded_message(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a message tree with the padding that its archive has to have, if it is one at all."""
    try:
        # The signature's armor is a little shorter or longer by the name of the purpose.
        fronts = world().sender.sign(str(tree.get("type")), b"")
        return {**tree, "padding": f"{message_text.right_padding(canonical.encode(tree), *fronts):016d}"}
    except BriefcaseError:
        return tree


def _fitted(data: bytes, size: int) -> bytes:
    return data[:size] + bytes(max(0, size - len(data)))
