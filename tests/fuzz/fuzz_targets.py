"""What is fuzzed: each target takes any bytes; only ``BriefcaseError`` is an answer, all else is a finding.

Where two ways of reading exist both are tried and must agree; what is accepted must be what was made. A target that
takes its bytes as decisions (``Draw``) edits something good, so that checksums and signatures do not stop it early.
"""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from fuzz_bundle import archive, bundle, contents, manifest, message, names
from fuzz_draw import Draw, edited, spelled
from fuzz_world import (
    world,
)

from briefcase import resources
from briefcase.bundle.unsealing import HEADER_LIMIT
from briefcase.errors import BriefcaseError
from briefcase.records import canonical as record_json
from briefcase.records import document, intake
from briefcase.records.pack_rules import strictly
from briefcase.records.packs import Pack
from briefcase.seal import age, armor, base64, block, canonical, compact, header, keyslots, parts, signatures
from briefcase.seal import card as cards
from briefcase.seal import words as word_lists
from briefcase.seal.identity import Identity, create_identity, parse_revocation, revocation_text, revoked_fingerprint
from briefcase.seal.source import Source
from briefcase.seal.stream import CHUNK, SEALED, StreamReader, StreamWriter, decrypt_to
from briefcase.services.packs import signature as pack_signature
from briefcase.vault import header as vault_headers

_KEY = bytes(range(32))
_X25519, _HYBRID = age.X25519Identity(_KEY), age.HybridIdentity(_KEY)
_SCRYPT = age.ScryptIdentity("password", max_work_factor=3)


@dataclass(frozen=True)
class Target:
    """One entry point, the longest input that is worth trying, and its share of the time: slow ones need more."""

    run: Callable[[bytes], None]
    longest: int
    share: float = 1


def age_header(data: bytes) -> None:
    """A header by the grammar: what is accepted is written again to the same bytes; identities take it or say why."""
    _header(data)


def stanzas(data: bytes) -> None:
    """Stanzas of every kind, some of them good, in any number and order, arguments and bodies edited or swapped."""
    draw, found = Draw(data), []
    for _ in range(draw.number(1, 4)):
        stanza = draw.pick(_stanzas())
        kind, arguments, body = stanza.type, list(stanza.args), stanza.body
        for _edit in range(draw.number(0, 2)):
            how, other = draw.number(0, 4), draw.pick(_stanzas())
            if how == 0:
                kind = other.type
            elif how == 1:
                arguments = list(other.args)
            elif how == 2:
                body = draw.pick((other.body, draw.bytes(draw.number(0, 70))))
            elif how == 3 and arguments:
                arguments[draw.number(0, len(arguments) - 1)] = base64.encode_raw(draw.bytes(draw.number(0, 40)))
            else:
                arguments = arguments[: draw.number(0, len(arguments))]
        found.append(header.Stanza(kind, tuple(arguments), body))
    text = b"".join(map(_spelled_stanza, found))
    _header(header.VERSION_LINE + text + b"--- " + b"A" * 43 + b"\n")


def _spelled_stanza(stanza: header.Stanza) -> bytes:
    body = base64.encode_raw(stanza.body)
    lines = [body[start : start + 64] for start in range(0, len(body) + 1, 64)]
    return " ".join(("->", stanza.type, *stanza.args)).encode() + b"\n" + "\n".join(lines).encode() + b"\n"


@cache
def _stanzas() -> tuple[header.Stanza, ...]:
    """Return one good stanza of each kind for our keys, and one of a kind that nobody knows."""
    own = [each.recipient().wrap(bytes(16)) for each in (_X25519, _HYBRID)]
    phrase = age.ScryptRecipient("password", work_factor=2).wrap(bytes(16))
    return (*own, phrase, header.Stanza("grease", ("x",), b"y"))


def _header(data: bytes) -> None:
    try:
        found = header.parse(Source(io.BytesIO(data)), limit=HEADER_LIMIT)
    except BriefcaseError:
        return
    again = header.build(found.stanzas, bytes(16))
    assert again[: again.rindex(b"--- ")] == found.raw[: found.raw.rindex(b"--- ")], "the grammar allows two spellings"
    assert data.startswith(found.raw)
    for identity in (_X25519, _HYBRID, _SCRYPT):
        with suppress(BriefcaseError):
            age.unwrap(found, [identity])


