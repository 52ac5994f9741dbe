"""Kill a process that works in a vault, again and again, and look for what was lost.

    PYTHONPATH=src python tests/endtoend/kill_vault.py --kills 300 [--seed N] [--only import,edit]

A child works without end: it imports, edits, attaches, drafts, changes the passphrase, puts the vault under new keys,
saves copies, deletes cases for good, takes in what a partner sealed, makes vaults of copies, repairs damaged ones,
packs travel vaults and merges what was written in them.
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
from briefcase.services import cases, contacts, drafts, handover, receiving
from briefcase.services.access import slots
from briefcase.services.access.keys import open_slots
from briefcase.services.errors import PassphraseWrong
from briefcase.services.keeping import copies, merging, purging, repairing, travel
from briefcase.services.session import Session, create_vault, unlock
from briefcase.vault.errors import VaultDamaged
from briefcase.vault.vault import open_vault

FIRST = "correct horse battery staple"
FAST = KdfParameters(1, 8192)
LONGEST = 2.5  # seconds until the kill
FRESH = 25  # kills that one vault goes through
LABEL = '"label":{"marking":"EXERCISE OFFICIAL"}'
SHARED = '"label":{"marking":"EXERCISE OFFICIAL//REL TO USA, GBR"}'
AWAY = "thimble marble cobalt saddle"  # opens every travel vault
SEALED = 40  # bundles that the partner has sealed, for one vault
PLACES = ("copies", "restored", "repaired", "travel")  # folders beside the vault
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
    made: dict[str, tuple[str, int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)


@dataclass
class Worker:
    """A child at work: its session, its luck, the pipe on which it says what it does, what was not taken in yet."""

    session: Session
    passphrase: str
    luck: random.Random
    records: list[str]
    imports: dict[str, list[str]]
    pipe: int
    sealed: list[Path]

    def say(self, what: str, name: str, **facts: object) -> None:
        """Say one line; it is out of the process when this returns."""
        os.write(self.pipe, (json.dumps([what, name, facts]) + "\n").encode())

    def token(self) -> str:
        """Return a word that nothing else holds."""
        return f"t{self.luck.getrandbits(64):016x}"

    def beside(self, place: str) -> Path:
        """Return a new name in one of the folders beside the vault."""
        return self.session.vault.folder.parent / place / self.token()


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
    copied_by(worker)


def copied_by(worker: Worker) -> copies.Copied:
    """Save a copy and say so."""
    place = worker.beside("copies")
    place.mkdir()
    worker.say("begin", "copy")
    copied = copies.save_copy(worker.session, place)
    worker.say("done", "copy", path=str(copied.path), head=copied.head)
    return copied


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


def restore(worker: Worker) -> None:
    """Make a vault of a copy."""
    copied, place = copied_by(worker), worker.beside("restored")
    worker.say("begin", "restore")
    done = copies.restore(copied.path, place, worker.passphrase)
    worker.say("done", "restore", path=str(done.path), head=done.head, count=worker.session.vault.records.count())


def repair(worker: Worker) -> None:
    """Save what is whole of a copy that a stick has damaged, or has not."""
    copied, place = copied_by(worker), worker.beside("repaired")
    damaged = place.with_name(f"{place.name}.damaged")
    shutil.copytree(copied.path, damaged)
    whole = worker.luck.random() < 0.5
    if not whole:
        data = bytearray((damaged / "store.db").read_bytes())
        data[worker.luck.randrange(4096 * 8, len(data))] ^= 1
        (damaged / "store.db").write_bytes(data)
    worker.say("begin", "repair")
    try:
        done = repairing.repair(damaged, place, worker.passphrase)
    except VaultDamaged:  # a page that says which tables there are: nothing can be read without it
        need(not whole and not place.exists(), "a repair that could not be done left something")
        return worker.say("done", "unrepairable")
    head, count = (copied.head, worker.session.vault.records.count()) if whole and not done.lost else ("", 0)
    return worker.say("done", "repair", path=str(done.path), head=head, count=count)


def pack_travel(worker: Worker) -> None:
    """Make a travel vault of a case."""
    if not worker.imports:
        return import_records(worker)
    place = worker.beside("travel")
    worker.say("begin", "travel")
    travel.pack(worker.session, place, AWAY, [worker.luck.choice(list(worker.imports))], kdf=FAST)
    return worker.say("done", "travel", path=str(place), head="", count=0)


def look_for_vaults(session: Session, known: Known) -> None:
    """Whatever stands under its name is a whole vault, and what was acknowledged stands; all of them are removed."""
    for name in ("restored", "repaired", "travel"):
        place = session.vault.folder.parent / name
        found = {str(path) for path in place.iterdir() if path.suffix not in (".part", ".damaged")}
        need({one for one in known.made if Path(one).parent == place} <= found, f"a vault that was {name}")
        for path in found:
            passphrases = [AWAY] if name == "travel" else reversed(known.ever)
            opened = next((one for one in map(opened_with(Path(path)), passphrases) if one), None)
            need(opened, f"{name}: does not open")
            with open_vault(Path(path), opened) as vault:  # type: ignore[arg-type] - needed just now
                need(not [one for one in vault.check() if one.severity == "error"], f"{name}: not whole")
                head, count = known.made.get(path, ("", 0))
                need(not head or vault.audit.contains(head), f"{name}: older")
                need(not head or vault.records.count() == count, f"{name}: records")
        for left in place.iterdir():
            shutil.rmtree(left)
    known.made = {}


def merge(worker: Worker) -> None:
    """Pack a case, change one record of it on the way, write and attach there, and bring all of it home."""
    if not worker.imports:
        return import_records(worker)
    word, place = worker.luck.choice(list(worker.imports)), worker.beside("travel")
    worker.say("begin", "travel")
    travel.pack(worker.session, place, AWAY, [word], kdf=FAST)
    worker.say("done", "travel", path=str(place), head="", count=0)
    there = unlock(place, AWAY)
    chosen = worker.imports[word][-1]
    edited = cases.edit_record(there, chosen, {_EDITED.get(type(cases.get(there, chosen)), "remarks"): worker.token()})
    data = worker.luck.randbytes(worker.luck.choice((10, 200_000)))
    line = f'{{"kind":"document","document_kind":"other","title":"{worker.token()}",{LABEL}}}'
    (document,) = cases.add_lines(there, line)
    written = cases.attach_stream(there, document.id, io.BytesIO(data), "a.bin", len(data))
    facts = {"id": chosen, "revisions": [[chosen, edited.revision], [written.id, written.revision]]}
    worker.say("begin", "merge", **facts)
    merging.merge(worker.session, there)
    records = dict(map(tuple, facts["revisions"]))  # type: ignore[arg-type] - pairs
    sha256 = hashlib.sha256(data).hexdigest()
    worker.say("done", "merge", records=records, document=written.id, sha256=sha256, size=len(data))
    worker.records.append(written.id)
    there.close()
    return None


def look_for_merge(session: Session, known: Known) -> None:
    """What was brought home is there whole or, when the merging was only begun, not at all."""
    if known.begun and known.begun[0] == "merge":
        here = {bool(session.vault.records.revision(*one)) for one in known.begun[1]["revisions"]}
        need(len(here) == 1, "half a journey")


def take_in(worker: Worker) -> None:
    """Take in a bundle of the partner."""
    if not worker.sealed:
        return import_records(worker)
    path = worker.sealed.pop(worker.luck.randrange(len(worker.sealed)))
    word, count = path.parent.name.split("-")
    worker.say("begin", "take-in", word=word, count=int(count))
    looked = receiving.inspect(worker.session, path)
    taken = receiving.take_in(worker.session, looked)
    looked.close()
    need(len(taken.new) in (0, int(count)), "records of a bundle")  # none when the child before was killed behind it
    path.unlink()
    return worker.say("done", "take-in", word=word, count=int(count))


def look_for_bundles(session: Session, known: Known) -> None:
    """Of every bundle that was taken in all records and files are there, of one that was only begun all or none."""
    begun = known.begun[1] if known.begun and known.begun[0] == "take-in" else {}
    for word, count in known.taken.items():
        need(count_of(session, word) == count, "records of a bundle")
    if begun:
        need(count_of(session, begun["word"]) in (0, begun["count"]), "half a bundle")
        need(bool(count_of(session, begun["word"])) == bool(documents(session, begun["word"])), "half a bundle")
    for word in known.taken:
        for sha256 in documents(session, word):
            with session.vault.attachments.open(sha256) as file:
                need(file.read(), "a file of a bundle")


def count_of(session: Session, word: str) -> int:
    """Return how many records of a partner's case of this title are here, the case among them."""
    found = [one for one in cases.list_cases(session) if one.title == word]
    return found[0].count if found else 0


