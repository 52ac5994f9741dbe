"""``vault check --head``, ``vault log`` and ``vault log-verify`` from a shell."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import json
import shutil

import pytest

from briefcase import resources
from briefcase.cli.main import main
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases
from briefcase.services.session import create_vault, unlock

PASSPHRASE = "a passphrase of words"
LINE = '{"kind":"case","status":"open","title":"A case","label":{"marking":"EXERCISE OFFICIAL"}}'


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Return a way to run one command on a fresh vault; it returns status, JSON and errors."""
    pack = resources.path("packs", "exercise.toml")
    for name, country, agency in (("usa", "USA", "USA/BIS"), ("gbr", "GBR", "GBR/HMRC")):
        who = {"agency": agency, "country": country, "officer": name, "pack": pack, "kdf": KdfParameters(1, 8192)}
        create_vault(tmp_path / name, PASSPHRASE, **who).session.close()
    (tmp_path / "pass").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", None)

    def act(*words, vault="usa"):
        capfd.readouterr()
        status = main([*map(str, words), "--vault", vault, "--passphrase-file", "pass", "--json"])
        said = capfd.readouterr()
        return status, json.loads(said.out) if said.out else {}, said.err

    return act


def test_a_vault_that_was_put_back_is_found_by_the_head_on_paper(run, tmp_path, monkeypatch):
    shutil.copytree(tmp_path / "usa", tmp_path / "older")
    session = unlock(tmp_path / "usa", PASSPHRASE)
    cases.add_lines(session, LINE)
    printed = session.vault.audit.head()[:32]
    session.close()
    grouped = " ".join(printed[at : at + 4] for at in range(0, 32, 4))
    status, said, _ = run("vault", "check", "--head", grouped)
    assert (status, said["whole"], [one["severity"] for one in said["findings"]]) == (0, True, ["notice"])

    shutil.rmtree(tmp_path / "usa")
    shutil.copytree(tmp_path / "older", tmp_path / "usa")
    status, said, err = run("vault", "check", "--head", grouped)
    assert (status, said["whole"]) == (4, False)
    assert {one["area"] for one in said["findings"]} == {"audit"}
    assert "put back to an older copy" in err  # by the mark in the profile
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    shutil.rmtree(tmp_path / "usa")
    shutil.copytree(tmp_path / "older", tmp_path / "usa")
    status, said, err = run("vault", "check")
    assert (status, said["findings"], err) == (0, [], "")
    assert "Not seen" in said["unseen"][0]
    assert run("vault", "check", "--head", "abc")[0] == 2


def test_the_log_is_listed_and_goes_out_signed(run, tmp_path):
    status, said, _ = run("vault", "log", "--action", "vault.")
    assert status == 0
    assert [one["action"] for one in said["entries"]] == ["vault.create", "vault.unlock"]
    assert run("vault", "log", "--limit", "1")[1]["entries"][0]["action"] == "vault.unlock"
    status, said, _ = run("vault", "log", "--out", "log.jsonl")
    assert status == 0
    assert run("vault", "log", "--out", "log.jsonl")[0] != 0  # never over another file
    status, read, _ = run("vault", "log-verify", "log.jsonl")
    assert (status, read["state"], read["entries"], read["head"]) == (0, "verified", said["entries"], said["head"])
    status, read, _ = run("vault", "log-verify", "log.jsonl", vault="gbr")
    assert (status, read["state"]) == (11, "unknown")
    data = (tmp_path / "log.jsonl").read_bytes()
    (tmp_path / "log.jsonl").write_bytes(data.replace(b"vault.create", b"vault.grante"))
    assert run("vault", "log-verify", "log.jsonl")[0] == 4