def age_file(data: bytes) -> None:
    """A whole file, binary or armored: the stream and the seeking reader give the same plaintext or both refuse."""
    out = io.BytesIO()
    one = two = None
    with suppress(BriefcaseError):
        age.decrypt_stream(io.BytesIO(data), [_X25519, _HYBRID], out)
        one = out.getvalue()
    with suppress(BriefcaseError):
        two = age.open(io.BytesIO(data), [_X25519, _HYBRID]).read()
    assert one == two


def armored(data: bytes) -> None:
    """The text form: in memory and as a stream alike."""
    one = two = None
    with suppress(BriefcaseError):
        one = armor.decode_whole(Source(io.BytesIO(data))).read()
    with suppress(BriefcaseError):
        two = io.BufferedReader(armor.ArmorReader(Source(io.BytesIO(data)))).read()
    assert one == two
    armor.is_armored(Source(io.BytesIO(data)))


def stream(data: bytes) -> None:
    """A payload of chunks in any order, final or not, cut or lengthened: two readers agree, and only on good ones."""
    draw = Draw(data)
    made, text = io.BytesIO(), bytes(range(256)) * (2 * CHUNK // 256 + 2)
    length = draw.number(0, 5) * CHUNK // 2 + draw.number(0, 2)
    with StreamWriter(made, _KEY) as writer:
        writer.write(text[:length])
    whole = made.getvalue()
    chunks = [whole[start : start + SEALED] for start in range(0, len(whole), SEALED)]
    for _ in range(draw.number(0, 4)):
        at, other = draw.number(0, len(chunks) - 1), draw.number(0, len(chunks) - 1)
        how = draw.number(0, 5)
        if how == 0:
            chunks[at], chunks[other] = chunks[other], chunks[at]
        elif how == 1:
            chunks.insert(at, chunks[other])
        elif how == 2 and len(chunks) > 1:
            del chunks[at]
        elif how == 3:
            chunks[at] = chunks[at][: draw.number(0, SEALED)]
        elif how == 4:
            chunks[at] += draw.blob()
        else:
            place = draw.number(0, SEALED)
            chunks[at] = chunks[at][:place] + draw.blob() + chunks[at][place + draw.number(0, 20) :]
    _compare_readers(b"".join(chunks), whole, text[:length], draw)


def _compare_readers(sealed_bytes: bytes, whole: bytes, text: bytes, draw: Draw) -> None:
    out = io.BytesIO()
    one = two = None
    with suppress(BriefcaseError):
        decrypt_to(Source(io.BytesIO(sealed_bytes)), _KEY, out)
        one = out.getvalue()
    with suppress(BriefcaseError):
        two = StreamReader(io.BytesIO(sealed_bytes), _KEY, len(sealed_bytes)).read()
    assert one == two
    assert (one is not None) == (sealed_bytes == whole)
    assert text.startswith(out.getvalue())
    reader = StreamReader(io.BytesIO(sealed_bytes), _KEY, len(sealed_bytes))
    for _ in range(3):
        start, size = draw.number(0, 3 * CHUNK), draw.number(0, CHUNK)
        with suppress(BriefcaseError):
            reader.seek(start)
            part = reader.read(size)
            assert part == text[start : start + size]


def keys(data: bytes) -> None:
    """Recipients, identities and words as text; what is accepted is written the same way."""
    text = data.decode("utf-8", "surrogateescape")
    for parse in (age.parse_recipient, age.parse_identity):
        with suppress(BriefcaseError):
            found = parse(text)
            assert str(found).lower() == text.strip().lower()


def sshsig(data: bytes) -> None:
    """An SSH signature: only the very one that was made is accepted."""
    made = signatures.sign_ssh(_KEY, "briefcase-card-v1", b"text")
    with suppress(BriefcaseError):
        signer = signatures.verify_ssh(data, "briefcase-card-v1", b"text")
        # Another key could have signed, too; a second form of the same signature could not exist.
        assert data == made or signer != signatures.ed25519_public(_KEY)


def canonical_json(data: bytes) -> None:
    """Canonical JSON of both rooms: what is accepted is written to the same bytes; they agree as far as both reach."""
    accepted = False
    with suppress(BriefcaseError):
        assert canonical.encode(canonical.decode(data)) == data
        accepted = True
    with suppress(BriefcaseError):
        assert record_json.encode_json(record_json.decode_canonical(data)) == data
        assert accepted, "the records accept what the seal does not"
    with suppress(BriefcaseError):
        record_json.decode_json(data)


def record(data: bytes) -> None:
    """One record: what is accepted is written to bytes that are accepted again."""
    with suppress(BriefcaseError):
        found = record_json.decode(data)
        assert record_json.decode(record_json.encode(found)) == found


def codes(data: bytes) -> None:
    """Codes read from paper: any texts, or good parts edited; joined is only what was split."""
    draw = Draw(data)
    payload = draw.blob() * draw.number(1, 40)
    texts = [draw.blob().decode("latin-1") for _ in range(draw.number(0, 2))]
    if payload:
        texts += parts.split(draw.pick((parts.CARD, parts.MESSAGE, parts.REVOCATION)), payload)
    good = list(texts)
    for _ in range(draw.number(0, 3)):
        if texts:
            at = draw.number(0, len(texts) - 1)
            texts[at] = _text_edit(draw, texts[at])
    if texts and draw.yes():  # the same number twice, as from two sheets or a wrong scan
        text = draw.pick(texts)
        texts.append(_text_edit(draw, text) if draw.yes() else _other_end(text))
    with suppress(BriefcaseError):
        found = parts.join(texts)
        assert found.payload == payload or texts != good
    with suppress(BriefcaseError):
        parts.gather(texts)
    with suppress(BriefcaseError):
        text = compact.expand("BRIEFCASE CARD", payload)
        assert compact.expand("BRIEFCASE CARD", compact.shrink("BRIEFCASE CARD", text)) == text


def _other_end(text: str) -> str:
    """Return a text with another last character of the alphabet: the same number, and another piece."""
    return text[:-1] + ("0" if text[-1:] != "0" else "1")


def words(data: bytes) -> None:
    """Words as somebody types them."""
    text = data.decode("utf-8", "replace")
    for language in word_lists.LANGUAGES:
        with suppress(BriefcaseError):
            found = word_lists.parse_words(text, language)
            assert word_lists.parse_words(" ".join(found), language) == found
    with suppress(BriefcaseError):
        word_lists.matches(text, bytes(32))
    with suppress(BriefcaseError):
        secret = word_lists.parse_secret(text)
        assert word_lists.parse_secret(" ".join(word_lists.secret_words(secret))) == secret


@cache
def _pack() -> dict[str, object]:
    return tomllib.loads(resources.read_text("packs", "exercise.toml"))


def _toml(value: object) -> str:
    """Return *value* as an inline TOML value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def pack(data: bytes) -> None:
    """An agency pack: any bytes, or a good one edited in its structure; looked at strictly, as a new one is."""
    with suppress(BriefcaseError):
        strictly(data)
    tree = edited(Draw(data), _pack())
    text = "".join(f"{json.dumps(name)} = {_toml(value)}\n" for name, value in tree.items())
    with suppress(BriefcaseError):
        strictly(text.encode("utf-8", "replace"))


@cache
def _authority() -> Identity:
    return create_identity("Records", "USA/BIS", "USA", role="agency")


@cache
def _signed_pack() -> tuple[bytes, str]:
    data = resources.read_bytes("packs", "gbr.toml")
    return data, pack_signature.sign(Pack.load(data), _authority(), "2026-11-24T06:02:56Z")


def signed_pack(data: bytes) -> None:
    """A pack and its signature, either edited; what is accepted says what the root signed, byte for byte."""
    draw = Draw(data)
    toml, text = _signed_pack()
    if draw.yes():
        tree = block.read(pack_signature.LABEL, text)
        body = base64.encode(spelled(draw, edited(draw, tree)))
        text = "\n".join([text.splitlines()[0], body, text.splitlines()[-1]])
    else:
        text = _text_edit(draw, text)
    at = draw.number(0, len(toml))
    changed = toml[:at] + draw.blob() + toml[at + draw.number(0, 9) :]
    with suppress(BriefcaseError):
        found = pack_signature.check(text, Pack.load(changed), "x", root=_authority().fingerprint)
        assert changed == toml
        assert found.card == _authority().card
        assert found.statement.sha256 == Pack.load(toml).sha256


def draft(data: bytes) -> None:
    """A line that an officer or a script wrote."""
    with suppress(BriefcaseError):
        intake.parse_line(data, line=1)
    with suppress(BriefcaseError):
        draw = Draw(data)
        intake.parse_line(spelled(draw, edited(draw, json.loads(draw.pick(document.example_lines())))))


def vault_header(data: bytes) -> None:
    """The header file of a vault and its key slots, looked at without deriving a key."""
    draw = Draw(data)
    with suppress(BriefcaseError):
        for slot in vault_headers.parse(spelled(draw, edited(draw, _vault_header()))).slots:
            keyslots.check_slot(slot)
            if isinstance(slot["kdf"], dict):
                keyslots._bounded(slot["kdf"])


@cache
def _vault_header() -> dict[str, object]:
    cost = {"name": "argon2id13", "salt": "1" * 32, "passes": 3, "memory": 64 * 2**20}
    slot = {"id": "2" * 32, "type": "passphrase", "kdf": cost, "wrapped": "3" * 144}
    header_tree = {"vault_id": "4" * 32, "mac": "5" * 64, "generation": 1, "slots": [slot]}
    return {"format": vault_headers.FORMAT, **header_tree}


def card(data: bytes) -> None:
    """A card file edited in its structure or as text; what is accepted says what its keys signed."""
    draw = Draw(data)
    good = world().sender.signed_card
    if draw.yes():
        text = spelled(draw, edited(draw, cards.to_builtins(good)))
        body = block.write(cards.LABEL, {}).splitlines()
        whole = "\n".join([body[0], base64.encode(text), body[-1]])
    else:
        whole = _text_edit(draw, cards.card_text(good))
    with suppress(BriefcaseError):
        found = cards.parse_card(whole)
        assert found.card == good.card
        assert cards.parse_card(cards.card_text(found)) == found
        cards.renews(found, good.card)


@cache
def _revocation() -> str:
    return revocation_text(world().sender)


def revocation(data: bytes) -> None:
    """A revocation edited in its structure or as text; accepted only for its own card."""
    draw = Draw(data)
    if draw.yes():
        tree = block.read("BRIEFCASE REVOCATION", _revocation())
        lines = _revocation().splitlines()
        whole = "\n".join([lines[0], base64.encode(spelled(draw, edited(draw, tree))), lines[-1]])
    else:
        whole = _text_edit(draw, _revocation())
    with suppress(BriefcaseError):
        assert isinstance(revoked_fingerprint(whole), str)
    with suppress(BriefcaseError):
        assert parse_revocation(whole, world().sender.card).fingerprint == world().sender.fingerprint
    with suppress(BriefcaseError):
        parse_revocation(whole, world().recipient.card)
        raise AssertionError("a revocation was accepted for another card")


def _text_edit(draw: Draw, text: str) -> str:
    for _ in range(draw.number(0, 3)):
        at = draw.number(0, len(text))
        text = text[:at] + draw.blob().decode("latin-1") + text[at + draw.number(0, 70) :]
    return text


def blocks(data: bytes) -> None:
    """The lines between markers: only ``ValueError`` and our own errors, both of which every caller expects."""
    text = data.decode("utf-8", "replace")
    with suppress(BriefcaseError, ValueError):
        assert isinstance(block.read("BRIEFCASE CARD", text), dict)


TARGETS = {
    "age_header": Target(age_header, 8192),
    "stanzas": Target(stanzas, 256, 2),
    "age_file": Target(age_file, 8192),
    "armored": Target(armored, 4096, 0.5),
    "stream": Target(stream, 256),
    "keys": Target(keys, 4096),
    "sshsig": Target(sshsig, 1024, 0.5),
    "canonical_json": Target(canonical_json, 1024, 0.5),
    "record": Target(record, 4096, 0.5),
    "manifest": Target(manifest, 512, 2),
    "names": Target(names, 512, 0.5),
    "archive": Target(archive, 512, 4),
    "bundle": Target(bundle, 512, 4),
    "contents": Target(contents, 512, 4),
    "message": Target(message, 512, 4),
    "codes": Target(codes, 1024, 2),
    "words": Target(words, 512, 0.5),
    "pack": Target(pack, 4096, 2),
    "signed_pack": Target(signed_pack, 512, 2),
    "draft": Target(draft, 2048, 0.5),
    "vault_header": Target(vault_header, 512, 0.5),
    "card": Target(card, 512, 2),
    "revocation": Target(revocation, 512),
    "blocks": Target(blocks, 4096, 0.5),
}
