"""Kill a process that works in a vault, again and again, and look for what was lost.

    PYTHONPATH=src python tests/endtoend/kill_vault.py --kills 300 [--seed N] [--only import,edit]

A child works without end: it imports, edits, attaches, drafts, changes the passphrase, puts the vault under new keys,
saves copies, deletes cases for good.
Before each act it says what it begins, after it what was acknowledged; both leave the process at once. At a random
moment it gets SIGKILL. The parent then unlocks the vault and looks: every acknowledged act must be there whole, an act
that was only begun must be there whole or not at all, ``vault check`` must find nothing, and no file may be left over.

An operation is one line of ``OPERATIONS``: a function that does it, and one that looks for it afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from briefcase import resources
from briefcase.records.kinds import Case, Document
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, drafts
from briefcase.services.access import slots
from briefcase.services.access.keys import open_slots
from briefcase.services.errors import PassphraseWrong
from briefcase.services.keeping import copies, purging
from briefcase.services.session import Session, create_vault, unlock
from briefcase.vault.vault import open_vault

FIRST = "correct horse battery staple"
FAST = KdfParameters(1, 8192)
LONGEST = 1.2  # seconds until the kill
FRESH = 25  # kills that one vault goes through
LABEL = '"label":{"marking":"EXERCISE OFFICIAL"}'
_EDITED = {Case: "summary", Document: "title"}
PROGRAM = ("header.json", "header.bak", "store.db")


@dataclass
class Known:
    """What the parent knows of one vault: what was acknowledged, and what was begun last."""

    passphrases: list[str] = field(default_factory=lambda: [FIRST])
    records: dict[str, str] = field(default_factory=dict)
    documents: dict[str, tuple[str, int]] = field(default_factory=dict)
    imports: dict[str, int] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    begun: tuple[str, dict[str, Any]] | None = None
    drafts: list[str] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    purged: list[str] = field(default_factory=list)
    ever: list[str] = field(default_factory=lambda: [FIRST])


@dataclass
class Worker:
    """A child at work: its session, its luck, and the pipe on which it says what it does."""

    session: Session
    passphrase: str
    luck: random.Random
    records: list[str]
    imports: dict[str, list[str]]
    pipe: int

    def say(self, what: str, name: str, **facts: object) -> None:
        """Say one line; it is out of the process when this returns."""
        os.write(self.pipe, (json.dumps([what, name, facts]) + "\n").encode())

    def token(self) -> str:
        """Return a word that nothing else holds."""
        return f"t{self.luck.getrandbits(64):016x}"


class Lost(AssertionError):
    """Something acknowledged is not there, or something is there that should not be."""


def need(condition: object, what: str) -> None:
    """Raise ``Lost`` when the condition does not hold."""
    if not condition:
        raise Lost(what)


def import_records(worker: Worker) -> None:
    """Take in a case with a few hundred parties, in one go."""
    word, count = worker.token(), worker.luck.randrange(20, 300)
    lines = [f'{{"kind":"case","id":"c","status":"open","title":"{word}",{LABEL}}}']
    lines += [
        f'{{"kind":"party","party_kind":"company","case_ids":["c"],"names":[{{"text":"{word} {n}"}}],{LABEL}}}'
        for n in range(count)
    ]
    worker.say("begin", "import", word=word, count=count)
    kept = cases.add_lines(worker.session, "\n".join(lines))
    few = {one.id: one.revision for one in kept[:3]}
    worker.records += few
    worker.imports[word] = list(few)
    worker.say("done", "import", word=word, count=count, records=few)


def look_for_import(session: Session, known: Known) -> None:
    """All records of an import are there, or none."""
    titles = {one.title: one for one in cases.list_cases(session)}
    for word, count in known.imports.items():
        if known.begun and known.begun[0] == "purge" and known.begun[1]["word"] == word and word not in titles:
            continue
        need(word in titles and titles[word].count == count + 1, f"import of {count} records")
    if known.begun and known.begun[0] == "import":
        found = titles.get(known.begun[1]["word"])
        need(found is None or found.count == known.begun[1]["count"] + 1, "half an import")


def edit(worker: Worker) -> None:
    """Change the remarks of a record."""
    if not worker.records:
        return import_records(worker)
    chosen = worker.luck.choice(worker.records)
    worker.say("begin", "edit", id=chosen)
    name = _EDITED.get(type(cases.get(worker.session, chosen)), "remarks")
    record = cases.edit_record(worker.session, chosen, {name: worker.token()})
    return worker.say("done", "edit", records={chosen: record.revision})


def look_for_records(session: Session, known: Known) -> None:
    """Every acknowledged revision is there; it is the current one unless a later change had begun."""
    if known.begun and known.begun[0] == "purge":
        word = known.begun[1]["word"]
        gone = not session.vault.records.known(known.members[word])
        need(gone or len(session.vault.records.known(known.members[word])) == len(known.members[word]), "half a purge")
        if gone:
            forget(known, word)
    for identifier, revision in known.records.items():
        need(session.vault.records.revision(identifier, revision), "a revision")
        current = session.vault.records.known([identifier])[identifier]
        later = known.begun is not None and known.begun[1].get("id") == identifier
        need(current == revision or later, "the newest revision")


def attach(worker: Worker) -> None:
    """Write a document and attach a file of up to three MiB."""
    data = worker.luck.randbytes(worker.luck.choice((10, 5_000, 70_000, 1_000_000, 3_000_000)))
    sha256 = hashlib.sha256(data).hexdigest()
    line = f'{{"kind":"document","document_kind":"other","title":"{worker.token()}",{LABEL}}}'
    (document,) = cases.add_lines(worker.session, line)
    worker.say("begin", "attach", id=document.id, sha256=sha256)
    kept = cases.attach_stream(worker.session, document.id, io.BytesIO(data), "a.bin", len(data))
    worker.say("done", "attach", document=document.id, sha256=sha256, size=len(data), records={kept.id: kept.revision})


def look_for_attachments(session: Session, known: Known) -> None:
    """Every acknowledged file is there and gives back its bytes."""
    for sha256, size in known.documents.values():
        with session.vault.attachments.open(sha256) as file:
            digest, left = hashlib.sha256(), size
            while block := file.read(1 << 20):
                digest.update(block)
                left -= len(block)
        need((digest.hexdigest(), left) == (sha256, 0), "an attached file")


def draft(worker: Worker) -> None:
    """Keep unfinished input."""
    body = worker.token()
    worker.say("begin", "draft", body=body)
    drafts.save(worker.session, body.encode())
    worker.say("done", "draft", body=body)


def look_for_draft(session: Session, known: Known) -> None:
    """The last draft is there, or the one that was being saved."""
    if known.drafts:
        need((drafts.load(session) or b"").decode() in known.drafts, "the draft")


def change_passphrase(worker: Worker) -> None:
    """Change the passphrase."""
    new = f"{worker.token()} {worker.token()}"
    worker.say("begin", "passphrase", new=new)
    slots.change_passphrase(worker.session, worker.passphrase, new, kdf=FAST)
    worker.passphrase = new
    worker.say("done", "passphrase", new=new)


def revoke(worker: Worker) -> None:
    """Put the vault under new keys."""
    new = f"{worker.token()} {worker.token()}"
    prepared = slots.prepare_revocation(worker.session, worker.passphrase)
    typed = dict(enumerate(prepared.recovery_words, start=1))
    worker.say("begin", "revoke", new=new)
    worker.session = slots.revoke(worker.session, prepared, typed, new, kdf=FAST)
    worker.passphrase = new
    worker.say("done", "revoke", new=new)


def save_copy(worker: Worker) -> None:
    """Save a copy of the vault in the folder beside it."""
    place = worker.session.vault.folder.parent / "copies" / worker.token()
    place.mkdir()
    worker.say("begin", "copy")
    copied = copies.save_copy(worker.session, place)
    worker.say("done", "copy", path=str(copied.path), head=copied.head)


def look_for_copies(session: Session, known: Known) -> None:
    """Every copy that has its name is whole, every acknowledged one is there; all of them are removed."""
    place = session.vault.folder.parent / "copies"
    found = {str(path) for path in place.glob("*/*") if path.suffix != ".part"}
    need(known.copies.keys() <= found, "a copy")
    for path in found:
        opened = next((one for one in map(opened_with(Path(path)), reversed(known.ever)) if one), None)
        need(opened, "a copy does not open")
        with open_vault(Path(path), opened, read_only=True) as copy:  # type: ignore[arg-type] - needed just now
            need(not [one for one in copy.check() if one.severity == "error"], "a copy is not whole")
            need(copy.audit.contains(known.copies.get(path, copy.audit.head())), "a copy is older")
    for left in place.iterdir():
        shutil.rmtree(left)
    known.copies = {}


def opened_with(path: Path) -> Callable[[str], bytes | None]:
    """Return what unwraps the master of the vault in *path* with a passphrase, or gives None."""

    def unwrapped(passphrase: str) -> bytes | None:
        (path / "attempts.json").unlink(missing_ok=True)
        with suppress(PassphraseWrong):
            return open_slots(path, passphrase).master
        return None

    return unwrapped


def purge(worker: Worker) -> None:
    """Delete a case for good that was imported before."""
    if not worker.imports:
        return import_records(worker)
    word = worker.luck.choice(list(worker.imports))
    planned = purging.plan(worker.session, word)
    worker.say("begin", "purge", word=word)
    purging.purge(worker.session, planned, planned.number)
    gone = worker.imports.pop(word)
    worker.records = [one for one in worker.records if one not in gone]
    return worker.say("done", "purge", word=word)


def look_for_purges(session: Session, known: Known) -> None:
    """Of what was purged no word is found any more."""
    for word in known.purged:
        need(not session.vault.search(word), "a purged case")


def forget(known: Known, word: str) -> None:
    """Expect an import no more, for it was purged."""
    known.purged.append(word)
    known.imports.pop(word, None)
    for identifier in known.members.pop(word, []):
        known.records.pop(identifier, None)


def nothing_more(_session: Session, _known: Known) -> None:
    """The unlocking itself has shown it."""


@dataclass(frozen=True)
class Operation:
    """One thing that is done until the kill, how often, and how it is looked for."""

    act: Callable[[Worker], None]
    look: Callable[[Session, Known], None]
    often: int


OPERATIONS = {
    "import": Operation(import_records, look_for_import, 3),
    "edit": Operation(edit, look_for_records, 5),
    "attach": Operation(attach, look_for_attachments, 3),
    "draft": Operation(draft, look_for_draft, 2),
    "passphrase": Operation(change_passphrase, nothing_more, 3),
    "revoke": Operation(revoke, nothing_more, 1),
    "copy": Operation(save_copy, look_for_copies, 2),
    "purge": Operation(purge, look_for_purges, 2),
}


def work(folder: Path, known: Known, seed: int, names: list[str], pipe: int) -> None:
    """Do one operation after the other until the kill comes."""
    session = unlock(folder, known.passphrases[0])
    worker = Worker(session, known.passphrases[0], random.Random(seed), list(known.records), dict(known.members), pipe)  # noqa: S311 - luck
    weights = [OPERATIONS[name].often for name in names]
    worker.say("begin", "ready")
    while True:
        OPERATIONS[worker.luck.choices(names, weights)[0]].act(worker)


def heard(known: Known, line: str) -> str:
    """Take in one line of the child; return the name of the operation that was acknowledged, or nothing."""
    what, name, facts = json.loads(line)
    new = facts.get("new")
    if what == "begin":
        known.begun = (name, facts)
        known.passphrases += [new] if new else []
        known.ever += [new] if new else []
        known.drafts += [facts["body"]] if name == "draft" else [""] if name == "purge" else []  # a purge takes drafts
        return ""
    known.begun = None
    known.records |= facts.get("records", {})
    if new:
        known.passphrases = [new]
    if name == "draft":
        known.drafts = [facts["body"]]
    if name == "import":
        known.imports[facts["word"]] = facts["count"]
        known.members[facts["word"]] = list(facts["records"])
    if name == "copy":
        known.copies[facts["path"]] = facts["head"]
    if name == "purge":
        forget(known, facts["word"])
        known.drafts = [""]
    if name == "attach":
        known.documents[facts["document"]] = (facts["sha256"], facts["size"])
    return str(name)


def kill_once(folder: Path, known: Known, seed: int, names: list[str]) -> tuple[Counter[str], str]:
    """Let a child work and kill it; return what it acknowledged, and what it was at."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(folder, known, seed, names, writing)
        except BaseException:  # noqa: BLE001 - the parent sees that it ended; here is why
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    acknowledged: Counter[str] = Counter()
    with os.fdopen(reading, encoding="ascii") as lines:
        need(heard(known, lines.readline() or '["done", "", {}]') == "" and known.begun, "the child did not begin")
        time.sleep(random.Random(seed).random() * LONGEST)  # noqa: S311 - luck
        os.kill(child, signal.SIGKILL)
        for line in lines:
            if name := heard(known, line):
                acknowledged[name] += 1
    _pid, status = os.waitpid(child, 0)
    need(os.WIFSIGNALED(status), "the child ended by itself: an operation failed")
    return acknowledged, known.begun[0] if known.begun else "nothing"


