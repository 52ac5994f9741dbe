"""The command line as a contract: options anywhere, no prompts, errors in one line, statuses, and hostile input.

The vaults have a cheap passphrase slot, so that a command in this process costs milliseconds.
"""

# ruff: noqa: ANN001 - the untyped arguments are fixtures of this file
from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import briefcase
from briefcase import resources
from briefcase.cli.main import main
from briefcase.cli.output import Output
from briefcase.seal.card import card_text
from briefcase.seal.identity import create_identity
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import contacts
from briefcase.services.session import Session, create_vault, unlock

PASSPHRASE = "a passphrase of words"
LABEL = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, GBR"}'
CASE = f'{{"kind":"case","id":"c","title":"Pumps","status":"open",{LABEL}}}\n'
NOTE = f'{{"kind":"note","id":"n","title":"Call","text":"x","case_ids":["c"],{LABEL}}}\n'
ERROR = re.compile(r"[A-Z][A-Z0-9_]+: [^\n]+[.)] [^\n]+\.\n\Z")
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])


@dataclass
class Said:
    """What one command ended with and said."""

    status: int
    out: str
    err: str

    @property
    def code(self) -> str:
        """The code of the error; the line must have the agreed form."""
        assert ERROR.match(self.err), self.err
        assert self.status not in (0, 70), self.err
        return self.err.split(":", maxsplit=1)[0]

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        assert (self.status, self.err) == (0, ""), self.err
        return json.loads(self.out)


def make(folder: Path, name: str, agency: str) -> Session:
    pack = resources.path("packs", "exercise.toml")
    country = agency[:3]
    cheap = KdfParameters(1, 8192)
    created = create_vault(folder, PASSPHRASE, agency=agency, country=country, officer=name, pack=pack, kdf=cheap)
    return created.session


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a vault that knows one verified and one unverified partner, and two of one name."""
    root = tmp_path_factory.mktemp("contract")
    (root / "pass").write_text(PASSPHRASE + "\n", encoding="utf-8")
    usa = make(root / "usa", "Ann Ash", "USA/BIS")
    cards = [("Bob Birch", "GBR/HMRC"), ("Cy Cedar", "AUS/ABF"), ("Di Doe", "GBR/HMRC"), ("Di Doe", "GBR/NCA")]
    for number, (name, agency) in enumerate(cards):
        identity = create_identity(name, agency, agency[:3])
        path = root / f"{number}.card"
        path.write_text(card_text(identity.signed_card), encoding="utf-8")
        kept = contacts.import_card(usa, path)
        if number == 0:
            contacts.verify(usa, kept.fingerprint, " ".join(identity.card.words()), agency, agency[:3])
    usa.close()
    return root


@pytest.fixture
def root(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a fresh copy of that folder and work in it."""
    copy = tmp_path / "desk"
    shutil.copytree(original, copy)
    monkeypatch.chdir(copy)
    monkeypatch.delenv("BRIEFCASE_VAULT", raising=False)
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield copy