def documents(session: Session, word: str) -> list[str]:
    """Return the digests of the files of a partner's case."""
    found = [one for one in cases.list_cases(session) if one.title == word]
    kept = session.vault.records.records_of_case(found[0].id) if found else []
    return [one.sha256 for one in kept if isinstance(one, Document) and one.sha256]


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
    "restore": Operation(restore, look_for_vaults, 2),
    "repair": Operation(repair, nothing_more, 1),
    "travel": Operation(pack_travel, nothing_more, 2),
    "merge": Operation(merge, look_for_merge, 3),
    "take-in": Operation(take_in, look_for_bundles, 3),
}


def work(folder: Path, known: Known, seed: int, names: list[str], pipe: int) -> None:
    """Do one operation after the other until the kill comes."""
    session = unlock(folder, known.passphrases[0])
    luck = random.Random(seed)  # noqa: S311 - only luck
    sealed = sorted((folder.parent / "sealed").glob("*/*.brief"))
    worker = Worker(session, known.passphrases[0], luck, list(known.records), dict(known.members), pipe, sealed)
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
    if name in ("restore", "repair", "travel"):
        known.made[facts["path"]] = (facts["head"], facts["count"])
    if name == "take-in":
        known.taken[facts["word"]] = facts["count"]
    if name in ("attach", "merge"):
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


