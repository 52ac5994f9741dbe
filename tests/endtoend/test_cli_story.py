"""The story S1 on the command line, whole: written, cleared, sealed, carried, judged, taken in and printed.

Commands are real processes. Where a check needs hundreds of them, the command runs in this process on a vault that
was opened once, because every process spends a second on the passphrase.
"""

# ruff: noqa: ANN001 - the untyped arguments are fixtures of conftest.py
from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from briefcase.cli import bundles
from briefcase.cli.output import Output
from briefcase.errors import BriefcaseError
from briefcase.seal import age
from briefcase.seal.recipients import parse_identity
from briefcase.services import cases, handover
from briefcase.services.session import Session

pytestmark = pytest.mark.slow

CASE = "CHPL diversion via Istanbul"
WITHHELD_FROM_GBR = ("payment", "flag-payment", "tip")
# Spellings that must not stand anywhere in what GBR gets, as raw bytes in UTF-8 and in UTF-16.
BETRAYING = (
    *("389450", "389,450", "389.450", "389 450", "389\u00a0450", "389\u202f450", "450.75", "450,75"),
    *("Sharjah", "SHARJAH", "sharjah", "exchange house", "Advance for electronic"),
    *("EX00 7731", "EX007731", "7731 4409", "77314409", "4409 1186", "44091186", "EX00\u00a07731"),
    *("FIN-2022", "RUSSIABIS", "TRI-05", '"wire"', "Wire transfer", '"AED"', " AED"),
    *('"transaction"', "Transaction", '"quotes"', '"stands_for"', "withheld", "Withheld"),
    *("warehouse clerk", "relabelled", "ORCON", '"tip"', "Mia Thornton", "AUS/ABF"),
)
DIGITS = ("389", "7731", "4409", "1186")


def inside(data: bytes) -> dict[str, bytes]:
    """Return the members of a decrypted bundle."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def secret(story) -> str:
    """Return GBR's age identity, as the command line lets it out."""
    path = story.desk.folder / "gbr.agekey"
    story.desk.run("gbr", "identity", "export-secret", path)
    assert path.stat().st_mode & 0o077 == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("AGE-SECRET-KEY-PQ-1"))


@pytest.fixture(scope="module")
def archive(story, secret: str) -> bytes:
    """Return GBR's file, decrypted with that identity."""
    with story.files["gbr"].open("rb") as file, age.open(file, [parse_identity(secret)]) as reader:
        return reader.read()


# ---------------------------------------------------------------- what goes to whom


def test_the_matrix_comes_first_and_says_why(story) -> None:
    rows = {row["id"]: row for row in story.dry["matrix"]}
    aus, gbr = story.desk.fingerprints["aus"], story.desk.fingerprints["gbr"]
    verdict = {name: {who: rows[story.ids[name]]["decisions"][who] for who in (aus, gbr)} for name in story.ids}
    assert story.dry["files"] == []
    assert (verdict["payment"][aus]["verdict"], verdict["payment"][gbr]["verdict"]) == ("allow", "tear_line")
    assert verdict["flag-payment"][gbr]["verdict"] == "refuse"
    assert verdict["tip"][aus]["verdict"] == verdict["tip"][gbr]["verdict"] == "refuse"
    assert verdict["tear-line"][aus]["verdict"] == "refuse"
    assert verdict["tear-line"][gbr]["verdict"] == "allow"
    assert all(cell["reasons"] for name in verdict for cell in verdict[name].values())
    planned = [(one["recipients"], one["records"], one["tear_lines"]) for one in story.dry["planned"]]
    assert planned == [(["Mia Thornton"], 16, 0), (["Owen Hargreaves"], 14, 1)]


def test_two_contents_are_two_files(story) -> None:
    counts = {one["recipients"][0]: (one["records"], one["tear_lines"]) for one in story.sealed["files"]}
    assert counts == {"Mia Thornton": (16, 0), "Owen Hargreaves": (14, 1)}
    assert sorted(path.name for path in (story.desk.folder / "stick").iterdir()) == sorted(
        path.name for path in story.files.values()
    )
    for path in story.files.values():
        assert path.suffix == ".brief"
        assert not any(word in path.name.lower() for word in ("chpl", "gbr", "aus", "mia", "owen", "ex-2026"))


