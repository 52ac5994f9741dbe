"""Sealing and opening against Debian's age, gpg, 7z, cp and sha256sum, in one interleaved run.

    python benchmarks/seal.py DIR [--size 1024] [--rounds 5] [--large LARGE_DIR] [--large-size 4500]
                              [--json FILE]

``DIR`` is made and removed again; it needs room for about seven times the size. The file system it stands on is part
of the answer: a tmpfs measures the work, a disk measures the disk as well. ``--large`` takes one attachment
the whole way (attach, seal, open, verify, take in) in a second folder, which needs a little more than four times its
size: ``--large-size`` in MB, 4,500 when it is not given, which is more than FAT32 holds.

Each round runs every step once, one after the other, so that a busy machine disturbs all of them alike. Every step is
a process of its own, and the program is compiled as an installed one is; CPU time is user and system time from
``wait4``, threads and children included; memory is what
our own steps read in ``VmHWM``, and ``ru_maxrss`` for the others. Input is incompressible and in the page cache. This
script imports nothing of the product, so that it stays small: no process shows a lower ``ru_maxrss`` than the one
that started it.

Before each step a process of its own uses and gives back 1.5 GiB: on a virtual machine the first use of a page costs
several times a later one, and would fall on whichever step comes by.

The table and the JSON hold median and least of every figure over the rounds after the first, which only warms up. For
our own steps the table also says what the step cost inside its process, without the start of Python and the unlocking.
"""

# ruff: noqa: INP001 - a script beside the package
from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024
MB = 1_000_000
LARGE = 4500
WARM = 1536 * MIB
STEPS = Path(__file__).with_name("seal_steps.py")
SECRET = "benchmark"  # noqa: S105 - a passphrase for gpg and 7z over random bytes


