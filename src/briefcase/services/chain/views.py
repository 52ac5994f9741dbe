"""What an officer looked at, entered in the audit chain a batch at a time, so that reading stays as fast as before.

What was looked at in the last minutes before a crash is lost; nothing else is.
"""

from __future__ import annotations

import time
from typing import Literal

from briefcase.vault.vault import Vault

ACTION = "record.view"
MOST = 50
"""So many different things at most in one entry."""
LONGEST = 300
"""Seconds until what was looked at is entered, at the next look."""
Kind = Literal["records", "cases", "files"]


class Views:
    """Gathers what was looked at: ids of records and cases, and of the documents whose file was opened."""

    def __init__(self) -> None:
        self._seen: dict[Kind, dict[str, int]] = {}
        self._since = 0.0

    def saw(self, vault: Vault, actor: str, identifier: str, kind: Kind = "records") -> None:
        """Note one look at a record, a case or a file."""
        if vault.read_only:
            return
        if not self._seen:
            self._since = time.monotonic()
        counts = self._seen.setdefault(kind, {})
        counts[identifier] = counts.get(identifier, 0) + 1
        if sum(map(len, self._seen.values())) >= MOST or time.monotonic() - self._since > LONGEST:
            self.flush(vault, actor)

    def flush(self, vault: Vault, actor: str) -> None:
        """Enter what was gathered."""
        if self._seen and not vault.read_only:
            vault.audit.append(ACTION, "", {kind: dict(counts) for kind, counts in self._seen.items()}, actor=actor)
        self._seen = {}
