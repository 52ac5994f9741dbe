"""Edits by somebody with the file key, or with the sender's own keys: refused, or shown as what they are."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures and made-up edits

from __future__ import annotations

import dataclasses
import hashlib
import zlib

import msgspec
import pytest

from briefcase.bundle import label as labels
from briefcase.bundle.errors import BundleBroken, BundleNotReadable, BundleUnsupported
from briefcase.bundle.forms import Sender
from briefcase.bundle.label import BundleLabel
from briefcase.bundle.manifest import Digests
from briefcase.bundle.verdict import KnownContact, Verdict, recipient_words
from briefcase.seal.card import SignedCard
from briefcase.seal.identity import create_identity
from briefcase.seal.signatures import sign_both

CONTENT = b"%PDF-1.7 the attachment that somebody wants to change"


def expect_broken(opened, reason=None):
    assert opened.verdict is Verdict.BROKEN, opened.facts
    assert opened.verdict.exit_status == 12
    if reason:
        assert opened.facts.reason == reason
    with pytest.raises(BundleNotReadable):
        opened.records()


def test_the_forge_itself_makes_good_bundles(workshop, look):
    opened = look(workshop.forge())
    assert opened.verdict is Verdict.VERIFIED
    opened.verify_all()


@pytest.mark.parametrize(
    "edit",
    [
        lambda plain: plain + b"x",
        lambda plain: plain + bytes(1024),
        lambda plain: plain[:-1],
        lambda plain: plain[:-4096],
        lambda plain: b"x" + plain,
        lambda plain: plain[:20_000] + b"x" + plain[20_000:],
        lambda plain: plain[:-2] + b"\x01\x00x",
        lambda _: b"",
    ],
)
def test_bytes_more_or_fewer(seal, look, workshop, edit):
    expect_broken(look(workshop.reseal(edit(workshop.plain(seal())))))


@pytest.mark.parametrize("name", [b"briefcase/blocks.bin", b"records.jsonl{", b"briefcase/padding"])
def test_another_date_in_a_local_header(seal, look, workshop, name):
    plain = bytearray(workshop.plain(seal()))
    plain[plain.index(name) - 30 + 10] ^= 1
    opened = look(workshop.reseal(bytes(plain)))
    if name == b"briefcase/blocks.bin":
        expect_broken(opened, "local header")
        return
    assert opened.verdict is Verdict.VERIFIED
    with pytest.raises(BundleBroken):
        opened.verify_all()


def test_resealed_to_a_third_party(seal, look, workshop, world):
    plain = workshop.plain(seal())
    for to in ([world.usa], [world.usa, world.gbr]):
        opened = look(workshop.reseal(plain, to), who=world.usa)
        assert opened.verdict is Verdict.NOT_ADDRESSED
        assert opened.facts.sender_name == "Ann Ash"
        assert set(opened.facts.recipients) == {"Bob Birch", "Cy Cedar"}
        assert "Bob Birch" in opened.sentence
        with pytest.raises(BundleNotReadable):
            opened.records()


def other_card(identity, **changes):
    card = msgspec.structs.replace(identity.card, **changes)
    own = sign_both("card", identity._ed25519_seed, identity._mldsa_seed, card.to_canonical())
    return dataclasses.replace(identity, signed_card=SignedCard(card, own.ssh, own.mldsa))


def test_a_card_that_its_owner_signed_again_for_another_country(workshop, look, world):
    turned = other_card(world.usa, country="GBR", agency="GBR/HMRC")
    sender = Sender(turned.card.name, turned.card.agency, turned.fingerprint)
    opened = look(workshop.forge(sender=sender))
    assert opened.verdict is Verdict.UNKNOWN_SENDER
    assert opened.facts.reason == "another card"
    assert opened.facts.sender_name == ""
    both = [*world.contacts(), KnownContact(turned.card, "unverified")]
    assert look(workshop.forge(sender=sender), contacts=both).verdict is Verdict.UNVERIFIED_SENDER
    assert look(workshop.forge(), contacts=both).verdict is Verdict.VERIFIED


def test_the_sender_named_must_be_the_one_of_the_card(workshop, look, world):
    for sender in (
        Sender("Bob Birch", "USA/BIS", world.usa.fingerprint),
        Sender("Ann Ash", "X", world.usa.fingerprint),
    ):
        expect_broken(look(workshop.forge(sender=sender)), "name of the sender")
    opened = look(workshop.forge(sender=Sender("Bob Birch", "AUS/DEC", world.aus.fingerprint)))
    assert opened.verdict is Verdict.UNKNOWN_SENDER


def test_the_name_of_a_recipient_whom_we_know_is_the_one_on_his_card(workshop, look, world):
    wrong = lambda m: tuple(  # noqa: E731 - a change of the manifest, like the others
        msgspec.structs.replace(each, name="The whole agency") if each.fingerprint == world.gbr.fingerprint else each
        for each in m.recipients
    )
    expect_broken(look(workshop.forge(recipients=wrong)), "name of a recipient")
    strangers = [one for one in world.contacts() if one.card.fingerprint != world.gbr.fingerprint]
    opened = look(workshop.forge(recipients=wrong), contacts=strangers)
    assert opened.facts.strangers == (world.gbr.fingerprint,)
    assert f"The whole agency (a card that you do not have: {world.gbr.fingerprint[:16]})" in recipient_words(
        opened.facts
    )


def test_a_renewed_card_from_a_thief(workshop, look, world):
    thief = create_identity("Ann Ash", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", renewed=world.usa)
    sender = Sender("Ann Ash", "USA/BIS", thief.fingerprint)
    bundle = workshop.forge(sender=sender, sign=lambda data: thief.sign("bundle", data))
    assert look(bundle).verdict is Verdict.UNKNOWN_SENDER
    known = [*world.contacts(), KnownContact(thief.card, "unverified")]
    assert look(bundle, contacts=known).verdict is Verdict.UNVERIFIED_SENDER


@pytest.mark.parametrize(
    ("raw", "needs"),
    [
        (
            lambda tree: {**tree, "critical": ["time-lock"], "extensions": {"time-lock": {}}, "version": "9.1"},
            "time-lock",
        ),
        (lambda tree: {**tree, "suite": "mlkem1024", "version": "9.1", "new": 1}, "mlkem1024"),
        (lambda tree: {**tree, "format": "briefcase-bundle/2", "version": "9.1"}, "briefcase-bundle/2"),
    ],
)
def test_what_a_newer_version_needs_is_named(workshop, look, raw, needs):
    with pytest.raises(BundleUnsupported) as caught:
        look(workshop.forge(raw=raw))
    assert caught.value.facts == {"needs": needs, "version": "9.1"}


def test_an_extension_that_is_not_critical_is_no_matter(workshop, look):
    opened = look(workshop.forge(extensions={"colour": "green"}))
    assert opened.verdict is Verdict.VERIFIED
    opened.verify_all()


@pytest.mark.parametrize(
    "raw",
    [
        lambda tree: {**tree, "surprise": 1},
        lambda tree: {name: value for name, value in tree.items() if name != "purpose"},
        lambda tree: {**tree, "bundle_id": "AB" * 16},
        lambda tree: {**tree, "created": "yesterday"},
        lambda tree: {**tree, "sequence": 0},
        lambda tree: {**tree, "sequence": 2},
        lambda tree: {**tree, "recipients": tree["recipients"][::-1]},
        lambda tree: {**tree, "recipients": tree["recipients"][:1] * 2},
        lambda tree: {**tree, "recipients": []},
        lambda tree: {**tree, "entries": tree["entries"][1:]},
        lambda tree: {**tree, "entries": tree["entries"][::-1]},
        lambda tree: {**tree, "entries": [*tree["entries"], tree["entries"][-1]]},
        lambda tree: {**tree, "entries": [*tree["entries"], {**tree["entries"][-1], "path": "../evil"}]},
        lambda tree: {
            **tree,
            "entries": [*tree["entries"][:-1], {**tree["entries"][-1], "path": "attachments/" + "0" * 64}],
        },
        lambda tree: {**tree, "entries": [*tree["entries"][:-1], {**tree["entries"][-1], "size": 2**53 - 1}]},
        lambda tree: {**tree, "entries": [*tree["entries"][:-1], {**tree["entries"][-1], "size": 2**40}]},
        lambda tree: {**tree, "blocks": {**tree["blocks"], "size": 32}},
        lambda tree: {**tree, "padding": "0000000000000000"},
        lambda tree: {**tree, "padding": "9999999999999999"},
        lambda tree: {**tree, "padding": "1"},
        lambda tree: [tree],
        lambda tree: {**tree, "label": {}},
    ],
)
def test_a_signed_manifest_that_breaks_a_rule(workshop, look, raw):
    expect_broken(look(workshop.forge(raw=raw)))


@pytest.mark.parametrize(
    "text",
    [
        lambda data: data.replace(b'{"approvals":[]', b'{"approvals":[],"approvals":[]', 1),
        lambda data: data.replace(b":", b": ", 1),
        lambda data: data + b"\n",
        lambda data: data.replace(b'"sequence":1', b'"sequence":1.0', 1),
        lambda data: data.replace(b'"extensions":{}', b'"extensions":' + b"[" * 5000 + b"]" * 5000, 1),
        lambda data: data.replace(b"Joint", b"J\xffint", 1),
    ],
)
def test_any_other_spelling_of_the_manifest_is_refused(workshop, look, text):
    expect_broken(look(workshop.forge(text=text)), "manifest JSON")


@pytest.mark.parametrize(
    "changes",
    [
        {"records_root": "0" * 64},
        {"records": 4},
        {"tear_lines": ()},
        {"tear_lines": ("00000000-0000-7000-8000-000000000001",)},
        {"label": lambda m: msgspec.structs.replace(m.label, caveats=("LES",))},
        {"label": lambda m: msgspec.structs.replace(m.label, levels=())},
        {"label": lambda m: msgspec.structs.replace(m.label, releasable_to=(("country:RUS",),))},
        {"label": lambda m: msgspec.structs.replace(m.label, tlp="")},
        {"created": "2026-11-24T06:02:57Z"},
    ],
)
def test_what_the_manifest_says_of_the_records_is_computed_again(workshop, look, changes):
    opened = look(workshop.forge(**changes))
    assert opened.verdict is Verdict.VERIFIED
    for act in (opened.records, opened.verify_all):
        with pytest.raises(BundleBroken):
            act()


def test_a_label_that_is_weaker_in_every_place_is_found_by_the_records(workshop, look, monkeypatch):
    honest = labels.of_records
    monkeypatch.setattr(labels, "of_records", lambda *given: msgspec.structs.replace(honest(*given), tlp=""))
    opened = look(workshop.forge())
    assert opened.verdict is Verdict.VERIFIED
    with pytest.raises(BundleBroken) as caught:
        opened.records()
    assert caught.value.facts["reason"] == "label"


def test_a_level_ranked_otherwise_is_the_senders_word_but_none_may_be_missing(workshop, look):
    def without_highest(manifest):
        first = manifest.label.levels[0]
        levels = (msgspec.structs.replace(first, levels=first.levels[:1]),)
        return BundleLabel(**{**_fields(manifest.label), "levels": levels})

    with pytest.raises(BundleBroken):
        look(workshop.forge(label=without_highest)).records()


def _fields(struct):
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


@pytest.mark.parametrize("changes", [{"sha256": "1" * 64, "path": "attachments/" + "1" * 64}, {"crc32": "00000000"}])
def test_digests_of_an_attachment_that_the_sender_signed_wrongly(workshop, look, changes):
    def entries(manifest):
        return (*manifest.entries[:-1], msgspec.structs.replace(manifest.entries[-1], **changes))

    opened = look(workshop.forge(entries=entries))
    assert opened.verdict is Verdict.VERIFIED
    with pytest.raises(BundleBroken):
        opened.verify_all()


def test_fewer_block_digests_than_blocks(workshop, look):
    few = bytes(32)
    digests = Digests(32, hashlib.sha256(few).hexdigest(), f"{zlib.crc32(few):08x}")
    expect_broken(look(workshop.forge(blocks=digests, own={3: lambda: few})), "blocks")


@pytest.mark.parametrize("number", [0, 4])
def test_another_digest_of_an_entry(workshop, look, number):
    def entries(manifest):
        found = list(manifest.entries)
        found[number] = msgspec.structs.replace(found[number], sha256="1" * 64)
        return tuple(found)

    opened = look(workshop.forge(entries=entries))
    if number == 4:
        expect_broken(opened, "attachment name")
    else:
        with pytest.raises(BundleBroken):
            opened.records()


def many_attachments(tree, count, size):
    made = [{**tree["entries"][-1], "sha256": f"{n:064x}", "path": f"attachments/{n:064x}"} for n in range(count)]
    blocks = sum(-(-entry["size"] // 1048576) for entry in tree["entries"][:4]) + count * -(-size // 1048576)
    entries = [*tree["entries"][:4], *({**entry, "size": size} for entry in made)]
    return {**tree, "entries": entries, "blocks": {**tree["blocks"], "size": 32 * blocks}}


def test_sizes_that_together_fit_no_archive(workshop, look):
    """Each size is allowed, their sum would not fit the eight bytes of a ZIP64 field."""
    expect_broken(look(workshop.forge(raw=lambda tree: many_attachments(tree, 2100, 2**53 - 1))), "total size")


@pytest.mark.parametrize("number", range(4))
def test_an_entry_that_is_read_whole_is_bounded(workshop, look, number):
    def longer(tree):
        tree["entries"][number]["size"] += 128 * 1048576
        return {**tree, "blocks": {**tree["blocks"], "size": tree["blocks"]["size"] + 32 * 128}}

    expect_broken(look(workshop.forge(raw=longer)), "size of a fixed entry")
