"""A person without the program types the commands of docs/bundle-format.md, section 13, at a bundle of the program."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "bundle-format.md"
MODULES = os.environ.get("BRIEFCASE_TEST_NODE_MODULES", "")
NAME = "3828d642a1681868.brief"  # as the document calls the file
TOOLS = ("bash", "unzip", "ssh-keygen", "node", "sha256sum", "base64", "grep", "sed", "find")


def blocks():
    """Return the commands and texts of the section in their order."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = text[text.index("## 13. Without this program") : text.index("## 14.")]
    return [textwrap.dedent(block).strip("\n") for block in re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)]


@dataclass
class Walk:
    """The folder of the stranger, and what was typed and answered there.

    Attributes:
        folder: holds the key, the card and the sealed file.
        typed: every command with its answer.
    """

    folder: Path
    typed: list[str]

    def type(self, command, where="out", status=0):
        """Type one command; return what was answered on both streams."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder / where,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        answer = done.stdout.decode()
        lines = command.replace("\n", "\n> ")
        self.typed.append(f"{where or '.'} $ {lines}\n{answer}")
        assert status is None or done.returncode == status, (command, answer)
        return answer


@pytest.fixture(scope="module")
def commands():
    given = blocks()
    assert len(given) == 11
    names = (
        "age",
        "decrypt",
        "unpack",
        "key",
        "card",
        "signature",
        "files",
        "unsigned",
        "sender",
        "recipients",
        "mldsa",
    )
    return dict(zip(names, given, strict=True))


@pytest.fixture(scope="module")
def walk(story, tmp_path_factory, commands):
    """Return the walk up to the unpacked archive."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"not here: {missing}")
    if not MODULES:
        pytest.skip("BRIEFCASE_TEST_NODE_MODULES names no folder with age-encryption")
    walk = Walk(tmp_path_factory.mktemp("stranger"), [])
    shutil.copy(story.files["gbr"], walk.folder / NAME)
    shutil.copy(story.desk.folder / "usa.card", walk.folder / "sender.card")
    story.desk.run("gbr", "identity", "export-secret", walk.folder / "key.txt")
    (walk.folder / "node_modules").symlink_to(MODULES, target_is_directory=True)
    (walk.folder / "decrypt.mjs").write_text(commands["decrypt"] + "\n", encoding="utf-8")
    (walk.folder / "mldsa.mjs").write_text(commands["mldsa"] + "\n", encoding="utf-8")
    walk.type(f"node decrypt.mjs {NAME}", where="")
    walk.type(commands["unpack"], where="")
    walk.type(commands["key"])
    yield walk
    if named := os.environ.get("BRIEFCASE_TEST_TRANSCRIPT", ""):
        Path(named).write_text("\n".join(walk.typed), encoding="utf-8")


def test_the_card_is_the_one_that_was_compared(walk, commands, story):
    assert walk.type(commands["card"]).split()[0] == story.desk.fingerprints["usa"]


def test_the_signature_is_good(walk, commands):
    answer = walk.type(commands["signature"])
    assert answer.startswith('Good "briefcase-bundle-v1" signature for sender with ED25519 key SHA256:')


def test_every_file_is_the_one_that_was_signed_and_there_is_no_other(walk, commands):
    answer = walk.type(commands["files"]).splitlines()
    assert all(line.endswith(": OK") for line in answer)
    listed = {line.removesuffix(": OK") for line in answer}
    out = walk.folder / "out"
    here = {str(each.relative_to(out)) for each in out.rglob("*") if each.is_file()}
    assert listed == {each for each in here if not each.startswith("briefcase/")}
    assert walk.type(commands["unsigned"], status=None) == ""


def test_sender_and_recipients_are_named(walk, commands, story):
    assert walk.type(commands["sender"]).splitlines() == [story.desk.fingerprints["usa"]]
    assert walk.type(commands["recipients"]).splitlines() == [story.desk.fingerprints["gbr"]]


HARD = ("a]b", "c}d", 'e"f', "g\\", '\\"],"sender":{', '"},{"fingerprint":"' + "f" * 64 + '","name":"', "Ü مریم 漢\n\t")


