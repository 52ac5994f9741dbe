"""Checkpoints: how long the audit chain is and where it ends, signed by the officer's keys, written into the chain.

The signed text is canonical JSON under the purpose ``checkpoint``; the entry ``audit.checkpoint`` holds its parts and
both signatures, so the check builds the text again. With ``log`` it is the signature of an exported log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from briefcase.errors import N_
from briefcase.seal import base64, canonical
from briefcase.seal.card import SUITE, Card
from briefcase.seal.errors import SignatureInvalid
from briefcase.seal.identity import Identity
from briefcase.seal.signatures import Signatures, verify_both
from briefcase.vault.audit import Entry
from briefcase.vault.values import Finding
from briefcase.vault.vault import Vault

ACTION = "audit.checkpoint"
FORMAT = "briefcase-checkpoint/1"
PURPOSE = "checkpoint"
EVERY = 100
"""So many entries without one make the next one due."""
_PARTS = ("vault", "size", "head", "time", "signer")


def text_of(parts: Mapping[str, object], log: str = "") -> bytes:
    """Return the bytes that are signed.

    Args:
        parts: vault (its id), size (entries), head, time, signer (fingerprint).
        log: SHA-256 of an exported log, 64 hex digits; empty for a checkpoint in the chain.
    """
    said: dict[str, object] = {"format": FORMAT, "suite": SUITE, "critical": [], **{one: parts[one] for one in _PARTS}}
    return canonical.encode({**said, "log": log} if log else said)


def signed(vault: Vault, identity: Identity, log: str = "") -> dict[str, object]:
    """Return a checkpoint of the chain as it is now: its parts, ``ssh`` (text) and ``mldsa`` (Base64)."""
    audit = vault.audit
    parts: dict[str, object] = {"vault": vault.vault_id, "size": audit.size(), "head": audit.head()}
    parts |= {"time": audit.now(), "signer": identity.fingerprint}
    both = identity.sign(PURPOSE, text_of(parts, log))
    return {**parts, "ssh": both.ssh.decode("ascii"), "mldsa": base64.encode(both.mldsa)}


def verify(parts: Mapping[str, object], card: Card, log: str = "") -> None:
    """Check both signatures of a checkpoint.

    Raises:
        SignatureInvalid: they are not by *card* over these parts, or parts are missing.
    """
    try:
        both = Signatures(str(parts["ssh"]).encode("ascii"), base64.decode(str(parts["mldsa"])))
        text = text_of(parts, log)
    except (KeyError, ValueError):
        raise SignatureInvalid(reason="form of the checkpoint") from None
    verify_both(PURPOSE, text, both, ed25519=card.ed25519_public, mldsa87=card.mldsa87_public)


def enter(vault: Vault, identity: Identity, *, actor: str) -> None:
    """Write a checkpoint into the chain."""
    vault.audit.append(ACTION, "", signed(vault, identity), actor=actor)


def is_due(vault: Vault) -> bool:
    """Return whether the last ``EVERY`` entries hold none."""
    newest = vault.audit.newest(EVERY)
    return len(newest) == EVERY and all(entry.action != ACTION for entry in newest)


def faults(vault: Vault, identities: Sequence[Identity]) -> Iterator[Finding]:
    """Yield what is wrong with the checkpoints in the chain; *identities* are our keys, former ones among them."""
    cards = {one.fingerprint: one.card for one in identities}
    message = N_("The signed checkpoint in entry %(number)s of the audit chain does not fit the chain.")
    for entry in vault.audit.entries():
        if entry.action == ACTION and not _fits(vault, entry, cards):
            yield Finding("error", "audit", message, (("number", entry.number),))


def _fits(vault: Vault, entry: Entry, cards: Mapping[str, Card]) -> bool:
    card, size = cards.get(str(entry.detail.get("signer"))), entry.detail.get("size")
    if card is None or size != entry.number - 1 or entry.detail.get("vault") != vault.vault_id:
        return False
    try:
        verify(entry.detail, card)
    except SignatureInvalid:
        return False
    return vault.audit.at(entry.number - 1) == entry.detail.get("head")
