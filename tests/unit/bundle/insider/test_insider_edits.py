"""What a recipient with the file key, or the sender himself, could make of a bundle: one edit, one answer, one check.

Every row names the check that gives the answer. ``test_without_its_check`` takes that check out of the code and
expects another answer, so that no row can pass for a reason that it does not name.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import types
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from briefcase.bundle import archive
from briefcase.bundle import manifest as manifests
from briefcase.bundle.archive import Member
from briefcase.bundle.verdict import KnownContact
from briefcase.seal import age, canonical
from briefcase.seal.card import SignedCard
from briefcase.seal.identity import create_identity
from briefcase.seal.signatures import sign_both

ATTACHED = b"%PDF-1.7 the attachment that somebody wants to change"
Bench = Any
Tree = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """A line of code that is a check, and what makes it none."""

    module: str
    line: str
    gone: str


def never(module: str, condition: str) -> Check:
    """Return the check of an ``if`` whose condition begins like this, gone when it is never true."""
    return Check(module, f"if {condition}", f"if False and {condition}")


def unsaid(module: str, reason: str) -> Check:
    """Return the check that stands in a table of faults under a reason, gone when it is never one."""
    return Check(module, f'"{reason}": ', f'"{reason}": False and ')


FRONT = never("bundle.reading", "local_header(Member(name, size")
FIRST_NAME = Check("bundle.kind", 'raise BundleBroken(reason="front header")', "return BUNDLE")
HEADERS = never("bundle.reading", "plain.fetch(place.offset, len(place.header)) != place.header")
DIRECTORY = never("bundle.open", "plain.fetch(layout.directory_offset")
SIZE = never("bundle.unsealing", "found.size != layout.size")
PADDING_SIZE = never("bundle.open", "manifests.right_padding(")
PADDING_ZERO = never("bundle.opened", "room[:length] != zeros[:length]")
BLOCK_SHOWN = never("bundle.blocks", "hashlib.sha256(view).digest() != ")
BLOCKS_BIN = Check(
    "bundle.open",
    "if hashlib.sha256(blocks).hexdigest() != manifest.blocks.sha256 or zlib.crc32(blocks) != place.member.crc32:",
    "if False:",
)
WHOLE_ENTRY = Check(
    "bundle.opened",
    "elif (digest.hexdigest(), zlib.crc32(block)) != (entry.sha256, place.member.crc32):",
    "elif False:",
)
TEXT_ENTRY = never("bundle.opened", "hashlib.sha256(data).hexdigest() != self.entry(path).sha256")
SSH_FORM = never("seal.signatures", "_armor(public, namespace, signature) != armored")
ED25519 = Check("seal.signatures", "VerifyKey(public).verify(_message(namespace, data), signature)", "pass")
MLDSA = Check(
    "seal.signatures",
    "MLDSA87PublicKey.from_public_bytes(public).verify(signature, data, context.encode())",
    "pass",
)
CARD = Check("bundle.unsealing", "if contact is None:", "contact = contact or signers[0]\n    if False:")
RECIPIENT_NAME = never("bundle.unsealing", "any(held.get(each.fingerprint, each.name) != each.name")
SENDER_NAME = never("bundle.unsealing", "(text.sender.name, text.sender.agency) != ")
OWN_KEY = never("bundle.unsealing", "found.own not in facts.recipient_fingerprints")
STANZAS = never("bundle.unsealing", "len(found.header.stanzas) != ")
STANZA_KIND = never("bundle.unsealing", "any(stanza.type != HybridRecipient.kind")
STANZA_COUNT = never("bundle.unsealing", "len(header.stanzas) > RECIPIENTS_LIMIT")
CRITICAL = never("bundle.forms", "critical:")
KNOWN = never("bundle.forms", "value.get(field) != right")
DUPLICATE = never("seal.canonical", "len(found) != len(pairs)")
SPELLING = never("seal.canonical", "encode_decoded(value) != data")
ORDER = never("seal.canonical", "names != (sorted(names)")
ATTACHMENT_NAME = never("bundle.manifest", "entry.path.startswith(paths.ATTACHMENTS) and ")
EXTENSION_NAME = never("bundle.manifest", "entry.path.startswith(paths.EXTENSIONS) and ")
FIXED_SIZE = never("bundle.manifest", "entry.path in paths.FIXED and ")
EXTENSION_ENTRIES = never("bundle.paths", "not _ascending(rest[:added], _EXTENSION)")
ATTACHMENT_ENTRIES = Check("bundle.paths", 'return "" if _ascending(rest[added:], _ATTACHMENT) else ', 'return "" and ')
PATH_PARTS = Check(
    "bundle.paths",
    'if part in ("", ".", "..") or part != part.strip() or part.endswith(".") or _DEVICE.match(part):',
    "if False:",
)
RECORDS_ROOT, RECORD_COUNT = unsaid("bundle.opened", "records root"), unsaid("bundle.opened", "number of records")
LABEL, LABEL_XML = unsaid("bundle.opened", "label"), unsaid("bundle.opened", "label.xml")
TEAR_LINES, NO_FILE = unsaid("bundle.opened", "tear-lines"), unsaid("bundle.opened", "document without its file")


@dataclass(frozen=True)
class Edit:
    """What somebody does, what the reader says, and which checks say it.

    Attributes:
        make: gives the file.
        says: verdict and reason, see ``Bench.outcome``.
        checks: taken out together, the answer is another one.
        who: who opens it, by his place in the world.
        contacts: gives the contacts; all three officers, verified, by default.
    """

    make: Callable[[Bench], bytes]
    says: str
    checks: Sequence[Check]
    who: str = "aus"
    contacts: Callable[[Bench], list[KnownContact]] | None = None


def swapped(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return *data* with the first *old* changed."""
    assert old in data
    return data.replace(old, new, 1)


