"""Makes the test vector of docs/bundle-format.md: cards, a bundle, a receipt, codes on paper, every value.

The files beside this script are frozen with the format and are not made again. Keys, cards and content come out as they
are; file key, nonces, salts, ids and the ML-DSA signatures are random, so a second run gives another bundle of the same
kind. It is for the day on which a *new* version of the format needs its own vector:

    PYTHONPATH=src python tests/vectors/bundle/make.py FOLDER

The seeds are readable words of 32 bytes. They are keys of nobody.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import stranger

from briefcase import resources
from briefcase.bundle.content import AttachmentSource, BundleContent
from briefcase.bundle.message_bodies import Receipt
from briefcase.bundle.messages import write_message
from briefcase.bundle.write import write_bundle
from briefcase.records.kinds import Case, Document, Note, Party, TearLine
from briefcase.records.label import Label
from briefcase.records.packs import shipped
from briefcase.records.record import Record
from briefcase.records.values import Name, Originator
from briefcase.seal import compact, parts
from briefcase.seal.age import HybridIdentity
from briefcase.seal.card import LABEL, SUITE, Card, SignedCard, card_text
from briefcase.seal.identity import REVOCATION_LABEL, Identity, revocation_text
from briefcase.seal.signatures import ed25519_public, mldsa_public, sign_both

NOW = "2026-11-24T06:02:56Z"
BORN, DIES = "2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z"
PEOPLE = (
    ("sender", "Zoë Çelik (test)", "USA/TEST", "USA"),
    ("recipient-1", "Łukasz Żółty (test)", "AUS/TEST", "AUS"),
    ("recipient-2", "李测试 (test)", "GBR/TEST", "GBR"),
)
REL = ("country:AUS", "country:GBR", "country:USA")
SENSITIVE = Label(
    marking="EXERCISE SENSITIVE//LES//REL TO USA, AUS, GBR",
    policy="EXERCISE",
    level="EXERCISE SENSITIVE",
    releasable_to=REL,
    caveats=("LES",),
)
OFFICIAL = Label(
    marking="EXERCISE OFFICIAL//REL TO USA, AUS, GBR",
    policy="EXERCISE",
    level="EXERCISE OFFICIAL",
    releasable_to=REL,
    tlp="TLP:AMBER",
    handling=("H1",),
    review_on="2027-06-30",
)


def seed(owner: str, kind: str) -> bytes:
    """Return the 32 bytes of a test seed, for instance ``TEST-ONLY sender age............``."""
    return f"TEST-ONLY {owner} {kind}".encode().ljust(32, b".")


def identity(owner: str, name: str, agency: str, country: str) -> Identity:
    """Return the identity of one of the three, its card valid from the first day of 2026."""
    age, signing, lattice = HybridIdentity(seed(owner, "age")), seed(owner, "ed25519"), seed(owner, "mldsa87")
    card = Card(
        name=name,
        agency=agency,
        country=country,
        role="officer",
        device="test vector",
        serial=1,
        valid_from=BORN,
        valid_until=DIES,
        predecessor="",
        suite=SUITE,
        critical=(),
        age=str(age.recipient()),
        ed25519=base64.b64encode(ed25519_public(signing)).decode(),
        mldsa87=base64.b64encode(mldsa_public(lattice)).decode(),
    )
    signed = sign_both("card", signing, lattice, card.to_canonical())
    return Identity(age, SignedCard(card, signed.ssh, signed.mldsa), signing, lattice)


def attached() -> AttachmentSource:
    """Return a text of 1 MiB and 300 bytes: two blocks."""
    text = "".join(f"{number:07d} waybill line, test only\n" for number in range(40_000)).encode()
    data = text[: 1024 * 1024 + 300]
    blocks = [hashlib.sha256(data[at : at + 1024 * 1024]).digest() for at in range(0, len(data), 1024 * 1024)]
    return AttachmentSource(
        hashlib.sha256(data).hexdigest(), len(data), zlib.crc32(data), blocks, "text/plain", lambda: io.BytesIO(data)
    )


def content(sender: Identity, file: AttachmentSource) -> BundleContent:
    """Return four records of four kinds, a tear-line and a file."""

    def common(number: int) -> dict[str, Any]:
        return {
            "id": f"00000000-0000-7000-8000-{number:012x}",
            "revision": f"{number:032x}",
            "originator": Originator(agency="USA/TEST", fingerprint=sender.fingerprint),
            "created": NOW,
        }

    case = Case(**common(1), label=SENSITIVE, title="Test case: diversion", status="open")
    party = Party(
        **common(2),
        label=SENSITIVE,
        field_labels={"countries": OFFICIAL},
        case_ids=(case.id,),
        party_kind="company",
        countries=("CN", "IR"),
        names=(
            Name(text="深圳市测试电子有限公司", latin="Shenzhen Test Electronics", script="Hans", lang="zh"),
            Name(text="شرکت می\u200cآزماییم", latin="Sherkat-e Mi-azmayim", script="Arab", lang="fa", kind="alias"),
        ),
    )
    note = Note(
        **common(3),
        label=OFFICIAL,
        case_ids=(case.id,),
        title="Note",
        text='Two\nlines, "quoted" <b>.',
        about=(party.id,),
    )
    document = Document(
        **common(4),
        label=SENSITIVE,
        case_ids=(case.id,),
        title="Frachtbrief für Łódź",
        file_name="货运单 7.txt",
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
    )
    tear_line = TearLine(
        **common(5), label=OFFICIAL, case_ids=(case.id,), text="The money came by way of a third country."
    )
    views: tuple[Record, ...] = (case, party, note, document)
    return BundleContent(
        views=views,
        tear_lines=(tear_line,),
        attachments=(file,),
        pack=shipped("exercise"),
        purpose="Test vector of the format",
        caveat="Fictitious, for tests only.",
        created=NOW,
        audit_head="ab" * 32,
    )


def person(owner: str, who: Identity) -> dict[str, Any]:
    """Return the keys of one of the three, and what follows from the card."""
    card, data = who.card, who.card.to_canonical()
    return {
        "name": card.name,
        "seeds": {kind: seed(owner, kind).hex() for kind in ("age", "ed25519", "mldsa87")},
        "age_identity": str(who.age),
        "age_recipient_sha256": hashlib.sha256(card.age.encode()).hexdigest(),
        "ed25519_public": card.ed25519_public.hex(),
        "mldsa87_public_sha256": hashlib.sha256(card.mldsa87_public).hexdigest(),
        "ssh_line": card.ssh_line,
        "card_canonical_length": len(data),
        "fingerprint": who.fingerprint,
        "words": {language: " ".join(card.words(language)) for language in ("en", "fr")},
    }


def values(data: bytes, people: dict[str, Identity]) -> dict[str, Any]:
    """Return what the second reader computes for each recipient."""
    contacts = [stranger.read_card(card_text(each.signed_card)) for each in people.values()]
    found: dict[str, Any] = {}
    stanzas: dict[str, Any] = {}
    for owner in ("recipient-1", "recipient-2"):
        seen = stranger.examine(data, {people[owner].fingerprint: seed(owner, "age")}, contacts, NOW)
        assert seen.verdict == "verified", (seen.verdict, seen.reason)
        stanzas[owner] = seen.values.pop("stanza")
        found = {**seen.values, "manifest": seen.manifest}
    manifest = found.pop("manifest")
    return {
        "file": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        "stanzas": stanzas,
        **found,
        "bundle_id": manifest["bundle_id"],
    }


def add_message(folder: Path) -> None:
    """Add the receipt that the first recipient sends for the bundle in *folder*, and its values."""
    people = {owner: identity(owner, *rest) for owner, *rest in PEOPLE}
    vector = json.loads((folder / "vector.json").read_text(encoding="utf-8"))
    body = Receipt(
        bundle_id=vector["bundle_id"],
        manifest_sha256=vector["manifest_sha256"],
        sender=people["sender"].fingerprint,
        opened=NOW,
        taken_in=NOW,
        by=people["recipient-1"].card.name,
        audit_head="cd" * 32,
    )
    sealed = write_message(folder, body, people["recipient-1"], [people["sender"].card], created=NOW, serial=1)
    data = sealed.path.rename(folder / "message.brief").read_bytes()
    contacts = [stranger.read_card(card_text(each.signed_card)) for each in people.values()]
    seen = stranger.examine(data, {people["sender"].fingerprint: seed("sender", "age")}, contacts, NOW)
    assert seen.verdict == "verified", (seen.verdict, seen.reason)
    told = {"file": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}, **seen.values}
    with (folder / "message.json").open("x", encoding="utf-8") as out:
        out.write(json.dumps({**told, "text": seen.manifest}, ensure_ascii=False, indent=1) + "\n")


def add_codes(folder: Path) -> None:
    """Add the sender's card, his revocation and the receipt as codes on paper."""
    texts = {kind: (folder / f"sender.{kind}").read_text(encoding="ascii") for kind in ("card", "revocation")}
    told = {
        "card": parts.split(parts.CARD, compact.shrink(LABEL, texts["card"])),
        "revocation": parts.split(parts.REVOCATION, compact.shrink(REVOCATION_LABEL, texts["revocation"])),
        "message": parts.split(parts.MESSAGE, (folder / "message.brief").read_bytes()),
    }
    with (folder / "codes.json").open("x", encoding="ascii") as out:
        out.write(json.dumps(told, indent=1) + "\n")


