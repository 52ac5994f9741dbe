"""A second reader of sealed bundles, written from docs/bundle-format.md and from nothing else.

It shares no line with the program: the standard library and the primitives of ``cryptography`` and ``pynacl`` are all
that it uses. It is small and holds the whole file in memory; what it shows is that the document suffices. Numbers in
comments are sections of the document.

    python3 stranger.py FILE.brief KEY SENDER.card OWN.card     (KEY: AGE-SECRET-KEY-PQ-1…, or a file that holds it)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import struct
import sys
import unicodedata
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA87PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

MIB = 1024 * 1024
FIXED = ("records.jsonl", "commitments.jsonl", "label.xml", "READ-ME-FIRST.html")
BUNDLE, MESSAGE = "briefcase/manifest.json", "briefcase/message.json"
TYPES = ("receipt", "consent", "recall", "request", "answer", "compromise")
SUITE = "mlkem768x25519-ed25519-mldsa87"


class Stopped(Exception):
    """A verdict that ends reading."""

    def __init__(self, verdict: str, reason: str) -> None:
        super().__init__(f"{verdict}: {reason}")
        self.verdict, self.reason = verdict, reason


def broken(reason: str) -> Stopped:
    """Return the verdict *broken*."""
    return Stopped("broken", reason)


@dataclass
class Seen:
    """What reading gave: the verdict, and as far as it came the manifest, the records, the files, every value."""

    verdict: str = ""
    reason: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


# 1. age ---------------------------------------------------------------------------------------------------------


def raw64(text: str) -> bytes:
    """Decode canonical Base 64 without padding."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise broken("base64") from None
    if base64.b64encode(data).decode().rstrip("=") != text:
        raise broken("base64")
    return data


def bech32(text: str) -> bytes:
    """Return the bytes of an age key; the checksum is not looked at, for a wrong key opens nothing."""
    low, alphabet = text.strip().lower(), "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    number, bits = 0, 0
    for character in low[low.rindex("1") + 1 : -6]:
        number, bits = number << 5 | alphabet.index(character), bits + 5
    return (number >> bits % 8).to_bytes(bits // 8, "big")


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256, 32 bytes."""
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


@dataclass
class Header:
    """The stanzas as (share, body), the MAC, and how long the header is."""

    stanzas: list[tuple[bytes, bytes]]
    mac: bytes
    marked: bytes
    length: int


class Lines:
    """The lines of the header, one by one, at most 256 KiB of them."""

    def __init__(self, data: bytes) -> None:
        self.head, self.cut, self.at = data[: 256 * 1024], len(data) <= 256 * 1024, 0

    def next(self) -> str:
        """Return the next line without its line feed."""
        end = self.head.find(b"\n", self.at)
        if end < 0:
            raise Stopped("incomplete", "header") if self.cut else broken("header too long")
        line, self.at = self.head[self.at : end], end + 1
        return line.decode("latin-1")


def parse_stanza(first: str, lines: Lines) -> tuple[str, str, str]:
    """Return kind, share and body of a stanza as they are written."""
    words, body = first[3:].split(" "), ""
    if any(not word or not all("!" <= c <= "~" for c in word) for word in words):
        raise broken("stanza arguments")
    while True:
        line = lines.next()
        body += line
        if len(line) > 64:
            raise broken("stanza line")
        raw64(line)
        if len(line) < 64:
            return words[0], " ".join(words[1:]), body


def parse_header(data: bytes) -> Header:
    """Read the header of section 1, every line as it comes; what the stanzas are is judged when all were read."""
    begin = b"age-encryption.org/v1\n"
    if not data.startswith(begin[: len(data)]):
        raise broken("not age")
    lines = Lines(data)
    lines.next()
    found, line, start = [], lines.next(), len(begin)
    while line.startswith("-> "):
        found.append(parse_stanza(line, lines))
        start = lines.at
        line = lines.next()
    if not line.startswith("--- ") or not found:
        raise broken("header")
    mac = raw64(line[4:])
    if len(mac) != 32:
        raise broken("header")
    if len(found) > 64 or any(kind != "mlkem768x25519" for kind, _, _ in found):
        raise broken("number or kind of stanzas")
    stanzas = []
    for _, share, body in found:
        if len(share) != 1494 or len(body) != 43:
            raise broken("form of a stanza")
        stanzas.append((raw64(share), raw64(body)))
    return Header(stanzas, mac, data[:start] + b"---", lines.at)


def labeled_extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    """LabeledExtract of RFC 9180 under the suite of age."""
    suite = b"HPKE" + bytes.fromhex("647a 0001 0003")
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def labeled_expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand of RFC 9180 under the suite of age."""
    suite = b"HPKE" + bytes.fromhex("647a 0001 0003")
    text = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, text).derive(secret)


def open_stanza(seed: bytes, share: bytes, wrapped: bytes) -> tuple[bytes | None, dict[str, Any]]:
    """Return the file key, or None when the stanza is not ours, and every value on the way."""
    expanded = hashlib.shake_256(seed).digest(96)
    kem, curve = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    own = curve.public_key().public_bytes_raw()
    try:
        exchanged = curve.exchange(X25519PublicKey.from_public_bytes(share[1088:]))
    except ValueError:
        raise broken("low-order share") from None
    inner = kem.decapsulate(share[:1088])
    shared = hashlib.sha3_256(inner + exchanged + share[1088:] + own + bytes.fromhex("5c2e2f2f5e5c")).digest()
    info = b"age-encryption.org/mlkem768x25519"
    context = b"\0" + labeled_extract(b"", b"psk_id_hash", b"") + labeled_extract(b"", b"info_hash", info)
    secret = labeled_extract(shared, b"secret", b"")
    key, nonce = labeled_expand(secret, b"key", context, 32), labeled_expand(secret, b"base_nonce", context, 12)
    values = {
        "expanded_seed": expanded.hex(),
        "mlkem_ciphertext_sha256": hashlib.sha256(share[:1088]).hexdigest(),
        "x25519_share": share[1088:].hex(),
        "mlkem_secret": inner.hex(),
        "x25519_secret": exchanged.hex(),
        "xwing_secret": shared.hex(),
        "hpke_context": context.hex(),
        "hpke_secret": secret.hex(),
        "hpke_key": key.hex(),
        "hpke_nonce": nonce.hex(),
        "body": wrapped.hex(),
    }
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, wrapped, b""), values
    except InvalidTag:
        return None, values


