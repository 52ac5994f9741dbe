"""Taking attachments in with one reading: each block verified before the vault gets it, the whole before it counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, cast

from briefcase.bundle import paths
from briefcase.bundle.errors import BundleBroken, BundleCancelled
from briefcase.bundle.opened import Opened
from briefcase.records.kinds import Document, Record
from briefcase.services.session import Session

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@contextlib.contextmanager
def swept(session: Session) -> Iterator[None]:
    """After an exception remove the files that were settled in the vault before the act was undone."""
    try:
        yield
    except BaseException:
        session.vault.attachments.sweep()
        raise


class Attached:
    """The files inside a bundle that its documents name, on their way into the vault.

    Reports progress over both parts of taking in: what is only verified, then the attachments.

    Args:
        opened: the bundle.
        records: its records.
        progress: called with (done, total) in bytes of the whole bundle.
        cancel: asked now and then whether to stop.
    """

    def __init__(
        self, opened: Opened, records: Iterable[Record], progress: Progress | None, cancel: Cancel | None
    ) -> None:
        entries = {entry.path: entry for entry in opened.entries}
        documents = (one for one in records if isinstance(one, Document) and one.sha256)
        found = ((one, entries.get(paths.ATTACHMENTS + one.sha256)) for one in documents)
        self._opened = opened
        self._files = [(document, entry) for document, entry in found if entry is not None]
        self._progress = progress
        self._cancel = cancel
        self._total = 0
        self._before = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._files)

    @property
    def paths(self) -> frozenset[str]:
        """The paths of their entries; ``keep`` verifies them."""
        return frozenset(entry.path for _document, entry in self._files)

    def verified(self, done: int, total: int) -> None:
        """Report so many bytes of *total* of the first part."""
        self._total = total
        self._before = max(0, total - sum(entry.size for _document, entry in self._files))
        self._report(min(done, self._before))

    def _report(self, done: int) -> None:
        if self._progress is not None:
            self._progress(min(done, self._total), self._total)

    def _added(self, done: int) -> None:
        if self._cancel is not None and self._cancel():
            raise BundleCancelled
        self._report(self._before + done)

    def keep(self, session: Session) -> None:
        """Take all of them in, inside the running transaction.

        Raises:
            BundleBroken: a block is not the one that was signed, or the vault's own digests of the whole are not what
                the manifest says.
            BundleCancelled: the officer stopped the work.
            briefcase.bundle.errors.MediumFailed: the medium failed.
        """
        for document, entry in self._files:
            with self._opened.open_entry(entry.path) as file:
                kept = session.vault.attachments.add(
                    cast("BinaryIO", file),
                    actor=session.officer,
                    media_type=document.media_type or "application/octet-stream",
                    about=document.id,
                    size_hint=entry.size,
                    progress=self._added,
                )
            if (kept.sha256, kept.size, f"{kept.crc32:08x}") != (entry.sha256, entry.size, entry.crc32):
                raise BundleBroken(reason="digest of an entry")
            self._before += entry.size
