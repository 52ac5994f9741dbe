"""Revocations as files: taken in one or many at once, and all that are kept written out for a restored vault."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from briefcase.errors import BriefcaseError
from briefcase.language import _, sentence
from briefcase.seal.errors import RevocationInvalid
from briefcase.seal.identity import revocation_blocks
from briefcase.services.files import read_file, write_file
from briefcase.services.session import Session
from briefcase.services.trust import Outcome, revoke

_LARGEST = 1024 * 1024
_REMARK = re.compile(r"^# ([0-9a-f]{64}) ", re.MULTILINE)


def revoke_file(session: Session, path: Path) -> list[Outcome]:
    """Take in every revocation that stands in a file, those that are good whatever the others are.

    Raises:
        FileUnreadable, FileTooLarge.
        briefcase.seal.errors.RevocationInvalid, SuiteUnsupported: the first fault, when none of them was good.
    """
    text = read_file(path, limit=_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n")
    blocks = revocation_blocks(text.removeprefix("\ufeff"))
    told = [_by_hand(session, fingerprint) for fingerprint in _REMARK.findall(text)]
    if not blocks and not told:
        raise RevocationInvalid(reason="structure")
    outcomes, faults = [], []
    for block in blocks:
        try:
            outcomes.append(revoke(session, block))
        except BriefcaseError as error:
            faults.append(error)
    if not outcomes and not told:
        raise faults[0]
    return [*outcomes, *told, *(Outcome("", "", "none", sentence(one)) for one in faults)]


def _by_hand(session: Session, fingerprint: str) -> Outcome:
    """Say of a remark, which nobody signed, that it has to be repeated; a card that fell already needs nothing."""
    kept = session.vault.contacts.get(fingerprint)
    name = kept.name if kept is not None else ""
    if kept is not None and kept.state == "revoked":
        return Outcome(fingerprint, name, "known", _("The card of %(name)s was revoked before.") % {"name": name})
    words = _("The card %(name)s was reported as lost without a revocation: report it again with contact compromised.")
    return Outcome(fingerprint, name, "none", words % {"name": name or fingerprint[:16]})


def export_revocations(session: Session, path: Path) -> int:
    """Write every revocation that is kept to a file, to be taken in again after a restore; return how many.

    What our own officer or a partner's notice said stands there as a remark, to be repeated by hand.

    Raises:
        FileExists, FileUnwritable.
    """
    kept = session.vault.withdrawals.list()
    texts = [one.body for one in kept if one.kind == "revocation"]
    remarks = [f"# {one.fingerprint} {one.registered} {_one_line(one.reason)}\n" for one in kept if not one.body]
    title = _("Cards that were reported as lost without a revocation; report them again by hand:")
    text = "".join([*texts, *([f"# {title}\n"] if remarks else []), *remarks])
    write_file(path, text.encode())
    session.vault.audit.append("contact.export-revocations", "", {"count": len(texts)}, actor=session.officer)
    return len(texts)


def _one_line(text: str) -> str:
    """Return words on one line without what a terminal or an editor would obey."""
    return " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())
