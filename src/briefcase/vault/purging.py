"""Deleting a case for good: its rows, its words in every index, its attached files, and what pages remember of them.

What goes: the case, and every record that belongs to no other case and that nothing that stays names. What stays of
them: their ids in the log of what went to whom, and for the audit chain the digests of their revisions, which say
nothing without the salts; those go. What was deleted is then overwritten: the indexes are written anew, free pages are
given back, the WAL is worked in and cut. That second half may be done again, and a crash in between leaves a note to do
so.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from briefcase.disk import sync_folder
from briefcase.records import canonical
from briefcase.records.kinds import Document
from briefcase.vault.attachments import Attachments
from briefcase.vault.audit import Audit
from briefcase.vault.database import Database
from briefcase.vault.errors import RecordUnknown
from briefcase.vault.files import translated
from briefcase.vault.header import STORE
from briefcase.vault.quoting import quoting
from briefcase.vault.saved import SavedSearches
from briefcase.vault.settings import Settings
from briefcase.vault.values import id_text, raw_id

OPEN = "purge.open"
"""Setting: a purge whose second half is not done, ``{"case": id}``."""
_PAGES = 2000
_CHOICE = (
    "CREATE TEMP TABLE IF NOT EXISTS chosen (n INTEGER PRIMARY KEY)",
    "DELETE FROM temp.chosen",
)
_CHOOSE = (
    "INSERT INTO temp.chosen SELECT n FROM record WHERE id = ?1 AND kind = 'case' UNION"
    " SELECT c.record FROM case_record c WHERE c.case_id = ?1 AND NOT EXISTS (SELECT 1 FROM case_record o"
    " JOIN record r ON r.id = o.case_id AND r.kind = 'case' WHERE o.record = c.record AND o.case_id <> ?1)"
)
_SPARE = (
    "DELETE FROM temp.chosen WHERE n IN (SELECT r.n FROM mention m JOIN record r ON r.id = m.target"
    " WHERE m.record NOT IN (SELECT n FROM temp.chosen)) AND n <> (SELECT n FROM record WHERE id = ?1)"
)
_STAYING = (
    "SELECT r.id FROM case_record c JOIN record r ON r.n = c.record"
    " WHERE c.case_id = ?1 AND r.id <> ?1 AND r.n NOT IN (SELECT n FROM temp.chosen) ORDER BY r.n"
)
_STUBS = (
    "INSERT INTO purged (audit, n, record, revision, digest) SELECT v.audit, v.n, r.id, v.id, v.digest"
    " FROM revision v JOIN record r ON r.n = v.record WHERE v.record IN (SELECT n FROM temp.chosen)"
)
_GOING = (
    "SELECT v.record, v.body FROM revision v JOIN record r ON r.n = v.record"
    " WHERE r.kind = 'document' AND v.record IN (SELECT n FROM temp.chosen)"
)
_STAYS = _GOING.replace(" IN ", " NOT IN ")
_BY_RECORD = ("case_record", "link", "mention", "name", "revision")
_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Choice:
    """What a purge would delete and what of the case would stay.

    Attributes:
        records: how many would go, the case among them.
        revisions: how many snapshots of them.
        attachments: SHA-256 of the files that would go.
        size: of those files in bytes.
        staying: ids of records of the case that stay, because another case or a record that stays needs them.
        searches: names of saved searches that would go, because they quote what goes (``quoting``).
    """

    records: int
    revisions: int
    attachments: tuple[str, ...]
    size: int
    staying: tuple[str, ...]
    searches: tuple[str, ...]


class Purge:
    """The purge of one case of an open vault."""

    def __init__(self, database: Database, audit: Audit, attachments: Attachments, case_id: str) -> None:
        self._database = database
        self._audit = audit
        self._attachments = attachments
        self._case = case_id

    def choose(self) -> Choice:
        """Return what would go and what would stay; nothing is changed.

        Raises:
            RecordUnknown: there is no such case.
        """
        with self._database.transaction():
            return self._choose()

    def _choose(self) -> Choice:
        raw = raw_id(self._case)
        for statement in _CHOICE:
            self._database.run(statement)
        if not self._database.number("SELECT 1 FROM record WHERE id = ? AND kind = 'case'", (raw,)):
            raise RecordUnknown(id=self._case)
        self._database.run(_CHOOSE, (raw,))
        while self._database.run(_SPARE, (raw,)):
            pass
        staying = [id_text(row[0]) for row in self._database.rows(_STAYING, (raw,)) if isinstance(row[0], bytes)]
        going = self._files(staying=False).keys() - self._files(staying=True).keys()
        kept = [one for one in (self._attachments.meta(each) for each in sorted(going)) if one is not None]
        return Choice(
            records=self._database.number("SELECT count(*) FROM temp.chosen"),
            revisions=self._database.number(
                "SELECT count(*) FROM revision WHERE record IN (SELECT n FROM temp.chosen)"
            ),
            attachments=tuple(one.sha256 for one in kept),
            size=sum(one.size for one in kept),
            staying=tuple(staying),
            searches=tuple(quoting(self._database, SavedSearches(self._database, self._audit).list())),
        )

    def _files(self, *, staying: bool) -> dict[str, int]:
        """Return the digests that the documents name which go, or stay, in any revision, and how many name each."""
        found: set[tuple[int, str]] = set()
        for number, body in self._database.stream(_STAYS if staying else _GOING):
            record = canonical.decode(body) if isinstance(body, bytes) else None
            if isinstance(record, Document) and record.sha256:
                found.add((int(number or 0), record.sha256))
        return Counter(sha256 for _number, sha256 in found)

    def delete(self, *, actor: str, detail: dict[str, object]) -> Choice:
        """Delete what ``choose`` returns, as one act with its certificate in the audit chain; then call ``clean``.

        All drafts go, too: nobody can say what they speak of; and so do saved searches that quote what goes.

        Raises:
            RecordUnknown: there is no such case.
            VaultReadOnly, VaultDiskFull.
        """
        with overwriting(self._database), self._database.transaction():
            chosen = self._choose()
            gone, staying = self._files(staying=False), self._files(staying=True)
            values = self._audit.state.values_of("SELECT n FROM temp.chosen")
            self._database.run(_STUBS)
            drafts = self._database.run("DELETE FROM draft")
            self._database.run_many("DELETE FROM saved_search WHERE name = ?", [(one,) for one in chosen.searches])
            for index in indexes(self._database):
                self._database.run(f'DELETE FROM "{index}" WHERE rowid IN (SELECT n FROM temp.chosen)')  # noqa: S608 - our own tables
            for table in _BY_RECORD:
                self._database.run(f"DELETE FROM {table} WHERE record IN (SELECT n FROM temp.chosen)")  # noqa: S608 - as above
            self._database.run("DELETE FROM record WHERE n IN (SELECT n FROM temp.chosen)")
            self._database.run("DELETE FROM temp.chosen")
            self._audit.state.change(values)
            for sha256 in chosen.attachments:
                self._attachments.forget(sha256)
            for sha256 in gone.keys() & staying.keys():
                self._attachments.count(sha256, staying[sha256])
            Settings(self._database, self._audit).set(OPEN, {"case": self._case})
            counted: dict[str, object] = {
                "records": chosen.records,
                "revisions": chosen.revisions,
                "attachments": len(chosen.attachments),
                "size": chosen.size,
                "staying": len(chosen.staying),
                "drafts": drafts,
                "searches": len(chosen.searches),
            }
            self._audit.append("case.purge", self._case, {**counted, **detail}, actor=actor)
        return chosen


def indexes(database: Database) -> list[str]:
    """Return the names of the full-text indexes."""
    return [str(row[0]) for row in database.rows(_INDEXES)]


@contextlib.contextmanager
def overwriting(database: Database) -> Iterator[None]:
    """Overwrite what is deleted inside the block also where that costs writing a page that would go free."""
    database.rows("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        database.rows("PRAGMA secure_delete = FAST")


def unfinished(settings: Settings) -> str:
    """Return the id of the case whose purge is not finished, empty when there is none."""
    value = settings.get(OPEN)
    return str(value.get("case", "")) if isinstance(value, dict) else ""


def clean(database: Database, audit: Audit, *, actor: str, progress: Progress | None = None) -> None:
    """Overwrite what a purge left in indexes, free pages, the WAL and older copies; it may be done again.

    Raises:
        VaultReadOnly, VaultDiskFull, VaultDiskFailed: it is done again at the next opening.
    """
    settings = Settings(database, audit)
    case = unfinished(settings)
    with translated(database.folder):
        for copy in database.folder.glob(f"{STORE}.schema-*"):
            copy.unlink(missing_ok=True)  # a copy from before an upgrade holds the case
        sync_folder(database.folder)
    with overwriting(database):
        for index in indexes(database):
            with database.transaction():
                database.run(f'INSERT INTO "{index}" ("{index}") VALUES (\'optimize\')')  # noqa: S608 - our own tables
        _give_back(database, progress)
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        with database.transaction():
            settings.remove(OPEN)
            audit.append("case.purged", case, actor=actor)
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def _give_back(database: Database, progress: Progress | None) -> None:
    """Give all free pages back, a stretch at a time."""
    all_pages = database.number("PRAGMA freelist_count")
    left = all_pages
    while left:
        if progress is not None:
            progress(all_pages - left, all_pages)
        database.rows(f"PRAGMA incremental_vacuum({_PAGES})")
        now = database.number("PRAGMA freelist_count")
        if now >= left:
            break
        left = now