@dataclass
class Cost:
    """What one process cost: CPU and wall seconds, peak memory in MiB, and what our own step said of itself."""

    cpu: float
    wall: float
    peak: float
    said: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of the table: its name, the line it is compared with, and its costs by round."""

    name: str
    against: str
    costs: list[Cost]

    def figure(self, what: str, *, least: bool = False) -> float:
        """Return median or least of ``cpu``, ``wall`` or ``peak``."""
        values = [getattr(cost, what) for cost in self.costs]
        return min(values) if least else statistics.median(values)

    def step(self, what: str) -> float | None:
        """Return the median of what our own step said of itself, or None."""
        values = [cost.said[what] for cost in self.costs if what in cost.said]
        numbers = [value for value in values if isinstance(value, int | float)]
        return statistics.median(numbers) if numbers else None


def measured(command: list[str], stdout: Path | None = None) -> Cost:
    """Run *command*, its output into *stdout* if that is given, and return what it cost."""
    warm_memory()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaint:
        target = stdout.open("wb") if stdout else None
        try:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=target or said, stderr=complaint)  # noqa: S603 - fixed tools
            _pid, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = status
        finally:
            if target:
                target.close()
        if status:
            complaint.seek(0)
            raise SystemExit(f"{' '.join(command)}\nfailed: {complaint.read().decode(errors='replace')[-2000:]}")
        said.seek(0)
        text = said.read(MIB) if command[1:2] == [str(STEPS)] else b""
    answer = json.loads(text) if text.startswith(b"{") else {}
    return Cost(used.ru_utime + used.ru_stime, wall, answer.get("peak", used.ru_maxrss / 1024), answer)


def ours(step: str, *arguments: object) -> Cost:
    """Run one of our own steps."""
    return measured([sys.executable, str(STEPS), step, *map(str, arguments)])


def warm_memory() -> None:
    """Use and give back memory, so that each step finds pages that were in use a moment before; it ends full."""
    touch = f"import mmap\nwith mmap.mmap(-1, {WARM}) as all:\n while all.write(bytes({MIB})): pass"
    subprocess.run([sys.executable, "-c", touch], check=False, capture_output=True)  # noqa: S603 - our own words


def random_file(path: Path, size: int) -> Path:
    """Write *size* incompressible bytes."""
    with path.open("wb") as file:
        for start in range(0, size, MIB):
            file.write(os.urandom(min(MIB, size - start)))
    return path


def attachments(folder: Path, total: int) -> list[Path]:
    """Make files of halving sizes that are *total* bytes together, the last one odd."""
    folder.mkdir()
    sizes, left = [], total
    while left > 3 * MIB:
        sizes.append(left // 2)
        left -= left // 2
    sizes += [left - 1001, 1001]
    return [random_file(folder / f"file-{number}.bin", size) for number, size in enumerate(sizes)]


class Run:
    """The files of one run and its steps."""

    def __init__(self, folder: Path, size: int) -> None:
        folder.mkdir()
        self.folder = folder
        self.rows: dict[str, Row] = {}
        self.plain = random_file(folder / "plain.bin", size)
        self.out = folder / "out.bin"  # 7z adds an ending to a name without one
        keys = folder / "age.key"
        subprocess.run(["age-keygen", "-o", str(keys)], check=True, capture_output=True)  # noqa: S603, S607 - Debian's
        public = subprocess.run(["age-keygen", "-y", str(keys)], check=True, capture_output=True, text=True)  # noqa: S603, S607 - Debian's
        self.public = public.stdout.strip()
        self.age_file = folder / "plain.age"
        (folder / "gnupg").mkdir(mode=0o700)
        ours("prepare", folder)
        shutil.copytree(folder / "gbr.briefcase", folder / "empty.briefcase")
        self.case = self.note("attach to a vault", "", ours("attach", folder, *attachments(folder / "files", size)))
        shutil.rmtree(folder / "files")
        self.stick = folder / "stick"

    def note(self, name: str, against: str, cost: Cost) -> str:
        """Keep the cost of one step; return the case that it made, if it made one."""
        self.rows.setdefault(name, Row(name, against, [])).costs.append(cost)
        sys.stderr.write(f"  {name}: {cost.cpu:.2f} s CPU, {cost.wall:.2f} s, {cost.peak:.0f} MiB\n")
        return str(cost.said.get("case", ""))

    def tool(self, name: str, against: str, command: list[str], *, keep: Path | None = None, out: bool = False) -> None:
        """Measure another tool; what it wrote is removed, or kept under another name."""
        self.note(name, against, measured(command, self.out if out else None))
        self._clear(keep)

    def own(self, name: str, against: str, step: str, *arguments: object) -> None:
        """Measure a step of ours; what it wrote to ``out`` is removed."""
        self.note(name, against, ours(step, self.folder, *arguments))
        self._clear(None)

    def _clear(self, keep: Path | None) -> None:
        if keep is not None and self.out.exists():
            self.out.replace(keep)
        self.out.unlink(missing_ok=True)

    def round(self) -> None:
        """Run every step once."""
        plain, out = str(self.plain), str(self.out)
        self.tool("cp", "", ["cp", plain, out])
        self.tool("sha256sum", "", ["sha256sum", plain])
        self.tool("openssl sha256", "", ["openssl", "dgst", "-sha256", plain])
        self.tool("age encrypt", "", ["age", "-r", self.public, "-o", out, plain], keep=self.age_file)
        self.tool("age decrypt", "", ["age", "-d", "-i", str(self.folder / "age.key"), "-o", out, str(self.age_file)])
        self.own("our age layer, encrypt", "age encrypt", "age_encrypt", plain, out)
        self.own("our age layer, decrypt", "age decrypt", "age_decrypt", self.age_file, out)
        self.age_file.unlink()
        self._text(plain, out)
        self._others(plain, out)
        self._bundle()

    def _text(self, plain: str, out: str) -> None:
        """The text form of age."""
        seal = ["age", "-a", "-r", self.public, "-o", out, plain]
        self.tool("age encrypt, text form", "", seal, keep=self.age_file)
        opened = ["age", "-d", "-i", str(self.folder / "age.key"), "-o", out, str(self.age_file)]
        self.tool("age decrypt, text form", "", opened)
        self.own("our age layer, encrypt, text form", "age encrypt, text form", "age_encrypt_text", plain, out)
        self.own("our age layer, decrypt, text form", "age decrypt, text form", "age_decrypt", self.age_file, out)
        self.age_file.unlink()

    def _others(self, plain: str, out: str) -> None:
        kept = self.folder / "kept"
        gpg = ["gpg", "--homedir", str(self.folder / "gnupg"), "--batch", "--pinentry-mode", "loopback"]
        gpg += ["--passphrase", SECRET, "-o", out]
        seal = [*gpg, "--symmetric", "--cipher-algo", "AES256", "--compress-algo", "none", plain]
        self.tool("gpg encrypt", "age encrypt", seal, keep=kept)
        self.tool("gpg decrypt", "age decrypt", [*gpg, "-d", str(kept)])
        kept.unlink()
        seal = ["7z", "a", "-t7z", "-mx0", f"-p{SECRET}", "-bso0", "-bsp0", out, plain]
        self.tool("7z encrypt", "age encrypt", seal, keep=kept)
        self.tool("7z decrypt", "age decrypt", ["7z", "x", "-so", f"-p{SECRET}", str(kept)], out=True)
        kept.unlink()

    def _bundle(self) -> None:
        self.stick.mkdir()
        self.own("seal out of a vault", "age encrypt", "seal", self.case, self.stick)
        self._without_reading_back(self.rows["seal out of a vault"].costs[-1])
        bundle = next(self.stick.glob("*.brief"))
        self.own("open and list", "", "look", bundle)
        self.own("verify all", "sha256sum + age decrypt", "verify", bundle)
        shutil.copytree(self.folder / "empty.briefcase", self.folder / "fresh.briefcase")
        self.own("take in", "age decrypt", "take_in", "fresh", bundle)
        shutil.rmtree(self.folder / "fresh.briefcase")
        shutil.rmtree(self.stick)

    def _without_reading_back(self, whole: Cost) -> None:
        """Note what sealing cost but for the reading back, which no other tool does."""
        back = whole.said["read_back"]
        rest = {what: whole.said[what] - back[what] for what in ("cpu", "wall")}  # type: ignore[index, operator]
        cost = Cost(whole.cpu - back["cpu"], whole.wall - back["wall"], whole.peak, dict(rest))  # type: ignore[index]
        self.note("the same without reading back", "age encrypt", cost)

    def large(self, size: int) -> None:
        """Take one attachment of *size* MB the whole way."""
        name = large_name(size)
        file = random_file(self.folder / "large.bin", size * MB)
        self.stick.mkdir()
        case = self.note(f"{name}: attach", "", ours("attach", self.folder, file))
        file.unlink()
        self.own(f"{name}: seal", "", "seal", case, self.stick)
        bundle = next(self.stick.glob("*.brief"))
        self.own(f"{name}: open and list", "", "look", bundle)
        self.own(f"{name}: verify all", "", "verify", bundle)
        self.own(f"{name}: take in", "", "take_in", "gbr", bundle)

    def close(self) -> None:
        """Remove everything."""
        home = str(self.folder / "gnupg")
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, capture_output=True)  # noqa: S607, S603
        shutil.rmtree(self.folder, ignore_errors=True)


def large_name(size: int) -> str:
    """Return what the rows of an attachment of *size* MB are called."""
    return f"one file of {size} MB"


def ratio(rows: dict[str, Row], row: Row, what: str, *, step: bool = False) -> float | None:
    """Return the median over the rounds of the ratio to the lines it is compared with, of the *step* alone if asked."""
    others = [rows[name] for name in row.against.split(" + ") if name in rows]
    if not others or len({len(each.costs) for each in (row, *others)}) > 1:
        return None
    together = zip(row.costs, *(each.costs for each in others), strict=True)
    mine = [(own.said.get(what) if step else getattr(own, what), rest) for own, *rest in together]
    found = [cost / sum(getattr(one, what) for one in rest) for cost, rest in mine if isinstance(cost, int | float)]
    return statistics.median(found) if found else None


def _pair(figures: list[float | None], digits: int) -> str:
    return ", ".join(f"{each:.{digits}f}" for each in figures if each is not None)


def table(rows: dict[str, Row]) -> str:
    """Return the figures as a table."""
    lines = [
        (
            "| step | CPU s, median (least) | wall s, median (least) | peak MiB | step alone: CPU, wall s | against "
            "| ratio CPU, wall | step alone: CPU, wall |"
        ),
        "|---|---:|---:|---:|---:|---|---:|---:|",
    ]
    for row in rows.values():
        step = [row.step(what) for what in ("cpu", "wall")]
        whole, alone = ([ratio(rows, row, what, step=only) for what in ("cpu", "wall")] for only in (False, True))
        cells = [
            row.name,
            f"{row.figure('cpu'):.2f} ({row.figure('cpu', least=True):.2f})",
            f"{row.figure('wall'):.2f} ({row.figure('wall', least=True):.2f})",
            f"{max(cost.peak for cost in row.costs):.0f}",
            _pair(step, 3),
            row.against,
            _pair(whole, 2),
            _pair(alone, 2),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def machine(folder: Path) -> str:
    """Return one line about the machine and the file system under *folder*."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")]
    kind = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], check=False, capture_output=True, text=True)  # noqa: S607, S603
    age = subprocess.run(["age", "--version"], check=False, capture_output=True, text=True)  # noqa: S607
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} x {names[0] if names else platform.processor()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, age {age.stdout.strip()}, on {kind.stdout.strip()}, load {load}"
    )


