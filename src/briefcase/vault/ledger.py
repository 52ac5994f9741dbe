"""What went out and what came in: the registry of bundles and the disclosure log."""

from __future__ import annotations

from collections.abc import Iterable

from briefcase.vault.database import Database, Row
from briefcase.vault.errors import BundleAltered
from briefcase.vault.values import BundleRow, Direction, Disclosure, id_text, raw_id

_BUNDLE = "SELECT id, partner, direction, sequence, manifest, registered, sender FROM bundle"
_ADD_BUNDLE = (
    "INSERT INTO bundle (id, partner, direction, sequence, manifest, registered, sender) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_DISCLOSURE = (
    "SELECT bundle, recipient, recipient_name, record, revision, released, withheld, manifest, receipt, consents,"
    " approvals FROM disclosure"
)
_ADD_DISCLOSURE = (
    "INSERT INTO disclosure"
    " (bundle, recipient, recipient_name, record, revision, released, withheld, manifest, consents, approvals)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _bundle(row: Row) -> BundleRow:
    direction: Direction = "in" if row[2] == "in" else "out"
    return BundleRow(str(row[0]), str(row[1]), direction, int(row[3] or 0), *map(str, row[4:7]))


def _disclosure(row: Row) -> Disclosure:
    record, revision = row[3], row[4]
    return Disclosure(
        bundle_id=str(row[0]),
        recipient=str(row[1]),
        recipient_name=str(row[2]),
        record_id=id_text(record) if isinstance(record, bytes) else "",
        revision=revision.hex() if isinstance(revision, bytes) else "",
        when=str(row[5]),
        withheld=tuple(str(row[6]).split()),
        manifest_sha256=str(row[7]),
        receipt=str(row[8]),
        consents=tuple(str(row[9]).split()),
        approvals=tuple(str(row[10]).split()),
    )


class Bundles:
    """Every bundle by id, partner (fingerprint) and direction; the caller writes the audit entry of the act."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, bundle: BundleRow) -> bool:
        """Register a bundle; return False when the same one was registered before.

        Raises:
            BundleAltered: its sender's id was seen before with another manifest, in either direction.
        """
        known = self.seen(bundle.bundle_id, bundle.sender)
        if any(each.manifest_sha256 != bundle.manifest_sha256 for each in known):
            raise BundleAltered
        if any(each.partner == bundle.partner and each.direction == bundle.direction for each in known):
            return False
        values = (
            *(bundle.bundle_id, bundle.partner, bundle.direction),
            *(bundle.sequence, bundle.manifest_sha256, bundle.when, bundle.sender),
        )
        with self._database.transaction():
            self._database.run(_ADD_BUNDLE, values)
        return True

    def seen(self, bundle_id: str, sender: str) -> list[BundleRow]:
        """Return every registration of an id of a sender (fingerprint): none, or one a series and direction."""
        rows = self._database.rows(f"{_BUNDLE} WHERE id = ? AND sender = ? ORDER BY n", (bundle_id, sender))
        return [_bundle(row) for row in rows]

    def list(self, *, partner: str = "", direction: Direction | None = None) -> list[BundleRow]:
        """Return the bundles of a partner and a direction, or all, oldest first."""
        rows = self._database.rows(
            f"{_BUNDLE} WHERE (?1 = '' OR partner = ?1) AND (?2 = '' OR direction = ?2) ORDER BY n",
            (partner, direction or ""),
        )
        return [_bundle(row) for row in rows]

    def latest(self, partner: str, direction: Direction) -> BundleRow | None:
        """Return the bundle with the highest sequence number of a partner and a direction, or None."""
        row = self._database.one(
            f"{_BUNDLE} WHERE partner = ? AND direction = ? ORDER BY sequence DESC, n DESC LIMIT 1",
            (partner, direction),
        )
        return _bundle(row) if row else None

    def next_sequence(self, recipient: str) -> int:
        """Return the sequence number of the next bundle for a recipient (fingerprint); the first is 1."""
        latest = self.latest(recipient, "out")
        return latest.sequence + 1 if latest else 1

    def previous_manifest(self, recipient: str) -> str:
        """Return the manifest SHA-256 of the last bundle for a recipient, empty before the first."""
        latest = self.latest(recipient, "out")
        return latest.manifest_sha256 if latest else ""


class Disclosures:
    """Which view of which revision went to whom; the caller writes the audit entry of the act."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, disclosures: Iterable[Disclosure]) -> None:
        """Log what went out in one bundle."""
        rows = (
            (
                *(each.bundle_id, each.recipient, each.recipient_name, raw_id(each.record_id)),
                *(bytes.fromhex(each.revision), each.when, " ".join(each.withheld), each.manifest_sha256),
                *(" ".join(each.consents), " ".join(each.approvals)),
            )
            for each in disclosures
        )
        with self._database.transaction():
            self._database.run_many(_ADD_DISCLOSURE, rows)

    def list(self, *, recipient: str = "", record_id: str = "", bundle_id: str = "") -> list[Disclosure]:
        """Return the log, oldest first, narrowed to a recipient, a record or a bundle."""
        rows = self._database.rows(
            f"{_DISCLOSURE} WHERE (?1 = '' OR recipient = ?1) AND (?2 = x'' OR record = ?2)"
            " AND (?3 = '' OR bundle = ?3) ORDER BY n",
            (recipient, raw_id(record_id), bundle_id),
        )
        return [_disclosure(row) for row in rows]

    def acknowledge(self, bundle_id: str, recipients: Iterable[str], receipt: str) -> int:
        """Note the receipt (its message id) of a bundle for a recipient's cards; return how many lines it closes.

        The first receipt stays.
        """
        with self._database.transaction():
            return sum(
                self._database.run(
                    "UPDATE disclosure SET receipt = ? WHERE bundle = ? AND recipient = ? AND receipt = ''",
                    (receipt, bundle_id, each),
                )
                for each in recipients
            )

    def given(self, *recipient: str) -> dict[str, str]:
        """Return, by record id, the revision that a recipient was given last, under any of his cards."""
        places = ",".join("?" * len(recipient))
        rows = self._database.rows(
            f"SELECT record, revision FROM disclosure WHERE recipient IN ({places}) ORDER BY n",  # noqa: S608 - places only
            recipient,
        )
        return {
            id_text(record): revision.hex()
            for record, revision in rows
            if isinstance(record, bytes) and isinstance(revision, bytes)
        }
