"""Handing over: from a case and some contacts to a release matrix, and from the matrix to sealed files.

The matrix is shown first. Sealing decides again, inside one transaction, over exactly what is written; when anything
differs from what was shown, nothing is sealed. Contacts who get the same content share one file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from briefcase.bundle.approvals import SignedApproval
from briefcase.bundle.content import BundleContent, SealedFile
from briefcase.bundle.manifest import Consent as Relied
from briefcase.bundle.manifest import channel
from briefcase.bundle.sealing import Held, new_name
from briefcase.bundle.write import hold_bundle
from briefcase.errors import BriefcaseError
from briefcase.language import listed
from briefcase.records.kinds import Document, Record, TearLine, kind_of
from briefcase.records.names import title_of
from briefcase.release.decision import Decision
from briefcase.release.reasons import explain, field_title
from briefcase.release.view import content_key
from briefcase.services import cases, contacts, identity, outgoing, sealed_log, upkeep
from briefcase.services.approving import rule
from briefcase.services.clearing import deciding, quotation
from briefcase.services.clearing.errors import MatchesOpen, NotInHandover
from briefcase.services.clearing.matches import Match, open_matches
from briefcase.services.consenting import force
from briefcase.services.contacts import Contact
from briefcase.services.errors import (
    DecisionChanged,
    NobodyChosen,
    NothingReleased,
    SealedInPart,
)
from briefcase.services.messaging import mentions
from briefcase.services.messaging.mentions import Mention
from briefcase.services.session import Session

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Cell:
    """One record for one recipient: the verdict, its reasons in words, and the withheld fields by their titles."""

    verdict: str
    reasons: tuple[str, ...]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One record of the matrix; ``cells`` by fingerprint of the recipient."""

    id: str
    kind: str
    title: str
    cells: dict[str, Cell]


