"""``record``, ``case`` and ``attach``."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from pathlib import Path

import msgspec

from briefcase.cli.errors import Interrupted, UsageError
from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.language import _, ngettext
from briefcase.records import canonical, lattice, meanings, reasons
from briefcase.records.errors import RecordInvalid
from briefcase.records.fields import kind_title
from briefcase.records.kinds import Record, kind_of
from briefcase.records.names import title_of
from briefcase.services import bulk, cases, provenance
from briefcase.services.consenting import life, recalling
from briefcase.services.errors import FileTooLarge
from briefcase.services.files import read_file

_LONGEST = 1 << 30


def _read(name: str) -> bytes:
    if name != "-":
        return read_file(Path(name), limit=_LONGEST)
    data = sys.stdin.buffer.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise FileTooLarge(name=name, limit=_LONGEST)
    return data


def add(arguments: argparse.Namespace, output: Output) -> int:
    """``record add``: print the ids, one a line, in the order of the file; of a large file their number."""
    if arguments.from_line < 1 or (arguments.file == "-" and arguments.from_line != 1):
        raise UsageError(reason="--from-line")
    if arguments.file != "-" and (arguments.from_line != 1 or _is_large(Path(arguments.file))):
        return _add_many(arguments, output)
    text = _read(arguments.file)
    with opened(arguments) as session:
        records = cases.add_lines(session, text)
    found = [record.id for record in records]
    output.answer({"ids": found, "count": len(found), "next_line": 0}, found)
    return 0


def _is_large(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):  # what is no name of a file is said when it is read
        return path.is_file() and path.stat().st_size > bulk.LARGE
    return False


def _add_many(arguments: argparse.Namespace, output: Output) -> int:
    stopped = False

    def say(stage: str, count: int) -> None:
        if count % 50_000 == 0 and count:
            words = _("%(count)d lines checked") if stage != "keep" else _("%(count)d lines kept")
            output.note(words % {"count": count})

    def stop(*_signal: object) -> None:
        nonlocal stopped
        stopped = True

    with opened(arguments) as session:
        before = signal.signal(signal.SIGINT, stop)
        try:
            path = Path(arguments.file)
            added = bulk.add_file(session, path, first=arguments.from_line, progress=say, cancel=lambda: stopped)
        finally:
            signal.signal(signal.SIGINT, before)
    lines = [_("%(count)d records kept.") % {"count": added.kept}]
    if added.next_line:
        lines.append(_("Stopped; go on with --from-line %(line)d.") % {"line": added.next_line})
    output.answer({"ids": [], "count": added.kept, "next_line": added.next_line}, lines)
    return Interrupted.exit_status if added.next_line else 0


def show(arguments: argparse.Namespace, output: Output) -> int:
    """``record show``."""
    with opened(arguments) as session:
        record = cases.get(session, arguments.id)
        known = provenance.of(session, [record])[record.id]
        consents = life.of_record(session, record.id)
        recalled = recalling.sent_of(session, record.id)
        marks = meanings.sentences(lattice.labels_of(record), session.now())
    marking, *rest = _record_lines(record)
    value: dict[str, object] = {
        "record": cases.as_object(record),
        "own": known.own,
        "reported_by": known.reported_by,
        "unverified_source": known.unverified,
        "recalled": [*(one.words for one in known.recalled), *(one.words for one in recalled)],
        "consents": [msgspec.to_builtins(one) for one in consents],
    }
    said = [*marks, *(one.words for one in recalled), *(one.words for one in consents)]
    output.answer(value, [marking, *known.words, *said, *rest])
    return 0


def edit(arguments: argparse.Namespace, output: Output) -> int:
    """``record edit``: the file holds one JSON object with the new values by field name; null empties a field."""
    changes = canonical.decode_json(_read(arguments.file))
    if not isinstance(changes, dict):
        raise RecordInvalid(field="$", reason=reasons.NOT_JSON)
    with opened(arguments) as session:
        record = cases.edit_record(session, arguments.id, changes)
    output.answer({"record": cases.as_object(record)}, [record.id])
    return 0


def list_cases(arguments: argparse.Namespace, output: Output) -> int:
    """``case list``."""
    with opened(arguments) as session:
        rows = cases.list_cases(session)
    value = [
        {
            "id": row.id,
            "title": row.title,
            "reference": row.reference,
            "status": row.status,
            "records": row.count,
            "updated": row.updated,
            "marking": row.label.marking,
            "own": row.own,
        }
        for row in rows
    ]
    lines = [f"{row.id}  {row.title}  ({_counted(row.count)})" for row in rows] or [_("There are no cases yet.")]
    output.answer({"cases": value}, lines)
    return 0


def _counted(count: int) -> str:
    return ngettext("%(count)d record", "%(count)d records", count) % {"count": count}


def show_case(arguments: argparse.Namespace, output: Output) -> int:
    """``case show``: the case, its records (the case among them) and its tear-lines."""
    with opened(arguments) as session:
        case = cases.find_case(session, arguments.case)
        records = cases.case_records(session, case.id)
        tear_lines = cases.tear_lines(session, case.id)
        banner = cases.banner_of(session, [*records, *tear_lines])
        known = provenance.of(session, [*records, *tear_lines])
    value: dict[str, object] = {
        "case": cases.as_object(case),
        "records": [cases.as_object(record) for record in records],
        "tear_lines": [cases.as_object(record) for record in tear_lines],
        "banner": [banner.line1, banner.line2],
        "reported_by": {key: one.reported_by for key, one in known.items() if one.reported_by},
        "unverified_source": {key: one.unverified for key, one in known.items() if one.unverified},
        "recalled": {key: [each.words for each in one.recalled] for key, one in known.items() if one.recalled},
    }
    lines = [banner.line1, banner.line2, case.title, ""]
    for one in records:
        lines += [_line(one), *(f"  {words}" for words in known[one.id].words)]
    for tear_line in tear_lines:
        lines += [f"{kind_title('tear_line')}: {tear_line.text}", *(f"  {each}" for each in known[tear_line.id].words)]
    lines += ["", _counted(len(records)), banner.line1]
    output.answer(value, lines)
    return 0


def _line(record: Record) -> str:
    return f"{record.id}  {kind_title(kind_of(record))}: {title_of(record)}"


def _record_lines(record: Record) -> list[str]:
    lines = [record.label.marking, _line(record)]
    for name, value in cases.as_object(record).items():
        if name not in ("id", "kind", "label"):
            text = value if isinstance(value, str) else canonical.encode_json(value).decode()
            lines.append(f"  {name}: {text}")
    return lines


def attach(arguments: argparse.Namespace, output: Output) -> int:
    """``attach``: take a file into the vault and name it in a document record."""
    with opened(arguments) as session:
        document = cases.attach(session, arguments.record, arguments.file)
    value: dict[str, object] = {
        "id": document.id,
        "sha256": document.sha256,
        "size": document.size,
        "media_type": document.media_type,
    }
    output.answer(value, [document.sha256])
    return 0
