"""Keeping the records of a large file of JSON lines: a million of them in the memory of a few thousand.

The file is read three times: for the names that lines give themselves, to check every line, and to keep. Nothing is
kept before every line was found right. What is kept then comes in batches, each one act with one entry in the audit
chain; whatever stops the work leaves whole batches, and ``first`` goes on after them.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from briefcase.records import intake, reasons
from briefcase.records.errors import RecordInvalid, RecordLineInvalid
from briefcase.records.intake import Draft
from briefcase.records.kinds import AnyRecord, Case
from briefcase.services import cases
from briefcase.services.errors import FileUnreadable, RecordExists
from briefcase.services.files import need_readable
from briefcase.services.finding.errors import FileChanged, TooManyNames
from briefcase.services.session import Session

BATCH = 10_000
"""Lines that are kept as one act."""
LARGE = 8 << 20
"""Bytes from which on a file is kept in batches."""
NAMES = 100_000
"""The most lines of one file that may give themselves a short name; a UUID costs no memory."""
_LONGEST_LINE = 4 << 20
Progress = Callable[[str, int], None]
"""Called with ``names``, ``check`` or ``keep`` and the lines done so far."""
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Added:
    """What became of a file.

    Attributes:
        kept: lines that were kept.
        next_line: the line to go on with; 0 when everything was kept.
    """

    kept: int
    next_line: int = 0


class _Cancelled(Exception):
    """The officer stopped the work; what the running batch did is undone."""


@dataclass
class _Work:
    """One file on its way into a vault."""

    session: Session
    file: BinaryIO
    first: int
    progress: Progress
    cancel: Cancel

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of every line that is not empty, from the beginning of the file."""
        self.file.seek(0)
        for number, line in enumerate(iter(lambda: self.file.readline(_LONGEST_LINE + 1), b""), start=1):
            if len(line) > _LONGEST_LINE:
                raise RecordLineInvalid(line=number, field="$", reason=reasons.TOO_LONG)
            data = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if data.strip() and number >= self.first:
                yield number, data

    def batches(self) -> Iterator[tuple[list[Draft], bytes]]:
        """Yield the lines in batches, each with the SHA-256 of its bytes."""
        lines = self.lines()
        while chunk := list(islice(lines, BATCH)):
            digest = hashlib.sha256(b"".join(data for _number, data in chunk)).digest()
            yield [intake.parse_line(data, line=number) for number, data in chunk], digest

    def step(self, stage: str, count: int) -> None:
        """Say how far it is.

        Raises:
            _Cancelled: the officer wants it stopped.
        """
        self.progress(stage, count)
        if self.cancel():
            raise _Cancelled


def add_file(
    session: Session,
    path: Path,
    *,
    first: int = 1,
    progress: Progress = lambda _stage, _count: None,
    cancel: Cancel = lambda: False,
) -> Added:
    """Keep the records of a file of JSON lines in batches.

    Args:
        session: open.
        path: of the file.
        first: number of the line to begin with, after a stop; lines before it may not be named by later ones.
        progress: see ``Progress``.
        cancel: asked often; once it says yes, the batches that are kept stay and nothing else.

    Raises:
        RecordLineInvalid: a line does not fit; nothing was kept.
        RecordExists, TooManyNames: nothing was kept.
        FileChanged: the file was written to in the meantime; whole batches may be kept.
        FileUnreadable, and the vault's own errors.
    """
    need_readable(path)
    try:
        with path.open("rb") as file:
            return _add(_Work(session, file, first, progress, cancel))
    except OSError:
        raise FileUnreadable(name=path.name) from None


def _add(work: _Work) -> Added:
    kept, upto = 0, work.first - 1
    try:
        aliases, opened = _names(work)
        digests = _check(work, aliases, opened)
        for number, (drafts, digest) in enumerate(work.batches()):
            if number >= len(digests) or digest != digests[number]:
                raise FileChanged
            _keep(work, drafts, aliases, kept)
            kept, upto = kept + len(drafts), drafts[-1].line
    except _Cancelled:
        return Added(kept, upto + 1)
    finally:
        work.session.vault.records.settle(kept)
    return Added(kept)


def _names(work: _Work) -> tuple[dict[str, str], set[str]]:
    """Return the ids for the short names that lines give themselves, and the ids of the cases among the lines."""
    aliases: dict[str, str] = {}
    opened: set[str] = set()
    seen, count = array("Q"), 0
    for drafts, _digest in work.batches():
        intake.name(drafts, aliases)
        if len(aliases) > NAMES:
            raise TooManyNames(most=NAMES)
        known = intake.known_ids(drafts)
        seen.extend(int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest(), "big") for one in known)
        if len(known) < sum(1 for one in drafts if one.id and one.id not in aliases):
            raise RecordInvalid(field="id", reason=reasons.DUPLICATE_ID)
        opened.update(aliases.get(one.id, one.id) for one in drafts if one.kind == "case" and one.id)
        count += len(drafts)
        work.step("names", count)
    if any(one == other for one, other in pairwise(sorted(seen))):
        raise RecordInvalid(field="id", reason=reasons.DUPLICATE_ID)
    return aliases, opened


def _check(work: _Work, aliases: dict[str, str], opened: set[str]) -> list[bytes]:
    """Check every line as it would be kept; return the digests of the batches."""
    session, digests, count = work.session, [], 0
    for drafts, digest in work.batches():
        taken = session.vault.records.known(intake.known_ids(drafts))
        if taken:
            raise RecordExists(id=min(taken))
        for at, draft in enumerate(drafts):
            record = intake.resolve_one(draft, aliases, pack=session.pack)
            if record.shared_by and session.agency not in record.shared_by:
                raise RecordLineInvalid(line=draft.line, field="shared_by", reason=reasons.OWN_AGENCY)
            for case_id in record.case_ids:
                if case_id not in opened and not isinstance(session.vault.records.get(case_id), Case):
                    raise RecordLineInvalid(line=draft.line, field="case_ids", reason=reasons.NO_SUCH_ALIAS)
                opened.add(case_id)
            if at % 1000 == 0:
                work.step("check", count + at)
        digests.append(digest)
        count += len(drafts)
    work.step("check", count)
    return digests


def _keep(work: _Work, drafts: Sequence[Draft], aliases: dict[str, str], before: int) -> None:
    session = work.session

    def records() -> Iterator[AnyRecord]:
        for draft in drafts:
            yield cases.stamped(session, intake.resolve_one(draft, aliases, pack=session.pack))

    detail: dict[str, object] = {"lines": [drafts[0].line, drafts[-1].line]}
    session.vault.records.put_many(
        records(),
        actor=session.officer,
        action="record.add",
        detail=detail,
        progress=lambda count: work.step("keep", before + count),
    )
