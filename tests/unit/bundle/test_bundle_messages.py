"""Messages: written, opened, and every edit that an insider could make refused or shown as what it is."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures and made-up edits
from __future__ import annotations

import io
import itertools
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.bundle import message_bodies, message_text, messages
from briefcase.bundle.archive import lay_out
from briefcase.bundle.errors import BundleBroken, BundleUnsupported, MessageRefused, SealedBundle, SealedMessage
from briefcase.bundle.forms import Addressee, Sender
from briefcase.bundle.message_bodies import (
    BODIES,
    Answer,
    Compromise,
    Consent,
    Consignee,
    Item,
    Recall,
    RecalledItem,
    Receipt,
    Request,
)
from briefcase.bundle.messages import open_message, write_message
from briefcase.bundle.open import open_bundle
from briefcase.bundle.padding import padme
from briefcase.bundle.verdict import KnownContact, Verdict
from briefcase.errors import BriefcaseError
from briefcase.seal import age, canonical
from briefcase.seal.identity import create_identity, verify

NOW = "2026-11-24T06:02:56Z"
LATER = "2026-12-24T06:02:56Z"
RECORD = "00000000-0000-7000-8000-000000000001"
ITEM = Item(RECORD, "1" * 32, ("amount", "names"))
SAMPLES = {
    "receipt": Receipt("a" * 32, "b" * 64, "c" * 64, NOW, NOW, "Bob Birch", "d" * 64),
    "consent": Consent(
        "", "c" * 64, Consignee("agency", "GBR/HMRC"), (ITEM,), "Joint work", NOW, LATER, "granted", "Once."
    ),
    "recall": Recall((RecalledItem(RECORD, ""),), ("e" * 32,), "Wrong person", "destroy"),
    "request": Request("May we pass this on?", (ITEM,), Consignee("officer", "f" * 64), "Joint work", LATER),
    "answer": Answer("a" * 32, "answered", "b" * 32, "In the file."),
    "compromise": Compromise("c" * 64, "", "The laptop was stolen."),
}


@pytest.fixture
def send(world, tmp_path):
    """Return a function that writes a message from USA to AUS and GBR and returns its bytes."""

    def act(kind="receipt", to=None):
        cards = [each.card for each in to or (world.aus, world.gbr)]
        return write_message(tmp_path, SAMPLES[kind], world.usa, cards, created=NOW, serial=1).path.read_bytes()

    return act


@pytest.fixture
def read(world):
    """Return a function that opens the bytes of a message as AUS, or as it is told."""

    def act(data, who=None, contacts=None, now=NOW):
        known = world.contacts() if contacts is None else contacts
        return open_message(io.BytesIO(data), [who or world.aus], known, now)

    return act


@pytest.fixture
def forge(world, workshop):
    """Return a function that makes a message from parts that need not fit, everything else being right for them."""

    def act(kind="receipt", *, raw=None, text=None, sign=None, length=None, **changes):
        cards = tuple(sorted((world.aus.card, world.gbr.card), key=lambda card: card.fingerprint))
        made = messages._message(SAMPLES[kind], world.usa, cards, NOW, 1)
        tree = msgspec.to_builtins(msgspec.structs.replace(made, **changes))
        tree = tree if raw is None else raw(tree)
        for _again in range(2):
            data = canonical.encode(tree)
            data = data if text is None else text(data)
            ssh, mldsa = (sign or (lambda data: world.usa.sign(kind, data)))(data)
            zeros = message_text.right_padding(data, ssh, mldsa) if length is None else length
            if isinstance(tree, dict) and "padding" not in changes:
                tree = {**tree, "padding": f"{zeros:016d}"}
        layout = lay_out(message_text.members(data, ssh, mldsa, zeros))
        pieces = (data, ssh, mldsa, bytes(zeros))
        plain = b"".join(place.header + piece for place, piece in zip(layout.places, pieces, strict=True))
        return workshop.reseal(plain + layout.directory)

    return act


@pytest.fixture
def unseal(world):
    def act(data):
        out = io.BytesIO()
        age.decrypt_stream(io.BytesIO(data), [world.aus.age], out)
        return out.getvalue()

    return act


def expect_broken(opened, reason=None):
    assert opened.verdict is Verdict.BROKEN, opened.facts
    assert opened.message is None
    assert reason is None or opened.facts.reason == reason


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_was_written_is_read_by_every_recipient(send, read, world, kind):
    data = send(kind)
    for who in (world.aus, world.gbr):
        opened = read(data, who)
        assert opened.verdict is Verdict.VERIFIED
        assert opened.sentence == "Verified: from Ann Ash (says USA/BIS), addressed to you."
        assert opened.message.body == SAMPLES[kind]
        assert (opened.facts.kind, opened.facts.message_type, opened.facts.sequence) == ("message", kind, 1)
        assert opened.facts.message_id == opened.message.message_id
        verify(kind, opened.text, *opened.signatures, world.usa.card)
    assert read(data, world.usa).verdict is Verdict.NOT_ADDRESSED


def test_any_tool_reads_the_archive_and_its_size_says_little(send, unseal):
    plain = unseal(send())
    assert len(plain) == padme(len(plain))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        assert archive.testzip() is None
        names = ["message.json", "message.json.sig", "message.json.mldsa", "padding"]
        assert archive.namelist() == ["briefcase/" + name for name in names]


def test_the_name_of_the_file_says_nothing_and_no_part_is_left(world, tmp_path):
    made = [
        write_message(tmp_path, SAMPLES["recall"], world.usa, [world.aus.card], created=NOW, serial=n) for n in (1, 2)
    ]
    assert {one.path for one in made} == set(tmp_path.iterdir())
    assert len({one.message_id for one in made} | {one.path.stem for one in made}) == 4
    assert all(one.size == one.path.stat().st_size for one in made)


def test_lesser_verdicts(send, read, world):
    data = send()
    card = world.usa.card
    for state, verdict in (("unverified", Verdict.UNVERIFIED_SENDER), ("replaced", Verdict.VERIFIED)):
        opened = read(data, contacts=[KnownContact(card, state)])
        assert (opened.verdict, opened.facts.sender_state) == (verdict, state)
        assert opened.message is not None
    revoked = read(data, contacts=[KnownContact(card, "revoked")])
    assert (revoked.verdict, revoked.message) == (Verdict.REVOKED_SENDER, None)
    assert revoked.facts.message_type == "receipt"
    assert read(data, now="2031-01-01T00:00:00Z").verdict is Verdict.EXPIRED_SENDER
    assert read(data, contacts=[]).verdict is Verdict.UNKNOWN_SENDER
    assert read(data, contacts=[]).message is None
    assert open_message(io.BytesIO(data), [], world.contacts(), NOW).verdict is Verdict.NOT_ADDRESSED


def test_a_former_key_of_ours_still_opens_it(send, world):
    renewed = create_identity("Bob Birch", "AUS/DEC", "AUS", valid_from="2026-01-01T00:00:00Z", renewed=world.aus)
    opened = open_message(io.BytesIO(send()), [renewed, world.aus], world.contacts(), NOW)
    assert opened.verdict is Verdict.VERIFIED
    assert opened.facts.opened_with == world.aus.fingerprint


def test_every_short_copy_is_incomplete_or_broken_and_never_read(send, read):
    data = send()
    seen = set()
    for size in itertools.chain(range(0, len(data), 97), [len(data) - 1]):
        opened = read(data[:size])
        assert opened.message is None
        seen.add(opened.verdict)
    assert seen == {Verdict.INCOMPLETE}


def test_every_changed_byte_of_the_file_is_noticed(send, read):
    data = send()
    for place in range(0, len(data), 41):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert read(changed).verdict in (Verdict.BROKEN, Verdict.NOT_ADDRESSED, Verdict.INCOMPLETE)


def test_every_changed_byte_of_the_archive_is_noticed(send, read, unseal, workshop):
    plain = unseal(send())
    for place in (*range(0, len(plain), 89), len(plain) - 1):
        expect_broken(read(workshop.reseal(plain[:place] + bytes([plain[place] ^ 1]) + plain[place + 1 :])))


@pytest.mark.parametrize(
    "edit",
    [
        lambda plain: plain + b"x",
        lambda plain: plain + bytes(padme(len(plain) + 1) - len(plain)),
        lambda plain: plain[:-1],
        lambda plain: b"x" + plain,
        lambda _: b"",
        lambda _: bytes(100_000),
    ],
)
def test_bytes_more_or_fewer(send, read, unseal, workshop, edit):
    expect_broken(read(workshop.reseal(edit(unseal(send())))))


def test_the_forge_itself_makes_good_messages(forge, read):
    for kind in SAMPLES:
        assert read(forge(kind)).verdict is Verdict.VERIFIED


def test_resealed_to_a_third_party(send, read, unseal, workshop, world):
    plain = unseal(send())
    for to in ([world.usa], [world.usa, world.gbr]):
        opened = read(workshop.reseal(plain, to), world.usa)
        assert (opened.verdict, opened.message) == (Verdict.NOT_ADDRESSED, None)
        assert "Bob Birch" in opened.sentence
        assert opened.facts.message_type == "receipt"


def test_a_stanza_more_or_fewer(send, read, unseal, workshop, world):
    plain = unseal(send())
    for to in ([world.aus], [world.aus, world.gbr, world.usa]):
        expect_broken(read(workshop.reseal(plain, to)), "number of stanzas")


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("other", [*SAMPLES, "bundle", "approval", "card"])
def test_a_message_signed_for_something_else(forge, read, world, kind, other):
    opened = read(forge(kind, sign=lambda data: world.usa.sign(other, data)))
    if other == kind:
        assert opened.verdict is Verdict.VERIFIED
    else:
        expect_broken(opened, "type of the message" if other in SAMPLES else "Ed25519 signature")


@pytest.mark.parametrize(
    "sign",
    [
        lambda w, data: (w.gbr.sign("receipt", data).ssh, w.usa.sign("receipt", data).mldsa),
        lambda w, data: (w.usa.sign("receipt", data).ssh, w.gbr.sign("receipt", data).mldsa),
        lambda w, data: (w.usa.sign("receipt", data).ssh, b""),
        lambda w, data: (b"", w.usa.sign("receipt", data).mldsa),
        lambda w, data: (w.usa.sign("receipt", data + b" ").ssh, w.usa.sign("receipt", data).mldsa),
        lambda w, data: (w.usa.sign("receipt", data).ssh, w.usa.sign("recall", data).mldsa),
        lambda w, data: (w.usa.sign("recall", data).ssh, w.usa.sign("receipt", data).mldsa),
    ],
)
def test_a_signature_is_stripped_swapped_or_for_something_else(forge, read, world, sign):
    expect_broken(read(forge(sign=lambda data: sign(world, data))))


def test_the_mldsa_key_of_another_contact(forge, read, world):
    chimera = msgspec.structs.replace(world.usa.card, mldsa87=world.gbr.card.mldsa87)
    expect_broken(read(forge(), contacts=[KnownContact(chimera, "verified")]), "ML-DSA signature")


def test_the_sender_named_must_be_the_one_of_the_card(forge, read, world):
    expect_broken(read(forge(sender=Sender("Bob Birch", "USA/BIS", world.usa.fingerprint))), "name of the sender")
    expect_broken(read(forge(sender=Sender("Ann Ash", "GBR/X", world.usa.fingerprint))), "name of the sender")
    opened = read(forge(sender=Sender("Bob Birch", "AUS/DEC", world.aus.fingerprint)))
    assert (opened.verdict, opened.facts.reason) == (Verdict.UNKNOWN_SENDER, "another card")


def test_one_recipient_more_in_the_text_than_in_the_header(forge, read, world):
    three = sorted((world.usa, world.aus, world.gbr), key=lambda each: each.fingerprint)
    named = tuple(Addressee(each.card.name, each.fingerprint) for each in three)
    expect_broken(read(forge(recipients=named)), "number of stanzas")


@pytest.mark.parametrize(
    ("raw", "needs"),
    [
        (lambda tree: {**tree, "critical": ["time-lock"], "version": "9.1"}, "time-lock"),
        (lambda tree: {**tree, "suite": "mlkem1024", "version": "9.1", "new": 1}, "mlkem1024"),
        (lambda tree: {**tree, "format": "briefcase-message/2", "version": "9.1"}, "briefcase-message/2"),
    ],
)
def test_what_a_newer_version_needs_is_named(forge, read, raw, needs):
    with pytest.raises(BundleUnsupported) as caught:
        read(forge(raw=raw))
    assert caught.value.facts == {"needs": needs, "version": "9.1"}


def test_an_extension_that_is_not_critical_is_no_matter(forge, read):
    assert read(forge(extensions={"colour": "green"})).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    "raw",
    [
        lambda tree: {**tree, "surprise": 1},
        lambda tree: {name: value for name, value in tree.items() if name != "serial"},
        lambda tree: {**tree, "message_id": "AB" * 16},
        lambda tree: {**tree, "serial": 0},
        lambda tree: {**tree, "created": "yesterday"},
        lambda tree: {**tree, "recipients": tree["recipients"][::-1]},
        lambda tree: {**tree, "recipients": tree["recipients"][:1] * 2},
        lambda tree: {**tree, "recipients": []},
        lambda tree: {**tree, "body": {**tree["body"], "surprise": 1}},
        lambda tree: {**tree, "body": []},
        lambda tree: {**tree, "body": msgspec.to_builtins(SAMPLES["recall"])},
        lambda tree: {**tree, "type": "recall"},
        lambda tree: {**tree, "type": "recall", "body": msgspec.to_builtins(SAMPLES["recall"])},
        lambda tree: {**tree, "type": ["receipt"]},
        lambda tree: [tree],
    ],
)
def test_a_signed_text_that_breaks_a_rule(forge, read, raw):
    expect_broken(read(forge(raw=raw)))


@pytest.mark.parametrize(
    "text",
    [
        lambda data: data.replace(b'{"body":', b'{"body":1,"body":', 1),
        lambda data: data.replace(b":", b": ", 1),
        lambda data: data + b"\n",
        lambda data: data.replace(b'"serial":1', b'"serial":1.0', 1),
        lambda data: data.replace(b'"extensions":{}', b'"extensions":' + b"[" * 5000 + b"]" * 5000, 1),
        lambda data: data.replace(b"Birch", b"B\xffrch", 1),
    ],
)
def test_any_other_spelling_of_the_text_is_refused(forge, read, text):
    expect_broken(read(forge(text=text)), "message JSON")


def test_another_padding_than_the_rule_gives(forge, read):
    for length in (0, 4096, 1_000_000):
        expect_broken(read(forge(length=length)), "padding size")
    expect_broken(read(forge(padding="0" * 16)), "padding size")


def test_a_text_over_its_limit_is_not_even_fetched(forge, read):
    big = {"note": "x" * message_text.LIMIT}
    expect_broken(read(forge(extensions=big)), "size of a front member")


def test_a_bundle_is_no_message_and_the_reverse(seal, send, world):
    with pytest.raises(SealedBundle):
        open_message(seal().path, [world.aus], world.contacts(), NOW)
    with pytest.raises(SealedMessage):
        open_bundle(io.BytesIO(send()), [world.aus], world.contacts(), NOW)


def test_the_file_is_closed_whatever_comes_out(send, seal, world, tmp_path, recwarn):
    path = tmp_path / "one.brief"
    path.write_bytes(send())
    assert open_message(path, [world.aus], world.contacts(), NOW).verdict is Verdict.VERIFIED
    assert open_message(path, [world.usa], world.contacts(), NOW).verdict is Verdict.NOT_ADDRESSED
    with pytest.raises(SealedBundle):
        open_message(seal().path, [world.aus], world.contacts(), NOW)
    assert not [one for one in recwarn if issubclass(one.category, ResourceWarning)]


WRONG = [
    (SAMPLES["receipt"], {"opened": "2026-13-24T06:02:56Z"}),
    (SAMPLES["receipt"], {"opened": ""}),
    (SAMPLES["receipt"], {"audit_head": ""}),
    (SAMPLES["consent"], {"end": NOW}),
    (SAMPLES["consent"], {"end": ""}),
    (SAMPLES["consent"], {"items": ()}),
    (SAMPLES["consent"], {"items": (ITEM, ITEM)}),
    (SAMPLES["consent"], {"items": (Item(RECORD, "1" * 32, ("names", "amount")),)}),
    (SAMPLES["consent"], {"recipient": Consignee("agency", "f" * 64)}),
    (SAMPLES["consent"], {"recipient": Consignee("officer", "GBR/HMRC")}),
    (SAMPLES["consent"], {"recipient": Consignee("nation", "GBR")}),
    (SAMPLES["consent"], {"decision": "maybe"}),
    (SAMPLES["recall"], {"items": (), "consents": ()}),
    (SAMPLES["recall"], {"consents": ("e" * 32, "e" * 32)}),
    (SAMPLES["recall"], {"wanted": "burn"}),
    (SAMPLES["request"], {"needed_by": "soon"}),
    (SAMPLES["request"], {"recipient": Consignee("agency", "")}),
    (SAMPLES["answer"], {"bundle_id": "", "text": ""}),
    (SAMPLES["answer"], {"decision": "refused"}),
    (SAMPLES["answer"], {"decision": "refused", "bundle_id": "", "text": ""}),
    (SAMPLES["answer"], {"request": ""}),
    (SAMPLES["compromise"], {"since": "2026-11-24 06:02:56Z"}),
    (SAMPLES["compromise"], {"fingerprint": "C" * 64}),
    (SAMPLES["compromise"], {"reason": "x" * 10_001}),
]


@pytest.mark.parametrize(("body", "changes"), WRONG)
def test_a_body_without_meaning_is_not_read(body, changes, forge, read):
    wrong = msgspec.structs.replace(body, **changes)
    expect_broken(read(forge(message_bodies.type_of(body), body=wrong)))


@pytest.mark.parametrize(("body", "changes"), WRONG)
def test_a_body_without_meaning_is_not_written(body, changes, world, tmp_path):
    wrong = msgspec.structs.replace(body, **changes)
    with pytest.raises(MessageRefused):
        write_message(tmp_path, wrong, world.usa, [world.aus.card], created=NOW, serial=1)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_item_list_of_fields_and_no_recipient_are_fine(world, tmp_path):
    open_question = Request("What is known of this party?", (), None, "", "")
    write_message(tmp_path, open_question, world.usa, [world.aus.card], created=NOW, serial=1)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_decoding_raises_nothing_but_our_own_errors(kind, data):
    tree = {
        "format": message_text.FORMAT,
        "suite": "mlkem768x25519-ed25519-mldsa87",
        "version": "0.1",
        "critical": [],
        "extensions": {},
        "type": kind,
        "message_id": "a" * 32,
        "serial": 1,
        "created": NOW,
        "sender": {"name": "A", "agency": "B", "fingerprint": "c" * 64},
        "recipients": [{"name": "A", "fingerprint": "c" * 64}],
        "body": msgspec.to_builtins(SAMPLES[kind]),
        "padding": "0" * 16,
    }
    assert message_text.decode(canonical.encode(tree), kind).body == SAMPLES[kind]
    where = data.draw(st.sampled_from([tree, tree["body"]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(json)
    try:
        text = canonical.encode(tree)
    except BriefcaseError:
        return
    purpose = data.draw(st.sampled_from(sorted(BODIES)))
    try:
        found = message_text.decode(text, purpose)
    except BriefcaseError:
        return
    assert type(found.body) is BODIES[purpose]
    assert found.to_canonical() == text


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_our_own_words(data):
    with pytest.raises(BundleBroken):
        message_text.decode(data, "receipt")