def main(folder: Path) -> None:
    """Write cards, revocation, bundle and values into *folder*, which must hold none of them yet."""
    people = {owner: identity(owner, *rest) for owner, *rest in PEOPLE}
    sealed = write_bundle(
        folder, content(people["sender"], attached()), people["sender"], [people[f"recipient-{n}"].card for n in (1, 2)]
    )
    file = sealed.path.rename(folder / "vector.brief")
    for owner, who in people.items():
        with (folder / f"{owner}.card").open("x", encoding="ascii") as card:
            card.write(card_text(who.signed_card))
    with (folder / "sender.revocation").open("x", encoding="ascii") as revocation:
        revocation.write(revocation_text(people["sender"], issued=BORN))
    told = {
        "note": "Test keys, keys of nobody. Frozen with briefcase-bundle/1.",
        "now": NOW,
        "word_lists": {
            language: hashlib.sha256(resources.read_bytes("words", f"{language}.txt")).hexdigest()
            for language in ("en", "fr")
        },
        "people": {owner: person(owner, who) for owner, who in people.items()},
        **values(file.read_bytes(), people),
    }
    with (folder / "vector.json").open("x", encoding="utf-8") as out:
        out.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    add_message(Path(sys.argv[1]))
    add_codes(Path(sys.argv[1]))
