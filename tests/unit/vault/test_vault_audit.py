"""The audit chain and the check: every entry follows from the one before, and what was changed outside is named."""

# ruff: noqa: ANN001, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import hashlib
import io
import shutil

import pytest

from briefcase.seal import canonical
from briefcase.seal.keyslots import subkey
from briefcase.vault import audit as chains
from briefcase.vault.errors import VaultError
from briefcase.vault.values import Source
from briefcase.vault.vault import open_vault


def areas(vault):
    return [finding.area for finding in vault.check()]


@pytest.fixture
def busy(vault, make):
    """A vault in which a few things have happened."""
    party = make.party("Acme")
    vault.records.put(party, actor="Ann")
    vault.records.put_many([make.party(str(number)) for number in range(20)], actor="Ann")
    vault.records.put(make.next(party, remarks="second"), actor="Ann")
    vault.records.put(make.note(), actor="Ann", source=Source("ab" * 32, "b1"))
    vault.attachments.add(io.BytesIO(b"data" * 50_000), actor="Ann")
    vault.audit.append("vault.unlock", actor="Ann")
    return vault


def test_a_busy_vault_is_whole(busy):
    assert busy.audit.verify() == []
    assert busy.check() == []
    assert busy.audit.size() == 7
    assert [entry.action for entry in busy.audit.newest(2)] == ["vault.unlock", "attachment.add"]


def test_the_chain_is_what_the_format_says(busy, master):
    """Recomputed with nothing but hashlib."""
    key = subkey(master, "audit")

    def blake(data, key=b""):
        return hashlib.blake2b(data, digest_size=32, key=key).digest()

    value = blake(b"briefcase-audit/1" + bytes.fromhex(busy.vault_id), key)
    for number, entry, chain in busy._database.rows("SELECT n, entry, chain FROM audit ORDER BY n"):
        value = blake(value + number.to_bytes(8, "big") + blake(entry), key)
        assert chain == value
        assert canonical.encode(canonical.decode(entry)) == entry
    assert busy.audit.head() == value.hex()


def test_a_revision_digest_is_what_the_format_says(busy):
    sql = "SELECT salt, digest, body, standing, received_from, bundle, unverified FROM revision"
    for salt, digest, body, standing, sender, bundle, unverified in busy._database.rows(sql):
        prefix = canonical.encode([standing, sender, bundle, bool(unverified)])
        assert digest == hashlib.blake2b(prefix + b"\n" + body, digest_size=32, key=salt).digest()


def test_an_entry_holds_what_was_said(vault):
    vault.audit.append("handover.seal", "bundle-7", {"recipients": ["ab"], "count": 3}, actor="Ann")
    (entry,) = vault.audit.newest(1)
    assert (entry.action, entry.subject, entry.actor) == ("handover.seal", "bundle-7", "Ann")
    assert entry.detail == {"recipients": ["ab"], "count": 3}
    assert entry.time.endswith("Z")
    assert entry.chain == vault.audit.head()