def prepare(place: Path) -> None:
    """Make, once, a vault and the bundles that a partner of its officer has sealed for it."""
    pack = resources.path("packs", "exercise.toml")
    who = {"usa": ("USA/BIS", "Ann"), "gbr": ("GBR/HMRC", "Owen")}
    made = {
        name: create_vault(
            place / name, FIRST, agency=agency, country=agency[:3], officer=officer, pack=pack, kdf=FAST
        ).session
        for name, (agency, officer) in who.items()
    }
    for here, there in (("usa", "gbr"), ("gbr", "usa")):
        contacts.export_card(made[there], place / f"{there}.card")
        met = contacts.import_card(made[here], place / f"{there}.card")
        words = " ".join(made[there].identity.card.words())
        contacts.verify(made[here], met.fingerprint, words, made[there].agency, made[there].country)
    for number in range(SEALED):
        seal(made["gbr"], made["usa"].fingerprint, place / "sealed", number)
    for session in made.values():
        session.close()


def seal(partner: Session, to: str, place: Path, number: int) -> None:
    """Have the partner write a case with parties and a file, and seal it in a folder that is named by both."""
    word, count = f"p{number:04d}", 3 + number % 7 * 9
    lines = [f'{{"kind":"case","id":"c","status":"open","title":"{word}",{SHARED}}}']
    lines += [
        f'{{"kind":"party","party_kind":"company","case_ids":["c"],"names":[{{"text":"{word} {n}"}}],{SHARED}}}'
        for n in range(count)
    ]
    lines.append(f'{{"kind":"document","document_kind":"other","case_ids":["c"],"title":"{word}",{SHARED}}}')
    kept = cases.add_lines(partner, "\n".join(lines))
    data = word.encode() * (1 + 9000 * (number % 9))
    cases.attach_stream(partner, kept[-1].id, io.BytesIO(data), "a.bin", len(data))
    folder = place / f"{word}-{len(kept)}"
    folder.mkdir(parents=True)
    handover.seal(partner, handover.plan(partner, handover.of_case(partner, kept[0].id), [to]), folder)


def new_vault(folder: Path) -> Known:
    """Begin anew with the vault that was prepared, in place of what was there."""
    for old in (folder, *(folder.parent / name for name in (*PLACES, "sealed", "briefcase"))):
        shutil.rmtree(old, ignore_errors=True)
    for name in PLACES:
        (folder.parent / name).mkdir()
    shutil.copytree(folder.parent / "prepared" / "usa", folder)
    shutil.copytree(folder.parent / "prepared" / "sealed", folder.parent / "sealed")
    return Known()


def run(kills: int, seed: int, names: list[str]) -> int:
    """Kill so many times; return the exit status."""
    acknowledged, at = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="kill-vault-") as place:
        os.environ["XDG_STATE_HOME"] = place  # the marks of these vaults are nobody's
        folder, known = Path(place) / "v", Known()
        prepare(Path(place) / "prepared")
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
