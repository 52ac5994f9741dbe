"""A second reader of vaults, written from docs/vault-format.md and from nothing else.

It shares no line with the program: another SQLCipher-compatible library (``apsw-sqlite3mc``), plain libsodium
(``pynacl``), AES-GCM from ``cryptography`` and the standard library. It reads a closed vault, checks what can be
checked with the keys, and says what it found; it writes nothing.

    python3 stranger.py NAME.briefcase FILE [WORD_LIST]    (FILE: the passphrase, or the recovery words with their list)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import sys
import unicodedata
import zlib
from itertools import groupby
from pathlib import Path
from typing import Any

import apsw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

PERSON = b"briefcase-key/1".ljust(16, b"\0")
CHUNK, TAG, BLOCK = 65536, 16, 1024 * 1024
NOT_COUNTED = {"audit", "record", "revision", "state", "case_record", "link", "mention", "name"}


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return RFC 8785 JSON for values without floats and with keys in ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def blake(key: bytes, data: bytes) -> bytes:
    """Return BLAKE2b(key; data) as the page writes it."""
    return hashlib.blake2b(data, digest_size=32, key=key).digest()


def subkey(master: bytes, purpose: str) -> bytes:
    """Return the subkey of a purpose."""
    return hashlib.blake2b(purpose.encode(), digest_size=32, key=master, person=PERSON).digest()


def recovery_secret(words: str, word_list: list[str]) -> bytes:
    """Return the 32 bytes of twenty-four words, or refuse them."""
    number = 0
    for word in words.split():
        number = number << 11 | word_list.index(word)
    data = number.to_bytes(33, "big")
    if hashlib.sha256(data[:32]).digest()[:1] != data[32:]:
        sys.exit("The words do not belong together.")
    return data[:32]


def slot_key(slot: dict[str, Any], typed: str, word_list: list[str]) -> bytes | None:
    """Return the wrapping key that *typed* gives for a slot, None when it is of another kind."""
    if slot["type"] == "passphrase":
        kdf = slot["kdf"]
        secret = unicodedata.normalize("NFC", typed).encode()
        return argon2id.kdf(32, secret, bytes.fromhex(kdf["salt"]), opslimit=kdf["passes"], memlimit=kdf["memory"])
    if slot["type"] == "recovery" and word_list:
        secret = recovery_secret(typed, word_list)
        return hashlib.blake2b(b"slot", digest_size=32, key=secret, person=PERSON).digest()
    return None


def open_header(folder: Path, typed: str, word_list: list[str]) -> tuple[dict[str, Any], bytes]:
    """Return the header and the master, or leave."""
    header = json.loads((folder / "header.json").read_bytes())
    for slot in header["slots"]:
        key = slot_key(slot, typed, word_list)
        if key is None:
            continue
        about = {"format": "briefcase-slot/1", **{name: slot[name] for name in ("id", "kdf", "type")}}
        associated = canonical({**about, "vault": header["vault_id"]})
        wrapped = base64.b64decode(slot["wrapped"] + "=" * (-len(slot["wrapped"]) % 4))
        try:
            master = crypto_aead_xchacha20poly1305_ietf_decrypt(wrapped[24:], associated, wrapped[:24], key)
        except CryptoError:
            continue
        unsigned = canonical({name: value for name, value in header.items() if name != "mac"})
        if not hmac.compare_digest(blake(subkey(master, "header"), unsigned).hex(), header["mac"]):
            sys.exit("The MAC of the header does not fit.")
        return header, master
    sys.exit("No slot opens.")


def open_store(folder: Path, key: bytes, vault_id: str) -> apsw.Connection:
    """Open the database for reading with a raw key."""
    store = folder / "store.db"
    if store.read_bytes()[:16].hex() != vault_id:
        sys.exit("Header and database do not belong together.")
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(f"{store.resolve().as_uri()}?mode=ro&immutable=1", flags=flags)
    connection.pragma("cipher", "sqlcipher")
    connection.pragma("legacy", 4)
    connection.pragma("key", f"x'{key.hex()}{vault_id}'")
    return connection


def open_stream(key: bytes, data: bytes) -> bytes:
    """Return the plaintext of a STREAM of AES-256-GCM."""
    chunks = [data[at : at + CHUNK + TAG] for at in range(0, len(data), CHUNK + TAG)]
    cipher = AESGCM(key)
    return b"".join(
        cipher.decrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    )


def setting(store: apsw.Connection, name: str) -> bytes:
    """Return the bytes of a setting, none when it is not there."""
    found = store.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchall()
    return bytes(found[0][0]) if found else b""


def check_chain(store: apsw.Connection, master: bytes, vault_id: str) -> tuple[int, str, list[dict[str, Any]]]:
    """Compute every value of the chain again; return the number of entries, the head, and the entries."""
    former = json.loads(setting(store, "audit.former") or b"[]")

    def key_of(number: int) -> bytes:
        return next((bytes.fromhex(one["key"]) for one in former if number <= one["last"]), subkey(master, "audit"))

    value = blake(key_of(0), b"briefcase-audit/1" + bytes.fromhex(vault_id))
    entries: list[dict[str, Any]] = []
    for number, entry, chain in store.execute("SELECT n, entry, chain FROM audit ORDER BY n"):
        value = blake(key_of(number), value + number.to_bytes(8, "big") + blake(b"", entry))
        if (number, value) != (len(entries) + 1, chain):
            sys.exit(f"The chain breaks at entry {number}.")
        entries.append(json.loads(entry))
    return len(entries), value.hex(), entries


def check_revisions(store: apsw.Connection, entries: list[dict[str, Any]]) -> int:
    """Compare every revision with its digest and every group with its entry; return the number of records."""
    rows = list(
        store.execute(
            "SELECT v.audit, v.n, r.id, v.id, v.digest, v.salt, v.standing, v.received_from, v.bundle, v.unverified,"
            " v.body"
            " FROM revision v JOIN record r ON r.n = v.record"
        )
    )
    for _audit, _n, _record, _id, digest, salt, standing, source, bundle, unverified, body in rows:
        prefix = canonical([standing, source, bundle, bool(unverified)])
        if blake(salt, prefix + b"\n" + body) != digest:
            sys.exit("A revision does not fit its digest.")
        json.loads(body)
    stubs = list(store.execute("SELECT audit, n, record, revision, digest FROM purged"))
    both = sorted((row[:5] for row in [*rows, *stubs]), key=lambda row: row[:2])
    groups = {number: list(group) for number, group in groupby(both, key=lambda row: row[0])}
    for number, entry in enumerate(entries, start=1):
        group = groups.pop(number, [])
        joined = b"".join(record + revision + digest for _audit, _n, record, revision, digest in group)
        said = entry.get("revisions", {"count": 0, "hash": blake(b"", b"").hex()})
        if said != {"count": len(group), "hash": blake(b"", joined).hex()}:
            sys.exit(f"The revisions of entry {number} are not the ones that it speaks of.")
    if groups:
        sys.exit("Revisions stand in no entry.")
    return int(store.execute("SELECT count(*) FROM record").fetchall()[0][0])


def form(value: Any) -> bytes:  # noqa: ANN401 - a value of SQLite
    """Return a value as it is counted."""
    kinds = {type(None): (b"n", b""), bytes: (b"b", value), str: (b"t", None), int: (b"i", None)}
    letter, data = kinds[type(value)]
    data = str(value).encode() if data is None else data
    return letter + len(data).to_bytes(8, "big") + data


def check_tables(store: apsw.Connection, entries: list[dict[str, Any]]) -> int:
    """Compare the sums of the lesser tables with what the entries add up to; return how many tables there are."""
    key = setting(store, "audit.rows")
    said: dict[str, int] = {}
    for entry in entries:
        for table, change in entry.get("tables", {}).items():
            said[table] = (said.get(table, 0) + int(change, 16)) % 2**256
    listed = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = [name for name, sql in listed if sql.startswith("CREATE VIRTUAL")]
    shadows = {f"{name}_{part}" for name in virtual for part in ("data", "idx", "content", "docsize", "config")}
    tables = {name for name, _sql in listed if not name.startswith("sqlite_")} - NOT_COUNTED - set(virtual) - shadows
    for table in tables | said.keys():
        rows = store.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of the schema
        found = sum(int.from_bytes(blake(key, b"".join(map(form, (table, *row)))), "big") for row in rows)
        if found % 2**256 != said.get(table, 0):
            sys.exit(f"The table {table} is not as the chain says.")
    return len(tables)


def check_blobs(store: apsw.Connection, folder: Path, master: bytes) -> int:
    """Open every attached file and compare its digests; return how many there are."""
    columns = "sha256, size, crc32, blocks, blob, wrapped"
    count = 0
    for sha256, size, crc32, blocks, name, wrapped in store.execute(f"SELECT {columns} FROM attachment"):  # noqa: S608 - fixed
        key = open_stream(blake(subkey(master, "blobs"), b"briefcase-blob/1" + name), wrapped)
        plain = open_stream(key, (folder / "blobs" / name.hex()[:2] / name.hex()).read_bytes())
        parts = (plain[at : at + BLOCK] for at in range(0, len(plain), BLOCK))
        found = (hashlib.sha256(plain).digest(), len(plain), zlib.crc32(plain))
        if found != (sha256, size, crc32) or b"".join(hashlib.sha256(one).digest() for one in parts) != blocks:
            sys.exit("An attached file is not as its row says.")
        count += 1
    return count


def read(folder: Path, typed: str, word_list: list[str]) -> dict[str, Any]:
    """Read a vault to its end; leave with a sentence at the first thing that does not fit."""
    header, master = open_header(folder, typed, word_list)
    store = open_store(folder, subkey(master, "database"), header["vault_id"])
    size, head, entries = check_chain(store, master, header["vault_id"])
    titles = store.execute("SELECT v.body FROM record r JOIN revision v ON v.n = r.current ORDER BY r.n").fetchall()
    return {
        "schema": store.pragma("user_version"),
        "entries": size,
        "head": head,
        "records": check_revisions(store, entries),
        "tables": check_tables(store, entries),
        "attachments": check_blobs(store, folder, master),
        "kinds": [json.loads(body)["kind"] for (body,) in titles],
    }


def main() -> None:
    """Read the vault that the command names."""
    folder, secret = Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8").rstrip("\n")
    word_list = Path(sys.argv[3]).read_text(encoding="utf-8").split() if sys.argv[3:] else []
    if word_list:
        secret = " ".join(re.findall(r"[a-z]+", secret.lower()))
    print(json.dumps(read(folder, secret, word_list)))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
