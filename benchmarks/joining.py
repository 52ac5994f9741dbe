"""Taking in a bundle of many records against the plain bulk import of the same records, by CPU time.

    python benchmarks/joining.py FOLDER [--records 50000] [--rounds 2] [--profile]

Both write the same records into new vaults with the same indexes, digests and audit entries. ``plain`` is the vault's
own bulk import of records that are ready; ``take in`` verifies every byte of a sealed file, its commitments and labels,
checks each record, compares it with what is here, and keeps it. Records are invented (``many_records.py``).
At the end parties that may be the same are looked for.
"""

# ruff: noqa: INP001, T201 - a script that prints
from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import msgspec
from many_records import Maker

from briefcase import resources
from briefcase.bundle.content import BundleContent
from briefcase.bundle.write import write_bundle
from briefcase.records import sameness
from briefcase.records.kinds import Party
from briefcase.records.values import Originator
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import contacts, receiving
from briefcase.services.session import Session, create_vault


def session(folder: Path, name: str, agency: str) -> Session:
    """Return a new vault, open."""
    shutil.rmtree(folder / name, ignore_errors=True)
    pack = resources.path("packs", "exercise.toml")
    words = "correct horse battery staple"
    fast = KdfParameters(1, 8192)
    made = create_vault(folder / name, words, agency=agency, country=agency[:3], officer=name, pack=pack, kdf=fast)
    return made.session


def meet(here: Session, there: Session, folder: Path) -> None:
    """Let one officer have the other's card, words compared."""
    path = folder / f"{there.country}.card"
    path.unlink(missing_ok=True)
    contacts.export_card(there, path)
    contact = contacts.import_card(here, path)
    contacts.verify(here, contact.fingerprint, " ".join(there.identity.card.words()), there.agency, there.country)


def cpu(act: Callable[[], object]) -> float:
    """Return the CPU seconds that *act* takes."""
    start = time.process_time()
    act()
    return time.process_time() - start


def take(who: Session, path: Path) -> receiving.Taken:
    """Open a sealed file, look at it, and take it in."""
    received = receiving.inspect(who, path)
    try:
        return receiving.take_in(who, received)
    finally:
        received.close()


def same(count: int) -> None:
    """Look for parties that may be the same among *count*, and print what that took."""
    parties = list(islice((one for one in Maker().records(3 * count) if isinstance(one, Party)), count))
    start = time.process_time()
    traits = [sameness.traits(one) for one in parties]
    middle = time.process_time()
    found = sum(1 for _pair in sameness.pairs(traits))
    end = time.process_time()
    print(f"{len(parties)} parties: keys {middle - start:.2f} s, {found} pairs {end - middle:.2f} s CPU")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--parties", type=int, default=50_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    sender, receiver = session(folder, "usa", "USA/BIS"), session(folder, "gbr", "GBR/HMRC")
    origin = Originator(agency=sender.agency, fingerprint=sender.fingerprint)
    records = [msgspec.structs.replace(one, originator=origin) for one in Maker().records(asked.records)]
    meet(receiver, sender, folder)
    meet(sender, receiver, folder)
    for old in folder.glob("*.brief"):
        old.unlink()
    content = BundleContent(views=records, pack=sender.pack, purpose="", created=sender.now())
    path = write_bundle(folder, content, sender.identity, [receiver.identity.card]).path
    receiver.close()
    print(f"{len(records)} records, sealed file {path.stat().st_size >> 20} MiB")
    for number in range(asked.rounds):
        plain, fresh = (session(folder, f"round-{one}", "GBR/HMRC") for one in ("plain", "take"))

        def keep(vault: Session = plain) -> None:
            vault.vault.records.put_many(records, actor="Ann")
            vault.vault.records.settle(len(records))

        meet(fresh, sender, folder)
        target = write_bundle(folder, content, sender.identity, [fresh.identity.card]).path
        spent = {"plain": cpu(keep)}
        profile = cProfile.Profile() if asked.profile and number == 0 else None
        if profile is not None:
            profile.enable()
        spent["take in"] = cpu(lambda vault=fresh, file=target: take(vault, file))  # type: ignore[misc]
        if profile is not None:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        target.unlink()
        for name, seconds in spent.items():
            print(f"{name:8} {seconds:6.2f} s CPU, {1000 * seconds / len(records):.3f} ms a record")
        print(f"rate of taking in: {spent['plain'] / spent['take in']:.2f} of plain")
        for one in (plain, fresh):
            one.close()
    sender.close()
    same(asked.parties)


if __name__ == "__main__":
    main()
