"""One step of ``seal.py`` in a process of its own: it does the step and says what the step itself cost.

    python benchmarks/seal_steps.py STEP FOLDER [ARGUMENT …]

The answer is one line of JSON on standard output: ``cpu`` (user and system time of the step, its threads included)
and ``wall`` in seconds, ``peak`` memory of the whole process in MiB, and what the step found. The clock runs from
where the vault is unlocked, so that what every command pays (starting, the key derivation) can be told apart.
"""

# ruff: noqa: INP001 - a script beside the package
from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

MIB = 1024 * 1024
PASSPHRASE = "a passphrase that only the benchmark has"  # noqa: S105 - of vaults over random bytes
MARKING = "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"


def cpu() -> float:
    """Return user and system time of this process with its threads, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Return the most memory that this process ever held, in MiB; ``ru_maxrss`` would count the parent's, too."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Clock:
    """What a step costs from ``start`` on."""

    def start(self) -> None:
        """Begin to count."""
        self._cpu, self._wall = cpu(), time.perf_counter()

    def answer(self, **found: object) -> None:
        """Print what the step cost and what it found."""
        sys.stdout.write(json.dumps({**self.cost(), "peak": peak(), **found}) + "\n")

    def cost(self) -> dict[str, float]:
        """Return CPU and wall seconds since ``start``."""
        return {"cpu": cpu() - self._cpu, "wall": time.perf_counter() - self._wall}


def _unlocked(folder: Path, name: str):  # noqa: ANN202 - a Session, imported late
    from briefcase.services.session import unlock  # noqa: PLC0415 - a step imports what it needs

    return unlock(folder / f"{name}.briefcase", PASSPHRASE)


def prepare(_clock: Clock, folder: Path) -> None:
    """Make two vaults whose officers know each other; a cheap key derivation, so that memory is that of the work."""
    from briefcase import resources  # noqa: PLC0415
    from briefcase.seal.keyslots import KdfParameters  # noqa: PLC0415
    from briefcase.services import contacts  # noqa: PLC0415
    from briefcase.services.session import create_vault  # noqa: PLC0415

    pack, sessions = resources.path("packs", "exercise.toml"), []
    for name, agency, officer in (("usa", "USA/BIS", "Dana"), ("gbr", "GBR/HMRC", "Owen")):
        made = create_vault(
            *(folder / f"{name}.briefcase", PASSPHRASE),
            agency=agency,
            country=agency[:3],
            officer=officer,
            pack=pack,
            kdf=KdfParameters(1, 8192),
        )
        sessions.append(made.session)
    for here, there in (sessions, sessions[::-1]):
        card = folder / f"{there.country}.card"
        contacts.export_card(there, card)
        contact = contacts.import_card(here, card)
        contacts.verify(here, contact.fingerprint, " ".join(there.identity.card.words()), there.agency, there.country)
    for session in sessions:
        session.close()


def attach(clock: Clock, folder: Path, *files: str) -> None:
    """Attach files to a new case of the sender's vault."""
    from briefcase.records.label import Label  # noqa: PLC0415
    from briefcase.records.markings import complete  # noqa: PLC0415
    from briefcase.services import cases  # noqa: PLC0415
    from briefcase.services.cases import add_record  # noqa: PLC0415

    session = _unlocked(folder, "usa")
    label = complete(Label(marking=MARKING), session.pack)
    case = add_record(session, "case", {"title": "Benchmark", "status": "open"}, label, ())
    documents = [
        add_record(session, "document", {"title": Path(one).name, "document_kind": "report"}, label, [case.id])
        for one in files
    ]
    clock.start()
    for document, name in zip(documents, files, strict=True):
        cases.attach(session, document.id, Path(name))
    clock.answer(case=case.id)
    session.close()