@dataclass(frozen=True)
class FilePlan:
    """One file that would be sealed.

    Attributes:
        recipients: who can open it.
        records: released views, the case first.
        tear_lines: as they leave.
        attachments: SHA-256 of the files that go with them.
        size: of the attachments in bytes.
        key: digest of the content.
        consents: that it rests on; who gets the same under other consents gets a file of his own.
        decisions: by recipient's fingerprint and record id, as the log writes them down.
    """

    recipients: tuple[Contact, ...]
    records: tuple[Record, ...]
    tear_lines: tuple[TearLine, ...]
    attachments: tuple[str, ...]
    size: int
    key: str
    consents: tuple[Relied, ...] = ()
    decisions: dict[str, dict[str, Decision]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Plan:
    """The release matrix and the files that follow from it.

    Attributes:
        record_ids: what was to be handed over, tear-lines included.
        recipients: chosen contacts.
        rows: the matrix.
        files: one for each distinct content; a recipient who gets nothing is in none.
        empty: recipients who get nothing.
        accepted: fingerprints of unverified contacts that the officer accepted all the same.
        matches: texts that name what is withheld and files that cannot be searched; while one is open, nothing is
            sealed, and its record counts as withheld.
    """

    record_ids: tuple[str, ...]
    recipients: tuple[Contact, ...]
    rows: tuple[Row, ...]
    files: tuple[FilePlan, ...]
    empty: tuple[Contact, ...]
    accepted: frozenset[str] = frozenset()
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Sealed:
    """One file on the stick, read back and found right."""

    path: Path
    recipients: tuple[Contact, ...]
    bundle_id: str
    size: int
    records: int
    tear_lines: int


@dataclass(frozen=True)
class _Words:
    """What goes with every file of one act."""

    purpose: str
    caveat: str
    approvals: tuple[SignedApproval, ...]


def of_case(session: Session, case_id: str) -> tuple[str, ...]:
    """Return the ids of everything in a case: the case, its records, its tear-lines."""
    cases.need_not_deleted(session, case_id)
    found = [*cases.case_records(session, case_id), *cases.tear_lines(session, case_id)]
    return tuple(record.id for record in found)


def without(record_ids: Sequence[str], left_out: Iterable[str]) -> tuple[str, ...]:
    """Return a selection without what the officer leaves out.

    Raises:
        NotInHandover: a record that is to be left out is not among them.
    """
    out = frozenset(left_out)
    if strays := out - set(record_ids):
        raise NotInHandover(id=min(strays))
    return tuple(one for one in record_ids if one not in out)


def plan(
    session: Session, record_ids: Sequence[str], fingerprints: Sequence[str], *, allow_unverified: bool = False
) -> Plan:
    """Decide what would go to whom.

    Args:
        session: open.
        record_ids: from ``of_case`` or a selection.
        fingerprints: of the chosen contacts.
        allow_unverified: the officer accepted, after a second question, contacts that are not verified.

    Raises:
        NobodyChosen, ContactUnknown; IdentityExpired: our own card is not valid now.
        ContactNotVerified: a contact is unverified and that was not accepted.
        ContactRevoked, ContactReplaced, ContactExpired: always.
    """
    chosen = tuple(contacts.get(session, one) for one in dict.fromkeys(fingerprints))
    if not chosen:
        raise NobodyChosen
    with outgoing.refusals(session, [one.fingerprint for one in chosen]):
        accepted = frozenset(_accept(chosen, allow_unverified=allow_unverified))
        identity.need_current(session)
    records = _selected(session, record_ids)
    scope = quotation.scope(session, records)
    matrix = deciding.matrix(session, scope, chosen)
    decided = {one.fingerprint: matrix.decisions(number) for number, one in enumerate(chosen)}
    rows = tuple(_row(record, decided) for record in records)
    files, empty = _files(session, records, chosen, decided)
    ids, named = tuple(record.id for record in records), open_matches(scope, matrix, chosen)
    return Plan(ids, chosen, rows, files, empty, accepted, named)


def _accept(chosen: Iterable[Contact], *, allow_unverified: bool) -> Iterable[str]:
    for contact in chosen:
        contacts.need_usable(contact, unverified=allow_unverified)
        if contact.state == "unverified":
            yield contact.fingerprint


def _selected(session: Session, record_ids: Sequence[str]) -> list[Record]:
    found = session.vault.records.get_many(dict.fromkeys(record_ids))
    return [found[one] for one in dict.fromkeys(record_ids) if one in found]


def _row(record: Record, decided: dict[str, dict[str, Decision]]) -> Row:
    kind = kind_of(record)
    cells = {}
    for fingerprint, decisions in decided.items():
        decision = decisions[record.id]
        withheld = tuple(field_title(kind, name) for name in sorted(decision.withheld))
        words = tuple(dict.fromkeys(explain(reason) for reason in decision.reasons))
        cells[fingerprint] = Cell(decision.verdict.value, words, withheld)
    return Row(record.id, kind, title_of(record), cells)


def _files(
    session: Session, records: Sequence[Record], chosen: Sequence[Contact], decided: dict[str, dict[str, Decision]]
) -> tuple[tuple[FilePlan, ...], tuple[Contact, ...]]:
    grouped: dict[tuple[str, tuple[Relied, ...]], tuple[list[Contact], list[Record]]] = {}
    empty = []
    for contact in chosen:
        released = deciding.released_views(session, records, decided[contact.fingerprint], contact)
        if not released:
            empty.append(contact)
            continue
        relied = force.relied_on(session, [decided[contact.fingerprint]])
        grouped.setdefault((content_key(released), relied), ([], released))[0].append(contact)
    files = (
        replace(_file(session, *key, *group), decisions={one.fingerprint: decided[one.fingerprint] for one in group[0]})
        for key, group in grouped.items()
    )
    return tuple(files), tuple(empty)


def _file(
    session: Session, key: str, relied: tuple[Relied, ...], recipients: list[Contact], released: list[Record]
) -> FilePlan:
    documents = (one for one in released if isinstance(one, Document) and one.sha256)
    attached = tuple(dict.fromkeys(one.sha256 for one in documents))
    return FilePlan(
        recipients=tuple(recipients),
        records=tuple(one for one in released if not isinstance(one, TearLine)),
        tear_lines=tuple(one for one in released if isinstance(one, TearLine)),
        attachments=attached,
        size=sum(session.vault.attachments.need(one).size for one in attached),
        key=key,
        consents=relied,
    )


def seal(
    session: Session,
    planned: Plan,
    folder: Path,
    *,
    purpose: str = "",
    caveat: str = "",
    allow_names: Collection[Mention] = (),
    approvals: rule.Approvals = rule.Approvals(),  # noqa: B008 - an immutable value
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> list[Sealed]:
    """Seal the files of a plan into *folder*, each as one act with its entries in the logs.

    *allow_names* are those of ``named`` that the officer was shown and accepts in *purpose* and *caveat*; this is
    entered in the chain.

    Raises:
        MessageMentions: they hold such a name that is not among these.
        MatchesOpen: a text names what is withheld, or a file cannot be searched, and the officer has not decided.
        ApprovalNeeded, ApprovalRefused: see ``approving.rule``.
        NothingReleased: nobody gets anything.
        DecisionChanged: what would be sealed now is not what the plan says.
        VaultFailsCheck: the vault was changed from outside.
        SealedInPart: a later file failed; those before it stand and are logged.
        BundleNotFinished: a file was logged and then could not be finished on the stick.
        And what ``bundle.write.hold_bundle`` raises.
    """
    with outgoing.refusals(session, [one.fingerprint for one in planned.recipients]):
        if planned.matches:
            raise MatchesOpen(count=len(planned.matches))
        if not planned.files:
            raise NothingReleased(name=listed(one.name for one in planned.recipients))
        stopped = named(session, planned, purpose=purpose, caveat=caveat)
        if meant := mentions.need_shown(stopped, allow_names):
            session.vault.audit.append("bundle.named", "", {"records": list(meant)}, actor=session.officer)
        leaving = _selected(session, planned.record_ids)
        upkeep.need_whole(session, [*leaving, *deciding.context_of(session, leaving)])
        rule.need_all(session, [_out(session, one, (purpose, caveat)) for one in planned.files], approvals)
    words = _Words(purpose, caveat, approvals.given)
    done: list[Sealed] = []
    for file in planned.files:
        try:
            done.append(_seal_one(session, planned, file, folder, words=words, progress=progress, cancel=cancel))
        except BriefcaseError as error:
            if not done:
                raise
            names = ", ".join(one.path.name for one in done)
            raise SealedInPart(done=len(done), all=len(planned.files), names=names, reason=error.code) from None
    return done


def named(session: Session, planned: Plan, **words: str) -> list[Mention]:
    """Return the names in *words* (purpose, caveat) that a recipient neither knows nor gets with the file."""
    whole = [(file.recipients, (*file.records, *file.tear_lines)) for file in planned.files]
    return [one for to, given in whole for one in mentions.in_words(session, tuple(words.items()), to, given=given)]


def _seal_one(
    session: Session,
    planned: Plan,
    file: FilePlan,
    folder: Path,
    *,
    words: _Words,
    progress: Progress | None,
    cancel: Cancel | None,
) -> Sealed:
    path = folder / new_name()

    def prepare() -> tuple[tuple[FilePlan, SealedFile, BundleContent], Held]:
        again = _decided_again(session, planned, file)
        content, cards = _out(session, again, (words.purpose, words.caveat))
        content = replace(content, approvals=rule.need(session, (content, cards), words.approvals))
        sealed, held = hold_bundle(path, content, session.identity, cards, progress=progress, cancel=cancel)
        return (again, sealed, content), held

    begun = outgoing.Begun("bundle", path, [one.fingerprint for one in file.recipients], file.key)
    again, sealed, _content_of = outgoing.carry_out(
        session, begun, prepare, lambda done, held: _log(session, planned, *done, held=held)
    )
    return Sealed(
        sealed.path, again.recipients, sealed.bundle_id, sealed.size, len(again.records), len(again.tear_lines)
    )


def _decided_again(session: Session, planned: Plan, file: FilePlan) -> FilePlan:
    fingerprints = [one.fingerprint for one in file.recipients]
    now = plan(session, planned.record_ids, fingerprints, allow_unverified=bool(planned.accepted & set(fingerprints)))
    if now.matches or len(now.files) != 1 or now.empty:
        raise DecisionChanged
    again = now.files[0]
    if (again.key, again.attachments, again.consents) != (file.key, file.attachments, file.consents):
        raise DecisionChanged
    if now.accepted - planned.accepted:
        raise DecisionChanged
    return again


def _series(session: Session, file: FilePlan) -> str:
    return channel(session.fingerprint, [one.fingerprint for one in file.recipients])


def _out(session: Session, file: FilePlan, words: tuple[str, str]) -> rule.Out:
    return _content(session, file, words), [one.card for one in file.recipients]


def _content(session: Session, file: FilePlan, words: tuple[str, str]) -> BundleContent:
    series = _series(session, file)
    return BundleContent(
        views=file.records,
        pack=session.pack,
        purpose=words[0],
        created=session.now(),
        tear_lines=file.tear_lines,
        attachments=[outgoing.attachment(session, one) for one in file.attachments],
        caveat=words[1],
        sequence=session.vault.bundles.next_sequence(series),
        previous=session.vault.bundles.previous_manifest(series),
        audit_head=session.vault.audit.head(),
        consents=file.consents,
    )


def _log(
    session: Session, planned: Plan, file: FilePlan, sealed: SealedFile, content: BundleContent, *, held: Held
) -> None:
    decided = [(one, file.decisions[one.fingerprint]) for one in file.recipients]
    sealed_log.enter(session, sealed, content, decided, key=file.key, accepted=planned.accepted, held=held)
