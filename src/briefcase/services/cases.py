"""Cases and their records: writing, editing, finding, attaching. Everything own is stamped here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from briefcase.records import canonical, ids, intake, lattice, reasons
from briefcase.records.canonical import Json
from briefcase.records.errors import RecordInvalid
from briefcase.records.folding import fold
from briefcase.records.kinds import AnyRecord, Case, Document, Record, TearLine
from briefcase.records.label import Label
from briefcase.records.lattice import Banner
from briefcase.records.names import title_of
from briefcase.records.validate import validate
from briefcase.records.values import Originator
from briefcase.services import deleted, media
from briefcase.services.errors import (
    CaseAmbiguous,
    CaseUnknown,
    FileUnreadable,
    RecordExists,
    RecordNotDocument,
    RecordOfPartner,
)
from briefcase.services.files import need_readable
from briefcase.services.joining import settling, versions
from briefcase.services.session import Session
from briefcase.services.undoing.errors import CaseInBin
from briefcase.vault.values import RevisionRow

Progress = Callable[[int], None]


@dataclass(frozen=True)
class CaseRow:
    """A case in the list of cases; ``count`` is with the case itself and without tear-lines."""

    id: str
    title: str
    reference: str
    status: str
    count: int
    updated: str
    label: Label
    own: bool


def list_cases(session: Session) -> list[CaseRow]:
    """Return the cases that do not lie in the bin, the one changed last first."""
    binned = deleted.ids(session)
    changed = {row.id: row.changed for row in session.vault.records.rows(kind="case")}
    rows = []
    for case in (one for one in session.vault.records.cases() if one.id not in binned):
        kept = session.vault.records.rows(case_id=case.id)
        count = 1 + sum(row.kind != "tear_line" and row.id != case.id for row in kept)
        updated = max([changed.get(case.id, case.created), *(row.changed for row in kept)])
        own = is_own(session, case)
        rows.append(CaseRow(case.id, case.title, case.reference, case.status, count, updated, case.label, own))
    return sorted(rows, key=lambda row: row.updated, reverse=True)


def find_case(session: Session, text: str, *, in_bin: bool = False) -> Case:
    """Return the case that an id or a unique title means; one that lies in the bin only with *in_bin*.

    Raises:
        CaseUnknown, CaseAmbiguous, CaseInBin.
    """
    binned = frozenset[str]() if in_bin else deleted.ids(session)
    record = session.vault.records.get(text)
    if isinstance(record, Case):
        need_not_deleted(session, record.id, binned)
        return record
    asked = fold(text)
    every = [case for case in session.vault.records.cases() if asked and fold(case.title) == asked]
    matches = [case for case in every if case.id not in binned]
    if not matches:
        raise CaseInBin if every else CaseUnknown
    if len(matches) > 1:
        raise CaseAmbiguous(count=len(matches))
    return matches[0]


def need_not_deleted(session: Session, case_id: str, binned: frozenset[str] | None = None) -> None:
    """Refuse a case that lies in the bin.

    Raises:
        CaseInBin.
    """
    if case_id in (deleted.ids(session) if binned is None else binned):
        raise CaseInBin


def case_records(session: Session, case_id: str) -> list[Record]:
    """Return the case and its records in the order they were written, without tear-lines."""
    session.saw(case_id, "cases")
    case = session.vault.records.get(case_id)
    rest = session.vault.records.records_of_case(case_id)
    own = [case] if case is not None else []
    return [*own, *(one for one in rest if not isinstance(one, TearLine) and one.id != case_id)]


def tear_lines(session: Session, case_id: str) -> list[TearLine]:
    """Return the tear-lines of a case."""
    return [one for one in session.vault.records.records_of_case(case_id) if isinstance(one, TearLine)]


def get(session: Session, record_id: str) -> Record:
    """Return a record.

    Raises:
        briefcase.vault.errors.RecordUnknown: there is none.
    """
    record = session.vault.records.need(record_id)
    session.saw(record_id)
    return record


def history(session: Session, record_id: str) -> list[RevisionRow]:
    """Return the revisions of a record, oldest first."""
    return session.vault.records.revisions(record_id)


def is_own(session: Session, record: Record) -> bool:
    """Say whether the record was written here, not received."""
    return session.vault.records.source_of(record.id) is None


def may_edit(session: Session, record: Record) -> bool:
    """Say whether our officer may change a record: it is our own, or one that we keep together with its originator."""
    ours = record.originator.agency == session.agency or not record.shared_by
    return (is_own(session, record) and ours) or versions.is_joint(session, record)


def add_lines(session: Session, text: str | bytes) -> list[AnyRecord]:
    """Keep the records of a file of JSON lines, all or none.

    Raises:
        briefcase.records.errors.RecordInvalid: with the line and the field.
        RecordExists: a line brings an id that is taken.
    """
    drafts = intake.parse_lines(text)
    taken = session.vault.records.known(intake.known_ids(drafts))
    if taken:
        raise RecordExists(id=min(taken))
    return keep(session, intake.resolve(drafts, pack=session.pack))


def add_record(
    session: Session, kind: str, fields: dict[str, Json], label: Label, case_ids: Sequence[str] = ()
) -> AnyRecord:
    """Keep one record from the fields of a form.

    Raises:
        briefcase.records.errors.RecordInvalid: with the field.
    """
    value: dict[str, Json] = {**fields, "label": msgspec.to_builtins(label)}
    if case_ids:
        value["case_ids"] = list(case_ids)
    draft = intake.Draft(kind, "", value)
    return keep(session, intake.resolve([draft], pack=session.pack))[0]


def keep(session: Session, records: Sequence[AnyRecord], *, progress: Progress | None = None) -> list[AnyRecord]:
    """Stamp new own records with originator, author, time and revision, and keep them, all or none."""
    check_cases(session, records)
    kept = [stamped(session, record) for record in records]
    if len(kept) == 1:
        session.vault.records.put(kept[0], actor=session.officer)
    elif kept:
        session.vault.records.put_many(kept, actor=session.officer, action="record.add", progress=progress)
    return kept


def check_cases(session: Session, records: Iterable[Record]) -> None:
    """Refuse records that belong to a case that is not here, or are kept together by others without us.

    Raises:
        briefcase.records.errors.RecordInvalid.
    """
    records = tuple(records)
    if any(record.shared_by and session.agency not in record.shared_by for record in records):
        raise RecordInvalid(field="shared_by", reason=reasons.OWN_AGENCY)
    new = {record.id for record in records if isinstance(record, Case)}
    asked = {case_id for record in records for case_id in record.case_ids} - new
    for case_id in sorted(asked):
        if not isinstance(session.vault.records.get(case_id), Case):
            raise RecordInvalid(field="case_ids", reason=reasons.NO_SUCH_ALIAS)


def stamped(session: Session, record: AnyRecord) -> AnyRecord:
    """Return a new own record with originator, author, time and revision set."""
    return msgspec.structs.replace(
        record,
        originator=Originator(agency=session.agency, fingerprint=session.fingerprint),
        author=session.officer,
        created=session.now(),
        revision=ids.new_revision(),
        parents=(),
    )


def edit_record(session: Session, record_id: str, changes: dict[str, Json]) -> Record:
    """Keep a new revision of an own or a joint record; nothing is kept when nothing changed.

    Raises:
        RecordOfPartner: it was received, and is not kept together with its originator.
        briefcase.records.errors.RecordInvalid: with the field.
    """
    record = session.vault.records.need(record_id)
    if not may_edit(session, record):
        raise RecordOfPartner
    changed = intake.apply_edit(record, changes, pack=session.pack)
    if not intake.changed_fields(record, changed):
        return record
    check_cases(session, [changed])
    with session.vault.transaction():
        revised = _revised(session, changed)
        if changed.shared_by != record.shared_by:  # what others sent may count from now on
            settling.settle(session, record_id)
    return revised


def _revised(session: Session, record: AnyRecord) -> AnyRecord:
    revised = msgspec.structs.replace(
        record,
        revision=ids.new_revision(),
        parents=(record.revision,),
        author=session.officer,
        # Others who keep it with us see from it when each of several changes was made.
        created=session.now() if record.shared_by else record.created,
    )
    session.vault.records.put(revised, actor=session.officer)
    return revised


def attach(session: Session, record_id: str, path: Path, *, progress: Progress | None = None) -> Document:
    """Take a file into the vault and name it in an own document record, as one act.

    Raises:
        RecordNotDocument, RecordOfPartner, FileUnreadable, and the vault's own errors.
    """
    need_readable(path)
    try:
        with path.open("rb") as file:
            return attach_stream(
                session, record_id, file, path.name, os.fstat(file.fileno()).st_size, progress=progress
            )
    except OSError:
        raise FileUnreadable(name=path.name) from None


def attach_stream(
    session: Session, record_id: str, file: BinaryIO, name: str, size: int, *, progress: Progress | None = None
) -> Document:
    """As ``attach``, from an open file; its name is data, made safe for any system."""
    record = session.vault.records.need(record_id)
    if not isinstance(record, Document):
        raise RecordNotDocument
    if not is_own(session, record):
        raise RecordOfPartner
    start = file.read(media.SNIFFED)
    file.seek(0)
    kind = media.sniff(start)
    with session.vault.transaction():
        kept = session.vault.attachments.add(
            file, actor=session.officer, media_type=kind, about=record_id, size_hint=size, progress=progress
        )
        filled = msgspec.structs.replace(
            record, file_name=media.safe_name(name), sha256=kept.sha256, size=kept.size, media_type=kind
        )
        validate(filled, pack=session.pack)
        revised = _revised(session, filled)
    if not isinstance(revised, Document):
        raise RecordNotDocument
    return revised


def titles(session: Session, record_ids: Iterable[str]) -> dict[str, str]:
    """Return one line for each of the records that are here."""
    return {record_id: title_of(record) for record_id, record in session.vault.records.get_many(record_ids).items()}


def banner_of(session: Session, records: Iterable[Record]) -> Banner:
    """Return the banner of a page that shows *records*."""
    return lattice.banner(lattice.join_records(records, session.pack), session.pack)


def as_object(record: Record) -> dict[str, Json]:
    """Return a record as plain JSON values, for ``--json``."""
    return canonical.to_object(record)
