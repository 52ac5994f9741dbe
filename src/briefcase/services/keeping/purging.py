"""Deleting a case for good: first what would go and what would stay, then, after a second question, the deed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from briefcase.services import cases
from briefcase.services.errors import CaseUnknown
from briefcase.services.keeping.errors import PurgeUnconfirmed
from briefcase.services.session import Session

Progress = Callable[[int, int], None]
"""Called with the pages overwritten and all of them."""
_COPIES = ("vault.copied", "vault.travel")


@dataclass(frozen=True)
class Planned:
    """What a purge would do.

    Attributes:
        case_id: of the case.
        title: of the case.
        number: to be typed as the answer to the second question: the case's reference, or its id when it has none.
        records: how many records go for good, the case among them.
        revisions: how many snapshots of them.
        attachments: how many attached files go.
        size: of those files in bytes.
        staying: (id, title) of records of the case that stay, because another case or a record that stays needs them.
        searches: names of saved searches that go, because they quote what goes.
        disclosures: lines in the log of what went to whom that speak of the records; they stay.
        copies: copies and travel vaults that were made of this vault, and may hold the case.
    """

    case_id: str
    title: str
    number: str
    records: int
    revisions: int
    attachments: int
    size: int
    staying: tuple[tuple[str, str], ...]
    searches: tuple[str, ...]
    disclosures: int
    copies: int


def plan(session: Session, case: str) -> Planned:
    """Say what deleting a case would do; nothing is changed.

    Raises:
        CaseUnknown, CaseAmbiguous.
        briefcase.vault.errors.VaultReadOnly.
    """
    found = cases.find_case(session, case, in_bin=True)
    choice = session.vault.purge(found.id).choose()
    titles = cases.titles(session, choice.staying)
    kept = {one.id for one in cases.case_records(session, found.id)} - set(choice.staying)
    logged = [one for one in session.vault.disclosures.list() if one.record_id in kept]
    return Planned(
        case_id=found.id,
        title=found.title,
        number=found.reference or found.id,
        records=choice.records,
        revisions=choice.revisions,
        attachments=len(choice.attachments),
        size=choice.size,
        staying=tuple((one, titles.get(one, "")) for one in choice.staying),
        searches=choice.searches,
        disclosures=len(logged),
        copies=sum(entry.action in _COPIES for entry in session.vault.audit.entries()),
    )


def purge(session: Session, planned: Planned, typed: str, *, progress: Progress | None = None) -> None:
    """Delete a case for good and overwrite what it left; the audit chain holds the certificate.

    What went to whom stays in the log, as ids. Messages, consents and bundles that were exchanged stay, too: they are
    papers between agencies. Copies, travel vaults and what partners have are not reached.

    Args:
        session: open for writing.
        planned: from ``plan``.
        typed: the answer to the second question: ``Planned.number``.
        progress: see ``Progress``.

    Raises:
        PurgeUnconfirmed: *typed* is not the number.
        And the vault's own. An error after the deletion leaves the overwriting for the next opening.
    """
    if _plain(typed) != _plain(planned.number):
        raise PurgeUnconfirmed
    detail: dict[str, object] = {"disclosures": planned.disclosures, "copies": planned.copies}
    session.vault.purge(planned.case_id).delete(actor=session.officer, detail=detail)
    session.vault.finish_purge(actor=session.officer, progress=progress)


@dataclass(frozen=True)
class Certificate:
    """What proves that a case was deleted: the entry of the audit chain that says so.

    Attributes:
        case_id: of the case.
        number: of the entry.
        time: UTC.
        actor: who did it.
        chain: the value of the chain there, 64 hex digits.
        head: of the chain now.
    """

    case_id: str
    number: int
    time: str
    actor: str
    chain: str
    head: str


def certificate(session: Session, case_id: str) -> Certificate:
    """Return the certificate of a case that was deleted here.

    Raises:
        CaseUnknown: the audit chain speaks of no such deletion.
    """
    found = session.vault.audit.about(case_id, "case.purge")
    if not found:
        raise CaseUnknown
    entry = found[-1]
    return Certificate(case_id, entry.number, entry.time, entry.actor, entry.chain, session.vault.audit.head())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
