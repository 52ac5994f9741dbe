"""A reader that was written from docs/vault-format.md alone opens a vault and finds what is not as it was written."""

# ruff: noqa: ANN001, ANN002, ANN201 - the arguments are fixtures
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases
from briefcase.services.access import slots
from briefcase.services.keeping import purging
from briefcase.services.session import unlock
from briefcase.vault.schema import migrations

pytest.importorskip("apsw")

STRANGER = Path(__file__).resolve().parents[2] / "vectors" / "vault" / "stranger.py"
WORD_LIST = Path(__file__).resolve().parents[3] / "resources" / "words" / "en.txt"
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def filled(world):
    """A vault with revisions, attached files of several sizes, drafts, contacts, and a case that was purged."""
    usa = world.usa
    case = world.add(usa, "case", title="İstanbul Işıldak", status="open", reference="USA-1")
    note = world.add(usa, "note", case=case.id, title="A note", text="Игорь Петрович")
    cases.edit_record(usa, note.id, {"text": "深圳市恒晟微电子有限公司"})
    for number, size in enumerate((0, 1, 65_536, 1_048_577, 3_000_000)):
        document = world.add(usa, "document", case=case.id, title=f"Document {number}", document_kind="report")
        path = world.folder / f"{number}.bin"
        path.write_bytes(b"0123456789abcdef" * (size // 16) + b"x" * (size % 16))
        cases.attach(usa, document.id, path)
    gone = world.add(usa, "case", title="Gone", status="open", reference="USA-2")
    world.add(usa, "note", case=gone.id, title="Gone, too", text="x")
    purging.purge(usa, purging.plan(usa, gone.id), "USA-2")
    return world


def ask(world, secret=PASSPHRASE, *more):
    """Return what the stranger says of the vault: its answer, or the sentence with which it leaves."""
    file = world.folder / "secret.txt"
    file.write_text(secret, encoding="utf-8")
    command = [sys.executable, "-I", str(STRANGER), str(world.folder / "usa"), str(file), *map(str, more)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip()


def test_a_stranger_reads_everything(filled):
    vault = filled.usa.vault
    expected = {"entries": vault.audit.size(), "head": vault.audit.head(), "records": vault.records.count()}
    filled.usa.vault.close()
    seen = ask(filled)
    assert {name: seen[name] for name in expected} == expected
    assert seen["attachments"] == 5
    assert seen["schema"] == migrations()[-1][0]
    assert seen["tables"] > 8
    assert seen["kinds"] == ["case", "note", *["document"] * 5]


def test_the_recovery_words_and_other_keys_serve_too(filled):
    session = filled.usa
    prepared = slots.prepare_revocation(session, PASSPHRASE)
    typed = dict(enumerate(prepared.recovery_words, start=1))
    words = " ".join(prepared.recovery_words)
    slots.revoke(session, prepared, typed, "une autre phrase très longue", kdf=KdfParameters(1, 8192)).close()
    assert ask(filled, words, WORD_LIST)["attachments"] == 5
    assert ask(filled, "une autre phrase tre\u0300s longue")["attachments"] == 5
    assert ask(filled) == "No slot opens."


def test_a_changed_entry_is_found_by_the_stranger_too(filled):
    change = "UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), 'a', 'b') AS BLOB) WHERE n = 5"
    filled.usa.vault._database.run(change)
    filled.usa.vault.close()
    assert ask(filled) == "The chain breaks at entry 5."


def test_a_changed_table_blob_and_revision_are_found(filled):
    session = filled.usa
    blob = next(path for path in sorted((session.vault.folder / "blobs").rglob("*")) if path.stat().st_size == 16 + 1)
    session.vault._database.run("INSERT INTO draft VALUES ('x', '2026-11-24T06:02:56Z', x'00')")
    session.vault.close()
    assert ask(filled) == "The table draft is not as the chain says."
    session = unlock(filled.folder / "usa", PASSPHRASE)
    session.vault._database.run("DELETE FROM draft")
    session.vault._database.run("UPDATE revision SET unverified = 1 WHERE n = 1")
    session.vault.close()
    assert ask(filled) == "A revision does not fit its digest."
    session = unlock(filled.folder / "usa", PASSPHRASE)
    session.vault._database.run("UPDATE revision SET unverified = 0 WHERE n = 1")
    session.vault.close()
    assert isinstance(ask(filled), dict)
    blob.write_bytes(bytes(17))
    assert "InvalidTag" in ask(filled)