def plain(edit: Callable[[bytes], bytes]) -> Callable[[Bench], bytes]:
    """Edit the archive's bytes; seal it to the same people with a new file key."""
    return lambda b: b.sealed(edit(b.plain))


def at_last(old: bytes, new: bytes) -> Callable[[Bench], bytes]:
    """Change the last *old* in the archive, which stands in the directory."""
    return plain(lambda data: data[: data.rindex(old)] + new + data[data.rindex(old) + len(old) :])


def renamed(data: bytes) -> bytes:
    """Change the folder of the last attachment in its local header."""
    at = data.rindex(b"attachments/", 0, data.index(b"PK\x01\x02"))
    return data[:at] + b"attachmentz/" + data[at + 12 :]


def text(edit: Callable[[bytes], bytes]) -> Callable[[Bench], bytes]:
    """Edit the manifest's bytes, keep the archive canonical and sign as the sender."""

    def make(b: Bench) -> bytes:
        changed = edit(canonical.encode(b.tree()))
        return b.sealed(b.archive(changed, b.sign(changed), b.contents(), b.tree()))

    return make


def tree(edit: Callable[[Tree], Tree]) -> Callable[[Bench], bytes]:
    """Edit the manifest's values, put the padding right and sign as the sender."""
    return lambda b: b.sealed(b.signed(b.padded(edit(b.tree()))))


def texts(edit: Callable[[dict[str, bytes]], None], **changes: object) -> Callable[[Bench], bytes]:
    """Edit the contents, put all digests, blocks and padding right and sign as the sender."""

    def make(b: Bench) -> bytes:
        contents = b.contents()
        edit(contents)
        return b.sealed(b.signed(b.padded(b.refreshed({**b.tree(), **changes}, contents)), contents))

    return make


def unsigned(edit: Callable[[dict[str, bytes]], None]) -> Callable[[Bench], bytes]:
    """Edit the contents, put all digests right, and keep the old signatures."""

    def make(b: Bench) -> bytes:
        old = b.contents()
        contents = dict(old)
        edit(contents)
        signatures = old[manifests.SSH_SIGNATURE], old[manifests.MLDSA_SIGNATURE]
        return b.sealed(b.archive(canonical.encode(b.padded(b.refreshed(b.tree(), contents))), signatures, contents))

    return make


def signed_by(sign: Callable[[Bench, bytes], tuple[bytes, bytes]]) -> Callable[[Bench], bytes]:
    """Keep everything and replace the signatures."""
    return lambda b: b.sealed(b.signed(b.tree(), sign=lambda data: sign(b, data)))


