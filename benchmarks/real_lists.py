"""Fill a vault from public lists, search it, hand a thousand of its records over, take them in, print: with times.

    python benchmarks/real_lists.py DATA_DIR OUT_DIR --pdf policy.pdf --pdf packaging-tutorial.ja.pdf

``DATA_DIR`` holds ``us/csl_consolidated_full.csv`` (the Consolidated Screening List of trade.gov) and
``bis/us_bis_export_cases.yml`` (captions of BIS cases with their parties). ``OUT_DIR`` is made and must not exist.
The two documents of the figures in README.md are out of Debian 12: ``/usr/share/doc/debian-policy/policy.pdf.gz``
(unpacked) of the package debian-policy 4.6.2.0, and ``/usr/share/doc/packaging-tutorial/packaging-tutorial.ja.pdf`` of
packaging-tutorial 0.29; without ``--pdf`` two small made-up ones are attached.

Everything is marked under the exercise pack, which is fictitious.
"""

# ruff: noqa: INP001 - a script beside the package
from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
from public_lists import BisCase, bis_cases, screening_list

from briefcase import resources
from briefcase.records import intake
from briefcase.records.canonical import Json
from briefcase.records.intake import Draft
from briefcase.records.kinds import AnyRecord, Document
from briefcase.seal.keyslots import MODERATE, generate_passphrase
from briefcase.services import cases, contacts, handover, printing, receiving
from briefcase.services.finding import searching
from briefcase.services.session import Session, create_vault, unlock

MIB = 1024 * 1024
SHARED: dict[str, Json] = {"marking": "EXERCISE OFFICIAL//REL TO USA, AUS, GBR"}
KEPT: dict[str, Json] = {"marking": "EXERCISE OFFICIAL//REL TO USA, AUS"}
RELEASED, WITHHELD = 1000, 50
QUERIES = (
    "mahan air",
    "zhongxing telecommunications",
    "kosarayanifard",
    "gazprom",
    "al-khuwayt taha",
    "bolshaya yakimanka",
    "huawei technologies",
    "7206512",
    "islamic republic of iran shipping lines",
    "abdelrazik",
    "hikvision",
    "siberian airlines",
    "tehran",
    "limited",
    "no such name anywhere",
)


