"""Revocations, notices and recalls as one file: taken in, and written out for a vault that is restored from a copy.

A notice or recall stands in it as it was signed, so that the restored vault judges it like the sealed file. What nobody
signed, our own officer's word, stands there as a remark.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from briefcase.bundle.message_bodies import Compromise
from briefcase.bundle.messages import open_signed
from briefcase.errors import BriefcaseError
from briefcase.language import _, sentence
from briefcase.seal import base64, block
from briefcase.seal.errors import RevocationInvalid
from briefcase.seal.identity import revocation_blocks
from briefcase.seal.signatures import Signatures
from briefcase.services import messages, receiving
from briefcase.services.files import read_file, write_file
from briefcase.services.session import Session
from briefcase.services.trust import Outcome, revoke
from briefcase.vault.messages import MessageRow

_LARGEST = 16 * 1024 * 1024
_LABEL = "BRIEFCASE SIGNED MESSAGE"
_MOST = 5000
"""So many blocks are read of one file: each may be kept until its card comes."""
_REMARK = re.compile(r"^# ([0-9a-f]{64}) ", re.MULTILINE)
_TYPES = ("compromise", "recall")


def holds_any(text: str) -> bool:
    """Say whether a text has a revocation, a signed notice or recall, or a remark about one."""
    return bool(revocation_blocks(text) or block.find(_LABEL, text) or _REMARK.search(text))


def revoke_file(session: Session, path: Path) -> list[Outcome]:
    """Take in every revocation, notice and recall that stands in a file, those that are good whatever the others are.

    Raises:
        FileUnreadable, FileTooLarge.
        briefcase.seal.errors.RevocationInvalid, SuiteUnsupported: the first fault, when none of them was good.
    """
    text = read_file(path, limit=_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    told = [_by_hand(session, fingerprint) for fingerprint in _REMARK.findall(text)]
    acts = [*((revoke, one) for one in revocation_blocks(text))]
    acts += [(_take_signed, one) for one in block.find(_LABEL, text)]
    if len(acts) > _MOST or not (acts or told):
        raise RevocationInvalid(reason="structure")
    outcomes, faults = [], []
    for act, one in acts:
        try:
            outcomes.append(act(session, one))
        except BriefcaseError as error:
            faults.append(error)
    if not outcomes and not told:
        raise faults[0]
    return [*outcomes, *told, *(Outcome("", "", "none", sentence(one)) for one in faults)]


def _take_signed(session: Session, text: str) -> Outcome:
    """Take in a message as it was signed; it is judged like the sealed file that it came in."""
    try:
        value = block.read(_LABEL, text)
        signed, ssh, mldsa = (base64.decode(str(value[name])) for name in ("text", "ssh", "mldsa87"))
    except (ValueError, KeyError):
        raise RevocationInvalid(reason="structure") from None
    own = [one.fingerprint for one in session.identities]
    opened = open_signed(signed, Signatures(ssh, mldsa), own, receiving.known_contacts(session), session.now())
    taken = messages.take(session, messages.show(session, opened))
    body = opened.message.body if opened.message is not None else None
    about = body.fingerprint if isinstance(body, Compromise) else ""
    effect = "taken" if taken.state == "counts" else "kept"
    said = " ".join(taken.words) or _("The message was taken in.")
    return Outcome(about, opened.facts.contact_name, "known" if taken.nothing_new else effect, said)


def _signed_block(row: MessageRow) -> str:
    value = {"text": base64.encode(row.text), "ssh": base64.encode(row.ssh), "mldsa87": base64.encode(row.mldsa)}
    return block.write(_LABEL, value)


def _by_hand(session: Session, fingerprint: str) -> Outcome:
    """Say of a remark, which nobody signed, that it has to be repeated; a card that fell already needs nothing."""
    kept = session.vault.contacts.get(fingerprint)
    name = kept.name if kept is not None else ""
    if kept is not None and kept.state == "revoked":
        return Outcome(fingerprint, name, "known", _("The card of %(name)s was revoked before.") % {"name": name})
    words = _("The card %(name)s was reported as lost without a revocation: report it again with contact compromised.")
    return Outcome(fingerprint, name, "none", words % {"name": name or fingerprint[:16]})


def export_revocations(session: Session, path: Path) -> int:
    """Write every revocation, notice and recall that is kept to a file, for a vault that is restored; return how many.

    What our own officer said of a card stands there as a remark, to be repeated by hand.

    Raises:
        FileExists, FileUnwritable.
    """
    kept = session.vault.withdrawals.list()
    texts = [one.body for one in kept if one.kind == "revocation"]
    texts += [_signed_block(row) for row in session.vault.messages.list(direction="in") if row.type in _TYPES]
    remarks = [f"# {one.fingerprint} {one.registered} {_one_line(one.reason)}\n" for one in kept if not one.source]
    title = _("Cards that were reported as lost without a revocation; report them again by hand:")
    text = "".join([*texts, *([f"# {title}\n"] if remarks else []), *remarks])
    write_file(path, text.encode(), private=True)
    session.vault.audit.append("contact.export-revocations", "", {"count": len(texts)}, actor=session.officer)
    return len(texts)


def _one_line(text: str) -> str:
    """Return words on one line without what a terminal or an editor would obey."""
    return " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())