@pytest.fixture
def bare(root: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a way to run exactly these words in this process."""
    assert root.is_dir()

    def run(*words: object) -> Said:
        capfd.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        said = Said(status, *capfd.readouterr())
        assert "Traceback" not in said.err
        return said

    return run


@pytest.fixture
def run(bare) -> Callable[..., Said]:
    """Return a way to run a command on the vault."""
    return lambda *words: bare("--vault", "usa", "--passphrase-file", "pass", *words)


# ---------------------------------------------------------------- options, vault and passphrase


def test_the_common_options_stand_before_and_after(bare) -> None:
    common = ["--vault", "usa", "--passphrase-file", "pass", "--json"]
    before = bare(*common, "contact", "list").json
    between = bare("contact", *common, "list").json
    after = bare("contact", "list", *common).json
    mixed = bare("--vault=usa", "contact", "list", "--json", "--passphrase-file=pass").json
    assert before == between == after == mixed
    assert len(before["contacts"]) == 4


def test_the_vault_may_be_named_in_the_environment(bare, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bare("case", "list", "--passphrase-file", "pass").code == "SERVICE_VAULT_NOT_NAMED"
    monkeypatch.setenv("BRIEFCASE_VAULT", "usa")
    assert bare("case", "list", "--passphrase-file", "pass").status == 0
    assert bare("--vault", "other", "case", "list", "--passphrase-file", "pass").code == "VAULT_MISSING"


def test_without_a_terminal_nothing_prompts(bare) -> None:
    said = bare("--vault", "usa", "case", "list")
    assert (said.code, said.status, said.out) == ("SERVICE_PASSPHRASE_MISSING", 2, "")
    who = ["--agency", "USA/BIS", "--country", "USA", "--officer", "Ann", "--pack", "exercise"]
    assert bare("vault", "create", "new", *who).code == "SERVICE_PASSPHRASE_MISSING"
    assert not Path("new").exists()


@pytest.mark.parametrize("text", [b"wrong passphrase", b"", b"\xff\xfe\x00", PASSPHRASE.encode() + b"\n\n"])
def test_a_wrong_passphrase_is_said_and_nothing_more(bare, root: Path, text: bytes) -> None:
    (root / "wrong").write_bytes(text)
    said = bare("--vault", "usa", "--passphrase-file", "wrong", "case", "list")
    assert (said.code, said.status, said.out) == ("SERVICE_PASSPHRASE_WRONG", 3, "")


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_the_final_newline_of_the_passphrase_file_is_dropped(bare, root: Path, ending: bytes) -> None:
    (root / "other").write_bytes(PASSPHRASE.encode() + ending)
    assert bare("--vault", "usa", "--passphrase-file", "other", "case", "list").status == 0


def test_a_vault_that_is_open_elsewhere_is_refused_at_once(run, root: Path) -> None:
    session = unlock(root / "usa", PASSPHRASE)
    try:
        script = "import sys; from briefcase.cli.main import main; sys.exit(main())"
        words = [sys.executable, "-c", script, "--vault", "usa", "--passphrase-file", "pass", "case", "list"]
        environment = {**os.environ, "PYTHONPATH": SOURCE}
        done = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=30)
        assert Said(done.returncode, done.stdout, done.stderr).code == "VAULT_IN_USE"
        assert done.returncode == 5
    finally:
        session.close()
    assert run("case", "list").status == 0


def test_help_and_version_need_no_vault(bare) -> None:
    assert "handover" in bare("--help").out
    assert bare("handover", "--help").status == 0
    assert bare("--version").out.startswith("briefcase ")
    assert bare().status == 0


@pytest.mark.parametrize(
    "words",
    [
        ("bogus",),
        ("case",),
        ("case", "bogus"),
        ("handover", "x"),
        ("handover", "x", "--to"),
        ("search",),
        ("search", "a", "--limit", "many"),
        ("--pass", "pass", "case", "list"),
        ("report", "x", "--out", "y", "--paper", "a5"),
        ("print", "x", "--printer", "y", "--copies", "0"),
        ("search", "\udc80\udcff"),
    ],
)
def test_a_command_that_is_not_one_is_a_usage_error(run, words: tuple[str, ...]) -> None:
    said = run(*words)
    assert (said.code, said.status, said.out) == ("USAGE", 2, "")


def test_answers_with_json_are_one_object(run, root: Path) -> None:
    (root / "lines").write_text(CASE + NOTE, encoding="utf-8")
    ids = run("record", "add", "lines", "--json").json["ids"]
    (root / "stick").mkdir()
    commands = [
        ("vault", "info"),
        ("vault", "check"),
        ("identity", "show"),
        ("contact", "list"),
        ("contact", "export", "mine.card"),
        ("case", "list"),
        ("case", "show", "pumps"),
        ("case", "show", ids[0]),
        ("record", "show", ids[1]),
        ("search", "call"),
        ("handover", "Pumps", "--to", "Bob Birch", "--dry-run"),
        ("handover", "Pumps", "--to", "Bob Birch", "--out", "stick"),
        ("report", "Pumps", "--out", "case.pdf"),
        ("identity", "export-secret", "key"),
    ]
    for words in commands:
        assert run(*words, "--json").json, words
    assert run("case", "show", "Pumps").out.startswith("EXERCISE OFFICIAL")


# ---------------------------------------------------------------- records


def test_a_missing_label_names_the_line_and_the_field(run, root: Path) -> None:
    (root / "lines").write_text(CASE + '\n{"kind":"note","title":"t","text":"x"}\n', encoding="utf-8")
    said = run("record", "add", "lines")
    assert said.code == "RECORD_LINE_INVALID"
    assert "line 3" in said.err
    assert "label" in said.err
    assert json.loads(run("case", "list", "--json").out)["cases"] == []


@pytest.mark.parametrize("name", ["originator", "author", "revision", "created", "parents", "commitments"])
def test_what_the_program_sets_is_never_accepted(run, root: Path, name: str) -> None:
    (root / "lines").write_text(NOTE.replace('"title"', f'"{name}":"x","title"'), encoding="utf-8")
    said = run("record", "add", "lines")
    assert said.code == "RECORD_LINE_INVALID"
    assert name in said.err
    (root / "good").write_text(CASE, encoding="utf-8")
    record_id = run("record", "add", "good").out.strip()
    (root / "edit").write_text(f'{{"{name}":"x"}}', encoding="utf-8")
    assert run("record", "edit", record_id, "edit").code == "RECORD_INVALID"


def test_lines_refer_to_each_other_and_edits_keep_history(run, root: Path) -> None:
    (root / "lines").write_text(NOTE + CASE, encoding="utf-8")
    note, case = run("record", "add", "lines").out.split()
    assert run("record", "show", note, "--json").json["record"]["case_ids"] == [case]
    (root / "edit").write_text('{"title":"Second call"}', encoding="utf-8")
    changed = run("record", "edit", note, "edit", "--json").json["record"]
    assert changed["title"] == "Second call"
    assert len(changed["parents"]) == 1
    (root / "lines").write_text(NOTE.replace('"n"', f'"{note}"').replace('"c"', f'"{case}"'), encoding="utf-8")
    assert run("record", "add", "lines").code == "SERVICE_RECORD_EXISTS"


LINES = {
    "nul bytes": b"\0\0\0\n",
    "nul in a value": NOTE.replace("Call", "a\\u0000b").encode(),
    "not utf-8": b'{"kind":"note","title":"\xff\xfe"}\n',
    "utf-16": NOTE.encode("utf-16"),
    "deep": b"[" * 100_000,
    "deeper": b'{"kind":' * 5_000,
    "a huge line": NOTE.replace("Call", "A" * 20_000_000).encode(),
    "a huge number": b'{"kind":"note","title":' + b"9" * 10_000 + b"}",
    "a name twice": NOTE.replace('"title"', '"text":"y","title"').encode(),
    "a list": b"[1,2]\n",
    "an unknown kind": NOTE.replace('"note"', '"nonsense"').encode(),
    "an unknown field": NOTE.replace('"title"', '"sender":"y","title"').encode(),
    "half a surrogate": NOTE.replace("Call", "\\ud800").encode(),
    "an unknown case": NOTE.encode(),
    "an unknown marking": NOTE.replace("EXERCISE OFFICIAL", "EXERCISE BOGUS").encode(),
}


@pytest.mark.parametrize("name", LINES)
def test_hostile_lines_are_refused_whole(run, root: Path, name: str) -> None:
    (root / "lines").write_bytes(LINES[name])
    said = run("record", "add", "lines")
    assert said.code in ("RECORD_LINE_INVALID", "RECORD_INVALID")
    assert len(said.err) < 500
    assert sum(json.loads(run("vault", "info", "--json").out)["records"].values()) == 0


# ---------------------------------------------------------------- partners


def test_ambiguous_unverified_and_unknown_partners_are_refused(run, root: Path) -> None:
    (root / "lines").write_text(CASE + NOTE, encoding="utf-8")
    run("record", "add", "lines")
    give = ("handover", "Pumps", "--out", "stick", "--to")
    (root / "stick").mkdir()
    assert run(*give, "di doe").code == "SERVICE_CONTACT_AMBIGUOUS"
    assert run(*give, "Nobody").code == "SERVICE_CONTACT_UNKNOWN"
    assert run(*give, "Cy Cedar").code == "SERVICE_CONTACT_NOT_VERIFIED"
    assert run(*give, "Bob Birch", "--to", "Cy Cedar").code == "SERVICE_CONTACT_NOT_VERIFIED"
    assert list((root / "stick").iterdir()) == []
    everybody = run("contact", "list", "--json").json["contacts"]
    double = next(one["fingerprint"] for one in everybody if one["name"] == "Di Doe")
    assert run(*give, double).code == "SERVICE_CONTACT_NOT_VERIFIED"
    nothing = run(*give, "Cy Cedar", "--allow-unverified")
    assert nothing.code == "SERVICE_NOTHING_RELEASED"
    assert run(*give, "Bob Birch", "--json").json["files"][0]["records"] == 2


def test_no_folder_is_made_where_a_stick_should_be(run, root: Path) -> None:
    (root / "lines").write_text(CASE, encoding="utf-8")
    (root / "body").write_text('{"subject":"s","text":"t"}', encoding="utf-8")
    (root / "there").write_bytes(b"mine")
    run("record", "add", "lines")
    before = {path.name for path in root.iterdir()}
    for out in ("stick", "media/stick", "there", "there/in"):
        for words in (
            ("handover", "Pumps", "--to", "Bob Birch"),
            ("message", "send", "request", "--to", "Bob Birch", "--body", "body"),
            ("receipt", "make", "0" * 32),
            ("codes", "read", "there"),
        ):
            said = run(*words, "--out", out)
            assert (said.code, said.status) == ("SERVICE_FOLDER_MISSING", 2), words
            assert out in said.err
    assert {path.name for path in root.iterdir()} == before


def test_wrong_words_leave_a_contact_unverified(run) -> None:
    known = ("--agency", "AUS/ABF", "--country", "AUS")
    assert run("contact", "verify", "Cy Cedar", "--words", " ".join(["region"] * 12), *known).status == 2
    for words in ("", "region", "zzz " * 12):
        assert run("contact", "verify", "Cy Cedar", "--words", words, *known).code
    everybody = run("contact", "list", "--json").json["contacts"]
    right = next(" ".join(one["words"]) for one in everybody if one["name"] == "Cy Cedar")
    for agency, country in (("AUS", "AUS"), ("AUS/ABF", "GBR"), ("aus/abf", "aus"), ("", "")):
        wrong = ("--agency", agency, "--country", country)
        said = run("contact", "verify", "Cy Cedar", "--words", right, *wrong)
        assert said.code == "SERVICE_AGENCY_INVALID"
    assert {one["name"]: one["state"] for one in everybody}["Cy Cedar"] == "unverified"
    assert run("contact", "verify", "Cy Cedar", "--words", right.upper(), *known, "--json").json["state"] == "verified"


@pytest.mark.parametrize("data", [b"", b"\0" * 9, b"\xff" * 100, b"x" * (2 << 20), b"-----BEGIN"])
def test_a_hostile_card_is_refused(run, root: Path, data: bytes) -> None:
    (root / "bad.card").write_bytes(data)
    assert run("contact", "import", "bad.card").code in ("SEAL_CARD", "SERVICE_FILE_TOO_LARGE")


# ---------------------------------------------------------------- files


READERS = [
    ("record", "add"),
    ("contact", "import"),
    ("bundle", "verify"),
    ("bundle", "list"),
    ("bundle", "take-in"),
]


@pytest.mark.parametrize("words", READERS)
def test_what_is_no_plain_file_is_refused_and_never_waited_for(run, root: Path, words: tuple[str, str]) -> None:
    os.mkfifo(root / "pipe")
    for name in ("pipe", "nowhere", "usa", ".", "/dev/zero", "a" * 300):
        said = run(*words, name)
        code = "UNREADABLE" if name in ("nowhere", "a" * 300) else "NOT_PLAIN"
        assert (said.code, said.status) == (f"SERVICE_FILE_{code}", 2), name


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"age-encryption.org/v1\n", b"PK\x03\x04" + b"x" * 3000])
def test_a_hostile_bundle_gets_a_verdict(run, root: Path, data: bytes) -> None:
    (root / "bad.brief").write_bytes(data)
    said = run("bundle", "verify", "bad.brief", "--json")
    assert said.status in (12, 13)
    assert json.loads(said.out)["verdict"] in ("broken", "incomplete")
    assert run("bundle", "take-in", "bad.brief").code == "SERVICE_TAKE_IN_REFUSED"
    shown = run("bundle", "show", "bad.brief", "records.jsonl")
    assert (shown.code, shown.out) == ("BUNDLE_NOT_READABLE", "")
    assert run("bundle", "list", "bad.brief").code == "BUNDLE_NOT_READABLE"


def test_nothing_that_is_there_is_overwritten(run, root: Path) -> None:
    (root / "lines").write_text(CASE, encoding="utf-8")
    run("record", "add", "lines")
    (root / "there").write_bytes(b"mine")
    for words in (
        ("contact", "export", "there"),
        ("identity", "export-secret", "there"),
        ("report", "Pumps", "--out", "there"),
    ):
        said = run(*words)
        assert (said.code, said.status) == ("SERVICE_FILE_EXISTS", 2), words
    assert run("report", "Pumps", "--out", "no/such/folder.pdf").code == "SERVICE_FILE_UNWRITABLE"
    assert run("demo", "--headless", "--out", "there").code == "SERVICE_FILE_UNWRITABLE"
    assert (root / "there").read_bytes() == b"mine"


def test_a_vault_is_not_made_when_its_sheets_cannot_be_written(bare, root: Path) -> None:
    who = ["--agency", "USA/BIS", "--country", "USA", "--officer", "Ann", "--passphrase-file", "pass"]
    make_it = ["vault", "create", "new", *who, "--pack", "exercise"]
    (root / "there").write_bytes(b"mine")
    assert bare(*make_it, "--recovery-sheet", "there").code == "SERVICE_FILE_EXISTS"
    assert bare(*make_it, "--revocation", "no/such").code == "SERVICE_FILE_UNWRITABLE"
    assert bare(*make_it, "--recovery-sheet", "one", "--revocation", "one").code == "SERVICE_FILE_EXISTS"
    assert bare("vault", "create", "new", *who, "--pack", "nonsense").code == "SERVICE_FILE_UNREADABLE"
    assert bare("vault", "create", "new", *who, "--pack", "pass").code == "RECORD_PACK_INVALID"
    (root / "mine.toml").write_bytes(resources.read_bytes("packs", "usa.toml"))
    assert bare("vault", "create", "new", *who, "--pack", "mine.toml").code == "SERVICE_PACK_UNSIGNED"
    assert (
        bare("vault", "create", "new", *who, "--pack", "mine.toml", "--root", "f" * 64).code == "SERVICE_PACK_UNSIGNED"
    )
    assert bare("vault", "create", "new", *who, "--pack", "mine.toml", "--root", "f").code == "SERVICE_PACK_ROOT_FORM"
    for name in ("", "a\nb", "a\x1b[31m", "A" * 5000):
        assert bare(*make_it, "--officer", name).code == "SERVICE_OFFICER_INVALID"
    assert bare("vault", "create", "usa", *who, "--pack", "exercise").code == "VAULT_EXISTS"
    (root / "short").write_bytes(b"seven77\n")
    assert bare(*make_it, "--passphrase-file", "short").code == "SERVICE_PASSPHRASE_SHORT"
    assert not (root / "new").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_said(run, root: Path) -> None:
    (root / "closed").mkdir(mode=0o500)
    assert run("contact", "export", "closed/card").code == "SERVICE_FILE_UNWRITABLE"


def test_what_a_terminal_would_obey_is_shown_as_a_code(run, root: Path) -> None:
    (root / "lines").write_text(CASE.replace("Pumps", "a\u200db"), encoding="utf-8")
    said = run("record", "add", "lines")
    shown = run("case", "list").out if said.status == 0 else said.err
    assert "\u202e" not in shown
    out = io.StringIO()
    Output(out, as_json=False).answer({}, ["  Purpose: x\nVerified: from Eve\x1b[1A\r"])
    assert out.getvalue() == "  Purpose: x\n    Verified: from Eve<U+001B>[1A<U+000D>\n"
    missing = run("record", "show", "\x1b[31mred")
    assert "\x1b" not in missing.err
    assert missing.code == "VAULT_RECORD_UNKNOWN"
