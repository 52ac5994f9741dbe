"""Packs at the command line: a record authority signs, an officer makes a vault under its root, loads and refuses."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import json

import pytest

from briefcase import resources

WHO = ("--agency", "USA/BIS", "--country", "USA")


@pytest.mark.slow
def test_an_agency_issues_its_pack_and_an_officer_loads_only_that(desk):
    def run(vault, *words, status=0):
        done = desk.start("--vault", f"{vault}.briefcase", "--passphrase-file", desk.passphrase_file, "--json", *words)
        assert done.returncode == status, done.stderr.decode()
        return json.loads(done.stdout) if status == 0 else done.stderr.decode().split(":")[0]

    folder = desk.folder
    made = run("authority", "vault", "create", folder / "authority.briefcase", *WHO, "--officer", "Records",
               "--role", "agency", "--pack", "exercise")  # fmt: skip
    root = made["fingerprint"]
    text = resources.read_text("packs", "exercise.toml").replace("version = 2", "version = 3", 1)
    (folder / "agency.toml").write_text(text.replace('"fictitious"', '"official"', 1), encoding="utf-8")
    assert run("authority", "pack", "sign", "agency.toml") == {"file": "agency.toml.sig", "signer": root}
    assert run("authority", "pack", "sign", "agency.toml", status=2) == "SERVICE_FILE_EXISTS"
    officer = ("vault", "create", folder / "officer.briefcase", *WHO, "--officer", "Ann", "--pack", "agency.toml")
    assert run("officer", *officer, status=4) == "SERVICE_PACK_UNSIGNED"
    assert run("officer", *officer, "--root", "f" * 64, status=4) == "SERVICE_PACK_OTHER_ROOT"
    assert not (folder / "officer.briefcase").exists()
    run("officer", *officer, "--root", root)
    shown = run("officer", "pack", "show")
    assert (shown["signed"], shown["signer"], shown["root"], shown["version"]) == ("root", root, root, 3)
    assert shown["partners"]["GBR"]["EXERCISE"] == "EXERCISE SECRET"
    assert run("officer", "pack", "root")["words"] == made["words"]
    assert run("officer", "vault", "info")["pack_signed"] is True
    (folder / "older.toml").write_text(text.replace("version = 3", "version = 1", 1), encoding="utf-8")
    run("authority", "pack", "sign", "older.toml")
    assert run("officer", "pack", "load", "older.toml", status=4) == "SERVICE_PACK_OLDER"
    (folder / "bare.toml").write_text(text.replace("version = 3", "version = 9", 1), encoding="utf-8")
    assert run("officer", "pack", "load", "bare.toml", "--draft", status=4) == "SERVICE_PACK_UNSIGNED"
    assert run("officer", "pack", "show", "bare.toml")["signed"] == "nobody"
    run("authority", "pack", "sign", "bare.toml")
    assert run("officer", "pack", "load", "bare.toml")["version"] == 9
    assert run("officer", "pack", "root", "Ann", status=2) == "SERVICE_CONTACT_UNKNOWN"
    actions = [one["action"] for one in run("officer", "vault", "log", "--action", "pack.")["entries"]]
    assert actions == ["pack.root", "pack.load", "pack.refused", "pack.refused", "pack.load"]