def look(folder: Path, known: Known) -> None:
    """Unlock the vault as the officer would, and look for everything that was acknowledged."""
    session = None
    for passphrase in reversed(known.passphrases):
        with suppress(PassphraseWrong):
            session = unlock(folder, passphrase)
            known.passphrases = [passphrase]
            break
    if session is None:
        raise Lost("the vault does not open")
    try:
        for operation in OPERATIONS.values():
            operation.look(session, known)
        found = [one.words for one in session.vault.check()]
        need(not found, f"check: {found}")
        kept = {stored.name.hex() for stored in session.vault.attachments.all()}
        for identifier in known.records:  # what the child had only begun and finished counts from now on
            known.records[identifier] = session.vault.records.known([identifier])[identifier]
    finally:
        session.close()
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    expected = {*PROGRAM, *(f"blobs/{name[:2]}/{name}" for name in kept)}
    need(files == expected, f"left over: {sorted(files ^ expected)}")


def new_vault(folder: Path) -> Known:
    """Make a vault in *folder*, in place of what was there."""
    for old in (folder, folder.parent / "copies"):
        shutil.rmtree(old, ignore_errors=True)
    (folder.parent / "copies").mkdir()
    pack = resources.path("packs", "exercise.toml")
    made = create_vault(folder, FIRST, agency="USA/BIS", country="USA", officer="Ann", pack=pack, kdf=FAST)
    made.session.close()
    return Known()


