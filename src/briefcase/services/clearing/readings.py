"""What was read once and need not be read again while nothing changed; in memory, gone when the vault locks."""

from __future__ import annotations

from dataclasses import dataclass, field

from briefcase.release.quoting import Mention, Names


@dataclass(repr=False)
class Readings:
    """Names of all records, what texts name, and the texts of attached files.

    Attributes:
        stamp: of the records (``vault.store.Records.stamp``) when the names were read.
        names: of every record of the vault.
        mentions: by record id, what its texts name.
        files: by digest, the text of an attached file; None when it cannot be searched.
    """

    stamp: tuple[int, int] = (-1, -1)
    names: Names = field(default_factory=Names)
    mentions: dict[str, tuple[Mention, ...]] = field(default_factory=dict)
    files: dict[str, str | None] = field(default_factory=dict)
