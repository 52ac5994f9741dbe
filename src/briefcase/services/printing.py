"""Printing: a case, or one record of it, for ourselves or for one partner from exactly what release lets him have."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from briefcase.language import _, current
from briefcase.paper.case_summary import case_summary
from briefcase.paper.content import DARK_RED, Banner, CaseSummary, Focus
from briefcase.paper.focus import DOCUMENTS, focus_sheet
from briefcase.records import lattice, meanings
from briefcase.records.kinds import Case, Record, TearLine, kind_of
from briefcase.records.label import Label
from briefcase.records.names import references_of
from briefcase.records.vocabulary import vocabulary
from briefcase.release.view import content_key
from briefcase.seal.words import words_for
from briefcase.services import cases, contacts, provenance, upkeep
from briefcase.services.clearing import deciding
from briefcase.services.contacts import Contact
from briefcase.services.errors import NothingReleased
from briefcase.services.files import need_free, write_file
from briefcase.services.keeping import copies
from briefcase.services.papers.errors import NoSheetOfKind
from briefcase.services.provenance import Provenance
from briefcase.services.session import Session

_COUNTER = "control-number"
_DIGITS = "23456789CFGHJMPQRVWX"
_PLACES = 8


_NAMED = ("party", "item", "shipment", "address", "identifier")
"""Kinds that the records around another name; they come along, so that a name stands there and not a blank."""


class _Common(TypedDict):
    """The values of a document that are the same for every kind; see ``briefcase.paper.content.Content``."""

    banner: Banner
    portion: Callable[[tuple[Label, ...]], str]
    term: Callable[[str, str], str]
    control_number: str
    audit_head: str
    officer: str
    agency: str
    created: str
    prepared_for: str
    releasable_to: str
    handling: str
    fingerprint_words: tuple[str, ...]
    fingerprint_caption: str
    qr_payload: str
    language: str
    copy: int
    copies: int


@dataclass(frozen=True)
class Copy:
    """Which copy of how many is set, and the name of the printer that it goes to; empty for a file."""

    number: int = 1
    of: int = 1
    printer: str = ""


_ONLY = Copy()


@dataclass(frozen=True)
class Printed:
    """A document: its pages, its control number, and the PDF itself."""

    pages: int
    control_number: str
    data: bytes


def case_pdf_bytes(
    session: Session, case_id: str, *, paper: str = "a4", for_contact: Contact | None = None, copy: Copy = _ONLY
) -> Printed:
    """Set the summary of a case as a PDF in memory, with a control number and an audit entry.

    Args:
        session: open.
        case_id: of the case.
        paper: ``a4`` or ``letter``.
        for_contact: build it from released views for this contact alone; for ourselves when None.
        copy: which copy it is; it stands on the pages and in the log.

    Raises:
        CaseUnknown; ContactNotVerified and its kinds.
        NothingReleased: the case record itself does not go to the contact.
    """
    case = cases.find_case(session, case_id)
    with session.vault.transaction():
        records = _of_case(session, case)
        shown = records if for_contact is None else _for_partner(session, records, case.id, for_contact)
        number = _control_number(session, for_us=for_contact is None)
        content = _case_content(session, shown, number, for_contact, copy)
        out = io.BytesIO()
        pages = case_summary(content, out, paper=paper).pages
        _enter(session, f"case.print {case.id}", shown, number=number, contact=for_contact, paper=paper, copy=copy)
    return Printed(pages, number, out.getvalue())


def report_pdf(
    session: Session, text: str, out: Path, *, paper: str = "a4", for_contact: Contact | None = None
) -> Printed:
    """Write the document of whatever record *text* is the id of, or the summary of the case whose title it is.

    Raises:
        FileExists, FileUnwritable, and what ``report_pdf_bytes`` raises.
    """
    need_free(out)
    printed = report_pdf_bytes(session, text, paper=paper, for_contact=for_contact)
    write_file(out, printed.data, private=True)
    return printed


def report_pdf_bytes(
    session: Session, text: str, *, paper: str = "a4", for_contact: Contact | None = None, copy: Copy = _ONLY
) -> Printed:
    """Set the document of whatever record *text* is the id of, or the summary of the case whose title it is.

    Raises:
        CaseUnknown, CaseAmbiguous; and what ``case_pdf_bytes`` and ``record_pdf_bytes`` raise.
    """
    record = session.vault.records.get(text)
    if record is None or isinstance(record, Case):
        case_id = cases.find_case(session, text).id
        return case_pdf_bytes(session, case_id, paper=paper, for_contact=for_contact, copy=copy)
    return record_pdf_bytes(session, text, paper=paper, for_contact=for_contact, copy=copy)


def record_pdf_bytes(
    session: Session, record_id: str, *, paper: str = "a4", for_contact: Contact | None = None, copy: Copy = _ONLY
) -> Printed:
    """Set one record with all that has to do with it as a PDF in memory, with a control number and an audit entry.

    Args:
        session: open.
        record_id: of a party, a shipment or an operation.
        paper: ``a4`` or ``letter``.
        for_contact: build it from released views for this contact alone; for ourselves when None.
        copy: which copy it is; it stands on the pages and in the log.

    Raises:
        NoSheetOfKind: there is no such document of a record of this kind.
        briefcase.vault.errors.RecordUnknown; ContactNotVerified and its kinds.
        NothingReleased: the record itself does not go to the contact.
    """
    record = cases.get(session, record_id)
    if kind_of(record) not in DOCUMENTS:
        raise NoSheetOfKind
    with session.vault.transaction():
        records = [record, *_about(session, record)]
        shown = records if for_contact is None else _for_partner(session, records, record.id, for_contact)
        number = _control_number(session, for_us=for_contact is None)
        content = Focus(
            record=next(one for one in shown if one.id == record.id),
            records=tuple(one for one in shown if one.id != record.id and not isinstance(one, TearLine)),
            **_common(session, shown, number, for_contact, copy),
        )
        out = io.BytesIO()
        pages = focus_sheet(content, out, paper=paper).pages
        _enter(session, f"record.print {record.id}", shown, number=number, contact=for_contact, paper=paper, copy=copy)
    return Printed(pages, number, out.getvalue())


def _enter(
    session: Session, act: str, shown: list[Record], *, number: str, contact: Contact | None, paper: str, copy: Copy
) -> None:
    """Enter a printed document in the log; *act* is the action and the id of the record."""
    action, subject = act.split(" ")
    detail: dict[str, object] = {
        "control": number,
        "for": contact.fingerprint if contact else "",
        "content": content_key(shown),
        "paper": paper,
    }
    if copy.printer:
        detail |= {"printer": copy.printer, "copy": copy.number, "copies": copy.of}
    session.vault.audit.append(action, subject, detail, actor=session.officer)


def _about(session: Session, record: Record) -> list[Record]:
    """Return what has to do with a record: what points to it or is pointed to, and who and what those name."""
    around = {one.id: one for case_id in record.case_ids for one in cases.case_records(session, case_id)}
    around.pop(record.id, None)
    around = {key: one for key, one in around.items() if not isinstance(one, Case | TearLine)}
    near = references_of(record) | {key for key, one in around.items() if record.id in references_of(one)}
    named = {other for key in near & set(around) for other in references_of(around[key])}
    return [one for key, one in around.items() if key in near or (key in named and kind_of(one) in _NAMED)]


def _of_case(session: Session, case: Case) -> list[Record]:
    return [*cases.case_records(session, case.id), *cases.tear_lines(session, case.id)]


def _for_partner(session: Session, records: list[Record], wanted: str, contact: Contact) -> list[Record]:
    """Return what the partner's copy is built from: released views, nothing else; the *wanted* record among them."""
    contacts.need_usable(contact)
    copies.need_settled(session)
    upkeep.need_whole(session, [*records, *deciding.context_of(session, records)])
    decisions = deciding.decide(session, records, contact)
    shown = deciding.released_views(session, records, decisions, contact)
    if not any(one.id == wanted for one in shown):
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