@pytest.mark.parametrize("name", ["aus", "gbr"])
def test_each_opens_its_own_and_takes_it_in_once(story, name: str) -> None:
    desk, other = story.desk, "gbr" if name == "aus" else "aus"
    verdict = desk.json(name, "bundle", "verify", story.files[name])
    assert (verdict["verdict"], verdict["sender"]) == ("verified", "Dana Whitfield")
    assert verdict["sender_fingerprint"] == desk.fingerprints["usa"]
    refused = desk.json(name, "bundle", "verify", story.files[other], status=10)
    assert refused["verdict"] == "not_addressed"
    assert refused["sender"] == refused["created"] == refused["bundle_id"] == ""
    desk.run(name, "bundle", "take-in", story.files[other], status=10)
    taken = desk.json(name, "bundle", "take-in", story.files[name])
    count = {"aus": 16, "gbr": 15}[name]
    assert (len(taken["new"]), taken["same"], taken["attachments"]) == (count, 0, 2)
    again = desk.json(name, "bundle", "take-in", story.files[name])
    assert (again["new"], again["newer"], again["nothing_new"], again["same"]) == ([], [], True, count)
    shown = desk.json(name, "case", "show", CASE)
    held = {one["id"] for one in shown["records"]}
    assert len(held) == {"aus": 16, "gbr": 14}[name]
    assert len(shown["tear_lines"]) == {"aus": 0, "gbr": 1}[name]
    assert story.ids["tip"] not in held
    if name == "gbr":
        text = json.dumps(shown, ensure_ascii=False)
        assert shown["tear_lines"][0]["text"] == "Financing ran through a third country."
        assert not [needle for needle in BETRAYING if needle in text and needle != '"AED"']
        assert desk.json("gbr", "search", "Sharjah")["hits"] == []
        assert desk.json("gbr", "vault", "check")["whole"]


# ---------------------------------------------------------------- nothing betrays what was withheld


def _texts(members: dict[str, bytes]) -> dict[str, str]:
    """Return the textual members with long hashes, ids and keys taken out, where three digits stand by chance."""
    found = {}
    for name, data in members.items():
        if name.startswith("attachments/") or name in ("briefcase/blocks.bin", "briefcase/manifest.json.mldsa"):
            continue
        text = data.decode("utf-8")
        text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
        found[name] = re.sub(r"[A-Za-z0-9+/_-]{22,}={0,2}", "KEY", text)
    return found


def test_nothing_in_gbrs_archive_betrays_the_payment(story, archive: bytes) -> None:
    members = inside(archive)
    needles = [*BETRAYING, *(story.ids[name] for name in WITHHELD_FROM_GBR), story.desk.fingerprints["aus"]]
    for needle in needles:
        for form in (needle.encode(), needle.encode("utf-16-le"), needle.encode("utf-16-be")):
            assert form not in archive, needle
            assert [name for name, data in members.items() if form in data] == []
    texts = _texts(members)
    assert {"records.jsonl", "READ-ME-FIRST.html", "label.xml", "briefcase/manifest.json"} <= set(texts)
    for name, text in texts.items():
        numbers = re.sub(r'"(crc32|size|length)":\d+', "", text)
        assert not [digits for digits in DIGITS if digits in numbers], name
        assert not re.search(r"REL TO USA, AUS(?!, GBR)", text), name
    raw_ids = [story.ids[name].replace("-", "") for name in WITHHELD_FROM_GBR]
    assert not [one for one in raw_ids if one.encode() in archive or bytes.fromhex(one) in archive]


def test_the_needles_are_found_where_the_payment_is_given(story) -> None:
    """The search above can fail: AUS was given the payment, and the same needles find it."""
    session = story.before.unlock("aus")
    try:
        with story.files["aus"].open("rb") as file, age.open(file, [session.identity.age]) as reader:
            members = inside(reader.read())
    finally:
        session.close()
    everything = b"".join(members.values())
    for needle in ("389450", "389,450", "Sharjah", "EX00 7731", '"transaction"', "TRI-05", '"AED"'):
        assert needle.encode() in everything, needle
    assert story.ids["payment"].encode() in everything
    assert any("389" in text for text in _texts(members).values())
    for needle in ("warehouse clerk", "relabelled", '"tip"', "ORCON", "Financing ran", "Owen Hargreaves"):
        assert needle.encode() not in everything, needle
    assert story.ids["tip"].encode() not in everything
    assert story.ids["tear-line"].encode() not in everything