def run(kills: int, seed: int, names: list[str]) -> int:
    """Kill so many times; return the exit status."""
    acknowledged, at = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="kill-vault-") as place:
        os.environ["XDG_STATE_HOME"] = place  # the marks of these vaults are nobody's
        folder, known = Path(place) / "v", Known()
        for number in range(kills):
            if number % FRESH == 0:
                known = new_vault(folder)
            known.begun = None
            try:
                done, last = kill_once(folder, known, seed + number, names)
                look(folder, known)
            except Lost as error:
                kept = Path(tempfile.gettempdir()) / f"kill-vault-{seed + number}"
                shutil.copytree(folder, kept, dirs_exist_ok=True)
                sys.stdout.write(f"LOST at kill {number} (seed {seed + number}): {error}; kept in {kept}\n")
                return 1
            acknowledged += done
            at[last] += 1
    sys.stdout.write(f"{kills} kills, nothing lost. Acknowledged: {dict(sorted(acknowledged.items()))}.")
    sys.stdout.write(f" Killed at: {dict(sorted(at.items()))}.\n")
    return 0


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default=",".join(OPERATIONS), help="operations, with commas between")
    arguments = parser.parse_args()
    return run(arguments.kills, arguments.seed, arguments.only.split(","))


if __name__ == "__main__":
    sys.exit(main())
