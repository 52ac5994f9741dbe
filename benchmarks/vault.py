"""A vault of a million records against the same library without a key, in one interleaved run.

    python benchmarks/vault.py FOLDER [--records 1000000] [--attachment 1024] [--json FILE]

Two vaults are filled in turn, ten thousand records each at a time: one as it is, one whose database has no key; both by
the same code, with the same schema and statements. CPU time of this process counts, not the clock on the wall, for
other work may share the machine. Records are invented (``many_records.py``); FOLDER must lie on a disk that really
writes. Attachments are compared with ``sha256sum`` and Debian's ``age``, whose CPU time is that of their processes.
"""

# ruff: noqa: INP001, S311, S603, S607, SIM905, T201 - a script that prints, asks the same every time, and runs tools
from __future__ import annotations

import argparse
import contextlib
import json
import random
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec
from many_records import Maker

from briefcase.records.ids import new_revision
from briefcase.records.query import parse
from briefcase.seal.keyslots import new_master
from briefcase.vault import database as databases
from briefcase.vault.header import new_vault_id
from briefcase.vault.vault import Vault, create, open_vault

BATCH = 10_000
SLOT = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}
WORDS = tuple(
    "electronics trading isildak severnaya volna shenzhen hengsheng вост импульс pars 深圳 恒晟 istanbul payment karvel"
    " dormi makina 대한 ελλη dubai almaty orion sibir".split(" ")
)
FILTERS = (
    "country:KZ", "country:TR", "kind:party", "kind:shipment", "after:2023-06", "before:2020", "label:open", "rel:GBR",
    "originator:AUS", "hs:854239", "after:2023-06 before:2023-09", "kind:item eccn:3A001", "country:KG date:2024-02",
)  # fmt: skip
AIMS = {
    "one": 15,
    "two": 15,
    "three": 15,
    "four": 15,
    "several": 25,
    "part": 25,
    "filters": 25,
    "words and filters": 25,
}


class _Plain:
    """A connection that takes no key."""

    def __init__(self, connection: object) -> None:
        self._connection = connection

    def set_key(self, _key: bytearray) -> None:
        """Take none."""

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


@contextlib.contextmanager
def without_key() -> Iterator[None]:
    """Let a vault be made whose database is not encrypted: the yardstick, and the only place where there is one."""
    library, one = databases.dbapi2, databases.Database.one
    plain = type("plain", (), {name: getattr(library, name) for name in dir(library) if not name.startswith("__")})
    plain.connect = staticmethod(lambda *words, **more: _Plain(library.connect(*words, **more)))  # type: ignore[attr-defined]

    def answered(self: databases.Database, sql: str, values: tuple[object, ...] = ()) -> object:
        return ("1",) if sql == "PRAGMA cipher_status" else one(self, sql, values)  # type: ignore[arg-type]

    databases.dbapi2, databases.Database.one = plain, answered  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        databases.dbapi2, databases.Database.one = library, one  # type: ignore[method-assign]


def made(folder: Path, master: bytes) -> Vault:
    """Return a new vault in *folder*."""
    shutil.rmtree(folder, ignore_errors=True)
    return create(folder, master, [SLOT], vault_id=new_vault_id(), agency="USA/BIS", country="USA", officer="Ann")


def cpu(act: Callable[[], object]) -> float:
    """Return the CPU seconds that *act* takes."""
    start = time.process_time()
    act()
    return time.process_time() - start


def fill(vaults: dict[str, Vault], count: int) -> dict[str, float]:
    """Fill the vaults in turn; return CPU seconds of each, putting the indexes in order included."""
    spent = dict.fromkeys(vaults, 0.0)
    records = Maker().records(count)
    while chunk := list(islice(records, BATCH)):
        for name, vault in vaults.items():
            spent[name] += cpu(lambda vault=vault, chunk=chunk: vault.records.put_many(chunk, actor="Ann"))  # type: ignore[misc]
    for name, vault in vaults.items():
        spent[name] += cpu(lambda vault=vault: vault.records.settle(count))  # type: ignore[misc]
    return spent


def questions(sort: str, draw: random.Random) -> str:
    """Return a question of a sort, as it stands in the field while it is typed."""
    word = draw.choice(WORDS)
    lengths = {"one": 1, "two": 2, "three": 3, "four": 4}
    if sort in lengths:
        return word[: lengths[sort]]
    if sort == "several":
        return f"{word} {draw.choice(WORDS)[: draw.randrange(1, 5)]}"
    if sort == "part":
        return draw.choice([one for one in WORDS if len(one) > 5])[2:6]  # noqa: PLR2004 - longer than what is cut out
    chosen = draw.choice(FILTERS)
    return chosen if sort == "filters" else f"{word[: draw.randrange(1, 7)]} {chosen}"


