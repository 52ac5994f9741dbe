"""Renewal, loss and the second act, typed as officers would type them; vaults with a cheap passphrase slot."""

# ruff: noqa: ANN001 - the arguments are fixtures of this file
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from briefcase import resources
from briefcase.cli.main import main
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.session import create_vault

PASSPHRASE = "a passphrase of words"
LABEL = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, GBR"}'
LINES = (
    f'{{"kind":"case","id":"c","title":"Pumps","status":"open",{LABEL}}}\n'
    f'{{"kind":"note","id":"n","title":"Call","text":"x","case_ids":["c"],{LABEL}}}\n'
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> Callable[..., tuple[int, Any, str]]:
    """Make two vaults, each with its own case, and return a way to run a command on one of them."""
    monkeypatch.chdir(tmp_path)
    Path("pass").write_text(PASSPHRASE, encoding="utf-8")
    Path("lines").write_text(LINES, encoding="utf-8")
    pack = resources.path("packs", "exercise.toml")
    for folder, name, agency in (("usa", "Dana", "USA/BIS"), ("gbr", "Owen", "GBR/HMRC")):
        more = {"agency": agency, "country": agency[:3], "officer": name, "pack": pack, "device": f"{folder} laptop"}
        create_vault(Path(folder), PASSPHRASE, **more, kdf=KdfParameters(1, 8192)).session.close()

    def act(vault: str, *words: object) -> tuple[int, Any, str]:
        capfd.readouterr()
        status = main(["--vault", vault, "--passphrase-file", "pass", "--json", *map(str, words)])
        said = capfd.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err.split(":", maxsplit=1)[0]

    return act


def good(said: tuple[int, Any, str]) -> Any:  # noqa: ANN401 - JSON
    assert (said[0], said[2]) == (0, ""), said
    return said[1]


def meet(run, here: str, there: str, agency: str, card: str, *, verify: bool = True) -> dict[str, Any]:
    good(run(there, "contact", "export", card))
    contact = good(run(here, "contact", "import", card))
    if verify:
        words = " ".join(contact["words"])
        where = ["--agency", agency, "--country", agency[:3]]
        contact = good(run(here, "contact", "verify", contact["fingerprint"], "--words", words, *where))
    return contact


def hand_over(run, here: str, to: str) -> str:
    good(run(here, "record", "add", "lines"))
    case = good(run(here, "case", "list"))["cases"][-1]["id"]
    Path("stick").mkdir(exist_ok=True)
    return good(run(here, "handover", case, "--to", to, "--out", "stick"))["files"][0]["file"]


def test_renewed_and_lost(run) -> None:
    meet(run, "gbr", "usa", "USA/BIS", "usa.card")
    old = meet(run, "usa", "gbr", "GBR/HMRC", "gbr.card")
    assert (old["role"], old["device"], old["serial"]) == ("officer", "gbr laptop", 1)
    before = hand_over(run, "gbr", "Dana")
    sealed = hand_over(run, "usa", "Owen")

    new = good(run("gbr", "identity", "renew", "--device", "second", "--revocation", "revocation.txt"))
    assert (new["predecessor"], new["serial"], new["device"]) == (old["fingerprint"], 2, "second")
    assert [one["fingerprint"] for one in good(run("gbr", "identity", "show"))["former"]] == [old["fingerprint"]]
    assert good(run("gbr", "bundle", "verify", sealed))["opened_with"] == old["fingerprint"]

    renewed = meet(run, "usa", "gbr", "GBR/HMRC", "new.card", verify=False)
    assert (renewed["state"], renewed["renewal"]) == ("unverified", "signed")
    assert run("usa", "contact", "show", "Owen")[2] == "SERVICE_CONTACT_AMBIGUOUS"
    meet(run, "usa", "gbr", "GBR/HMRC", "newer.card")
    shown = good(run("usa", "contact", "show", old["fingerprint"]))
    assert (shown["state"], shown["replaced_by"], len(shown["words_fr"])) == ("replaced", new["fingerprint"], 12)
    assert run("usa", "handover", "Pumps", "--to", old["fingerprint"], "--dry-run")[2] == "SERVICE_CONTACT_REPLACED"
    good(run("usa", "handover", "Pumps", "--to", "Owen", "--dry-run"))
    assert good(run("usa", "bundle", "verify", before))["sender_state"] == "replaced"

    cards = good(run("usa", "contact", "revoke", "revocation.txt"))["cards"]
    assert [one["effect"] for one in cards] == ["revoked", "known"]
    assert run("usa", "bundle", "take-in", before)[0] == 11
    status, said, code = run("usa", "bundle", "take-in", before, "--accept-unverified")
    assert (status, said["verdict"], code) == (11, "revoked_sender", "SERVICE_TAKE_IN_REFUSED")
    assert run("usa", "bundle", "list", before)[0] == 11
    assert run("usa", "handover", "Pumps", "--to", new["fingerprint"], "--dry-run")[2] == "SERVICE_CONTACT_REVOKED"
    assert good(run("usa", "contact", "export-revocations", "kept.txt"))["count"] == 2
    assert good(run("usa", "vault", "check"))["whole"]
    assert good(run("gbr", "vault", "check"))["whole"]


def test_reported_by_telephone(run) -> None:
    meet(run, "usa", "gbr", "GBR/HMRC", "gbr.card")
    assert run("usa", "contact", "compromised", "Owen", "--reason", "x", "--since", "now")[2] == "SERVICE_TIME_INVALID"
    assert good(run("usa", "contact", "compromised", "Owen", "--reason", "told"))["effect"] == "revoked"
    assert good(run("usa", "contact", "list"))["contacts"][0]["state"] == "revoked"
    assert good(run("gbr", "identity", "revocation", "again.txt")) == {"file": "again.txt"}
    assert good(run("usa", "contact", "revoke", "again.txt"))["cards"][0]["effect"] == "known"


def test_a_second_act_takes_in_from_an_unverified_sender(run) -> None:
    meet(run, "gbr", "usa", "USA/BIS", "usa.card")
    meet(run, "usa", "gbr", "GBR/HMRC", "gbr.card", verify=False)
    sealed = hand_over(run, "gbr", "Dana")
    status, said, code = run("usa", "bundle", "take-in", sealed)
    assert (status, said["verdict"], code) == (11, "unverified_sender", "SERVICE_TAKE_IN_REFUSED")
    taken = good(run("usa", "bundle", "take-in", sealed, "--accept-unverified"))
    assert (taken["accepted"], len(taken["reported"]), taken["new"]) == ("unverified", 2, [])


def test_the_role_is_one_of_two(run) -> None:
    who = ["--agency", "USA/BIS", "--country", "USA", "--officer", "Records", "--pack", "exercise"]
    assert run("x", "vault", "create", "new", *who, "--role", "boss")[2] == "USAGE"
    assert not Path("new").exists()
