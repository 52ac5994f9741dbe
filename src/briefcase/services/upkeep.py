"""What the vault says of itself, and the sheet that opens it when the passphrase is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from briefcase.language import _
from briefcase.records.kinds import Record
from briefcase.services.errors import VaultFailsCheck
from briefcase.services.session import PACK_ROOT, PACK_SIGNATURE, Session

_A_LINE = 6


def info(session: Session) -> dict[str, object]:
    """Return facts about the open vault: whose it is, what it holds, where its audit chain stands."""
    vault = session.vault
    return {
        "vault": str(vault.folder),
        "vault_id": vault.vault_id,
        "officer": session.officer,
        "agency": session.agency,
        "country": session.country,
        "fingerprint": session.fingerprint,
        "pack": session.pack.id,
        "pack_title": session.pack.title,
        "pack_version": session.pack.version,
        "pack_status": session.pack.status,
        "pack_root": session.vault.settings.text(PACK_ROOT),
        "pack_signed": bool(session.vault.settings.text(PACK_SIGNATURE)),
        "pack_sha256": session.pack.sha256,
        "slots": ", ".join(str(slot.get("type", "?")) for slot in vault.header.slots),
        "audit_entries": vault.audit.size(),
        "audit_head": vault.audit.head(),
        "contacts": len(vault.contacts.list()),
        "records": vault.records.counts(),
    }


def recovery_sheet(session: Session, words: Sequence[str], *, vault_id: str = "") -> str:
    """Return the recovery sheet as text to print and lock away; of this vault, or of another one of ours."""
    rows = [
        "  ".join(f"{place + 1:2}. {words[place]:<10}" for place in range(start, min(start + _A_LINE, len(words))))
        for start in range(0, len(words), _A_LINE)
    ]
    title = _("Recovery sheet of the vault of %(officer)s, %(agency)s") % {
        "officer": session.officer,
        "agency": session.agency,
    }
    advice = _("These words open the vault without the passphrase. Print them, lock the paper away, delete the file.")
    vault = _("Vault: %(vault)s") % {"vault": vault_id or session.vault.vault_id}
    return "\n".join([title, vault, "", *rows, "", advice, ""])


def need_whole(session: Session, records: Iterable[Record]) -> None:
    """Refuse to let *records* leave a vault in which they are not what its audit chain speaks of.

    An older page of the database put back without the key would otherwise be released under its old label. What is
    verified follows what leaves (``vault.leaving``). Only the first time after an upgrade or a change of all keys, or
    when something is found, the whole vault but the content of attachments is checked.

    Args:
        session: open.
        records: what leaves and what it was decided with: all that these point to.

    Raises:
        VaultFailsCheck: something was changed from outside.
    """
    vault = session.vault
    found = vault.check_leaving(one.id for one in records)
    if not found:
        return
    faults = [one for one in vault.check(deep=False) if one.severity == "error"]
    if faults or vault.audit.state.root():
        raise VaultFailsCheck(area=(faults or found)[0].area)
    vault.establish_state(actor=session.officer)