def unlock(header: Header, keys: dict[str, bytes], values: dict[str, Any]) -> tuple[bytes, str]:
    """Return the file key, the header's MAC checked, and the fingerprint to which the key that opened it belongs."""
    for fingerprint, seed in keys.items():
        for number, (share, wrapped) in enumerate(header.stanzas):
            file_key, found = open_stanza(seed, share, wrapped)
            if file_key is not None:
                mac_key = hkdf(file_key, b"", b"header")
                values["stanza"] = {"number": number, **found}
                values["header"] = {
                    "length": header.length,
                    "file_key": file_key.hex(),
                    "mac_key": mac_key.hex(),
                    "mac": header.mac.hex(),
                }
                if hmac.digest(mac_key, header.marked, "sha256") != header.mac:
                    raise broken("header MAC")
                return file_key, fingerprint
    raise Stopped("not_addressed", "no stanza")


class Plain:
    """The plaintext, chunk by chunk; ``size`` is None when the final chunk is missing or wrong."""

    def __init__(self, sealed: bytes, key: bytes) -> None:
        cipher, step = ChaCha20Poly1305(key), 65536 + 16
        self.chunks: list[bytes | None] = []
        count = max(1, -(-len(sealed) // step))
        for number in range(count):
            last = number == count - 1
            nonce = number.to_bytes(11, "big") + bytes([last])
            chunk: bytes | None
            try:
                chunk = cipher.decrypt(nonce, sealed[number * step : (number + 1) * step], None)
            except (InvalidTag, ValueError):
                chunk = None
            self.chunks.append(None if last and not chunk and number else chunk)
        ended = self.chunks[-1] is not None
        if (
            not ended and len(sealed) % step == 0
        ):  # a cut at a border of chunks: the last one is a good one of the middle
            nonce = (count - 1).to_bytes(11, "big") + b"\0"
            try:
                self.chunks[-1] = cipher.decrypt(nonce, sealed[(count - 1) * step :], None)
            except InvalidTag:
                self.chunks[-1] = None
        self.size = sum(map(len, filter(None, self.chunks[-1:]))) + 65536 * (count - 1) if ended else None

    def fetch(self, offset: int, length: int) -> bytes:
        """Return exactly so many verified bytes."""
        first, last = offset // 65536, (offset + max(length, 1) - 1) // 65536
        found = self.chunks[first : last + 1]
        if any(chunk is None for chunk in found):
            raise broken("payload")
        data = b"".join(chunk or b"" for chunk in found)[offset - first * 65536 :][:length]
        if len(data) != length:
            raise broken("length")
        return data


# 2. and 4. the archive --------------------------------------------------------------------------------------------


def local(name: str, size: int, crc: int) -> bytes:
    """Return a local header."""
    raw, large = name.encode(), size >= 0xFFFFFFFF
    extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
    shown = 0xFFFFFFFF if large else size
    fixed = (45 if large else 20, 0x0800, 0, 0, 0x0021, crc, shown, shown, len(raw), len(extra))
    return b"PK\3\4" + struct.pack("<HHHHHIIIHH", *fixed) + raw + extra


def central(name: str, size: int, crc: int, offset: int) -> bytes:
    """Return a record of the directory."""
    raw, more = name.encode(), b""
    if size >= 0xFFFFFFFF:
        more += struct.pack("<QQ", size, size)
    if offset >= 0xFFFFFFFF:
        more += struct.pack("<Q", offset)
    extra = struct.pack("<HH", 1, len(more)) + more if more else b""
    needed, shown = (45 if more else 20), min(size, 0xFFFFFFFF)
    fixed = (0x0300 + needed, needed, 0x0800, 0, 0, 0x0021, crc, shown, shown, len(raw), len(extra), 0, 0, 0)
    return (
        b"PK\1\2"
        + struct.pack("<HHHHHHIIIHHHHH", *fixed)
        + struct.pack("<II", 0o100600 << 16, min(offset, 0xFFFFFFFF))
        + raw
        + extra
    )


Members = list[tuple[str, int, int]]


def layout(members: Members) -> tuple[list[int], int, bytes]:
    """Return the offset of each member's content, that of the directory, and the directory with its end records."""
    offset, places, directory = 0, [], b""
    for name, size, crc in members:
        directory += central(name, size, crc, offset)
        places.append(offset + len(local(name, size, crc)))
        offset = places[-1] + size
    count, size = len(members), len(directory)
    end = struct.pack(
        "<HHHHIIH", 0, 0, min(count, 65535), min(count, 65535), min(size, 2**32 - 1), min(offset, 2**32 - 1), 0
    )
    if count >= 65535 or size >= 2**32 - 1 or offset >= 2**32 - 1:
        directory += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 0x032D, 45, 0, 0, count, count, size, offset)
        directory += b"PK\6\7" + struct.pack("<IQI", 0, offset + size, 1)
    return places, offset, directory + b"PK\5\6" + end


def padme(size: int) -> tuple[int, int, int]:
    """Return E, S, and the next Padmé size."""
    e = size.bit_length() - 1
    s = e.bit_length()
    mask = (1 << max(0, e - s)) - 1
    return e, s, (size + mask) & ~mask


def padding_of(members: Members) -> tuple[int, int]:
    """Return the right length of the padding and the archive's size without any."""
    length = first = 0
    while True:
        _, directory_at, directory = layout([*members, ("briefcase/padding", length, 0)])
        size = directory_at + len(directory)
        first = first or size
        if padme(size)[2] == size:
            return length, first
        length += padme(size)[2] - size


# 3. manifest and signatures ----------------------------------------------------------------------------------------


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value."""

    def ordered(item: object) -> object:
        if isinstance(item, dict):
            return {key: ordered(item[key]) for key in sorted(item, key=lambda k: k.encode("utf-16-be"))}
        return [ordered(each) for each in item] if isinstance(item, list) else item

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def strict(data: bytes, limit: int = 16 * MIB) -> dict[str, Any]:
    """Return the object of a canonical text."""

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def refuse(_text: str) -> None:
        raise ValueError

    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse)
        small = len(data) <= limit and sum(map(data.count, (b",", b"[", b"{"))) <= 1_000_000
        good = isinstance(value, dict) and canonical(value) == data and small
    except (ValueError, RecursionError):
        good = False
    if not good or depth(value) > 64 or largest(value) >= 2**53:
        raise broken("JSON")
    return dict(value)


def depth(value: object) -> int:
    """Return how many objects and arrays stand inside each other below this value."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max((1 + depth(part) for part in parts), default=0)


def largest(value: object) -> int:
    """Return the largest whole number in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    return max(map(largest, value), default=0) if isinstance(value, list) else abs(value) if type(value) is int else 0


def sized(data: bytes) -> bytes:
    """A string of the SSH protocol: four bytes of length, then the bytes."""
    return struct.pack(">I", len(data)) + data


def signed_data(space: bytes, data: bytes) -> bytes:
    """What Ed25519 signs."""
    return b"SSHSIG" + sized(space) + sized(b"") + sized(b"sha512") + sized(hashlib.sha512(data).digest())


def ssh_parts(armored: bytes, space: bytes) -> tuple[bytes, bytes]:
    """Return public key and signature of an SSHSIG in its one form."""
    begin, end = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
    try:
        text = armored.removeprefix(begin).removesuffix(end).replace(b"\n", b"")
        blob = base64.b64decode(text, validate=True)
    except ValueError:
        raise broken("SSHSIG") from None
    public, signature = blob[33:65], blob[-64:]
    again = b"SSHSIG" + struct.pack(">I", 1) + sized(sized(b"ssh-ed25519") + sized(public)) + sized(space) + sized(b"")
    again += sized(b"sha512") + sized(sized(b"ssh-ed25519") + sized(signature))
    text = base64.b64encode(again)
    lines = b"".join(text[i : i + 70] + b"\n" for i in range(0, len(text), 70))
    if begin + lines + end != armored:
        raise broken("SSHSIG")
    return public, signature


def ed25519_fits(public: bytes, data: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature."""
    try:
        VerifyKey(public).verify(data, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def mldsa_fits(public: bytes, space: bytes, data: bytes, signature: bytes) -> bool:
    """Check an ML-DSA-87 signature."""
    try:
        MLDSA87PublicKey.from_public_bytes(public).verify(signature, data, space)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Contact:
    """A card that the reader holds, and what it thinks of it."""

    card: dict[str, Any]
    state: str = "verified"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical card."""
        return hashlib.sha256(canonical(self.card)).hexdigest()

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """The Ed25519 and the ML-DSA-87 public key."""
        return base64.b64decode(self.card["ed25519"]), base64.b64decode(self.card["mldsa87"])


def read_card(text: str, state: str = "verified") -> Contact:
    """Return the contact of a card file, both signatures verified (section 11)."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    if (lines[0], lines[-1]) != ("-----BEGIN BRIEFCASE CARD-----", "-----END BRIEFCASE CARD-----"):
        raise broken("card")
    outer = strict(base64.b64decode("".join(lines[1:-1]), validate=True))
    contact, space, data = Contact(outer["card"], state), b"briefcase-card-v1", canonical(outer["card"])
    if (outer["card"]["format"], outer["card"]["suite"], outer["card"]["critical"]) != ("briefcase-card/1", SUITE, []):
        raise broken("card")
    public, signature = ssh_parts(outer["ssh"].encode(), space)
    ed25519, mldsa87 = contact.keys
    good = public == ed25519 and ed25519_fits(public, signed_data(space, data), signature)
    if not good or not mldsa_fits(mldsa87, space, data, base64.b64decode(outer["mldsa87"], validate=True)):
        raise broken("card")
    return contact


def text(limit: int) -> Any:  # noqa: ANN401 - a check
    """A text of so many characters at most."""
    return lambda value: isinstance(value, str) and len(value) <= limit


def like(pattern: str) -> Any:  # noqa: ANN401 - a check
    """A text of one form."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def number(value: object) -> bool:
    """A whole number that is not negative."""
    return type(value) is int and value >= 0


def is_time(value: object) -> bool:
    """A time in the one form, of a day and second that exist."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", value):
        return False
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def fits(shape: Any, value: Any) -> bool:  # noqa: ANN401 - shapes are made of dicts, lists and checks
    """Tell whether a value has a shape: a dict is closed, a list holds one shape and the bounds of its length."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and set(value) == set(shape) and all(fits(shape[k], value[k]) for k in shape)
    if isinstance(shape, list):
        inner, low, high = shape
        return isinstance(value, list) and low <= len(value) <= high and all(fits(inner, each) for each in value)
    return bool(shape(value))


HEX64, HEX32, HEX8 = like("[0-9a-f]{64}"), like("[0-9a-f]{32}"), like("[0-9a-f]{8}")
MAYBE64 = like("([0-9a-f]{64})?")
MEDIA = "[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"
TEXTS = [text(16 * MIB), 0, 16 * MIB]
SENDER = {"name": text(2000), "agency": text(2000), "fingerprint": HEX64}
RECIPIENTS = [{"name": text(2000), "fingerprint": HEX64}, 1, 64]
TIME = is_time
MANIFEST = {
    "format": lambda value: value == "briefcase-bundle/1",
    "suite": lambda value: value == SUITE,
    "version": text(40),
    "critical": lambda value: value == [],
    "extensions": lambda value: (
        isinstance(value, dict) and all(re.fullmatch("[a-z0-9-]{1,64}", name) for name in value)
    ),
    "bundle_id": HEX32,
    "created": TIME,
    "sequence": lambda value: number(value) and value >= 1,
    "previous": MAYBE64,
    "audit_head": MAYBE64,
    "approvals": [
        {
            "approval": {
                "format": lambda value: value == "briefcase-approval/1",
                "suite": lambda value: value == SUITE,
                "critical": lambda value: value == [],
                "content": HEX64,
                "approver": SENDER,
                "sender": HEX64,
                "recipients": [HEX64, 1, 64],
                "approved": TIME,
            },
            "ssh": text(4096),
            "mldsa87": text(8192),
        },
        *(0, 16),
    ],
    "consents": [{"serial": HEX32, "originator": HEX64, "sha256": HEX64}, 0, 1000],
    "tear_lines": [text(36), 0, 16 * MIB],
    "sender": SENDER,
    "recipients": RECIPIENTS,
    "purpose": text(10_000),
    "caveat": text(10_000),
    "pack_sha256": HEX64,
    "label": {
        "levels": [{"policy": text(16 * MIB), "levels": [text(16 * MIB), 1, 16 * MIB]}, 0, 16 * MIB],
        "releasable_to": [TEXTS, 0, 16 * MIB],
        "caveats": TEXTS,
        "tlp": text(16 * MIB),
        "pap": text(16 * MIB),
        "handling": TEXTS,
        "review_on": text(16 * MIB),
    },
    "banner": {
        "line1": text(2000),
        "line2": text(2000),
        "foreground": like("#[0-9A-Fa-f]{6}"),
        "background": like("#[0-9A-Fa-f]{6}"),
    },
    "records": number,
    "records_root": HEX64,
    "entries": [
        {"path": text(200), "size": number, "sha256": HEX64, "crc32": HEX8, "media_type": like(f"{MEDIA}/{MEDIA}")},
        *(0, 100_000),
    ],
    "blocks": {"size": number, "sha256": HEX64, "crc32": HEX8},
    "padding": like("[0-9]{16}"),
}


def check_version(said: dict[str, Any], known: str) -> None:
    """Say what is needed for a text of a later kind (section 14); this is no verdict of section 10."""
    if (said.get("format"), said.get("suite")) != (known, SUITE) or said.get("critical"):
        raise Stopped("unsupported", "format, suite or critical extension")


def check_manifest(manifest: dict[str, Any]) -> None:
    """Refuse a manifest that breaks a rule of section 3."""
    if not fits(MANIFEST, manifest):
        raise broken("manifest fields")
    addressed = [each["fingerprint"] for each in manifest["recipients"]]
    paths = [entry["path"] for entry in manifest["entries"]]
    blocks = sum(-(-entry["size"] // MIB) for entry in manifest["entries"])
    added = [path.removeprefix("extensions/") for path in paths[4:] if path.startswith("extensions/")]
    attached = manifest["entries"][4 + len(added) :]
    fixed = [entry["size"] for entry in manifest["entries"][:4]]
    rules = (
        (manifest["sequence"] == 1) == (manifest["previous"] == ""),
        addressed == sorted(set(addressed)),
        len(set(manifest["tear_lines"])) == len(manifest["tear_lines"]),
        manifest["blocks"]["size"] == 32 * blocks,
        tuple(paths[:4]) == FIXED,
        paths[4 : 4 + len(added)] == ["extensions/" + name for name in sorted(set(added))],
        not set(added) - set(manifest["extensions"]),
        [entry["path"] for entry in attached] == sorted({entry["path"] for entry in attached}),
        max(fixed, default=0) <= 128 * MIB,
        sum(entry["size"] for entry in manifest["entries"]) <= 2**53 - 1,
        all(entry["path"] == "attachments/" + entry["sha256"] for entry in attached),
        all(unicodedata.normalize("NFC", path) == path for path in paths),
    )
    if not all(rules):
        raise broken("manifest rules")
    check_approvals(manifest, addressed)


def check_approvals(manifest: dict[str, Any], addressed: list[str]) -> None:
    """Refuse approvals of something else (section 17)."""
    said = [each["approval"] for each in manifest["approvals"]]
    bound = [
        "briefcase-content-v1",
        manifest["entries"][0]["sha256"],
        manifest["purpose"],
        manifest["caveat"],
        addressed,
    ]
    content, sender = hashlib.sha256(canonical(bound)).hexdigest(), manifest["sender"]["fingerprint"]
    approvers = [each["approver"]["fingerprint"] for each in said]
    fit = all((each["content"], each["sender"], each["recipients"]) == (content, sender, addressed) for each in said)
    if not fit or sender in approvers or len(set(approvers)) != len(approvers):
        raise broken("approvals")


def check_approvers(manifest: dict[str, Any], sender: Contact, contacts: list[Contact]) -> None:
    """Refuse approvals whose signatures do not fit, or that the sender gave himself (section 17)."""
    for each in manifest["approvals"]:
        said, space = each["approval"], b"briefcase-approval-v1"
        data, approver = canonical(said), said["approver"]
        public, signature = ssh_parts(each["ssh"].encode("ascii", "replace"), space)
        known = next((one for one in contacts if one.fingerprint == approver["fingerprint"]), None)
        line = line_of(sender, contacts)
        good = ed25519_fits(public, signed_data(space, data), signature)
        good = good and public not in [card.keys[0] for card in line]
        if known is not None:
            try:
                second = base64.b64decode(each["mldsa87"], validate=True)
            except ValueError:
                second = b""
            good = good and public == known.keys[0] and mldsa_fits(known.keys[1], space, data, second)
            good = good and (approver["name"], approver["agency"]) == (known.card["name"], known.card["agency"])
            good = good and not marks(line) & marks(line_of(known, contacts))
        if not good:
            raise broken("approval")


def line_of(card: Contact, contacts: list[Contact]) -> list[Contact]:
    """Return a card and those before it, as far as they are held."""
    line, held = [card], {one.fingerprint: one for one in contacts}
    while line[-1].card["predecessor"] in held:
        line.append(held[line[-1].card["predecessor"]])
    return line


def marks(line: list[Contact]) -> set[str]:
    """Return the fingerprints and keys of a line, those of a card before it that is not held included."""
    found = {one.card[key] for one in line for key in ("age", "ed25519", "mldsa87", "predecessor")}
    return (found | {one.fingerprint for one in line}) - {""}


# 16. messages -------------------------------------------------------------------------------------------------------

ID = like("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MAYBE32 = like("([0-9a-f]{32})?")
AGENCY = like("[A-Z]{3}/[A-Z0-9][A-Za-z0-9 .&-]{0,39}")


def maybe_time(value: object) -> bool:
    """A time, or empty."""
    return value == "" or is_time(value)


def consignee(value: object) -> bool:
    """An officer by his fingerprint, or an agency by its code."""
    return fits({"kind": text(7), "value": text(2000)}, value) and (
        {"officer": HEX64, "agency": AGENCY}.get(value["kind"], lambda _value: False)(value["value"])
    )


ITEM = {"record": ID, "revision": HEX32, "fields": [like("[a-z][a-z0-9_]{0,63}"), 0, 200]}
BODIES = {
    "receipt": {
        "bundle_id": HEX32,
        "manifest_sha256": HEX64,
        "sender": HEX64,
        "opened": TIME,
        "taken_in": maybe_time,
        "by": text(2000),
        "audit_head": HEX64,
    },
    "consent": {
        "request": MAYBE32,
        "asker": HEX64,
        "recipient": consignee,
        "items": [ITEM, 1, 1000],
        "purpose": text(10_000),
        "start": TIME,
        "end": TIME,
        "note": text(10_000),
        "decision": lambda value: value in ("granted", "refused"),
    },
    "recall": {
        "items": [{"record": ID, "revision": MAYBE32}, 0, 1000],
        "consents": [HEX32, 0, 1000],
        "reason": text(10_000),
        "wanted": lambda value: value in ("return", "destroy", "stop_use"),
    },
    "request": {
        "text": text(10_000),
        "items": [ITEM, 0, 1000],
        "purpose": text(10_000),
        "needed_by": maybe_time,
        "recipient": lambda value: value is None or consignee(value),
    },
    "answer": {
        "request": HEX32,
        "bundle_id": MAYBE32,
        "text": text(10_000),
        "decision": lambda value: value in ("answered", "refused"),
    },
    "compromise": {"fingerprint": HEX64, "since": maybe_time, "reason": text(10_000)},
}


def check_message(said: dict[str, Any], purpose: str) -> None:
    """Refuse a message that breaks a rule of section 16."""
    shape = {
        **{name: MANIFEST[name] for name in ("suite", "version", "critical", "extensions", "created", "padding")},
        "format": lambda value: value == "briefcase-message/1",
        "type": lambda value: value == purpose,
        "message_id": HEX32,
        "serial": MANIFEST["sequence"],
        "sender": SENDER,
        "recipients": RECIPIENTS,
        "body": BODIES[purpose],
    }
    if not fits(shape, said):
        raise broken("message fields")
    addressed = [each["fingerprint"] for each in said["recipients"]]
    body = said["body"]
    items = [(item["record"], item["revision"]) for item in body.get("items", [])]
    named = [item["fields"] for item in body.get("items", []) if "fields" in item]
    rules = (
        addressed == sorted(set(addressed)),
        len(set(items)) == len(items),
        all(fields == sorted(set(fields)) for fields in named),
        purpose != "consent" or body["start"] < body["end"],
        purpose != "recall" or items or body["consents"],
        purpose != "answer"
        or (body["decision"] == "answered" and (body["text"] or body["bundle_id"]))
        or (body["decision"] == "refused" and body["text"] and not body["bundle_id"]),
        purpose != "recall" or len(set(body["consents"])) == len(body["consents"]),
    )
    if not all(rules):
        raise broken("message rules")


# 5. to 8. what is inside --------------------------------------------------------------------------------------------


def blocks_of(data: bytes) -> bytes:
    """Return the digests of the blocks of an entry."""
    return b"".join(hashlib.sha256(data[i : i + MIB]).digest() for i in range(0, len(data), MIB))


def record_value(record: dict[str, Any], salts: dict[str, str]) -> tuple[dict[str, str], bytes]:
    """Return the leaves of a record and its value."""
    if set(salts) != set(record) - {"id", "revision"} or any(not HEX32(salt) for salt in salts.values()):
        raise broken("commitments")
    leaves = {}
    for name, salt in salts.items():
        bound = canonical([record["id"], record.get("revision", ""), name, record[name]])
        leaves[name] = hashlib.sha256(b"briefcase-field-v1\0" + bytes.fromhex(salt) + bound).hexdigest()
    every = b"".join(sorted(map(bytes.fromhex, leaves.values())))
    return leaves, hashlib.sha256(b"briefcase-record-v1\0" + every).digest()


def merkle(values: list[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, in its recursive definition."""
    if not values:
        return hashlib.sha256(b"").digest()
    if len(values) == 1:
        return hashlib.sha256(b"\0" + values[0]).digest()
    half = 1 << (len(values) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + merkle(values[:half]) + merkle(values[half:])).digest()


TLP = ("", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
PAP = ("", "PAP:CLEAR", "PAP:GREEN", "PAP:AMBER", "PAP:RED")


def collected(records: list[dict[str, Any]], ranks: dict[str, list[str]]) -> dict[str, Any]:
    """Return the label that the records give; *ranks* are the levels of the manifest, by policy."""
    labels = [
        label for record in records for label in (record.get("label", {}), *record.get("field_labels", {}).values())
    ]

    def strictest(name: str, order: tuple[str, ...]) -> str:
        marks = [label.get(name, "") for label in labels]
        return max(marks, key=lambda mark: (order.index(mark) if mark in order else len(order), mark), default="")

    def every(name: str) -> list[str]:
        return sorted({code for label in labels for code in label.get(name, [])})

    levels: dict[str, set[str]] = {}
    for label in labels:
        levels.setdefault(label.get("policy", ""), set()).add(label.get("level", ""))
    place = {policy: {level: n for n, level in enumerate(listed)} for policy, listed in ranks.items()}
    return {
        "levels": [
            {
                "policy": policy,
                "levels": sorted(found, key=lambda level: (place.get(policy, {}).get(level, len(found)), level)),
            }
            for policy, found in sorted(levels.items())
        ],
        "releasable_to": sorted(map(list, {tuple(sorted(set(label.get("releasable_to", [])))) for label in labels})),
        "caveats": every("caveats"),
        "tlp": strictest("tlp", TLP),
        "pap": strictest("pap", PAP),
        "handling": every("handling"),
        "review_on": min((label["review_on"] for label in labels if label.get("review_on")), default=""),
    }


def label_xml(label: dict[str, Any], created: str) -> bytes:
    """Return label.xml."""

    def clean(value: str) -> str:
        return escape("".join(c for c in value if c in "\t\n\r" or c >= " "))

    def category(tag: str, kind: str, values: list[str]) -> str:
        inner = "".join(f"<slab:GenericValue>{clean(value)}</slab:GenericValue>" for value in values)
        return f"<slab:Category TagName={quoteattr(tag)} Type={quoteattr(kind)}>{inner}</slab:Category>"

    tail = "".join(category("Releasable To", "PERMISSIVE", codes) for codes in label["releasable_to"])
    tail += category("Caveat", "RESTRICTIVE", label["caveats"]) if label["caveats"] else ""
    tail += category("TLP", "INFORMATIVE", [label["tlp"]]) if label["tlp"] else ""
    tail += category("PAP", "INFORMATIVE", [label["pap"]]) if label["pap"] else ""
    tail += category("Handling", "INFORMATIVE", label["handling"]) if label["handling"] else ""
    spaces = ("urn:nato:stanag:4778:bindinginformation:1:0", "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0")
    opening = "<mb:MetadataBindingContainer><mb:MetadataBinding>"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<mb:BindingInformation xmlns:mb="{spaces[0]}" xmlns:slab="{spaces[1]}">{opening}',
    ]
    for place, each in enumerate(label["levels"]):
        role = "slab:alternativeConfidentialityLabel" if place else "slab:originatorConfidentialityLabel"
        lines.append(
            f"<mb:Metadata><{role}><slab:ConfidentialityInformation>"
            f"<slab:PolicyIdentifier>{clean(each['policy'])}</slab:PolicyIdentifier>"
            f"<slab:Classification>{clean(each['levels'][-1])}</slab:Classification>{tail}"
            f"</slab:ConfidentialityInformation><slab:CreationDateTime>{clean(created)}</slab:CreationDateTime>"
            f"</{role}></mb:Metadata>"
        )
    lines.append('<mb:DataReference URI="records.jsonl"/></mb:MetadataBinding></mb:MetadataBindingContainer>')
    return ("\n".join(lines) + "</mb:BindingInformation>\n").encode()


# 10. the verdict ---------------------------------------------------------------------------------------------------


def looks_cut(size: int) -> bool:
    """Tell whether a payload of this size (nonce not counted) cannot be that of a whole bundle."""
    full, rest = divmod(size, 65536 + 16)
    if (rest and rest < 16) or (rest == 16 and full) or size <= 0:
        return True
    plain = full * 65536 + max(0, rest - 16)
    return padme(plain)[2] != plain


@dataclass(frozen=True)
class Front:
    """The first three members: the signed text and its signatures."""

    name: str
    text: bytes
    ssh: bytes
    mldsa: bytes

    @property
    def members(self) -> Members:
        """As members of the archive."""
        parts = (("", self.text), (".sig", self.ssh), (".mldsa", self.mldsa))
        return [(self.name + ending, len(data), zlib.crc32(data)) for ending, data in parts]

    @property
    def purposes(self) -> tuple[str, ...]:
        """Under which it may be signed."""
        return ("bundle",) if self.name == BUNDLE else TYPES


def read_front(plain: Plain) -> Front:
    """Return signed text and signatures as bytes."""
    (length,) = struct.unpack_from("<H", plain.fetch(0, 30), 26)
    name = next((n for n in (BUNDLE, MESSAGE) if len(n) == length and plain.fetch(30, length) == n.encode()), None)
    if name is None:
        raise broken("front header")
    found, offset = [], 0
    for ending, limit in (("", 16 * MIB if name == BUNDLE else MIB), (".sig", 4096), (".mldsa", 8192)):
        header = plain.fetch(offset, 30 + len(name + ending))
        (size,) = struct.unpack_from("<I", header, 22)
        if size > limit:
            raise broken("front member")
        data = plain.fetch(offset + len(header), size)
        if local(name + ending, size, zlib.crc32(data)) != header:
            raise broken("front header")
        found.append(data)
        offset += len(header) + size
    return Front(name, *found)


def purpose_of(front: Front) -> tuple[bytes, str]:
    """Return the Ed25519 key that signed, and for what."""
    for purpose in front.purposes:
        space = f"briefcase-{purpose}-v1".encode()
        try:
            public, signature = ssh_parts(front.ssh, space)
        except Stopped:
            continue
        if ed25519_fits(public, signed_data(space, front.text), signature):
            return public, purpose
    raise broken("Ed25519 signature")


def find_sender(front: Front, contacts: list[Contact], cut: str | None) -> tuple[Contact, dict[str, Any]]:
    """Return the contact who signed, and what he signed."""
    public, purpose = purpose_of(front)
    named = [each for each in contacts if each.keys[0] == public]
    if not named:
        raise Stopped(cut or "unknown_sender", "unknown key")
    space = f"briefcase-{purpose}-v1".encode()
    signers = [each for each in named if mldsa_fits(each.keys[1], space, front.text, front.mldsa)]
    if not signers:
        raise broken("ML-DSA signature")
    said = strict(front.text, 16 * MIB if front.name == BUNDLE else MIB)
    check_version(said, "briefcase-bundle/1" if front.name == BUNDLE else "briefcase-message/1")
    for each in said.get("approvals", []) if isinstance(said.get("approvals"), list) else []:
        if isinstance(each, dict) and isinstance(each.get("approval"), dict):
            check_version(each["approval"], "briefcase-approval/1")
    if front.name == BUNDLE:
        check_manifest(said)
    else:
        check_message(said, purpose)
    sender = said["sender"]
    contact = next((each for each in signers if each.fingerprint == sender["fingerprint"]), None)
    if contact is None:
        raise Stopped("unknown_sender", "another card")
    if (sender["name"], sender["agency"]) != (contact.card["name"], contact.card["agency"]):
        raise broken("name of the sender")
    names = {each.fingerprint: each.card["name"] for each in contacts}
    if any(names.get(each["fingerprint"], each["name"]) != each["name"] for each in said["recipients"]):
        raise broken("name of a recipient")
    return contact, said


def examine(data: bytes, keys: dict[str, bytes], contacts: list[Contact], now: str) -> Seen:
    """Read a whole bundle and say what is to be said of it.

    Args:
        data: of the file.
        keys: our secret seeds by the fingerprint of the card that each belongs to.
        contacts: every card that we hold, our own included.
        now: UTC, as in the format.
    """
    seen = Seen()
    try:
        _examine(data, keys, contacts, now, seen)
    except Stopped as stopped:
        seen.verdict, seen.reason = stopped.verdict, stopped.reason
    return seen


def _examine(data: bytes, keys: dict[str, bytes], contacts: list[Contact], now: str, seen: Seen) -> None:
    header = parse_header(data)
    file_key, own = unlock(header, keys, seen.values)
    nonce, sealed = data[header.length : header.length + 16], data[header.length + 16 :]
    if len(nonce) != 16:
        raise Stopped("incomplete", "nonce")
    payload_key = hkdf(file_key, nonce, b"payload")
    plain = Plain(sealed, payload_key)
    cut = None if plain.size is not None else "incomplete" if looks_cut(len(sealed)) else "broken"
    try:
        front = read_front(plain)
    except Stopped:
        raise Stopped(cut or "broken", "front") from None
    contact, seen.manifest = find_sender(front, contacts, cut)
    manifest = seen.manifest
    if contact.state == "revoked":
        raise Stopped("revoked_sender", "revoked card")
    addressed = [each["fingerprint"] for each in manifest["recipients"]]
    if own not in addressed:
        raise Stopped("not_addressed", "resealed")
    if len(header.stanzas) != len(addressed):
        raise broken("number of stanzas")
    check_approvers(manifest if front.name == BUNDLE else {"approvals": []}, contact, contacts)
    members = [*front.members, *members_of(manifest)]
    check_size(plain, members, manifest, len(sealed))
    seen.values |= {
        "payload": {"nonce": nonce.hex(), "key": payload_key.hex(), "chunks": len(plain.chunks), "size": plain.size},
        **archive_values(members, manifest),
        **signature_values(front),
    }
    seen.files[front.name] = front.text
    check_content(plain, members, manifest, seen)
    current = contact.card["valid_from"] <= now < contact.card["valid_until"]
    states = {"verified": "verified", "replaced": "verified", "expired": "expired_sender"}
    verdict = states.get(contact.state, "unverified_sender")
    seen.verdict = verdict if current or verdict != "verified" else "expired_sender"


def members_of(manifest: dict[str, Any]) -> Members:
    """Return the members between the front and the padding; a message has none."""
    if "entries" not in manifest:
        return []
    blocks = ("briefcase/blocks.bin", manifest["blocks"]["size"], int(manifest["blocks"]["crc32"], 16))
    return [blocks, *((entry["path"], entry["size"], int(entry["crc32"], 16)) for entry in manifest["entries"])]


def padded(members: Members, manifest: dict[str, Any]) -> Members:
    """Return all members; the CRC-32 of the padding is that of zeros."""
    length = int(manifest["padding"])
    return [*members, ("briefcase/padding", length, zlib.crc32(bytes(length)))]


def check_size(plain: Plain, members: Members, manifest: dict[str, Any], sealed: int) -> None:
    """Compare padding and size with what follows from the manifest."""
    if padding_of(members)[0] != int(manifest["padding"]):
        raise broken("padding length")
    _, directory_at, directory = layout(padded(members, manifest))
    size = directory_at + len(directory)
    if plain.size is None and sealed < size + 16 * -(-size // 65536):
        raise Stopped("incomplete", "size")
    if plain.size != size:
        raise broken("size")


def check_content(plain: Plain, members: Members, manifest: dict[str, Any], seen: Seen) -> None:
    """Verify the rest of the archive, then what stands in the entries."""
    members = padded(members, manifest)
    places, directory_at, directory = layout(members)
    if plain.fetch(directory_at, len(directory)) != directory:
        raise broken("directory")
    for (name, size, crc), place in zip(members, places, strict=True):
        header = local(name, size, crc)
        seen.files[name] = plain.fetch(place, size)
        if plain.fetch(place - len(header), len(header)) != header or zlib.crc32(seen.files[name]) != crc:
            raise broken("local header or CRC-32")
    if seen.files["briefcase/padding"].strip(b"\0"):
        raise broken("padding")
    if "entries" not in manifest:
        return
    entries = {entry["path"]: entry for entry in manifest["entries"]}
    entries["briefcase/blocks.bin"] = manifest["blocks"]
    for name, entry in entries.items():
        if hashlib.sha256(seen.files[name]).hexdigest() != entry["sha256"]:
            raise broken("digest")
    blocks = b"".join(blocks_of(seen.files[entry["path"]]) for entry in manifest["entries"])
    if blocks != seen.files["briefcase/blocks.bin"]:
        raise broken("blocks")
    check_records(manifest, seen)
    digests = [blocks[at : at + 32].hex() for at in range(0, len(blocks), 32)]
    seen.values["blocks"] = {"sha256": hashlib.sha256(blocks).hexdigest(), "digests": digests}
    seen.values["label_xml_sha256"] = hashlib.sha256(seen.files["label.xml"]).hexdigest()


def check_records(manifest: dict[str, Any], seen: Seen) -> None:
    """Verify records, commitments and label."""
    listed, salted = (seen.files[name].split(b"\n") for name in FIXED[:2])
    if listed.pop() or salted.pop() or len(listed) != len(salted) or len(listed) != manifest["records"]:
        raise broken("number of records")
    values, shown = [], []
    for line, salts in zip(listed, salted, strict=True):
        record, beside = strict(line), strict(salts)
        if set(beside) != {"id", "salts"} or beside["id"] != record["id"]:
            raise broken("commitments")
        leaves, value = record_value(record, beside["salts"])
        seen.records.append(record)
        values.append(value)
        shown.append({"id": record["id"], "leaves": leaves, "value": value.hex()})
    ids = [record["id"] for record in seen.records]
    named = {record["sha256"] for record in seen.records if record["kind"] == "document" and record.get("sha256")}
    ranks = {each["policy"]: each["levels"] for each in manifest["label"]["levels"]}
    rules = {
        "order of records": ids == sorted(set(ids)),
        "records root": merkle(values).hex() == manifest["records_root"],
        "tear-lines": [r["id"] for r in seen.records if r["kind"] == "tear_line"] == manifest["tear_lines"],
        "document without its file": named <= {entry["sha256"] for entry in manifest["entries"][4:]},
        "label": collected(seen.records, ranks) == manifest["label"],
        "label.xml": label_xml(manifest["label"], manifest["created"]) == seen.files["label.xml"],
    }
    if not all(rules.values()):
        raise broken(next(reason for reason, good in rules.items() if not good))
    seen.values["records"] = shown
    seen.values["records_root"] = merkle(values).hex()


# 18. codes on paper ------------------------------------------------------------------------------------------------

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(data: str) -> bytes:
    """Return the bytes of a Base 45 text (RFC 9285) in its one spelling."""
    out = b""
    for at in range(0, len(data), 3):
        group = [BASE45.index(character) for character in data[at : at + 3]]
        value, size = sum(digit * 45**place for place, digit in enumerate(group)), len(group) - 1
        if size < 1 or value >= 256**size:
            raise broken("base45")
        out += value.to_bytes(size, "big")
    return out


def join_codes(texts: list[str]) -> tuple[str, bytes]:
    """Return kind and payload of one sequence, its texts in any order and any number of times."""
    parts: dict[int, bytes] = {}
    heads = set()
    for one in texts:
        found = re.fullmatch(r"BRIEFCASE1/([A-Z]+)/([1-9][0-9]?)/([1-9][0-9]?)/([0-9A-F]{8})/(.+)", one)
        if found is None:
            raise broken("code")
        heads.add((found[1], int(found[3]), found[4]))
        data = base45(found[5])
        if parts.setdefault(int(found[2]), data) != data:
            raise broken("one number with different data")
    ((kind, total, check),) = heads
    payload = b"".join(parts[number] for number in sorted(parts))
    if sorted(parts) != list(range(1, total + 1)) or total > 64:
        raise broken("a number is missing")
    if hashlib.sha256(payload).hexdigest()[:8].upper() != check:
        raise broken("check")
    return kind, payload


def inflate(payload: bytes) -> bytes:
    """Return the canonical JSON of a card or a revocation on paper."""
    unpacker = zlib.decompressobj(-15)
    data = unpacker.decompress(payload, 131_073)
    if len(data) > 131_072 or not unpacker.eof or unpacker.unused_data:
        raise broken("deflate")
    strict(data)
    return data


# The values of the test vector ---------------------------------------------------------------------------------------


def archive_values(members: Members, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return sizes, offsets and the computation of the padding."""
    length, unpadded = padding_of(members)
    everything = padded(members, manifest)
    places, directory_at, directory = layout(everything)
    e, s, size = padme(unpadded)
    return {
        "padme": {
            "size_without_padding": unpadded,
            "E": e,
            "S": s,
            "zero_bits": e - s,
            "padded_size": size,
            "padding": length,
        },
        "members": [
            {"name": name, "header": place - len(local(name, size, crc)), "content": place, "size": size}
            for (name, size, crc), place in zip(everything, places, strict=True)
        ],
        "directory": {
            "offset": directory_at,
            "length": len(directory),
            "sha256": hashlib.sha256(directory).hexdigest(),
        },
    }


def signature_values(front: Front) -> dict[str, Any]:
    """Return what is signed and by which key."""
    space = f"briefcase-{purpose_of(front)[1]}-v1".encode()
    public, signature = ssh_parts(front.ssh, space)
    data = signed_data(space, front.text)
    name = "manifest" if front.name == BUNDLE else "message"
    return {
        f"{name}_sha256": hashlib.sha256(front.text).hexdigest(),
        f"{name}_sha512": hashlib.sha512(front.text).hexdigest(),
        "sshsig": {
            "public_key": public.hex(),
            "signed_data": data.hex(),
            "signed_data_sha256": hashlib.sha256(data).hexdigest(),
            "signature": signature.hex(),
        },
        "mldsa_signature_sha256": hashlib.sha256(front.mldsa).hexdigest(),
    }


def words_of(fingerprint: str, listed: list[str]) -> list[str]:
    """Return the twelve words of a fingerprint."""
    number = int(fingerprint, 16) >> 256 - 132
    return [listed[number >> 11 * (11 - place) & 2047] for place in range(12)]


def main() -> int:
    """Read a bundle from the command line."""
    file, key, sender, own = sys.argv[1:5]
    secret = Path(key).read_text(encoding="ascii").splitlines()[-1] if Path(key).is_file() else key
    known = [read_card(Path(name).read_text(encoding="ascii")) for name in (sender, own)]
    now = sys.argv[5] if len(sys.argv) > 5 else known[0].card["valid_from"]
    seen = examine(Path(file).read_bytes(), {known[1].fingerprint: bech32(secret)}, known, now)
    print(seen.verdict, seen.reason)  # noqa: T201 - it speaks to a terminal
    for record in seen.records:
        print(canonical(record).decode())  # noqa: T201 - likewise
    return 0 if seen.verdict == "verified" else 1


if __name__ == "__main__":
    sys.exit(main())