def _numbers(value: object, name: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _numbers(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one, name)
    elif isinstance(value, int):
        yield name, value


def test_no_count_tells_that_there_was_more(archive: bytes) -> None:
    members = inside(archive)
    manifest = json.loads(members["briefcase/manifest.json"])
    assert manifest["records"] == 15  # the tear-line is one of the lines
    told = {(name, number) for name, number in _numbers(manifest) if name not in ("size", "crc32", "padding")}
    assert not [pair for pair in told if pair[1] in (2, 3, 16, 17, 18)]
    page = members["READ-ME-FIRST.html"].decode("utf-8")
    assert not re.search(r"\b(15|16|17|18|two|three|some) (records|entries|items|more)\b", page, re.IGNORECASE)
    assert members["records.jsonl"].count(b"\n") == 15
    assert members["commitments.jsonl"].count(b"\n") == 15


def test_the_attachments_that_gbr_got_are_the_files(story, archive: bytes) -> None:
    members = inside(archive)
    attached = {name.removeprefix("attachments/"): data for name, data in members.items() if name.startswith("att")}
    assert len(attached) == 2
    assert all(hashlib.sha256(data).hexdigest() == digest for digest, data in attached.items())
    digest = next(iter(attached))
    shown = story.desk.run("gbr", "bundle", "show", story.files["gbr"], f"attachments/{digest}")
    assert shown.stdout == attached[digest]
    assert b"pdf" not in shown.stderr.lower()


# ---------------------------------------------------------------- other tools


@pytest.mark.skipif(not os.environ.get("BRIEFCASE_TEST_NODE_MODULES"), reason="no age-encryption of npm")
def test_npm_age_opens_it_and_gets_the_same(story, secret: str, archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(os.environ["BRIEFCASE_TEST_NODE_MODULES"], target_is_directory=True)
    (tmp_path / "open.mjs").write_text(
        "import { Decrypter } from 'age-encryption'; import fs from 'node:fs';\n"
        "const d = new Decrypter(); d.addIdentity(process.argv[3]);\n"
        "fs.writeFileSync('out.zip', await d.decrypt(fs.readFileSync(process.argv[2])));\n",
        encoding="utf-8",
    )
    words = ["node", "open.mjs", str(story.files["gbr"]), secret]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "out.zip").read_bytes() == archive
    words[2] = str(story.files["aus"])
    assert subprocess.run(words, cwd=tmp_path, check=False, capture_output=True, timeout=120).returncode != 0


@pytest.mark.skipif(not shutil.which("unzip"), reason="no unzip")
def test_unzip_accepts_it(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(archive)
    done = subprocess.run(["unzip", "-t", "bundle.zip"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "No errors detected" in done.stdout


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen")
def test_ssh_keygen_accepts_the_signature(story, archive: bytes, tmp_path: Path) -> None:
    members = inside(archive)
    line = story.desk.json("usa", "identity", "show")["ssh"]
    (tmp_path / "allowed").write_text(f'usa namespaces="briefcase-bundle-v1" {line}\n', encoding="utf-8")
    (tmp_path / "manifest.sig").write_bytes(members["briefcase/manifest.json.sig"])

    def says(manifest: bytes, namespace: str) -> int:
        words = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "usa", "-n", namespace, "-s", "manifest.sig"]
        return subprocess.run(words, cwd=tmp_path, input=manifest, check=False, capture_output=True).returncode

    assert says(members["briefcase/manifest.json"], "briefcase-bundle-v1") == 0
    assert says(members["briefcase/manifest.json"] + b" ", "briefcase-bundle-v1") != 0
    assert says(members["briefcase/manifest.json"], "briefcase-card-v1") != 0


# ---------------------------------------------------------------- damage


@pytest.fixture
def here(gbr: Session, monkeypatch: pytest.MonkeyPatch, capsysbinary) -> Callable[..., tuple[int, bytes]]:
    """Return a way to run a bundle command in this process on GBR's open vault: exit status and standard output."""
    monkeypatch.setattr(bundles, "opened", lambda _arguments: contextlib.nullcontext(gbr))

    def run(command: Callable[..., int], file: Path, **more: str) -> tuple[int, bytes]:
        text = io.StringIO()
        try:
            status = command(argparse.Namespace(file=file, accept_unverified=False, **more), Output(text, as_json=True))
        except BriefcaseError as error:
            status = error.exit_status
        return status, text.getvalue().encode() + capsysbinary.readouterr().out

    return run


def _places(sealed: bytes, identity, archive: bytes) -> list[int]:
    """Return offsets in the sealed file that touch every region of it: see the comments."""
    header = age.read_header(io.BytesIO(sealed))
    start = header.payload_offset + 16
    step = 65536 + 16

    def at(plain: int) -> int:
        return start + plain // 65536 * step + plain % 65536

    with age.open(io.BytesIO(sealed), [identity]) as reader:
        assert reader.read() == archive
    places = {0, 5, 21, 22, header.payload_offset - 1, header.payload_offset, start - 1, start, len(sealed) - 1}
    places |= set(range(0, header.payload_offset, 97))  # version line, stanza, its body, the MAC
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for info in opened.infolist():
            data = info.header_offset + 30 + len(info.filename)
            inner = {info.header_offset, data - 1, data, data + info.file_size // 2, data + info.file_size - 1}
            places |= {at(one) for one in inner if one < len(archive)}
        places |= {at(opened.start_dir), at(len(archive) - 1), at(len(archive) - 22)}  # directory, end record
    tags = {start + number * step + 65536 for number in range(len(archive) // 65536)}
    places |= tags | {one + 15 for one in tags} | set(range(start, len(sealed), 2503))
    return sorted(places)


def test_a_changed_byte_anywhere_is_refused_and_nothing_is_kept(
    story, gbr: Session, here, archive: bytes, tmp_path: Path
) -> None:
    sealed = story.files["gbr"].read_bytes()
    places = _places(sealed, gbr.identity.age, archive)
    assert len(places) > 120
    kept = dict(gbr.vault.records.counts())
    blobs = sorted(path.name for path in gbr.vault.folder.rglob("*"))
    copy = tmp_path / "changed.brief"
    seen = set()
    for number, place in enumerate(places):
        changed = bytearray(sealed)
        changed[place] ^= (0x01, 0x80, 0x20)[number % 3]
        copy.write_bytes(changed)
        status, said = here(bundles.verify, copy)
        assert status in (10, 12, 13), (place, status)
        assert b"Istanbul" not in said
        seen.add(status)
        taken, _said = here(bundles.take_in, copy)
        assert taken in (10, 12, 13), (place, taken)
    assert 12 in seen
    assert dict(gbr.vault.records.counts()) == kept == {}
    assert sorted(path.name for path in gbr.vault.folder.rglob("*")) == blobs
    copy.write_bytes(sealed)
    assert here(bundles.verify, copy)[0] == 0


def test_the_processes_say_the_same_of_a_changed_byte(story, tmp_path: Path) -> None:
    sealed = story.files["gbr"].read_bytes()
    copy = tmp_path / "changed.brief"
    changed = bytearray(sealed)
    changed[len(sealed) // 2] ^= 1
    copy.write_bytes(changed)
    said = story.before.json("gbr", "bundle", "verify", copy, status=12)
    assert (said["verdict"], said["sender"], said["recipients"]) == ("broken", "", [])
    refused = story.before.run("gbr", "bundle", "take-in", copy, status=12).stderr
    assert refused.startswith((b"BUNDLE_BROKEN: ", b"SERVICE_TAKE_IN_REFUSED: "))
    assert story.before.json("gbr", "case", "list")["cases"] == []


def test_a_short_copy_is_called_incomplete(story, here, tmp_path: Path) -> None:
    sealed = story.files["gbr"].read_bytes()
    copy = tmp_path / "short.brief"
    for length in {0, 1, 20, 300, len(sealed) - 1, len(sealed) - 17, *range(2000, len(sealed), 9001)}:
        copy.write_bytes(sealed[:length])
        status, said = here(bundles.verify, copy)
        assert (status, json.loads(said)["verdict"]) == (13, "incomplete"), length
        assert here(bundles.take_in, copy)[0] == 13
        assert here(bundles.list_entries, copy)[0] == 13
    copy.write_bytes(sealed + b"\0")
    assert here(bundles.verify, copy)[0] in (12, 13)


def test_of_a_damaged_attachment_only_verified_blocks_are_shown(story, here, gbr: Session, tmp_path: Path) -> None:
    whole = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(110_000))
    assert len(whole) > 3 << 20
    (tmp_path / "scan.bin").write_bytes(whole)
    session = story.desk.unlock("usa")
    try:
        label = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, GBR"}'
        lines = (
            f'{{"kind":"case","id":"c","title":"Large scan","status":"open",{label}}}\n'
            f'{{"kind":"document","id":"d","title":"Scan","document_kind":"other","case_ids":["c"],{label}}}\n'
        )
        case, document = cases.add_lines(session, lines)
        cases.attach(session, document.id, tmp_path / "scan.bin")
        planned = handover.plan(session, handover.of_case(session, case.id), [story.desk.fingerprints["gbr"]])
        path = handover.seal(session, planned, tmp_path)[0].path
    finally:
        session.close()
    entry = f"attachments/{hashlib.sha256(whole).hexdigest()}"
    assert here(bundles.show, path, entry=entry) == (0, whole)
    sealed = path.read_bytes()
    lengths = set()
    for place in (*range(len(sealed) - 200_000, 40_000, -390_017), 60_000):
        changed = bytearray(sealed)
        changed[place] ^= 4
        (tmp_path / "changed.brief").write_bytes(changed)
        status, shown = here(bundles.show, tmp_path / "changed.brief", entry=entry)
        assert whole.startswith(shown)
        assert len(shown) % (1 << 20) == 0 or shown == whole
        assert shown == whole or status == 12
        lengths.add(len(shown))
        # Opening reads only the first and the last chunk of this file; verifying and taking in read the rest.
        assert here(bundles.verify, tmp_path / "changed.brief")[0] == 12
        assert here(bundles.take_in, tmp_path / "changed.brief")[0] == 12
    assert len(lengths) > 2
    assert dict(gbr.vault.records.counts()) == {}


def test_a_reference_to_what_is_withheld_does_not_leave(story, here, tmp_path: Path) -> None:
    """A document may speak of a party that is withheld; it goes, and the reference stays."""
    session = story.desk.unlock("usa")
    try:
        given = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, GBR"}'
        ours = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, AUS"}'
        lines = (
            f'{{"kind":"case","id":"c","title":"Two parties","status":"open",{given}}}\n'
            f'{{"kind":"party","id":"a","party_kind":"company","case_ids":["c"],"names":[{{"text":"A"}}],{given}}}\n'
            f'{{"kind":"party","id":"b","party_kind":"company","case_ids":["c"],"names":[{{"text":"B"}}],{ours}}}\n'
            f'{{"kind":"document","id":"d","title":"Scan","document_kind":"other","case_ids":["c"],'
            f'"about":["a","b"],{given}}}\n'
        )
        case, first, second, _document = cases.add_lines(session, lines)
        planned = handover.plan(session, handover.of_case(session, case.id), [story.desk.fingerprints["gbr"]])
        path = handover.seal(session, planned, tmp_path)[0].path
    finally:
        session.close()
    status, said = here(bundles.list_entries, path)
    records = {one["kind"]: one for one in json.loads(said)["records"]}
    assert (status, records["document"]["about"]) == (0, [first.id])
    assert second.id.encode() not in said
    shown = b"".join(here(bundles.show, path, entry=one["path"])[1] for one in json.loads(said)["entries"])
    assert first.id.encode() in shown
    assert second.id.encode() not in shown


# ---------------------------------------------------------------- paper


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext")
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_printed_copy_for_gbr_betrays_nothing(story, paper: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.pdf", tmp_path / "theirs.pdf"
    story.desk.run("usa", "report", CASE, "--out", ours, "--paper", paper)
    answer = story.desk.json("usa", "report", CASE, "--out", theirs, "--paper", paper, "--for", "Owen Hargreaves")
    assert answer["pages"] >= 1

    def text(path: Path) -> str:
        words = ["pdftotext", "-layout", str(path), "-"]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    size = subprocess.run(["pdfinfo", str(theirs)], check=True, capture_output=True, text=True).stdout
    assert {"a4": "A4", "letter": "letter"}[paper] in size
    own, given = text(ours), text(theirs)
    assert "Sharjah" in own
    assert "389" in own
    assert "Financing ran through a third country." in " ".join(given.split())
    assert "Owen Hargreaves" in given
    assert answer["control_number"] in given
    # A kind stands on paper as a word of its own, after a capital; the words of fingerprints are drawn by lot.
    kinds = [needle for needle in BETRAYING if needle.startswith('"')]
    for needle in (*set(BETRAYING).difference(kinds), *(one.strip('"').title() for one in kinds)):
        assert not re.search(rf"\b{re.escape(needle)}\b" if needle.isalpha() else re.escape(needle), given), needle
    for name in WITHHELD_FROM_GBR:
        assert story.ids[name] not in given
    raw = theirs.read_bytes()
    assert not [needle for needle in BETRAYING if needle.encode() in raw or needle.encode("utf-16-be") in raw]
    assert not re.search(r"REL TO USA, AUS(?!, GBR)", " ".join(given.split()))
