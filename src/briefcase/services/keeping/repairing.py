"""Saving what is whole of a damaged vault into a new one, and listing what is not. The damaged one is only read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from briefcase.errors import N_
from briefcase.language import _
from briefcase.services.access.keys import no_waiting, open_slots
from briefcase.services.keeping.copies import Cancel, Progress, steps
from briefcase.vault import copying, salvage, standing_in
from briefcase.vault import header as headers
from briefcase.vault import vault as vaults
from briefcase.vault.attempts import Waiting
from briefcase.vault.blobs import FOLDER
from briefcase.vault.database import connect
from briefcase.vault.errors import VaultDamaged, VaultError
from briefcase.vault.subkeys import Keys
from briefcase.vault.values import Finding
from briefcase.vault.vault import Vault

_DAMAGED, _FRESH, _DONOR = "damaged", "fresh", "donor"
_FILES_ONLY = frozenset({"attachments", "header"})


@dataclass(frozen=True)
class Repaired:
    """A repaired vault.

    Attributes:
        path: its folder.
        records: how many it holds.
        rebuilt: whether its database had to be made anew; it then has a new audit chain.
        lost: what could not be saved, in sentences.
    """

    path: Path
    records: int
    rebuilt: bool
    lost: tuple[str, ...]


def repair(
    old: Path,
    folder: Path,
    passphrase: str,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    waiting: Waiting = no_waiting,
) -> Repaired:
    """Save what is whole of a vault into a new folder, under the same keys, and say what is not.

    Args:
        old: the damaged vault; it is only read, and stays as it is.
        folder: must not be there yet, or be empty.
        passphrase: of the old vault, or its recovery words.
        progress: called with (done, total) in bytes while the files are copied.
        cancel: asked now and then whether to stop.
        waiting: as in ``session.unlock``.

    Raises:
        PassphraseWrong, CopyStopped.
        briefcase.vault.errors.VaultWrongKey, VaultHeaderDamaged: nothing at all can be read.
        And the vault's own: nothing stands under the name.
    """
    with copying.new_folder(folder) as part:
        part.mkdir(mode=0o700)
        damaged = part / _DAMAGED
        copying.bring(old, damaged, lambda _place: None, steps(progress, cancel))
        master = open_slots(damaged, passphrase, waiting=waiting).master
        found = _faults(damaged, master)
        rebuilt = found is None or any(one.area not in _FILES_ONLY for one in found)
        lost = list(_rebuild(part, damaged, master)) if rebuilt else []
        whole = part / _FRESH if rebuilt else damaged
        with vaults.open_vault(whole, master) as vault:
            lost += _drop_files(vault)
            count, officer = vault.records.count(), vault.settings.text("officer")
            if rebuilt:
                vault.establish_state(actor=officer)
            vault.audit.append("vault.repair", "", {"lost": len(lost), "rebuilt": int(rebuilt)}, actor=officer)
        for path in list(whole.iterdir()):
            path.rename(part / path.name)
        for name in (_DAMAGED, _FRESH):
            shutil.rmtree(part / name, ignore_errors=True)
        (part / "attempts.json").unlink(missing_ok=True)
    return Repaired(folder, count, rebuilt, tuple(lost))


def _faults(damaged: Path, master: bytes) -> list[Finding] | None:
    """Return what a check finds wrong, None when the vault cannot even be opened or read for it."""
    try:
        with vaults.open_vault(damaged, master) as vault:
            return [one for one in vault.check() if one.severity == "error"]
    except VaultError:
        return None


def _rebuild(part: Path, damaged: Path, master: bytes) -> Iterator[str]:
    """Make the vault anew from every row that can be read; yield what is lost."""
    keys = Keys.of(master)
    header = next(one for one in headers.read_both(damaged) if headers.verifies(one, keys.header))
    whose = dict.fromkeys(("agency", "country", "officer"), "")
    if not standing_in.readable(damaged, keys.database, header.salt):
        donor = part / _DONOR
        vaults.create(donor, master, header.slots, vault_id=header.vault_id, **whose).close()
        if not standing_in.put_schema(damaged, donor, keys.database, header.salt):
            raise VaultDamaged(reason=N_("the pages that say where its tables are"))
        shutil.rmtree(donor)
    saved = salvage.Salvage(lambda: connect(damaged, keys.database, header.salt, read_only=False))
    try:
        with vaults.create(part / _FRESH, master, header.slots, vault_id=header.vault_id, **whose) as fresh:
            salvage.carry(saved, fresh, actor="repair")
    finally:
        saved.close()
    _move_files(damaged, part / _FRESH)
    yield _(
        "The audit log could not be carried over: the repaired vault begins a new one. Keep the old folder as evidence."
    )
    for table, count in sorted(saved.lost.rows.items()):
        yield _("Of the table %(table)s at least %(count)s rows are lost.") % {"table": table, "count": count}


def _move_files(damaged: Path, fresh: Path) -> None:
    shutil.rmtree(fresh / FOLDER)
    (damaged / FOLDER).rename(fresh / FOLDER)


def _drop_files(vault: Vault) -> Iterator[str]:
    """Forget the attached files that are not whole; yield a sentence for each."""
    for finding in [one for one in vault.check() if one.area == "attachments"]:
        facts = dict(finding.facts)
        if "sha256" in facts:
            with vault.transaction():
                vault.attachments.forget(str(facts["sha256"]))
            yield finding.words