def search(vaults: dict[str, Vault], each: int = 100) -> dict[str, dict[str, float]]:
    """Return, by sort of question, median and 95th percentile in ms of warm searches, and the ratio of the sums."""
    found: dict[str, dict[str, float]] = {}
    for sort, aim in AIMS.items():
        draw, times = random.Random(sort), {name: list[float]() for name in vaults}
        asked = [questions(sort, draw) for _turn in range(each)]
        for text in asked:
            parse(text)
            for name, vault in vaults.items():
                vault.search(text)
                times[name].append(min(cpu(lambda v=vault, t=text: v.search(t)) for _turn in range(2)) * 1e3)  # type: ignore[misc]
        ours = sorted(times["vault"])
        row = {"median": ours[each // 2], "p95": ours[each * 95 // 100], "aim": aim}
        found[sort] = {**row, "to plain": sum(ours) / sum(times["plain"])}
    return found


def save(vaults: dict[str, Vault], count: int = 300) -> dict[str, dict[str, float]]:
    """Return CPU ms of one saved revision: remarks changed, and a name changed."""
    found = {}
    for what in ("remarks", "name"):
        spent = {}
        for name, vault in vaults.items():
            offset = vault.records.count(kind="party") // 2
            revised = []
            for number, one in enumerate(vault.records.list_records(kind="party", offset=offset, limit=count)):
                longer = msgspec.structs.replace(one.names[0], text=f"{one.names[0].text} {number}")  # type: ignore[attr-defined]
                change = {"remarks": f"seen {number}"} if what == "remarks" else {"names": (longer,)}
                revised.append(msgspec.structs.replace(one, revision=new_revision(), parents=(one.revision,), **change))
            spent[name] = cpu(lambda v=vault, all_=revised: [v.records.put(one, actor="Ann") for one in all_])  # type: ignore[misc]
        found[what] = {"ms": spent["vault"] / count * 1e3, "aim": 2, "to plain": spent["vault"] / spent["plain"]}
    return found


def opening(folder: Path, master: bytes) -> float:
    """Return the wall time in ms to open a closed vault and answer a first question, the best of five."""
    best = float("inf")
    for _turn in range(5):
        start = time.perf_counter()
        with open_vault(folder, master) as vault:
            vault.search("volna 12", limit=50)
            best = min(best, time.perf_counter() - start)
    return best * 1e3


def leaving(vault: Vault) -> dict[str, float]:
    """Return CPU ms of the check before something leaves: of one record, and of a thousand side by side."""
    ids = [row.id for row in vault.records.rows(limit=1000)]
    return {
        "one": cpu(lambda: vault.check_leaving(ids[:1])) * 1e3,
        "thousand": cpu(lambda: vault.check_leaving(ids)) * 1e3,
    }


def _tool(words: list[str], into: Path | None = None) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (into or Path("/dev/null")).open("wb") as out:
        subprocess.run(words, stdout=out, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def attachment(vault: Vault, folder: Path, mebibytes: int) -> dict[str, float]:
    """Return CPU seconds for one attachment, in and out, beside those of ``sha256sum`` and ``age``."""
    source, sealed, key = folder / "source", folder / "sealed.age", folder / "key.txt"
    with source.open("wb") as file:
        for _turn in range(mebibytes):
            file.write(random.randbytes(1 << 20))
    key.unlink(missing_ok=True)
    made_key = subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True, text=True)
    recipient = made_key.stderr.split()[-1]
    age = _tool(["sha256sum", str(source)]) + _tool(["age", "-r", recipient, "-o", str(sealed), str(source)])
    with source.open("rb") as file:
        taken = cpu(lambda: vault.attachments.add(file, actor="Ann", size_hint=mebibytes << 20))
    age_back = _tool(["age", "-d", "-i", str(key), str(sealed)])
    (stored,) = vault.attachments.all()

    def read() -> None:
        with vault.attachments.open_stored(stored) as opened:
            while opened.read(1 << 20):
                pass

    back = cpu(read)
    for path in (source, sealed, key):
        path.unlink()
    return {
        "in": taken,
        "in to age": taken / age,
        "aim in": 1.2,
        "out": back,
        "out to age": back / age_back,
        "aim out": 1,
    }


def main() -> None:
    """Measure everything and print it, one line a figure."""
    words = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--records", type=int, default=1_000_000)
    words.add_argument("--attachment", type=int, default=1024, help="MiB")
    words.add_argument("--json", type=Path)
    given = words.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    master, ours = new_master(), given.folder / "ours.briefcase"
    with without_key():
        plain = made(given.folder / "plain.briefcase", master)
    vault = made(ours, master)
    vaults = {"vault": vault, "plain": plain}
    filled = fill(vaults, given.records)
    found: dict[str, object] = {
        "import": {
            "us a record": filled["vault"] / given.records * 1e6,
            "to plain": filled["vault"] / filled["plain"],
            "aim": 1.6,
        },
        "search ms": search(vaults),
        "save": save(vaults),
        "leaving ms": leaving(vault),
        "attachment s": attachment(vault, given.folder, given.attachment),
    }
    plain.close()
    vault.close()
    found["open ms"] = {"first answer": opening(ours, master), "aim": 50}
    found["size MiB"] = {"database": (ours / "store.db").stat().st_size >> 20}
    found["memory MiB"] = {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, "aim": 300}
    for name, values in found.items():
        print(name, json.dumps(values, default=lambda value: round(value, 2)))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
