"""Printing: a case summary for ourselves, or for one partner from exactly what release lets him have."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from briefcase.language import _, current
from briefcase.paper.case_summary import case_summary
from briefcase.paper.content import DARK_RED, Banner, CaseSummary
from briefcase.records import lattice, meanings
from briefcase.records.kinds import Case, Record, TearLine
from briefcase.records.vocabulary import vocabulary
from briefcase.release.view import content_key
from briefcase.seal.words import words_for
from briefcase.services import cases, contacts, provenance, upkeep
from briefcase.services.clearing import deciding
from briefcase.services.contacts import Contact
from briefcase.services.errors import NothingReleased
from briefcase.services.files import need_free, write_file
from briefcase.services.keeping import copies
from briefcase.services.provenance import Provenance
from briefcase.services.session import Session

_COUNTER = "control-number"
_DIGITS = "23456789CFGHJMPQRVWX"
_PLACES = 8


@dataclass(frozen=True)
class Printed:
    """A case summary: its pages, its control number, and the PDF itself."""

    pages: int
    control_number: str
    data: bytes


def case_pdf(
    session: Session, case_id: str, out: Path, *, paper: str = "a4", for_contact: Contact | None = None
) -> Printed:
    """Write the summary of a case to a file; see ``case_pdf_bytes``.

    Raises:
        FileExists, FileUnwritable, and what ``case_pdf_bytes`` raises.
    """
    need_free(out)
    printed = case_pdf_bytes(session, case_id, paper=paper, for_contact=for_contact)
    write_file(out, printed.data, private=True)
    return printed


def case_pdf_bytes(session: Session, case_id: str, *, paper: str = "a4", for_contact: Contact | None = None) -> Printed:
    """Set the summary of a case as a PDF in memory, with a control number and an audit entry.

    Args:
        session: open.
        case_id: of the case.
        paper: ``a4`` or ``letter``.
        for_contact: build it from released views for this contact alone; for ourselves when None.

    Raises:
        CaseUnknown; ContactNotVerified and its kinds.
        NothingReleased: the case record itself does not go to the contact.
    """
    case = cases.find_case(session, case_id)
    with session.vault.transaction():
        shown = _for_us(session, case) if for_contact is None else _for_partner(session, case, for_contact)
        number = _control_number(session, for_us=for_contact is None)
        content = _content(session, shown, number, for_contact)
        out = io.BytesIO()
        pages = case_summary(content, out, paper=paper).pages
        detail: dict[str, object] = {
            "control": number,
            "for": for_contact.fingerprint if for_contact else "",
            "content": content_key(shown),
            "paper": paper,
        }
        session.vault.audit.append("case.print", case.id, detail, actor=session.officer)
    return Printed(pages, number, out.getvalue())


def _for_us(session: Session, case: Case) -> list[Record]:
    return [*cases.case_records(session, case.id), *cases.tear_lines(session, case.id)]


def _for_partner(session: Session, case: Case, contact: Contact) -> list[Record]:
    """Return what the partner's copy is built from: released views, nothing else."""
    contacts.need_usable(contact)
    copies.need_settled(session)
    records = _for_us(session, case)
    upkeep.need_whole(session, [*records, *deciding.context_of(session, records)])
    decisions = deciding.decide(session, records, contact)
    shown = deciding.released_views(session, records, decisions, contact)
    if not any(isinstance(one, Case) and one.id == case.id for one in shown):
        raise NothingReleased(name=contact.name)
    return shown


def _control_number(session: Session, *, for_us: bool) -> str:
    """Return the number of a copy: counted on for ourselves, at random for a partner, who is not to count along."""
    agency = re.sub(r"[^A-Z0-9]+", "-", session.agency.upper()).strip("-")
    if not for_us:
        return f"{agency}-{session.now()[:4]}-{''.join(secrets.choice(_DIGITS) for _place in range(_PLACES))}"
    number = int(session.vault.settings.text(_COUNTER, "0")) + 1
    session.vault.settings.set(_COUNTER, str(number))
    return f"{agency}-{session.now()[:4]}-{number:05d}"


def _content(session: Session, shown: list[Record], number: str, contact: Contact | None) -> CaseSummary:
    case = next(one for one in shown if isinstance(one, Case))
    pack = session.pack
    joined = lattice.join_records(shown, pack)
    banner = lattice.banner(joined, pack)
    digest = content_key(shown)
    marks = meanings.sentences((label for one in shown for label in lattice.labels_of(one)), session.now())
    return CaseSummary(
        case=case,
        records=tuple(one for one in shown if one.id != case.id and not isinstance(one, TearLine)),
        tear_lines=tuple(one for one in shown if isinstance(one, TearLine)),
        banner=Banner(banner.line1, banner.line2, DARK_RED),
        portion=lambda labels: lattice.portion_of(lattice.join(labels, pack), pack),
        term=_term,
        control_number=number,
        audit_head=session.vault.audit.head(),
        officer=session.officer,
        agency=session.agency,
        created=session.now(),
        prepared_for=f"{contact.name} ({contact.agency})" if contact else "",
        releasable_to=", ".join(sorted(joined.releasable_to or ())),
        handling=_handling(contact, marks, tuple(provenance.of(session, shown).values())),
        fingerprint_words=words_for(bytes.fromhex(digest)),
        fingerprint_caption=_("Content fingerprint"),
        qr_payload=f"BRIEFCASE/1/{digest.upper()}",
        language=current().replace("_", "-"),
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, names)))


def _term(name: str, term: str) -> str:
    return _(vocabulary(name).label(term)) if term else ""


def _handling(contact: Contact | None, marks: Iterable[str], known: tuple[Provenance, ...]) -> str:
    """Return what stands on the first page, so that paper never shows hearsay as an originator's word."""
    lines = [
        _("This document carries the marking above on every page; every paragraph carries its own."),
        _("Do not copy it or pass it on beyond the releasability line without the originator's written consent."),
    ]
    lines += marks
    if contact is not None:
        lines.append(_("It was prepared for the recipient named on this page only."))
    if hearsay := _names(one.reported_by for one in known if not one.unverified):
        words = _("It holds records that were reported by %(names)s and not confirmed by the originator they name.")
        lines.append(words % {"names": hearsay})
    if unverified := _names(one.unverified for one in known):
        words = _("It holds records from an unverified source (%(names)s), which nobody has confirmed.")
        lines.append(words % {"names": unverified})
    if recalled := _names(each.by for one in known for each in one.recalled):
        words = _("It holds records that their originator has recalled (%(names)s); do not rely on them.")
        lines.append(words % {"names": recalled})
    return "\n".join(lines)
