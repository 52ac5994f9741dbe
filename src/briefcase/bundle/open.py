"""Opening a bundle: from a file of unknown origin to a verdict; no entry is read.

The steps that messages share stand in ``unsealing``; here follow the approvals, the size, the directory and the block
digests. Whatever is wrong becomes a verdict; only a failing medium, a message in place of a bundle and a bundle of a
newer version are raised as errors.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from briefcase.bundle import approvals
from briefcase.bundle import manifest as manifests
from briefcase.bundle.archive import lay_out
from briefcase.bundle.errors import BundleBroken, SealedMessage
from briefcase.bundle.kind import BUNDLE
from briefcase.bundle.manifest import Manifest
from briefcase.bundle.opened import Inside, Opened
from briefcase.bundle.reading import check_header
from briefcase.bundle.unsealing import Unsealed, admit, attribute, carefully, compare_size, stop, unseal
from briefcase.bundle.verdict import Approved, Facts, KnownContact, Verdict
from briefcase.seal.identity import Identity

_BLOCKS_PLACE = 3


def open_bundle(
    source: Path | BinaryIO, identities: Sequence[Identity], contacts: Sequence[KnownContact], now: str
) -> Opened:
    """Open a file that may be a bundle and return what is to be said of it.

    Args:
        source: a path, or a seekable binary file that stays open; it must stay unchanged while it is looked at.
        identities: the keys of this vault, the present ones first, then those that were renewed; empty when there are
            none. The key that opens the file must be one that the sender named.
        contacts: every card that the vault knows, the own one included.
        now: UTC, ISO 8601, against which the sender's card must be current.

    Raises:
        MediumFailed, MediumReadOnly: the file cannot be read.
        SealedMessage: it is a message; nothing of it was verified.
        BundleUnsupported: it was verified, and needs a newer version.
    """

    def act(file: BinaryIO, owned: BinaryIO | None) -> Opened:
        found = unseal(file, identities)
        if found.front.kind is not BUNDLE:
            raise SealedMessage
        manifest, verdict, facts = attribute(found, contacts, now, lambda data, _purpose: manifests.decode(data))
        facts = _own_facts(manifest, found, facts)
        admit(found, verdict, facts)
        facts = replace(facts, approvals=_approvals(manifest, facts, contacts, now))
        inside = _inside(found, facts, manifest)
        return Opened(verdict, replace(facts, expected=facts.size), inside, owned)

    return carefully(source, act, Opened)


def _own_facts(manifest: Manifest, found: Unsealed, facts: Facts) -> Facts:
    return replace(
        facts,
        bundle_id=manifest.bundle_id,
        manifest_sha256=hashlib.sha256(found.front.text).hexdigest(),
        sequence=manifest.sequence,
        purpose=manifest.purpose,
        caveat=manifest.caveat,
    )


def _approvals(manifest: Manifest, facts: Facts, contacts: Sequence[KnownContact], now: str) -> tuple[Approved, ...]:
    sender = next(each.card for each in contacts if each.card.fingerprint == facts.sender_fingerprint)
    try:
        return approvals.judge(manifest.approvals, sender, contacts, now)
    except BundleBroken as error:
        stop(Verdict.BROKEN, facts, str(error.facts["reason"]))


def _inside(found: Unsealed, facts: Facts, manifest: Manifest) -> Inside:
    """Compare size, directory and block digests with what follows from the manifest."""
    front, plain = (found.front.text, found.front.ssh, found.front.mldsa), found.plain
    if manifests.right_padding(*front, manifest) != manifest.padding_size:
        stop(Verdict.BROKEN, facts, "padding size")
    layout = lay_out(manifests.members(*front, manifest))
    expected = compare_size(found, facts, layout)
    try:
        if plain.fetch(layout.directory_offset, len(layout.directory)) != layout.directory:
            stop(Verdict.BROKEN, facts, "directory", expected)
        place = layout.places[_BLOCKS_PLACE]
        check_header(plain, place)
        blocks = plain.fetch(place.data, place.member.size)
    except BundleBroken as error:
        stop(Verdict.BROKEN, facts, str(error.facts["reason"]), expected)
    if hashlib.sha256(blocks).hexdigest() != manifest.blocks.sha256 or zlib.crc32(blocks) != place.member.crc32:
        stop(Verdict.BROKEN, facts, "block digests", expected)
    return Inside(plain, manifest, layout, blocks)