def test_no_name_hides_a_sender_or_a_recipient(copy, commands):
    """Names with brackets, quotes and backslashes, and an extension that looks like both."""
    path = copy.folder / "out" / "briefcase" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    people = [{"fingerprint": f"{number:064x}", "name": name} for number, name in enumerate(HARD)]
    for name in HARD:
        manifest["recipients"] = people
        manifest["sender"] = {"agency": name, "fingerprint": "e" * 64, "name": name}
        manifest["extensions"] = {
            "x": {"recipients": people[:1], "sender": {**manifest["sender"], "fingerprint": "d" * 64}}
        }
        manifest["purpose"] = manifest["caveat"] = '"sender":{"agency":"","fingerprint":"' + "c" * 64 + '","name":""}'
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        path.write_text(text, encoding="utf-8")
        assert copy.type(commands["sender"]).splitlines() == ["e" * 64]
        assert copy.type(commands["recipients"]).splitlines() == [one["fingerprint"] for one in people]


def test_a_second_implementation_accepts_the_second_signature(walk):
    assert walk.type("node mldsa.mjs", where="") == "true\n"


def test_the_page_can_be_read(walk):
    page = (walk.folder / "out" / "READ-ME-FIRST.html").read_text(encoding="utf-8")
    records = (walk.folder / "out" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert "İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti." in page
    for record in map(json.loads, records):
        assert f'id="r-{record["id"]}"' in page


@pytest.fixture
def copy(walk, tmp_path):
    """Return the same walk in a copy of the folder, to be spoiled."""
    shutil.copytree(walk.folder, tmp_path / "copy", symlinks=True)
    return Walk(tmp_path / "copy", [])


def test_a_changed_file_is_seen(copy, commands):
    with (copy.folder / "out" / "records.jsonl").open("ab") as file:
        file.write(b"{}\n")
    assert "records.jsonl: FAILED" in copy.type(commands["files"], status=1)


def test_a_file_that_nobody_signed_is_seen(copy, commands):
    (copy.folder / "out" / "attachments" / "extra.html").write_text("<p>", encoding="utf-8")
    (copy.folder / "out" / "link").symlink_to("/")
    answer = copy.type(commands["unsigned"], status=None).split()
    assert sorted(answer) == ["attachments/extra.html", "link"]


@pytest.mark.parametrize(
    "name",
    [
        "briefcase/run.sh",
        "briefcase/in/manifest.json",
        " records.jsonl",
        'label.xml","sha256"',
        "records.jsonl\n./label.xml",
        "records",
        "briefcase/padding.html",
    ],
)
def test_no_name_of_a_file_that_nobody_signed_is_overlooked(copy, commands, name):
    path = copy.folder / "out" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert copy.type(commands["unsigned"], status=None) != ""


def test_a_changed_manifest_is_seen(copy, commands):
    manifest = copy.folder / "out" / "briefcase" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"Owen", b"Oven"))
    assert "Good" not in copy.type(commands["signature"], status=255)
    assert copy.type("node mldsa.mjs", where="") == "false\n"


def test_another_card_is_seen(copy, commands, story):
    shutil.copy(story.desk.folder / "aus.card", copy.folder / "sender.card")
    copy.type(commands["key"])
    assert copy.type(commands["card"]).split()[0] == story.desk.fingerprints["aus"]
    assert "Good" not in copy.type(commands["signature"], status=255)
    assert copy.type("node mldsa.mjs", where="") == "false\n"


def test_age_itself_opens_it(walk, commands, tmp_path):
    if shutil.which("age") is None:
        pytest.skip("age is not here")
    version = subprocess.run(["age", "--version"], capture_output=True, check=True, text=True).stdout
    numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
    if numbers < [1, 3]:
        pytest.skip(f"no age that knows this recipient type: {version.strip()}")
    for name in ("key.txt", NAME):
        shutil.copy(walk.folder / name, tmp_path / name)
    Walk(tmp_path, walk.typed).type(commands["age"], where="")
    assert (tmp_path / "bundle.zip").read_bytes() == (walk.folder / "bundle.zip").read_bytes()
