"""Sheets with codes: our card, its revocation and sealed messages on paper, and the way back from a scan.

Whatever comes back from paper is only what was printed: a card is imported like one from a file, a message is opened
like one from a stick. Only what is public or sealed is ever printed as codes, never a record.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from briefcase.bundle.messages import open_message
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.paper.code_sheet import CodeSheet, Fact, code_sheets
from briefcase.seal import age, compact, identity, parts
from briefcase.seal import card as cards
from briefcase.seal.errors import PartsForeign, PartsMixed, PartsNotSealed, PartsTooLong, RevocationInvalid
from briefcase.services import contacts, receiving
from briefcase.services.contacts import Contact
from briefcase.services.files import need_free, need_readable, read_file, write_file
from briefcase.services.keeping import copies
from briefcase.services.message_words import sent_words
from briefcase.services.messaging.errors import NoCardOnScans, PaperNotOurs
from briefcase.services.outgoing import PRINTED
from briefcase.services.session import Session
from briefcase.services.sheet_contents import card_content, message_content, moment, revocation_content
from briefcase.viewer import picture

Progress = Callable[[int, int], None]
"""Called with the pages done and their number; what it raises ends the reading."""

_STANZA = "mlkem768x25519"
_ENDINGS = MappingProxyType({"CARD": "card", "REVOCATION": "txt", "MESSAGE": "brief"})


@dataclass(frozen=True)
class PrintedSheet:
    """A sheet: its pages, how many codes stand on it, the mark that is on every page, and the PDF itself."""

    pages: int
    codes: int
    reference: str
    data: bytes


@dataclass(frozen=True)
class Found:
    """What scans hold.

    Attributes:
        cards: texts of contact cards, whole but not yet verified.
        revocations: texts of revocations, likewise.
        messages: sealed files, likewise.
        faults: what was wrong with the other sequences, one error each.
        foreign: how many codes were not of this program.
        pages: how many pages were looked at.
    """

    cards: tuple[str, ...]
    revocations: tuple[str, ...]
    messages: tuple[bytes, ...]
    faults: tuple[BriefcaseError, ...]
    foreign: int
    pages: int


def card_sheet(session: Session, *, paper: str = "a4") -> PrintedSheet:
    """Set our card as a PDF in memory, with an audit entry.

    Raises:
        UnknownPaper: the paper is neither ``a4`` nor ``letter``.
    """
    codes = parts.split(parts.CARD, compact.shrink(cards.LABEL, cards.card_text(session.signed_card)))
    sheet = _set([card_content(session.signed_card.card, codes)], paper)
    detail: dict[str, object] = {"reference": sheet.reference, "paper": paper}
    session.vault.audit.append("card.print", session.fingerprint, detail, actor=session.officer)
    return sheet


def print_card(session: Session, path: Path, *, paper: str = "a4") -> PrintedSheet:
    """Write our card to a PDF file; see ``card_sheet``.

    Raises:
        FileExists, FileUnwritable.
    """
    need_free(path)
    sheet = card_sheet(session, paper=paper)
    write_file(path, sheet.data)
    return sheet


def print_revocation(session: Session, text: str, path: Path, *, paper: str = "a4") -> PrintedSheet:
    """Write revocations of our cards to a PDF file that only this user can read, a sheet for each.

    Args:
        session: open.
        text: one revocation or several, as they were made.
        path: of the PDF.
        paper: ``a4`` or ``letter``.

    Raises:
        FileExists, FileUnwritable; briefcase.seal.errors.RevocationInvalid: it is not of a card of ours.
    """
    need_free(path)
    own = {one.fingerprint: one.card for one in session.identities}
    contents = []
    for block in identity.revocation_blocks(text):
        card = own.get(identity.revoked_fingerprint(block), session.signed_card.card)
        revocation = identity.parse_revocation(block, card)
        codes = parts.split(parts.REVOCATION, compact.shrink(identity.REVOCATION_LABEL, block))
        contents.append(revocation_content(card, revocation.issued, codes))
    if not contents:
        raise RevocationInvalid(reason="structure")
    sheet = _set(contents, paper)
    detail: dict[str, object] = {"reference": sheet.reference, "paper": paper}
    session.vault.audit.append("revocation.print", session.fingerprint, detail, actor=session.officer)
    write_file(path, sheet.data, private=True)
    return sheet


def write_revocation(session: Session, text: str, path: Path) -> None:
    """Write revocations as sheets with codes when the name ends in ``.pdf``, else as the text alone.

    Raises:
        What ``print_revocation`` raises.
    """
    if path.suffix.lower() == ".pdf":
        print_revocation(session, text, path)
    else:
        write_file(path, text.encode(), private=True)


def print_message(session: Session, sealed: Path, path: Path, *, paper: str = "a4") -> PrintedSheet:
    """Write a sealed message to a PDF file, to be carried on paper; one that we sent says in words what it is.

    Args:
        session: open.
        sealed: the sealed file; what is not sealed to cards is refused, or codes would be a way past every rule.
        path: of the PDF.
        paper: ``a4`` or ``letter``.

    Raises:
        FileUnreadable, FileExists, FileUnwritable; PartsTooLong: it is too long for paper.
        PartsNotSealed: it is not a file sealed to cards.
        PaperNotOurs: the log does not know it: neither sealed here nor a message that is kept here.
    """
    need_free(path)
    need_readable(sealed)
    copies.need_settled(session)
    size = sealed.stat().st_size
    if size > PRINTED:
        raise PartsTooLong(size=size, most=PRINTED)
    data = read_file(sealed, limit=PRINTED)
    keys = _recipients(data)
    if not keys:
        raise PartsNotSealed(name=sealed.name)
    digest = hashlib.sha256(data).hexdigest()
    if not (_sealed_here(session, digest) or _kept_here(session, data)):
        raise PaperNotOurs(name=sealed.name)
    codes = parts.split(parts.MESSAGE, data)
    title, said = sent_words(session, digest)
    content = message_content(
        codes,
        title=title or sealed.name,
        facts=(
            *(Fact(label, value) for label, value in said),
            Fact(_("Printed by"), f"{session.officer}, {session.agency}"),
            Fact(_("Printed at"), moment(session.now())),
            Fact(_("Sealed file"), _("%(name)s, %(size)s bytes") % {"name": sealed.name, "size": size}),
            Fact(_("Recipients' keys"), str(keys)),
            Fact("SHA-256", " ".join(digest[at : at + 8] for at in range(0, 64, 8)), code=True),
        ),
        agency=session.agency,
    )
    sheet = _set([content], paper)
    detail: dict[str, object] = {"sha256": digest, "reference": sheet.reference, "paper": paper}
    session.vault.audit.append("message.print", digest, detail, actor=session.officer)
    write_file(path, sheet.data, private=True)
    return sheet


def _sealed_here(session: Session, digest: str) -> bool:
    """Say whether the log has a file of this SHA-256 as sealed by this vault."""
    sealed = ("bundle.seal", "message.send")
    return any(one.action in sealed and one.detail.get("file") == digest for one in session.vault.audit.entries())


def _kept_here(session: Session, data: bytes) -> bool:
    """Say whether a file is a message that was taken in."""
    try:
        known = receiving.known_contacts(session)
        opened = open_message(io.BytesIO(data), session.identities, known, session.now())
    except BriefcaseError:
        return False
    message = opened.message
    if message is None:
        return False
    rows = session.vault.messages.seen(message.message_id, message.sender.fingerprint)
    return any(row.direction == "in" and row.text == opened.text for row in rows)


def _recipients(data: bytes) -> int:
    """Return to how many cards a file is sealed; 0 when it is not, or to anything else as well."""
    try:
        stanzas = age.read_header(io.BytesIO(data)).stanzas
    except BriefcaseError:
        return 0
    return len(stanzas) if all(stanza.type == _STANZA for stanza in stanzas) else 0


def read_codes_from(paths: Iterable[Path], *, progress: Progress | None = None) -> Found:
    """Read the codes on all pages of PDFs and images and put together what they hold; nothing is verified yet.

    Args:
        paths: scans or files, in any order; the pages of one sheet may lie in several.
        progress: for each file, the pages done and their number.

    Raises:
        FileUnreadable: a file is not there.
        ViewerError: one of its children, for a file that cannot be looked at.
        PartsInvalid: there are more codes than anybody prints.
    """
    texts: list[str] = []
    pages = 0
    for path in paths:
        need_readable(path)
        with path.open("rb") as source:
            found = picture.read_codes(source, progress=progress)
        texts += found.texts
        pages += found.pages
    return _sorted(parts.gather(texts), pages)


def _sorted(gathered: parts.Gathered, pages: int) -> Found:
    """Turn whole sequences into what they hold."""
    blocks: dict[parts.Kind, list[str]] = {parts.CARD: [], parts.REVOCATION: []}
    labels = {parts.CARD: cards.LABEL, parts.REVOCATION: identity.REVOCATION_LABEL}
    messages: list[bytes] = []
    faults: list[BriefcaseError] = list(gathered.faults)
    for kind, payload in gathered.joined:
        if kind is parts.MESSAGE:
            messages.append(payload)
            continue
        try:
            blocks[kind].append(compact.expand(labels[kind], payload))
        except BriefcaseError as fault:
            faults.append(fault)
    return Found(
        tuple(blocks[parts.CARD]),
        tuple(blocks[parts.REVOCATION]),
        tuple(messages),
        tuple(faults),
        gathered.foreign,
        pages,
    )


def scan_cards(
    session: Session,
    paths: Iterable[Path],
    *,
    agency: str = "",
    country: str = "",
    progress: Progress | None = None,
) -> list[Contact]:
    """Take in the cards on scans as unverified contacts, all or none; then the words are compared as ever.

    Args:
        session: open.
        paths: scans or files.
        agency: as our officer knows it, for the only card there.
        country: likewise; both or none.
        progress: for each file, the pages done and their number.

    Raises:
        PartsForeign: there are no codes; NoCardOnScans: there are others.
        PartsMixed: agency and country were given for several.
        PartsError: a sequence is not whole, or was changed; then nothing is taken in.
        And what ``contacts.import_text`` and ``read_codes_from`` raise.
    """
    found = read_codes_from(paths, progress=progress)
    if found.faults:
        raise found.faults[0]
    if not found.cards:
        kinds = [name for name, some in ((_("revocation"), found.revocations), (_("message"), found.messages)) if some]
        raise NoCardOnScans(kinds=", ".join(kinds)) if kinds else PartsForeign(count=found.foreign)
    if len(found.cards) > 1 and (agency or country):
        raise PartsMixed(count=len(found.cards))
    with session.vault.transaction():
        return [contacts.import_text(session, text, agency=agency, country=country) for text in found.cards]


def write_found(found: Found, folder: Path) -> list[Path]:
    """Write what was found to files: sealed messages as ``.brief``, cards as ``.card``, revocations as ``.txt``.

    The names begin with the kind and end with the first digits of the content's SHA-256; none is overwritten.

    Raises:
        FileExists, FileUnwritable.
    """
    contents = [
        *(("CARD", text.encode()) for text in found.cards),
        *(("REVOCATION", text.encode()) for text in found.revocations),
        *(("MESSAGE", data) for data in found.messages),
    ]
    targets = [
        folder / f"{kind.lower()}-{hashlib.sha256(data).hexdigest()[:8]}.{_ENDINGS[kind]}" for kind, data in contents
    ]
    for target in targets:
        need_free(target)
    for target, (kind, data) in zip(targets, contents, strict=True):
        write_file(target, data, private=kind == "REVOCATION")
    return targets


def _set(contents: Sequence[CodeSheet], paper: str) -> PrintedSheet:
    out = io.BytesIO()
    pages = code_sheets(contents, out, paper=paper).pages
    codes = sum(len(content.codes) for content in contents)
    return PrintedSheet(pages, codes, ", ".join(content.reference for content in contents), out.getvalue())
