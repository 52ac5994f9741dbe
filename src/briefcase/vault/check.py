"""The check of a vault: what the library sees, what only the chain sees, and whether the files are whole.

``cipher_integrity_check`` sees changed pages but not pages cut off, ``integrity_check`` sees those; neither sees a
page put back from an older file. The audit chain sees that: it holds the salted digests of all revisions and the sums
of all other tables, and what is derived from the revisions is made again and compared. What nobody can see from inside
is the whole folder put back: for that, compare the head with one that was printed or sent.
"""

from __future__ import annotations

import heapq
import hmac
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from briefcase.errors import N_
from briefcase.records.ids import now
from briefcase.vault import header as headers
from briefcase.vault import tally
from briefcase.vault.attachments import Attachments, Stored
from briefcase.vault.audit import Audit, Entry, RevisionHash
from briefcase.vault.blobs import BLOCK
from briefcase.vault.check_derived import MOST, check_derived, check_indexes, columns_fit
from briefcase.vault.database import Database, Row
from briefcase.vault.errors import AttachmentDamaged, VaultError
from briefcase.vault.header import Header
from briefcase.vault.leaving import state_findings
from briefcase.vault.values import Finding, Source, id_text
from briefcase.vault.writing import digest, digest_prefix

GENERATION = "header.generation"
_REVISIONS = (
    "SELECT v.audit, v.id, v.standing, v.received_from, v.bundle, v.unverified, v.salt, v.digest, v.body, r.id, v.n,"
    " v.parents, v.author, v.created"
    " FROM revision v JOIN record r ON r.n = v.record ORDER BY v.audit, v.n"
)
_PURGED = "SELECT audit, revision, 'purged', '', '', 0, NULL, digest, NULL, record, n FROM purged ORDER BY audit, n"
_AREAS = {"contact": "contacts", "withdrawal": "contacts", "attachment": "attachments"}
_CONTACT = ("state", "agency", "country", "replaced_by")
_CONTACTS = "SELECT fingerprint, state, agency, country, replaced_by FROM contact"
_NOT_CURRENT = (
    "SELECT r.id FROM record r WHERE r.current IS NOT"
    " (SELECT max(v.n) FROM revision v WHERE v.record = r.n AND v.standing = 'kept') LIMIT ?"
)


def check(
    database: Database, audit: Audit, attachments: Attachments, header: Header, header_key: bytes, *, deep: bool
) -> list[Finding]:
    """Return what is wrong, nothing when the vault is whole; *deep* reads every blob to its end."""
    steps: list[Callable[[], Iterator[Finding]]] = [
        lambda: _header(database, header, header_key),
        lambda: _pages(database),
        lambda: _chain(audit),
        lambda: _revisions(database, audit, deep=deep),
        lambda: _current(database),
        lambda: _tables(database, audit),
        lambda: _contacts(database, audit),
        lambda: _attachments(attachments, deep=deep),
        lambda: _clock(audit),
    ]
    if deep:
        steps += [lambda: check_derived(database), lambda: check_indexes(database)]
    found = [finding for step in steps for finding in _readable(step())]
    # The state follows from all of these; by itself it is named only when nothing of them is wrong.
    return found if any(one.severity == "error" for one in found) else [*_readable(state_findings(audit)), *found]