def _case_content(
    session: Session, shown: list[Record], number: str, contact: Contact | None, copy: Copy
) -> CaseSummary:
    case = next(one for one in shown if isinstance(one, Case))
    return CaseSummary(
        case=case,
        records=tuple(one for one in shown if one.id != case.id and not isinstance(one, TearLine)),
        tear_lines=tuple(one for one in shown if isinstance(one, TearLine)),
        **_common(session, shown, number, contact, copy),
    )


def _common(session: Session, shown: list[Record], number: str, contact: Contact | None, copy: Copy) -> _Common:
    """Return what every document says of itself."""
    pack = session.pack
    joined = lattice.join_records(shown, pack)
    banner = lattice.banner(joined, pack)
    digest = content_key(shown)
    marks = meanings.sentences((label for one in shown for label in lattice.labels_of(one)), session.now())
    return {
        "banner": Banner(banner.line1, banner.line2, DARK_RED),
        "portion": lambda labels: lattice.portion_of(lattice.join(labels, pack), pack),
        "term": _term,
        "control_number": number,
        "audit_head": session.vault.audit.head(),
        "officer": session.officer,
        "agency": session.agency,
        "created": session.now(),
        "prepared_for": f"{contact.name} ({contact.agency})" if contact else "",
        "releasable_to": ", ".join(sorted(joined.releasable_to or ())),
        "handling": _handling(contact, marks, tuple(provenance.of(session, shown).values())),
        "fingerprint_words": words_for(bytes.fromhex(digest)),
        "fingerprint_caption": _("Content fingerprint"),
        "qr_payload": f"BRIEFCASE/1/{digest.upper()}",
        "language": current().replace("_", "-"),
        "copy": copy.number,
        "copies": copy.of,
    }


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