@dataclass
class Table:
    """What was measured, in the order it was."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, note: str = "") -> None:
        """Note one figure."""
        self.rows.append((what, figure, note))
        sys.stdout.write(f"  {what}: {figure} {note}\n")
        sys.stdout.flush()

    @contextmanager
    def timed(self, what: str) -> Iterator[list[str]]:
        """Note how long the block took; what it appends to the list becomes the remark."""
        notes: list[str] = []
        start = time.perf_counter()
        yield notes
        self.add(what, f"{time.perf_counter() - start:.2f} s", "; ".join(notes))

    def markdown(self) -> str:
        """Return the figures as a table."""
        lines = ["| step | figure | remark |", "|---|---:|---|"]
        return "\n".join([*lines, *(f"| {what} | {figure} | {note} |" for what, figure, note in self.rows)]) + "\n"


def main() -> None:
    """Run the whole benchmark."""
    parser = argparse.ArgumentParser(description="Measure the product on real public lists.")
    parser.add_argument("data", type=Path, help="folder with us/ and bis/")
    parser.add_argument("out", type=Path, help="new folder for vaults, bundle and pages")
    parser.add_argument("--pdf", type=Path, action="append", default=[], help="a document to attach; twice")
    given = parser.parse_args()
    given.out.mkdir()
    table = Table()
    passphrase = generate_passphrase()
    usa, gbr = (
        _vault(given.out, passphrase, *who) for who in (("usa", "USA/BIS", "Dana"), ("gbr", "GBR/HMRC", "Owen"))
    )
    _meet(given.out, usa, gbr)
    chosen = _fill(table, usa, given.data, given.pdf)
    _list_and_search(table, usa)
    usa.close()
    with table.timed("unlock with the passphrase"):
        usa = unlock(given.out / "usa.briefcase", passphrase)
    sealed = _hand_over(table, usa, gbr, chosen, given.out)
    _take_in(table, gbr, sealed)
    _search(table, gbr, "taken in: ")
    _print(table, usa, chosen[0], gbr, given.out)
    _sizes(table, given.out)
    for session in (usa, gbr):
        with table.timed(f"vault check, {session.country}") as notes:
            notes.append(f"{len(session.vault.check())} findings")
        session.close()
    table.add("peak memory of the process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    (given.out / "figures.md").write_text(table.markdown(), encoding="utf-8")
    sys.stdout.write("\n" + table.markdown())


def _vault(out: Path, passphrase: str, name: str, agency: str, officer: str) -> Session:
    pack = resources.path("packs", "exercise.toml")
    folder = out / f"{name}.briefcase"
    made = create_vault(folder, passphrase, agency=agency, country=agency[:3], officer=officer, pack=pack, kdf=MODERATE)
    return made.session


def _meet(out: Path, one: Session, other: Session) -> None:
    for here, there in ((one, other), (other, one)):
        card = out / f"{there.country}.card"
        contacts.export_card(there, card)
        contact = contacts.import_card(here, card)
        contacts.verify(here, contact.fingerprint, " ".join(there.identity.card.words()), there.agency, there.country)


def _fill(table: Table, session: Session, data: Path, pdfs: Sequence[Path]) -> list[str]:
    """Fill the vault and return the ids that are to be handed over, the case first."""
    with table.timed("read the screening list") as notes:
        rows = list(screening_list(data / "us" / "csl_consolidated_full.csv"))
        names = sum(len(one["names"]) for one in rows if isinstance(one["names"], list))
        notes.append(f"{len(rows)} rows, {names} names")
    captions = bis_cases(data / "bis" / "us_bis_export_cases.yml")
    largest = max(range(len(captions)), key=lambda number: len(captions[number].parties))
    with table.timed("keep the BIS cases with their parties") as notes:
        drafts, parties = _bis_drafts(captions)
        kept = cases.keep(session, intake.resolve(drafts, pack=session.pack))
        notes.append(f"{len(captions)} cases, {parties} parties")
    case = kept[largest]
    with table.timed("attach two documents") as notes:
        documents = [_attach(session, case, path) for path in pdfs] or _made_up(session, case)
        notes.append(f"{sum(one.size for one in documents) / MIB:.1f} MiB")
    with table.timed("make and check the party records"):
        drafts = [Draft("party", "", {**row, **_where(number, case.id)}) for number, row in enumerate(rows)]
        records = intake.resolve(drafts, pack=session.pack)
    with table.timed("keep them in one act") as notes:
        shown: list[int] = []
        kept_parties = cases.keep(session, records, progress=shown.append)
        notes.append(f"{len(kept_parties)} records, {len(shown)} steps of progress")
    of_case = [one.id for one in kept if case.id in one.case_ids]
    most = RELEASED - 1 - len(of_case) - len(documents)
    released = [one.id for one in kept_parties if one.label.marking == SHARED["marking"]][:most]
    withheld = [one.id for one in kept_parties if one.label.marking == KEPT["marking"]][:WITHHELD]
    return [case.id, *of_case, *(one.id for one in documents), *released, *withheld]


def _where(number: int, case_id: str) -> dict[str, Json]:
    """Return label and case of a row: every twentieth is withheld from the partner, the first ones are in the case."""
    found: dict[str, Json] = {"label": KEPT if number % 20 == 0 else SHARED}
    return found | ({"case_ids": [case_id]} if number < RELEASED else {})


def _bis_drafts(captions: Sequence[BisCase]) -> tuple[list[Draft], int]:
    drafts = [
        Draft("case", f"c{number}", {"title": one.caption[:200], "reference": f"BIS-{number:03}", "label": SHARED})
        for number, one in enumerate(captions)
    ]
    parties: dict[str, tuple[dict[str, None], list[Json]]] = {}
    for number, one in enumerate(captions):
        for names in one.parties:
            known, where = parties.setdefault(names[0].casefold(), ({}, []))
            known |= dict.fromkeys(names)
            where.append(f"c{number}")
    for texts, where in parties.values():
        names_json: list[Json] = [
            {"text": text, "kind": "alias" if place else "primary"} for place, text in enumerate(texts)
        ]
        fields: dict[str, Json] = {"party_kind": "unknown_entity", "names": names_json, "label": SHARED}
        drafts.append(Draft("party", "", {**fields, "case_ids": list(dict.fromkeys(map(str, where)))}))
    return drafts, len(parties)


def _document(session: Session, case: AnyRecord, title: str) -> str:
    fields: dict[str, Json] = {"title": title, "document_kind": "report", "label": SHARED, "case_ids": [case.id]}
    return cases.keep(session, intake.resolve([Draft("document", "", fields)], pack=session.pack))[0].id


def _attach(session: Session, case: AnyRecord, path: Path) -> Document:
    return cases.attach(session, _document(session, case, path.stem), path)


def _made_up(session: Session, case: AnyRecord) -> list[Document]:
    paths = [resources.path("demo", name) for name in ("invoice.pdf", "statement.pdf")]
    return [_attach(session, case, path) for path in paths]


def _list_and_search(table: Table, session: Session) -> None:
    with table.timed("list of cases") as notes:
        notes.append(f"{len(cases.list_cases(session))} cases")
    _search(table, session, "")


def _search(table: Table, session: Session, prefix: str) -> None:
    whole: list[tuple[float, str, int]] = []
    typed: list[tuple[float, str]] = []
    for query in QUERIES:
        start = time.perf_counter()
        hits = searching.search(session, query)
        whole.append((time.perf_counter() - start, query, len(hits)))
        for length in range(1, len(query) + 1):
            start = time.perf_counter()
            searching.search(session, query[:length])
            typed.append((time.perf_counter() - start, query[:length]))
    slowest = max(whole)
    found = sum(bool(count) for _time, _query, count in whole)
    note = f"{found} of {len(whole)} find something; slowest {slowest[1]!r} {slowest[0] * 1000:.1f} ms"
    table.add(f"{prefix}search, median of {len(whole)} queries", _ms([one[0] for one in whole]), note)
    times = sorted(one[0] for one in typed)
    most = times[len(times) * 95 // 100] * 1000
    late = f"95 in 100 under {most:.1f} ms; slowest {max(typed)[1]!r} {times[-1] * 1000:.1f} ms"
    table.add(f"{prefix}search while typing, median of {len(typed)}", _ms(times), late)


def _ms(times: Sequence[float]) -> str:
    return f"{statistics.median(times) * 1000:.1f} ms"


def _hand_over(table: Table, usa: Session, gbr: Session, chosen: Sequence[str], out: Path) -> Path:
    with table.timed("release matrix") as notes:
        planned = handover.plan(usa, chosen, [gbr.fingerprint])
        notes.append(f"{len(planned.rows)} records, {len(planned.files[0].records)} go")
    stick = out / "stick"
    stick.mkdir()
    with table.timed("seal, read back and log") as notes:
        sealed = handover.seal(usa, planned, stick, purpose="Benchmark with public lists")[0]
        notes.append(f"{sealed.records} records, {sealed.size / MIB:.2f} MiB")
    return sealed.path


def _take_in(table: Table, gbr: Session, path: Path) -> None:
    with table.timed("open: verdict and records") as notes:
        received = receiving.inspect(gbr, path)
        notes.append(f"{received.verdict.value}, {len(received.records)} records, {len(received.entries)} entries")
    with table.timed("verify every byte and take in") as notes:
        taken = receiving.take_in(gbr, received)
        notes.append(f"{len(taken.new)} new, {taken.attachments} attachments")
    received.close()
    received = receiving.inspect(gbr, path)
    with table.timed("take in again") as notes:
        notes.append("nothing new" if receiving.take_in(gbr, received).nothing_new else "not noticed")
    received.close()


def _print(table: Table, usa: Session, case_id: str, gbr: Session, out: Path) -> None:
    small = next(one for one in cases.list_cases(usa) if 5 < one.count < RELEASED // 2)  # noqa: PLR2004 - a usual case
    with table.timed("print a BIS case") as notes:
        printed = printing.report_pdf(usa, small.id, out / "case.pdf")
        notes.append(f"{small.count} records, {printed.pages} pages, {len(printed.data) / 1024:.0f} KiB")
    contact = contacts.get(usa, gbr.fingerprint)
    with table.timed("print the large case for the partner") as notes:
        printed = printing.report_pdf(usa, case_id, out / "large.pdf", for_contact=contact)
        notes.append(f"{printed.pages} pages, {len(printed.data) / MIB:.1f} MiB")


def _sizes(table: Table, out: Path) -> None:
    for name in ("usa", "gbr"):
        files = [path for path in (out / f"{name}.briefcase").rglob("*") if path.is_file()]
        blobs = sum(path.stat().st_size for path in files if "blobs" in path.parts)
        total = sum(path.stat().st_size for path in files)
        table.add(f"vault folder, {name.upper()}", f"{total / MIB:.1f} MiB", f"{blobs / MIB:.1f} MiB of it attachments")


if __name__ == "__main__":
    main()