def _readable(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield *findings*; where the database cannot be read to the end, that is one more."""
    try:
        yield from findings
    except VaultError as error:
        message = N_("Part of the vault cannot be read: what stands there does not fit (%(code)s).")
        yield Finding("error", "database", message, (("code", error.code),))


def _header(database: Database, header: Header, key: bytes) -> Iterator[Finding]:
    row = database.one("SELECT value FROM setting WHERE name = ?", (GENERATION,))
    if row and isinstance(row[0], bytes) and header.generation < int(row[0]):
        message = N_("An older header was put back: passphrases that were changed since then open the vault again.")
        yield Finding("error", "header", message)
    for name in (headers.NAME, headers.COPY):
        data = headers.read_bytes(database.folder / name)
        if data != header.to_bytes() or not headers.verifies(header, key):
            yield Finding("error", "header", N_("The file %(name)s is not as it was written."), (("name", name),))


def _pages(database: Database) -> Iterator[Finding]:
    cipher = database.rows("PRAGMA cipher_integrity_check")
    database.rows("PRAGMA shrink_memory")  # so that every page in use is read again, and its HMAC verified, below
    whole = database.rows("PRAGMA integrity_check(10)") == [("ok",)]
    # A page that was taken and given up within one act is never written, so its place in the file verifies as nothing.
    # Free pages hold nothing; pages in use were all just read.
    unused = whole and len(cipher) <= database.number("PRAGMA freelist_count")
    if cipher and not unused:
        message = N_("%(count)s pages of the database were changed outside the program.")
        yield Finding("error", "database", message, (("count", len(cipher)),))
    if not whole:
        yield Finding("error", "database", N_("The database is not whole: pages are missing or do not fit together."))
    if database.rows("PRAGMA foreign_key_check"):
        yield Finding("error", "database", N_("Rows of the database point to rows that are not there."))


def _chain(audit: Audit) -> Iterator[Finding]:
    message = N_("Entry %(number)s of the audit chain does not follow from the one before.")
    for number in audit.verify()[:MOST]:
        yield Finding("error", "audit", message, (("number", number),))


def _revisions(database: Database, audit: Audit, *, deep: bool) -> Iterator[Finding]:
    """Walk entries and revisions side by side: each revision fits its digest, each group the hash in its entry."""
    both = (database.stream(_REVISIONS), database.stream(_PURGED))
    groups = groupby(heapq.merge(*both, key=_place), key=lambda row: _place(row)[0])
    waiting = next(groups, None)
    for entry in audit.entries():
        while waiting is not None and waiting[0] < entry.number:
            yield from _without_entry(waiting[1])
            waiting = next(groups, None)
        if waiting is not None and waiting[0] == entry.number:
            yield from _group(entry, waiting[1], deep=deep)
            waiting = next(groups, None)
        elif entry.revisions is not None:
            yield _group_fault(entry)
    while waiting is not None:
        yield from _without_entry(waiting[1])
        waiting = next(groups, None)


def _place(row: Row) -> tuple[int, int]:
    """Return the number of the entry that speaks of a revision, and the revision's place among all."""
    return int(row[0] or 0), int(row[10] or 0)


def _group_fault(entry: Entry) -> Finding:
    message = N_("The records that entry %(number)s of the audit chain speaks of are not the ones in the vault.")
    return Finding("error", "records", message, (("number", entry.number),))


def _without_entry(rows: Iterator[Row]) -> Iterator[Finding]:
    for row in rows:
        identifier = id_text(row[9]) if isinstance(row[9], bytes) else ""
        message = N_("A revision of the record %(id)s is in no entry of the audit chain.")
        yield Finding("error", "records", message, (("id", identifier),))


def _group(entry: Entry, rows: Iterator[Row], *, deep: bool) -> Iterator[Finding]:
    found = RevisionHash()
    for row in rows:
        revision, value, record = row[1], row[7], row[9]
        if not (isinstance(revision, bytes) and isinstance(value, bytes) and isinstance(record, bytes)):
            continue
        found.add(record, revision, value)
        if not _fits(row, value) or (deep and not _columns(row, record, revision)):
            message = N_("A revision of the record %(id)s was changed outside the program.")
            yield Finding("error", "records", message, (("id", id_text(record)),))
    expected = entry.revisions or (0, "")
    if found.count != expected[0] or found.summary()["hash"] != expected[1]:
        yield _group_fault(entry)


def _fits(row: Row, value: bytes) -> bool:
    """Return whether a revision fits its digest; of one that was purged only the digest is left."""
    salt, body = row[6], row[8]
    if row[2] == "purged":
        return True
    if not isinstance(salt, bytes) or not isinstance(body, bytes):
        return False
    prefix = digest_prefix(Source(str(row[3]), str(row[4]), bool(row[5])), str(row[2]))
    return hmac.compare_digest(digest(salt, prefix, body), value)


def _columns(row: Row, record: bytes, revision: bytes) -> bool:
    body = row[8]
    return not isinstance(body, bytes) or columns_fit(body, record, revision, (row[11], row[12], row[13]))


def _current(database: Database) -> Iterator[Finding]:
    for row in database.rows(_NOT_CURRENT, (MOST,)):
        identifier = id_text(row[0]) if isinstance(row[0], bytes) else ""
        yield Finding(
            "error", "records", N_("The record %(id)s does not show its newest revision."), (("id", identifier),)
        )


def _tables(database: Database, audit: Audit) -> Iterator[Finding]:
    """Compare the sum of every table that is counted with what the chain says it must be."""
    key = audit.rows_key()
    if not key:
        message = N_("The lesser tables are not in the audit chain yet: open the vault for writing once.")
        yield Finding("warning", "tables", message)
        return
    said: dict[str, int] = {}
    for entry in audit.entries():
        tally.added(said, entry.tables)
    message = N_(
        "The table %(table)s is not as the audit chain says: rows were put back from an older file, changed or removed."
    )
    for table in tally.difference(said, tally.totals(database, key)):
        yield Finding("error", _AREAS.get(table, "tables"), message, (("table", table),))


def _contacts(database: Database, audit: Audit) -> Iterator[Finding]:
    """Compare every contact, and why some count no more, with what the chain says of them last.

    An older page put back here would make a revoked partner a verified one again.
    """
    said: dict[str, dict[str, object]] = {}
    kept: set[str] = set()
    for entry in audit.entries():
        if entry.action == "contact.remove":
            said.pop(entry.subject, None)
        elif entry.action == "contact.withdrawal":
            kept.add(str(entry.detail.get("id")))
        elif entry.action == "contact.withdrawal-refused":
            kept.discard(entry.subject)
        elif entry.action.startswith("contact.") and "state" in entry.detail:
            said[entry.subject] = {"replaced_by": "", **entry.detail}
    found = {str(row[0]): dict(zip(_CONTACT, map(str, row[1:]), strict=True)) for row in database.rows(_CONTACTS)}
    message = N_("The contact %(fingerprint)s is not as it was written.")
    for fingerprint in sorted(said.keys() | found.keys()):
        if said.get(fingerprint) != found.get(fingerprint):
            yield Finding("error", "contacts", message, (("fingerprint", fingerprint[:16]),))
    if kept != {str(row[0]) for row in database.rows("SELECT id FROM withdrawal")}:
        yield Finding("error", "contacts", N_("The revocations of partners' cards are not those that were taken in."))


def _attachments(attachments: Attachments, *, deep: bool) -> Iterator[Finding]:
    for stored in attachments.all():
        fault = _blob_fault(attachments, stored, deep=deep)
        if fault:
            yield damaged(stored.attachment.sha256, fault)


def damaged(sha256: str, reason: str) -> Finding:
    """Return what is said of an attached file that is not as it was written."""
    message = N_("The attached file with the SHA-256 %(sha256)s is damaged (%(reason)s).")
    return Finding("error", "attachments", message, (("sha256", sha256), ("reason", reason)))


def _blob_fault(attachments: Attachments, stored: Stored, *, deep: bool) -> str:
    try:
        with attachments.open_stored(stored) as file:
            while deep and file.read(BLOCK):
                pass
    except AttachmentDamaged as error:
        return str(error.facts["reason"])
    return ""


def _clock(audit: Audit) -> Iterator[Finding]:
    highest = audit.highest_time()
    if now() < highest:
        message = N_("The clock of this machine was put back: the vault has seen %(time)s.")
        yield Finding("warning", "clock", message, (("time", highest),))