def main() -> None:
    """Run the whole benchmark."""
    parser = argparse.ArgumentParser(description="Measure sealing and opening against other tools.")
    parser.add_argument("dir", type=Path, help="new folder to work in; removed at the end")
    parser.add_argument("--size", type=int, default=1024, help="MiB of plaintext and of attachments")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count; one more runs before them")
    parser.add_argument("--large", type=Path, help="new folder on a disk for one large attachment")
    parser.add_argument("--large-size", type=int, default=LARGE, help="size of that attachment in MB")
    parser.add_argument("--json", type=Path, help="write all figures there")
    given = parser.parse_args()
    compileall.compile_dir(STEPS.parents[1] / "src", quiet=1)  # as an installed program is
    run = Run(given.dir, given.size * MIB)
    try:
        about = machine(given.dir)
        for number in range(given.rounds + 1):
            sys.stderr.write(f"round {number} of {given.rounds}\n")
            run.round()
            if number == 0 and given.rounds:
                for row in run.rows.values():
                    row.costs[:] = row.costs[:0] if row.name != "attach to a vault" else row.costs
    finally:
        run.close()
    rows = dict(run.rows)
    if given.large:
        run = Run(given.large, 4 * MIB)
        try:
            run.large(given.large_size)
        finally:
            run.close()
        rows |= {name: row for name, row in run.rows.items() if name.startswith(large_name(given.large_size))}
    sys.stdout.write(f"{about}\n{given.size} MiB, {given.rounds} rounds\n\n{table(rows)}")
    if given.json:
        figures = {name: [cost.__dict__ for cost in row.costs] for name, row in rows.items()}
        given.json.write_text(json.dumps({"machine": about, "MiB": given.size, "figures": figures}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