def of_other(b: Bench, name: str) -> bytes:
    """Return a member of the sender's other bundle."""
    return b.contents(b.other)[name]


def laid_out(b: Bench, order: Callable[[list[Member]], list[Member]], more: dict[str, bytes] | None = None) -> bytes:
    """Lay the members out in another order or with more of them, the padding shortened so that the size stays."""
    contents = {**b.contents(), **(more or {})}
    members = order([Member(name, len(data), zlib.crc32(data)) for name, data in b.contents().items()])
    spare = archive.lay_out(members).size - len(b.plain)
    contents[archive.PADDING] = bytes(len(contents[archive.PADDING]) - spare)
    members = [Member(each.name, len(contents[each.name]), zlib.crc32(contents[each.name])) for each in members]
    layout = archive.lay_out(members)
    assert layout.size == len(b.plain)
    return b.sealed(b"".join(p.header + contents[p.member.name] for p in layout.places) + layout.directory)


def turned(members: list[Member]) -> list[Member]:
    """Exchange the two attachments."""
    return [*members[:8], members[9], members[8], *members[10:]]


def with_extra(members: list[Member]) -> list[Member]:
    """Add a member before the padding."""
    return [*members[:-1], Member("attachments/extra.exe", 4, zlib.crc32(b"evil")), members[-1]]


def dropped_line(number: int, *names: str) -> Callable[[dict[str, bytes]], None]:
    """Drop one line of the texts named."""

    def edit(contents: dict[str, bytes]) -> None:
        for name in names:
            lines = contents[name].splitlines(keepends=True)
            contents[name] = b"".join(lines[:number] + lines[number + 1 :])

    return edit


