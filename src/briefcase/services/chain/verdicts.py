"""The check of an open vault with everything that its officer knows: signatures, heads held elsewhere, receipts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefcase.bundle import message_text
from briefcase.bundle.errors import BundleError
from briefcase.bundle.message_bodies import Receipt
from briefcase.errors import N_
from briefcase.language import _
from briefcase.services.chain import checkpoints, marks
from briefcase.services.chain.errors import HeadInvalid
from briefcase.services.session import Session
from briefcase.vault.audit import LEAST
from briefcase.vault.hashing import HASH
from briefcase.vault.values import Finding

_SPACES = re.compile(r"[\s:.-]+")


def check(session: Session, heads: Sequence[str] = (), *, deep: bool = True) -> list[Finding]:
    """Return what is wrong with the vault; notices say what was compared and fits.

    Args:
        session: open.
        heads: of our own chain, typed from paper or read out by a partner; blanks do not matter.
        deep: read every attached file to its end, too, and make again what is derived from records.

    Raises:
        HeadInvalid: one of *heads* is none.
    """
    typed = [_head(one) for one in heads]
    return [
        *session.vault.check(deep=deep),
        *checkpoints.faults(session.vault, session.identities),
        *_mark(session),
        *_rollbacks(session),
        *_receipts(session),
        *(_compared(session, one) for one in typed),
    ]


def _head(text: str) -> str:
    digits = _SPACES.sub("", text).lower()
    if not LEAST <= len(digits) <= 2 * HASH or any(one not in "0123456789abcdef" for one in digits):
        raise HeadInvalid(least=LEAST)
    return digits


def _compared(session: Session, head: str) -> Finding:
    number = session.vault.audit.find(head)
    if number is None:
        message = N_(
            "The head %(head)s is not in this audit chain: the whole vault was put back to an older copy, or the chain"
            " was written anew from an earlier entry on."
        )
        return Finding("error", "audit", message, (("head", head[:16]),))
    message = N_("The head %(head)s is that of entry %(number)s of %(size)s: nothing up to there was changed.")
    return Finding("notice", "audit", message, (("head", head[:16]), ("number", number), ("size", _size(session))))


def _size(session: Session) -> int:
    return session.vault.audit.size()


def _mark(session: Session) -> Iterator[Finding]:
    mark = marks.read(session.vault)
    put_back = marks.judge(session.vault, mark)
    if mark is not None and put_back:
        older = N_("The vault is older than when it was last used here, on %(time)s, with %(size)s entries.")
        fork = N_("What stood in the audit log here on %(time)s, at entry %(size)s, is not in it any more.")
        facts = (("time", mark.time), ("size", mark.size))
        yield Finding("error", "audit", older if put_back == "older" else fork, facts)


def _rollbacks(session: Session) -> Iterator[Finding]:
    message = N_("On %(time)s this vault was found to be an older copy than the one that was used here before.")
    for entry in session.vault.audit.entries():
        if entry.action == "vault.rollback":
            yield Finding("warning", "audit", message, (("time", entry.time),))


def _receipts(session: Session) -> Iterator[Finding]:
    """Compare the manifests that partners acknowledged, in which our heads stood, with those that we have sent."""
    message = N_(
        "A partner acknowledged the bundle %(bundle)s, and this vault has not sent it so: it may have been put back to"
        " an older copy."
    )
    ours = ("", *(one.fingerprint for one in session.identities))  # empty: sealed under an older schema
    for row in session.vault.messages.list(type="receipt", direction="in"):
        rows = (one for card in ours for one in session.vault.bundles.seen(row.about, card))
        sent = {one.manifest_sha256 for one in rows if one.direction == "out"}
        try:
            body = message_text.decode(row.text, "receipt").body
        except BundleError:
            continue  # that row is in the sums of its table, which the check has compared
        if isinstance(body, Receipt) and body.manifest_sha256 not in sent:
            yield Finding("warning", "audit", message, (("bundle", row.about),))


def unseen(session: Session, heads: Sequence[str]) -> list[str]:
    """Return, in sentences, what a check like this cannot see."""
    said = []
    if not heads:
        said.append(
            _("Not seen: an older copy of the whole vault, or a chain written anew by somebody with the passphrase.")
            + " "
            + _("Compare a head from a printed page, or one that a partner reads to you: vault check --head.")
        )
    if marks.read(session.vault) is None:
        said.append(_("This computer has no mark of this vault to compare it with."))
    else:
        said.append(_("The mark on this computer was compared; who can put back the vault may put back the mark, too."))
    return said
