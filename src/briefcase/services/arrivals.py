"""Cards and revocations as they come: text files, PDFs and pictures of printed sheets, several at once, in any order.

What a file is, is said by what stands in it, never by its name. Cards come in unverified, revocations count at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefcase.seal.card import parse_card
from briefcase.seal.errors import PartsForeign
from briefcase.services import contacts, sheets, trust, withdrawn
from briefcase.services.contacts import Contact
from briefcase.services.files import need_readable, read_file
from briefcase.services.session import Session
from briefcase.services.sheets import Found, Progress
from briefcase.services.trust import Outcome
from briefcase.viewer import picture

_LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Arrived:
    """What came in.

    Attributes:
        contacts: the cards, as the contacts that they are now.
        outcomes: what each revocation did.
        messages: how many sealed messages stood on the pages; they are opened where files are received.
    """

    contacts: tuple[Contact, ...]
    outcomes: tuple[Outcome, ...]
    messages: int = 0


def is_paper(path: Path) -> bool:
    """Say whether a file is a PDF or a picture, by its first bytes.

    Raises:
        FileUnreadable: it is not there, not a plain file, or not ours to read.
    """
    need_readable(path)
    with path.open("rb") as source:
        return bool(picture.kind_of(source))


def bring_in(session: Session, paths: Iterable[Path], *, progress: Progress | None = None) -> Arrived:
    """Take in every card and every revocation that stands in the files, all or none.

    Args:
        session: open.
        paths: texts and scans; the pages of one sheet may lie in several files.
        progress: for each scan, the pages done and their number; what it raises ends the reading.

    Raises:
        FileUnreadable, FileTooLarge.
        PartsForeign: the scans hold no code of ours; another PartsError: a sheet is not whole, or was changed.
        ContactOwnCard: a card or a revocation is our own.
        briefcase.seal.errors.CardInvalid, RevocationInvalid, SuiteUnsupported: a text is not what it says.
        And what ``sheets.read_codes_from`` raises.
    """
    scans: list[Path] = []
    texts: list[Path] = []
    for path in paths:
        (scans if is_paper(path) else texts).append(path)
    found = _read(scans, progress)
    cards, files = [*found.cards], []
    for path in texts:
        text = read_file(path, limit=_LARGEST).decode("utf-8", "replace")
        if withdrawn.holds_any(text):
            files.append(path)
        else:
            cards.append(text)
    for text in cards:
        parse_card(text)
    with session.vault.transaction():
        outcomes = [one for path in files for one in withdrawn.revoke_file(session, path)]
        outcomes += [trust.revoke(session, one) for one in found.revocations]
        known = [contacts.import_text(session, text) for text in cards]
    return Arrived(tuple(known), tuple(outcomes), len(found.messages))


def _read(scans: Sequence[Path], progress: Progress | None) -> Found:
    if not scans:
        return Found((), (), (), (), 0, 0)
    found = sheets.read_codes_from(scans, progress=progress)
    if found.faults:
        raise found.faults[0]
    if not (found.cards or found.revocations or found.messages):
        raise PartsForeign(count=found.foreign)
    return found
