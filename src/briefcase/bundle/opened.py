"""A bundle after its verdict: its list, its records, and its files, each byte verified before it is given out."""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Self

from briefcase.bundle import label as labels
from briefcase.bundle import paths, records_text
from briefcase.bundle.archive import Layout, Place
from briefcase.bundle.blocks import BLOCK, DIGEST, BlockReader, block_count
from briefcase.bundle.errors import BundleBroken, BundleCancelled, BundleNoEntry, BundleNotReadable
from briefcase.bundle.manifest import Entry, Manifest
from briefcase.bundle.reading import Plain, check_header
from briefcase.bundle.verdict import Facts, Verdict, sentence
from briefcase.bundle.wholes import Wholes
from briefcase.records.kinds import Document, TearLine
from briefcase.records.record import Record

_FRONT = 4  # manifest, two signatures, blocks.bin


@dataclass(frozen=True)
class Inside:
    """The verified structure of a readable bundle."""

    plain: Plain
    manifest: Manifest
    layout: Layout
    blocks: bytes


def _named(records: Iterable[Record]) -> set[str]:
    """Return the digests of the files that documents name; a digest without its file could fetch somebody else's."""
    return {record.sha256 for record in records if isinstance(record, Document) and record.sha256}


class Opened:
    """What came out of opening a file; a context manager that closes it.

    Attributes:
        verdict: see ``Verdict``.
        facts: see ``Facts``.
    """

    def __init__(
        self, verdict: Verdict, facts: Facts, inside: Inside | None = None, file: BinaryIO | None = None
    ) -> None:
        self.verdict = verdict
        self.facts = facts
        self._inside = inside
        self._file = file

    @property
    def sentence(self) -> str:
        """The verdict in words, in the current language."""
        return sentence(self.verdict, self.facts)

    @property
    def manifest(self) -> Manifest:
        """The signed manifest.

        Raises:
            BundleNotReadable: the verdict does not allow it.
        """
        return self._readable().manifest

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The files inside, in the order of the archive.

        Raises:
            BundleNotReadable: the verdict does not allow it.
        """
        return self.manifest.entries

    @property
    def attachments(self) -> tuple[Entry, ...]:
        """The attached files among the entries."""
        return tuple(entry for entry in self.entries if entry.path.startswith(paths.ATTACHMENTS))

    def records(self) -> tuple[Record, ...]:
        """Return the released records without the tear-lines, ascending by id; verified whole before they are parsed.

        Raises:
            BundleNotReadable: the verdict does not allow it.
            BundleBroken: records, commitments, label or ``label.xml`` are not what the manifest says.
        """
        return tuple(record for record in self._records if not isinstance(record, TearLine))

    @property
    def tear_lines(self) -> tuple[TearLine, ...]:
        """The tear-lines; as ``records``."""
        return tuple(record for record in self._records if isinstance(record, TearLine))

    @cached_property
    def _records(self) -> tuple[Record, ...]:
        manifest = self.manifest
        records, root = records_text.read(self._whole(paths.RECORDS), self._whole(paths.COMMITMENTS))
        marked = tuple(record.id for record in records if isinstance(record, TearLine))
        faults = {
            "number of records": len(records) != manifest.records,
            "records root": root != manifest.records_root,
            "tear-lines": marked != manifest.tear_lines,
            "document without its file": bool(_named(records) - {entry.sha256 for entry in self.attachments}),
            "label": not labels.agrees(manifest.label, records),
            "label.xml": self._whole(paths.LABEL) != labels.label_xml(manifest.label, manifest.created),
        }
        for reason, wrong in faults.items():
            if wrong:
                raise BundleBroken(reason=reason)
        return records

    def entry(self, path: str) -> Entry:
        """Return the entry called *path*.

        Raises:
            BundleNoEntry: there is none.
            BundleNotReadable: the verdict does not allow it.
        """
        return self.entries[self._index(path)]

    def open_entry(self, path: str) -> BlockReader:
        """Return the entry called *path* as a seekable file; each 1 MiB block is verified before a byte of it is given.

        Raises:
            BundleNoEntry: there is none.
            BundleNotReadable: the verdict does not allow it.
            BundleBroken: its header in the archive is not the canonical one.
        """
        index = self._index(path)
        inside = self._readable()
        place = inside.layout.places[_FRONT + index]
        check_header(inside.plain, place)
        return BlockReader(self._fetcher(place), place.member.size, self._digests[index])

    def verify_all(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancel: Callable[[], bool] | None = None,
        *,
        but: Collection[str] = (),
    ) -> None:
        """Verify every byte of the file and everything that it says of itself.

        Args:
            progress: called with (done, total) in bytes of plaintext.
            cancel: asked now and then whether to stop.
            but: paths of entries that the caller himself reads to their end through ``open_entry`` before he relies on
                anything, comparing SHA-256, CRC-32 and size of the whole with ``entry``.

        Raises:
            BundleNotReadable: the verdict does not allow it.
            BundleBroken: something is not what was signed.
            BundleCancelled: the officer stopped.
            MediumFailed: the medium failed.
        """
        inside = self._readable()
        total = inside.layout.size

        def step(done: int) -> None:
            if cancel is not None and cancel():
                raise BundleCancelled
            if progress is not None:
                progress(done, total)

        large = any(entry.size > BLOCK and entry.path not in but for entry in self.entries)
        with Wholes(threaded=large) as wholes:
            for index, place in enumerate(inside.layout.places[_FRONT:-1]):
                if place.member.name in but:
                    continue
                check_header(inside.plain, place)
                self._verify_entry(inside, index, place, step, wholes)
        self._verify_padding(inside, inside.layout.places[-1], step)
        _ = self._records
        step(total)

    def _verify_entry(
        self, inside: Inside, index: int, place: Place, step: Callable[[int], None], wholes: Wholes
    ) -> None:
        digests, entry, size = self._digests[index], inside.manifest.entries[index], place.member.size
        if size > BLOCK:
            wholes.begin(entry.sha256, place.member.crc32)
        for number, start in enumerate(range(0, max(1, size), BLOCK)):
            step(place.data + start)
            room = wholes.room()
            block = room[: min(BLOCK, size - start)]
            inside.plain.fetch_into(place.data + start, block)
            if size > BLOCK:
                wholes.take(room, len(block))
            digest = hashlib.sha256(block)
            if size and digest.digest() != digests[number * DIGEST : (number + 1) * DIGEST]:
                raise BundleBroken(reason="block")
        if size > BLOCK:
            wholes.end()
        elif (digest.hexdigest(), zlib.crc32(block)) != (entry.sha256, place.member.crc32):
            raise BundleBroken(reason="digest of an entry")

    def _verify_padding(self, inside: Inside, place: Place, step: Callable[[int], None]) -> None:
        check_header(inside.plain, place)
        room, zeros = memoryview(bytearray(BLOCK)), bytes(BLOCK)
        for start in range(0, place.member.size, BLOCK):
            step(place.data + start)
            length = min(BLOCK, place.member.size - start)
            inside.plain.fetch_into(place.data + start, room[:length])
            if room[:length] != zeros[:length]:
                raise BundleBroken(reason="padding")

    @cached_property
    def _digests(self) -> tuple[bytes, ...]:
        """The block digests of every entry."""
        inside, start, found = self._readable(), 0, []
        for entry in inside.manifest.entries:
            length = block_count(entry.size) * DIGEST
            found.append(inside.blocks[start : start + length])
            start += length
        return tuple(found)

    @cached_property
    def _by_path(self) -> dict[str, int]:
        return {entry.path: index for index, entry in enumerate(self.entries)}

    def _index(self, path: str) -> int:
        try:
            return self._by_path[path]
        except KeyError:
            raise BundleNoEntry from None

    def _fetcher(self, place: Place) -> Callable[[int, memoryview], None]:
        plain = self._readable().plain
        return lambda offset, view: plain.fetch_into(place.data + offset, view)

    def _whole(self, path: str) -> bytes:
        """Return a whole entry, its SHA-256 as signed."""
        with self.open_entry(path) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != self.entry(path).sha256:
            raise BundleBroken(reason="digest of an entry")
        return data

    def _readable(self) -> Inside:
        if self._inside is None:
            raise BundleNotReadable(verdict=self.verdict.value)
        return self._inside

    def close(self) -> None:
        """Close the file if opening opened it."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
