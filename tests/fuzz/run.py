"""Fuzz the readers: ``python tests/fuzz/run.py --seconds 60`` in an environment that has atheris.

The readers are instrumented and imported once; each target runs in a fork of that process, one after the other, each
for its share of the time, slow ones longer. A target that stops early because something was found is started again
until its time is over. What was found lies in the folder of work
as ``<target>-crash-…``; the summary is JSON. The status is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
MEMORY_MIB, SLOWEST_SECONDS, MOST_CRASHES = 2048, 30, 5
_ENDED_BADLY = "the fork ended with an error"
_EXECUTED = re.compile(r"stat::number_of_executed_units: (\d+)")
_PEAK = re.compile(r"stat::peak_rss_mb: +(\d+)")
_COVERED = re.compile(r"cov: (\d+) ft: (\d+)")


def instrumented(*, bech32: bool) -> dict[str, Any]:
    """Import the readers, every branch of them counted, and return the targets.

    Long keys in Bech32 take most of the time when every step of their checksum is counted, so only one target does.
    """
    import atheris  # noqa: PLC0415 - only where fuzzing is done

    with atheris.instrument_imports(include=["briefcase"], exclude=[] if bech32 else ["briefcase.seal.bech32"]):
        from fuzz_targets import TARGETS  # noqa: PLC0415 - has to be imported under instrumentation
    return TARGETS


def one(target: Any, again: str, arguments: list[str]) -> None:  # noqa: ANN401 - a Target, imported late
    """Run one target inside this process under libFuzzer; does not come back."""
    import atheris  # noqa: PLC0415 - only where fuzzing is done

    atheris.Setup([again, f"-max_len={target.longest}", *arguments], target.run)
    atheris.Fuzz()


def _fork(name: str, target: Any, work: Path, arguments: list[str]) -> str:  # noqa: ANN401 - a Target, imported late
    """Run one target in a fork of this process to its end; return what it printed."""
    sys.stdout.flush()
    with (work / f"{name}.log").open("ab+") as log:
        start = log.seek(0, os.SEEK_END)
        child = os.fork()
        if not child:
            try:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
                one(target, sys.argv[0], arguments)
            finally:  # as a process ends, for libFuzzer keeps what was found then; nothing of ours above is unwound
                ctypes.CDLL(None).exit(70)
        _child, status = os.waitpid(child, 0)
        log.seek(start)
        return log.read().decode("utf-8", "replace") + (_ENDED_BADLY if status else "")


def _numbers(log: str) -> dict[str, int]:
    covered = _COVERED.findall(log) or [("0", "0")]
    return {
        "executions": sum(map(int, _EXECUTED.findall(log))),
        "coverage": int(covered[-1][0]),
        "features": int(covered[-1][1]),
        "peak_mib": max(map(int, _PEAK.findall(log)), default=0),
    }


def _start(name: str, work: Path, arguments: list[str]) -> str:
    """Run one target in a child to its end; return what it printed."""
    command = [sys.executable, str(HERE / "run.py"), "--one", name]
    again = work / f"{name}.sh"  # libFuzzer starts itself again by its first argument when it merges
    again.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    again.chmod(0o700)
    paths = (str(HERE.parents[1] / "src"), str(HERE), *filter(None, [os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "FUZZ_AGAIN": str(again)}
    with (work / f"{name}.log").open("a+", encoding="utf-8", errors="replace") as log:
        start = log.seek(0, os.SEEK_END)
        subprocess.run([*command, *arguments], stdout=log, stderr=subprocess.STDOUT, env=environment, check=False)
        log.seek(start)
        return log.read()


def fuzz(name: str, target: Any, seconds: int, work: Path) -> dict[str, Any]:  # noqa: ANN401 - a Target
    """Fuzz one target for so many seconds; what it learns stays in ``work/corpus/<target>``."""
    learnt, seeds = work / "corpus" / name, CORPUS / name
    learnt.mkdir(parents=True, exist_ok=True)
    began, worked, log, runs = time.monotonic(), _worked(), "", 0
    while runs < MOST_CRASHES and (left := round(seconds - (time.monotonic() - began))) > 0:
        limits = (f"-max_total_time={left}", f"-rss_limit_mb={MEMORY_MIB}", f"-timeout={SLOWEST_SECONDS}")
        folders = [str(learnt), *([str(seeds)] if seeds.is_dir() else [])]
        options = [*limits, "-print_final_stats=1", f"-artifact_prefix={work}/{name}-", *folders]
        log += _start(name, work, options) if name == "keys" else _fork(name, target, work, options)
        runs += 1
    found = sorted(path.name for path in work.glob(f"{name}-*") if path.is_file())
    times = {"seconds": round(time.monotonic() - began), "cpu_seconds": round(_worked() - worked)}
    # A child that never came to fuzzing, for want of a module for instance, or that ended badly without leaving what it
    # found, is no clean bill.
    ran = "stat::number_of_executed_units" in log and (bool(found) or _ENDED_BADLY not in log)
    return {**_numbers(log), **times, "findings": found, "ran": ran}


def _worked() -> float:
    """Return the CPU time of the children so far, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def minimise(name: str, work: Path) -> None:
    """Replace the stored corpus of a target by the fewest inputs that reach as much as all that were learnt."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        sources = [str(path) for path in (CORPUS / name, work / "corpus" / name) if path.is_dir()]
        _start(name, work, ["-merge=1", f"-rss_limit_mb={MEMORY_MIB}", folder, *sources])
        kept = sorted(Path(folder).iterdir(), key=lambda path: path.stat().st_size)
        if not kept:
            raise SystemExit(f"{name}: nothing was kept; see {work}/{name}.log")
        shutil.rmtree(CORPUS / name, ignore_errors=True)
        (CORPUS / name).mkdir(parents=True)
        for path in kept:
            shutil.copyfile(path, CORPUS / name / path.name[:16])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz the readers of Briefcase.")
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--targets", default="", help="names with commas between; all by default")
    parser.add_argument("--work", type=Path, help="folder for logs, findings and what is learnt; else a scratch one")
    parser.add_argument("--summary", type=Path, help="where to write the summary as JSON")
    parser.add_argument("--minimise", action="store_true", help="then renew the stored corpus from what was learnt")
    return parser.parse_args()


def main() -> int:
    """Fuzz the targets one after the other; return the status of the process."""
    asked = _arguments()
    sys.path.insert(0, str(HERE.parents[1] / "src"))
    targets = instrumented(bech32=False)
    names = asked.targets.split(",") if asked.targets else list(targets)
    if unknown := set(names) - set(targets):
        raise SystemExit(f"There is no target {', '.join(sorted(unknown))}. There are: {', '.join(targets)}.")
    for name in names:  # what the targets make once is made here; what fails here fails again where it is reported
        with contextlib.suppress(Exception):
            targets[name].run(b"")
    shares = sum(targets[name].share for name in names)
    with tempfile.TemporaryDirectory() as scratch:
        work = asked.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        results: dict[str, Any] = {}
        for name in names:
            results[name] = fuzz(name, targets[name], max(1, round(asked.seconds * targets[name].share / shares)), work)
            sys.stdout.write(f"{name}: {json.dumps(results[name])}\n")
            sys.stdout.flush()
            if asked.summary:
                asked.summary.write_text(json.dumps(_summary(results), indent=1) + "\n", encoding="utf-8")
            if asked.minimise:
                minimise(name, work)
        failed = any(result["findings"] or not result["ran"] for result in results.values())
        if failed and not asked.work:
            _show(Path(scratch))
    return int(failed)


def _summary(results: dict[str, Any]) -> dict[str, Any]:
    return {
        "targets": results,
        "executions": sum(result["executions"] for result in results.values()),
        "cpu_seconds": sum(result["cpu_seconds"] for result in results.values()),
        "seconds": sum(result["seconds"] for result in results.values()),
        "findings": [name for result in results.values() for name in result["findings"]],
    }


def _show(work: Path) -> None:
    """Print the ends of the logs and the findings before the scratch folder goes."""
    for path in sorted(work.glob("*.log")):
        sys.stdout.write(f"--- {path.name}\n{path.read_text(encoding='utf-8')[-3000:]}\n")
    for path in sorted(path for path in work.iterdir() if path.is_file() and path.suffix not in (".log", ".sh")):
        sys.stdout.write(f"{path.name}: {path.read_bytes().hex()}\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(instrumented(bech32=sys.argv[2] == "keys")[sys.argv[2]], os.environ["FUZZ_AGAIN"], sys.argv[3:])
    sys.exit(main())