def seal(clock: Clock, folder: Path, case: str, stick: str) -> None:
    """Seal the case of the sender's vault with its attachments for the recipient, read back and logged."""
    from briefcase.bundle import medium  # noqa: PLC0415
    from briefcase.services import contacts, handover  # noqa: PLC0415

    back, settle = {}, medium.Part.settle

    def timed(*given: object) -> None:
        inner = Clock()
        inner.start()
        settle(*given)
        back.update(inner.cost())

    medium.Part.settle = timed  # type: ignore[method-assign]
    session = _unlocked(folder, "usa")
    partner = contacts.list_contacts(session)[0]
    clock.start()
    planned = handover.plan(session, handover.of_case(session, case), [partner.fingerprint])
    sealed = handover.seal(session, planned, Path(stick), purpose="Benchmark")[0]
    clock.answer(file=str(sealed.path), size=sealed.size, read_back=back)
    session.close()


def look(clock: Clock, folder: Path, file: str) -> None:
    """Open a bundle and list what is in it: verdict, entries and records."""
    from briefcase.services import receiving  # noqa: PLC0415

    session = _unlocked(folder, "gbr")
    clock.start()
    received = receiving.inspect(session, Path(file))
    found = [received.verdict.value, len(received.entries), len(received.records)]
    clock.answer(found=found)
    received.close()
    session.close()


def verify(clock: Clock, folder: Path, file: str) -> None:
    """Open a bundle and verify every byte."""
    from briefcase.services import receiving  # noqa: PLC0415

    session = _unlocked(folder, "gbr")
    clock.start()
    received = receiving.inspect(session, Path(file))
    received.opened.verify_all()
    clock.answer(found=received.verdict.value)
    received.close()
    session.close()


def take_in(clock: Clock, folder: Path, name: str, file: str) -> None:
    """Take a bundle into the vault *name*, every byte verified."""
    from briefcase.services import receiving  # noqa: PLC0415

    session = _unlocked(folder, name)
    clock.start()
    received = receiving.inspect(session, Path(file))
    taken = receiving.take_in(session, received)
    clock.answer(found=[len(taken.new), taken.attachments])
    received.close()
    session.close()


def age_encrypt(clock: Clock, folder: Path, source: str, target: str) -> None:
    """Encrypt with our age layer alone, to the public key in ``age.key``."""
    from briefcase.seal import age  # noqa: PLC0415

    with Path(source).open("rb", buffering=0) as file, Path(target).open("wb", buffering=0) as out:
        clock.start()
        with age.encrypt(out, [_age_key(folder).recipient()]) as writer:
            buffer = memoryview(bytearray(MIB))
            while count := file.readinto(buffer):
                writer.write(buffer[:count])
    clock.answer()


def age_encrypt_text(clock: Clock, folder: Path, source: str, target: str) -> None:
    """Encrypt into the text form, as ``age_encrypt``."""
    from briefcase.seal import age  # noqa: PLC0415

    with Path(source).open("rb") as file, Path(target).open("wb", buffering=0) as out:
        clock.start()
        age.encrypt_stream(file, [_age_key(folder).recipient()], out, armored=True)
        clock.answer()


def age_decrypt(clock: Clock, folder: Path, source: str, target: str) -> None:
    """Decrypt with our age layer alone, binary or the text form."""
    from briefcase.seal import age  # noqa: PLC0415

    with Path(source).open("rb", buffering=0) as file, Path(target).open("wb", buffering=0) as out:
        clock.start()
        age.decrypt_stream(file, [_age_key(folder)], out)
    clock.answer()


def _age_key(folder: Path):  # noqa: ANN202 - an identity, imported late
    from briefcase.seal import age  # noqa: PLC0415

    lines = (folder / "age.key").read_text(encoding="ascii").splitlines()
    return next(age.parse_identity(line) for line in lines if not line.startswith("#"))


STEPS: dict[str, Callable[..., None]] = {
    step.__name__: step
    for step in (prepare, attach, seal, look, verify, take_in, age_encrypt, age_encrypt_text, age_decrypt)
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Clock(), Path(sys.argv[2]), *sys.argv[3:])