def replaced(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """Replace text in one of the contents."""

    def edit(contents: dict[str, bytes]) -> None:
        contents[name] = swapped(contents[name], old, new)

    return edit


def other_salt(contents: dict[str, bytes]) -> None:
    """Change one salt of the first record."""
    first, *rest = contents["commitments.jsonl"].splitlines(keepends=True)
    value = json.loads(first)
    value["salts"]["kind"] = "0" * 32
    contents["commitments.jsonl"] = b"".join([canonical.encode(value) + b"\n", *rest])


def backwards(contents: dict[str, bytes]) -> None:
    """Turn the order of the records round."""
    for name in ("records.jsonl", "commitments.jsonl"):
        contents[name] = b"".join(contents[name].splitlines(keepends=True)[::-1])


def entry(number: int, **changes: object) -> Callable[[Tree], Tree]:
    """Change fields of one entry."""

    def edit(values: Tree) -> Tree:
        values["entries"][number].update(changes)
        return values

    return edit


def added(path: str, **changes: object) -> Callable[[Bench], bytes]:
    """Put one more entry of four bytes between the fixed ones and the attachments."""

    def make(b: Bench) -> bytes:
        values, contents = {**b.tree(), **changes}, {**b.contents(), path: b"more"}
        values["entries"].insert(4, {**values["entries"][0], "path": path, "media_type": "text/plain"})
        return b.sealed(b.signed(b.padded(b.refreshed(values, contents)), contents))

    return make


def without_attachment(b: Bench) -> bytes:
    """Leave out the last attachment, which a document names."""
    values, contents = b.tree(), b.contents()
    values["entries"].pop()
    return b.sealed(b.signed(b.padded(b.refreshed(values, contents)), contents))


def wrong_blocks(b: Bench) -> bytes:
    """Sign a wrong digest of the last block."""
    contents = b.contents()
    contents[manifests.BLOCKS] = blocks = contents[manifests.BLOCKS][:-32] + bytes(32)
    digest = {
        "size": len(blocks),
        "crc32": f"{zlib.crc32(blocks):08x}",
        "sha256": manifests.hashlib.sha256(blocks).hexdigest(),
    }
    return b.sealed(b.signed(b.padded({**b.tree(), "blocks": digest}), contents))


def weaker_label(b: Bench) -> bytes:
    """Leave out a mark everywhere but in the records."""
    values, contents = b.tree(), b.contents()
    values["label"]["tlp"] = ""
    found = contents["label.xml"]
    start = found.index(b'<slab:Category TagName="TLP"')
    end = found.index(b"</slab:Category>", start) + len(b"</slab:Category>")
    contents["label.xml"] = found[:start] + found[end:]
    return b.sealed(b.signed(b.padded(b.refreshed(values, contents)), contents))


def chimera(b: Bench) -> list[KnownContact]:
    """Return USA with the ML-DSA key of GBR."""
    return [KnownContact(msgspec.structs.replace(b.world.usa.card, mldsa87=b.world.gbr.card.mldsa87), "verified")]


def turncoat(b: Bench) -> bytes:
    """Sign as USA under a card that USA signed anew with another country."""
    card = msgspec.structs.replace(b.world.usa.card, country="GBR", agency="GBR/HMRC")
    keys = b.world.usa._ed25519_seed, b.world.usa._mldsa_seed
    own = sign_both("card", *keys, card.to_canonical())
    identity = dataclasses.replace(b.world.usa, signed_card=SignedCard(card, own.ssh, own.mldsa))
    sender = {"name": card.name, "agency": card.agency, "fingerprint": identity.fingerprint}
    return b.sealed(b.signed(b.padded({**b.tree(), "sender": sender})))


def thief(b: Bench) -> bytes:
    """Sign with new keys, under a card that the old keys renewed."""
    new = create_identity("Ann Ash", "USA/BIS", "USA", valid_from="2026-01-01T00:00:00Z", renewed=b.world.usa)
    sender = {**b.tree()["sender"], "fingerprint": new.fingerprint}
    return b.sealed(b.signed(b.padded({**b.tree(), "sender": sender}), sign=lambda data: new.sign("bundle", data)))


def recipients(b: Bench, *more: str) -> bytes:
    """Name more people in the signed text than in the header."""
    named = [*b.tree()["recipients"], *({"name": "X", "fingerprint": each} for each in more)]
    named.sort(key=lambda each: each["fingerprint"])
    return b.sealed(b.signed(b.padded({**b.tree(), "recipients": named})))


def people(b: Bench, *names: str) -> list[age.Recipient]:
    """Return the recipients of these names."""
    return [getattr(b.world, name).age.recipient() for name in names]


EDITS = {
    "byte of an attachment": Edit(
        plain(lambda p: swapped(p, b"wants", b"hates")), "verified, shown: block", [BLOCK_SHOWN]
    ),
    "byte of a record": Edit(
        plain(lambda p: swapped(p, b'"title":"CHPL', b'"title":"CHPl')), "verified, shown: block", [BLOCK_SHOWN]
    ),
    "byte of the manifest": Edit(plain(lambda p: swapped(p, b"Joint", b"joint")), "broken: front header", [FRONT]),
    "byte of the manifest, CRC put right": Edit(
        lambda b: b.sealed(
            b.archive(
                swapped(canonical.encode(b.tree()), b"Joint", b"joint"),
                (b.contents()[manifests.SSH_SIGNATURE], b.contents()[manifests.MLDSA_SIGNATURE]),
                b.contents(),
            )
        ),
        "broken: Ed25519 signature",
        [ED25519],
    ),
    "byte appended": Edit(plain(lambda p: p + b"x"), "broken: size", [SIZE]),
    "a whole archive appended": Edit(plain(lambda p: p + p), "broken: size", [SIZE]),
    "last byte cut": Edit(plain(lambda p: p[:-1]), "broken: size", [SIZE]),
    "byte put in front": Edit(plain(lambda p: b"x" + p), "broken: front header", [FIRST_NAME]),
    "renamed in the directory": Edit(at_last(b"attachments/", b"attachmentz/"), "broken: directory", [DIRECTORY]),
    "renamed in the local header": Edit(plain(renamed), "verified, shown: local header", [HEADERS]),
    "renamed in both headers": Edit(
        plain(
            lambda p: renamed(p)[: p.rindex(b"attachments/")] + b"attachmentz/" + p[p.rindex(b"attachments/") + 12 :]
        ),
        "broken: directory",
        [DIRECTORY],
    ),
    "CRC in the local header": Edit(
        plain(lambda p: p[: p.index(b"label.xml<") - 16] + b"\0\0\0\0" + p[p.index(b"label.xml<") - 12 :]),
        "verified, shown: local header",
        [HEADERS],
    ),
    "CRC in the directory": Edit(
        plain(lambda p: p[: p.rindex(b"label.xml") - 30] + b"\0\0\0\0" + p[p.rindex(b"label.xml") - 26 :]),
        "broken: directory",
        [DIRECTORY],
    ),
    "data in the padding": Edit(
        plain(
            lambda p: p[: p.index(archive.PADDING.encode()) + 99] + b"x" + p[p.index(archive.PADDING.encode()) + 100 :]
        ),
        "verified, whole: padding",
        [PADDING_ZERO],
    ),
    "longer padding": Edit(
        lambda b: b.sealed(b.signed({**b.tree(), "padding": f"{int(b.tree()['padding']) + 1024:016d}"})),
        "broken: padding size",
        [PADDING_SIZE],
    ),
    "a member more": Edit(
        lambda b: laid_out(b, with_extra, {"attachments/extra.exe": b"evil"}), "broken: directory", [DIRECTORY]
    ),
    "two members exchanged": Edit(lambda b: laid_out(b, turned), "broken: directory", [DIRECTORY]),
    "blocks.bin": Edit(
        plain(lambda p: p[: p.index(b"blocks.bin") + 20] + b"####" + p[p.index(b"blocks.bin") + 24 :]),
        "broken: block digests",
        [BLOCKS_BIN],
    ),
    "blocks.bin signed wrong": Edit(wrong_blocks, "verified, shown: block", [BLOCK_SHOWN]),
    "sealed to somebody else": Edit(
        lambda b: b.stanzas(b.plain, people(b, "usa", "gbr")), "not_addressed: resealed", [OWN_KEY], who="usa"
    ),
    "a stanza more": Edit(
        lambda b: b.stanzas(b.plain, people(b, "aus", "gbr", "usa")), "broken: number of stanzas", [STANZAS]
    ),
    "a stanza fewer": Edit(lambda b: b.stanzas(b.plain, people(b, "aus")), "broken: number of stanzas", [STANZAS]),
    "a recipient more in the text": Edit(lambda b: recipients(b, "0" * 64), "broken: number of stanzas", [STANZAS]),
    "a classic stanza": Edit(
        lambda b: b.stanzas(b.plain, [*people(b, "aus"), age.X25519Identity.generate().recipient()]),
        "broken: kind of stanza",
        [STANZA_KIND],
    ),
    "sixty-five stanzas": Edit(
        lambda b: b.stanzas(b.plain, people(b, *["aus"] * 65)), "broken: too many stanzas", [STANZA_COUNT]
    ),
    "no Ed25519 signature": Edit(
        signed_by(lambda b, d: (b"", b.sign(d)[1])), "broken: Ed25519 signature", [SSH_FORM, ED25519]
    ),
    "no ML-DSA signature": Edit(signed_by(lambda b, d: (b.sign(d)[0], b"")), "broken: ML-DSA signature", [MLDSA]),
    "Ed25519 signature of another bundle": Edit(
        signed_by(lambda b, d: (of_other(b, manifests.SSH_SIGNATURE), b.sign(d)[1])),
        "broken: Ed25519 signature",
        [ED25519],
    ),
    "ML-DSA signature of another bundle": Edit(
        signed_by(lambda b, d: (b.sign(d)[0], of_other(b, manifests.MLDSA_SIGNATURE))),
        "broken: ML-DSA signature",
        [MLDSA],
    ),
    "both signatures of another bundle": Edit(
        signed_by(lambda b, _: (of_other(b, manifests.SSH_SIGNATURE), of_other(b, manifests.MLDSA_SIGNATURE))),
        "broken: Ed25519 signature",
        [ED25519],
    ),
    "signatures exchanged": Edit(
        signed_by(lambda b, d: b.sign(d)[::-1]),
        "broken: size of a front member",
        [never("bundle.reading", "size > limit")],
    ),
    "ML-DSA signature by another contact": Edit(
        signed_by(lambda b, d: (b.sign(d)[0], b.world.gbr.sign("bundle", d).mldsa)), "broken: ML-DSA signature", [MLDSA]
    ),
    "Ed25519 signature by another contact": Edit(
        signed_by(lambda b, d: (b.world.gbr.sign("bundle", d).ssh, b.sign(d)[1])), "broken: ML-DSA signature", [MLDSA]
    ),
    "ML-DSA key of another contact on the card": Edit(
        lambda b: b.sealed(b.plain), "broken: ML-DSA signature", [MLDSA], contacts=chimera
    ),
    "signed by another contact": Edit(
        signed_by(lambda b, d: tuple(b.world.gbr.sign("bundle", d))), "unknown_sender: another card", [CARD]
    ),
    "signed as a receipt": Edit(
        signed_by(lambda b, d: tuple(b.world.usa.sign("receipt", d))), "broken: Ed25519 signature", [SSH_FORM, ED25519]
    ),
    "wrong namespace": Edit(
        signed_by(lambda b, d: (b.world.usa.sign("receipt", d).ssh, b.sign(d)[1])),
        "broken: Ed25519 signature",
        [SSH_FORM, ED25519],
    ),
    "wrong context": Edit(
        signed_by(lambda b, d: (b.sign(d)[0], b.world.usa.sign("receipt", d).mldsa)),
        "broken: ML-DSA signature",
        [MLDSA],
    ),
    "card signed anew for another country": Edit(turncoat, "unknown_sender: another card", [CARD]),
    "card renewed by a thief": Edit(
        thief,
        "unknown_sender: unknown key",
        [Check("bundle.unsealing", "if each.card.ed25519_public == public]", "]"), MLDSA, CARD],
    ),
    "another name of the sender": Edit(
        tree(lambda t: {**t, "sender": {**t["sender"], "name": "Bob Birch"}}),
        "broken: name of the sender",
        [SENDER_NAME],
    ),
    "another agency of the sender": Edit(
        tree(lambda t: {**t, "sender": {**t["sender"], "agency": "GBR/HMRC"}}),
        "broken: name of the sender",
        [SENDER_NAME],
    ),
    "another name of a recipient": Edit(
        tree(lambda t: {**t, "recipients": [{**t["recipients"][0], "name": "Eve Elm"}, *t["recipients"][1:]]}),
        "broken: name of a recipient",
        [RECIPIENT_NAME],
    ),
    "critical extension": Edit(
        tree(lambda t: {**t, "critical": ["time-lock"], "extensions": {"time-lock": 1}}), "needs time-lock", [CRITICAL]
    ),
    "unknown suite": Edit(tree(lambda t: {**t, "suite": "rot13"}), "needs rot13", [KNOWN]),
    "later format": Edit(tree(lambda t: {**t, "format": "briefcase-bundle/2"}), "needs briefcase-bundle/2", [KNOWN]),
    "a key twice": Edit(
        text(lambda d: swapped(d, b'"sequence":1', b'"sequence":1,"sequence":1')),
        "broken: manifest JSON",
        [DUPLICATE, SPELLING],
    ),
    "a blank in the manifest": Edit(text(lambda d: swapped(d, b":", b": ")), "broken: manifest JSON", [SPELLING]),
    "keys in another order": Edit(
        text(lambda d: d[:-1].replace(b'{"approvals":[],', b"{", 1) + b',"approvals":[]}'),
        "broken: manifest JSON",
        [ORDER],
    ),
    "a line dropped, digests renewed, not signed": Edit(
        unsigned(dropped_line(0, "records.jsonl", "commitments.jsonl")), "broken: Ed25519 signature", [ED25519]
    ),
    "a record fewer than signed": Edit(
        texts(dropped_line(1, "records.jsonl", "commitments.jsonl")),
        "verified, whole: number of records",
        [RECORD_COUNT],
    ),
    "a record fewer than committed": Edit(
        texts(dropped_line(5, "records.jsonl")),
        "verified, whole: commitments",
        [never("bundle.records_text", "len(lines) != len(salt_lines)")],
    ),
    "another salt": Edit(texts(other_salt), "verified, whole: records root", [RECORDS_ROOT]),
    "records in another order": Edit(
        texts(backwards),
        "verified, whole: order of records",
        [never("bundle.records_text", "found and found[-1].id >= record.id")],
    ),
    "another label.xml": Edit(
        texts(replaced("label.xml", b"TLP:GREEN", b"TLP:CLEAR")), "verified, whole: label.xml", [LABEL_XML]
    ),
    "a weaker label": Edit(weaker_label, "verified, whole: label", [LABEL]),
    "a tear-line not called one": Edit(
        tree(lambda t: {**t, "tear_lines": []}), "verified, whole: tear-lines", [TEAR_LINES]
    ),
    "a document without its file": Edit(without_attachment, "verified, whole: document without its file", [NO_FILE]),
    "an attachment under another digest": Edit(
        tree(entry(-1, path="attachments/" + "f" * 64)), "broken: attachment name", [ATTACHMENT_NAME]
    ),
    "another SHA-256 of records.jsonl": Edit(
        tree(entry(0, sha256="1" * 64)), "verified, whole: digest of an entry", [WHOLE_ENTRY, TEXT_ENTRY]
    ),
    "another CRC of an attachment": Edit(
        tree(entry(-1, crc32="00000000")), "verified, whole: digest of an entry", [WHOLE_ENTRY]
    ),
    "an extension": Edit(added("extensions/time-lock", extensions={"time-lock": 1}), "verified, whole: good", []),
    "an extension without its name": Edit(
        added("extensions/time-lock"), "broken: entry without its extension", [EXTENSION_NAME]
    ),
    "an extension in capitals": Edit(
        added("extensions/Lock"), "broken: extension entries", [EXTENSION_ENTRIES, EXTENSION_NAME]
    ),
    "another entry": Edit(added("notes.txt"), "broken: attachment entries", [ATTACHMENT_ENTRIES]),
    "an entry that leaves the folder": Edit(
        added("../notes.txt"),
        "broken: path part",
        [PATH_PARTS, ATTACHMENT_ENTRIES],
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_shown_as_what_it_is(bench: Bench, name: str) -> None:
    assert answer(bench, EDITS[name]) == EDITS[name].says


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, edit in EDITS.items() if edit.checks])
def test_without_its_check(bench: Bench, name: str) -> None:
    edit = EDITS[name]
    made = edit.make(bench)
    with gone(edit.checks):
        found = answer(bench, edit, made)
    print(f"{name}: {edit.says} -> {found}")  # noqa: T201 - the table, for whoever asks pytest for it with -s
    assert found != edit.says
    assert answer(bench, edit, made) == edit.says


def answer(bench: Bench, edit: Edit, made: bytes | None = None) -> str:
    """Return what the reader says of an edit; what is no answer at all is named by its class."""
    contacts = edit.contacts(bench) if edit.contacts else None
    made = edit.make(bench) if made is None else made
    try:
        return bench.outcome(made, getattr(bench.world, edit.who), contacts)
    except Exception as error:  # noqa: BLE001 - without its check the code may fail in any way
        return type(error).__name__


@contextmanager
def gone(checks: Sequence[Check]) -> Iterator[None]:
    """Take checks out of the running code: the functions around them get the code of the changed source."""
    old: list[tuple[types.FunctionType, types.CodeType]] = []
    try:
        by_module: dict[str, list[Check]] = {}
        for check in checks:
            by_module.setdefault(check.module, []).append(check)
        for name, wanted in by_module.items():
            module = importlib.import_module(f"briefcase.{name}")
            source = Path(inspect.getfile(module)).read_text(encoding="utf-8")
            for check in wanted:
                assert source.count(check.line) == 1, f"{check} names no one line any more"
                source = source.replace(check.line, check.gone)
            old += _replace_code(module, compile(source, inspect.getfile(module), "exec", dont_inherit=True))
        yield
    finally:
        for function, code in old:
            function.__code__ = code


def _replace_code(module: types.ModuleType, code: types.CodeType) -> list[tuple[types.FunctionType, types.CodeType]]:
    """Give every function of *module* that differs its code in *code*; return what it had."""
    changed = []
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            changed += _replace_code(module, each)
            function = _function(module, each.co_qualname)
            if function is not None and function.__code__ != each:
                changed.append((function, function.__code__))
                function.__code__ = each
    return changed


def _function(module: types.ModuleType, name: str) -> types.FunctionType | None:
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None) if not isinstance(found, type) else found.__dict__.get(part)
        found = getattr(found, "fget", None) or getattr(found, "func", None) or inspect.unwrap(found)
    return found if isinstance(found, types.FunctionType) else None
