"""The keys that a vault derives from its master, one for each purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from briefcase.seal.keyslots import subkey


@dataclass(frozen=True, repr=False)
class Keys:
    """The four subkeys of one vault."""

    database: bytes
    blobs: bytes
    header: bytes
    audit: bytes

    @classmethod
    def of(cls, master: bytes) -> Self:
        """Derive them from the master."""
        return cls(
            subkey(master, "database"), subkey(master, "blobs"), subkey(master, "header"), subkey(master, "audit")
        )