def test_heads_that_were_given_out_are_known_again(busy, make):
    head = busy.audit.head()
    busy.records.put(make.party(), actor="Ann")
    assert busy.audit.contains(head)
    assert not busy.audit.contains("00" * 32)
    assert not busy.audit.contains("nonsense")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit SET entry = replace(entry, 'Ann', 'Bob') WHERE n = 3", "audit"),
        ("DELETE FROM audit WHERE n = 6", "audit"),
        ("UPDATE audit SET chain = randomblob(32) WHERE n = 4", "audit"),
        ("UPDATE revision SET body = replace(body, 'Acme', 'Bcme')", "records"),
        ("UPDATE revision SET unverified = 1 WHERE bundle = 'b1'", "records"),
        ("UPDATE revision SET received_from = '' WHERE bundle = 'b1'", "records"),
        ("UPDATE revision SET digest = randomblob(32) WHERE n = 7", "records"),
        ("UPDATE revision SET body = NULL WHERE n = 7", "records"),
        ("UPDATE revision SET audit = 3 WHERE n = 1", "records"),
        ("UPDATE revision SET audit = 99 WHERE n = 1", "records"),
        ("UPDATE record SET current = 1 WHERE n = 1", "records"),
        ("UPDATE record SET id = randomblob(16) WHERE n = 2", "records"),
        ("DELETE FROM name WHERE record = 1", "records"),
        ("UPDATE record SET title = 'x' WHERE n = 3", "records"),
        ("UPDATE record SET created = 'x' WHERE n = 3", "records"),
        ("UPDATE revision SET author = 'x' WHERE n = 3", "records"),
        ("DELETE FROM name_index WHERE rowid = 3", "search"),
        ("UPDATE setting SET value = x'00' WHERE name = 'officer'", "tables"),
        ("UPDATE attachment SET size = size + 1", "attachments"),
        ("UPDATE attachment SET wrapped = randomblob(48)", "attachments"),
    ],
)
def test_what_was_changed_behind_the_program_is_found(busy, statement, expected):
    if "body = replace" in statement or "entry = replace" in statement:
        # replace() makes text of a blob
        statement = statement.replace("replace(", "CAST(replace(CAST(", 1).replace(", 'A", " AS TEXT), 'A", 1)
        statement = statement.replace("')", "') AS BLOB)", 1)
    assert busy._database.run(statement) > 0
    assert expected in areas(busy)


def test_a_revision_without_words_is_a_fault(busy):
    """What was purged has a row in another table; here words are never missing."""
    busy._database.run("UPDATE revision SET body = NULL, salt = NULL WHERE n = 1")
    assert "records" in [one.area for one in busy.check()]


def test_a_page_put_back_from_an_older_file_is_found(busy, folder, master, make):
    """The page is authentic and of the same number, so only the chain can see it."""
    busy.close()
    old = (folder / "store.db").read_bytes()
    with open_vault(folder, master) as again:
        again.records.put_many([make.party(f"Later {number}") for number in range(50)], actor="Ann")
    new = (folder / "store.db").read_bytes()
    found = 0
    for page in range(len(old) // 4096):
        span = slice(page * 4096, page * 4096 + 4096)
        if old[span] == new[span]:
            continue
        (folder / "store.db").write_bytes(new[: span.start] + old[span] + new[span.stop :])
        try:
            with open_vault(folder, master) as again:
                found += bool(again.check())
        except VaultError:  # refused is found, too
            found += 1
        (folder / "store.db-wal").unlink(missing_ok=True)
    (folder / "store.db").write_bytes(new)
    assert found >= 3
    shutil.rmtree(folder)


def test_an_older_copy_of_the_whole_folder_shows_only_against_a_head(busy, folder, master, make, tmp_path):
    busy.close()
    shutil.copytree(folder, tmp_path / "old")
    with open_vault(folder, master) as again:
        again.records.put(make.party(), actor="Ann")
        printed = again.audit.head()
    with open_vault(tmp_path / "old", master) as old:
        assert old.check() == []
        assert not old.audit.contains(printed)


def test_a_clock_that_was_put_back_is_seen(monkeypatch, vault):
    vault.audit.see_time("2030-01-01T00:00:00Z")
    assert vault.audit.now() == "2030-01-01T00:00:00Z"
    monkeypatch.setattr(chains, "now", lambda: "2029-01-01T00:00:00Z")
    vault.audit.append("test", actor="Ann")
    assert b'"clock":"2030-01-01T00:00:00Z"' in vault._database.rows("SELECT entry FROM audit ORDER BY n")[-1][0]
    assert vault.audit.highest_time() == "2030-01-01T00:00:00Z"
    vault.audit.see_time("2031-01-01T00:00:00Z")
    assert vault.audit.now() == "2031-01-01T00:00:00Z"
    assert areas(vault) == ["clock"]


def test_findings_are_sentences(busy):
    busy._database.run("DELETE FROM audit WHERE n = 6")
    for finding in busy.check():
        assert finding.words[0].isupper()
        assert finding.words.endswith(".")
        assert "%" not in finding.words
