"""The two-person rule at the command line: no file without a second officer's word, which is for that file only."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import json
import shutil

import pytest

from briefcase import resources

FROM_USA = ("--agency", "USA/BIS", "--country", "USA")


@pytest.mark.slow
def test_a_file_goes_only_with_the_second_officers_word_for_exactly_that_file(desk, tmp_path):
    for name in ("usa", "gbr"):
        shutil.copytree(desk.vault(name), tmp_path / f"{name}.briefcase")

    def run(name, *words, status=0):
        common = ("--vault", tmp_path / f"{name}.briefcase", "--passphrase-file", desk.passphrase_file, "--json")
        done = desk.start(*common, *words)
        assert done.returncode == status, done.stderr.decode()
        return json.loads(done.stdout) if status == 0 else done.stderr.decode()

    exercise = resources.path("packs", "exercise.toml")
    made = run(
        "bea", "vault", "create", tmp_path / "bea.briefcase", *FROM_USA, "--officer", "Bea Stone", "--pack", exercise
    )
    run("bea", "contact", "export", tmp_path / "bea.card")
    for who, name, card in (("usa", "bea", tmp_path / "bea.card"), ("bea", "usa", desk.folder / "usa.card")):
        known = run(who, "contact", "import", card)
        words = made["words"] if name == "bea" else desk.words["usa"]
        run(who, "contact", "verify", known["name"], "--words", " ".join(words), *FROM_USA)
    pack = tmp_path / "two.toml"
    text = exercise.read_text(encoding="utf-8").replace("version = 2", "version = 3", 1)
    rule = f'\n[approval]\nneeded = 1\napprovers = ["{made["fingerprint"]}"]\n'
    pack.write_text(text + rule, encoding="utf-8")
    assert run("usa", "pack", "load", pack, "--draft")["approval"] == {"needed": 1, "approvers": [made["fingerprint"]]}
    shown = desk.start("--vault", tmp_path / "usa.briefcase", "--passphrase-file", desk.passphrase_file, "pack", "show")
    assert made["fingerprint"].encode() in shown.stdout

    label = {"marking": "EXERCISE SECRET//REL TO USA, AUS, CAN, GBR, NZL"}
    case = {"kind": "case", "id": "c", "title": "Two Persons", "reference": "EX-2", "status": "open", "label": label}
    (tmp_path / "case.jsonl").write_text(json.dumps(case) + "\n", encoding="utf-8")
    run("usa", "record", "add", tmp_path / "case.jsonl")
    for folder in ("stick", "asked"):
        (tmp_path / folder).mkdir()
    owen = ("--to", "Owen Hargreaves", "--out", tmp_path / "stick")
    asked = ("handover", "Two Persons", *owen, "--purpose", "Meeting", "--requests", tmp_path / "asked")
    assert "SERVICE_APPROVAL_NEEDED" in run("usa", *asked, status=4)
    (request,) = (tmp_path / "asked").iterdir()
    assert list((tmp_path / "stick").iterdir()) == []
    assert "SERVICE_APPROVAL_OWN" in run("usa", "approve", request, "--out", tmp_path / "own", status=4)
    given = run("bea", "approve", request, "--out", tmp_path / "word")
    assert (given["sender"], given["file"]) == ("Dana Whitfield", str(tmp_path / "word"))
    assert "SERVICE_FILE_EXISTS" in run("bea", "approve", request, "--out", tmp_path / "word", status=2)

    # Another purpose is another file: the word does not fit it.
    other = ("handover", "Two Persons", *owen, "--purpose", "Other", "--requests", tmp_path)
    assert "SERVICE_APPROVAL_NEEDED" in run("usa", *other, "--approval", tmp_path / "word", status=4)
    assert list((tmp_path / "stick").iterdir()) == []
    (sealed,) = run("usa", *asked, "--approval", tmp_path / "word")["files"]
    seen = run("gbr", "bundle", "verify", sealed["file"])
    (approval,) = seen["approvals"]
    assert (approval["fingerprint"], approval["claimed"], approval["state"]) == (
        made["fingerprint"],
        "USA/BIS",
        "unknown",
    )
