"""How far each vault had come when it was last used here: a mark outside the vault, in the profile of the user.

An older copy of a whole vault is whole in itself; only something outside it knows better. The mark holds the number of
entries and the head of the audit chain, which give away nothing that is in the vault. It lies on the same computer:
who can put back a vault here can often put back the mark as well. A head on paper or with a partner is the stronger
witness.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefcase.language import _
from briefcase.records import ids
from briefcase.seal import canonical
from briefcase.seal.errors import SealError
from briefcase.vault.errors import VaultError
from briefcase.vault.files import write_durably
from briefcase.vault.vault import Vault

FORMAT = "briefcase-mark/1"
LIFE = "restore.life"
"""Setting: 32 random hex digits that a vault got when it was restored; its copy's vault may go on beside it."""
PutBack = Literal["", "older", "fork"]
_ID = re.compile(r"[0-9a-f]{32}")
_LARGEST = 4096


@dataclass(frozen=True)
class Mark:
    """Where the chain of a vault stood: number of entries, head (64 hex digits), time of the mark."""

    size: int
    head: str
    time: str


def profile() -> Path | None:
    """Return the folder of this program in the profile of the user; None when the user has none."""
    try:
        if sys.platform == "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Briefcase"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Application Support" / "Briefcase"
        return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "briefcase"
    except RuntimeError:
        return None


def _path(vault: Vault) -> Path | None:
    """Return where the mark of a vault stands; a restored one goes its own way and has a mark of its own."""
    folder, life = profile(), vault.settings.text(LIFE)
    if folder is None or not _ID.fullmatch(vault.vault_id) or (life and not _ID.fullmatch(life)):
        return None
    return folder / "marks" / (f"{vault.vault_id}-{life}.json" if life else f"{vault.vault_id}.json")


def read(vault: Vault) -> Mark | None:
    """Return the mark of an open vault, None when there is none or it cannot be understood."""
    path = _path(vault)
    try:
        if path is None or path.stat().st_size > _LARGEST:
            return None
        value = canonical.decode(path.read_bytes())
    except (OSError, SealError):
        return None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        return None
    size, head, time = value.get("size"), value.get("head"), value.get("time")
    if not (isinstance(size, int) and isinstance(head, str) and isinstance(time, str)):
        return None
    return Mark(size, head, time)


def save(vault: Vault) -> bool:
    """Remember where the chain of an open vault stands; return whether the profile took it."""
    path = _path(vault)
    if path is None:
        return False
    value = {"format": FORMAT, "size": vault.audit.size(), "head": vault.audit.head(), "time": ids.now()}
    with contextlib.suppress(OSError, VaultError):  # a mark is a help; a profile that takes none stops nobody
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, canonical.encode(value))
        return True
    return False


def judge(vault: Vault, mark: Mark | None) -> PutBack:
    """Say how an open vault stands to its mark: as it should, older than it, or on another way from an older state."""
    if mark is None or vault.audit.at(mark.size) == mark.head:
        return ""
    return "older" if vault.audit.size() < mark.size else "fork"


def words(put_back: PutBack, mark: Mark | None) -> str:
    """Return the sentence for what ``judge`` found, empty for nothing."""
    if mark is None or not put_back:
        return ""
    facts = {"time": mark.time, "size": mark.size}
    if put_back == "older":
        said = _(
            "This vault was put back to an older copy: on %(time)s it had %(size)s entries in its audit log here, and"
            " now it has fewer. What came since is missing, revocations, too."
        )
    else:
        said = _(
            "This vault was put back to an older copy and used since: what stood in its audit log here on %(time)s, at"
            " entry %(size)s, is not in it."
        )
    return said % facts + " " + _("If you restored it yourself, that is why; otherwise find out who did.")
