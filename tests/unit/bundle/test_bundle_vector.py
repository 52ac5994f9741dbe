"""The frozen test vector: our reader and a second one, written from the document, agree on it and on changed copies."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures and made-up edits

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.util
import io
import json
import re
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefcase.bundle import archive, commitments, label, message_text, padding
from briefcase.bundle import manifest as manifests
from briefcase.bundle.messages import open_message
from briefcase.bundle.open import open_bundle
from briefcase.bundle.verdict import KnownContact
from briefcase.errors import BriefcaseError
from briefcase.records import canonical as record_json
from briefcase.records.kinds import TearLine
from briefcase.seal import age, canonical, compact, parts, signatures, words
from briefcase.seal.card import LABEL, card_text, parse_card
from briefcase.seal.header import build, hkdf
from briefcase.seal.identity import REVOCATION_LABEL, parse_revocation
from briefcase.seal.recipients import HybridIdentity
from briefcase.seal.stream import StreamReader

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "vectors" / "bundle"
RECIPIENTS = ("recipient-1", "recipient-2")


@pytest.fixture(scope="module")
def make_vector(stranger):
    """Return the script that made the vector; it uses the second reader."""
    assert sys.modules["stranger"] is stranger
    spec = importlib.util.spec_from_file_location("make_vector", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def vector():
    return json.loads((FOLDER / "vector.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return (FOLDER / "vector.brief").read_bytes()


@pytest.fixture(scope="module")
def cards():
    owners = ("sender", *RECIPIENTS)
    return {owner: parse_card((FOLDER / f"{owner}.card").read_text(encoding="ascii")).card for owner in owners}


@pytest.fixture(scope="module")
def people(make_vector):
    return {owner: make_vector.identity(owner, *rest) for owner, *rest in make_vector.PEOPLE}


@pytest.fixture
def ours(people, cards, vector):
    """Open bytes with the program as one of the recipients; return what came out, to be closed."""
    known = [KnownContact(card, "verified", card.name) for card in cards.values()]
    return lambda data, owner="recipient-1": open_bundle(io.BytesIO(data), [people[owner]], known, vector["now"])


@pytest.fixture
def theirs(stranger, vector):
    """Examine bytes with the second reader as one of the recipients."""
    files = [(FOLDER / f"{owner}.card").read_text(encoding="ascii") for owner in ("sender", *RECIPIENTS)]
    contacts = [stranger.read_card(text) for text in files]

    def examine(data, owner="recipient-1"):  # noqa: ANN202 - of a module that is loaded at run time
        person = vector["people"][owner]
        key = stranger.bech32(person["age_identity"])
        assert key.hex() == person["seeds"]["age"]
        return stranger.examine(data, {person["fingerprint"]: key}, contacts, vector["now"])

    return examine


def test_the_second_reader_shares_nothing_with_the_program():
    tree = ast.parse((FOLDER / "stranger.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert foreign == {"cryptography", "nacl"}


@pytest.mark.parametrize("owner", RECIPIENTS)
def test_both_readers_verify_it_and_read_the_same(owner, sealed, ours, theirs, vector):
    seen = theirs(sealed, owner)
    assert (seen.verdict, seen.reason) == ("verified", "")
    with ours(sealed, owner) as opened:
        assert opened.verdict.value == "verified"
        opened.verify_all()
        every = sorted((*opened.records(), *opened.tear_lines), key=lambda record: record.id)
        assert [record_json.encode(record) for record in every] == list(map(canonical.encode, seen.records))
        assert opened.manifest.to_canonical() == seen.files["briefcase/manifest.json"]
        for entry in opened.entries:
            assert opened.open_entry(entry.path).read() == seen.files[entry.path]
        assert opened.facts.bundle_id == vector["bundle_id"]
        assert opened.facts.manifest_sha256 == vector["manifest_sha256"]
    attached = [name for name in seen.files if name.startswith("attachments/")]
    assert [len(seen.files[name]) for name in attached] == [1024 * 1024 + 300]
    assert {record["kind"] for record in seen.records} == {"case", "party", "note", "document", "tear_line"}


@pytest.mark.parametrize("owner", RECIPIENTS)
def test_the_second_reader_computes_every_value_again(owner, sealed, theirs, vector):
    values = theirs(sealed, owner).values
    assert values.pop("stanza") == vector["stanzas"][owner]
    assert values == {name: vector[name] for name in values}
    outside = {"note", "now", "word_lists", "people", "file", "stanzas", "bundle_id"}
    assert set(vector) - outside == set(values)
    assert vector["file"] == {"size": len(sealed), "sha256": hashlib.sha256(sealed).hexdigest()}


def test_the_program_computes_the_same_outside(sealed, vector):
    header = age.read_header(io.BytesIO(sealed))
    keys = {
        owner: age.unwrap(header, [HybridIdentity(bytes.fromhex(vector["people"][owner]["seeds"]["age"]))])
        for owner in RECIPIENTS
    }
    assert {key.hex() for key in keys.values()} == {vector["header"]["file_key"]}
    assert (header.payload_offset, header.mac.hex()) == (vector["header"]["length"], vector["header"]["mac"])
    nonce, key = (bytes.fromhex(vector["payload"][name]) for name in ("nonce", "key"))
    assert sealed[header.payload_offset :][:16] == nonce
    assert hkdf(keys["recipient-1"], nonce, b"payload") == key
    start = header.payload_offset + 16
    reader = StreamReader(io.BytesIO(sealed), key, len(sealed) - start, offset=start)
    assert reader.size == vector["payload"]["size"] == padding.padme(vector["padme"]["size_without_padding"])


def test_the_program_computes_the_same_inside(sealed, ours, vector):
    with ours(sealed) as opened:
        layout = opened._inside.layout
        listed = [(each["name"], each["header"], each["content"], each["size"]) for each in vector["members"]]
        assert [(p.member.name, p.offset, p.data, p.member.size) for p in layout.places] == listed
        assert (layout.directory_offset, len(layout.directory)) == (
            vector["directory"]["offset"],
            vector["directory"]["length"],
        )
        unpadded = [place.member for place in layout.places[:-1]]
        assert archive.padding_for(unpadded) == vector["padme"]["padding"] == opened.manifest.padding_size
        assert archive.lay_out(archive.pad(unpadded, 0)).size == vector["padme"]["size_without_padding"]
        assert opened._inside.blocks.hex() == "".join(vector["blocks"]["digests"])
        made = label.label_xml(opened.manifest.label, opened.manifest.created)
        assert hashlib.sha256(made).hexdigest() == vector["label_xml_sha256"]
        lines = [opened.open_entry(name).read().splitlines() for name in ("records.jsonl", "commitments.jsonl")]
        for line, beside, shown in zip(*lines, vector["records"], strict=True):
            record = json.loads(line)
            salts = {name: bytes.fromhex(salt) for name, salt in json.loads(beside)["salts"].items()}
            for name, leaf in shown["leaves"].items():
                found = commitments.field_leaf(record["id"], record["revision"], name, record[name], salts[name])
                assert found.hex() == leaf
            assert commitments.record_hash(record, salts).hex() == shown["value"]
        values = [bytes.fromhex(shown["value"]) for shown in vector["records"]]
        assert commitments.merkle_root(values).hex() == vector["records_root"] == opened.manifest.records_root


def test_keys_cards_and_words_follow_from_the_seeds(vector, people, cards, make_vector, stranger):
    assert sorted(people) == sorted(vector["people"])
    for owner, who in people.items():
        assert make_vector.person(owner, who) == vector["people"][owner]
        assert cards[owner] == who.card
        fingerprint = stranger.read_card(card_text(who.signed_card)).fingerprint
        for language in ("en", "fr"):
            data = (ROOT / "resources" / "words" / f"{language}.txt").read_bytes()
            assert hashlib.sha256(data).hexdigest() == vector["word_lists"][language]
            told = stranger.words_of(fingerprint, data.decode().split())
            assert " ".join(told) == vector["people"][owner]["words"][language]
            assert tuple(told) == words.words_for(bytes.fromhex(fingerprint), language)
    text = (FOLDER / "sender.revocation").read_text(encoding="ascii")
    assert parse_revocation(text, cards["sender"]).fingerprint == vector["people"]["sender"]["fingerprint"]


def test_what_is_signed_is_as_the_document_says(sealed, theirs, vector, cards):
    files = theirs(sealed).files
    data, ssh, mldsa = (files[f"briefcase/manifest.json{ending}"] for ending in ("", ".sig", ".mldsa"))
    space = signatures.namespace("bundle")
    assert signatures._message(space, data).hex() == vector["sshsig"]["signed_data"]
    assert signatures.verify_ssh(ssh, space, data) == cards["sender"].ed25519_public
    signatures.verify_mldsa(cards["sender"].mldsa87_public, space, data, mldsa)
    assert manifests.decode(data).sender.fingerprint == vector["people"]["sender"]["fingerprint"]


@pytest.fixture(scope="module")
def told():
    return json.loads((FOLDER / "message.json").read_text(encoding="utf-8"))


@pytest.fixture
def read_message(people, vector, stranger):
    """Read bytes as the sender of the bundle with both readers; return the two answers."""
    sender = people["sender"]
    known = [KnownContact(who.card, "verified", who.card.name) for who in people.values()]
    contacts = [stranger.read_card(card_text(who.signed_card)) for who in people.values()]
    keys = {sender.fingerprint: bytes(sender.age._seed)}
    return lambda data: (
        open_message(io.BytesIO(data), [sender], known, vector["now"]),
        stranger.examine(data, keys, contacts, vector["now"]),
    )


def test_both_readers_verify_the_receipt(read_message, told, vector, people):
    data = (FOLDER / "message.brief").read_bytes()
    ours, theirs = read_message(data)
    assert (ours.verdict.value, theirs.verdict) == ("verified", "verified")
    assert ours.text == canonical.encode(theirs.manifest) == canonical.encode(told["text"])
    assert theirs.values == {name: told[name] for name in theirs.values}
    assert set(told) - set(theirs.values) == {"file", "text"}
    assert told["file"] == {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert ours.message.body.bundle_id == vector["bundle_id"]
    assert ours.message.body.manifest_sha256 == vector["manifest_sha256"]
    assert ours.facts.sender_fingerprint == people["recipient-1"].fingerprint


def test_both_readers_say_the_same_of_changed_messages(read_message):
    data = (FOLDER / "message.brief").read_bytes()
    start = data.index(b"\n--- ") + 50
    changes = [flip(data, at) for at in (3, 60, 1000, start - 10, start + 5, start + 100, len(data) - 1)]
    changes += [data[:length] for length in (10, start, start + 20, len(data) - 1)]
    changes += [data + b"\0"]
    for changed in changes:
        ours, theirs = read_message(changed)
        assert ours.verdict.value == theirs.verdict != "verified", theirs.reason


@pytest.mark.parametrize(
    "purpose", ["receipt", "consent", "recall", "request", "answer", "compromise", "bundle", "card"]
)
def test_a_message_is_held_to_what_it_was_signed_for(purpose, read_message, people, told):
    who = people["recipient-1"]
    text = canonical.encode(told["text"])
    signed = who.sign(purpose, text)
    layout = archive.lay_out(message_text.members(text, *signed, int(told["text"]["padding"])))
    pieces = (text, *signed, bytes(int(told["text"]["padding"])))
    out = io.BytesIO()
    with age.encrypt(out, [people["sender"].age.recipient()]) as writer:
        writer.write(b"".join(place.header + piece for place, piece in zip(layout.places, pieces, strict=True)))
        writer.write(layout.directory)
    ours, theirs = read_message(out.getvalue())
    assert ours.verdict.value == theirs.verdict == ("verified" if purpose == "receipt" else "broken")


def test_the_document_quotes_the_vector(vector, told):
    vector = {**vector, "message": told}
    document = (ROOT / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    section = document[document.index("## 15. Test vector") :]
    quoted = re.findall(r"^\| `([\w.\-]+)` \|[^|]*\| `([^`]+)` \|$", section, re.MULTILINE)
    assert len(quoted) >= 40
    for path, value in quoted:
        found = vector
        for part in path.split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
        assert str(found) == value, path


def flip(data, at, mask=1):
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def changed(sealed, vector):
    """Yield damaged copies by name: what anybody who holds the file could do."""
    start = vector["header"]["length"] + 16
    yield "version line", flip(sealed, 3)
    yield "first stanza", flip(sealed, 60, 2)
    yield "both stanzas", re.sub(rb"(?<=-> mlkem768x25519 ).", lambda found: b"B" if found[0] == b"A" else b"A", sealed)
    yield "stanza type", sealed.replace(b"-> mlkem768x25519 ", b"-> X25519 ", 1)
    yield "stanza dropped", sealed[: sealed.index(b"-> ")] + sealed[sealed.index(b"-> ", 30) :]
    yield "MAC", flip(sealed, vector["header"]["length"] - 10)
    yield "nonce", flip(sealed, vector["header"]["length"] + 1)
    yield "first chunk", flip(sealed, start + 100)
    yield "middle chunk", flip(sealed, start + 500_000)
    yield "last chunk", flip(sealed, len(sealed) - 1)
    yield "byte appended", sealed + b"\0"
    yield "byte prepended", b"\0" + sealed
    yield "empty", b""
    for length in (
        10,
        1000,
        start - 16,
        start - 1,
        start,
        start + 15,
        start + 65552,
        start + 65553,
        start + 16 * 65552,
    ):
        yield f"cut at {length}", sealed[:length]
    yield "last byte missing", sealed[:-1]


def test_both_readers_say_the_same_of_changed_copies(sealed, people, agree, vector):
    known = [KnownContact(who.card, "verified", who.card.name) for who in people.values()]
    told = {name: agree(data, people["recipient-1"], known, vector["now"]) for name, data in changed(sealed, vector)}
    assert "verified" not in told.values()
    assert set(told.values()) == {"broken", "incomplete", "not_addressed"}
    assert told["middle chunk"] == "broken"
    assert told["last byte missing"] == "incomplete"


FORGERIES = {
    "nothing changed": {},
    "another sender": {"sender": lambda made: made.sender.__class__("Ann Ash", "USA/BIS", "0" * 64)},
    "sender's name": {"sender": lambda made: made.sender.__class__("Ann Oak", "USA/BIS", made.sender.fingerprint)},
    "one recipient fewer": {"recipients": lambda made: made.recipients[:1]},
    "recipients turned round": {"recipients": lambda made: made.recipients[::-1]},
    "critical extension": {"critical": ("new",)},
    "sequence without previous": {"sequence": 2},
    "number of records": {"records": 9},
    "root": {"records_root": "0" * 64},
    "tear-lines": {"tear_lines": ()},
    "time": {"created": "2026-11-24 06:02:56"},
    "padding length": {"padding": "0000000000000000"},
    "entries turned round": {"entries": lambda made: made.entries[::-1]},
    "label": {"label": lambda made: msgspec.structs.replace(made.label, tlp="TLP:RED")},
    "block digests": {"blocks": lambda made: made.blocks.__class__(made.blocks.size, "0" * 64, made.blocks.crc32)},
    "digest of an entry": {
        "entries": lambda made: (msgspec.structs.replace(made.entries[0], sha256="0" * 64), *made.entries[1:])
    },
}


@pytest.mark.parametrize("name", FORGERIES)
def test_both_readers_say_the_same_of_what_an_insider_signed(name, workshop, world, agree):
    verdict = agree(workshop.forge(**FORGERIES[name]), world.aus, world.contacts(), "2026-11-24T06:02:56Z")
    assert (verdict == "verified") == (name == "nothing changed")


@pytest.mark.parametrize("body", [b"", bytes(31), bytes(33)])
def test_a_stanza_of_another_form_is_seen_wherever_it_stands(body, sealed, ours, theirs, vector):
    header = age.read_header(io.BytesIO(sealed))
    number = vector["stanzas"]["recipient-1"]["number"]
    own, other = header.stanzas[number], header.stanzas[1 - number]
    for stanzas in ([own, age.Stanza(other.type, other.args, body)], [age.Stanza(other.type, other.args, body), own]):
        made = build(stanzas, bytes.fromhex(vector["header"]["file_key"])) + sealed[header.payload_offset :]
        with ours(made) as opened:
            assert (opened.verdict.value, opened.facts.reason) == ("broken", "form of a stanza")
        assert (theirs(made).verdict, theirs(made).reason) == ("broken", "form of a stanza")


def test_both_readers_see_that_somebody_resealed_it(seal, workshop, world, agree):
    plain = workshop.plain(seal())
    for people, who, verdict in (
        ([world.aus, world.gbr], world.aus, "verified"),
        ([world.gbr, world.usa], world.usa, "not_addressed"),
        ([world.aus, world.usa], world.gbr, "not_addressed"),
        ([world.aus], world.aus, "broken"),
        ([world.aus, world.gbr, world.usa], world.aus, "broken"),
    ):
        data = workshop.reseal(plain, people)
        assert agree(data, who, world.contacts(), "2026-11-24T06:02:56Z") == verdict


@given(at=st.floats(0, 0.999), kind=st.sampled_from(["flip", "cut", "insert", "double"]), byte=st.integers(1, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readers_agree_on_any_change(at, kind, byte, read_message):
    data = (FOLDER / "message.brief").read_bytes()
    place = int(at * len(data))
    changed = {
        "flip": flip(data, place, byte),
        "cut": data[:place],
        "insert": data[:place] + bytes([byte]) + data[place:],
        "double": data[:place] + data[place - byte :],
    }[kind]
    ours, theirs = read_message(changed)
    assert ours.verdict.value == theirs.verdict, theirs.reason
    assert theirs.verdict != "verified"


@pytest.mark.parametrize("at", [22, 1550, 1578, 1580, 1581, 1582, 1626])
def test_both_readers_agree_where_a_line_of_the_header_begins_or_ends(at, read_message):
    data = (FOLDER / "message.brief").read_bytes()
    for changed in (flip(data, at), data[:at], data[:at] + b"\n" + data[at:], data[:at] + data[at + 1 :]):
        ours, theirs = read_message(changed)
        assert ours.verdict.value == theirs.verdict != "verified", theirs.reason


STATES = {
    "verified": "verified",
    "unverified": "unverified_sender",
    "revoked": "revoked_sender",
    "replaced": "verified",
    "expired": "expired_sender",
}


@pytest.mark.parametrize("state", STATES)
def test_both_readers_say_the_same_of_a_card(state, sealed, people, stranger, vector):
    own, sender = people["recipient-2"], people["sender"].card
    states = {owner: state if owner == "sender" else "verified" for owner in people}
    contacts = [stranger.read_card(card_text(who.signed_card), states[owner]) for owner, who in people.items()]
    known = [KnownContact(who.card, states[owner], owner) for owner, who in people.items()]
    for now in (vector["now"], sender.valid_until):
        late = "expired_sender" if now != vector["now"] and STATES[state] == "verified" else STATES[state]
        seen = stranger.examine(sealed, {own.fingerprint: bytes(own.age._seed)}, contacts, now)
        with open_bundle(io.BytesIO(sealed), [own], known, now) as opened:
            assert (seen.verdict, opened.verdict.value) == (late, late)
    strangers = [contact for contact in contacts if contact.card["name"] != sender.name]
    seen = stranger.examine(sealed, {own.fingerprint: bytes(own.age._seed)}, strangers, vector["now"])
    with open_bundle(io.BytesIO(sealed), [own], known[1:], vector["now"]) as opened:
        assert (seen.verdict, opened.verdict.value) == ("unknown_sender", "unknown_sender")


@pytest.fixture(scope="module")
def codes():
    return json.loads((FOLDER / "codes.json").read_text(encoding="ascii"))


def test_both_readers_join_the_codes_on_paper(codes, stranger):
    for kind, texts in codes.items():
        shuffled = [*reversed(texts), texts[0]]
        theirs, ours = stranger.join_codes(shuffled), parts.join(shuffled)
        assert theirs == (ours.kind.value, ours.payload) == (kind.upper(), ours.payload)
        if kind == "message":
            assert ours.payload == (FOLDER / "message.brief").read_bytes()
        else:
            text = (FOLDER / f"sender.{kind}").read_text(encoding="ascii")
            label = {"card": LABEL, "revocation": REVOCATION_LABEL}[kind]
            assert compact.expand(label, ours.payload) == text
            lines = "".join(text.splitlines()[1:-1])
            assert stranger.inflate(theirs[1]) == base64.b64decode(lines)


def test_both_readers_refuse_codes_that_do_not_belong_together(codes, stranger):
    card, message = codes["card"], codes["message"]
    other = card[1][:-1] + ("A" if card[1][-1] != "A" else "B")
    for texts in (
        card[1:],
        [*card[:1], other, *card[2:]],
        [*card, other],
        [card[0].lower(), *card[1:]],
        [*card, message[0]],
    ):
        with pytest.raises((stranger.Stopped, ValueError)):
            stranger.join_codes(texts)
        with pytest.raises(BriefcaseError):
            parts.join(texts)


def test_the_vector_is_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 1_500_000


def test_tear_lines_are_told_apart(sealed, ours):
    with ours(sealed) as opened:
        assert [type(each) for each in opened.tear_lines] == [TearLine]
        assert len(opened.records()) == 4
