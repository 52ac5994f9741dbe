"""Targets of whole bundles and messages: edited, spelled, signed and sealed again by somebody who holds the keys."""

from __future__ import annotations

import io
import json
from contextlib import suppress

from fuzz_draw import Draw, edited, spelled
from fuzz_world import (
    NOW,
    padded,
    padded_message,
    refreshed,
    sealed,
    signed_archive,
    signed_message,
    world,
)

from briefcase.bundle import manifest as manifests
from briefcase.bundle import paths, records_text
from briefcase.bundle.archive import lay_out
from briefcase.bundle.errors import BundleError
from briefcase.bundle.message_bodies import BODIES
from briefcase.bundle.messages import open_message
from briefcase.bundle.open import open_bundle
from briefcase.bundle.opened import Opened
from briefcase.bundle.verdict import Verdict
from briefcase.errors import BriefcaseError
from briefcase.seal import canonical


def manifest(data: bytes) -> None:
    """A manifest edited in its structure: refused, or the whole layout follows from it."""
    draw = Draw(data)
    text = spelled(draw, edited(draw, world().manifest))
    try:
        found = manifests.decode(text)
    except BriefcaseError:
        return
    assert found.to_canonical() == text
    front = world().members[manifests.SSH_SIGNATURE], world().members[manifests.MLDSA_SIGNATURE]
    manifests.right_padding(text, *front, found)
    lay_out(manifests.members(text, *front, found))


def names(data: bytes) -> None:
    """Names of entries: accepted lists are the fixed ones, extensions and attachments, and nothing else."""
    listed = [part.decode("utf-8", "surrogatepass") for part in _decodable(data).split(b"\n")]
    for path in listed:
        paths.path_fault(path)
    if not paths.paths_fault([*paths.FIXED, *listed]):
        assert all(path.startswith((paths.EXTENSIONS, paths.ATTACHMENTS)) and path.isascii() for path in listed)
        assert len({path.lower() for path in listed}) == len(listed)


def _decodable(data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode()


def _look(plain: bytes) -> Opened:
    """Open *plain* and use everything of it that may be used."""
    held = world()
    with open_bundle(io.BytesIO(sealed(plain)), [held.recipient], held.contacts(), NOW) as opened:
        assert opened.sentence
        if not opened.verdict.is_readable:
            return opened
        with suppress(BriefcaseError):
            assert opened.records() is not None
            assert opened.tear_lines is not None
        for entry in opened.entries:
            with suppress(BriefcaseError), opened.open_entry(entry.path) as file:
                file.seek(entry.size // 2)
                file.read(7)
        opened.verify_all()
        return opened


def archive(data: bytes) -> None:
    """The archive of a good bundle, edited by bytes, members and header fields: only the good one verifies whole."""
    draw, plain = Draw(data), bytearray(world().plain)
    for _ in range(draw.number(0, 4)):
        how = draw.number(0, 3)
        at = draw.pick(_anchors(bytes(plain))) if how else draw.number(0, len(plain))
        at = min(len(plain), at + draw.number(0, 80))
        put = draw.blob() if how != 1 else bytes(plain[draw.number(0, len(plain)) :][: draw.number(0, 4096)])
        plain[at : at + draw.number(0, 300 if draw.yes() else len(put) or 1)] = put
    with suppress(BundleError):
        opened = _look(bytes(plain))
        assert opened.verdict is not Verdict.VERIFIED or bytes(plain) == world().plain


def _anchors(plain: bytes) -> list[int]:
    """Return where headers begin."""
    found = [0]
    for mark in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"):
        start = plain.find(mark)
        while start >= 0:
            found.append(start)
            start = plain.find(mark, start + 1)
    return found


def bundle(data: bytes) -> None:
    """A manifest edited, spelled and signed by its sender, with the archive that follows from it."""
    draw = Draw(data)
    tree = edited(draw, world().manifest)
    if isinstance(tree, dict) and draw.yes():
        tree = padded(tree)
    with suppress(BundleError):
        _look(signed_archive(spelled(draw, tree), dict(world().members)))


def contents(data: bytes) -> None:
    """Records, commitments and label edited, all digests right and signed: what they say of each other is checked."""
    draw, texts = Draw(data), dict(world().members)
    for _ in range(draw.number(1, 3)):
        name = draw.pick((paths.RECORDS, paths.COMMITMENTS))
        lines = texts[name].splitlines()
        at = draw.number(0, max(0, len(lines) - 1))
        with suppress(ValueError, IndexError):
            lines[at] = spelled(draw, edited(draw, json.loads(lines[at])))
        if draw.number(0, 7) == 1:
            del lines[at : at + 1]
        if draw.number(0, 7) == 1:
            lines[at:at] = lines[:1]
        texts[name] = b"".join(line + b"\n" for line in lines)
    with suppress(BriefcaseError):
        records_text.read(texts[paths.RECORDS], texts[paths.COMMITMENTS])
    with suppress(BundleError):
        _look(signed_archive(canonical.encode(refreshed(dict(world().manifest), texts)), texts))


def message(data: bytes) -> None:
    """A message of any type, edited, spelled, signed for this or another purpose; or its archive edited."""
    draw, held = Draw(data), world()
    good = draw.pick(held.messages)
    tree = edited(draw, good)
    tree = padded_message(tree) if isinstance(tree, dict) and draw.yes() else tree
    purpose = good["type"] if draw.number(0, 3) else draw.pick(sorted(BODIES))
    plain = signed_message(tree, spelled(draw, tree), purpose, pad_right=draw.yes())
    for _ in range(draw.number(0, 2)):
        at = min(len(plain), draw.pick(_anchors(plain)) + draw.number(0, 80))
        plain = plain[:at] + draw.blob() + plain[at + draw.number(0, 255) :]
    with suppress(BundleError):
        opened = open_message(io.BytesIO(sealed(plain)), [held.recipient], held.contacts(), NOW)
        assert opened.sentence
        if opened.message is not None:
            assert opened.message.type == purpose
            assert opened.message.to_canonical() == opened.text
            assert opened.verdict.is_readable
    with suppress(BundleError):
        open_bundle(io.BytesIO(sealed(plain)), [held.recipient], held.contacts(), NOW)
