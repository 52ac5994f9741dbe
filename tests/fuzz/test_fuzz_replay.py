"""Every stored input again, without a fuzzer; what is unedited must be accepted, or the targets would test nothing."""

from __future__ import annotations

import io
from pathlib import Path

import fuzz_targets
import pytest
from fuzz_targets import TARGETS
from fuzz_world import NOW, padded, refreshed, sealed, signed_archive, signed_message, world

from briefcase.bundle.messages import open_message
from briefcase.bundle.open import open_bundle
from briefcase.bundle.verdict import Verdict
from briefcase.records.packs import Pack
from briefcase.seal import canonical
from briefcase.services.packs import signature as pack_signature

CORPUS = Path(__file__).parent / "corpus"
LARGEST_CORPUS = 400 * 1024
EDGES = (b"", b"\x00", b"\xff" * 64, bytes(64), bytes(range(256)))


@pytest.mark.parametrize("name", TARGETS)
def test_stored_inputs(name: str) -> None:
    stored = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    assert stored, "this target has no stored input"
    for data in (*stored, *EDGES):
        TARGETS[name].run(data)


def test_the_corpus_is_small_and_belongs_to_the_targets() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < LARGEST_CORPUS


def test_the_ways_to_put_a_bundle_together_again_give_a_good_one() -> None:
    held, texts = world(), dict(world().members)
    tree = padded(refreshed(dict(held.manifest), texts))
    for plain in (held.plain, signed_archive(canonical.encode(tree), texts)):
        with open_bundle(io.BytesIO(sealed(plain)), [held.recipient], held.contacts(), NOW) as opened:
            assert opened.verdict is Verdict.VERIFIED
            opened.verify_all()


def test_a_pack_and_its_signature_that_nobody_edited_are_accepted() -> None:
    toml, text = fuzz_targets._signed_pack()
    root = fuzz_targets._authority().fingerprint
    assert pack_signature.check(text, Pack.load(toml), "x", root=root).card.fingerprint == root


def test_the_way_to_put_a_message_together_again_gives_a_good_one() -> None:
    held = world()
    for tree in held.messages:
        plain = signed_message(tree, canonical.encode(tree), tree["type"], pad_right=False)
        opened = open_message(io.BytesIO(sealed(plain)), [held.recipient], held.contacts(), NOW)
        assert opened.verdict is Verdict.VERIFIED
        assert opened.message is not None
