"""What a case summary is made from: plain values, already cleared for whom it is made.

This room decides nothing about release: what stands in here is printed, and nothing else is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from briefcase.records.kinds import Case, Record, TearLine
from briefcase.records.label import Label

DARK_RED = "#A01218"


def plain_term(vocabulary: str, term: str) -> str:
    """Return a term's id as words, for want of the vocabulary's own label."""
    del vocabulary
    words = term.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Banner:
    """The overall marking of a document.

    Attributes:
        main: first line, set in bold capitals as it is given.
        second: releasability and caveats; may be empty.
        colour: of both lines, ``#RRGGBB``.
    """

    main: str
    second: str = ""
    colour: str = DARK_RED


@dataclass(frozen=True, kw_only=True)
class Content:
    """What every document of records has.

    Attributes:
        records: what it is made from, in any order (the page sorts them); a case or tear-line is left out.
        banner: overall marking, from the join of all labels here.
        portion: gives the portion mark, without brackets, of the join of the labels it is handed (one label for a
            record, all of them for the caption of a table); it has no default, because a guess would under-mark.
        term: gives the label of a vocabulary's term: ``term("red_flag", "chpl_tier_1")``.
        control_number: registry number of this document.
        copy: number of this copy, from 1.
        copies: how many copies there are.
        audit_head: head of the audit chain, hexadecimal.
        officer: who prepared it.
        agency: whose document it is.
        created: information cut-off, UTC ISO 8601.
        prepared_for: recipient of this copy; empty for our own file.
        releasable_to: the releasability in words, for the facts on page 1.
        handling: handling instructions; paragraphs apart by line feeds.
        fingerprint_words: the words beside the QR code; may be empty.
        fingerprint_caption: what the words are the fingerprint of.
        qr_payload: content of the QR code (upper-case letters and digits give the smallest); empty leaves it out.
        language: of the document, BCP 47.
    """

    records: tuple[Record, ...]
    banner: Banner
    control_number: str
    audit_head: str
    officer: str
    agency: str
    created: str
    portion: Callable[[tuple[Label, ...]], str]
    term: Callable[[str, str], str] = plain_term
    copy: int = 1
    copies: int = 1
    prepared_for: str = ""
    releasable_to: str = ""
    handling: str = ""
    fingerprint_words: tuple[str, ...] = ()
    fingerprint_caption: str = ""
    qr_payload: str = ""
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class CaseSummary(Content):
    """One case as it is handed over on paper.

    Attributes:
        case: the case record.
        tear_lines: sanitised texts that the reader is given.
    """

    case: Case
    tear_lines: tuple[TearLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Focus(Content):
    """One record in the middle of a document, with what has to do with it.

    Attributes:
        record: a party, a shipment or an operation; it is not among ``records``.
    """

    record: Record


@dataclass(frozen=True)
class PageCount:
    """How long a finished document is."""

    pages: int
