"""A travel vault: a chosen part of the vault under keys of its own, for a border where the rest stays at home.

New master key, new vault id, new blob keys, its own passphrase and recovery words; no signing key, no age key. So
whoever gets it opened gets the chosen records and nothing else: he can neither seal as us nor open what partners sealed
to us. What is written in it comes home with ``merging``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from briefcase.errors import BriefcaseError
from briefcase.language import listed
from briefcase.records.kinds import Case, Document, Record
from briefcase.release.decision import Verdict
from briefcase.seal import keyslots
from briefcase.seal.keyslots import MODERATE, KdfParameters
from briefcase.services import cases, contacts, upkeep
from briefcase.services.access import strength
from briefcase.services.access.keys import passphrase_bytes
from briefcase.services.clearing import deciding
from briefcase.services.contacts import Contact
from briefcase.services.errors import NothingReleased
from briefcase.services.keeping.copies import Cancel, Progress, steps
from briefcase.services.session import CARD, PACK, PACK_ROOT, PACK_SIGNATURE, PACK_VERSIONS, Session
from briefcase.vault import copying
from briefcase.vault import header as headers
from briefcase.vault import vault as vaults
from briefcase.vault.copying import TRAVEL
from briefcase.vault.values import Source
from briefcase.vault.vault import Vault

CARRY = "record.carry"
"""Action of the entries in a travel vault that speak of what it was given at home."""
OWN = Source("", "")
"""Of a revision that is our own, though its parents are not here."""


@dataclass(frozen=True, repr=False)
class Packed:
    """A travel vault, closed, and the recovery words that exist only now.

    Attributes:
        path: its folder.
        vault_id: its own.
        records: how many it holds.
        left: how many records of the cases stayed at home.
        attachments: how many attached files it holds.
        recovery_words: twenty-four.
    """

    path: Path
    vault_id: str
    records: int
    left: int
    attachments: int
    recovery_words: tuple[str, ...]


def pack(
    session: Session,
    folder: Path,
    passphrase: str,
    case_ids: Sequence[str],
    *,
    to: Sequence[str] = (),
    kdf: KdfParameters = MODERATE,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Packed:
    """Make a travel vault of some cases, whole or as far as some contacts may see them anyway.

    Args:
        session: the vault at home, open for writing.
        folder: must not be there yet, or be empty.
        passphrase: of the travel vault; another one than at home.
        case_ids: ids or titles of cases, with everything in them.
        to: fingerprints: only records go along that one of these contacts may have whole, by our decision of release.
        kdf: cost of the passphrase slot.
        progress: called with (done, total) in bytes of attached files.
        cancel: asked now and then whether to stop.

    Raises:
        CaseUnknown, CaseAmbiguous, ContactUnknown; NothingReleased: a case does not go to any of *to*.
        PassphraseShort, PassphraseWeak, CopyStopped, VaultFailsCheck.
        And the vault's own: nothing stands under the name.
    """
    strength.check(passphrase, (session.officer, session.agency, folder.stem))
    chosen = [contacts.get(session, one) for one in dict.fromkeys(to)]
    records, left = _chosen(session, case_ids, chosen)
    upkeep.need_whole(session, [*records, *deciding.context_of(session, records)])
    master, vault_id = keyslots.new_master(), headers.new_vault_id()
    recovery, recovery_words = keyslots.wrap_recovery(master, vault_id)
    slots = [keyslots.wrap_passphrase(master, passphrase_bytes(passphrase), vault_id, kdf=kdf), recovery]
    detail: dict[str, object] = {
        "cases": sorted(one.id for one in records if isinstance(one, Case)),
        "records": len(records),
        "to": [one.fingerprint for one in chosen],
    }
    session.vault.audit.append("vault.travel", vault_id, detail, actor=session.officer)
    whose = {"agency": session.agency, "country": session.country, "officer": session.officer}
    try:
        with (
            copying.new_folder(folder) as part,
            vaults.create(part, master, slots, vault_id=vault_id, **whose) as vault,
        ):
            attached = _fill(session, vault, records, chosen, steps(progress, cancel))
    except BaseException as error:
        reason = error.code if isinstance(error, BriefcaseError) else type(error).__name__
        session.vault.audit.append("vault.travel-stopped", vault_id, {"reason": reason}, actor=session.officer)
        raise
    return Packed(folder, vault_id, len(records), left, attached, recovery_words)


def _chosen(session: Session, case_ids: Sequence[str], chosen: Sequence[Contact]) -> tuple[list[Record], int]:
    """Return the records that go along, and how many of the cases stay at home."""
    going: dict[str, Record] = {}
    staying: set[str] = set()
    for case_id in dict.fromkeys(case_ids):
        case = cases.find_case(session, case_id)
        inside = [*cases.case_records(session, case.id), *cases.tear_lines(session, case.id)]
        allowed = _whole_for(session, inside, chosen) if chosen else {one.id for one in inside}
        if case.id not in allowed:
            raise NothingReleased(name=listed(one.name for one in chosen))
        going |= {one.id: one for one in inside if one.id in allowed}
        staying |= {one.id for one in inside if one.id not in allowed}
    return list(going.values()), len(staying - going.keys())


def _whole_for(session: Session, records: Sequence[Record], chosen: Iterable[Contact]) -> set[str]:
    """Return the ids of what one of the contacts may have with every field."""
    decided = (deciding.decide(session, records, one) for one in chosen)
    return {one for each in decided for one, decision in each.items() if decision.verdict is Verdict.ALLOW}


def _fill(
    session: Session,
    vault: Vault,
    records: Sequence[Record],
    chosen: Sequence[Contact],
    told: Callable[[int, int], None],
) -> int:
    """Put into a travel vault what it needs and nothing more; return how many attached files that is."""
    by_source: dict[Source, list[Record]] = defaultdict(list)
    for record in records:
        by_source[session.vault.records.source_of(record.id) or OWN].append(record)
    mark: dict[str, object] = {
        "home": session.vault.vault_id,
        "head": session.vault.audit.head(),
        "made": session.now(),
    }
    with vault.transaction():
        vault.settings.set(TRAVEL, mark)
        vault.settings.set(CARD, contacts.own_card_text(session))
        for name in (PACK, PACK_SIGNATURE, PACK_ROOT, PACK_VERSIONS):
            if (value := session.vault.settings.get(name)) is not None:
                vault.settings.set(name, value)
        for source, group in by_source.items():
            vault.records.put_many(group, actor=session.officer, action=CARRY, source=source)
        _carry_contacts(
            session, vault, {*(one.fingerprint for one in chosen), *(one.received_from for one in by_source)}
        )
    digests = dict.fromkeys(one.sha256 for one in records if isinstance(one, Document) and one.sha256)
    return sum(carry_file(session.vault, vault, one, actor=session.officer, told=told) for one in digests)


def _carry_contacts(session: Session, vault: Vault, fingerprints: set[str]) -> None:
    for fingerprint in sorted(fingerprints - {""}):
        kept = session.vault.contacts.get(fingerprint)
        if kept is not None:
            vault.contacts.put(kept, actor=session.officer, action="contact.carry")
        for one in session.vault.withdrawals.of(fingerprint):
            vault.withdrawals.put(one, actor=session.officer)


def carry_file(source: Vault, target: Vault, sha256: str, *, actor: str, told: Callable[[int, int], None]) -> bool:
    """Bring an attached file from one vault into another under a new key; return whether it was new there.

    Raises:
        briefcase.vault.errors.AttachmentDamaged: it is not whole where it comes from.
    """
    meta = source.attachments.meta(sha256)
    if meta is None or target.attachments.meta(sha256) is not None:
        return False
    with source.attachments.open(sha256) as file:
        target.attachments.add(
            cast("BinaryIO", file),
            actor=actor,
            media_type=meta.media_type,
            size_hint=meta.size,
            progress=lambda done: told(done, max(1, meta.size)),
        )
    return True
